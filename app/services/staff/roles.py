"""Roles: named sets of powers of a provider, which its org units have."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.models.parties.powers import Power, with_parents
from app.models.parties.staff import StaffRole, StaffRolePower
from app.services.access.audit import write_audit
from app.services.access.authorize import require_unlimited
from app.services.access.strength import (
    hold_staff_still,
    keeping_powers,
    powers_of_role,
    powers_of_units,
    refuse_giving_more,
    refuse_touching_stronger,
    units_with_role,
)
from app.services.changes import ChangeSet, Created
from app.services.errors import NotFound
from app.services.staff.naming import STAFF_CHANGED, edit_words, refuse_empty_or_taken


def create_role(
    session: Session, *, provider_id: int, name: str, powers: Collection[Power], description: str = ""
) -> Created:
    """Create a role; powers come with those they need above them."""
    hold_staff_still(session, Power.STAFF_ADMIN)
    require_unlimited(session, provider_id, Power.STAFF_ADMIN)
    refuse_giving_more(session, with_parents(powers))
    role_id = insert_role(session, provider_id, name, description, with_parents(powers))
    write_audit(session, provider_id=provider_id, action="role_created", detail=name.strip())
    session.flush()
    return Created(id=role_id, changes=STAFF_CHANGED)


def edit_role(
    session: Session, *, role_id: int, name: str, description: str, powers: Collection[Power]
) -> ChangeSet:
    """Change the words of a role and the powers it gives, together."""
    hold_staff_still(session, Power.STAFF_ADMIN)
    role = _role_to_change(session, role_id)
    changes = edit_words(session, role, name, description, "role")
    return changes | set_role_powers(session, role_id=role_id, powers=powers)


def set_role_powers(session: Session, *, role_id: int, powers: Collection[Power]) -> ChangeSet:
    """Say which powers a role gives; whoever has it has them at once.

    What a newer version of the program gave it and this one does not know stays.
    """
    hold_staff_still(session, Power.STAFF_ADMIN)
    role = _role_to_change(session, role_id)
    wanted = with_parents(powers)
    old = powers_of_role(session, role_id)
    refuse_giving_more(session, wanted)
    if wanted == old:
        return STAFF_CHANGED
    with keeping_powers(session):
        session.execute(delete(StaffRolePower).where(StaffRolePower.role_id == role_id,
                                                     StaffRolePower.power.in_(sorted(old - wanted))))
        session.add_all(StaffRolePower(role_id=role_id, power=power.value) for power in sorted(wanted - old))
    write_audit(
        session, provider_id=role.provider_id, action="role_powers", detail=role.name,
        field="powers", old=", ".join(sorted(old)), new=", ".join(sorted(wanted)))
    return STAFF_CHANGED


def insert_role(session: Session, provider_id: int, name: str, description: str, powers: Collection[Power]) -> int:
    """Write a role with exactly these powers; answers its id. Raises RefusedByRule for a name that is taken."""
    refuse_empty_or_taken(session, StaffRole, provider_id, name, "role")
    role = StaffRole(provider_id=provider_id, name=name.strip(), description=description)
    session.add(role)
    session.flush()
    session.add_all(StaffRolePower(role_id=role.id, power=power.value) for power in sorted(powers))
    session.flush()
    return role.id


def role_of(session: Session, role_id: int) -> StaffRole:
    """A role by its id. Raises NotFound."""
    role = session.get(StaffRole, role_id, populate_existing=True)
    if role is None:
        raise NotFound("There is no such role.")
    return role


def _role_to_change(session: Session, role_id: int) -> StaffRole:
    """The role, where the person manages staff and can do all that it gives, and all that those who have it can."""
    role = role_of(session, role_id)
    require_unlimited(session, role.provider_id, Power.STAFF_ADMIN)
    held = powers_of_role(session, role_id) | powers_of_units(session, units_with_role(session, role_id))
    refuse_touching_stronger(session, f"Whoever has the role {role.name}", held)
    return role
