"""Signing in: login, password, and how wrong ones slow the next try down.

An unknown login and a wrong password get the same answer after the same time, so that nobody learns which logins
there are. Passwords are hashed with argon2id and never kept, logged or shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.parties.staff import OrgUnit, StaffUser
from app.models.rules.password_policy import password_refusal, wait_after
from app.services.access.principal import knows_staff
from app.services.database.dialects import lock_row
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import InputRejected, NotSignedIn
from app.services.wording import counted

if TYPE_CHECKING:
    from argon2 import PasswordHasher

DEMO_HASH = "!demo"
"""In place of a hash, in demo data alone: this user signs in without a password."""

_DEMO_PEOPLE = select(StaffUser).where(StaffUser.password_hash == DEMO_HASH, StaffUser.active.is_(True))

_REFUSED = "Login or password is wrong."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who signed in."""

    staff_id: int
    login: str
    name: str
    unit: str
    by_itself: bool = False
    """The demo did, without a password."""


@cache
def hasher() -> PasswordHasher:
    """argon2id with the library's own parameters, which follow RFC 9106; imported when a password is asked."""
    from argon2 import PasswordHasher

    return PasswordHasher()


def hash_password(password: str) -> str:
    """The hash to store. Raises InputRejected for a password that will not do."""
    refusal = password_refusal(password)
    if refusal is not None:
        raise InputRejected(refusal)
    return hasher().hash(password)


@cache
def _nobodys_hash() -> str:
    """What an unknown login is compared with, so that it takes as long as a known one."""
    return hasher().hash("nobody has this password 0")


def matches(stored: str, password: str) -> bool:
    """Whether a password is the one that was hashed."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def sign_in(database: Database, *, login: str, password: str) -> SignedIn:
    """Check login and password, and let this database work for them from now on.

    Raises NotSignedIn: the login or password is wrong, the user is inactive, or the next try must wait. A wrong try
    is counted even though it is refused.
    """
    typed = login.strip().casefold()
    tried = database.attempt(partial(_try, login=typed, password=password))
    if isinstance(tried, NotSignedIn):
        raise tried
    work_as(database, tried)
    return tried


def _try(session: Session, *, login: str, password: str) -> SignedIn | NotSignedIn:
    lock_row(session, "staff_user", "login", login)
    staff = session.scalars(select(StaffUser).where(StaffUser.login == login)).one_or_none()
    if staff is None:
        matches(_nobodys_hash(), password)
        return NotSignedIn(_REFUSED)
    now = recorded_now(session)
    if staff.blocked_until is not None and now < staff.blocked_until:
        return NotSignedIn(f"Too many wrong passwords. Try again in {_wait_words(staff.blocked_until - now)}.")
    if staff.password_hash != DEMO_HASH and not matches(staff.password_hash, password):
        _count_failure(staff, now)
        return NotSignedIn(_REFUSED)
    if not staff.active:
        return NotSignedIn("This login is not active. Somebody who manages staff can change that.")
    staff.failures, staff.blocked_until, staff.signed_in_at = 0, None, now
    return _as_signed_in(session, staff)


def _count_failure(staff: StaffUser, now: datetime) -> None:
    staff.failures += 1
    wait = wait_after(staff.failures)
    staff.blocked_until = now + wait if wait else None


def _wait_words(left: timedelta) -> str:
    seconds = max(1, round(left.total_seconds()))
    return counted(seconds, "second") if seconds < 120 else counted(round(seconds / 60), "minute")


def _as_signed_in(session: Session, staff: StaffUser, *, by_itself: bool = False) -> SignedIn:
    unit = session.get_one(OrgUnit, staff.unit_id)
    return SignedIn(staff_id=staff.id, login=staff.login, name=staff.name, unit=unit.name, by_itself=by_itself)


def work_as(database: Database, who: SignedIn) -> None:
    """Every unit of work from now on is this person's."""
    database.staff_id = who.staff_id
    database.actor = who.login


def needs_sign_in(database: Database) -> bool:
    """Whether this database knows its staff and nobody has signed in yet."""
    with database.read() as session:
        return database.staff_id is None and knows_staff(session)


def is_demo_user(database: Database, login: str) -> bool:
    """Whether a login is one of demo data, which needs no password."""
    with database.read() as session:
        stored = session.scalar(select(StaffUser.password_hash).where(StaffUser.login == login.strip().casefold()))
        return stored == DEMO_HASH


def knows_demo_people(database: Database) -> bool:
    """Whether somebody signs in without a password here, as in demo data alone."""
    with database.read() as session:
        return bool(session.scalar(select(_DEMO_PEOPLE.exists())))


def sign_in_to_demo(database: Database, *, login: str = "") -> SignedIn | None:
    """Sign the demo's own user in, or whom `login` names; None on any other database, and for nobody of the demo's."""
    wanted = _DEMO_PEOPLE.order_by(StaffUser.id).limit(1)
    if login:
        wanted = wanted.where(StaffUser.login == login.strip().casefold())
    with database.read() as session:
        staff = session.scalars(wanted).one_or_none()
        found = None if staff is None else _as_signed_in(session, staff, by_itself=not login)
    if found is not None:
        work_as(database, found)
    return found


def change_own_password(database: Database, *, current: str, new: str) -> None:
    """*My details*: a new password, where the current one is right. Raises InputRejected, naming what is wrong."""

    def work(session: Session) -> None:
        staff = session.get(StaffUser, database.staff_id) if database.staff_id is not None else None
        if staff is None:
            raise NotSignedIn("Sign in first.")
        if not matches(staff.password_hash, current):
            raise InputRejected("The current password is wrong. Nothing was changed.")
        session.execute(update(StaffUser).where(StaffUser.id == staff.id).values(password_hash=hash_password(new)))

    database.attempt(work)
