"""What a text of the box means: terms, each with the place it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.services.errors import InputRejected

if TYPE_CHECKING:
    from app.services.customers.query.fields import Field


class MisreadQueryError(InputRejected):
    """A part of the text has no meaning. The message names it and what would be right.

    `text[start:end]` is that part of the text as read; `better` may stand in its place, empty where nothing is near.
    """

    def __init__(self, message: str, *, start: int, end: int, better: str = "") -> None:
        super().__init__(f"{message} Did you mean {better}?" if better else message)
        self.start, self.end, self.better = start, end, better


@dataclass(frozen=True, slots=True)
class Holds:
    """A text to be found."""

    text: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """A stored choice."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """From `low` to `high`, both inside: minor units or days. None leaves a side open."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """From one day to another, both inside. None leaves a side open."""

    low: date | None
    high: date | None


@dataclass(frozen=True, slots=True)
class Missing:
    """`none`: there is nothing of the kind."""


Test = Holds | OneOf | Within | Between | Missing


@dataclass(frozen=True, slots=True)
class Word:
    """Free words: one word, or several in quotation marks."""

    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A field and the values of which one must fit."""

    field: Field
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Part


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Part, ...]


Part = Word | Asked | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One of the parts that must all hold, and where it stands in the text."""

    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """A text that was understood; without terms it asks for everything."""

    text: str
    terms: tuple[Term, ...]

    def source(self, term: Term) -> str:
        """A term as it was typed."""
        return self.text[term.start:term.end]

    def without(self, term: Term) -> str:
        """The text less one term."""
        return " ".join(f"{self.text[:term.start]} {self.text[term.end:]}".split())

    def fields(self) -> frozenset[str]:
        """Names of the fields asked for anywhere."""
        return frozenset(name for term in self.terms for name in _fields_of(term.part))


def _fields_of(part: Part) -> list[str]:
    match part:
        case Asked(field):
            return [field.name]
        case Not(inner):
            return _fields_of(inner)
        case AllOf(parts) | AnyOf(parts):
            return [name for inner in parts for name in _fields_of(inner)]
    return []
