"""Providers as screens choose and head them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.models.values import AccountStatus, AccountType
from app.services.access.authorize import visible
from app.services.access.principal import principal_of
from app.services.database.aliases import shared_alias
from app.services.errors import NotFound
from app.services.providers.business_day import business_day

_CUSTOMER = shared_alias(Account, "customer")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderOption:
    """One provider to choose."""

    id: int
    code: str
    name: str
    type: AccountType
    currency: str
    time_zone: str
    customer_count: int
    """Accounts it serves directly, as its customer list shows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderContext:
    """What stands above a list of one provider."""

    id: int
    code: str
    name: str
    type: AccountType
    currency: str
    language: str
    time_zone: str
    today: date
    """Its business date now."""
    customer_count: int
    active_count: int


def provider_options(session: Session) -> list[ProviderOption]:
    """All providers, the operator first, then from the top of the hierarchy down, each kind by name."""
    kinds = [AccountType.OPERATOR, AccountType.WHOLESALE, AccountType.RETAIL, AccountType.NON_BILLING]
    rank = case({kind.value: position for position, kind in enumerate(kinds)}, value=Account.type)
    rows = session.execute(
        select(Account.id, Account.code, Account.name, Account.type, Provider.currency,
               Provider.time_zone, _count(visible(session, _CUSTOMER)).label("customers"))
        .join(Provider, Provider.account_id == Account.id).where(visible(session))
        .order_by(rank, Account.name_key, Account.id)
    )
    return [ProviderOption(id=r.id, code=r.code, name=r.name, type=AccountType(r.type), currency=r.currency,
                           time_zone=r.time_zone, customer_count=r.customers)
            for r in rows]


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    """Customers of the provider in the statement's FROM that meet conditions on `_CUSTOMER`."""
    served = (_CUSTOMER.provider_id == Account.id, _CUSTOMER.id != Account.id,
              _CUSTOMER.type != AccountType.SYSTEM.value)
    return select(func.count()).where(*served, *conditions).correlate(Account).scalar_subquery()


def provider_context(session: Session, provider_id: int) -> ProviderContext:
    """One provider; raises NotFound where the account is none. Staff of an agent read the head of its provider."""
    seen = visible(session, _CUSTOMER)
    who = principal_of(session)
    in_reach = Account.id == who.provider_id if who.agent_id is not None else visible(session)
    row = session.execute(
        select(Account.id, Account.code, Account.name, Account.type, Provider.currency, Provider.language,
               Provider.time_zone, _count(seen).label("customers"),
               _count(seen, _CUSTOMER.status == AccountStatus.ACTIVE.value).label("active"))
        .join(Provider, Provider.account_id == Account.id).where(Account.id == provider_id, in_reach)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such provider in this database.")
    return ProviderContext(
        id=row.id, code=row.code, name=row.name, type=AccountType(row.type), currency=row.currency,
        language=row.language, time_zone=row.time_zone,
        today=business_day(session, row.id), customer_count=row.customers, active_count=row.active,
    )
