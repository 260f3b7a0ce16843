"""From a cause to a mail server: what was raised is composed and leaves, with the invoice and the logo it names."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage

import pytest

from app.models.values import EventAction, GatewayKind
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.gateways.settings import set_gateway
from app.services.outbox import attachments
from app.services.outbox.attachments import draw_attachment
from app.services.outbox.delivering import deliver_due
from tests.support.invoice_samples import LOGOS
from tests.support.mail_server import mail_server
from tests.support.message_books import EIGHT_IN_SYDNEY, MessageBook, message_book

MESSAGE = EventAction.MESSAGE


@pytest.fixture
def book(database: Database, clock: FixedClock) -> MessageBook:
    """An invoice was approved, and mail about it was raised."""
    clock.moment = EIGHT_IN_SYDNEY
    with database.write() as session:
        book = message_book(session)
        book.template("invoice_delivery", MESSAGE, subject="Invoice %%invoiceId%%", attachment="invoice",
                      html='<p><img src="cid:logo" alt="Harbour">Dear %%contactName%%</p>')
        book.raised("invoice_delivery", book.acme, invoice_id=book.acme_invoice)
    return book


def send(database: Database, book: MessageBook) -> list[EmailMessage]:
    """Deliver through a server; the mails it got."""
    with mail_server() as server:
        with database.write() as session:
            set_gateway(session, provider_id=book.shop.id, kind=GatewayKind.SMTP, seen=None,
                        settings={"host": server.host, "port": server.port, "security": "none"})
        asyncio.run(deliver_due(database))
        return [each.message for each in server.mails]


def test_a_mail_carries_its_invoice_and_the_logo(database: Database, book: MessageBook) -> None:
    (mail,) = send(database, book)
    with database.read() as session:
        number = book.at(session).number(book.acme_invoice)
        drawn = draw_attachment(session, book.acme_invoice)
    assert mail["To"] == "pay@acme.example"
    assert mail["Subject"] == f"Invoice {number}"
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == f"HT_{number}.pdf"
    assert attached.get_content() == drawn.content
    html = mail.get_body(("html",))
    assert "cid:logo" in html.get_content()
    assert mail.get_body(("plain",)).get_content().strip() == "[Harbour]Dear Priya Raman"
    (logo,) = [part for part in mail.walk() if part["Content-ID"] == "<logo>"]
    assert logo.get_content() == (LOGOS / "harbour.png").read_bytes()


def test_an_invoice_that_is_too_large_keeps_its_mail_back(
    database: Database, book: MessageBook, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attachments, "LARGEST_BYTES", 40_000)
    assert send(database, book) == []
    with database.read() as session:
        (message,) = book.at(session).messages()
    assert message.state == "held"
    assert "MB are sent" in message.state_reason
