"""Lists that read themselves: a table, the question behind it, and what is said in its place while it shows nothing.

`RowListing` holds rows that one query answers whole, `PageListing` pages through a query. Both keep the frame, go to
the first row when there are rows and none is current, and offer to try again what failed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Signal

from app.services.errors import ConnectionLost
from app.services.paging import Page
from app.views.lists.data_table import DataTable
from app.views.lists.models.column_model import ColumnModel
from app.views.lists.models.columns import Column
from app.views.lists.models.keyset_source import KeysetSource
from app.views.lists.models.paged_table_model import PagedTableModel
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.empty_state import WayOn

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """What stands in the place of rows."""

    head: str
    text: str = ""
    icon: Icon = Icon.SEARCH
    ways: Sequence[WayOn] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWords:
    """How a list speaks of itself."""

    name: str
    """Name of the table for screen readers: "Account groups"."""
    reading: str
    """"Reading account groups."."""
    unread: str
    """"The account groups could not be read."."""
    why_unread: str = "Nothing was changed."
    """What follows where the failure is said elsewhere."""
    empty: Instead | Callable[[], Instead]


def _id_of(row: Any) -> int:
    ident: int = row.id
    return ident


class Listing(StatefulArea, Generic[R]):
    """Base of the two."""

    counted = Signal(int)

    def __init__(self, theme: Theme, words: ListWords, *, one_at_a_time: bool = False) -> None:
        self.table = self._made_table(theme, words.name)
        super().__init__(theme, self.table)
        self._words = words
        if one_at_a_time:
            self.table.setSelectionMode(DataTable.SelectionMode.SingleSelection)

    def _made_table(self, theme: Theme, name: str) -> DataTable:
        return DataTable(theme, name)

    @property
    def current(self) -> R | None:
        """The row under the keyboard."""
        row: R | None = self.table.current_row()
        return row

    def say(self, words: Instead) -> None:
        """Say why there are no rows."""
        self.show_words(words.head, words.text, icon=words.icon, ways=words.ways)

    def show_error(self, error: BaseException, again: Callable[[], object]) -> None:
        """Say why there is nothing to show, and how to try again.

        While the database does not answer, rows that were read stay: one can go on looking at them.
        """
        if isinstance(error, ConnectionLost) and self.table.column_model().rowCount():
            self.show_content()
            return
        self.show_failure(self._words.unread, str(error), again)

    def say_empty(self) -> None:
        empty = self._words.empty
        self.say(empty() if callable(empty) else empty)

    def show_first(self, model: ColumnModel[R]) -> None:
        """Make the first row current where none is."""
        if model.rowCount() and not self.table.currentIndex().isValid():
            self.table.go_to_row(0)


class RowListing(Listing[R]):
    """Rows that are all in hand; `rows_of` finds them in what a query answers, where that is more than they."""

    answered = Signal(object)  # the answer, once its rows are shown

    def __init__(self, theme: Theme, runner: Runner, words: ListWords, columns: Sequence[Column[R]],
                 *, row_id: Callable[[R], int] = _id_of, one_at_a_time: bool = False,
                 rows_of: Callable[[Any], Sequence[R]] | None = None) -> None:
        super().__init__(theme, words, one_at_a_time=one_at_a_time)
        self._rows_of = rows_of
        self.model: RowsTableModel[R] = RowsTableModel(columns, row_id, theme.formatter, self)
        self.table.show_model(self.model)
        self._question = Question(runner, self, answered=self._on_answer,
                                  failed=lambda error: self.show_error(error, self.ask_again))
        self._again: Job[Any] | None = None
        self.keeps_order = False
        """For the next answer alone: rows that are shown stay in their order."""

    def ask(self, job: Job[Any]) -> None:
        """Read; rows shown before stay until the new ones are there."""
        self._again = job
        self.show_reading(self._words.reading)
        self._question.ask(job)

    def show_rows(self, rows: Sequence[R]) -> None:
        """Show rows that somebody else read."""
        keeps_order, self.keeps_order = self.keeps_order, False
        self.model.set_rows(rows, keeps_order=keeps_order)
        self.counted.emit(len(rows))
        if rows:
            self.show_content()
            self.show_first(self.model)
        else:
            self.say_empty()

    def ask_again(self) -> None:
        """Ask the newest question once more."""
        if self._again is not None:
            self.ask(self._again)

    def _on_answer(self, answer: Any) -> None:
        self.show_rows(answer if self._rows_of is None else self._rows_of(answer))
        self.answered.emit(answer)


class PageListing(Listing[R]):
    """Pages of a query; `row_id` names a row for as long as it is there."""

    def __init__(self, theme: Theme, runner: Runner, words: ListWords, columns: Sequence[Column[R]],
                 *, row_id: Callable[[R], int] = _id_of, one_at_a_time: bool = False, begins_chosen: bool = True
                 ) -> None:
        """Without `begins_chosen` no row is current until a person goes to one, where an action takes all chosen."""
        super().__init__(theme, words, one_at_a_time=one_at_a_time)
        self._row_id = row_id
        self._asked: object = None
        self.model: PagedTableModel[R] = PagedTableModel(columns, runner, theme.formatter, self)
        self.table.show_model(self.model)
        self.model.count_known.connect(self.counted)
        if begins_chosen:
            self.model.modelReset.connect(lambda: self.show_first(self.model))
        self.follow(self.model, say_empty=self.say_empty, say_failed=self._say_failed, reading_text=words.reading)

    def ask(self, page: Callable[..., Page[R]], number: Callable[[Any], int]) -> None:
        """Ask a question: `page` takes session, `after` and `limit`; `number` counts its rows.

        Where it is the one that was asked last, the list stays where it was.
        """
        asked = _parts(page), _parts(number)
        is_same, self._asked = asked == self._asked, asked
        self.model.set_source(KeysetSource(page=page, number=number, ident=self._row_id), is_same_question=is_same)

    def _say_failed(self) -> None:
        self.show_failure(self._words.unread, self._words.why_unread, self.model.retry)


def _parts(question: Callable[..., object]) -> tuple[object, ...]:
    """What two questions share that are the same."""
    if isinstance(question, partial):
        return question.func, question.args, question.keywords
    return (question,)
