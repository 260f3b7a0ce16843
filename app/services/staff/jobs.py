"""What the staff screens save as one: an org unit with its roles, a role with its powers, a new user."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.staff import OrgUnitRole
from app.services.changes import Changed, ChangeSet
from app.services.staff.queries import (
    PowerRow,
    RoleRow,
    StaffProvider,
    StaffRow,
    UnitRow,
    power_tree,
    powers_of_words,
    role_rows,
    staff_providers,
    staff_rows,
    unit_rows,
)
from app.services.staff.staff import create_role, create_unit, create_user, edit_role, edit_unit, set_unit_roles

_CHANGED = ChangeSet.of(Changed.STAFF)


def save_user(session: Session, *, unit_id: int, login: str, name: str, email: str, password: str) -> ChangeSet:
    """Create a staff user."""
    create_user(session, unit_id=unit_id, login=login, name=name, email=email, password=password)
    return _CHANGED


def save_unit(
    session: Session, *, unit_id: int | None, provider_id: int, name: str, description: str, agent_id: int | None,
    role_ids: Collection[int],
) -> ChangeSet:
    """Create an org unit or change one, with its roles; the provider and agent of an existing one stay."""
    if unit_id is None:
        unit_id = create_unit(session, provider_id=provider_id, name=name, description=description, agent_id=agent_id)
    else:
        edit_unit(session, unit_id=unit_id, name=name, description=description)
        held = session.scalars(select(OrgUnitRole.role_id).where(OrgUnitRole.unit_id == unit_id))
        if set(held) == set(role_ids):
            return _CHANGED
    return _CHANGED | set_unit_roles(session, unit_id=unit_id, role_ids=role_ids)


def save_role(
    session: Session, *, role_id: int | None, provider_id: int, name: str, description: str, powers: Collection[str]
) -> ChangeSet:
    """Create a role or change one, with its powers by their keys; the provider of an existing one stays."""
    wanted = powers_of_words(powers)
    if role_id is None:
        create_role(session, provider_id=provider_id, name=name, description=description, powers=wanted)
        return _CHANGED
    return edit_role(session, role_id=role_id, name=name, description=description, powers=wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffBook:
    """All that the staff screen lists, read at once."""

    providers: tuple[StaffProvider, ...]
    users: tuple[StaffRow, ...]
    units: tuple[UnitRow, ...]
    roles: tuple[RoleRow, ...]
    tree: tuple[PowerRow, ...]


def staff_book(session: Session) -> StaffBook:
    """Providers, users, org units, roles and powers within reach."""
    return StaffBook(providers=tuple(staff_providers(session)), users=tuple(staff_rows(session)),
                     units=tuple(unit_rows(session)),
                     roles=tuple(role_rows(session)), tree=tuple(power_tree(session)))
