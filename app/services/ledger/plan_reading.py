"""Payment plans of an account as of a date: what they cover, which instalments came in, and which were missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation, FinancialTransaction
from app.models.ledger.plans import PaymentPlan, PaymentPlanInstalment, PaymentPlanInvoice, PaymentPlanSettlement
from app.models.parties.powers import Power
from app.models.values import PlanFrequency, PlanState
from app.services.access.authorize import require_account
from app.services.ledger.reading import amount_sum, open_invoices
from app.services.providers.modules import Module, is_on


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentRow:
    """One instalment. Amounts in minor units of the plan's currency."""

    plan_id: int
    position: int
    due_on: date
    currency: str
    amount_minor: int
    paid_minor: int
    is_missed: bool
    """Its day is over, the plan goes on, and it is not paid whole."""

    @property
    def is_paid(self) -> bool:
        return self.paid_minor >= self.amount_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredInvoiceRow:
    """One invoice of a plan."""

    invoice_id: int
    number: str
    covered_minor: int
    settled_minor: int
    """What instalments settled of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One plan as of a date."""

    id: int
    account_id: int
    currency: str
    state: PlanState
    frequency: PlanFrequency
    since: date
    made_by: str
    note: str
    ended_on: date | None
    ended_by: str
    end_reason: str
    invoices: tuple[CoveredInvoiceRow, ...]
    instalments: tuple[InstalmentRow, ...]

    @property
    def covered_minor(self) -> int:
        return sum(row.covered_minor for row in self.invoices)

    @property
    def paid_minor(self) -> int:
        return sum(row.paid_minor for row in self.instalments)

    @property
    def left_minor(self) -> int:
        return self.covered_minor - self.paid_minor

    @property
    def missed(self) -> int:
        return sum(row.is_missed for row in self.instalments)

    @property
    def next_instalment(self) -> InstalmentRow | None:
        """The first one that is not paid whole."""
        return next((row for row in self.instalments if not row.is_paid), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannableInvoice:
    """An invoice that a new plan may cover, up to what is payable of it."""

    id: int
    number: str
    due_on: date
    payable_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plannable:
    """What a new plan of an account may cover."""

    is_on: bool
    """Whether the provider has payment plans."""
    currency: str
    invoices: tuple[PlannableInvoice, ...]


def plans_of_account(session: Session, *, account_id: int, as_of: date) -> list[PlanRow]:
    """The plans made by a date, as they stood that evening: those in progress first, then the newest."""
    account = require_account(session, account_id, Power.LEDGER)
    p = PaymentPlan
    plans = list(session.scalars(select(p).where(p.account_id == account.id, p.effective_on <= as_of)))
    invoices, instalments = _parts(session, [plan.id for plan in plans], as_of)
    rows = [_row(plan, invoices.get(plan.id, []), instalments.get(plan.id, []), as_of) for plan in plans]
    return sorted(rows, key=lambda row: (row.state is not PlanState.IN_PROGRESS, -row.id))


def plannable(session: Session, *, account_id: int, as_of: date) -> Plannable:
    """The invoices of which something is payable and nothing in dispute or in a plan, due first before the others."""
    account = require_account(session, account_id, Power.LEDGER)
    i = open_invoices(session, FinancialTransaction.account_id == account_id, as_of).c
    rows = session.execute(
        select(i.id, i.number, i.due_on, i.payable).where(i.payable > 0, i.disputed == 0, i.planned == 0)
        .order_by(i.due_on, i.id))
    return Plannable(
        is_on=is_on(session, account.provider_id, Module.PAYMENT_PLANS), currency=account.currency,
        invoices=tuple(PlannableInvoice(id=r.id, number=r.number or "", due_on=r.due_on, payable_minor=int(r.payable))
                       for r in rows))


def _parts(
    session: Session, plan_ids: Sequence[int], as_of: date
) -> tuple[dict[int, list[CoveredInvoiceRow]], dict[int, list[Any]]]:
    """Invoices and instalments by plan, with what came in by a date."""
    invoices: dict[int, list[CoveredInvoiceRow]] = {}
    instalments: dict[int, list[Any]] = {}
    if not plan_ids:
        return invoices, instalments
    t, part, owed, s = FinancialTransaction, PaymentPlanInvoice, PaymentPlanInstalment, PaymentPlanSettlement
    came = select(amount_sum(Allocation.amount_minor)).join(s, s.allocation_id == Allocation.id).where(
        Allocation.effective_on <= as_of)
    settled = came.where(s.plan_id == part.plan_id, Allocation.debit_id == part.invoice_id).correlate(part)
    for row in session.execute(
        select(part.plan_id, part.invoice_id, t.number, part.covered_minor,
               settled.scalar_subquery().label("settled"))
        .join(t, t.id == part.invoice_id).where(part.plan_id.in_(plan_ids)).order_by(t.due_on, t.id)
    ):
        invoices.setdefault(row.plan_id, []).append(CoveredInvoiceRow(
            invoice_id=row.invoice_id, number=row.number or "", covered_minor=row.covered_minor,
            settled_minor=int(row.settled or 0)))
    paid = came.where(s.plan_id == owed.plan_id, s.position == owed.position).correlate(owed)
    for found in session.execute(
        select(owed.plan_id, owed.position, owed.due_on, owed.amount_minor, paid.scalar_subquery().label("paid"))
        .where(owed.plan_id.in_(plan_ids)).order_by(owed.plan_id, owed.position)
    ):
        instalments.setdefault(found.plan_id, []).append(found)
    return invoices, instalments


def _row(
    plan: PaymentPlan, invoices: Sequence[CoveredInvoiceRow], instalments: Sequence[Any], as_of: date
) -> PlanRow:
    has_ended = plan.ended_on is not None and plan.ended_on <= as_of
    state = PlanState(plan.state) if has_ended else PlanState.IN_PROGRESS
    goes_on = state is PlanState.IN_PROGRESS
    return PlanRow(
        id=plan.id, account_id=plan.account_id, currency=plan.currency, state=state,
        frequency=PlanFrequency(plan.frequency), since=plan.effective_on, made_by=plan.recorded_by, note=plan.note,
        ended_on=plan.ended_on if has_ended else None, ended_by=(plan.ended_by or "") if has_ended else "",
        end_reason=(plan.end_reason or "") if has_ended else "", invoices=tuple(invoices),
        instalments=tuple(
            InstalmentRow(plan_id=plan.id, position=r.position, due_on=r.due_on, currency=plan.currency,
                          amount_minor=r.amount_minor, paid_minor=int(r.paid or 0),
                          is_missed=goes_on and r.due_on < as_of and int(r.paid or 0) < r.amount_minor)
            for r in instalments))
