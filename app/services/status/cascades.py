"""What is done to the parent of a group account is done to its members (ARCHITECTURE.md, "Group accounts").

A member has a hold that came down from its parent exactly while the parent is inactive or held by staff, the provider
above or the operator. So suspending and reactivating a parent needs no list of what was done before: whichever command
changed it asks for the holds to be brought in step, set-based and in its own transaction. An overdue hold stays with
the account whose debt it is. A member is cancelled with its parent, all of them or none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.models.audit import AuditEntry
from app.models.group_accounts.membership import FundingGroup, GroupMembership
from app.models.parties.account import Account, AccountStatusChange
from app.models.suspension.hold import Hold
from app.models.values import HoldKind, Lifecycle
from app.services.database.bulk import insert_rows
from app.services.database.dialects import among, lock_selected
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.history.facts import note_lifecycles
from app.services.status.stored import refresh_status

CASCADING: Final = frozenset(HoldKind) - {HoldKind.OVERDUE, HoldKind.PARENT_GROUP}
"""Holds of a parent that come down to its members: those that somebody placed."""
_LONGEST_REASON: Final = 400
_KINDS: Final = sorted(kind.value for kind in CASCADING)


def parents_among(session: Session, account_ids: Collection[int]) -> set[int]:
    """Those of some accounts that pay for others."""
    return set(session.scalars(select(FundingGroup.account_id).where(
        among(session, FundingGroup.account_id, account_ids), FundingGroup.closed_on.is_(None))))


def live_counts(session: Session, account_ids: Collection[int]) -> dict[int, int]:
    """How many members that are not cancelled go along with each of some accounts; who pays for nobody is missing."""
    rows = session.execute(
        _memberships(FundingGroup.account_id, func.count().label("members"))
        .join(Account, Account.id == GroupMembership.account_id)
        .where(among(session, FundingGroup.account_id, account_ids), Account.lifecycle != Lifecycle.TERMINATED.value)
        .group_by(FundingGroup.account_id))
    return {row.account_id: row.members for row in rows}


def is_member_of(session: Session, account_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether an account is one that some others pay for, as a condition on `Account`."""
    return Account.id.in_(_memberships(GroupMembership.account_id).where(
        among(session, FundingGroup.account_id, account_ids)))


def live_members(session: Session, account_id: int) -> Sequence[Account]:
    """The members of a parent that are not cancelled, by name."""
    return session.scalars(
        select(Account).where(is_member_of(session, [account_id]), Account.lifecycle != Lifecycle.TERMINATED.value)
        .order_by(Account.name_key, Account.id).execution_options(populate_existing=True)).all()


def lock_with_members(session: Session, account_id: int) -> None:
    """Lock an account and all that it pays for; the ledger of the provider is locked before, so they stay the same."""
    lock_selected(session, Account, or_(Account.id == account_id, is_member_of(session, [account_id])))


def _memberships(*columns: Any) -> Select[Any]:
    return (select(*columns).select_from(GroupMembership)
            .join(FundingGroup, FundingGroup.id == GroupMembership.group_id)
            .where(FundingGroup.closed_on.is_(None), GroupMembership.left_on.is_(None)))


def restrained(account: Any) -> ColumnElement[bool]:
    """Whether an account, as a parent, restrains its members: it is inactive, or somebody holds it."""
    held = exists().where(Hold.account_id == account.id, Hold.kind.in_(_KINDS), Hold.lifted_on.is_(None))
    return or_(account.lifecycle != Lifecycle.ACTIVE.value, held)


# --------------------------------------------------------------------------- suspended and reactivated


def hold_members(session: Session, parent_ids: Collection[int], *, on: date, reason: str) -> set[int]:
    """Bring the holds of all members of some parents in step with them; returns the members that were changed.

    From the day on, or from the day a member joined. What a member is held for itself stays. The parents and their
    members are locked by the caller.
    """
    session.flush()
    parent, member, hold = aliased(Account), aliased(Account), aliased(Hold)
    rows = session.execute(
        _memberships(member.id, member.provider_id, parent.id.label("parent_id"), parent.name.label("parent"),
                     GroupMembership.joined_on, hold.id.label("hold_id"), hold.effective_on.label("held_on"),
                     case((restrained(parent), True), else_=False).label("restrained"))
        .join(parent, parent.id == FundingGroup.account_id).join(member, member.id == GroupMembership.account_id)
        .outerjoin(hold, and_(hold.account_id == member.id, hold.kind == HoldKind.PARENT_GROUP.value,
                              hold.lifted_on.is_(None)))
        .where(among(session, FundingGroup.account_id, parent_ids), member.lifecycle != Lifecycle.TERMINATED.value)
    ).all()
    placed = [row for row in rows if row.restrained and row.hold_id is None]
    lifted = [row for row in rows if not row.restrained and row.hold_id is not None]
    _place(session, placed, on, reason)
    for row_reason, day, group in _by_reason(lifted, reason, lambda row: max(on, row.held_on)):
        _lift(session, [row.hold_id for row in group], row_reason, day)
    _audit(session, placed, "hold_placed", reason)
    _audit(session, lifted, "hold_lifted", reason)
    for changed, begun in ((placed, "joined_on"), (lifted, "held_on")):
        for row_reason, day, group in _by_reason(changed, reason, lambda row, b=begun: max(on, getattr(row, b))):
            refresh_status(session, among(session, Account.id, [row.id for row in group]), effective_on=day,
                           reason=row_reason)
    return {row.id for row in (*placed, *lifted)}


