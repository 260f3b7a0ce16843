"""Schedule, safety brake and hours of sending of a provider: how they are set, shown, and handed to whoever works.

What is not set is as the program has it. A provider's own settings count for it alone; nothing is passed on. Scheduled
work can be paused with a reason, and goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Final, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.base import text_limits
from app.models.parties.powers import Power
from app.models.rules.due_times import (
    USUAL_REMINDERS_AT,
    USUAL_RESTORE_EVERY_MINUTES,
    parse_time,
    time_text,
)
from app.models.rules.quiet_hours import WEEKDAYS, SendingHours, parse_weekdays
from app.models.schedule.automation import AutomationSettings
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import require_provider, require_unlimited
from app.services.changes import Changed, ChangeSet, Undo
from app.services.database.dialects import lock_row
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import RefusedField
from app.services.files.texts import require_text
from app.services.saving import Speech, wanted_changes
from app.services.wording import counted, listed

SettingValue: TypeAlias = str | int | tuple[str, ...]
"""A time as "08:00", days of the week as "mon", lists as tuples."""
Settings: TypeAlias = Mapping[str, SettingValue]
"""Settings by key; what is not set is not there."""
_MOST_TIMES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Scheduled work of a provider rests."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationValues:
    """What holds at one provider, with the program's own values where nothing is set."""

    reminders_at: time = USUAL_REMINDERS_AT
    suspend_at: tuple[time, ...] = ()
    """None set: when a window opens, without windows at 09:00."""
    restore_every_minutes: int = USUAL_RESTORE_EVERY_MINUTES
    brake_share_percent: int = 5
    """Of the end users judged; 0 switches it off, as for the two below."""
    brake_accounts: int = 20
    brake_pause_days: int = 3
    hours: SendingHours = field(default_factory=SendingHours)
    undo_delay_seconds: int = 0
    promise_days: int = 14
    """How far ahead a promise to pay may lie."""
    pause: Pause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationSheet:
    """Settings of one provider as screens show them."""

    provider_id: int
    settings: Settings
    values: AutomationValues


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationKey:
    """One setting."""

    name: str
    label: str
    check: Callable[[SettingValue], SettingValue]
    """The value in its one form; raises ValueError saying what would be right."""
    text: Callable[[SettingValue], str]


# --------------------------------------------------------------------------- what may be said


def _time_of_day(value: SettingValue) -> SettingValue:
    return time_text(parse_time(str(value)))


def _times(value: SettingValue) -> SettingValue:
    found = tuple(sorted(time_text(parse_time(each)) for each in _list_of(value)))
    if len(found) > _MOST_TIMES:
        raise ValueError(f"{len(found)} times are too many; write {_MOST_TIMES} at most")
    if len(set(found)) < len(found):
        raise ValueError("the same time stands there twice; keep one")
    return found


def _weekdays(value: SettingValue) -> SettingValue:
    found = parse_weekdays(_list_of(value))
    return tuple(name for place, name in enumerate(WEEKDAYS) if place in found)


def _list_of(value: SettingValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _whole(least: int, most: int) -> Callable[[SettingValue], SettingValue]:
    def check(value: SettingValue) -> SettingValue:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"write a whole number from {least} to {most}")
        return value

    return check


def _as_words(value: SettingValue) -> str:
    return listed(value) if isinstance(value, tuple) else str(value)


def _counted(one: str) -> Callable[[SettingValue], str]:
    return lambda value: counted(int(str(value)), one)


AUTOMATION_KEYS: Final[dict[str, AutomationKey]] = {key.name: key for key in (
    AutomationKey(name="reminders_at", label="Reminders at", check=_time_of_day, text=_as_words),
    AutomationKey(name="suspend_at", label="Suspend at", check=_times, text=_as_words),
    AutomationKey(name="restore_every_minutes", label="Restore every", check=_whole(1, 10_080),
                  text=_counted("minute")),
    AutomationKey(name="brake_share_percent", label="Safety brake, share", check=_whole(0, 100),
                  text=lambda value: f"{value} %"),
    AutomationKey(name="brake_accounts", label="Safety brake, accounts", check=_whole(0, 1_000_000_000),
                  text=_counted("account")),
    AutomationKey(name="brake_pause_days", label="Safety brake, pause", check=_whole(0, 3_650), text=_counted("day")),
    AutomationKey(name="quiet_from", label="Quiet from", check=_time_of_day, text=_as_words),
    AutomationKey(name="quiet_to", label="Quiet to", check=_time_of_day, text=_as_words),
    AutomationKey(name="working_days", label="Working days", check=_weekdays, text=_as_words),
    AutomationKey(name="undo_delay_seconds", label="Undo send within", check=_whole(0, 86_400),
                  text=_counted("second")),
    AutomationKey(name="promise_days", label="Promises to pay", check=_whole(0, 365), text=_counted("day")),
)}
"""Every setting by name, in the order in which they are shown; the name is that of its column."""
_LISTS = ("suspend_at", "working_days")


