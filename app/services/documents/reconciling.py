"""Looking the books of one account through by hand: every row anew, and where what is stored says something else.

The rows are added up here one after the other, in the plainest way, and held against what statements over many
accounts say. Differences are named, each with its document. What waits although an invoice is open can be allocated,
oldest first, and the books be marked as looked through, with a note.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation, DisputeEntry, FinancialTransaction, InvoiceLine
from app.models.ledger.figures import KeptFigures
from app.models.ledger.marks import Reconciliation
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import DEBIT_KINDS, TransactionKind, TransactionState, grouped_amount
from app.services.access.audit import write_audit
from app.services.access.authorize import require_account
from app.services.changes import Changed, ChangeSet, Created
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.documents.books import open_books, require_words
from app.services.errors import RefusedByRule, RefusedField
from app.services.ledger.allocating import allocate_oldest, would_allocate_oldest
from app.services.ledger.reading import account_figures, planned
from app.services.providers.business_day import business_day
from app.services.wording import Reason, counted, day_text

_LONGEST_NOTE = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningRow:
    """One posted row in the order of its day, and the balance after it. Amounts in minor units."""

    id: int
    number: str
    kind: TransactionKind
    posted_on: date
    due_on: date | None
    text: str
    signed_minor: int
    """Debit positive."""
    balance_minor: int
    allocated_minor: int
    open_minor: int
    disputed_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the account, added up anew and as it is stored or told elsewhere."""

    name: str
    label: str
    recomputed_minor: int
    stored_minor: int

    @property
    def agrees(self) -> bool:
        return self.recomputed_minor == self.stored_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A credit that waits although a debit is open: what allocating the oldest first would settle."""

    credit: str
    debit: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationRow:
    """That somebody looked the books through."""

    id: int
    effective_on: date
    balance_minor: int
    differences: int
    note: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksToReconcile:
    """The books of an account as of an evening."""

    account_id: int
    code: str
    currency: str
    today: date
    """At its provider."""
    as_of: date
    rows: tuple[RunningRow, ...]
    figures: tuple[Figure, ...]
    differences: tuple[Reason, ...]
    suggestions: tuple[Suggestion, ...]
    """As things stand today."""
    earlier: tuple[ReconciliationRow, ...]
    """The newest first."""

    @property
    def balance_minor(self) -> int:
        return self.rows[-1].balance_minor if self.rows else 0


def books_to_reconcile(session: Session, *, account_id: int, as_of: date | None = None) -> BooksToReconcile:
    """The running ledger of an account, its figures reckoned anew, and every difference to what is stored.

    Without a day they are those of today.
    """
    account = require_account(session, account_id, Power.LEDGER)
    today = business_day(session, account.provider_id)
    as_of = as_of or today
    raw = _Raw.read(session, account_id, as_of)
    rows = tuple(raw.running())
    figures = tuple(_figures(session, account, raw, rows))
    return BooksToReconcile(
        account_id=account_id, code=account.code, currency=account.currency, today=today, as_of=as_of, rows=rows,
        figures=figures,
        differences=(*_differences(account, raw, rows, figures), *_of_kept(session, account, figures, as_of)),
        suggestions=tuple(_suggestions(session, account)),
        earlier=tuple(_earlier(session, account_id)))


def allocate_account_oldest(session: Session, *, account_id: int, seen: Sequence[Suggestion]) -> ChangeSet:
    """Allocate oldest credit to oldest debit, also what was to wait for somebody's hand.

    `seen` are the suggestions that were shown. Raises RefusedByRule where they are others by now, so that nobody
    allocates what they did not look at, and where nothing waits.
    """
    books = open_books(session, account_id, Power.LEDGER_CORRECT)
    now = tuple(_suggestions(session, books.account))
    if now != tuple(seen):
        raise RefusedByRule(f"By now {counted(len(now), 'allocation')} would be made on {books.account.code}, and not "
                            f"those that were shown. Look again.")
    if not now:
        raise RefusedByRule(f"Nothing of {books.account.code} waits that could settle anything. Nothing was changed.")
    done = allocate_oldest(session, account_id)
    write_audit(session, provider_id=books.account.provider_id, account_id=account_id, action="allocated_oldest",
                detail=f"{counted(done, 'allocation')} made, oldest credit to oldest debit.")
    return ChangeSet.of(Changed.LEDGER, accounts={account_id})


def mark_reconciled(session: Session, *, account_id: int, as_of: date, note: str, seen: int) -> Created:
    """Write down that the books were looked through as of an evening, with a note.

    `seen` is the balance that was looked at. Raises RefusedByRule where it is another by now, or the day is to come.
    """
    words = require_words("note", "The note", note, most=_LONGEST_NOTE, has_lines=True)
    if not words:
        raise RefusedField("note", "Say in a note what was looked at, so that colleagues know.")
    books = open_books(session, account_id, Power.LEDGER_CORRECT)
    if as_of > books.today:
        raise RefusedField("as_of", f"{day_text(as_of)} is still to come; nobody can have looked at its evening.")
    sheet = books_to_reconcile(session, account_id=account_id, as_of=as_of)
    if sheet.balance_minor != seen:
        raise RefusedByRule(f"The balance of {books.account.code} on {day_text(as_of)} is by now "
                            f"{books.money(sheet.balance_minor)}, and no longer {books.money(seen)}. Look again.")
    row = Reconciliation(
        provider_id=books.account.provider_id, account_id=account_id, effective_on=as_of,
        balance_minor=sheet.balance_minor, differences=len(sheet.differences), note=words,
        recorded_at=recorded_now(session), recorded_by=actor_of(session))
    session.add(row)
    session.flush()
    write_audit(session, provider_id=books.account.provider_id, account_id=account_id, action="reconciled",
                detail=f"Books looked through as of {day_text(as_of)}, "
                       f"{counted(len(sheet.differences), 'difference')}: {words}")
    return Created(id=row.id, changes=ChangeSet.of(Changed.LEDGER, accounts={account_id}))


# --------------------------------------------------------------------------- the rows themselves


@dataclass(slots=True)
class _Raw:
    """Everything that is posted on one account by an evening, as it stands in its rows."""

    as_of: date
    documents: dict[int, FinancialTransaction]
    allocations: list[Allocation]
    allocated: dict[int, int]
    """By document, whichever side it is on."""
    disputed: dict[int, int]
    plans: dict[int, int]
    line_sums: dict[int, int]

    @classmethod
    def read(cls, session: Session, account_id: int, as_of: date) -> _Raw:
        t, entry = FinancialTransaction, DisputeEntry
        documents = {row.id: row for row in session.scalars(
            select(t).where(t.account_id == account_id, t.state == TransactionState.POSTED.value,
                            t.effective_on <= as_of).order_by(t.effective_on, t.id)
            .execution_options(populate_existing=True))}
        allocations = list(session.scalars(
            select(Allocation).where(Allocation.account_id == account_id, Allocation.effective_on <= as_of)
            .order_by(Allocation.effective_on, Allocation.id)))
        allocated: dict[int, int] = defaultdict(int)
        for allocation in allocations:
            allocated[allocation.credit_id] += allocation.amount_minor
            allocated[allocation.debit_id] += allocation.amount_minor
        disputed: dict[int, int] = defaultdict(int)
        for invoice_id, delta in session.execute(
                select(entry.invoice_id, entry.delta_minor)
                .where(entry.account_id == account_id, entry.effective_on <= as_of)):
            disputed[invoice_id] += delta
        plans = {row.id: int(row.planned) for row in session.execute(
            select(t.id, planned(as_of).label("planned")).where(t.account_id == account_id))}
        sums = session.execute(
            select(InvoiceLine.transaction_id, func.sum(InvoiceLine.amount_minor))
            .join(t, t.id == InvoiceLine.transaction_id).where(t.account_id == account_id)
            .group_by(InvoiceLine.transaction_id))
        return cls(as_of, documents, allocations, allocated, disputed, plans,
                   {id_: int(total) for id_, total in sums})

    def running(self) -> Iterator[RunningRow]:
        balance = 0
        for row in self.documents.values():
            signed = row.amount_minor if row.kind in DEBIT_KINDS else -row.amount_minor
            balance += signed
            allocated = self.allocated.get(row.id, 0)
            yield RunningRow(
                id=row.id, number=row.number or "", kind=TransactionKind(row.kind), posted_on=row.effective_on,
                due_on=row.due_on, text=row.description, signed_minor=signed, balance_minor=balance,
                allocated_minor=allocated, open_minor=row.amount_minor - allocated,
                disputed_minor=self.disputed.get(row.id, 0))


def _figures(
    session: Session, account: Account, raw: _Raw, rows: Sequence[RunningRow]
) -> Iterator[Figure]:
    told = account_figures(session, [account.id], raw.as_of)[account.id]
    invoices = [row for row in rows if row.kind is TransactionKind.INVOICE and row.open_minor > 0]
    late = [row for row in invoices if row.due_on is not None and row.due_on < raw.as_of]
    unallocated = sum(row.open_minor for row in rows if row.signed_minor < 0)
    payable = sum(max(0, row.open_minor - row.disputed_minor - min(raw.plans.get(row.id, 0), row.open_minor))
                  for row in late)
    for name, label, recomputed, stored in (
        ("balance", "Balance", rows[-1].balance_minor if rows else 0, told.balance_minor),
        ("outstanding", "Outstanding", sum(row.open_minor for row in late), told.outstanding_minor),
        ("disputed", "In dispute", sum(min(row.disputed_minor, row.open_minor) for row in invoices),
         told.disputed_minor),
        ("unallocated", "Not allocated", unallocated, told.unallocated_minor),
        ("overdue_payable", "Overdue payable", max(0, payable - unallocated), told.overdue_payable_minor),
    ):
        yield Figure(name=name, label=label, recomputed_minor=recomputed, stored_minor=int(stored))


_KEPT = {"balance": KeptFigures.balance_minor, "outstanding": KeptFigures.outstanding_minor,
         "overdue_payable": KeptFigures.payable_minor}


def _of_kept(session: Session, account: Account, figures: Sequence[Figure], as_of: date) -> Iterator[Reason]:
    """Figures kept beside the ledger, which lists sort by, that say something else on a day they are right for."""
    kept = session.execute(select(*[column.label(name) for name, column in _KEPT.items()]).where(
        KeptFigures.account_id == account.id, KeptFigures.kept_on <= as_of, KeptFigures.turns_on > as_of)).one_or_none()
    if kept is None:
        return
    for figure in figures:
        stored = getattr(kept, figure.name, figure.recomputed_minor)
        if stored != figure.recomputed_minor:
            yield Reason(code="kept", words=(
                f"{figure.label} comes to {grouped_amount(figure.recomputed_minor, account.currency)} "
                f"{account.currency}, and lists show {grouped_amount(stored, account.currency)}. "
                '"bursar db figures" reckons them anew.'))


def _differences(
    account: Account, raw: _Raw, rows: Sequence[RunningRow], figures: Sequence[Figure]
) -> Iterator[Reason]:
    def money(minor: int) -> str:
        return f"{grouped_amount(minor, account.currency)} {account.currency}"

    for figure in figures:
        if not figure.agrees:
            yield Reason(code="figure", words=(
                f"{figure.label} comes to {money(figure.recomputed_minor)}, and "
                f"{money(figure.stored_minor)} is shown elsewhere."))
    unsettled = sum(row.open_minor for row in rows if row.signed_minor > 0)
    unallocated = sum(row.open_minor for row in rows if row.signed_minor < 0)
    if rows and unsettled - unallocated != rows[-1].balance_minor:
        yield Reason(code="sides", words=(
            f"{money(unsettled)} unsettled less {money(unallocated)} not allocated is not the "
            f"balance of {money(rows[-1].balance_minor)}."))
    for row in rows:
        document = raw.documents[row.id]
        if row.kind is TransactionKind.INVOICE and raw.line_sums.get(row.id, 0) != document.amount_minor:
            yield Reason(code="lines", words=(
                f"The lines of {row.number} come to {money(raw.line_sums.get(row.id, 0))}, and the "
                f"invoice says {money(document.amount_minor)}."))
        if not 0 <= row.allocated_minor <= document.amount_minor:
            yield Reason(code="allocated", words=(
                f"{money(row.allocated_minor)} of {row.number} are allocated; it has "
                f"{money(document.amount_minor)}."))
        if not 0 <= row.disputed_minor <= document.amount_minor:
            yield Reason(code="disputed", words=(
                f"{money(row.disputed_minor)} of {row.number} are in dispute; it has "
                f"{money(document.amount_minor)}."))
        if document.currency != account.currency:
            yield Reason(code="currency", words=(
                f"{row.number} is in {document.currency}, and the account in {account.currency}."))
        if document.cancels_id is not None:
            yield from _of_counter_row(raw, row, document)
    yield from _of_days(raw)


def _of_counter_row(raw: _Raw, row: RunningRow, document: FinancialTransaction) -> Iterator[Reason]:
    """A cancellation takes back one whole row, and both settle each other."""
    cancelled = raw.documents.get(document.cancels_id or 0)
    if cancelled is None or cancelled.amount_minor != document.amount_minor:
        yield Reason(code="counter_row", words=(
            f"{row.number} cancels no row of the same amount."))
    elif row.open_minor or raw.allocated.get(cancelled.id, 0) != cancelled.amount_minor:
        yield Reason(code="counter_row", words=(
            f"{row.number} cancels {cancelled.number}, and does not settle it whole."))


def _of_days(raw: _Raw) -> Iterator[Reason]:
    """Allocations of days on which one of the two was not there yet, or had not as much."""
    running: dict[int, int] = defaultdict(int)
    last: dict[tuple[int, date], int] = {}
    for allocation in raw.allocations:
        for id_ in (allocation.credit_id, allocation.debit_id):
            document = raw.documents.get(id_)
            running[id_] += allocation.amount_minor
            last[id_, allocation.effective_on] = running[id_]
            if document is None:
                yield Reason(code="day", words=(
                    f"An allocation of {day_text(allocation.effective_on)} is of a document that was "
                    "not posted by then."))
            elif document.effective_on > allocation.effective_on:
                yield Reason(code="day", words=(
                    f"{document.number} is allocated on {day_text(allocation.effective_on)}, before it "
                    f"was posted on {day_text(document.effective_on)}."))
    for (id_, day), amount in last.items():
        document = raw.documents.get(id_)
        if document is not None and day != raw.allocations[-1].effective_on and not (
                0 <= amount <= document.amount_minor):
            money = f"{grouped_amount(amount, document.currency)} {document.currency}"
            yield Reason(code="day", words=(
                f"On {day_text(day)} {money} of {document.number} were allocated; it has "
                f"{grouped_amount(document.amount_minor, document.currency)}."))


def _suggestions(session: Session, account: Account) -> Iterator[Suggestion]:
    found = would_allocate_oldest(session, account.id)
    ids = {id_ for each in found for id_ in (each.credit_id, each.debit_id)}
    numbers = {row.id: row.number for row in session.execute(
        select(FinancialTransaction.id, FinancialTransaction.number).where(FinancialTransaction.id.in_(ids)))}
    for each in found:
        yield Suggestion(credit=numbers.get(each.credit_id) or "", debit=numbers.get(each.debit_id) or "",
                         amount_minor=each.amount_minor)


def _earlier(session: Session, account_id: int) -> Iterator[ReconciliationRow]:
    rows = session.scalars(select(Reconciliation).where(Reconciliation.account_id == account_id)
                           .order_by(Reconciliation.id.desc()))
    for row in rows:
        yield ReconciliationRow(
            id=row.id, effective_on=row.effective_on, balance_minor=row.balance_minor, differences=row.differences,
            note=row.note, recorded_at=row.recorded_at, recorded_by=row.recorded_by)
