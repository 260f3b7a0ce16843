"""The chosen group beside the list: what it does, its members, and what can be done with them."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.values import GroupKind
from app.services.groups.queries import GroupSheet
from app.views.groups.member_list import MemberList
from app.views.groups.words import ACCESS, ACCESS_HELP, KIND, units_of
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, Label

_NO_POWER = "needs the power"


class GroupPanel(QWidget):
    """Buttons are public: the screen connects them."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.sheet: GroupSheet | None = None
        self._title = Label(theme, "", self, size=tk.SECTION, weight=600, wraps=True)
        self._words = Label(theme, "", self, ink=tk.Ink.MUTED, wraps=True)
        self.edit = Button(theme, "&Edit group…", self, icon=Icon.EDIT)
        self.assign = Button(theme, "Ass&ign group…", self, icon=Icon.ACCOUNTS)
        self.delete = Button(theme, "&Delete group", self)
        self.members = MemberList(theme, runner, parent=self)
        self.add = Button(theme, "&Add customers…", self)
        self.remove = Button(theme, "&Remove selected", self, icon=Icon.REMOVE)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, tk.PAGE_MARGIN, 12)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addLayout(_row(self.edit, self.assign, self.delete))
        column.addWidget(self.members, 1)
        column.addLayout(_row(self.add, self.remove))
        self.members.chosen_changed.connect(self._show_buttons)
        self.show_nothing()

    def show_nothing(self) -> None:
        """No group is chosen."""
        self.sheet = None
        self.setVisible(False)

    def show_group(self, sheet: GroupSheet) -> None:
        """Show a group, or the same one again."""
        self.sheet = sheet
        row = sheet.row
        self._title.setText(row.name)
        self._words.setText(_describe(sheet))
        self.members.show_group(row.id)
        self.setVisible(True)
        self._show_buttons()

    def _show_buttons(self) -> None:
        sheet = self.sheet
        if sheet is None:
            return
        count = len(self.members.chosen_ids())
        counted = self._theme.formatter.counted(count, "customer", "customers")
        self.remove.setText(f"&Remove {counted}" if count else "&Remove selected")
        limits = sheet.row.kind is GroupKind.SECURITY
        no_assign = "" if limits else "A distribution group limits nobody."
        for button, why in (
            (self.edit, "" if sheet.may_edit else f'{_NO_POWER} "Manage groups"'),
            (self.add, "" if sheet.may_edit else f'{_NO_POWER} "Manage groups"'),
            (self.assign, no_assign or ("" if sheet.may_assign else f'{_NO_POWER} "Assign groups to org units"')),
            (self.delete, sheet.why_not_delete),
            (self.remove, ("" if count else "Select members first.") if sheet.may_remove
             else f'{_NO_POWER} "Remove customers from groups"'),
        ):
            button.setEnabled(not why)
            button.setToolTip(why)
            button.setAccessibleDescription(why)


def _describe(sheet: GroupSheet) -> str:
    row = sheet.row
    parts = [row.description.rstrip(".") + "." if row.description else "", f"{KIND[row.kind]}."]
    if row.kind is GroupKind.SECURITY:
        parts.append(f"{ACCESS[row.access]}: {ACCESS_HELP[row.access][0].lower()}{ACCESS_HELP[row.access][1:]}")
        limits = f"Limits the staff of {units_of(row)}." if row.units else "It is assigned to no org unit yet."
        parts.append(limits)
    return " ".join(part for part in parts if part)


def _row(*buttons: Button) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
