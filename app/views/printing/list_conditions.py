"""What the area of the invoices says where there are none."""

from __future__ import annotations

from collections.abc import Callable

from app.services.errors import DatabaseProblem
from app.services.printing.overview import ItemState
from app.views.asking.error_dialog import advice
from app.views.lists.stateful_area import StatefulArea
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.printing.session import BatchSession
from app.views.printing.words import STATE_TITLES, invoices
from app.views.widgets.empty_state import WayOn


class ListConditions:
    """Words the exceptions of the list; the screen does what its buttons say."""

    def __init__(self, area: StatefulArea, session: BatchSession, formatter: Formatter, *,
                 choose_all: Callable[[], object], show_all: Callable[[], object], retry: Callable[[], object]) -> None:
        self._area = area
        self._session = session
        self._formatter = formatter
        self._choose_all = choose_all
        self._show_all = show_all
        self._retry = retry

    def say_empty(self, state: ItemState, words: str) -> None:
        """No line answers the state and the words chosen."""
        counts = self._session.counts
        if counts is None or not counts.all:
            self._area.show_words("No invoice matches.", f"{self._session.words()}. Only posted invoices are printed.",
                                  ways=[WayOn("Choose all invoices", self._choose_all)])
            return
        self._area.show_words(_head(state, words.strip()), f"The batch has {invoices(counts.all, self._formatter)}.",
                              ways=[WayOn("Show all", self._show_all)])

    def say_failed(self, failure: BaseException | None) -> None:
        """The list could not be read."""
        why = advice(failure) if failure is not None else ""
        self._area.show_words("The invoices could not be read.", why, icon=Icon.ERROR,
                              ways=[WayOn("Try again", self._retry, is_main=True)])

    def say_not_counted(self, failure: BaseException) -> None:
        """The choice names something that is not there, or nobody could look."""
        if isinstance(failure, DatabaseProblem):
            self._area.show_words("The invoices could not be read.", advice(failure), icon=Icon.ERROR,
                                  ways=[WayOn("Try again", self._session.count_now, is_main=True)])
            return
        self._area.show_words("There is nothing to print.", str(failure), icon=Icon.WARNING,
                              ways=[WayOn("Choose all invoices", self._choose_all)])


def _head(state: ItemState, words: str) -> str:
    if words:
        return f"Nothing matches “{words}”."
    if state is ItemState.WARNED:
        return "No invoice was printed with a warning."
    return f"No invoice here is {STATE_TITLES[state].lower()}."
