"""Over random histories with closings a balance is what an account began a period with and what was posted since."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.values import PeriodFrequency, TransactionState
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.ledger.reading import account_figures, signed_amount
from app.services.periods.closing import close_period
from app.services.periods.errors import check_period
from app.services.periods.queries import opening_balances, periods_page
from app.services.periods.settings import set_periods
from app.services.upkeep.period_checks import balances_that_do_not_follow, periods_out_of_order
from tests.factories.books import Book, scratch
from tests.support.examples import few_examples
from tests.support.filled_books import FilledBooks

FIRST, TODAY = date(2025, 1, 31), date(2026, 3, 16)
Act = tuple[str, int, int, int]
ACTS = st.lists(st.one_of(
    st.tuples(st.just("close"), st.just(0), st.just(0), st.just(0)),
    st.tuples(st.sampled_from(["invoice", "payment"]), st.integers(0, 1), st.integers(-70, 410), st.integers(1, 9_000)),
), min_size=6, max_size=24)


def fill(database: Database) -> tuple[int, tuple[int, int]]:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT")
        return provider, (book.account(provider, "A1"), book.account(provider, "A2"))


def since(session: Session, account: int, first: date, as_of: date) -> int:
    t = FinancialTransaction
    return int(session.scalar(select(func.coalesce(func.sum(signed_amount()), 0)).where(
        t.account_id == account, t.state == TransactionState.POSTED.value,
        t.effective_on.between(first, as_of))) or 0)


@pytest.fixture
def book(database: Database, filled_books: FilledBooks) -> tuple[Database, int, tuple[int, int]]:
    return (database, *filled_books.put(database, fill))


@few_examples(8)
@given(acts=ACTS, before=st.lists(st.integers(1, 9_000), max_size=3))
def test_a_balance_is_its_beginning_and_what_was_posted_since(
    book: tuple[Database, int, tuple[int, int]], acts: list[Act], before: list[int]
) -> None:
    database, provider, accounts = book
    with scratch(database) as session:
        made, posted = Book(session), list[tuple[int, date, int]]()
        for minor in before:
            made.invoice(accounts[0], minor, FIRST - timedelta(days=1), FIRST)
            posted.append((accounts[0], FIRST - timedelta(days=1), minor))
        set_periods(session, provider_id=provider, frequency=PeriodFrequency.MONTHLY, first_on=FIRST)
        for kind, which, offset, minor in acts:
            period = periods_page(session, provider_id=provider).open_one
            assert period is not None
            day = FIRST + timedelta(days=offset)
            if kind == "close":
                if period.ends_on < TODAY:
                    close_period(session, provider_id=provider, checked=check_period(session, provider_id=provider))
            elif day < period.starts_on:
                with pytest.raises(RefusedByRule, match="or later"):
                    made.payment(accounts[which], minor, day)
            elif kind == "invoice":
                made.invoice(accounts[which], minor, day, day)
                posted.append((accounts[which], day, minor))
            else:
                made.payment(accounts[which], minor, day)
                posted.append((accounts[which], day, -minor))
            made.allocate(*accounts)
        page = periods_page(session, provider_id=provider)
        for account in accounts:
            begun = opening_balances(session, account_id=account)
            for row in page.periods:
                plain = sum(minor for of, day, minor in posted if of == account and day < row.starts_on)
                assert begun[row.number] == plain
                for as_of in (row.starts_on, row.ends_on, TODAY):
                    figures = account_figures(session, [account], as_of)[account]
                    assert begun[row.number] + since(session, account, row.starts_on, as_of) == figures.balance_minor
        assert periods_out_of_order(session) == []
        assert balances_that_do_not_follow(session) == []
