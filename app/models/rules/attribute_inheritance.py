"""Which value of an attribute holds for an owner, and where it comes from.

The chain is searched from the most specific owner upwards: account, profile, provider, upper providers, system
default; the first value that is set wins (ARCHITECTURE.md, "Inheritance"). "Set" means not None: 0, "" and false stop
the search. A credit limit may also be set through a rating: at each tier an explicit limit beats the limit of a rating
set there, and the first tier that has either wins (ARCHITECTURE.md, "Credit limit"). Likewise a tier that sets trading
terms in days counts in days, unless it says itself how terms are counted (ARCHITECTURE.md, "Trading terms").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.models.attributes.catalogue import DEFINITIONS, AttributeDefinition, AttributeValue, TierValues
from app.models.values import TermsMethod, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainStep:
    """What one owner along the chain says to an attribute."""

    tier: Tier
    owner_id: int | None
    owner: str | None
    value: AttributeValue
    currency: str | None
    rating: str | None = None
    """The rating that gave the value, where it is a credit limit not typed in."""
    implied: bool = False
    """The value follows from another attribute that is set there, and is not stored itself."""
    may_set: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """The value in force and the whole chain it came down, system default first."""

    attribute: str
    value: AttributeValue
    winner: int | None
    """Index of the winning step in `chain`; None when nothing is set anywhere and there is no default."""
    chain: tuple[ChainStep, ...]

    @property
    def source(self) -> ChainStep | None:
        return None if self.winner is None else self.chain[self.winner]


def resolve(definition: AttributeDefinition, owners: Sequence[TierValues]) -> Effective:
    """Resolve one attribute along owners given from the most specific (the account) upwards.

    A member of a bundle takes its value from the owner that sets the bundle's lead, even where that value is empty
    there (then the member's own default holds, with the same source).
    """
    steps = [_step(definition, owner) for owner in owners]
    lead_set = [_leads(definition, owner) for owner in owners]
    default = ChainStep(tier=Tier.SYSTEM, owner_id=None, owner=None, value=definition.default, currency=None)
    chain = (default, *reversed(steps))
    for position, has_it in enumerate(lead_set):
        if has_it:
            value = steps[position].value
            if value is None and definition.is_bundle_member:
                value = definition.default
            return Effective(attribute=definition.key, value=value, winner=len(chain) - 1 - position, chain=chain)
    return Effective(attribute=definition.key, value=definition.default,
                     winner=None if definition.default is None else 0, chain=chain)


def _leads(definition: AttributeDefinition, owner: TierValues) -> bool:
    if definition.is_bundle_member:
        return _step(DEFINITIONS[definition.bundle or ""], owner).value is not None
    return _step(definition, owner).value is not None


def _step(definition: AttributeDefinition, owner: TierValues) -> ChainStep:
    allowed_tier = Tier.PROVIDER if owner.tier is Tier.UPPER_PROVIDER else owner.tier
    may_set = definition.allowed_on(allowed_tier)
    value = owner.values.get(definition.key) if may_set else None
    rating = None
    if definition.key == "credit_limit" and value is None:
        code = owner.values.get("credit_rating")
        if isinstance(code, str):
            value = owner.rating_limits.get(code)
            rating = code if value is not None else None
    implied = (definition.key == "trading_terms_method" and value is None
               and owner.values.get("trading_due_days") is not None)
    if implied:
        value = TermsMethod.DAYS_AFTER.value
    currency = owner.rating_currency or owner.currency if rating else owner.currency
    return ChainStep(tier=owner.tier, owner_id=owner.owner_id, owner=owner.owner, value=value, currency=currency,
                     rating=rating, implied=implied, may_set=may_set)
