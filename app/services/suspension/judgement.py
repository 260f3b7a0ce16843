"""The set-based judgement: facts, exclusions and outcome of a range of accounts in one statement.

It is a SELECT; the preview reads it and the committed run writes from it. Exactly the rule of
`suspension_decision.decide`; a property test compares them on random books.

Ledger, holds, and restrictions that automation placed are judged as they stood on the scan's date. Profile, groups,
attributes, services and lifecycle are judged as they are now, until history for them exists (README decision 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from app.models.account import Account
from app.models.account_group import AccountGroupMember
from app.models.attribute import account_attributes
from app.models.hold import Hold
from app.models.ledger import FinancialTransaction
from app.models.provider import Provider
from app.models.rules.account_status import STATUS_OF_HOLD, STATUS_OF_LIFECYCLE
from app.models.rules.suspension_decision import Exclusion, Facts, Rules
from app.models.service import Service, ServiceRestriction
from app.models.suspension import RuleSetExcludedGroup
from app.models.values import (
    DEBIT_KINDS,
    AccountStatus,
    AccountType,
    HoldKind,
    ScanOutcome,
    ServiceState,
    TransactionState,
)
from app.services.database.dialects import fenced, greatest
from app.services.database.engine import recorded_now
from app.services.ledger_queries import open_invoices, unallocated


@dataclass(frozen=True, slots=True)
class Scope:
    """Which accounts to judge, by which rules, as of which date."""

    provider_id: int
    rules: Rules
    as_of: date
    zone: ZoneInfo
    after_id: int = 0
    up_to_id: int | None = None
    account_ids: tuple[int, ...] | None = None
    include_none: bool = False
    past: bool = False
    """The date lies before the provider's today: holds since lifted or placed are told apart by their dates."""

    def waits_since(self) -> datetime:
        """Restored by hand after this instant, an account is left alone for all of the scan's date.

        The wait is counted in whole days of 24 hours (question B-24), whatever clocks do meanwhile.
        """
        end_of_day = datetime.combine(self.as_of + timedelta(days=1), time(), self.zone)
        return end_of_day.astimezone(UTC) - timedelta(days=self.rules.resuspend_days)


@dataclass(frozen=True, slots=True)
class Judged:
    """One judged account with its operands."""

    account_id: int
    code: str
    name: str
    profile_id: int
    currency: str
    facts: Facts
    outcome: ScanOutcome
    exclusion_bits: int
    restored_by_hand_at: datetime | None


def scope_for(session: Session, *, provider_id: int, rules: Rules, as_of: date, **more: Any) -> Scope:
    """What to judge of one provider; the provider's zone says whether the date lies in the past."""
    zone = ZoneInfo(session.get_one(Provider, provider_id).time_zone)
    past = as_of < recorded_now(session).astimezone(zone).date()
    return Scope(provider_id=provider_id, rules=rules, as_of=as_of, zone=zone, past=past, **more)


def judgement(session: Session, scope: Scope) -> Select[Any]:
    """One row per judged account, in order of id; without `include_none` only those that something happens to."""
    outcome = _outcome(session, scope)
    statement = select(outcome).order_by(outcome.c.account_id)
    return statement if scope.include_none else statement.where(outcome.c.outcome != ScanOutcome.NONE.value)


def judged_rows(session: Session, scope: Scope) -> list[Judged]:
    """The judgement as rows."""
    return [_as_judged(row) for row in session.execute(judgement(session, scope))]


def _in_range(column: Any, scope: Scope) -> list[ColumnElement[bool]]:
    """The accounts of the scope as a range of keys, which both databases walk along an index."""
    conditions: list[ColumnElement[bool]] = []
    if scope.account_ids is not None:
        conditions.append(column.in_(scope.account_ids))
    if scope.after_id:
        conditions.append(column > scope.after_id)
    if scope.up_to_id is not None:
        conditions.append(column <= scope.up_to_id)
    return conditions


def _past_due(session: Session, scope: Scope) -> Subquery:
    t = FinancialTransaction
    here = and_(t.provider_id == scope.provider_id, *_in_range(t.account_id, scope))
    i = open_invoices(session, here, scope.as_of, past_due_only=True).c
    return (
        select(
            i.account_id,
            func.sum(i.unsettled).label("outstanding"),
            func.sum(i.payable).label("payable"),
            func.sum(i.disputed).label("disputed"),
            func.max(i.days_late).label("outstanding_days"),
            func.max(case((i.payable > 0, i.days_late), else_=0)).label("payable_days"),
        ).group_by(i.account_id).subquery("past_due")
    )


