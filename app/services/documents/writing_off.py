"""Writing off what an account owes: one row for each debit that is left, mirrored on the write-off account.

See ARCHITECTURE.md, "Write-offs". The account keeps its state and gets a mark with day and amount, which stands until
somebody clears it. A payment that comes in later is posted as any other and leaves the account in credit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from app.models.base import text_limits
from app.models.ledger.entries import Allocation, Dispute, DisputeEntry, FinancialTransaction
from app.models.ledger.marks import WriteOff, WriteOffEntry
from app.models.ledger.plans import PaymentPlan
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import DEBIT_KINDS, PlanState, TransactionKind, TransactionState
from app.services.access.audit import write_audit
from app.services.access.authorize import require_account
from app.services.changes import Changed, ChangeSet
from app.services.currencies.conversion import convert
from app.services.database.bulk import insert_rows
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.documents.books import Books, open_books, require_postable, require_words
from app.services.documents.system_accounts import system_account
from app.services.errors import RefusedByRule, RefusedField
from app.services.hierarchy.accounts import WRITE_OFF_CODE
from app.services.ledger.allocating import allocate_accounts, allocate_between
from app.services.ledger.disputes import end_open_disputes
from app.services.ledger.numbering import take_document_numbers, take_references
from app.services.ledger.writing import NewDraft, post_rows, write_draft
from app.services.wording import day_text

_LIMITS = text_limits(WriteOff, "reason", "clear_reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsettledDebit:
    """A posted debit of which something is left to settle."""

    id: int
    number: str
    kind: TransactionKind
    unsettled_minor: int
    posted_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffMark:
    """That the debt of an account was written off, and what of it."""

    id: int
    effective_on: date
    currency: str
    amount_minor: int
    reason: str
    recorded_by: str
    cleared_on: date | None
    cleared_by: str
    clear_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOff:
    """What a write-off did."""

    id: int
    amount_minor: int
    numbers: tuple[str, ...]
    """Of the rows that wrote off, in the order of the debits."""
    mirror_number: str
    changes: ChangeSet


def unsettled_debits(session: Session, *, account_id: int) -> list[UnsettledDebit]:
    """What a write-off would write off: every posted debit with something left, whether due or not."""
    require_account(session, account_id, Power.LEDGER)
    return _unsettled(session, account_id)


def write_off_blockers(session: Session, *, account_id: int) -> list[str]:
    """Why an account cannot be written off now, a sentence each; none where it can."""
    account = require_account(session, account_id, Power.LEDGER)
    found = []
    if not _unsettled(session, account_id):
        found.append(f"{account.code} owes nothing that could be written off.")
    if _has_plan(session, account_id):
        found.append(f"{account.code} has a payment plan in progress. Cancel the plan first.")
    return found


def write_off_account(session: Session, *, account_id: int, on: date, reason: str = "") -> WrittenOff:
    """Write off everything an account owes, posted for a day.

    Disputes about it end on that day. Raises RefusedByRule where nothing is left to write off, a payment plan is in
    progress, the account is a system account or cancelled, or the day is not open.
    """
    words = require_words("reason", "The reason", reason, most=_LIMITS["reason"])
    account = require_account(session, account_id, Power.LEDGER_CORRECT, edit=True)
    home = system_account(session, provider_id=account.provider_id, code=WRITE_OFF_CODE)
    books = open_books(session, account_id, Power.LEDGER_CORRECT, others=[home.id])
    require_postable(session, books, kind=TransactionKind.WRITE_OFF, on=on)
    allocate_accounts(session, [account_id])  # what waits settles what it can first
    debits = _unsettled(session, account_id)
    for sentence in write_off_blockers(session, account_id=account_id):
        raise RefusedByRule(sentence)
    _require_day(books, debits, on)
    for invoice_id in _disputed(session, [debit.id for debit in debits]):
        end_open_disputes(session, invoice_id=invoice_id, on=on)
    numbers = _post_write_offs(session, books, debits, on)
    total = sum(debit.unsettled_minor for debit in debits)
    mirror = _mirror(session, books, home, total, on)
    mark = _mark(session, books, total, on, words, mirror_id=mirror[0])
    insert_rows(session, WriteOffEntry, [
        {"write_off_id": mark.id, "credit_id": credit_id, "debit_id": debit_id}
        for debit_id, (credit_id, _) in numbers.items()])
    _require_all_settled(session, account_id, [debit.id for debit in debits])
    write_audit(session, provider_id=account.provider_id, account_id=account_id, action="account_written_off",
                detail=f"{books.money(total)} written off as of {day_text(on)}" + (f": {words}" if words else "."))
    return WrittenOff(id=mark.id, amount_minor=total, numbers=tuple(number for _, number in numbers.values()),
                      mirror_number=mirror[1],
                      changes=ChangeSet.of(Changed.LEDGER, Changed.ACCOUNTS, accounts={account_id, home.id}))


def clear_write_off(session: Session, *, account_id: int, reason: str = "") -> ChangeSet:
    """Take the mark of a write-off away; what was written off stays so. Raises RefusedByRule where there is none."""
    words = require_words("reason", "The reason", reason, most=_LIMITS["clear_reason"])
    books = open_books(session, account_id, Power.LEDGER_CORRECT)
    mark = session.scalars(select(WriteOff).where(
        WriteOff.account_id == account_id, WriteOff.cleared_on.is_(None))
        .execution_options(populate_existing=True)).one_or_none()
    if mark is None:
        raise RefusedByRule(f"{books.account.code} is not marked as written off. Nothing was changed.")
    session.execute(update(WriteOff).where(WriteOff.id == mark.id).values(
        cleared_on=books.today, cleared_at=recorded_now(session), cleared_by=actor_of(session),
        clear_reason=words or None))
    session.expire(mark)
    write_audit(session, provider_id=books.account.provider_id, account_id=account_id, action="write_off_cleared",
                detail="The mark of the write-off was cleared" + (f": {words}" if words else "."))
    return ChangeSet.of(Changed.LEDGER, Changed.ACCOUNTS, accounts={account_id})


def write_off_marks(session: Session, *, account_id: int) -> list[WriteOffMark]:
    """Write-offs of an account, the newest first; one that is not cleared stands."""
    require_account(session, account_id, Power.LEDGER)
    rows = session.scalars(select(WriteOff).where(WriteOff.account_id == account_id).order_by(WriteOff.id.desc()))
    return [WriteOffMark(id=row.id, effective_on=row.effective_on, currency=row.currency,
                         amount_minor=row.amount_minor, reason=row.reason, recorded_by=row.recorded_by,
                         cleared_on=row.cleared_on, cleared_by=row.cleared_by or "",
                         clear_reason=row.clear_reason or "") for row in rows]


def standing_write_off(session: Session, *, account_id: int) -> WriteOffMark | None:
    """The mark of an account, where one stands."""
    return next((mark for mark in write_off_marks(session, account_id=account_id) if mark.cleared_on is None), None)


# --------------------------------------------------------------------------- parts


def _unsettled(session: Session, account_id: int) -> list[UnsettledDebit]:
    t = FinancialTransaction
    settled = (select(func.coalesce(func.sum(Allocation.amount_minor), 0)).where(Allocation.debit_id == t.id)
               .correlate(t).scalar_subquery())
    rows = session.execute(
        select(t.id, t.number, t.kind, t.effective_on, (t.amount_minor - settled).label("left"))
        .where(t.account_id == account_id, t.state == TransactionState.POSTED.value,
               t.kind.in_(sorted(DEBIT_KINDS)), t.amount_minor > settled)
        .order_by(func.coalesce(t.due_on, t.effective_on), t.id))
    return [UnsettledDebit(id=row.id, number=row.number or "", kind=TransactionKind(row.kind),
                           unsettled_minor=int(row.left), posted_on=row.effective_on) for row in rows]


def _has_plan(session: Session, account_id: int) -> bool:
    return bool(session.scalar(select(exists().where(
        PaymentPlan.account_id == account_id, PaymentPlan.state == PlanState.IN_PROGRESS.value))))


def _require_day(books: Books, debits: Sequence[UnsettledDebit], on: date) -> None:
    later = next((debit for debit in debits if debit.posted_on > on), None)
    if later is not None:
        raise RefusedField("on", f"{later.number} was posted for {day_text(later.posted_on)}, so what "
                                 f"{books.account.code} owes cannot be written off as of {day_text(on)}.")


def _disputed(session: Session, debit_ids: Sequence[int]) -> list[int]:
    return list(session.scalars(
        select(Dispute.invoice_id).join(DisputeEntry, DisputeEntry.dispute_id == Dispute.id)
        .where(Dispute.invoice_id.in_(debit_ids)).group_by(Dispute.invoice_id).order_by(Dispute.invoice_id)))


def _post_write_offs(
    session: Session, books: Books, debits: Sequence[UnsettledDebit], on: date
) -> dict[int, tuple[int, str]]:
    """One row for each debit, which it settles; ids and numbers by debit."""
    account = books.account
    numbers = take_document_numbers(session, provider_id=account.provider_id, kind=TransactionKind.WRITE_OFF,
                                    count=len(debits), is_locked=True)
    references = take_references(session, provider_id=account.provider_id, count=len(debits), is_locked=True)
    found: dict[int, tuple[int, str]] = {}
    for debit, number, reference in zip(debits, numbers, references, strict=True):
        credit_id = write_draft(session, provider_id=account.provider_id, currency=account.currency, draft=NewDraft(
            account_id=account.id, kind=TransactionKind.WRITE_OFF, net_minor=debit.unsettled_minor, issued_on=on,
            effective_on=on, number=number.text, series_number=number.place, reference=reference,
            description=f"Rest of {debit.number}"))
        found[debit.id] = (credit_id, number.text)
    post_rows(session, [credit_id for credit_id, _ in found.values()])
    for debit_id, (credit_id, _) in found.items():
        allocate_between(session, account.id, debits=[debit_id], credits=[credit_id])
    return found


def _mirror(session: Session, books: Books, home: Account, total: int, on: date) -> tuple[int, str]:
    """The sum as a debit on the write-off account, in its currency; id and number.

    It is a row of the kind of refunds: an invoice would be printed, sent, and grow old.
    """
    account = books.account
    there = convert(session, provider_id=home.provider_id, amount_minor=total, source=account.currency,
                    target=home.currency, on=on)
    (number,) = take_document_numbers(session, provider_id=home.provider_id, kind=TransactionKind.REFUND, count=1,
                                      is_locked=True)
    (reference,) = take_references(session, provider_id=home.provider_id, count=1, is_locked=True)
    mirror_id = write_draft(session, provider_id=home.provider_id, currency=home.currency, draft=NewDraft(
        account_id=home.id, kind=TransactionKind.REFUND, net_minor=there.amount_minor, issued_on=on, effective_on=on,
        number=number.text, series_number=number.place, reference=reference, beneficiary_id=account.id,
        description=f"Debt of {account.code} written off" + (f", {there.rate_words}" if there.rates else "")))
    post_rows(session, [mirror_id])
    return mirror_id, number.text


def _mark(session: Session, books: Books, total: int, on: date, reason: str, *, mirror_id: int) -> WriteOff:
    """The mark; one that stands from an earlier write-off is cleared by it."""
    account = books.account
    session.execute(update(WriteOff).where(
        WriteOff.account_id == account.id, WriteOff.cleared_on.is_(None)).values(
        cleared_on=on, cleared_at=recorded_now(session), cleared_by=actor_of(session),
        clear_reason="Written off again"))
    mark = WriteOff(provider_id=account.provider_id, account_id=account.id, effective_on=on,
                    currency=account.currency, amount_minor=total, mirror_id=mirror_id, reason=reason,
                    recorded_at=recorded_now(session), recorded_by=actor_of(session))
    session.add(mark)
    session.flush()
    return mark


def _require_all_settled(session: Session, account_id: int, debit_ids: Sequence[int]) -> None:
    left = [debit.number for debit in _unsettled(session, account_id) if debit.id in debit_ids]
    if left:
        raise RefusedByRule(f"{left[0]} was settled on a later day than the one to write off for, and open again "
                            "since. Write off as of today.")
