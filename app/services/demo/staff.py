"""The staff of the demo: an administrator, and a few people whose reach and powers differ, to look through their eyes.

They sign in without a password (`sign_in.DEMO_HASH`), here and nowhere else; all names are made up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power, with_parents
from app.models.parties.staff import StaffUser
from app.models.values import AccountType, GroupAccess, GroupKind, GroupLevel
from app.services.access.principal import set_staff
from app.services.demo.providers import Place
from app.services.groups.groups import add_to_group, create_group
from app.services.staff import beginning, roles, units, users
from app.services.staff.sign_in import DEMO_HASH

ADMINISTRATOR = "robin.vance@bursar.example"
HARBOUR = "HT"
_THROWN_AWAY = "nobody keeps this 1"
_COLLECTIONS = with_parents({
    Power.CUSTOMERS_EDIT, Power.CUSTOMERS_STATUS, Power.CUSTOMERS_EXPORT, Power.LEDGER_DISPUTES_END, Power.PROFILES,
    Power.CUSTOMERS_REQUESTS, Power.GROUPS, Power.INVOICES_PRINT, Power.SUSPENSION_APPLY, Power.SUSPENSION_RESTORE,
    Power.PROVIDERS,
})
_SALES = with_parents({Power.CUSTOMERS_CREATE, Power.CUSTOMERS_EDIT, Power.CUSTOMERS_SERVICES,
                       Power.CUSTOMERS_REQUESTS, Power.LEDGER, Power.INVOICES_PRINT, Power.PROVIDERS})
_LOOKING = with_parents({Power.CUSTOMERS, Power.LEDGER, Power.SUSPENSION, Power.PROFILES, Power.PROVIDERS})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    login: str
    name: str
    unit: str
    role: str
    powers: Collection[Power]


def write_staff(session: Session, places: Sequence[Place]) -> None:
    """Begin sign-in with the administrator, then give Harbour Telecom and its wholesale provider their people."""
    beginning.begin_sign_in(session, login=ADMINISTRATOR, name="Robin Vance", password=_THROWN_AWAY)
    set_staff(session, session.scalars(select(StaffUser.id)).one())
    harbour = next(place for place in places if place.spec.code == HARBOUR)
    wholesale = session.get_one(Account, harbour.id).provider_id
    collections = _unit(session, harbour.id, _Person(login="kim.morgan@harbour.example", name="Kim Morgan",
                                                     unit="Collections, Sydney",
                                                     role="Collections", powers=_COLLECTIONS))
    sales = _unit(session, harbour.id, _Person(login="lee.arden@harbour.example", name="Lee Arden", unit="Key accounts",
                                               role="Sales",
                                               powers=_SALES))
    _unit(session, wholesale, _Person(login="sam.ortega@wholesale.pacific.example", name="Sam Ortega",
                                      unit="Wholesale desk",
                                      role="Looking only", powers=_LOOKING))
    _limit(session, harbour, collections, code="STAFF", name="Accounts of our own staff",
           access=GroupAccess.DENY, count=3)
    _limit(session, harbour, sales, code="KEY", name="Key accounts", access=GroupAccess.ALLOW, count=12)
    agent = next(iter(harbour.agents.values()), None)
    if agent is not None:
        _unit(session, harbour.id, _Person(login="ana.keel@harbour.example", name="Ana Keel", unit="Agency desk",
                                           role="Agency", powers=_SALES),
              agent_id=agent)
    session.execute(update(StaffUser).values(password_hash=DEMO_HASH))


def _unit(session: Session, provider_id: int, person: _Person, agent_id: int | None = None) -> int:
    role = roles.create_role(session, provider_id=provider_id, name=person.role, powers=person.powers).id
    unit = units.create_unit(session, provider_id=provider_id, name=person.unit, agent_id=agent_id,
                             role_ids=[role]).id
    users.create_user(session, unit_id=unit, login=person.login, name=person.name, password=_THROWN_AWAY)
    return unit


def _limit(session: Session, place: Place, unit: int, *, code: str, name: str, access: GroupAccess, count: int) -> None:
    """A security group with the first so many customers, tied to an org unit."""
    group = create_group(session, provider_id=place.id, code=code, name=name, kind=GroupKind.SECURITY, access=access).id
    customers = session.scalars(
        select(Account.id).where(Account.provider_id == place.id, Account.type == AccountType.END_USER.value)
        .order_by(Account.code).limit(count)
    ).all()
    add_to_group(session, group_id=group, account_ids=customers)
    units.tie_group(session, unit_id=unit, group_id=group, level=GroupLevel.EDIT, seen=None)
