"""Account groups as they are listed and shown: their members, whom they limit, and the groups of one account.

Members are found by the language of the customer list's box. What a person may not see is neither shown nor counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.parties.powers import Power
from app.models.parties.staff import OrgUnit, OrgUnitGroup
from app.models.values import GroupAccess, GroupKind, GroupLevel
from app.services.access.authorize import may, require_account, require_provider, visible
from app.services.access.principal import principal_of
from app.services.customers.list import matching_customers
from app.services.groups.groups import deletion_refusal, require_group
from app.services.paging import AnySelect, Cursor, Order, Page, cut, page_of
from app.services.providers.business_day import business_day

PAGE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTie:
    """An org unit whose staff a security group limits."""

    unit_id: int
    unit: str
    level: GroupLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """One line of the list."""

    id: int
    code: str
    name: str
    description: str
    kind: GroupKind
    access: GroupAccess
    members: int
    """As far as the person sees them."""
    units: tuple[UnitTie, ...]
    """Org units whose staff it limits, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSheet:
    """One group, and what the person may do with it."""

    row: GroupRow
    provider_id: int
    may_edit: bool
    """Its words and kind, and whom to add."""
    may_remove: bool
    may_assign: bool
    why_not_delete: str
    """Empty: it can be deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMemberRow:
    """One customer beside a group."""

    id: int
    code: str
    name: str
    status: str
    is_member: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountGroupRow:
    """One group of an account's provider, seen from the account."""

    id: int
    code: str
    name: str
    description: str
    kind: GroupKind
    access: GroupAccess
    is_member: bool


def group_rows(session: Session, *, provider_id: int) -> list[GroupRow]:
    """The groups of a provider by name."""
    require_provider(session, provider_id, Power.GROUPS)
    return _rows(session, AccountGroup.provider_id == provider_id)


def group_sheet(session: Session, *, group_id: int) -> GroupSheet:
    """One group with what can be done about it."""
    group = require_group(session, group_id, Power.GROUPS)
    assigns = may(session, Power.GROUPS_ASSIGN) and may(session, Power.STAFF)
    return GroupSheet(row=_rows(session, AccountGroup.id == group_id)[0], provider_id=group.provider_id,
                      may_edit=may(session, Power.GROUPS_ADMIN), may_remove=may(session, Power.GROUPS_REMOVE),
                      may_assign=assigns,
                      why_not_delete=_why_not_delete(session, group_id))


def member_page(
    session: Session, *, group_id: int, filter_text: str = "", after: Cursor | None = None,
    before: Cursor | None = None, offset: int = 0, limit: int = PAGE,
) -> Page[GroupMemberRow]:
    """The members that the box finds, by name; all of them for an empty text."""
    statement = _beside(session, group_id, filter_text).where(_is_in(group_id))
    return _page(session, statement, after=after, before=before, offset=offset, limit=limit)


def member_count(session: Session, *, group_id: int, filter_text: str = "") -> int:
    """How many members the box finds."""
    statement = _beside(session, group_id, filter_text).where(_is_in(group_id))
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def candidate_page(
    session: Session, *, group_id: int, filter_text: str = "", after: Cursor | None = None,
    before: Cursor | None = None, offset: int = 0, limit: int = PAGE,
) -> Page[GroupMemberRow]:
    """Customers of the group's provider that are no members yet, by name, to choose whom to add."""
    statement = _beside(session, group_id, filter_text).where(~_is_in(group_id))
    return _page(session, statement, after=after, before=before, offset=offset, limit=limit)


def candidate_count(session: Session, *, group_id: int, filter_text: str = "") -> int:
    """How many customers could be added."""
    statement = _beside(session, group_id, filter_text).where(~_is_in(group_id))
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def groups_of_account(session: Session, *, account_id: int) -> list[AccountGroupRow]:
    """All groups of an account's provider by name, each with whether the account is a member."""
    account = require_account(session, account_id, Power.GROUPS)
    mine = select(AccountGroupMember.group_id).where(AccountGroupMember.account_id == account_id)
    rows = session.execute(
        select(AccountGroup, AccountGroup.id.in_(mine).label("is_member"))
        .where(AccountGroup.provider_id == account.provider_id)).all()
    found = [AccountGroupRow(id=g.id, code=g.code, name=g.name, description=g.description, kind=GroupKind(g.kind),
                             access=GroupAccess(g.access),
                             is_member=bool(is_member)) for g, is_member in rows]
    return sorted(found, key=lambda row: (row.name.casefold(), row.id))


# --------------------------------------------------------------------------- inside


def _rows(session: Session, which: ColumnElement[bool]) -> list[GroupRow]:
    groups = session.scalars(select(AccountGroup).where(which)).all()
    sees = visible(session)
    members = select(AccountGroupMember.group_id, func.count()).group_by(AccountGroupMember.group_id).where(
        AccountGroupMember.group_id.in_([g.id for g in groups]))
    if not principal_of(session).reaches_everything:
        members = members.join(Account, Account.id == AccountGroupMember.account_id).where(sees)
    counts = {row[0]: row[1] for row in session.execute(members)}
    ties: dict[int, list[UnitTie]] = {}
    for row in session.execute(
            select(OrgUnitGroup.group_id, OrgUnitGroup.level, OrgUnit.id, OrgUnit.name)
            .join(OrgUnit, OrgUnit.id == OrgUnitGroup.unit_id)
            .where(OrgUnitGroup.group_id.in_([g.id for g in groups])).order_by(OrgUnit.name)):
        ties.setdefault(row.group_id, []).append(UnitTie(unit_id=row.id, unit=row.name, level=GroupLevel(row.level)))
    found = [GroupRow(id=g.id, code=g.code, name=g.name, description=g.description, kind=GroupKind(g.kind),
                      access=GroupAccess(g.access),
                      members=counts.get(g.id, 0), units=tuple(ties.get(g.id, ()))) for g in groups]
    return sorted(found, key=lambda row: (row.name.casefold(), row.id))


def _why_not_delete(session: Session, group_id: int) -> str:
    """Whoever sees some customers only is told that, and not how many members there are."""
    if not may(session, Power.GROUPS_ADMIN):
        return "needs the power Manage groups"
    who = principal_of(session)
    if who.agent_id is not None or who.limits:
        return "Your org unit reaches some customers only, and this concerns them all."
    return deletion_refusal(session, group_id=group_id)


def _beside(session: Session, group_id: int, filter_text: str) -> AnySelect:
    group = require_group(session, group_id, Power.GROUPS)
    today = business_day(session, group.provider_id)
    found = matching_customers(session, provider_id=group.provider_id, as_of=today, filter_text=filter_text)
    return select(Account.id, Account.code, Account.name, Account.status, Account.name_key,
                  _is_in(group_id).label("is_member")).where(Account.id.in_(found))


def _is_in(group_id: int) -> ColumnElement[bool]:
    found: ColumnElement[bool] = Account.id.in_(
        select(AccountGroupMember.account_id).where(AccountGroupMember.group_id == group_id))
    return found


def _page(
    session: Session, statement: AnySelect, *, after: Cursor | None, before: Cursor | None, offset: int, limit: int
) -> Page[GroupMemberRow]:
    order = Order((Account.name_key.expression, Account.id.expression))
    found = session.execute(cut(statement, order, after=after, before=before, offset=offset, limit=limit)).all()
    rows = [GroupMemberRow(id=r.id, code=r.code, name=r.name, status=r.status,
                           is_member=bool(r.is_member)) for r in found]
    return page_of(rows, [(r.name_key, r.id) for r in found], limit=limit, backwards=before is not None)
