"""Another house over the change of clocks: other rules, times and figures, day by day, told by e-mail.

Berlin, October 2025: suspended from 100.00 on, more than 7 days late, each day at 10:30; restored at 20.00, every half
hour; reminded at 07:15, three days before the due date and two days after it. Clocks are put back on Sunday the 26th.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models.parties.provider import Provider
from app.models.values import GatewayKind
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.events.mappings import create_mapping
from app.services.gateways.settings import set_gateway
from app.services.providers.automation import set_automation
from tests.services.schedule.test_round import figures, reachable, round_at, told
from tests.support.mail_server import MailServerOfTests, mail_server
from tests.support.scan_books import Book, day


@pytest.fixture
def server() -> Iterator[MailServerOfTests]:
    with mail_server() as running:
        yield running


@pytest.fixture
def book(database: Database, clock: FixedClock, server: MailServerOfTests) -> Book:
    book = Book(database, clock, code="SPREE", zone="Europe/Berlin", currency="EUR")
    book.at("2025-10-10 12:00")
    book.rules(x=10_000, y=7, k=2_000, wait=1)
    with database.write() as session:
        set_automation(session, provider_id=book.provider_id, seen={}, settings={
            "reminders_at": "07:15", "suspend_at": ("10:30",), "restore_every_minutes": 30})
        set_gateway(session, provider_id=book.provider_id, kind=GatewayKind.SMTP, seen=None, settings={
            "host": server.host, "port": server.port, "security": "none"})
        profile_id = session.scalars(select(Provider.default_profile_id).where(
            Provider.account_id == book.provider_id)).one()
        for event, period in (("invoice_due", 3), ("invoice_overdue", 2)):
            create_mapping(session, provider_id=book.provider_id, profile_id=profile_id, event=event,
                           period_days=period)
    for event, period in (("invoice_due", 3), ("invoice_overdue", 2), ("auto_suspend", 0), ("auto_unsuspend", 0)):
        told(book, event, period)
    for code, services, minor, due in (("B1", 3, 12_000, "2025-10-17"), ("B2", 1, 9_999, "2025-10-20"),
                                       ("B3", 1, 30_000, "2025-10-19"), ("B4", 1, 15_000, "2025-10-19"),
                                       ("B5", 1, 10_000, "2025-10-18")):
        book.account(code, services=services)
        book.invoice(code, minor, due=due, issued="2025-10-06")
    reachable(book)
    return book


_MAILS = {
    "2025-10-14": "b1", "2025-10-15": "b5", "2025-10-16": "b3 b4", "2025-10-17": "b2", "2025-10-19": "b1",
    "2025-10-20": "b5", "2025-10-21": "b3 b4", "2025-10-22": "b2", "2025-10-25": "b1 b1 b1", "2025-10-26": "b5",
}
"""Who is told something on which day: reminders until the 22nd, then a mail for each service that is restricted."""


def _happenings(book: Book) -> dict[str, Callable[[], object]]:
    (b3,) = book.rows_of_invoices("B3")
    return {
        "2025-10-15": lambda: book.dispute(b3, 28_000, on="2025-10-15"),       # leaves 20.00: excluded, but reminded
        "2025-10-26": lambda: book.pay("B4", 5_001, on="2025-10-26"),          # leaves 99.99, one cent too little
    }


def test_day_by_day(book: Book, server: MailServerOfTests) -> None:
    happenings = _happenings(book)
    read, each = 0, day("2025-10-12")
    while each <= day("2025-10-28"):
        text = each.isoformat()
        round_at(book, f"{text} 07:14")
        assert len(server.mails) == read, "nothing is due before its time"
        book.at(f"{text} 07:14")
        happenings.get(text, lambda: None)()
        round_at(book, f"{text} 07:15")
        round_at(book, f"{text} 10:30")
        names = " ".join(sorted(mail.recipients[0].partition("@")[0] for mail in server.mails[read:]))
        assert (text, names) == (text, _MAILS.get(text, ""))
        read = len(server.mails)
        each += timedelta(days=1)
    assert {code: book.service_states(code)[0] for code in ("B1", "B2", "B3", "B4", "B5")} == {
        "B1": "restricted", "B2": "active", "B3": "active", "B4": "active", "B5": "restricted"}
    book.pay("B5", 8_000, on="2025-10-28")
    assert figures(round_at(book, "2025-10-28 10:59")) == (0, 0, 0, 0)
    assert figures(round_at(book, "2025-10-28 11:00")) == (0, 1, 0, 1)
    assert server.recipients()[-1] == "b5@example.net"
