"""One profile below the list: its name, what can be done with it and why not, and its tabs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.services.profiles.page import ProfileList, ProfilePage
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.profiles.members_tab import MembersTab
from app.views.profiles.moves_tab import MovesTab
from app.views.profiles.overrides_tab import OverridesTab
from app.views.running.runner import Runner
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Button, ElidedLabel, HorizontalRule, Label, Panel, without_arguments
from app.views.widgets.tabs import SectionTabs

TABS = ("Overrides", "Members", "Earlier moves")


class ProfileCard(Panel):
    """Shows one profile; what is pressed is said, and done by the screen."""

    edit_asked = Signal()
    duplicate_asked = Signal()
    default_asked = Signal()
    delete_asked = Signal()
    tab_changed = Signal(str)  # what stands in the status bar then

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.overrides = OverridesTab(theme, runner)
        self.members = MembersTab(theme, runner)
        self.moves = MovesTab(theme, runner)
        self._list: ProfileList | None = None
        self._page: ProfilePage | None = None
        self._said = ""
        self._build()
        self.bar.currentChanged.connect(self._on_tab)
        self.overrides.left_upwards.connect(self.bar.setFocus)
        self.members.selection_said.connect(self._on_selection)

    @property
    def page(self) -> ProfilePage | None:
        return self._page

    def show_profile(self, listed: ProfileList, page: ProfilePage) -> None:
        """Show a profile, or the same one again."""
        self._list, self._page = listed, page
        self._name.set_text(page.details.name)
        self._badge.setVisible(page.is_default)
        reference = page.details.export_reference
        self._about.set_text(" · ".join(filter(None, (
            f"ID {page.id}", page.details.description, f"export reference {reference}" if reference else ""))))
        for button, refusal in ((self.edit, page.rights.edit), (self.duplicate, page.rights.edit),
                                (self.default, page.why_not_default), (self.delete, page.why_not_delete)):
            button.setEnabled(not refusal)
            button.setToolTip(refusal)
        self._why.setText(page.rights.edit or page.why_not_delete)
        self.bar.set_count(1, page.members)
        self._read()

    def show_tab(self, place: int) -> None:
        self.bar.setCurrentIndex(place)

    def focus_tab(self) -> None:
        (self.overrides, self.members, self.moves)[self.bar.currentIndex()].focus_first()

    # --- inside ---

    def _build(self) -> None:
        theme = self.theme
        self._name = ElidedLabel(theme, " ", size=tk.SECTION, weight=600)
        self._badge = Badge(theme, "Default", tk.Tone.ACCENT, Icon.TICK, self)
        self._about = ElidedLabel(theme, " ", ink=tk.Ink.MUTED)
        self._why = Label(theme, "", self, size=tk.LABEL, ink=tk.Ink.MUTED)
        self.edit = Button(theme, "Edit profile…", self, icon=Icon.EDIT)
        self.duplicate = Button(theme, "Duplicate profile…", self, icon=Icon.COPY)
        self.default = Button(theme, "Set as default", self, icon=Icon.TICK)
        self.delete = Button(theme, "Delete profile…", self, icon=Icon.CANCELLED)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._name)
        head.addWidget(self._badge)
        head.addStretch(1)
        for button, signal in ((self.edit, self.edit_asked), (self.duplicate, self.duplicate_asked),
                               (self.default, self.default_asked), (self.delete, self.delete_asked)):
            head.addWidget(button)
            button.clicked.connect(without_arguments(signal.emit))
        second = QHBoxLayout()
        second.setSpacing(16)
        second.addWidget(self._about, 1)
        second.addWidget(self._why)
        words = QVBoxLayout()
        words.setContentsMargins(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 6)
        words.setSpacing(4)
        words.addLayout(head)
        words.addLayout(second)
        self.bar = SectionTabs(theme, "Parts of the profile", self)
        self._stack = QStackedWidget(self)
        for title, tab in zip(TABS, (self.overrides, self.members, self.moves), strict=True):
            self._stack.addWidget(tab)
            self.bar.add(title)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 0)
        tabs.addWidget(self.bar)
        tabs.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(HorizontalRule(theme))
        column.addLayout(words)
        column.addLayout(tabs)
        column.addWidget(HorizontalRule(theme))
        column.addWidget(self._stack, 1)

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
        listed, page = self._list, self._page
        if listed is None or page is None:
            return
        self.overrides.show_profile(page)
        if self.bar.currentIndex() == 1:
            self.members.show_profile(listed, page)
        elif self.bar.currentIndex() == 2:
            self.moves.show_list(listed)
