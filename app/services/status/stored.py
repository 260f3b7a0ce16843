"""Keeping the stored status of accounts in step with lifecycle and holds; nothing else writes it."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, insert, literal, null, select, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account, AccountStatusChange
from app.models.rules.account_status import STATUS_OF_HOLD, STATUS_OF_LIFECYCLE
from app.models.suspension.hold import Hold
from app.models.values import AccountStatus
from app.services.database.unit_of_work import actor_of, recorded_now


@cache
def derived_status() -> ColumnElement[str]:
    """The status of an account row as SQL; the order is that of the pure rule, and a property test compares."""
    by_lifecycle = [(Account.lifecycle == state.value, literal(status.value)) for state, status in STATUS_OF_LIFECYCLE]
    by_hold = [
        (exists().where(Hold.account_id == Account.id, Hold.kind == kind.value, Hold.lifted_on.is_(None)),
         literal(status.value))
        for kind, status in STATUS_OF_HOLD
    ]
    return case(*by_lifecycle, *by_hold, else_=literal(AccountStatus.ACTIVE.value))


def refresh_status(
    session: Session, accounts: Any, *, effective_on: date, reason: str, scan_run_id: int | None = None
) -> None:
    """Derive anew the status of the accounts a condition selects, and write a history row where it changed.

    `accounts` is a condition on `Account`, for instance `Account.id.in_(…)`.
    """
    new = derived_status()
    changed = and_(accounts, Account.status != new)
    run = null() if scan_run_id is None else literal(scan_run_id)
    session.execute(
        insert(AccountStatusChange).from_select(
            ["provider_id", "account_id", "old_status", "new_status", "reason", "effective_on", "recorded_at", "actor",
             "scan_run_id"],
            select(Account.provider_id, Account.id, Account.status, new, literal(reason),
                   literal(effective_on, AccountStatusChange.effective_on.type),
                   literal(recorded_now(session), AccountStatusChange.recorded_at.type),
                   literal(actor_of(session)), run).where(changed),
        )
    )
    session.execute(
        update(Account).where(changed).values(status=new).execution_options(synchronize_session=False)
    )
