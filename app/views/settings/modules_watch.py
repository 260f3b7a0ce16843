"""Hides what belongs to modules that no provider within reach has: menu entries, keys, and places with them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject

from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking
from app.services.providers.modules import Capabilities, Module, capabilities
from app.views.desk.desk import Desk
from app.views.running.question import Question

ACTIONS: Final = {
    Module.AUTOMATED_SUSPENSION: ("scan.", "rules.", "runs.", "account.reasoning", "place.suspension"),
    Module.ACCOUNT_GROUPS: ("groups.", "place.groups"),
    Module.PAYMENT_PLANS: ("plans.",),
    Module.AGENTS: ("agents.",),
    Module.SMS_EVENTS: ("sms.",),
}
"""Beginnings of the ids of actions that go with a module."""
_KINDS: Final = frozenset({Changed.MODULES, Changed.ATTRIBUTES, Changed.ACCOUNTS, Changed.STAFF, Changed.DATABASE})


class ModulesWatch(QObject):
    """Asks once at the start, and again when something changed that may bear on it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._registry = desk.actions
        self._question = Question(desk.runner, self, answered=self._on_capabilities)
        desk.bus.published.connect(self._on_changes)
        self.ask()

    def ask(self) -> None:
        """Read what is switched on."""
        self._question.ask(asking(capabilities))

    def _on_changes(self, changes: ChangeSet, _initiator: object) -> None:
        # one account alone moves no switch
        if changes.kinds & _KINDS and not changes.account_ids:
            self.ask()

    def _on_capabilities(self, found: Capabilities) -> None:
        off = [module for module in Module if not found.has(module)]
        heads = tuple(head for module in off for head in ACTIONS.get(module, ()))
        self._registry.hide(frozenset(i for i in self._registry.ids() if heads and i.startswith(heads)))
