"""Messages in the outbox, written as composing leaves them, for tests of what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.events.outbox import OutboxAttempt, OutboxMessage
from app.models.values import GatewayKind
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database, recorded_now
from app.services.gateways.kinds import Settings
from app.services.gateways.settings import set_gateway
from tests.factories.books import Book
from tests.support.http_server import HttpServerOfTests
from tests.support.mail_server import MailServerOfTests

_numbers = count(1)


@dataclass
class OutboxBook:
    """Harbour (HARB) with one customer A1 and their service, and whatever waits for them."""

    database: Database
    clock: FixedClock
    provider: int
    account: int
    service: int

    def queue(self, to: str = "ann@example.net", **values: Any) -> int:
        """One message that waits; returns its id."""
        return self.queue_all([to], **values)[0]

    def queue_all(self, recipients: Sequence[str], **values: Any) -> list[int]:
        """Messages that wait, in this order; returns their ids."""
        with self.database.write() as session:
            rows = [self._row(session, to, values) for to in recipients]
            session.add_all(rows)
            session.flush()
            return [row.id for row in rows]

    def use_mail(self, server: MailServerOfTests, **settings: Any) -> None:
        self.use(GatewayKind.SMTP, {"host": server.host, "port": server.port, "security": "none", **settings})

    def use_sms(self, server: HttpServerOfTests, **settings: Any) -> None:
        self.use(GatewayKind.SMS, {"url": f"{server.url}/sms", "fields": ("to=%%to%%", "text=%%text%%", "id=%%id%%"),
                                   **settings})

    def use_provisioning(self, server: HttpServerOfTests, **settings: Any) -> None:
        self.use(GatewayKind.PROVISIONING, {"url": f"{server.url}/service", **settings})

    def use(self, kind: GatewayKind, settings: Settings) -> None:
        with self.database.write() as session:
            set_gateway(session, provider_id=self.provider, kind=kind, settings=settings, seen=None)

    def states(self) -> list[str]:
        """The state of every message, in their order."""
        with self.database.read() as session:
            return list(session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)))

    def message(self, message_id: int) -> OutboxMessage:
        with self.database.read() as session:
            return session.get_one(OutboxMessage, message_id)

    def attempts(self, message_id: int) -> list[str]:
        """What became of each try."""
        with self.database.read() as session:
            return list(session.scalars(select(OutboxAttempt.outcome).where(OutboxAttempt.message_id == message_id)
                                        .order_by(OutboxAttempt.id)))

    def later(self, **how_long: float) -> None:
        """Let time go by."""
        self.clock.moment += timedelta(**how_long)

    def _row(self, session: Session, to: str, values: dict[str, Any]) -> OutboxMessage:
        now = recorded_now(session)
        return OutboxMessage(**{
            "provider_id": self.provider, "account_id": self.account, "event": "invoice_overdue", "action": "message",
            "message_key": f"test/{next(_numbers)}", "effective_on": now.date(), "recorded_at": now, "state": "queued",
            "state_reason": "", "composed_at": now, "sender": "Harbour <billing@harbour.example>", "recipient": to,
            "subject": "Overdue", "text": "Please pay.", "html": "<p>Please pay.</p>", **values})


def outbox_book(database: Database, clock: FixedClock) -> OutboxBook:
    """A book whose outbox is empty."""
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HARB", name="Harbour")
        account = book.account(provider, "A1", name="Acme")
        service = book.service(account, "nbn-001")
    return OutboxBook(database, clock, provider, account, service)
