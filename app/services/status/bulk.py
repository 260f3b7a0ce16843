"""Changing the status of many accounts at once: who would become what, who is refused and why, and the change itself.

Judging reads a few statements whatever the number of accounts and is done again, under locks, in the transaction that
writes. Nothing here commits; a caller that wants all or nothing looks at the verdicts first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.status_changes import Standing
from app.models.rules.status_targets import Plan, plan_back, plan_for
from app.models.suspension.hold import Hold
from app.models.values import (
    PROVIDER_TYPES,
    AccountStatus,
    AccountType,
    HoldKind,
    Lifecycle,
)
from app.services.access.audit import zone_of
from app.services.access.authorize import authorize, editable, visible
from app.services.access.beyond import customers_below, funded_by, refusal_beyond
from app.services.changes import Changed, ChangeSet
from app.services.database.bulk import insert_rows
from app.services.database.dialects import among, lock_ledger, lock_selected
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.history.facts import note_lifecycles
from app.services.providers.business_day import business_days
from app.services.saving import Trace, moment_text
from app.services.status.cascades import (
    hold_members,
    is_member_of,
    live_counts,
    parents_among,
    terminate_members,
)
from app.services.status.changes import status_traces, step_blockers
from app.services.status.standing import acting_on
from app.services.status.stored import refresh_status
from app.services.status.unfinished import entangled_among
from app.services.wording import STATUS_WORDS, day_text, listed

_STATUSLESS = (AccountType.OPERATOR.value, AccountType.SYSTEM.value)
_PAST = {Lifecycle.ACTIVE: "activated", Lifecycle.INACTIVE: "deactivated", Lifecycle.TERMINATED: "cancelled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The status that one account shall show, and why."""

    account_id: int
    target: AccountStatus
    reason: str
    undoes: tuple[Plan, Lifecycle] | None = None
    """What was done and the lifecycle from before it, where that is to be taken back; the target is then for words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a wish comes to."""

    wish: Wish
    provider_id: int
    code: str
    name: str
    old: AccountStatus
    lifecycle: Lifecycle
    on: date
    """Today at its provider: from then on it counts."""
    plan: Plan | None
    refusal: str = ""
    along: int = 0
    """Members of its group account that go along where it changes."""

    @property
    def changes(self) -> bool:
        return self.plan is not None and not self.plan.is_empty


def judge(session: Session, wishes: Sequence[Wish]) -> list[Verdict]:
    """What every wish comes to, in order; accounts out of the person's reach are left out."""
    authorize(session, Power.CUSTOMERS_STATUS)
    ids = [wish.account_id for wish in wishes]
    accounts = {a.id: a for a in session.scalars(
        select(Account).where(among(session, Account.id, ids), visible(session))
        .execution_options(populate_existing=True))}
    facts = _facts(session, list(accounts))
    changing = set(session.scalars(select(Account.id).where(among(session, Account.id, list(accounts)),
                                                            editable(session))))
    return [_verdict(session, wish, accounts[wish.account_id], facts, may_edit=wish.account_id in changing)
            for wish in wishes if wish.account_id in accounts]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    holds: dict[int, set[HoldKind]]
    providers: dict[int, tuple[str, date]]
    """Name and today, by provider."""
    entangled: set[int]
    """Accounts that something may keep from being cancelled."""
    members: dict[int, int]
    """How many go along with accounts that pay for others."""


def _facts(session: Session, ids: Collection[int]) -> _Facts:
    holds: dict[int, set[HoldKind]] = defaultdict(set)
    for account_id, kind in session.execute(select(Hold.account_id, Hold.kind).where(
            among(session, Hold.account_id, ids), Hold.lifted_on.is_(None))):
        holds[account_id].add(HoldKind(kind))
    days = business_days(session)
    names = {row.id: row.name for row in session.execute(select(Account.id, Account.name).where(
        Account.type.in_(sorted(PROVIDER_TYPES))))}
    providers = {provider_id: (names[provider_id], day) for provider_id, day in days.items()}
    return _Facts(holds=holds, providers=providers, entangled=entangled_among(session, ids),
                  members=live_counts(session, ids))


