"""The preconditions of each action of an account, one by one, as a list to look at before and to judge by.

Every precondition says in words whether it is met; what is worth knowing and stops nothing is a warning. The same list
is shown before a button works and asked again under the lock (ARCHITECTURE.md, "Account actions").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.models.rules.account_actions import STATE_WORDS, Operation, is_permitted, operation_refusal
from app.models.rules.account_status import STATUS_OF_HOLD, derive_status
from app.models.rules.status_changes import (
    KIND_WORDS,
    By,
    Standing,
    lifecycle_refusal,
    lifting_refusal,
    placing_refusal,
)
from app.models.values import AccountAction, AccountStatus, HoldKind, Lifecycle, grouped_amount

NAMED_AT_MOST: Final = 3
REACHES_MEMBERS: Final[Mapping[AccountAction, str]] = {
    AccountAction.SUSPEND: "suspended", AccountAction.REACTIVATE: "reactivated",
    AccountAction.TERMINATE: "terminated"}
"""Actions that are done to the members of a group account as well, and what then becomes of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One precondition of an action."""

    code: str
    words: str
    """A sentence: what holds, or what is in the way and what would be right."""
    passed: bool = True
    """Whether it lets the action through; a warning does."""
    is_warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """What is still going on in an account: all that has to have ended before it does."""

    services: tuple[str, ...] = ()
    """Name and identifier of each that has not ended."""
    drafts: tuple[str, ...] = ()
    """Each as it can be found."""
    requests: tuple[str, ...] = ()
    """Number and subject of each open service request."""
    below: int = 0
    """Accounts below it that are not cancelled."""
    members: tuple[str, ...] = ()
    """Each member of its group account that cannot be cancelled with it, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFacts:
    """An account as the actions see it."""

    now: Standing
    by: By
    status: AccountStatus
    currency: str
    is_system: bool = False
    """A system account, or the operator's own: neither has a status that anybody changes."""
    missing: Mapping[AccountAction, str] = field(default_factory=dict)
    """The power or the group that an action lacks, in a sentence; an action that may be taken is not there."""
    unfinished: Unfinished = Unfinished()
    members: int = 0
    """Accounts that it pays for and that are not cancelled: they go along."""
    balance_minor: int = 0
    unsettled_minor: int = 0
    """Of posted debits, due or not."""
    disputes: int = 0
    """Unsettled invoices that are in dispute."""
    has_plan: bool = False
    """A payment plan is in progress."""
    written_off_on: date | None = None


def checks_of(action: AccountAction, facts: ActionFacts) -> tuple[Check, ...]:
    """Every precondition of an action, in the order in which they are shown."""
    return (_check("not_system", f"{facts.now.name} is no system account.", _system(facts)),
            *_CHECKS[action](facts),
            *_members(action, facts),
            _check("authority", "Whoever works here may do it.",
                   facts.missing.get(action) or _by_rule(action, facts)))


def refusals_of(checks: Iterable[Check]) -> tuple[str, ...]:
    """What stands in the way, sentence by sentence."""
    return tuple(check.words for check in checks if not check.passed)


def status_after(action: AccountAction, facts: ActionFacts) -> AccountStatus:
    """The status that the account shows once an action is done."""
    match action:
        case AccountAction.SUSPEND:
            return derive_status(facts.now.lifecycle, facts.now.holds | {HoldKind.MANUAL})
        case AccountAction.REACTIVATE:
            return derive_status(facts.now.lifecycle, facts.now.holds - {HoldKind.MANUAL})
        case AccountAction.TERMINATE:
            return AccountStatus.CANCELLED
        case _:
            return facts.status


def named(things: Sequence[str]) -> str:
    """The first few of some things and how many more there are: "a, b and c", "a, b, c and 4 more"."""
    rest = len(things) - NAMED_AT_MOST
    if rest > 0:
        return f"{', '.join(things[:NAMED_AT_MOST])} and {rest:,} more"
    return ", ".join(things[:-1]) + (" and " if len(things) > 1 else "") + things[-1]


# --------------------------------------------------------------------------- action by action


