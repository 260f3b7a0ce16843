"""What may become of an account's lifecycle and holds, by whom, and why not (ARCHITECTURE.md, "Status changes").

The lifecycle and each kind of hold are changed one by one; the status shown follows from all of them together
(`account_status`). Holds of different kinds stand side by side: a dispute under way stays on file while the provider
above restricts the account as well. Where one status would replace another, there is nothing to refuse, because the
stronger hold keeps naming the status.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from app.models.values import HoldKind, Lifecycle, StatusReason


class By(Enum):
    """Who changes a status, as seen from the account."""

    ITSELF = "itself"
    """Staff of the very provider or agent whose account it is."""
    AGENT = "agent"
    """Staff of the agent that signed the customer up."""
    ABOVE = "above"
    """Staff of the provider the account belongs to, or of one above that."""
    OPERATOR = "operator"
    SCAN = "scan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An account as these rules see it."""

    name: str
    lifecycle: Lifecycle
    holds: frozenset[HoldKind] = frozenset()
    provider: str = "the provider above"
    """Name of the provider it belongs to."""


_ABOVE = frozenset({By.ABOVE, By.OPERATOR})
_STAFF = _ABOVE | {By.AGENT}

STEPS: dict[tuple[Lifecycle, Lifecycle], bool] = {
    (Lifecycle.PREACTIVE, Lifecycle.ACTIVE): False,
    (Lifecycle.PREACTIVE, Lifecycle.INACTIVE): False,
    (Lifecycle.PREACTIVE, Lifecycle.TERMINATED): True,
    (Lifecycle.ACTIVE, Lifecycle.INACTIVE): False,
    (Lifecycle.ACTIVE, Lifecycle.TERMINATED): True,
    (Lifecycle.INACTIVE, Lifecycle.ACTIVE): False,
    (Lifecycle.INACTIVE, Lifecycle.TERMINATED): True,
}
"""Every allowed step of the lifecycle, and whether it needs a reason."""

PLACED_BY: dict[HoldKind, frozenset[By]] = {
    HoldKind.OVERDUE: frozenset({By.SCAN}),
    HoldKind.MANUAL: _STAFF,
    HoldKind.PARENT_PROVIDER: _ABOVE,
    HoldKind.PARENT_GROUP: frozenset(),
    HoldKind.BILLING_AND_ORDERING: _STAFF,
    HoldKind.SYSTEM: frozenset({By.OPERATOR}),
}
"""Who places a hold of each kind; nobody what comes down from the parent of a group account with its own."""

LIFTED_BY: dict[HoldKind, frozenset[By]] = {**PLACED_BY}
"""Who lifts one. Staff end an overdue hold through *Restore by hand*, which gives services back as well."""

STOPS_LIFECYCLE: dict[HoldKind, dict[Lifecycle, frozenset[By]]] = {
    HoldKind.SYSTEM: {Lifecycle.INACTIVE: frozenset(), Lifecycle.TERMINATED: frozenset({By.OPERATOR})},
    HoldKind.PARENT_PROVIDER: {Lifecycle.INACTIVE: _ABOVE, Lifecycle.TERMINATED: _ABOVE},
}
"""Who may still take these steps while such a hold is open; for all other holds whoever may take them anyway."""

LIFECYCLE_WORDS: dict[Lifecycle, str] = {
    Lifecycle.PREACTIVE: "preactive", Lifecycle.ACTIVE: "active", Lifecycle.INACTIVE: "inactive",
    Lifecycle.TERMINATED: "cancelled",
}

KIND_WORDS: dict[HoldKind, str] = {
    HoldKind.OVERDUE: "an overdue hold",
    HoldKind.MANUAL: "a hold by staff",
    HoldKind.PARENT_PROVIDER: "a restriction by the provider above",
    HoldKind.PARENT_GROUP: "a hold of the group account",
    HoldKind.BILLING_AND_ORDERING: "a billing and ordering hold",
    HoldKind.SYSTEM: "a system hold",
}


