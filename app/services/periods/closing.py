"""Closing a period: every account gets the balance that it begins the next one with, and nothing is posted before.

One transaction, under the lock of the provider's ledger taken alone: killed at any moment, a period is closed whole or
not at all (ARCHITECTURE.md, "Accounting periods"). No row of the ledger is touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models.ledger.periods import AccountingPeriod, AccountingSettings
from app.models.parties.powers import Power
from app.models.rules.periods import period_days
from app.models.values import PeriodFrequency, PeriodState
from app.services.access.audit import write_audit
from app.services.access.authorize import require_provider
from app.services.access.beyond import customers_of, require_all_of
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import lock_ledger
from app.services.database.unit_of_work import Database, actor_of, instant_of
from app.services.documents.posting import Posted
from app.services.errors import RefusedByRule
from app.services.files.texts import require_text
from app.services.jobs import JobContext
from app.services.periods.drafts import post_drafts_of
from app.services.periods.errors import CHECKS, ErrorCheck, check_period
from app.services.periods.opening import Total, open_period, total_words, totals_of
from app.services.periods.queries import PeriodRow, PeriodsPage, periods_page, row_of
from app.services.periods.steps import Steps
from app.services.saving import moment_text
from app.services.wording import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A period that was closed, and the one that was opened behind it."""

    provider_code: str
    closed: PeriodRow
    opened: PeriodRow
    totals: tuple[Total, ...]
    """What the opened one begins with, by currency: what the closed one ended with."""
    posted: tuple[Posted, ...] = ()
    """Drafts that were posted into the closed one before."""
    changes: ChangeSet

    @property
    def accounts(self) -> int:
        return sum(total.count for total in self.totals)

    @property
    def sentence(self) -> str:
        """What was done."""
        said = ("The period {closed} of {provider} is closed. {drafts} into it. {accounts} began the period {opened} "
                "with {totals} in all.") if self.posted else (
            "The period {closed} of {provider} is closed. {accounts} began the period {opened} with {totals} in all.")
        return said.format(
            closed=self.closed.name, provider=self.provider_code, opened=self.opened.name,
            drafts=counted(len(self.posted), "draft was posted", "drafts were posted"),
            accounts=counted(self.accounts, "account"), totals=total_words(self.totals))


def close_period(
    session: Session, told: Callable[[str], None] = lambda _note: None, *, provider_id: int, checked: ErrorCheck,
    post_drafts: bool = False, reason: str = "",
) -> Closing:
    """Close the open period of a provider, and open the next one.

    `checked` is what the error check of it came to, which is asked before, in a unit of work that only reads, so that
    nobody waits for it; what is posted meanwhile passes the guards. Where somebody closed the period since, the next
    one is not closed in its place. Raises RefusedByRule, and nothing is changed, where anything was found or the period
    has not ended. With `post_drafts` drafts of its days are posted into it first; one that cannot be stops all of it.
    The lock of the ledger is kept alone until the transaction ends. `told` is called before each step, and the `reason`
    is kept in the trail.
    """
    if reason:
        require_text("reason", "The reason", reason, has_lines=True)
    provider = require_provider(session, provider_id, Power.LEDGER_PERIODS)
    require_all_of(session, customers_of(session, provider_id))
    lock_ledger(session, provider_id, judging=True)
    period = closable(periods_page(session, provider_id=provider_id), number=checked.period.number)
    if checked.errors:
        raise RefusedByRule(checked.sentence)
    posted = post_drafts_of(session, provider_id, period, told) if post_drafts else ()
    told("Balances of the next period")
    closed_at = instant_of(session)  # behind the lock: whatever was posted before it was recorded before
    session.execute(update(AccountingPeriod).where(AccountingPeriod.id == period.id).values(
        state=PeriodState.CLOSED.value, closed_at=closed_at, closed_by=actor_of(session)))
    settings = session.get_one(AccountingSettings, provider_id)
    days = period_days(settings.first_on, PeriodFrequency(settings.frequency), period.number + 1)
    following = open_period(session, provider_id, period.number + 1, days, at=closed_at)
    told("Totals")
    said = f"Accounting period {period.name} closed{f': {reason.strip()}' if reason.strip() else ''}"
    write_audit(session, provider_id=provider_id, action="period_closed", detail=said, field="state", old="open",
                new="closed")
    closed = session.get_one(AccountingPeriod, period.id, populate_existing=True)
    changes = ChangeSet.of(Changed.PERIODS)
    if posted:
        changes = ChangeSet.of(Changed.PERIODS, Changed.LEDGER, Changed.OUTBOX)
    return Closing(provider_code=provider.code, closed=row_of(closed), opened=row_of(following), posted=posted,
                   totals=totals_of(session, following.id), changes=changes)


def check_and_close(
    database: Database, context: JobContext, *, provider_id: int, number: int, post_drafts: bool = False,
    reason: str = "",
) -> Closing:
    """Look for errors and, where there are none, close the period with a number, as a job.

    It says how far it is, and can be stopped before it commits; then nothing was changed. Raises what `close_period`
    raises.
    """
    steps = Steps(context, total=len(CHECKS) + 2)
    with database.read() as session:
        closable(periods_page(session, provider_id=provider_id), number=number)
        checked = check_period(session, steps, provider_id=provider_id)
    done = steps.done

    def close(session: Session) -> Closing:
        steps.done = done
        return close_period(session, steps, provider_id=provider_id, checked=checked, post_drafts=post_drafts,
                            reason=reason)

    return database.attempt(close)


def closable(page: PeriodsPage, *, number: int) -> PeriodRow:
    """The open period, which was shown with a number. Raises RefusedByRule where it is not that, or has not ended."""
    period = page.open_one
    if period is not None and period.number != number:
        raise RefusedByRule(_meanwhile(page.periods, number, page.time_zone))
    if period is None or page.not_to_be_closed:
        raise RefusedByRule(page.not_to_be_closed)
    return period


def _meanwhile(periods: tuple[PeriodRow, ...], number: int, zone: str) -> str:
    """Who closed the period that was shown as open."""
    row = next((row for row in periods if row.number == number and row.closed_at is not None), None)
    if row is None or row.closed_at is None:
        return f"There is no accounting period {number} to be closed. Nothing was changed."
    return (f"The period {row.name} was closed meanwhile: {row.closed_by} closed it "
            f"{moment_text(row.closed_at, zone)}. Nothing was changed.")
