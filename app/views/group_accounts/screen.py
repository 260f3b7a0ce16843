"""The group account of one account: who pays what for whom, drawn; members are added and removed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from app.services.changes import Changed
from app.services.database.asking import asking
from app.services.group_accounts.sheet import HELP, GroupAccountSheet, GroupRole, group_account_sheet
from app.services.group_accounts.stored import MembershipRow
from app.services.wording import day_text
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import ACCOUNT, GROUP_ACCOUNT, Screen, State, Target
from app.views.group_accounts.drawing import draw_group
from app.views.group_accounts.feature import ADD, REMOVE
from app.views.group_accounts.plan import GroupPlan, as_text, make_plan
from app.views.inheritance.view import PlanView
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.question import Question
from app.views.widgets.basics import Button, Label
from app.views.widgets.empty_state import EmptyState, WayOn
from app.views.widgets.layout import column, grows, stacked
from app.views.widgets.page_header import PageHeader

_DRAWN: Final = 300
"""So many members are drawn at most."""
_EARLIER: Final = 3
"""So many former memberships are named."""
_CONCERNS: Final = (Changed.GROUP_ACCOUNTS, Changed.ACCOUNTS, Changed.HOLDS)


class GroupAccountScreen(Screen):
    """The ident of its target is an account: who pays, or who is paid for, or neither yet."""

    def __init__(self, target: Target, desk: Desk) -> None:
        super().__init__(Target(GROUP_ACCOUNT, target.ident), "Group account", Icon.ACCOUNTS)
        self._desk, self._theme = desk, desk.theme
        self._account_id = target.ident or 0
        self._sheet: GroupAccountSheet | None = None
        self._plan: GroupPlan | None = None
        theme = desk.theme
        self.header = PageHeader(theme, "Group account")
        self._help = Label(theme, HELP, ink=tk.Ink.MUTED, wraps=True)
        self._add = Button(theme, "Add member…", icon=Icon.NEW_ACCOUNT, run=self._ask_add, kind="main")
        self._remove = Button(theme, "Remove member…", icon=Icon.REMOVE, run=self._ask_remove)
        self._open = Button(theme, "Show account", icon=Icon.OPEN, run=self._open_account)
        for button in (self._open, self._remove, self._add):
            self.header.add_button(button)
        self.view = PlanView(theme, "Who pays for whom", drawer=draw_group)
        self._empty = EmptyState(theme)
        self._pages = stacked(self.view, self._empty)
        self._earlier = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        column(self.header, column(self._help, margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8)), grows(self._pages),
               column(self._earlier, margins=(tk.PAGE_MARGIN, 4, tk.PAGE_MARGIN, 10)), on=self)
        self._question = Question(desk.runner, self, answered=self._on_sheet, failed=self._on_failed)
        refresh = RefreshWhenVisible(desk.bus, self, _CONCERNS)
        refresh.due.connect(self.read_again)
        self.view.room_changed.connect(self._lay_out)
        self.view.stop_changed.connect(self._on_stop)
        self.view.opened.connect(lambda _stop: self._open_account())
        self.view.clear_asked.connect(lambda _stop: self._ask_remove())
        self.view.menu_asked.connect(self._pop_up)
        self._offer()

    # --- for the shell ---

    def bindings(self) -> Mapping[str, Binding]:
        return {"screen.refresh": Binding(self.read_again), ADD: Binding(self._ask_add, refusal=self._why_not_add()),
                REMOVE: Binding(self._ask_remove, refusal=self._why_not_remove())}

    def shown(self) -> None:
        if self._sheet is None:
            self.read_again()

    def focus_first(self) -> None:
        (self.view if self._plan is not None else self._add).setFocus()

    def save_state(self) -> State:
        return {"title": self.title}

    def restore_state(self, state: State) -> None:
        title = str(state.get("title", ""))
        if title and self._sheet is None:
            self.set_title(title)

    def read_again(self) -> None:
        self._question.ask(asking(group_account_sheet, account_id=self._account_id, limit=_DRAWN))

    # --- reading ---

    def _on_sheet(self, sheet: GroupAccountSheet) -> None:
        self._sheet = sheet
        payer = sheet.parent or sheet.account
        self.set_title(f"Group account {payer.name}")
        self.header.set_title(f"Group account of {payer.name}" if sheet.parent is not None else
                              f"Group account, {payer.name}", f"{payer.code}, {sheet.provider}, {sheet.currency}")
        self._earlier.setText(_earlier_words(sheet))
        self._earlier.setVisible(bool(sheet.earlier))
        if sheet.role is GroupRole.NONE:
            self._empty.show_words(
                f"{sheet.account.name} is in no group account.",
                "It pays for itself, and for nobody else. Add a member, and it pays for that as well.",
                icon=Icon.ACCOUNTS, ways=[] if sheet.why_not else [WayOn("Add a member", self._ask_add)])
        self._pages.setCurrentWidget(self._empty if sheet.role is GroupRole.NONE else self.view)
        self._lay_out()
        self.bindings_changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._empty.show_words("The group account could not be read.", str(error), icon=Icon.ERROR,
                               ways=[WayOn("Try again", self.read_again)])
        self._pages.setCurrentWidget(self._empty)

    def _lay_out(self) -> None:
        """Draw for the room there is; the keyboard stays on its account."""
        if self._sheet is None:
            return
        here = self._plan.rooms[self.view.stop].party.id if self._plan is not None else self._account_id
        self._plan = make_plan(self._sheet, width=self.view.space()[0] - 14)
        if self._plan is not None:
            stop = self._plan.stop_of(here)
            self.view.show_plan(self._plan, self._plan.start if stop is None else stop, as_text(self._sheet))
            self.set_selection_text(self._theme.formatter.counted(self._sheet.members, "member", "members"))
        else:
            self.set_selection_text("")
        self._offer()

    # --- what can be done ---

    def _membership(self) -> MembershipRow | None:
        """The one under the keyboard."""
        return self._plan.rooms[self.view.stop].row if self._plan is not None else None

    def _why_not_add(self) -> str:
        return self._sheet.why_not if self._sheet is not None else "needs a group account that was read"

    def _why_not_remove(self) -> str:
        refusal = self._why_not_add()
        return refusal or ("" if self._membership() is not None else "Choose a member first.")

    def _offer(self) -> None:
        self._add.offer(self._why_not_add())
        self._remove.offer(self._why_not_remove())
        self._open.offer("" if self._plan is not None else "Nothing is drawn.")

    def _on_stop(self, _stop: int) -> None:
        self._offer()
        self.bindings_changed.emit()

    def _ask_add(self) -> None:
        from app.views.group_accounts.dialogs import AddMemberDialog

        if self._sheet is not None and not self._why_not_add():
            AddMemberDialog(self._theme, self._desk.runner, self._sheet, self).open_and_forget()

    def _ask_remove(self) -> None:
        from app.views.group_accounts.dialogs import RemoveMemberDialog

        membership = self._membership()
        if membership is not None and not self._why_not_remove():
            RemoveMemberDialog(self._theme, self._desk.runner, membership, self).open_and_forget()

    def _open_account(self) -> None:
        if self._plan is not None:
            self._desk.navigator.go(Target(ACCOUNT, self._plan.rooms[self.view.stop].party.id))

    def _pop_up(self, point: QPoint) -> None:
        menu = QMenu(self)
        for text, run, refusal in (("Show account", self._open_account, ""),
                                   ("Remove member…", self._ask_remove, self._why_not_remove()),
                                   ("Add member…", self._ask_add, self._why_not_add())):
            action = menu.addAction(text)
            action.triggered.connect(partial(_run, run))
            action.setEnabled(not refusal)
            action.setToolTip(refusal)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)


def _run(run: Callable[[], None], _is_checked: object = None) -> None:
    run()


def _earlier_words(sheet: GroupAccountSheet) -> str:
    """Who paid for whom before, as far as it is told here."""
    lines = [f"{row.parent.name} paid for {row.member.name} from {day_text(row.joined_on)} to {day_text(row.left_on)}."
             for row in sheet.earlier[:_EARLIER] if row.left_on is not None]
    return " ".join(["Earlier:", *lines]) if lines else ""
