"""The account tree, one branch and one page at a time.

Below a provider stand the providers that it serves, then its agents, then those customers that no agent signed up;
an agent's customers stand below the agent and nowhere else (they belong to its provider all the same). System
accounts are not part of the tree. Within a kind the folded name decides, then the id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import CUSTOMER_TYPES, PROVIDER_TYPES, AccountStatus, AccountType, Enterprise
from app.services.access.authorize import require_account, visible
from app.services.access.principal import principal_of
from app.services.access.walks import above, below
from app.services.paging import AnySelect, Cursor, Order, Page, cut, page_of

TreeCursor = Cursor
"""(kind, folded name, id) of a row; see `TreeRow`."""

PAGE = 256
"""Rows a tree asks for at a time."""

EXCEPTIONAL = frozenset({AccountStatus.SYSTEM_SUSPENDED, AccountStatus.RESTRICTED_BY_PARENT,
                         AccountStatus.SUSPENDED_BILLING_AND_ORDERING, AccountStatus.SUSPENDED})
"""Statuses that a hold causes: lists mark them, and the quick filter *Suspended* shows them."""

_PROVIDERS = sorted(PROVIDER_TYPES)
_CUSTOMERS = sorted(CUSTOMER_TYPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRow:
    """One node of the tree."""

    id: int
    code: str
    name: str
    type: AccountType
    enterprise: Enterprise
    status: AccountStatus
    child_count: int
    """Customers of a provider and of all providers below it, agents included; customers of an agent; else 0."""
    has_children: bool
    has_exception: bool
    """A hold limits the account: the tree shows an icon in place of a count."""


def tree_roots(session: Session) -> list[TreeRow]:
    """The top of what a person sees: the operator, their own provider, or the agent they work for."""
    who = principal_of(session)
    top = Account.type == AccountType.OPERATOR.value
    if who.agent_id is not None or who.providers is not None:
        top = Account.id == (who.agent_id or who.provider_id)
    rows = session.execute(select(*_columns(session)).where(top, visible(session))).all()
    return _tree_rows(session, rows)


def tree_children(
    session: Session, *, parent_id: int, after: TreeCursor | None = None, limit: int = PAGE
) -> Page[TreeRow]:
    """One page of a branch; an account without children gives an empty page."""
    seen = visible(session)
    kinds = [_branch(rank, and_(condition, seen), after, limit) for rank, condition in _branches(parent_id)
             if after is None or rank >= int(after.values[0])]  # type: ignore[arg-type]
    keys = union_all(*[select(part.subquery()) for part in kinds]).subquery("branch")
    order = Order((keys.c.rank, keys.c.name_key, keys.c.id))
    statement = select(keys.c.rank, keys.c.name_key, *_columns(session)).join(Account, Account.id == keys.c.id)
    found = session.execute(cut(statement, order, limit=limit)).all()
    places = [(row.rank, row.name_key, row.id) for row in found]
    return page_of(_tree_rows(session, found[:limit]), places, limit=limit)


def tree_rows(session: Session, *, account_ids: Sequence[int]) -> list[TreeRow]:
    """Some nodes as they are now, to renew what a screen shows; in no particular order."""
    rows = session.execute(select(*_columns(session)).where(Account.id.in_(account_ids), visible(session))).all()
    return _tree_rows(session, rows)


def siblings_ahead(session: Session, *, account_id: int) -> int:
    """How many nodes stand before an account in its branch; 0 for the root."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    parent_id = account.created_by_agent_id or account.parent_id
    if parent_id is None:
        return 0
    rank = _rank(AccountType(account.type))
    order = Order((Account.name_key.expression, Account.id.expression))
    before = order.beyond(Cursor((account.name_key, account.id)), backwards=True)
    counts = [
        select(func.count()).where(condition, visible(session), *([before] if other == rank else []))
        .select_from(Account)
        for other, condition in _branches(parent_id) if other <= rank
    ]
    return sum(session.scalar(count) or 0 for count in counts)


