"""The addresses of the contacts of an account, and which one its invoices go to.

An address is its contact's: changing it changes it for every account that the contact serves, and the history of each
says so. What an account chooses is its own (ARCHITECTURE.md, "Billing address").
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.parties.account import Account
from app.models.parties.contact import AccountBillingAddress, AccountContact, Contact, ContactAddress
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.values import CUSTOMER_TYPES, AccountType, AddressType
from app.services.access.audit import About, traces_about, traces_on_account, write_audit, zone_of
from app.services.access.authorize import require_account, visible
from app.services.accounts.contacts import refuse_looking_only
from app.services.accounts.history_words import field_label, field_value
from app.services.addresses.billing import address_is_needed, require_billing_addresses, standings_of
from app.services.addresses.new import ADDRESS_FIELDS, AddressChoice, NewAddress, address_of, require_address
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.database.dialects import lock_row
from app.services.errors import NotFound, RefusedByRule
from app.services.invoicing.statements import address_lines
from app.services.saving import Speech, Trace, Values, wanted_changes
from app.services.wording import by_count, counted, listed

_NAMED_AT_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """One address of a contact of the account."""

    choice: AddressChoice
    contact: str
    """Name of the contact."""
    type: AddressType
    values: Mapping[str, str]
    """Its lines and its type by field."""
    lines: tuple[str, ...]
    """As they are printed below the name."""
    is_chosen: bool
    is_in_use: bool
    """Whether the invoices of the account go there."""
    others: tuple[str, ...]
    """Code and name of other accounts, of those the person sees, whose invoices go there as well."""
    serves: tuple[str, ...]
    """Code and name of the other accounts of its contact: a change of the address reaches them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressSheet:
    """Every address an account may choose, and what holds now."""

    rows: tuple[AddressRow, ...]
    chosen: AddressChoice | None
    """None: invoices go to the first address of the billing contact."""
    is_needed: bool
    """Whether the provider asks for a billing address of this account."""


