"""Roles: named sets of powers of a provider, which its org units have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.parties.powers import POWER_WORDS, Power, with_parents
from app.models.parties.staff import StaffRole, StaffRolePower
from app.services.access.audit import About, write_audit
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
from app.services.changes import ChangeSet, Created, Undo
from app.services.errors import NotFound
from app.services.files.texts import require_text
from app.services.saving import wanted_changes
from app.services.staff.naming import STAFF_CHANGED, edit_words, refuse_empty_or_taken, speech_about
from app.services.wording import listed


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
    session: Session, *, role_id: int, name: str, description: str, powers: Collection[Power], seen: Mapping[str, Any]
) -> ChangeSet:
    """Change the words of a role and the powers it gives, together.

    `seen` is what the form had read: `name`, `description`, and `powers` as a set. Raises SavedMeanwhile where
    somebody else changed the same since.
    """
    hold_staff_still(session, Power.STAFF_ADMIN)
    role = _role_to_change(session, role_id)
    now = _details_of(session, role)
    changed = _save(session, role, now, seen=seen, wanted={
        "name": name.strip(), "description": description.strip(), "powers": with_parents(powers)})
    return changed.with_undo(Undo(
        of=f"change of the role {role.name}", done=f"Role {role.name} changed.", command=edit_role,
        arguments={"role_id": role_id, **now, "seen": _details_of(session, role)}))


def _details_of(session: Session, role: StaffRole) -> dict[str, Any]:
    return {"name": role.name, "description": role.description, "powers": powers_of_role(session, role.id)}


def set_role_powers(
    session: Session, *, role_id: int, powers: Collection[Power], seen: Collection[Power]
) -> ChangeSet:
    """Say which powers a role gives; whoever has it has them at once.

    `seen` are those it was shown with. Raises SavedMeanwhile where somebody else changed them since.
    """
    hold_staff_still(session, Power.STAFF_ADMIN)
    role = _role_to_change(session, role_id)
    return _save(session, role, {"powers": powers_of_role(session, role_id)}, seen={"powers": frozenset(seen)},
                 wanted={"powers": with_parents(powers)})


def _save(
    session: Session, role: StaffRole, now: Mapping[str, Any], *, seen: Mapping[str, Any], wanted: Mapping[str, Any]
) -> ChangeSet:
    about = About(kind=Subject.ROLE, id=role.id)
    changes = wanted_changes(seen=seen, now=now, wanted=wanted,
                             speech=lambda: speech_about(session, role.provider_id, about, _text))
    refuse_giving_more(session, wanted["powers"])
    edit_words(session, role, changes, about, "role")
    if "powers" in changes:
        _write_powers(session, role, changes["powers"], about)
    return STAFF_CHANGED if changes else ChangeSet.empty()


def _text(field: str, value: Any) -> str:
    if field != "powers" or value is None:
        return value or ""
    return listed([POWER_WORDS[power].label for power in Power if power in value]) or "none"


def _write_powers(session: Session, role: StaffRole, wanted: Collection[Power], about: About) -> None:
    """What a newer version of the program gave the role, and this one does not know, stays."""
    role_id, old, wanted = role.id, powers_of_role(session, role.id), frozenset(wanted)
    with keeping_powers(session):
        session.execute(delete(StaffRolePower).where(StaffRolePower.role_id == role_id,
                                                     StaffRolePower.power.in_(sorted(old - wanted))))
        session.add_all(StaffRolePower(role_id=role_id, power=power.value) for power in sorted(wanted - old))
    write_audit(
        session, provider_id=role.provider_id, action="role_powers", detail=role.name, about=about,
        field="powers", old=", ".join(sorted(old)), new=", ".join(sorted(wanted)))


def insert_role(session: Session, provider_id: int, name: str, description: str, powers: Collection[Power]) -> int:
    """Write a role with exactly these powers; answers its id. Raises RefusedByRule for a name that is taken."""
    refuse_empty_or_taken(session, StaffRole, provider_id, name, "role")
    require_text("description", "The description", description, has_lines=True)
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
