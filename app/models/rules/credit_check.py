"""Whether something that uses the funds of an account goes through (ARCHITECTURE.md, "Credit control").

What is measured is the balance. With the amount added it may reach the limit and not pass it; of no amount only the
standing counts. Above the limit a rule of the provider may let the event through, which changes neither balance nor
limit: one is enough that lists the event and of whose conditions every kind has the account's value.

Example: of a limit of 500.00 with 500.00 owing, 25.00 more is refused, 25.00 above the limit; 0.00 goes through, and
no longer once 525.00 is owing. No limit refuses nothing, a limit of 0 everything that is more than nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.models.values import CreditEvent, KycState

NEVER_REFUSED = frozenset({CreditEvent.BILLING_RUN_INVOICE})
"""Events that go through above any limit; whoever posts them marks them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditFacts:
    """An account at the moment something would use its funds; amounts in minor units of its currency."""

    limit_minor: int | None
    """None: no limit."""
    balance_minor: int
    amount_minor: int
    event: CreditEvent
    classification: str | None = None
    rating: str | None = None
    kyc_profile: str | None = None
    kyc_state: KycState = KycState.NOT_VERIFIED

    @property
    def projected_minor(self) -> int:
        """What would be owing then."""
        return self.balance_minor + self.amount_minor

    @property
    def excess_minor(self) -> int:
        """How far above the limit that is; 0 within it."""
        return 0 if self.limit_minor is None else max(self.projected_minor - self.limit_minor, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A rule that lets events through; an empty set of values is no condition."""

    name: str
    events: frozenset[CreditEvent]
    classifications: frozenset[str] = field(default=frozenset())
    ratings: frozenset[str] = field(default=frozenset())
    kyc_profiles: frozenset[str] = field(default=frozenset())
    verified_only: bool = False

    def unmet(self, facts: CreditFacts) -> tuple[str, ...]:
        """The kinds of its conditions that the account does not meet, whatever the event."""
        asked = {"classification": (self.classifications, facts.classification),
                 "rating": (self.ratings, facts.rating), "kyc_profile": (self.kyc_profiles, facts.kyc_profile)}
        found = [kind for kind, (values, own) in asked.items() if values and own not in values]
        if self.verified_only and (facts.kyc_profile is None or facts.kyc_state is not KycState.VERIFIED):
            found.append("kyc_state")
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditDecision:
    """Whether it goes through, and by which rule."""

    allowed: bool
    rule: str | None = None
    """The rule that let it through above the limit."""


def decide_credit(facts: CreditFacts, rules: Sequence[Override]) -> CreditDecision:
    """Within the limit it goes through; above it by the first rule, in the order given, that overrides."""
    if facts.excess_minor == 0:
        return CreditDecision(allowed=True)
    for rule in rules:
        if facts.event in rule.events and not rule.unmet(facts):
            return CreditDecision(allowed=True, rule=rule.name)
    return CreditDecision(allowed=facts.event in NEVER_REFUSED)
