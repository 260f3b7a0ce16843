"""The language of message templates: texts with gaps that are filled from a list of names.

The whole of it (ARCHITECTURE.md, "Templates"): `%%name%%` stands for a value, `%%if name%% … %%else%% … %%end%%` keeps
a part only where the value is there (and no figure of nought), `%%%%` stands for `%%` itself. There are no expressions,
calls, loops or includes, and a value is never read for names again, so a template can do no more than choose and copy.
Reading and filling take time in proportion to the text; both sizes are capped. All that is wrong is found at once, with
line and column and what would be right.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum, StrEnum, auto
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

MAX_SOURCE = 200_000
"""Most characters of a template."""
MAX_RESULT = 500_000
"""Most characters of what is made of one."""
MAX_DEPTH = 16
"""Most conditions within each other."""
MAX_PROBLEMS = 100
"""Most faults that are told of one text; whoever has more sees the first ones."""

_NAME = "[A-Za-z][A-Za-z0-9_.]{0,63}"
# Every repetition is bounded, so that no text can make the search slow.
_MARK = re.compile(rf"%%(?:[ \u00a0]{{0,4}}(?P<cond>if[ \u00a0]{{1,4}})?(?P<name>{_NAME})[ \u00a0]{{0,4}})?%%")
_ELSE, _END = "else", "end"
_KEYWORDS = ("if", _ELSE, _END)
# Controls, marks that turn the direction of writing, and what is no character; ends of lines and tabs are none of them.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


class Fault(StrEnum):
    """What is wrong with a template."""

    UNKNOWN_NAME = "unknown_name"
    UNFINISHED = "unfinished"
    """`%%` that neither begins nor ends a name."""
    WITHOUT_BEGINNING = "without_beginning"
    """`else` or `end` without an `if`, or a second `else`."""
    WITHOUT_END = "without_end"
    TOO_DEEP = "too_deep"
    TOO_LONG = "too_long"
    UNFIT_CHARACTER = "unfit_character"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateProblem:
    """One fault of a template and where it stands; lines and columns count from 1, `start` and `end` from 0."""

    fault: Fault
    line: int
    column: int
    start: int
    end: int
    words: str
    """A sentence or two that say what is wrong and what would be right, without the place."""
    suggestion: str = ""
    """The known name that was most likely meant; empty where none is near."""

    @property
    def placed_words(self) -> str:
        """The words with their place: "Line 8, column 3: There is no variable …"."""
        return f"Line {self.line}, column {self.column}: {self.words}"


class TemplateRefused(ValueError):
    """A template has faults, so nothing is made of it."""

    def __init__(self, problems: Iterable[TemplateProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.placed_words for problem in self.problems[:3]))


class ResultTooLong(ValueError):
    """Filled with these values, a template grows beyond its limit."""


class Mark(NamedTuple):
    """One `%%…%%` of a text, as it is shown while it is written; `start` and `end` count from 0."""

    start: int
    end: int
    name: str
    """The variable; empty for `%%else%%`, `%%end%%` and `%%%%`."""
    words: str
    """What stands between the signs: "invoiceId", "if invoiceId", "else"."""


class Value(NamedTuple):
    """What a name stands for."""

    text: str
    holds: bool
    """What `%%if name%%` asks: something is there, and it is no figure of nought."""

    @classmethod
    def of(cls, text: str) -> Value:
        """A text, which holds where it is not empty."""
        return cls(text, bool(text))


class _Kind(Enum):
    TEXT = auto()
    VALUE = auto()
    UNLESS = auto()
    """Go on at `target` where the value of the name does not hold."""
    JUMP = auto()


class _Step(NamedTuple):
    """One step of a read template. Targets lie ahead alone, so that filling always comes to its end."""

    kind: _Kind
    text: str
    """The text to copy, or the name."""
    target: int = 0
    start: int = 0
    end: int = 0


class _Read(NamedTuple):
    steps: tuple[_Step, ...]
    problems: tuple[TemplateProblem, ...]
    names: frozenset[str]
    asked: frozenset[str]
    """The names in conditions."""

    @classmethod
    def of(cls, steps: Sequence[_Step], problems: Sequence[TemplateProblem]) -> _Read:
        return cls(tuple(steps), tuple(problems),
                   frozenset(step.text for step in steps if step.kind in (_Kind.VALUE, _Kind.UNLESS)),
                   frozenset(step.text for step in steps if step.kind is _Kind.UNLESS))


def check(text: str, allowed: Collection[str]) -> tuple[TemplateProblem, ...]:
    """All faults of a template in the order of their places, at most `MAX_PROBLEMS`; none means it may be stored."""
    read = _read(text)
    unknown = _unknown_names(text, read.steps, frozenset(allowed))
    return tuple(sorted([*read.problems, *unknown], key=lambda problem: problem.start)[:MAX_PROBLEMS])


def marks_in(text: str) -> tuple[Mark, ...]:
    """Every complete `%%…%%` of a text in its order, whether its name is known or not."""
    return tuple(Mark(found.start(), found.end(), "" if found["name"] in _KEYWORDS else found["name"] or "",
                      found.group()[2:-2].strip(" \u00a0")) for found in _MARK.finditer(text))


def names_in(text: str) -> frozenset[str]:
    """The names a template mentions, known or not."""
    return _read(text).names


def names_asked_for(text: str) -> frozenset[str]:
    """The names that a template asks about in a condition, so that it minds whether they are there."""
    return _read(text).asked


def render(
    text: str, values: Mapping[str, Value], escape: Callable[[str], str] = str, limit: int = MAX_RESULT
) -> str:
    """The template filled with values, each passed through `escape`, which knows what the channel must not be told.

    Raises TemplateRefused where `check` would find a fault, ResultTooLong beyond `limit` characters.
    """
    steps, problems, names, _ = _read(text)
    if problems or not names <= values.keys():
        raise TemplateRefused(check(text, values.keys()))
    parts: list[str] = []
    size = position = 0
    while position < len(steps):
        step = steps[position]
        position += 1
        if step.kind is _Kind.JUMP:
            position = step.target
        elif step.kind is _Kind.UNLESS:
            position = position if values[step.text].holds else step.target
        else:
            part = step.text if step.kind is _Kind.TEXT else escape(values[step.text].text)
            size += len(part)
            if size > limit:
                raise ResultTooLong(f"The message is longer than {limit:,} characters.")
            parts.append(part)
    return "".join(parts)


class _Places:
    """Lines and columns of offsets into a text."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def problem(self, fault: Fault, start: int, end: int, words: str, suggestion: str = "") -> TemplateProblem:
        line = bisect_right(self._starts, start)
        return TemplateProblem(fault=fault, line=line, column=start - self._starts[line - 1] + 1, start=start, end=end,
                               words=words, suggestion=suggestion)


