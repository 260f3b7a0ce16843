"""What could follow while somebody types: field names, then the values of choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.models.values import fold
from app.services.customers.query.fields import FIELD_OF, FIELDS, NONE, quoted

_FROM: Final = 2
"""Letters of a field's name before it is offered, so that short words are left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One way on: the whole text with it, the part that is offered, and what it means."""

    text: str
    offered: str
    help: str


_MOST_NAMES: Final = 12


def complete(text: str, names: Mapping[str, Sequence[str]] | None = None) -> list[Completion]:
    """Ways on from the end of a text; none where a word is being typed that no field begins with.

    `names` are the names there are for a field of texts: profiles, groups.
    """
    begin = max(text.rfind(" "), text.rfind("(")) + 1
    head, typed = text[:begin], text[begin:]
    name, colon, values = typed.partition(":")
    if not colon:
        fitting = [f for f in FIELDS if len(typed) >= _FROM and f.name.startswith(fold(typed))]
        return [Completion(text=f"{head}{f.name}:", offered=f"{f.name}:", help=f.help) for f in fitting]
    field = FIELD_OF.get(fold(name))
    if field is None or '"' in values:
        return []
    place = max(values.rfind(","), values.rfind(";")) + 1
    started = fold(values[place:])
    offered = [(choice.words[0].lower(), "") for choice in field.choices]
    fitting_names = [name for name in (names or {}).get(field.name, ()) if _begins(name, started)]
    offered += [(name, "") for name in fitting_names[:_MOST_NAMES]]
    if field.none_means:
        offered.append((NONE, f"{field.none_means}"))
    before = f"{head}{name}:{values[:place]}"
    return [Completion(text=before + quoted(word), offered=word, help=means) for word, means in offered
            if (fold(word).startswith(started) or word in fitting_names) and fold(word) != started]


def _begins(name: str, started: str) -> bool:
    """The name or one of its words begins like that."""
    return f" {fold(name)}".find(f" {started}") >= 0
