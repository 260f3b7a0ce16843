"""The one registry of what the window can do: menus, toolbar, tooltips and the list of keys are all read from here.

An action is specified once (verb, keys, icon, where it stands in the menus) and bound to whoever can do it now: the
shell for good, the screen in front for as long as it is in front. Unbound or refused actions stay where they are,
faint, and say why ("needs an open account").
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolButton, QWidget

from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.tokens import Ink

WRITING: Final = "writing"
"""Stands for a power where something is saved that everybody may do, or that asks for its power elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSpec:
    """What an action is called and where it stands; nothing about who does it."""

    id: str
    """Noun and verb: "account.open"."""
    text: str
    """Verb with its object, sentence case, with its mnemonic: "&Open account"."""
    menu: str
    """Title of its menu with mnemonic ("&Account"); empty keeps it out of the menus."""
    section: int = 0
    """Actions of one section of a menu stand together between separators."""
    keys: tuple[str, ...] = ()
    """Portable key sequences, the first one shown: ("Ctrl+B",)."""
    widget_key: str = ""
    """A key that the widget under the keyboard handles itself (Ctrl+C in a list): shown, and nothing more."""
    icon: Icon | None = None
    help: str = ""
    """One plain sentence, only where the verb does not say it all."""
    needs: str = "is not available here"
    """Why it is off while nobody is bound to it: "needs an open account"."""
    is_switch: bool = False
    in_toolbar: int = 0
    """Its place in the toolbar, counted from 1; 0 keeps it out."""
    is_last: bool = False
    """Stands behind all others of its section, whoever brings them."""
    power: str = ""
    """Key of the power it needs ("groups.admin"), or `WRITING`; the services ask again."""

    @property
    def plain_text(self) -> str:
        return self.text.replace("&", "").rstrip("…")

    @property
    def key(self) -> str:
        """The key that is shown, as this system writes it; empty without one."""
        shown = self.keys[0] if self.keys else self.widget_key
        return key_text(shown) if shown else ""


@dataclass(frozen=True, slots=True)
class Binding:
    """Who does it now; `refusal` says in words why it is off although somebody could."""

    run: Callable[[], object]
    refusal: str = ""
    is_checked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """One line of the list of keys."""

    group: str
    keys: str
    text: str


def _allowed(_power: str) -> str:
    return ""


class ActionError(ValueError):
    """Two actions claim the same id or key: a mistake of ours."""


