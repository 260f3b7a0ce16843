"""Who a message speaks of and to: the account, its contacts and its provider, as they are now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact, Organisation
from app.models.parties.provider import Provider
from app.models.rules.billing_address import is_address
from app.models.values import Enterprise, fold
from app.services.addresses.billing import billing_addresses
from app.services.database.dialects import among
from app.services.providers.modules import Module, without_module


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFacts:
    """A contact of an account."""

    id: int
    name: str
    attention: str
    email: str
    mobile: str
    has_address: bool
    is_primary: bool
    is_billing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """What messages say of a provider, and who they come from."""

    id: int
    name: str
    realm: str
    """With its @; empty where it has none."""
    email: str
    phone: str
    website: str
    language: str
    has_sms: bool
    """Whether it subscribes to text messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An account with all whom a message about it may name or reach."""

    account_id: int
    code: str
    name: str
    trading_name: str
    export_reference: str
    currency: str
    is_organisation: bool
    provider: ProviderFacts
    contacts: tuple[ContactFacts, ...]
    """By the order in which they were made."""

    @property
    def primary(self) -> ContactFacts | None:
        return next((contact for contact in self.contacts if contact.is_primary), None)

    @property
    def billing(self) -> ContactFacts | None:
        return next((contact for contact in self.contacts if contact.is_billing), None)

    @property
    def secondary(self) -> ContactFacts | None:
        """The first contact that is neither; else a billing contact that is not the primary one."""
        others = [contact for contact in self.contacts if not contact.is_primary]
        return next((contact for contact in others if not contact.is_billing), others[0] if others else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """How a contact is spoken to."""

    whole: str
    first: str
    """All of the name where it has one part, or is that of a company."""
    surname: str


def person_of(contact: ContactFacts, party: Party) -> PersonName:
    """The name to speak to: of a company that of whom its post is for the attention of; "Citizen, Jane" is turned."""
    whole = (contact.attention.strip() if party.is_organisation else "") or contact.name.strip()
    if whole == contact.name.strip() and party.is_organisation and fold(whole) in {
            fold(party.name), fold(party.trading_name)}:
        return PersonName(whole=whole, first=whole, surname="")
    if whole.count(",") == 1:
        surname, first = (part.strip() for part in whole.split(","))
        if first and surname:
            return PersonName(whole=f"{first} {surname}", first=first, surname=surname)
    first, _, surname = whole.rpartition(" ")
    return PersonName(whole=whole, first=first.strip() or whole, surname=surname if first.strip() else "")


def read_parties(session: Session, account_ids: Iterable[int]) -> dict[int, Party]:
    """Accounts by id, with three statements for any number of them; unknown ids are left out."""
    ids = sorted(set(account_ids))
    contacts = _contacts(session, ids)
    rows = session.execute(
        select(Account.id, Account.provider_id, Account.code, Account.name, Account.export_reference, Account.currency,
               Account.enterprise, Organisation.trading_name)
        .outerjoin(Organisation, Organisation.account_id == Account.id).where(among(session, Account.id, ids))
    ).all()
    providers = read_providers(session, {row.provider_id for row in rows})
    return {row.id: Party(
        account_id=row.id, code=row.code, name=row.name, trading_name=row.trading_name or "",
        export_reference=row.export_reference, currency=row.currency,
        is_organisation=row.enterprise == Enterprise.ORGANISATION.value, provider=providers[row.provider_id],
        contacts=tuple(contacts.get(row.id, ())),
    ) for row in rows}


def _contacts(session: Session, ids: list[int]) -> Mapping[int, list[ContactFacts]]:
    found: dict[int, list[ContactFacts]] = defaultdict(list)
    rows = session.execute(
        select(AccountContact.account_id, AccountContact.is_primary, AccountContact.is_billing, Contact.id,
               Contact.name, Contact.attention, Contact.email, Contact.mobile, Contact.address_line1, Contact.city)
        .join(Contact, Contact.id == AccountContact.contact_id)
        .where(among(session, AccountContact.account_id, ids)).order_by(AccountContact.account_id, Contact.id))
    chosen = {account_id: address for account_id, address in billing_addresses(session, ids).items()
              if address.is_chosen}
    for row in rows:
        address = chosen.get(row.account_id) if row.is_billing else None
        found[row.account_id].append(ContactFacts(
            id=row.id, name=row.name, attention=row.attention, email=row.email, mobile=row.mobile,
            has_address=is_address(line1=row.address_line1, city=row.city) if address is None else address.is_there,
            is_primary=row.is_primary,
            is_billing=row.is_billing))
    return found


def read_providers(session: Session, ids: Iterable[int]) -> dict[int, ProviderFacts]:
    """Providers by id."""
    silent = without_module(session, Module.SMS_EVENTS)
    account = aliased(Account)
    rows = session.execute(
        select(Provider.account_id, account.name, Provider.realm, Provider.email, Provider.phone, Provider.website,
               Provider.language).join(account, account.id == Provider.account_id)
        .where(Provider.account_id.in_(sorted(set(ids)))))
    return {row.account_id: ProviderFacts(
        id=row.account_id, name=row.name, realm=row.realm or "", email=row.email.strip(), phone=row.phone,
        website=row.website, language=row.language, has_sms=row.account_id not in silent) for row in rows}
