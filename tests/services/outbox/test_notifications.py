"""Notifications: who is told, from where on, and in which order."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models.events.outbox import OutboxMessage
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import GroupAccess, GroupLevel
from app.services.access.principal import set_staff
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database, recorded_now
from app.services.outbox.notifications import MOST, notifications
from tests.factories.books import scratch
from tests.services.access.test_authorize import Office
from tests.support.outbox_books import OutboxBook, outbox_book


def told(book: OutboxBook, after_id: int = 0) -> list[int]:
    with book.database.read() as session:
        return [row.id for row in notifications(session, after_id=after_id)]


def notify(book: OutboxBook, **values: object) -> int:
    return book.queue("", action="notification", state="sent", text="Acme was suspended. ", **values)


def test_only_notifications_with_words_are_told(database: Database, clock: FixedClock) -> None:
    book = outbox_book(database, clock)
    first, _mail, second = notify(book), book.queue(), notify(book)
    wordless = notify(book)
    with database.write() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == wordless).values(composed_at=None))
    assert told(book) == [first, second]
    assert told(book, after_id=first) == [second]
    with database.read() as session:
        row = notifications(session)[0]
    assert (row.event_name, row.account_name, row.text) == ("Invoice Overdue", "Acme", "Acme was suspended.")


def test_the_newest_are_told_where_there_are_many(database: Database, clock: FixedClock) -> None:
    book = outbox_book(database, clock)
    ids = book.queue_all([""] * (MOST + 2), action="notification", state="sent")
    assert told(book) == ids[2:]


def test_whoever_sees_the_account_is_told_whatever_their_powers(database: Database) -> None:
    with scratch(database) as session:
        office = Office(session)
        ids = {code: _notification(session, office.id(code)) for code in ("A1", "A2", "A3")}
        kim = office.user(office.harbour, "kim", {Power.CUSTOMERS})
        office.tie(kim, office.group(office.harbour, "LOOK", GroupAccess.ALLOW, "A1", "A2"), GroupLevel.VIEW)
        set_staff(session, kim)
        assert [row.id for row in notifications(session)] == [ids["A1"], ids["A2"]]


def _notification(session: Session, account_id: int) -> int:
    account, now = session.get_one(Account, account_id), recorded_now(session)
    message = OutboxMessage(provider_id=account.provider_id, account_id=account_id, event="auto_suspend",
                            action="notification", message_key=f"test/{account_id}", effective_on=now.date(),
                            recorded_at=now, composed_at=now, state="sent", text="Suspended.")
    session.add(message)
    session.flush()
    return message.id
