"""The figures of an account against a naive reading of its history, day by day, on random histories."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models.values import AccountType
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.ledger.disputes import end_dispute
from app.services.ledger.reading import AccountFigures, account_figures
from app.services.upkeep.check import check_database
from tests.factories.books import Book, scratch

FIRST = date(2025, 1, 1)


@dataclass
class Invoice:
    """One invoice of a history; days count from FIRST."""

    amount: int
    posted: int
    terms: int
    disputed: int = 0
    dispute_from: int = 0
    dispute_days: int | None = None
    left: int = field(default=0, compare=False)

    def disputed_on(self, day: int) -> int:
        begun = self.disputed > 0 and self.dispute_from <= day
        over = self.dispute_days is not None and self.dispute_from + self.dispute_days <= day
        return self.disputed if begun and not over else 0

    @property
    def due(self) -> int:
        return self.posted + self.terms


@dataclass
class Payment:
    """One payment of a history; `targets` are positions of the invoices it names."""

    amount: int
    day: int
    targets: tuple[int, ...] = ()
    left: int = field(default=0, compare=False)


@dataclass
class History:
    """What happened on one account."""

    invoices: list[Invoice]
    payments: list[Payment]


@st.composite
def histories(draw: st.DrawFn) -> History:
    day, amount = st.integers(0, 60), st.integers(1, 300)
    invoices = []
    for _ in range(draw(st.integers(0, 5))):
        invoice = Invoice(draw(amount), draw(day), draw(st.sampled_from([0, 1, 7, 14, 30])))
        if draw(st.booleans()):
            invoice.disputed = draw(st.integers(1, invoice.amount))
            invoice.dispute_from = invoice.posted + draw(st.integers(0, 20))
            invoice.dispute_days = draw(st.one_of(st.none(), st.integers(0, 40)))
        invoices.append(invoice)
    payments = [
        Payment(draw(amount), draw(day), tuple(draw(st.sets(st.integers(0, len(invoices) - 1), max_size=2)))
                if invoices else ())
        for _ in range(draw(st.integers(0, 5)))
    ]
    return History(invoices, payments)


def naive_figures(history: History, as_of: int) -> dict[str, object]:
    """Live through every day: settle what may be settled, then read the figures in the evening of `as_of`."""
    invoices, payments = history.invoices, history.payments
    for row in (*invoices, *payments):
        row.left = row.amount
    for day in range(as_of + 1):
        due_first = sorted((i for i in invoices if i.posted <= day), key=lambda i: (i.due, i.posted, invoices.index(i)))
        oldest_first = sorted((p for p in payments if p.day <= day), key=lambda p: (p.day, payments.index(p)))
        for named in (True, False):
            for payment in oldest_first:
                for invoice in due_first:
                    if named and invoices.index(invoice) not in payment.targets:
                        continue
                    part = max(0, min(payment.left, invoice.left - invoice.disputed_on(day)))
                    payment.left -= part
                    invoice.left -= part
    here = [i for i in invoices if i.posted <= as_of]
    paid = [p for p in payments if p.day <= as_of]
    still_open = [i for i in here if i.left > 0]
    late = [(i, as_of - i.due, max(0, i.left - i.disputed_on(as_of))) for i in still_open if i.due < as_of]
    unallocated = sum(p.left for p in paid)
    buckets = [0, 0, 0, 0, 0]
    for invoice in still_open:
        days = as_of - invoice.due
        buckets[0 if days <= 0 else min(4, 1 + (days - 1) // 30)] += invoice.left
    return {
        "balance_minor": sum(i.amount for i in here) - sum(p.amount for p in paid),
        "outstanding_minor": sum(i.left for i, _, _ in late),
        "disputed_minor": sum(min(i.disputed_on(as_of), i.left) for i in still_open),
        "unallocated_minor": unallocated,
        "overdue_payable_minor": max(0, sum(payable for _, _, payable in late) - unallocated),
        "oldest_overdue_days": max((days for _, days, payable in late if payable > 0), default=0),
        "open_invoices": len(still_open),
        "ageing_minor": tuple(buckets),
    }


def as_dict(figures: AccountFigures) -> dict[str, object]:
    names = ("balance_minor", "outstanding_minor", "disputed_minor", "unallocated_minor", "overdue_payable_minor",
             "oldest_overdue_days", "open_invoices", "ageing_minor")
    return {name: getattr(figures, name) for name in names}


def day_of(number: int) -> date:
    return FIRST + timedelta(days=number)


def write_at_once(book: Book, account: int, history: History) -> None:
    """As an import does: all invoices with their disputes, all payments, then one allocation."""
    ids = []
    for i in history.invoices:
        invoice = book.invoice(account, i.amount, day_of(i.posted), day_of(i.due))
        ids.append(invoice)
        if i.disputed:
            until = None if i.dispute_days is None else day_of(i.dispute_from + i.dispute_days)
            book.dispute(invoice, i.disputed, day_of(i.dispute_from), until)
    for p in history.payments:
        book.payment(account, p.amount, day_of(p.day), targets=[ids[t] for t in p.targets])
    book.allocate(account)


def event_days(history: History) -> list[int]:
    """Days on which something is entered, in order."""
    days = {p.day for p in history.payments}
    for i in history.invoices:
        days |= {i.posted, i.dispute_from, i.dispute_from + (i.dispute_days or 0)}
    return sorted(days)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=histories(), days=st.lists(st.integers(0, 130), min_size=1, max_size=6))
def test_figures_equal_a_naive_reading_of_the_history(
    database: Database, history: History, days: list[int]
) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "A1")
        write_at_once(book, account, history)
        assert check_database(session) == []
        for day in days:
            figures = account_figures(session, [account], day_of(day))[account]
            assert as_dict(figures) == naive_figures(history, day), day


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=histories(), day=st.integers(0, 130))
def test_history_entered_day_by_day_gives_the_same_figures(database: Database, history: History, day: int) -> None:
    """Each event is entered and allocated on its own day; a dispute's end is entered when it ends."""
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "A1")
        ids: dict[int, int] = {}
        disputes: dict[int, int] = {}
        for now in event_days(history):
            for position, i in enumerate(history.invoices):
                if i.posted == now:
                    ids[position] = book.invoice(account, i.amount, day_of(now), day_of(i.due))
                if i.disputed and i.dispute_from == now:
                    disputes[position] = book.dispute(ids[position], i.disputed, day_of(now))
                if i.disputed and i.dispute_days is not None and i.dispute_from + i.dispute_days == now:
                    end_dispute(session, dispute_id=disputes[position], on=day_of(now))
            for p in history.payments:
                if p.day == now:
                    # A payment can name an invoice only once it is there.
                    p.targets = tuple(t for t in p.targets if t in ids)
                    book.payment(account, p.amount, day_of(now), targets=[ids[t] for t in p.targets])
            book.allocate(account)
        figures = account_figures(session, [account], day_of(day))[account]
        assert as_dict(figures) == naive_figures(history, day)


