"""Runs as they are stored: opening one, and finding the one that was killed and can be gone on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.suspension.scans import ScanResult, ScanRun, ScanRunProvider
from app.models.values import AccountType, ScanOutcome
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.suspension.proposals import BRAKE, NOT_SELECTED
from app.services.suspension.report import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a run may do, and where it was started."""

    acts: frozenset[ScanOutcome]
    origin: str

    @property
    def word(self) -> str:
        """As it is stored."""
        return next(iter(self.acts)).value if len(self.acts) == 1 else "all"


def unfinished_run(
    session: Session, targets: Sequence[Target], only: frozenset[int] | None, kind: Kind
) -> tuple[int, dict[int, int]] | None:
    """The killed run of exactly these providers, dates and rule versions; other unfinished ones are abandoned.

    We hold the leases, so whoever began it is dead. What it committed stays. A run that passed over proposals which
    may be applied by now (its window was shut, or somebody had ticked others) is not gone on with but begun anew.
    """
    wanted = {(t.provider_id, t.as_of, t.rules.id) for t in targets}
    found: tuple[int, dict[int, int]] | None = None
    ids = [t.provider_id for t in targets]
    candidates = session.execute(
        select(ScanRun.id, ScanRun.acts).distinct()
        .join(ScanRunProvider, ScanRunProvider.run_id == ScanRun.id)
        .where(ScanRun.state == "running", ScanRunProvider.provider_id.in_(ids)).order_by(ScanRun.id.desc())
    ).all()
    for run_id, acts in candidates:
        parts = session.scalars(select(ScanRunProvider).where(ScanRunProvider.run_id == run_id)).all()
        same = {(p.provider_id, p.as_of, p.rule_set_id) for p in parts} == wanted
        if same and acts == kind.word and found is None and only is None and not _passed_over(session, run_id):
            found = run_id, {p.provider_id: -1 if p.finished else p.done_up_to_id for p in parts}
        else:
            session.execute(update(ScanRun).where(ScanRun.id == run_id)
                            .values(state="abandoned", finished_at=recorded_now(session)))
    return found


def _passed_over(session: Session, run_id: int) -> bool:
    r = ScanResult
    due = or_(r.blocked_by.in_([NOT_SELECTED, BRAKE]), r.apply_from <= recorded_now(session))
    passed = select(r.account_id).where(r.run_id == run_id, r.applied.is_(False), due).limit(1)
    return session.scalar(passed) is not None


def open_run(session: Session, targets: Sequence[Target], kind: Kind) -> int:
    """Write a new run with every provider at its beginning; returns its id."""
    run = ScanRun(state="running", started_at=recorded_now(session), actor=actor_of(session), acts=kind.word,
                  origin=kind.origin)
    session.add(run)
    session.flush()
    session.execute(insert(ScanRunProvider), [
        {"run_id": run.id, "provider_id": t.provider_id, "as_of": t.as_of, "rule_set_id": t.rules.id,
         "done_up_to_id": 0, "finished": False}
        for t in targets
    ])
    return run.id


def judged_before(session: Session, provider_id: int, last_id: int) -> int:
    """How many end users a position has behind it; below 0: all of them."""
    upto = [Account.id <= last_id] if last_id >= 0 else []
    return session.scalar(
        select(func.count()).select_from(Account)
        .where(Account.provider_id == provider_id, Account.type == AccountType.END_USER.value, *upto)
    ) or 0
