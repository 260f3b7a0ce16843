"""Who acts in a unit of work: the console of a database without staff, or a staff user with powers and limits.

A principal is read anew in every unit of work, so that a power taken away, or a user set inactive, counts at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import ALL_POWERS, Power, effective_powers
from app.models.parties.staff import OrgUnit, OrgUnitGroup, OrgUnitRole, StaffRolePower, StaffUser
from app.models.values import PROVIDER_TYPES, AccountType, GroupAccess, GroupKind, GroupLevel
from app.services.access.walks import below
from app.services.errors import NotSignedIn

_PRINCIPAL = "principal"
_STAFF = "staff_id"
_PROVIDERS = sorted(PROVIDER_TYPES)
_KNOWN = frozenset(p.value for p in Power)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLimit:
    """One security group tied to the org unit."""

    group_id: int
    name: str
    access: GroupAccess
    level: GroupLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who acts, what they may do, and how far they reach; `None` for a set of providers means every one."""

    name: str
    powers: frozenset[Power]
    staff_id: int | None = None
    login: str = ""
    unit_id: int | None = None
    unit: str = ""
    provider_id: int | None = None
    agent_id: int | None = None
    providers: frozenset[int] | None = None
    """Providers whose own account is in reach: one's own and those below it."""
    customer_providers: frozenset[int] | None = None
    """Providers whose customers are in reach."""
    limits: tuple[GroupLimit, ...] = field(default=())

    @property
    def sees_some_only(self) -> bool:
        """Whether agent or groups narrow what they see within their own providers."""
        return self.agent_id is not None or bool(self.limits)

    @property
    def reaches_everything(self) -> bool:
        """Neither tier, agent nor group narrows what they see: the console, and the operator's staff without limits."""
        return self.providers is None and self.customer_providers is None and not self.sees_some_only

    def may(self, power: Power) -> bool:
        return power in self.powers

    def is_oneself(self, account_id: int) -> bool:
        """Whether an account is that of the provider or the agent whose staff this is: what others grant it."""
        return account_id in (self.provider_id, self.agent_id)

    def groups(self, access: GroupAccess, level: GroupLevel | None = None) -> list[int]:
        """Ids of the limiting groups with an access code, and a level where one is asked for."""
        return [g.group_id for g in self.limits if g.access is access and level in (None, g.level)]


def set_staff(session: Session, staff_id: int | None) -> None:
    """Say who works in this unit of work; None is the console."""
    session.info[_STAFF] = staff_id
    session.info.pop(_PRINCIPAL, None)


def act_as_program(session: Session) -> None:
    """Let the rest of this unit of work do what nobody in particular asked for."""
    session.info[_PRINCIPAL] = Principal(name="the program", powers=ALL_POWERS)


def principal_of(session: Session) -> Principal:
    """The principal of this unit of work. Raises NotSignedIn where the database has staff and nobody signed in."""
    found: Principal | None = session.info.get(_PRINCIPAL)
    if found is None:
        staff_id: int | None = session.info.get(_STAFF)
        found = _console(session) if staff_id is None else load_principal(session, staff_id)
        session.info[_PRINCIPAL] = found
    return found


def read_principal_anew(session: Session) -> None:
    """Let the next question of this unit of work read again what a staff user may do and reaches.

    While it waited for a lock that may have changed, and a provider made in it is in reach then. What the program does
    by itself, and the console, stay as they are.
    """
    found: Principal | None = session.info.get(_PRINCIPAL)
    if found is not None and found.staff_id is not None:
        session.info.pop(_PRINCIPAL)


def knows_staff(session: Session) -> bool:
    """Whether sign-in has begun: from then on nobody works without it (ARCHITECTURE.md, "Powers")."""
    return bool(session.scalar(select(exists().where(StaffUser.id.is_not(None)))))


def _console(session: Session) -> Principal:
    if knows_staff(session):
        raise NotSignedIn("This database knows its staff. Sign in, or on the command line add --as name@realm.")
    return Principal(name=str(session.info.get("actor", "console")), powers=ALL_POWERS)


def load_principal(session: Session, staff_id: int, *, even_inactive: bool = False) -> Principal:
    """Powers and limits of one staff user. Raises NotSignedIn for one who is unknown or inactive."""
    row = session.execute(
        select(StaffUser, OrgUnit, Account.type).join(OrgUnit, OrgUnit.id == StaffUser.unit_id)
        .join(Account, Account.id == StaffUser.provider_id).where(StaffUser.id == staff_id)
    ).one_or_none()
    if row is None or not (row.StaffUser.active or even_inactive):
        raise NotSignedIn("This staff user is no longer active. Somebody who manages staff can change that.")
    staff: StaffUser = row.StaffUser
    unit: OrgUnit = row.OrgUnit
    granted = session.scalars(
        select(StaffRolePower.power).join(OrgUnitRole, OrgUnitRole.role_id == StaffRolePower.role_id)
        .where(OrgUnitRole.unit_id == unit.id)
    )
    powers = effective_powers(Power(word) for word in granted if word in _KNOWN)
    providers, customers = _reach(session, staff.provider_id, AccountType(row.type), powers)
    return Principal(
        name=staff.name, powers=powers, staff_id=staff.id, login=staff.login, unit_id=unit.id, unit=unit.name,
        provider_id=staff.provider_id, agent_id=unit.agent_id, providers=providers, customer_providers=customers,
        limits=tuple(_limits(session, unit.id)),
    )


def _reach(
    session: Session, provider_id: int, kind: AccountType, powers: Iterable[Power]
) -> tuple[frozenset[int] | None, frozenset[int] | None]:
    """Whose accounts are in reach: the operator's staff have all, wholesale staff the providers below theirs."""
    if kind is AccountType.OPERATOR:
        return None, None
    own = frozenset({provider_id})
    if kind is not AccountType.WHOLESALE:
        return own, own
    below = providers_below(session, provider_id)
    return below, below if Power.CUSTOMERS_DOWNSTREAM in powers else own


def providers_below(session: Session, provider_id: int) -> frozenset[int]:
    """A provider and every provider below it."""
    return frozenset(session.scalars(select(below([provider_id]).c.id)))


def _limits(session: Session, unit_id: int) -> list[GroupLimit]:
    rows = session.execute(
        select(AccountGroup.id, AccountGroup.name, AccountGroup.access, OrgUnitGroup.level)
        .join(OrgUnitGroup, OrgUnitGroup.group_id == AccountGroup.id)
        .where(OrgUnitGroup.unit_id == unit_id, AccountGroup.kind == GroupKind.SECURITY.value)
        .order_by(AccountGroup.id)
    )
    return [GroupLimit(group_id=row.id, name=row.name, access=GroupAccess(row.access),
                       level=GroupLevel(row.level)) for row in rows]
