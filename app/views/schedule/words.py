"""How schedule, hours of sending, safety brake and gateways are said on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from app.models.values import GatewayKind
from app.services.gateways.kinds import GATEWAY_KEYS, KIND_WORDS, GatewayKey, SettingValue
from app.services.gateways.settings import GatewayRow
from app.services.providers.automation import AutomationSheet, AutomationValues, Pause
from app.services.schedule.due import Poller, PollerRow
from app.services.schedule.round import ScannerRow
from app.services.wording import counted, listed
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.widgets.fact_card import Fact

POLLER_WORDS: Final = {Poller.REMINDERS: "Reminders", Poller.RESTORATIONS: "Restorations",
                       Poller.SUSPENSIONS: "Suspensions"}
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def pause_words(pause: Pause | None, formatter: Formatter, zone: ZoneInfo) -> str:
    """Whether scheduled work goes on, and else who let it rest, since when and why."""
    if pause is None:
        return "Scheduled work goes on."
    return f"Paused by {pause.by} on {formatter.instant(pause.at, zone)}: {pause.reason}"


def work_facts(work: tuple[PollerRow, ...], scanning: tuple[ScannerRow, ...], formatter: Formatter,
               zone: ZoneInfo) -> list[Fact]:
    """How far each kind of work is, and who is at it now."""
    facts = [Fact(name="Just now", value=scanner_words(row, formatter, zone), ink=tk.Ink.ACCENT) for row in scanning]
    facts += [Fact(name=POLLER_WORDS[row.poller], value=_work_words(row, formatter, zone)) for row in work]
    return facts or [Fact(value="Nothing is scheduled here: no reminder is on, and no rules are in force.",
                          ink=tk.Ink.MUTED)]


def scanner_words(row: ScannerRow, formatter: Formatter, zone: ZoneInfo) -> str:
    """Who scans a provider, since when and how far they are."""
    since = formatter.time(row.since, zone)
    if not row.total:
        return f"{row.owner} began to scan at {since}."
    return f"{row.owner} began to scan at {since}: {formatter.number(row.done)} of {counted(row.total, 'account')}."


def _work_words(row: PollerRow, formatter: Formatter, zone: ZoneInfo) -> str:
    sentences = ["Not done yet." if row.done_at is None else f"Done {formatter.instant(row.done_at, zone)}."]
    if row.detail:
        sentences.append(f"{row.detail.rstrip('.')}.")
    if row.pause:
        sentences.append("It rests.")
    elif row.due_at is not None:
        sentences.append("It is due now.")
    elif row.next_at is not None:
        sentences.append(f"Next: {formatter.instant(row.next_at, zone)}.")
    return " ".join(sentences)


def times_facts(sheet: AutomationSheet) -> list[Fact]:
    """When scheduled work is done."""
    values = sheet.values
    at = ", ".join(f"{moment:%H:%M}" for moment in values.suspend_at)
    return [
        _fact(sheet, "reminders_at", "Reminders", f"At {values.reminders_at:%H:%M}"),
        _fact(sheet, "suspend_at", "Suspensions",
              f"At {at}" if at else "When a window of the rules opens, without windows at 09:00"),
        _fact(sheet, "restore_every_minutes", "Restorations",
              f"Every {counted(values.restore_every_minutes, 'minute')}"),
        _fact(sheet, "promise_days", "Promises to pay", f"Up to {counted(values.promise_days, 'day')} ahead"),
    ]


def brake_facts(sheet: AutomationSheet) -> list[Fact]:
    """What stops a run before anything changed."""
    values = sheet.values
    share, accounts, days = values.brake_share_percent, values.brake_accounts, values.brake_pause_days
    return [
        _fact(sheet, "brake_share_percent", "Share", f"More than {share} % of those judged" if share else "Off"),
        _fact(sheet, "brake_accounts", "Accounts", f"More than {counted(accounts, 'account')}" if accounts else "Off"),
        _fact(sheet, "brake_pause_days", "After a pause", f"Of more than {counted(days, 'day')}" if days else "Off"),
    ]


def hours_facts(sheet: AutomationSheet) -> list[Fact]:
    """When messages leave."""
    values: AutomationValues = sheet.values
    hours, delay = values.hours, values.undo_delay_seconds
    quiet = "None" if hours.quiet_from is None or hours.quiet_to is None else (
        f"From {hours.quiet_from:%H:%M} to {hours.quiet_to:%H:%M}")
    days = "Every day" if len(hours.working_days) == len(_DAYS) else listed(
        [_DAYS[day] for day in sorted(hours.working_days)])
    return [
        _fact(sheet, "quiet_from", "Quiet hours", quiet),
        _fact(sheet, "working_days", "Days", days),
        _fact(sheet, "undo_delay_seconds", "Undo send", f"Within {counted(delay, 'second')}" if delay else "Off"),
    ]


def _fact(sheet: AutomationSheet, key: str, name: str, value: str) -> Fact:
    """What is set stands in full ink; what is as the program has it is said so."""
    is_set = key in sheet.settings
    return Fact(name=name, value=value if is_set else f"{value} (usual)", ink=tk.Ink.TEXT if is_set else tk.Ink.MUTED)


# --------------------------------------------------------------------------- gateways


def title_of(kind: GatewayKind) -> str:
    """The kind as a heading: "Mail server"."""
    words = KIND_WORDS[kind]
    return f"{words[:1].upper()}{words[1:]}"


def gateway_facts(row: GatewayRow, formatter: Formatter, zone: ZoneInfo, secrets_at: str) -> list[Fact]:
    """What is set of a gateway, whether anything gets through, and where its password is looked for."""
    if not row.is_set:
        return [Fact(value=f"No {KIND_WORDS[row.kind]} is set up: what needs one waits in the outbox.",
                     ink=tk.Ink.MUTED)]
    return [
        *_failing(row, formatter, zone),
        *(Fact(name=key.label, value=value_words(row.settings[key.name])) for key in _set_keys(row)),
        Fact(name="Password", value=f"Looked for in {secrets_at}", ink=tk.Ink.MUTED),
        Fact(name="Set", value=f"{formatter.instant(row.recorded_at, zone)} by {row.recorded_by}"
             if row.recorded_at else "", ink=tk.Ink.MUTED),
    ]


def _failing(row: GatewayRow, formatter: Formatter, zone: ZoneInfo) -> list[Fact]:
    if row.failing_since is None:
        return []
    again = f"It is tried again at {formatter.time(row.retry_at, zone)}." if row.retry_at else ""
    said = filter(None, (f"Since {formatter.instant(row.failing_since, zone)}.", row.failure, again))
    return [Fact(name="Nothing gets through", value=" ".join(said), ink=tk.Ink.BAD)]


def _set_keys(row: GatewayRow) -> Iterator[GatewayKey]:
    return (key for key in GATEWAY_KEYS[row.kind] if key.name in row.settings)


def value_words(value: SettingValue) -> str:
    """A setting as it is shown."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "\n".join(value) if isinstance(value, tuple) else str(value)
