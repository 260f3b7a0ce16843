"""Payment plans: parts of invoices that a customer pays in instalments (ARCHITECTURE.md, "Payment plans").

A plan covers parts of posted invoices that are payable; what it covers is not asked for and suspends nobody. Afterwards
the days of its instalments alone can be changed, or the plan be cancelled. Who wants to pay it off sooner pays: what
comes in goes to the next instalments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.base import text_limits
from app.models.ledger.entries import FinancialTransaction
from app.models.ledger.plans import PaymentPlan, PaymentPlanInstalment, PaymentPlanInvoice
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.payment_plan import Instalment, instalments
from app.models.values import PlanFrequency, PlanState, TransactionKind, TransactionState, grouped_amount
from app.services.access.audit import traces_on_account, write_audit, zone_of
from app.services.access.authorize import require_account
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.database.dialects import lock_ledger, lock_row
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotFound, RefusedByRule, RefusedField
from app.services.files.texts import require_text
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.plan_events import raise_of_plans
from app.services.ledger.reading import open_invoices
from app.services.providers.business_day import business_day
from app.services.providers.modules import Module, require_module
from app.services.saving import Speech, moment_text, wanted_changes
from app.services.wording import counted, day_text

FARTHEST_DAYS = 366
"""So many days ahead the first instalment may lie."""
_LONGEST = text_limits(PaymentPlan, "note")["note"]
_CREATED, _CANCELLED, _MOVED = "plan_created", "plan_cancelled", "plan_instalment_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredPart:
    """How much of an invoice a plan is to cover, in minor units."""

    invoice_id: int
    covered_minor: int


def create_plan(
    session: Session, *, account_id: int, parts: Sequence[CoveredPart], first_on: date, frequency: PlanFrequency,
    count: int, note: str = "",
) -> Created:
    """Agree with a customer on instalments for parts of invoices, beginning today.

    Refused where an invoice is not posted, is disputed, has nothing payable or less than is to be covered, or is part
    of another plan; where the first day is past; and where payment plans are switched off for the provider.
    """
    account = require_account(session, account_id, Power.LEDGER_PLANS, edit=True)
    require_module(session, account.provider_id, Module.PAYMENT_PLANS)
    _require_words("note", "The note", note)
    lock_ledger(session, account.provider_id)
    lock_row(session, "account", "id", account_id)
    today = business_day(session, account.provider_id)
    _refuse_days(first_on, today)
    total = _covered(session, account, parts, today)
    schedule = plan_schedule(total, first_on=first_on, frequency=frequency, count=count)
    plan = PaymentPlan(
        provider_id=account.provider_id, account_id=account_id, currency=account.currency,
        state=PlanState.IN_PROGRESS.value, effective_on=today, recorded_at=recorded_now(session),
        recorded_by=actor_of(session), frequency=frequency.value, note=note.strip())
    session.add(plan)
    session.flush()
    session.add_all([PaymentPlanInvoice(plan_id=plan.id, invoice_id=p.invoice_id, covered_minor=p.covered_minor)
                     for p in parts])
    session.add_all([PaymentPlanInstalment(plan_id=plan.id, position=i.position, due_on=i.due_on,
                                           amount_minor=i.amount_minor) for i in schedule])
    session.flush()
    amount = f"{grouped_amount(total, account.currency)} {account.currency}"
    done = f"Payment plan over {amount} in {counted(count, 'instalment')} made, the first on {day_text(first_on)}."
    write_audit(session, provider_id=account.provider_id, account_id=account_id, action=_CREATED, detail=done)
    raise_of_plans(session, event="payment_plan_created", plan_ids=[plan.id])
    allocate_accounts(session, [account_id])  # credit that waits may pay the first instalments at once
    return Created(id=plan.id, changes=ChangeSet.of(Changed.LEDGER, accounts={account_id}).with_undo(Undo(
        of=f"payment plan of {account.name}", done=done, command=cancel_plan,
        arguments={"plan_id": plan.id, "reason": "Taken back"})))


def plan_schedule(
    total_minor: int, *, first_on: date, frequency: PlanFrequency, count: int
) -> tuple[Instalment, ...]:
    """The instalments that an amount would be paid in; raises RefusedField where so many cannot be."""
    try:
        return instalments(total_minor, first_on=first_on, frequency=frequency, count=count)
    except ValueError as error:
        raise RefusedField("count", f"Number of instalments: {error}.") from error


def _require_words(field: str, label: str, text: str) -> None:
    require_text(field, label, text, has_lines=True)
    if len(text.strip()) > _LONGEST:
        raise RefusedField(field, f"{label} has at most {counted(_LONGEST, 'character')}.")


def _refuse_days(first_on: date, today: date) -> None:
    if first_on < today:
        raise RefusedField("first_on", f"The first instalment is due today, {day_text(today)}, or later.")
    if first_on > today + timedelta(days=FARTHEST_DAYS):
        raise RefusedField("first_on", f"The first instalment is due within {counted(FARTHEST_DAYS, 'day')}.")


def _covered(session: Session, account: Account, parts: Sequence[CoveredPart], today: date) -> int:
    """What the parts come to; raises RefusedByRule naming the first invoice that cannot be in the plan as asked."""
    if not parts:
        raise RefusedByRule("A payment plan covers at least one invoice.")
    ids = [part.invoice_id for part in parts]
    if len(set(ids)) < len(ids):
        raise RefusedByRule("Each invoice is named once.")
    t = FinancialTransaction
    rows = {row.id: row for row in session.execute(
        select(t.id, t.number, t.kind, t.state).where(t.id.in_(ids), t.account_id == account.id))}
    i = open_invoices(session, t.id.in_(ids), today).c
    still_open = {row.id: row for row in session.execute(select(i.id, i.payable, i.disputed, i.planned))}
    for part in parts:
        row = rows.get(part.invoice_id)
        if row is None or row.kind != TransactionKind.INVOICE:
            raise NotFound(f"{account.name} has no such invoice.")
        if row.state != TransactionState.POSTED:
            raise RefusedByRule(f"{row.number or 'An invoice'} is not posted; a payment plan covers posted invoices.")
        left = still_open.get(part.invoice_id)
        if left is not None and left.disputed > 0:
            raise RefusedByRule(f"{row.number} is in dispute; it can be in a payment plan once the dispute has ended.")
        if left is not None and left.planned > 0:
            raise RefusedByRule(f"{row.number} is in a payment plan already. Cancel that one and make another.")
        payable = 0 if left is None else int(left.payable)
        if payable == 0:
            raise RefusedByRule(f"Nothing of {row.number} is payable.")
        if not 0 < part.covered_minor <= payable:
            least, most = (grouped_amount(minor, account.currency) for minor in (1, payable))
            raise RefusedByRule(f"Between {least} and {most} {account.currency} of {row.number} can be in the plan.")
    return sum(part.covered_minor for part in parts)


def cancel_plan(session: Session, *, plan_id: int, reason: str) -> ChangeSet:
    """End a plan from today on: what is left of it is payable again, and credit that waits settles it.

    Refused without a reason, and where it has ended already.
    """
    plan, account = _plan(session, plan_id)
    if not reason.strip():
        raise RefusedByRule("Cancelling a payment plan needs a reason, so that colleagues know why.")
    _require_words("reason", "The reason", reason)
    _lock(session, plan)
    today = business_day(session, plan.provider_id)
    plan.state, plan.ended_on = PlanState.CANCELLED.value, today
    plan.ended_recorded_at, plan.ended_by = recorded_now(session), actor_of(session)
    plan.end_reason = reason.strip()
    session.flush()
    write_audit(session, provider_id=plan.provider_id, account_id=account.id, action=_CANCELLED,
                detail=f"Payment plan cancelled: {reason.strip()}")
    raise_of_plans(session, event="payment_plan_cancelled", plan_ids=[plan.id])
    allocate_accounts(session, [account.id])
    return ChangeSet.of(Changed.LEDGER, accounts={account.id})


def change_instalment_date(
    session: Session, *, plan_id: int, position: int, due_on: date, seen: date
) -> ChangeSet:
    """Move an instalment to another day, from today on, between those before and after it.

    `seen` is the day that was shown. Refused where it is paid or its day is over.
    """
    plan, account = _plan(session, plan_id)
    _lock(session, plan)
    owed = session.get(PaymentPlanInstalment, (plan_id, position), populate_existing=True)
    if owed is None:
        raise NotFound("There is no such instalment in this plan.")
    name = _instalment_name(position)
    wanted = wanted_changes(
        seen={name: seen}, now={name: owed.due_on}, wanted={name: due_on},
        speech=lambda: Speech(
            zone=zone_of(session, plan.provider_id), label=str, text=lambda _, day: day_text(day),
            traces=lambda fields: traces_on_account(session, account.id, fields, actions=[_MOVED])))
    if not wanted:
        return ChangeSet.empty()
    _refuse_another_day(session, plan, owed, due_on)
    before, owed.due_on = owed.due_on, due_on
    session.flush()
    done = f"Instalment {position} of the payment plan moved from {day_text(before)} to {day_text(due_on)}."
    write_audit(session, provider_id=plan.provider_id, account_id=account.id, action=_MOVED, detail=done, field=name,
                old=before.isoformat(), new=due_on.isoformat())
    return ChangeSet.of(Changed.LEDGER, accounts={account.id}).with_undo(Undo(
        of=f"day of instalment {position}", done=done, command=change_instalment_date,
        arguments={"plan_id": plan_id, "position": position, "due_on": before, "seen": due_on}))


def _instalment_name(position: int) -> str:
    return f"Instalment {position}"


def _refuse_another_day(session: Session, plan: PaymentPlan, owed: PaymentPlanInstalment, due_on: date) -> None:
    today = business_day(session, plan.provider_id)
    if owed.payment_id is not None:
        raise RefusedByRule(f"Instalment {owed.position} is paid; its day stays.")
    if owed.due_on < today:
        raise RefusedByRule(f"Instalment {owed.position} was due on {day_text(owed.due_on)}; only days that lie ahead "
                            "can be changed.")
    if due_on < today:
        raise RefusedField("due_on", f"An instalment is moved to today, {day_text(today)}, or a later day.")
    days: Mapping[int, date] = {row.position: row.due_on for row in session.execute(
        select(PaymentPlanInstalment.position, PaymentPlanInstalment.due_on)
        .where(PaymentPlanInstalment.plan_id == plan.id))}
    before, after = days.get(owed.position - 1), days.get(owed.position + 1)
    if before is not None and due_on <= before:
        raise RefusedField("due_on", f"The instalment before it is due on {day_text(before)}; this one comes later.")
    if after is not None and due_on >= after:
        raise RefusedField("due_on", f"The instalment after it is due on {day_text(after)}; this one comes sooner.")


def _plan(session: Session, plan_id: int) -> tuple[PaymentPlan, Account]:
    plan = session.get(PaymentPlan, plan_id)
    if plan is None:
        raise NotFound("There is no such payment plan in this database.")
    return plan, require_account(session, plan.account_id, Power.LEDGER_PLANS, edit=True)


def _lock(session: Session, plan: PaymentPlan) -> None:
    """Let one at a time change the plans of an account; raises RefusedByRule, saying who ended it, where one did."""
    lock_ledger(session, plan.provider_id)
    lock_row(session, "account", "id", plan.account_id)
    session.refresh(plan)
    if plan.state == PlanState.IN_PROGRESS or plan.ended_recorded_at is None:
        return
    when = moment_text(plan.ended_recorded_at, zone_of(session, plan.provider_id))
    words = ("This payment plan was completed {when}. Nothing was changed."
             if plan.state == PlanState.COMPLETED else
             "This payment plan has ended already: {who} cancelled it {when}. Nothing was changed.")
    raise RefusedByRule(words.format(who=plan.ended_by, when=when))

