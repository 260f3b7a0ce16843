"""A stored run judged once more, by what was known when it judged (ARCHITECTURE.md, "Replays").

The ledger, promises, plans, holds and restrictions are taken as they were known at that instant, by the version of the
rules that the run went by; groups, the mark to be left out and life as they were then. Of an ombudsman case no day is
kept, and what changed before history was kept is not known: where that decides, the replay differs and says for whom.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.suspension_decision import exclusion_names
from app.models.suspension.scans import ScanResult, ScanRun, ScanRunChunk, ScanRunProvider
from app.models.values import ScanOutcome
from app.services.access.authorize import require_provider, seen_among
from app.services.database.dialects import among
from app.services.errors import NotFound
from app.services.jobs import Checkpoint
from app.services.rules.rule_sets import rules_of
from app.services.suspension.judgement import Judged, Knowledge, Scope, judged_rows, scope_for

MOST_ROWS = 500
"""Rows that are listed; the counts are of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided for an account. The amount is overdue and payable, in minor units of its currency."""

    outcome: ScanOutcome
    payable_minor: int
    oldest_days: int
    exclusions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRow:
    """One account for which the replay decides otherwise."""

    account_id: int
    code: str
    name: str
    currency: str
    stored: Verdict | None
    """What the run decided; None where that was nothing."""
    again: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A whole replay of one provider's part; accounts out of sight are neither compared nor counted."""

    run_id: int
    provider_id: int
    compared: int
    """Decisions of the run, and of the replay beyond those."""
    differing: int
    rows: tuple[ReplayRow, ...]
    """The first of those that differ, by account."""

    @property
    def is_same(self) -> bool:
        return not self.differing


def replay_run(session: Session, check: Checkpoint, *, run_id: int, provider_id: int) -> Replay:
    """Judge what a run judged once more and compare. Raises NotFound where the provider has no such run."""
    require_provider(session, provider_id, Power.SUSPENSION)
    stored, again = _stored(session, run_id, provider_id), dict[int, Verdict]()
    for scope in _scopes(session, run_id, provider_id):
        again |= {j.account_id: _again(j) for j in judged_rows(session, scope)}
        check()
    run = session.get_one(ScanRun, run_id)
    if run.acts != "all" and run.state != "stopped":  # what is stopped is recorded whole
        again = {id_: verdict for id_, verdict in again.items() if verdict.outcome == run.acts}
    seen = seen_among(session, sorted({*stored, *again}))
    differing = sorted(id_ for id_ in seen if stored.get(id_) != again.get(id_))
    return Replay(run_id=run_id, provider_id=provider_id, compared=len(seen), differing=len(differing),
                  rows=tuple(_rows(session, differing[:MOST_ROWS], stored, again)))


def knowledge_of(session: Session, run_id: int, provider_id: int, account_id: int) -> Knowledge:
    """What a run knew when it judged one account, inside a question that asked."""
    c = ScanRunChunk
    moment = session.scalar(
        select(c.recorded_at).where(c.run_id == run_id, c.provider_id == provider_id, c.up_to_id >= account_id)
        .order_by(c.up_to_id).limit(1))
    return Knowledge(at=moment or session.get_one(ScanRun, run_id).started_at, run_id=run_id)


def _scopes(session: Session, run_id: int, provider_id: int) -> Iterable[Scope]:
    """The ranges that a run judged, each with what it knew then; runs of before that was kept are one range."""
    part = session.get(ScanRunProvider, (run_id, provider_id))
    if part is None:
        raise NotFound("There is no such run of this provider.")
    c = ScanRunChunk
    chunks: list[tuple[int, datetime]] = [
        (row.up_to_id, row.recorded_at) for row in session.execute(
            select(c.up_to_id, c.recorded_at).where(c.run_id == run_id, c.provider_id == provider_id)
            .order_by(c.up_to_id))]
    if not chunks and part.done_up_to_id:
        chunks = [(part.done_up_to_id, session.get_one(ScanRun, run_id).started_at)]
    rules, after = rules_of(session, part.rule_set_id), 0
    for up_to, moment in chunks:
        yield scope_for(session, provider_id=provider_id, rules=rules, as_of=part.as_of, after_id=after,
                        up_to_id=up_to, known=Knowledge(at=moment, run_id=run_id))
        after = up_to


def _stored(session: Session, run_id: int, provider_id: int) -> dict[int, Verdict]:
    r = ScanResult
    rows = session.execute(select(r.account_id, r.outcome, r.overdue_payable_minor, r.oldest_overdue_days,
                                  r.exclusion_bits).where(r.run_id == run_id, r.provider_id == provider_id))
    return {row.account_id: Verdict(outcome=ScanOutcome(row.outcome), payable_minor=row.overdue_payable_minor,
                                    oldest_days=row.oldest_overdue_days,
                                    exclusions=tuple(exclusion_names(row.exclusion_bits))) for row in rows}


def _again(j: Judged) -> Verdict:
    return Verdict(outcome=j.outcome, payable_minor=j.facts.net_minor, oldest_days=j.facts.payable_days,
                   exclusions=tuple(exclusion_names(j.exclusion_bits)))


def _rows(
    session: Session, account_ids: list[int], stored: dict[int, Verdict], again: dict[int, Verdict]
) -> Iterable[ReplayRow]:
    found: Any = session.execute(
        select(Account.id, Account.code, Account.name, Account.currency)
        .where(among(session, Account.id, account_ids)).order_by(Account.code)) if account_ids else ()
    return [ReplayRow(account_id=row.id, code=row.code, name=row.name, currency=row.currency,
                      stored=stored.get(row.id), again=again.get(row.id)) for row in found]
