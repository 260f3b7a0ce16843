"""The books of an account looked through at the window: figures twice, what waits allocated, and marked with a note."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from app.models.values import TransactionKind
from app.services.database.unit_of_work import Database
from app.services.documents.drafting import NewDocument
from app.services.documents.posting import post_document
from app.services.documents.reconciling import books_to_reconcile
from app.views.documents.feature import FEATURE
from app.views.documents.reconcile_dialog import ReconcileDialog
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from tests.conftest import TEST_NOW
from tests.factories.books import Book, switch_off_guards
from tests.support.desks import make_desk
from tests.support.driver import Driver, settle
from tests.support.immediate_runner import ImmediateRunner

TODAY = TEST_NOW.date()


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


def said(dialog: ReconcileDialog) -> str:
    return " | ".join(label.text() for label in dialog.findChildren(QLabel) if label.text())


def test_books_are_looked_through_allocated_and_marked(database: Database, qapp: QApplication, qtbot: QtBot) -> None:
    with database.write() as session:
        book = Book(session)
        acme = book.account(book.provider("HT", name="Harbour Telecom"), "ACME", name="Acme Pty Ltd")
        book.invoice(acme, 100_00, TODAY - timedelta(days=40), TODAY - timedelta(days=26), number="HT-7")
        post_document(session, document=NewDocument(
            account_id=acme, kind=TransactionKind.PAYMENT, amount_minor=30_00, on=TODAY, is_chosen=True))
    bus, owner = ChangeBus(), QWidget()
    qtbot.addWidget(owner)
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, window=owner, features=(FEATURE,))
    dialog = ReconcileDialog(desk, acme, owner)
    dialog.show()
    settle()
    driver = Driver(dialog)
    if folder := os.environ.get("BURSAR_SHOTS"):
        dialog.grab().save(f"{folder}/reconcile.png")
    words = said(dialog)
    assert "Reconcile ACME" in words
    assert "The rows come to what is shown everywhere else." in words
    assert "HT-R-00001 settles 30.00 AUD of HT-7." in words
    mark = next(button for button in dialog.findChildren(QPushButton) if "Mark" in button.text())
    assert not mark.isEnabled()
    driver.click("Allocate oldest first")
    settle()
    assert "Nothing waits that could settle anything." in said(dialog)
    driver.fill("As of", (TODAY - timedelta(days=1)).strftime("%d %b %Y"))
    settle()
    driver.fill("Note", "Against the bank")
    driver.click("Mark reconciled")
    settle()
    with database.read() as session:
        (mark_there,) = books_to_reconcile(session, account_id=acme).earlier
    assert (mark_there.note, mark_there.balance_minor, mark_there.effective_on) == (
        "Against the bank", 100_00, TODAY - timedelta(days=1))

    with database.write() as session:
        switch_off_guards(session)
        session.execute(text("UPDATE allocation SET amount_minor = 11000"))
    again = ReconcileDialog(desk, acme, owner)
    again.show()
    settle()
    if folder:
        again.grab().save(f"{folder}/reconcile_bad.png")
    assert "110.00 AUD of HT-7 are allocated; it has 100.00 AUD." in said(again)
    assert "Last marked as of" in said(again)
    again.close()
