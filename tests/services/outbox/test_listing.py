"""The outbox as it is shown: pages, filters, counts, and why a message is where it is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from app.models.events.outbox import OutboxMessage
from app.models.parties.provider import Provider
from app.models.values import EventAction, GatewayKind, OutboxState
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.outbox.handling import resend_messages
from app.services.outbox.listing import (
    OutboxFilter,
    OutboxRow,
    as_documents,
    outbox_counts,
    outbox_message,
    outbox_messages,
    outbox_page,
)
from app.services.paging import Cursor, Page
from tests.factories.books import Book
from tests.support.outbox_books import OutboxBook, outbox_book


@pytest.fixture
def book(database: Database, clock: FixedClock) -> OutboxBook:
    return outbox_book(database, clock)


def listed(book: OutboxBook, **which: object) -> list[OutboxRow]:
    with book.database.read() as session:
        return outbox_messages(session, which=OutboxFilter(**which))  # type: ignore[arg-type]


def page(book: OutboxBook, which: OutboxFilter, **place: object) -> Page[OutboxRow]:
    with book.database.read() as session:
        return outbox_page(session, which=which, limit=4, **place)  # type: ignore[arg-type]


def test_the_document_of_a_list(book: OutboxBook) -> None:
    with book.database.write() as session:
        made = Book(session)
        invoice = made.invoice(book.account, 9900, date(2026, 1, 1), date(2026, 2, 1), number="INV-7")
        payment = made.payment(book.account, 100, date(2026, 1, 1))
    first = book.queue(invoice_id=invoice, service_id=book.service)
    second = book.queue("", event="manual_payment_received", action="log", state="sent", invoice_id=payment,
                        sent_at=book.clock.moment, subject="Payment")
    assert as_documents(listed(book)) == [
        {"id": first, "event": "invoice_overdue", "action": "message", "account": "A1", "service": "nbn-001",
         "invoice": "INV-7", "recipient": "ann@example.net", "subject": "Overdue", "state": "queued",
         "reason": "No mail server is set up for HARB.", "attempts": 0, "created_at": "2026-03-16T09:30:00+00:00",
         "sent_at": None},
        {"id": second, "event": "manual_payment_received", "action": "log", "account": "A1", "service": None,
         "invoice": None, "recipient": "", "subject": "Payment", "state": "sent", "reason": "", "attempts": 0,
         "created_at": "2026-03-16T09:30:00+00:00", "sent_at": "2026-03-16T09:30:00+00:00"}]


def test_what_a_message_waits_for(book: OutboxBook) -> None:
    for action in ("message", "sms", "provisioning", "letter"):
        book.queue(action=action)
    book.queue(state_reason="451 come again")
    assert [row.reason for row in listed(book)] == [
        "No mail server is set up for HARB.", "No SMS gateway is set up for HARB.",
        "No provisioning gateway is set up for HARB.", "It waits to be printed.", "451 come again"]
    book.use(GatewayKind.SMTP, {"host": "mail.harbour.example"})
    assert listed(book)[0].reason == ""


@pytest.mark.parametrize("which", [
    {}, {"account": True}, {"states": frozenset({OutboxState.QUEUED, OutboxState.SENT})}, {"run_id": 7},
    {"actions": frozenset({EventAction.SMS})}, {"event": "invoice_due"}, {"since": date(2026, 3, 16)},
])
@pytest.mark.parametrize("of_provider", [False, True])
def test_pages_go_through_the_whole_list_both_ways(
    book: OutboxBook, which: dict[str, object], of_provider: bool
) -> None:
    states = ["queued", "sent", "failed", "held"]
    for number in range(22):
        book.queue(state=states[number % 4], action="sms" if number % 3 else "message",
                   event="invoice_due" if number % 5 else "invoice_overdue", scan_run_id=7 if number % 2 else None)
    asked = dict(which)
    if asked.pop("account", False):
        asked["account_id"] = book.account
    wanted = OutboxFilter(**asked, provider_id=book.provider if of_provider else None)  # type: ignore[arg-type]
    with book.database.read() as session:
        everything = [row.id for row in reversed(outbox_messages(session, which=wanted))]
        counts = outbox_counts(session, which=wanted)
    assert everything
    if not wanted.states:
        assert sum(counts.values()) == len(everything)
    found: list[int] = []
    after: Cursor | None = None
    while True:
        here = page(book, wanted, after=after)
        found += [row.id for row in here.rows]
        if not here.more:
            break
        after = here.last
    assert found == everything
    back = page(book, wanted, before=Cursor((found[-1],)))
    assert [row.id for row in back.rows] == everything[:-1][-4:]
    assert [row.id for row in page(book, wanted, offset=3).rows] == everything[3:7]


def test_a_day_is_that_of_the_provider(book: OutboxBook) -> None:
    with book.database.write() as session:
        session.execute(update(Provider).where(Provider.account_id == book.provider)
                        .values(time_zone="Pacific/Auckland"))
    before, after = (book.queue(recorded_at=datetime(2026, 3, 15, hour, 59, tzinfo=UTC)) for hour in (10, 11))
    assert [row.id for row in listed(book, since=date(2026, 3, 16))] == [after]
    assert [row.id for row in listed(book, since=date(2026, 3, 15))] == [before, after]


def test_one_message_with_its_history(book: OutboxBook) -> None:
    id_ = book.queue(state="failed", cc="cy@example.net", remote_id="r")
    again = book.database.attempt(lambda session: resend_messages(session, message_ids=[id_], seen={})).ids[id_]
    with book.database.read() as session:
        detail = outbox_message(session, message_id=id_)
        repeat = outbox_message(session, message_id=again)
    assert (detail.row.id, detail.cc, detail.text, detail.remote_id, detail.repeated_by) == (
        id_, "cy@example.net", "Please pay.", "r", (again,))
    assert repeat.row.repeats_id == id_


def test_nothing_is_left_out_by_an_unknown_event(book: OutboxBook) -> None:
    """Rows of a later version, or of an event that was taken out, are shown by their key."""
    id_ = book.queue()
    with book.database.write() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == id_).values(event="later_event"))
    assert [row.event_name for row in listed(book)] == ["later_event"]
