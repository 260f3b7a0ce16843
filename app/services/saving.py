"""Saving what somebody else may have saved meanwhile: nobody's work is lost unseen (ARCHITECTURE.md, "Saves").

Every command that changes something shown takes `seen`: what the form, the field or the plan had read, field by field.
It locks what it changes, reads what is stored now, and asks `wanted_changes`. A field that only one of the two changed
goes through, and so does one that both changed to the same; one that they changed differently is refused by
`SavedMeanwhile`, which says per field what stood there before, what stands there now, who set it and when. To keep
one's own all the same, the command is given again with what stands there now as `seen`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.services.errors import RefusedByRule
from app.services.wording import day_text, listed

V = TypeVar("V")
Values = Mapping[str, str]
"""Fields of a form by name, as text; empty where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Who changed a field last, and when."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One field that two people changed, as stored values and in words."""

    field: str
    label: str
    """The field as screens name it."""
    before: Any
    """What was seen; None where nothing was set."""
    theirs: Any
    """What is stored now."""
    yours: Any
    before_text: str
    theirs_text: str
    yours_text: str
    trace: Trace | None
    """Who set what is stored now; None where that was not written down."""


class SavedMeanwhile(RefusedByRule):
    """Somebody else saved the same fields first; nothing was written.

    `conflicts` names each of them, so that a form can offer a way on; times are said in `zone`.
    """

    def __init__(self, conflicts: Sequence[Conflict], *, zone: str) -> None:
        super().__init__(" ".join(_sentences(conflicts, zone, "while you were editing")))
        self.conflicts = tuple(conflicts)
        self.zone = zone

    def said_since(self) -> str:
        """Who changed what and when, to somebody who wants to take back what they did before."""
        return " ".join(_sentences(self.conflicts, self.zone, "since then"))

    @property
    def theirs(self) -> dict[str, Any]:
        """What is stored now by field: what was seen by somebody who has read the refusal."""
        return {conflict.field: conflict.theirs for conflict in self.conflicts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How a refusal speaks of what is saved."""

    zone: str
    """The time zone its times are said in: the provider's."""
    label: Callable[[str], str]
    """A field as screens name it."""
    text: Callable[[str, Any], str]
    """A value of a field in words; "" where nothing is set."""
    traces: Callable[[Collection[str]], Mapping[str, Trace]]
    """Who changed these fields last, as far as it was written down."""


def wanted_changes(
    *, seen: Mapping[str, V], now: Mapping[str, V], wanted: Mapping[str, V], speech: Callable[[], Speech],
    is_explicit: bool = False,
) -> dict[str, V]:
    """What is to be written of what somebody wants, having seen one state while another is stored now.

    A field that is missing in one of the three is not set there. What reads as it was seen was not changed by this
    person and is left out; with `is_explicit` each field was named one by one and is meant even so, as by "set 14"
    where 14 was shown. `speech` is asked only for a refusal. Raises SavedMeanwhile naming every field that somebody
    else changed to something else.
    """
    meant = {field: value for field, value in wanted.items() if is_explicit or not same(value, seen.get(field))}
    lost = [field for field, value in meant.items()
            if not same(now.get(field), seen.get(field)) and not same(now.get(field), value)]
    if lost:
        words = speech()
        traces = words.traces(lost)
        raise SavedMeanwhile([_conflict(field, (seen, now, wanted), words, traces.get(field)) for field in lost],
                             zone=words.zone)
    return {field: value for field, value in meant.items() if not same(value, now.get(field))}


def same(one: object, other: object) -> bool:
    """Whether two stored values are the same; 1 and True are not, though they are equal."""
    return type(one) is type(other) and one == other


def _conflict(
    field: str, states: tuple[Mapping[str, Any], ...], speech: Speech, trace: Trace | None
) -> Conflict:
    before, theirs, yours = (state.get(field) for state in states)
    return Conflict(
        field=field, label=speech.label(field), before=before, theirs=theirs, yours=yours,
        before_text=speech.text(field, before), theirs_text=speech.text(field, theirs),
        yours_text=speech.text(field, yours), trace=trace)


def _sentences(conflicts: Sequence[Conflict], zone: str, when: str) -> list[str]:
    """One for everybody who changed something, in the order of the fields; whoever it was is said as far as known."""
    found = []
    for trace in dict.fromkeys(conflict.trace for conflict in conflicts):
        what = _what([conflict for conflict in conflicts if conflict.trace == trace])
        found.append(f"Somebody {what}, {when}." if trace is None else
                     f"{trace.who} {what} {moment_text(trace.at, zone)}, {when}.")
    return found


def _what(conflicts: Sequence[Conflict]) -> str:
    """"changed Name to "Omega" and cleared Phone": what one person did, behind who it was."""
    changed = listed([f'{c.label} to "{c.theirs_text}"' for c in conflicts if c.theirs_text])
    cleared = listed([c.label for c in conflicts if not c.theirs_text])
    return " and ".join([*([f"changed {changed}"] if changed else []), *([f"cleared {cleared}"] if cleared else [])])


def moment_text(at: datetime, zone: str) -> str:
    """An instant in words that end a sentence: "on 1 Jun 2025 at 10:02"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"on {day_text(local.date())} at {local:%H:%M}"
