"""What a profile move would do before it is made, or setting values of a profile or a provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.models.attributes.catalogue import DEFINITIONS, AttributeValue, members_of
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import CUSTOMER_TYPES, AccountType, Tier
from app.services.access.authorize import require_provider, visible
from app.services.access.walks import below
from app.services.attributes.columns import profile_as_changed, providers_as_changed, set_nearer
from app.services.attributes.values import check_value, with_bundles
from app.services.errors import RefusedByRule
from app.services.impact.comparing import Change, Impact, impact_of_change, own_value
from app.services.jobs import Checkpoint, Told, untold
from app.services.profiles.moves import Members, members_condition
from app.services.profiles.profiles import PROFILE_DEFINITIONS, require_profile


def impact_of_move(
    session: Session, checkpoint: Checkpoint = lambda: None, told: Told = untold, *, provider_id: int,
    members: Members, to_profile_id: int,
) -> Impact:
    """What moving accounts to a profile of their provider would do. Accounts that are there already do not count."""
    target = require_profile(session, to_profile_id, Power.PROFILES_MEMBERS)
    if target.provider_id != provider_id:
        raise RefusedByRule("A profile holds accounts of its own provider only. Choose one of this provider.")
    which = members_condition(session, provider_id=provider_id, members=members, to_profile_id=to_profile_id)
    after = profile_as_changed(to_profile_id, {})
    return impact_of_change(session, Change(which=which, after=after, keys=tuple(d.key for d in PROFILE_DEFINITIONS),
                                            keeps=own_value), checkpoint, told)


def impact_of_values(
    session: Session, checkpoint: Checkpoint = lambda: None, told: Told = untold, *, tier: Tier, owner_id: int,
    values: Mapping[str, AttributeValue],
) -> Impact:
    """What setting values of a profile or a provider would do, None for a value that is taken away.

    A value that may not stand there is refused as it would be when it is set.
    """
    wanted = with_bundles(values)
    for key, value in wanted.items():
        check_value(DEFINITIONS[key], tier, value)
    if tier is Tier.PROFILE:
        require_profile(session, owner_id, Power.PROFILES)
        which = and_(Account.profile_id == owner_id, Account.type != AccountType.SYSTEM.value, visible(session))
        change = Change(which=which, after=profile_as_changed(owner_id, wanted), keys=_concerned(wanted),
                        keeps=own_value)
    elif tier is Tier.PROVIDER:
        require_provider(session, owner_id, Power.PROVIDERS)
        change = _provider_change(session, owner_id, wanted)
    else:
        raise RefusedByRule("An account passes nothing on; its values reach nobody else.")
    return impact_of_change(session, change, checkpoint, told)


def _provider_change(session: Session, provider_id: int, values: Mapping[str, AttributeValue]) -> Change:
    providers = below([provider_id])
    nearer = partial(set_nearer, providers=select(providers.c.id).where(providers.c.id != provider_id))
    which = and_(Account.provider_id.in_(select(providers.c.id)), Account.type.in_(sorted(CUSTOMER_TYPES)),
                 visible(session))
    return Change(which=which, after=providers_as_changed(provider_id, values), keys=_concerned(values), keeps=nearer)


def _concerned(keys: Iterable[str]) -> tuple[str, ...]:
    """Attributes whose effective value may change: a lead brings its bundle, a rating the credit limit.

    Terms in days say as well how terms are counted.
    """
    found: dict[str, None] = {}
    for key in keys:
        found |= dict.fromkeys(d.key for d in members_of(key)) if DEFINITIONS[key].bundle == key else {key: None}
        if key == "credit_rating":
            found["credit_limit"] = None
        if key == "trading_due_days":
            found |= dict.fromkeys(d.key for d in members_of("trading_terms_method"))
    return tuple(found)
