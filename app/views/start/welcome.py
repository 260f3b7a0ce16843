"""What the window shows while no database is open: a welcome, or why one cannot be opened and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.errors import DatabaseProblem
from app.services.jobs import Progress
from app.views.desk.screen import Screen, Target
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.empty_state import EmptyState, WayOn
from app.views.widgets.page_header import PageHeader

KIND: Final = "welcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeWays:
    """The ways on; the shell's maker does them."""

    open_demo: Callable[[], object]
    create_here: Callable[[], object]
    connect: Callable[[], object]
    upgrade: Callable[[], object]
    try_again: Callable[[], object]
    restore: Callable[[], object]


class WelcomeScreen(Screen):
    """One page in three moods: welcome, opening, cannot be opened."""

    def __init__(self, theme: Theme, ways: WelcomeWays, parent: QWidget | None = None) -> None:
        super().__init__(Target(KIND), "Welcome", Icon.ACCOUNTS, parent)
        self._ways = ways
        self._theme = theme
        self._header = PageHeader(theme, "Bursar", "Accounts, inheritance, suspension and invoices", self)
        self._words = EmptyState(theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self._words, 1)
        self.show_welcome("")

    def show_welcome(self, place: str) -> None:
        """No database yet; `place` is where one would be created."""
        sentences = ["Look around with demo data, or start your own books."]
        if place:
            sentences.append(f"Your own books would be kept in {place}.")
        self._words.show_words(
            "Welcome to Bursar.", " ".join(sentences), icon=Icon.ACCOUNTS,
            ways=(WayOn("Open demo data", self._ways.open_demo, is_main=True),
                  WayOn("Create a database here", self._ways.create_here),
                  WayOn("Connect to a server", self._ways.connect)),
        )
        self._focus_way()

    def show_opening(self, place: str) -> None:
        """A database is being opened; nothing can be pressed meanwhile."""
        self._words.show_words(f"Opening {place}.", "This takes a moment.", icon=Icon.HOURGLASS)

    def show_progress(self, progress: Progress) -> None:
        """How far the making of a demo is."""
        number = self._theme.formatter.number
        self._words.show_words(
            "Making the demo data.", f"{number(progress.done)} of {number(progress.total)} customers are there. "
            "Later starts open it at once.", icon=Icon.HOURGLASS)

    def show_problem(self, problem: BaseException) -> None:
        """Why the database cannot be opened, and the remedy under the keyboard."""
        self._say_problem(problem, problem.state if isinstance(problem, DatabaseProblem) else "")
        self._focus_way()

    def _say_problem(self, problem: BaseException, state: str) -> None:
        if state == "newer":
            self._words.show_words(
                "This database needs a newer Bursar.", str(problem), icon=Icon.INFO,
                ways=(WayOn("Choose another", self._ways.connect, is_main=True),
                      WayOn("Open demo data", self._ways.open_demo)),
            )
            return
        if state == "older":
            self._words.show_words(
                "This database was made by an older Bursar.",
                "A copy of an embedded file is kept beside it, then it is brought up to date.", icon=Icon.INFO,
                ways=(WayOn("Copy and upgrade", self._ways.upgrade, is_main=True),
                      WayOn("Choose another", self._ways.connect)),
            )
            return
        if state == "empty":
            self._words.show_words(
                "This database is empty.", "Bursar can set it up for your own books.", icon=Icon.INFO,
                ways=(WayOn("Set up this database", self._ways.create_here, is_main=True),
                      WayOn("Choose another", self._ways.connect)),
            )
            return
        if state == "damaged":
            self._words.show_words(
                "This database is damaged.", str(problem), icon=Icon.ERROR,
                ways=(WayOn("Restore a backup", self._ways.restore, is_main=True),
                      WayOn("Try again", self._ways.try_again), WayOn("Choose another", self._ways.connect)),
            )
            return
        self._words.show_words(
            "The database cannot be opened.", str(problem), icon=Icon.ERROR,
            ways=(WayOn("Try again", self._ways.try_again, is_main=True),
                  WayOn("Choose another", self._ways.connect), WayOn("Open demo data", self._ways.open_demo)),
        )

    def show_restoring(self) -> None:
        """A backup is being put in place; nothing can be pressed meanwhile."""
        self._words.show_words("Restoring the backup.", "It is checked first, and what is there is kept.",
                               icon=Icon.HOURGLASS)

    def show_not_restored(self, error: BaseException) -> None:
        """Why a backup was not put in place."""
        self._words.show_words(
            "The backup was not restored.", str(error), icon=Icon.ERROR,
            ways=(WayOn("Open the database", self._ways.try_again, is_main=True),
                  WayOn("Restore another backup", self._ways.restore), WayOn("Choose another", self._ways.connect)),
        )
        self._focus_way()

    def show_signed_out(self, place: str) -> None:
        """The database is there, and nobody signed in."""
        self._words.show_words(
            "Nobody is signed in.", f"{place} knows its staff: sign in to work with it.", icon=Icon.ACCOUNTS,
            ways=(WayOn("Sign in", self._ways.try_again, is_main=True), WayOn("Choose another", self._ways.connect),
                  WayOn("Open demo data", self._ways.open_demo)),
        )

    def _focus_way(self) -> None:
        """Nothing else on this page takes the keyboard, so Enter may do what is likeliest."""
        if self.isVisible():
            self.focus_first()

    def focus_first(self) -> None:
        buttons = self._words.buttons()
        (buttons[0] if buttons else self).setFocus()
