"""A list of customers beside a group, filtered by the language of the customer list's box."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.models.values import AccountStatus
from app.services.groups.queries import GroupMemberRow, candidate_count, candidate_page, member_count, member_page
from app.views.groups.words import misread
from app.views.lists.listing import Instead, ListWords, PageListing
from app.views.lists.models.columns import Column, state_column, text_column
from app.views.lists.query_field import QueryField
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import STATUS
from app.views.running.runner import Runner
from app.views.widgets.basics import ElidedLabel, Label
from app.views.widgets.empty_state import WayOn
from app.views.widgets.layout import column, grows, row

_HINT = "Code or name, or field:value, for instance status:active"


class MemberList(QWidget):
    """The members of a group, or with `candidates` those who are none yet."""

    chosen_changed = Signal()
    opened = Signal(int)  # account id

    def __init__(self, theme: Theme, runner: Runner, *, candidates: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._candidates = candidates
        self._group_id: int | None = None
        self.count = 0
        """Rows found; 0 while that is not known."""
        self.field = QueryField(theme, "Find customers" if candidates else "Find members", icon=Icon.FILTER)
        self._found = Label(theme, ink=tk.Ink.MUTED)
        self._hint = ElidedLabel(theme, _HINT, size=tk.LABEL, ink=tk.Ink.MUTED)
        words = ListWords(name="Customers to add" if candidates else "Members", reading="Reading customers.",
                          unread="Nothing was read.", why_unread="The sentence above says why.", empty=self._nobody)
        self._pages: PageListing[GroupMemberRow] = PageListing(theme, runner, words, _columns(),
                                                           begins_chosen=False)
        self.table = self._pages.table
        column(row(grows(self.field), self._found, spacing=12), self._hint, grows(self._pages), on=self, spacing=6)
        self.field.settled.connect(self._ask)
        self.field.left_downwards.connect(self.table.setFocus)
        self.table.left_upwards.connect(self.field.setFocus)
        self.table.selection_changed.connect(self.chosen_changed)
        self.table.opened.connect(lambda index: self.opened.emit(self._pages.model.id_at(index.row()) or 0))
        self._pages.counted.connect(self._on_count)
        self._pages.model.failed.connect(self._on_failed)
        self._pages.model.modelReset.connect(self.chosen_changed)

    @property
    def text(self) -> str:
        return self.field.text().strip()

    def chosen_ids(self) -> list[int]:
        return [row.id for row in self.table.selected_rows()]

    def show_group(self, group_id: int | None) -> None:
        """Show another group, or the same one again."""
        if group_id != self._group_id:
            self.field.set_text_now("")
        self._group_id = group_id
        self._ask()

    def _ask(self) -> None:
        if self._group_id is None:
            return
        self.field.show_misread(None)
        self._hint.set_text(_HINT, tk.Ink.MUTED)
        page, number = (candidate_page, candidate_count) if self._candidates else (member_page, member_count)
        asked: dict[str, Any] = {"group_id": self._group_id, "filter_text": self.text}
        self._pages.ask(partial(page, **asked), partial(number, **asked))

    def _on_count(self, count: int) -> None:
        self.count = count
        noun = ("customer found", "customers found") if self._candidates else ("member", "members")
        self._found.setText(self._theme.formatter.counted(count, *noun))
        self.chosen_changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        wrong = misread(error)
        self.count = 0
        self.field.show_misread(wrong)
        if wrong is not None:
            self._hint.set_text(str(wrong), tk.Ink.BAD)
        self.chosen_changed.emit()

    def _nobody(self) -> Instead:
        if self.text:
            return Instead(head="Nothing matches.", text="Type less, or another word.",
                           ways=(WayOn("Clear the search", partial(self.field.set_text_now, "")),))
        if self._candidates:
            return Instead(head="Every customer is a member already.", icon=Icon.ACCOUNTS)
        return Instead(head="No members yet.", icon=Icon.ACCOUNTS,
                       text="Add customers, or create them as a person whom an Allow group limits: they join by "
                            "themselves.")


def _columns() -> tuple[Column[GroupMemberRow], ...]:
    return (
        Column(key="code", title="Code", text=lambda r, _: r.code, width=80, is_second_rank=True),
        text_column("name", "Name", lambda r: r.name, 110, stretches=True),
        state_column("status", "Status", lambda r: STATUS[AccountStatus(r.status)], 136),
    )
