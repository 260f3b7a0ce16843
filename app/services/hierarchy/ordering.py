"""May an account order? Only an active one may, and only where every provider above it may as well.

Restricting a provider refuses orders in its whole subtree through the ancestors; the status of its customers does not
change (ARCHITECTURE.md, "Status changes").
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.account_status import STATUS_OF_HOLD
from app.models.rules.status_changes import KIND_WORDS, LIFECYCLE_WORDS
from app.models.suspension.hold import Hold
from app.models.values import HoldKind, Lifecycle
from app.services.access.authorize import require_account
from app.services.access.walks import above

_STRENGTH = {kind.value: rank for rank, (kind, _) in enumerate(STATUS_OF_HOLD)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderingRefusal:
    """What stands in the way of an order."""

    account_id: int
    """The account itself, or the provider above it that is held."""
    name: str
    lifecycle: Lifecycle
    hold_id: int | None
    kind: HoldKind | None
    """The strongest open hold; None where the lifecycle refuses."""
    sentence: str


def ordering_refusal(session: Session, account_id: int) -> OrderingRefusal | None:
    """Which hold, or lifecycle, of this account or of which provider above it refuses orders; None where none does.

    The nearest is named: the account itself, then provider by provider upwards.
    """
    asked = require_account(session, account_id, Power.CUSTOMERS)
    up = above(account_id)
    row = session.execute(
        select(Account.id, Account.name, Account.lifecycle, Hold.id.label("hold_id"), Hold.kind)
        .join(up, up.c.id == Account.id)
        .outerjoin(Hold, (Hold.account_id == Account.id) & Hold.lifted_on.is_(None))
        .where((Account.lifecycle != Lifecycle.ACTIVE.value) | Hold.id.is_not(None))
        .order_by(up.c.level, case(_STRENGTH, value=Hold.kind, else_=len(_STRENGTH)), Hold.id)
    ).first()
    if row is None:
        return None
    lifecycle = Lifecycle(row.lifecycle)
    has_hold = lifecycle is Lifecycle.ACTIVE
    kind = HoldKind(row.kind) if has_hold else None
    return OrderingRefusal(account_id=row.id, name=row.name, lifecycle=lifecycle,
                           hold_id=row.hold_id if has_hold else None, kind=kind,
                           sentence=_sentence(asked, row.id, row.name, lifecycle, kind))


def _sentence(asked: Account, id_: int, name: str, lifecycle: Lifecycle, kind: HoldKind | None) -> str:
    what = f"is {LIFECYCLE_WORDS[lifecycle]}" if kind is None else f"has {KIND_WORDS[kind]}"
    if id_ == asked.id:
        return f"{name} cannot order: it {what}."
    return f"{asked.name} cannot order: {name}, above it, {what}."
