"""One profile below the list: its name, what can be done with it and why not, and its tabs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from app.services.profiles.page import ProfileList, ProfilePage
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.profiles.members_tab import MembersTab
from app.views.profiles.moves_tab import MovesTab
from app.views.profiles.overrides_tab import OverridesTab
from app.views.running.runner import Runner
from app.views.widgets.badge import Badge
from app.views.widgets.basics import ElidedLabel, HorizontalRule, Label, Panel
from app.views.widgets.layout import column, grows, row
from app.views.widgets.tabs import SectionTabs

TABS = ("Overrides", "Members", "Earlier moves")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWork:
    """What the buttons of the card do with the profile that is shown."""

    edit: Callable[[ProfilePage], object]
    duplicate: Callable[[ProfilePage], object]
    make_default: Callable[[ProfilePage], object]
    delete: Callable[[ProfilePage], object]


class ProfileCard(Panel):
    """Shows one profile."""

    tab_changed = Signal(str)  # what stands in the status bar then

    def __init__(self, theme: Theme, runner: Runner, work: CardWork) -> None:
        super().__init__(theme)
        self.overrides = OverridesTab(theme, runner)
        self.members = MembersTab(theme, runner)
        self.moves = MovesTab(theme, runner)
        self.page: ProfilePage | None = None
        self._list: ProfileList | None = None
        self._said = ""
        self._name = ElidedLabel(theme, " ", size=tk.SECTION, weight=600)
        self._badge = Badge(theme, "Default", tk.Tone.ACCENT, Icon.TICK)
        self._about = ElidedLabel(theme, " ", ink=tk.Ink.MUTED)
        self._why = Label(theme, size=tk.LABEL, ink=tk.Ink.MUTED)
        self._actions: RowActions[ProfilePage] = RowActions(theme, lambda: self.page, (
            RowAction(text="Edit profile…", icon=Icon.EDIT, run=work.edit, refusal=lambda page: page.why_not_edit),
            RowAction(text="Duplicate profile…", icon=Icon.COPY, run=work.duplicate,
                      refusal=lambda page: page.rights.edit),
            RowAction(text="Set as default", icon=Icon.TICK, run=work.make_default,
                      refusal=lambda page: page.why_not_default),
            RowAction(text="Delete profile…", icon=Icon.CANCELLED, run=work.delete,
                      refusal=lambda page: page.why_not_delete),
        ), owner=self)
        self.bar = SectionTabs(theme, "Parts of the profile", self)
        self._stack = QStackedWidget()
        for title, tab in zip(TABS, (self.overrides, self.members, self.moves), strict=True):
            self._stack.addWidget(tab)
            self.bar.add(title)
        column(
            HorizontalRule(theme),
            column(row(self._name, self._badge, ..., *self._actions.buttons),
                   row(grows(self._about), self._why, spacing=16),
                   margins=(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 6), spacing=4),
            row(self.bar, ..., margins=(tk.PAGE_MARGIN, 0)),
            HorizontalRule(theme), grows(self._stack), on=self)
        self.bar.currentChanged.connect(self._on_tab)
        self.overrides.left_upwards.connect(self.bar.setFocus)
        self.members.selection_said.connect(self._on_selection)

    def show_profile(self, listed: ProfileList, page: ProfilePage) -> None:
        """Show a profile, or the same one again."""
        self._list, self.page = listed, page
        self._name.set_text(page.details.name)
        self._badge.setVisible(page.is_default)
        reference = page.details.export_reference
        self._about.set_text(" · ".join(filter(None, (
            f"ID {page.id}", page.details.description, f"export reference {reference}" if reference else ""))))
        self._actions.refresh()
        self._why.setText(page.why_not_edit or page.why_not_delete)
        self.bar.set_count(1, page.members)
        self._read()

    def show_tab(self, place: int) -> None:
        self.bar.setCurrentIndex(place)

    def focus_tab(self) -> None:
        (self.overrides, self.members, self.moves)[self.bar.currentIndex()].focus_first()

    def go_to_filter(self) -> None:
        """Bring the members to the front, with the keyboard in their filter."""
        self.show_tab(1)
        self.members.focus_filter()

    # --- inside ---

    def _on_tab(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._read()
        self.tab_changed.emit(self._said if place == 1 else "")

    def _on_selection(self, text: str) -> None:
        self._said = text
        if self.bar.currentIndex() == 1:
            self.tab_changed.emit(text)

    def _read(self) -> None:
        """Only the tab in front reads."""
        listed, page = self._list, self.page
        if listed is None or page is None:
            return
        self.overrides.show_profile(page)
        if self.bar.currentIndex() == 1:
            self.members.show_profile(listed, page)
        elif self.bar.currentIndex() == 2:
            self.moves.show_list(listed)
