"""What an editor of templates is told while somebody writes: variables, faults, versions beside each other.

Nothing here asks the database: it is the very check that saving makes, on texts in hand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.models.events.library import EVENT_TYPE_AT, suite_mappings
from app.models.rules.message_template import check, marks_in
from app.models.rules.sms_segments import count_segments
from app.models.values import EventAction
from app.services.events.html import losses
from app.services.events.mappings import mapping_name
from app.services.events.templates import EMPTY, FIELDS_OF, LABELS, content_problems

_WITH_VARIABLES = ("subject", "html", "text", "sender", "recipients", "cc", "bcc")


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableRow:
    """A name that templates of an event may use."""

    name: str
    help: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMark:
    """A variable or a word of a condition within a text; `start` and `end` count from 0."""

    start: int
    end: int
    words: str
    """What stands between the signs: "invoiceId", "if invoiceId", "else"."""
    is_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """What keeps a template from being saved: in which field, and where in it."""

    field: str
    words: str
    """What is wrong and what would be right, with the place: "HTML, line 8, column 3: There is no variable …"."""
    start: int = 0
    end: int = 0
    """Both from 0; the same where it is the field as a whole."""
    name: str = ""
    """The mark that is wrong, without its signs; empty where it is something else."""
    suggestion: str = ""
    """The name that was most likely meant; empty where none is near."""

    @property
    def mended(self) -> str:
        """The mark with the name that was most likely meant, without its signs."""
        return f"if {self.suggestion}" if self.name.startswith("if ") else self.suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsParts:
    """What a short message takes."""

    units: int
    capacity: int
    """Places of that many parts."""
    parts: int
    encoding: str
    dear: str
    """The letter that makes it dear, with its name and place; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLine:
    """A line of two versions beside each other."""

    field: str
    sign: str
    """"-" stands in the older alone, "+" in the newer alone, " " in both."""
    text: str


def variables_of(event: str) -> tuple[VariableRow, ...]:
    """The variables of an event, by its key, in the order in which they are offered."""
    return tuple(VariableRow(name=each.name, help=each.help, example=each.example)
                 for each in EVENT_TYPE_AT[event].variables)


def can_attach(event: str) -> bool:
    """Whether messages of an event may carry the invoice."""
    return EVENT_TYPE_AT[event].can_attach


def marks_of(text: str, *, event: str) -> tuple[TextMark, ...]:
    """The marks of a text, and whether each is known to the event."""
    known = {variable.name for variable in EVENT_TYPE_AT[event].variables}
    return tuple(TextMark(start=mark.start, end=mark.end, words=mark.words,
                          is_known=not mark.name or mark.name in known) for mark in marks_in(text))


def faults_of(content: Mapping[str, str], *, event: str, action: EventAction) -> tuple[FieldFault, ...]:
    """All that keeps a template from being saved, in the order of its fields and of their places."""
    kind = EVENT_TYPE_AT[event]
    allowed = [variable.name for variable in kind.variables]
    found = []
    for field in FIELDS_OF[action]:
        text = content.get(field, EMPTY[field])
        if field in _WITH_VARIABLES:
            found += [FieldFault(field=field, start=each.start, end=each.end, suggestion=each.suggestion,
                                 name=text[each.start:each.end].strip("% \u00a0"),
                                 words=f"{LABELS[field]}, {_lowered(each.placed_words)}")
                      for each in check(text, allowed)]
        found += [FieldFault(field=field, words=str(each))
                  for each in content_problems(kind, action, {field: text}) if each.line is None]
    return tuple(found)


def losses_of(content: Mapping[str, str]) -> tuple[str, ...]:
    """What of the HTML will not be sent, in sentences."""
    return losses(content.get("html", ""))


def sms_parts(text: str) -> SmsParts:
    """Count what a text takes as a short message."""
    found = count_segments(text)
    return SmsParts(units=found.units, capacity=found.capacity, parts=found.segments, encoding=found.encoding.value,
                    dear=found.dear.words if found.dear is not None else "")


def lacking_events(there: Collection[tuple[str, int]]) -> tuple[str, ...]:
    """Names of the mappings that *Provision standard events* would make beside those there: (event, period)."""
    singles = {event for event, _ in there if EVENT_TYPE_AT[event].one_a_profile}
    return tuple(mapping_name(EVENT_TYPE_AT[event], period) for event, period in suite_mappings()
                 if (event, period) not in there and event not in singles)


def compared(older: Mapping[str, str], newer: Mapping[str, str]) -> tuple[ComparedLine, ...]:
    """Two versions line by line: the fields that differ, with all their lines."""
    found: list[ComparedLine] = []
    for field, label in LABELS.items():
        if older[field] != newer[field]:
            found += [ComparedLine(field=label, sign=sign, text=text)
                      for sign, text in _differences(_lines(older[field]), _lines(newer[field]))]
    return tuple(found)


def _differences(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found += [(" ", text) for text in old[i1:i2]]
        else:
            found += [("-", text) for text in old[i1:i2]] + [("+", text) for text in new[j1:j2]]
    return found


def _lines(text: str) -> list[str]:
    """Lines as a person reads them; HTML has one for each paragraph, row and item."""
    for end in ("</p>", "</h1>", "</h2>", "</h3>", "</li>", "</tr>", "<br>"):
        text = text.replace(end, f"{end}\n")
    return [line for line in text.replace("\n\n", "\n").split("\n") if line]


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]