def lifecycle_refusal(now: Standing, to: Lifecycle, by: By) -> str | None:
    """Why the lifecycle may not take this step, in a sentence; None where it may. Staying is no step."""
    if by is By.SCAN:
        return "A scan never changes the lifecycle of an account."
    if by is By.ITSELF:
        return _not_oneself(now)
    if (now.lifecycle, to) not in STEPS:
        return _no_step(now, to)
    for kind, steps in STOPS_LIFECYCLE.items():
        if kind in now.holds and to in steps and by not in steps[to]:
            return f"{now.name} has {KIND_WORDS[kind]}. {_only(kind, now, steps[to])}"
    return None


def placing_refusal(now: Standing, kind: HoldKind, by: By) -> str | None:
    """Why a hold of this kind may not be placed, in a sentence; None where it may.

    Of holds by staff several may be open, each with its reason; of every other kind one.
    """
    if by is By.ITSELF:
        return _not_oneself(now)
    if by not in PLACED_BY[kind]:
        return _nobody(kind, now, "placed")
    if now.lifecycle is not Lifecycle.ACTIVE:
        return f"{now.name} is {LIFECYCLE_WORDS[now.lifecycle]}; only an active account can be held."
    if kind in now.holds and kind is not HoldKind.MANUAL:
        return f"{now.name} has {KIND_WORDS[kind]} already."
    return None


def lifting_refusal(now: Standing, kind: HoldKind, by: By) -> str | None:
    """Why holds of this kind may not be lifted, in a sentence; None where they may."""
    if by is By.ITSELF:
        return _not_oneself(now)
    if by not in LIFTED_BY[kind]:
        return _nobody(kind, now, "lifted")
    if kind not in now.holds:
        return f"{now.name} has no such hold: {KIND_WORDS[kind]} is not open."
    if now.lifecycle is Lifecycle.TERMINATED:
        return f"{now.name} is cancelled; its holds stay as they were."
    return None


def needs_reason(to: Lifecycle) -> bool:
    """Whether becoming this needs a reason; placing and lifting a hold always does."""
    return to is Lifecycle.TERMINATED


def reason_text(reason: StatusReason, note: str = "") -> str:
    """A reason as it is stored and shown: "Dispute", or "Dispute: invoice 4711 is doubted"."""
    words = note.strip()
    return f"{reason.value}: {words}" if words else reason.value


def _no_step(now: Standing, to: Lifecycle) -> str:
    if now.lifecycle is Lifecycle.TERMINATED:
        return f"{now.name} is cancelled, and a cancelled account never becomes anything else. Create a new account."
    if now.lifecycle is to:
        return f"{now.name} is {LIFECYCLE_WORDS[to]} already."
    return f"{now.name} is {LIFECYCLE_WORDS[now.lifecycle]}; it cannot become {LIFECYCLE_WORDS[to]} again."


def _not_oneself(now: Standing) -> str:
    return f"{now.name} cannot change its own status. {now.provider} can."


def _nobody(kind: HoldKind, now: Standing, done: str) -> str:
    words = KIND_WORDS[kind]
    match kind:
        case HoldKind.OVERDUE:
            if done == "placed":
                return f"{words.capitalize()} is placed by the scan."
            return f"{words.capitalize()} is lifted by the scan. Staff restore the account by hand."
        case HoldKind.PARENT_GROUP:
            return (f"{words.capitalize()} comes and goes with the account that pays for {now.name}: reactivate that "
                    "account, or take this one out of the group account.")
        case _:
            allowed = PLACED_BY[kind] if done == "placed" else LIFTED_BY[kind]
            return f"{words.capitalize()} is not {done} here. {_only(kind, now, allowed)}"


def _only(kind: HoldKind, now: Standing, allowed: Collection[By]) -> str:
    if not allowed:
        return "It has to be lifted first."
    if kind is HoldKind.SYSTEM:
        return "Only the operator can do that."
    return f"Only {now.provider} can do that."
