"""Contacts as new accounts get them: made with the account, or one that owns other accounts already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact, ContactAddress
from app.models.parties.powers import Power
from app.models.values import AddressType, fold
from app.services.access.authorize import authorize_any, visible
from app.services.addresses.billing import ADDRESS_LINES
from app.services.addresses.new import AddressChoice, address_of
from app.services.database.bulk import insert_rows, insert_rows_with_ids
from app.services.errors import NotFound
from app.services.files.texts import require_text

_FOUND_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """A contact to create; an incomplete one where a file knew none (ARCHITECTURE.md, "Imported accounts")."""

    name: str
    attention: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    address_line1: str = ""
    address_line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    incomplete: bool = False


CONTACT_TEXTS: Final = {
    "name": "The name", "attention": "The attention line", "email": "The e-mail address", "phone": "The phone number",
    "mobile": "The mobile number", "address_line1": "The address", "address_line2": "The second line of the address",
    "city": "The city", "region": "The region", "postcode": "The postcode", "country": "The country"}
"""Fields of a contact, as a refusal names them."""


def require_contact_texts(values: Mapping[str, str], *, before: str = "") -> None:
    """Raise RefusedField for a field of a contact that is no text in one line; `before` stands before its name."""
    for name, label in CONTACT_TEXTS.items():
        require_text(f"{before}{name}", f"{label} of the contact", values[name])


ContactChoice = NewContact | int
"""One to create, or the id of one of the provider's contacts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """A contact to choose."""

    id: int
    name: str
    email: str
    phone: str
    place: str
    """Postcode and city."""
    accounts: int
    """How many accounts, of those the person sees, it belongs to."""
    account: str
    """Code and name of one of them."""


def contacts_to_choose(session: Session, *, provider_id: int, text: str = "") -> list[ContactRow]:
    """Contacts of a provider whose name or e-mail holds a text, by name: the first few.

    A contact is seen through its accounts, so one without an account that the person may see is not there.
    """
    authorize_any(session, (Power.CUSTOMERS_CREATE, Power.CUSTOMERS_EDIT))
    words = [word for word in text.split() if fold(word)]
    matches = [or_(func.lower(Contact.name).contains(word.lower(), autoescape=True),
                   func.lower(Contact.email).contains(word.lower(), autoescape=True)) for word in words]
    rows = session.execute(
        select(Contact, func.count().label("accounts"), func.min(Account.id).label("account_id"))
        .join(AccountContact, AccountContact.contact_id == Contact.id).join(Account, _owned(provider_id))
        .where(Contact.provider_id == provider_id, visible(session), *matches)
        .group_by(Contact.id).order_by(func.lower(Contact.name), Contact.id).limit(_FOUND_AT_ONCE)
    ).all()
    owners = {a.id: f"{a.code} {a.name}" for a in session.execute(
        select(Account.id, Account.code, Account.name).where(Account.id.in_([row.account_id for row in rows])))}
    return [ContactRow(id=row.Contact.id, name=row.Contact.name, email=row.Contact.email,
                       phone=row.Contact.phone or row.Contact.mobile,
                       place=f"{row.Contact.postcode} {row.Contact.city}".strip(), accounts=row.accounts,
                       account=owners[row.account_id])
            for row in rows]


def _owned(provider_id: int) -> Any:
    return (Account.id == AccountContact.account_id) & (Account.provider_id == provider_id)


def contact_name(session: Session, *, provider_id: int, contact_id: int) -> str:
    """The name of one of a provider's contacts; raises NotFound unless the person sees an account of it."""
    authorize_any(session, (Power.CUSTOMERS_CREATE, Power.CUSTOMERS_EDIT))
    name = session.scalar(
        select(Contact.name).join(AccountContact, AccountContact.contact_id == Contact.id)
        .join(Account, _owned(provider_id))
        .where(Contact.id == contact_id, Contact.provider_id == provider_id, visible(session)).limit(1))
    if name is None:
        raise NotFound("There is no such contact at this provider.")
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAddress:
    """An address of a contact that is there, for an account that is not yet."""

    choice: AddressChoice
    contact: str
    """Name of the contact."""
    type: AddressType
    words: str
    """Its lines."""


def addresses_to_choose(session: Session, *, provider_id: int, contact_ids: Sequence[int]) -> list[KnownAddress]:
    """The addresses of some contacts of a provider, the first of each before its further ones; empty ones are left out.

    Raises NotFound for a contact that the person does not see through an account of it.
    """
    found = []
    for contact_id in contact_ids:
        name = contact_name(session, provider_id=provider_id, contact_id=contact_id)
        further = session.scalars(select(ContactAddress.id).where(ContactAddress.contact_id == contact_id)
                                  .order_by(ContactAddress.id))
        for choice in (AddressChoice(contact_id=contact_id),
                       *(AddressChoice(contact_id=contact_id, address_id=each) for each in further)):
            lines = address_of(session, choice) or {}
            words = ", ".join(lines[line] for line in ADDRESS_LINES if lines.get(line))
            if words:
                found.append(KnownAddress(choice=choice, contact=name, type=AddressType(lines["address_type"]),
                                          words=words))
    return found


def give_contacts(
    session: Session, *, provider_id: int, account_ids: Sequence[int], primary: Sequence[ContactChoice],
    billing: Sequence[ContactChoice | None],
) -> list[int]:
    """Give accounts made just now their primary and billing contact each; a billing one of None is the primary.

    Returns the ids of the billing ones.
    """
    chosen = [*primary, *[contact for contact in billing if contact is not None]]
    made = [contact for contact in chosen if isinstance(contact, NewContact)]
    for contact in made:
        require_contact_texts({name: getattr(contact, name) for name in CONTACT_TEXTS})
    ids = iter(insert_rows_with_ids(session, Contact, [
        {"provider_id": provider_id, **{n: getattr(c, n) for n in NewContact.__dataclass_fields__}} for c in made]))
    known = [contact if isinstance(contact, int) else next(ids) for contact in chosen]
    firsts, others = known[:len(account_ids)], iter(known[len(account_ids):])
    rows: list[dict[str, Any]] = []
    receiving = []
    for account_id, first, wanted in zip(account_ids, firsts, billing, strict=True):
        second = first if wanted is None else next(others)
        receiving.append(second)
        rows.append(_row(account_id, first, is_primary=True, is_billing=second == first))
        if second != first:
            rows.append(_row(account_id, second, is_primary=False, is_billing=True))
    insert_rows(session, AccountContact, rows)
    return receiving


def _row(account_id: int, contact_id: int, *, is_primary: bool, is_billing: bool) -> dict[str, Any]:
    return {"account_id": account_id, "contact_id": contact_id, "is_primary": is_primary, "is_billing": is_billing}
