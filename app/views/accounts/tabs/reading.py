"""Tabs of the account page that show what one question about the account answers: as a drawing, or as a list."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from PySide6.QtWidgets import QWidget

from app.services.accounts.header import AccountHeader
from app.views.desk.page_tab import PageTab
from app.views.lists.listing import Instead, Listing
from app.views.lists.stateful_area import StatefulArea
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.running.runner import Runner

R = TypeVar("R")


class ReadingTab(PageTab):
    """A query, and a drawing of its answer on `content`. Whatever else the tab has, it lays around `area`."""

    def __init__(self, theme: Theme, runner: Runner, content: QWidget, parent: QWidget | None = None, *,
                 reading: str, unread: str) -> None:
        """`reading` and `unread` are the sentences "Reading services." and "The services could not be read."."""
        super().__init__(parent)
        self.theme = theme
        self.runner = runner
        self.header: AccountHeader | None = None
        self.area = StatefulArea(theme, content, self)
        self._reading, self._unread = reading, unread
        self._question = Question(runner, self, answered=self._on_answer, failed=self._on_failed)

    def query(self, header: AccountHeader) -> Job[Any]:
        """What to ask about an account."""
        raise NotImplementedError

    def draw(self, answer: Any) -> None:
        """Show the answer, which is in front already."""
        raise NotImplementedError

    def kept_back(self, header: AccountHeader) -> Instead | None:  # noqa: ARG002  for subclasses
        """What is said where the person may not see it."""
        return None

    def show_account(self, header: AccountHeader) -> None:
        """Show an account, or the same one again."""
        self.header = header
        instead = self.kept_back(header)
        if instead is not None:
            self.area.show_words(instead.head, instead.text, icon=instead.icon, ways=instead.ways)
            return
        self.area.show_reading(self._reading)
        self.read()

    def read(self) -> None:
        """Ask anew; what is shown stays until the answer is there."""
        if self.header is not None:
            self._question.ask(self.query(self.header))

    def focus_first(self) -> None:
        self.area.setFocus()

    def _on_answer(self, answer: Any) -> None:
        self.area.show_content()
        self.draw(answer)

    def _on_failed(self, error: BaseException) -> None:
        self.area.show_failure(self._unread, str(error), self.read)


class ListTab(PageTab, Generic[R]):
    """A list of one account, which reads itself. Whatever else the tab has, it lays around `listing`."""

    def __init__(self, theme: Theme, listing: Listing[R], nouns: tuple[str, str], parent: QWidget | None = None
                 ) -> None:
        """`nouns` name one row and several: ("service", "services")."""
        super().__init__(parent)
        self.theme = theme
        self.header: AccountHeader | None = None
        self.listing = listing
        self._nouns = nouns
        listing.counted.connect(self.say_count)

    def ask(self, header: AccountHeader) -> None:
        """Have the list read the rows of an account."""
        raise NotImplementedError

    def kept_back(self, header: AccountHeader) -> str:  # noqa: ARG002  for subclasses
        """Why the person may not see the rows."""
        return ""

    def say_count(self, count: int) -> None:
        """Tell the count, behind the name of the tab and in the status bar."""
        self.counted.emit(count)
        self.summary_changed.emit(self.theme.formatter.counted(count, *self._nouns))

    def show_account(self, header: AccountHeader) -> None:
        """Show an account, or the same one again."""
        self.header = header
        refusal = self.kept_back(header)
        if refusal:
            self.listing.say(Instead(head=f"{self._nouns[1].capitalize()} are not shown.", text=refusal,
                                     icon=Icon.LOCK))
        else:
            self.ask(header)

    def focus_first(self) -> None:
        self.listing.table.setFocus()
