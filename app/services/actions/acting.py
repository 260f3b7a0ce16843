"""Suspend, reactivate and terminate one account.

Suspending places a hold by staff and reactivating lifts such holds alone, both through the commands of the status; so
whatever keeps statuses keeps these. Each locks the account and asks its list of preconditions again before it writes.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.rules.action_checks import checks_of, refusals_of, status_after
from app.models.suspension.hold import Hold
from app.models.values import AccountAction, AccountStatus, HoldKind, Lifecycle, StatusReason
from app.services.access.authorize import require_account
from app.services.actions.checklist import POWER_FOR, facts_of
from app.services.changes import ChangeSet, Undo
from app.services.database.dialects import lock_ledger
from app.services.errors import RefusedByRule
from app.services.status.cascades import lock_with_members
from app.services.status.changes import change_lifecycle, lift_hold, place_hold, refuse_unseen


def suspend_account(
    session: Session, *, account_id: int, reason: StatusReason | str, on: date, seen: AccountStatus
) -> ChangeSet:
    """Suspend an active account from a day on: a hold by staff, with a reason of the list or words of one's own.

    Its ledger goes on; it takes no new services and no service requests. `seen` is the status that was shown; raises
    SavedMeanwhile where somebody gave the account another one since, RefusedByRule with all that is in the way.
    """
    _judged(session, account_id, AccountAction.SUSPEND, seen)
    return place_hold(session, account_id=account_id, kind=HoldKind.MANUAL, reason=reason, on=on, seen=seen)


def reactivate_account(
    session: Session, *, account_id: int, reason: StatusReason | str, on: date, seen: AccountStatus
) -> ChangeSet:
    """Lift every hold by staff of a suspended account on a day; refused while another hold is open.

    `seen` is the status that was shown.
    """
    account = _judged(session, account_id, AccountAction.REACTIVATE, seen)
    holds = session.execute(
        select(Hold.id, Hold.reason).where(Hold.account_id == account_id, Hold.kind == HoldKind.MANUAL.value,
                                           Hold.lifted_on.is_(None)).order_by(Hold.id)).all()
    changes = ChangeSet.empty()
    for hold in holds:
        changes |= lift_hold(session, account_id=account_id, hold_id=hold.id, reason=str(reason), on=on)
    return changes.with_undo(Undo(
        of=f"reactivation of {account.name}", done=f"{account.name} reactivated.", command=suspend_again,
        arguments={"account_id": account_id, "reasons": tuple(hold.reason for hold in holds), "on": on,
                   "seen": AccountStatus(account.status)}))


def suspend_again(
    session: Session, *, account_id: int, reasons: tuple[str, ...], on: date, seen: AccountStatus
) -> ChangeSet:
    """Place the holds by staff again that a reactivation lifted; `seen` is the status that it left."""
    account = _judged(session, account_id, AccountAction.SUSPEND, seen)
    changes = ChangeSet.empty()
    for reason in reasons:
        shown = seen if not changes else AccountStatus(account.status)
        changes |= place_hold(session, account_id=account_id, kind=HoldKind.MANUAL, reason=reason, on=on, seen=shown)
    return changes.with_undo(Undo(
        of=f"suspension of {account.name}", done=f"{account.name} suspended again.", command=reactivate_account,
        arguments={"account_id": account_id, "reason": "Taken back", "on": on,
                   "seen": AccountStatus(account.status)}))


def terminate_account(
    session: Session, *, account_id: int, reason: StatusReason | str, on: date, seen: AccountStatus
) -> ChangeSet:
    """End an account for good on a day; refused with everything that still goes on in it.

    An open balance stops nothing. `seen` is the status that was shown.
    """
    _judged(session, account_id, AccountAction.TERMINATE, seen)
    listed, words = (reason, "") if isinstance(reason, StatusReason) else (None, reason)
    return change_lifecycle(session, account_id=account_id, to=Lifecycle.TERMINATED, on=on, seen=seen, reason=listed,
                            note=words)


def _judged(session: Session, account_id: int, action: AccountAction, seen: AccountStatus) -> Account:
    """The account, locked, where it shows what was seen and nothing is in the way of an action.

    Raises SavedMeanwhile, or RefusedByRule with all that is in the way.
    """
    account = require_account(session, account_id, POWER_FOR[action], edit=True)
    lock_ledger(session, account.provider_id, judging=True)
    lock_with_members(session, account_id)
    session.refresh(account)
    facts = facts_of(session, account)
    refuse_unseen(session, account, shown=seen, wanted=status_after(action, facts))
    in_the_way = refusals_of(checks_of(action, facts))
    if in_the_way:
        raise RefusedByRule(" ".join(in_the_way))
    return account
