"""Rule sets on screen, worked as a person would: typed, turned hour by hour, tried on today's accounts, saved."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.modeltest import ModelTester

from app.services.changes import Changed, ChangeSet
from app.views.desk.screen import Target
from app.views.running.change_bus import ELSEWHERE
from tests.support.small_book import TODAY
from tests.support.switches import switch_off
from tests.views.rules.conftest import Bench

KEY = Qt.Key
_MINIMUM = "Suspend when at least this is overdue and payable"
_DAYS = "Suspend when the oldest invoice is more days late than"
_RESTORE = "Restore at this amount or less"
_GRID = "Hours in which suspensions are applied"


def menu_of(bench: Bench) -> list[str]:
    """The entries of the menu that is open; it is closed again."""
    (menu,) = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMenu) and widget.isVisible()]
    menu.actions()[0].trigger()
    menu.close()
    del bench
    return [action.text() for action in menu.actions()]


def test_versions_are_listed_with_the_draft_of_the_next_one_in_front(bench: Bench, qtmodeltester: ModelTester) -> None:
    versions = bench.driver.table("Versions")
    qtmodeltester.check(versions.model)
    assert versions.column("Version") == ["3", "2", "1"]
    assert versions.column("State") == ["Draft", "In force", ""]
    assert versions.text(0, "By") == "Not saved"
    assert versions.current == 0
    assert bench.driver.value(_MINIMUM) == "50.00"
    assert bench.driver.value("Hours as text") == "Mon-Thu 09:00-16:00"
    assert bench.driver.description("Excluded groups") == "VIP"
    tomorrow = bench.desk.theme.formatter.day(TODAY + timedelta(days=1))
    save = bench.driver.button("Save version 3")
    assert save.text() == f"Save version 3, in force from {tomorrow}"
    assert not save.isEnabled()
    assert "same as the version it was begun from" in save.toolTip()
    assert not bench.screen.unsaved_text()


def test_what_would_change_follows_typing(bench: Bench, qtmodeltester: ModelTester) -> None:
    assert bench.judged() == []
    qtmodeltester.check(bench.driver.table("Accounts that would be judged otherwise").model)
    qtmodeltester.check(bench.driver.table("Differences").model)
    bench.driver.fill(_MINIMUM, "75")
    assert bench.judged() == [("Jane Citizen", "Suspend", "Nothing")]
    assert bench.driver.says("1 account is judged otherwise than by version 2")
    assert bench.driver.has("1 to suspend, 2 by version 2")
    assert bench.driver.table("Differences").row(1) == ["Suspend from", "50.00 AUD", "75.00 AUD"]
    accounts = bench.driver.table("Accounts that would be judged otherwise")
    accounts.go_to(0)
    accounts.press(KEY.Key_Return)
    assert bench.visited == [Target("account", bench.book.late)]


def test_a_field_that_is_refused_says_so_and_keeps_what_was_typed(bench: Bench) -> None:
    bench.driver.fill(_RESTORE, "60")
    assert bench.driver.refused == [_RESTORE]
    assert "must be less than the minimum overdue amount" in bench.driver.description(_RESTORE)
    assert bench.driver.says("It is judged once every field can be read.")
    assert not bench.driver.button("Save version 3").isEnabled()
    versions = bench.driver.table("Versions")
    versions.go_to(1)
    assert bench.driver.value(_RESTORE) == "10.00"
    assert bench.driver.field(_RESTORE).isReadOnly()
    versions.go_to(0)
    assert bench.screen.unsaved_text() == "Version 3 of the rules of Harbour Telecom was not saved."


def test_a_version_is_saved_as_it_is_named_and_begins_the_next_draft(bench: Bench) -> None:
    bench.driver.fill(_DAYS, "7")
    bench.driver.fill("In force from", "today")
    assert bench.screen.unsaved_text() == "Version 3 of the rules of Harbour Telecom was not saved."
    bench.driver.field(_DAYS).setFocus()
    bench.driver.press(KEY.Key_Return, held=Qt.KeyboardModifier.ControlModifier)
    stored = bench.stored()
    assert (stored.newest, stored.versions[0].content.min_overdue_days) == (3, 7)
    assert stored.versions[0].is_in_force
    assert bench.driver.table("Versions").column("State") == ["Draft", "In force", "", ""]
    assert not bench.screen.unsaved_text()
    assert bench.driver.value(_DAYS) == "7"


def test_the_next_draft_begins_as_what_holds_tomorrow(bench: Bench) -> None:
    bench.driver.fill(_DAYS, "7")
    bench.driver.field(_DAYS).setFocus()
    bench.driver.press(KEY.Key_S, held=Qt.KeyboardModifier.ControlModifier)
    assert bench.driver.table("Versions").column("State") == ["Draft", "To come", "In force", ""]
    assert bench.driver.value(_DAYS) == "7", "and not as what holds today, which would undo it unseen"
    assert "same as the version it was begun from" in bench.driver.button("Save version 4").toolTip()


def test_hours_are_turned_with_the_keyboard_and_typed(bench: Bench) -> None:
    grid = bench.driver.find(_GRID)
    grid.setFocus()
    assert bench.driver.description(_GRID) == "Monday 09:00 to 10:00, open."
    bench.driver.press(KEY.Key_Space)
    assert bench.driver.value("Hours as text") == "Mon 10:00-16:00; Tue-Thu 09:00-16:00"
    bench.driver.press(KEY.Key_Down, KEY.Key_Down, KEY.Key_Down, KEY.Key_Down)
    assert bench.driver.description(_GRID) == "Friday 09:00 to 10:00, shut."
    bench.driver.press(KEY.Key_Space)
    bench.driver.press(KEY.Key_Right, held=Qt.KeyboardModifier.ShiftModifier)
    assert bench.driver.value("Hours as text") == "Mon 10:00-16:00; Tue-Thu 09:00-16:00; Fri 09:00-11:00"
    bench.driver.fill("Hours as text", "Sat 10:30-12:00")
    bench.driver.press(KEY.Key_Tab)
    grid.setFocus()
    bench.driver.press(KEY.Key_Down, KEY.Key_Home)
    assert bench.driver.description(_GRID) == "Saturday 00:00 to 01:00, shut."
    bench.driver.press(*[KEY.Key_Right] * 10)
    assert bench.driver.description(_GRID) == "Saturday 10:00 to 11:00, open for 30 minutes."
    bench.driver.fill("Hours as text", "Sat 12:00-10:00")
    assert "ends before it begins" in bench.driver.description("Hours as text")
    assert bench.driver.refused == ["Hours as text"]
    bench.driver.fill("Hours as text", "")
    assert "at any time" in bench.driver.description("Hours as text")


def test_hours_are_painted_with_the_mouse(bench: Bench) -> None:
    grid = bench.screen.editor.week
    first, last = grid.cell(4, 9).center(), grid.cell(4, 11).center()
    QTest.mousePress(grid, Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseMove(grid, QPoint(grid.cell(4, 10).center()))
    QTest.mouseMove(grid, last)
    QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=last)
    assert bench.driver.value("Hours as text") == "Mon-Thu 09:00-16:00; Fri 09:00-12:00"


def test_groups_are_taken_away_and_along(bench: Bench) -> None:
    bench.driver.click("Leave out VIP no longer")
    assert bench.driver.description("Excluded groups") == "None"
    assert bench.judged() == [("Vip Ng", "Excluded", "Suspend")]
    bench.driver.click("Leave out a group…")
    assert menu_of(bench) == ["VIP (VIP)"]
    assert bench.driver.description("Excluded groups") == "VIP"
    assert bench.judged() == []


def test_an_earlier_version_is_looked_at_compared_and_begun_from(bench: Bench) -> None:
    bench.enter_elsewhere()
    bench.bus.publish(ChangeSet.of(Changed.RULES), ELSEWHERE)
    versions = bench.driver.table("Versions")
    assert versions.column("Version") == ["4", "3", "2", "1"]
    versions.go_to(2)
    assert bench.driver.value("Name of the rule set") == "Harbour standard"
    assert bench.driver.value("Compared with") == "Version 3, in force"
    bench.driver.choose("Compared with", "Version 1")
    assert bench.driver.table("Differences").column("What") == ["Groups left out"]
    grid = bench.driver.find(_GRID)
    grid.setFocus()
    bench.driver.press(KEY.Key_Space)
    assert bench.driver.description(_GRID) == "Monday 09:00 to 10:00, open.", "a saved version is only looked at"
    bench.driver.click("Begin version 4 from this")
    assert versions.current == 0
    assert bench.driver.value(_DAYS) == "14"
    assert bench.driver.value("Name of the rule set") == "Harbour standard"
    bench.driver.click("Save version 4")
    assert bench.stored().versions[0].content.name == "Harbour standard"


def test_somebody_else_saved_first(bench: Bench) -> None:
    bench.driver.fill(_DAYS, "7")
    bench.enter_elsewhere()
    bench.driver.click("Save version 3")
    sheet = bench.driver.part("Somebody else saved first")
    assert bench.stored().newest == 3, "nothing was saved"
    sheet.click("Keep mine")
    stored = bench.stored()
    assert [(row.version, row.content.min_overdue_days) for row in stored.versions[:2]] == [(4, 7), (3, 21)]

    bench.driver.fill(_DAYS, "9")
    bench.enter_elsewhere(days=30, since=TODAY + timedelta(days=1))
    bench.driver.click("Save version 5")
    bench.driver.part("Somebody else saved first").click("Take theirs")
    assert bench.stored().newest == 5
    assert bench.driver.value(_DAYS) == "30"
    assert not bench.screen.unsaved_text()


def test_what_is_typed_survives_changes_of_others(bench: Bench) -> None:
    bench.driver.fill(_DAYS, "7")
    bench.enter_elsewhere()
    bench.bus.publish(ChangeSet.of(Changed.RULES), ELSEWHERE)
    assert bench.driver.value(_DAYS) == "7"
    assert bench.driver.table("Versions").column("Version") == ["4", "3", "2", "1"]
    bench.driver.click("Save version 4")
    assert bench.driver.has("Somebody else saved first"), "it was begun from another version"


def test_changes_are_discarded_by_name(bench: Bench) -> None:
    bench.driver.fill(_DAYS, "7")
    bench.driver.click("Discard changes")
    assert bench.driver.value(_DAYS) == "14"
    assert not bench.screen.unsaved_text()


def test_without_the_power_the_rules_are_read_with_the_reason(bench: Bench) -> None:
    bench.desk.powers.forbid_writing("needs a database that answers")
    assert bench.driver.table("Versions").column("Version") == ["2", "1"]
    assert bench.driver.says("Entering rules needs a database that answers.")
    assert bench.driver.field(_MINIMUM).isReadOnly()
    assert not bench.driver.button("Begin version 3 from this").isEnabled()
    bench.desk.powers.forbid_writing("")
    assert bench.driver.table("Versions").column("Version") == ["3", "2", "1"]


def test_what_is_worth_a_second_look_stands_below_its_field(bench: Bench) -> None:
    bench.driver.fill(_DAYS, "3")
    bench.wait(lambda: not bench.screen.what_if.is_pausing)
    assert "gives 7 days to pay an invoice" in bench.driver.description(_DAYS)
    assert bench.driver.refused == [], "it may be saved all the same"
    with bench.database.write() as session:
        switch_off(session, provider_id=bench.book.provider, event="auto_suspend")
    bench.bus.publish(ChangeSet.of(Changed.RULES), ELSEWHERE)
    bench.wait(lambda: not bench.screen.what_if.is_pausing)
    assert bench.driver.says("Auto Suspend is off for Default Profile with 5 customers")
