"""Addresses that are made, and the choice of one: for accounts that are created, and for those that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.base import text_limits
from app.models.parties.contact import AccountBillingAddress, Contact, ContactAddress
from app.models.values import AddressType
from app.services.addresses.billing import ADDRESS_LINES
from app.services.database.bulk import insert_rows, insert_rows_with_ids
from app.services.errors import RefusedField
from app.services.files.texts import require_text
from app.services.wording import counted

ADDRESS_FIELDS: Final = ("address_type", *ADDRESS_LINES)
ADDRESS_LIMITS: Final = text_limits(ContactAddress, *ADDRESS_LINES)
_LABELS: Final = {"address_line1": "The address", "address_line2": "The second line of the address",
                  "city": "The town", "region": "The region", "postcode": "The postcode", "country": "The country"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChoice:
    """An address that is there: one of a contact, its first where no id is named."""

    contact_id: int
    address_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddress:
    """A further address of a contact, to be made."""

    address_type: str = AddressType.BILLING.value
    address_line1: str = ""
    address_line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""

    def values(self) -> dict[str, str]:
        return {name: getattr(self, name).strip() for name in ADDRESS_FIELDS}


def require_address(values: Mapping[str, str], *, before: str = "") -> None:
    """Raise RefusedField for an address that cannot be kept, or that says nothing; `before` stands before its name."""
    if values["address_type"] not in tuple(AddressType):
        raise RefusedField(f"{before}address_type", f'"{values["address_type"]}" is no type of address. Write one of: '
                                                    f"{', '.join(AddressType)}.")
    for name, label in _LABELS.items():
        require_text(f"{before}{name}", f"{label} of the contact", values[name])
        if len(values[name]) > ADDRESS_LIMITS[name]:
            raise RefusedField(f"{before}{name}",
                               f"{label} is too long: {counted(ADDRESS_LIMITS[name], 'character')} fit.")
    if not values["address_line1"] and not values["city"]:
        raise RefusedField(f"{before}address_line1", "An address needs its first line, or a town at least.")


def give_billing_addresses(
    session: Session, chosen: Sequence[tuple[int, int, NewAddress | AddressChoice]]
) -> None:
    """Choose the address of accounts that were made just now: account, the contact that gets a new one, and which."""
    made = [(account_id, contact_id, address) for account_id, contact_id, address in chosen
            if isinstance(address, NewAddress)]
    for _, _, address in made:
        require_address(address.values(), before="billing_address.")
    ids = insert_rows_with_ids(session, ContactAddress, [
        {"contact_id": contact_id, **address.values()} for _, contact_id, address in made])
    rows: list[dict[str, int | None]] = [
        {"account_id": account_id, "contact_id": contact_id, "address_id": address_id}
        for (account_id, contact_id, _), address_id in zip(made, ids, strict=True)]
    rows += [{"account_id": account_id, "contact_id": address.contact_id, "address_id": address.address_id}
             for account_id, _, address in chosen if isinstance(address, AddressChoice)]
    insert_rows(session, AccountBillingAddress, rows)


def address_of(session: Session, choice: AddressChoice) -> dict[str, str] | None:
    """The lines of an address and its type; None where the contact has no such address."""
    if choice.address_id is None:
        found: Contact | ContactAddress | None = session.get(Contact, choice.contact_id, populate_existing=True)
    else:
        found = session.scalars(select(ContactAddress).where(
            ContactAddress.id == choice.address_id, ContactAddress.contact_id == choice.contact_id)
            .execution_options(populate_existing=True)).one_or_none()
    return None if found is None else {name: getattr(found, name) for name in ADDRESS_FIELDS}
