"""How runs read: what became of one, who began it, what was sent, and the lines of its accounts."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from app.models.values import OutboxState, ScanOutcome
from app.services.scans.run_history import RunPart, RunResultRow, RunRow, RunSheet
from app.services.scans.run_report import MESSAGE_WORDS, ORIGIN_WORDS, blocked_words, exclusion_words
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Ink, Tone
from app.views.look.words import Look

STATE: Final = {
    "running": Look("Under way", Tone.INFO, Icon.HOURGLASS),
    "finished": Look("Finished", None, Icon.GOOD),
    "cancelled": Look("Stopped on the way", Tone.WARN, Icon.STOP),
    "abandoned": Look("Broken off", Tone.NEUTRAL, Icon.INACTIVE),
    "stopped": Look("Stopped by the brake", Tone.BAD, Icon.SUSPENDED),
}
PART: Final = {
    RunPart.ALL: "All", RunPart.SUSPENDED: "Suspended", RunPart.RESTORED: "Restored",
    RunPart.EXCLUDED: "Left alone", RunPart.NOT_APPLIED: "Not applied", RunPart.NEW: "New", RunPart.GONE: "No longer",
}
PART_TONE: Final = {RunPart.SUSPENDED: Tone.BAD, RunPart.RESTORED: Tone.GOOD, RunPart.EXCLUDED: Tone.INFO,
                    RunPart.NOT_APPLIED: Tone.WARN}
OUTCOME: Final = {ScanOutcome.SUSPEND: "Suspend", ScanOutcome.RESTORE: "Restore", ScanOutcome.EXCLUDED: "Left alone",
                   ScanOutcome.NONE: "Nothing"}
_DONE: Final = {ScanOutcome.SUSPEND: "Suspended", ScanOutcome.RESTORE: "Restored"}
_ENDED_WELL: Final = frozenset({OutboxState.SENT, OutboxState.QUEUED, OutboxState.SENDING})


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def title_of(run: RunRow, formatter: Formatter) -> str:
    return f"Scan {formatter.number(run.id)} for {formatter.day(run.as_of, weekday=True)}"


def version_words(run: RunRow) -> str:
    """The version of the rules it went by: "2, Harbour standard"."""
    return f"{run.rule_version}, {run.rule_name}" if run.rule_name else str(run.rule_version)


def facts_of(run: RunRow, formatter: Formatter, zone: ZoneInfo) -> str:
    """Who began it, when and where, by which version, and who let it pass the brake."""
    begun = _BEGUN[run.origin in ORIGIN_WORDS].format(
        at=formatter.instant(run.started_at, zone), who=run.actor, where=ORIGIN_WORDS.get(run.origin, ""))
    parts = [begun]
    if run.finished_at is not None:
        parts.append(f"Ended at {formatter.time(run.finished_at, zone)}.")
    parts.append(f"Rule set version {version_words(run)}.")
    if run.approved_by is not None:
        parts.append(f"{run.approved_by} let it pass the safety brake.")
    return " ".join(parts)


_BEGUN: Final = {True: "Begun {at} by {who} {where}.", False: "Begun {at} by {who}."}
"""By whether it is known where it was started."""


def difference_words(sheet: RunSheet, formatter: Formatter) -> str:
    """What is otherwise than in the run before."""
    if sheet.before is None:
        return "There is no run before it to compare with."
    before = f"Beside scan {formatter.number(sheet.before.id)} for {formatter.day(sheet.before.as_of)}"
    new, gone = sheet.counts[RunPart.NEW], sheet.counts[RunPart.GONE]
    if not new and not gone:
        return f"{before}: nothing differs."
    return (f"{before}: {formatter.number(new)} new or decided otherwise, {formatter.number(gone)} proposed then "
            "and no longer.")


def blocked_sentence(sheet: RunSheet, formatter: Formatter) -> str:
    """Why proposals were left: "3 outside the hours, 2 not ticked."; empty where none was."""
    parts = [f"{formatter.number(count)} {blocked_words(code)}" for code, count in sorted(sheet.blocked.items())]
    return f"Not applied: {', '.join(parts)}." if parts else ""


def messages_words(run: RunRow, formatter: Formatter) -> str:
    """What was sent, by state: "20 sent, 2 failed"; empty where nothing was to be sent."""
    return ", ".join(f"{formatter.number(count)} {MESSAGE_WORDS[state]}"
                     for state, count in sorted(run.messages.items(), key=lambda item: str(item[0])))


def sent_count(run: RunRow) -> int:
    return run.messages.get(OutboxState.SENT, 0)


def has_unsent(run: RunRow) -> bool:
    """Whether a message of it failed, or nobody knows."""
    return any(state not in _ENDED_WELL for state in run.messages)


def decision_words(row: RunResultRow) -> str:
    """What a run decided and did for an account, without its full stop since it stands in a table."""
    if row.applied:
        return _DONE.get(row.outcome, "Done")
    if row.outcome is ScanOutcome.EXCLUDED:
        return f"Left alone: {exclusion_words(row.exclusions)}"
    return OUTCOME[row.outcome]


def why_words(row: RunResultRow, formatter: Formatter, zone: ZoneInfo) -> str:
    """Why it was not done; empty where it was."""
    if row.apply_from is not None:
        return f"From {formatter.instant(row.apply_from, zone)}"
    return capital(blocked_words(row.blocked_by)) if row.blocked_by is not None else ""


def before_words(row: RunResultRow) -> str:
    """What the run before had decided; empty where that was nothing."""
    return OUTCOME[row.before] if row.before is not None else ""


def decision_icon(row: RunResultRow) -> Icon:
    if row.applied:
        return Icon.SUSPENDED if row.outcome is ScanOutcome.SUSPEND else Icon.GOOD
    return {ScanOutcome.EXCLUDED: Icon.INFO, ScanOutcome.NONE: Icon.INACTIVE}.get(row.outcome, Icon.CLOCK)


def decision_ink(row: RunResultRow) -> str:
    if row.applied:
        return Ink.BAD if row.outcome is ScanOutcome.SUSPEND else Ink.GOOD
    return Ink.INFO if row.outcome is ScanOutcome.EXCLUDED else Ink.MUTED
