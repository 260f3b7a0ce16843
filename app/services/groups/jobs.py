"""Jobs of the group manager whose results say more than what changed."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.values import GroupAccess, GroupKind
from app.services.changes import Changed, ChangeSet
from app.services.database.unit_of_work import Database
from app.services.groups.groups import create_group
from app.services.jobs import JobContext


@dataclass(frozen=True, slots=True)
class CreatedGroup:
    """A new group."""

    group_id: int
    changes: ChangeSet


def create_group_job(
    database: Database, context: JobContext, *, provider_id: int, code: str, name: str, kind: GroupKind,
    access: GroupAccess, description: str,
) -> CreatedGroup:
    """Create a group and commit."""
    del context
    with database.write() as session:
        group_id = create_group(session, provider_id=provider_id, code=code, name=name, kind=kind, access=access,
                                description=description)
    return CreatedGroup(group_id, ChangeSet.of(Changed.GROUPS))
