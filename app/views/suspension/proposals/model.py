"""The proposals of a scan as a table: headings of the groups, a line per account, and a line below an open one.

Lines that are no account have no row of the service; the view paints or fills them itself. Ten thousand proposals are
a list here and nothing more: opening, hiding and sorting only arrange lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QObject, Qt

from app.models.values import ScanOutcome, fold
from app.services.scans.previewed import ProposalRow
from app.views.lists.models import roles
from app.views.lists.models.column_model import ColumnModel, Index
from app.views.lists.models.columns import EMPTY, Cell, Column, SwitchState
from app.views.look.formatting import Formatter
from app.views.suspension.words import OUTCOME_TITLES, SHOWN_OUTCOMES, group_note

_PLAIN: Final = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_HEADING: Final = _PLAIN | Qt.ItemFlag.ItemIsSelectable


class LineKind(Enum):
    """What stands in a line."""

    HEADING = "heading"
    PROPOSAL = "proposal"
    REASONS = "reasons"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; a heading has no row."""

    kind: LineKind
    outcome: ScanOutcome
    row: ProposalRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A group as its heading shows it."""

    outcome: ScanOutcome
    title: str
    count: int
    note: str
    is_open: bool
    switch: SwitchState | None


class ProposalModel(ColumnModel[ProposalRow]):
    """Lines of the groups shown, in the order chosen."""

    def __init__(self, columns: Sequence[Column[ProposalRow]], is_ticked: Callable[[int], bool],
                 may_tick: Callable[[], bool], formatter: Formatter, parent: QObject | None = None) -> None:
        super().__init__(columns, _account_id, formatter, parent)
        self._is_ticked = is_ticked
        self._may_tick = may_tick
        self._groups: dict[ScanOutcome, list[ProposalRow]] = {}
        self._texts: dict[int, str] = {}
        self._shown: frozenset[ScanOutcome] = frozenset(SHOWN_OUTCOMES)
        self._folded: set[ScanOutcome] = set()
        self._opened: set[int] = set()
        self._filter = ""
        self._order: tuple[int, bool] | None = None
        self._lines: list[Line] = []
        self._headings: dict[ScanOutcome, Heading] = {}
        self._currency = ""
        self._is_applied = False

    # --- what is shown ---

    def set_rows(self, rows: Iterable[ProposalRow], currency: str) -> None:
        """Take a new preview and the currency of all its rows, empty where they differ; groups stay as they were."""
        self._groups = {outcome: [] for outcome in SHOWN_OUTCOMES}
        for row in rows:
            self._groups[row.outcome].append(row)
        everything = [row for group in self._groups.values() for row in group]
        self._texts = {row.account_id: fold(f"{row.name} {row.code} {row.profile} {row.provider}")
                       for row in everything}
        self._currency, self._is_applied = currency, False
        self._opened.clear()
        self._arrange()

    def show_groups(self, outcomes: frozenset[ScanOutcome]) -> None:
        if outcomes != self._shown:
            self._shown = outcomes
            self._arrange()

    def set_filter(self, text: str) -> None:
        """Show only proposals whose name, code, profile or provider holds every word."""
        if fold(text) != self._filter:
            self._filter = fold(text)
            self._arrange()

    def fold_group(self, outcome: ScanOutcome, *, folded: bool) -> None:
        """Show a heading alone, or with its lines."""
        if (outcome in self._folded) != folded:
            self._folded ^= {outcome}
            self._arrange()

    def open_reasons(self, account_id: int, *, is_open: bool) -> None:
        """Let a line for the reasoning come or go below a proposal."""
        place = self.loaded_row_of_id(account_id)
        if place is None or (account_id in self._opened) == is_open:
            return
        line = self._lines[place]
        if is_open:
            self.beginInsertRows(QModelIndex(), place + 1, place + 1)
            self._opened.add(account_id)
            self._lines.insert(place + 1, Line(LineKind.REASONS, line.outcome, line.row))
            self.forget_cells()
            self.endInsertRows()
        else:
            self.beginRemoveRows(QModelIndex(), place + 1, place + 1)
            self._opened.discard(account_id)
            del self._lines[place + 1]
            self.forget_cells()
            self.endRemoveRows()

    def is_opened(self, account_id: int) -> bool:
        return account_id in self._opened

    def ticks_changed(self, account_ids: set[int] | frozenset[int]) -> None:
        """Paint the ticks of these accounts and of the headings anew."""
        self._headings.clear()
        if len(account_ids) > 1:
            self.say_rows_changed(0, len(self._lines) - 1)
            return
        for place, line in enumerate(self._lines):
            if line.kind is LineKind.HEADING or (line.row is not None and line.row.account_id in account_ids):
                self.say_rows_changed(place, place)

    def all_changed(self, *, is_applied: bool) -> None:
        """Paint every line anew, without moving one; applied ones say what happened."""
        self._is_applied = is_applied
        self.forget_cells()
        self._headings.clear()
        self.say_rows_changed(0, len(self._lines) - 1)
        self.headerDataChanged.emit(roles.HORIZONTAL, 0, len(self._columns) - 1)

    # --- lines ---

    def line(self, place: int) -> Line | None:
        return self._lines[place] if 0 <= place < len(self._lines) else None

    def lines(self) -> Sequence[Line]:
        return self._lines

    def shown_rows(self, outcome: ScanOutcome) -> tuple[ProposalRow, ...]:
        """Proposals of a group that the filter leaves, whether it is folded or not."""
        return tuple(self._found(outcome))

    def heading(self, outcome: ScanOutcome) -> Heading:
        """A group in words; reckoned once until rows, ticks or filter change."""
        kept = self._headings.get(outcome)
        if kept is None:
            kept = self._headings[outcome] = self._made_heading(outcome)
        return kept

    def _made_heading(self, outcome: ScanOutcome) -> Heading:
        rows = tuple(self._found(outcome))
        return Heading(outcome=outcome, title=OUTCOME_TITLES[outcome], count=len(rows),
                       note=group_note(outcome, rows, self.formatter),
                       is_open=outcome not in self._folded, switch=self._heading_switch(rows))

    def _heading_switch(self, rows: Sequence[ProposalRow]) -> SwitchState | None:
        """Ticked when every proposal of the group that can be is; no box where none can be."""
        open_rows = [row for row in rows if row.can_be_applied] if self._may_tick() else []
        if not open_rows:
            return None
        return SwitchState.ON if all(self._is_ticked(row.account_id) for row in open_rows) else SwitchState.OFF

    def _found(self, outcome: ScanOutcome) -> list[ProposalRow]:
        rows = self._groups.get(outcome, [])
        if not self._filter:
            return rows
        words = self._filter.split()
        return [row for row in rows if all(word in self._texts[row.account_id] for word in words)]

    def _arrange(self) -> None:
        self.beginResetModel()
        self._headings.clear()
        self._lines = []
        for outcome in SHOWN_OUTCOMES:
            rows = self._found(outcome) if outcome in self._shown else []
            if not rows:
                continue
            self._lines.append(Line(LineKind.HEADING, outcome))
            if outcome not in self._folded:
                self._add_lines(outcome, self._sorted(rows))
        self.forget_cells()
        self.endResetModel()

    def _add_lines(self, outcome: ScanOutcome, rows: Sequence[ProposalRow]) -> None:
        for row in rows:
            self._lines.append(Line(LineKind.PROPOSAL, outcome, row))
            if row.account_id in self._opened:
                self._lines.append(Line(LineKind.REASONS, outcome, row))

    def _sorted(self, rows: list[ProposalRow]) -> list[ProposalRow]:
        if self._order is None:
            return rows
        column, descending = self._order
        value = self._columns[column].sort_value
        return sorted(rows, key=value, reverse=descending) if value is not None else rows  # type: ignore[arg-type]

    # --- the table ---

    def row_at(self, row: int) -> ProposalRow | None:
        line = self.line(row)
        return line.row if line is not None and line.kind is LineKind.PROPOSAL else None

    def listed_ids(self) -> list[int]:
        """The accounts of the proposals in the order shown, without those of folded groups."""
        return [line.row.account_id for line in self._lines if line.kind is LineKind.PROPOSAL and line.row is not None]

    def loaded_row_of_id(self, row_id: int | None) -> int | None:
        if row_id is None:
            return None
        return next((place for place, line in enumerate(self._lines) if self._id_of(line) == row_id), None)

    def id_at(self, row: int) -> int | None:
        line = self.line(row)
        return None if line is None else self._id_of(line)

    @staticmethod
    def _id_of(line: Line) -> int | None:
        """Headings have ids below zero, so that the keyboard finds them again; reasons have none."""
        if line.kind is LineKind.HEADING:
            return -1 - SHOWN_OUTCOMES.index(line.outcome)
        return line.row.account_id if line.kind is LineKind.PROPOSAL and line.row is not None else None

    def cell(self, row: int, column: int) -> Cell:
        """Ticks are looked up each time; headings paint themselves, so that only their tick is a cell."""
        line = self.line(row)
        if line is None or self._columns[column].key != "tick":
            return super().cell(row, column)
        if line.kind is LineKind.PROPOSAL and line.row is not None:
            return Cell(switch=self._row_switch(line.row))
        return Cell(switch=self.heading(line.outcome).switch) if line.kind is LineKind.HEADING else EMPTY

    def _row_switch(self, row: ProposalRow) -> SwitchState | None:
        if not row.can_be_applied or not self._may_tick():
            return None
        return SwitchState.ON if self._is_ticked(row.account_id) else SwitchState.OFF

    def copied_text(self, row: int, column: int) -> str:
        line = self.line(row)
        if line is not None and line.kind is LineKind.HEADING:
            return OUTCOME_TITLES[line.outcome] if self._columns[column].key == "account" else ""
        return super().copied_text(row, column)

    def _spoken(self, row: int, column: int) -> str:
        line = self.line(row)
        if line is None or line.kind is LineKind.PROPOSAL:
            return super()._spoken(row, column)
        if line.kind is LineKind.REASONS:
            return "Reasoning"
        heading = self.heading(line.outcome)
        state = "open" if heading.is_open else "folded"
        return f"{heading.title}, {heading.count}, {heading.note}, {state}"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self._lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = self.line(index.row()) if index.isValid() else None
        if line is None:
            return Qt.ItemFlag.NoItemFlags
        if line.kind is LineKind.REASONS:
            return Qt.ItemFlag.ItemNeverHasChildren
        return _HEADING if line.kind is LineKind.HEADING else super().flags(index)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = roles.DISPLAY) -> Any:
        found = super().headerData(section, orientation, role)
        if role != roles.DISPLAY or found is None:
            return found
        key = self._columns[section].key
        if key == "payable" and self._currency:
            return f"{found}, {self._currency}"
        return "What happened" if key == "happens" and self._is_applied else found

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort within the groups."""
        if 0 <= column < len(self._columns) and self._columns[column].sort_value is not None:
            self._order = (column, order == Qt.SortOrder.DescendingOrder)
            self._arrange()


def _account_id(row: ProposalRow) -> int:
    return row.account_id
