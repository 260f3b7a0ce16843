"""Accounts held against their credit limits: one book of statements for lists, counts, sums and ages.

Balances are those of each provider's own today, kept ones where they are right for it. A limit in another currency
counts by the rate of the account's first day; without one it says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.ledger.figures import NO_RATE, KeptFigures
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.values import AccountType
from app.services.access.authorize import authorize, require_provider, visible
from app.services.attributes.columns import effective_columns
from app.services.attributes.limits import with_currency
from app.services.attributes.own_currency import in_own_currency
from app.services.database.dialects import among, unindexed
from app.services.ledger.keeping import right_providers
from app.services.ledger.reading import amount_sum, balances_by_account, open_invoices
from app.services.providers.business_day import business_days

_KEPT = KeptFigures
USUAL_NEAR: Final = 90
"""Percent of a limit from which on an account is nearly at it."""
NOT_ASKED: Final = (AccountType.OPERATOR.value, AccountType.SYSTEM.value)
"""Accounts that no figure counts."""
AGES: Final = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))
"""Days past due of each age, from the first to the last; the first is what is not due."""


class LimitPart(StrEnum):
    """Which accounts are asked for. Of each, one amount counts, and those add up to a figure."""

    OVER = "over"
    """Above their limit, by so much."""
    NEAR = "near"
    """Not above it, and owing so much that it is nearly reached."""
    LEFT = "left"
    """Not above it: what is left of it."""
    OWING = "owing"
    """Whoever owes something, with a limit or without."""
    PAYABLE = "payable"
    """What may be asked for, of all ages."""
    AGE0 = "age0"
    """Payable and not due; the others by days past due."""
    AGE1 = "age1"
    AGE2 = "age2"
    AGE3 = "age3"
    AGE4 = "age4"

    @property
    def age(self) -> int | None:
        """Which of `AGES` it is; None where it is none."""
        return int(self.value[-1]) if self.value.startswith("age") else None

    @property
    def is_payable(self) -> bool:
        """Whether it counts what is payable, of one age or of all."""
        return self is LimitPart.PAYABLE or self.age is not None

    @classmethod
    def of_age(cls, age: int) -> LimitPart:
        """What is payable of one of `AGES`."""
        return cls(f"age{age}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitQuestion:
    """Which accounts are looked at; without a choice all within reach."""

    provider_id: int | None = None
    profile: str | None = None
    """Name of a profile."""
    rating: str | None = None
    currency: str | None = None
    """Of the accounts, so that amounts can be added."""
    near_percent: int = USUAL_NEAR


class LimitBook:
    """Builds the statements of one question, for a day each provider has: today, or so many days before."""

    def __init__(self, session: Session, question: LimitQuestion, *, days_back: int = 0) -> None:
        authorize(session, Power.CREDIT)
        if question.provider_id is not None:
            require_provider(session, question.provider_id, Power.CREDIT)
        self._session = session
        self.question = question
        chosen = None if question.provider_id is None else [question.provider_id]
        self.days: Mapping[int, date] = {provider_id: today - timedelta(days=days_back)
                                         for provider_id, today in business_days(session, chosen).items()}
        """The day of each provider that is looked at."""
        columns = effective_columns(["credit_limit", "credit_rating"])
        self.is_kept = days_back == 0 and right_providers(session, self.days, limits=True) == self.days.keys()
        """Whether balances and limits are those kept beside the ledger."""
        if self.is_kept:
            self._joined: FromClause = columns.joined.join(_KEPT.__table__, _KEPT.account_id == Account.id)
            self.limit: ColumnElement[Any] = case((_KEPT.limit_minor < NO_RATE, _KEPT.limit_minor))
        else:
            self._joined, currency = with_currency(columns, "credit_limit")
            self.limit = cast(in_own_currency(columns.values["credit_limit"], currency), BigInteger)
        self.rating = columns.values["credit_rating"]
        self.tier, self.owner_id = columns.tiers["credit_limit"], columns.owners["credit_limit"]

    # --- the money of each account ---

    @property
    def by_day(self) -> dict[date, list[int]]:
        """The providers that are looked at, by the day they have."""
        found: dict[date, list[int]] = {}
        for provider_id, day in sorted(self.days.items()):
            found.setdefault(day, []).append(provider_id)
        return found

    def _as_of(self) -> Any:
        """The day of the provider of a row of the ledger: one for all where they have the same."""
        (usual, _), *others = self.by_day.items()
        whens = [(among(self._session, FinancialTransaction.provider_id, ids), literal(day, Date))
                 for day, ids in others]
        return case(*whens, else_=literal(usual, Date)) if whens else usual

    @property
    def ledger(self) -> ColumnElement[bool]:
        """The rows of the ledger that are looked at."""
        provider_id = self.question.provider_id
        if provider_id is None:
            return true()
        return unindexed(self._session, FinancialTransaction.provider_id) == provider_id

    @cached_property
    def sums(self) -> Subquery:
        """account_id and balance."""
        return balances_by_account(self.ledger, self._as_of()).subquery("balances")

    @property
    def balance(self) -> ColumnElement[int]:
        if self.is_kept:
            return _KEPT.balance_minor.expression
        return cast(func.coalesce(self.sums.c.balance, 0), BigInteger)

    def amount(self, part: LimitPart) -> ColumnElement[int]:
        """What counts of an account in a part."""
        if part.is_payable:
            return self._ages.c.amount
        return {LimitPart.OVER: self.balance - self.limit, LimitPart.NEAR: self.balance,
                LimitPart.LEFT: self.limit - self.balance, LimitPart.OWING: self.balance}[part]

    def largest_first(self, part: LimitPart) -> tuple[ColumnElement[int], ColumnElement[int]]:
        """What a list sorts by: along the index of the credit that is left where that is kept."""
        if self.is_kept and part is LimitPart.OVER:
            return _KEPT.credit_rank.expression, _KEPT.account_id.expression
        return -self.amount(part), Account.id.expression

    def is_in(self, part: LimitPart) -> ColumnElement[bool]:
        """Whether an account is in a part."""
        if self.is_kept and part is LimitPart.OVER:
            return _KEPT.credit_rank < 0
        within = self.balance <= self.limit
        near = self.balance * 100 >= self.limit * self.question.near_percent
        conditions: dict[LimitPart, ColumnElement[bool]] = {
            LimitPart.OVER: self.balance > self.limit,
            LimitPart.NEAR: and_(within, self.balance > 0, near),
            LimitPart.LEFT: within,
            LimitPart.OWING: self.balance > 0,
        }
        return true() if part.is_payable else conditions[part]

    # --- statements ---

    def accounts(self, *columns: Any, part: LimitPart | None = None) -> Select[Any]:
        """A statement over the accounts that are looked at, or those in a part, with their profile."""
        source = self._joined if self.is_kept else self._joined.outerjoin(
            self.sums, self.sums.c.account_id == Account.id)
        source = source.join(AccountProfile, AccountProfile.id == Account.profile_id)
        conditions = list(self._conditions())
        if part is not None:
            conditions.append(self.is_in(part))
            if part.is_payable:
                self._ages = self.ages(part).subquery("ages")
                source = source.join(self._ages, self._ages.c.account_id == Account.id)
        return select(*columns).select_from(source).where(*conditions)

    def ages(self, part: LimitPart) -> Select[Any]:
        """account_id and amount payable, of one age or of all; of one provider, which has one day."""
        ((day, _),) = self.by_day.items()
        invoices = open_invoices(self._session, self.ledger, day, numbers=False)
        low, high = (None, None) if part.age is None else AGES[part.age]
        days = invoices.c.days_late
        within = [*([days >= low] if low is not None else []), *([days <= high] if high is not None else [])]
        return (select(invoices.c.account_id, amount_sum(invoices.c.payable).label("amount"))
                .where(invoices.c.payable > 0, *within).group_by(invoices.c.account_id))

    def _conditions(self) -> list[ColumnElement[bool]]:
        question = self.question
        found: list[ColumnElement[bool]] = [Account.type.not_in(NOT_ASKED), visible(self._session)]
        if question.provider_id is not None:
            found.append(Account.provider_id == question.provider_id)
            if self.is_kept:
                found.append(_KEPT.provider_id == question.provider_id)
        if question.currency is not None:
            found.append(Account.currency == question.currency)
        if question.profile is not None:
            found.append(AccountProfile.name == question.profile)
        if question.rating is not None:
            found.append(self.rating == question.rating)
        return found

    def chosen_accounts(self) -> ColumnElement[bool] | None:
        """The condition on rows of the ledger that they are of accounts that are looked at; None: all are."""
        question = self.question
        if question.profile is None and question.rating is None and question.currency is None:
            return None
        return FinancialTransaction.account_id.in_(self.accounts(Account.id))
