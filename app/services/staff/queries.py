"""Staff as it is listed and shown: users, org units, roles with the tree of powers, and one's own details."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, aliased

from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import POWER_WORDS, Power, effective_powers, parent_of
from app.models.parties.provider import Provider
from app.models.parties.staff import OrgUnit, OrgUnitGroup, OrgUnitRole, StaffRole, StaffRolePower, StaffUser
from app.models.values import PROVIDER_TYPES, AccountType, GroupAccess, GroupLevel
from app.services.access.authorize import authorize, visible
from app.services.access.principal import principal_of
from app.services.access.strength import powers_by_unit, powers_to_give, refusal_to_touch
from app.services.errors import NotSignedIn

_KNOWN = frozenset(p.value for p in Power)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffProvider:
    """A provider that staff may work for."""

    id: int
    name: str
    realm: str
    """`@company.example`; empty where none is set, and nobody can be created yet."""
    agents: tuple[tuple[int, str], ...]
    """Agents of it that may have an org unit, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """One staff user."""

    id: int
    login: str
    name: str
    email: str
    unit_id: int
    unit: str
    provider_id: int
    provider: str
    active: bool
    signed_in_at: datetime | None
    why_not: str = ""
    """Why the person may not change them, though they manage staff; empty where they may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitGroup:
    """A security group that limits an org unit."""

    group_id: int
    name: str
    access: GroupAccess
    level: GroupLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One org unit."""

    id: int
    provider_id: int
    provider: str
    name: str
    description: str
    agent: str
    """Name of the agent whose staff these are; empty for the provider's own."""
    roles: tuple[tuple[int, str], ...]
    groups: tuple[UnitGroup, ...]
    staff: int
    why_not: str = ""
    """Why the person may not change it, though they manage staff; empty where they may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRow:
    """One role."""

    id: int
    provider_id: int
    provider: str
    name: str
    description: str
    powers: frozenset[str]
    units: tuple[str, ...]
    """Org units that have it, by name."""
    why_not: str = ""
    """Why the person may not change it, though they manage staff; empty where they may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerRow:
    """One power of the tree, parents before children."""

    key: str
    parent: str
    """Empty at the top."""
    label: str
    help: str
    refusal: str
    """Why the person cannot give it; empty where they can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDetails:
    """*My details*."""

    name: str
    login: str
    email: str
    unit: str
    provider: str
    roles: tuple[str, ...]
    powers: frozenset[str]
    """Those that count, of all roles together."""
    tree: tuple[PowerRow, ...]


@dataclass(frozen=True, slots=True)
class OwnPowers:
    """The powers of whoever works here, for what is off ahead of being asked."""

    keys: frozenset[str]
    labels: dict[str, str]
    """Every power in words, by key."""

    def refusal(self, key: str) -> str:
        """Why what needs this power is off, as the rest of a sentence; empty where they have it."""
        return "" if not key or key in self.keys else f'needs the power "{self.labels.get(key, key)}"'


def own_powers(session: Session) -> OwnPowers:
    """What the person of this unit of work may do."""
    keys = frozenset(power.value for power in principal_of(session).powers)
    return OwnPowers(keys, {power.value: words.label for power, words in POWER_WORDS.items()})


def staff_providers(session: Session) -> list[StaffProvider]:
    """Providers within reach, the operator first, then by name."""
    authorize(session, Power.STAFF)
    rows = session.execute(
        select(Account.id, Account.name, Account.type, Provider.realm).join(Provider, Provider.account_id == Account.id)
        .where(_of_reach(session, Account.id), Account.type.in_(sorted(PROVIDER_TYPES)))
        .order_by(Account.type != AccountType.OPERATOR.value, Account.name_key, Account.id)).all()
    agents: dict[int, list[tuple[int, str]]] = {}
    for row in session.execute(select(Account.id, Account.name, Account.provider_id).where(
            Account.type == AccountType.AGENT.value, visible(session)).order_by(Account.name_key)):
        agents.setdefault(row.provider_id, []).append((row.id, row.name))
    return [StaffProvider(id=r.id, name=r.name, realm=r.realm or "", agents=tuple(agents.get(r.id, ()))) for r in rows]


def staff_rows(session: Session) -> list[StaffRow]:
    """Staff users within reach by login."""
    authorize(session, Power.STAFF)
    rows = session.execute(
        select(StaffUser, OrgUnit.name, Account.name).join(OrgUnit, OrgUnit.id == StaffUser.unit_id)
        .join(Account, Account.id == StaffUser.provider_id).where(_of_reach(session, StaffUser.provider_id))
        .order_by(StaffUser.login)).all()
    held = powers_by_unit(session)
    return [StaffRow(id=s.id, login=s.login, name=s.name, email=s.email, unit_id=s.unit_id, unit=unit,
                     provider_id=s.provider_id, provider=provider, active=s.active,
                     signed_in_at=s.signed_in_at,
                     why_not=refusal_to_touch(session, s.name, held.get(s.unit_id, ()))) for s, unit, provider in rows]


def unit_rows(session: Session) -> list[UnitRow]:
    """Org units within reach, by provider and name."""
    authorize(session, Power.STAFF)
    other = aliased(Account)
    agent = select(other.name).where(other.id == OrgUnit.agent_id).correlate(OrgUnit).scalar_subquery()
    staff = select(func.count()).where(StaffUser.unit_id == OrgUnit.id).scalar_subquery()
    rows = session.execute(
        select(OrgUnit, Account.name, agent.label("agent"), staff.label("staff"))
        .join(Account, Account.id == OrgUnit.provider_id).where(_of_reach(session, OrgUnit.provider_id))).all()
    roles = _gathered(session.execute(
        select(OrgUnitRole.unit_id, StaffRole.id, StaffRole.name).join(StaffRole, StaffRole.id == OrgUnitRole.role_id)
        .order_by(StaffRole.name)))
    groups: dict[int, list[UnitGroup]] = {}
    for row in session.execute(
            select(OrgUnitGroup.unit_id, OrgUnitGroup.level, AccountGroup.id, AccountGroup.name, AccountGroup.access)
            .join(AccountGroup, AccountGroup.id == OrgUnitGroup.group_id).order_by(AccountGroup.name)):
        groups.setdefault(row.unit_id, []).append(
            UnitGroup(group_id=row.id, name=row.name, access=GroupAccess(row.access), level=GroupLevel(row.level)))
    held = powers_by_unit(session)
    found = [UnitRow(id=u.id, provider_id=u.provider_id, provider=provider, name=u.name, description=u.description,
                     agent=agent_name or "",
                     roles=tuple(roles.get(u.id, ())), groups=tuple(groups.get(u.id, ())), staff=count,
                     why_not=refusal_to_touch(session, u.name, held.get(u.id, ())))
             for u, provider, agent_name, count in rows]
    return sorted(found, key=lambda row: (row.provider.casefold(), row.name.casefold(), row.id))


def role_rows(session: Session) -> list[RoleRow]:
    """Roles within reach, by provider and name."""
    authorize(session, Power.STAFF)
    rows = session.execute(select(StaffRole, Account.name).join(Account, Account.id == StaffRole.provider_id)
                           .where(_of_reach(session, StaffRole.provider_id))).all()
    powers: dict[int, set[str]] = {}
    for role_id, power in session.execute(select(StaffRolePower.role_id, StaffRolePower.power)):
        if power in _KNOWN:
            powers.setdefault(role_id, set()).add(power)
    units = _gathered(session.execute(
        select(OrgUnitRole.role_id, OrgUnit.id, OrgUnit.name).join(OrgUnit, OrgUnit.id == OrgUnitRole.unit_id)
        .order_by(OrgUnit.name)))
    held = powers_by_unit(session)
    found = [RoleRow(id=r.id, provider_id=r.provider_id, provider=provider, name=r.name, description=r.description,
                     powers=frozenset(powers.get(r.id, ())),
                     units=tuple(name for _, name in units.get(r.id, ())),
                     why_not=refusal_to_touch(session, f"Whoever has the role {r.name}", _all_together(
                         powers.get(r.id, ()), *(held.get(unit_id, ()) for unit_id, _ in units.get(r.id, ())))))
             for r, provider in rows]
    return sorted(found, key=lambda row: (row.provider.casefold(), row.name.casefold(), row.id))


def power_tree(session: Session) -> list[PowerRow]:
    """The tree of powers, each with why the person cannot give it."""
    authorize(session, Power.STAFF)
    return list(_tree(powers_to_give(session)))


def own_details(session: Session) -> OwnDetails:
    """Who works here, with what they may do. Raises NotSignedIn for the console."""
    own = principal_of(session)
    staff = session.get(StaffUser, own.staff_id) if own.staff_id is not None else None
    if staff is None:
        raise NotSignedIn("Nobody signs in to this database yet: whoever opens it may do everything.")
    roles = session.scalars(select(StaffRole.name).join(OrgUnitRole, OrgUnitRole.role_id == StaffRole.id)
                            .where(OrgUnitRole.unit_id == staff.unit_id).order_by(StaffRole.name)).all()
    return OwnDetails(name=staff.name, login=staff.login, email=staff.email, unit=own.unit,
                      provider=session.get_one(Account, staff.provider_id).name, roles=tuple(roles),
                      powers=frozenset(power.value for power in own.powers), tree=tuple(_tree(own.powers)))


def powers_of_words(keys: Collection[str]) -> frozenset[Power]:
    """Powers by the keys that screens hand back."""
    return effective_powers(Power(key) for key in keys if key in _KNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffBook:
    """All that the staff screen lists, read at once."""

    providers: tuple[StaffProvider, ...]
    users: tuple[StaffRow, ...]
    units: tuple[UnitRow, ...]
    roles: tuple[RoleRow, ...]
    tree: tuple[PowerRow, ...]
    why_not: str = ""
    """Why the person manages nobody, though they have the power; empty where they do."""


def staff_book(session: Session) -> StaffBook:
    """Providers, users, org units, roles and powers within reach."""
    return StaffBook(providers=tuple(staff_providers(session)), users=tuple(staff_rows(session)),
                     units=tuple(unit_rows(session)),
                     roles=tuple(role_rows(session)), tree=tuple(power_tree(session)),
                     why_not=_REACHES_SOME if principal_of(session).sees_some_only else "")


_REACHES_SOME: Final = ("Your org unit reaches some customers only. Whoever manages staff could make themselves a "
                        "colleague who reaches more.")


# --------------------------------------------------------------------------- inside


def _all_together(*held: Collection[str]) -> frozenset[Power]:
    return frozenset(Power(key) for keys in held for key in keys)


def _tree(own: Collection[Power]) -> list[PowerRow]:
    rows = []
    for power in Power:
        above = parent_of(power)
        words = POWER_WORDS[power]
        refusal = "" if power in own else "You do not have this power yourself, so you cannot give it."
        rows.append(PowerRow(key=power.value, parent=above.value if above is not None else "", label=words.label,
                             help=words.help, refusal=refusal))
    return rows


def _of_reach(session: Session, provider: Any) -> ColumnElement[bool]:
    providers = principal_of(session).providers
    found: ColumnElement[bool] = true() if providers is None else provider.in_(sorted(providers))
    return found


def _gathered(rows: Any) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    for key, id_, name in rows:
        found.setdefault(key, []).append((id_, name))
    return found
