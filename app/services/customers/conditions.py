"""Terms of the list's box as conditions on `Account`, for one statement over a whole provider.

Figures stand in the statement already or are joined by it; everything else is a column of the account or a set of
account ids. No condition is ever unknown, so that `not` is exactly the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.profile import AccountProfile
from app.models.parties.service import Service
from app.models.values import fold
from app.services.attributes.columns import effective_columns
from app.services.customers.query.fields import Field, Kind
from app.services.customers.query.terms import (
    AllOf,
    AnyOf,
    Asked,
    Between,
    Holds,
    Missing,
    Not,
    OneOf,
    Part,
    Query,
    Test,
    Within,
    Word,
)
from app.services.hierarchy.words import has_name, has_word, invoiced_as, starts_with

Condition = ColumnElement[bool]
_ATTRIBUTE_OF = {"terms": "trading_due_days", "delivery": "invoice_delivery_method"}


class Figures(Protocol):
    """The money of each account of a list, as columns of its statement."""

    def figure(self, name: str) -> ColumnElement[Any]:
        """balance, overdue, payable, oldest or credit; credit is NULL where there is nothing to compare."""
        ...

    def owing(self, low: date | None, high: date | None) -> Condition:
        """An invoice due from one day to another is not settled."""
        ...

    def has_no_limit(self) -> Condition:
        """No credit limit holds for the account."""
        ...


def conditions_of(
    session: Session, query: Query, *, provider_id: int, currency: str, figures: Figures, along: bool = False
) -> tuple[list[Condition], bool]:
    """What must hold, one condition for each term; amounts are compared within `currency` alone. And whether one of
    them names few accounts, so that a page had better begin with those than with its order.

    `along` is for a page of an order: what many accounts meet is asked of each as the order is walked.
    """
    book = _Conditions(session, provider_id, currency, figures, along=along)
    found = [book.of_term(term.part) for term in query.terms]
    return [condition for condition, _ in found], any(is_few for _, is_few in found)


class _Conditions:
    def __init__(
        self, session: Session, provider_id: int, currency: str, figures: Figures, *, along: bool
    ) -> None:
        self._along = along
        self._session = session
        self._provider_id = provider_id
        self._currency = currency
        self._figures = figures

    def of_term(self, part: Part) -> tuple[Condition, bool]:
        """The condition of a whole term, and whether it names few accounts."""
        if isinstance(part, Word):
            return has_word(self._session, part.text, provider_id=self._provider_id, along=self._along)
        return self.of(part), False

    def of(self, part: Part) -> Condition:
        match part:
            case Not(inner):
                return not_(self.of(inner))
            case AllOf(parts):
                return and_(true(), *map(self.of, parts))
            case AnyOf(parts):
                return or_(false(), *map(self.of, parts))
            case Asked(field, tests):
                return or_(false(), *[self._fits(field, test) for test in tests])
        return has_word(self._session, part.text, provider_id=self._provider_id, along=self._along)[0]

    def _fits(self, field: Field, test: Test) -> Condition:
        match test:
            case Holds(text):
                return self._holds(field.name, text)
            case OneOf(value):
                return self._is(field.name, value)
            case Between(low=low, high=high) if field.name == "due":
                return self._figures.owing(low, high)
            case Between(low=low, high=high):
                return _span(Account.start_date, low, high)
            case Within():
                return self._within(field, test)
            case Missing():
                return self._missing(field.name)

    # --- choices and figures ---

    def _is(self, name: str, value: str) -> Condition:
        if name in _ATTRIBUTE_OF:
            return self._effective(name, lambda column: column == value)
        column: Condition = {"status": Account.status, "type": Account.type, "enterprise": Account.enterprise}[
            name].expression == value
        return column

    def _within(self, field: Field, test: Within) -> Condition:
        if field.name in _ATTRIBUTE_OF:
            return self._effective(field.name, lambda column: _span(column, test.low, test.high))
        column = self._figures.figure(field.name)
        tests = [column.is_not(None), _span(column, test.low, test.high)]
        if field.kind is Kind.MONEY and not _is_about_zero(test):
            tests.append(Account.currency == self._currency)
        return and_(*tests)

    def _effective(self, name: str, holds: Callable[[ColumnElement[Any]], Condition]) -> Condition:
        other, key = aliased(Account), _ATTRIBUTE_OF[name]
        found = effective_columns([key], other)
        ids = select(other.id).select_from(found.joined).where(other.provider_id == self._provider_id,
                                                               holds(found.values[key]))
        return Account.id.in_(ids)

    # --- texts ---

    def _holds(self, name: str, text: str) -> Condition:
        folded = fold(text)
        ways: dict[str, Callable[[], Condition]] = {
            # The searched text runs on from the code into the name.
            "code": lambda: and_(starts_with(Account.search_text, folded), func.length(Account.code) >= len(text)),
            "name": lambda: has_name(self._session, folded),
            "reference": lambda: _any_case(Account.export_reference, text),
            "profile": lambda: Account.profile_id.in_(self._named(AccountProfile, folded)),
            "group": lambda: Account.id.in_(select(AccountGroupMember.account_id).where(
                AccountGroupMember.group_id.in_(self._named(AccountGroup, folded)))),
            "agent": lambda: self._recorded_by(folded),
            "service": lambda: Account.id.in_(
                self._services().where(Service.search_text.contains(folded, autoescape=True))),
            "invoice": lambda: Account.id.in_(invoiced_as(text, provider_id=self._provider_id)),
        }
        if name in ways:
            return ways[name]()
        return Account.id.in_(self._contacts().where(_contact_holds(name, text)))

    def _recorded_by(self, folded: str) -> Condition:
        agent = aliased(Account)
        ids = select(agent.id).where(agent.provider_id == self._provider_id,
                                     agent.search_text.contains(folded, autoescape=True))
        return and_(Account.created_by_agent_id.is_not(None), Account.created_by_agent_id.in_(ids))

    def _missing(self, name: str) -> Condition:
        ways: dict[str, Callable[[], Condition]] = {
            "reference": lambda: Account.export_reference == "",
            "credit": self._figures.has_no_limit,
            "due": lambda: not_(self._figures.owing(None, None)),
            "agent": lambda: Account.created_by_agent_id.is_(None),
            "group": lambda: Account.id.not_in(select(AccountGroupMember.account_id).where(
                AccountGroupMember.provider_id == self._provider_id)),
            "service": lambda: Account.id.not_in(self._services()),
            "invoice": lambda: Account.id.not_in(invoiced_as("", provider_id=self._provider_id)),
        }
        return ways[name]() if name in ways else Account.id.not_in(self._contacts().where(_contact_has(name)))

    def _named(self, kind: type[AccountProfile | AccountGroup], folded: str) -> list[int]:
        """Ids of this provider's profiles or groups; there are few, and their names are folded here alone."""
        rows = self._session.execute(select(kind.__table__).where(kind.provider_id == self._provider_id)).mappings()
        return [row["id"] for row in rows if folded in fold(f"{row.get('code', '')} {row['name']}")]

    def _services(self) -> Select[Any]:
        return select(Service.account_id).where(Service.provider_id == self._provider_id)

    def _contacts(self) -> Select[Any]:
        holder = aliased(Account)
        return (select(AccountContact.account_id).join(Contact, Contact.id == AccountContact.contact_id)
                .join(holder, holder.id == AccountContact.account_id).where(holder.provider_id == self._provider_id))


