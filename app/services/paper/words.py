"""The fixed words of a printed page, one complete set per language; a language without a set gets the English one.

Every field must be given for every language, so an incomplete translation does not pass the type checker. Texts in
braces are filled in by the layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The vocabulary of one language. `terms_days` is keyed by the plural categories of CLDR, "other" always there."""

    tax_invoice: str
    invoice_number: str
    account: str
    issued: str
    billing_period: str
    terms: str
    due: str
    terms_days: Mapping[str, str]
    terms_at_once: str
    period: str
    amount_due: str
    please_pay_by: str
    nothing_to_pay: str
    in_your_credit: str
    previous_balance: str
    payments_since: str
    this_invoice: str
    total_due: str
    tax: str
    description: str
    quantity: str
    each_without_tax: str
    without_tax: str
    amount: str
    amount_with_tax: str
    tax_rate_head: str
    total_without_tax: str
    tax_on: str
    invoice_with_tax: str
    carried_forward: str
    brought_forward: str
    continued: str
    help_head: str
    if_undelivered: str
    payment_slip: str
    detach_here: str
    bank_transfer: str
    by_post: str
    payable_to: str
    send_to: str
    reference: str
    invoice: str
    amounts_in: str
    page_of: str


ENGLISH = Words(
    tax_invoice="Tax invoice",
    invoice_number="Invoice number",
    account="Account",
    issued="Issued",
    billing_period="Billing period",
    terms="Terms",
    due="Due",
    terms_days={"one": "{days} day after issue", "other": "{days} days after issue"},
    terms_at_once="On receipt",
    period="{first} to {last}",
    amount_due="Amount due",
    please_pay_by="Please pay by",
    nothing_to_pay="Nothing to pay",
    in_your_credit="In your credit",
    previous_balance="Previous balance",
    payments_since="Payments since, thank you",
    this_invoice="This invoice",
    total_due="Total due",
    tax="tax",
    description="What you are paying for",
    quantity="Quantity",
    each_without_tax="Each, ex {tax}",
    without_tax="Ex {tax}",
    amount="Amount",
    amount_with_tax="Amount incl. {tax}",
    tax_rate_head="{tax} rate",
    total_without_tax="Total excluding {tax}",
    tax_on="{taxed} on {net}",
    invoice_with_tax="This invoice, including {tax}",
    carried_forward="Carried forward",
    brought_forward="Brought forward",
    continued="{heading} (continued)",
    help_head="Not sure about a charge?",
    if_undelivered="If undelivered: {address}",
    payment_slip="Payment slip",
    detach_here="Please detach here",
    bank_transfer="Bank transfer",
    by_post="By post",
    payable_to="Payable to",
    send_to="Send to",
    reference="Reference",
    invoice="Invoice",
    amounts_in="Amounts in {currency}.",
    page_of="{invoice} {number}, page {page} of {pages}",
)

GERMAN = Words(
    tax_invoice="Rechnung",
    invoice_number="Rechnungsnummer",
    account="Kundenkonto",
    issued="Rechnungsdatum",
    billing_period="Zeitraum",
    terms="Zahlungsziel",
    due="Fällig",
    terms_days={"one": "{days} Tag nach Rechnungsdatum", "other": "{days} Tage nach Rechnungsdatum"},
    terms_at_once="sofort",
    period="{first} bis {last}",
    amount_due="Zu zahlen",
    please_pay_by="Bitte zahlen Sie bis",
    nothing_to_pay="Nichts zu zahlen",
    in_your_credit="Ihr Guthaben",
    previous_balance="Bisheriger Saldo",
    payments_since="Zahlungen seither, danke",
    this_invoice="Diese Rechnung",
    total_due="Gesamt fällig",
    tax="Steuer",
    description="Leistung",
    quantity="Menge",
    each_without_tax="Einzeln, ohne {tax}",
    without_tax="Ohne {tax}",
    amount="Betrag",
    amount_with_tax="Betrag mit {tax}",
    tax_rate_head="{tax}-Satz",
    total_without_tax="Summe ohne {tax}",
    tax_on="{taxed} auf {net}",
    invoice_with_tax="Diese Rechnung mit {tax}",
    carried_forward="Übertrag",
    brought_forward="Übertrag der Vorseite",
    continued="{heading} (Fortsetzung)",
    help_head="Fragen zu einem Posten?",
    if_undelivered="Falls unzustellbar: {address}",
    payment_slip="Zahlungsabschnitt",
    detach_here="Bitte hier abtrennen",
    bank_transfer="Überweisung",
    by_post="Per Post",
    payable_to="Zahlbar an",
    send_to="Senden an",
    reference="Zweck",
    invoice="Rechnung",
    amounts_in="Alle Beträge in {code}.",
    page_of="{invoice} {number}, Seite {page} von {pages}",
)

