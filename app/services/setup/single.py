"""One value of one owner, set or cleared by itself: what it would change, and whom it reaches.

It is what a set-up file does value by value, for whoever wants to change one and not to write a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.models.attributes.catalogue import AttributeValue
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.values import AccountType, Tier
from app.services.access.authorize import require_account, require_provider
from app.services.attributes.resolving import chain_of, definition_of, effective_along, stored_values
from app.services.attributes.values import check_value, parse_value, with_bundles
from app.services.attributes.writing import set_attributes
from app.services.changes import ChangeSet
from app.services.errors import NotFound
from app.services.impact.comparing import end_users_changed
from app.services.jobs import Checkpoint
from app.services.profiles.profiles import require_profile
from app.services.providers.modules import Module, switch_module
from app.services.setup.comparing import SetUpChange
from app.services.setup.document import key_of_attribute
from app.services.setup.planning import profile_ids
from app.services.setup.values import value_of_stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who a value is set on."""

    tier: Tier
    id: int
    kind: str
    """As changes call it: account, profile or provider."""
    name: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuePlan:
    """What setting or clearing an attribute would do."""

    owner: Owner
    values: Mapping[str, AttributeValue]
    """What is to be stored, by attribute; a bundle is cleared with its lead."""
    seen: Mapping[str, AttributeValue]
    """What is stored now, by attribute."""
    changes: tuple[SetUpChange, ...]


def owner_of_provider(session: Session, *, provider: Account, profile: str | None = None) -> Owner:
    """A provider, or a profile of it by name. Raises NotFound naming the profiles there are."""
    currency = session.get_one(Provider, provider.id).currency
    if profile is None:
        require_provider(session, provider.id, Power.PROVIDERS)
        return Owner(tier=Tier.PROVIDER, id=provider.id, kind="provider", name=provider.code, currency=currency)
    ids = profile_ids(session, provider.id)
    if profile not in ids:
        raise NotFound(f'{provider.code} has no profile "{profile}". It has: {", ".join(sorted(ids))}.')
    return Owner(tier=Tier.PROFILE, id=ids[profile], kind="profile", name=profile, currency=currency)


def owner_of_account(account: Account) -> Owner:
    """An account with its own values."""
    return Owner(tier=Tier.ACCOUNT, id=account.id, kind="account", name=account.code, currency=account.currency)


def plan_value(
    session: Session, checkpoint: Checkpoint = lambda: None, *, owner: Owner, key: str, text: str | None
) -> ValuePlan:
    """What setting an attribute to a value as typed would do; None clears it.

    Raises NotFound for an unknown attribute, RefusedByRule for a value, range or tier that will not do.
    """
    definition = definition_of(key)
    value = None if text is None else parse_value(definition, text, owner.currency)
    wanted = with_bundles({key: value})
    for name, each in wanted.items():
        check_value(definition_of(name), owner.tier, each)
    stored = stored_values(session, owner.tier, owner.id)
    changes = []
    for name, each in wanted.items():
        shown = key_of_attribute(definition_of(name))
        old, new = (value_of_stored(shown, found, owner.currency) for found in (stored.get(name), each))
        if (type(old), old) != (type(new), new):
            changes.append(SetUpChange(kind=owner.kind, name=owner.name, key=name, old=old, new=new))
    counts = _reached(session, owner, wanted, [change.key or "" for change in changes], checkpoint)
    return ValuePlan(owner=owner, values=wanted, seen={name: stored.get(name) for name in wanted},
                     changes=tuple(replace(change, accounts=counts[change.key or ""]) for change in changes))


def set_value(session: Session, *, seen: ValuePlan) -> ChangeSet:
    """Store what a plan lists, by the command that screens use: `seen` holds what was stored when it was made."""
    owner = seen.owner
    changes = ChangeSet.empty()
    for key, value in seen.values.items():
        if owner.tier is Tier.PROVIDER and definition_of(key).operator_only:
            changes |= switch_module(session, provider_id=owner.id, module=Module(key), on=_switch(value),
                                     seen=_switch(seen.seen.get(key)))
    rest = {key: value for key, value in seen.values.items() if not definition_of(key).operator_only}
    if rest:
        changes |= set_attributes(session, tier=owner.tier, owner_id=owner.id, values=rest, seen=seen.seen)
    return changes


def _switch(value: AttributeValue) -> bool | None:
    return None if value is None else bool(value)


def _reached(
    session: Session, owner: Owner, values: Mapping[str, AttributeValue], keys: list[str], checkpoint: Checkpoint
) -> dict[str, int]:
    """How many end users get another effective value, by attribute."""
    if owner.tier is Tier.ACCOUNT:
        return _reached_of_account(session, owner, values, keys)
    if owner.tier is Tier.PROVIDER:
        provider_id, of_provider, profiles = owner.id, dict(values), {}
    else:
        provider_id = require_profile(session, owner.id, Power.PROFILES).provider_id
        of_provider, profiles = {}, {owner.id: values}
    found = end_users_changed(session, provider_id=provider_id, values=of_provider, profiles=profiles, limits={},
                              keys=keys, checkpoint=checkpoint)
    return {key: sum(found[key].values()) for key in keys}


def _reached_of_account(
    session: Session, owner: Owner, values: Mapping[str, AttributeValue], keys: list[str]
) -> dict[str, int]:
    account = require_account(session, owner.id, Power.CUSTOMERS)
    if account.type != AccountType.END_USER:
        return dict.fromkeys(keys, 0)
    chain = chain_of(session, account)
    own = {**chain[0].values, **values}
    after = [replace(chain[0], values={key: value for key, value in own.items() if value is not None}), *chain[1:]]
    pairs = zip(effective_along(session, chain, keys), effective_along(session, after, keys), strict=True)
    return {old.key: int((old.effective.value, old.effective.source and old.effective.source.currency)
                         != (new.effective.value, new.effective.source and new.effective.source.currency)
                         if old.definition.kind.value == "money" else old.effective.value != new.effective.value)
            for old, new in pairs}
