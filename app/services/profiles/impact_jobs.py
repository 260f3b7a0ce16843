"""What a change would do, as jobs of the window: nothing is written, and each stops between two statements."""

from __future__ import annotations

from app.models.attributes.catalogue import AttributeValue
from app.models.values import Tier
from app.services.database.unit_of_work import Database
from app.services.impact.comparing import Impact
from app.services.jobs import JobContext
from app.services.profiles.impact import impact_of_move, impact_of_values
from app.services.profiles.moves import Members


def preview_value(
    database: Database, context: JobContext, *, tier: Tier, owner_id: int, key: str, value: AttributeValue
) -> Impact:
    """What setting one value of a profile or a provider would do, None for taking it away."""
    with database.read() as session:
        return impact_of_values(session, tier=tier, owner_id=owner_id, values={key: value},
                                checkpoint=context.raise_if_cancelled)


def preview_move(
    database: Database, context: JobContext, *, provider_id: int, members: Members, to_profile_id: int
) -> Impact:
    """What moving accounts to a profile of their provider would do."""
    with database.read() as session:
        return impact_of_move(session, provider_id=provider_id, members=members, to_profile_id=to_profile_id,
                              checkpoint=context.raise_if_cancelled)
