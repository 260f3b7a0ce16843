"""Memberships of group accounts as rows, for everybody in this room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.models.group_accounts.membership import FundedItem, FundingGroup, GroupMembership
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.suspension.hold import Hold
from app.models.values import AccountStatus, FundedKind, Funding, FundingScope, HoldKind, Named
from app.services.access.authorize import visible
from app.services.database.dialects import among
from app.services.errors import RefusedField
from app.services.wording import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """One account of a group account."""

    id: int
    code: str
    name: str
    status: AccountStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipRow:
    """One membership: who pays for whom, for what and since when."""

    id: int
    group_id: int
    parent: PartyRow
    member: PartyRow
    funding: Funding
    joined_on: date
    joined_by: str
    left_on: date | None
    left_by: str
    held_by_parent: bool
    """The member is held because its parent is restrained."""

    @property
    def funded(self) -> tuple[str, ...]:
        """What is named, as the command line writes it: "family:FUEL"."""
        return texts_of(self.funding)


def texts_of(funding: Funding) -> tuple[str, ...]:
    """What is named, as the command line writes it, in the order in which lines are matched."""
    order = list(FundedKind)
    return tuple(f"{named.kind.value}:{named.code}"
                 for named in sorted(funding.items, key=lambda n: (order.index(n.kind), n.code)))


def funding_words(funding: Funding) -> str:
    """For what the parent pays, behind "pays for"."""
    if funding.scope is FundingScope.FULL:
        return "all services for a term and all expenses"
    kinds = {FundedKind.PRODUCT: "the product", FundedKind.TYPE: "the product type",
             FundedKind.FAMILY: "the product family"}
    order = list(FundedKind)
    named = [f"{kinds[n.kind]} {n.code}" for n in sorted(funding.items, key=lambda n: (order.index(n.kind), n.code))]
    return f"services for a term and expenses of {listed(named)}"


def named_of(text: str) -> Named:
    """What "family:FUEL" names. Raises RefusedField for anything else."""
    word, colon, code = text.partition(":")
    kind = next((kind for kind in FundedKind if kind.value == word.strip().casefold()), None)
    if kind is None or not colon or not code.strip():
        raise RefusedField("fund", f'"{text}" does not say what is paid. Write product:CODE, type:CODE or family:CODE.')
    return Named(kind, code.strip())


_PARENT, _MEMBER = aliased(Account, name="group_parent"), aliased(Account, name="group_member")


def open_memberships(
    session: Session, *, of_parent: int | None = None, of_member: int | None = None, limit: int | None = None
) -> list[MembershipRow]:
    """The memberships of a parent that the person may see, by name of the member; or the one of a member."""
    statement = _select().where(GroupMembership.left_on.is_(None), visible(session, _MEMBER), visible(session, _PARENT))
    if of_parent is not None:
        statement = statement.where(FundingGroup.account_id == of_parent, FundingGroup.closed_on.is_(None))
    if of_member is not None:
        statement = statement.where(GroupMembership.account_id == of_member)
    return _rows(session, statement.order_by(_MEMBER.name_key, _MEMBER.id).limit(limit))


def count_members(session: Session, *, parent_id: int) -> int:
    """How many members of a parent the person may see."""
    return session.scalar(
        select(func.count()).select_from(GroupMembership)
        .join(FundingGroup, FundingGroup.id == GroupMembership.group_id)
        .join(_MEMBER, _MEMBER.id == GroupMembership.account_id)
        .where(FundingGroup.account_id == parent_id, GroupMembership.left_on.is_(None),
               visible(session, _MEMBER))) or 0


def ended_memberships(session: Session, *, account_id: int, limit: int | None = None) -> list[MembershipRow]:
    """Former memberships in which an account was parent or member, the newest first."""
    statement = _select().where(
        GroupMembership.left_on.is_not(None), visible(session, _MEMBER), visible(session, _PARENT),
        (GroupMembership.account_id == account_id) | (FundingGroup.account_id == account_id))
    return _rows(session, statement.order_by(GroupMembership.id.desc()).limit(limit))


def _select() -> Select[Any]:
    held = exists().where(Hold.account_id == GroupMembership.account_id, Hold.kind == HoldKind.PARENT_GROUP.value,
                          Hold.lifted_on.is_(None))
    return (select(GroupMembership, _PARENT, _MEMBER, case((held, True), else_=False).label("held"))
            .join(FundingGroup, FundingGroup.id == GroupMembership.group_id)
            .join(_PARENT, _PARENT.id == FundingGroup.account_id)
            .join(_MEMBER, _MEMBER.id == GroupMembership.account_id)
            .execution_options(populate_existing=True))


def _rows(session: Session, statement: Select[Any]) -> list[MembershipRow]:
    found = session.execute(statement).all()
    items = _items(session, [row[0].id for row in found])
    return [MembershipRow(
        id=membership.id, group_id=membership.group_id, parent=_party(parent), member=_party(member),
        funding=Funding(scope=FundingScope(membership.scope), items=frozenset(items[membership.id])),
        joined_on=membership.joined_on, joined_by=membership.recorded_by, left_on=membership.left_on,
        left_by=membership.left_by or "", held_by_parent=bool(held) and membership.left_on is None)
        for membership, parent, member, held in found]


def _party(account: Account) -> PartyRow:
    return PartyRow(id=account.id, code=account.code, name=account.name, status=AccountStatus(account.status))


def _items(session: Session, membership_ids: Collection[int]) -> dict[int, list[Named]]:
    found: dict[int, list[Named]] = defaultdict(list)
    for row in session.execute(select(FundedItem.membership_id, FundedItem.kind, FundedItem.code).where(
            among(session, FundedItem.membership_id, membership_ids))):
        found[row.membership_id].append(Named(FundedKind(row.kind), row.code))
    return found


def owners(session: Session, account_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """The owner of some accounts, which is their primary contact: its id and name."""
    rows = session.execute(
        select(AccountContact.account_id, Contact.id, Contact.name)
        .join(Contact, Contact.id == AccountContact.contact_id)
        .where(among(session, AccountContact.account_id, account_ids), AccountContact.is_primary))
    return {row.account_id: (row.id, row.name) for row in rows}
