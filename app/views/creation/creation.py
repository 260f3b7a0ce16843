"""Where *New account…* begins: it opens the wizard over the customer list and keeps a draft for the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtCore import QObject

from app.models.values import AccountType
from app.services.database.asking import asking
from app.services.hierarchy.new_account import CreatedAccount
from app.services.hierarchy.new_account_outlook import Beginning, creation_beginning
from app.views.creation.answers import Answers
from app.views.creation.wizard import NewAccountWizard
from app.views.desk.desk import Desk
from app.views.desk.screen import ACCOUNT, CUSTOMERS, Target
from app.views.look.words import TYPE
from app.views.running.question import Question


@dataclass(slots=True)
class _Draft:
    answers: Answers
    day: date


class Creation(QObject):
    """Belongs to a window."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._navigator = desk.navigator
        self._today = desk.today
        self._drafts: dict[bool, _Draft] = {}
        """By whether it was begun as a provider."""
        self._wanted: tuple[int | None, bool] = (None, False)
        self._is_for_parent = False
        self._ask = Question(desk.runner, self, answered=self._on_beginning, failed=self._on_failed)
        self.wizard: NewAccountWizard | None = None

    def new_account(self, parent_id: int | None = None) -> None:
        """Whatever the type, it starts at the customer list; without a parent, below the provider of the list."""
        self._begin(parent_id, wants_provider=False)

    def new_provider(self) -> None:
        """The same wizard, with a provider as what is offered first."""
        self._begin(None, wants_provider=True)

    def _begin(self, parent_id: int | None, *, wants_provider: bool) -> None:
        if self.wizard is not None:
            return
        self._navigator.go(Target(CUSTOMERS))
        self._is_for_parent = parent_id is not None
        self._wanted = (parent_id if parent_id is not None else self._navigator.listed_provider(), wants_provider)
        self._ask.ask(asking(creation_beginning, parent_id=self._wanted[0], wants_provider=wants_provider))

    def _on_beginning(self, beginning: Beginning) -> None:
        parent_id, wants_provider = self._wanted
        draft = self._drafts.pop(wants_provider, None)
        is_draft = draft is not None and draft.day == self._today() and (
            not self._is_for_parent or draft.answers.options.parent.id == parent_id)
        answers = draft.answers if draft is not None and is_draft else Answers.at_first(
            beginning, wants_provider=wants_provider)
        desk = self._desk
        wizard = NewAccountWizard(desk.theme, desk.runner, beginning, answers, desk.window, is_draft=is_draft)
        wizard.created.connect(self._on_created)
        wizard.rejected.connect(partial(self._on_closed, answers))
        wizard.anew_asked.connect(partial(self._on_anew, beginning))
        wizard.finished.connect(self._on_finished)
        self.wizard = wizard
        wizard.open_and_forget()

    def _on_closed(self, answers: Answers) -> None:
        """Closing loses nothing for the day."""
        self._drafts[self._wanted[1]] = _Draft(answers, self._today())

    def _on_anew(self, beginning: Beginning) -> None:
        wizard = self.wizard
        if wizard is not None:
            wizard.finished.connect(partial(self._again, beginning))

    def _again(self, beginning: Beginning, _result: int) -> None:
        self._drafts.pop(self._wanted[1], None)
        self._on_beginning(beginning)

    def _on_finished(self, _result: int) -> None:
        self.wizard = None

    def _on_created(self, made: CreatedAccount) -> None:
        self._navigator.go(Target(ACCOUNT, made.id))
        kind = "Account" if made.type is AccountType.END_USER else TYPE[made.type]
        self._desk.notices.say(f"{kind} {made.name} was created with the code {made.code}.")

    def _on_failed(self, error: BaseException) -> None:
        self._desk.notices.say(f"No account can be created. {error}")
