"""Moving an account below another parent: another provider, another agent, or a provider with all that is below it.

Documents, services, holds and notes belong to the provider under which they arose, carry its number series and
letterhead, and never change: an account that has any stays with that provider (ARCHITECTURE.md, "Ledger"). What can
move takes its contacts along, gets a profile of its new provider, and leaves the groups of the old one. Its own
attributes stay; what it inherits is told beforehand by `impact_of_parent_move`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import and_, delete, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from app.models.attributes.catalogue import INHERITED
from app.models.credit.control import AccountClassification
from app.models.group_accounts.membership import FundingGroup, GroupMembership
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.parties.contact import AccountBillingAddress, AccountContact, Contact, ContactAddress
from app.models.parties.note import AccountNote
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.parties.request import ServiceRequest
from app.models.parties.service import Service
from app.models.parties.staff import OrgUnit
from app.models.rules.hierarchy import refusal as matrix_refusal
from app.models.rules.status_changes import By
from app.models.suspension.hold import Hold
from app.models.values import PROVIDER_TYPES, AccountType, Enterprise, KycState, Lifecycle, Tier
from app.services.access.audit import traces_on_account, write_audit, zone_of
from app.services.access.authorize import authorize, require_account, require_provider, visible
from app.services.access.beyond import customers_below, require_all_of
from app.services.access.principal import providers_below
from app.services.attributes.columns import account_as_moved, provider_as_moved, set_nearer
from app.services.attributes.limits import keep_limits, mark_limits
from app.services.attributes.writing import rebuild_provider_effective
from app.services.changes import Changed, ChangeSet, Undo
from app.services.credit.assigning import same_classification, same_kyc_profile
from app.services.currencies.new_accounts import new_account_currencies
from app.services.database.dialects import lock_defaults, lock_ledger, lock_rows
from app.services.errors import NotFound, RefusedByRule
from app.services.history.facts import note_leaving_all, note_profiles
from app.services.impact.comparing import Change, Impact, impact_of_change, own_value
from app.services.jobs import Checkpoint, Told, untold
from app.services.providers.business_day import business_day
from app.services.providers.modules import Module, require_module
from app.services.saving import Speech, wanted_changes
from app.services.status.standing import acting_on
from app.services.wording import by_count, counted, listed

_ALL_KEYS = tuple(d.key for d in INHERITED)
_PASSED_ON_KEYS = tuple(d.key for d in INHERITED if d.allowed_on(Tier.PROVIDER))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParent:
    """Where an account shall go."""

    provider_id: int
    """Its provider then; for a change of agent alone, the one it has."""
    profile_id: int | None = None
    """None: the default profile of another provider; the profile it has where the provider stays."""
    agent_id: int | None = None
    """The agent that looks after a customer then; None for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChange:
    """Something that reads differently afterwards: "Provider", "Harbour Telecom", "Summit Broadband"."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePreview:
    """What a move would do; with a refusal nothing of it can be done."""

    account_id: int
    name: str
    refusals: tuple[str, ...]
    """Everything that is in the way, in sentences."""
    changes: tuple[NamedChange, ...]
    """Parent, profile and agent, where they change."""
    groups: tuple[str, ...]
    """Account groups that it leaves."""
    for_good: bool
    """Moving back would not bring back everything: groups that it leaves, or contacts that it shared."""
    own: Impact | None
    """What the account itself would inherit then."""
    below: Impact | None
    """The same for everybody below a provider; None for a customer."""


def move_account(session: Session, *, account_id: int, to: NewParent, seen: NewParent) -> ChangeSet:
    """Move an account; refused with everything that is in the way. Where it is already, nothing changes.

    `seen` is where it was shown to stand. Raises SavedMeanwhile where somebody else moved it since.
    """
    account = require_account(session, account_id, Power.CUSTOMERS_MOVE, edit=True)
    require_provider(session, to.provider_id, Power.CUSTOMERS_MOVE)
    if account.type in PROVIDER_TYPES:
        require_all_of(session, customers_below(session, account_id))
        lock_defaults(session)
    both = sorted({account.provider_id, to.provider_id})
    for provider_id in both:
        lock_ledger(session, provider_id, judging=True)
    lock_rows(session, "provider", "account_id", both)
    lock_rows(session, "account", "id", [account_id, to.provider_id])
    session.refresh(account)
    session.refresh(session.get_one(Account, to.provider_id))
    wanted = to if to.profile_id is not None else replace(to, profile_id=_profile(session, account, to).id)
    wanted_changes(seen=_fields(seen), now=_fields(standing_at(account)), wanted=_fields(wanted), is_explicit=True,
                   speech=lambda: _speech(session, account))
    plan = _plan(session, account, to)
    if plan.refusals:
        raise RefusedByRule(" ".join(plan.refusals))
    if not plan.changes:
        return ChangeSet.empty()
    old_provider, before = account.provider_id, standing_at(account)
    is_for_good = _loses_ties(session, account, to)
    today = business_day(session, old_provider)
    if plan.profile_id != account.profile_id:
        note_profiles(session, Account.id == account_id, on=today)
    if old_provider != to.provider_id:
        note_leaving_all(session, account_id=account_id, on=today)
        _leave_groups(session, account)
        _take_contacts(session, account, to.provider_id)
    classification = account.classification_id if old_provider == to.provider_id else same_classification(
        session, classification_id=account.classification_id, provider_id=to.provider_id)
    session.execute(update(Account).where(Account.id == account_id).values(
        provider_id=to.provider_id, parent_id=to.provider_id, profile_id=plan.profile_id,
        created_by_agent_id=to.agent_id, classification_id=classification)
        .execution_options(synchronize_session=False))
    session.expire_all()
    if account.type in PROVIDER_TYPES:
        rebuild_provider_effective(session, provider_id=account_id)
        mark_limits(session, provider_id=account_id)
    keep_limits(session, Account.id == account_id)
    for change in plan.changes:
        write_audit(session, provider_id=to.provider_id, account_id=account_id, action="account_moved",
                    detail=f"{change.what}: {change.old} to {change.new}", field=change.what.casefold(),
                    old=change.old, new=change.new)
    kinds = (Changed.ACCOUNTS, Changed.ATTRIBUTES, Changed.PROFILES)
    changes = ChangeSet.of(*kinds, accounts=set() if account.type in PROVIDER_TYPES else {account_id})
    if is_for_good:
        return changes
    where = listed([f"{change.what.casefold()} {change.new}" for change in plan.changes])
    return changes.with_undo(Undo(
        of=f"move of {account.name}", done=f"{account.name} moved: {where}.", command=move_account,
        arguments={"account_id": account_id, "to": before, "seen": replace(to, profile_id=plan.profile_id)}))


def standing_at(account: Account) -> NewParent:
    """Where an account that was asked for stands, which is what a move is told was seen."""
    return NewParent(provider_id=account.provider_id, profile_id=account.profile_id,
                     agent_id=account.created_by_agent_id)


def _fields(place: NewParent) -> dict[str, int | None]:
    return {"provider": place.provider_id, "profile": place.profile_id, "agent": place.agent_id}


def _speech(session: Session, account: Account) -> Speech:
    def text(field: str, id_: int | None) -> str:
        if field != "profile" or id_ is None:
            return "" if id_ is None else _name(session, id_)
        profile = session.get(AccountProfile, id_)
        return "a profile that is deleted" if profile is None else profile.name

    return Speech(zone=zone_of(session, account.provider_id), label=str.capitalize, text=text,
                  traces=lambda fields: traces_on_account(session, account.id, fields, actions=_MOVES))


_MOVES = ("account_moved", "profile_moved")


def _loses_ties(session: Session, account: Account, to: NewParent) -> bool:
    """Whether moving back would leave something behind: groups are left for good, a shared contact becomes a copy."""
    if account.provider_id == to.provider_id:
        return False
    other = aliased(AccountContact)
    shares = session.scalar(select(exists().where(
        AccountContact.account_id == account.id, other.contact_id == AccountContact.contact_id,
        other.account_id != account.id)))
    classified = account.classification_id is not None and same_classification(
        session, classification_id=account.classification_id, provider_id=to.provider_id) is None
    known = session.scalar(select(exists().where(
        AccountContact.account_id == account.id, Contact.id == AccountContact.contact_id,
        Contact.kyc_profile_id.is_not(None))))
    return bool(shares) or classified or bool(known) or bool(_groups(session, account))


def impact_of_parent_move(
    session: Session, checkpoint: Checkpoint = lambda: None, told: Told = untold, *, account_id: int, to: NewParent
) -> MovePreview:
    """What moving an account would do: what is in the way, what reads differently, and the effective values then."""
    account = require_account(session, account_id, Power.CUSTOMERS_MOVE)
    require_provider(session, to.provider_id, Power.CUSTOMERS_MOVE)
    plan = _plan(session, account, to)
    changes_provider = account.provider_id != to.provider_id
    groups = tuple(name or code for code, name in _groups(session, account)) if changes_provider else ()
    preview = MovePreview(account_id=account.id, name=account.name, refusals=plan.refusals, changes=plan.changes,
                          groups=groups, for_good=_loses_ties(session, account, to), own=None, below=None)
    if not plan.refusals and plan.changes:
        preview = replace(preview, own=impact_of_change(session, Change(
            which=Account.id == account_id, after=account_as_moved(to.provider_id, plan.profile_id), keys=_ALL_KEYS,
            keeps=own_value), checkpoint))
        if account.type in PROVIDER_TYPES:
            told(preview)
            preview = replace(preview, below=impact_of_change(
                session, _below(session, account_id, to.provider_id), checkpoint))
    return preview


def parents_to_choose(session: Session, *, account_id: int) -> list[tuple[int, str, str]]:
    """Providers within reach below which an account of this type may stand: id, code and name, by name."""
    account = require_account(session, account_id, Power.CUSTOMERS_MOVE)
    under = providers_below(session, account_id) if account.type in PROVIDER_TYPES else frozenset()
    rows = session.scalars(select(Account).where(
        Account.type.in_(sorted(PROVIDER_TYPES)), visible(session)).order_by(Account.name_key, Account.id)).all()
    return [(row.id, row.code, row.name) for row in rows
            if row.id not in under and _misfit(row, account) is None]


# --------------------------------------------------------------------------- what would be done


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    refusals: tuple[str, ...]
    profile_id: int
    changes: tuple[NamedChange, ...]


def _plan(session: Session, account: Account, to: NewParent) -> _Plan:
    if account.type in (AccountType.OPERATOR, AccountType.SYSTEM):
        raise RefusedByRule(f"{account.name} stands where it stands: it belongs to its provider for good.")
    if acting_on(session, account) is By.ITSELF:
        raise RefusedByRule(f"{account.name} cannot move itself. The provider above can.")
    parent = session.get_one(Account, to.provider_id)
    profile = _profile(session, account, to)
    refusals = [*_agent_refusals(session, account, to)]
    if parent.id != account.provider_id:
        refusals = [*_place_refusals(session, account, parent), *_ties(session, account), *refusals]
    changes = []
    if parent.id != account.provider_id:
        changes.append(NamedChange(what="Provider", old=_name(session, account.provider_id), new=parent.name))
    if profile.id != account.profile_id:
        old, new = session.get_one(AccountProfile, account.profile_id).name, profile.name
        if old == new:
            old, new = f"{old} of {_name(session, account.provider_id)}", f"{new} of {parent.name}"
        changes.append(NamedChange(what="Profile", old=old, new=new))
    if parent.id != account.provider_id and account.classification_id is not None and same_classification(
            session, classification_id=account.classification_id, provider_id=parent.id) is None:
        code = session.get_one(AccountClassification, account.classification_id).code
        changes.append(NamedChange(what="Classification", old=code, new="None"))
    if to.agent_id != account.created_by_agent_id:
        changes.append(NamedChange(what="Agent", old=_name(session, account.created_by_agent_id),
                                   new=_name(session, to.agent_id)))
    return _Plan(refusals=tuple(refusals), profile_id=profile.id, changes=tuple(changes))


def _profile(session: Session, account: Account, to: NewParent) -> AccountProfile:
    wanted = to.profile_id
    if wanted is None and account.provider_id == to.provider_id:
        wanted = account.profile_id
    if wanted is None:
        wanted = session.get_one(Provider, to.provider_id).default_profile_id
    profile = session.get(AccountProfile, wanted)
    if profile is None or profile.provider_id != to.provider_id:
        raise NotFound("There is no such profile at the provider it shall go to.")
    return profile


def _place_refusals(session: Session, account: Account, parent: Account) -> list[str]:
    """What the hierarchy, currencies and codes say to the new place."""
    found = []
    misfit = _misfit(parent, account)
    if misfit is not None:
        found.append(misfit)
    if account.type in PROVIDER_TYPES and parent.id in providers_below(session, account.id):
        found.append(f"{parent.name} stands below {account.name}; an account cannot stand below itself.")
    if parent.lifecycle == Lifecycle.TERMINATED.value:
        found.append(f"{parent.name} is cancelled; nothing is moved there.")
    usable = new_account_currencies(session, provider_id=parent.id).usable
    if account.type not in PROVIDER_TYPES and account.currency not in usable:
        found.append(f"{account.name} is kept in {account.currency}, {parent.name} works in {listed(usable)}, and the "
                     "currency of an account never changes.")
    taken = session.scalar(select(Account.id).where(Account.provider_id == parent.id, Account.code == account.code))
    if taken is not None and taken != account.id:
        found.append(f"{parent.name} has an account with the code {account.code} already; change the code of one of "
                     "them first.")
    return found


def _misfit(parent: Account, account: Account) -> str | None:
    return matrix_refusal(AccountType(parent.type), AccountType(account.type), Enterprise(account.enterprise))


def _ties(session: Session, account: Account) -> list[str]:
    """What of an account belongs to its present provider for good."""
    counts = [
        (FinancialTransaction, "document", "documents"), (Service, "service", "services"), (Hold, "hold", "holds"),
        (AccountNote, "note", "notes"), (ServiceRequest, "service request", "service requests"),
        (FundingGroup, "group account", "group accounts"),
        (GroupMembership, "group membership", "group memberships")]
    there = [counted(n, one, many) for entity, one, many in counts
             if (n := session.scalar(select(func.count()).where(_account_id(entity) == account.id)) or 0)]
    found = []
    if there:
        provider = _name(session, account.provider_id)
        found.append(f"{account.name} has {listed(there)} of {provider}. What arose under a provider stays with it, so "
                     "the account cannot move to another. Create a new account there instead, and cancel this one.")
    if account.type == AccountType.AGENT:
        customers = session.scalar(select(func.count()).where(Account.created_by_agent_id == account.id)) or 0
        units = session.scalar(select(func.count()).where(OrgUnit.agent_id == account.id)) or 0
        if customers:
            found.append(by_count(
                customers, "{count} customer names {agent} as their agent. Give them another one first.",
                "{count} customers name {agent} as their agent. Give them another one first.", agent=account.name))
        if units:
            found.append(f"{account.name} has {counted(units, 'org unit')} with staff; take the agent out of it first.")
    return found


def _account_id(entity: Any) -> Any:
    return entity.account_id


def _agent_refusals(session: Session, account: Account, to: NewParent) -> list[str]:
    if to.agent_id is None or (to.agent_id == account.created_by_agent_id and to.provider_id == account.provider_id):
        return []
    if account.type != AccountType.END_USER:
        return ["Only customers have an agent."]
    agent = session.scalars(select(Account).where(Account.id == to.agent_id, visible(session))).one_or_none()
    if agent is None or agent.type != AccountType.AGENT or agent.provider_id != to.provider_id:
        return ["The agent is one of the provider the account belongs to then."]
    if agent.lifecycle == Lifecycle.TERMINATED.value:
        return [f"{agent.name} is cancelled and looks after nobody."]
    require_module(session, to.provider_id, Module.AGENTS)
    return []


def _name(session: Session, account_id: int | None) -> str:
    return "None" if account_id is None else session.get_one(Account, account_id).name


# --------------------------------------------------------------------------- what goes along and what stays


def _groups(session: Session, account: Account) -> Sequence[tuple[str, str]]:
    rows = session.execute(
        select(AccountGroup.code, AccountGroup.name)
        .join(AccountGroupMember, AccountGroupMember.group_id == AccountGroup.id)
        .where(AccountGroupMember.account_id == account.id).order_by(AccountGroup.code)).all()
    return [(row.code, row.name) for row in rows]


def _leave_groups(session: Session, account: Account) -> None:
    session.execute(delete(AccountGroupMember).where(AccountGroupMember.account_id == account.id))


def _take_contacts(session: Session, account: Account, provider_id: int) -> None:
    """Contacts go along; one that owns other accounts as well stays for them, and a copy goes, addresses and all."""
    chosen = session.get(AccountBillingAddress, account.id, populate_existing=True)
    choice = None if chosen is None else (chosen.contact_id, chosen.address_id)
    if chosen is not None:
        session.delete(chosen)  # while it refers to a contact, that link cannot become another's
        session.flush()
    links = session.scalars(select(AccountContact).where(AccountContact.account_id == account.id)
                            .order_by(AccountContact.contact_id)).all()
    lock_rows(session, "contact", "id", [link.contact_id for link in links])
    for link in links:
        shared = session.scalar(select(func.count()).where(
            AccountContact.contact_id == link.contact_id, AccountContact.account_id != account.id))
        contact = session.get_one(Contact, link.contact_id)
        kyc = same_kyc_profile(session, kyc_profile_id=contact.kyc_profile_id, provider_id=provider_id)
        there = {"provider_id": provider_id, "kyc_profile_id": kyc,
                 "kyc_state": KycState.NOT_VERIFIED.value if kyc is None else contact.kyc_state}
        if not shared:
            for name, value in there.items():
                setattr(contact, name, value)
            continue
        values = {c.key: getattr(contact, c.key) for c in Contact.__mapper__.column_attrs if c.key != "id"}
        copy = Contact(**values | there)
        session.add(copy)
        session.flush()
        link.contact_id = copy.id
        addresses = _copied_addresses(session, contact.id, copy.id)
        if choice is not None and choice[0] == contact.id:
            choice = copy.id, None if choice[1] is None else addresses[choice[1]]
    session.flush()
    if choice is not None:
        session.add(AccountBillingAddress(account_id=account.id, contact_id=choice[0], address_id=choice[1]))
        session.flush()


def _copied_addresses(session: Session, contact_id: int, copy_id: int) -> dict[int, int]:
    """Give a copy of a contact its further addresses; their ids by those of the originals."""
    found = {}
    for address in session.scalars(select(ContactAddress).where(ContactAddress.contact_id == contact_id)):
        values = {c.key: getattr(address, c.key) for c in ContactAddress.__mapper__.column_attrs if c.key != "id"}
        copy = ContactAddress(**values | {"contact_id": copy_id})
        session.add(copy)
        session.flush()
        found[address.id] = copy.id
    return found


# --------------------------------------------------------------------------- the effective values


def _below(session: Session, provider_id: int, parent_id: int) -> Change:
    authorize(session, Power.CUSTOMERS_MOVE)
    under = sorted(providers_below(session, provider_id))
    which = and_(Account.provider_id.in_(under), Account.id != provider_id, Account.type != AccountType.SYSTEM.value,
                 visible(session))

    return Change(which=which, after=provider_as_moved(provider_id, parent_id), keys=_PASSED_ON_KEYS,
                  keeps=partial(set_nearer, providers=under))
