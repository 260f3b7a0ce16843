"""Keeping the figures of accounts beside the ledger (`models/ledger/figures.py`).

Whoever writes rows of the ledger, allocations, disputes or plans calls `keep_figures` with the accounts in the same
transaction, behind its last row. It reckons them anew as of the provider's today, set-based, by the very questions
that are asked where figures are not kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    not_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation, DisputeEntry, FinancialTransaction
from app.models.ledger.figures import NOT_LATE, KeptFigures, LimitsDue
from app.models.ledger.plans import PaymentPlan
from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.values import AccountType, ServiceState, TransactionState
from app.services.attributes.limits import credit_columns, limit_of_account, rank_of
from app.services.database.dialects import (
    among,
    among_given,
    day_after,
    days_between,
    given_ids,
    greatest,
    insert_for,
    is_sqlite,
    least,
    lock_limits,
    lock_rows,
)
from app.services.ledger.reading import (
    amount_sum,
    balances_by_account,
    open_invoices,
    plans_exist,
    unallocated_by_account,
)
from app.services.providers.business_day import business_days

Here = Callable[[Any], ColumnElement[bool]]
"""Makes of a column with ids of accounts the condition that leaves some of them."""

EPOCH = date(1970, 1, 1)
WITHOUT_FIGURES = (AccountType.OPERATOR.value, AccountType.SYSTEM.value)
_NEVER, _ALWAYS = date.max, date.min
_AT_ONCE = 20_000
"""Accounts of one statement."""


def keep_figures(session: Session, account_ids: Iterable[int]) -> None:
    """Keep the figures of some accounts anew, whatever their number: a few statements for thousands.

    Their rows are held until the transaction ends, so that what another one writes meanwhile is not overlooked.
    """
    session.flush()
    ids = sorted(set(account_ids))
    lock_rows(session, "account", "id", ids)
    for provider_id, day, part in _by_provider(session, ids):
        for start in range(0, len(part), _AT_ONCE):
            session.execute(_keeping(session), {
                "p_provider": provider_id, "p_day": day, "p_ids": given_ids(session, part[start:start + _AT_ONCE])})


def begin_figures(session: Session, *, provider_id: int, account_ids: Sequence[int]) -> None:
    """Give accounts of a provider that were just made their figures: nothing, on every day, and their limit."""
    lock_limits(session, provider_id)
    credit = credit_columns()
    limit = limit_of_account(credit)
    session.execute(insert(KeptFigures).from_select(
        ["account_id", "provider_id", "kept_on", "turns_on", "limit_minor", "credit_rank"],
        select(Account.id, Account.provider_id, literal(_ALWAYS, Date), literal(_NEVER, Date), limit, limit)
        .select_from(credit.joined)
        .where(among(session, Account.id, account_ids), Account.type.not_in(WITHOUT_FIGURES))))


def keep_service_counts(session: Session, account_ids: Iterable[int]) -> None:
    """Count the services of some accounts anew; whoever makes services, or cancels them, calls it behind that."""
    ids = sorted(set(account_ids))
    lock_rows(session, "account", "id", ids)
    counts = (select(func.count()).where(Service.account_id == KeptFigures.account_id,
                                         Service.state != ServiceState.CANCELLED.value)
              .correlate(KeptFigures).scalar_subquery())
    session.execute(update(KeptFigures).where(among(session, KeptFigures.account_id, ids))
                    .values(service_count=counts).execution_options(synchronize_session=False))


# --------------------------------------------------------------------------- are they right


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What of the kept figures of a provider may be relied on for a day."""

    figures: bool
    """Balance, outstanding, payable and age."""
    limits: bool
    """Limits, and with the figures the credit that is left."""


def standing_of_figures(session: Session, *, provider_id: int, as_of: date) -> Standing:
    """Whether the kept figures of all customers of a provider are right as of a day; three looks at ends of indexes."""
    kept, due = KeptFigures, LimitsDue
    stale, limits = session.execute(select(
        exists().where(kept.provider_id == provider_id, not_right_on(as_of, late=True))
        | exists().where(kept.provider_id == provider_id, not_right_on(as_of, late=False)),
        exists().where(due.provider_id == provider_id, due.wanted > due.done),
    )).one()
    return Standing(figures=not stale, limits=not limits)


def right_providers(session: Session, days: Mapping[int, date], *, limits: bool = False) -> frozenset[int]:
    """Those of some providers whose kept figures are all right for the day that is given with each; with `limits` their
    limits as well.
    """
    kept, due, found = KeptFigures, LimitsDue, set[int]()
    here = kept.provider_id == Provider.account_id
    wanting = exists().where(due.provider_id == Provider.account_id, due.wanted > due.done)
    for day in sorted(set(days.values())):
        ids = [provider_id for provider_id, each in days.items() if each == day]
        found.update(session.scalars(select(Provider.account_id).where(
            among(session, Provider.account_id, ids), ~exists().where(here, not_right_on(day, late=True)),
            ~exists().where(here, not_right_on(day, late=False)), *([~wanting] if limits else []))))
    return frozenset(found)


def not_right_on(as_of: date | BindParameter[date], *, late: bool) -> ColumnElement[bool]:
    """A row that is no longer right as of a day, or not yet."""
    test: ColumnElement[bool] = KeptFigures.turns_on <= as_of if late else KeptFigures.kept_on > as_of
    return test


