"""An account joins a group account, or leaves it.

Both are judged under the lock of the provider's ledger and of the two accounts, so that two people who put the same
account into two groups are told one after the other, and neither is suspended meanwhile. What was paid before stays
where it was posted.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.group_accounts.membership import FundedItem, FundingGroup, GroupMembership
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import Funding
from app.services.access.audit import write_audit
from app.services.access.authorize import require_account
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.database.bulk import insert_rows
from app.services.database.dialects import lock_ledger, lock_rows
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import RefusedByRule
from app.services.files.texts import require_text
from app.services.group_accounts.checks import JoinRefused, join_checks
from app.services.group_accounts.stored import MembershipRow, funding_words, open_memberships
from app.services.providers.business_day import business_day
from app.services.status.cascades import release_member

_CHANGED = (Changed.GROUP_ACCOUNTS, Changed.ACCOUNTS)


def add_member(session: Session, *, parent_id: int, member_id: int, funding: Funding) -> Created:
    """Let one account pay for another from the provider's today on, fully or for what is named.

    The first member makes an account the parent of a group account. Raises JoinRefused with everything that was
    judged. The answer's id is that of the membership.
    """
    parent, member = _locked(session, parent_id, member_id)
    for named in funding.items:
        require_text("fund", "What is paid", named.code)
    checks = join_checks(session, parent, member, funding)
    if not all(check.passed for check in checks):
        raise JoinRefused(checks)
    today = business_day(session, parent.provider_id)
    membership = GroupMembership(
        provider_id=parent.provider_id, group_id=_open_group(session, parent), account_id=member_id,
        scope=funding.scope.value, joined_on=today, recorded_at=recorded_now(session), recorded_by=actor_of(session))
    session.add(membership)
    session.flush()
    insert_rows(session, FundedItem, [
        {"provider_id": parent.provider_id, "membership_id": membership.id, "kind": named.kind.value,
         "code": named.code} for named in sorted(funding.items, key=lambda named: (named.kind, named.code))])
    pays = f"{parent.name} pays for {member.name}: {funding_words(funding)}"
    write_audit(session, provider_id=parent.provider_id, account_id=member_id, action="group_account_joined",
                detail=pays)
    write_audit(session, provider_id=parent.provider_id, account_id=parent_id, action="group_account_member_added",
                detail=pays)
    changes = ChangeSet.of(*_CHANGED, accounts={parent_id, member_id})
    return Created(id=membership.id, changes=changes.with_undo(Undo(
        of=f"{member.name} in the group account of {parent.name}", done=f"{pays}.", command=remove_member,
        arguments={"parent_id": parent_id, "member_id": member_id})))


def remove_member(session: Session, *, parent_id: int, member_id: int) -> ChangeSet:
    """Take an account out of the group account of another from the provider's today on.

    A hold that came down from the parent is lifted. When the last member leaves, the parent stands alone again. What
    is owed stays with whom it was invoiced to. Raises RefusedByRule where the account is no member.
    """
    parent, member = _locked(session, parent_id, member_id)
    row = membership_of(session, parent, member)
    today = business_day(session, parent.provider_id)
    membership = session.get_one(GroupMembership, row.id, populate_existing=True)
    membership.left_on, membership.left_recorded_at = today, recorded_now(session)
    membership.left_by = actor_of(session)
    session.flush()
    was_held = release_member(session, account_id=member_id, on=today,
                              reason=f"Left the group account of {parent.name}")
    is_last = _close_when_empty(session, row.group_id)
    write_audit(session, provider_id=parent.provider_id, account_id=member_id, action="group_account_left",
                detail=f"{parent.name} no longer pays for {member.name}")
    write_audit(session, provider_id=parent.provider_id, account_id=parent_id, action="group_account_member_removed",
                detail=f"{parent.name} no longer pays for {member.name}" + ("; it stands alone again" if is_last
                                                                            else ""))
    session.refresh(member)
    changes = ChangeSet.of(*_CHANGED, *((Changed.HOLDS,) if was_held else ()), accounts={parent_id, member_id})
    if was_held:
        return changes  # while its parent is restrained nobody joins
    return changes.with_undo(Undo(
        of=f"removal of {member.name} from the group account of {parent.name}",
        done=f"{parent.name} no longer pays for {member.name}.", command=add_member,
        arguments={"parent_id": parent_id, "member_id": member_id, "funding": row.funding}))


def membership_of(session: Session, parent: Account, member: Account) -> MembershipRow:
    """The membership by which one account pays for another. Raises RefusedByRule where there is none."""
    rows = [row for row in open_memberships(session, of_member=member.id) if row.parent.id == parent.id]
    if not rows:
        raise RefusedByRule(f"{member.name} is no member of the group account of {parent.name}. Nothing was changed.")
    return rows[0]


def _locked(session: Session, parent_id: int, member_id: int) -> tuple[Account, Account]:
    """Both accounts, within the person's reach to change, locked against scans and other staff."""
    parent = require_account(session, parent_id, Power.CUSTOMERS_FUNDING, edit=True)
    member = require_account(session, member_id, Power.CUSTOMERS_FUNDING, edit=True)
    for provider_id in sorted({parent.provider_id, member.provider_id}):
        lock_ledger(session, provider_id, judging=True)
    lock_rows(session, "account", "id", [parent_id, member_id])
    session.refresh(parent)
    session.refresh(member)
    return parent, member


def _open_group(session: Session, parent: Account) -> int:
    """The group account of a parent, made with its first member."""
    group_id = session.scalar(select(FundingGroup.id).where(
        FundingGroup.account_id == parent.id, FundingGroup.closed_on.is_(None)))
    if group_id is None:
        group = FundingGroup(
            provider_id=parent.provider_id, account_id=parent.id, opened_on=business_day(session, parent.provider_id),
            recorded_at=recorded_now(session), recorded_by=actor_of(session))
        session.add(group)
        session.flush()
        group_id = group.id
    return group_id


def _close_when_empty(session: Session, group_id: int) -> bool:
    """End a group account that has no member any more; returns whether it has ended."""
    left = session.scalar(select(GroupMembership.id).where(
        GroupMembership.group_id == group_id, GroupMembership.left_on.is_(None)).limit(1))
    if left is not None:
        return False
    group = session.get_one(FundingGroup, group_id, populate_existing=True)
    group.closed_on = business_day(session, group.provider_id)
    group.closed_recorded_at, group.closed_by = recorded_now(session), actor_of(session)
    session.flush()
    return True
