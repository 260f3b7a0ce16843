"""Promises to pay: what a customer promised to pay by a day, and what came of it (ARCHITECTURE.md, "Promises to pay").

While a promise stands the scan leaves the account alone (X8). On the day after it is over, the scan looks at what came
in meanwhile, marks it as kept or broken, and judges the account as any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, insert, literal, select, update
from sqlalchemy.orm import Session, aliased

from app.models.audit import AuditEntry
from app.models.base import text_limits
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.suspension.promise import PromiseToPay
from app.models.values import AccountType, PromiseState, TransactionKind, TransactionState, grouped_amount
from app.services.access.audit import write_audit, zone_of
from app.services.access.authorize import require_account
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.database.dialects import lock_ledger, lock_row
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotFound, RefusedByRule, RefusedField
from app.services.files.texts import require_text
from app.services.ledger.reading import amount_sum
from app.services.providers.automation import automation_of
from app.services.providers.business_day import business_day
from app.services.saving import moment_text
from app.services.wording import counted, day_text

_LONGEST = text_limits(PromiseToPay, "note")["note"]
_ENTERED, _WITHDRAWN = "promise_entered", "promise_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRow:
    """One promise, and what came in for it so far."""

    id: int
    account_id: int
    currency: str
    amount_minor: int
    paid_minor: int
    """Payments from its first day to its last, less those that were cancelled."""
    since: date
    pay_by: date
    state: PromiseState
    made_by: str
    note: str
    ended_on: date | None
    ended_by: str
    end_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSheet:
    """The promises of one account."""

    stands: PromiseRow | None
    kept: int
    broken: int
    rows: tuple[PromiseRow, ...]
    """All of them, the newest first."""
    today: date
    last_day: date
    """How far ahead a new one may lie."""
    currency: str


def promise_sheet(session: Session, *, account_id: int) -> PromiseSheet:
    """What an account promised, as of the provider's today."""
    account = require_account(session, account_id, Power.LEDGER)
    p, today = PromiseToPay, business_day(session, account.provider_id)
    rows = [_row(promise, paid) for promise, paid in session.execute(
        select(p, func.coalesce(_paid(), 0)).where(p.account_id == account_id).order_by(p.id.desc()))]
    return PromiseSheet(
        stands=next((r for r in rows if r.state is PromiseState.OPEN and r.pay_by >= today), None),
        kept=sum(r.state is PromiseState.KEPT for r in rows), broken=sum(r.state is PromiseState.BROKEN for r in rows),
        rows=tuple(rows), today=today, last_day=today + timedelta(days=_days_ahead(session, account.provider_id)),
        currency=account.currency)


def enter_promise(
    session: Session, *, account_id: int, amount_minor: int, pay_by: date, note: str = ""
) -> Created:
    """Write down that a customer promised to pay an amount by a day; it stands from today on.

    Refused while another one stands, for a day that is past or farther ahead than the provider allows, for nothing,
    and for accounts that are no end users.
    """
    account = require_account(session, account_id, Power.LEDGER_PLANS, edit=True)
    if account.type != AccountType.END_USER:
        raise RefusedByRule(f"{account.name} is not an end user; nobody else is suspended for not paying.")
    _require_words("note", "The note", note)
    if amount_minor <= 0:
        raise RefusedField("amount_minor", "Type the amount that was promised; it is more than nothing.")
    lock_ledger(session, account.provider_id)
    lock_row(session, "account", "id", account_id)
    today = business_day(session, account.provider_id)
    _refuse_days(session, account, pay_by, today)
    end_promises(session, provider_id=account.provider_id, on=today, account_ids=(account_id, account_id))
    _refuse_second(session, account)
    promise = PromiseToPay(
        provider_id=account.provider_id, account_id=account_id, amount_minor=amount_minor, currency=account.currency,
        pay_by=pay_by, effective_on=today, recorded_at=recorded_now(session), recorded_by=actor_of(session),
        note=note.strip(), state=PromiseState.OPEN.value)
    session.add(promise)
    session.flush()
    done = f"{_amount(promise)} promised by {day_text(pay_by)}."
    write_audit(session, provider_id=account.provider_id, account_id=account_id, action=_ENTERED, detail=done)
    return Created(id=promise.id, changes=_changes(account_id).with_undo(Undo(
        of=f"promise of {account.name}", done=done, command=withdraw_promise,
        arguments={"promise_id": promise.id, "reason": "Taken back"})))


