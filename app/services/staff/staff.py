"""Staff, org units and roles: who may sign in, and what they may do.

Sign-in begins once per database (`begin_sign_in`), with an administrator who has all powers; until then nobody signs
in. The last active administrator cannot be taken away, or nobody could ever change anything again. Whoever reaches
some customers only manages no staff: they could make themselves a colleague who reaches more.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import ALL_POWERS, Power, with_parents
from app.models.parties.provider import Provider
from app.models.parties.staff import OrgUnit, OrgUnitGroup, OrgUnitRole, StaffRole, StaffRolePower, StaffUser
from app.models.values import AccountType, GroupKind, GroupLevel
from app.services.access.audit import write_audit
from app.services.access.authorize import authorize, require_provider, require_unlimited
from app.services.access.principal import knows_staff, principal_of
from app.services.changes import Changed, ChangeSet, Created
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import InputRejected, NotAllowed, NotFound, NotSignedIn, RefusedByRule
from app.services.hierarchy.operator import operator_of
from app.services.providers.modules import Module, require_module
from app.services.staff.sign_in import SignedIn, hash_password, sign_in

ADMIN_NAME = "Admin Full Powers"
_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._+-]*[a-z0-9])?@(?:[a-z0-9-]+\.)+[a-z0-9-]+")
_CHANGED = ChangeSet.of(Changed.STAFF)


# --------------------------------------------------------------------------- the beginning


def begin_sign_in(session: Session, *, login: str, name: str, password: str) -> ChangeSet:
    """Set the operator's realm and create its administrator with all powers; from then on people sign in.

    Raises RefusedByRule where sign-in has begun already.
    """
    refuse_when_begun(session)
    typed = checked_login(login)
    operator = operator_of(session)
    provider = session.get_one(Provider, operator.id)
    realm = _realm_of(typed)
    _refuse_taken_realm(session, realm, operator.id)
    provider.realm = realm
    unit_id = _new_unit(session, operator.id, ADMIN_NAME, "All powers")
    role_id = _new_role(session, operator.id, ADMIN_NAME, "Every power there is", ALL_POWERS)
    session.add(OrgUnitRole(provider_id=operator.id, unit_id=unit_id, role_id=role_id))
    _new_user(session, provider_id=operator.id, unit_id=unit_id, login=typed, name=name, password=password)
    write_audit(session, provider_id=operator.id, action="sign_in_begun", detail=f"{typed} administers this database")
    session.flush()
    return _CHANGED


def begin_and_sign_in(database: Database, *, login: str, name: str, password: str) -> SignedIn:
    """Begin sign-in, and sign the new administrator in at once: the database goes on working for them."""
    with database.write() as session:
        begin_sign_in(session, login=login, name=name, password=password)
    return sign_in(database, login=login, password=password)


def refuse_when_begun(session: Session) -> None:
    """Raise RefusedByRule where sign-in has begun."""
    if knows_staff(session):
        raise RefusedByRule("Sign-in has begun already. Whoever manages staff can create more users.")


def checked_login(login: str) -> str:
    """A login in the form it is stored in: `name@realm`, lower case. Raises InputRejected."""
    typed = login.strip().casefold()
    if not _LOGIN.fullmatch(typed) or len(typed) > 200:
        raise InputRejected(f'"{login}" is not a login. Write name@realm, for instance kim@company.example.')
    return typed


def _realm_of(login: str) -> str:
    return "@" + login.partition("@")[2]


def _refuse_taken_realm(session: Session, realm: str, provider_id: int) -> None:
    taken = session.scalar(select(Provider.account_id).where(Provider.realm == realm,
                                                             Provider.account_id != provider_id))
    if taken is not None:
        owner = session.get_one(Account, taken)
        raise RefusedByRule(f"The realm {realm} is that of {owner.name}; the operator needs one of its own.")


# --------------------------------------------------------------------------- users


def create_user(session: Session, *, unit_id: int, login: str, name: str, password: str, email: str = "") -> Created:
    """Create a staff user of the org unit's provider; the login must end with its realm."""
    unit = _unit(session, unit_id)
    require_unlimited(session, unit.provider_id, Power.STAFF_ADMIN)
    typed = checked_login(login)
    realm = session.get_one(Provider, unit.provider_id).realm
    provider = session.get_one(Account, unit.provider_id)
    if realm is None or _realm_of(typed) != realm:
        raise RefusedByRule(f"Logins of {provider.name} end with {realm or 'its realm, which is not set yet'}; "
                            f'"{typed}" does not.')
    if session.scalar(select(StaffUser.id).where(StaffUser.login == typed)) is not None:
        raise RefusedByRule(f"The login {typed} is taken.")
    _refuse_more_than_own(session, unit)
    staff_id = _new_user(session, provider_id=unit.provider_id, unit_id=unit_id, login=typed, name=name,
                         password=password, email=email)
    write_audit(session, provider_id=unit.provider_id, action="staff_created", detail=f"{typed} in {unit.name}")
    session.flush()
    return Created(id=staff_id, changes=_CHANGED)


