"""What the profile screen asks for and has done in the background, where a query or command alone is not enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.models.attributes.catalogue import AttributeValue
from app.services.changes import Changed, ChangeSet
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.profiles.profiles import ProfileDetails, create_profile, duplicate_profile

_NEW = ChangeSet.of(Changed.PROFILES)


@dataclass(frozen=True, slots=True)
class NewProfile:
    """A profile that was made."""

    id: int
    changes: ChangeSet


def make_profile(
    database: Database, context: JobContext, *, provider_id: int, details: ProfileDetails,
    overrides: Mapping[str, AttributeValue], as_default: bool,
) -> NewProfile:
    """Create a profile with its overrides."""
    del context
    with database.write() as session:
        return NewProfile(create_profile(session, provider_id=provider_id, details=details, overrides=overrides,
                                         as_default=as_default), _NEW)


def copy_profile(database: Database, context: JobContext, *, profile_id: int, name: str) -> NewProfile:
    """Duplicate a profile under another name."""
    del context
    with database.write() as session:
        return NewProfile(duplicate_profile(session, profile_id=profile_id, name=name), _NEW)
