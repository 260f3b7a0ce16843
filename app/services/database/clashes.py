"""What is said where another writer took a key or a row between the look of a command and its writing.

Commands look before they write and refuse in words of their own. Whoever comes second by a moment is run again and
sees what the first one did; what is left over after that meets a constraint, and this is the one table of what its
name means to people.
"""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from app.services.errors import RefusedByRule

_NOTHING = "Nothing of this step was saved."
SENTENCES: dict[str, str] = {}
"""Name of a constraint → what happened and what would be right."""

_GONE = f"Somebody deleted what this step needs just now. {_NOTHING} Look again."


def refusal_of(error: Exception) -> RefusedByRule | None:
    """The refusal for what somebody else did meanwhile; None where it is no such thing."""
    if isinstance(error, StaleDataError | ObjectDeletedError):
        return RefusedByRule(_GONE)
    if not isinstance(error, IntegrityError):
        return None
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    sentence = SENTENCES.get(name)
    return None if sentence is None else RefusedByRule(f"{sentence} {_NOTHING}")
