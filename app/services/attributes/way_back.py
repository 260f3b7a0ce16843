"""How a value that was set or cleared is taken back, and in which words it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from app.models.attributes.catalogue import DEFINITIONS, AttributeValue
from app.models.parties.account import Account
from app.models.parties.profile import AccountProfile
from app.models.values import Tier
from app.services.attributes.reach import reach_of
from app.services.attributes.values import value_text
from app.services.changes import ChangeSet, Undo
from app.services.wording import by_count, counted, inside


def way_back(
    session: Session, *, tier: Tier, owner_id: int, old: Mapping[str, AttributeValue],
    new: Mapping[str, AttributeValue], currency: str, command: Callable[..., ChangeSet],
) -> Undo:
    """The way from `new` to `old`, of one owner, by the `command` that sets several attributes."""
    owner = _name(session, tier, owner_id)
    undone = {key: old.get(key) for key in new}
    leads = [key for key in new if DEFINITIONS[key].bundle in {None, key}] or list(new)
    if len(leads) > 1:
        of = f"{counted(len(leads), 'setting')} of {owner}"
        done = by_count(len(leads), "{count} setting of {owner} changed.", "{count} settings of {owner} changed.",
                        owner=owner)
    else:
        (key, definition) = leads[0], DEFINITIONS[leads[0]]
        of = f"{inside(definition.label)} of {owner}"
        done = (f"{definition.label} of {owner} cleared." if new[key] is None else
                f"{definition.label} of {owner} set to {value_text(definition, new[key], currency)}.")
    follows = len(leads) == 1 and tier is not Tier.ACCOUNT
    return Undo(of=of, done=done, command=command,
                arguments={"tier": tier, "owner_id": owner_id, "values": undone, "seen": dict(new)},
                extent=followers if follows else None,
                tells={"tier": tier, "owner_id": owner_id, "key": leads[0]} if follows else {})


def followers(session: Session, *, tier: Tier, owner_id: int, key: str) -> str:
    """How many customers take the value that a profile or a provider passes on, as a sentence."""
    count = reach_of(session, tier=tier, owner_id=owner_id, key=key).inherit
    return by_count(count, "{count} account follows it.", "{count} accounts follow it.")


def _name(session: Session, tier: Tier, owner_id: int) -> str:
    if tier is Tier.PROFILE:
        return session.get_one(AccountProfile, owner_id).name
    return session.get_one(Account, owner_id).name
