"""The customers of one provider: sorted, filtered and paged by the database.

Customers of a provider are the accounts that it serves directly: end users and agents of a retail provider, the
providers below a wholesale one. System accounts are left out.

A page is asked in two steps. The first says *which* accounts in what order, and computes money for the whole provider
only where the order or the filter needs it; the second reads *what* the list shows for the ids of the page alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, literal, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.rules.credit_standing import credit_left, credit_standing
from app.models.values import AccountStatus, AccountType, CreditStanding, Enterprise, Money, ServiceState
from app.services.access.authorize import visible
from app.services.attributes.limits import CreditColumns, credit_columns
from app.services.customers.conditions import conditions_of
from app.services.customers.query.parser import parse_query
from app.services.database.dialects import greatest, unindexed
from app.services.hierarchy.tree import EXCEPTIONAL
from app.services.ledger.reading import (
    account_figures,
    amount_sum,
    balances_by_account,
    open_invoices,
    unallocated_by_account,
)
from app.services.paging import AnySelect, Cursor, Order, Page, cut, page_of

PAGE = 256
_NO_LIMIT_RANK = 2**62
"""Stands for "unlimited" where accounts are sorted by the credit they have left."""


class CustomerSort(StrEnum):
    """What the list is sorted by; ties go by the order in which accounts were created."""

    CODE = "code"
    NAME = "name"
    PROFILE = "profile"
    STATUS = "status"
    """Worst first: holds, then the lifecycle, Active last."""
    SERVICES = "services"
    BALANCE = "balance"
    OVERDUE = "overdue"
    PAYABLE = "payable"
    OLDEST = "oldest"
    CREDIT = "credit"
    """By credit left: exceeded first, no limit last."""
    START = "start"


class QuickFilter(StrEnum):
    """The switches above the list."""

    ALL = "all"
    EXCEEDED = "exceeded"
    """Balance above the credit limit."""
    SUSPENDED = "suspended"
    """Limited by a hold, whatever its kind."""
    OVERDUE = "overdue"
    """Something outstanding past its due date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """One line of the list. Amounts in minor units of `currency`, debit positive, as of the list's date."""

    id: int
    code: str
    name: str
    type: AccountType
    enterprise: Enterprise
    profile_id: int
    profile: str
    status: AccountStatus
    has_exception: bool
    service_count: int
    """Services that are not cancelled."""
    currency: str
    balance_minor: int
    outstanding_minor: int
    """Unsettled part of invoices past due."""
    overdue_payable_minor: int
    oldest_overdue_days: int
    """0: nothing payable is past due."""
    credit_limit_minor: int | None
    credit_currency: str | None
    """The limit as it is stated."""
    own_limit_minor: int | None
    """The limit in the account's currency, by the rate of its start date; None without a limit or a rate."""
    credit_left_minor: int | None
    """Negative once exceeded; None without a limit or without a rate for its currency."""
    credit_standing: CreditStanding
    start_date: date
    reference: str
    """Export reference: what other systems call the account."""
    contact: str
    """Name of the billing contact, with its telephone, e-mail and city."""
    phone: str
    email: str
    city: str


def customer_page(
    session: Session, *, provider_id: int, as_of: date, sort: CustomerSort = CustomerSort.NAME,
    descending: bool = False, filter_text: str = "", quick: QuickFilter = QuickFilter.ALL,
    after: Cursor | None = None, before: Cursor | None = None, offset: int = 0, limit: int = PAGE,
) -> Page[CustomerRow]:
    """One page of the list: after a place, before a place, or from a row number on (0 is the first row)."""
    book = _Book(session, provider_id, as_of)
    statement, order = book.which(sort, filter_text, quick, descending=descending)
    found = session.execute(cut(statement, order, after=after, before=before, offset=offset, limit=limit)).all()
    rows = customer_rows(session, account_ids=[row.id for row in found[:limit]], as_of=as_of)
    places = [(row.sort_value, row.id) for row in found]
    return page_of(rows, places, limit=limit, backwards=before is not None)


def customer_count(
    session: Session, *, provider_id: int, as_of: date, filter_text: str = "", quick: QuickFilter = QuickFilter.ALL
) -> int:
    """How many rows the list has; screens keep it while they scroll."""
    statement, _ = _Book(session, provider_id, as_of).which(CustomerSort.CODE, filter_text, quick, descending=False)
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def customer_ids(
    session: Session, *, provider_id: int, as_of: date, sort: CustomerSort = CustomerSort.NAME,
    descending: bool = False, filter_text: str = "", quick: QuickFilter = QuickFilter.ALL,
) -> list[int]:
    """Ids of the whole list in its order, for what is done with all of it."""
    statement, order = _Book(session, provider_id, as_of).which(sort, filter_text, quick, descending=descending)
    return [row.id for row in session.execute(statement.order_by(*order.by()))]


