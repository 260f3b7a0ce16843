"""*Staff*: users, org units, roles with their powers, and my own details."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QStackedWidget, QWidget

from app.services.changes import Changed
from app.services.database.asking import asking, doing
from app.services.staff.queries import RoleRow, StaffBook, StaffRow, UnitRow, staff_book
from app.services.staff.users import edit_user
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.asking.form_dialog import FormDialog
from app.views.desk.desk import Desk
from app.views.desk.screen import SIGHT, Screen, Target
from app.views.lists.row_actions import RowAction
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.staff.dialogs import ResetPasswordDialog, RoleDialog, UnitDialog, UserDialog
from app.views.staff.lists import StaffList, role_columns, unit_columns, user_columns
from app.views.staff.own_details_tab import OwnDetailsTab
from app.views.staff.signing import change_password
from app.views.widgets.basics import HorizontalRule, Label
from app.views.widgets.layout import column, grows, row
from app.views.widgets.page_header import PageHeader
from app.views.widgets.tabs import SectionTabs

PARTS: Final = (("users", "Staff users"), ("units", "Org units"), ("roles", "Roles"), ("me", "My details"))


class StaffScreen(Screen):
    """`part` is one of `PARTS`."""

    comfortable_width = 800

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(target, "Staff", Icon.ACCOUNTS, parent)
        theme, may = desk.theme, self._why_not_manage
        self._desk = desk
        self._book: StaffBook | None = None
        self._question = Question(desk.runner, self, answered=self._on_book, failed=self._on_failed)
        self.users: StaffList[StaffRow] = StaffList(theme, "Staff users", user_columns(), (
            RowAction(text="What the&y see", refusal=self._why_not_read,
                      run=lambda user: desk.navigator.go(Target(SIGHT, None, str(user.id)))),
            RowAction(text="&Deactivate", refusal=may, run=self._turn,
                      says=lambda user: "&Deactivate" if user.active else "React&ivate"),
            RowAction(text="&Reset password…", refusal=may,
                      run=lambda user: ResetPasswordDialog(theme, desk.runner, self, user).open_and_forget()),
            RowAction(text="Edit &user…", refusal=may, run=lambda user: self._open(UserDialog, user=user)),
            RowAction(text="&New staff user…", kind="main", refusal=lambda _: may(None), needs_row=False,
                      run=lambda _: self._open(UserDialog))))
        self.units: StaffList[UnitRow] = StaffList(theme, "Org units", unit_columns(), (
            RowAction(text="Edit &org unit…", refusal=may, run=lambda unit: self._open(UnitDialog, unit=unit)),
            RowAction(text="&New org unit…", kind="main", refusal=lambda _: may(None), needs_row=False,
                      run=lambda _: self._open(UnitDialog))))
        self.roles: StaffList[RoleRow] = StaffList(theme, "Roles", role_columns(), (
            RowAction(text="Edit &role…", refusal=may, run=lambda role: self._open(RoleDialog, role=role)),
            RowAction(text="&New role…", kind="main", refusal=lambda _: may(None), needs_row=False,
                      run=lambda _: self._open(RoleDialog))))
        self.me = OwnDetailsTab(theme, desk.runner, partial(change_password, desk), self)
        self._lists: list[StaffList[Any]] = [self.users, self.units, self.roles]
        self._tabs = SectionTabs(theme, "Parts of staff", self)
        self._stack = QStackedWidget()
        parts: tuple[QWidget, ...] = (*self._lists, self.me)
        for (_, title), widget in zip(PARTS, parts, strict=True):
            self._tabs.add(title)
            self._stack.addWidget(widget)
        for place, some in enumerate(self._lists):
            some.counted.connect(partial(self._tabs.set_count, place))
        self._said = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._said.setContentsMargins(tk.PAGE_MARGIN, 4, tk.PAGE_MARGIN, 4)
        self._said.hide()
        column(
            PageHeader(theme, "Staff", "Who signs in, what their roles let them do, and which accounts they see. Staff "
                                       "users are never deleted: the books name them."),
            row(self._tabs, ..., margins=(tk.PAGE_MARGIN, 0)), HorizontalRule(theme), self._said, grows(self._stack),
            on=self)
        RefreshWhenVisible(desk.bus, self, (Changed.STAFF, Changed.GROUPS)).due.connect(self._ask)
        desk.powers.changed.connect(self._show_buttons)
        self._tabs.currentChanged.connect(self._on_tab)
        self.show_part(target.part)

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
        for listed, rows in zip(self._lists, (book.users, book.units, book.roles), strict=True):
            listed.show_rows(rows)

    def _on_failed(self, error: BaseException) -> None:
        self._say(str(error))
        self._show_buttons()

    # --- what may be done, and doing it ---

    def _show_buttons(self) -> None:
        for listed in self._lists:
            listed.row_actions.refresh()

    def _why_not_read(self, _row: object) -> str:
        return "" if self._book is not None else "The list was not read."

    def _why_not_manage(self, row: StaffRow | UnitRow | RoleRow | None) -> str:
        why = self._why_not_read(row) or self._desk.powers.refusal("staff.admin")
        if not why and self._book is not None:
            why = self._book.why_not or (row.why_not if row is not None else "")
        return f"{why[0].upper()}{why[1:]}" if why else ""

    def _open(self, dialog: Callable[..., FormDialog], **row: Any) -> None:
        asking_for = dialog(self._desk.theme, self._desk.runner, parent=self, book=self._book, **row)
        asking_for.created.connect(self._lists[self._tabs.currentIndex()].table.go_to_new)
        asking_for.open_and_forget()

    def _turn(self, user: StaffRow) -> None:
        if not user.active:
            self._write(user, active=True)
            return
        dialog = ConfirmDialog(self._desk.theme, f"Deactivate {user.name}?",
                               "They cannot sign in from then on, and what they have open refuses its next step.",
                               verb="Deactivate", parent=self, stay="Keep active")
        dialog.accepted.connect(partial(self._write, user, active=False))
        dialog.open_and_forget()

    def _write(self, user: StaffRow, *, active: bool) -> None:
        self._desk.runner.write(doing(edit_user, staff_id=user.id, active=active,
                                            seen={"active": user.active}), failed=self._on_refused)

    def _on_refused(self, error: BaseException) -> None:
        self._say(f"{in_words(error)} Nothing was changed.")

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.setVisible(bool(text))
