"""The middle of the screen for an event or a profile: what is on, what is missing, and the step that mends it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.events.drafting import lacking_events
from app.services.events.listing import ActionRow, MappingRow, ProfileEvents
from app.views.asking.choices import SwitchBox, TickBox
from app.views.events.tree_model import ACTION_ICONS
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.banner import Banner
from app.views.widgets.basics import Button, ElidedLabel, HorizontalRule, Label, LinkButton, Panel
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import at_top, column, emptied, grows, least_height_of, row, walk_in_order
from app.views.widgets.page_frame import PageFrame


class EventPanel(Panel):
    """Shows one mapping: a line for each action with its switch, and a checklist beside it."""

    switch_asked = Signal(object, bool)  # EventAction
    open_asked = Signal(object)  # EventAction: its words
    logging_asked = Signal(bool)
    delete_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._title = ElidedLabel(theme, " ", size=tk.TITLE, weight=600)
        self._about = ElidedLabel(theme, " ", ink=tk.Ink.MUTED)
        self._trigger = Label(theme, wraps=True)
        self.logging = TickBox(theme, "Extended logging", self)
        self.logging.setToolTip("Each time it fires, a note is written to the account.")
        self.logging.clicked.connect(self.logging_asked)
        self.delete_button = Button(theme, "Take event away…", self, icon=Icon.CANCELLED, run=self.delete_asked.emit)
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(12)
        holder = QWidget()
        column(self._lines, ..., on=holder, margins=(tk.PAGE_MARGIN, 12))
        self._frame = PageFrame(holder, least_height=least_height_of(holder))
        column(
            column(self._title, self._about, 4, self._trigger, row(self.logging, ..., self.delete_button), spacing=2,
                   margins=(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 8)),
            HorizontalRule(theme),
            grows(self._frame), on=self)

    def show_mapping(self, mapping: MappingRow, *, may_edit: str) -> None:
        """Show a mapping, or the same one again; the keyboard stays on its switch."""
        kept = next((line.action for line in self.lines() if line.has_keyboard), None)
        self._title.set_text(mapping.name)
        number = f" · type {mapping.number}" if mapping.number is not None else ""
        follows = " · follows the suspension rules" if mapping.follows_rules else ""
        self._about.set_text(f"{mapping.profile}{number}{follows}")
        self.setAccessibleName(f"{mapping.name} of {mapping.profile}")
        self._trigger.setText(mapping.trigger)
        self.logging.setChecked(mapping.extended_logging)
        self.logging.setEnabled(not may_edit)
        self.logging.setAccessibleDescription(may_edit)
        self.delete_button.offer(may_edit or ("Switch its actions off first." if mapping.is_on else ""))
        emptied(self._lines)
        for action in mapping.actions:
            line = ActionLine(self.theme, action, may_edit=may_edit)
            line.switched.connect(partial(self.switch_asked.emit, action.action))
            line.opened.connect(partial(self.open_asked.emit, action.action))
            self._lines.addWidget(line)
        self._frame.fit_parts()
        walk_in_order(self.logging, self.delete_button, *[part for line in self.lines() for part in line.stops])
        for line in self.lines():
            if line.action is kept:
                line.switch.setFocus()

    def lines(self) -> list[ActionLine]:
        """A line for each action."""
        found = (self._lines.itemAt(place) for place in range(self._lines.count()))
        return [line for item in found if item is not None and isinstance(line := item.widget(), ActionLine)]


class ActionLine(QWidget):
    """One action: its switch, since when it is on, and what is missing, with the step that mends it."""

    switched = Signal(bool)
    opened = Signal()

    def __init__(self, theme: Theme, action: ActionRow, *, may_edit: str) -> None:
        super().__init__()
        self.action = action.action
        label = action.action.label
        self.setAccessibleName(label)
        self.switch = SwitchBox(theme, label, self)
        self.switch.setChecked(action.enabled)
        self.switch.clicked.connect(self.switched)
        why_not = may_edit or ("" if action.enabled or action.can_be_on else
                               next(missing.words for missing in action.missing if missing.blocks))
        self.switch.setEnabled(not why_not)
        self.switch.setToolTip(why_not)
        since = f"On since {theme.formatter.day(action.enabled_on)}" if action.enabled_on is not None else "Off"
        version = f", version {action.version}" if action.version is not None else ""
        self.switch.setAccessibleDescription(why_not or since)
        verb = "Edit words" if action.version is not None else "Write words"
        self.open_button = Button(theme, verb, self, run=self.opened.emit)
        self.open_button.setAccessibleName(f"{verb} of {label}")
        self.stops: list[QWidget] = [self.switch, self.open_button]
        checks = [_check(theme, missing.words, Icon.WARNING if missing.blocks else Icon.INFO,
                         tk.Ink.WARN if missing.blocks else tk.Ink.MUTED) for missing in action.missing]
        if not action.missing:
            checks.append(_check(theme, "Nothing is missing.", Icon.GOOD, tk.Ink.GOOD))
        icon = IconSign(theme, ACTION_ICONS[action.action], size=16)
        column(row(icon, self.switch, grows(ElidedLabel(theme, f"{since}{version}", size=tk.LABEL, ink=tk.Ink.MUTED)),
                   self.open_button), *checks, HorizontalRule(theme, role="rule"), on=self, spacing=6)

    @property
    def has_keyboard(self) -> bool:
        return self.switch.hasFocus() or self.open_button.hasFocus()


def _check(theme: Theme, words: str, icon: Icon, ink: str) -> QWidget:
    line = QWidget()
    row(at_top(IconSign(theme, icon, ink, size=16)), grows(Label(theme, words, size=tk.LABEL, ink=tk.Ink.MUTED,
                                                                wraps=True)), on=line, margins=(24, 0, 0, 0))
    return line


class ProfilePanel(Panel):
    """Shows one profile: what is on at it, and what it lacks."""

    provision_asked = Signal()
    new_asked = Signal()
    warning_asked = Signal()
    mapping_asked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._title = ElidedLabel(theme, " ", size=tk.TITLE, weight=600)
        self._about = ElidedLabel(theme, " ", ink=tk.Ink.MUTED)
        self.silent = Banner(theme, tk.Tone.WARN, Icon.WARNING)
        self.provision_button = Button(theme, "Provision standard events…", self, icon=Icon.EVENTS,
                                       run=self.provision_asked.emit)
        self.new_button = Button(theme, "New template…", self, icon=Icon.EDIT, run=self.new_asked.emit)
        self.warning_button = Button(theme, "Add advance warning…", self, icon=Icon.CLOCK,
                                     run=self.warning_asked.emit)
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(4)
        holder = QWidget()
        column(self._lines, ..., on=holder, margins=(tk.PAGE_MARGIN, 12))
        self._frame = PageFrame(holder, least_height=least_height_of(holder))
        column(
            column(self._title, self._about, 4, self.silent,
                   row(self.provision_button, ...), row(self.new_button, self.warning_button, ...),
                   spacing=6, margins=(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 8)),
            HorizontalRule(theme),
            grows(self._frame), on=self)

    def show_profile(self, profile: ProfileEvents, *, may_edit: str) -> None:
        """Show a profile."""
        on = [mapping for mapping in profile.mappings if mapping.is_on]
        self._title.set_text(profile.profile)
        counted = self.theme.formatter.counted
        self._about.set_text(f"{profile.provider_name} · {counted(len(profile.mappings), 'event', 'events')}, "
                             f"{len(on)} on")
        self.setAccessibleName(f"Events of {profile.profile}")
        lacking = lacking_events([(mapping.event, mapping.period_days) for mapping in profile.mappings])
        self.silent.setVisible(not on)
        self.silent.set_words(f"{profile.profile} sends nothing", "It has no events yet." if not profile.mappings else
                              "All its events are off.")
        self.provision_button.offer(may_edit or ("" if lacking else "It has all standard events."))
        self.new_button.offer(may_edit)
        self.warning_button.offer(may_edit)
        emptied(self._lines)
        for mapping in profile.mappings:
            self._lines.addWidget(self._line_of(mapping))
        self._frame.fit_parts()

    def _line_of(self, mapping: MappingRow) -> QWidget:
        theme, line = self.theme, QWidget()
        link = LinkButton(theme, mapping.name, run=partial(self.mapping_asked.emit, mapping.id))
        names = [action.action.label for action in mapping.actions if action.enabled]
        state = f"On: {', '.join(names)}" if names else "Off"
        row(link, ..., Label(theme, state, size=tk.LABEL, ink=tk.Ink.GOOD if names else tk.Ink.MUTED), on=line)
        link.setAccessibleDescription(state)
        return line
