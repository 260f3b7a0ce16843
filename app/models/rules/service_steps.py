"""Which state a service may be given by hand, from which (ARCHITECTURE.md, "Services by hand").

What automation restricts it gives back itself; by hand such a service can only be stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.models.values import ServiceState

_S = ServiceState
STEPS: Final[Mapping[ServiceState, tuple[ServiceState, ...]]] = {
    _S.PREACTIVE: (_S.ACTIVE, _S.DEACTIVATED, _S.CANCELLED),
    _S.ACTIVE: (_S.SUSPENDED, _S.DEACTIVATED, _S.CANCELLED),
    _S.SUSPENDED: (_S.ACTIVE, _S.DEACTIVATED, _S.CANCELLED),
    _S.RESTRICTED: (_S.DEACTIVATED, _S.CANCELLED),
    _S.DEACTIVATED: (_S.ACTIVE, _S.CANCELLED),
    _S.CANCELLED: (),
}
"""What follows each state. A deactivated service can be taken up again, a cancelled one never."""
ENDS: Final = frozenset({_S.DEACTIVATED, _S.CANCELLED})
STATE_WORDS: Final[Mapping[ServiceState, str]] = {
    _S.PREACTIVE: "preactive", _S.ACTIVE: "active", _S.RESTRICTED: "restricted by automation",
    _S.SUSPENDED: "suspended", _S.DEACTIVATED: "deactivated", _S.CANCELLED: "cancelled"}
"""A state behind "is"."""


def step_refusal(name: str, now: ServiceState, to: ServiceState) -> str:
    """Why a service may not be given a state, in a sentence; empty where it may."""
    if to in STEPS[now]:
        return ""
    if now is to:
        return f"{name} is {STATE_WORDS[to]} already."
    if now is _S.CANCELLED:
        return f"{name} is cancelled, and a cancelled service is never taken up again. Add another one."
    if now is _S.RESTRICTED:
        return (f"{name} is restricted by automation, which gives it back when the hold of its account is lifted. "
                "Until then it can only be stopped.")
    return f"{name} is {STATE_WORDS[now]}; it cannot become {STATE_WORDS[to]}."
