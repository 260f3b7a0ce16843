"""The beginning of sign-in: once per database, with an administrator who has all powers; until then nobody signs in."""

from __future__ import annotations

from functools import partial
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import ALL_POWERS
from app.models.parties.provider import Provider
from app.models.parties.staff import OrgUnit, OrgUnitRole, StaffRole
from app.services.access.audit import write_audit
from app.services.access.principal import knows_staff
from app.services.changes import ChangeSet
from app.services.database.dialects import lock_row
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.hierarchy.operator import operator_of
from app.services.staff.naming import STAFF_CHANGED
from app.services.staff.roles import insert_role
from app.services.staff.sign_in import SignedIn, sign_in
from app.services.staff.units import insert_unit
from app.services.staff.users import checked_login, insert_user, realm_of

ADMIN_NAME = "Admin Full Powers"


def begin_sign_in(session: Session, *, login: str, name: str, password: str) -> ChangeSet:
    """Set the operator's realm and create its administrator with all powers; from then on people sign in.

    Raises RefusedByRule where sign-in has begun already.
    """
    operator = operator_of(session)
    lock_row(session, "provider", "account_id", operator.id)  # of two that begin at once, the second sees the first
    refuse_when_begun(session)
    typed = checked_login(login)
    provider = session.get_one(Provider, operator.id)
    realm = realm_of(typed)
    _refuse_taken_realm(session, realm, operator.id)
    provider.realm = realm
    unit_id = insert_unit(session, operator.id, _free_name(session, OrgUnit, operator.id), "All powers")
    role_id = insert_role(session, operator.id, _free_name(session, StaffRole, operator.id), "Every power there is",
                          ALL_POWERS)
    session.add(OrgUnitRole(provider_id=operator.id, unit_id=unit_id, role_id=role_id))
    insert_user(session, provider_id=operator.id, unit_id=unit_id, login=typed, name=name, password=password)
    write_audit(session, provider_id=operator.id, action="sign_in_begun", detail=f"{typed} administers this database")
    session.flush()
    return STAFF_CHANGED


def begin_and_sign_in(database: Database, *, login: str, name: str, password: str) -> SignedIn:
    """Begin sign-in, and sign the new administrator in at once: the database goes on working for them."""
    database.attempt(partial(begin_sign_in, login=login, name=name, password=password))
    return sign_in(database, login=login, password=password)


def refuse_when_begun(session: Session) -> None:
    """Raise RefusedByRule where sign-in has begun."""
    if knows_staff(session):
        raise RefusedByRule("Sign-in has begun already. Whoever manages staff can create more users.")


def _free_name(session: Session, kind: type[OrgUnit | StaffRole], provider_id: int) -> str:
    """The administrator's name for a unit or role; a set-up file may have brought one of that name already."""
    taken = set(session.scalars(select(kind.name).where(kind.provider_id == provider_id)))
    names = (ADMIN_NAME if n == 1 else f"{ADMIN_NAME} {n}" for n in count(1))
    return next(name for name in names if name not in taken)


def _refuse_taken_realm(session: Session, realm: str, provider_id: int) -> None:
    taken = session.scalar(select(Provider.account_id).where(func.lower(Provider.realm) == realm,
                                                             Provider.account_id != provider_id))
    if taken is not None:
        owner = session.get_one(Account, taken)
        raise RefusedByRule(f"The realm {realm} is that of {owner.name}; the operator needs one of its own.")
