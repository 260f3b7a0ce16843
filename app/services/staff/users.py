"""Staff users: who signs in, in which org unit, and whether they still do.

Whatever is done to somebody needs every power that they hold (`access.strength`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.parties.staff import OrgUnit, StaffUser
from app.services.access.audit import About, write_audit
from app.services.access.authorize import require_unlimited
from app.services.access.principal import knows_staff, principal_of
from app.services.access.strength import (
    hold_staff_still,
    keeping_powers,
    powers_of_units,
    refuse_giving_more,
    refuse_touching_stronger,
)
from app.services.changes import ChangeSet, Created, Undo
from app.services.database.dialects import lock_row
from app.services.database.unit_of_work import recorded_now
from app.services.errors import InputRejected, NotFound, NotSignedIn, RefusedByRule
from app.services.files.texts import require_text
from app.services.saving import wanted_changes
from app.services.staff.naming import STAFF_CHANGED, speech_about
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
    session: Session, *, staff_id: int, seen: Mapping[str, Any], name: str | None = None, email: str | None = None,
    unit_id: int | None = None, active: bool | None = None,
) -> ChangeSet:
    """Change what is given of a staff user. Whoever alone could give a power stays active, and where they are.

    `seen` is what was shown of these fields, by name. Raises SavedMeanwhile where somebody else changed the same
    since.
    """
    hold_staff_still(session, Power.STAFF_ADMIN)
    staff = _user(session, staff_id)
    require_unlimited(session, staff.provider_id, Power.STAFF_ADMIN)
    refuse_touching_stronger(session, staff.name, powers_of_units(session, [staff.unit_id]))
    given = {"name": _checked_name(name), "email": None if email is None else _checked_email(email), "unit_id": unit_id,
             "active": active}
    changes = _changes(session, staff, {field: value for field, value in given.items() if value is not None}, seen)
    if "unit_id" in changes:
        unit = unit_of(session, changes["unit_id"])
        if unit.provider_id != staff.provider_id:
            raise RefusedByRule("Staff belong to an org unit of their own provider.")
        refuse_giving_more(session, powers_of_units(session, [unit.id]))
    before = {field: getattr(staff, field) for field in changes}
    with keeping_powers(session):
        _write(session, staff, changes)
    if not changes:
        return ChangeSet.empty()
    return STAFF_CHANGED.with_undo(Undo(
        of=f"change of {staff.name}", done=f"{staff.name} changed.", command=edit_user,
        arguments={"staff_id": staff_id, **before, "seen": changes}))


def _changes(
    session: Session, staff: StaffUser, wanted: Mapping[str, Any], seen: Mapping[str, Any]
) -> dict[str, Any]:
    """What is to be written of what somebody wants of a person, who has been read just now."""
    def text(field: str, value: Any) -> str:
        if field == "unit_id" and value is not None:
            return session.get_one(OrgUnit, value).name
        if isinstance(value, bool):
            return "Yes" if value else "No"
        return str(value or "")

    return wanted_changes(
        seen=seen, now={field: getattr(staff, field) for field in wanted}, wanted=wanted,
        speech=lambda: speech_about(session, staff.provider_id, _about(staff.id), text))


def _write(session: Session, staff: StaffUser, changes: Mapping[str, Any]) -> None:
    for field, value in changes.items():
        old = getattr(staff, field)
        setattr(staff, field, value)
        write_audit(session, provider_id=staff.provider_id, action="staff_changed", detail=staff.login,
                    about=_about(staff.id), field=field, old=str(old), new=str(value))
    session.flush()


def _about(staff_id: int) -> About:
    return About(kind=Subject.STAFF, id=staff_id)


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


def edit_own_details(session: Session, *, name: str, email: str, seen: Mapping[str, Any]) -> ChangeSet:
    """*My details*: one's own name and e-mail address, which ask for no power.

    `seen` is what was shown of both. Raises SavedMeanwhile where whoever manages staff changed the same since.
    """
    own = principal_of(session)
    if own.staff_id is None:
        raise NotSignedIn("Sign in first.")
    lock_row(session, "staff_user", "id", own.staff_id)
    staff = _user(session, own.staff_id)
    before = {"name": staff.name, "email": staff.email}
    changes = _changes(session, staff, {"name": _checked_name(name), "email": _checked_email(email)}, seen)
    _write(session, staff, changes)
    if not changes:
        return ChangeSet.empty()
    return STAFF_CHANGED.with_undo(Undo(
        of="change of my details", done="Your details changed.", command=edit_own_details,
        arguments={**before, "seen": {**before, **changes}}))


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
    if name is not None:
        require_text("name", "The name", name.strip())
    return None if name is None else name.strip()


def _checked_email(email: str) -> str:
    require_text("email", "The e-mail address", email.strip())
    return email.strip()


def insert_user(
    session: Session, *, provider_id: int, unit_id: int, login: str, name: str, password: str, email: str = ""
) -> int:
    """Write a staff user whose login was checked; answers its id."""
    staff = StaffUser(provider_id=provider_id, unit_id=unit_id, login=login, name=_checked_name(name),
                      email=_checked_email(email),
                      password_hash=hash_password(password), recorded_at=recorded_now(session))
    session.add(staff)
    session.flush()
    return staff.id


def _user(session: Session, staff_id: int) -> StaffUser:
    staff = session.get(StaffUser, staff_id, populate_existing=True)
    if staff is None:
        raise NotFound("There is no such staff user.")
    return staff