def matching_customers(session: Session, *, provider_id: int, as_of: date, filter_text: str) -> Select[int]:
    """Ids of the customers that the box finds, as a statement: for lists of other things that use its language."""
    statement, _ = _Book(session, provider_id, as_of).which(CustomerSort.CODE, filter_text, QuickFilter.ALL,
                                                            descending=False)
    return select(Account.id).where(Account.id.in_(select(statement.subquery().c.id)))


def customer_rows(session: Session, *, account_ids: Sequence[int], as_of: date) -> list[CustomerRow]:
    """The rows of some accounts in the order given; refreshes what is on screen without sorting it anew."""
    if not account_ids:
        return []
    credit = credit_columns()
    found = session.execute(
        select(
            Account.id, Account.code, Account.name, Account.type, Account.enterprise, Account.profile_id,
            Account.start_date, Account.export_reference, *_contact_columns(),
            AccountProfile.name.label("profile"), Account.status, Account.currency,
            _services_of().correlate(Account).scalar_subquery().label("services"),
            credit.limit_minor.label("credit_limit"), credit.currency.label("credit_currency"),
            credit.own_minor.label("own_limit"),
        )
        .select_from(credit.joined).join(AccountProfile, AccountProfile.id == Account.profile_id)
        .outerjoin(AccountContact, and_(AccountContact.account_id == Account.id, AccountContact.is_billing))
        .outerjoin(Contact, Contact.id == AccountContact.contact_id)
        .where(Account.id.in_(account_ids), visible(session))
    )
    figures = account_figures(session, account_ids, as_of)
    rows = {row.id: _customer_row(row, figures[row.id]) for row in found}
    return [rows[account_id] for account_id in account_ids if account_id in rows]


def _contact_columns() -> list[ColumnElement[Any]]:
    """Of the billing contact; empty where there is none. A mobile stands in for a telephone that is missing."""
    phone = case((Contact.phone != "", Contact.phone), else_=Contact.mobile)
    columns = {"contact": Contact.name, "phone": phone, "email": Contact.email, "city": Contact.city}
    return [func.coalesce(column, "").label(key) for key, column in columns.items()]


def _services_of() -> Select[int]:
    return select(func.count()).where(Service.account_id == Account.id, Service.state != ServiceState.CANCELLED.value)


def _customer_row(row: Any, figures: Any) -> CustomerRow:
    limit = None if row.credit_limit is None else Money(row.credit_limit, row.credit_currency)
    if row.own_limit is not None:
        limit = Money(row.own_limit, row.currency)
    balance = Money(figures.balance_minor, row.currency)
    left = credit_left(limit, balance)
    return CustomerRow(
        id=row.id, code=row.code, name=row.name, type=AccountType(row.type), enterprise=Enterprise(row.enterprise),
        profile_id=row.profile_id, profile=row.profile,
        status=AccountStatus(row.status), has_exception=row.status in EXCEPTIONAL, service_count=row.services,
        currency=row.currency, balance_minor=figures.balance_minor,
        outstanding_minor=figures.outstanding_minor, overdue_payable_minor=figures.overdue_payable_minor,
        oldest_overdue_days=figures.oldest_overdue_days, credit_limit_minor=row.credit_limit,
        credit_currency=row.credit_currency, own_limit_minor=row.own_limit,
        credit_left_minor=None if left is None else left.minor,
        credit_standing=credit_standing(limit, balance), start_date=row.start_date,
        reference=row.export_reference, contact=row.contact, phone=row.phone, email=row.email, city=row.city,
    )


# --------------------------------------------------------------------------- which accounts, in what order


_STATUS_RANK = {status: rank for rank, status in enumerate((
    AccountStatus.SYSTEM_SUSPENDED, AccountStatus.RESTRICTED_BY_PARENT, AccountStatus.SUSPENDED_BILLING_AND_ORDERING,
    AccountStatus.SUSPENDED, AccountStatus.PREACTIVE, AccountStatus.INACTIVE, AccountStatus.CANCELLED,
    AccountStatus.ACTIVE,
))}


