"""The credit cockpit: what is owed and left against limits, how old it is, and which way it goes.

Every figure is the sum of rows that `exceeded.limit_page` lists. Several currencies are never added: each figure is
said once for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, select, true
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.profile import AccountProfile
from app.models.suspension.hold import Hold
from app.models.values import PROVIDER_TYPES, HoldKind, TransactionState
from app.services.access.authorize import visible
from app.services.credit.limits import AGES, NOT_ASKED, LimitBook, LimitPart, LimitQuestion
from app.services.database.dialects import among
from app.services.ledger.reading import amount_sum, open_invoices, signed_amount
from app.services.providers.queries import provider_options

WEEK: Final = 7
MONTHS: Final = 12
"""So many month ends the trend goes back, today not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure in one currency."""

    currency: str
    minor: int
    accounts: int
    accounts_before: int
    """How many there were a week before, by the limits of today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingRow:
    """What is payable at one provider in one currency, by age (see `limits.AGES`)."""

    provider_id: int
    provider: str
    currency: str
    minor: tuple[int, ...]

    @property
    def total_minor(self) -> int:
        return sum(self.minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One month end, or today at the end."""

    on: date
    owing_minor: int
    """All balances together, credit taken off."""
    suspended: int
    """Accounts that a scan suspended since the point before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How what is owed in one currency went, and suspensions beside it."""

    currency: str
    points: tuple[TrendPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cockpit:
    """Everything on the page but its list."""

    question: LimitQuestion
    on: date
    """The day of the provider, of several the latest."""
    figures: Mapping[LimitPart, tuple[Figure, ...]]
    ageing: tuple[AgeingRow, ...]
    """The largest total first in each currency."""
    trends: tuple[Trend, ...]
    providers: tuple[tuple[int, str], ...]
    """Id and name of those to choose from."""
    profiles: tuple[str, ...]
    """Names of profiles to choose from."""

    def total(self, part: LimitPart, currency: str) -> Figure:
        """The figure of a part in a currency; nothing where there is none."""
        return next((figure for figure in self.figures[part] if figure.currency == currency),
                    Figure(currency=currency, minor=0, accounts=0, accounts_before=0))

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of the figures, the one with most accounts first."""
        owing = sorted(self.figures[LimitPart.OWING], key=lambda figure: -figure.accounts)
        return tuple(dict.fromkeys([*(figure.currency for figure in owing), *(row.currency for row in self.ageing)]))


_PARTS: Final = (LimitPart.OVER, LimitPart.NEAR, LimitPart.LEFT, LimitPart.OWING)


def credit_cockpit(session: Session, *, question: LimitQuestion) -> Cockpit:
    """The figures of the accounts that are looked at, as of each provider's today."""
    book = LimitBook(session, question)
    return Cockpit(
        question=question, on=max(book.days.values()), figures=_figures(session, question, book),
        ageing=tuple(_ageing(session, book)), trends=tuple(_trends(session, book)),
        providers=tuple(_providers(session)), profiles=tuple(_profiles(session, question)))


def _figures(session: Session, question: LimitQuestion, book: LimitBook) -> dict[LimitPart, tuple[Figure, ...]]:
    now = _sums(session, book)
    before = _sums(session, LimitBook(session, question, days_back=WEEK))
    return {part: tuple(
        Figure(currency=currency, minor=int(found[f"{part}_minor"] or 0), accounts=found[f"{part}_count"],
               accounts_before=before.get(currency, {}).get(f"{part}_count", 0))
        for currency, found in sorted(now.items())
        if found[f"{part}_count"] or before.get(currency, {}).get(f"{part}_count")) for part in _PARTS}


def _sums(session: Session, book: LimitBook) -> dict[str, Any]:
    """Sum and count of each part, by currency: one pass over the accounts."""
    columns: list[Any] = [Account.currency]
    for part in _PARTS:
        here = book.is_in(part)
        columns += [amount_sum(case((here, book.amount(part)))).label(f"{part}_minor"),
                    cast(func.count(case((here, Account.id))), BigInteger).label(f"{part}_count")]
    rows = session.execute(book.accounts(*columns).group_by(Account.currency)).mappings()
    return {row["currency"]: dict(row) for row in rows}


# --------------------------------------------------------------------------- ageing


def _ageing(session: Session, book: LimitBook) -> list[AgeingRow]:
    home = aliased(Account, name="serving")
    chosen = book.chosen_accounts()
    found: list[AgeingRow] = []
    is_all = book.question.provider_id is None and len(book.by_day) == 1
    for day, provider_ids in book.by_day.items():
        here = book.ledger if is_all or book.question.provider_id is not None else among(
            session, FinancialTransaction.provider_id, provider_ids)
        invoices = open_invoices(session, here if chosen is None else here & chosen, day, numbers=False)
        ages = [func.coalesce(amount_sum(case((_within(invoices.c.days_late, *age), invoices.c.payable))), 0)
                for age in AGES]
        rows = session.execute(
            select(home.id, home.name, Account.currency, *[each.label(f"age{n}") for n, each in enumerate(ages)])
            .select_from(invoices).join(Account, Account.id == invoices.c.account_id)
            .join(home, home.id == Account.provider_id)
            .where(invoices.c.payable > 0, visible(session), Account.type.not_in(NOT_ASKED))
            .group_by(home.id, home.name, Account.currency))
        found += [AgeingRow(provider_id=row.id, provider=row.name, currency=row.currency,
                            minor=tuple(int(getattr(row, f"age{n}")) for n in range(len(AGES)))) for row in rows]
    return sorted(found, key=lambda row: (row.currency, -row.total_minor, row.provider))


def _within(days: ColumnElement[int], low: int | None, high: int | None) -> ColumnElement[bool]:
    if low is None:
        return days <= high
    return days >= low if high is None else days.between(low, high)


# --------------------------------------------------------------------------- trend


def _trends(session: Session, book: LimitBook) -> list[Trend]:
    """Balances at the ends of months and today, and suspensions between them."""
    days = month_ends(max(book.days.values()))
    t = FinancialTransaction
    chosen = book.chosen_accounts()
    rows = session.execute(
        select(t.currency, t.effective_on, amount_sum(signed_amount()).label("minor"))
        .join(Account, Account.id == t.account_id)
        .where(book.ledger, true() if chosen is None else chosen, t.state == TransactionState.POSTED.value,
               t.effective_on <= days[-1], visible(session), Account.type.not_in(NOT_ASKED))
        .group_by(t.currency, t.effective_on))
    changes: dict[str, list[tuple[date, int]]] = {}
    for row in rows:
        changes.setdefault(row.currency, []).append((row.effective_on, int(row.minor)))
    suspended = _suspensions(session, book, days)
    return [Trend(currency=currency, points=tuple(
        TrendPoint(on=day, owing_minor=sum(minor for on, minor in found if on <= day), suspended=suspended[place])
        for place, day in enumerate(days))) for currency, found in sorted(changes.items())]


def _suspensions(session: Session, book: LimitBook, days: Sequence[date]) -> list[int]:
    """How many accounts were suspended by a scan from one of the days to the next; the first has nothing before it."""
    since = date(days[0].year, days[0].month, 1)
    wanted = book.accounts(Account.id).where(Account.id == Hold.account_id).correlate(Hold).exists()
    rows = session.execute(
        select(Hold.effective_on, func.count().label("holds"))
        .where(Hold.kind == HoldKind.OVERDUE.value, Hold.effective_on >= since, Hold.effective_on <= days[-1],
               true() if book.question.provider_id is None else Hold.provider_id == book.question.provider_id, wanted)
        .group_by(Hold.effective_on)).all()
    starts = [since, *[day + timedelta(days=1) for day in days[:-1]]]
    return [sum(row.holds for row in rows if start <= row.effective_on <= day)
            for start, day in zip(starts, days, strict=True)]


def month_ends(today: date) -> list[date]:
    """The last days of the twelve months before that of a day, and the day itself."""
    found = [today]
    first = today.replace(day=1)
    for _ in range(MONTHS):
        last = first - timedelta(days=1)
        found.insert(0, last)
        first = last.replace(day=1)
    return found


def _providers(session: Session) -> list[tuple[int, str]]:
    """Providers within reach that serve somebody, by name."""
    options = [option for option in provider_options(session) if option.customer_count]
    return [(option.id, option.name) for option in sorted(options, key=lambda option: option.name.casefold())]


def _profiles(session: Session, question: LimitQuestion) -> list[str]:
    """Names of the profiles of the provider, or of all within reach."""
    home = aliased(Account, name="serving")
    wanted = select(AccountProfile.name).distinct().join(home, home.id == AccountProfile.provider_id).where(
        home.type.in_(sorted(PROVIDER_TYPES)), visible(session, home))
    if question.provider_id is not None:
        wanted = wanted.where(home.id == question.provider_id)
    return list(session.scalars(wanted.order_by(AccountProfile.name)))
