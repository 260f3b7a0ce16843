"""Rounds of everything that is due: order, schedule, pause, brake, leases, and the worked example day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.models.events.mapping import EventAction as Switch
from app.models.events.outbox import OutboxMessage
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.provider import Provider
from app.models.schedule.automation import PollerState
from app.models.suspension.scans import ScanRun
from app.models.values import EventAction, GatewayKind
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.events.mappings import provision_events
from app.services.gateways.settings import set_gateway
from app.services.jobs import JobContext
from app.services.providers.automation import pause_schedule, resume_schedule, set_automation
from app.services.scans.lease import acquire, release, this_owner
from app.services.schedule.due import Poller, next_due, poller_rows
from app.services.schedule.round import RoundReport, scanner_state, whole_round
from tests.support.mail_server import MailServerOfTests, mail_server
from tests.support.scan_books import Book
from tests.support.switches import switch_on

MESSAGE = EventAction.MESSAGE
WINDOW = "Mon-Thu 09:00-16:00"


@pytest.fixture
def book(database: Database, clock: FixedClock) -> Book:
    book = Book(database, clock)
    book.at("2025-06-24 07:00")
    book.rules(x=5000, y=14, k=1000, wait=3, windows=[WINDOW])
    return book


@pytest.fixture
def server(book: Book) -> Iterator[MailServerOfTests]:
    with mail_server() as running:
        with book.database.write() as session:
            set_gateway(session, provider_id=book.provider_id, kind=GatewayKind.SMTP, seen=None, settings={
                "host": running.host, "port": running.port, "security": "none"})
        yield running


def told(book: Book, event: str, period_days: int = 0) -> None:
    """Tell an event by e-mail, in the words that it begins with."""
    with book.database.write() as session:
        profile_id = session.scalars(select(Provider.default_profile_id).where(
            Provider.account_id == book.provider_id)).one()
        provision_events(session, provider_id=book.provider_id, profile_id=profile_id)
        switch_on(session, provider_id=book.provider_id, events=[event], action=MESSAGE, period_days=period_days)


def reachable(book: Book) -> None:
    """Give every account the address of its code."""
    with book.database.write() as session:
        for code, id_ in book.accounts.items():
            contact = select(AccountContact.contact_id).where(AccountContact.account_id == id_)
            session.execute(update(Contact).where(Contact.id.in_(contact)).values(email=f"{code.lower()}@example.net"))


def round_at(book: Book, at: str) -> RoundReport:
    book.at(at)
    return whole_round(book.database, JobContext())


def figures(report: RoundReport) -> tuple[int, int, int, int]:
    return report.reminders, report.restored, report.suspended, report.sent


def test_a_round_does_everything_that_is_due_and_sends_it_at_once(book: Book, server: MailServerOfTests) -> None:
    for event, period in (("invoice_overdue", 3), ("auto_suspend", 0), ("auto_unsuspend", 0)):
        told(book, event, period)
    for code in ("OLD", "NEW", "PAID"):
        book.account(code, services=2)
    reachable(book)
    book.invoice("OLD", 6_600, due="2025-06-09")
    book.invoice("NEW", 6_600, due="2025-06-21")
    book.invoice("PAID", 6_600, due="2025-06-09")
    assert figures(round_at(book, "2025-06-24 07:59")) == (0, 0, 0, 0)
    assert figures(round_at(book, "2025-06-24 08:00")) == (1, 0, 0, 1)
    report = round_at(book, "2025-06-24 09:00")
    assert figures(report) == (0, 0, 2, 4)
    assert report.sentence == "2 accounts suspended, 4 messages sent."
    assert figures(round_at(book, "2025-06-24 09:01")) == (0, 0, 0, 0)
    book.pay("PAID", 6_600, on="2025-06-24")
    assert figures(round_at(book, "2025-06-24 09:59")) == (0, 0, 0, 0), "restorations are hourly"
    assert figures(round_at(book, "2025-06-24 10:00")) == (0, 1, 0, 2)
    assert server.recipients() == ["new@example.net", *["old@example.net"] * 2, *["paid@example.net"] * 4]
    assert {row.state for row in book.rows(OutboxMessage)} <= {"sent", "suppressed"}
    assert {row.origin for row in book.rows(ScanRun)} == {"watch"}


def test_a_step_that_was_missed_is_done_once_and_windows_hold(book: Book) -> None:
    book.account("A1")
    book.invoice("A1", 6_600, due="2025-06-12")              # may be suspended from Friday the 27th on
    round_at(book, "2025-06-26 09:30")
    assert round_at(book, "2025-06-27 09:30").suspended == 0, "no window opens on a Friday"
    assert round_at(book, "2025-06-30 08:59").suspended == 0
    assert round_at(book, "2025-06-30 17:00").suspended == 0, "late: the window is closed, so it stays a proposal"
    assert round_at(book, "2025-07-01 08:30").suspended == 0
    assert round_at(book, "2025-07-01 11:00").suspended == 1


def test_times_that_are_set_take_the_place_of_windows(book: Book) -> None:
    with book.database.write() as session:
        set_automation(session, provider_id=book.provider_id, settings={"suspend_at": ("11:00", "15:00")}, seen={})
    book.account("A1")
    book.account("A2")
    book.invoice("A1", 6_600, due="2025-06-09")
    assert round_at(book, "2025-06-24 10:59").suspended == 0
    assert round_at(book, "2025-06-24 11:00").suspended == 1
    book.invoice("A2", 6_600, due="2025-06-09")
    assert round_at(book, "2025-06-24 14:59").suspended == 0
    assert round_at(book, "2025-06-24 15:00").suspended == 1


def test_a_pause_rests_the_schedule_and_what_was_missed_is_caught_up(book: Book) -> None:
    with book.database.write() as session:
        switch_on(session, provider_id=book.provider_id, events=["invoice_overdue"], period_days=3)
        pause_schedule(session, provider_id=book.provider_id, reason="The books are being checked")
    book.account("A1")
    book.invoice("A1", 6_600, due="2025-06-09")
    book.invoice("A1", 6_600, due="2025-06-21")
    assert figures(round_at(book, "2025-06-24 10:00")) == (0, 0, 0, 0)
    with book.database.write() as session:
        assert {row.due_at for row in poller_rows(session)} == {None}
        assert next_due(session) is None
        assert {row.pause.partition(": ")[2] for row in poller_rows(session)} == {"The books are being checked"}
        resume_schedule(session, provider_id=book.provider_id)
    assert figures(round_at(book, "2025-06-25 10:00"))[:3] == (1, 0, 1)


@pytest.mark.parametrize("resting", ["paused", "off"])
def test_who_paid_is_not_reminded_where_reminders_rest_by_now(
    book: Book, server: MailServerOfTests, resting: str
) -> None:
    told(book, "invoice_overdue", 3)
    for code in ("PAID", "OWES"):
        book.account(code)
        book.invoice(code, 6_600, due="2025-06-21")
    reachable(book)
    server.down()
    assert figures(round_at(book, "2025-06-24 08:00")) == (2, 0, 0, 0)
    with book.database.write() as session:
        if resting == "paused":
            pause_schedule(session, provider_id=book.provider_id, reason="The books are being checked")
        else:
            session.execute(update(Switch).values(enabled=False, enabled_on=None))
    book.pay("PAID", 6_600, on="2025-06-24")
    server.up()
    assert figures(round_at(book, "2025-06-24 12:00")) == (0, 0, 0, 1)
    assert server.recipients() == ["owes@example.net"]


def test_the_brake_stops_one_provider_and_the_others_go_on(database: Database, clock: FixedClock, book: Book) -> None:
    with book.database.write() as session:
        set_automation(session, provider_id=book.provider_id, seen={"brake_share_percent": 0, "brake_accounts": 0},
                       settings={"brake_share_percent": 10, "brake_accounts": 1})
    other = Book(database, clock, code="SUMMIT")
    other.rules(x=5000, y=14, k=1000)
    for each in (book, other):
        for code in ("A1", "A2", "A3"):
            each.account(code)
            each.invoice(code, 6_600, due="2025-06-09")
    report = round_at(book, "2025-06-24 09:00")
    assert (report.stopped_by_brake, report.suspended) == (1, 3)
    assert "The safety brake stopped the scan of HARBOUR" in report.stops[0]
    assert round_at(book, "2025-06-24 09:05").stopped_by_brake == 0, "it waits for a decision until its next time"
    with database.read() as session:
        state = session.get_one(PollerState, (book.provider_id, Poller.SUSPENSIONS.value))
        assert "safety brake" in state.detail


def test_who_scans_elsewhere_is_named_and_everything_else_is_done(book: Book) -> None:
    with book.database.write() as session:
        switch_on(session, provider_id=book.provider_id, events=["invoice_overdue"], period_days=15)
    book.account("A1")
    book.invoice("A1", 6_600, due="2025-06-09")
    book.at("2025-06-24 09:00")
    with book.database.write() as session:
        token = acquire(session, [book.provider_id], this_owner(book.database, ""))
    report = round_at(book, "2025-06-24 09:00")
    assert (report.reminders, report.suspended) == (1, 0)
    assert len(report.leased) == 1, "nobody is suspended, so there is nobody to restore"
    assert "is being scanned by" in report.leased[0]
    with book.database.write() as session:
        assert [row.code for row in scanner_state(session)] == ["HARBOUR"]
        release(session, token)
        assert scanner_state(session) == []
    assert round_at(book, "2025-06-24 09:01").suspended == 1, "the step was still due"


def test_what_is_due_next(book: Book) -> None:
    round_at(book, "2025-06-27 16:30")
    with book.database.read() as session:
        assert next_due(session) == book.clock.moment + timedelta(minutes=30)
        rows = {row.poller: row for row in poller_rows(session)}
        assert rows[Poller.SUSPENSIONS].next_at == book.at("2025-06-28 09:00"), "a day without a window proposes"
        assert set(rows) == {Poller.SUSPENSIONS, Poller.RESTORATIONS}


def test_quiet_hours_keep_what_was_raised_and_a_payment_takes_it_back(book: Book, server: MailServerOfTests) -> None:
    told(book, "invoice_overdue", 3)
    with book.database.write() as session:
        set_automation(session, provider_id=book.provider_id, seen={}, settings={
            "quiet_from": "07:00", "quiet_to": "12:00"})
    for code in ("A1", "A2"):
        book.account(code)
        book.invoice(code, 6_600, due="2025-06-21")
    reachable(book)
    assert figures(round_at(book, "2025-06-24 08:00")) == (2, 0, 0, 0)
    book.pay("A1", 6_600, on="2025-06-24")
    assert figures(round_at(book, "2025-06-24 12:00")) == (0, 0, 0, 1)
    assert server.recipients() == ["a2@example.net"]
