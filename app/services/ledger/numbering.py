"""Number series of providers, without gaps: one for each kind of document, one for references, one for account codes.

A number is taken in the transaction that posts, under the lock of the provider's row, and goes back with it: two who
post at once wait for each other, and whoever is refused leaves no hole. A number that an imported document has already
is passed over and counted, so that every number up to the last one names a document.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, NumberSeries
from app.models.parties.account import Account
from app.models.values import TransactionKind
from app.services.database.dialects import among, lock_row

REFERENCES = "reference"
_INFIXES = {
    TransactionKind.INVOICE: "", TransactionKind.PAYMENT: "R-", TransactionKind.CREDIT_NOTE: "CN-",
    TransactionKind.REFUND: "RF-", TransactionKind.INVOICE_CANCELLATION: "IC-",
    TransactionKind.PAYMENT_CANCELLATION: "RC-", TransactionKind.WRITE_OFF: "WO-",
}
"""What stands between the code of the provider and the number: R for a receipt, RC for one that was cancelled."""
_MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentNumber:
    """The number of a document, and its place in the series."""

    text: str
    place: int


def document_number(provider_code: str, kind: TransactionKind, place: int) -> str:
    """Number of a document made here: HT-10451, HT-CN-00007. Five digits at least, so that lists sort as people do."""
    return f"{provider_code}-{_INFIXES[kind]}{place:05d}"


def lock_numbers(session: Session, provider_id: int) -> None:
    """Keep the series of a provider for this transaction, where what is locked next decides how many are needed."""
    lock_row(session, "provider", "account_id", provider_id)


def take_numbers(session: Session, *, provider_id: int, kind: str, count: int, is_locked: bool = False) -> list[int]:
    """The next numbers of a series; the row stays locked until the transaction ends, so there are no gaps."""
    if not is_locked:
        lock_numbers(session, provider_id)
    series = _series(session, provider_id, kind)
    first = series.last_number + 1
    series.last_number += count
    session.flush()
    return list(range(first, first + count))


def take_document_numbers(
    session: Session, *, provider_id: int, kind: TransactionKind, count: int, is_locked: bool = False
) -> list[DocumentNumber]:
    """The next numbers of a kind that no document has; those that an imported one has are passed over."""
    if not is_locked:
        lock_numbers(session, provider_id)
    series, code = _series(session, provider_id, kind.value), _code(session, provider_id)
    found: list[DocumentNumber] = []
    size = count
    while len(found) < count:
        block = [DocumentNumber(text=document_number(code, kind, place), place=place)
                 for place in range(series.last_number + 1, series.last_number + 1 + size)]
        taken = _taken(session, provider_id, kind, [number.text for number in block])
        for number in block:
            if len(found) == count:
                break
            series.last_number = number.place
            if number.text in taken:
                series.skipped += 1
            else:
                found.append(number)
        size = min(2 * size, max(count, _MOST_AT_ONCE))
    session.flush()
    return found


def take_references(session: Session, *, provider_id: int, count: int, is_locked: bool = False) -> list[str]:
    """The next references of a provider: HT-REF-00012."""
    numbers = take_numbers(session, provider_id=provider_id, kind=REFERENCES, count=count, is_locked=is_locked)
    code = _code(session, provider_id)
    return [f"{code}-REF-{number:05d}" for number in numbers]


def _code(session: Session, provider_id: int) -> str:
    return session.scalars(select(Account.code).where(Account.id == provider_id)).one()


def _taken(session: Session, provider_id: int, kind: TransactionKind, numbers: list[str]) -> set[str | None]:
    t = FinancialTransaction
    return set(session.scalars(select(t.number).where(
        t.provider_id == provider_id, t.kind == kind.value, among(session, t.number, numbers))))


def _series(session: Session, provider_id: int, kind: str) -> NumberSeries:
    series = session.get(NumberSeries, (provider_id, kind), populate_existing=True)
    if series is None:
        series = NumberSeries(provider_id=provider_id, kind=kind, last_number=0, skipped=0)
        session.add(series)
    return series
