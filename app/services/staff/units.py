"""Org units: staff with the same task, the roles they have, and the groups that limit whom they see.

Whoever reaches some customers only manages no staff: they could make themselves a colleague who reaches more.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count
from typing import Final

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from app.models.base import text_limits
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import Power
from app.models.parties.staff import OrgUnit, OrgUnitGroup, OrgUnitRole, StaffRole
from app.models.values import AccountType, GroupKind, GroupLevel
from app.services.access.audit import write_audit
from app.services.access.authorize import authorize, require_provider, require_unlimited
from app.services.access.principal import principal_of
from app.services.access.strength import (
    hold_staff_still,
    keeping_powers,
    powers_of_role,
    powers_of_units,
    refuse_giving_more,
    refuse_touching_stronger,
)
from app.services.changes import Changed, ChangeSet, Created
from app.services.errors import NotAllowed, NotFound, RefusedByRule
from app.services.providers.modules import Module, require_module
from app.services.staff.naming import STAFF_CHANGED, edit_words, refuse_empty_or_taken
from app.services.staff.roles import role_of

LIMITS: Final = text_limits(OrgUnit, "code", "name", "description")
"""Most characters of what is said about an org unit."""


def create_unit(
    session: Session, *, provider_id: int, name: str, description: str = "", agent_id: int | None = None,
    role_ids: Collection[int] | None = None, code: str = "",
) -> Created:
    """Create an org unit of a provider, or of one of its agents, with its roles where they are given.

    Without a code it gets one from its name.
    """
    hold_staff_still(session, Power.STAFF_ADMIN)
    require_unlimited(session, provider_id, Power.STAFF_ADMIN)
    if agent_id is not None:
        agent = session.get(Account, agent_id)
        if agent is None or agent.type != AccountType.AGENT or agent.provider_id != provider_id:
            raise RefusedByRule("An org unit for an agent names an agent of the same provider.")
        require_module(session, provider_id, Module.AGENTS)
    unit_id = insert_unit(session, provider_id, name, description, agent_id, code=code)
    write_audit(session, provider_id=provider_id, action="org_unit_created", detail=name.strip())
    session.flush()
    if role_ids is not None:
        set_unit_roles(session, unit_id=unit_id, role_ids=role_ids)
    return Created(id=unit_id, changes=STAFF_CHANGED)


def edit_unit(
    session: Session, *, unit_id: int, name: str, description: str, role_ids: Collection[int] | None = None
) -> ChangeSet:
    """Change the words of an org unit, and its roles where they are given.

    Whose it is stays, for its staff would see other customers.
    """
    hold_staff_still(session, Power.STAFF_ADMIN)
    unit = _unit_to_change(session, unit_id)
    changes = edit_words(session, unit, name, description, "org unit")
    if role_ids is None:
        return changes
    held = session.scalars(select(OrgUnitRole.role_id).where(OrgUnitRole.unit_id == unit_id)).all()
    if set(held) == set(role_ids):
        return changes
    return changes | set_unit_roles(session, unit_id=unit_id, role_ids=role_ids)


def set_unit_roles(session: Session, *, unit_id: int, role_ids: Collection[int]) -> ChangeSet:
    """Say which roles an org unit has; its staff have the union of their powers from now on."""
    hold_staff_still(session, Power.STAFF_ADMIN)
    unit = _unit_to_change(session, unit_id)
    roles = {role_id: role_of(session, role_id) for role_id in role_ids}
    for role in roles.values():
        if role.provider_id != unit.provider_id:
            raise RefusedByRule(f"The role {role.name} is of another provider.")
        refuse_giving_more(session, powers_of_role(session, role.id))
    old = session.scalars(select(StaffRole.name).join(OrgUnitRole, OrgUnitRole.role_id == StaffRole.id)
                          .where(OrgUnitRole.unit_id == unit_id)).all()
    with keeping_powers(session):
        session.execute(delete(OrgUnitRole).where(OrgUnitRole.unit_id == unit_id))
        session.add_all(OrgUnitRole(provider_id=unit.provider_id, unit_id=unit_id, role_id=r) for r in sorted(roles))
    write_audit(
        session, provider_id=unit.provider_id, action="org_unit_roles", detail=unit.name,
        field="roles", old=", ".join(sorted(old)), new=", ".join(sorted(role.name for role in roles.values())))
    return STAFF_CHANGED


def tie_group(session: Session, *, unit_id: int, group_id: int, level: GroupLevel | None) -> ChangeSet:
    """Let a security group limit the staff of an org unit, for looking or for changing; None unties it.

    It says what others see: whoever sees some customers only does not decide that, nor somebody who can do less.
    """
    hold_staff_still(session, Power.GROUPS_ASSIGN)
    unit = unit_of(session, unit_id)
    require_provider(session, unit.provider_id, Power.GROUPS_ASSIGN)
    group = session.get(AccountGroup, group_id)
    if group is None or group.provider_id != unit.provider_id:
        raise NotFound("There is no such account group.")
    if group.kind != GroupKind.SECURITY:
        raise RefusedByRule(f"{group.name} is a distribution group; those never limit anybody.")
    own = principal_of(session)
    if own.unit_id == unit_id:
        raise NotAllowed("Whoever is limited by a group cannot change that themselves.")
    require_unlimited(session, unit.provider_id, Power.GROUPS_ASSIGN)
    refuse_touching_stronger(session, unit.name, powers_of_units(session, [unit_id]))
    tied = and_(OrgUnitGroup.unit_id == unit_id, OrgUnitGroup.group_id == group_id)
    old = session.scalar(select(OrgUnitGroup.level).where(tied))
    new = None if level is None else level.value
    if old == new:
        return ChangeSet.empty()
    with keeping_powers(session):
        session.execute(delete(OrgUnitGroup).where(tied))
        if new is not None:
            session.add(OrgUnitGroup(provider_id=unit.provider_id, unit_id=unit_id, group_id=group_id, level=new))
    write_audit(session, provider_id=unit.provider_id, action="org_unit_group", detail=f"{unit.name}: {group.name}",
                field="level", old=old, new=new)
    return STAFF_CHANGED | ChangeSet.of(Changed.ACCOUNTS)


def insert_unit(
    session: Session, provider_id: int, name: str, description: str, agent_id: int | None = None, *, code: str = ""
) -> int:
    """Write an org unit; answers its id. Raises RefusedByRule for a name or a code that is taken."""
    refuse_empty_or_taken(session, OrgUnit, provider_id, name, "org unit")
    taken = set(session.scalars(select(OrgUnit.code).where(OrgUnit.provider_id == provider_id)))
    if code.strip() in taken:
        raise RefusedByRule(f'There is an org unit with the code "{code.strip()}" already; codes are unique within a '
                            "provider.")
    unit = OrgUnit(provider_id=provider_id, code=code.strip() or _free_code(name.strip(), taken), name=name.strip(),
                   description=description, agent_id=agent_id)
    session.add(unit)
    session.flush()
    return unit.id


def _free_code(name: str, taken: Collection[str]) -> str:
    """The name as far as a code has room for it, and a number where that is taken."""
    room = LIMITS["code"]
    codes = (name[:room].strip() if n == 1 else f"{name[:room - 4].strip()} {n}" for n in count(1))
    return next(code for code in codes if code not in taken)


def unit_of(session: Session, unit_id: int) -> OrgUnit:
    """An org unit by its id. Raises NotFound."""
    authorize(session, Power.STAFF)
    unit = session.get(OrgUnit, unit_id, populate_existing=True)
    if unit is None:
        raise NotFound("There is no such org unit.")
    return unit


def _unit_to_change(session: Session, unit_id: int) -> OrgUnit:
    """The org unit, where the person manages its staff and can do all that these can."""
    unit = unit_of(session, unit_id)
    require_unlimited(session, unit.provider_id, Power.STAFF_ADMIN)
    refuse_touching_stronger(session, unit.name, powers_of_units(session, [unit_id]))
    return unit
