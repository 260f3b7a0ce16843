"""The documents of a provider: chosen by what they are, looked for, and opened on their account."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.services.database.unit_of_work import Database
from app.services.ledger.book import BookPart, book_count, book_page
from app.views.desk.screen import ACCOUNT, DOCUMENTS, Target
from app.views.documents.feature import FEATURE
from app.views.documents.screen import DocumentsScreen
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch
from tests.support.desks import make_desk
from tests.support.driver import Driver, settle
from tests.support.immediate_runner import ImmediateRunner

TODAY = TEST_NOW.date()


def fill(book: Book) -> tuple[int, dict[str, int]]:
    provider = book.provider("HT", name="Harbour Telecom")
    accounts = {code: book.account(provider, code, name=name) for code, name in (
        ("A-1", "Acme Pty Ltd"), ("J-1", "Jane Citizen"))}
    book.invoice(accounts["A-1"], 100_00, TODAY - timedelta(days=9), TODAY, number="HT-7")
    book.payment(accounts["A-1"], 30_00, TODAY, number="R-1")
    book.payment(accounts["J-1"], 12_00, TODAY, number="R-2")
    book.allocate(*accounts.values())
    return provider, accounts


def test_each_part_holds_what_it_says(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider, _ = fill(book)
        book.invoice(book.account(book.provider("CC"), "X"), 1_00, TODAY, TODAY, number="CC-1")

        def numbers(part: BookPart, text: str = "") -> list[str]:
            asked = partial(book_page, session, provider_id=provider, part=part, text=text)
            page = asked(limit=2)
            found = [row.number for row in (*page.rows, *(asked(after=page.last).rows if page.more else ()))]
            assert book_count(session, provider_id=provider, part=part, text=text) == len(found)
            return found

        assert numbers(BookPart.ALL) == ["R-2", "R-1", "HT-7"]
        assert numbers(BookPart.INVOICES) == ["HT-7"]
        assert numbers(BookPart.PAYMENTS) == ["R-2", "R-1"]
        assert numbers(BookPart.UNALLOCATED) == ["R-2"]
        assert numbers(BookPart.DRAFTS) == numbers(BookPart.CREDITS) == []
        assert numbers(BookPart.ALL, "jane") == ["R-2"]
        assert numbers(BookPart.ALL, "ht-") == ["HT-7"]
        assert numbers(BookPart.PAYMENTS, "acme pty") == ["R-1"]
        row = book_page(session, provider_id=provider, part=BookPart.INVOICES).rows[0]
        assert (row.open_minor, row.account_code, row.is_cancelled) == (70_00, "A-1", False)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_document_is_found_and_its_account_opened(
    database: Database, qapp: QApplication, qtbot: QtBot, qtmodeltester: ModelTester,
) -> None:
    with database.write() as session:
        provider, accounts = fill(Book(session))
    bus, visited = ChangeBus(), list[Target]()
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, today=lambda: TODAY,
                     date_in=lambda _zone: TODAY, features=(FEATURE,))
    desk.navigator.asked.connect(lambda target, _aside: visited.append(target))
    screen = DocumentsScreen(Target(DOCUMENTS, part=f"{provider} unallocated"), desk)
    qtbot.addWidget(screen)
    screen.resize(1280, 700)
    screen.show()
    driver = Driver(screen)
    table = driver.table("Documents")
    qtmodeltester.check(table.model)
    assert table.column("Number") == ["R-2"]
    assert table.column("State") == ["12.00 not allocated"]
    driver.tabs("Which documents").click_on_tab("All")
    driver.search("Number, reference or account", "acme")
    settle()
    assert table.column("Number") == ["R-1", "HT-7"]
    assert table.column("State") == ["Allocated", "70.00 open"]
    table.go_to(1)
    table.press(Qt.Key.Key_Return)
    assert visited == [Target(ACCOUNT, accounts["A-1"], "ledger")]
    assert screen.part() == f"{provider} all"
