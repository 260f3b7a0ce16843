"""What a screen is to the shell: a page with a title, things it can do, and a state that survives a restart.

Screens never open each other. They ask the navigator for a target ("account 42, ledger"), and the shell finds the tab
that shows it or has a new one made by the factory of that kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QWidget

from app.views.desk.actions import Binding
from app.views.look.icons import Icon

ACCOUNT: Final = "account"
CUSTOMERS: Final = "customers"
SIGHT: Final = "sight"
RULES: Final = "rules"
RUNS: Final = "runs"
TEMPLATES: Final = "templates"
OUTBOX: Final = "outbox"
GROUP_ACCOUNT: Final = "group_account"
RECEIVE: Final = "receive"
DOCUMENTS: Final = "documents"
"""Kinds of the screens that other rooms lead to."""

State = dict[str, str | int | bool | list[int]]
"""What a screen wants to find again; plain values, since it is written to settings."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to go: a kind of screen, the thing it shows, and perhaps a part of it."""

    kind: str
    ident: int | None = None
    part: str = ""

    @property
    def tab_key(self) -> tuple[str, int | None]:
        """One tab per kind and thing; the part only says what it shows."""
        return self.kind, self.ident


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place of the rail."""

    key: str
    title: str
    icon: Icon
    target: Target
    at_bottom: bool = False


@dataclass(frozen=True, slots=True)
class BusinessPlace:
    """Whose business date counts on a screen: one provider, or several at once."""

    name: str
    time_zones: tuple[str, ...]
    """IANA names, without repetition."""


class OpenTabs(Protocol):
    """The tabs of a window, as the shell keeps them."""

    @property
    def current_changed(self) -> SignalInstance: ...

    @property
    def current(self) -> Screen | None: ...

    @property
    def screens(self) -> tuple[Screen, ...]: ...

    def open(self, target: Target, *, beside: Screen | None = None) -> Screen: ...

    def close_tab(self, screen: Screen) -> bool: ...


class Navigator(QObject):
    """Handed to every screen; the shell listens, and tells which screens there are."""

    asked = Signal(object, bool)  # Target, whether in a new tab behind
    current_changed = Signal(object)  # Screen or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tabs: OpenTabs | None = None

    def attach(self, tabs: OpenTabs) -> None:
        """Follow these tabs."""
        self._tabs = tabs
        tabs.current_changed.connect(self.current_changed)

    def go(self, target: Target, *, aside: bool = False) -> None:
        """Show a target; aside opens its tab without leaving the present one."""
        self.asked.emit(target, aside)

    def replace(self, screen: Screen, target: Target) -> None:
        """Show a target beside a screen, which goes unless it holds unsaved text."""
        if self._tabs is not None:
            self._tabs.open(target, beside=screen)
            if not screen.unsaved_text():
                self._tabs.close_tab(screen)

    @property
    def screens(self) -> tuple[Screen, ...]:
        """All that are open, from left to right."""
        return self._tabs.screens if self._tabs is not None else ()

    @property
    def current(self) -> Screen | None:
        """The one in front."""
        return self._tabs.current if self._tabs is not None else None

    def listed_provider(self) -> int | None:
        """The provider whose customers the list shows; None where no such list is open."""
        listed = next((screen for screen in self.screens if screen.target.kind == CUSTOMERS), None)
        part = listed.part() if listed is not None else ""
        return int(part) if part.isdigit() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SidePanel:
    """One of the two side docks of the window: its title, and what makes its widget and what to focus in it."""

    title: str
    make: Callable[[], tuple[QWidget, QWidget]]


class Screen(QWidget):
    """Base of all pages of the centre."""

    comfortable_width: int = 0
    """Width in px at 100 % below which the tree and the scan panel should make room; 0 asks for nothing."""

    title_changed = Signal(str)
    selection_text_changed = Signal(str)  # "1 of 18 selected, payable 66.00 AUD"
    bindings_changed = Signal()
    part_changed = Signal(str)
    business_place_changed = Signal()

    def __init__(self, target: Target, title: str, icon: Icon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._target = target
        self._title = title
        self._icon = icon
        self._selection_text = ""
        self.setAccessibleName(title)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)

    @property
    def target(self) -> Target:
        """What is shown now, its part included."""
        return Target(self._target.kind, self._target.ident, self.part())

    @property
    def title(self) -> str:
        return self._title

    @property
    def icon(self) -> Icon:
        return self._icon

    @property
    def selection_text(self) -> str:
        return self._selection_text

    def set_title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def set_selection_text(self, text: str) -> None:
        """Rows and sum of the selection, for the right of the status bar."""
        self._selection_text = text
        self.selection_text_changed.emit(text)

    def least_height(self, width: int) -> int:  # noqa: ARG002  only pages that wrap need it
        """Height in px that the page needs at a width in px.

        A page whose words wrap in one layout overrides it: the least size of a layout knows words on one line alone.
        """
        return self.minimumSizeHint().height()

    def press_with_ctrl_enter(self, press: Callable[[], object], *, save: Callable[[], object] | None = None) -> None:
        """Let Ctrl+Enter do the main button of the page, wherever the keyboard is on it, and Ctrl+S save its form."""
        for keys, do in (("Ctrl+Return", press), ("Ctrl+Enter", press), ("Ctrl+S", save)):
            if do is None:
                continue
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)

    def part(self) -> str:
        """Which part is in front; "" where there is only one."""
        return ""

    def show_part(self, part: str) -> None:
        """Bring a part to the front."""

    def bindings(self) -> Mapping[str, Binding]:
        """What can be done while this screen is in front; emit `bindings_changed` when it changes."""
        return {}

    def business_place(self) -> BusinessPlace | None:
        """The provider in view, for the business date; None where no provider is in view or known yet."""
        return None

    def focus_first(self) -> None:
        """Put the keyboard where work begins."""
        self.setFocus()

    def shown(self) -> None:
        """The screen came to the front."""

    def save_state(self) -> State:
        return {}

    def restore_state(self, state: State) -> None:
        """Take back what `save_state` gave; anything may be missing."""

    def unsaved_text(self) -> str:
        """What would be lost by closing, in words; "" when nothing would."""
        return ""


ScreenFactory = Callable[[Target], Screen]
