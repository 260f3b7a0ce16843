"""What the credit ratings of a provider are worth."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.models.attributes.attribute import CreditRating
from app.models.parties.powers import Power
from app.services.access.authorize import require_provider
from app.services.attributes.writing import rebuild_provider_effective


def set_credit_rating(
    session: Session, *, provider_id: int, code: str, limit_minor: int | None, label: str = ""
) -> None:
    """Say what a rating is worth at a provider; whoever inherits the rating's limit gets it at once."""
    require_provider(session, provider_id, Power.PROVIDERS_DEFAULTS)
    session.merge(CreditRating(provider_id=provider_id, code=code, limit_minor=limit_minor, label=label))
    session.flush()
    rebuild_provider_effective(session, provider_id=provider_id)
