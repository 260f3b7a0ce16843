"""Everything a person needs to look at and change override rules of a provider."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.services.credit.labels import ClassificationRow, KycProfileRow, classification_rows, kyc_profile_rows
from app.services.credit.overrides import OverrideRow, override_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """The rules, and what their conditions may name."""

    rules: tuple[OverrideRow, ...]
    classifications: tuple[ClassificationRow, ...]
    kyc_profiles: tuple[KycProfileRow, ...]


def rule_book(session: Session, *, provider_id: int) -> RuleBook:
    """The override rules of a provider with its classifications and KYC profiles."""
    return RuleBook(rules=tuple(override_rows(session, provider_id=provider_id)),
                    classifications=tuple(classification_rows(session, provider_id=provider_id)),
                    kyc_profiles=tuple(kyc_profile_rows(session, provider_id=provider_id)))
