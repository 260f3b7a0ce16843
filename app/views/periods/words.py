"""How accounting periods, and what stands against closing one, are said on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from app.models.values import Money, PeriodState
from app.services.periods.opening import Total
from app.services.periods.outlook import ClosingOutlook, PeriodSheet
from app.services.periods.queries import PeriodRow, PeriodsPage
from app.services.wording import listed
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.words import Look
from app.views.widgets.fact_card import Fact

STATE: Final = {PeriodState.OPEN: Look(PeriodState.OPEN.label, None, Icon.CALENDAR),
                PeriodState.CLOSED: Look(PeriodState.CLOSED.label, None, Icon.LOCK, dot="neutral")}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One line of the checklist: an icon, and words that say the same."""

    text: str
    icon: Icon
    ink: str


def days_text(row: PeriodRow, formatter: Formatter) -> str:
    """First and last day of a period."""
    return f"{formatter.day(row.starts_on)} to {formatter.day(row.ends_on)}"


def subtitle(page: PeriodsPage, formatter: Formatter) -> str:
    """How the periods of a provider run."""
    if page.frequency is None or page.first_on is None:
        return "Nothing is posted into a closed period any more."
    return (f"{page.frequency.label}, from {formatter.day(page.first_on)} on. Nothing is posted into a closed period "
            "any more.")


def facts(sheet: PeriodSheet, page: PeriodsPage, formatter: Formatter) -> list[Fact]:
    """What is known of a period."""
    row = sheet.row
    found = [Fact(name="State", value=STATE[row.state].text)]
    if row.closed_at is not None:
        at = formatter.instant(row.closed_at, ZoneInfo(page.time_zone))
        found.append(Fact(name="Closed", value=f"{at} by {row.closed_by}"))
    found += [Fact(name="Began with" if place == 0 else "", value=_total(total, formatter))
              for place, total in enumerate(sheet.begun)]
    found += [Fact(name="Ended with" if place == 0 else "", value=_total(total, formatter))
              for place, total in enumerate(sheet.ended)]
    return found


def _total(total: Total, formatter: Formatter) -> str:
    accounts = formatter.counted(total.count, "account", "accounts")
    return f"{formatter.money(Money(total.balance_minor, total.currency))}, {accounts}"


def sums(totals: Sequence[Total], formatter: Formatter) -> str:
    """Sums, currency by currency: several are never added."""
    return listed([formatter.money(Money(total.balance_minor, total.currency)) for total in totals])


def check_lines(page: PeriodsPage, outlook: ClosingOutlook | None, formatter: Formatter) -> list[CheckLine]:
    """What stands for and against closing the open period, as far as it was looked at."""
    period = page.open_one
    if period is None:
        return []
    why_not = page.not_to_be_closed
    lines = [_bad(why_not) if why_not else _good(f"It ended on {formatter.day(period.ends_on, weekday=True)}.")]
    if outlook is None:
        return [*lines, CheckLine(text="Errors were not looked for yet.", icon=Icon.HELP, ink=tk.Ink.MUTED)]
    lines += [_bad(error.words) for error in outlook.check.errors] or [
        _good("No errors: lines, allocations and balances add up.")]
    if outlook.drafts:
        count = formatter.counted(outlook.draft_count, "draft", "drafts")
        lines.append(_note(f"{count} of the period, {sums(outlook.drafts, formatter)}: what is not posted by then "
                           "comes into a later period."))
    if outlook.unallocated:
        lines.append(_note(f"{sums(outlook.unallocated, formatter)} of credit are not allocated yet, and stay with "
                           "their accounts."))
    return lines


def outlook_words(outlook: ClosingOutlook, formatter: Formatter) -> str:
    """What the next period would begin with."""
    accounts = formatter.counted(sum(total.count for total in outlook.totals), "account", "accounts")
    begun = sums(outlook.totals, formatter) or "nothing"
    return f"The next period would begin with {begun} in all, as {accounts} stand now."


def closing_words(page: PeriodsPage, period: PeriodRow, outlook: ClosingOutlook, formatter: Formatter) -> str:
    """What closing does, said before."""
    return (f"From then on nothing is posted at {page.provider_name} on {formatter.day(period.ends_on)} or before, "
            f"neither by hand nor from a file. {outlook_words(outlook, formatter)} "
            "A closed period is never opened again: this cannot be taken back.")


def draft_tick(period: PeriodRow, outlook: ClosingOutlook, formatter: Formatter) -> str:
    """What can be done with the drafts of a period before it is closed; "" where there are none."""
    if not outlook.draft_count:
        return ""
    count = formatter.counted(outlook.draft_count, "draft", "drafts")
    return f"Post {count} into it first, as of {formatter.day(period.ends_on)}"


def _good(text: str) -> CheckLine:
    return CheckLine(text=text, icon=Icon.GOOD, ink=tk.Ink.GOOD)


def _bad(text: str) -> CheckLine:
    return CheckLine(text=text, icon=Icon.ERROR, ink=tk.Ink.BAD)


def _note(text: str) -> CheckLine:
    return CheckLine(text=text, icon=Icon.INFO, ink=tk.Ink.MUTED)