def address_sheet(session: Session, *, account_id: int) -> AddressSheet:
    """The addresses of an account's contacts, the first of each before its further ones."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    language = session.get_one(Provider, account.provider_id).language
    contacts = session.execute(
        select(Contact, AccountContact.is_billing).join(AccountContact, AccountContact.contact_id == Contact.id)
        .where(AccountContact.account_id == account_id)
        .order_by(AccountContact.is_primary.desc(), AccountContact.is_billing.desc(), Contact.id)).all()
    ids = [row.Contact.id for row in contacts]
    further: dict[int, list[ContactAddress]] = {}
    for address in session.scalars(select(ContactAddress).where(ContactAddress.contact_id.in_(ids))
                                   .order_by(ContactAddress.id).execution_options(populate_existing=True)):
        further.setdefault(address.contact_id, []).append(address)
    chosen, users = _chosen(session, account_id), _users(session, account_id, ids)
    serves = _served(session, account_id, ids)
    billing = next((row.Contact.id for row in contacts if row.is_billing), None)
    used = chosen or (AddressChoice(contact_id=billing) if billing is not None else None)
    rows = []
    for row in contacts:
        for entity in (row.Contact, *further.get(row.Contact.id, ())):
            choice = AddressChoice(contact_id=row.Contact.id,
                                   address_id=entity.id if isinstance(entity, ContactAddress) else None)
            rows.append(AddressRow(
                choice=choice, contact=row.Contact.name, type=AddressType(entity.address_type),
                values={name: getattr(entity, name) for name in ADDRESS_FIELDS},
                lines=tuple(address_lines(entity, language)), is_chosen=choice == chosen, is_in_use=choice == used,
                others=tuple(users.get(choice, ())), serves=tuple(serves.get(row.Contact.id, ()))))
    return AddressSheet(rows=tuple(rows), chosen=chosen, is_needed=_is_needed(session, account))


# --------------------------------------------------------------------------- commands


def add_address(session: Session, *, account_id: int, contact_id: int, address: NewAddress) -> Created:
    """Give a contact of an account a further address."""
    account, contact = _locked(session, account_id, contact_id)
    values = address.values()
    require_address(values)
    made = ContactAddress(contact_id=contact_id, **values)
    session.add(made)
    session.flush()
    _audit(session, account, contact, "address_added", made.id, detail=f"{contact.name}: {_words(values)}")
    return Created(id=made.id, changes=_touched(session, contact_id).with_undo(Undo(
        of=f"address of {contact.name}", done=f"Address of {contact.name} added.", command=remove_address,
        arguments={"account_id": account_id, "contact_id": contact_id, "address_id": made.id})))


def change_address(
    session: Session, *, account_id: int, choice: AddressChoice, after: Values, seen: Values
) -> ChangeSet:
    """Change an address for every account of its contact; `seen` is what the form had read.

    Raises SavedMeanwhile where somebody else changed the same line, RefusedField for one that cannot be, or where an
    account would be left without the address that it needs.
    """
    account, contact = _locked(session, account_id, choice.contact_id)
    now = _address(session, contact, choice)
    changes = wanted_changes(seen=dict.fromkeys(ADDRESS_FIELDS, "") | dict(seen), now=now,
                             wanted={field: value.strip() for field, value in after.items() if field in now},
                             speech=lambda: _speech(session, account, choice))
    if not changes:
        return ChangeSet.empty()
    if choice.address_id is not None or any(field != "address_type" for field in changes):
        _require(now | changes, is_first=choice.address_id is None)
    served = _accounts_of(session, contact.id)
    refuse_looking_only(session, contact.name, served)
    entity = contact if choice.address_id is None else session.get_one(ContactAddress, choice.address_id)
    for field, value in changes.items():
        setattr(entity, field, value)
    session.flush()
    require_billing_addresses(session, served)
    for served_id in served:
        for field, value in changes.items():
            write_audit(session, provider_id=account.provider_id, account_id=served_id, action=_changed(choice),
                        about=_about(choice), detail=contact.name, field=field, old=now[field], new=value)
    return _touched(session, contact.id).with_undo(Undo(
        of=f"address of {contact.name}",
        done=by_count(len(served), "Address of {name} changed, of {count} account.",
                      "Address of {name} changed, of {count} accounts.", name=contact.name),
        command=change_address, arguments={"account_id": account_id, "choice": choice, "seen": changes,
                                           "after": {field: now[field] for field in changes}}))


def remove_address(session: Session, *, account_id: int, contact_id: int, address_id: int) -> ChangeSet:
    """Take a further address from a contact. Refused while invoices of an account go there."""
    account, contact = _locked(session, account_id, contact_id)
    values = _address(session, contact, AddressChoice(contact_id=contact_id, address_id=address_id))
    users = session.scalars(select(AccountBillingAddress.account_id).where(
        AccountBillingAddress.contact_id == contact_id, AccountBillingAddress.address_id == address_id)).all()
    if users:
        raise RefusedByRule(_in_use(session, users))
    session.execute(delete(ContactAddress).where(ContactAddress.id == address_id))
    _audit(session, account, contact, "address_removed", address_id, detail=f"{contact.name}: {_words(values)}")
    return _touched(session, contact_id).with_undo(Undo(
        of=f"removal of an address of {contact.name}", done=f"Address of {contact.name} removed.", command=add_address,
        arguments={"account_id": account_id, "contact_id": contact_id, "address": NewAddress(**values)}))


def choose_billing_address(
    session: Session, *, account_id: int, choice: AddressChoice | None, seen: AddressChoice | None
) -> ChangeSet:
    """Let the invoices of an account go to one of its contacts' addresses from now on; None takes the choice back.

    `seen` is what was shown as chosen. Raises SavedMeanwhile where somebody chose another one since.
    """
    account = _locked_account(session, account_id)
    now = _chosen(session, account_id)
    wanted_changes(seen={_FIELD: seen}, now={_FIELD: now}, wanted={_FIELD: choice}, is_explicit=True,
                   speech=lambda: _speech_of_choice(session, account))
    if choice == now:
        return ChangeSet.empty()
    if choice is not None:
        lock_row(session, "contact", "id", choice.contact_id)
        _address(session, _contact(session, account, choice.contact_id), choice)
    session.execute(delete(AccountBillingAddress).where(AccountBillingAddress.account_id == account_id))
    session.expire_all()
    if choice is not None:
        session.add(AccountBillingAddress(account_id=account_id, contact_id=choice.contact_id,
                                          address_id=choice.address_id))
    session.flush()
    require_billing_addresses(session, [account_id])
    write_audit(session, provider_id=account.provider_id, account_id=account_id, action="billing_address_chosen",
                detail="", field=_FIELD, old=_choice_words(session, now), new=_choice_words(session, choice))
    return ChangeSet.of(Changed.ACCOUNTS, accounts={account_id}).with_undo(Undo(
        of=f"billing address of {account.name}", done=f"Billing address of {account.name} chosen.",
        command=choose_billing_address, arguments={"account_id": account_id, "choice": now, "seen": choice}))


# --------------------------------------------------------------------------- inside

_FIELD = "billing_address"


def _locked_account(session: Session, account_id: int) -> Account:
    account = require_account(session, account_id, Power.CUSTOMERS_EDIT, edit=True)
    lock_row(session, "account", "id", account_id)
    return account


def _locked(session: Session, account_id: int, contact_id: int) -> tuple[Account, Contact]:
    account = _locked_account(session, account_id)
    lock_row(session, "contact", "id", contact_id)
    return account, _contact(session, account, contact_id)


def _contact(session: Session, account: Account, contact_id: int) -> Contact:
    found = session.scalars(
        select(Contact).join(AccountContact, AccountContact.contact_id == Contact.id)
        .where(AccountContact.account_id == account.id, Contact.id == contact_id)
        .execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound(f"{account.name} has no such contact, and an address belongs to a contact of its own.")
    return found


def _address(session: Session, contact: Contact, choice: AddressChoice) -> dict[str, str]:
    found = address_of(session, choice)
    if found is None:
        raise NotFound(f"{contact.name} has no such address.")
    return found


def _require(values: Mapping[str, str], *, is_first: bool) -> None:
    """A first address may be empty, unless an account needs it; a further one says something."""
    if is_first and not any(values[name] for name in ADDRESS_FIELDS if name != "address_type"):
        return
    require_address(values)


def _chosen(session: Session, account_id: int) -> AddressChoice | None:
    row = session.get(AccountBillingAddress, account_id, populate_existing=True)
    return None if row is None else AddressChoice(contact_id=row.contact_id, address_id=row.address_id)


def _accounts_of(session: Session, contact_id: int) -> list[int]:
    return list(session.scalars(select(AccountContact.account_id).where(AccountContact.contact_id == contact_id)))


def _users(session: Session, account_id: int, contact_ids: list[int]) -> dict[AddressChoice, list[str]]:
    """Other accounts by the address that their invoices go to."""
    chosen = AccountBillingAddress
    rows = session.execute(
        select(Account.code, Account.name, AccountContact.contact_id.label("billing"), chosen.contact_id,
               chosen.address_id)
        .outerjoin(AccountContact, (AccountContact.account_id == Account.id) & AccountContact.is_billing)
        .outerjoin(chosen, chosen.account_id == Account.id)
        .where(Account.id != account_id, visible(session),
               Account.id.in_(select(AccountContact.account_id).where(AccountContact.contact_id.in_(contact_ids))),
               or_(chosen.contact_id.in_(contact_ids), AccountContact.contact_id.in_(contact_ids)))
        .order_by(Account.name_key, Account.id))
    found: dict[AddressChoice, list[str]] = {}
    for row in rows:
        contact = row.contact_id if row.contact_id is not None else row.billing
        found.setdefault(AddressChoice(contact_id=contact, address_id=row.address_id), []).append(
            f"{row.code} {row.name}")
    return found


def _served(session: Session, account_id: int, contact_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(AccountContact.contact_id, Account.code, Account.name)
        .join(Account, Account.id == AccountContact.account_id)
        .where(AccountContact.contact_id.in_(contact_ids), Account.id != account_id, visible(session))
        .order_by(Account.name_key, Account.id))
    for contact_id, code, name in rows:
        found.setdefault(contact_id, []).append(f"{code} {name}")
    return found


def _in_use(session: Session, account_ids: Collection[int]) -> str:
    names = session.scalars(select(Account.name).where(Account.id.in_(account_ids), visible(session))
                            .order_by(Account.name_key).limit(_NAMED_AT_MOST)).all()
    if not names:
        return "Invoices of accounts that your org unit does not reach go to this address."
    more = len(account_ids) - len(names)
    whose = listed([*names, *([counted(more, "other account")] if more else [])])
    return f"The invoices of {whose} go to this address. Choose another one there first."


def _is_needed(session: Session, account: Account) -> bool:
    if AccountType(account.type) not in CUSTOMER_TYPES:
        return False
    standing = standings_of(session, [account.id])[account.id]
    return address_is_needed(session, provider_id=account.provider_id, standing=standing)


def _words(values: Mapping[str, str]) -> str:
    return ", ".join(values[name] for name in ADDRESS_FIELDS if name != "address_type" and values[name])


def _choice_words(session: Session, choice: AddressChoice | None) -> str | None:
    if choice is None:
        return None
    values = address_of(session, choice)
    name = session.get_one(Contact, choice.contact_id).name
    return f"{name}: {_words(values)}" if values is not None and _words(values) else name


def _about(choice: AddressChoice) -> About:
    """The first address is in the row of its contact, and so are its fields in the trail of the contact."""
    if choice.address_id is None:
        return About(kind=Subject.CONTACT, id=choice.contact_id)
    return About(kind=Subject.ADDRESS, id=choice.address_id)


def _changed(choice: AddressChoice) -> str:
    return "contact_changed" if choice.address_id is None else "address_changed"


def _audit(session: Session, account: Account, contact: Contact, action: str, address_id: int, *, detail: str) -> None:
    for served_id in _accounts_of(session, contact.id):
        write_audit(session, provider_id=account.provider_id, account_id=served_id, action=action, detail=detail,
                    about=About(kind=Subject.ADDRESS, id=address_id))


def _speech(session: Session, account: Account, choice: AddressChoice) -> Speech:
    return Speech(zone=zone_of(session, account.provider_id), label=field_label,
                  text=lambda field, value: field_value(field, value) if value else "",
                  traces=lambda fields: traces_about(session, _about(choice), fields))


def _speech_of_choice(session: Session, account: Account) -> Speech:
    def traces(fields: Collection[str]) -> dict[str, Trace]:
        return traces_on_account(session, account.id, fields, actions=["billing_address_chosen"])

    def text(_field: str, choice: Any) -> str:
        return _choice_words(session, choice) or ""

    return Speech(zone=zone_of(session, account.provider_id), label=field_label, text=text, traces=traces)


def _touched(session: Session, contact_id: int) -> ChangeSet:
    return ChangeSet.of(Changed.ACCOUNTS, accounts=set(_accounts_of(session, contact_id)))