def _suspending(facts: ActionFacts) -> list[Check]:
    refusal = operation_refusal(Operation.SUSPEND, name=facts.now.name, status=facts.status)
    if facts.now.holds and facts.now.lifecycle is Lifecycle.ACTIVE:
        refusal = f"{facts.now.name} has {KIND_WORDS[_strongest(facts.now.holds)]} already."
    return [_check("active", f"{facts.now.name} is active.", refusal)]


def _reactivating(facts: ActionFacts) -> list[Check]:
    refusal = operation_refusal(Operation.REACTIVATE, name=facts.now.name, status=facts.status)
    others = facts.now.holds - {HoldKind.MANUAL}
    return [
        _check("suspended", f"{facts.now.name} is {STATE_WORDS[facts.status]}.", refusal),
        _check("no_other_hold", "No hold stands that others have to lift.",
               "" if refusal else " ".join(_lifted_by(facts, kind) for kind, _ in STATUS_OF_HOLD if kind in others)),
    ]


def _terminating(facts: ActionFacts) -> list[Check]:
    name, todo = facts.now.name, facts.unfinished
    refusal = operation_refusal(Operation.TERMINATE, name=name, status=facts.status)
    found = [
        _check("not_terminated", f"{name} is {STATE_WORDS[facts.status]}.", refusal),
        _check("no_drafts", "No draft waits to be posted or rejected.", drafts_words(todo)),
        _check("services_ended", "No service goes on.", services_words(todo)),
        _check("requests_closed", "No service request is open.", requests_words(todo)),
        _check("nobody_below", "No account stands below it.", below_words(todo)),
    ]
    if facts.members:
        found.append(_check("members_free", "No member of its group account is in the way.", members_words(todo)))
    if not refusal:
        found.append(_balance(facts))
    return found


def _writing_off(facts: ActionFacts) -> list[Check]:
    unsettled = _money(facts.unsettled_minor, facts.currency)
    disputes = f"{facts.disputes:,} dispute ends" if facts.disputes == 1 else f"{facts.disputes:,} disputes end"
    return [
        _check("not_terminated", f"{facts.now.name} is {STATE_WORDS[facts.status]}.",
               operation_refusal(Operation.WRITE_OFF, name=facts.now.name, status=facts.status)),
        _check("unsettled_debt", f"{unsettled} of what it owes is not settled.",
               "" if facts.unsettled_minor > 0 else "Every posted debit is settled; there is no debt to write off."),
        _check("no_payment_plan", "No payment plan is in progress.",
               "A payment plan is in progress. Cancel the plan first." if facts.has_plan else ""),
        Check(code="disputes", words=f"{disputes} with it." if facts.disputes else "Nothing of it is in dispute.",
              is_warning=bool(facts.disputes)),
    ]


def _clearing(facts: ActionFacts) -> list[Check]:
    return [
        _check("not_terminated", f"{facts.now.name} is {STATE_WORDS[facts.status]}.",
               operation_refusal(Operation.CLEAR_WRITE_OFF, name=facts.now.name, status=facts.status)),
        _check("written_off", f"{facts.now.name} carries the mark of a write-off.",
               f"{facts.now.name} is not written off; there is no mark to clear." if facts.written_off_on is None
               else ""),
    ]


_CHECKS: Final[Mapping[AccountAction, Callable[[ActionFacts], list[Check]]]] = {
    AccountAction.SUSPEND: _suspending, AccountAction.REACTIVATE: _reactivating,
    AccountAction.TERMINATE: _terminating, AccountAction.WRITE_OFF: _writing_off,
    AccountAction.CLEAR_WRITE_OFF: _clearing,
}


# --------------------------------------------------------------------------- what is in the way, in words


def services_words(todo: Unfinished) -> str:
    """Which services have not ended; empty where all have. So for the other kinds of unfinished business."""
    return _counted(todo.services, "service has not ended", "services have not ended")


def drafts_words(todo: Unfinished) -> str:
    return _counted(todo.drafts, "draft has to be posted or rejected", "drafts have to be posted or rejected")


