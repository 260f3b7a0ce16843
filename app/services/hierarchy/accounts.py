"""Commands on the hierarchy: creating providers and accounts.

Every account gets exactly one profile, one primary and one billing contact. Nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import false, func, insert, or_, select, update
from sqlalchemy.orm import Session

from app.models.events.library import OF_NEW_PROVIDERS
from app.models.parties.account import Account, folded_keys
from app.models.parties.account_group import AccountGroupMember
from app.models.parties.contact import Contact
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.rules.account_naming import generated_name
from app.models.rules.hierarchy import refusal
from app.models.values import (
    PROVIDER_TYPES,
    AccountNaming,
    AccountStatus,
    AccountType,
    AddressRule,
    Enterprise,
    GroupAccess,
    Lifecycle,
    MoneyError,
    places_of,
)
from app.services.access.audit import write_audit
from app.services.access.authorize import authorize, require_provider
from app.services.access.colleagues import require_colleague
from app.services.access.principal import principal_of
from app.services.addresses.billing import require_billing_addresses
from app.services.addresses.new import AddressChoice, NewAddress, give_billing_addresses
from app.services.attributes.writing import rebuild_provider_effective
from app.services.changes import Changed, ChangeSet
from app.services.credit.assigning import refuse_classification
from app.services.credit.labels import classification_rows
from app.services.currencies.new_accounts import new_account_currencies
from app.services.database.bulk import insert_rows, insert_rows_with_ids
from app.services.database.dialects import lock_defaults, lock_row
from app.services.database.unit_of_work import recorded_now
from app.services.errors import RefusedByRule, RefusedField
from app.services.events.mappings import map_for_new_provider
from app.services.files.texts import require_text
from app.services.hierarchy.new_contacts import ContactChoice, NewContact, give_contacts
from app.services.hierarchy.operator import DEFAULT_PROFILE_NAME
from app.services.ledger.keeping import begin_figures
from app.services.ledger.numbering import take_numbers
from app.services.providers.modules import Module, require_module
from app.services.wording import counted

SUSPENSE_CODE = "SUSPENSE"
WRITE_OFF_CODE = "WRITE-OFF"
SYSTEM_NAMES: Final = {SUSPENSE_CODE: "Suspense", WRITE_OFF_CODE: "Write-off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """A customer or agent to create below a provider."""

    code: str
    """Empty: one is generated."""
    name: str
    """Empty: one by the provider's way of naming, where it has one."""
    start_date: date
    type: AccountType = AccountType.END_USER
    enterprise: Enterprise = Enterprise.ORGANISATION
    profile_id: int | None = None
    agent_id: int | None = None
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    contact: ContactChoice | None = None
    """Primary, and billing unless `billing` is another. None: one named by the code stands in."""
    billing: ContactChoice | None = None
    ombudsman_case_open: bool = False
    export_reference: str = ""
    account_manager_id: int | None = None
    classification_id: int | None = None
    billing_address: NewAddress | AddressChoice | None = None
    """A further address of its billing contact, or one that a contact of it has; None: the first of its billing one."""
    currency: str = ""
    """For good. Empty: that of the books, or of the provider's country (ARCHITECTURE.md, "Currencies")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """Settings of a provider that do not inherit; see `app.models.parties.provider.Provider` for each meaning."""

    currency: str
    realm: str
    language: str = "en"
    time_zone: str = "UTC"
    legal_name: str = ""
    tagline: str = ""
    address: str = ""
    return_address: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    tax_number_label: str = ""
    tax_number: str = ""
    tax_name: str = ""
    """What the tax is called on paper; empty: the word of the language."""
    bank_details: str = ""
    help_text: str = ""
    logo: bytes | None = field(default=None, repr=False)
    account_naming: str = AccountNaming.MANUAL.value
    billing_address_rule: str = AddressRule.NEVER.value
    billing_address_optional_for: str = ""


def create_provider(
    session: Session, *, parent_id: int, code: str, name: str, type: AccountType, start_date: date,  # noqa: A002
    settings: ProviderSettings, contact: ContactChoice | None = None, billing: ContactChoice | None = None,
    default_profile: str = DEFAULT_PROFILE_NAME, export_reference: str = "",
) -> Account:
    """Create a provider with its settings, default profile and the system accounts *suspense* and *write-off*."""
    require_provider(session, parent_id, Power.PROVIDERS_CREATE)
    lock_defaults(session)  # before it is looked whether code and realm are free
    check_provider_settings(session, settings)
    parent = session.get_one(Account, parent_id)
    _check_place(parent, type, Enterprise.ORGANISATION)
    if type not in PROVIDER_TYPES:
        raise RefusedByRule("A provider is a wholesale, retail or non-billing provider.")
    require_text("default_profile", "The name of the default profile", default_profile)
    new = NewAccount(code=code, name=name, start_date=start_date, type=type, contact=contact, billing=billing,
                     export_reference=export_reference)
    (account_id,) = _insert_accounts(session, parent, [new], currency=settings.currency)
    values = {name: getattr(settings, name) for name in ProviderSettings.__dataclass_fields__}
    session.execute(insert(Provider).values(account_id=account_id, default_profile_id=0, **values))
    profile_id = session.execute(
        insert(AccountProfile).values(provider_id=account_id, name=default_profile).returning(AccountProfile.id)
    ).scalar_one()
    session.execute(
        update(Provider).where(Provider.account_id == account_id).values(default_profile_id=profile_id)
    )
    map_for_new_provider(session, provider_id=account_id, profile_id=profile_id, events=OF_NEW_PROVIDERS)
    provider = session.get_one(Account, account_id)
    provide_system_accounts(session, provider_id=account_id)
    rebuild_provider_effective(session, provider_id=account_id)
    write_audit(session, provider_id=provider.provider_id, account_id=account_id, action="provider_created",
                detail=f"{code} {name}")
    return provider


def provide_system_accounts(session: Session, *, provider_id: int) -> None:
    """Make the system accounts that a provider lacks: those of before, and the operator, came without."""
    provider, settings = session.get_one(Account, provider_id), session.get_one(Provider, provider_id)
    there = set(session.scalars(select(Account.code).where(
        Account.provider_id == provider_id, Account.code.in_(SYSTEM_NAMES))))
    _insert_accounts(session, provider, [
        NewAccount(code=code, name=name, start_date=provider.start_date, type=AccountType.SYSTEM)
        for code, name in SYSTEM_NAMES.items() if code not in there], currency=settings.currency)


PROVIDER_TEXTS: Final = (
    "language", "legal_name", "tagline", "address", "return_address", "email", "phone", "website", "tax_number_label",
    "tax_number", "tax_name", "bank_details", "help_text")
_PROVIDER_LINES: Final = frozenset({"address", "bank_details", "help_text"})


def require_provider_texts(values: Mapping[str, str]) -> None:
    """Raise RefusedField for a setting of a provider that is no text; addresses and the like have several lines."""
    for name in PROVIDER_TEXTS:
        if name in values:
            require_text(name, f"The {name.replace('_', ' ')}", values[name], has_lines=name in _PROVIDER_LINES)


def check_provider_settings(session: Session, settings: ProviderSettings) -> None:
    """Raise RefusedField for a currency, realm, time zone or text that no new provider may have."""
    require_provider_texts({name: getattr(settings, name) for name in PROVIDER_TEXTS})
    try:
        places_of(settings.currency)
    except MoneyError as error:
        raise RefusedField("currency", f"{error}; write one such as AUD or EUR.") from None
    _check_realm(session, settings.realm)
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise RefusedField(
            "time_zone", f'"{settings.time_zone}" is not a time zone; write an IANA name such as Australia/Sydney.'
        ) from None


def _check_realm(session: Session, realm: str) -> None:
    require_text("realm", "The realm", realm)
    host = realm.removeprefix("@")
    if not realm.startswith("@") or "." not in host or " " in host or host.startswith("."):
        raise RefusedField("realm", f'The realm "{realm}" must have the form @domain, for instance @company.example.')
    # Log-ins are stored in lower case: realms that differ in case alone would be one.
    if session.scalar(select(Provider.account_id).where(func.lower(Provider.realm) == realm.lower())) is not None:
        raise RefusedField("realm", f'The realm "{realm}" belongs to another provider; realms are unique.')


def set_first_realm(session: Session, *, provider_id: int, realm: str) -> ChangeSet:
    """Give a provider that has no realm one; the log-ins of its staff end with it, so it stays from then on."""
    account = require_provider(session, provider_id, Power.PROVIDERS_DEFAULTS)
    lock_row(session, "provider", "account_id", provider_id)
    provider = session.get_one(Provider, provider_id, populate_existing=True)
    if provider.realm == realm:
        return ChangeSet.empty()
    if provider.realm is not None:
        raise RefusedField("realm", f"Log-ins of {account.name} end with {provider.realm}, and that stays.")
    _check_realm(session, realm)
    provider.realm = realm
    write_audit(session, provider_id=account.provider_id, account_id=provider_id, action="provider_settings_changed",
                detail="", field="realm", new=realm)
    session.flush()
    return ChangeSet.of(Changed.ACCOUNTS, accounts={provider_id})


def _check_place(parent: Account, child: AccountType, enterprise: Enterprise) -> None:
    why = refusal(AccountType(parent.type), child, enterprise)
    if why is not None:
        raise RefusedByRule(why)


def create_account(session: Session, *, provider_id: int, new: NewAccount) -> int:
    """Create one customer or agent below a provider; returns its id."""
    return create_accounts(session, provider_id=provider_id, accounts=[new])[0]


def create_accounts(session: Session, *, provider_id: int, accounts: Sequence[NewAccount]) -> list[int]:
    """Create customers and agents below one provider, in the order given; returns their ids.

    Customers that staff of an agent create record that agent, and whatever staff with Allow groups create joins those
    groups, or they would not see it themselves (ARCHITECTURE.md, "Hierarchy" and "Groups"). Raises RefusedField on
    `currency` for one in which the provider keeps no accounts.
    """
    provider = require_provider(session, provider_id, Power.CUSTOMERS_CREATE)
    if any(new.type is AccountType.AGENT for new in accounts):
        authorize(session, Power.AGENTS)
        require_module(session, provider_id, Module.AGENTS)
    who = principal_of(session)
    if who.agent_id is not None:
        accounts = [replace(new, agent_id=who.agent_id) for new in accounts]
    currencies = new_account_currencies(session, provider_id=provider_id)
    for new in accounts:
        _check_place(provider, new.type, new.enterprise)
    accounts = [replace(new, currency=currencies.of(new.currency)) for new in accounts]
    _check_managers(session, provider_id, accounts)
    check_classifications(session, provider_id, [new.classification_id for new in accounts])
    ids = _insert_accounts(session, provider, accounts, currency=currencies.books)
    require_billing_addresses(session, ids)
    for group_id in who.groups(GroupAccess.ALLOW):
        insert_rows(session, AccountGroupMember,
                    [{"provider_id": provider_id, "group_id": group_id, "account_id": a} for a in ids])
    write_audit(session, provider_id=provider_id, account_id=ids[0] if len(ids) == 1 else None,
                action="accounts_created", detail=counted(len(ids), "account"))
    return ids


def _check_managers(session: Session, provider_id: int, accounts: Sequence[NewAccount]) -> None:
    for staff_id in dict.fromkeys(new.account_manager_id for new in accounts if new.account_manager_id is not None):
        require_colleague(session, provider_id=provider_id, staff_id=staff_id, field="account_manager")
    for new in accounts:
        if new.account_manager_id is not None and new.enterprise is not Enterprise.ORGANISATION:
            raise RefusedField("account_manager", MANAGER_OF_ORGANISATION)


def check_classifications(session: Session, provider_id: int, chosen: Collection[int | None]) -> None:
    """Raise RefusedField for a classification that nobody may give to a new account of this provider."""
    wanted = {each for each in chosen if each is not None}
    if not wanted:
        return
    authorize(session, Power.CUSTOMERS_CREATE_TERMS)
    rows = {row.id: row for row in classification_rows(session, provider_id=provider_id)}
    try:
        for each in sorted(wanted):
            refuse_classification(rows.get(each))
    except RefusedByRule as refused:
        raise RefusedField("classification", str(refused)) from None


MANAGER_OF_ORGANISATION: Final = "Only the account of an organisation has an account manager."
_TEXTS: Final = {"code": "The code", "name": "The name", "export_reference": "The export reference"}


def _insert_accounts(
    session: Session, parent: Account, accounts: Sequence[NewAccount], *, currency: str
) -> list[int]:
    if not accounts:
        return []
    for new in accounts:
        for name, label in _TEXTS.items():
            require_text(name, label, getattr(new, name))
    settings = session.get_one(Provider, parent.id)
    default_profile = settings.default_profile_id
    now = recorded_now(session)
    generated = iter(_next_codes(session, parent.id, [a.type for a in accounts if not a.code]))
    values = []
    for a in accounts:
        code = a.code or next(generated)
        name = a.name or _name_for(session, AccountNaming(settings.account_naming), code, a.contact)
        values.append({
            "provider_id": parent.id, "parent_id": parent.id, "code": code, "type": a.type.value,
            "enterprise": a.enterprise.value, "name": name, "profile_id": a.profile_id or default_profile,
            "created_by_agent_id": a.agent_id, "account_manager_id": a.account_manager_id,
            "classification_id": a.classification_id,
            "currency": a.currency or currency,
            "start_date": a.start_date,
            "lifecycle": a.lifecycle.value, "status": _status_at_creation(a.lifecycle).value,
            "ombudsman_case_open": a.ombudsman_case_open, "export_reference": a.export_reference,
            **folded_keys(code, name), "recorded_at": now,
        })
    ids = insert_rows_with_ids(session, Account, values)
    begin_figures(session, provider_id=parent.id, account_ids=ids)
    contacts = [a.contact or NewContact(name=str(v["code"]), incomplete=True)
                for a, v in zip(accounts, values, strict=True)]
    receiving = give_contacts(session, provider_id=parent.id, account_ids=ids, primary=contacts,
                              billing=[a.billing for a in accounts])
    give_billing_addresses(session, [
        (account_id, contact_id, a.billing_address)
        for account_id, contact_id, a in zip(ids, receiving, accounts, strict=True) if a.billing_address is not None])
    return ids


def _name_for(session: Session, naming: AccountNaming, code: str, contact: ContactChoice | None) -> str:
    """The name of an account that was given none. Raises RefusedField where names are typed."""
    owner = session.get_one(Contact, contact).name if isinstance(contact, int) else contact.name if contact else ""
    name = generated_name(naming, code=code, contact=owner)
    if not name:
        raise RefusedField("name", "An account needs a name.")
    return name


def _status_at_creation(lifecycle: Lifecycle) -> AccountStatus:
    from app.models.rules.account_status import derive_status

    return derive_status(lifecycle, ())


def _next_codes(session: Session, provider_id: int, kinds: Sequence[AccountType]) -> list[str]:
    """Generated codes A-000001 …: taken from a locked series, never reused, skipping codes typed by hand."""
    codes: list[str] = []
    while len(codes) < len(kinds):
        number = take_numbers(session, provider_id=provider_id, kind="account_code", count=1)[0]
        code = f"A-{number:06d}"
        if not code_is_taken(session, provider_id=provider_id, code=code, kind=kinds[len(codes)]):
            codes.append(code)
    return codes


def code_is_taken(session: Session, *, provider_id: int, code: str, kind: AccountType) -> bool:
    """Codes are unique within their provider, those of providers in the whole database."""
    elsewhere = Account.type.in_(sorted(PROVIDER_TYPES)) if kind in PROVIDER_TYPES else false()
    return session.scalar(select(Account.id).where(
        Account.code == code, or_(Account.provider_id == provider_id, elsewhere)).limit(1)) is not None
