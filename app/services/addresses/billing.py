"""The billing address of accounts: the one that an account chose, else the first of its billing contact.

Invoices go to it under the name of the billing contact, whosever address it is. One join serves lists, statements and
letters; whether an account needs an address at all is its provider's rule (ARCHITECTURE.md, "Billing address").
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from app.models.group_accounts.membership import FundingGroup, GroupMembership
from app.models.parties.account import Account
from app.models.parties.contact import AccountBillingAddress, AccountContact, Contact, ContactAddress
from app.models.parties.provider import Provider
from app.models.rules.billing_address import is_address, needs_address, optional_for
from app.models.values import CUSTOMER_TYPES, AccountStanding, AddressRule
from app.services.database.aliases import shared_alias
from app.services.database.dialects import among
from app.services.errors import RefusedField

ADDRESS_LINES = ("address_line1", "address_line2", "city", "region", "postcode", "country")
_LINK = shared_alias(AccountContact, "billing_link")
_BILLING = shared_alias(Contact, "billing_contact")
_CHOSEN = shared_alias(Contact, "chosen_contact")


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingAddress:
    """Where the invoices of one account go."""

    name: str
    """Of the billing contact."""
    attention: str
    address_line1: str
    address_line2: str
    city: str
    region: str
    postcode: str
    country: str
    is_chosen: bool = False
    """Whether the account chose it."""

    @property
    def is_there(self) -> bool:
        return is_address(line1=self.address_line1, city=self.city)


def with_billing_address(statement: Any, account_id: Any) -> Any:
    """The statement, joined with what `billing_column` speaks of; `account_id` is a column of it."""
    chosen = AccountBillingAddress
    return (
        statement
        .outerjoin(_LINK, and_(_LINK.account_id == account_id, _LINK.is_billing))
        .outerjoin(_BILLING, _BILLING.id == _LINK.contact_id)
        .outerjoin(chosen, chosen.account_id == account_id)
        .outerjoin(_CHOSEN, _CHOSEN.id == chosen.contact_id)
        .outerjoin(ContactAddress, ContactAddress.id == chosen.address_id)
    )


def billing_column(name: str) -> ColumnElement[str]:
    """One line of the billing address; name and attention are those of the billing contact. NULL without a contact."""
    if name in ("name", "attention"):
        found: ColumnElement[str] = getattr(_BILLING, name)
        return found
    return case((AccountBillingAddress.account_id.is_(None), getattr(_BILLING, name)),
                (AccountBillingAddress.address_id.is_(None), getattr(_CHOSEN, name)),
                else_=getattr(ContactAddress, name))


def billing_addresses(session: Session, account_ids: Collection[int]) -> dict[int, BillingAddress]:
    """Where the invoices of some accounts go; an account without a billing contact is missing."""
    names = ("name", "attention", *ADDRESS_LINES)
    columns = [billing_column(name).label(name) for name in names]
    rows = session.execute(with_billing_address(
        select(Account.id, AccountBillingAddress.account_id.is_not(None).label("is_chosen"), *columns)
        .select_from(Account), Account.id).where(among(session, Account.id, account_ids)))
    return {row.id: BillingAddress(is_chosen=row.is_chosen, **{name: getattr(row, name) for name in names})
            for row in rows if row.name is not None}


def require_billing_addresses(session: Session, account_ids: Collection[int]) -> None:
    """Raise RefusedField naming the first of these accounts that needs a billing address and has none."""
    rows = session.execute(
        select(Account.id, Account.name, Provider.billing_address_rule, Provider.billing_address_optional_for)
        .join(Provider, Provider.account_id == Account.provider_id)
        .where(among(session, Account.id, account_ids), Account.type.in_(sorted(CUSTOMER_TYPES)),
               Provider.billing_address_rule != AddressRule.NEVER.value).order_by(Account.id)).all()
    if not rows:
        return
    ids = [row.id for row in rows]
    standings, addresses = standings_of(session, ids), billing_addresses(session, ids)
    for row in rows:
        needed = needs_address(AddressRule(row.billing_address_rule), optional_for(row.billing_address_optional_for),
                               standings[row.id])
        if needed and not (row.id in addresses and addresses[row.id].is_there):
            raise RefusedField("billing_address", missing_words(row.name))


def missing_words(name: str) -> str:
    """What is said of an account that lacks the address it needs."""
    return (f"{name} needs a billing address, as its provider asks for one. Give its billing contact an address, or "
            "choose one for the account.")


def address_is_needed(session: Session, *, provider_id: int, standing: AccountStanding) -> bool:
    """Whether a provider asks its customers that stand so for a billing address."""
    provider = session.get_one(Provider, provider_id)
    return needs_address(AddressRule(provider.billing_address_rule),
                         optional_for(provider.billing_address_optional_for), standing)


def standings_of(session: Session, account_ids: Collection[int]) -> dict[int, AccountStanding]:
    """What accounts are to group accounts now."""
    parents = session.scalars(select(FundingGroup.account_id).where(
        among(session, FundingGroup.account_id, account_ids), FundingGroup.closed_on.is_(None))).all()
    members = session.scalars(select(GroupMembership.account_id).where(
        among(session, GroupMembership.account_id, account_ids), GroupMembership.left_on.is_(None))).all()
    return (dict.fromkeys(account_ids, AccountStanding.STANDALONE) | dict.fromkeys(parents, AccountStanding.PARENT)
            | dict.fromkeys(members, AccountStanding.MEMBER))


def lacks_lines() -> ColumnElement[bool]:
    """Whether a statement that was joined has nothing at all to write below the name."""
    return and_(*(func.coalesce(billing_column(name), "") == "" for name in ("attention", *ADDRESS_LINES)))
