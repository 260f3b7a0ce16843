"""The group account that an account is in: who pays what for whom, and what was before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import POWER_WORDS, Power
from app.models.values import AccountStatus, AccountType
from app.services.access.authorize import may, require_account
from app.services.group_accounts.stored import (
    MembershipRow,
    PartyRow,
    count_members,
    ended_memberships,
    open_memberships,
)
from app.services.wording import counted

HELP = ("A group account is one account that pays for others. An account group is another thing: a list of accounts "
        "that limits staff or serves exclusions.")
"""What tells a group account and an account group apart, for every place that says either."""


class GroupRole(StrEnum):
    """What an account is in its group account."""

    PARENT = "parent"
    """It pays for others."""
    MEMBER = "member"
    """Another account pays for it."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAccountSheet:
    """An account and its group account, as far as the person may see it."""

    account: PartyRow
    provider_id: int
    provider: str
    """Code of its provider."""
    currency: str
    role: GroupRole
    parent: PartyRow | None
    """Who pays; None where the account is in no group account."""
    memberships: tuple[MembershipRow, ...]
    """Of all members, by name; where only so many were asked for, of the first, and of the account itself."""
    members: int
    """How many there are."""
    earlier: tuple[MembershipRow, ...]
    """Memberships of this account, and of others below it, that have ended, the newest first."""
    why_not: str
    """Why the person may not add or remove members; empty where they may try."""

    @property
    def own(self) -> MembershipRow | None:
        """The membership by which the account is paid for."""
        return next((row for row in self.memberships if row.member.id == self.account.id), None)


def group_account_sheet(session: Session, *, account_id: int, limit: int | None = None) -> GroupAccountSheet:
    """The group account of one account, with so many of its members. Raises NotFound for one out of reach."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    own = next(iter(open_memberships(session, of_member=account_id)), None)
    payer = account_id if own is None else own.parent.id
    rows = open_memberships(session, of_parent=payer, limit=limit)
    if own is not None and all(row.id != own.id for row in rows):
        rows.append(own)
    role = GroupRole.MEMBER if own is not None else GroupRole.PARENT if rows else GroupRole.NONE
    here = PartyRow(id=account.id, code=account.code, name=account.name, status=AccountStatus(account.status))
    return GroupAccountSheet(
        account=here, provider_id=account.provider_id, provider=session.get_one(Account, account.provider_id).code,
        currency=account.currency, role=role,
        parent=own.parent if own is not None else here if rows else None, memberships=tuple(rows),
        members=count_members(session, parent_id=payer),
        earlier=tuple(ended_memberships(session, account_id=account_id, limit=limit)),
        why_not=_why_not(session, account))


def group_account_words(session: Session, *, account_id: int) -> str:
    """What an account is in its group account, in two or three words; empty where it is in none."""
    require_account(session, account_id, Power.CUSTOMERS)
    own = next(iter(open_memberships(session, of_member=account_id)), None)
    if own is not None:
        return f"paid for by {own.parent.name}"
    members = count_members(session, parent_id=account_id)
    return f"pays for {counted(members, 'account')}" if members else ""


def _why_not(session: Session, account: Account) -> str:
    if not may(session, Power.CUSTOMERS_FUNDING):
        return f'This needs the power "{POWER_WORDS[Power.CUSTOMERS_FUNDING].label}".'
    return "" if account.type == AccountType.END_USER else "Only customers pay for others or are paid for."