# --------------------------------------------------------------------------- reckoning


def reckoned(session: Session, here: Here, day: date | BindParameter[date], *, plans: bool) -> Select[Any]:
    """The figures of some accounts as they are kept for a day.

    Columns: account_id, provider_id, turns_on, balance_minor, outstanding_minor, payable_minor, late_rank. What was
    asked for without figures of its own is left out.
    """
    t = FinancialTransaction
    i = open_invoices(session, here(t.account_id), day, numbers=False, plans=plans).c
    late = i.days_late > 0
    sums = select(
        i.account_id,
        amount_sum(case((late, i.unsettled), else_=0)).label("outstanding"),
        amount_sum(case((late, i.payable), else_=0)).label("payable"),
        func.max(case((and_(late, i.payable > 0), days_between(session, EPOCH, i.due_on)))).label("rank"),
        func.min(case((not_(late), i.due_on))).label("next_due"),
    ).group_by(i.account_id).subquery("kept_invoices")
    balances = balances_by_account(here(t.account_id), day).subquery("kept_balances")
    credits = unallocated_by_account(here(t.account_id), day).subquery("kept_credits")
    ahead = _ahead(here, day).subquery("kept_ahead")
    never = literal(_NEVER, Date)
    payable = func.coalesce(sums.c.payable, 0) - func.coalesce(credits.c.unallocated, 0)
    return select(
        Account.id.label("account_id"), Account.provider_id,
        least(session, func.coalesce(ahead.c.first, never),
              func.coalesce(day_after(session, sums.c.next_due), never)).label("turns_on"),
        func.coalesce(balances.c.balance, 0).label("balance_minor"),
        func.coalesce(sums.c.outstanding, 0).label("outstanding_minor"),
        cast(greatest(session, payable, 0), BigInteger).label("payable_minor"),
        func.coalesce(sums.c.rank, NOT_LATE).label("late_rank"),
    ).select_from(
        Account.__table__.outerjoin(balances, balances.c.account_id == Account.id)
        .outerjoin(credits, credits.c.account_id == Account.id).outerjoin(sums, sums.c.account_id == Account.id)
        .outerjoin(ahead, ahead.c.account_id == Account.id)
    ).where(here(Account.id), Account.type.not_in(WITHOUT_FIGURES))


def _ahead(here: Here, day: date | BindParameter[date]) -> Select[Any]:
    """The first day after `day` on which something that is written already comes to count, by account."""
    t, plan = FinancialTransaction, PaymentPlan
    dated = [(t.account_id, t.effective_on, [t.state == TransactionState.POSTED.value]),
             (Allocation.account_id, Allocation.effective_on, []),
             (DisputeEntry.account_id, DisputeEntry.effective_on, []),
             (plan.account_id, plan.effective_on, []), (plan.account_id, plan.ended_on, [])]
    days = union_all(*[
        select(account_id.label("account_id"), on.label("day")).where(here(account_id), on > day, *more)
        for account_id, on, more in dated]).subquery("kept_days")
    first: Select[Any] = select(days.c.account_id, func.min(days.c.day).label("first")).group_by(days.c.account_id)
    return first


class _Written(threading.local):
    """By thread, because a statement fills parts of itself when it is first asked."""

    def __init__(self) -> None:
        self.statements: dict[tuple[bool, bool], Any] = {}


_WRITTEN = _Written()
_FIGURES = ("turns_on", "balance_minor", "outstanding_minor", "payable_minor", "late_rank")


def _keeping(session: Session) -> Any:
    """The statement that keeps the figures of `p_ids` at `p_provider` for `p_day`; put together once."""
    key = (is_sqlite(session), plans_exist(session))
    if key not in _WRITTEN.statements:
        day: BindParameter[date] = bindparam("p_day", type_=Date)
        rows = reckoned(session, lambda column: among_given(session, column, "p_ids"), day, plans=key[1])
        rows = rows.where(Account.provider_id == bindparam("p_provider", type_=BigInteger))
        rows = rows.add_columns(day.label("kept_on"))
        columns = [str(column.key) for column in rows.selected_columns]
        statement: Any = insert_for(session, KeptFigures.__table__).from_select(columns, rows)
        _WRITTEN.statements[key] = statement.on_conflict_do_update(
            index_elements=[KeptFigures.account_id],
            set_={name: statement.excluded[name] for name in ("kept_on", *_FIGURES)}
            | {"credit_rank": rank_of(KeptFigures.limit_minor, statement.excluded.balance_minor)})
    return _WRITTEN.statements[key]


def _by_provider(session: Session, ids: Sequence[int]) -> list[tuple[int, date, list[int]]]:
    """The accounts of each provider, with its today."""
    found: dict[int, list[int]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start:start + _AT_ONCE]
        providers = session.scalars(select(Account.provider_id).where(among(session, Account.id, part)).distinct())
        one, *others = providers.all() or [0]
        if not others:
            found.setdefault(one, []).extend(part)
            continue
        for account_id, provider_id in session.execute(
                select(Account.id, Account.provider_id).where(among(session, Account.id, part)).order_by(Account.id)):
            found.setdefault(provider_id, []).append(account_id)
    days = business_days(session, found)
    return [(provider_id, days[provider_id], part) for provider_id, part in sorted(found.items())
            if provider_id in days]
