"""Currencies and rates at the window: listed, used, rated by hand, from a file and from a server."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.database.unit_of_work import Database
from app.services.providers.modules import Module, switch_module
from app.views.currencies.feature import FEATURE
from app.views.currencies.screen import CurrenciesScreen
from app.views.desk.screen import Target
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from tests.conftest import TEST_NOW
from tests.factories.books import Book
from tests.services.currencies.test_reference_rates import DAILY
from tests.support.desks import make_desk
from tests.support.driver import Driver
from tests.support.http_server import http_server
from tests.support.immediate_runner import ImmediateRunner

TODAY = TEST_NOW.date()
F2, ENTER, DELETE = Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Delete


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


@pytest.fixture
def hand(database: Database, qapp: QApplication, qtbot: QtBot) -> Driver[CurrenciesScreen]:
    """Harbour keeps its books in AUD and may use other currencies; none is listed yet."""
    with database.write() as session:
        provider = Book(session).provider("HT", name="Harbour")
        switch_module(session, provider_id=provider, module=Module.MULTI_CURRENCY, on=True, seen=None)
    bus = ChangeBus()
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, today=lambda: TODAY,
                     date_in=lambda _zone: TODAY, features=(FEATURE,))
    screen = CurrenciesScreen(Target("currencies", part=str(provider)), desk)
    qtbot.addWidget(screen)
    screen.resize(1200, 700)
    screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow, timeout=2000)
    return Driver(screen)


def test_a_currency_is_listed_rated_by_hand_and_the_rate_removed(hand: Driver[CurrenciesScreen]) -> None:
    currencies, rates = hand.table("Currencies"), "Rates"
    assert [currencies.row(row)[:2] for row in range(currencies.count)] == [["AUD", "Of the books"]]
    assert hand.says("AUD is the currency of the books.")
    hand.click("New currency…")
    form = hand.dialog()
    form.choose("Currency", "USD")
    form.choose("State", "Effective")
    form.press(ENTER)
    assert currencies.row(1)[:3] == ["USD", "Lacks a rate", "Half up"]
    currencies.go_to(1)
    assert hand.says("It has no rate yet.")
    hand.click("New rate…")
    form = hand.dialog()
    form.press(ENTER)
    assert form.says("Type what one unit costs in AUD")
    form.fill("From", "1 jan 2024")
    form.fill("One costs", "1.5")
    form.press(ENTER)
    assert hand.table(rates).row(0)[:4] == ["1 Jan 2024", "", "1.5 AUD", "0.666666666667 USD"]
    assert currencies.text(1, "State") == "Effective"
    hand.click("New rate…")
    form = hand.dialog()
    form.fill("From", "1 jan 2024")
    form.fill("One costs", "1.6")
    form.press(ENTER)
    assert form.says("On that day begins 1 USD = 1.5 AUD")
    form.fill("From", "1 feb 2024")
    form.press(ENTER)
    assert hand.table(rates).column("To") == ["", "31 Jan 2024"]
    hand.table(rates).go_to(0)
    hand.table(rates).root.setFocus()
    hand.press(DELETE)
    assert hand.table(rates).column("From") == ["1 Jan 2024"]
    currencies.root.setFocus()
    hand.press(F2)
    form = hand.dialog()
    form.choose("Rounded", "Down")
    form.press(ENTER)
    assert currencies.text(1, "Rounded") == "Down"


def test_a_file_is_shown_before_it_is_taken(hand: Driver[CurrenciesScreen], tmp_path: Path) -> None:
    wrong, right = tmp_path / "wrong.csv", tmp_path / "right.csv"
    wrong.write_text("currency,from,to,rate\nUSD,2024-01-01,,1.5\nXXQ,2024-01-01,,2\n", encoding="utf-8")
    right.write_text("currency,from,to,rate\nUSD,2024-01-01,,1.5\nJPY,2024-01-01,,0.01\n", encoding="utf-8")
    hand.root.preview_file(str(wrong))
    dialog = hand.dialog()
    assert dialog.says("1 of 2 rows is wrong, so nothing was added.")
    assert dialog.table("Wrong rows").column("Row") == ["2"]
    assert not dialog.root.verb_button.isEnabled()
    dialog.root.reject()
    hand.root.preview_file(str(right))
    dialog = hand.dialog()
    assert dialog.table("Rates of the file").column("Currency") == ["USD", "JPY"]
    assert hand.table("Currencies").column("Currency") == ["AUD"], "a preview writes nothing"
    dialog.click("Add 2 rates")
    assert hand.table("Currencies").column("Currency") == ["AUD", "JPY", "USD"]


def test_rates_are_fetched_from_the_address_that_is_known(hand: Driver[CurrenciesScreen]) -> None:
    assert hand.button("Fetch now").toolTip() == "Say first from which address rates are fetched."
    with http_server() as server:
        hand.click("Address…")
        form = hand.dialog()
        form.fill("Address", f"{server.url}/daily.xml")
        form.press(ENTER)
        server.answer(200, DAILY)
        hand.click("Fetch now")
        assert hand.table("Currencies").column("Currency") == ["AUD", "EUR", "JPY", "USD"]
        assert hand.says(f"Rates of {date(2024, 5, 20):%-d %b %Y}: 3 rates added")
        server.answer(500, b"")
        hand.click("Fetch now")
        assert hand.says("Nothing was added.")
