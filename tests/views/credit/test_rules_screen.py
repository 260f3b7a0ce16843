"""Override rules at the window, *Would this pass?*, and the lists that rules and limits rest on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.services.credit.labels import kyc_profile_rows, set_kyc_profile
from app.services.database.unit_of_work import Database
from app.views.credit.feature import LABELS, NEW_RULE, RULES
from app.views.credit.labels_screen import LabelsScreen
from app.views.credit.rules_screen import RulesScreen
from app.views.desk.screen import Screen, Target
from app.views.look.formatting import NO_BREAK
from tests.support.driver import Driver
from tests.views.credit.conftest import Bench

Show = Callable[[type[Screen], Target], Driver[Screen]]


@pytest.fixture
def show(bench: Bench, qtbot: QtBot) -> Show:
    def shown(kind: type[Screen], target: Target) -> Driver[Screen]:
        made: Screen = kind(Target(target.kind, part=str(bench.office.home)), bench.desk)  # type: ignore[call-arg,arg-type]
        qtbot.addWidget(made)
        made.resize(1204, 662)
        made.show()
        made.focus_first()
        return Driver(made)
    return shown


def tick(driver: Driver[Screen], name: str, *words: str) -> None:
    """Tick lines of a list with the keyboard, and no others."""
    ticks = driver.items(name)
    assert isinstance(ticks, QListWidget)
    for place in range(ticks.count()):
        item = ticks.item(place)
        if (item.checkState() is Qt.CheckState.Checked) != (item.text() in words):
            ticks.setFocus()
            ticks.setCurrentRow(place)
            driver.press(Qt.Key.Key_Space)


def test_a_rule_is_made_tried_changed_and_deleted(show: Show, bench: Bench, qtmodeltester: ModelTester) -> None:
    driver = show(RulesScreen, RULES)
    assert driver.says("No override rules yet.")
    trial = driver.part("Would this pass?")
    trial.search("Account", "EDGE")
    assert trial.says("rating B, no classification, no KYC profile.")
    trial.choose("Event", "Add a service")
    trial.fill("Amount", "6.00")
    trial.press(Qt.Key.Key_Return)
    assert trial.has("Refused")
    for words in ("Limit: 100.00", "Balance: 95.00", "With the amount: 101.00", "Above the limit: 1.00",
                  'No override rule lists the event "Add a service".', "A limit of its own of 101.00 EUR or more",
                  "So would a payment of 1.00 EUR or more."):
        assert trial.says(words), words

    driver.root.bindings()[NEW_RULE].run()
    dialog = driver.dialog()
    dialog.fill("Name", "Good ratings")
    dialog.click("Create rule")
    assert dialog.says("Choose at least one event that it lets through.")
    tick(dialog, "Events", "Add a service", "Sell goods")
    tick(dialog, "Ratings", "A", "B")
    dialog.click("Create rule")
    table = driver.table("Override rules")
    qtmodeltester.check(table.model)
    assert table.row(0) == ["Good ratings", "2 events", "Rating A or B", "On"]
    assert driver.says("Lets through: Add a service, sell goods")
    assert trial.has("Passes by Good ratings"), "an answer that is shown is asked for anew"
    trial.choose("Event", "Add an expense")
    trial.click("Would it pass?")
    assert trial.has("Refused")

    driver.click("Switch off")
    assert table.text(0, "State") == "Off"
    assert not driver.button("Switch on").toolTip()
    driver.click("Edit rule…")
    dialog = driver.dialog()
    tick(dialog, "Events", "Add an expense")
    dialog.click("KYC must be verified")
    dialog.click("The rule is on")
    dialog.click("Save rule")
    assert table.row(0) == ["Good ratings", "1 event", "Rating A or B; KYC state verified", "On"]
    trial.click("Would it pass?")
    assert trial.says("a KYC profile that is verified (it is not)")
    driver.click("Delete rule…")
    driver.dialog().click("Delete rule")
    assert driver.says("No override rules yet.")


def test_ratings_classifications_and_kyc_profiles_are_kept_here(
    show: Show, bench: Bench, database: Database
) -> None:
    driver = show(LabelsScreen, LABELS)
    ratings = driver.table("Ratings")
    assert (ratings.count, ratings.row(5)) == (9, ["B", "", f"100.00{NO_BREAK}EUR"])
    ratings.go_to(2)
    ratings.press(Qt.Key.Key_Return)
    dialog = driver.dialog()
    dialog.fill("Label", "Very good")
    dialog.fill("Limit", "250")
    dialog.click("Save rating")
    assert ratings.row(2) == ["A", "Very good", f"250.00{NO_BREAK}EUR"]

    tabs = driver.tabs("Which list")
    tabs.click_on_tab("Classifications")
    driver.click("New classification…")
    dialog = driver.dialog()
    dialog.click("Create classification")
    assert dialog.says("Type a code, for instance VIP.")
    dialog.fill("Code", "VIP")
    dialog.fill("Name", "Very important")
    dialog.click("Create classification")
    table = driver.table("Classifications")
    assert table.row(0) == ["VIP", "Very important", "Everybody", "Can be given"]
    driver.click("Edit classification…")
    dialog = driver.dialog()
    assert not dialog.field("Code").isEnabled()
    dialog.fill("Name", "Friends")
    dialog.click("It can be given")
    dialog.click("Save classification")
    assert table.row(0) == ["VIP", "Friends", "Everybody", "Kept, not given"]

    tabs.click_on_tab("KYC profiles")
    driver.click("New KYC profile…")
    dialog = driver.dialog()
    dialog.fill("Code", "LOW")
    dialog.fill("Name", "Little")
    dialog.click("Create KYC profile")
    driver.click("Rename KYC profile…")
    dialog = driver.dialog()
    with database.write() as session:
        set_kyc_profile(session, provider_id=bench.office.home, code="LOW", name="Nearly nothing", seen="Little")
    dialog.fill("Name", "Known a little")
    dialog.click("Save KYC profile")
    assert dialog.says("Nearly nothing"), "somebody saved first"
    dialog.click("Keep mine")
    with database.read() as session:
        assert [row.name for row in kyc_profile_rows(session, provider_id=bench.office.home)] == ["Known a little"]
    driver.click("Delete KYC profile")
    driver.dialog().click("Delete KYC profile")
    assert driver.says("No KYC profiles yet.")
    assert driver.root.target.part == f"{bench.office.home} kyc"
