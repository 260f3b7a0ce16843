"""What the page of an account offers about its status: asks ahead what is allowed, and opens the dialogs.

The page hands over each header it reads; the answer about what may be done follows, and actions that are refused say
why before anybody tries.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.models.values import AccountAction, HoldKind, Lifecycle
from app.services.accounts.header import AccountHeader, HoldRow
from app.services.changes import Changed
from app.services.database.asking import asking
from app.services.status.changes import StatusOptions, status_options
from app.views.desk.actions import Binding
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.status.asking_terms import ask_terms
from app.views.status.hold_strips import PLACED_BY_HAND

_STEPS: Final = {"account.activate": Lifecycle.ACTIVE, "account.deactivate": Lifecycle.INACTIVE}
ACTIONS: Final = {f"account.{action.value}": action for action in AccountAction}
"""What is done to an account as a whole, by the name of the action."""
TERMS: Final = "account.terms"
MENU: Final = (TERMS, *ACTIONS, "account.hold", "account.lift", *_STEPS, "account.move")
"""What the *Actions* of an account's page offer, in this order."""
_NOT_YET: Final = "is not known yet"
_DECIDES: Final = frozenset(Changed) - {Changed.ATTRIBUTES, Changed.NOTES, Changed.GROUPS, Changed.PRINTING}
"""Changes after which other steps may be allowed, or warned of."""


class StatusControl(QObject):
    """See the module."""

    changed = Signal()  # what may be done is known, or known anew

    def __init__(self, theme: Theme, runner: Runner, page: QWidget) -> None:
        super().__init__(page)
        self._theme = theme
        self._runner = runner
        self._page = page
        self._header: AccountHeader | None = None
        self._options: StatusOptions | None = None
        self._is_fresh = False
        self._question = Question(runner, self, answered=self._on_options)

    @property
    def liftable(self) -> frozenset[HoldKind]:
        """Kinds of holds that the person may lift here."""
        options = self._options
        return frozenset() if options is None else frozenset(k for k in HoldKind if not options.lift[k])

    def outdate(self, kinds: Collection[Changed]) -> None:
        """Changes of these kinds happened; where they decide what may be done, it is asked with the next header."""
        self._is_fresh = self._is_fresh and _DECIDES.isdisjoint(kinds)

    def show_account(self, header: AccountHeader) -> None:
        """Ask ahead for the account that the page shows now, unless that is known."""
        if self._header is not None and (header.as_of, header.rights) != (self._header.as_of, self._header.rights):
            self._is_fresh = False
        self._header = header
        if self._is_fresh:
            return
        self._is_fresh = True
        self._question.ask(asking(status_options, account_id=header.id))

    def bindings(self) -> Mapping[str, Binding]:
        """Actions on the status, each with why it is off."""
        options = self._options
        found = {}
        for action, to in _STEPS.items():
            refusal = _NOT_YET if options is None else options.steps[to].refusal
            found[action] = Binding(partial(self._step, to), refusal=refusal)
        for name, action in ACTIONS.items():
            refusal = _NOT_YET if self._header is None else self._header.actions[action]
            found[name] = Binding(partial(self._act, action), refusal=refusal)
        found[TERMS] = Binding(self.change_terms, refusal=_NOT_YET if self._header is None else "")
        found["account.hold"] = Binding(self._place, refusal=self._placing_refusal())
        found["account.lift"] = Binding(self.lift, refusal=self._lifting_refusal())
        found["account.move"] = Binding(self._move, refusal=_NOT_YET if options is None else options.moving)
        return found

    def _move(self) -> None:
        from app.views.hierarchy.move_dialog import MoveDialog  # no dialog before it is asked for

        if self._header is not None:
            MoveDialog(self._theme, self._runner, self._header.id, self._header.name, self._page).open_and_forget()

    def lift(self, hold_id: int = 0) -> None:
        """Ask for the reason and lift one hold; without an id whichever may be lifted."""
        from app.views.status.dialogs import LiftHoldDialog

        holds = [hold for hold in self._liftable_holds() if hold_id in (0, hold.id)]
        if self._options is not None and holds:
            LiftHoldDialog(self._theme, self._runner, self._options, holds, self._page).open_and_forget()

    def _act(self, action: AccountAction) -> None:
        from app.views.status.action_dialog import ActionDialog

        if self._header is not None:
            ActionDialog(self._theme, self._runner, self._header, action, self._page).open_and_forget()

    def change_terms(self) -> None:
        """Read the credit terms of the account, and ask for others."""
        if self._header is not None:
            ask_terms(self._theme, self._runner, self._header.id, self._page)

    def _step(self, to: Lifecycle) -> None:
        from app.views.status.dialogs import StepDialog

        if self._options is not None:
            StepDialog(self._theme, self._runner, self._options, to, self._page).open_and_forget()

    def _place(self) -> None:
        from app.views.status.dialogs import PlaceHoldDialog

        if self._options is not None:
            PlaceHoldDialog(self._theme, self._runner, self._options, self._page).open_and_forget()

    def _placing_refusal(self) -> str:
        if self._options is None:
            return _NOT_YET
        refusals = [self._options.place[kind] for kind in PLACED_BY_HAND]
        return refusals[0] if all(refusals) else ""

    def _lifting_refusal(self) -> str:
        if self._options is None or self._header is None:
            return _NOT_YET
        if self._liftable_holds():
            return ""
        holds = self._header.holds
        return self._options.lift[holds[0].kind] if holds else "needs a hold that staff lift"

    def _liftable_holds(self) -> list[HoldRow]:
        return [] if self._header is None else [h for h in self._header.holds if h.kind in self.liftable]

    def _on_options(self, options: StatusOptions) -> None:
        self._options = options
        self.changed.emit()