def _unknown_names(text: str, steps: Iterable[_Step], allowed: frozenset[str]) -> list[TemplateProblem]:
    places = _Places(text)
    near: dict[str, str] = {}
    unknown = (step for step in steps if step.kind in (_Kind.VALUE, _Kind.UNLESS) and step.text not in allowed)
    found = []
    for step in islice(unknown, MAX_PROBLEMS):
        if step.text not in near:
            near[step.text] = nearest_name(step.text, [*allowed, _ELSE, _END])
        suggestion = near[step.text]
        use = f"Use %%{suggestion}%%." if suggestion else "Choose one of the variables of this event."
        found.append(places.problem(Fault.UNKNOWN_NAME, step.start, step.end,
                                    f"There is no variable %%{step.text}%%. {use}", suggestion))
    return found


def nearest_name(name: str, known: Collection[str]) -> str:
    """The known name that was most likely meant: the same in other letters or nearly so; empty where none is near."""
    plain = {_plain(one): one for one in sorted(known)}
    wanted = _plain(name)
    if wanted in plain:
        return plain[wanted]
    close = get_close_matches(wanted, plain, n=1, cutoff=0.6)
    return plain[close[0]] if close else ""


def _plain(name: str) -> str:
    return re.sub(r"[_.]", "", name).casefold()


