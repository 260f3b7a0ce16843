"""Reads the text of a list's box into terms that must all hold.

    words        code, name, service or invoice, as always; several in "quotation marks" stand together
    field:value  see `fields`; a;b or a,b either; 100..500, >0, <=10; dates 2025-06, today, <-30; none
    not X        the opposite of what follows       X or Y    either, weaker than standing side by side
    ( … )        belongs together

Whatever is typed, the answer is a query or a `MisreadQueryError`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.models.values import fold, storable
from app.services.customers.query.fields import FIELD_OF, FIELDS
from app.services.customers.query.terms import AllOf, AnyOf, Asked, MisreadQueryError, Not, Part, Query, Term, Word
from app.services.customers.query.values import Context, read_values

MOST_PARTS: Final = 40
"""More parts than anybody types; a database takes only so many conditions."""
_DEEPEST: Final = 8
_FIELD: Final = re.compile(r"([^\W\d_]+):", re.UNICODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.text.casefold()


def parse_query(text: str, *, currency: str, today: date) -> Query:
    """The terms of a text; figures are in `currency`, relative dates count from `today`. Raises MisreadQueryError."""
    cleaned = storable(text)
    return _Parser(cleaned, Context(currency, today)).query()


def _tokens(text: str) -> Iterator[_Token]:
    """Words, and brackets where they can group: a closing one without an opening one is part of its word."""
    place, depth = 0, 0
    while place < len(text):
        if text[place].isspace():
            place += 1
        elif text[place] == "(" or (text[place] == ")" and depth):
            depth += 1 if text[place] == "(" else -1
            yield _Token(text=text[place], start=place, end=place + 1)
            place += 1
        else:
            end = _end_of_word(text, place, in_brackets=depth > 0)
            yield _Token(text=text[place:end], start=place, end=end)
            place = end


def _end_of_word(text: str, start: int, *, in_brackets: bool) -> int:
    place = start
    while place < len(text) and not text[place].isspace() and not (in_brackets and text[place] == ")"):
        if text[place] == '"' and (place == start or text[place - 1] in ":,;<>="):
            closing = text.find('"', place + 1)
            if closing < 0:
                raise MisreadQueryError("A quotation mark is not closed. Write another one at the end of the text it "
                                        "belongs to.", start=place, end=len(text))
            place = closing
        place += 1
    return place


class _Parser:
    """Walks along the tokens once."""

    def __init__(self, text: str, context: Context) -> None:
        self._text = text
        self._context = context
        self._tokens = list(_tokens(text))
        self._at = 0
        self._parts = 0

    def query(self) -> Query:
        terms = self._side_by_side(0)
        if self._peek() is None:
            return Query(self._text, tuple(terms))
        # An `or` at the top makes one term of everything.
        self._at, self._parts = 0, 0
        return Query(self._text, (Term(part=self._either(0), start=0, end=len(self._text)),))

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _either(self, depth: int) -> Part:
        """Groups of terms with `or` between them."""
        groups: list[Part] = []
        while True:
            terms = self._side_by_side(depth)
            token = self._peek()
            is_or = token is not None and token.word == "or"
            if not terms and (is_or or groups):
                raise self._wrong('"or" needs something on both sides, for instance status:suspended or overdue:>0.',
                                  token or self._tokens[self._at - 1])
            groups.append(AllOf(tuple(term.part for term in terms)))
            if not is_or:
                return groups[0] if len(groups) == 1 else AnyOf(tuple(groups))
            self._at += 1

    def _side_by_side(self, depth: int) -> list[Term]:
        terms: list[Term] = []
        while (token := self._peek()) is not None and token.word not in {"or", ")"}:
            part = self._one(depth)
            if part is not None:
                terms.append(Term(part=part, start=token.start, end=self._tokens[self._at - 1].end))
        if depth == 0 and token is not None and token.text == ")":
            raise self._wrong("A bracket closes that was never opened.", token)
        return terms

    def _one(self, depth: int) -> Part | None:
        """The part at hand; None for a word of nothing but marks, which asks for nothing."""
        token = self._tokens[self._at]
        self._at += 1
        self._parts += 1
        if self._parts > MOST_PARTS or depth > _DEEPEST:
            raise self._wrong(f"This asks for too much at once; {MOST_PARTS} parts are the most.", token)
        if token.word == "not":
            return self._negated(token, depth)
        if token.text == "(":
            return self._bracket(token, depth)
        found = _FIELD.match(token.text)
        if found is not None:
            return self._asked(token, found[1])
        text = token.text.replace('"', "").strip() if token.text.startswith('"') else token.text
        return Word(text) if fold(text) else None

    def _negated(self, token: _Token, depth: int) -> Part | None:
        following = self._peek()
        if following is None or following.word in {"or", ")"}:
            raise self._wrong('"not" needs something after it, for instance not status:active.', token)
        part = self._one(depth + 1)
        return None if part is None else Not(part)

    def _bracket(self, token: _Token, depth: int) -> Part:
        inner = self._either(depth + 1)
        if self._peek() is None:
            raise self._wrong("A bracket is not closed. Write ) where it ends.", token)
        self._at += 1
        return inner

    def _asked(self, token: _Token, name: str) -> Asked:
        field = FIELD_OF.get(fold(name))
        typed, start = token.text[len(name) + 1:], token.start + len(name) + 1
        if field is None:
            near = difflib.get_close_matches(fold(name), FIELD_OF, n=1, cutoff=0.6)
            better = f"{near[0]}:{typed or FIELD_OF[near[0]].example}" if near else ""
            words = [f'There is no field "{name}".',
                     *([] if better else [f"Fields are {', '.join(f.name for f in FIELDS)}."]),
                     "In quotation marks it is searched as a word."]
            raise MisreadQueryError(" ".join(words), start=token.start, end=token.end, better=better)
        if not typed:
            raise self._wrong(f"After {field.name}: a value is needed, for instance {field.name}:{field.example}.",
                              token)
        return Asked(field, read_values(field, typed, start, self._context))

    @staticmethod
    def _wrong(message: str, token: _Token) -> MisreadQueryError:
        return MisreadQueryError(message, start=token.start, end=token.end)
