"""The credit cockpit at the window: figures, what is behind each of them, filters, and what is kept of it."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.views.credit.chart import Chart
from app.views.credit.feature import COCKPIT, SAVE_LIST, SAVE_PAGE
from app.views.credit.screen import CockpitScreen
from app.views.desk.screen import ACCOUNT, Target
from app.views.look.formatting import NO_BREAK
from tests.support.driver import Driver
from tests.support.pdf_reading import page_texts
from tests.views.credit.conftest import Bench

LEFT, RIGHT, UP, ENTER, T = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_T


@pytest.fixture
def screen(bench: Bench, qtbot: QtBot) -> CockpitScreen:
    made = CockpitScreen(COCKPIT, bench.desk)
    qtbot.addWidget(made)
    made.resize(1204, 662)
    made.show()
    made.shown()
    made.focus_first()
    return made


def minor(text: str) -> int:
    return int(Decimal(re.sub(r"[^0-9.\-]", "", text.replace("\u2212", "-"))) * 100)


def together(driver: Driver[CockpitScreen]) -> int:
    return minor(next(name for name in driver.names() if name.startswith("Together")))


def test_every_figure_opens_rows_that_add_up_to_it(
    screen: CockpitScreen, bench: Bench, qtmodeltester: ModelTester
) -> None:
    driver = Driver(screen)
    assert driver.button("Over their limit").hasFocus()
    for card, heading, figure, count in (
            ("Over their limit", "Over by", 5_101, 3), ("Nearly at their limit", "Owing", 9_500, 1),
            ("Owing", "Owing", 116_001, 6), ("Credit left", "Left", 999_961_500, 5)):
        button = driver.button(card)
        assert minor(button.accessibleName().split("EUR")[0]) == figure
        assert f"{count} account" in button.accessibleName()
        driver.click_on(button)
        table = driver.table("Accounts")
        amounts = [minor(text) for text in table.column(heading)]
        assert (sum(amounts), len(amounts), together(driver)) == (figure, count, figure), card
        assert driver.has_keyboard("Accounts")
    qtmodeltester.check(driver.table("Accounts").model)
    driver.click("Over their limit")
    table = driver.table("Accounts")
    assert table.column("Account") == ["OVER", "OWN", "FIRM"]
    assert table.column("Limit comes from") == ["Rating B", "This account", "Firms"]
    assert [text.replace(NO_BREAK, " ") for text in table.column("Used")] == ["150 %", "125 %", "100 %"]
    assert table.cell(0, "Used").share == 1.5
    assert screen.selection_text == "3 accounts, over their limit"
    table.go_to(1)
    card = driver.part("Chosen account")
    assert card.says("Over its limit")
    assert card.says("1.00\N{NO-BREAK SPACE}EUR above the limit of 4.00")
    assert card.says("Refused next: everything that uses funds.")
    table.press(ENTER)
    assert bench.visited == [Target(ACCOUNT, table.model.id_at(1))]


def test_ageing_is_walked_with_the_keyboard_and_opens_its_rows(screen: CockpitScreen, bench: Bench) -> None:
    driver = Driver(screen)
    chart = driver.find("Ageing by provider", Chart)
    assert "Harbour, Not due: 95.00\N{NO-BREAK SPACE}EUR" in chart.accessibleName()
    chart.setFocus()
    for age, amount in (("1 to 30 days", 15_000), ("31 to 60 days", 21_001), ("61 to 90 days", 500),
                        ("Over 90 days", 70_000)):
        chart.setFocus()
        driver.press(RIGHT)
        assert f"Harbour, {age}: " in chart.accessibleName()
        driver.press(ENTER)
        assert sum(minor(text) for text in driver.table("Accounts").column("Payable")) == amount == together(driver)
    assert driver.has("Payable, over 90 days late, Harbour")
    chart.setFocus()
    driver.press(LEFT, UP, T)
    table = driver.table("Ageing by provider, as a table")
    assert table.row(0) == ["Harbour", "95.00", "150.00", "210.01", "5.00", "700.00", "1,160.01"]
    assert driver.has_keyboard("Ageing by provider, as a table")
    table.press(ENTER)
    assert sum(minor(text) for text in driver.table("Accounts").column("Payable")) == 116_001 == together(driver)
    table.root.setFocus()
    driver.press(T)
    assert driver.has_keyboard("Ageing by provider")
    trend = driver.find("Receivables and suspensions", Chart)
    assert trend.accessibleName().endswith("1,140.01\N{NO-BREAK SPACE}EUR, 0 suspended")
    trend.setFocus()
    driver.press(LEFT)
    assert trend.accessibleName().endswith("1,160.01\N{NO-BREAK SPACE}EUR, 0 suspended")


def test_currencies_are_never_added_and_filters_hold_for_everything(screen: CockpitScreen, bench: Bench) -> None:
    driver = Driver(screen)
    driver.choose("Currency", "AUD")
    assert driver.button("Over their limit").accessibleName().startswith("Over their limit 0.01 AUD, 1 account, 1 more")
    assert driver.table("Accounts").column("Account") == ["FAR"]
    assert "Summit, Not due: 10.01" in driver.find("Ageing by provider", Chart).accessibleName()
    driver.choose("Currency", "EUR")
    driver.choose("Profile", "Firms")
    assert driver.button("Over their limit").accessibleName().startswith("Over their limit 0.01 EUR, 1 account")
    assert driver.table("Accounts").column("Account") == ["FIRM"]
    driver.choose("Profile", "all")
    driver.choose("Rating", "C")
    assert driver.says("Nobody is over a limit.")
    driver.choose("Rating", "all")
    driver.choose("Provider", "Summit")
    assert screen.target == Target("credit", part=str(bench.office.far))
    assert not driver.has("Currency")
    assert driver.says("Summit, in AUD, as of")
    kept, again = screen.save_state(), CockpitScreen(screen.target, bench.desk)
    again.restore_state(kept)
    assert again.target == screen.target
    again.deleteLater()


def test_what_is_listed_and_the_page_are_kept_as_files(screen: CockpitScreen, bench: Bench, tmp_path: Path) -> None:
    driver = Driver(screen)

    def save(action: str, name: str) -> Path:
        screen.bindings()[action].run()
        dialog = next(each for each in screen.findChildren(QFileDialog) if each.isVisible())
        dialog.fileSelected.emit(str(tmp_path / name))
        dialog.close()
        return tmp_path / name

    with zipfile.ZipFile(save(SAVE_LIST, "over.xlsx")) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    amounts = [Decimal(value) for value in re.findall(r'<c r="I\d+" s="\d+"><v>([0-9.]+)</v>', sheet)]
    assert sum(amounts) == Decimal("51.01")
    lines = save(SAVE_LIST, "over.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("Code,Account,Provider,Profile,Rating,Limit comes from,Limit (EUR),Balance (EUR),Over")
    assert [line.split(",")[8] for line in lines[1:]] == ["50.00", "1.00", "0.01"]
    text = " ".join(page_texts(save(SAVE_PAGE, "page.pdf").read_bytes()))
    for words in ("Credit cockpit", "Over their limit 3 3 51.01 EUR", "Over their limit 1 0 0.01 AUD",
                  "Harbour 95.00 150.00 210.01 5.00 700.00 1,160.01", "4.00 5.00 1.00",
                  "Together 51.01", "in AUD", "Page 1 of"):
        assert words in text, words
    assert driver.has("Export…")


def test_what_was_shown_stays_while_it_is_read_again(screen: CockpitScreen, bench: Bench) -> None:
    driver = Driver(screen)
    bench.runner.hold()
    screen.read_again()
    assert driver.button("Over their limit").accessibleName().startswith("Over their limit 51.01 EUR")
    bench.runner.release()
    assert driver.table("Accounts").count == 3
