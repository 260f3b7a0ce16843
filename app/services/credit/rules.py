"""The override rules of a provider as the check reads them: with codes, in the order of their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models.credit.control import (
    AccountClassification,
    KycProfile,
    OverrideRule,
    OverrideRuleClassification,
    OverrideRuleEvent,
    OverrideRuleKycProfile,
    OverrideRuleRating,
)
from app.models.rules.credit_check import Override
from app.models.values import CreditEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRule:
    """One rule with its id and its switch."""

    id: int
    provider_id: int
    enabled: bool
    override: Override


def rules_of(session: Session, provider_id: int) -> list[StoredRule]:
    """All override rules of a provider, by name."""
    return _read(session, OverrideRule.provider_id == provider_id)


def rules_of_providers(session: Session, provider_ids: Iterable[int]) -> dict[int, list[Override]]:
    """The rules that are on, by provider."""
    found: dict[int, list[Override]] = {}
    for rule in _read(session, OverrideRule.provider_id.in_(list(provider_ids))):
        if rule.enabled:
            found.setdefault(rule.provider_id, []).append(rule.override)
    return found


def _read(session: Session, which: Any) -> list[StoredRule]:
    rules = session.scalars(select(OverrideRule).where(which).order_by(OverrideRule.name, OverrideRule.id)
                            .execution_options(populate_existing=True)).all()
    if not rules:
        return []
    r, e, rating = OverrideRule, OverrideRuleEvent, OverrideRuleRating
    c, k = OverrideRuleClassification, OverrideRuleKycProfile
    events = _by_rule(session, select(e.rule_id, e.event).join(r, r.id == e.rule_id).where(which))
    ratings = _by_rule(session, select(rating.rule_id, rating.rating).join(r, r.id == rating.rule_id).where(which))
    classes = _by_rule(session, select(c.rule_id, AccountClassification.code).join(r, r.id == c.rule_id).join(
        AccountClassification, AccountClassification.id == c.classification_id).where(which))
    profiles = _by_rule(session, select(k.rule_id, KycProfile.code).join(r, r.id == k.rule_id).join(
        KycProfile, KycProfile.id == k.kyc_profile_id).where(which))
    return [StoredRule(id=rule.id, provider_id=rule.provider_id, enabled=rule.enabled, override=Override(
        name=rule.name, events=frozenset(map(CreditEvent, events.get(rule.id, ()))),
        classifications=classes.get(rule.id, frozenset()), ratings=ratings.get(rule.id, frozenset()),
        kyc_profiles=profiles.get(rule.id, frozenset()), verified_only=rule.verified_only)) for rule in rules]


def _by_rule(session: Session, rows: Select[int, str]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for rule_id, value in session.execute(rows):
        found.setdefault(rule_id, set()).add(value)
    return {rule_id: frozenset(values) for rule_id, values in found.items()}