def release_member(session: Session, *, account_id: int, on: date, reason: str) -> bool:
    """Lift what came down to one account that leaves its group account; returns whether anything had."""
    hold = session.execute(
        select(Hold.id, Hold.effective_on, Hold.provider_id).join(Account, Account.id == Hold.account_id)
        .where(Hold.account_id == account_id, Hold.kind == HoldKind.PARENT_GROUP.value, Hold.lifted_on.is_(None),
               Account.lifecycle != Lifecycle.TERMINATED.value)).one_or_none()
    if hold is None:
        return False
    _lift(session, [hold.id], reason, max(on, hold.effective_on))
    insert_rows(session, AuditEntry, [_act(session, hold.provider_id, account_id, "hold_lifted",
                                           f"{HoldKind.PARENT_GROUP.value}: {reason}")])
    refresh_status(session, Account.id == account_id, effective_on=max(on, hold.effective_on), reason=reason)
    return True


def _place(session: Session, rows: Sequence[Row[Any]], on: date, reason: str) -> None:
    insert_rows(session, Hold, [
        {"provider_id": row.provider_id, "account_id": row.id, "kind": HoldKind.PARENT_GROUP.value,
         "reason": _reason(row.parent, reason), "effective_on": max(on, row.joined_on),
         "recorded_at": recorded_now(session), "placed_by": actor_of(session), "scan_run_id": None, "lifted_on": None,
         "lifted_recorded_at": None, "lifted_by": None, "lift_reason": None, "lifted_by_hand": False,
         "lift_scan_run_id": None, "origin_id": row.parent_id} for row in rows])


def _lift(session: Session, hold_ids: Collection[int], reason: str, on: date) -> None:
    session.execute(
        update(Hold).where(among(session, Hold.id, hold_ids), Hold.lifted_on.is_(None))
        .values(lifted_on=on, lifted_recorded_at=recorded_now(session), lifted_by=actor_of(session),
                lift_reason=reason).execution_options(synchronize_session=False))


def _by_reason(
    rows: Iterable[Row[Any]], reason: str, day: Any
) -> list[tuple[str, date, list[Row[Any]]]]:
    """Rows that one statement can change: of one parent and one day."""
    groups: dict[tuple[str, date], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        groups[_reason(row.parent, reason), day(row)].append(row)
    return [(words, on, group) for (words, on), group in groups.items()]


def _reason(parent: str, reason: str) -> str:
    words = f"With its group account {parent}: {reason}"
    return words if len(words) <= _LONGEST_REASON else f"{words[:_LONGEST_REASON - 1]}…"


# --------------------------------------------------------------------------- cancelled


def terminate_members(session: Session, parent_ids: Collection[int], *, on: date, reason: str) -> set[int]:
    """Cancel all members of some parents, for a command that has found nothing in the way; returns them.

    From the day on, or from a member's last change where that is later.
    """
    session.flush()
    parent, member = aliased(Account), aliased(Account)
    last = (select(func.max(AccountStatusChange.effective_on)).where(AccountStatusChange.account_id == member.id)
            .correlate(member).scalar_subquery())
    rows = session.execute(
        _memberships(member.id, member.provider_id, parent.name.label("parent"), member.lifecycle,
                     GroupMembership.joined_on, last.label("last"))
        .join(parent, parent.id == FundingGroup.account_id).join(member, member.id == GroupMembership.account_id)
        .where(among(session, FundingGroup.account_id, parent_ids), member.lifecycle != Lifecycle.TERMINATED.value)
    ).all()
    days = _by_reason(rows, reason, lambda row: max(on, row.joined_on, row.last or on))
    for _, day, group in days:
        which = among(session, Account.id, [row.id for row in group])
        note_lifecycles(session, which, on=day)
        session.execute(update(Account).where(which).values(lifecycle=Lifecycle.TERMINATED.value)
                        .execution_options(synchronize_session=False))
    insert_rows(session, AuditEntry, [
        {**_act(session, row.provider_id, row.id, "account_cancelled", _reason(row.parent, reason)),
         "field": "lifecycle", "old_value": row.lifecycle, "new_value": Lifecycle.TERMINATED.value} for row in rows])
    for words, day, group in days:
        refresh_status(session, among(session, Account.id, [row.id for row in group]), effective_on=day, reason=words)
    return {row.id for row in rows}


def _audit(session: Session, rows: Sequence[Row[Any]], action: str, reason: str) -> None:
    insert_rows(session, AuditEntry, [
        _act(session, row.provider_id, row.id, action,
             f"{HoldKind.PARENT_GROUP.value}: {_reason(row.parent, reason)}") for row in rows])


def _act(session: Session, provider_id: int, account_id: int, action: str, detail: str) -> dict[str, Any]:
    return {"provider_id": provider_id, "account_id": account_id, "action": action, "detail": detail, "field": None,
            "old_value": None, "new_value": None, "actor": actor_of(session), "recorded_at": recorded_now(session),
            "scan_run_id": None}
