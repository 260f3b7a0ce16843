"""A table with its true number of rows, of which only the pages near the eye are in memory.

The count and the first page are asked for side by side; other pages are read in the background when a cell of theirs
is painted, the newest wish first. Meanwhile a row is blank, and after 0.3 s a grey placeholder. A new question
(filter, order) keeps the old rows, marked stale, until the new ones are there. A refresh reads known rows again by id
and moves nothing; rows that came in meanwhile are only announced.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal

from app.services.jobs import JobContext
from app.views.lists.models.column_model import ColumnModel, Index
from app.views.lists.models.columns import EMPTY, WAITING, Cell, Column
from app.views.lists.models.pages import Anchors, Order, PageRequest, PageSource, RereadableSource
from app.views.look.formatting import Formatter
from app.views.running.handle import JobHandle
from app.views.running.question import Question
from app.views.running.runner import Runner

R = TypeVar("R")

PAGE_ROWS: Final = 200
KEPT_PAGES: Final = 40
_REREAD_PAGES: Final = 4
_AT_ONCE: Final = 2
_REMEMBERED_WISHES: Final = 4
_PATIENCE_MS: Final = 300


class TableState(Enum):
    """What the screen around the table should say."""

    IDLE = "idle"
    READING = "reading"
    READY = "ready"
    EMPTY = "empty"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page(Generic[R]):
    generation: int
    number: int
    rows: Sequence[R]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reread(Generic[R]):
    generation: int
    rows: Sequence[R]
    count: int


class PagedTableModel(ColumnModel[R]):
    """Adapts a `PageSource` to a table view."""

    state_changed = Signal(object)  # TableState
    stale_changed = Signal(bool)  # old rows are still shown for a new question
    failed = Signal(object)  # exception; `retry` asks again
    newer_rows = Signal(int)  # a refresh found this many more rows; `requery` shows them
    count_known = Signal(int)

    def __init__(self, columns: Sequence[Column[R]], runner: Runner, formatter: Formatter,
                 parent: QObject | None = None) -> None:
        super().__init__(columns, self._id_of, formatter, parent)
        self._runner = runner
        self._source: PageSource[R] | None = None
        self._order: Order | None = None
        self._count = 0
        self._true_count: int | None = None
        self._pages: dict[int, Sequence[R]] = {}
        self._anchors = Anchors()
        self._generation = 0
        self._state = TableState.IDLE
        self._is_stale = False
        self._wishes: dict[int, float] = {}
        self._under_way: dict[int, JobHandle] = {}
        self._given_up: set[int] = set()
        self._first = Question(runner, self)
        self._first.answered.connect(self._on_first_page)
        self._first.failed.connect(self._on_failed)
        self._counting = Question(runner, self)
        self._counting.answered.connect(self._on_count)
        self._counting.failed.connect(self._on_failed)
        self._rereading = Question(runner, self)
        self._rereading.answered.connect(self._on_reread)
        self._rereading.failed.connect(self.failed)
        self._flush_timer = self._single_shot(0, self._flush)
        self._patience_timer = self._single_shot(_PATIENCE_MS, self._on_patience_over)

    # --- asking ---

    @property
    def state(self) -> TableState:
        return self._state

    @property
    def is_stale(self) -> bool:
        return self._is_stale

    @property
    def order(self) -> Order | None:
        return self._order

    @property
    def true_count(self) -> int | None:
        """Rows that match, once counted; None while counting."""
        return self._true_count

    def set_source(self, source: PageSource[R], order: Order | None = None, *, is_same_question: bool = False) -> None:
        """Ask a new question: another filter, another account. Without an order the present one is kept."""
        self._source = source
        self._order = order or self._order
        self.requery()
        self.is_same_question = is_same_question

    def set_order(self, order: Order | None) -> None:
        if order != self._order:
            self._order = order
            self.requery()
            self.is_same_question = False

    def requery(self) -> None:
        """Ask the present question anew from the first row."""
        if self._source is None:
            return
        self.is_same_question = True
        self._generation += 1
        self._true_count = None
        self._given_up.clear()
        self._wishes.clear()
        self._stop_pages()
        self._set_stale(stale=self._count > 0)
        self._set_state(TableState.READING)
        request = PageRequest(first_row=0, limit=PAGE_ROWS, order=self._order)
        self._counting.ask(self._source.count)
        self._first.ask(partial(_fetch_page, self._source, self._generation, request))

    def retry(self) -> None:
        """Ask again for what failed."""
        if self._state is TableState.FAILED:
            self.requery()
            return
        self._given_up.clear()
        self.say_rows_changed(0, self._count - 1)

    def refresh(self) -> None:
        """Read the loaded rows again in place; selection, order and scroll stay as they are."""
        if self._source is None or self._state in {TableState.READING, TableState.IDLE}:
            return
        if self._state is not TableState.READY or not isinstance(self._source, RereadableSource):
            self.requery()
            return
        self._given_up.clear()
        self._drop_far_pages(self.last_painted_row // PAGE_ROWS, keep=_REREAD_PAGES)
        ids = [self._id_of(row) for number in sorted(self._pages) for row in self._pages[number]]
        self._rereading.ask(partial(_reread, self._source, self._generation, ids))

    def loaded_row_of_id(self, row_id: int | None) -> int | None:
        for number, rows in self._pages.items():
            for place, row in enumerate(rows):
                if self._id_of(row) == row_id:
                    return number * PAGE_ROWS + place
        return None

    def row_at(self, row: int) -> R | None:
        number, place = divmod(row, PAGE_ROWS)
        rows = self._pages.get(number)
        if rows is None:
            if 0 <= row < self._count:
                self._wish(number)
            return None
        return rows[place] if place < len(rows) else None

    def peek(self, row: int) -> R | None:
        number, place = divmod(row, PAGE_ROWS)
        rows = self._pages.get(number, ())
        return rows[place] if place < len(rows) else None

    def waiting_cell(self, row: int) -> Cell:
        since = self._wishes.get(row // PAGE_ROWS)
        if since is None or time.monotonic() - since < _PATIENCE_MS / 1000:
            return EMPTY
        return WAITING

    # --- the first page and the count ---

    def _on_first_page(self, page: _Page[R]) -> None:
        if page.generation != self._generation:
            return
        self.beginResetModel()
        self._pages = {0: page.rows} if page.rows else {}
        self._anchors.clear()
        self._remember_anchor(0, page.rows)
        self.forget_cells()
        if len(page.rows) < PAGE_ROWS:
            self._true_count = len(page.rows)
            self._counting.drop()
        self._count = max(self._true_count or 0, len(page.rows))
        self.endResetModel()
        self._set_stale(stale=False)
        self._set_state(TableState.READY if page.rows else TableState.EMPTY)
        if self._true_count is not None:
            self.count_known.emit(self._true_count)

    def _on_count(self, count: int) -> None:
        self._true_count = count
        if self._state is not TableState.READING:
            self._take_count(count)
            self.count_known.emit(count)

    def _take_count(self, count: int) -> None:
        """Let the table have this many rows; they come and go at its end."""
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(QModelIndex(), count, self._count - 1)
            self._count = count
            last = (count - 1) // PAGE_ROWS if count else -1
            self._pages = {number: rows for number, rows in self._pages.items() if number <= last}
            self.forget_cells()
            self.endRemoveRows()
        if count == 0:
            self._set_state(TableState.EMPTY)

    def _on_failed(self, error: BaseException) -> None:
        if self._state is TableState.READING:
            self._counting.drop()
            self._first.drop()
            self._set_state(TableState.FAILED)
            self.failed.emit(error)
        elif self._true_count is None:
            self.failed.emit(error)

    # --- further pages ---

    def _wish(self, number: int) -> None:
        if number in self._under_way or number in self._given_up or self._is_stale:
            return
        # the newest wish goes last, and is served first
        since = self._wishes.pop(number, None)
        self._wishes[number] = since if since is not None else time.monotonic()
        if not self._flush_timer.isActive():
            self._flush_timer.start()
        if not self._patience_timer.isActive():
            self._patience_timer.start()

    def _flush(self) -> None:
        """Ask for the pages wished for last; what was scrolled past is forgotten."""
        open_wishes = [number for number in reversed(self._wishes) if number not in self._under_way]
        for number in open_wishes[_REMEMBERED_WISHES:]:
            del self._wishes[number]
        for number in open_wishes[:_REMEMBERED_WISHES]:
            if len(self._under_way) >= _AT_ONCE:
                return
            if number in self._wishes:
                self._ask_page(number)

    def _ask_page(self, number: int) -> None:
        if self._source is None:
            return
        first = number * PAGE_ROWS
        request = PageRequest(first_row=first, limit=PAGE_ROWS, order=self._order, anchor=self._anchors.before(first))
        handle = self._runner.read(partial(_fetch_page, self._source, self._generation, request),
                                   succeeded=self._on_page, failed=self._on_page_failed)
        if not handle.is_over:
            self._under_way[number] = handle

    def _on_page(self, page: _Page[R]) -> None:
        if page.generation != self._generation:
            return
        self._under_way.pop(page.number, None)
        self._wishes.pop(page.number, None)
        first = page.number * PAGE_ROWS
        expected = min(PAGE_ROWS, self._count - first)
        self._pages[page.number] = page.rows
        self._remember_anchor(first, page.rows)
        self._drop_far_pages(page.number)
        self.forget_cells()
        if len(page.rows) < expected:
            self._take_count(first + len(page.rows))
        self.say_rows_changed(first, min(first + PAGE_ROWS, self._count) - 1)
        if self._wishes:
            self._flush_timer.start()

    def _on_page_failed(self, error: BaseException) -> None:
        over = [number for number, handle in self._under_way.items() if handle.is_over]
        for number in over:
            del self._under_way[number]
        # a page that failed is not asked for again by every repaint, but by `retry`
        self._given_up.update(over, self._wishes)
        self._wishes.clear()
        self.failed.emit(error)

    def _remember_anchor(self, first: int, rows: Sequence[R]) -> None:
        if rows and self._source is not None:
            self._anchors.add(first + len(rows), self._source.anchor_key(rows[-1], self._order))

    def _drop_far_pages(self, near: int, keep: int = KEPT_PAGES) -> None:
        while len(self._pages) > keep:
            del self._pages[max(self._pages, key=lambda number: abs(number - near))]

    def _stop_pages(self) -> None:
        for handle in self._under_way.values():
            handle.cancel()
        self._under_way.clear()

    def _on_patience_over(self) -> None:
        """Blank rows become placeholders."""
        for number in self._wishes:
            first = number * PAGE_ROWS
            self.say_rows_changed(first, min(first + PAGE_ROWS, self._count) - 1)

    # --- refresh ---

    def _on_reread(self, answer: _Reread[R]) -> None:
        if answer.generation != self._generation:
            return
        fresh = {self._id_of(row): row for row in answer.rows}
        self.forget_cells()
        for number, rows in list(self._pages.items()):
            renewed = [fresh.get(self._id_of(row), row) for row in rows]
            changed = [place for place, row in enumerate(rows) if row != renewed[place]]
            self._pages[number] = renewed
            for place in changed:
                self.say_rows_changed(number * PAGE_ROWS + place, number * PAGE_ROWS + place)
        more = answer.count - (self._true_count if self._true_count is not None else self._count)
        if more:
            self.newer_rows.emit(more)

    # --- inside ---

    def _id_of(self, row: R) -> int:
        assert self._source is not None  # noqa: S101  rows come from the source
        return self._source.row_id(row)

    def _set_state(self, state: TableState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    def _set_stale(self, *, stale: bool) -> None:
        if stale != self._is_stale:
            self._is_stale = stale
            self.stale_changed.emit(stale)

    def _single_shot(self, interval_ms: int, slot: Any) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(slot)
        return timer

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else self._count

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """The view's header was clicked: the source is asked anew."""
        if 0 <= column < len(self._columns):
            key = self._columns[column].sort_key
            if key is not None:
                self.set_order(Order(key, descending=order == Qt.SortOrder.DescendingOrder))


def _fetch_page(source: PageSource[Any], generation: int, request: PageRequest, database: Any,
                context: JobContext) -> _Page[Any]:
    rows = source.fetch(database, context, request)
    return _Page(generation=generation, number=request.first_row // PAGE_ROWS, rows=tuple(rows))


def _reread(source: Any, generation: int, row_ids: Sequence[int], database: Any, context: JobContext) -> _Reread[Any]:
    rows = source.reread(database, context, row_ids)
    return _Reread(generation=generation, rows=tuple(rows), count=source.count(database, context))
