"""Saving a form that somebody else may have saved meanwhile.

A form hands in what it read and what it wants. Fields that only one of the two changed go through side by side; a
field that both changed is refused, naming who changed it, when and to what, so that nobody's work is lost unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.services.errors import RefusedByRule
from app.services.wording import day_text, listed

Values = Mapping[str, str]
"""Fields of a form by name, as text; empty where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One field that two people changed."""

    field: str
    before: str
    """What the form had read."""
    theirs: str
    yours: str


class SavedMeanwhile(RefusedByRule):
    """Somebody else saved the same fields first; `conflicts` says which, so that the form can offer a way on."""

    def __init__(self, message: str, conflicts: Sequence[Conflict]) -> None:
        super().__init__(message)
        self.conflicts = tuple(conflicts)


def wanted_changes(
    session: Session, *, account_id: int, now: Values, before: Values, after: Values, zone: str, actions: Sequence[str],
    label: Callable[[str], str],
) -> dict[str, str]:
    """What a form changes of what is stored now. Raises SavedMeanwhile where somebody else changed the same.

    `actions` are the acts whose audit rows say who it was; the time is said in `zone`, and a field by its `label`.
    """
    mine = {field: value for field, value in after.items() if value != before.get(field, "")}
    conflicts = [Conflict(field=field, before=before.get(field, ""), theirs=now.get(field, ""), yours=value) for field,
                 value in mine.items()
                 if now.get(field, "") not in (before.get(field, ""), value)]
    if conflicts:
        raise SavedMeanwhile(_said(_newest(session, account_id, conflicts, actions), conflicts, zone, label), conflicts)
    return {field: value for field, value in mine.items() if value != now.get(field, "")}


def _newest(
    session: Session, account_id: int, conflicts: Sequence[Conflict], actions: Sequence[str]
) -> tuple[str, datetime] | None:
    """Who changed one of the fields last, and when; None where it was not written down."""
    row = session.execute(
        select(AuditEntry.actor, AuditEntry.recorded_at)
        .where(AuditEntry.account_id == account_id, AuditEntry.action.in_(list(actions)),
               AuditEntry.field.in_([conflict.field for conflict in conflicts]))
        .order_by(AuditEntry.recorded_at.desc(), AuditEntry.id.desc()).limit(1)).one_or_none()
    return None if row is None else (row.actor, row.recorded_at)


def _said(
    newest: tuple[str, datetime] | None, conflicts: Sequence[Conflict], zone: str, label: Callable[[str], str]
) -> str:
    what = listed([f'{label(c.field)} to "{c.theirs}"' for c in conflicts])
    if newest is None:
        return f"Somebody changed {what}, while you were editing."
    who, at = newest
    return f"{who} changed {what} {moment_text(at, zone)}, while you were editing."


def moment_text(at: datetime, zone: str) -> str:
    """An instant in words that end a sentence: "on 1 Jun 2025 at 10:02"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"on {day_text(local.date())} at {local:%H:%M}"