@lru_cache(maxsize=64)
def _read(text: str) -> _Read:
    """Take a template apart; every fault but unknown names is found here, whatever the names are."""
    if len(text) > MAX_SOURCE:
        words = f"A template has at most {MAX_SOURCE:,} characters; this one has {len(text):,}. Shorten it."
        return _Read.of((), (_Places("").problem(Fault.TOO_LONG, 0, len(text), words),))
    return _Reader(text).read()


@dataclass(slots=True)
class _Open:
    """A condition that was not ended yet."""

    mark: re.Match[str]
    waiting: int
    """The step whose target is not known yet: that of the condition, then that of its `else`."""
    has_else: bool = False


class _Reader:
    """Reads one template from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places = _Places(text)
        self._steps: list[_Step] = []
        self._open: list[_Open] = []
        self._problems: list[TemplateProblem] = []

    def read(self) -> _Read:
        position = 0
        for mark in _MARK.finditer(self._text):
            self._copy(position, mark.start())
            self._take(mark)
            position = mark.end()
        self._copy(position, len(self._text))
        for each in self._open:
            self._fault(Fault.WITHOUT_END, each.mark.span(), "This condition has no end. Write %%end%% after it.")
        for found in _UNFIT.finditer(self._text):
            self._fault(Fault.UNFIT_CHARACTER, found.span(),
                        f"The character U+{ord(found.group()):04X} cannot be sent. Remove it.")
        return _Read.of(self._steps, self._problems)

    def _fault(self, fault: Fault, span: tuple[int, int], words: str) -> None:
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(self._places.problem(fault, *span, words))

    def _copy(self, start: int, end: int) -> None:
        """Copy the text between two marks as it stands."""
        if start == end:
            return
        text = self._text[start:end]
        self._steps.append(_Step(_Kind.TEXT, text))
        for stray in re.finditer("%%", text):
            self._fault(Fault.UNFINISHED, (start + stray.start(), start + stray.end()),
                        "Here %% begins no variable. Write %%name%% without anything else between, or %%%% for %%.")

    def _take(self, mark: re.Match[str]) -> None:
        name = mark["name"]
        if name is None:
            self._steps.append(_Step(_Kind.TEXT, "%%"))
        elif mark["cond"]:
            self._begin(mark)
        elif name == _ELSE:
            self._turn(mark)
        elif name == _END:
            self._finish(mark)
        elif name in _KEYWORDS:
            self._fault(Fault.UNFINISHED, mark.span(), "The condition names no variable. Write for instance "
                                                       "%%if name%%.")
        else:
            self._steps.append(_Step(_Kind.VALUE, name, 0, *mark.span()))

    def _begin(self, mark: re.Match[str]) -> None:
        if len(self._open) == MAX_DEPTH:
            self._fault(Fault.TOO_DEEP, mark.span(), f"More than {MAX_DEPTH} conditions stand within each other. "
                                                     "End some before this one.")
        self._open.append(_Open(mark, len(self._steps)))
        self._steps.append(_Step(_Kind.UNLESS, mark["name"], 0, *mark.span()))

    def _turn(self, mark: re.Match[str]) -> None:
        if not self._open or self._open[-1].has_else:
            words = ("This condition has an %%else%% already. Remove one." if self._open else
                     "Here no condition has begun. Write %%if name%% before it.")
            self._fault(Fault.WITHOUT_BEGINNING, mark.span(), words)
            return
        condition = self._open[-1]
        waiting, condition.waiting, condition.has_else = condition.waiting, len(self._steps), True
        self._steps.append(_Step(_Kind.JUMP, ""))
        self._arrive(waiting)

    def _finish(self, mark: re.Match[str]) -> None:
        if self._open:
            self._arrive(self._open.pop().waiting)
        else:
            self._fault(Fault.WITHOUT_BEGINNING, mark.span(),
                        "Here no condition has begun. Write %%if name%% before it, or remove it.")

    def _arrive(self, waiting: int) -> None:
        """Let a step that waited go on at the end of what was read so far."""
        self._steps[waiting] = self._steps[waiting]._replace(target=len(self._steps))
