"""Everything a person needs to look at and change ratings, classifications and KYC profiles of a provider."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.services.access.principal import principal_of
from app.services.credit.labels import (
    ClassificationRow,
    KycProfileRow,
    classification_rows,
    kyc_profile_rows,
    unit_choices,
)
from app.services.credit.ratings import RatingRow, rating_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelBook:
    """The three lists, and code and name of the org units that may give classifications."""

    ratings: tuple[RatingRow, ...]
    classifications: tuple[ClassificationRow, ...]
    kyc_profiles: tuple[KycProfileRow, ...]
    units: tuple[tuple[str, str], ...]
    """Empty for whoever may not change classifications."""


def label_book(session: Session, *, provider_id: int) -> LabelBook:
    """The ratings, classifications and KYC profiles of a provider."""
    may_change = Power.CREDIT_RULES in principal_of(session).powers
    return LabelBook(
        ratings=tuple(rating_rows(session, provider_id=provider_id)),
        classifications=tuple(classification_rows(session, provider_id=provider_id)),
        kyc_profiles=tuple(kyc_profile_rows(session, provider_id=provider_id)),
        units=tuple(unit_choices(session, provider_id=provider_id)) if may_change else ())
