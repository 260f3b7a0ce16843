"""Whether an account needs a billing address (ARCHITECTURE.md, "Billing address")."""

from __future__ import annotations

from collections.abc import Collection

from app.models.values import AccountStanding, AddressRule


def needs_address(rule: AddressRule, optional_for: Collection[AccountStanding], standing: AccountStanding) -> bool:
    """Whether the rule of a provider asks for one of an account that stands so to group accounts.

    By conditions it is needless for those that are named, and asked of all others.
    """
    match rule:
        case AddressRule.ALWAYS:
            return True
        case AddressRule.NEVER:
            return False
        case AddressRule.CONDITIONS:
            return standing not in optional_for


def optional_for(stored: str) -> frozenset[AccountStanding]:
    """The conditions that a provider stores, with commas between them."""
    return frozenset(AccountStanding(word) for word in stored.split(",") if word)


def is_address(*, line1: str, city: str) -> bool:
    """Whether these lines are an address at all: somewhere that post could go."""
    return bool(line1.strip() or city.strip())
