"""The owners along a chain in words: who they are, and what they say."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.attributes.catalogue import AttributeDefinition, AttributeValue
from app.models.parties.account import Account
from app.models.rules.attribute_inheritance import ChainStep, Effective
from app.models.rules.hierarchy import TYPE_WORDS
from app.models.values import AccountType, Tier
from app.services.attributes.values import value_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderName:
    """A provider along a chain, in words."""

    name: str
    kind: str
    """"Retail provider", "Wholesale provider", "Operator"."""


def provider_names(session: Session, effective: Effective) -> dict[int, ProviderName]:
    """Names and kinds of the providers along a chain, by id."""
    ids = [step.owner_id for step in effective.chain if step.tier in (Tier.PROVIDER, Tier.UPPER_PROVIDER)]
    rows = session.execute(select(Account.id, Account.name, Account.type).where(Account.id.in_(ids)))
    return {r.id: ProviderName(name=r.name, kind=TYPE_WORDS[AccountType(r.type)].capitalize()) for r in rows}


def owner_name(step: ChainStep, account: Account, providers: dict[int, ProviderName]) -> str:
    """The owner of a step by name: "Harbour Telecom", "Business", "Built in"."""
    match step.tier:
        case Tier.SYSTEM:
            return "Built in"
        case Tier.ACCOUNT:
            return account.name
        case Tier.PROFILE:
            return step.owner or ""
        case _:
            return providers[step.owner_id or 0].name


def rated_text(d: AttributeDefinition, step: ChainStep, value: AttributeValue, currency: str) -> str:
    """The value in words, with the rating that stands for it: "rating A: 8,000.00 AUD".

    `currency` is that of the account, for a built-in amount, which has none.
    """
    text = value_text(d, value, step.currency or currency)
    return f"rating {step.rating}: {text}" if step.rating else text
