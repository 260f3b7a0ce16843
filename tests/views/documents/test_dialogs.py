"""Documents written and corrected at the window, each through its form, as a clerk does on a morning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.values import TransactionKind
from app.services.database.unit_of_work import Database
from app.services.ledger.book import BookPart, BookRow, book_page
from app.services.ledger.reading import account_figures
from app.views.desk.offers import DOCUMENT_VERBS, Verbs
from app.views.desk.screen import DOCUMENTS, Target
from app.views.documents.feature import FEATURE
from app.views.documents.screen import DocumentsScreen
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from tests.conftest import TEST_NOW
from tests.factories.books import Book
from tests.support.desks import make_desk
from tests.support.driver import Driver, settle
from tests.support.immediate_runner import ImmediateRunner

TODAY = TEST_NOW.date()


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


@dataclass
class Bench:
    """The list of documents in front of a person."""

    database: Database
    screen: DocumentsScreen
    driver: Driver[DocumentsScreen]
    verbs: Verbs
    provider: int
    accounts: dict[str, int]

    def rows(self, part: BookPart = BookPart.ALL) -> list[BookRow]:
        with self.database.read() as session:
            return list(book_page(session, provider_id=self.provider, part=part).rows)

    def newest(self, kind: TransactionKind) -> BookRow:
        return next(row for row in self.rows() if row.kind is kind)

    def choose(self, row: BookRow, text: str) -> None:
        """Choose a line of the menu of a row."""
        lines = {entry.text: entry for entry in self.verbs.entries(row, self.screen) if entry is not None}
        assert lines[text].is_enabled
        lines[text].run()
        settle()

    def form(self, verb: str, **fields: str) -> None:
        """Fill the form that is open, and press its verb."""
        dialog = self.driver.dialog()
        for name, text in fields.items():
            dialog.fill(name.replace("_", " ").capitalize(), text)
        dialog.click(verb)
        settle()
        assert not self.driver.dialogs(), dialog.words()

    def balance(self, code: str) -> int:
        with self.database.read() as session:
            return account_figures(session, [self.accounts[code]], TODAY)[self.accounts[code]].balance_minor


@pytest.fixture
def bench(database: Database, qapp: QApplication, qtbot: QtBot) -> Bench:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour Telecom")
        accounts = {code: book.account(provider, code, name=name) for code, name in (
            ("A-1", "Acme Pty Ltd"), ("J-1", "Jane Citizen"))}
        book.invoice(accounts["A-1"], 100_00, TODAY - timedelta(days=9), TODAY, number="IN-7")
    bus = ChangeBus()
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, today=lambda: TODAY,
                     date_in=lambda _zone: TODAY, features=(FEATURE,))
    screen = DocumentsScreen(Target(DOCUMENTS, part=str(provider)), desk)
    qtbot.addWidget(screen)
    screen.resize(1280, 700)
    screen.show()
    return Bench(database, screen, Driver(screen), desk.offers.get(DOCUMENT_VERBS), provider, accounts)


def test_a_credit_note_a_cancellation_and_a_refund(bench: Bench) -> None:
    bench.choose(bench.newest(TransactionKind.INVOICE), "Credit note…")
    bench.form("Post credit note", amount="30", text="Outage in June")
    assert bench.balance("A-1") == 70_00
    assert bench.newest(TransactionKind.INVOICE).open_minor == 70_00
    bench.choose(bench.newest(TransactionKind.INVOICE), "Cancel invoice…")
    bench.form("Cancel invoice", reason="entered twice")
    assert bench.balance("A-1") == -30_00
    assert bench.newest(TransactionKind.INVOICE).is_cancelled
    bench.verbs.write(TransactionKind.REFUND, bench.accounts["A-1"], bench.screen)
    assert bench.driver.dialog().value("Amount") == "30.00", "what is in credit is offered"
    bench.form("Post refund")
    assert bench.balance("A-1") == 0


def test_a_draft_is_kept_posted_and_another_rejected(bench: Bench) -> None:
    write: Callable[[], None] = lambda: bench.verbs.write(  # noqa: E731  twice the same
        TransactionKind.INVOICE, bench.accounts["J-1"], bench.screen)
    for _ in range(2):
        write()
        dialog = bench.driver.dialog()
        dialog.click("Keep it as a draft")
        bench.form("Post invoice", amount="55", text="Installation")
    assert bench.balance("J-1") == 0
    kept = bench.rows(BookPart.DRAFTS)
    assert [row.number for row in kept] == ["", ""]
    bench.choose(kept[0], "Post the draft…")
    bench.form("Post")
    bench.choose(kept[1], "Reject the draft…")
    dialog = bench.driver.dialog()
    dialog.click("Reject draft")
    assert dialog.says("Write a reason, so that colleagues know why.")
    bench.form("Reject draft", reason="not wanted")
    assert bench.rows(BookPart.DRAFTS) == []
    assert bench.balance("J-1") == 55_00


def test_a_payment_goes_to_the_account_it_belongs_to(bench: Bench) -> None:
    with bench.database.write() as session:
        Book(session).payment(bench.accounts["J-1"], 40_00, TODAY, number="R-1")
    bench.choose(bench.newest(TransactionKind.PAYMENT), "Transfer payment…")
    bench.form("Transfer payment", to_account="A-1", reason="wrong account")
    assert (bench.balance("A-1"), bench.balance("J-1")) == (60_00, 0)