def _verdict(session: Session, wish: Wish, account: Account, facts: _Facts, *, may_edit: bool) -> Verdict:
    provider, today = facts.providers[account.provider_id]
    standing = Standing(name=account.name, lifecycle=Lifecycle(account.lifecycle),
                        holds=frozenset(facts.holds[account.id]), provider=provider)
    plan: Plan | str
    if account.type in _STATUSLESS:
        plan = f"{account.name} is no customer and no provider below another; its status never changes."
    elif account.start_date > today:
        plan = f"{account.name} begins on {day_text(account.start_date)}; its status can be changed then."
    elif not may_edit:
        plan = f"You may look at {account.name}, but not change it."
    else:
        by = acting_on(session, account)
        plan = (plan_for(standing, wish.target, by) if wish.undoes is None else
                plan_back(standing, *wish.undoes, by))
    if isinstance(plan, Plan) and account.type in PROVIDER_TYPES:
        plan = refusal_beyond(session, customers_below(session, account.id)) or plan
    if isinstance(plan, Plan) and account.id in facts.members:
        plan = refusal_beyond(session, funded_by(session, account.id)) or plan
    if isinstance(plan, Plan) and plan.lifecycle is not None:
        plan = _blocked(session, account, standing, plan.lifecycle, facts) or plan
    done, why_not = (plan, "") if isinstance(plan, Plan) else (None, plan)
    return Verdict(wish=wish, provider_id=account.provider_id, code=account.code, name=account.name,
                   old=AccountStatus(account.status),
                   lifecycle=standing.lifecycle, on=today, plan=done, refusal=why_not,
                   along=facts.members.get(account.id, 0))


def _blocked(session: Session, account: Account, now: Standing, to: Lifecycle, facts: _Facts) -> str:
    if to is Lifecycle.TERMINATED and account.id not in facts.entangled:
        return ""
    blockers = step_blockers(session, account, now, to)
    return f"{account.name} cannot be {_PAST[to]}: {listed(blockers)}." if blockers else ""


def as_seen(session: Session, verdicts: Sequence[Verdict], seen: Mapping[int, AccountStatus]) -> list[Verdict]:
    """The verdicts, where accounts that do not show the status that was seen are refused, saying who changed them."""
    authorize(session, Power.CUSTOMERS_STATUS)
    others = [v for v in verdicts if v.changes and v.old is not seen.get(v.wish.account_id)]
    if not others:
        return list(verdicts)
    traces = status_traces(session, [v.wish.account_id for v in others])
    refused = {v.wish.account_id: replace(v, plan=None, refusal=_seen_otherwise(
        session, v, seen, traces.get(v.wish.account_id))) for v in others}
    return [refused.get(v.wish.account_id, v) for v in verdicts]


def _seen_otherwise(
    session: Session, verdict: Verdict, seen: Mapping[int, AccountStatus], trace: Trace | None
) -> str:
    if verdict.wish.account_id not in seen:
        return f"{verdict.name} was not among those shown before. Look again, then change it."
    now = STATUS_WORDS[verdict.old]
    if trace is None:
        return f'Somebody changed {verdict.name} to "{now}" after you looked.'
    at = moment_text(trace.at, zone_of(session, verdict.provider_id))
    return f'{trace.who} changed {verdict.name} to "{now}" {at}, after you looked.'


# --------------------------------------------------------------------------- writing


def lock_for(session: Session, account_ids: Collection[int]) -> None:
    """Keep scans and other staff from these accounts and their members until the transaction ends."""
    authorize(session, Power.CUSTOMERS_STATUS)
    providers = session.scalars(select(Account.provider_id).where(among(session, Account.id, account_ids)).distinct())
    for provider_id in sorted(providers):
        lock_ledger(session, provider_id, judging=True)
    lock_selected(session, Account, or_(and_(among(session, Account.id, account_ids), visible(session)),
                                        is_member_of(session, account_ids)))