def _open_hold(scope: Scope) -> ColumnElement[bool]:
    """Whether a hold was open at the end of the scan's date."""
    if not scope.past:
        return Hold.lifted_on.is_(None)
    return and_(Hold.effective_on <= scope.as_of, or_(Hold.lifted_on.is_(None), Hold.lifted_on > scope.as_of))


def _held(scope: Scope) -> Subquery:
    return (
        select(Hold.account_id).distinct()
        .where(Hold.kind == HoldKind.OVERDUE.value, _open_hold(scope), *_in_range(Hold.account_id, scope))
        .subquery("held")
    )


def _candidates(session: Session, scope: Scope) -> Subquery:
    """Accounts with enough outstanding to be looked at, and those held already."""
    due, held = _past_due(session, scope), _held(scope)
    statement = (
        select(
            Account.id.label("account_id"), Account.code, Account.name, Account.profile_id, Account.currency,
            Account.status, Account.lifecycle, Account.ombudsman_case_open,
            held.c.account_id.is_not(None).label("held_overdue"),
            *[func.coalesce(due.c[name], 0).label(name)
              for name in ("outstanding", "payable", "disputed", "outstanding_days", "payable_days")],
        )
        .select_from(Account)
        .outerjoin(due, due.c.account_id == Account.id)
        .outerjoin(held, held.c.account_id == Account.id)
        .where(Account.provider_id == scope.provider_id, Account.type == AccountType.END_USER.value,
               Account.start_date <= scope.as_of, *_in_range(Account.id, scope))
    )
    if not scope.include_none:
        statement = statement.where(or_(due.c.outstanding >= scope.rules.min_overdue_minor,
                                        held.c.account_id.is_not(None)))
    return fenced(statement, "candidates")


def _with_operands(session: Session, scope: Scope) -> Subquery:
    """What is asked of few accounts only, so that it costs nothing for the rest of the book."""
    c = _candidates(session, scope).c
    t = FinancialTransaction
    credit = (
        select(func.sum(unallocated(scope.as_of)))
        .where(t.account_id == c.account_id, t.kind.not_in(sorted(k.value for k in DEBIT_KINDS)),
               t.state == TransactionState.POSTED.value, t.effective_on <= scope.as_of)
        .correlate(c.account_id.table).scalar_subquery()
    )

    def services(*conditions: Any) -> Any:
        return select(func.count()).select_from(Service).where(
            Service.account_id == c.account_id, *conditions).correlate(c.account_id.table).scalar_subquery()

    status = _status_then(c, scope) if scope.past else c.status
    in_group = exists().where(
        AccountGroupMember.account_id == c.account_id, AccountGroupMember.group_id == RuleSetExcludedGroup.group_id,
        RuleSetExcludedGroup.rule_set_id == scope.rules.id)
    omitted = exists().where(account_attributes.c.owner_id == c.account_id,
                             account_attributes.c.omit_from_auto_restrict.is_(True))
    restored_at = (
        select(func.max(Hold.lifted_recorded_at))
        .where(Hold.account_id == c.account_id, Hold.kind == HoldKind.OVERDUE.value, Hold.lifted_by_hand.is_(True),
               *([Hold.lifted_on <= scope.as_of] if scope.past else []))
        .correlate(c.account_id.table).scalar_subquery()
    )
    return fenced(select(
        *[column for column in c if column.name not in {"status", "lifecycle"}],
        status.label("status"),
        func.coalesce(credit, 0).label("unallocated"),
        services().label("service_count"),
        services(_active_service(scope)).label("active_service_count"),
        in_group.label("in_excluded_group"),
        omitted.label("omitted"),
        restored_at.label("restored_by_hand_at"),
    ), "operands")


def _status_then(c: Any, scope: Scope) -> ColumnElement[str]:
    """The status on a past date, derived from the holds of that date; the order is that of `derive_status`."""
    by_lifecycle = [(c.lifecycle == state.value, literal(status.value)) for state, status in STATUS_OF_LIFECYCLE]
    by_hold = [
        (exists().where(Hold.account_id == c.account_id, Hold.kind == kind.value, _open_hold(scope)),
         literal(status.value))
        for kind, status in STATUS_OF_HOLD
    ]
    return case(*by_lifecycle, *by_hold, else_=literal(AccountStatus.ACTIVE.value))


