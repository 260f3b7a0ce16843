"""A field that finds an account of a profile by a few letters."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QListView, QWidget

from app.services.database.asking import asking
from app.services.outbox.channels import (
    PreviewAccount,
    accounts_to_preview,
)
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.search_field import SearchField


class AccountField(SearchField):
    """Finds an account by a few letters; `picked` says which was chosen."""

    picked = Signal(object)  # PreviewAccount

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Account", parent, icon=Icon.ACCOUNT)
        self._of: tuple[int, int] | None = None
        self._found: dict[str, PreviewAccount] = {}
        self._chosen: PreviewAccount | None = None
        self._model = QStandardItemModel(self)
        self._popup = QListView()
        self._popup.setAccessibleName("Accounts that fit")
        self._offers = QCompleter(self._model, self)
        self._offers.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._offers.setPopup(self._popup)
        self._offers.setWidget(self)
        self._offers.activated.connect(self._on_taken)
        self._question = Question(runner, self, answered=self._on_found)
        self._first = Question(runner, self, answered=self._on_first)
        self.settled.connect(self._on_settled)
        self.left_downwards.connect(partial(self._ask, ""))

    @property
    def chosen(self) -> PreviewAccount | None:
        return self._chosen

    def look_in(self, provider_id: int, profile_id: int) -> None:
        """Look among the accounts of a profile from now on; one of another profile gives way to its first."""
        if self._of == (provider_id, profile_id):
            return
        self._of = (provider_id, profile_id)
        self._first.ask(asking(accounts_to_preview, provider_id=provider_id, profile_id=profile_id, text="", limit=1))

    def pick(self, account: PreviewAccount | None) -> None:
        """Choose an account, or none."""
        self._chosen = account
        self.setText("" if account is None else _called(account))
        self.setCursorPosition(0)
        self.picked.emit(account)

    def _on_first(self, found: list[PreviewAccount]) -> None:
        if not (self._chosen is not None and self._of is not None and self._chosen.profile_id == self._of[1]):
            self.pick(found[0] if found else None)

    def _on_settled(self, text: str) -> None:
        if self.hasFocus() and (self._chosen is None or text != _called(self._chosen)):
            self._ask(text)

    def _ask(self, text: str) -> None:
        if self._of is not None:
            provider_id, profile_id = self._of
            self._question.ask(asking(accounts_to_preview, provider_id=provider_id, profile_id=profile_id, text=text))

    def _on_found(self, found: list[PreviewAccount]) -> None:
        self._found = {_called(account): account for account in found}
        self._model.clear()
        for words in self._found:
            self._model.appendRow(QStandardItem(words))
        if found and self.hasFocus():
            self._offers.complete()
            self._popup.setCurrentIndex(self._model.index(0, 0))

    def _on_taken(self, words: str) -> None:
        self.pick(self._found[words])


def _called(account: PreviewAccount) -> str:
    return f"{account.name}  {account.code}"
