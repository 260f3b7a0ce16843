"""Who holds which powers, and what nobody may do with them.

A unit has the union of its roles. Nobody gives a power they do not have themselves, or managing staff would be all
powers; and an administrator of the operator remains, or nobody could ever change anything again.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.parties.staff import OrgUnit, OrgUnitRole, StaffRolePower, StaffUser
from app.services.access.principal import knows_staff, principal_of
from app.services.errors import NotAllowed, RefusedByRule
from app.services.hierarchy.operator import operator_of


def powers_of_role(session: Session, role_id: int) -> frozenset[Power]:
    """The powers that a role gives, of those this version knows."""
    words = session.scalars(select(StaffRolePower.power).where(StaffRolePower.role_id == role_id))
    known = {p.value for p in Power}
    return frozenset(Power(word) for word in words if word in known)


def refuse_giving_more(session: Session, powers: Collection[Power]) -> None:
    """Nobody gives powers they do not have themselves, or managing staff would be all powers."""
    missing = sorted(set(powers) - principal_of(session).powers)
    if missing:
        raise NotAllowed(f'You cannot give a power that you do not have yourself: "{missing[0].value}".')


def refuse_more_than_own(session: Session, unit: OrgUnit) -> None:
    """Raise NotAllowed where the roles of an org unit give more than the person has."""
    role_ids = session.scalars(select(OrgUnitRole.role_id).where(OrgUnitRole.unit_id == unit.id)).all()
    for role_id in role_ids:
        refuse_giving_more(session, powers_of_role(session, role_id))


def require_an_administrator(session: Session) -> None:
    """An active user of the operator who manages staff must remain; before sign-in begins there is none to keep."""
    if not knows_staff(session):
        return
    count = session.scalar(
        select(func.count(func.distinct(StaffUser.id))).select_from(StaffUser)
        .join(OrgUnitRole, OrgUnitRole.unit_id == StaffUser.unit_id)
        .join(StaffRolePower, StaffRolePower.role_id == OrgUnitRole.role_id)
        .where(StaffUser.active.is_(True), StaffRolePower.power == Power.STAFF_ADMIN.value,
               StaffUser.provider_id == operator_of(session).id)
    )
    if not count:
        raise RefusedByRule("Nobody could manage staff any more. Give another user of the operator that power first.")
