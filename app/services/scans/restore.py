"""Restoring an account by hand: staff lift the OVERDUE hold with a reason, and the re-suspend wait begins."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.suspension.hold import Hold
from app.models.values import HoldKind
from app.services.access.audit import write_audit
from app.services.access.authorize import require_account
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import lock_ledger, lock_row
from app.services.errors import RefusedByRule
from app.services.providers.business_day import business_day
from app.services.scans.apply import lift_by_hand
from app.services.status.stored import refresh_status


def restore_by_hand(session: Session, *, account_id: int, reason: str, on: date | None = None) -> ChangeSet:
    """Lift the overdue hold of one account and give its services back what automation took (ARCHITECTURE.md, "Holds").

    Refused without a reason, or where the scan holds nothing. A later scan leaves the account alone for the
    re-suspend days of the rule set, counted in whole days of 24 hours from this instant. Without a day it is today.
    """
    if not reason.strip():
        raise RefusedByRule("Restoring by hand needs a reason, so that colleagues know why.")
    account = require_account(session, account_id, Power.SUSPENSION_RESTORE, edit=True)
    on = on or business_day(session, account.provider_id)
    lock_ledger(session, account.provider_id, judging=True)
    lock_row(session, "account", "id", account_id)
    held_since = session.scalar(select(Hold.effective_on).where(
        Hold.account_id == account_id, Hold.kind == HoldKind.OVERDUE.value, Hold.lifted_on.is_(None)))
    if held_since is None:
        raise RefusedByRule(f"{account.name} has no overdue hold, so there is nothing to restore.")
    if on < held_since:
        raise RefusedByRule(f"{account.name} is held since {held_since.isoformat()}; it cannot be restored before.")
    lift_by_hand(session, account_id=account_id, on=on, reason=reason.strip())
    write_audit(session, provider_id=account.provider_id, account_id=account_id, action="restored_by_hand",
                detail=reason.strip())
    refresh_status(session, Account.id == account_id, effective_on=on, reason=reason.strip())
    return ChangeSet.of(Changed.HOLDS, Changed.SERVICES, Changed.ACCOUNTS, accounts={account_id})
