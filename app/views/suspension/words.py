"""What the scan screen says: outcomes, what would happen and what did, in the words of a colleague."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QDate

from app.models.values import Money, ScanOutcome
from app.services.scans.previewed import ProposalRow, ScanPreview
from app.services.scans.run_report import blocked_words
from app.services.suspension.report import AccountResult
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Ink, Tone

SHOWN_OUTCOMES: Final = (ScanOutcome.SUSPEND, ScanOutcome.RESTORE, ScanOutcome.EXCLUDED)
OUTCOME_TITLES: Final = {ScanOutcome.SUSPEND: "Suspend", ScanOutcome.RESTORE: "Restore",
                         ScanOutcome.EXCLUDED: "Excluded"}
OUTCOME_TONES: Final = {ScanOutcome.SUSPEND: Tone.BAD, ScanOutcome.RESTORE: Tone.GOOD, ScanOutcome.EXCLUDED: Tone.INFO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What became of a proposal."""

    text: str
    icon: Icon | None = None
    icon_ink: str = Ink.MUTED
    ink: str = Ink.MUTED
    is_done: bool = False


def shared_opening(rows: Iterable[ProposalRow]) -> datetime | None:
    """From when all suspensions may be applied, where it is the same moment for all; their heading says it then."""
    openings = {row.apply_from if row.blocked_by is None else None for row in rows
                if row.outcome is ScanOutcome.SUSPEND}
    return openings.pop() if len(openings) == 1 else None


def what_would_happen(row: ProposalRow, formatter: Formatter, *, in_full: bool = True, opening_is_said: bool = False
                      ) -> str:
    """One sentence without its full stop, since it stands in a table.

    In full it says effect and moment; a narrow column says one of them, the moment unless the heading did.
    """
    if row.outcome is ScanOutcome.EXCLUDED:
        return exclusion_words(row)
    if row.outcome is ScanOutcome.RESTORE and row.blocked_by is None:
        return f"{_services(row.services, formatter)} restored, hold lifted" if row.services else "Hold lifted"
    if row.outcome is ScanOutcome.RESTORE:
        return when_words(row, formatter)
    effect = (f"{_services(row.services, formatter)}, then the account" if row.services
              else "The account, no service")
    later = when_words(row, formatter)
    if not later or opening_is_said:
        return effect
    return f"{later}: {effect[:1].lower()}{effect[1:]}" if in_full else later


def when_words(row: ProposalRow, formatter: Formatter) -> str:
    """Why it cannot be applied at once: "From Mon 24 Nov, 09:00"; empty when it can."""
    if row.blocked_by is not None:
        return why_blocked(row.blocked_by)
    return from_words(row.apply_from, formatter) if row.apply_from is not None else ""


def from_words(moment: datetime, formatter: Formatter) -> str:
    """From when on it may be: "From Mon 24 Nov, 09:00"."""
    return f"From {moment_words(moment, formatter)}"


def moment_words(moment: datetime, formatter: Formatter) -> str:
    """A moment as the clocks of the provider show it: "Mon 24 Nov, 09:00"."""
    day = QDate(moment.year, moment.month, moment.day)
    return f"{formatter.locale.toString(day, 'ddd d MMM')}, {moment:%H:%M}"


def why_blocked(blocked_by: str) -> str:
    """Why a proposal cannot be applied, as it stands in a cell."""
    words = blocked_words(blocked_by)
    return words[:1].upper() + words[1:]


def exclusion_words(row: ProposalRow) -> str:
    """Why an account is left alone: "Member of the excluded group VIP"."""
    return "; ".join(reason.words.rstrip(".") for reason in row.exclusions)


def ending_of(row: ProposalRow, result: AccountResult | None, formatter: Formatter, *, is_ticked: bool,
              is_stopped: bool) -> Ending | None:
    """What a run did with a proposal; None where it was never up for choice."""
    if not row.can_be_applied:
        return None
    if not is_ticked:
        return Ending(text="Not ticked, left as it is")
    if result is not None and result.applied:
        return _applied(row, result, formatter)
    if result is not None and result.outcome is row.outcome and result.apply_from is not None:
        return _not_applied(f"from {moment_words(result.apply_from, formatter)}")
    if result is not None and result.outcome is row.outcome and result.blocked_by is not None:
        return _not_applied(blocked_words(result.blocked_by))
    return _not_applied("stopped before its turn" if is_stopped and result is None else "changed since the preview")


