"""Lists that read themselves, and what can be done with a row of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.services.errors import ConnectionLost, RefusedByRule
from app.services.jobs import JobContext
from app.services.paging import Page
from app.views.lists.listing import Instead, Listing, ListWords, PageListing, RowListing
from app.views.lists.models.columns import count_column, text_column
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.widgets.layout import column, row
from tests.support.driver import Driver
from tests.support.immediate_runner import ImmediateRunner


@dataclass(frozen=True)
class Thing:
    id: int
    name: str
    count: int = 0


class Session:
    """A database that is its own session."""

    def read(self) -> Session:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_what: object) -> None:
        """Nothing to close."""


WORDS = ListWords(name="Things", reading="Reading things.", unread="The things could not be read.",
                  empty=Instead(head="There is nothing yet.", text="Make something."))
COLUMNS = (text_column("name", "Name", lambda thing: thing.name, 100, sorts=True),
           count_column("count", "Count", lambda thing: thing.count, 60))
THINGS = [Thing(1, "beta", 3), Thing(2, "alpha")]


@dataclass
class Shown:
    """Lists over a runner that works at once."""

    theme: Theme
    runner: ImmediateRunner
    keep: Callable[[QWidget], object]

    def show(self, listing: Listing[Thing]) -> Driver[QWidget]:
        self.keep(listing)
        listing.resize(400, 300)
        listing.show()
        return Driver(listing)


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> Shown:
    return Shown(Theme(qapp), ImmediateRunner(Session(), ChangeBus()), qtbot.addWidget)


def page_of(things: list[Thing]) -> Page[Thing]:
    return Page(rows=tuple(things), first=None, last=None, more=False)


def answering(answer: Any) -> Callable[[Any, JobContext], Any]:
    def job(_database: Any, _context: JobContext) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return job


def test_rows_are_shown_with_the_first_one_current(shown: Shown) -> None:
    listing: RowListing[Thing] = RowListing(shown.theme, shown.runner, WORDS, COLUMNS)
    hand, counts = shown.show(listing), []
    listing.counted.connect(counts.append)
    listing.ask(answering(THINGS))
    table = hand.table("Things")
    assert [table.row(number) for number in range(2)] == [["beta", "3"], ["alpha", "–"]]
    assert (table.current, listing.current, counts) == (0, THINGS[0], [2])
    listing.table.go_to_row(1)
    listing.ask(answering(list(THINGS)))
    assert table.current == 1, "reading again moves nothing"


def many(first: int, last: int) -> list[Thing]:
    return [Thing(number, f"thing {number:03}") for number in range(first, last + 1)]


def stands(listing: Listing[Thing], hand: Driver[QWidget]) -> tuple[object, ...]:
    """What is at the top and how far it is cut, what has the keyboard and what is selected."""
    table = listing.table
    top = table.rowAt(0)
    selected = [hand.table("Things").text(number, "Name") for number in table.selected_row_numbers()]
    return (hand.table("Things").text(top, "Name"), table.rowViewportPosition(top), listing.current, selected)


def select_some(listing: Listing[Thing]) -> None:
    listing.table.go_to_row(50)
    listing.table.go_to_row(41)
    flags = QItemSelectionModel.SelectionFlag
    listing.table.selectionModel().select(listing.model.index(43, 0), flags.Select | flags.Rows)  # type: ignore[attr-defined]
    listing.table.verticalScrollBar().setValue(listing.table.verticalScrollBar().value() + 7)


def test_rows_that_come_and_go_move_nothing(shown: Shown) -> None:
    listing: RowListing[Thing] = RowListing(shown.theme, shown.runner, WORDS, COLUMNS)
    hand = shown.show(listing)
    listing.ask(answering(many(5, 90)))
    select_some(listing)
    before = stands(listing, hand)
    assert len(before[3]) == 2  # type: ignore[arg-type]
    listing.ask(answering(many(1, 20) + many(25, 95)))
    assert stands(listing, hand) == before


def test_pages_read_anew_stand_where_they_stood(shown: Shown) -> None:
    listing: PageListing[Thing] = PageListing(shown.theme, shown.runner, WORDS, COLUMNS)
    hand, things = shown.show(listing), many(5, 90)

    def page(_session: Session, *, after: Any, limit: int) -> Page[Thing]:
        return page_of(things)

    def number(_session: Session) -> int:
        return len(things)

    listing.ask(partial(page), partial(number))
    select_some(listing)
    before = stands(listing, hand)
    things[:] = many(1, 90)
    listing.ask(partial(page), partial(number))
    assert stands(listing, hand) == before


def test_rows_stay_while_the_database_does_not_answer(shown: Shown) -> None:
    listing: RowListing[Thing] = RowListing(shown.theme, shown.runner, WORDS, COLUMNS)
    hand = shown.show(listing)
    listing.ask(answering(ConnectionLost("No answer from the database.")))
    assert hand.has("No answer from the database.")
    listing.ask(answering(THINGS))
    listing.ask(answering(ConnectionLost("No answer from the database.")))
    assert hand.table("Things").count == 2


def test_a_list_says_why_it_shows_nothing(shown: Shown) -> None:
    answers: list[Any] = [RefusedByRule("Not today."), [], {"of": THINGS}]
    listing: RowListing[Thing] = RowListing(
        shown.theme, shown.runner, WORDS, COLUMNS,
        rows_of=lambda answer: answer["of"] if isinstance(answer, dict) else answer)
    hand = shown.show(listing)

    def job(database: Any, context: JobContext) -> Any:
        return answering(answers.pop(0))(database, context)

    listing.ask(job)
    assert hand.has("The things could not be read.")
    assert hand.has("Not today.")
    hand.click("Try again")
    assert hand.has("There is nothing yet.")
    listing.ask_again()
    assert hand.table("Things").count == 2


def test_pages_come_from_a_query_and_its_count(shown: Shown) -> None:
    listing: PageListing[Thing] = PageListing(shown.theme, shown.runner, WORDS, COLUMNS)
    hand, counts = shown.show(listing), []
    listing.counted.connect(counts.append)

    def page(_session: Session, *, after: Any, limit: int) -> Page[Thing]:
        assert after is None
        return page_of(THINGS[:limit])

    listing.ask(page, lambda _session: len(THINGS))
    assert hand.table("Things").column("Name") == ["beta", "alpha"]
    assert hand.table("Things").current == 0
    assert counts[-1] == 2


def test_nobody_is_chosen_where_an_action_takes_all_that_are(shown: Shown) -> None:
    listing: PageListing[Thing] = PageListing(shown.theme, shown.runner, WORDS, COLUMNS, begins_chosen=False)
    hand = shown.show(listing)
    listing.ask(lambda _session, after, limit: page_of(THINGS[:limit]), lambda _session: len(THINGS))
    assert hand.table("Things").count == 2
    assert listing.current is None
    assert hand.table("Things").selected == []


def test_an_action_says_why_it_is_off(shown: Shown, qtbot: QtBot) -> None:
    listing: RowListing[Thing] = RowListing(shown.theme, shown.runner, WORDS, COLUMNS)
    done: list[tuple[str, Thing | None]] = []
    actions: RowActions[Thing] = RowActions(shown.theme, listing.table, (
        RowAction(text="&Drop", key=Qt.Key.Key_Delete, run=lambda thing: done.append(("drop", thing)),
                  refusal=lambda thing: "It is the first." if thing.id == 1 else "",
                  says=lambda thing: f"&Drop {thing.name}"),
        RowAction(text="&Make", needs_row=False, run=lambda thing: done.append(("make", thing))),
    ), owner=listing, none="Choose a thing first.")
    page = QWidget()
    qtbot.addWidget(page)
    column(row(*actions.buttons), listing, on=page)
    page.show()
    hand = Driver(page)
    actions.refresh()
    assert hand.button("Drop").toolTip() == "Choose a thing first."
    hand.click("Make")
    listing.ask(answering(THINGS))
    drop = hand.button("Drop beta")
    assert (drop.isEnabled(), drop.toolTip(), drop.accessibleDescription()) == (False,) + ("It is the first.",) * 2
    assert actions.press(Qt.Key.Key_Delete), "the key is that of the button, which is off"
    listing.table.go_to_row(1)
    assert hand.button("Drop alpha").isEnabled()
    actions.press(Qt.Key.Key_Delete)
    assert not actions.press(Qt.Key.Key_F2)
    assert done == [("make", None), ("drop", THINGS[1])]