def _rank(kind: AccountType) -> int:
    """The place of a kind within a branch, as `_branches` orders them."""
    return 0 if kind in PROVIDER_TYPES else 1 if kind is AccountType.AGENT else 2


def _branches(parent_id: int) -> list[tuple[int, ColumnElement[bool]]]:
    """The kinds of children with their place in the order; each condition is one range of an index."""
    below = and_(Account.parent_id == parent_id, Account.created_by_agent_id.is_(None))
    ranked = [(0, AccountType.WHOLESALE), (0, AccountType.RETAIL), (0, AccountType.NON_BILLING),
              (1, AccountType.AGENT), (2, AccountType.END_USER)]
    of_agent = and_(Account.created_by_agent_id == parent_id, Account.type == AccountType.END_USER.value)
    return [*[(rank, and_(below, Account.type == kind.value)) for rank, kind in ranked], (2, of_agent)]


def _branch(rank: int, condition: ColumnElement[bool], after: TreeCursor | None, limit: int) -> AnySelect:
    order = Order((Account.name_key.expression, Account.id.expression))
    statement = select(literal(rank).label("rank"), Account.name_key, Account.id).where(condition)
    here = Cursor(after.values[1:]) if after is not None and after.values[0] == rank else None
    return cut(statement, order, after=here, limit=limit)


def _columns(session: Session) -> list[ColumnElement[Any]]:
    account, customer = Account, aliased(Account)
    signed_up = (select(func.count()).where(customer.created_by_agent_id == account.id, visible(session, customer))
                 .correlate(account).scalar_subquery())
    # Only for agents: asked for every row, PostgreSQL may well read the table once a row.
    of_agent = case((account.type == AccountType.AGENT.value, signed_up), else_=0)
    return [account.id.expression, account.code.expression, account.name.expression, account.type.expression,
            account.enterprise.expression, account.status.expression, of_agent.label("signed_up")]


def _tree_rows(session: Session, rows: Sequence[Any]) -> list[TreeRow]:
    counts = counts_below(session, provider_ids=[row.id for row in rows if row.type in PROVIDER_TYPES])
    return [_tree_row(row, counts.get(row.id, Below(customers=row.signed_up, providers=0))) for row in rows]


def _tree_row(row: Any, below: Below) -> TreeRow:
    return TreeRow(
        id=row.id, code=row.code, name=row.name, type=AccountType(row.type), enterprise=Enterprise(row.enterprise),
        status=AccountStatus(row.status),
        child_count=below.customers, has_children=below.customers + below.providers > 0,
        has_exception=row.status in EXCEPTIONAL,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """What stands below a provider, on all levels together."""

    customers: int
    """End users and agents."""
    providers: int


def counts_below(session: Session, *, provider_ids: Sequence[int]) -> dict[int, Below]:
    """How many accounts stand below each of these providers; walks down the providers, then counts along an index."""
    if not provider_ids:
        return {}
    customer, providers = aliased(Account), below(provider_ids)
    served = (select(func.count())
              .where(customer.provider_id == providers.c.id, customer.type.in_(_CUSTOMERS), visible(session, customer))
              .correlate(providers).scalar_subquery())
    each = select(providers.c.root, served.label("served")).subquery()
    rows = session.execute(
        select(each.c.root, cast(func.sum(each.c.served), Integer).label("customers"),
               (func.count() - 1).label("providers")).group_by(each.c.root)
    )
    return {r.root: Below(customers=r.customers, providers=r.providers) for r in rows}


def path_to(session: Session, account_id: int) -> tuple[int, ...]:
    """Ids from the root down to an account as the tree shows it, the agent included; empty where there is none."""
    up = above(account_id, as_shown=True)
    shown = select(up.c.id).join(Account, Account.id == up.c.id).where(visible(session))
    return tuple(session.scalars(shown.order_by(up.c.level.desc())))
