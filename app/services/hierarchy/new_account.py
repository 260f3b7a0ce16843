"""Creating one account with everything a wizard asks about it, in one unit of work, or nothing of it.

Customers, agents and providers alike. Every refusal of a value names its field (`RefusedField`), so that a form can
say it beside that field. Who may create what is asked by the commands this goes through; terms and limits of a new
customer need a power of their own (ARCHITECTURE.md, "Attribute catalogue").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models.attributes.catalogue import DEFINITIONS, AttributeValue
from app.models.parties.account import Account
from app.models.parties.contact import Contact, Organisation
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.rules.billing_address import is_address
from app.models.rules.hierarchy import refusal
from app.models.values import PROVIDER_TYPES, AccountNaming, AccountStanding, AccountType, Enterprise, Tier
from app.services.access.audit import write_audit
from app.services.access.authorize import authorize, require_provider, visible
from app.services.access.colleagues import require_colleague
from app.services.addresses.billing import address_is_needed, missing_words
from app.services.addresses.new import AddressChoice, NewAddress, address_of, require_address
from app.services.attributes.values import check_value
from app.services.attributes.writing import TERMS, set_attributes_of_new_accounts, set_defaults_of_new_provider
from app.services.changes import Changed, ChangeSet, Created
from app.services.currencies.new_accounts import new_account_currencies
from app.services.database.dialects import lock_defaults, lock_row
from app.services.errors import NotFound, RefusedByRule, RefusedField
from app.services.events.raising import raise_event
from app.services.files.texts import require_text
from app.services.hierarchy.accounts import (
    MANAGER_OF_ORGANISATION,
    NewAccount,
    ProviderSettings,
    check_classifications,
    check_provider_settings,
    code_is_taken,
    create_account,
    create_provider,
)
from app.services.hierarchy.new_contacts import (
    CONTACT_TEXTS,
    ContactChoice,
    NewContact,
    contact_name,
    require_contact_texts,
)
from app.services.hierarchy.operator import DEFAULT_PROFILE_NAME
from app.services.providers.business_day import business_day
from app.services.wording import counted

_LONGEST = {"code": 40, "name": 200, "trading_name": 200, "registration_number": 60, "export_reference": 80}
_LABELS = {"code": "The code", "name": "The name", "trading_name": "The trading name",
           "registration_number": "The registration number", "export_reference": "The export reference"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRequest:
    """One account to create, as a form has it."""

    parent_id: int
    type: AccountType
    enterprise: Enterprise
    name: str
    start_date: date
    code: str = ""
    """Empty: one is generated."""
    export_reference: str = ""
    profile_id: int | None = None
    """None: the default profile. Providers have profiles of their own."""
    agent_id: int | None = None
    overrides: Mapping[str, AttributeValue] = field(default_factory=dict)
    """What the account sets itself; a provider, what it passes on. Whatever is not here is inherited."""
    primary: ContactChoice | None = None
    billing: ContactChoice | None = None
    """None: the primary contact."""
    billing_address: NewAddress | AddressChoice | None = None
    """A further address of the billing contact, or one that a contact has already; None: its first."""
    account_manager_id: int | None = None
    classification_id: int | None = None
    trading_name: str = ""
    registration_number: str = ""
    currency: str = ""
    """Of a customer or agent, for good; empty: the one that new accounts of the provider get."""
    provider: ProviderSettings | None = None
    default_profile: str = DEFAULT_PROFILE_NAME

    @property
    def is_provider(self) -> bool:
        return self.type in PROVIDER_TYPES

    def cleaned(self) -> AccountRequest:
        """Without blanks around its texts."""
        names = (*_LONGEST, "default_profile", "currency")
        return replace(self, **{name: getattr(self, name).strip() for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedAccount(Created):
    """A new account, as it is told of."""

    provider_id: int
    code: str
    name: str
    type: AccountType


def create_new_account(session: Session, *, request: AccountRequest) -> CreatedAccount:
    """Create the account with profile, settings, contacts and organisation data.

    Raises RefusedField for a value that a rule refuses, NotAllowed for a power that is missing. The parent stays
    locked until the transaction ends, so a code that is free stays free.
    """
    power = Power.PROVIDERS_CREATE if request.is_provider else Power.CUSTOMERS_CREATE
    parent = require_provider(session, request.parent_id, power)
    wanted = request.cleaned()
    if wanted.is_provider:
        lock_defaults(session)
    lock_row(session, "provider", "account_id", parent.id)
    _check(session, parent, wanted)
    try:
        account_id = (_create_provider if wanted.is_provider else _create_customer)(session, wanted)
        session.flush()
    except IntegrityError as error:  # another provider took it between the question and the insert
        for field in ("realm", "code"):
            if field in str(error.orig):
                raise RefusedField(field, f"Somebody took this {field} just now. Choose another.") from error
        raise
    account = session.get_one(Account, account_id)
    if wanted.trading_name or wanted.registration_number:
        session.execute(insert(Organisation).values(
            account_id=account_id, trading_name=wanted.trading_name, registration_number=wanted.registration_number))
    if wanted.overrides:
        write_audit(session, provider_id=account.provider_id, account_id=account_id, action="account_set_up",
                    detail=f"{counted(len(wanted.overrides), 'setting')} of its own from the beginning.")
    if not wanted.is_provider:
        raise_event(session, event="account_creation", account_id=account_id, cause_key=f"account/{account_id}/created",
                    on=business_day(session, account.provider_id))
    kinds = {Changed.ACCOUNTS, Changed.ATTRIBUTES, Changed.PROFILES}
    return CreatedAccount(id=account_id, provider_id=account.provider_id, code=account.code, name=account.name,
                          type=wanted.type,
                          changes=ChangeSet.of(*kinds))


def _create_customer(session: Session, wanted: AccountRequest) -> int:
    account_id = create_account(session, provider_id=wanted.parent_id, new=NewAccount(
        code=wanted.code, name=wanted.name, start_date=wanted.start_date, type=wanted.type,
        enterprise=wanted.enterprise, profile_id=wanted.profile_id, agent_id=wanted.agent_id,
        contact=wanted.primary, billing=wanted.billing, export_reference=wanted.export_reference,
        currency=wanted.currency, billing_address=wanted.billing_address, account_manager_id=wanted.account_manager_id,
        classification_id=wanted.classification_id))
    set_attributes_of_new_accounts(session, provider_id=wanted.parent_id, values={account_id: wanted.overrides})
    return account_id


def _create_provider(session: Session, wanted: AccountRequest) -> int:
    assert wanted.provider is not None  # noqa: S101  `_check` has refused a provider without settings
    account = create_provider(
        session, parent_id=wanted.parent_id, code=wanted.code, name=wanted.name, type=wanted.type,
        start_date=wanted.start_date, settings=wanted.provider, contact=wanted.primary, billing=wanted.billing,
        default_profile=wanted.default_profile or DEFAULT_PROFILE_NAME, export_reference=wanted.export_reference)
    set_defaults_of_new_provider(session, parent_id=wanted.parent_id, provider_id=account.id, values=wanted.overrides)
    return account.id


# --------------------------------------------------------------------------- what is refused, by field


def check_new_account(session: Session, *, request: AccountRequest) -> None:
    """Refuse what `create_new_account` would refuse, as far as that can be said without writing."""
    power = Power.PROVIDERS_CREATE if request.is_provider else Power.CUSTOMERS_CREATE
    parent = require_provider(session, request.parent_id, power)
    _check(session, parent, request.cleaned())


def _check(session: Session, parent: Account, wanted: AccountRequest) -> None:
    why = refusal(AccountType(parent.type), wanted.type, wanted.enterprise)
    if why is not None:
        raise RefusedField("kind", why)
    if not wanted.name and (wanted.is_provider or _names_are_typed(session, parent.id)):
        raise RefusedField("name", "An account needs a name.")
    for name, longest in _LONGEST.items():
        require_text(name, _LABELS[name], getattr(wanted, name))
        length = len(getattr(wanted, name))
        if length > longest:
            raise RefusedField(name, f"{_LABELS[name]} has {counted(length, 'character')}; at most {longest} fit.")
    if wanted.code and code_is_taken(session, provider_id=parent.id, code=wanted.code, kind=wanted.type):
        whose = "another provider" if wanted.is_provider else f"another account of {parent.name}"
        raise RefusedField("code", f'The code "{wanted.code}" belongs to {whose}. Codes are never used twice.')
    if wanted.is_provider:
        if wanted.provider is None:
            raise RefusedField("realm", "A provider needs a realm of the form @domain, for instance @company.example.")
        check_provider_settings(session, wanted.provider)
    else:
        new_account_currencies(session, provider_id=parent.id).of(wanted.currency)
    _check_profile_and_agent(session, parent, wanted)
    _check_settings(session, wanted)
    _check_contact(session, parent, "primary", wanted.primary)
    _check_contact(session, parent, "billing", wanted.billing)
    if not wanted.is_provider:
        _check_address(session, parent, wanted)
        _check_manager(session, parent, wanted)
        check_classifications(session, parent.id, [wanted.classification_id])


def _names_are_typed(session: Session, provider_id: int) -> bool:
    return session.get_one(Provider, provider_id).account_naming == AccountNaming.MANUAL


def _check_profile_and_agent(session: Session, parent: Account, wanted: AccountRequest) -> None:
    if wanted.is_provider and (wanted.profile_id or wanted.agent_id):
        raise RefusedField("profile", "A provider has profiles and agents of its own.")
    if wanted.profile_id is not None:
        profile = session.get(AccountProfile, wanted.profile_id)
        if profile is None or profile.provider_id != parent.id:
            raise RefusedField("profile", f"There is no such profile at {parent.name}. Choose one of its profiles.")
    if wanted.agent_id is not None:
        if wanted.type is not AccountType.END_USER:
            raise RefusedField("agent", "Only a customer records an agent.")
        agent = session.scalar(select(Account.id).where(
            Account.id == wanted.agent_id, Account.provider_id == parent.id, Account.type == AccountType.AGENT,
            visible(session)))
        if agent is None:
            raise RefusedField("agent", f"There is no such agent at {parent.name}. Choose one of its agents.")


def _check_settings(session: Session, wanted: AccountRequest) -> None:
    tier = Tier.PROVIDER if wanted.is_provider else Tier.ACCOUNT
    for key, value in wanted.overrides.items():
        definition = DEFINITIONS.get(key)
        if definition is None:
            raise NotFound(f'There is no attribute "{key}".')
        try:
            check_value(definition, tier, value)
        except RefusedByRule as refused:
            raise RefusedField(key, str(refused)) from None
    if not wanted.is_provider and not TERMS.isdisjoint(wanted.overrides):
        authorize(session, Power.CUSTOMERS_CREATE_TERMS)


def _check_address(session: Session, parent: Account, wanted: AccountRequest) -> None:
    """The address that was chosen is one of the account's contacts, and there is one where the provider needs it."""
    receiver, which = (wanted.primary, "primary") if wanted.billing is None else (wanted.billing, "billing")
    address = wanted.billing_address
    if isinstance(address, NewAddress):
        require_address(address.values(), before="billing_address.")
        return
    if isinstance(address, AddressChoice):
        known = address.contact_id in (wanted.primary, wanted.billing)
        lines = address_of(session, address) if known else None
        if lines is None:
            raise RefusedField("billing_address", "There is no such address. Choose one of the account's contacts.")
        is_there = is_address(line1=lines["address_line1"], city=lines["city"])
    elif isinstance(receiver, int):
        contact = session.get_one(Contact, receiver)
        is_there = is_address(line1=contact.address_line1, city=contact.city)
    else:
        is_there = receiver is not None and is_address(line1=receiver.address_line1, city=receiver.city)
    if not is_there and address_is_needed(session, provider_id=parent.id, standing=AccountStanding.STANDALONE):
        field = "billing_address" if receiver is None or isinstance(receiver, int) else f"{which}.address_line1"
        raise RefusedField(field, missing_words(wanted.name or "The account"))


def _check_manager(session: Session, parent: Account, wanted: AccountRequest) -> None:
    if wanted.account_manager_id is None:
        return
    if wanted.enterprise is not Enterprise.ORGANISATION:
        raise RefusedField("account_manager", MANAGER_OF_ORGANISATION)
    require_colleague(session, provider_id=parent.id, staff_id=wanted.account_manager_id, field="account_manager")


def _check_contact(session: Session, parent: Account, which: str, contact: ContactChoice | None) -> None:
    if isinstance(contact, int):
        try:
            contact_name(session, provider_id=parent.id, contact_id=contact)
        except NotFound as missing:
            raise RefusedField(which, str(missing)) from None
    if isinstance(contact, NewContact):
        require_contact_texts({name: getattr(contact, name).strip() for name in CONTACT_TEXTS}, before=f"{which}.")
        if not contact.name.strip():
            raise RefusedField(f"{which}.name", "A contact needs a name.")
        user, at, host = contact.email.strip().partition("@")
        if contact.email.strip() and not (user and at and "." in host and " " not in contact.email.strip()):
            raise RefusedField(f"{which}.email", f'"{contact.email.strip()}" is no e-mail address; write one such as '
                                                 "name@company.example.")
