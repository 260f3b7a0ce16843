"""What became of one try to hand something to another machine, in the four answers that matter.

It has it; it will never take it; it did not take it now; or nobody can tell whether it has it. The last is never tried
again by itself, because the same mail twice is worse than one that somebody looks after.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from enum import StrEnum

from app.services.files.texts import harmless

_LONGEST_DETAIL = 300
_LONGEST_ID = 200
_DEEPEST_CAUSE = 8


class Verdict(StrEnum):
    """Whether the other side has it."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The verdict on one try, with what the other side said."""

    verdict: Verdict
    detail: str = ""
    """One sentence: what was answered, or what went wrong."""
    remote_id: str = ""
    """What the other side calls it."""
    retry_after_s: float | None = None
    """How long the other side asks us to wait; None where it said nothing."""
    of_gateway: bool = False
    """Whether it concerns the whole gateway: nothing else would get through now either."""


def sent(detail: str = "", *, remote_id: str = "") -> Outcome:
    """The other side has it."""
    return Outcome(verdict=Verdict.SENT, detail=said(detail), remote_id=_one_line(remote_id)[:_LONGEST_ID])


def refused(detail: str) -> Outcome:
    """The other side will never take this one."""
    return Outcome(verdict=Verdict.REFUSED, detail=said(detail))


def later(detail: str, *, retry_after_s: float | None = None, of_gateway: bool = False) -> Outcome:
    """The other side did not take it, and may take it another time."""
    return Outcome(verdict=Verdict.LATER, detail=said(detail), retry_after_s=retry_after_s, of_gateway=of_gateway)


def unknown(detail: str) -> Outcome:
    """The other side may have it or not."""
    return Outcome(verdict=Verdict.UNKNOWN, detail=said(detail))


def said(text: str, *, secret: str = "") -> str:
    """What another machine said, in one harmless line of bounded length, without our secret should it repeat it."""
    line = _one_line(text.replace(secret, "…") if secret else text)
    return line if len(line) <= _LONGEST_DETAIL else f"{line[:_LONGEST_DETAIL - 1]}…"


def why_out_of_reach(error: BaseException, *, secret: str = "") -> str:
    """Why a connection did not come about, as the end of a sentence without its full stop."""
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None and len(causes) < _DEEPEST_CAUSE:
        causes.append(cause)
    if any(isinstance(each, socket.gaierror) for each in causes):
        return "there is no server of this name"
    if any(isinstance(each, ConnectionRefusedError) for each in causes):
        return "nobody listens there"
    return said(str(error) or type(error).__name__, secret=secret)


def _one_line(text: str) -> str:
    return harmless(" ".join(text.encode("utf-8", "replace").decode().split()))
