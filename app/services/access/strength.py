"""Who is stronger than whom, and who remains (ARCHITECTURE.md, "Who manages staff").

Whoever manages staff could otherwise be everybody: three rules keep them to what they are. Nobody gives a power they
do not have. Whatever is done to a person, an org unit or a role needs every power that the people concerned hold, for
whoever resets a password works as its owner. And no power is lost: somebody who can give it back remains, which is an
active user of the operator who has it together with *Manage staff* and whom neither agent nor group limits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import ALL_POWERS, POWER_WORDS, Power, effective_powers
from app.models.parties.staff import OrgUnit, OrgUnitGroup, OrgUnitRole, StaffRolePower, StaffUser
from app.models.values import AccountType, GroupKind
from app.services.access.authorize import authorize
from app.services.access.principal import principal_of, read_principal_anew
from app.services.database.dialects import lock_row
from app.services.errors import NotAllowed, RefusedByRule
from app.services.wording import by_count, counted, listed

_KNOWN = frozenset(p.value for p in Power)
_NAMED_AT_MOST = 3


def hold_staff_still(session: Session, power: Power) -> None:
    """Wait until nobody else changes who may do what, then read anew who acts; asks for the power before and after.

    Locks the row of the operator's provider until the unit of work ends. Two administrators who set each other
    inactive at the same moment would otherwise both find one who remains.
    """
    authorize(session, power)
    lock_row(session, "provider", "account_id", _operator(session).id)
    read_principal_anew(session)
    authorize(session, power)


# --------------------------------------------------------------------------- what somebody holds


def powers_of_role(session: Session, role_id: int) -> frozenset[Power]:
    """The powers that a role gives, of those this version knows."""
    words = session.scalars(select(StaffRolePower.power).where(StaffRolePower.role_id == role_id))
    return frozenset(Power(word) for word in words if word in _KNOWN)


def powers_of_units(session: Session, unit_ids: Collection[int]) -> frozenset[Power]:
    """What the roles of some org units give, all together."""
    words = session.scalars(
        select(StaffRolePower.power).join(OrgUnitRole, OrgUnitRole.role_id == StaffRolePower.role_id)
        .where(OrgUnitRole.unit_id.in_(sorted(unit_ids))))
    return frozenset(Power(word) for word in words if word in _KNOWN)


def powers_by_unit(session: Session) -> dict[int, frozenset[Power]]:
    """The same for every org unit that has roles, by its id, for lists."""
    found: dict[int, set[Power]] = {}
    for unit_id, word in session.execute(
            select(OrgUnitRole.unit_id, StaffRolePower.power)
            .join(StaffRolePower, StaffRolePower.role_id == OrgUnitRole.role_id)):
        if word in _KNOWN:
            found.setdefault(unit_id, set()).add(Power(word))
    return {unit_id: frozenset(powers) for unit_id, powers in found.items()}


def units_with_role(session: Session, role_id: int) -> list[int]:
    """Ids of the org units that have a role."""
    return list(session.scalars(select(OrgUnitRole.unit_id).where(OrgUnitRole.role_id == role_id)))


# --------------------------------------------------------------------------- not more than oneself


def refuse_giving_more(session: Session, powers: Collection[Power]) -> None:
    """Nobody gives powers they do not have themselves, or managing staff would be all powers."""
    missing = _missing(session, powers)
    if missing:
        raise NotAllowed(f"You cannot give a power that you do not have yourself: {_named(missing)}.")


def refuse_touching_stronger(session: Session, who: str, powers: Collection[Power]) -> None:
    """Nobody changes a person, an org unit or a role that can do more than they can; `who` names it."""
    refusal = refusal_to_touch(session, who, powers)
    if refusal:
        raise NotAllowed(refusal)


def refusal_to_touch(session: Session, who: str, powers: Collection[Power]) -> str:
    """Why the person may not change somebody, or something, with these powers; empty where they may."""
    missing = _missing(session, powers)
    return "" if not missing else by_count(
        len(missing),
        "{who} has a power that you do not have yourself: {powers}. Ask somebody who has it too.",
        "{who} has powers that you do not have yourself: {powers}. Ask somebody who has them too.",
        who=who, powers=_named(missing))


def powers_to_give(session: Session) -> frozenset[Power]:
    """What the person has themselves; and where they have all that anybody can give, also what nobody can.

    A power can be without anybody to give it where a new version of the program brought it, or where it was lost
    before that was looked after. Nobody can do more than whoever has all the others, so they may give it.
    """
    who = principal_of(session)
    if who.powers == ALL_POWERS or not who.reaches_everything or not who.may(Power.STAFF_ADMIN):
        return who.powers
    to_give = _held(session).to_give
    return ALL_POWERS if to_give <= who.powers else who.powers


def _missing(session: Session, powers: Collection[Power]) -> list[Power]:
    own = powers_to_give(session)
    return [power for power in Power if power in powers and power not in own]


def _named(powers: Collection[Power]) -> str:
    labels = [f'"{POWER_WORDS[power].label}"' for power in powers]
    if len(labels) > _NAMED_AT_MOST + 1:
        labels[_NAMED_AT_MOST:] = [counted(len(labels) - _NAMED_AT_MOST, "other", "others")]
    return listed(labels)


# --------------------------------------------------------------------------- nothing is lost


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """Powers that somebody active holds, and those that somebody can give."""

    by_anybody: frozenset[Power]
    to_give: frozenset[Power]


@contextmanager
def keeping_powers(session: Session) -> Iterator[None]:
    """Raise RefusedByRule where what happens inside leaves a power without anybody active, or anybody to give it.

    What happened inside is undone then; it is in force until the check, which asks the database as it would be.
    """
    before = _held(session)
    with session.begin_nested():
        yield
        session.flush()
        after = _held(session)
        _refuse_without_giver(session, [p for p in Power if p in before.to_give - after.to_give])
        _refuse_without_holder([p for p in Power if p in before.by_anybody - after.by_anybody])


def _refuse_without_holder(lost: Collection[Power]) -> None:
    if lost:
        raise RefusedByRule(by_count(
            len(lost), "Nobody would have the power {powers} any more. Give it to somebody else first.",
            "Nobody would have the powers {powers} any more. Give them to somebody else first.",
            powers=_named(lost)))


def _refuse_without_giver(session: Session, lost: Collection[Power]) -> None:
    operator = _operator(session).name
    if Power.STAFF_ADMIN in lost:
        raise RefusedByRule(
            f'Nobody could manage staff any more: no other active user of {operator} has the power '
            f'"{POWER_WORDS[Power.STAFF_ADMIN].label}" and reaches every customer. Give it to another user of the '
            "operator first.")
    if lost:
        raise RefusedByRule(by_count(
            len(lost),
            "Nobody could give back the power {powers}: no other active user of {operator} who manages staff has it "
            "and reaches every customer. Give it to another one first.",
            "Nobody could give back the powers {powers}: no other active user of {operator} who manages staff has "
            "them and reaches every customer. Give them to another one first.",
            powers=_named(lost), operator=operator))


def _held(session: Session) -> _Held:
    """Powers by who holds them now."""
    limited = exists().where(OrgUnitGroup.unit_id == OrgUnit.id, OrgUnitGroup.group_id == AccountGroup.id,
                             AccountGroup.kind == GroupKind.SECURITY.value)
    units = session.execute(
        select(OrgUnit.id, OrgUnit.provider_id, OrgUnit.agent_id, limited.label("limited"))
        .where(OrgUnit.id.in_(select(StaffUser.unit_id).where(StaffUser.active.is_(True))))).all()
    held = _effective(session, [unit.id for unit in units])
    operator = _operator(session).id
    to_give = [held[unit.id] for unit in units if unit.provider_id == operator and unit.agent_id is None
               and not unit.limited and Power.STAFF_ADMIN in held[unit.id]]
    return _Held(by_anybody=frozenset[Power]().union(*held.values()), to_give=frozenset[Power]().union(*to_give))


def _effective(session: Session, unit_ids: Collection[int]) -> Mapping[int, frozenset[Power]]:
    granted = powers_by_unit(session)
    return {unit_id: effective_powers(granted.get(unit_id, ())) for unit_id in unit_ids}


def _operator(session: Session) -> Account:
    return session.scalars(select(Account).where(Account.type == AccountType.OPERATOR.value)).one()
