"""What can be done with an invoice from the menu of its row, and the statement of its account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from app.models.events.outbox import OutboxMessage
from app.models.values import TransactionKind
from app.services.database.unit_of_work import Database
from app.views.desk.offers import DOCUMENT_VERBS
from app.views.documents.feature import FEATURE
from app.views.documents.statement_dialog import StatementDialog
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.widgets.menus import Entry
from tests.conftest import TEST_NOW
from tests.factories.books import Book
from tests.support.desks import make_desk
from tests.support.driver import Driver, settle
from tests.support.immediate_runner import ImmediateRunner
from tests.support.pdf_reading import page_texts
from tests.support.switches import switch_on

TODAY = TEST_NOW.date()


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


@dataclass(frozen=True)
class Row:
    """A row of some list."""

    id: int
    kind: TransactionKind
    number: str
    is_draft: bool = False
    is_cancelled: bool = False
    disputed_minor: int = 0


def test_an_invoice_is_saved_sent_and_copied_and_its_account_gets_a_statement(
    database: Database, qapp: QApplication, qtbot: QtBot, tmp_path: Path,
) -> None:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour Telecom")
        acme = book.account(provider, "ACME", name="Acme Pty Ltd")
        invoice = book.invoice(acme, 100_00, TODAY - timedelta(days=40), TODAY - timedelta(days=26), number="HT-7")
        payment = book.payment(acme, 30_00, TODAY, number="P-1")
        switch_on(session, provider_id=provider, events=["invoice_delivery"])
    bus, owner = ChangeBus(), QWidget()
    qtbot.addWidget(owner)
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, window=owner, features=(FEATURE,))
    verbs = desk.offers.get(DOCUMENT_VERBS)

    def lines(row: Row) -> dict[str, Entry]:
        return {entry.text: entry for entry in verbs.entries(row, owner) if entry is not None}

    of_invoice = lines(Row(invoice, TransactionKind.INVOICE, "HT-7"))
    assert list(lines(Row(payment, TransactionKind.PAYMENT, "P-1"))) == [
        "Transfer payment…", "Cancel payment…", "Copy number"]
    assert list(lines(Row(payment, TransactionKind.REFUND, "F-1"))) == ["Copy number"]
    assert "Settle the dispute…" in lines(Row(invoice, TransactionKind.INVOICE, "HT-7", disputed_minor=1))
    of_invoice["Copy number"].run()
    assert QGuiApplication.clipboard().text() == "HT-7"
    of_invoice["Send it again"].run()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)
                              .where(OutboxMessage.invoice_id == invoice)) == 1
    of_invoice["Save as PDF…"].run()
    assert "HT-7" in _saved(owner, tmp_path / "invoice.pdf")

    dialog = StatementDialog(desk, acme, owner)
    dialog.show()
    driver = Driver(dialog)
    driver.fill("From", (TODAY - timedelta(days=60)).strftime("%d %b %Y"))
    driver.click("Save as PDF…")
    text = _saved(dialog, tmp_path / "statement.pdf")
    assert "HT-7" in text
    assert "70.00 AUD" in text
    assert not dialog.isVisible()


def _saved(owner: QWidget, path: Path) -> str:
    """The text of what is written once a person chose this file."""
    chooser = owner.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(path))
    chooser.close()
    settle()
    return " ".join(page_texts(path.read_bytes()))
