"""Names and descriptions of org units and roles: unique within a provider, and written down when they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.staff import OrgUnit, StaffRole
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.changes import Changed, ChangeSet
from app.services.errors import InputRejected, RefusedByRule
from app.services.files.texts import require_text
from app.services.saving import Speech

LABELS: Final = {"name": "Name", "description": "Description", "email": "E-mail", "unit_id": "Org unit",
                 "active": "Active", "role_ids": "Roles", "powers": "Powers"}
"""Fields of people, org units and roles as screens name them."""
STAFF_CHANGED = ChangeSet.of(Changed.STAFF)


def edit_words(
    session: Session, thing: OrgUnit | StaffRole, changes: Mapping[str, Any], about: About, words: str
) -> None:
    """Write another name or description of an org unit or a role; `words` says which of the two it is.

    Of `changes` only these two fields are looked at.
    """
    if "name" in changes:
        refuse_empty_or_taken(session, type(thing), thing.provider_id, changes["name"], words)
    require_text("description", "The description", changes.get("description", ""), has_lines=True)
    for field in ("name", "description"):
        if field in changes:
            old = getattr(thing, field)
            setattr(thing, field, changes[field])
            write_audit(session, provider_id=thing.provider_id, action=f"{words.replace(' ', '_')}_changed",
                        detail=thing.name, about=about, field=field, old=old, new=changes[field])
    session.flush()


def speech_about(
    session: Session, provider_id: int, about: About, text: Callable[[str, Any], str],
    labels: Mapping[str, str] = LABELS,
) -> Speech:
    """How a refusal speaks of what two people changed of one person, org unit or role."""
    return Speech(zone=zone_of(session, provider_id), label=labels.__getitem__, text=text,
                  traces=lambda fields: traces_about(session, about, fields))


def refuse_empty_or_taken(
    session: Session, kind: type[OrgUnit | StaffRole], provider_id: int, name: str, words: str
) -> None:
    """Raise InputRejected without a name, RefusedByRule for one that another of the same kind has."""
    if not name.strip():
        raise InputRejected(f"This {words} needs a name.")
    require_text("name", f"The name of this {words}", name.strip())
    taken = select(kind.id).where(kind.provider_id == provider_id, kind.name == name.strip())
    if session.scalar(taken) is not None:
        article = "an" if words[0] in "aeiou" else "a"
        raise RefusedByRule(
            f'There is {article} {words} "{name.strip()}" already; names are unique within a provider.')