def test_every_account_asked_for_has_figures_even_without_a_row(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", currency="JPY")
        empty = book.account(provider, "A1")
        figures = account_figures(session, [empty, provider], day_of(0))
        assert set(figures) == {empty, provider}
        assert (figures[empty].currency, figures[empty].balance_minor, figures[empty].ageing_minor) == (
            "JPY", 0, (0, 0, 0, 0, 0))


def test_what_was_known_by_an_instant_never_changes(database: Database, clock: FixedClock) -> None:
    """A payment entered later with an earlier date changes what holds for the day, not what was known then."""
    with database.write() as session:
        book = Book(session)
        account = book.account(book.provider("HT", kind=AccountType.RETAIL), "A1")
        book.invoice(account, 5000, date(2025, 1, 1), date(2025, 1, 8))
        book.allocate(account)
    known_at: datetime = clock.moment
    clock.moment = known_at + timedelta(days=3)
    with database.write() as session:
        book = Book(session)
        book.payment(account, 2000, date(2025, 1, 5), number="late")
        book.allocate(account)
    with database.read() as session:
        now = account_figures(session, [account], date(2025, 2, 1))[account]
        then = account_figures(session, [account], date(2025, 2, 1), known_at)[account]
    assert (now.balance_minor, now.outstanding_minor) == (3000, 3000)
    assert (then.balance_minor, then.outstanding_minor, then.open_invoices) == (5000, 5000, 1)
