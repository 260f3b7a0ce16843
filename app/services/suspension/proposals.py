"""From a judgement to what may be done about it now: applied at once, later, or passed over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache

from sqlalchemy import BigInteger, Select, bindparam, select
from sqlalchemy.orm import Session

from app.models.events.mapping import EventMapping
from app.models.rules.suspension_window import Window, apply_from, next_opening, parse_window
from app.models.values import ScanOutcome
from app.services.events.raising import is_on
from app.services.suspension.judgement import Judged, JudgedGroup
from app.services.suspension.report import Target

NOT_SELECTED = "not_selected"
"""Why a proposal was not applied: somebody had ticked others."""
BRAKE = "brake"
"""Why a proposal was not applied: the safety brake stopped the whole run."""
ACTS = frozenset({ScanOutcome.SUSPEND, ScanOutcome.RESTORE})
"""Outcomes that change an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One judged account; `apply_from` is None where nothing has to be waited for."""

    judged: Judged
    blocked_by: str | None
    apply_from: datetime | None

    @property
    def can_be_applied(self) -> bool:
        return self.judged.outcome in ACTS and self.blocked_by is None and self.apply_from is None


OFF = {ScanOutcome.SUSPEND: "auto_suspend_off", ScanOutcome.RESTORE: "auto_unsuspend_off"}
"""Why nothing is done while the event that would tell of it is off for the account's profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """For which profiles automation acts: those whose event has an action that is on."""

    suspending: frozenset[int]
    restoring: frozenset[int]

    def blocking(self, outcome: ScanOutcome, profile_id: int) -> str | None:
        """Why the outcome of an account of a profile may not be acted on; None where it may."""
        on = {ScanOutcome.SUSPEND: self.suspending, ScanOutcome.RESTORE: self.restoring}.get(outcome)
        return OFF[outcome] if on is not None and profile_id not in on else None


def switches_of(session: Session, provider_id: int) -> Switches:
    """For which profiles of a provider automation acts."""
    found: dict[str, set[int]] = {"auto_suspend": set(), "auto_unsuspend": set()}
    for event, profile_id in session.execute(_switched_on(), {"p_provider": provider_id}):
        found[event].add(profile_id)
    return Switches(suspending=frozenset(found["auto_suspend"]), restoring=frozenset(found["auto_unsuspend"]))


@cache
def _switched_on() -> Select[str, int]:
    """Built once, because every chunk asks."""
    m = EventMapping
    return select(m.event, m.profile_id).where(
        m.provider_id == bindparam("p_provider", type_=BigInteger), m.event.in_(["auto_suspend", "auto_unsuspend"]),
        is_on(m.id))


def propose(
    rows: Iterable[Judged], target: Target, now: datetime, switches: Switches, only: Collection[int] | None = None
) -> list[Proposal]:
    """Say of every judged account whether and from when it may be acted on; `only` are those that were ticked."""
    windows = [parse_window(w) for w in target.rules.windows]
    opening = apply_from(windows, target.as_of, now, target.zone, target.holidays)
    return [
        Proposal(
            judged=j,
            blocked_by=switches.blocking(j.outcome, j.profile_id) or (
                NOT_SELECTED if only is not None and j.outcome in ACTS and j.account_id not in only else None),
            apply_from=_apply_from(j.restored_by_hand_at, target, windows, opening, now)
            if j.outcome is ScanOutcome.SUSPEND else None)
        for j in rows
    ]


def to_apply(
    groups: Iterable[JudgedGroup], target: Target, now: datetime, switches: Switches
) -> dict[ScanOutcome, int]:
    """How many suspensions and restorations a run of this moment would apply."""
    windows = [parse_window(w) for w in target.rules.windows]
    opening = apply_from(windows, target.as_of, now, target.zone, target.holidays)
    found = dict.fromkeys(ACTS, 0)
    for g in groups:
        waits = g.outcome is ScanOutcome.SUSPEND and _apply_from(
            g.restored_by_hand_at, target, windows, opening, now) is not None
        if g.outcome in ACTS and not waits and switches.blocking(g.outcome, g.profile_id) is None:
            found[g.outcome] += g.accounts
    return found


def _apply_from(
    restored_at: datetime | None, target: Target, windows: Sequence[Window], opening: datetime | None, now: datetime
) -> datetime | None:
    """When the window opens and the wait after a restoration by hand is over."""
    if restored_at is None or not target.rules.resuspend_days:
        return opening
    wait_over = restored_at + timedelta(days=target.rules.resuspend_days)
    begin = now if target.as_of == target.today else datetime.combine(target.as_of, time(), target.zone)
    if wait_over <= begin:
        return opening
    return next_opening(windows, wait_over.astimezone(target.zone), target.zone, target.holidays)
