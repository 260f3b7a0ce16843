"""The two walks along the hierarchy, as parts of statements: down the providers, and up to the operator.

Customers need no walk: those below a provider are the ones whose provider is among `below`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, func, literal, select
from sqlalchemy.orm import aliased

from app.models.parties.account import Account
from app.models.values import PROVIDER_TYPES

_PROVIDERS = sorted(PROVIDER_TYPES)
_DEEPEST = 64
"""Levels a walk upwards goes at most, so that even a damaged tree ends."""


def below(provider_ids: Collection[int]) -> CTE:
    """Some providers and every provider below them: `id` of each, and `root`, the one of `provider_ids` it is below.

    Each of `provider_ids` is its own root; one that stands below another appears under both.
    """
    top, lower = aliased(Account), aliased(Account)
    seed = select(top.id.label("root"), top.id.label("id")).where(top.id.in_(provider_ids)).cte("below", recursive=True)
    return seed.union_all(select(seed.c.root, lower.id).join(seed, serves(seed.c.id, lower)))


def serves(provider_id: ColumnElement[int], lower: Any) -> ColumnElement[bool]:
    """Whether `lower`, an account, is a provider directly below another; the operator is not below itself."""
    return and_(lower.provider_id == provider_id, lower.id != provider_id, lower.type.in_(_PROVIDERS))


def above(account_id: int, *, as_shown: bool = False) -> CTE:
    """An account and everything above it: `id`, and `level`, which counts up from 0 at the account itself.

    `as_shown` goes as the tree shows it, through the agent who signed a customer up. The last row has no id.
    """
    upper = aliased(Account)
    walk = select(Account.id.label("id"), literal(0).label("level")).where(Account.id == account_id)
    up = walk.cte("above", recursive=True)
    parent = func.coalesce(upper.created_by_agent_id, upper.parent_id) if as_shown else upper.parent_id
    # A scalar subquery, because SQLite would read the whole table for a join.
    step = select(parent).where(upper.id == up.c.id).correlate(up).scalar_subquery()
    return up.union_all(select(step, up.c.level + 1).where(up.c.id.is_not(None), up.c.level < _DEEPEST))