GREEK = Words(
    tax_invoice="Τιμολόγιο",
    invoice_number="Αριθμός τιμολογίου",
    account="Λογαριασμός",
    issued="Έκδοση",
    billing_period="Περίοδος χρέωσης",
    terms="Όροι πληρωμής",
    due="Λήξη",
    terms_days={"one": "{days} ημέρα από την έκδοση", "other": "{days} ημέρες από την έκδοση"},
    terms_at_once="Με την παραλαβή",
    period="{first} έως {last}",
    amount_due="Ποσό πληρωμής",
    please_pay_by="Παρακαλούμε πληρώστε έως",
    nothing_to_pay="Δεν οφείλεται πληρωμή",
    in_your_credit="Πιστωτικό υπόλοιπο",
    previous_balance="Προηγούμενο υπόλοιπο",
    payments_since="Πληρωμές έκτοτε, ευχαριστούμε",
    this_invoice="Αυτό το τιμολόγιο",
    total_due="Συνολικό οφειλόμενο",
    tax="φόρο",
    description="Περιγραφή",
    quantity="Ποσότητα",
    each_without_tax="Τιμή, χωρίς {tax}",
    without_tax="Χωρίς {tax}",
    amount="Ποσό",
    amount_with_tax="Ποσό με {tax}",
    tax_rate_head="Συντελεστής {tax}",
    total_without_tax="Σύνολο χωρίς {tax}",
    tax_on="{taxed} επί {net}",
    invoice_with_tax="Σύνολο τιμολογίου με {tax}",
    carried_forward="Σε μεταφορά",
    brought_forward="Από μεταφορά",
    continued="{heading} (συνέχεια)",
    help_head="Απορία για κάποια χρέωση;",
    if_undelivered="Αν δεν παραδοθεί: {address}",
    payment_slip="Απόκομμα πληρωμής",
    detach_here="Αποκόψτε εδώ",
    bank_transfer="Τραπεζικό έμβασμα",
    by_post="Ταχυδρομικώς",
    payable_to="Πληρωτέο σε",
    send_to="Αποστολή σε",
    reference="Αιτιολογία",
    invoice="Τιμολόγιο",
    amounts_in="Όλα τα ποσά σε {code}.",
    page_of="{invoice} {number}, σελίδα {page} από {pages}",
)

RUSSIAN = Words(
    tax_invoice="Счёт",
    invoice_number="Номер счёта",
    account="Лицевой счёт",
    issued="Дата выставления",
    billing_period="Расчётный период",
    terms="Условия оплаты",
    due="Срок оплаты",
    terms_days={
        "one": "{days} день после выставления",
        "few": "{days} дня после выставления",
        "many": "{days} дней после выставления",
        "other": "{days} дня после выставления",
    },
    terms_at_once="по получении",
    period="{first} – {last}",
    amount_due="К оплате",
    please_pay_by="Просим оплатить до",
    nothing_to_pay="Оплата не требуется",
    in_your_credit="Переплата в вашу пользу",
    previous_balance="Предыдущий остаток",
    payments_since="Поступившие платежи, спасибо",
    this_invoice="Этот счёт",
    total_due="Всего к оплате",
    tax="налог",
    description="Наименование",
    quantity="Количество",
    each_without_tax="Цена без {tax}",
    without_tax="Без {tax}",
    amount="Сумма",
    amount_with_tax="Сумма с {tax}",
    tax_rate_head="Ставка {tax}",
    total_without_tax="Итого без {tax}",
    tax_on="{taxed} от {net}",
    invoice_with_tax="Итого по счёту с {tax}",
    carried_forward="К переносу",
    brought_forward="Перенесено",
    continued="{heading} (продолжение)",
    help_head="Вопрос по начислению?",
    if_undelivered="При невручении вернуть: {address}",
    payment_slip="Платёжный талон",
    detach_here="Линия отреза",
    bank_transfer="Банковский перевод",
    by_post="По почте",
    payable_to="Получатель",
    send_to="Адрес",
    reference="Назначение",
    invoice="Счёт",
    amounts_in="Все суммы в {code}.",
    page_of="{invoice} {number}, страница {page} из {pages}",
)

WORDS: dict[str, Words] = {"en": ENGLISH, "de": GERMAN, "el": GREEK, "ru": RUSSIAN}
"""Language subtag → vocabulary."""


def words_for(language: str) -> Words:
    """The vocabulary of a language subtag such as "de"; English where there is none."""
    return WORDS.get(language, ENGLISH)
