"""The text of the box as a form: one value for each field, read from the text and written back into it.

What a form cannot show (either-or, opposites, a field asked twice, free words) stays in the text untouched.
"""

from __future__ import annotations

import re
from collections import Counter

from app.services.customers.query.fields import quoted
from app.services.customers.query.terms import AnyOf, Asked, Query, Term


def form_values(query: Query) -> dict[str, str]:
    """Field → what stands after its colon, for the fields that are asked once and must hold."""
    asked = _asked(query)
    return {name: _typed(query, term) for name, term in asked.items()}


def with_value(query: Query, name: str, value: str) -> str:
    """The text that asks for a value of a field instead of what it asked before; an empty value asks for nothing."""
    before = _asked(query).get(name)
    wanted = _written(value)
    if before is not None:
        head, tail = query.text[:before.start].rstrip(), query.text[before.end:].lstrip()
        return " ".join(part for part in (head, f"{name}:{wanted}" if wanted else "", tail) if part)
    return narrowed(query, f"{name}:{wanted}") if wanted else query.text.strip()


def narrowed(query: Query, term: str) -> str:
    """The text with one more term that must hold; what is either-or so far is put in brackets."""
    head = query.text.strip()
    stands_alone = len(query.terms) == 1 and isinstance(query.terms[0].part, AnyOf)
    is_bracketed = head.startswith("(") and head.endswith(")") and "(" not in head[1:]
    return f"({head}) {term}" if stands_alone and not is_bracketed else f"{head} {term}".strip()


def _asked(query: Query) -> dict[str, Term]:
    found = [(term.part.field.name, term) for term in query.terms if isinstance(term.part, Asked)]
    count = Counter(name for name, _ in found)
    return {name: term for name, term in found if count[name] == 1}


def _typed(query: Query, term: Term) -> str:
    """What follows the colon; quotation marks around a single value are the form's own business."""
    value = query.source(term).partition(":")[2]
    inner = value[1:-1] if len(value) > 1 and value.startswith('"') and value.endswith('"') else ""
    return inner if inner and not re.search(r'[",;]', inner) else value


def _written(value: str) -> str:
    typed = value.strip()
    if '"' in typed or not re.search(r"[\s():]", typed):
        return typed
    return ";".join(quoted(piece.strip()) for piece in re.split(r"[;,]", typed) if piece.strip())
