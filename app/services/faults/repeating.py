"""Which units of work are run again from their beginning, how often, and after how long a wait.

A server ends one of two that wait for each other, and a command that looked before it wrote may find that somebody
else wrote in between. Nothing of such a unit of work is saved, and run again it sees what the other did. A commit that
was sent and not answered is never among them: it may have been done.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import time
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError, NoResultFound
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

_log = logging.getLogger(__name__)

_UNDONE = frozenset({"40001", "40P01"})
"""PostgreSQL undid it for the sake of another: it could not be put in order, or two waited for each other."""
_WAITED = "55P03"
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRIMARY = 0xFF  # the low byte of an extended result code

_MOST_REPEATS = 7
_MOST_CLASHES = 2
"""So often what somebody else wrote meanwhile is a reason: the second time it must have been seen beforehand."""
_FIRST_WAIT_S = 0.02
_LONGEST_WAIT_S = 0.5


def is_lock_timeout(error: BaseException | None) -> bool:
    """Whether a server ended a statement because somebody else kept a lock for too long."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _WAITED


@dataclass(slots=True)
class Repeats:
    """How often one unit of work was run again; `patience_s` is for how long locks of others are waited out."""

    patience_s: float
    _count: int = 0
    _clashes: int = 0
    _began: float = field(default_factory=time.monotonic)

    def wait_after(self, error: Exception) -> bool:
        """Wait a short while, never as long as the last time; False where it is not to be run again."""
        if not self._worth_it(error):
            return False
        longest = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** min(self._count, 8))
        self._count += 1
        _log.info("A unit of work is run again (%s): %s", self._count, type(getattr(error, "orig", error)).__name__)
        # Two that met once would otherwise meet again.
        time.sleep(random.uniform(longest / 4, longest))  # noqa: S311  no secret hangs on it
        return True

    def _worth_it(self, error: Exception) -> bool:
        if _was_waiting(error):
            return time.monotonic() - self._began < self.patience_s
        if self._count >= _MOST_REPEATS:
            return False
        if _is_clash(error):
            self._clashes += 1
            return self._clashes <= _MOST_CLASHES
        return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _UNDONE


def _was_waiting(error: Exception) -> bool:
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & _PRIMARY
    return is_lock_timeout(error) or code in _BUSY


def _is_clash(error: Exception) -> bool:
    """Whether a row came, went or changed between the look of a command and its writing.

    An embedded file has one writer at a time, so there nothing can come between.
    """
    if isinstance(error, IntegrityError):
        return getattr(error.orig, "sqlstate", None) is not None
    return isinstance(error, StaleDataError | ObjectDeletedError | NoResultFound) or (
        isinstance(error, InvalidRequestError) and str(error).startswith("Could not refresh instance"))
