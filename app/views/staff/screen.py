"""*Staff*: users, org units, roles with their powers, and my own details."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.services.changes import Changed
from app.services.database.asking import asking, doing
from app.services.errors import BursarError
from app.services.staff.queries import StaffBook, StaffRow, staff_book
from app.services.staff.staff import edit_user
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.desk.desk import Desk
from app.views.desk.screen import SIGHT, Screen, Target
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.change_bus import ChangeBus, RefreshWhenVisible
from app.views.running.question import Question
from app.views.staff.dialogs import ResetPasswordDialog, RoleDialog, UnitDialog, UserDialog
from app.views.staff.lists import StaffList, role_columns, unit_columns, user_columns
from app.views.staff.own_details_tab import OwnDetailsTab
from app.views.staff.signing import change_password
from app.views.widgets.basics import HorizontalRule, Label, without_arguments
from app.views.widgets.page_header import PageHeader
from app.views.widgets.tabs import SectionTabs

PARTS: Final = (("users", "Staff users"), ("units", "Org units"), ("roles", "Roles"), ("me", "My details"))
_NEEDED: Final = "staff.admin"


class StaffScreen(Screen):
    """`part` is one of `PARTS`."""

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(target, "Staff", Icon.ACCOUNTS, parent)
        theme = desk.theme
        self._theme = theme
        self._runner = desk.runner
        self._navigator = desk.navigator
        self._powers = desk.powers
        self._book: StaffBook | None = None
        self._question = Question(self._runner, self)
        self._question.answered.connect(self._on_book)
        self._question.failed.connect(self._on_failed)
        self.users = StaffList(theme, "Staff users", user_columns(), {
            "see": "What they &see", "activate": "De&activate", "password": "&Reset password…",
            "edit": "&Edit user…", "add": "&New staff user…"}, self)
        self.units = StaffList(theme, "Org units", unit_columns(), {
            "edit": "&Edit org unit…", "add": "&New org unit…"}, self)
        self.roles = StaffList(theme, "Roles", role_columns(), {
            "edit": "&Edit role…", "add": "&New role…"}, self)
        self.me = OwnDetailsTab(theme, desk.runner, partial(change_password, desk), self)
        self._tabs = SectionTabs(theme, "Parts of staff", self)
        self._stack = QStackedWidget(self)
        parts: tuple[QWidget, ...] = (self.users, self.units, self.roles, self.me)
        for (_, title), widget in zip(PARTS, parts, strict=True):
            self._tabs.add(title)
            self._stack.addWidget(widget)
        self._said = Label(theme, "", self, ink=tk.Ink.BAD, wraps=True)
        self._said.setContentsMargins(tk.PAGE_MARGIN, 4, tk.PAGE_MARGIN, 4)
        self._said.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(PageHeader(theme, "Staff", "Who signs in, what their roles let them do, and which accounts "
                                                    "they see. Staff users are never deleted: the books name them."))
        inset = QHBoxLayout()
        inset.setContentsMargins(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 0)
        inset.addWidget(self._tabs)
        inset.addStretch(1)
        column.addLayout(inset)
        column.addWidget(HorizontalRule(theme))
        column.addWidget(self._said)
        column.addWidget(self._stack, 1)
        self._connect(desk.bus)
        self.show_part(target.part)

    def _connect(self, bus: ChangeBus) -> None:
        RefreshWhenVisible(bus, self, (Changed.STAFF, Changed.GROUPS)).due.connect(self._ask)
        self._powers.changed.connect(self._show_buttons)
        self._tabs.currentChanged.connect(self._on_tab)
        lists: dict[str, StaffList[Any]] = {"users": self.users, "units": self.units, "roles": self.roles}
        for place, (part, listed) in enumerate(lists.items()):
            listed.act.connect(partial(self._on_act, part))
            listed.counted.connect(partial(self._tabs.set_count, place))
            listed.table.current_row_changed.connect(without_arguments(self._show_buttons))

    # --- for the shell ---

    def part(self) -> str:
        return PARTS[self._tabs.currentIndex()][0]

    def show_part(self, part: str) -> None:
        keys = [key for key, _ in PARTS]
        if part in keys:
            self._tabs.setCurrentIndex(keys.index(part))

    def shown(self) -> None:
        if self._book is None:
            self._ask()

    def focus_first(self) -> None:
        widget = self._stack.currentWidget()
        if isinstance(widget, StaffList):
            widget.table.setFocus()
        else:
            self.me.focus_first()

    # --- reading ---

    def _ask(self) -> None:
        self._question.ask(asking(staff_book))
        if self.part() == "me":
            self.me.read()

    def _on_tab(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        if self.part() == "me":
            self.me.read()
        self.part_changed.emit(self.part())

    def _on_book(self, book: StaffBook) -> None:
        self._book = book
        self._say("")
        self.users.show_rows(book.users)
        self.units.show_rows(book.units)
        self.roles.show_rows(book.roles)
        self._show_buttons()

    def _on_failed(self, error: BaseException) -> None:
        self._say(str(error))
        self._show_buttons()

    def _show_buttons(self) -> None:
        """Why a button is off: a power, or nothing chosen."""
        missing = self._powers.refusal(_NEEDED)
        unread = "" if self._book is not None else "The list was not read."
        for listed in (self.users, self.units, self.roles):
            for key, button in listed.buttons.items():
                nothing = "" if key == "add" or listed.chosen is not None else "Choose a row first."
                why = unread or ("" if key == "see" else missing) or nothing
                button.setEnabled(not why)
                button.setToolTip(f"{why[0].upper()}{why[1:]}" if why else "")
        user = self.users.chosen
        self.users.buttons["activate"].setText("Re&activate" if user is not None and not user.active else "De&activate")

    # --- doing ---

    def _on_act(self, part: str, act: str) -> None:
        book = self._book
        if book is None:
            return
        if part == "users":
            self._act_on_user(book, act)
        elif part == "units":
            unit = self.units.chosen if act == "edit" else None
            UnitDialog(self._theme, self._runner, self, book=book, unit=unit).open_and_forget()
        else:
            role = self.roles.chosen if act == "edit" else None
            RoleDialog(self._theme, self._runner, self, book=book, role=role).open_and_forget()

    def _act_on_user(self, book: StaffBook, act: str) -> None:
        user = self.users.chosen
        if act == "add" or (act == "edit" and user is not None):
            UserDialog(self._theme, self._runner, self, book=book, user=user if act == "edit" else None
                       ).open_and_forget()
        elif user is not None and act == "password":
            ResetPasswordDialog(self._theme, self._runner, self, user).open_and_forget()
        elif user is not None and act == "see":
            self._navigator.go(Target(SIGHT, None, str(user.id)))
        elif user is not None:
            self._turn(user)

    def _turn(self, user: StaffRow) -> None:
        if not user.active:
            self._write(user, active=True)
            return
        dialog = ConfirmDialog(self._theme, f"Deactivate {user.name}?",
                               "They cannot sign in from then on, and what they have open refuses its next step.",
                               verb="Deactivate", parent=self, stay="Keep active")
        dialog.accepted.connect(partial(self._write, user, active=False))
        dialog.open_and_forget()

    def _write(self, user: StaffRow, *, active: bool) -> None:
        self._runner.write(doing(edit_user, staff_id=user.id, active=active), failed=self._on_refused)

    def _on_refused(self, error: BaseException) -> None:
        text = str(error) if isinstance(error, BursarError) else f"That did not work: {error}"
        self._say(f"{text} Nothing was changed.")

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.setVisible(bool(text))