def _applied(row: ProposalRow, result: AccountResult, formatter: Formatter) -> Ending:
    is_suspended, has_changed = result.outcome is ScanOutcome.SUSPEND, result.outcome is not row.outcome
    count = result.active_service_count if is_suspended else row.services
    text = _APPLIED[is_suspended, count > 0, has_changed].format(services=_services(count, formatter))
    if is_suspended:
        return Ending(text=text, icon=Icon.SUSPENDED, icon_ink=Ink.BAD, ink=Ink.TEXT, is_done=True)
    return Ending(text=text, icon=Icon.GOOD, icon_ink=Ink.GOOD, ink=Ink.TEXT, is_done=True)


_APPLIED: Final = {
    (True, True, False): "Suspended, {services} restricted",
    (True, True, True): "Suspended, {services} restricted, since it changed after the preview",
    (True, False, False): "Suspended",
    (True, False, True): "Suspended, since it changed after the preview",
    (False, True, False): "Restored, {services} back",
    (False, True, True): "Restored, {services} back, since it changed after the preview",
    (False, False, False): "Restored",
    (False, False, True): "Restored, since it changed after the preview",
}
"""By whether it was suspended, whether services went along, and whether the preview had proposed something else."""


def _not_applied(why: str) -> Ending:
    return Ending(text=f"Not applied: {why}", icon=Icon.WARNING, icon_ink=Ink.WARN, ink=Ink.WARN)


def _services(count: int, formatter: Formatter) -> str:
    return formatter.counted(count, "service", "services")


# --------------------------------------------------------------------------- groups and totals


def group_note(outcome: ScanOutcome, rows: tuple[ProposalRow, ...], formatter: Formatter) -> str:
    """What a group comes to, at the right of its heading."""
    services = sum(row.services for row in rows)
    if outcome is ScanOutcome.SUSPEND:
        opening = shared_opening(rows)
        when = [from_words(opening, formatter)] if opening is not None else []
        return ", ".join([*when, _services(services, formatter), *_sums(rows, formatter)]) + " payable"
    if outcome is ScanOutcome.RESTORE:
        return formatter.counted(services, "service comes back", "services come back")
    return "Left alone, shown so that you can check"


def _sums(rows: tuple[ProposalRow, ...], formatter: Formatter) -> list[str]:
    """Payable by currency; currencies are never added up."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + row.payable_minor
    return [formatter.money(Money(minor, currency)) for currency, minor in sorted(sums.items())]


def verb_text(suspended: int, restored: int, formatter: Formatter) -> str:
    """What the button does: "Suspend 14 and restore 3"."""
    if suspended and restored:
        return f"Suspend {formatter.number(suspended)} and restore {formatter.number(restored)}"
    if restored:
        return f"Restore {formatter.counted(restored, 'account', 'accounts')}"
    if suspended:
        return f"Suspend {formatter.counted(suspended, 'account', 'accounts')}"
    return "Suspend and restore"


def result_text(suspended: int, restored: int, missed: int, blocked: int, formatter: Formatter) -> str:
    """The result of a run: "14 accounts suspended, 3 restored, 1 not applied, 2 blocked.\""""
    parts = []
    if suspended:
        parts.append(formatter.counted(suspended, "account suspended", "accounts suspended"))
    if restored and suspended:
        parts.append(f"{formatter.number(restored)} restored")
    elif restored:
        parts.append(formatter.counted(restored, "account restored", "accounts restored"))
    if missed:
        parts.append(f"{formatter.number(missed)} not applied")
    if blocked:
        parts.append(f"{formatter.number(blocked)} blocked")
    return f"{', '.join(parts) or 'No account was changed'}."


def preview_title(preview: ScanPreview, formatter: Formatter) -> str:
    """The heading over a preview: "Scan of Harbour Telecom for Wed 2 Jul 2025"."""
    words = "Scan of {whom} for {day}" if preview.providers else "Scan for {day}"
    return words.format(whom=scanned_name(preview), day=formatter.day(preview.as_of, weekday=True))


def scanned_name(preview: ScanPreview) -> str:
    names = [provider.name for provider in preview.providers]
    if preview.provider_id is not None and names:
        return names[0]
    return f"{len(names)} providers" if len(names) != 1 else names[0]
