"""What allocation knows of payment plans, and what it leaves with them (ARCHITECTURE.md, "Payment plans").

A plan that stands keeps its part of an invoice for its instalments; one that was cancelled kept it until that day, as a
dispute does that has ended. What comes in for an instalment is an allocation as any other, linked to the instalment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation
from app.models.ledger.plans import PaymentPlan, PaymentPlanInstalment, PaymentPlanInvoice, PaymentPlanSettlement
from app.models.rules.allocation import OpenInstalment
from app.models.values import PlanState
from app.services.access.audit import write_audit
from app.services.database.bulk import insert_rows
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.ledger.plan_events import raise_of_plans
from app.services.ledger.reading import amount_sum


@dataclass(slots=True)
class PlansOfAccounts:
    """The plans of some accounts as allocation wants them."""

    instalments: dict[int, list[OpenInstalment]] = field(default_factory=dict)
    """By account, of plans that stand."""
    covered: dict[int, int] = field(default_factory=dict)
    """By invoice, what a plan that stands still covers."""
    freed: dict[int, list[tuple[date, int]]] = field(default_factory=dict)
    """By invoice, what cancelled plans covered and from which day on no longer, as changes of it."""


def plans_of(session: Session, account_ids: Sequence[int]) -> PlansOfAccounts:
    """Read the plans of some accounts but those that are completed."""
    found = PlansOfAccounts()
    p, part, owed = PaymentPlan, PaymentPlanInvoice, PaymentPlanInstalment
    plans = {row.id: row for row in session.execute(
        select(p.id, p.account_id, p.state, p.effective_on, p.ended_on)
        .where(p.account_id.in_(account_ids), p.state != PlanState.COMPLETED.value))}
    if not plans:
        return found
    paid, settled = _came_in(session, plans)
    invoices: dict[int, list[int]] = {}
    for row in session.execute(select(part.plan_id, part.invoice_id, part.covered_minor)
                               .where(part.plan_id.in_(plans))):
        plan, left = plans[row.plan_id], row.covered_minor - settled.get((row.plan_id, row.invoice_id), 0)
        invoices.setdefault(plan.id, []).append(row.invoice_id)
        if plan.state == PlanState.IN_PROGRESS:
            found.covered[row.invoice_id] = found.covered.get(row.invoice_id, 0) + left
        elif left > 0:
            found.freed.setdefault(row.invoice_id, []).extend([(plan.effective_on, left), (plan.ended_on, -left)])
    for due in session.execute(select(owed.plan_id, owed.position, owed.due_on, owed.amount_minor)
                               .where(owed.plan_id.in_(plans), owed.payment_id.is_(None))):
        plan = plans[due.plan_id]
        if plan.state == PlanState.IN_PROGRESS:
            found.instalments.setdefault(plan.account_id, []).append(OpenInstalment(
                due.plan_id, due.position, plan.effective_on, due.due_on,
                due.amount_minor - paid.get((due.plan_id, due.position), 0), tuple(invoices.get(plan.id, ()))))
    return found


def _came_in(
    session: Session, plan_ids: Any
) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]:
    """What came in for plans: by plan and position, and by plan and invoice."""
    s = PaymentPlanSettlement
    paid: dict[tuple[int, int], int] = {}
    settled: dict[tuple[int, int], int] = {}
    for row in session.execute(
        select(s.plan_id, s.position, Allocation.debit_id, amount_sum(Allocation.amount_minor).label("amount"))
        .join(Allocation, Allocation.id == s.allocation_id).where(s.plan_id.in_(list(plan_ids)))
        .group_by(s.plan_id, s.position, Allocation.debit_id)
    ):
        for sums, key in ((paid, row.position), (settled, row.debit_id)):
            sums[row.plan_id, key] = sums.get((row.plan_id, key), 0) + row.amount
    return paid, settled


def settle_instalments(session: Session, came_in: Sequence[tuple[int, tuple[int, int]]]) -> None:
    """Link allocations to the instalments, plan and position, that they came in for.

    An instalment that is whole by now is marked as paid, and a plan whose instalments are all paid is completed.
    """
    insert_rows(session, PaymentPlanSettlement, [
        {"allocation_id": allocation_id, "plan_id": plan_id, "position": position}
        for allocation_id, (plan_id, position) in came_in])
    plan_ids = sorted({plan_id for _, (plan_id, _) in came_in})
    owed, s = PaymentPlanInstalment, PaymentPlanSettlement
    came = (select(Allocation.credit_id, Allocation.amount_minor, Allocation.effective_on, Allocation.id)
            .join(s, s.allocation_id == Allocation.id)
            .where(s.plan_id == owed.plan_id, s.position == owed.position).correlate(owed))
    last = came.with_only_columns(Allocation.credit_id).order_by(
        Allocation.effective_on.desc(), Allocation.id.desc()).limit(1)
    whole = came.with_only_columns(amount_sum(Allocation.amount_minor)).scalar_subquery()
    session.execute(
        update(owed).where(owed.plan_id.in_(plan_ids), owed.payment_id.is_(None), owed.amount_minor == whole)
        .values(payment_id=last.scalar_subquery()).execution_options(synchronize_session=False))
    _complete(session, plan_ids)


def _complete(session: Session, plan_ids: Sequence[int]) -> None:
    p, owed, s = PaymentPlan, PaymentPlanInstalment, PaymentPlanSettlement
    last = (select(func.max(Allocation.effective_on)).join(s, s.allocation_id == Allocation.id)
            .where(s.plan_id == p.id).correlate(p).scalar_subquery())
    paid = ~exists().where(owed.plan_id == p.id, owed.payment_id.is_(None))
    plans = session.execute(
        select(p.id, p.provider_id, p.account_id).where(
            p.id.in_(plan_ids), p.state == PlanState.IN_PROGRESS.value, paid).order_by(p.id)).all()
    if not plans:
        return
    done = [plan.id for plan in plans]
    session.execute(
        update(p).where(p.id.in_(done))
        .values(state=PlanState.COMPLETED.value, ended_on=last, ended_recorded_at=recorded_now(session),
                ended_by=actor_of(session)).execution_options(synchronize_session=False))
    for plan in plans:
        write_audit(session, provider_id=plan.provider_id, account_id=plan.account_id, action="plan_completed",
                    detail="Every instalment of the payment plan is paid.")
    raise_of_plans(session, event="payment_plan_completed", plan_ids=done)
