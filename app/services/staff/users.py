"""Staff users: who signs in, in which org unit, and whether they still do.

Whatever is done to somebody needs every power that they hold (`access.strength`).
"""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.parties.staff import StaffUser
from app.services.access.audit import write_audit
from app.services.access.authorize import require_unlimited
from app.services.access.principal import knows_staff, principal_of
from app.services.access.strength import (
    hold_staff_still,
    keeping_powers,
    powers_of_units,
    refuse_giving_more,
    refuse_touching_stronger,
)
from app.services.changes import ChangeSet, Created
from app.services.database.unit_of_work import recorded_now
from app.services.errors import InputRejected, NotFound, NotSignedIn, RefusedByRule
from app.services.staff.naming import STAFF_CHANGED
from app.services.staff.sign_in import hash_password
from app.services.staff.units import unit_of

_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._+-]*[a-z0-9])?@(?:[a-z0-9-]+\.)+[a-z0-9-]+")


def create_user(session: Session, *, unit_id: int, login: str, name: str, password: str, email: str = "") -> Created:
    """Create a staff user of the org unit's provider; the login must end with its realm.

    Refused before sign-in has begun: nobody would be there to manage staff, and the console could do nothing more.
    """
    hold_staff_still(session, Power.STAFF_ADMIN)
    unit = unit_of(session, unit_id)
    require_unlimited(session, unit.provider_id, Power.STAFF_ADMIN)
    if not knows_staff(session):
        raise RefusedByRule("Sign-in has not begun. It begins with an administrator who has all powers; they create "
                            "the others.")
    typed = checked_login(login)
    realm = session.get_one(Provider, unit.provider_id).realm
    provider = session.get_one(Account, unit.provider_id)
    if realm is None or realm_of(typed) != realm.casefold():
        raise RefusedByRule(f"Logins of {provider.name} end with {realm or 'its realm, which is not set yet'}; "
                            f'"{typed}" does not.')
    if session.scalar(select(StaffUser.id).where(StaffUser.login == typed)) is not None:
        raise RefusedByRule(f"The login {typed} is taken.")
    refuse_giving_more(session, powers_of_units(session, [unit.id]))
    staff_id = insert_user(session, provider_id=unit.provider_id, unit_id=unit_id, login=typed, name=name,
                         password=password, email=email)
    write_audit(session, provider_id=unit.provider_id, action="staff_created", detail=f"{typed} in {unit.name}")
    session.flush()
    return Created(id=staff_id, changes=STAFF_CHANGED)


def edit_user(
    session: Session, *, staff_id: int, name: str | None = None, email: str | None = None,
    unit_id: int | None = None, active: bool | None = None,
) -> ChangeSet:
    """Change what is given of a staff user. Whoever alone could give a power stays active, and where they are."""
    hold_staff_still(session, Power.STAFF_ADMIN)
    staff = _user(session, staff_id)
    require_unlimited(session, staff.provider_id, Power.STAFF_ADMIN)
    refuse_touching_stronger(session, staff.name, powers_of_units(session, [staff.unit_id]))
    wanted = {"name": _checked_name(name), "email": email, "unit_id": unit_id, "active": active}
    if unit_id is not None:
        unit = unit_of(session, unit_id)
        if unit.provider_id != staff.provider_id:
            raise RefusedByRule("Staff belong to an org unit of their own provider.")
        refuse_giving_more(session, powers_of_units(session, [unit.id]))
    with keeping_powers(session):
        for field, value in wanted.items():
            old = getattr(staff, field)
            if value is not None and value != old:
                setattr(staff, field, value)
                write_audit(session, provider_id=staff.provider_id, action="staff_changed", detail=staff.login,
                            field=field, old=str(old), new=str(value))
    return STAFF_CHANGED


def reset_password(session: Session, *, staff_id: int, password: str) -> ChangeSet:
    """Give a staff user a new password; tries counted against the old one are forgotten.

    Not that of somebody with more powers: whoever knows the password could work as them.
    """
    hold_staff_still(session, Power.STAFF_ADMIN)
    staff = _user(session, staff_id)
    require_unlimited(session, staff.provider_id, Power.STAFF_ADMIN)
    refuse_touching_stronger(session, staff.name, powers_of_units(session, [staff.unit_id]))
    staff.password_hash = hash_password(password)
    staff.failures, staff.blocked_until = 0, None
    write_audit(session, provider_id=staff.provider_id, action="password_reset", detail=staff.login)
    session.flush()
    return STAFF_CHANGED


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
    return STAFF_CHANGED


def checked_login(login: str) -> str:
    """A login in the form it is stored in: `name@realm`, lower case. Raises InputRejected."""
    typed = login.strip().casefold()
    if not _LOGIN.fullmatch(typed) or len(typed) > 200:
        raise InputRejected(f'"{login}" is not a login. Write name@realm, for instance kim@company.example.')
    return typed


def realm_of(login: str) -> str:
    """The realm of a login, with its `@`."""
    return "@" + login.partition("@")[2]


def _checked_name(name: str | None) -> str | None:
    if name is not None and not name.strip():
        raise InputRejected("A staff user needs a name, as colleagues will read it.")
    return None if name is None else name.strip()


def insert_user(
    session: Session, *, provider_id: int, unit_id: int, login: str, name: str, password: str, email: str = ""
) -> int:
    """Write a staff user whose login was checked; answers its id."""
    staff = StaffUser(provider_id=provider_id, unit_id=unit_id, login=login, name=_checked_name(name), email=email,
                      password_hash=hash_password(password), recorded_at=recorded_now(session))
    session.add(staff)
    session.flush()
    return staff.id


def _user(session: Session, staff_id: int) -> StaffUser:
    staff = session.get(StaffUser, staff_id, populate_existing=True)
    if staff is None:
        raise NotFound("There is no such staff user.")
    return staff
