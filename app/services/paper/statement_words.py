"""The fixed words of a statement of account, one complete set per language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.models.values import TransactionKind as Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementWords:
    """The vocabulary of one language; `page_of` names the account, the page and their number."""

    title: str
    period: str
    date: str
    document: str
    charged: str
    credited: str
    balance: str
    brought_forward: str
    closing: str
    in_credit: str
    nothing_happened: str
    ageing: str
    ages: tuple[str, str, str, str, str]
    not_allocated: str
    due: str
    kinds: Mapping[Kind, str]
    page_of: str


_ENGLISH = StatementWords(
    title="Statement of account", period="Period", date="Date", document="Document", charged="Charged",
    credited="Credited", balance="Balance", brought_forward="Balance brought forward", closing="Balance on {day}",
    in_credit="In your credit on {day}", nothing_happened="Nothing was charged or paid in this period.",
    ageing="Open invoices by age", ages=("Not yet due", "1–30 days", "31–60 days", "61–90 days", "Over 90 days"),
    not_allocated="Payments not yet set against an invoice", due="due {day}",
    kinds={Kind.INVOICE: "Invoice", Kind.PAYMENT: "Payment", Kind.CREDIT_NOTE: "Credit note", Kind.REFUND: "Refund",
           Kind.INVOICE_CANCELLATION: "Invoice cancelled", Kind.PAYMENT_CANCELLATION: "Payment cancelled",
           Kind.WRITE_OFF: "Write-off"},
    page_of="Statement of account {code}, page {page} of {pages}",
)

_GERMAN = StatementWords(
    title="Kontoauszug", period="Zeitraum", date="Datum", document="Beleg", charged="Belastung",
    credited="Gutschrift", balance="Saldo", brought_forward="Saldovortrag", closing="Saldo am {day}",
    in_credit="Ihr Guthaben am {day}", nothing_happened="In diesem Zeitraum wurde nichts gebucht.",
    ageing="Offene Rechnungen nach Alter",
    ages=("Noch nicht fällig", "1–30 Tage", "31–60 Tage", "61–90 Tage", "Über 90 Tage"),
    not_allocated="Zahlungen, noch keiner Rechnung zugeordnet", due="fällig {day}",
    kinds={Kind.INVOICE: "Rechnung", Kind.PAYMENT: "Zahlung", Kind.CREDIT_NOTE: "Gutschrift",
           Kind.REFUND: "Erstattung", Kind.INVOICE_CANCELLATION: "Rechnungsstorno",
           Kind.PAYMENT_CANCELLATION: "Zahlungsstorno", Kind.WRITE_OFF: "Ausbuchung"},
    page_of="Kontoauszug {code}, Seite {page} von {pages}",
)

_GREEK = StatementWords(
    title="Κίνηση λογαριασμού", period="Περίοδος", date="Ημερομηνία", document="Παραστατικό", charged="Χρέωση",
    credited="Πίστωση", balance="Υπόλοιπο", brought_forward="Υπόλοιπο εκ μεταφοράς", closing="Υπόλοιπο στις {day}",
    in_credit="Πιστωτικό υπόλοιπο στις {day}", nothing_happened="Καμία κίνηση σε αυτή την περίοδο.",
    ageing="Ανοικτά τιμολόγια ανά ηλικία",
    ages=("Δεν έχουν λήξει", "1–30 ημέρες", "31–60 ημέρες", "61–90 ημέρες", "Πάνω από 90 ημέρες"),
    not_allocated="Πληρωμές χωρίς αντιστοίχιση σε τιμολόγιο", due="λήξη {day}",
    kinds={Kind.INVOICE: "Τιμολόγιο", Kind.PAYMENT: "Πληρωμή", Kind.CREDIT_NOTE: "Πιστωτικό",
           Kind.REFUND: "Επιστροφή χρημάτων", Kind.INVOICE_CANCELLATION: "Ακύρωση τιμολογίου",
           Kind.PAYMENT_CANCELLATION: "Ακύρωση πληρωμής", Kind.WRITE_OFF: "Διαγραφή οφειλής"},
    page_of="Κίνηση λογαριασμού {code}, σελίδα {page} από {pages}",
)

_RUSSIAN = StatementWords(
    title="Выписка по счёту", period="Период", date="Дата", document="Документ", charged="Начислено",
    credited="Зачтено", balance="Остаток", brought_forward="Входящий остаток", closing="Остаток на {day}",
    in_credit="Переплата на {day}", nothing_happened="За этот период движений не было.",
    ageing="Неоплаченные счета по срокам",
    ages=("Срок не наступил", "1–30 дней", "31–60 дней", "61–90 дней", "Более 90 дней"),
    not_allocated="Платежи, ещё не отнесённые к счетам", due="срок {day}",
    kinds={Kind.INVOICE: "Счёт", Kind.PAYMENT: "Платёж", Kind.CREDIT_NOTE: "Кредит-нота", Kind.REFUND: "Возврат",
           Kind.INVOICE_CANCELLATION: "Отмена счёта", Kind.PAYMENT_CANCELLATION: "Отмена платежа",
           Kind.WRITE_OFF: "Списание"},
    page_of="Выписка по счёту {code}, страница {page} из {pages}",
)

STATEMENT_WORDS: dict[str, StatementWords] = {"en": _ENGLISH, "de": _GERMAN, "el": _GREEK, "ru": _RUSSIAN}
"""Language subtag → vocabulary."""


def statement_words_for(language: str) -> StatementWords:
    """The vocabulary of a language subtag such as "de"; English where there is none."""
    return STATEMENT_WORDS.get(language, _ENGLISH)
