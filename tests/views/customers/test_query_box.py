"""The one box of the customer list as a person types in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.views.customers.list_screen import CustomerListScreen
from app.views.desk.screen import Target
from tests.views.accounts.conftest import Bench, press, type_text
from tests.views.customers.test_list_screen import codes, find, on

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def buttons(screen: CustomerListScreen) -> dict[str, object]:
    return {button.text(): button for button in on(screen).empty.buttons()}


def test_fields_and_ranges_filter_the_list(bench: Bench) -> None:
    screen = bench.customers()
    find(screen, "payable:60..70 type:customer")
    assert codes(screen) == ["A2"]
    assert on(screen).found == "1 of 6 accounts"
    press(screen, ESC)
    find(screen, "not status:active")
    assert codes(screen) == ["A3"]


def test_examples_come_from_the_list_and_find_something(bench: Bench) -> None:
    screen = bench.customers()
    hint = on(screen).bar.hint
    assert hint == "For instance  oldest:>19   or   status:suspended"
    for example in hint.removeprefix("For instance  ").split("   or   "):
        press(screen, ESC)
        find(screen, example)
        assert codes(screen), example


def test_a_misread_part_is_said_and_the_rows_stay(bench: Bench) -> None:
    screen = bench.customers()
    find(screen, "overdue:lots")
    assert on(screen).bar.hint == ('overdue: "lots" is not an amount; write for instance 12.50. '
                                "Did you mean overdue:>500?")
    assert on(screen).box.accessibleDescription() == on(screen).bar.hint
    assert len(codes(screen)) == 6
    screen.read_again()
    assert len(codes(screen)) == 6
    press(screen, ESC)
    assert on(screen).bar.hint.startswith("For instance")
    assert on(screen).box.accessibleDescription() == ""


def test_a_misread_filter_of_yesterday_hides_nobody(bench: Bench) -> None:
    screen = CustomerListScreen(Target("customers", part=str(bench.ids["HT"])), bench.desk())
    screen.restore_state({"filter": "stauts:suspended"})
    bench.show(screen)
    assert "Did you mean status:suspended?" in on(screen).bar.hint
    assert on(screen).box.text() == "stauts:suspended"
    assert len(codes(screen)) == 6


def test_nothing_found_names_the_term_in_the_way(bench: Bench) -> None:
    screen = bench.customers()
    find(screen, "payable:>60 profile:business")
    empty = on(screen).empty
    assert empty.accessibleName() == "Nothing matches payable:>60 profile:business."
    assert empty.accessibleDescription() == "Without payable:>60 there is 1."
    assert set(buttons(screen)) == {"Remove it", "Clear filter"}
    buttons(screen)["Remove it"].click()
    assert on(screen).box.text() == "profile:business"
    assert codes(screen) == ["A1"]


def test_names_of_fields_are_offered_and_enter_without_a_choice_still_opens(bench: Bench) -> None:
    screen = bench.customers()
    screen.focus_first()
    type_text(screen, "na")
    field = on(screen).box
    assert field.offers() == ["name:   Name holds"]
    assert field.completer().popup().isVisible()
    field.completer().popup().setCurrentIndex(field.completer().completionModel().index(0, 0))
    press(field.completer().popup(), ENTER)
    QApplication.processEvents()
    assert field.text() == "name:"
    type_text(screen, "jane")
    press(screen, ENTER)
    assert bench.visited == [(Target("account", bench.ids["A2"]), False)]
    press(screen, ESC)
    type_text(screen, "de")
    assert field.completer().popup().isVisible()
    press(screen, ENTER)
    assert not field.completer().popup().isVisible()
    assert bench.visited[1:] == [(Target("account", bench.ids["A4"]), False)]
