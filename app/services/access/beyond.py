"""What reaches more than one account (ARCHITECTURE.md, "Beyond one's sight").

Such are a provider's defaults, a profile, rules, a hold on a provider.

Whoever sees some customers only could change the others by what these share. So such a change asks once more whether
every account that it reaches now is theirs to change, and is refused with the reason, as a scan is. How many they
reach themselves is said; how many they do not see is not.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.models.group_accounts.membership import FundingGroup, GroupMembership
from app.models.parties.account import Account
from app.models.parties.powers import POWER_WORDS, Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.values import CUSTOMER_TYPES
from app.services.access.authorize import editable, visible
from app.services.access.principal import principal_of, providers_below
from app.services.errors import NotAllowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The accounts that a change reaches."""

    which: ColumnElement[bool]
    """A condition on `Account`."""
    words: str
    """Such as "every customer of Harbour Telecom"."""


def customers_of(session: Session, provider_id: int) -> Reached:
    """The customers and agents of one provider, for its rules, its letterhead and its default profile."""
    name = session.get_one(Account, provider_id).name
    return Reached(which=Account.provider_id == provider_id, words=f"every customer of {name}")


def customers_below(session: Session, provider_id: int) -> Reached:
    """Those of a provider and of all providers below it, for what they inherit and for holds on the provider."""
    providers = providers_below(session, provider_id)
    if len(providers) == 1:
        return customers_of(session, provider_id)
    name = session.get_one(Account, provider_id).name
    return Reached(which=Account.provider_id.in_(sorted(providers)),
                   words=f"every customer of {name} and of the providers below it")


def members_of(session: Session, profile_id: int) -> Reached:
    """Those with one profile. The default one is also for whoever comes to its provider, so it concerns them all."""
    profile = session.get_one(AccountProfile, profile_id)
    if session.get_one(Provider, profile.provider_id).default_profile_id == profile_id:
        return customers_of(session, profile.provider_id)
    return Reached(which=Account.profile_id == profile_id, words=f"every customer with the profile {profile.name}")


def funded_by(session: Session, account_id: int) -> Reached:
    """The members of a group account, for what is done to the account that pays for them."""
    name = session.get_one(Account, account_id).name
    members = (select(GroupMembership.account_id).join(FundingGroup, FundingGroup.id == GroupMembership.group_id)
               .where(FundingGroup.account_id == account_id, FundingGroup.closed_on.is_(None),
                      GroupMembership.left_on.is_(None)))
    return Reached(which=Account.id.in_(members), words=f"every member of the group account of {name}")


def require_all_of(session: Session, reached: Reached) -> None:
    """Raise NotAllowed unless the person may change every account that is reached; powers are asked besides."""
    refusal = refusal_beyond(session, reached)
    if refusal:
        raise NotAllowed(refusal)


def refusal_beyond(session: Session, reached: Reached) -> str:
    """Why the person may not change all these accounts; empty where they may."""
    who = principal_of(session)
    if who.reaches_everything:
        return ""
    total, seen, changed = (
        session.scalar(select(func.count()).select_from(Account).where(
            reached.which, Account.type.in_(sorted(CUSTOMER_TYPES)), *narrowed)) or 0
        for narrowed in ((), (visible(session),), (editable(session),)))
    if changed == total:
        return ""
    if seen < total and not who.sees_some_only:
        return (f"This concerns {reached.words}; those of providers below one's own need the power "
                f'"{POWER_WORDS[Power.CUSTOMERS_DOWNSTREAM].label}".')
    if not seen:
        return f"This concerns {reached.words}; your org unit reaches none of them."
    if seen < total:
        return f"This concerns {reached.words}; your org unit reaches some of them only: {seen:,}."
    return (f"This concerns {reached.words}; your account groups give some of them to your org unit for looking only: "
            f"{seen - changed:,}.")
