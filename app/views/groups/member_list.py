"""A list of customers beside a group, filtered by the language of the customer list's box."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.values import AccountStatus
from app.services.groups.queries import GroupMemberRow, candidate_count, candidate_page, member_count, member_page
from app.views.accounts.words import STATUS, Look
from app.views.customers.query_field import QueryField
from app.views.groups.words import misread
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, Kind
from app.views.lists.models.keyset_source import KeysetSource
from app.views.lists.models.paged_table_model import PagedTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.widgets.basics import ElidedLabel, Label
from app.views.widgets.empty_state import WayOn

_HINT = "Code or name, or field:value, for instance status:active"


class MemberList(QWidget):
    """The members of a group, or with `candidates` those who are none yet."""

    chosen_changed = Signal()
    opened = Signal(int)  # account id

    def __init__(self, theme: Theme, runner: Runner, *, candidates: bool = False, parent: QWidget | None = None
                 ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._candidates = candidates
        self._group_id: int | None = None
        self._count: int | None = None
        name = "Customers to add" if candidates else "Members"
        self.field = QueryField(theme, "Find customers" if candidates else "Find members", self, icon=Icon.FILTER)
        self._found = Label(theme, "", self, ink=tk.Ink.MUTED)
        self._hint = ElidedLabel(theme, _HINT, self, size=tk.LABEL, ink=tk.Ink.MUTED)
        self.model: PagedTableModel[GroupMemberRow] = PagedTableModel(_columns(), runner, theme.formatter, self)
        self.table = DataTable(theme, name, self)
        self.table.show_model(self.model)
        self._area = StatefulArea(theme, self.table, self)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.field, 1)
        row.addWidget(self._found)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._hint)
        column.addWidget(self._area, 1)
        self._connect()

    def _connect(self) -> None:
        self.field.settled.connect(self._ask)
        self.field.left_downwards.connect(self.table.setFocus)
        self.table.left_upwards.connect(self.field.setFocus)
        self.table.selection_changed.connect(self.chosen_changed)
        self.table.opened.connect(lambda index: self.opened.emit(self.model.id_at(index.row()) or 0))
        self.model.failed.connect(self._on_failed)
        self.model.count_known.connect(self._on_count)
        self.model.modelReset.connect(self.chosen_changed)
        self._area.follow(self.model, say_empty=self._say_empty, say_failed=self._say_failed,
                          reading_text="Reading customers.")

    @property
    def text(self) -> str:
        return self.field.text().strip()

    @property
    def count(self) -> int:
        """Rows found; 0 while that is not known."""
        return self._count or 0

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
        group_id, text = self._group_id, self.text
        self.model.set_source(KeysetSource(page=partial(page, group_id=group_id, filter_text=text),
                                           number=partial(number, group_id=group_id, filter_text=text),
                                           ident=lambda row: row.id))

    def _on_count(self, count: int) -> None:
        self._count = count
        noun = ("customer found", "customers found") if self._candidates else ("member", "members")
        self._found.setText(self._theme.formatter.counted(count, *noun))
        self.chosen_changed.emit()

    def _on_failed(self, error: object) -> None:
        wrong = misread(error) if isinstance(error, BaseException) else None
        self._count = 0
        self.field.show_misread(wrong)
        if wrong is not None:
            self._hint.set_text(str(wrong), tk.Ink.BAD)
        self.chosen_changed.emit()

    def _say_empty(self) -> None:
        self._on_count(0)
        if self.text:
            self._area.show_words("Nothing matches.", "Type less, or another word.", icon=Icon.SEARCH,
                                  ways=[WayOn("Clear the search", partial(self.field.set_text_now, ""))])
        elif self._candidates:
            self._area.show_words("Every customer is a member already.", icon=Icon.ACCOUNTS)
        else:
            self._area.show_words("No members yet.", "Add customers, or create them as a person whom an Allow group "
                                                     "limits: they join by themselves.", icon=Icon.ACCOUNTS)

    def _say_failed(self) -> None:
        self._area.show_words("Nothing was read.", "The sentence above says why.", icon=Icon.ERROR,
                              ways=[WayOn("Try again", self._ask)])


def _columns() -> tuple[Column[GroupMemberRow], ...]:
    def words(row: GroupMemberRow) -> Look:
        return STATUS[AccountStatus(row.status)]

    return (
        Column(key="code", title="Code", text=lambda r, _: r.code, width=80, is_second_rank=True),
        Column(key="name", title="Name", text=lambda r, _: r.name, width=110, stretches=True,
               tooltip=lambda r, _: r.name),
        Column(key="status", title="Status", kind=Kind.STATUS, text=lambda r, _: words(r).text, width=136,
               tone=lambda r: words(r).tone, icon=lambda r: words(r).icon if words(r).tone is not None else None,
               dot=lambda r: words(r).dot if words(r).tone is None else None),
    )
