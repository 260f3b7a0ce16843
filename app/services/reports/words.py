"""How the close of a day speaks: its parts, and each line by count."""

from __future__ import annotations

from typing import Final

from app.models.values import OutboxState, TransactionKind, grouped_amount
from app.services.reports.close_of_day import DayLine
from app.services.reports.sources import Section
from app.services.wording import by_count

SECTION_WORDS: Final = {
    Section.MONEY: "Money of the day",
    Section.AUTOMATION: "What automation did",
    Section.WAITING: "What waits for a person",
    Section.AHEAD: "The next seven days",
}

_WORDS: Final[dict[str, tuple[str, str]]] = {
    TransactionKind.INVOICE.value: ("{count} invoice posted", "{count} invoices posted"),
    TransactionKind.PAYMENT.value: ("{count} payment received", "{count} payments received"),
    TransactionKind.CREDIT_NOTE.value: ("{count} credit note", "{count} credit notes"),
    TransactionKind.REFUND.value: ("{count} refund", "{count} refunds"),
    TransactionKind.INVOICE_CANCELLATION.value: ("{count} invoice cancelled", "{count} invoices cancelled"),
    TransactionKind.PAYMENT_CANCELLATION.value: ("{count} payment cancelled", "{count} payments cancelled"),
    TransactionKind.WRITE_OFF.value: ("{count} invoice written off", "{count} invoices written off"),
    "runs": ("{count} scan", "{count} scans"),
    "suspended": ("{count} account suspended", "{count} accounts suspended"),
    "restored": ("{count} account restored", "{count} accounts restored"),
    "reminders": ("{count} reminder raised", "{count} reminders raised"),
    "sent": ("{count} message sent", "{count} messages sent"),
    OutboxState.HELD.value: ("{count} message held", "{count} messages held"),
    OutboxState.FAILED.value: ("{count} message failed", "{count} messages failed"),
    OutboxState.UNKNOWN.value: ("{count} message of which nobody knows whether it arrived",
                                "{count} messages of which nobody knows whether they arrived"),
    "drafts": ("{count} draft to be posted or rejected", "{count} drafts to be posted or rejected"),
    "stopped": ("{count} scan stopped by the safety brake", "{count} scans stopped by the safety brake"),
    "past_due": ("{count} invoice falls past due unless it is paid", "{count} invoices fall past due unless they are "
                                                                     "paid"),
    "promise_ends": ("{count} promise to pay ends", "{count} promises to pay end"),
    "dispute_ends": ("{count} dispute ends", "{count} disputes end"),
    "at_risk": ("{count} account would be suspended by then unless it pays",
                "{count} accounts would be suspended by then unless they pay"),
    "hold_ends": ("{count} account would be restored by then", "{count} accounts would be restored by then"),
    "instalment": ("{count} instalment is due", "{count} instalments are due"),
}


def line_words(line: DayLine) -> str:
    """A line in words: "3 payments received"."""
    one, many = _WORDS[line.code]
    return by_count(line.count, one, many)


def sums_words(line: DayLine) -> str:
    """Its amounts: "1,234.50 AUD, 20.00 EUR"; empty where it has none."""
    return ", ".join(f"{grouped_amount(minor, currency)} {currency}" for currency, minor in line.sums)
