"""A closing that is killed has closed its period, or has not; one that meets a posting waits, or is waited for."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from app.models.ledger.periods import AccountingPeriod, OpeningBalance
from app.models.values import PeriodFrequency
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.jobs import JobContext
from app.services.periods.closing import check_and_close
from app.services.periods.settings import set_periods
from app.services.upkeep.check import check_database
from tests.factories.books import Book
from tests.support.closing_driver import close
from tests.support.warm_processes import warm_context

ACCOUNTS = 60


@pytest.fixture
def provider(database: Database, clock: FixedClock) -> int:
    """Sixty customers with an invoice each, and monthly periods since 2010."""
    clock.moment = datetime(2026, 3, 16, 9, tzinfo=UTC)
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT")
        set_periods(session, provider_id=provider, frequency=PeriodFrequency.MONTHLY, first_on=date(2010, 1, 1))
        for n in range(ACCOUNTS):
            book.invoice(book.account(provider, f"A{n}"), 1_000 + n, date(2010, 1, 20), date(2010, 2, 1))
    return provider


def standing(database: Database) -> list[tuple[int, str, int]]:
    """The periods: number, state, and how many accounts have a balance of their beginning."""
    balances = func.count(OpeningBalance.account_id)
    with database.read() as session:
        return [(number, state, count) for number, state, count in session.execute(
            select(AccountingPeriod.number, AccountingPeriod.state, balances)
            .outerjoin(OpeningBalance, OpeningBalance.period_id == AccountingPeriod.id)
            .group_by(AccountingPeriod.id, AccountingPeriod.number, AccountingPeriod.state)
            .order_by(AccountingPeriod.number))]


@pytest.mark.slow
def test_killed_at_random_a_period_is_closed_or_it_is_not(
    database: Database, provider: int, clock: FixedClock
) -> None:
    dice = random.Random(7)
    first = standing(database)[0][2]
    url = database.url.render_as_string(hide_password=False)
    kills = {True: 0, False: 0}
    for _ in range(8):
        before = len(standing(database))
        ours, theirs = multiprocessing.Pipe()
        process = warm_context().Process(target=close, args=(theirs, url, provider, before, clock.moment.isoformat()))
        process.start()
        theirs.close()
        assert ours.poll(60)
        for _ in range(dice.choice((3, 4, 5, 5, 6))):  # behind the fifth it commits
            if ours.recv() == "closed":
                break
            ours.send("go on")
        time.sleep(dice.uniform(0, 0.1))
        process.kill()
        process.join()
        ours.close()
        now = standing(database)
        kills[len(now) > before] += 1
        assert len(now) in (before, before + 1)
        assert [state for _, state, _ in now] == ["closed"] * (len(now) - 1) + ["open"]
        assert {count for _, _, count in now[1:]} <= {first + ACCOUNTS}
    assert min(kills.values()) > 0, kills
    with database.read() as session:
        assert check_database(session) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_was_begun_before_the_closing_is_in_it(database: Database, provider: int) -> None:
    """A posting that is not committed yet holds the closing up; one that comes behind it is refused."""
    ended: list[int] = []

    def closing() -> None:
        done = check_and_close(database, JobContext(), provider_id=provider, number=1)
        ended.append(done.totals[0].balance_minor)

    with database.write() as session:
        book = Book(session)
        account = book.account(provider, "LATE")
        book.invoice(account, 5, date(2010, 1, 31), date(2010, 2, 1), number="LATE")
        thread = threading.Thread(target=closing)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(30)
    assert ended == [sum(1_000 + n for n in range(ACCOUNTS)) + 5]
    with database.write() as session, pytest.raises(RefusedByRule, match="Post on 1 Feb 2010 or later"):
        Book(session).payment(account, 5, date(2010, 1, 31))