def _refuse_days(session: Session, account: Account, pay_by: date, today: date) -> None:
    if pay_by < today:
        raise RefusedField("pay_by", f"A promise is for today, {day_text(today)}, or a day that lies ahead.")
    days = _days_ahead(session, account.provider_id)
    if pay_by > today + timedelta(days=days):
        last = day_text(today + timedelta(days=days))
        raise RefusedField("pay_by", f"A promise lies at most {counted(days, 'day')} ahead, by {last}.")


def _days_ahead(session: Session, provider_id: int) -> int:
    return automation_of(session, provider_id).promise_days


def _refuse_second(session: Session, account: Account) -> None:
    p = PromiseToPay
    standing = session.scalar(select(p).where(p.account_id == account.id, p.state == PromiseState.OPEN.value))
    if standing is not None:
        when = moment_text(standing.recorded_at, zone_of(session, account.provider_id))
        raise RefusedByRule(
            f"{account.name} has promised {_amount(standing)} by {day_text(standing.pay_by)} already; "
            f"{standing.recorded_by} entered it {when}. Withdraw that one first.")


def withdraw_promise(session: Session, *, promise_id: int, reason: str) -> ChangeSet:
    """End a promise from today on, before it shows whether it is kept.

    Refused without a reason, and where it has ended already.
    """
    promise = session.get(PromiseToPay, promise_id)
    if promise is None:
        raise NotFound("There is no such promise in this database.")
    account = require_account(session, promise.account_id, Power.LEDGER_PLANS, edit=True)
    if not reason.strip():
        raise RefusedByRule("Withdrawing a promise needs a reason, so that colleagues know why.")
    _require_words("reason", "The reason", reason)
    lock_ledger(session, promise.provider_id)
    lock_row(session, "account", "id", promise.account_id)
    session.refresh(promise)
    _refuse_ended(session, promise)
    today = business_day(session, promise.provider_id)
    promise.state, promise.ended_on = PromiseState.WITHDRAWN.value, today
    promise.ended_recorded_at, promise.ended_by = recorded_now(session), actor_of(session)
    promise.end_reason = reason.strip()
    session.flush()
    write_audit(session, provider_id=promise.provider_id, account_id=account.id, action=_WITHDRAWN,
                detail=f"Promise of {_amount(promise)} by {day_text(promise.pay_by)} withdrawn: {reason.strip()}")
    return _changes(account.id)


_ENDED: dict[PromiseState, str] = {
    PromiseState.KEPT: "This promise has ended already: it was kept, as {who} found {when}. Nothing was changed.",
    PromiseState.BROKEN: "This promise has ended already: it was broken, as {who} found {when}. Nothing was changed.",
    PromiseState.WITHDRAWN: "This promise has ended already: {who} withdrew it {when}. Nothing was changed.",
}


def _refuse_ended(session: Session, promise: PromiseToPay) -> None:
    if promise.ended_recorded_at is not None:
        when = moment_text(promise.ended_recorded_at, zone_of(session, promise.provider_id))
        raise RefusedByRule(_ENDED[PromiseState(promise.state)].format(who=promise.ended_by, when=when))


def _changes(account_id: int) -> ChangeSet:
    return ChangeSet.of(Changed.LEDGER, Changed.HOLDS, accounts={account_id})


