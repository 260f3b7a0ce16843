"""What can go wrong in business terms, sorted by what the operator can do about it.

`RefusedByRule` and `InputRejected` are answers, not faults: the message says what would be right. `DatabaseProblem`
is the environment's fault and says what to do. Everything else is ours and is shown with *Copy details*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class BursarError(Exception):
    """Base of every error whose text is meant for the operator."""


class RefusedByRule(BursarError):
    """A rule of the business says no; the message names the rule and what would be right. Exit code 2."""


class RefusedField(RefusedByRule):
    """A rule refuses one field of a form; `field` names it, so that the words can stand beside it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotAllowed(RefusedByRule):
    """The person has not the power, or the account only for looking; the message names what would be needed."""


class NotSignedIn(RefusedByRule):
    """The database knows its staff, and nobody signed in; or the login or password is wrong."""


class NotFound(RefusedByRule):
    """The code, number or name is not in this database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """One refused cell of an input file. `row` counts data rows from 1, the header not included."""

    row: int
    field: str
    value: str
    message: str


class InputRejected(BursarError):
    """A file or a value given by the operator is wrong; nothing of it was taken. Exit code 1."""

    def __init__(self, message: str, rows: Sequence[RowError] = ()) -> None:
        super().__init__(message)
        self.rows = tuple(rows)


class DatabaseProblem(BursarError):
    """The database cannot be used as it is; the message says what to do. Exit code 3.

    `state` is how its schema stands to this version where that is the trouble ("missing", "empty", "older" …), or
    "damaged", so that the window can offer the remedy; empty otherwise.
    """

    def __init__(self, message: str, *, state: str = "") -> None:
        super().__init__(message)
        self.state = state


class ConnectionLost(DatabaseProblem):
    """The server does not answer, or the connection broke; it may come back by itself.

    `details` are for whoever looks after the server: its address without a password, and what the driver said.
    """

    def __init__(self, message: str, *, details: str = "") -> None:
        super().__init__(message)
        self.details = details


class LeaseHeld(BursarError):
    """Somebody else scans this provider now; the message names them. Exit code 4."""


class Cancelled(BursarError):
    """The operator stopped the job; what was committed before stays."""
