"""Two programs that put the words into the same messages at once: each is written once, and merged as by one alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.models.events.outbox import OutboxMessage
from app.models.values import EventAction
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.outbox import composing
from app.services.outbox.composing import compose_waiting
from tests.support.message_books import EIGHT_IN_SYDNEY, MessageBook, message_book

ACCOUNTS, INVOICES = 4, 3


def fill(book: MessageBook) -> None:
    """Four customers with a contact each, to whom three invoices are told at one time."""
    book.template("invoice_overdue", EventAction.MESSAGE, 3, subject="%%invoiceId%%", text="%%invoiceId%%", merge="yes",
                  recipients="%%accountId%%@mail.example")
    for number in range(ACCOUNTS):
        account = book.shop.account(f"B{number}", None, profile_id=book.shop.business)
        for invoice in range(INVOICES):
            book.raised("invoice_overdue", account, period_days=3, invoice_id=book.shop.post(account),
                        cause=f"{number}/{invoice}")


def test_messages_composed_by_two_at_once_are_those_of_one(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(composing, "CHUNK", INVOICES)
    clock.moment = EIGHT_IN_SYDNEY
    with database.write() as session:
        fill(message_book(session))
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: compose_waiting(database), range(2)))
    m = OutboxMessage
    with database.read() as session:
        states = dict(session.execute(select(m.state, func.count()).group_by(m.state)).all())
        leading = session.execute(select(m.id, m.text, m.subject).where(m.state == "queued")).all()
        followers = dict(session.execute(select(m.repeats_id, func.count()).where(m.state == "cancelled")
                                         .group_by(m.repeats_id)).all())
    assert states == {"queued": ACCOUNTS, "cancelled": ACCOUNTS * (INVOICES - 1)}
    assert followers == {row.id: INVOICES - 1 for row in leading}
    assert all(row.text.count("-" * 40) == INVOICES - 1 for row in leading)
    assert all(row.subject.endswith(f"(and {INVOICES - 1} more)") for row in leading)