def _amount(promise: PromiseToPay) -> str:
    return f"{grouped_amount(promise.amount_minor, promise.currency)} {promise.currency}"


def _require_words(field: str, label: str, text: str) -> None:
    require_text(field, label, text, has_lines=True)
    if len(text.strip()) > _LONGEST:
        raise RefusedField(field, f"{label} has at most {counted(_LONGEST, 'character')}.")


def _row(promise: PromiseToPay, paid: int) -> PromiseRow:
    return PromiseRow(
        id=promise.id, account_id=promise.account_id, currency=promise.currency, amount_minor=promise.amount_minor,
        paid_minor=int(paid), since=promise.effective_on, pay_by=promise.pay_by, state=PromiseState(promise.state),
        made_by=promise.recorded_by, note=promise.note, ended_on=promise.ended_on, ended_by=promise.ended_by or "",
        end_reason=promise.end_reason or "")


# --------------------------------------------------------------------------- kept or broken


def end_promises(
    session: Session, *, provider_id: int, on: date, account_ids: tuple[int, int] | None = None,
    run_id: int | None = None,
) -> None:
    """Mark every promise of a provider whose last day is over as kept or broken, by what came in for it.

    Set-based; `account_ids` are the first and the last account of a range. What came in counts from the day of the
    promise to its last, and as it is known now: a payment that is entered later changes nothing any more.
    """
    p, now = PromiseToPay, recorded_now(session)
    over = [p.provider_id == provider_id, p.state == PromiseState.OPEN.value, p.pay_by < on]
    if account_ids is not None:
        over.append(p.account_id.between(*account_ids))
    ended = session.execute(
        update(p).where(*over)
        .values(state=case((_is_kept(), PromiseState.KEPT.value), else_=PromiseState.BROKEN.value), ended_on=on,
                ended_recorded_at=now, ended_by=actor_of(session))
        .execution_options(synchronize_session=False))
    if ended.rowcount == 0:  # type: ignore[attr-defined]  # of a result of an UPDATE
        return
    session.execute(insert(AuditEntry).from_select(
        ["provider_id", "account_id", "action", "detail", "actor", "recorded_at", "scan_run_id"],
        _ended_acts(session, provider_id, account_ids, run_id)))


def _is_kept() -> ColumnElement[bool]:
    return func.coalesce(_paid(), 0) >= PromiseToPay.amount_minor


@cache
def _paid() -> ColumnElement[int]:
    """What came in for the promise of the statement's FROM: payments of its days, less those that were cancelled."""
    p, t, back = PromiseToPay, FinancialTransaction, aliased(FinancialTransaction, name="taken_back")
    return (
        select(amount_sum(t.amount_minor - func.coalesce(back.amount_minor, 0)))
        .outerjoin(back, and_(back.cancels_id == t.id, back.state == TransactionState.POSTED.value))
        .where(t.account_id == p.account_id, t.kind == TransactionKind.PAYMENT.value,
               t.state == TransactionState.POSTED.value, t.effective_on.between(p.effective_on, p.pay_by))
        .correlate(p).scalar_subquery())


def _ended_acts(
    session: Session, provider_id: int, account_ids: tuple[int, int] | None, run_id: int | None
) -> Select[Any]:
    p, now = PromiseToPay, recorded_now(session)
    words = literal("Promise to pay by ", String).concat(cast(p.pay_by, String)).concat(" ").concat(p.state)
    rows: Any = select(
        p.provider_id, p.account_id, literal("promise_", String).concat(p.state), words, literal(actor_of(session)),
        literal(now, PromiseToPay.recorded_at.type), literal(run_id, AuditEntry.scan_run_id.type),
    ).where(p.provider_id == provider_id, p.ended_recorded_at == now,
            p.state.in_([PromiseState.KEPT.value, PromiseState.BROKEN.value]))
    statement: Select[Any] = rows if account_ids is None else rows.where(p.account_id.between(*account_ids))
    return statement
