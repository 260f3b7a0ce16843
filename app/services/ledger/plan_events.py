"""Events of payment plans, raised in the transaction of their cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, literal, select
from sqlalchemy.orm import Session

from app.models.ledger.plans import PaymentPlan, PaymentPlanInstalment
from app.models.values import PlanState
from app.services.database.dialects import inserter_of
from app.services.events.raising import Moment, no_cause_yet, raising, this_moment
from app.services.providers.business_day import business_day

_PLAN = "plan"
_CAUGHT_UP_DAYS = 31
"""An instalment that was missed longer ago than this is no news any more."""


def raise_of_plans(session: Session, *, event: str, plan_ids: Sequence[int]) -> None:
    """Raise an event of some plans, once for each of them, on the today of its provider."""
    p = PaymentPlan
    for provider_id in session.scalars(select(p.provider_id).distinct().where(p.id.in_(plan_ids))).all():
        causes = _causes(_key(event)).where(p.id.in_(plan_ids), p.provider_id == provider_id)
        _raise(session, event, causes, this_moment(session, business_day(session, provider_id)))


def raise_missed_instalments(session: Session, *, provider_id: int, on: date) -> None:
    """Raise `payment_plan_failed` for every instalment of a provider whose day is over and that is not paid, once."""
    p, owed = PaymentPlan, PaymentPlanInstalment
    missed = [p.provider_id == provider_id, p.state == PlanState.IN_PROGRESS.value, owed.payment_id.is_(None)]
    days = session.scalars(
        select(owed.due_on).distinct().join(p, p.id == owed.plan_id)
        .where(*missed, owed.due_on < on, owed.due_on >= on - timedelta(days=_CAUGHT_UP_DAYS))).all()
    for day in sorted(days):  # one moment each: a mapping that was switched on later stays silent
        causes = (
            _causes(_key("payment_plan_failed").concat("/").concat(cast(owed.position, String)))
            .join(owed, owed.plan_id == p.id).where(*missed, owed.due_on == day))
        _raise(session, "payment_plan_failed", causes, this_moment(session, day + timedelta(days=1)))


def plan_of_cause(key: str) -> int | None:
    """The plan that a key of a cause names, or of a message made of one; None where it names none."""
    begin, _, rest = key.partition("/")
    number = rest.partition("/")[0]
    return int(number) if begin == _PLAN and number.isdecimal() else None


def _key(event: str) -> ColumnElement[str]:
    return literal(f"{_PLAN}/", String).concat(cast(PaymentPlan.id, String)).concat(f"/{event}")


def _causes(key: ColumnElement[str]) -> Select[Any]:
    p = PaymentPlan
    return select(
        p.provider_id, p.account_id, no_cause_yet().label("hold_id"), no_cause_yet().label("service_id"),
        no_cause_yet().label("invoice_id"), literal(0).label("period_days"), key.label("cause_key"))


def _raise(session: Session, event: str, causes: Select[Any], moment: Moment) -> None:
    for statement in raising(inserter_of(session), event, causes, moment):
        session.execute(statement)