def edit_user(
    session: Session, *, staff_id: int, name: str | None = None, email: str | None = None,
    unit_id: int | None = None, active: bool | None = None,
) -> ChangeSet:
    """Change what is given of a staff user. The last active administrator stays one."""
    staff = _user(session, staff_id)
    require_unlimited(session, staff.provider_id, Power.STAFF_ADMIN)
    wanted = {"name": _checked_name(name), "email": email, "unit_id": unit_id, "active": active}
    if unit_id is not None:
        unit = _unit(session, unit_id)
        if unit.provider_id != staff.provider_id:
            raise RefusedByRule("Staff belong to an org unit of their own provider.")
        _refuse_more_than_own(session, unit)
    for field, value in wanted.items():
        old = getattr(staff, field)
        if value is not None and value != old:
            setattr(staff, field, value)
            write_audit(session, provider_id=staff.provider_id, action="staff_changed", detail=staff.login, field=field,
                        old=str(old), new=str(value))
    session.flush()
    _require_an_administrator(session)
    return _CHANGED


def reset_password(session: Session, *, staff_id: int, password: str) -> ChangeSet:
    """Give a staff user a new password; tries counted against the old one are forgotten.

    Not that of somebody with more powers: whoever knows the password could work as them.
    """
    staff = _user(session, staff_id)
    require_unlimited(session, staff.provider_id, Power.STAFF_ADMIN)
    _refuse_more_than_own(session, _unit(session, staff.unit_id))
    staff.password_hash = hash_password(password)
    staff.failures, staff.blocked_until = 0, None
    write_audit(session, provider_id=staff.provider_id, action="password_reset", detail=staff.login)
    session.flush()
    return _CHANGED


def edit_own_details(session: Session, *, name: str, email: str) -> ChangeSet:
    """*My details*: one's own name and e-mail address, which ask for no power."""
    own = principal_of(session)
    staff = session.get(StaffUser, own.staff_id) if own.staff_id is not None else None
    if staff is None:
        raise NotSignedIn("Sign in first.")
    for field, value in {"name": _checked_name(name), "email": email.strip()}.items():
        old = getattr(staff, field)
        if value != old:
            setattr(staff, field, value)
            write_audit(session, provider_id=staff.provider_id, action="staff_changed", detail=staff.login, field=field,
                        old=old, new=value)
    session.flush()
    return _CHANGED


def _checked_name(name: str | None) -> str | None:
    if name is not None and not name.strip():
        raise InputRejected("A staff user needs a name, as colleagues will read it.")
    return None if name is None else name.strip()


def _new_user(
    session: Session, *, provider_id: int, unit_id: int, login: str, name: str, password: str, email: str = ""
) -> int:
    staff = StaffUser(provider_id=provider_id, unit_id=unit_id, login=login, name=_checked_name(name), email=email,
                      password_hash=hash_password(password), recorded_at=recorded_now(session))
    session.add(staff)
    session.flush()
    return staff.id


# --------------------------------------------------------------------------- org units


def create_unit(
    session: Session, *, provider_id: int, name: str, description: str = "", agent_id: int | None = None,
    role_ids: Collection[int] | None = None,
) -> Created:
    """Create an org unit of a provider, or of one of its agents, with its roles where they are given."""
    require_unlimited(session, provider_id, Power.STAFF_ADMIN)
    if agent_id is not None:
        agent = session.get(Account, agent_id)
        if agent is None or agent.type != AccountType.AGENT or agent.provider_id != provider_id:
            raise RefusedByRule("An org unit for an agent names an agent of the same provider.")
        require_module(session, provider_id, Module.AGENTS)
    unit_id = _new_unit(session, provider_id, name, description, agent_id)
    write_audit(session, provider_id=provider_id, action="org_unit_created", detail=name.strip())
    session.flush()
    if role_ids is not None:
        set_unit_roles(session, unit_id=unit_id, role_ids=role_ids)
    return Created(id=unit_id, changes=_CHANGED)


