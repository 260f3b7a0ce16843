"""On which days the ledger of a provider can still be posted: none that is closed, none before the first period.

Whoever posts asks here, and the import says of each row what is said here. Guards hold the same against any client.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.models.ledger.periods import AccountingPeriod
from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.models.rules.periods import may_be_posted, opens_on
from app.models.values import PeriodState
from app.services.errors import RefusedByRule
from app.services.wording import day_text

_P = AccountingPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDays:
    """From which day on a provider's ledger takes postings; both None where it has no accounting periods."""

    provider_id: int
    first_on: date | None
    """First day of the first period."""
    last_closed_on: date | None

    def have(self, on: date) -> bool:
        """Whether a document may be posted on a day."""
        return may_be_posted(on, first_on=self.first_on, last_closed_on=self.last_closed_on)


def open_days(session: Session, provider_id: int) -> OpenDays:
    """What is open at a provider now; it stays so while the lock of its ledger is kept."""
    closed = case((_P.state == PeriodState.CLOSED.value, _P.ends_on))
    first, last = session.execute(
        select(func.min(_P.starts_on), func.max(closed)).where(_P.provider_id == provider_id)).one()
    return OpenDays(provider_id=provider_id, first_on=first, last_closed_on=last)


def require_open(session: Session, provider_id: int, *days: date) -> None:
    """Raise RefusedByRule, naming the period, since when it is closed and which day would do, for a day that is closed.

    Ask while keeping the lock of the provider's ledger, so that no period is closed meanwhile.
    """
    known = open_days(session, provider_id)
    for day in sorted(set(days)):
        if not known.have(day):
            raise RefusedByRule(closed_sentence(session, known, day))


def closed_days(session: Session, provider_id: int, days: Iterable[date]) -> dict[date, str]:
    """Those of some days on which nothing can be posted, each with the sentence that says why."""
    known = open_days(session, provider_id)
    return {day: closed_sentence(session, known, day) for day in sorted(set(days)) if not known.have(day)}


def closed_sentence(session: Session, known: OpenDays, on: date) -> str:
    """Why nothing can be posted on a day that is not open, and what would be right."""
    assert known.first_on is not None  # noqa: S101  without periods every day is open
    name = session.get_one(Account, known.provider_id).name
    would_do = f"Post on {day_text(opens_on(known.first_on, known.last_closed_on))} or later."
    held = session.execute(
        select(_P.starts_on, _P.ends_on, _P.closed_at, _P.closed_by, Provider.time_zone)
        .join(Provider, Provider.account_id == _P.provider_id)
        .where(_P.provider_id == known.provider_id, _P.starts_on <= on, _P.ends_on >= on)).one_or_none()
    if held is None:
        return (f"{day_text(on)} is before the first accounting period of {name}, which begins on "
                f"{day_text(known.first_on)}. {would_do}")
    since = day_text(held.closed_at.astimezone(ZoneInfo(held.time_zone)).date())
    return (f"{day_text(on)} is in the accounting period {day_text(held.starts_on)} to {day_text(held.ends_on)} of "
            f"{name}, which {held.closed_by} closed on {since}. {would_do}")
