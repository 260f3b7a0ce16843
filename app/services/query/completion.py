"""What could follow while somebody types: field names, then the values of choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.models.values import fold
from app.services.query.fields import FIELD_OF, FIELDS, NONE, quoted

_FROM: Final = 2
"""Letters of a field's name before it is offered, so that short words are left alone."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One way on: the whole text with it, the part that is offered, and what it means."""

    text: str
    offered: str
    help: str


def complete(text: str) -> list[Completion]:
    """Ways on from the end of a text; none where a word is being typed that no field begins with."""
    begin = max(text.rfind(" "), text.rfind("(")) + 1
    head, typed = text[:begin], text[begin:]
    name, colon, values = typed.partition(":")
    if not colon:
        fitting = [f for f in FIELDS if len(typed) >= _FROM and f.name.startswith(fold(typed))]
        return [Completion(f"{head}{f.name}:", f"{f.name}:", f.help) for f in fitting]
    field = FIELD_OF.get(fold(name))
    if field is None or '"' in values:
        return []
    place = max(values.rfind(","), values.rfind(";")) + 1
    started = fold(values[place:])
    offered = [(choice.words[0].lower(), "") for choice in field.choices]
    if field.none_means:
        offered.append((NONE, f"{field.none_means}"))
    before = f"{head}{name}:{values[:place]}"
    return [Completion(before + quoted(word), word, means) for word, means in offered
            if fold(word).startswith(started) and fold(word) != started]
