"""The attributes of one account as its page shows them: value, source, chain, and whether it may be set here.

Built from the resolver's answer alone. The chain is told from the system default down to the owner itself, one room
each, as the inheritance diagram draws it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.models.attributes.catalogue import (
    DEFINITIONS,
    INHERITED,
    AttributeDefinition,
    AttributeValue,
    TierValues,
)
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.rules.attribute_inheritance import ChainStep, Effective
from app.models.rules.hierarchy import TYPE_WORDS
from app.models.values import PROVIDER_TYPES, AccountType, Tier
from app.models.values import AttributeKind as Kind
from app.services.access.authorize import require_account, require_provider
from app.services.attributes.chain_words import ProviderName, owner_name, provider_names, rated_text
from app.services.attributes.explain import explanations
from app.services.attributes.resolving import (
    EffectiveValue,
    StoredValues,
    chain_of_new,
    effective_along,
    effective_values,
)
from app.services.attributes.values import value_text
from app.services.attributes.writing import TERMS, own_terms_refusal
from app.services.errors import RefusedByRule
from app.services.wording import inside


class RoomState(StrEnum):
    """What one tier has to do with the effective value."""

    WINS = "wins"
    OVERRULED = "overruled"
    FALLS_THROUGH = "falls_through"
    """Not set, below the winner: the value from above passes."""
    NOTHING_HERE = "nothing_here"
    """Not set, above the winner or where nothing is set anywhere."""
    IDLE = "idle"
    """A follower of a bundle set below the winner, where the lead is not set: it stands there without effect."""
    NO_SAY = "no_say"
    """The attribute cannot be set on this tier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRow:
    """One tier of the chain."""

    tier: Tier
    tier_text: str
    """"System default", "Wholesale provider", "Retail provider", "Account profile", "Account"."""
    owner: str
    """Name of the owner: "Harbour Telecom", "Business", "Built in"."""
    account_id: int | None
    """The account or provider to open."""
    profile_id: int | None
    """The profile to open."""
    value: AttributeValue
    value_text: str
    """In words, with the rating that stands for it; "Not set" where the tier sets nothing."""
    plain_text: str
    """The value alone, where the rating is said otherwise."""
    currency: str | None
    rating: str | None
    """The rating that stands for the limit set here."""
    state: RoomState
    note: str
    """The state in words: "Wins", "Overruled by Business", "Falls through"."""
    set_tier: Tier | None
    """With `set_id`: what `set_attribute` takes to set the value in this room; None for the system default."""
    set_id: int | None
    own_value: AttributeValue
    """What is typed in here; None where nothing is, and where a rating gives the limit."""
    seen: StoredValues
    """What the owner of this room sets: of this attribute and, where it leads a bundle, of the members."""
    why_not: str
    """Why it may not be set in this room, a sentence; empty where it may."""

    @property
    def may_set(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRow:
    """One attribute with its effective value."""

    section: str
    key: str
    label: str
    help: str
    kind: Kind
    choices: tuple[tuple[str, str], ...]
    """Stored value and words."""
    unit: str
    minimum: int | None
    maximum: int | None
    none_text: str
    """What "not set anywhere" means, in words."""
    bundle: str | None
    """Key of the bundle's lead, which decides for all members; None outside bundles."""
    value: AttributeValue
    value_text: str
    currency: str | None
    """Currency of a money value; what is typed in here is in `here_currency`."""
    tier: Tier | None
    """Where the value comes from; None: not set anywhere and no default."""
    owner: str
    """Name on the chip: "This account", "Business", "Harbour Telecom", "System default", "Not set anywhere"."""
    owner_account_id: int | None
    owner_profile_id: int | None
    rating: str | None
    set_here: bool
    """The value comes from this account (as provider: from this provider's defaults)."""
    own_value: AttributeValue
    """What is stored here, in force or not."""
    seen: StoredValues
    """The same with the members of a bundle that it leads: what `set_attribute` is told was seen."""
    may_set: bool
    why_not: str
    """Why it may not be set here, a sentence; empty where it may."""
    here_tier: Tier
    """With `here_id`: what `set_attribute` takes to set the value here."""
    here_id: int
    here_currency: str
    set_by: str | None
    """Who gave the value; None where it is built in or came with a file."""
    set_at: datetime | None
    chain: tuple[ChainRow, ...]
    story: str
    """The chain in words, from the same answer: what the inheritance diagram says to those who do not see it."""

    @property
    def is_member(self) -> bool:
        """It follows the lead of its bundle."""
        return self.bundle is not None and self.bundle != self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """The owner whose page it is."""

    account: Account
    tier: Tier
    currency: str
    providers: dict[int, ProviderName]
    chains: dict[str, tuple[ChainStep, ...]]
    """Of every attribute, by key: followers of a bundle ask what their lead says."""
    why_no_terms: str = ""
    """Why whoever works here may not set its terms and limits; empty where no tie says so."""


def account_attributes(session: Session, *, account_id: int, as_provider: bool = False) -> list[AttributeRow]:
    """All attributes in the order of the catalogue.

    `as_provider` shows what a provider passes on to its customers; else what holds for the account itself, as for any
    account (a provider's own customer-side values continue with its parent's defaults). Raises RefusedByRule where
    the account is no provider.
    """
    account = require_account(session, account_id, Power.CUSTOMERS)
    if as_provider and account.type not in PROVIDER_TYPES:
        raise RefusedByRule(f"{account.name} has no customers, so it passes nothing on.")
    answers = effective_values(session, account, as_provider=as_provider)
    providers = provider_names(session, answers[0].effective)
    tier = Tier.PROVIDER if as_provider else Tier.ACCOUNT
    here = _Here(account=account, tier=tier, currency=answers[0].effective.chain[-1].currency or account.currency,
                 providers=providers,
                 chains={a.key: a.effective.chain for a in answers},
                 why_no_terms="" if as_provider else own_terms_refusal(session, account))
    stories = explanations(session, account, answers)
    return [_attribute_row(answer, here, story.text) for answer, story in zip(answers, stories, strict=True)]


def attributes_of_new(
    session: Session, *, parent_id: int, profile_id: int | None = None, as_provider: bool = False, name: str = "",
    currency: str = "", values: Mapping[str, AttributeValue] | None = None, keys: Sequence[str] | None = None,
) -> list[AttributeRow]:
    """What a new account below a provider would get, by the resolver: a customer or agent with a profile (None: the
    default one), or with `as_provider` a provider's defaults for its customers.

    `values` are what it would set itself. Ids of the new owner are 0.
    """
    power = Power.PROVIDERS_CREATE if as_provider else Power.CUSTOMERS_CREATE
    parent = require_provider(session, parent_id, power)
    settings = session.get_one(Provider, parent_id)
    money = currency or settings.currency
    tier = Tier.PROVIDER if as_provider else Tier.ACCOUNT
    own = TierValues(tier=tier, owner_id=0, owner=name, currency=money,
                     values={k: v for k, v in (values or {}).items() if v is not None})
    owners = chain_of_new(session, own, provider_id=parent.id, profile_id=profile_id or settings.default_profile_id)
    answers = effective_along(session, owners, keys)
    new = Account(id=0, code="", name=name or "the new account", provider_id=parent.id, currency=money)
    providers = provider_names(session, answers[0].effective)
    if as_provider:
        providers[0] = ProviderName(name=name or "the new provider", kind="Provider")
    chains = {a.key: a.effective.chain for a in answers}
    here = _Here(account=new, tier=tier, currency=money, providers=providers, chains=chains)
    stories = explanations(session, new, answers, providers)
    return [_attribute_row(answer, here, story.text) for answer, story in zip(answers, stories, strict=True)]


def rows_of_profile(session: Session, profile: AccountProfile, owners: Sequence[TierValues]) -> list[AttributeRow]:
    """What a profile may override, along a chain that `chain_of_profile` gave or one made of it."""
    keys = [d.key for d in INHERITED if d.allowed_on(Tier.PROFILE)]
    answers = effective_along(session, owners, keys)
    providers = provider_names(session, answers[0].effective)
    member = Account(id=profile.id, code="", name=profile.name, provider_id=profile.provider_id,
                     currency=owners[0].currency)
    here = _Here(account=member, tier=Tier.PROFILE, currency=owners[0].currency, providers=providers,
                 chains={a.key: a.effective.chain for a in answers})
    stories = explanations(session, member, answers, providers)
    return [_attribute_row(answer, here, story.text) for answer, story in zip(answers, stories, strict=True)]


def _attribute_row(answer: EffectiveValue, here: _Here, story: str) -> AttributeRow:
    d, effective = answer.definition, answer.effective
    source, step = effective.source, effective.chain[-1]
    currency = (source.currency if source else None) or here.currency
    chain = tuple(_room(d, effective, position, here) for position in range(len(effective.chain)))
    winner = None if effective.winner is None else chain[effective.winner]
    own = chain[-1]
    return AttributeRow(
        section=d.section, key=d.key, label=d.label, help=d.help, kind=d.kind, choices=d.choices, unit=d.unit,
        minimum=d.minimum, maximum=d.maximum, none_text=d.none_text, bundle=d.bundle,
        value=effective.value, value_text=value_text(d, effective.value, currency),
        currency=currency if d.kind is Kind.MONEY and effective.value is not None else None,
        tier=None if source is None else source.tier, owner=_chip(winner, here),
        owner_account_id=winner.account_id if winner else None, owner_profile_id=winner.profile_id if winner else None,
        rating=source.rating if source else None, set_here=source is step, own_value=own.own_value, seen=own.seen,
        may_set=own.may_set,
        why_not=own.why_not,
        here_tier=here.tier, here_id=here.account.id, here_currency=here.currency,
        set_by=answer.set_by.actor if answer.set_by else None,
        set_at=answer.set_by.recorded_at if answer.set_by else None, chain=chain,
        story=story,
    )


def _chip(winner: ChainRow | None, here: _Here) -> str:
    if winner is None:
        return "Not set anywhere"
    if winner.tier is Tier.SYSTEM:
        return "System default"
    if here.tier is Tier.PROFILE and winner.tier is Tier.PROFILE:
        return "This profile"
    if winner.tier is here.tier and winner.account_id == here.account.id:
        return "This provider" if here.tier is Tier.PROVIDER else "This account"
    return winner.owner


def _why_not(d: AttributeDefinition, effective: Effective, position: int, here: _Here) -> str:
    step = effective.chain[position]
    if step.tier is Tier.SYSTEM:
        return "It is built in."
    if not step.may_set:
        return f"It is set on {' or '.join(_places(d))}."
    if d.operator_only and (step.owner_id is None or here.providers[step.owner_id].kind != _OPERATOR):
        return "Only the operator switches it."
    if d.key in TERMS and step.tier is Tier.ACCOUNT and here.why_no_terms:
        return here.why_no_terms
    if d.is_bundle_member and here.chains[d.bundle or d.key][position].value is None:
        return f'It goes with "{DEFINITIONS[d.bundle or d.key].label}": set that here first.'
    return ""


_OPERATOR = TYPE_WORDS[AccountType.OPERATOR].capitalize()
_PLACES = {Tier.PROVIDER: "the provider", Tier.PROFILE: "the account profile", Tier.ACCOUNT: "the account"}


def _places(d: AttributeDefinition) -> list[str]:
    return ["the operator alone"] if d.operator_only else [p for tier, p in _PLACES.items() if d.allowed_on(tier)]


# --------------------------------------------------------------------------- rooms of the chain


def _room(d: AttributeDefinition, effective: Effective, position: int, here: _Here) -> ChainRow:
    step = effective.chain[position]
    state = _state(effective, position)
    is_account = step.tier not in (Tier.SYSTEM, Tier.PROFILE)
    value = effective.value if state is RoomState.WINS else step.value
    tier_text = _tier_text(step, here.providers)
    return ChainRow(
        tier=step.tier, tier_text=tier_text, owner=owner_name(step, here.account, here.providers),
        account_id=step.owner_id if is_account else None,
        profile_id=step.owner_id if step.tier is Tier.PROFILE else None, value=value,
        value_text="Not set" if value is None else rated_text(d, step, value, here.currency),
        plain_text="Not set" if value is None else value_text(d, value, step.currency or here.currency),
        currency=step.currency,
        rating=step.rating, state=state,
        note=_note(d, effective, state, tier_text, here), set_tier=_STORED.get(step.tier), set_id=step.owner_id,
        own_value=_stored(step), seen=_seen(d, position, here),
        why_not=_why_not(d, effective, position, here),
    )


def _stored(step: ChainStep) -> AttributeValue:
    return None if step.rating or step.implied or step.tier is Tier.SYSTEM else step.value


def _seen(d: AttributeDefinition, position: int, here: _Here) -> StoredValues:
    keys = [key for key in here.chains if key == d.key or (d.bundle == d.key and DEFINITIONS[key].bundle == d.key)]
    return {key: _stored(here.chains[key][position]) for key in keys}


_STORED = {Tier.PROFILE: Tier.PROFILE, Tier.ACCOUNT: Tier.ACCOUNT, Tier.PROVIDER: Tier.PROVIDER,
           Tier.UPPER_PROVIDER: Tier.PROVIDER}
"""Where the value of a tier is kept: that of an upper provider like any provider's."""


def _state(effective: Effective, position: int) -> RoomState:
    step = effective.chain[position]
    if position == effective.winner:
        return RoomState.WINS
    if not step.may_set:
        return RoomState.NO_SAY
    below = effective.winner is not None and position > effective.winner
    if step.value is not None:
        return RoomState.IDLE if below else RoomState.OVERRULED
    return RoomState.FALLS_THROUGH if below else RoomState.NOTHING_HERE


def _note(d: AttributeDefinition, effective: Effective, state: RoomState, tier_text: str, here: _Here) -> str:
    if state is RoomState.OVERRULED and effective.source is not None:
        return f"Overruled by {owner_name(effective.source, here.account, here.providers)}"
    if state is RoomState.NO_SAY:
        return f"{tier_text} has no say in {inside(d.label)}"
    return _NOTES.get(state, "Nothing to pass on")


_NOTES = {RoomState.WINS: "Wins", RoomState.FALLS_THROUGH: "Falls through", RoomState.IDLE: "Without effect"}


def _tier_text(step: ChainStep, providers: dict[int, ProviderName]) -> str:
    fixed = {Tier.SYSTEM: "System default", Tier.PROFILE: "Account profile", Tier.ACCOUNT: "Account"}
    return fixed[step.tier] if step.tier in fixed else providers[step.owner_id or 0].kind