class ActionRegistry(QObject):
    """Holds every action of the window, in the order they were added."""

    changed = Signal()  # an action was bound, unbound, enabled or disabled
    hidden_changed = Signal()  # other actions are out of menus and keys

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._specs: dict[str, ActionSpec] = {}
        self._actions: dict[str, QAction] = {}
        self._fixed: dict[str, Binding] = {}
        self._context: dict[str, Binding] = {}
        self._key_lines: list[KeyLine] = []
        self._with_icon: set[str] = set()
        """Actions whose icon was asked for: drawing all of them would hold up the first paint."""
        self._power_refusal: Callable[[str], str] = _allowed
        theme.changed.connect(self._refresh_icons)

    # --- what there is ---

    def add(self, *specs: ActionSpec) -> None:
        """Add actions; each is off until somebody is bound to it."""
        for spec in specs:
            self._check_new(spec)
            action = QAction(f"{spec.text}\t{key_text(spec.widget_key)}" if spec.widget_key else spec.text, self)
            action.setObjectName(spec.id)
            action.setShortcuts([QKeySequence(key, _PORTABLE) for key in spec.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(spec.is_switch)
            action.triggered.connect(partial(self.trigger, spec.id))
            self._specs[spec.id], self._actions[spec.id] = spec, action
            self._update(spec.id)

    def describe_keys(self, lines: Iterable[KeyLine]) -> None:
        """Keys that widgets handle themselves (Enter in a list), for the list of keys."""
        self._key_lines.extend(lines)

    def spec(self, action_id: str) -> ActionSpec:
        return self._specs[action_id]

    def action(self, action_id: str) -> QAction:
        """The action with its icon, to be put anywhere."""
        self._give_icons([self._specs[action_id]])
        return self._actions[action_id]

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    def ids(self) -> list[str]:
        return list(self._specs)

    def refusal(self, action_id: str) -> str:
        """Why the action is off now, in words; empty when it is on."""
        binding = self._binding(action_id)
        without = self._power_refusal(self._specs[action_id].power)
        return without or (self._specs[action_id].needs if binding is None else binding.refusal)

    # --- who does it ---

    def use_powers(self, refusal: Callable[[str], str]) -> None:
        """Somebody works here: `refusal` says for a power why what needs it is off, and nothing where they have it."""
        self._power_refusal = refusal
        for action_id, spec in self._specs.items():
            if spec.power:
                self._update(action_id)

    def bind(self, action_id: str, run: Callable[[], object], *, refusal: str = "",
             is_checked: bool | None = None) -> None:
        """Bind for good (until bound again); a binding of the screen in front goes before it."""
        self._fixed[action_id] = Binding(run, refusal, is_checked)
        self._update(self._known(action_id))

    def use_context(self, bindings: Mapping[str, Binding]) -> None:
        """The screen in front says what it can do; what the former screen said is forgotten."""
        for action_id in bindings:
            self._known(action_id)
        touched = self._context.keys() | bindings.keys()
        self._context = dict(bindings)
        for action_id in self._specs:
            if action_id in touched:
                self._update(action_id)

    def set_text(self, action_id: str, text: str) -> None:
        """Call an action by what it would do now: "&Undo move of 1,204 accounts"."""
        self._specs[action_id] = replace(self._specs[action_id], text=text)
        self._actions[action_id].setText(text)
        self._update(action_id)

    def set_checked(self, action_id: str, *, checked: bool) -> None:
        """Show the state of a switch without running it."""
        action = self._actions[action_id]
        action.setChecked(checked)

    def hide(self, action_ids: Collection[str]) -> None:
        """Take these out of menus and keys, and bring back what was hidden before."""
        for action_id, action in self._actions.items():
            action.setVisible(action_id not in action_ids)
        self.changed.emit()
        self.hidden_changed.emit()

    def trigger(self, action_id: str, *_: object) -> None:
        """Do it, if it can be done now."""
        binding = self._binding(action_id)
        if binding is not None and not self.refusal(action_id):
            binding.run()

    # --- built from it ---

    def fill_menu_bar(self, bar: QMenuBar, order: Iterable[str]) -> None:
        """Build the menus in this order of titles; a menu without actions is left out."""
        for title in order:
            specs = [spec for spec in self._specs.values() if spec.menu == title]
            if specs:
                self.fill_menu(bar.addMenu(title), specs)

    def fill_menu(self, menu: QMenu, specs: Iterable[ActionSpec]) -> None:
        """Add actions by section, with a separator between sections."""
        specs = list(specs)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(partial(self._give_icons, specs))
        section: int | None = None
        for spec in sorted(specs, key=lambda spec: (spec.section, spec.is_last)):
            if section is not None and spec.section != section:
                menu.addSeparator()
            section = spec.section
            menu.addAction(self._actions[spec.id])

    def tool_button(self, action_id: str, parent: QWidget, *, icon_only: bool = False) -> QToolButton:
        """A button for the toolbar; icon-only buttons keep their name for screen readers and in the tooltip."""
        spec = self._specs[action_id]
        button = QToolButton(parent)
        button.setDefaultAction(self._actions[action_id])
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(style.ToolButtonIconOnly if icon_only else style.ToolButtonTextBesideIcon)
        if spec.icon is not None:
            _SizedIcon(self._theme, button, spec.icon, 0 if icon_only else _GAP)
        button.setAccessibleName(spec.plain_text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def key_lines(self) -> list[KeyLine]:
        """All keys: those of the actions by menu, then those of widgets."""
        lines = [
            KeyLine(group=spec.menu.replace("&", "") or "Window", keys=", ".join(key_text(key) for key in spec.keys),
                    text=spec.plain_text)
            for spec in self._specs.values() if spec.keys
        ]
        return lines + self._key_lines

    # --- inside ---

    def _check_new(self, spec: ActionSpec) -> None:
        if spec.id in self._specs:
            raise ActionError(f"the action {spec.id} exists already")
        taken = {key: other.id for other in self._specs.values() for key in other.keys}
        for key in spec.keys:
            if key in taken:
                raise ActionError(f"{key} is the key of {taken[key]} and of {spec.id}")

    def _known(self, action_id: str) -> str:
        if action_id not in self._specs:
            raise ActionError(f"there is no action {action_id}")
        return action_id

    def _binding(self, action_id: str) -> Binding | None:
        return self._context.get(action_id) or self._fixed.get(action_id)

    def _update(self, action_id: str) -> None:
        spec, action, binding = self._specs[action_id], self._actions[action_id], self._binding(action_id)
        refusal = self.refusal(action_id)
        action.setEnabled(not refusal)
        action.setToolTip(_tooltip(spec, refusal))
        joint = ": " if refusal.endswith(".") else " "  # a sentence of its own, or the rest of one
        action.setStatusTip(f"{spec.plain_text}{joint}{refusal}" if refusal else spec.help)
        if binding is not None and binding.is_checked is not None:
            action.setChecked(binding.is_checked)
        self.changed.emit()

    def _give_icons(self, specs: Iterable[ActionSpec]) -> None:
        """Draw the icons of actions that are about to be seen."""
        for spec in specs:
            if spec.icon is not None and spec.id not in self._with_icon:
                self._with_icon.add(spec.id)
                self._set_icon(spec.id, spec.icon)

    def _set_icon(self, action_id: str, icon: Icon) -> None:
        self._actions[action_id].setIcon(self._theme.icons.icon(icon, Ink.TEXT, self._theme.sizes.icon))

    def _refresh_icons(self) -> None:
        for action_id in self._with_icon:
            icon = self._specs[action_id].icon
            if icon is not None:
                self._set_icon(action_id, icon)


class _SizedIcon(QObject):
    """Lets the icon of a tool button grow with the text, and keeps its words clear of it."""

    def __init__(self, theme: Theme, button: QToolButton, icon: Icon, gap: int) -> None:
        super().__init__(button)
        self._theme, self._button, self._icon, self._gap = theme, button, icon, gap
        theme.changed.connect(self.apply)
        button.defaultAction().changed.connect(self.apply)
        self.apply()

    def apply(self) -> None:
        side = self._theme.sizes.icon
        self._button.setIconSize(QSize(side + self._gap, side))
        self._button.setIcon(self._theme.icons.icon(self._icon, Ink.TEXT, side, gap_px=self._gap))


_GAP: Final = 5
_PORTABLE: Final = QKeySequence.SequenceFormat.PortableText
_NATIVE: Final = QKeySequence.SequenceFormat.NativeText


def key_text(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key, _PORTABLE).toString(_NATIVE)


def _tooltip(spec: ActionSpec, refusal: str) -> str:
    head = f"{spec.plain_text} ({spec.key})" if spec.key else spec.plain_text
    if refusal:
        return f"{head}: {refusal}"
    return f"{head}\n{spec.help}" if spec.help else head
