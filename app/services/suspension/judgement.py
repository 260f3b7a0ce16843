"""The set-based judgement: facts, exclusions and outcome of a range of accounts in one statement.

It is a SELECT; the preview reads it and the committed run writes from it. Exactly the rule of
`suspension_decision.decide`; a property test compares them on random books.

On a past date everything is judged as it stood then: ledger, holds, restrictions that automation placed, groups, the
mark to be left out, services and life; of an ombudsman case alone no day is kept (ARCHITECTURE.md, "Dates").

An account in another currency than the rules is compared with their figures in its own, by the rates of the date;
without a rate nothing happens to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.models.attributes.attribute import AttributeChange, account_attributes
from app.models.base import Instant
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.parties.fact_change import Fact
from app.models.parties.service import Service, ServiceChange, ServiceRestriction
from app.models.rules.account_status import STATUS_OF_HOLD, STATUS_OF_LIFECYCLE
from app.models.rules.suspension_decision import Exclusion, Facts, Rules
from app.models.suspension.hold import Hold
from app.models.suspension.promise import PromiseToPay
from app.models.suspension.rule_sets import RuleSetExcludedGroup
from app.models.values import (
    DEBIT_KINDS,
    AccountStatus,
    AccountType,
    HoldKind,
    ScanOutcome,
    ServiceState,
    Tier,
    TransactionKind,
    TransactionState,
)
from app.services.database.dialects import among, days_between, fenced, greatest, is_sqlite, unindexed
from app.services.history.facts import MEMBER, NO_MEMBER, then
from app.services.ledger.reading import amount_sum, known, open_invoices, plans_exist, unallocated
from app.services.providers.business_day import business_day, zone_of
from app.services.rules.own_currency import rules_elsewhere
from app.services.suspension.standing import promise_stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What a run of the past knew when it judged: what was recorded by an instant, and nothing that it did itself."""

    at: datetime
    run_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
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
    known: Knowledge | None = None
    """To judge as a run of the past did; None takes all that is known now."""
    group_ids: tuple[int, ...] | None = None
    """Groups that are left out by rules which are not stored yet; None takes those of the stored rule set."""
    elsewhere: Mapping[str, Rules | None] = field(default_factory=dict)
    """The rules in each other currency of the provider; None for one without a rate on the date."""

    def rules_in(self, currency: str) -> Rules | None:
        """The rules as they are for an account in a currency; None where nothing can be compared."""
        return self.rules if currency == self.rules.currency else self.elsewhere.get(currency)

    def day_ends(self) -> datetime:
        """When the scan's date ends at the provider."""
        return datetime.combine(self.as_of + timedelta(days=1), time(), self.zone).astimezone(UTC)

    def waits_since(self) -> datetime:
        """Restored by hand after this instant, an account is left alone for all of the scan's date.

        The wait is counted in whole days of 24 hours, whatever clocks do meanwhile.
        """
        return self.day_ends() - timedelta(days=self.rules.resuspend_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One judged account with its operands."""

    account_id: int
    code: str
    name: str
    profile_id: int
    currency: str
    facts: Facts
    rules: Rules | None
    """What it was compared with, in its own currency; None without a rate, when nothing happens."""
    outcome: ScanOutcome
    exclusion_bits: int
    restored_by_hand_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedGroup:
    """How many accounts of one profile a judgement finds with one outcome; one wait of them is one instant."""

    outcome: ScanOutcome
    profile_id: int
    restored_by_hand_at: datetime | None
    accounts: int


def scope_for(session: Session, *, provider_id: int, rules: Rules, as_of: date, **more: Any) -> Scope:
    """What to judge of one provider; the provider's zone says whether the date lies in the past.

    What a run knew is of its own day, whenever it is looked at.
    """
    return Scope(provider_id=provider_id, rules=rules, as_of=as_of, zone=zone_of(session, provider_id),
                 elsewhere=rules_elsewhere(session, provider_id=provider_id, rules=rules, on=as_of),
                 past=as_of < business_day(session, provider_id) and more.get("known") is None, **more)


def judged_rows(session: Session, scope: Scope) -> list[Judged]:
    """The judgement as rows, in order of account ids."""
    rows = session.execute(judgement(session, scope), parameters(scope))
    return sorted((_as_judged(row, scope) for row in rows), key=attrgetter("account_id"))


def judged_groups(session: Session, scope: Scope) -> list[JudgedGroup]:
    """The judgement counted inside the database, for who wants to know how many and not who."""
    j = judgement(session, scope).subquery("judged").c
    keys = (j.outcome, j.profile_id, j.restored_by_hand_at)
    rows = session.execute(select(*keys, func.count().label("accounts")).group_by(*keys), parameters(scope))
    return [JudgedGroup(outcome=ScanOutcome(row.outcome), profile_id=row.profile_id,
                        restored_by_hand_at=row.restored_by_hand_at, accounts=row.accounts) for row in rows]


# --------------------------------------------------------------------------- the statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What tells one form of the statement from another; everything else is a parameter."""

    sqlite: bool
    past: bool
    known: bool
    include_none: bool
    plans: bool
    currencies: tuple[str, ...]
    """Those beside that of the rules."""
    account_ids: tuple[int, ...] | None
    group_ids: tuple[int, ...] | None

    @property
    def looks_back(self) -> bool:
        """Whether it asks what was, not what is."""
        return self.past or self.known


_STATEMENTS: dict[Shape, Select[Any]] = {}


def judgement(session: Session, scope: Scope) -> Select[Any]:
    """One row per judged account; without `include_none` only those that something happens to.

    The statement wants the `parameters` of the scope. It is built once per shape, because building it takes longer
    than running it over a small book.
    """
    shape = Shape(sqlite=is_sqlite(session), past=scope.past, known=scope.known is not None,
                  include_none=scope.include_none, plans=plans_exist(session),
                  currencies=tuple(sorted(scope.elsewhere)), account_ids=scope.account_ids, group_ids=scope.group_ids)
    if shape.account_ids is not None or shape.group_ids is not None:
        return _build(session, shape)
    if shape not in _STATEMENTS:
        _STATEMENTS[shape] = _build(session, shape)
    return _STATEMENTS[shape]


def parameters(scope: Scope) -> dict[str, Any]:
    """Everything the statement is told of one scope."""
    knowledge: dict[str, Any] = {}
    if scope.known is not None:
        knowledge |= {"p_known_at": scope.known.at, "p_known_run": scope.known.run_id}
    if scope.known is not None or scope.past:
        knowledge["p_known_until"] = scope.day_ends() if scope.known is None else scope.known.at
    figures: dict[str, Any] = {"p_currency": scope.rules.currency}
    for code, rules in scope.elsewhere.items():
        figures |= {f"p_x_{code}": None if rules is None else rules.min_overdue_minor,
                    f"p_k_{code}": None if rules is None else rules.restore_at_minor}
    least = min(rules.min_overdue_minor for rules in (scope.rules, *scope.elsewhere.values()) if rules is not None)
    return knowledge | figures | {
        "p_provider": scope.provider_id, "p_as_of": scope.as_of, "p_rule_set": scope.rules.id,
        "p_x": scope.rules.min_overdue_minor, "p_y": scope.rules.min_overdue_days, "p_k": scope.rules.restore_at_minor,
        "p_least": least,
        "p_late_before": scope.as_of - timedelta(days=scope.rules.min_overdue_days),
        "p_waits_since": scope.waits_since(), "p_after": scope.after_id,
        "p_up_to": _NO_END if scope.up_to_id is None else scope.up_to_id,
    }


_NO_END = 2**62


def _parameter(name: str, kind: Any) -> Any:
    return bindparam(f"p_{name}", type_=kind)


_PROVIDER, _RULE_SET = _parameter("provider", BigInteger), _parameter("rule_set", BigInteger)
_AS_OF, _LATE_BEFORE = _parameter("as_of", Date), _parameter("late_before", Date)
_LEAST, _Y, _CURRENCY = _parameter("least", BigInteger), _parameter("y", Integer), _parameter("currency", String)
_WAITS_SINCE = _parameter("waits_since", Instant())
_KNOWN_AT, _KNOWN_RUN = _parameter("known_at", Instant()), _parameter("known_run", BigInteger)
_KNOWN_UNTIL = _parameter("known_until", Instant())


def _in_currency(name: str, currency: Any, shape: Shape) -> ColumnElement[int]:
    """A figure of the rules in the currency of an account; NULL, which nothing meets, where it has no rate."""
    others = [(currency == code, _parameter(f"{name}_{code}", BigInteger)) for code in shape.currencies]
    return case((currency == _CURRENCY, _parameter(name, BigInteger)), *others, else_=cast(null(), BigInteger))


def _in_scope(session: Session, column: Any, shape: Shape) -> ColumnElement[bool]:
    """The accounts of the scope: a list, or a range of keys, which both databases walk along an index."""
    if shape.account_ids is not None:
        return among(session, column, shape.account_ids)
    return and_(column > _parameter("after", BigInteger), column <= _parameter("up_to", BigInteger))


def _open_hold(shape: Shape) -> ColumnElement[bool]:
    """Whether a hold was open at the end of the scan's date, as far as was known."""
    still: list[ColumnElement[bool]] = [Hold.lifted_on.is_(None)]
    if shape.known:
        still.append(~_lifting_known())
    if not shape.past:
        return and_(_placing_known(), or_(*still)) if shape.known else still[0]
    return and_(Hold.effective_on <= _AS_OF, *([_placing_known()] if shape.known else []),
                or_(*still, Hold.lifted_on > _AS_OF))


def _placing_known() -> ColumnElement[bool]:
    """Whether the run that judges knew of a hold: its own come after its judgement, within the same instant."""
    return and_(Hold.recorded_at <= _KNOWN_AT, or_(Hold.scan_run_id.is_(None), Hold.scan_run_id < _KNOWN_RUN))


def _lifting_known() -> ColumnElement[bool]:
    """Whether it knew that a hold was lifted."""
    return and_(Hold.lifted_recorded_at <= _KNOWN_AT,
                or_(Hold.lift_scan_run_id.is_(None), Hold.lift_scan_run_id < _KNOWN_RUN))


def _known_at(shape: Shape) -> Any:
    """The instant up to which rows of the ledger count; None: all of them."""
    return _KNOWN_AT if shape.known else None


def _sums(session: Session, shape: Shape) -> Subquery:
    """Per account what is overdue and whether it is held; only those that may concern the rule, unless all count.

    Invoices past due and open holds are added up in one pass. Who owes less than x of any currency or has nothing old
    enough is left out here already, before anything else is asked.
    """
    t = FinancialTransaction
    here = and_(unindexed(session, t.provider_id) == _PROVIDER, _in_scope(session, t.account_id, shape))
    i = open_invoices(session, here, _AS_OF, _known_at(shape), past_due_only=True, numbers=False, plans=shape.plans).c
    none, no_day = literal(0, BigInteger), cast(null(), Date)
    parts: list[Any] = [
        select(i.account_id, i.unsettled, i.disputed, i.planned, i.payable, i.due_on,
               literal(0).label("held")),
        select(Hold.account_id, none, none, none, none, no_day, literal(1))
        .where(Hold.kind == HoldKind.OVERDUE.value, _open_hold(shape), _in_scope(session, Hold.account_id, shape)),
    ]
    if shape.include_none:
        parts.append(
            select(Account.id, none, none, none, none, no_day, literal(0))
            .where(Account.provider_id == _PROVIDER, Account.type == AccountType.END_USER.value,
                   _in_scope(session, Account.id, shape)))
    rows = union_all(*parts).subquery("parts").c
    held, outstanding = func.max(rows.held), func.sum(rows.unsettled)
    statement = select(
        rows.account_id, amount_sum(rows.unsettled).label("outstanding"), amount_sum(rows.payable).label("payable"),
        amount_sum(rows.disputed).label("disputed"), amount_sum(rows.planned).label("planned"),
        func.min(rows.due_on).label("first_due"),
        func.min(case((rows.payable > 0, rows.due_on))).label("first_payable_due"), held.label("held"),
    ).group_by(rows.account_id)
    if not shape.include_none:
        concerned = and_(outstanding >= _LEAST, func.min(rows.due_on) < _LATE_BEFORE)
        statement = statement.having(or_(concerned, held == 1))
    return statement.subquery("sums")


def _candidates(session: Session, shape: Shape) -> Subquery:
    s = _sums(session, shape).c
    return fenced(
        select(
            Account.id.label("account_id"), Account.code, Account.name, Account.profile_id, Account.currency,
            Account.status, Account.lifecycle, Account.recorded_at.label("entered_at"),
            Account.ombudsman_case_open, (s.held == 1).label("held_overdue"),
            *[_in_currency(name, Account.currency, shape).label(name) for name in ("x", "k")],
            s.outstanding, s.payable, s.disputed, s.planned,
            *[func.coalesce(days_between(session, _AS_OF, due), 0).label(name)
              for name, due in (("outstanding_days", s.first_due), ("payable_days", s.first_payable_due))],
        )
        .join_from(Account, s.account_id.table, Account.id == s.account_id)
        .where(unindexed(session, Account.provider_id) == _PROVIDER, Account.type == AccountType.END_USER.value,
               Account.start_date <= _AS_OF),
        "candidates",
    )


def _with_operands(session: Session, shape: Shape) -> Subquery:
    """What is asked of few accounts only, so that it costs nothing for the rest of the book."""
    c = _candidates(session, shape).c
    t = FinancialTransaction
    recorded = known(t.recorded_at, _known_at(shape))
    credit = (
        select(amount_sum(unallocated(_AS_OF, _known_at(shape))))
        .where(t.account_id == c.account_id, t.kind.not_in(sorted(k.value for k in DEBIT_KINDS)),
               t.state == TransactionState.POSTED.value, t.effective_on <= _AS_OF, *recorded)
        .correlate(c.account_id.table).scalar_subquery()
    )

    pending = (
        select(amount_sum(t.amount_minor))
        .where(t.account_id == c.account_id, t.kind == TransactionKind.CREDIT_NOTE.value,
               t.state == TransactionState.DRAFT.value, t.effective_on <= _AS_OF, *recorded)
        .correlate(c.account_id.table).scalar_subquery()
    )

    def services(*conditions: Any) -> Any:
        return select(func.count()).select_from(Service).where(
            *_services_of(c.account_id, shape), *conditions).correlate(c.account_id.table).scalar_subquery()

    member = AccountGroupMember
    left_out = ((member.group_id == RuleSetExcludedGroup.group_id, RuleSetExcludedGroup.rule_set_id == _RULE_SET)
                if shape.group_ids is None else (member.group_id.in_(shape.group_ids),))
    in_group: ColumnElement[bool] = exists().where(member.account_id == c.account_id, *left_out)
    omitted: ColumnElement[bool] = exists().where(account_attributes.c.owner_id == c.account_id,
                                                  account_attributes.c.omit_from_auto_restrict.is_(True))
    if shape.looks_back:
        # Of days before an account was entered here nothing is known: they are judged by what is set now.
        was_here = c.entered_at <= _KNOWN_UNTIL
        in_group = case((was_here, _in_group_then(c, shape)), else_=in_group)
        omitted = case((was_here, _omitted_then(c, omitted)), else_=omitted)
    restored_at = (
        select(func.max(Hold.lifted_recorded_at))
        .where(Hold.account_id == c.account_id, Hold.kind == HoldKind.OVERDUE.value, Hold.lifted_by_hand.is_(True),
               *([Hold.lifted_on <= _AS_OF] if shape.past else []), *([_lifting_known()] if shape.known else []))
        .correlate(c.account_id.table).scalar_subquery()
    )
    promised_until = (
        select(func.max(PromiseToPay.pay_by))
        .where(PromiseToPay.account_id == c.account_id, promise_stands(_AS_OF, _known_at(shape)))
        .correlate(c.account_id.table).scalar_subquery()
    )
    return fenced(select(
        *[column for column in c if column.name not in {"status", "lifecycle", "entered_at"}],
        (_status_then(c, shape) if shape.looks_back else c.status).label("status"),
        func.coalesce(credit, 0).label("unallocated"),
        func.coalesce(pending, 0).label("pending_credit"),
        services(*_services_then(shape)).label("service_count"),
        services(_active_service(shape), *_services_then(shape)).label("active_service_count"),
        in_group.label("in_excluded_group"),
        omitted.label("omitted"),
        restored_at.label("restored_by_hand_at"),
        promised_until.label("promised_until"),
    ), "operands")


def _status_then(c: Any, shape: Shape) -> ColumnElement[str]:
    """The status on a past date, derived from the holds of that date; the order is that of `derive_status`."""
    lifecycle = _then(Fact.LIFECYCLE, c.lifecycle, c, shape)
    by_lifecycle = [(lifecycle == state.value, literal(status.value)) for state, status in STATUS_OF_LIFECYCLE]
    by_hold = [
        (exists().where(Hold.account_id == c.account_id, Hold.kind == kind.value, _open_hold(shape)),
         literal(status.value))
        for kind, status in STATUS_OF_HOLD
    ]
    return case(*by_lifecycle, *by_hold, else_=literal(AccountStatus.ACTIVE.value))


def _then(fact: Fact, now: Any, c: Any, shape: Shape, *, subject_id: Any = 0) -> ColumnElement[Any]:
    """What held of an account on the scan's date, as far as was known."""
    return then(fact, now, account_id=c.account_id, as_of=_AS_OF, known_at=_known_at(shape), subject_id=subject_id)


def _in_group_then(c: Any, shape: Shape) -> ColumnElement[bool]:
    """Whether an account belonged to one of the groups that are left out."""
    m, g = AccountGroupMember, AccountGroup
    left_out = (g.id.in_(select(RuleSetExcludedGroup.group_id).where(RuleSetExcludedGroup.rule_set_id == _RULE_SET))
                if shape.group_ids is None else g.id.in_(shape.group_ids))
    is_member = exists().where(m.account_id == c.account_id, m.group_id == g.id).correlate_except(m)
    held = _then(Fact.GROUP, case((is_member, MEMBER), else_=NO_MEMBER), c, shape, subject_id=g.id)
    return exists().where(left_out, held == MEMBER).correlate_except(g)


def _omitted_then(c: Any, now: Any) -> ColumnElement[bool]:
    """Whether an account was marked to be left out: what the first change after that moment says was set before."""
    a = AttributeChange
    first = (
        select(case((a.old_value == str(True), 1), else_=0))
        .where(a.tier == Tier.ACCOUNT.value, a.owner_id == c.account_id, a.attribute == "omit_from_auto_restrict",
               a.recorded_at > _KNOWN_UNTIL)
        .order_by(a.id).limit(1).correlate_except(a).scalar_subquery()
    )
    return func.coalesce(first, case((now, 1), else_=0)) == 1


def _services_of(account_id: Any, shape: Shape) -> list[ColumnElement[bool]]:
    """The services of an account; of the past those that it had then, wherever somebody moved them since."""
    if not shape.looks_back:
        return [Service.account_id == account_id]
    was_here = select(ServiceChange.service_id).where(ServiceChange.account_id == account_id)
    return [or_(Service.account_id == account_id, Service.id.in_(was_here)),
            func.coalesce(_before_change(ServiceChange.account_id, shape), Service.account_id) == account_id]


def _before_change(column: Any, shape: Shape) -> Any:
    """What the first change by hand after that moment says was there before; NULL where nobody changed it since."""
    c = ServiceChange
    later = [c.effective_on > _AS_OF] if shape.past else []
    if shape.known:
        later.append(c.recorded_at > _KNOWN_AT)
    return (select(column).where(c.service_id == Service.id, or_(*later)).order_by(c.id).limit(1)
            .correlate_except(c).scalar_subquery())


def _services_then(shape: Shape) -> list[ColumnElement[bool]]:
    """Which services there were already."""
    found: list[ColumnElement[bool]] = []
    if shape.past:
        found.append(or_(Service.started_on.is_(None), Service.started_on <= _AS_OF))
    if shape.known:
        found.append(or_(Service.recorded_at.is_(None), Service.recorded_at <= _KNOWN_AT))
    return found


def _active_service(shape: Shape) -> ColumnElement[bool]:
    """Whether a service is active; of the past by the state it had, also one that automation restricted later."""
    if not shape.looks_back:
        return Service.state == ServiceState.ACTIVE.value
    state = func.coalesce(_before_change(ServiceChange.state, shape), Service.state)
    active = state == ServiceState.ACTIVE.value
    r = ServiceRestriction
    later = [r.effective_on > _AS_OF]
    if shape.known:
        later.append(exists().where(Hold.id == r.hold_id, ~_placing_known()))
    restricted_later = exists().where(
        r.service_id == Service.id, or_(r.lifted_on.is_(None), state != Service.state), or_(*later),
        r.previous_state == ServiceState.ACTIVE.value)
    return or_(active, and_(state == ServiceState.RESTRICTED.value, restricted_later))


def _exclusion_bits(o: Any, net: Any) -> ColumnElement[int]:
    no_service = and_(o.service_count > 0, o.active_service_count == 0)
    tests = (
        (or_(no_service, o.status != AccountStatus.ACTIVE.value), Exclusion.X1),
        (o.in_excluded_group, Exclusion.X2),
        (o.omitted, Exclusion.X3),
        (and_(net <= o.k, o.planned > 0), Exclusion.X4),
        (and_(net <= o.k, o.pending_credit > 0), Exclusion.X5),
        (and_(net <= o.k, o.disputed > 0), Exclusion.X6),
        (o.ombudsman_case_open.is_(True), Exclusion.X7),
        (o.promised_until.is_not(None), Exclusion.X8),
    )
    bits: Any = literal(0)
    for test, exclusion in tests:
        bits = bits + case((test, int(exclusion)), else_=0)
    return cast(bits, Integer)


def _build(session: Session, shape: Shape) -> Select[Any]:
    o = _with_operands(session, shape).c
    gross = greatest(session, 0, o.outstanding - o.unallocated)
    net = greatest(session, 0, o.payable - o.unallocated - o.pending_credit)
    gross_meets = func.coalesce(and_(gross >= o.x, o.outstanding_days > _Y), false())
    net_meets = func.coalesce(and_(net >= o.x, o.payable_days > _Y), false())
    waiting = func.coalesce(o.restored_by_hand_at > _WAITS_SINCE, false())
    bits = _exclusion_bits(o, net)
    outcome = case(
        (and_(o.held_overdue, net <= o.k), ScanOutcome.RESTORE.value),
        (o.held_overdue, ScanOutcome.NONE.value),
        (~gross_meets, ScanOutcome.NONE.value),
        (bits > 0, ScanOutcome.EXCLUDED.value),
        (or_(~net_meets, waiting), ScanOutcome.NONE.value),
        else_=ScanOutcome.SUSPEND.value,
    )
    shown = case((and_(~o.held_overdue, gross_meets), bits), else_=0)
    statement = select(*o, net.label("net"), waiting.label("waiting"), outcome.label("outcome"),
                       shown.label("exclusion_bits"))
    return statement if shape.include_none else statement.where(outcome != ScanOutcome.NONE.value)


def _as_judged(row: Any, scope: Scope) -> Judged:
    facts = Facts(
        outstanding_minor=int(row.outstanding), payable_minor=int(row.payable),
        unallocated_minor=int(row.unallocated), outstanding_days=int(row.outstanding_days),
        payable_days=int(row.payable_days), disputed_minor=int(row.disputed), service_count=int(row.service_count),
        active_service_count=int(row.active_service_count), status=AccountStatus(row.status),
        held_overdue=bool(row.held_overdue), in_excluded_group=bool(row.in_excluded_group),
        omitted=bool(row.omitted), ombudsman_case=bool(row.ombudsman_case_open),
        restored_by_hand_recently=bool(row.waiting), pending_credit_minor=int(row.pending_credit),
        plan_covered_minor=int(row.planned), promised_until=row.promised_until,
    )
    return Judged(account_id=row.account_id, code=row.code, name=row.name, profile_id=row.profile_id,
                  currency=row.currency, facts=facts, rules=scope.rules_in(row.currency),
                  outcome=ScanOutcome(row.outcome), exclusion_bits=int(row.exclusion_bits),
                  restored_by_hand_at=row.restored_by_hand_at)


def account_range(session: Session, scope: Scope, size: int) -> tuple[int, int] | None:
    """The next chunk of `size` end users after `after_id`: its last id and its count; None when none is left."""
    here = and_(Account.provider_id == scope.provider_id, Account.type == AccountType.END_USER.value,
                Account.id > scope.after_id)
    whole = session.scalar(select(Account.id).where(here).order_by(Account.id).offset(size - 1).limit(1))
    if whole is not None:
        return whole, size
    last, count = session.execute(select(func.max(Account.id), func.count()).where(here)).one()
    return None if last is None else (last, count)
