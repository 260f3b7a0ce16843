"""The action registry: who does what now, and why something is off."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QMenuBar, QWidget

from app.views.desk.actions import ActionError, ActionRegistry, ActionSpec, Binding, KeyLine
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.shell.keys.list_window import KeysWindow
from tests.support.driver import Driver

OPEN = ActionSpec(id="account.open", text="&Open account", menu="&Account", keys=("Ctrl+O",), icon=Icon.OPEN,
                  needs="needs an account")
PRINT = ActionSpec(id="invoice.print", text="&Print invoices…", menu="&Account", section=1, keys=("Ctrl+P",))
DARK = ActionSpec(id="view.dark", text="&Dark palette", menu="Vie&w", is_switch=True)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.fixture
def registry(theme: Theme) -> ActionRegistry:
    made = ActionRegistry(theme)
    made.add(OPEN, PRINT, DARK)
    return made


def test_an_action_nobody_can_do_is_off_and_says_what_it_needs(registry: ActionRegistry) -> None:
    action = registry.action("account.open")
    assert not action.isEnabled()
    assert action.toolTip() == "Open account (Ctrl+O): needs an account"
    registry.trigger("account.open")


def test_the_screen_in_front_goes_before_the_shell(registry: ActionRegistry) -> None:
    done: list[str] = []
    registry.bind("invoice.print", lambda: done.append("shell"))
    registry.use_context({"invoice.print": Binding(lambda: done.append("screen")),
                          "account.open": Binding(lambda: done.append("open"), refusal="is open already")})
    registry.action("invoice.print").trigger()
    registry.action("account.open").trigger()
    assert registry.refusal("account.open") == "is open already"
    registry.use_context({})
    registry.action("invoice.print").trigger()
    assert done == ["screen", "shell"]
    assert registry.refusal("account.open") == "needs an account"


def test_a_switch_shows_its_state(registry: ActionRegistry) -> None:
    registry.bind("view.dark", lambda: None, is_checked=True)
    assert registry.action("view.dark").isChecked()
    registry.set_checked("view.dark", checked=False)
    assert not registry.action("view.dark").isChecked()


def test_ids_and_keys_are_claimed_once(registry: ActionRegistry) -> None:
    with pytest.raises(ActionError, match="exists already"):
        registry.add(OPEN)
    with pytest.raises(ActionError, match=r"Ctrl\+P is the key of invoice.print and of x"):
        registry.add(ActionSpec(id="x", text="X", menu="", keys=("Ctrl+P",)))
    with pytest.raises(ActionError, match="no action"):
        registry.bind("y", lambda: None)


def test_menus_and_buttons_are_built_from_it(registry: ActionRegistry, qtbot) -> None:
    bar = QMenuBar()
    qtbot.addWidget(bar)
    registry.fill_menu_bar(bar, ("&Account", "&Money", "Vie&w"))
    menus = [action.menu() for action in bar.actions()]
    assert [menu.title() for menu in menus] == ["&Account", "Vie&w"]
    texts = [action.text() if not action.isSeparator() else "--" for action in menus[0].actions()]
    assert texts == ["&Open account", "--", "&Print invoices…"]
    host = QWidget()
    qtbot.addWidget(host)
    button = registry.tool_button("invoice.print", host, icon_only=True)
    assert button.accessibleName() == "Print invoices"
    assert "Ctrl+P" in button.toolTip()


def test_the_list_of_keys_holds_actions_and_widgets_keys(registry: ActionRegistry, theme: Theme, qtbot) -> None:
    registry.describe_keys([KeyLine(group="Lists", keys="Enter", text="Open")])
    assert KeyLine(group="Account", keys="Ctrl+O", text="Open account") in registry.key_lines()
    window = KeysWindow(registry, theme)
    qtbot.addWidget(window)
    assert len(window.shown_lines()) == 3
    seen = Driver(window)
    seen.fill("Filter the list of keys", "print")
    assert [line.text for line in window.shown_lines()] == ["Print invoices"]
    seen.fill("Filter the list of keys", "zzz")
    assert window.shown_lines() == []
    assert seen.has("No key does that.")
