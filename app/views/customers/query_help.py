"""Help with the box of a customer list: what was not understood, two examples, and the term that is in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject

from app.services.customers.choice import CustomerQuestion
from app.services.customers.counting import Dropped, term_to_drop
from app.services.customers.head import CustomersHead
from app.services.customers.list import CustomerRow
from app.services.customers.query.fields import quoted
from app.services.customers.query.parser import parse_query
from app.services.customers.query.terms import MisreadQueryError
from app.views.customers.words import nothing_matches
from app.views.lists.filter_bar import FilterBar
from app.views.lists.listing import Instead, Listing
from app.views.lists.models.paged_table_model import PagedTableModel
from app.views.look.formatting import Formatter
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.empty_state import WayOn

_LOOKED_AT: Final = 40


class QueryHelp(QObject):
    """Stands between the box and the list."""

    def __init__(self, bar: FilterBar, rows: Listing[CustomerRow], runner: Runner, formatter: Formatter
                 ) -> None:
        super().__init__(bar)
        self._bar = bar
        self._rows = rows
        self._formatter = formatter
        self._asking = Question(runner, self, answered=self._on_dropped)
        self._asked: CustomerQuestion | None = None
        self._dropped: Dropped | None = None

    def understands(self, head: CustomersHead) -> bool:
        """Whether the text of the box can be asked; what cannot is said below it."""
        self._asking.drop()
        self._asked = self._dropped = None
        try:
            parse_query(self._bar.text, currency=head.provider.currency, today=head.provider.today)
        except MisreadQueryError as error:
            self._bar.show_misread(error)
            return False
        self._bar.show_misread(None)
        return True

    def show_examples_of(self, model: PagedTableModel[CustomerRow]) -> None:
        """Two examples from the rows at hand, as long as nothing is filtered."""
        near = (model.peek(row) for row in range(min(model.rowCount(), _LOOKED_AT)))
        rows = [row for row in near if row is not None]
        if rows and not self._bar.is_filtering:
            self._bar.show_examples(examples_of(rows))

    def nothing(self, question: CustomerQuestion) -> Instead:
        """What is said where nothing matches; which of several terms is in the way is looked up once."""
        if question is not self._asked:
            self._asked, self._dropped = question, None
            self._asking.ask(partial(term_to_drop, provider_id=question.provider_id, as_of=question.as_of,
                                     filter_text=question.filter_text, quick=question.quick))
        return nothing_matches(self._bar, self._formatter) if self._dropped is None else self._without(self._dropped)

    def _on_dropped(self, dropped: Dropped | None) -> None:
        self._dropped = dropped
        if dropped is not None:
            self._rows.say(self._without(dropped))

    def _without(self, dropped: Dropped) -> Instead:
        verb = "is" if dropped.count == 1 else "are"
        says = f"Without {dropped.term} there {verb} {self._formatter.number(dropped.count)}."
        remove: Callable[[], object] = partial(self._bar.set_text, dropped.rest)
        return Instead(head=f"Nothing matches {self._bar.text.strip()}.", text=says,
                       ways=(WayOn("Remove it", remove), WayOn("Clear filter", self._clear)))

    def _clear(self) -> None:
        if self._bar.is_quick:
            self._bar.show_all()
        self._bar.clear_words()


def examples_of(rows: Sequence[CustomerRow]) -> list[str]:
    """Two questions that rows of this list answer, the more telling ones first."""
    worst = next((row for row in rows if row.oldest_overdue_days), None)
    held = next((row for row in rows if row.has_exception), None)
    found = [
        *([f"oldest:>{worst.oldest_overdue_days - 1}"] if worst is not None else []),
        *([f"status:{quoted(held.status.value.replace('_', ' '))}"] if held is not None else []),
        f"profile:{quoted(rows[0].profile)}",
        f"name:{quoted(rows[0].name.split()[0])}" if rows[0].name.split() else "balance:>0",
    ]
    return found[:2]
