"""The two walks along the hierarchy, as parts of statements: down the providers, and up to the operator.

Customers need no walk: those below a provider are the ones whose provider is among `below`. Two statements walk by
themselves: `attributes.columns.passed_on_by` carries values down as it goes, and `upkeep.check` distrusts the tree.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, func, literal, select

from app.models.parties.account import Account
from app.models.values import PROVIDER_TYPES
from app.services.database.aliases import shared_alias

_TOP, _LOWER, _UPPER = (shared_alias(Account, name) for name in ("top_provider", "lower_provider", "upper_account"))
_PROVIDERS = sorted(PROVIDER_TYPES)
_DEEPEST = 64
"""Levels a walk upwards goes at most, so that even a damaged tree ends."""


def below(provider_ids: Collection[int]) -> CTE:
    """Some providers and every provider below them: `id` of each, and `root`, the one of `provider_ids` it is below.

    Each of `provider_ids` is its own root; one that stands below another appears under both.
    """
    seed = select(_TOP.id.label("root"), _TOP.id.label("id")).where(_TOP.id.in_(provider_ids))
    walk = seed.cte("below", recursive=True)
    return walk.union_all(select(walk.c.root, _LOWER.id).join(walk, serves(walk.c.id, _LOWER)))


def serves(provider_id: ColumnElement[int], lower: Any) -> ColumnElement[bool]:
    """Whether `lower`, an account, is a provider directly below another; the operator is not below itself."""
    return and_(lower.provider_id == provider_id, lower.id != provider_id, lower.type.in_(_PROVIDERS))


def above(account_id: int, *, as_shown: bool = False) -> CTE:
    """An account and everything above it: `id`, and `level`, which counts up from 0 at the account itself.

    `as_shown` goes as the tree shows it, through the agent who signed a customer up. The last row has no id.
    """
    seed = select(Account.id.label("id"), literal(0).label("level")).where(Account.id == account_id)
    walk = seed.cte("above", recursive=True)
    parent = func.coalesce(_UPPER.created_by_agent_id, _UPPER.parent_id) if as_shown else _UPPER.parent_id
    # A scalar subquery, because SQLite would read the whole table for a join.
    step = select(parent).where(_UPPER.id == walk.c.id).correlate(walk).scalar_subquery()
    return walk.union_all(select(step, walk.c.level + 1).where(walk.c.id.is_not(None), walk.c.level < _DEEPEST))
