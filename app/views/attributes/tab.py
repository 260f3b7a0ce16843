"""The attributes of an account: effective values with their source, set and cleared in place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.services.accounts.header import AccountHeader
from app.services.attributes.rows import AttributeRow
from app.services.attributes.sheet import AttributeSheet, attribute_sheet
from app.services.changes import Changed
from app.services.database.asking import asking
from app.views.asking.choices import ChoiceBox, TickBox
from app.views.asking.conflict_sheet import ConflictSheet
from app.views.attributes.editing import AttributeEditing, AttributeTable
from app.views.attributes.lines import (
    NARROW,
    NARROW_BELOW,
    AttributeLine,
    AttributeModel,
    attribute_columns,
    lines_of,
)
from app.views.desk.actions import Binding
from app.views.desk.page_tab import PageTab
from app.views.lists.data_table import DataTable
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import ElidedLabel
from app.views.widgets.empty_state import WayOn
from app.views.widgets.layout import column, grows, row
from app.views.widgets.search_field import SearchField

_HINT = "Space sets or gives up the value here, F2 changes it, Enter shows where it comes from."


class AttributesTab(PageTab):
    """Shows one account; `why_asked` says whose chain to show, `focused` follows the keyboard."""

    concerned_by = frozenset({Changed.ATTRIBUTES, Changed.PROFILES, Changed.ACCOUNTS})

    why_asked = Signal(object)  # AttributeRow
    focused = Signal(object)  # AttributeRow or None

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._header: AccountHeader | None = None
        self._sheet: AttributeSheet | None = None
        self._as_provider = False
        self._wanted_key = ""
        self._is_narrow = False
        self._model = AttributeModel(attribute_columns(), lambda line: line.number, theme.formatter, self)
        self._question = Question(runner, self, answered=self._on_sheet, failed=self._on_failed)
        self._build()
        self._connect()

    # --- for the page ---

    @property
    def as_provider(self) -> bool:
        """Whether what a provider passes on is shown, and not what holds for itself."""
        return self._as_provider

    def show_account(self, header: AccountHeader) -> None:
        """Show an account, or the same one again; a provider begins with what it passes on."""
        is_new = self._header is None or self._header.id != header.id
        self._header = header
        self._editing.today = header.as_of
        if is_new:
            self._as_provider = header.is_provider
            self._view.choose(self._as_provider)
        self._view.setVisible(header.is_provider)
        self._only.setText("&Only set here" if header.is_provider else "&Only set on this account")
        self._ask()

    def show_as(self, *, as_provider: bool) -> None:
        """Show what a provider passes on, or what holds for itself."""
        if self._header is not None and self._header.is_provider and as_provider != self._as_provider:
            self._as_provider = as_provider
            self._view.choose(as_provider)
            self._editing.leave()
            self._ask()

    def go_to(self, key: str) -> None:
        """Put the keyboard on an attribute, and its chain beside it."""
        self._wanted_key = key
        self._filter.set_text_now("")
        self._only.setChecked(False)
        self._go_to_wanted()

    def current(self) -> AttributeRow | None:
        line = self._table.current_row()
        return line.row if isinstance(line, AttributeLine) else None

    def select_key(self, key: str) -> None:
        """Bring an attribute to the front without the keyboard, such as from the wide form of the diagram."""
        row = self._model.row_of_key(key)
        if row is not None:
            self._table.go_to_row(row)

    def rows(self) -> list[AttributeRow]:
        """The attributes that are shown."""
        return [line.row for line in self._model.rows if line.row is not None]

    def set_on(self, key: str) -> date | None:
        """The business day on which a winning value was set."""
        return self._sheet.set_on.get(key) if self._sheet is not None else None

    def focus_first(self) -> None:
        self._table.setFocus()

    def focus_filter(self) -> None:
        self._filter.setFocus()
        self._filter.selectAll()

    def bindings(self) -> Mapping[str, Binding]:
        row = self.current()
        if row is None:
            return {}
        return {"account.why": Binding(partial(self.why_asked.emit, row)),
                "account.set_here": Binding(partial(self._editing.toggle, row), refusal=_locked(row))}

    def edit(self, key: str) -> None:
        """Edit an attribute in its row."""
        self._editing.edit(key)

    def unsaved_text(self) -> str:
        """What is typed and not saved, in words."""
        return self._editing.unsaved_text()

    # --- building ---

    def _build(self) -> None:
        theme = self._theme
        self._filter = SearchField(theme, "Attribute, value or source", self, icon=Icon.FILTER)
        self._filter.setToolTip("Filter the attributes (Ctrl+F)")
        self._filter.setMinimumWidth(theme.sizes.px(160))
        self._filter.setMaximumWidth(theme.sizes.px(280))
        self._only = TickBox(theme, "&Only set on this account", self)
        self._view = ChoiceBox(theme, "Which values of this provider", self)
        self._view.set_choices([("What it passes on", True), ("As a customer", False)])
        self._view.hide()
        tools = row(grows(self._filter), self._only, self._view, ..., margins=(tk.PAGE_MARGIN, 10), spacing=12)
        self._table = AttributeTable(theme, "Attributes", self)
        self._table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self._table.show_model(self._model)
        self._conflict = ConflictSheet(theme, self)
        self._editing = AttributeEditing(theme, self._runner, self._table, self._model, self._conflict)
        self._area = StatefulArea(theme, self._table, self)
        self._words = ElidedLabel(theme, _HINT, size=tk.LABEL, ink=tk.Ink.MUTED)
        column(tools, grows(self._area), self._conflict,
               row(self._words, margins=(tk.PAGE_MARGIN, 6, tk.PAGE_MARGIN, 8)), on=self)

    def _connect(self) -> None:
        table = self._table
        self._filter.settled.connect(self._show_lines)
        self._filter.left_downwards.connect(self._enter_table)
        self._only.toggled.connect(self._show_lines)
        self._view.activated.connect(self._on_view)
        table.current_row_changed.connect(self._on_current)
        table.opened.connect(self._on_why)
        table.link_clicked.connect(self._on_link)
        table.left_upwards.connect(self._filter.setFocus)
        self._editing.said.connect(self._say)
        self._editing.outdated.connect(self._ask)

    # --- reading ---

    def _ask(self) -> None:
        if self._header is not None:
            self._area.show_reading("Reading attributes.")
            self._question.ask(asking(attribute_sheet, account_id=self._header.id, as_provider=self._as_provider))

    def _on_sheet(self, sheet: AttributeSheet) -> None:
        self._sheet = sheet
        self._show_lines()
        here = sum(row.own_value is not None for row in sheet.rows)
        count = self._theme.formatter.counted(len(sheet.rows), "attribute", "attributes")
        self.summary_changed.emit(f"{count}, {here} set here")

    def _on_failed(self, error: BaseException) -> None:
        self._area.show_failure("The attributes could not be read.", str(error), self._ask)

    def _show_lines(self, _what: object = None) -> None:
        if self._sheet is None:
            return
        lines = lines_of(self._sheet, text=self._filter.text(), only_here=self._only.isChecked())
        self._model.set_rows(lines)
        if lines:
            self._area.show_content()
            self._editing.place()
        else:
            self._say_nothing()
        self._go_to_wanted()
        self._on_current(None)

    def _say_nothing(self) -> None:
        self._editing.leave()
        ways = []
        if self._filter.text().strip():
            ways.append(WayOn("Clear the filter", self._filter.clear_now))
        if self._only.isChecked():
            ways.append(WayOn("Show all attributes", partial(self._only.setChecked, False)))  # noqa: FBT003  Qt's
        words = self._filter.text().strip()
        self._area.show_words(f'No attribute matches "{words}".' if words else "Nothing is set here.",
                              "" if words else "All values come from above.", ways=ways)

    def _go_to_wanted(self) -> None:
        row = self._model.row_of_key(self._wanted_key) if self._wanted_key else None
        if row is not None:
            self._wanted_key = ""
            self._table.go_to_row(row)
            self._table.setFocus()
        elif not self._table.currentIndex().isValid() and self._model.rowCount():
            self._table.go_to_row(0)

    # --- what is under the keyboard ---

    def _on_current(self, _row: object) -> None:
        self.focused.emit(self.current())
        self.bindings_changed.emit()

    def _enter_table(self) -> None:
        self._table.setFocus()

    def _on_view(self, _place: int) -> None:
        self.show_as(as_provider=self._view.chosen() is True)

    def _row_at(self, index: QModelIndex) -> AttributeRow | None:
        line = self._model.row_of(index)
        return line.row if line is not None else None

    def _on_why(self, index: QModelIndex) -> None:
        row = self._row_at(index)
        if row is not None:
            self.why_asked.emit(row)

    def _on_link(self, index: QModelIndex) -> None:
        """A chip opens the owner of the value; the system default and this account have no other page."""
        row = self._row_at(index)
        owner = row.owner_account_id if row is not None else None
        if row is not None and row.owner_profile_id is not None:
            self.profile_asked.emit(row.owner_profile_id)
        elif owner is not None and self._header is not None and owner != self._header.id:
            self.open_asked.emit(owner)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns of their own width, or narrow ones beside a side pane on a small window."""
        super().resizeEvent(event)
        is_narrow = self.width() < self._theme.sizes.px(NARROW_BELOW)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            usual = {column.key: column.width for column in self._model.columns}
            self._table.set_widths(usual | NARROW if is_narrow else usual)

    def _say(self, text: str) -> None:
        self._words.set_text(text or _HINT, tk.Ink.BAD if text else tk.Ink.MUTED)


def _locked(row: AttributeRow) -> str:
    return "" if row.may_set else f"is locked: {row.why_not}"
