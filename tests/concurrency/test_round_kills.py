"""Rounds that are killed again and again end as one that never was: nothing is done twice, nothing told twice."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from multiprocessing.process import BaseProcess

import pytest
from sqlalchemy import select, update

from app.models.events.outbox import OutboxMessage
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.values import EventAction, GatewayKind
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.events.mappings import provision_events
from app.services.gateways.settings import set_gateway
from app.services.jobs import JobContext
from app.services.schedule.round import run_round
from tests.concurrency.test_scan_kills import twin  # noqa: F401  a fixture: a copy of the book's database
from tests.support.mail_server import MailServerOfTests, mail_server
from tests.support.round_driver import do_round
from tests.support.scan_books import Book
from tests.support.switches import switch_on
from tests.support.warm_processes import warm_context

KILLS = int(os.environ.get("ROUND_KILLS", "4"))
"""So many rounds are killed in one test; 50 for a thorough look."""
_TOLD = (("invoice_overdue", 3), ("auto_suspend", 0), ("auto_unsuspend", 0))


@pytest.fixture
def server() -> Iterator[MailServerOfTests]:
    with mail_server() as running:
        yield running


@pytest.fixture
def book(database: Database, clock: FixedClock, server: MailServerOfTests) -> Book:
    """Six are to be reminded, six to be suspended with two services each, three to be restored."""
    book = Book(database, clock, zone="UTC")
    book.at("2025-06-24 07:00")
    book.rules()
    with database.write() as session:
        profile_id = session.scalars(select(Provider.default_profile_id).where(
            Provider.account_id == book.provider_id)).one()
        provision_events(session, provider_id=book.provider_id, profile_id=profile_id)
        for event, period in _TOLD:
            switch_on(session, provider_id=book.provider_id, events=[event], period_days=period,
                      action=EventAction.MESSAGE)
    for place in range(15):
        book.account(f"A{place:02}", services=2)
    for place in range(3):
        book.invoice(f"A{place:02}", 6_600, due="2025-06-01")
    book.at("2025-06-24 07:30")
    book.run()
    for place in range(3):
        book.pay(f"A{place:02}", 6_600, on="2025-06-24")
    for place in range(3, 9):
        book.invoice(f"A{place:02}", 6_600, due="2025-06-01")
    for place in range(9, 15):
        book.invoice(f"A{place:02}", 6_600, due="2025-06-21")
    with database.write() as session:
        for code, id_ in book.accounts.items():
            contact = select(AccountContact.contact_id).where(AccountContact.account_id == id_)
            session.execute(update(Contact).where(Contact.id.in_(contact)).values(email=f"{code.lower()}@example.net"))
        session.execute(update(OutboxMessage).values(state="cancelled"))  # of the restrictions before the story
        set_gateway(session, provider_id=book.provider_id, kind=GatewayKind.SMTP, seen=None, settings={
            "host": server.host, "port": server.port, "security": "none"})
    book.at("2025-06-24 09:00")
    return book


def outcome(database: Database) -> list[tuple[str, ...]]:
    """What stands in the books: status and services of each account, and what it is told, once for each message."""
    with database.read() as session:
        rows = [("account", *row) for row in session.execute(select(Account.code, Account.status))]
        rows += [("service", *row) for row in session.execute(select(Service.identifier, Service.state))]
        rows += [("message", *row) for row in session.execute(
            select(Account.code, OutboxMessage.event, OutboxMessage.action)
            .join(Account, Account.id == OutboxMessage.account_id))]
    return sorted(rows)


def begun(book: Book) -> BaseProcess:
    url = book.database.url.render_as_string(hide_password=False)
    process = warm_context().Process(target=do_round, args=(url, book.clock.moment.isoformat()))
    process.start()
    return process


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_killed_at_random_a_round_ends_as_one_that_was_not(
    book: Book, twin: Database, server: MailServerOfTests, seed: int,  # noqa: F811  the fixture
) -> None:
    run_round(twin, JobContext())
    dice = random.Random(seed)
    killed = 0
    for _ in range(KILLS):
        process = begun(book)
        process.join(dice.uniform(0.05, 1.5))
        killed += process.is_alive()
        process.kill()
        process.join()
    last = begun(book)
    last.join(60)
    assert last.exitcode == 0
    assert outcome(book.database) == outcome(twin)
    arrived = Counter(mail.message_id for mail in server.mails)
    assert max(arrived.values()) == 1
    states = Counter(row.state for row in book.rows(OutboxMessage)
                     if row.action == "message" and row.state != "cancelled")
    assert set(states) <= {"sent", "unknown"}
    assert sum(states.values()) == 6 + 12 + 6
    assert states["unknown"] <= killed
    assert states["sent"] <= len(arrived) <= sum(states.values())
