"""The customers of one provider: sorted, filtered and paged by the database.

Customers of a provider are the accounts that it serves directly: end users and agents of a retail provider, the
providers below a wholesale one. System accounts are left out.

A page is asked in two steps. The first says *which* accounts in what order, and computes money for the whole provider
only where the order or the filter needs it; the second reads *what* the list shows for the ids of the page alone.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import Session, aliased

from app.models.ledger.figures import KeptFigures
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.rules.credit_standing import credit_left, credit_standing
from app.models.values import AccountStatus, AccountType, CreditStanding, Enterprise, Money, ServiceState
from app.services.access.authorize import visible
from app.services.access.principal import principal_of
from app.services.attributes.limits import credit_columns
from app.services.customers.conditions import conditions_of
from app.services.customers.grouped import Group, Place, grouped_places
from app.services.customers.money import MoneyColumns
from app.services.customers.query.parser import parse_query
from app.services.database.dialects import unindexed
from app.services.hierarchy.tree import EXCEPTIONAL
from app.services.ledger.reading import account_figures
from app.services.paging import Cursor, Order, Page, cut, page_of

PAGE = 256


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
    place = Place(after=after, before=before, offset=offset, limit=limit)
    statement, order = book.which(sort, filter_text, quick, descending=descending)
    if sort in _IN_GROUPS and not book.begins_with_few:
        groups = _Book(session, provider_id, as_of).groups(sort, filter_text, quick)
        places = grouped_places(session, groups, place, descending=descending)
    else:
        found = session.execute(cut(statement, order, after=after, before=before, offset=offset, limit=limit))
        places = [(row.sort_value, row.id) for row in found]
    rows = customer_rows(session, account_ids=[id_ for _, id_ in places[:limit]], as_of=as_of)
    return page_of(rows, places, limit=limit, backwards=before is not None)


def customer_count(
    session: Session, *, provider_id: int, as_of: date, filter_text: str = "", quick: QuickFilter = QuickFilter.ALL
) -> int:
    """How many rows the list has; screens keep it while they scroll."""
    statement = _Book(session, provider_id, as_of).those(filter_text, quick)
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
    statement = _Book(session, provider_id, as_of).those(filter_text, QuickFilter.ALL)
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
_IN_GROUPS = frozenset({CustomerSort.STATUS, CustomerSort.PROFILE})
"""Orders by few values, of which each has an index of its accounts."""
_BY_MONEY = frozenset({CustomerSort.BALANCE, CustomerSort.OVERDUE, CustomerSort.PAYABLE, CustomerSort.OLDEST})
_FEW = 10_000
"""So many accounts are sorted quickly; of more, reading along an order soon meets enough."""


class _Book:
    """Builds the statement of one list, joining only what its order and its filter need."""

    def __init__(self, session: Session, provider_id: int, as_of: date) -> None:
        self._session = session
        self._provider_id = provider_id
        self._as_of = as_of
        self._money = MoneyColumns(session, provider_id, as_of)
        self.begins_with_few = False
        """A condition names few accounts: then no index of the provider or of an order is to be walked."""

    def which(
        self, sort: CustomerSort, filter_text: str, quick: QuickFilter, *, descending: bool
    ) -> tuple[Select[Any], Order]:
        """Ids with their sort value, and the order they are in. Raises MisreadQueryError for the text of the box."""
        conditions = self._conditions(filter_text, quick, sort)
        value = self._value(sort)
        if not self._is_read_along(sort):
            statement = select(Account.id, value.label("sort_value")).select_from(self._money.source).where(
                self._walked(Account.provider_id) == self._provider_id, *conditions)
            return statement, Order((value, Account.id.expression), descending)
        # Along the index of the figure; the account is joined only where something else is asked of it.
        kept = KeptFigures
        statement = select(kept.account_id.label("id"), value.label("sort_value")).where(
            self._walked(kept.provider_id) == self._provider_id, *conditions)
        if not self._is_plain(filter_text, quick):
            statement = statement.select_from(self._money.source)
        return statement, Order((value, kept.account_id.expression), descending)

    def those(self, filter_text: str, quick: QuickFilter) -> Select[Any]:
        """Ids in no order, for whoever counts them or looks others up among them."""
        if self._is_plain(filter_text, quick):
            kept = KeptFigures
            tests = {QuickFilter.EXCEEDED: [kept.credit_rank < 0], QuickFilter.OVERDUE: [kept.outstanding_minor > 0]}
            return select(kept.account_id.label("id")).where(kept.provider_id == self._provider_id,
                                                             *tests.get(quick, []))
        conditions = self._conditions(filter_text, quick, None)
        return select(Account.id).select_from(self._money.source).where(
            self._walked(Account.provider_id) == self._provider_id, *conditions)

    def groups(self, sort: CustomerSort, filter_text: str, quick: QuickFilter) -> list[Group]:
        """The parts of the list in its order, each of one value; within them it goes by id."""
        conditions = self._conditions(filter_text, quick, sort)
        base = select(Account.id).select_from(self._money.source).where(
            Account.provider_id == self._provider_id, *conditions)
        if sort is CustomerSort.STATUS:
            found: dict[int, list[str]] = {}
            for status in AccountStatus:
                found.setdefault(_STATUS_RANK.get(status, 0), []).append(status.value)
            return [Group(value=rank, statement=base.where(Account.status.in_(statuses)))
                    for rank, statuses in sorted(found.items())]
        profiles = self._session.execute(
            select(AccountProfile.id, AccountProfile.name).where(AccountProfile.provider_id == self._provider_id)
            .order_by(AccountProfile.name))
        return [Group(value=row.name, statement=base.where(Account.profile_id == row.id)) for row in profiles]

    # --- parts ---

    def _walked(self, column: Any) -> ColumnElement[Any]:
        """A column that begins an index, hidden from SQLite where that is not the way to go."""
        expression: ColumnElement[Any] = column.expression
        return unindexed(self._session, column) if self.begins_with_few else expression

    def _is_read_along(self, sort: CustomerSort | None) -> bool:
        """Whether the order is that of a figure that is kept."""
        if sort is CustomerSort.CREDIT:
            return self._money.is_credit_kept
        return sort is CustomerSort.SERVICES or (sort in _BY_MONEY and self._money.is_kept)

    def _is_plain(self, filter_text: str, quick: QuickFilter) -> bool:
        """Whether the kept figures alone say who is listed."""
        kept = {QuickFilter.ALL: True, QuickFilter.OVERDUE: self._money.is_kept,
                QuickFilter.EXCEEDED: self._money.is_credit_kept}
        return not filter_text.strip() and kept.get(quick, False) and principal_of(self._session).reaches_everything

    def _conditions(
        self, filter_text: str, quick: QuickFilter, sort: CustomerSort | None
    ) -> list[ColumnElement[bool]]:
        """Who is listed, but for the provider, which each statement finds by the index of its order, if it has one."""
        currency = self._session.scalar(
            select(Provider.currency).where(Provider.account_id == self._provider_id)) or "USD"
        query = parse_query(filter_text, currency=currency, today=self._as_of)
        if sort is CustomerSort.CREDIT or quick is QuickFilter.EXCEEDED or "credit" in query.fields():
            self._money.begin_with_limits()
        passes = self._passes(quick, sort)
        if sort is not None and self._is_read_along(sort) and self._is_plain(filter_text, quick):
            return passes
        asked, is_few = conditions_of(self._session, query, provider_id=self._provider_id, currency=currency,
                                      figures=self._money, along=sort is not None)
        self.begins_with_few |= is_few
        return [Account.id != self._provider_id, Account.type != AccountType.SYSTEM.value, visible(self._session),
                *asked, *passes]

    def _passes(self, quick: QuickFilter, sort: CustomerSort | None) -> list[ColumnElement[bool]]:
        """The condition of a quick filter, put so that SQLite begins at the right end, whose planner knows nothing of
        values: with the few that pass, or along the order of the list where many do.
        """
        if quick is QuickFilter.SUSPENDED:
            other = aliased(Account)
            limited = and_(other.provider_id == self._provider_id, other.status.in_(sorted(EXCEPTIONAL)))
            if self._is_few(limited):
                self.begins_with_few = True
                return [Account.id.in_(select(other.id).where(limited))]
            return [unindexed(self._session, Account.status).in_(sorted(EXCEPTIONAL))]
        if quick is QuickFilter.ALL:
            return []
        money, few = self._money, aliased(KeptFigures)
        of_sort, is_kept, column, test = {
            QuickFilter.EXCEEDED: (CustomerSort.CREDIT, money.is_credit_kept, few.credit_rank, operator.lt),
            QuickFilter.OVERDUE: (CustomerSort.OVERDUE, money.is_kept, few.outstanding_minor, operator.gt),
        }[quick]
        those = and_(few.provider_id == self._provider_id, test(column, 0))
        if is_kept and sort is not of_sort and self._is_few(those):
            self.begins_with_few = True
            ident = KeptFigures.account_id if self._is_read_along(sort) else Account.id
            return [ident.in_(select(few.account_id).where(those))]
        figure = self._value(of_sort)
        return [test(figure if sort is of_sort or not is_kept else unindexed(self._session, figure), 0)]

    def _is_few(self, those: ColumnElement[bool]) -> bool:
        count = select(func.count()).select_from(select(literal(1)).where(those).limit(_FEW + 1).subquery())
        return (self._session.scalar(count) or 0) <= _FEW

    def _value(self, sort: CustomerSort) -> ColumnElement[Any]:
        simple: dict[CustomerSort, ColumnElement[Any]] = {
            CustomerSort.CODE: Account.code.expression,
            CustomerSort.NAME: Account.name_key.expression,
            CustomerSort.START: Account.start_date.expression,
            CustomerSort.STATUS: case({s.value: r for s, r in _STATUS_RANK.items()}, value=Account.status, else_=0),
        }
        computed: dict[CustomerSort, Callable[[], ColumnElement[Any]]] = {
            CustomerSort.PROFILE: self._profile,
            CustomerSort.SERVICES: self._money.services,
            CustomerSort.BALANCE: self._money.balance,
            CustomerSort.OVERDUE: self._money.outstanding,
            CustomerSort.PAYABLE: self._money.payable,
            CustomerSort.OLDEST: self._money.late_rank,
            CustomerSort.CREDIT: self._money.credit_rank,
        }
        return simple[sort] if sort in simple else computed[sort]()

    def _profile(self) -> ColumnElement[Any]:
        self._money.source = self._money.source.join(AccountProfile, AccountProfile.id == Account.profile_id)
        return AccountProfile.name.expression