def requests_words(todo: Unfinished) -> str:
    return _counted(todo.requests, "service request is open", "service requests are open")


def below_words(todo: Unfinished) -> str:
    if not todo.below:
        return ""
    return (f"{todo.below:,} account below it is not cancelled." if todo.below == 1 else
            f"{todo.below:,} accounts below it are not cancelled.")


def members_words(todo: Unfinished) -> str:
    return _counted(todo.members, "member of its group account is in the way", "members of its group account are in "
                    "the way")


def members_follow(count: int, done: str) -> str:
    """How many members of a group account go along with their parent: "2 members … are suspended with it"."""
    who = "member of its group account is" if count == 1 else "members of its group account are"
    return f"{count:,} {who} {done} with it"


def _counted(things: Sequence[str], one: str, many: str) -> str:
    if not things:
        return ""
    return f"{len(things):,} {one if len(things) == 1 else many} ({named(things)})."


def _check(code: str, met: str, refusal: str | None) -> Check:
    return Check(code=code, words=refusal or met, passed=not refusal)


def _system(facts: ActionFacts) -> str:
    if not facts.is_system:
        return ""
    return f"{facts.now.name} is a system account; those are never suspended, terminated or written off."


def _members(action: AccountAction, facts: ActionFacts) -> tuple[Check, ...]:
    """What an action does to the members of a group account, which is worth knowing before."""
    done = REACHES_MEMBERS.get(action)
    if done is None or not facts.members or not is_permitted(Operation(action.value), facts.status):
        return ()
    own = "" if action is not AccountAction.REACTIVATE else ", but for what holds them besides"
    return (Check(code="members", words=f"{members_follow(facts.members, done)}{own}.", is_warning=True),)


def _by_rule(action: AccountAction, facts: ActionFacts) -> str:
    """Why who works here may not, by the rules of holds and steps; the state of the account is another precondition."""
    if facts.is_system or not is_permitted(Operation(action.value), facts.status):
        return ""
    match action:
        case AccountAction.SUSPEND:
            return placing_refusal(facts.now, HoldKind.MANUAL, facts.by) or ""
        case AccountAction.REACTIVATE:
            is_manual = HoldKind.MANUAL in facts.now.holds
            return (lifting_refusal(facts.now, HoldKind.MANUAL, facts.by) or "") if is_manual else ""
        case AccountAction.TERMINATE:
            return lifecycle_refusal(facts.now, Lifecycle.TERMINATED, facts.by) or ""
        case _:
            return ""


def _balance(facts: ActionFacts) -> Check:
    amount = _money(abs(facts.balance_minor), facts.currency)
    if not facts.balance_minor:
        return Check(code="balance", words=f"Its balance is {amount}.")
    words = (f"It owes {amount}; that stays owed." if facts.balance_minor > 0 else
             f"It has {amount} to its credit; a refund comes first.")
    return Check(code="balance", words=words, is_warning=True)


def _lifted_by(facts: ActionFacts, kind: HoldKind) -> str:
    who = {
        HoldKind.OVERDUE: "The scan lifts it, or staff restore the account by hand.",
        HoldKind.PARENT_PROVIDER: f"{facts.now.provider} lifts it.",
        HoldKind.PARENT_GROUP: "It goes when the parent of its group account is reactivated.",
        HoldKind.BILLING_AND_ORDERING: "Staff lift it among the holds of the account.",
        HoldKind.SYSTEM: "The operator lifts it.",
    }[kind]
    return f"{facts.now.name} has {KIND_WORDS[kind]}. {who}"


def _strongest(holds: Iterable[HoldKind]) -> HoldKind:
    return next(kind for kind, _ in STATUS_OF_HOLD if kind in set(holds))


def _money(minor: int, currency: str) -> str:
    return f"{grouped_amount(minor, currency)} {currency}"


def is_offered(action: AccountAction, facts: ActionFacts) -> bool:
    """Whether a menu names an action at all in this state; what is in the way of it stands in its list."""
    if action is AccountAction.CLEAR_WRITE_OFF:
        return facts.written_off_on is not None
    return not facts.is_system and is_permitted(Operation(action.value), facts.status)
