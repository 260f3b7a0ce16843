"""What has to be done so that an account shows a status that somebody names: bulk changes name the status they want.

*Suspended* places a hold by staff, *Active* lifts holds by staff alone and is refused where another hold is open
(ARCHITECTURE.md, "Status changes"). A change after which the account would show another status all the same is
refused, naming the hold that keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.models.rules.account_status import STATUS_OF_HOLD, derive_status
from app.models.rules.status_changes import (
    KIND_WORDS,
    By,
    Standing,
    lifecycle_refusal,
    lifting_refusal,
    placing_refusal,
)
from app.models.values import STATUS_TARGETS, AccountStatus, HoldKind, Lifecycle, StatusReason

_LIFECYCLE_OF = {AccountStatus.ACTIVE: Lifecycle.ACTIVE, AccountStatus.INACTIVE: Lifecycle.INACTIVE,
                 AccountStatus.CANCELLED: Lifecycle.TERMINATED}
_HOLD_OF = {AccountStatus.RESTRICTED_BY_PARENT: HoldKind.PARENT_PROVIDER, AccountStatus.SUSPENDED: HoldKind.MANUAL,
            AccountStatus.SUSPENDED_BILLING_AND_ORDERING: HoldKind.BILLING_AND_ORDERING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do to one account; nothing at all where it shows the status for that very cause already."""

    lifecycle: Lifecycle | None = None
    place: HoldKind | None = None
    lifts_manual: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Plan()


def plan_for(now: Standing, target: AccountStatus, by: By) -> Plan | str:
    """What makes an account show a status, or why nothing may, in a sentence."""
    if target in _HOLD_OF:
        return _holding(now, target, _HOLD_OF[target], by)
    if target is AccountStatus.ACTIVE:
        return _activating(now, by)
    lifecycle = _LIFECYCLE_OF[target]
    if now.lifecycle is lifecycle and by is not By.ITSELF:
        return Plan()
    return lifecycle_refusal(now, lifecycle, by) or Plan(lifecycle=lifecycle)


def plan_back(now: Standing, done: Plan, before: Lifecycle, by: By) -> Plan | str:
    """What takes a plan back that was carried out, or why nothing may; `before` is the lifecycle from before it.

    Only what `leads_back` can be taken back.
    """
    refusal = lifting_refusal(now, done.place, by) if done.place is not None else None
    refusal = refusal or (placing_refusal(now, HoldKind.MANUAL, by) if done.lifts_manual else None)
    refusal = refusal or (lifecycle_refusal(now, before, by) if done.lifecycle is not None else None)
    return refusal or Plan(lifecycle=before if done.lifecycle is not None else None,
                           place=HoldKind.MANUAL if done.lifts_manual else None,
                           lifts_manual=done.place is HoldKind.MANUAL)


def leads_back(done: Plan, before: Lifecycle) -> bool:
    """Whether a plan can be taken back: nothing becomes preactive again, and a cancelled account nothing else."""
    steps = done.lifecycle is None or {done.lifecycle, before} <= {Lifecycle.ACTIVE, Lifecycle.INACTIVE}
    return not done.is_empty and steps and done.place in {None, HoldKind.MANUAL}


def _holding(now: Standing, target: AccountStatus, kind: HoldKind, by: By) -> Plan | str:
    is_there = now.lifecycle is Lifecycle.ACTIVE and kind in now.holds and by is not By.ITSELF
    refusal = None if is_there else placing_refusal(now, kind, by)
    return refusal or _kept_by(now, now.holds | {kind}, target) or (Plan() if is_there else Plan(place=kind))


def _activating(now: Standing, by: By) -> Plan | str:
    steps = now.lifecycle is not Lifecycle.ACTIVE or by is By.ITSELF
    lifts = HoldKind.MANUAL in now.holds
    refusal = lifecycle_refusal(now, Lifecycle.ACTIVE, by) if steps else None
    others = now.holds - {HoldKind.MANUAL}
    refusal = refusal or _kept_by(now, others, AccountStatus.ACTIVE)
    refusal = refusal or (lifting_refusal(now, HoldKind.MANUAL, by) if lifts else None)
    return refusal or Plan(lifecycle=Lifecycle.ACTIVE if steps else None, lifts_manual=lifts)


def _kept_by(now: Standing, holds: frozenset[HoldKind], target: AccountStatus) -> str | None:
    """The hold that would keep another status, in words; None where the account would show the one asked for."""
    if derive_status(Lifecycle.ACTIVE, holds) is target:
        return None
    kind = next(kind for kind, _ in STATUS_OF_HOLD if kind in holds)
    way = _WAYS.get(kind, " It has to be lifted first.")
    return f"{now.name} has {KIND_WORDS[kind]}, so it would not become {STATUS_TARGETS[target]}.{way}"


_WAYS = {HoldKind.OVERDUE: " Restore it by hand.",
         HoldKind.PARENT_GROUP: " It goes with that of the account that pays for it."}


def status_named(text: str) -> AccountStatus | str:
    """The status that a name means, whatever its case and dashes; or what would be right."""
    wanted = _plain(text)
    for status, name in STATUS_TARGETS.items():
        if _plain(name) == wanted:
            return status
    names = ", ".join(STATUS_TARGETS.values())
    if wanted in {"preactive", "system suspended"}:
        return f'"{text}" cannot be chosen. Write one of: {names}.'
    return f"Write one of: {names}."


def reason_named(text: str) -> StatusReason | str:
    """The reason that a name means, whatever its case and dashes; or what would be right."""
    wanted = _plain(text)
    found = next((reason for reason in StatusReason if _plain(reason.value) == wanted), None)
    return found or f"Write one of: {', '.join(reason.value for reason in StatusReason)}."


def reason_given(text: str) -> StatusReason | str:
    """The reason that its code or its name means ("credit_check", "Credit check"); else the words as they are."""
    wanted = _plain(text.replace("_", " "))
    for reason in StatusReason:
        if wanted in (_plain(reason.value), reason.name.replace("_", " ").casefold()):
            return reason
    return text.strip()


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2013", "-").replace("\u2014", "-").replace("-", " ").casefold().split())
