"""What the command box offers: lines of commands from the registry, ranked, and lines of records beside them.

Nothing here is a widget; the box shows what `arranged` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Final, Protocol

from app.models.values import fold
from app.views.desk.actions import ActionRegistry
from app.views.look.icons import Icon
from app.views.running.handle import Job

MOST_ROWS: Final = 8
_ABOUT_THE_PROGRAM: Final = ("staff.", "view.", "file.connect", "place.settings")


class Group(StrEnum):
    """Where a line belongs; the value is its heading."""

    ACCOUNTS = "Accounts"
    INVOICES = "Invoices"
    SETTINGS = "Settings"
    COMMANDS = "Commands"


class Scope(StrEnum):
    """What a text asks for, by its first character."""

    ALL = ""
    COMMANDS = ">"
    INVOICES = "#"
    ACCOUNTS = "@"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow:
    """One line of the box."""

    key: str
    """Tells lines apart, so that the chosen one stays chosen when others come in."""
    group: Group
    text: str
    detail: str = ""
    """Second rank: what matched, whose it is."""
    shortcut: str = ""
    refusal: str = ""
    """Why it cannot be done now; such a line is shown faint and does nothing."""
    icon: Icon | None = None
    rank: float = 0
    """Smaller is better."""
    run: Callable[[bool], object] | None = None
    """Does it; told whether in a new tab."""

    @property
    def spoken(self) -> str:
        parts = (self.text, self.detail, self.group.value, self.shortcut, self.refusal)
        return ", ".join(part for part in parts if part)


class RecordSource(Protocol):
    """Finds records for the box, which knows no business."""

    def question(self, scope: Scope, words: str) -> Job[Any]: ...

    def rows(self, found: Any) -> list[CommandRow]: ...


def read_scope(text: str) -> tuple[Scope, str]:
    """What is asked for, and the words less the character that says so."""
    typed = text.strip()
    for scope in (Scope.COMMANDS, Scope.INVOICES, Scope.ACCOUNTS):
        if typed.startswith(scope.value):
            return scope, typed[1:].strip()
    return Scope.ALL, typed


def command_rows(registry: ActionRegistry, words: str, *, leave_out: frozenset[str] = frozenset()) -> list[CommandRow]:
    """The actions that fit some words, best first; without words those that can be done now."""
    rows = []
    for action_id in registry.ids():
        spec, refusal = registry.spec(action_id), registry.refusal(action_id)
        rank = _rank(spec.plain_text, f"{spec.menu} {spec.help}", words)
        if rank is None or action_id in leave_out or (not words and refusal):
            continue
        group = Group.SETTINGS if action_id.startswith(_ABOUT_THE_PROGRAM) else Group.COMMANDS
        rows.append(CommandRow(key=action_id, group=group, text=spec.plain_text, detail="" if refusal else spec.help,
                               shortcut=spec.key, refusal=refusal, icon=spec.icon, rank=rank + (0.5 if refusal else 0),
                               run=partial(_trigger, registry, action_id)))
    return sorted(rows, key=lambda row: row.rank)


def arranged(rows: Iterable[CommandRow]) -> list[CommandRow]:
    """The best lines, those of a group together, the group with the best line first."""
    best = sorted(rows, key=lambda row: row.rank)[:MOST_ROWS]
    order = list(dict.fromkeys(row.group for row in best))
    return sorted(best, key=lambda row: order.index(row.group))


def _trigger(registry: ActionRegistry, action_id: str, _aside: bool) -> None:  # noqa: FBT001  as the rows call it
    registry.trigger(action_id)


def _rank(text: str, besides: str, words: str) -> float | None:
    """How well a command fits: its whole text, its beginning, words of it, inside it, in what is said besides."""
    wanted, said = fold(words), fold(text)
    if not wanted:
        return 4
    if said.startswith(wanted):
        return 0 if said == wanted else 1
    asked, there = wanted.split(), said.split()
    if all(any(word.startswith(one) for word in there) for one in asked):
        return 2
    if all(one in said for one in asked):
        return 3
    further = fold(f"{text} {besides.replace('&', '')}").split()
    is_said = len(wanted) > 2 and all(any(word.startswith(one) for word in further) for one in asked)
    return 5 if is_said else None


def positions(rows: Sequence[CommandRow]) -> dict[str, int]:
    """Where each line stands."""
    return {row.key: place for place, row in enumerate(rows)}