def _active_service(scope: Scope) -> ColumnElement[bool]:
    """Whether a service is active; on a past date also one that automation restricted later."""
    active = Service.state == ServiceState.ACTIVE.value
    if not scope.past:
        return active
    r = ServiceRestriction
    restricted_later = exists().where(
        r.service_id == Service.id, r.lifted_on.is_(None), r.effective_on > scope.as_of,
        r.previous_state == ServiceState.ACTIVE.value)
    return or_(active, and_(Service.state == ServiceState.RESTRICTED.value, restricted_later))


def _with_sums(session: Session, scope: Scope) -> Subquery:
    o = _with_operands(session, scope).c
    waiting = o.restored_by_hand_at > literal(scope.waits_since(), Hold.lifted_recorded_at.type)
    return select(
        *o,
        greatest(session, 0, o.outstanding - o.unallocated).label("gross"),
        greatest(session, 0, o.payable - o.unallocated).label("net"),
        and_(o.restored_by_hand_at.is_not(None), waiting).label("waiting"),
    ).subquery("sums")


def _with_exclusions(session: Session, scope: Scope) -> Subquery:
    s = _with_sums(session, scope).c
    no_service = and_(s.service_count > 0, s.active_service_count == 0)
    tests = (
        (or_(no_service, s.status != AccountStatus.ACTIVE.value), Exclusion.X1),
        (s.in_excluded_group, Exclusion.X2),
        (s.omitted, Exclusion.X3),
        (and_(s.net <= scope.rules.restore_at_minor, s.disputed > 0), Exclusion.X6),
        (s.ombudsman_case_open.is_(True), Exclusion.X7),
    )
    bits: Any = literal(0)
    for test, exclusion in tests:
        bits = bits + case((test, int(exclusion)), else_=0)
    return select(*s, bits.label("bits")).subquery("exclusions")


def _outcome(session: Session, scope: Scope) -> Subquery:
    r = scope.rules
    e = _with_exclusions(session, scope).c
    gross_meets = and_(e.gross >= r.min_overdue_minor, e.outstanding_days > r.min_overdue_days)
    net_meets = and_(e.net >= r.min_overdue_minor, e.payable_days > r.min_overdue_days)
    outcome = case(
        (and_(e.held_overdue, e.net <= r.restore_at_minor), ScanOutcome.RESTORE.value),
        (e.held_overdue, ScanOutcome.NONE.value),
        (~gross_meets, ScanOutcome.NONE.value),
        (e.bits > 0, ScanOutcome.EXCLUDED.value),
        (or_(~net_meets, e.waiting), ScanOutcome.NONE.value),
        else_=ScanOutcome.SUSPEND.value,
    ).label("outcome")
    shown = case((and_(~e.held_overdue, gross_meets), e.bits), else_=0).label("exclusion_bits")
    return select(*e, outcome, shown).subquery("judged")


def _as_judged(row: Any) -> Judged:
    facts = Facts(
        outstanding_minor=int(row.outstanding), payable_minor=int(row.payable),
        unallocated_minor=int(row.unallocated), outstanding_days=int(row.outstanding_days),
        payable_days=int(row.payable_days), disputed_minor=int(row.disputed), service_count=int(row.service_count),
        active_service_count=int(row.active_service_count), status=AccountStatus(row.status),
        held_overdue=bool(row.held_overdue), in_excluded_group=bool(row.in_excluded_group),
        omitted=bool(row.omitted), ombudsman_case=bool(row.ombudsman_case_open),
        restored_by_hand_recently=bool(row.waiting),
    )
    return Judged(row.account_id, row.code, row.name, row.profile_id, row.currency, facts,
                  ScanOutcome(row.outcome), int(row.exclusion_bits), row.restored_by_hand_at)


def account_range(session: Session, scope: Scope, size: int) -> tuple[int, int] | None:
    """The next chunk of `size` end users after `after_id`: its last id and its count; None when none is left."""
    ids = (
        select(Account.id)
        .where(Account.provider_id == scope.provider_id, Account.type == AccountType.END_USER.value,
               Account.id > scope.after_id)
        .order_by(Account.id).limit(size).subquery()
    )
    last, count = session.execute(select(func.max(ids.c.id), func.count())).one()
    return None if last is None else (last, count)
