"""What a password must be, and how long the next try waits after wrong ones (ARCHITECTURE.md, "Powers")."""

from __future__ import annotations

from datetime import timedelta

SHORTEST = 8
LONGEST = 200
_FREE_TRIES = 3
_LONGEST_WAIT_S = 15 * 60


def password_refusal(password: str) -> str | None:
    """Why a password will not do, in a sentence; None where it will."""
    if len(password) < SHORTEST:
        return f"A password has {SHORTEST} characters or more; this one has {len(password)}."
    if len(password) > LONGEST:
        return f"A password has at most {LONGEST} characters."
    if not any(c.isalpha() for c in password) or not any(c.isdigit() for c in password):
        return "A password has letters and digits."
    return None


def wait_after(failures: int) -> timedelta:
    """How long nobody may try again after so many wrong passwords in a row: 0, 0, 2 s, 4 s, 8 s … 15 minutes."""
    if failures < _FREE_TRIES:
        return timedelta()
    return timedelta(seconds=min(2 ** min(failures - _FREE_TRIES + 1, 20), _LONGEST_WAIT_S))