def _new_unit(session: Session, provider_id: int, name: str, description: str, agent_id: int | None = None) -> int:
    _refuse_empty_or_taken(session, OrgUnit, provider_id, name, "org unit")
    unit = OrgUnit(provider_id=provider_id, name=name.strip(), description=description, agent_id=agent_id)
    session.add(unit)
    session.flush()
    return unit.id


def edit_unit(
    session: Session, *, unit_id: int, name: str, description: str, role_ids: Collection[int] | None = None
) -> ChangeSet:
    """Change the words of an org unit, and its roles where they are given.

    Whose it is stays, for its staff would see other customers.
    """
    unit = _unit(session, unit_id)
    require_unlimited(session, unit.provider_id, Power.STAFF_ADMIN)
    changes = _edit_words(session, unit, name, description, "org unit")
    if role_ids is None:
        return changes
    held = session.scalars(select(OrgUnitRole.role_id).where(OrgUnitRole.unit_id == unit_id)).all()
    if set(held) == set(role_ids):
        return changes
    return changes | set_unit_roles(session, unit_id=unit_id, role_ids=role_ids)


def _edit_words(session: Session, thing: OrgUnit | StaffRole, name: str, description: str, words: str) -> ChangeSet:
    if name.strip() != thing.name:
        _refuse_empty_or_taken(session, type(thing), thing.provider_id, name, words)
    for field, value in {"name": name.strip(), "description": description.strip()}.items():
        old = getattr(thing, field)
        if value != old:
            setattr(thing, field, value)
            write_audit(session, provider_id=thing.provider_id, action=f"{words.replace(' ', '_')}_changed",
                        detail=thing.name, field=field, old=old, new=value)
    session.flush()
    return _CHANGED


def set_unit_roles(session: Session, *, unit_id: int, role_ids: Collection[int]) -> ChangeSet:
    """Say which roles an org unit has; its staff have the union of their powers from now on."""
    unit = _unit(session, unit_id)
    require_unlimited(session, unit.provider_id, Power.STAFF_ADMIN)
    roles = {role_id: _role(session, role_id) for role_id in role_ids}
    for role in roles.values():
        if role.provider_id != unit.provider_id:
            raise RefusedByRule(f"The role {role.name} is of another provider.")
        _refuse_giving_more(session, _powers_of_role(session, role.id))
    session.execute(delete(OrgUnitRole).where(OrgUnitRole.unit_id == unit_id))
    session.add_all(OrgUnitRole(provider_id=unit.provider_id, unit_id=unit_id, role_id=r) for r in sorted(roles))
    write_audit(
        session, provider_id=unit.provider_id, action="org_unit_roles", detail=unit.name,
        field="roles", new=", ".join(sorted(role.name for role in roles.values())))
    session.flush()
    _require_an_administrator(session)
    return _CHANGED


def tie_group(session: Session, *, unit_id: int, group_id: int, level: GroupLevel | None) -> ChangeSet:
    """Let a security group limit the staff of an org unit, for looking or for changing; None unties it."""
    unit = _unit(session, unit_id)
    require_provider(session, unit.provider_id, Power.GROUPS_ASSIGN)
    group = session.get(AccountGroup, group_id)
    if group is None or group.provider_id != unit.provider_id:
        raise NotFound("There is no such account group.")
    if group.kind != GroupKind.SECURITY:
        raise RefusedByRule(f"{group.name} is a distribution group; those never limit anybody.")
    own = principal_of(session)
    if own.unit_id == unit_id:
        raise NotAllowed("Whoever is limited by a group cannot change that themselves.")
    session.execute(delete(OrgUnitGroup).where(OrgUnitGroup.unit_id == unit_id, OrgUnitGroup.group_id == group_id))
    if level is not None:
        session.add(OrgUnitGroup(provider_id=unit.provider_id, unit_id=unit_id, group_id=group_id, level=level.value))
    write_audit(
        session, provider_id=unit.provider_id, action="org_unit_group", detail=f"{unit.name}: {group.name}",
        field="level", new=None if level is None else level.value)
    session.flush()
    return _CHANGED | ChangeSet.of(Changed.ACCOUNTS)


# --------------------------------------------------------------------------- roles


def create_role(
    session: Session, *, provider_id: int, name: str, powers: Collection[Power], description: str = ""
) -> Created:
    """Create a role; powers come with those they need above them."""
    require_unlimited(session, provider_id, Power.STAFF_ADMIN)
    _refuse_giving_more(session, with_parents(powers))
    role_id = _new_role(session, provider_id, name, description, with_parents(powers))
    write_audit(session, provider_id=provider_id, action="role_created", detail=name.strip())
    session.flush()
    return Created(id=role_id, changes=_CHANGED)


