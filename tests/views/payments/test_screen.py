"""Receiving payments by keyboard alone: found, shown on the invoices, posted, and kept as a batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.services.database.unit_of_work import Database
from app.services.ledger.reading import account_figures
from app.views.desk.screen import RECEIVE, Target
from app.views.look.theme import Theme
from app.views.payments.feature import FEATURE
from app.views.payments.screen import ReceiveScreen
from app.views.running.change_bus import ChangeBus
from tests.conftest import TEST_NOW
from tests.factories.books import Book
from tests.support.desks import make_desk
from tests.support.driver import Driver, settle
from tests.support.immediate_runner import ImmediateRunner
from tests.support.pdf_reading import page_texts

TODAY = TEST_NOW.date()
ENTER = Qt.Key.Key_Return


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


@dataclass
class Bench:
    """What a person has in front of them."""

    database: Database
    screen: ReceiveScreen
    driver: Driver[ReceiveScreen]
    accounts: dict[str, int]

    def enter(self, name: str, text: str) -> None:
        """Type into a field and press Enter there."""
        self.driver.fill(name, text)
        self.driver.press(ENTER)
        settle()

    def balance(self, code: str) -> int:
        with self.database.read() as session:
            account = self.accounts[code]
            return account_figures(session, [account], TODAY)[account].balance_minor


@pytest.fixture
def bench(database: Database, qapp: QApplication, qtbot: QtBot) -> Bench:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour Telecom")
        accounts = {code: book.account(provider, code, name=name) for code, name in (
            ("A-1", "Acme Pty Ltd"), ("A-12", "Acme Harbour"), ("J-1", "Jane Citizen"))}
        for number, code, minor, days in (("HT-7", "A-1", 100_00, 40), ("HT-8", "A-1", 50_00, 10),
                                          ("HT-9", "J-1", 66_00, 20)):
            posted = TODAY - timedelta(days=days)
            book.invoice(accounts[code], minor, posted, posted + timedelta(days=14), number=number)
    bus = ChangeBus()
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, today=lambda: TODAY,
                     date_in=lambda _zone: TODAY, features=(FEATURE,))
    screen = ReceiveScreen(Target(RECEIVE), desk)
    qtbot.addWidget(screen)
    screen.resize(1280, 760)
    screen.show()
    screen.activateWindow()
    screen.focus_first()
    return Bench(database, screen, Driver(screen), accounts)


def test_a_morning_of_payments_without_the_mouse(bench: Bench, qtmodeltester: ModelTester, tmp_path: Path) -> None:
    driver = bench.driver
    bench.enter("Account, invoice or name", "A-1")
    assert driver.has_keyboard("Amount"), "typed in full, it is the one"
    assert driver.says("Acme Pty Ltd, A-1: balance 150.00\u00a0AUD.")
    driver.fill("Amount", "120")
    falls = driver.table("Open invoices")
    qtmodeltester.check(falls.model)
    assert falls.column("This payment") == ["100.00", "20.00"]
    assert falls.column("Left open") == ["–", "30.00"]
    driver.press(ENTER)
    settle()
    assert bench.balance("A-1") == 30_00
    assert driver.has_keyboard("Account, invoice or name"), "ready for the next one"
    bench.enter("Account, invoice or name", "HT-9")
    assert driver.has_keyboard("Amount"), "an invoice names its account, and is named by the payment"
    bench.enter("Amount", "66")
    batch = driver.table("Payments of this batch")
    qtmodeltester.check(batch.model)
    assert batch.column("Account") == ["Acme Pty Ltd", "Jane Citizen"]
    assert driver.says("2 payments: 186.00\u00a0AUD")
    driver.fill("Control total", "190")
    assert driver.says("The sum is 4.00\u00a0AUD less than the control total.")
    driver.fill("Control total", "186")
    assert driver.says("The sum agrees with the control total.")
    driver.press(ENTER, held=Qt.KeyboardModifier.ControlModifier)
    chooser = bench.screen.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(tmp_path / "batch.pdf"))
    chooser.close()
    settle()
    text = " ".join(page_texts((tmp_path / "batch.pdf").read_bytes()))
    assert "186.00 AUD, agrees" in text
    assert "Jane Citizen, J-1" in text
    assert not bench.screen.unsaved_text()


def test_what_is_not_plain_is_asked_in_place(bench: Bench) -> None:
    driver = bench.driver
    bench.enter("Account, invoice or name", "Acme")
    assert driver.says("2 accounts fit. Go to the right one and press Enter.")
    found = driver.table("Accounts that fit")
    found.go_to(1)
    found.press(ENTER)
    settle()
    chosen = found.text(1, "Code")
    assert driver.value("Account, invoice or name") == chosen
    bench.enter("Account, invoice or name", "J-1")
    bench.enter("Amount", "0")
    assert driver.says("Type the amount that came in; it is more than nothing.")
    bench.enter("Amount", "70")
    assert driver.says("4.00\u00a0AUD of it settles nothing and stays as credit of Jane Citizen. Press Enter again to "
                       "post it so.")
    assert bench.balance("J-1") == 66_00, "nothing is posted yet"
    driver.press(ENTER)
    settle()
    assert bench.balance("J-1") == -4_00
    bench.enter("Account, invoice or name", "nobody")
    assert driver.says("No account fits what was typed.")