# --------------------------------------------------------------------------- what is stored


def automation_sheet(session: Session, *, provider_id: int) -> AutomationSheet:
    """What is set at a provider, and what holds there."""
    require_provider(session, provider_id, Power.EVENTS)
    settings = stored_settings(session, provider_id=provider_id)
    return AutomationSheet(provider_id=provider_id, settings=settings, values=automation_of(session, provider_id))


def stored_settings(session: Session, *, provider_id: int) -> Settings:
    """What is set at a provider, without what is not."""
    return _settings_of(session.get(AutomationSettings, provider_id, populate_existing=True))


def automation_of(session: Session, provider_id: int) -> AutomationValues:
    """What holds at one provider."""
    return automation_by_provider(session, [provider_id])[provider_id]


def automation_by_provider(session: Session, provider_ids: Iterable[int]) -> dict[int, AutomationValues]:
    """What holds at each of these providers."""
    ids = list(provider_ids)
    rows = {row.provider_id: row for row in session.scalars(
        select(AutomationSettings).where(AutomationSettings.provider_id.in_(ids))
        .execution_options(populate_existing=True))}
    return {id_: _values_of(rows.get(id_)) for id_ in ids}


def _settings_of(row: AutomationSettings | None) -> dict[str, SettingValue]:
    stored = {} if row is None else {name: getattr(row, name) for name in AUTOMATION_KEYS}
    return {name: tuple(value.split(",")) if name in _LISTS else value
            for name, value in stored.items() if value is not None}


def _values_of(row: AutomationSettings | None) -> AutomationValues:
    settings = _settings_of(row)
    values: dict[str, Any] = {name: value for name, value in settings.items()
                              if name not in ("quiet_from", "quiet_to", "working_days")}
    if "reminders_at" in values:
        values["reminders_at"] = parse_time(values["reminders_at"])
    values["suspend_at"] = tuple(map(parse_time, values.get("suspend_at", ())))
    quiet = [parse_time(str(settings[name])) if name in settings else None for name in ("quiet_from", "quiet_to")]
    days = settings.get("working_days")
    values["hours"] = SendingHours(
        quiet_from=quiet[0], quiet_to=quiet[1],
        working_days=frozenset(range(7)) if days is None else parse_weekdays(_list_of(days)))
    if row is not None and row.paused_at is not None:
        values["pause"] = Pause(at=row.paused_at, by=row.paused_by or "", reason=row.pause_reason or "")
    return AutomationValues(**values)


# --------------------------------------------------------------------------- how it is changed


def set_automation(
    session: Session, *, provider_id: int, settings: Mapping[str, SettingValue | None],
    seen: Mapping[str, SettingValue | None],
) -> ChangeSet:
    """Set some of a provider's settings by key; None, or an empty text or list, has it as the program does again.

    `seen` is what was shown as set of them. Raises RefusedField naming the setting that cannot be right,
    SavedMeanwhile where somebody set the same one otherwise.
    """
    provider = require_unlimited(session, provider_id, Power.EVENTS_GATEWAYS)
    wanted = {name: _checked(name, value) for name, value in settings.items()}
    row = _locked(session, provider_id)
    now: dict[str, SettingValue | None] = {**dict.fromkeys(AUTOMATION_KEYS), **_settings_of(row)}
    about = About(kind=Subject.PROVIDER, id=provider_id)
    changes = wanted_changes(
        seen={name: _checked(name, seen.get(name)) for name in wanted}, now={name: now[name] for name in wanted},
        wanted=wanted,
        speech=lambda: Speech(zone=zone_of(session, provider_id), label=lambda name: AUTOMATION_KEYS[name].label,
                              text=_words_of, traces=lambda fields: traces_about(session, about, fields)))
    then = {**now, **changes}
    if (then["quiet_from"] is None) != (then["quiet_to"] is None):
        missing = "quiet_from" if then["quiet_from"] is None else "quiet_to"
        raise RefusedField(missing, "Quiet hours need both, when they begin and when they end.")
    if not changes:
        return ChangeSet.empty()
    row = row or _made(session, provider_id)
    for name, value in changes.items():  # all at once: quiet hours that begin and never end are refused
        setattr(row, name, ",".join(value) if isinstance(value, tuple) else value)
    for name, value in changes.items():
        write_audit(session, provider_id=provider_id, about=about, action="automation_changed",
                    detail=f"Schedule of {provider.name} changed.", field=name, old=_words_of(name, now[name]) or None,
                    new=_words_of(name, value) or None)
    _kept_or_dropped(session, row)
    return ChangeSet.of(Changed.SCHEDULE).with_undo(Undo(
        of=f"schedule of {provider.name}", done=f"Schedule of {provider.name} changed.", command=set_automation,
        arguments={"provider_id": provider_id, "settings": {name: now[name] for name in changes},
                   "seen": dict(changes)}))