def carry_out(session: Session, verdicts: Sequence[Verdict]) -> ChangeSet:
    """Do what these verdicts plan, in a few statements; refused and empty ones are passed over."""
    authorize(session, Power.CUSTOMERS_STATUS)
    changing = [verdict for verdict in verdicts if verdict.changes]
    if not changing:
        return ChangeSet.empty()
    _place(session, changing)
    _lift(session, changing)
    _step(session, changing)
    insert_rows(session, AuditEntry, [_audit(session, verdict) for verdict in changing])
    groups: dict[tuple[str, date], list[int]] = defaultdict(list)
    for verdict in changing:
        groups[verdict.wish.reason, verdict.on].append(verdict.wish.account_id)
    for (reason, on), ids in groups.items():
        refresh_status(session, among(session, Account.id, ids), effective_on=on, reason=reason)
    _members(session, changing)
    session.expire_all()
    return ChangeSet.of(Changed.ACCOUNTS, Changed.HOLDS)


def _members(session: Session, verdicts: Sequence[Verdict]) -> None:
    """What these verdicts bring upon the members of group accounts."""
    parents = parents_among(session, [v.wish.account_id for v in verdicts])
    groups: dict[tuple[bool, str, date], list[int]] = defaultdict(list)
    for v in verdicts:
        if v.wish.account_id in parents and v.plan is not None:
            groups[v.plan.lifecycle is Lifecycle.TERMINATED, v.wish.reason, v.on].append(v.wish.account_id)
    for (ends, reason, on), ids in groups.items():
        follow = terminate_members if ends else hold_members
        follow(session, ids, on=on, reason=reason)


def _place(session: Session, verdicts: Sequence[Verdict]) -> None:
    common: dict[str, Any] = {
        "recorded_at": recorded_now(session), "placed_by": actor_of(session), "scan_run_id": None, "lifted_on": None,
        "lifted_recorded_at": None, "lifted_by": None, "lift_reason": None, "lifted_by_hand": False,
        "lift_scan_run_id": None}
    insert_rows(session, Hold, [
        {"provider_id": v.provider_id, "account_id": v.wish.account_id, "kind": v.plan.place.value,
         "reason": v.wish.reason, "effective_on": v.on, **common}
        for v in verdicts if v.plan is not None and v.plan.place is not None])


def _lift(session: Session, verdicts: Sequence[Verdict]) -> None:
    groups: dict[tuple[str, date], list[int]] = defaultdict(list)
    for v in verdicts:
        if v.plan is not None and v.plan.lifts_manual:
            groups[v.wish.reason, v.on].append(v.wish.account_id)
    for (reason, on), ids in groups.items():
        session.execute(
            update(Hold).where(among(session, Hold.account_id, ids), Hold.kind == HoldKind.MANUAL.value,
                               Hold.lifted_on.is_(None))
            .values(lifted_on=on, lifted_recorded_at=recorded_now(session), lifted_by=actor_of(session),
                    lift_reason=reason).execution_options(synchronize_session=False))


def _step(session: Session, verdicts: Sequence[Verdict]) -> None:
    groups: dict[tuple[Lifecycle, date], list[int]] = defaultdict(list)
    for v in verdicts:
        if v.plan is not None and v.plan.lifecycle is not None:
            groups[v.plan.lifecycle, v.on].append(v.wish.account_id)
    for (lifecycle, on), ids in groups.items():
        note_lifecycles(session, among(session, Account.id, ids), on=on)
        session.execute(update(Account).where(among(session, Account.id, ids)).values(lifecycle=lifecycle.value)
                        .execution_options(synchronize_session=False))


def _audit(session: Session, v: Verdict) -> dict[str, Any]:
    plan = v.plan or Plan()
    if plan.place is not None:
        action, detail = "hold_placed", f"{plan.place.value}: {v.wish.reason}"
    elif plan.lifecycle is not None:
        action, detail = f"account_{_PAST[plan.lifecycle]}", v.wish.reason
    else:
        action, detail = "hold_lifted", f"{HoldKind.MANUAL.value}: {v.wish.reason}"
    steps = plan.lifecycle is not None
    return {"provider_id": v.provider_id, "account_id": v.wish.account_id, "action": action, "detail": detail,
            "field": "lifecycle" if steps else None, "old_value": v.lifecycle.value if steps else None,
            "new_value": plan.lifecycle.value if plan.lifecycle is not None else None, "actor": actor_of(session),
            "recorded_at": recorded_now(session), "scan_run_id": None}
