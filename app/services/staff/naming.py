"""Names and descriptions of org units and roles: unique within a provider, and written down when they change."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.staff import OrgUnit, StaffRole
from app.services.access.audit import write_audit
from app.services.changes import Changed, ChangeSet
from app.services.errors import InputRejected, RefusedByRule

STAFF_CHANGED = ChangeSet.of(Changed.STAFF)


def edit_words(session: Session, thing: OrgUnit | StaffRole, name: str, description: str, words: str) -> ChangeSet:
    """Give an org unit or a role another name or description; `words` says which of the two it is."""
    if name.strip() != thing.name:
        refuse_empty_or_taken(session, type(thing), thing.provider_id, name, words)
    for field, value in {"name": name.strip(), "description": description.strip()}.items():
        old = getattr(thing, field)
        if value != old:
            setattr(thing, field, value)
            write_audit(session, provider_id=thing.provider_id, action=f"{words.replace(' ', '_')}_changed",
                        detail=thing.name, field=field, old=old, new=value)
    session.flush()
    return STAFF_CHANGED


def refuse_empty_or_taken(
    session: Session, kind: type[OrgUnit | StaffRole], provider_id: int, name: str, words: str
) -> None:
    """Raise InputRejected without a name, RefusedByRule for one that another of the same kind has."""
    if not name.strip():
        raise InputRejected(f"This {words} needs a name.")
    taken = select(kind.id).where(kind.provider_id == provider_id, kind.name == name.strip())
    if session.scalar(taken) is not None:
        article = "an" if words[0] in "aeiou" else "a"
        raise RefusedByRule(
            f'There is {article} {words} "{name.strip()}" already; names are unique within a provider.')