def _checked(name: str, value: SettingValue | None) -> SettingValue | None:
    if value is None or value in ("", ()):
        return None
    key = AUTOMATION_KEYS[name]
    try:
        return key.check(value)
    except ValueError as error:
        raise RefusedField(name, f"{key.label}: {error}.") from error


def _words_of(name: str, value: SettingValue | None) -> str:
    return "" if value is None else AUTOMATION_KEYS[name].text(value)


def _locked(session: Session, provider_id: int) -> AutomationSettings | None:
    """The row of a provider under its lock; None where nothing was ever set."""
    lock_row(session, "provider", "account_id", provider_id)
    return session.get(AutomationSettings, provider_id, populate_existing=True)


def _made(session: Session, provider_id: int) -> AutomationSettings:
    row = AutomationSettings(provider_id=provider_id)
    session.add(row)
    return row


def _kept_or_dropped(session: Session, row: AutomationSettings) -> None:
    """Write the row, or take it away where nothing is set any more."""
    session.flush()
    if row.paused_at is None and not _settings_of(row):
        session.delete(row)
        session.flush()


_REASON_LENGTH = text_limits(AutomationSettings, "pause_reason")["pause_reason"]


def pause_schedule(session: Session, *, provider_id: int, reason: str) -> ChangeSet:
    """Let the scheduled work of a provider rest: reminders, restorations and suspensions. What waits is still sent.

    Whoever pauses it twice keeps the first reason. Raises RefusedField without a reason.
    """
    provider = require_unlimited(session, provider_id, Power.EVENTS_GATEWAYS)
    require_text("reason", "The reason", reason.strip())
    if not reason.strip():
        raise RefusedField("reason", "Say why, so that others know when it may go on.")
    if len(reason.strip()) > _REASON_LENGTH:
        raise RefusedField("reason", f"The reason has {counted(len(reason.strip()), 'character')}; there is room for "
                                     f"{_REASON_LENGTH}.")
    row = _locked(session, provider_id) or _made(session, provider_id)
    if row.paused_at is not None:
        return ChangeSet.empty()
    row.paused_at, row.paused_by, row.pause_reason = recorded_now(session), actor_of(session), reason.strip()
    session.flush()
    done = f"Scheduled work of {provider.name} paused."
    write_audit(session, provider_id=provider_id, about=About(kind=Subject.PROVIDER, id=provider_id),
                action="schedule_paused", detail=done, field="paused", new=reason.strip())
    return ChangeSet.of(Changed.SCHEDULE).with_undo(Undo(
        of=f"pause of {provider.name}", done=done, command=resume_schedule, arguments={"provider_id": provider_id}))


def resume_schedule(session: Session, *, provider_id: int) -> ChangeSet:
    """Let the scheduled work of a provider go on; what was missed is caught up as after any downtime."""
    provider = require_unlimited(session, provider_id, Power.EVENTS_GATEWAYS)
    row = _locked(session, provider_id)
    if row is None or row.paused_at is None:
        return ChangeSet.empty()
    reason = row.pause_reason or ""
    row.paused_at = row.paused_by = row.pause_reason = None
    _kept_or_dropped(session, row)
    done = f"Scheduled work of {provider.name} goes on."
    write_audit(session, provider_id=provider_id, about=About(kind=Subject.PROVIDER, id=provider_id),
                action="schedule_resumed", detail=done, field="paused", old=reason)
    return ChangeSet.of(Changed.SCHEDULE).with_undo(Undo(
        of=f"end of the pause of {provider.name}", done=done, command=pause_schedule,
        arguments={"provider_id": provider_id, "reason": reason}))

