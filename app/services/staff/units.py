"""Org units: staff with the same task, the roles they have, and the groups that limit whom they see.

Whoever reaches some customers only manages no staff: they could make themselves a colleague who reaches more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import count
from typing import Any, Final

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.base import text_limits
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import Power
from app.models.parties.staff import OrgUnit, OrgUnitGroup, OrgUnitRole
from app.models.values import AccountType, GroupKind, GroupLevel
from app.services.access.audit import About, write_audit
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
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.errors import NotAllowed, NotFound, RefusedByRule
from app.services.files.texts import require_text
from app.services.providers.modules import Module, require_module
from app.services.saving import wanted_changes
from app.services.staff.naming import STAFF_CHANGED, edit_words, refuse_empty_or_taken, speech_about
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
        set_unit_roles(session, unit_id=unit_id, role_ids=role_ids, seen=())
    return Created(id=unit_id, changes=STAFF_CHANGED)


def edit_unit(
    session: Session, *, unit_id: int, name: str, description: str, seen: Mapping[str, Any],
    role_ids: Collection[int] | None = None,
) -> ChangeSet:
    """Change the words of an org unit, and its roles where they are given.

    Whose it is stays, for its staff would see other customers. `seen` is what the form had read: `name`,
    `description`, and `role_ids` as a set. Raises SavedMeanwhile where somebody else changed the same since.
    """
    hold_staff_still(session, Power.STAFF_ADMIN)
    unit = _unit_to_change(session, unit_id)
    wanted: dict[str, Any] = {"name": name.strip(), "description": description.strip()}
    if role_ids is not None:
        wanted["role_ids"] = frozenset(role_ids)
    now = _details_of(session, unit)
    changed = _save(session, unit, now, seen=seen, wanted=wanted)
    return changed.with_undo(Undo(
        of=f"change of the org unit {unit.name}", done=f"Org unit {unit.name} changed.", command=edit_unit,
        arguments={"unit_id": unit_id, **now, "seen": _details_of(session, unit)}))


def _details_of(session: Session, unit: OrgUnit) -> dict[str, Any]:
    return {"name": unit.name, "description": unit.description, "role_ids": _roles_of_unit(session, unit.id)}


def set_unit_roles(
    session: Session, *, unit_id: int, role_ids: Collection[int], seen: Collection[int]
) -> ChangeSet:
    """Say which roles an org unit has; its staff have the union of their powers from now on.

    `seen` are those it was shown with. Raises SavedMeanwhile where somebody else changed them since.
    """
    hold_staff_still(session, Power.STAFF_ADMIN)
    unit = _unit_to_change(session, unit_id)
    return _save(session, unit, {"role_ids": _roles_of_unit(session, unit_id)}, seen={"role_ids": frozenset(seen)},
                 wanted={"role_ids": frozenset(role_ids)})


def _save(
    session: Session, unit: OrgUnit, now: Mapping[str, Any], *, seen: Mapping[str, Any], wanted: Mapping[str, Any]
) -> ChangeSet:
    about = About(kind=Subject.ORG_UNIT, id=unit.id)

    def text(field: str, value: Any) -> str:
        if field != "role_ids" or value is None:
            return value or ""
        return ", ".join(sorted(role_of(session, role_id).name for role_id in value)) or "none"

    changes = wanted_changes(seen=seen, now=now, wanted=wanted,
                             speech=lambda: speech_about(session, unit.provider_id, about, text))
    edit_words(session, unit, changes, about, "org unit")
    if "role_ids" in changes:
        _write_roles(session, unit, changes["role_ids"])
        write_audit(session, provider_id=unit.provider_id, action="org_unit_roles", detail=unit.name, about=about,
                    field="role_ids", old=text("role_ids", now["role_ids"]), new=text("role_ids", changes["role_ids"]))
    return STAFF_CHANGED if changes else ChangeSet.empty()


def _write_roles(session: Session, unit: OrgUnit, role_ids: Collection[int]) -> None:
    for role in [role_of(session, role_id) for role_id in role_ids]:
        if role.provider_id != unit.provider_id:
            raise RefusedByRule(f"The role {role.name} is of another provider.")
        refuse_giving_more(session, powers_of_role(session, role.id))
    with keeping_powers(session):
        session.execute(delete(OrgUnitRole).where(OrgUnitRole.unit_id == unit.id))
        session.add_all(OrgUnitRole(provider_id=unit.provider_id, unit_id=unit.id, role_id=r) for r in sorted(role_ids))


def tie_group(
    session: Session, *, unit_id: int, group_id: int, level: GroupLevel | None, seen: GroupLevel | None
) -> ChangeSet:
    """Let a security group limit the staff of an org unit, for looking or for changing; None unties it.

    It says what others see: whoever sees some customers only does not decide that, nor somebody who can do less.
    `seen` is the level it was shown with. Raises SavedMeanwhile where somebody else tied or untied it since.
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
    stored = session.scalar(select(OrgUnitGroup.level).where(tied))
    old = None if stored is None else GroupLevel(stored)
    field, about = f"group_{group_id}", About(kind=Subject.ORG_UNIT, id=unit_id)
    changes = wanted_changes(
        seen={field: seen}, now={field: old}, wanted={field: level}, is_explicit=True,
        speech=lambda: speech_about(session, unit.provider_id, about, lambda _field, value: _LEVEL_WORDS[value],
                                    {field: f"the level of {group.name}"}))
    if not changes:
        return ChangeSet.empty()
    with keeping_powers(session):
        session.execute(delete(OrgUnitGroup).where(tied))
        if level is not None:
            session.add(OrgUnitGroup(provider_id=unit.provider_id, unit_id=unit_id, group_id=group_id,
                                     level=level.value))
    write_audit(session, provider_id=unit.provider_id, action="org_unit_group", detail=f"{unit.name}: {group.name}",
                about=about, field=field, old=stored, new=None if level is None else level.value)
    done = ("{group} no longer limits the staff of {unit}." if level is None else
            "{group} limits the staff of {unit}.").format(group=group.name, unit=unit.name)
    return (STAFF_CHANGED | ChangeSet.of(Changed.ACCOUNTS)).with_undo(Undo(
        of=f"{group.name} of {unit.name}", done=done, command=tie_group,
        arguments={"unit_id": unit_id, "group_id": group_id, "level": old, "seen": level}))


_LEVEL_WORDS: Final[Mapping[GroupLevel | None, str]] = {
    None: "not assigned", GroupLevel.VIEW: "look at them", GroupLevel.EDIT: "change them"}


def insert_unit(
    session: Session, provider_id: int, name: str, description: str, agent_id: int | None = None, *, code: str = ""
) -> int:
    """Write an org unit; answers its id. Raises RefusedByRule for a name or a code that is taken."""
    refuse_empty_or_taken(session, OrgUnit, provider_id, name, "org unit")
    require_text("code", "The code", code.strip())
    require_text("description", "The description", description, has_lines=True)
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


def _roles_of_unit(session: Session, unit_id: int) -> frozenset[int]:
    """Ids of the roles that an org unit has."""
    return frozenset(session.scalars(select(OrgUnitRole.role_id).where(OrgUnitRole.unit_id == unit_id)))


def _unit_to_change(session: Session, unit_id: int) -> OrgUnit:
    """The org unit, where the person manages its staff and can do all that these can."""
    unit = unit_of(session, unit_id)
    require_unlimited(session, unit.provider_id, Power.STAFF_ADMIN)
    refuse_touching_stronger(session, unit.name, powers_of_units(session, [unit_id]))
    return unit
