"""Closing a period: what accounts begin the next one with, what stands against it, and what stays refused for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.values import PeriodFrequency
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule, RefusedField
from app.services.invoicing.posting import post_invoice
from app.services.jobs import JobContext, Progress
from app.services.ledger.reading import account_figures
from app.services.ledger.writing import NewLine
from app.services.periods.closing import check_and_close, close_period
from app.services.periods.errors import check_period
from app.services.periods.queries import opening_balances, pages_of_periods, periods_page
from app.services.periods.settings import set_periods
from tests.factories.books import Book, scratch, switch_off_guards
from tests.support.filled_books import FilledBooks

MONTHLY, YEARLY = PeriodFrequency.MONTHLY, PeriodFrequency.YEARLY
JANUARY = date(2024, 1, 1)


def on(month: int, day: int, year: int = 2024) -> date:
    return date(year, month, day)


@dataclass
class Ledger:
    """Harbour with one customer and monthly periods from January 2024 on, and a clock that the story moves."""

    database: Database
    clock: FixedClock
    provider: int
    account: int

    def at(self, day: date) -> None:
        self.clock.moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

    def write(self, work: Callable[[Session, Book], object]) -> object:
        return self.database.attempt(lambda session: work(session, Book(session)))

    def invoice(self, number: str, minor: int, posted: date, due: date) -> None:
        self.write(lambda _, book: (book.invoice(self.account, minor, posted, due, number=number),
                                    book.allocate(self.account)))

    def payment(self, number: str, minor: int, received: date) -> None:
        self.write(lambda _, book: (book.payment(self.account, minor, received, number=number),
                                    book.allocate(self.account)))

    def close(self, number: int) -> dict[str, int]:
        """Close a period; what accounts begin the next one with, by currency."""
        done = check_and_close(self.database, JobContext(), provider_id=self.provider, number=number)
        return {total.currency: total.balance_minor for total in done.totals}

    def balance(self, as_of: date) -> int:
        with self.database.read() as session:
            return account_figures(session, [self.account], as_of)[self.account].balance_minor

    def openings(self) -> dict[int, int]:
        with self.database.read() as session:
            return dict(opening_balances(session, account_id=self.account))

    def states(self) -> list[str]:
        with self.database.read() as session:
            return [row.state.value for row in periods_page(session, provider_id=self.provider).periods]


def fill(database: Database) -> tuple[int, int]:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour", currency="EUR")
        account = book.account(provider, "A1", start=date(2023, 1, 1))
        book.account(provider, "A2", start=date(2023, 1, 1))
        return provider, account


@pytest.fixture
def bare(database: Database, clock: FixedClock, filled_books: FilledBooks) -> Ledger:
    provider, account = filled_books.put(database, fill)
    return Ledger(database, clock, provider, account)


@pytest.fixture
def ledger(bare: Ledger) -> Ledger:
    bare.at(on(1, 2))
    with bare.database.write() as session:
        set_periods(session, provider_id=bare.provider, frequency=MONTHLY, first_on=JANUARY)
    return bare


def test_a_balance_across_closes_stays_what_the_rows_come_to(ledger: Ledger) -> None:
    ledger.at(on(1, 20))
    ledger.invoice("I1", 20_000, on(1, 5), on(1, 19))
    ledger.payment("P1", 5_000, on(1, 12))
    ledger.at(on(2, 1))
    ledger.invoice("I2", 7_500, on(2, 1), on(2, 15))  # not closed yet, and falls into February
    before = ledger.balance(on(2, 2))
    assert ledger.close(1) == {"EUR": 15_000}
    assert ledger.openings() == {1: 0, 2: 15_000}
    assert ledger.balance(on(2, 2)) == before == 22_500
    with pytest.raises(RefusedByRule, match=r"30 Jan 2024 is in the accounting period 1 Jan 2024 to 31 Jan 2024 of "
                                            r"Harbour, which test closed on 1 Feb 2024\. Post on 1 Feb 2024 or later"):
        ledger.invoice("I3", 4_000, on(1, 30), on(2, 13))
    with pytest.raises(RefusedByRule, match="31 Dec 2023 is before the first accounting period of Harbour, which "
                                            "begins on 1 Jan 2024"):
        ledger.payment("P2", 100, on(12, 31, 2023))
    ledger.at(on(2, 29))
    with pytest.raises(RefusedByRule, match="has not ended: it can be closed from 1 Mar 2024 on"):
        ledger.close(2)
    ledger.at(on(3, 1))
    assert ledger.close(2) == {"EUR": 22_500}
    assert ledger.openings() == {1: 0, 2: 15_000, 3: 22_500}
    assert ledger.states() == ["closed", "closed", "open"]


def test_what_was_posted_before_the_first_period_is_what_accounts_begin_it_with(bare: Ledger) -> None:
    bare.at(on(1, 2))
    bare.invoice("I1", 20_000, on(12, 5, 2023), on(12, 19, 2023))
    bare.invoice("I2", 500, JANUARY, on(1, 15))
    with bare.database.write() as session:
        set_periods(session, provider_id=bare.provider, frequency=YEARLY, first_on=JANUARY)
    assert bare.openings() == {1: 20_000}
    bare.at(on(1, 1, 2025))
    assert bare.close(1) == {"EUR": 20_500}
    with bare.database.read() as session:
        page = periods_page(session, provider_id=bare.provider)
        assert [(row.starts_on, row.ends_on, row.closed_by) for row in page.periods] == [
            (JANUARY, on(12, 31), "test"), (on(1, 1, 2025), on(12, 31, 2025), None)]
        assert [each.provider_code for each in pages_of_periods(session)] == ["HT"]


def test_how_periods_run_is_settled_once(ledger: Ledger) -> None:
    def again(frequency: PeriodFrequency, first_on: date, provider: int = 0) -> bool:
        with ledger.database.write() as session:
            return bool(set_periods(session, provider_id=provider or ledger.provider, frequency=frequency,
                                    first_on=first_on))

    assert not again(MONTHLY, JANUARY)
    with pytest.raises(RefusedField, match="Harbour has monthly accounting periods from 1 Jan 2024 on, as test set"):
        again(YEARLY, JANUARY)
    with pytest.raises(RefusedField, match="They are set up once"):
        again(MONTHLY, on(1, 2))
    other = ledger.write(lambda _, book: book.provider("CC"))
    assert isinstance(other, int)
    with pytest.raises(RefusedField, match=r"nothing could be posted before\. Let it begin today, 2 Jan 2024"):
        again(MONTHLY, on(1, 3), other)
    assert ledger.states() == ["open"]


def test_whoever_comes_second_does_not_close_the_next_one(ledger: Ledger) -> None:
    ledger.at(on(4, 1))
    ledger.close(1)
    with pytest.raises(RefusedByRule, match=r"closed meanwhile: test closed it on 1 Apr 2024 at 12:00\. Nothing was"):
        ledger.close(1)
    with pytest.raises(RefusedByRule, match="no accounting period 3 to be closed"):
        ledger.close(3)
    assert ledger.states() == ["closed", "open"]


_LATE = ("INSERT INTO financial_transaction (provider_id, account_id, kind, state, number, currency, amount_minor, "
         "net_minor, tax_minor, issued_on, effective_on, recorded_at, posted_by, description, method, imported) VALUES "
         "({provider}, {account}, 'payment', 'posted', 'LATE', 'EUR', 100, 100, 0, '2024-01-30', '2024-01-30', "
         "'2024-02-20 00:00:00', 'x', '', '', false)")
_I2 = "(SELECT id FROM financial_transaction WHERE number = 'I2')"
FAULTS: dict[str, tuple[str, str]] = {
    "lines": (f"UPDATE invoice_line SET amount_minor = 1, net_minor = 1 WHERE transaction_id = {_I2}",
              "The lines of the invoice I2 do not add up"),
    "allocations": (f"UPDATE allocation SET amount_minor = 9000 WHERE debit_id = {_I2}",
                    "More is allocated of I2 than it has"),
    "late_rows": (_LATE, "LATE came in later for a day that was closed"),
    "opening_balances": ("UPDATE opening_balance SET balance_minor = 1 WHERE balance_minor = 15000",
                         "Account A1 did not begin the period with what its documents come to"),
}


def test_any_error_stops_the_closing_and_is_named(ledger: Ledger) -> None:
    ledger.at(on(2, 1))
    ledger.invoice("I1", 20_000, on(1, 5), on(1, 19))
    ledger.payment("P1", 5_000, on(1, 12))
    ledger.close(1)
    ledger.at(on(3, 1))
    ledger.invoice("I2", 7_500, on(2, 10), on(2, 24))
    ledger.payment("P2", 19_000, on(2, 12))
    told: dict[str, str] = {}
    for code, (statement, _) in FAULTS.items():
        with scratch(ledger.database) as session:
            switch_off_guards(session)
            session.execute(text(statement.format(provider=ledger.provider, account=ledger.account)))
            found = check_period(session, provider_id=ledger.provider)
            assert code in [error.code for error in found.errors]
            with pytest.raises(RefusedByRule, match=r"1 Feb 2024 to 29 Feb 2024 cannot be closed.*Nothing was") as no:
                close_period(session, provider_id=ledger.provider, checked=found)
            told[code] = str(no.value)
    assert {code: words for code, (_, words) in FAULTS.items() if words not in told[code]} == {}
    with ledger.database.read() as session:
        assert check_period(session, provider_id=ledger.provider).sentence == ""
    assert ledger.close(2) == {"EUR": 3_500}


def test_the_job_says_how_far_it_is_and_stops_without_a_change(ledger: Ledger) -> None:
    ledger.at(on(2, 1))
    notes: list[str] = []
    context = JobContext(lambda progress: notes.append(f"{progress.done}/{progress.total} {progress.note}"))
    done = check_and_close(ledger.database, context, provider_id=ledger.provider, number=1)
    assert (done.accounts, done.closed.number, done.opened.starts_on) == (4, 1, on(2, 1))  # two of the provider itself
    assert notes[0] == "0/5 Lines of invoices"
    assert notes[-1] == "4/5 Totals"
    ledger.at(on(3, 1))
    stopped = JobContext(lambda progress: _stop_at(stopped, progress))
    with pytest.raises(Exception, match="Stopped"):
        check_and_close(ledger.database, stopped, provider_id=ledger.provider, number=2)
    assert ledger.states() == ["closed", "open"]


def _stop_at(context: JobContext, progress: Progress) -> None:
    if progress.note == "Balances of the next period":
        context.cancel()


def test_posting_an_invoice_made_here_is_refused_too(ledger: Ledger) -> None:
    ledger.at(on(2, 1))
    ledger.close(1)
    with ledger.database.write() as session, pytest.raises(RefusedByRule, match="Post on 1 Feb 2024 or later"):
        post_invoice(session, account_id=ledger.account, posted_on=on(1, 31),
                     lines=[NewLine(description="Fees", net_minor=100)])


def test_an_account_that_came_later_begins_with_nothing(ledger: Ledger) -> None:
    ledger.at(on(2, 1))
    late = ledger.write(lambda _, book: book.account(ledger.provider, "A3", start=on(1, 20)))
    assert isinstance(late, int)
    with ledger.database.read() as session:
        assert dict(opening_balances(session, account_id=late)) == {}
    ledger.close(1)
    with ledger.database.read() as session:
        assert dict(opening_balances(session, account_id=late)) == {2: 0}
        with pytest.raises(NotFound):
            periods_page(session, provider_id=late)
