"""The periods of a provider as they are listed, and what an account began each of them with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.periods import AccountingPeriod, AccountingSettings, OpeningBalance
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.periods import PeriodDays, may_be_closed
from app.models.values import PeriodFrequency, PeriodState
from app.services.access.authorize import authorize, require_account, require_provider, visible
from app.services.errors import RefusedByRule
from app.services.providers.business_day import business_day, zone_of
from app.services.wording import day_text


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow:
    """One accounting period."""

    id: int
    number: int
    starts_on: date
    ends_on: date
    state: PeriodState
    closed_at: datetime | None
    closed_by: str | None

    @property
    def days(self) -> PeriodDays:
        return PeriodDays(starts_on=self.starts_on, ends_on=self.ends_on)

    @property
    def name(self) -> str:
        """As sentences name it."""
        return f"{day_text(self.starts_on)} to {day_text(self.ends_on)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodsPage:
    """How the periods of a provider run, all of them, oldest first, and whether the open one can be closed."""

    provider_id: int
    provider_code: str
    provider_name: str
    time_zone: str
    today: date
    frequency: PeriodFrequency | None
    """None: it has no accounting periods."""
    first_on: date | None
    recorded_by: str | None
    recorded_at: datetime | None
    periods: tuple[PeriodRow, ...]

    @property
    def open_one(self) -> PeriodRow | None:
        """The period that takes postings."""
        return next((row for row in reversed(self.periods) if row.state is PeriodState.OPEN), None)

    @property
    def not_to_be_closed(self) -> str:
        """Why the open period cannot be closed now; empty where it can."""
        period = self.open_one
        if period is None:
            return f"{self.provider_name} has no accounting periods yet."
        if not may_be_closed(period.days, self.today):
            return (f"The period {period.name} has not ended: it can be closed from "
                    f"{day_text(period.ends_on + timedelta(days=1))} on.")
        return ""


def periods_page(session: Session, *, provider_id: int) -> PeriodsPage:
    """The accounting periods of a provider."""
    provider = require_provider(session, provider_id, Power.LEDGER)
    settings = session.get(AccountingSettings, provider_id, populate_existing=True)
    rows = session.scalars(
        select(AccountingPeriod).where(AccountingPeriod.provider_id == provider_id)
        .order_by(AccountingPeriod.number).execution_options(populate_existing=True))
    return PeriodsPage(
        provider_id=provider_id, provider_code=provider.code, provider_name=provider.name,
        time_zone=zone_of(session, provider_id).key, today=business_day(session, provider_id),
        frequency=None if settings is None else PeriodFrequency(settings.frequency),
        first_on=None if settings is None else settings.first_on,
        recorded_by=None if settings is None else settings.recorded_by,
        recorded_at=None if settings is None else settings.recorded_at,
        periods=tuple(row_of(row) for row in rows))


def pages_of_periods(session: Session) -> tuple[PeriodsPage, ...]:
    """The same of every provider within reach that has accounting periods, by its code."""
    authorize(session, Power.LEDGER)
    ids = session.scalars(
        select(Account.id).join(AccountingSettings, AccountingSettings.provider_id == Account.id)
        .where(visible(session)).order_by(Account.code))
    return tuple(periods_page(session, provider_id=id_) for id_ in ids)


def row_of(period: AccountingPeriod) -> PeriodRow:
    """A period as it is listed."""
    return PeriodRow(id=period.id, number=period.number, starts_on=period.starts_on, ends_on=period.ends_on,
                     state=PeriodState(period.state), closed_at=period.closed_at, closed_by=period.closed_by)


def open_period_of(session: Session, provider_id: int) -> AccountingPeriod:
    """The period of a provider that is open. Raises RefusedByRule where it has none."""
    found = session.scalars(select(AccountingPeriod).where(
        AccountingPeriod.provider_id == provider_id, AccountingPeriod.state == PeriodState.OPEN.value)
        .execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise RefusedByRule("This provider has no open accounting period. Set up its accounting periods first.")
    return found


def opening_balances(session: Session, *, account_id: int) -> Mapping[int, int]:
    """What an account began each period of its provider with, by the number of the period.

    In minor units of its currency, debit positive. A period that began before the account came is missing: 0.
    """
    account = require_account(session, account_id, Power.LEDGER)
    return dict(session.execute(
        select(AccountingPeriod.number, OpeningBalance.balance_minor)
        .join(OpeningBalance, OpeningBalance.period_id == AccountingPeriod.id)
        .where(AccountingPeriod.provider_id == account.provider_id, OpeningBalance.account_id == account_id)
        .order_by(AccountingPeriod.number)).all())