def _span(column: Any, low: Any, high: Any) -> Condition:
    tests = [*([column >= low] if low is not None else []), *([column <= high] if high is not None else [])]
    return and_(true(), *tests)


def _is_about_zero(test: Within) -> bool:
    """Above, below or at zero is the same in every currency."""
    return test.low in {None, 0, 1} and test.high in {None, -1, 0}


def _any_case(column: Any, text: str) -> Condition:
    """Columns that are kept as typed: SQLite compares letters beyond ASCII as they are, so the usual ways are tried."""
    ways = dict.fromkeys((text, text.lower(), text.upper(), text.title(), text.capitalize()))
    return or_(*[column.icontains(way, autoescape=True) for way in ways])


def _contact_holds(name: str, text: str) -> Condition:
    if name == "phone":
        digits = "".join(text.split())
        return or_(*[func.replace(column, " ", "").contains(digits, autoescape=True)
                     for column in (Contact.phone, Contact.mobile)])
    if name == "postcode":
        return or_(*[Contact.postcode.startswith(way, autoescape=True) for way in {text, text.upper(), text.lower()}])
    return _any_case({"email": Contact.email, "city": Contact.city}[name], text)


def _contact_has(name: str) -> Condition:
    if name == "phone":
        return or_(Contact.phone != "", Contact.mobile != "")
    return {"email": Contact.email, "city": Contact.city, "postcode": Contact.postcode}[name] != ""
