"""One invoice sent because somebody asks, and one written as a file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.events.outbox import OutboxMessage
from app.models.ledger.entries import InvoiceStatement
from app.models.values import EventAction, OutboxState
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule
from app.services.invoicing.sending import send_invoice
from app.services.jobs import JobContext
from app.services.printing.single import invoice_file
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch
from tests.support.pdf_reading import page_texts
from tests.support.switches import switch_on

TODAY = TEST_NOW.date()


def test_each_call_is_a_message_of_its_own_and_none_without_an_action(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        acme = book.account(provider, "ACME")
        invoice = book.invoice(acme, 100_00, TODAY - timedelta(days=5), TODAY + timedelta(days=9), number="HT-7")
        payment = book.payment(acme, 1_00, TODAY)
        with pytest.raises(RefusedByRule, match="HT-7 was not sent: no action of Invoice Delivery is on"):
            send_invoice(session, invoice_id=invoice)
        switch_on(session, provider_id=provider, events=["invoice_delivery"], since=TODAY,
                  action=EventAction.MESSAGE)
        for _ in range(2):
            send_invoice(session, invoice_id=invoice)
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [(row.invoice_id, row.event, row.state) for row in rows] == [
            (invoice, "invoice_delivery", OutboxState.QUEUED.value)] * 2
        with pytest.raises(NotFound, match="not among the posted invoices"):
            send_invoice(session, invoice_id=payment)


def test_one_invoice_becomes_a_file_and_is_frozen_by_it(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        book = Book(session)
        acme = book.account(book.provider("HT"), "ACME", name="Acme Pty Ltd")
        invoice = book.invoice(acme, 100_00, TODAY, TODAY, number="HT-7")
        payment = book.payment(acme, 1_00, TODAY)
    path = invoice_file(database, JobContext(), invoice_id=invoice, path=tmp_path)
    assert Path(path).name == "HT_HT-7.pdf"
    text = " ".join(page_texts(Path(path).read_bytes()))
    assert "HT-7" in text
    assert "100.00" in text
    with database.read() as session:
        assert session.get(InvoiceStatement, invoice) is not None
    with pytest.raises(NotFound):
        invoice_file(database, JobContext(), invoice_id=payment, path=tmp_path)
