"""When the outcome of an account changes next if nobody does anything (ARCHITECTURE.md, "Next change").

Nobody pays, and no dispute, promise or mark is edited.

An outcome can only change on a day on which one of its operands does: an invoice falls due or past y, a dispute, plan,
promise or wait ends, something dated ahead comes into force, or other rules do. Those days are gathered from the rows
of the account, and the judgement itself is asked of each, the earliest first. A property test holds it against asking
every single day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.currencies.rates import CurrencyRatePeriod
from app.models.ledger.entries import Allocation, DisputeEntry, FinancialTransaction
from app.models.ledger.plans import PaymentPlan
from app.models.parties.account import Account
from app.models.rules.suspension_decision import Rules
from app.models.suspension.hold import Hold
from app.models.suspension.promise import PromiseToPay
from app.models.suspension.rule_sets import SuspensionRuleSet
from app.models.values import HoldKind, ScanOutcome
from app.services.rules.rule_sets import rules_in_force
from app.services.suspension.judgement import Judged, judged_rows, scope_for
from app.services.suspension.report import LAST_DATE, Target

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextChange:
    """The first day on which an account is judged otherwise, and how."""

    on: date
    outcome: ScanOutcome


def next_change(session: Session, target: Target, judged: Judged) -> NextChange | None:
    """When the outcome changes next, inside an explanation that was asked for; None where it stays for good."""
    for day in sorted(_days(session, target, judged.account_id)):
        found = outcome_on(session, target.provider_id, judged.account_id, day)
        if found is not None and found is not judged.outcome:
            return NextChange(on=day, outcome=found)
    return None


def outcome_on(session: Session, provider_id: int, account_id: int, day: date) -> ScanOutcome | None:
    """How an account is judged on a day, by the rules of that day; None where nothing judges it."""
    rules = rules_in_force(session, provider_id=provider_id, on=day)
    if rules is None:
        return None
    # A range of one: its statement is built once, that of a list anew for every day.
    scope = scope_for(session, provider_id=provider_id, rules=rules, as_of=day, after_id=account_id - 1,
                      up_to_id=account_id, include_none=True)
    return next((j.outcome for j in judged_rows(session, scope)), None)


def _days(session: Session, target: Target, account_id: int) -> set[date]:
    """Every day after the scan's on which an operand of the account may change, within the calendar."""
    first = target.as_of
    found = {target.today}
    rules = [target.rules, *_rules_to_come(session, target)]
    found |= {each.effective_from for each in rules}
    t, a, d = FinancialTransaction, Allocation, DisputeEntry
    for due_on, effective_on in session.execute(
            select(t.due_on, t.effective_on).where(t.account_id == account_id)):
        found.add(effective_on)
        if due_on is not None:
            found |= {due_on + _DAY, *(due_on + timedelta(days=each.min_overdue_days + 1) for each in rules)}
    found |= _dates(session, select(a.effective_on).where(a.account_id == account_id, a.effective_on > first))
    found |= _dates(session, select(d.effective_on).where(d.account_id == account_id, d.effective_on > first))
    plan, promise = PaymentPlan, PromiseToPay
    found |= _dates(session, select(plan.effective_on, plan.ended_on).where(plan.account_id == account_id))
    for effective_on, pay_by, ended_on in session.execute(
            select(promise.effective_on, promise.pay_by, promise.ended_on).where(promise.account_id == account_id)):
        found |= {effective_on, pay_by + _DAY} | ({ended_on} if ended_on is not None else set())
    found |= _of_holds(session, target, account_id, rules) | _of_rates(session, target, account_id)
    return {day for day in found if first < day <= LAST_DATE}


def _of_holds(session: Session, target: Target, account_id: int, rules: Iterable[Rules]) -> set[date]:
    """Days on which holds of the past began and ended, and on which the wait after a restoration by hand is over."""
    found: set[date] = set()
    for hold in session.scalars(select(Hold).where(Hold.account_id == account_id)):
        found |= {hold.effective_on} | ({hold.lifted_on} if hold.lifted_on is not None else set())
        if hold.kind == HoldKind.OVERDUE and hold.lifted_by_hand and hold.lifted_recorded_at is not None:
            lifted = hold.lifted_recorded_at.astimezone(target.zone).date()
            # A wait is counted in hours, so clocks put forward or back move its end by a day.
            found |= {lifted + timedelta(days=each.resuspend_days + near) for each in rules for near in (-1, 0, 1)}
    return found


def _of_rates(session: Session, target: Target, account_id: int) -> set[date]:
    """Days on which the rate of an account's currency changes or ends."""
    rate = CurrencyRatePeriod
    currency = select(Account.currency).where(Account.id == account_id).scalar_subquery()
    rows = session.execute(select(rate.from_date, rate.to_date).where(
        rate.provider_id == target.provider_id, rate.currency == currency))
    return {day for begins, ends in rows for day in (begins, ends and ends + _DAY) if day is not None}


def _rules_to_come(session: Session, target: Target) -> list[Rules]:
    """The rules of every later day on which others begin to hold."""
    days = session.scalars(select(SuspensionRuleSet.effective_from).distinct().where(
        SuspensionRuleSet.provider_id == target.provider_id, SuspensionRuleSet.effective_from > target.as_of))
    found = [rules_in_force(session, provider_id=target.provider_id, on=day) for day in days]
    return [rules for rules in found if rules is not None]


def _dates(session: Session, statement: Any) -> set[date]:
    return {day for row in session.execute(statement) for day in row if day is not None}
