"""The notice, after an upgrade for one, that rules in force act for nobody because Auto Suspend is off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from app.services.database.asking import asking
from app.services.jobs import JobContext
from app.services.wording import listed
from app.views.desk.desk import Desk
from app.views.desk.screen import TEMPLATES, Target
from app.views.look import tokens as tk
from app.views.running.question import Question
from app.views.widgets.notices import Notice

if TYPE_CHECKING:
    from app.services.database.unit_of_work import Database
    from app.services.suspension.idle_rules import IdleRules

_TOLD: Final = "idle_rules"
"""What the memory of these books keeps: the profiles that were told of, so that a choice is not told of every day."""


def _ask(database: Database, context: JobContext) -> tuple[IdleRules, ...]:
    """A job: what it takes is imported in the worker, and a window that has just come up does not wait for it."""
    from app.services.suspension.idle_rules import idle_rules

    return asking(idle_rules)(database, context)


class IdleRulesNotice(QObject):
    """Reads once the first page is there; each profile is told of once on a workstation."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._question = Question(desk.runner, self, answered=self._on_rules)
        desk.runner.when_read(self, self._read)

    def _read(self) -> None:
        if not self._desk.powers.refusal("suspension"):
            self._question.ask(_ask)

    def _on_rules(self, rows: Sequence[IdleRules]) -> None:
        known = self._desk.memory.kept(_TOLD).get("profiles")
        told = set(known) if isinstance(known, list) else set()
        news = [row for row in rows if row.profile_id not in told]
        by_provider: dict[str, list[str]] = {}
        for row in news:
            by_provider.setdefault(row.provider_name, []).append(row.profile)
        if not by_provider:
            return
        said = " ".join(f"{provider}: Auto Suspend is off for {listed(profiles)}."
                        for provider, profiles in by_provider.items())
        self._desk.notices.show(Notice(
            title="Rules in force suspend nobody", text=said, tone=tk.Tone.WARN, link="Open events",
            run=lambda: self._desk.navigator.go(Target(TEMPLATES))))
        self._desk.memory.keep(_TOLD, {"profiles": sorted({row.profile_id for row in rows})})