def edit_role(
    session: Session, *, role_id: int, name: str, description: str, powers: Collection[Power]
) -> ChangeSet:
    """Change the words of a role and the powers it gives, together."""
    role = _role(session, role_id)
    require_unlimited(session, role.provider_id, Power.STAFF_ADMIN)
    changes = _edit_words(session, role, name, description, "role")
    return changes | set_role_powers(session, role_id=role_id, powers=powers)


def set_role_powers(session: Session, *, role_id: int, powers: Collection[Power]) -> ChangeSet:
    """Say which powers a role gives; whoever has it has them at once."""
    role = _role(session, role_id)
    require_unlimited(session, role.provider_id, Power.STAFF_ADMIN)
    wanted = with_parents(powers)
    old = _powers_of_role(session, role_id)
    _refuse_giving_more(session, wanted - old)
    session.execute(delete(StaffRolePower).where(StaffRolePower.role_id == role_id))
    session.add_all(StaffRolePower(role_id=role_id, power=power.value) for power in sorted(wanted))
    write_audit(
        session, provider_id=role.provider_id, action="role_powers", detail=role.name,
        field="powers", old=", ".join(sorted(old)), new=", ".join(sorted(wanted)))
    session.flush()
    _require_an_administrator(session)
    return _CHANGED


def _new_role(session: Session, provider_id: int, name: str, description: str, powers: Collection[Power]) -> int:
    _refuse_empty_or_taken(session, StaffRole, provider_id, name, "role")
    role = StaffRole(provider_id=provider_id, name=name.strip(), description=description)
    session.add(role)
    session.flush()
    session.add_all(StaffRolePower(role_id=role.id, power=power.value) for power in sorted(powers))
    session.flush()
    return role.id


def _powers_of_role(session: Session, role_id: int) -> frozenset[Power]:
    words = session.scalars(select(StaffRolePower.power).where(StaffRolePower.role_id == role_id))
    known = {p.value for p in Power}
    return frozenset(Power(word) for word in words if word in known)


# --------------------------------------------------------------------------- inside


def _refuse_giving_more(session: Session, powers: Collection[Power]) -> None:
    """Nobody gives powers they do not have themselves, or managing staff would be all powers."""
    missing = sorted(set(powers) - principal_of(session).powers)
    if missing:
        raise NotAllowed(f'You cannot give a power that you do not have yourself: "{missing[0].value}".')


def _refuse_more_than_own(session: Session, unit: OrgUnit) -> None:
    role_ids = session.scalars(select(OrgUnitRole.role_id).where(OrgUnitRole.unit_id == unit.id)).all()
    for role_id in role_ids:
        _refuse_giving_more(session, _powers_of_role(session, role_id))


def _require_an_administrator(session: Session) -> None:
    """An active user of the operator who manages staff must remain."""
    count = session.scalar(
        select(func.count(func.distinct(StaffUser.id))).select_from(StaffUser)
        .join(OrgUnitRole, OrgUnitRole.unit_id == StaffUser.unit_id)
        .join(StaffRolePower, StaffRolePower.role_id == OrgUnitRole.role_id)
        .where(StaffUser.active.is_(True), StaffRolePower.power == Power.STAFF_ADMIN.value,
               StaffUser.provider_id == operator_of(session).id)
    )
    if not count:
        raise RefusedByRule("Nobody could manage staff any more. Give another user of the operator that power first.")


def _refuse_empty_or_taken(
    session: Session, kind: type[OrgUnit | StaffRole], provider_id: int, name: str, words: str
) -> None:
    if not name.strip():
        raise InputRejected(f"This {words} needs a name.")
    taken = select(kind.id).where(kind.provider_id == provider_id, kind.name == name.strip())
    if session.scalar(taken) is not None:
        raise RefusedByRule(f'There is a {words} "{name.strip()}" already; names are unique within a provider.')


def _unit(session: Session, unit_id: int) -> OrgUnit:
    authorize(session, Power.STAFF)
    unit = session.get(OrgUnit, unit_id)
    if unit is None:
        raise NotFound("There is no such org unit.")
    return unit


def _role(session: Session, role_id: int) -> StaffRole:
    role = session.get(StaffRole, role_id)
    if role is None:
        raise NotFound("There is no such role.")
    return role


def _user(session: Session, staff_id: int) -> StaffUser:
    staff = session.get(StaffUser, staff_id)
    if staff is None:
        raise NotFound("There is no such staff user.")
    return staff