class _Book:
    """Builds the statement of one list, joining only what its order and its filter need."""

    def __init__(self, session: Session, provider_id: int, as_of: date) -> None:
        self._session = session
        self._provider_id = provider_id
        self._as_of = as_of
        self._credit: CreditColumns = credit_columns()
        self._source: Any = Account.__table__
        self._joined: dict[str, Any] = {}

    def which(
        self, sort: CustomerSort, filter_text: str, quick: QuickFilter, *, descending: bool
    ) -> tuple[Select[Any], Order]:
        """Ids with their sort value, and the order they are in. Raises MisreadQueryError for the text of the box."""
        currency = self._session.scalar(
            select(Provider.currency).where(Provider.account_id == self._provider_id)) or "USD"
        query = parse_query(filter_text, currency=currency, today=self._as_of)
        uses_credit = sort is CustomerSort.CREDIT or quick is QuickFilter.EXCEEDED or "credit" in query.fields()
        if uses_credit:
            self._source = self._credit.joined
        conditions = [Account.provider_id == self._provider_id, Account.id != self._provider_id,
                      Account.type != AccountType.SYSTEM.value, visible(self._session),
                      *conditions_of(self._session, query, provider_id=self._provider_id, currency=currency,
                                     figures=self), *self._passes(quick)]
        value = self._value(sort)
        statement = select(Account.id, value.label("sort_value")).select_from(self._source).where(*conditions)
        return statement, Order((value, Account.id.expression), descending)

    # --- for the conditions of the box ---

    def figure(self, name: str) -> ColumnElement[Any]:
        limit = self._credit
        figures: dict[str, Callable[[], ColumnElement[Any]]] = {
            "balance": self._balance,
            "overdue": lambda: self._overdue("outstanding"),
            "payable": self._payable,
            "oldest": lambda: self._overdue("oldest_days"),
            "credit": lambda: limit.own_minor - self._balance(),
        }
        return figures[name]()

    def owing(self, low: date | None, high: date | None) -> ColumnElement[bool]:
        due = FinancialTransaction.due_on
        days = [*([due >= low] if low is not None else []), *([due <= high] if high is not None else [])]
        i = open_invoices(self._session, and_(self._ledger(), *days), self._as_of, numbers=False).c
        return Account.id.in_(select(i.account_id))

    def has_no_limit(self) -> ColumnElement[bool]:
        return self._credit.limit_minor.is_(None)

    # --- parts ---

    def _passes(self, quick: QuickFilter) -> list[ColumnElement[bool]]:
        match quick:
            case QuickFilter.EXCEEDED:
                return [self._balance() > self._credit.own_minor]
            case QuickFilter.SUSPENDED:
                return [Account.status.in_(sorted(EXCEPTIONAL))]
            case QuickFilter.OVERDUE:
                return [self._overdue("outstanding") > 0]
        return []

    def _value(self, sort: CustomerSort) -> ColumnElement[Any]:
        simple: dict[CustomerSort, ColumnElement[Any]] = {
            CustomerSort.CODE: Account.code.expression,
            CustomerSort.NAME: Account.name_key.expression,
            CustomerSort.START: Account.start_date.expression,
            CustomerSort.STATUS: case({s.value: r for s, r in _STATUS_RANK.items()}, value=Account.status, else_=0),
        }
        computed: dict[CustomerSort, Callable[[], ColumnElement[Any]]] = {
            CustomerSort.PROFILE: self._profile,
            CustomerSort.SERVICES: self._services,
            CustomerSort.BALANCE: self._balance,
            CustomerSort.OVERDUE: lambda: self._overdue("outstanding"),
            CustomerSort.PAYABLE: self._payable,
            CustomerSort.OLDEST: lambda: self._overdue("oldest_days"),
            CustomerSort.CREDIT: self._credit_left,
        }
        return simple[sort] if sort in simple else computed[sort]()

    def _profile(self) -> ColumnElement[Any]:
        self._source = self._source.join(AccountProfile, AccountProfile.id == Account.profile_id)
        return AccountProfile.name.expression

    def _payable(self) -> ColumnElement[Any]:
        return cast(greatest(self._session, self._overdue("payable") - self._unallocated(), 0), BigInteger)

    def _credit_left(self) -> ColumnElement[Any]:
        own = self._credit.own_minor - self._balance()
        return case((own.is_not(None), own),
                    (self._credit.limit_minor.is_not(None), literal(_NO_LIMIT_RANK - 1, BigInteger)),
                    else_=literal(_NO_LIMIT_RANK, BigInteger))

    def _ledger(self) -> ColumnElement[bool]:
        return unindexed(self._session, FinancialTransaction.provider_id) == self._provider_id

    def _outer(self, name: str, statement: AnySelect, column: str) -> ColumnElement[Any]:
        """A sum by account, joined once; 0 for accounts without a row."""
        if name not in self._joined:
            sums = statement.subquery(name)
            self._source = self._source.outerjoin(sums, sums.c.account_id == Account.id)
            self._joined[name] = sums
        return cast(func.coalesce(self._joined[name].c[column], 0), BigInteger)

    def _balance(self) -> ColumnElement[Any]:
        return self._outer("balances", balances_by_account(self._ledger(), self._as_of), "balance")

    def _unallocated(self) -> ColumnElement[Any]:
        return self._outer("credits", unallocated_by_account(self._ledger(), self._as_of), "unallocated")

    def _overdue(self, column: str) -> ColumnElement[Any]:
        """One sum over the invoices past due; only what is asked for is computed."""
        i = open_invoices(self._session, self._ledger(), self._as_of, past_due_only=True, numbers=False).c
        sums = {
            "outstanding": amount_sum(i.unsettled),
            "payable": amount_sum(i.payable),
            "oldest_days": func.max(case((i.payable > 0, i.days_late), else_=0)),
        }
        statement = select(i.account_id, sums[column].label(column)).group_by(i.account_id)
        return self._outer(f"late_{column}", statement, column)

    def _services(self) -> ColumnElement[Any]:
        counts = (
            select(Service.account_id, func.count().label("services"))
            .where(Service.provider_id == self._provider_id, Service.state != ServiceState.CANCELLED.value)
            .group_by(Service.account_id)
        )
        return self._outer("services", counts, "services")
