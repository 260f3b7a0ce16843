"""A file of receivables with reminders on: over two years every one comes once, and none for what is not owed.

What is expected is read from the file alone, by the words of the rule: a reminder has its day, and on that day the
invoice is neither settled nor in dispute.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.models.events.outbox import OutboxMessage
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.services.clock import FixedClock
from app.services.hierarchy.finding import find_provider
from app.services.jobs import JobContext
from app.services.schedule.due import timetables
from app.services.schedule.reminders import raise_reminders
from tests.real_input.test_replay import Line, days_of, read_file
from tests.support.switches import LONG_AGO, switch_on

if TYPE_CHECKING:
    from tests.real_input.conftest import Book

DAYS = int(os.environ.get("REMINDED_EVERY", "9"))
"""So many days lie between two rounds; 1 for a thorough look."""
_SWITCHED = [("invoice_overdue", 3), ("invoice_overdue", 14)]
_BEFORE = ("invoice_due", 5)
"""Of the small file alone: before its due day nearly every invoice is owed."""
Fired = tuple[str, str, str, int, date]
"""Provider, customer, event, period, and the due day of the invoice."""


@pytest.mark.slow
def test_every_reminder_comes_once_and_none_for_what_is_not_owed(receivables: Book) -> None:
    """A round every ninth day on a file, every 27th on a server; the days between are caught up."""
    step = DAYS if receivables.database.is_embedded else 3 * DAYS
    switched = _SWITCHED if receivables.is_real else [*_SWITCHED, _BEFORE]
    customers = read_file(receivables.path)
    with receivables.database.write() as session:
        providers = {code: find_provider(session, code).id for code in {provider for provider, _ in customers}}
        for provider_id in providers.values():
            for event, period in switched:
                switch_on(session, provider_id=provider_id, events=[event], period_days=period, since=LONG_AGO)
    clock = cast("FixedClock", receivables.database.clock)
    started = clock.moment
    expected: list[Fired] = []
    count = 0
    try:
        for day in days_of(customers, step):
            clock.moment = datetime.combine(day, time(12), UTC)
            with receivables.database.read() as session:
                tables = timetables(session)
            count += sum(raise_reminders(receivables.database, JobContext(), table=table, now=clock.moment)
                         for table in tables)
            expected += [(*customer, *fired) for customer, lines in customers.items()
                         for line in lines for fired in _of_a_round(line, day, step, switched)]
    finally:
        clock.moment = started
    assert count == len(expected) > 0
    found = _raised(receivables)
    assert sorted(found) == sorted(expected)


def _of_a_round(
    line: Line, day: date, step: int, switched: Sequence[tuple[str, int]]
) -> list[tuple[str, int, date]]:
    """What a round of a day raises of an invoice: its turn came since the round before, and it is owed today."""
    fired = []
    for event, period in switched:
        turn = line.due + timedelta(days=period if event == "invoice_overdue" else -period)
        if day - timedelta(days=step) < turn <= day and line.issued <= turn and line.unsettled_on(day) \
                and not line.disputed:
            fired.append((event, period, line.due))
    return fired


def _raised(book: Book) -> list[Fired]:
    provider = aliased(Account)
    with book.database.read() as session:
        rows = session.execute(
            select(provider.code, Account.code, OutboxMessage.event, OutboxMessage.period_days,
                   FinancialTransaction.due_on)
            .join(provider, provider.id == OutboxMessage.provider_id)
            .join(Account, Account.id == OutboxMessage.account_id)
            .join(FinancialTransaction, FinancialTransaction.id == OutboxMessage.invoice_id)).all()
    return [(code, customer, event, period, due) for code, customer, event, period, due in rows if due is not None]
