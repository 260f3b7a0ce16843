"""What a command changed, in terms that screens understand, and how it is taken back.

Only the command knows what stood there before: its answer carries the way back as data, made in the transaction that
wrote (ARCHITECTURE.md, "Taking back"). Whoever keeps it gives the named command again, which asks for power and
compares with what it was told was seen, like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Changed(StrEnum):
    """Kinds of change a screen may care about."""

    ACCOUNTS = "accounts"
    ATTRIBUTES = "attributes"
    LEDGER = "ledger"
    PERIODS = "periods"
    """Accounting periods: what days the ledger takes postings on."""
    HOLDS = "holds"
    SERVICES = "services"
    REQUESTS = "requests"
    RULES = "rules"
    PRINTING = "printing"
    NOTES = "notes"
    PROFILES = "profiles"
    GROUPS = "groups"
    GROUP_ACCOUNTS = "group_accounts"
    """Who pays for whom."""
    STAFF = "staff"
    MODULES = "modules"
    EVENTS = "events"
    """Mappings and templates."""
    OUTBOX = "outbox"
    SCHEDULE = "schedule"
    """Schedule, brake, gateways, and how far scheduled work is."""
    CURRENCIES = "currencies"
    """Currencies of providers and their rates."""
    CREDIT = "credit"
    """Override rules, classifications and KYC profiles."""
    DATABASE = "database"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How much of a change of many can still be taken back."""

    can: int
    kept: int
    """They stay as they are: somebody changed them since, or they cannot go back."""
    names: tuple[str, ...] = ()
    """Of the kept ones; where they are many, of the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """How one change is taken back: by which command, given what."""

    of: str
    """What is taken back, behind a verb: "trading terms of Business", "move of 1,204 accounts"."""
    done: str
    """What was done, a sentence with its count: "1,204 accounts moved to Residential."."""
    command: Callable[..., Any]
    """A command; or a job of its own units of work, where it `runs_long`."""
    arguments: Mapping[str, Any]
    verb: str = "Take {count} back"
    """Of the button, where only some can go back."""
    back: str = "taken back"
    """What can be done with those: "1,201 can be moved back"."""
    stay: str = "changed since"
    """Why the others stay: "3 changed since: Lim, Okafor and Petrou"."""
    outlook: Callable[..., Outlook] | None = None
    """The query that says how many still can, given `asks`; None where it is one thing, which the command judges."""
    asks: Mapping[str, Any] = field(default_factory=dict)
    extent: Callable[..., str] | None = None
    """The query that says how far it reaches, a sentence, given `tells`; it is asked after the change."""
    tells: Mapping[str, Any] = field(default_factory=dict)
    runs_long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """Kinds of change and the accounts they touch; `account_ids` empty with a kind means "any account"."""

    kinds: frozenset[Changed] = field(default_factory=frozenset)
    account_ids: frozenset[int] = field(default_factory=frozenset)
    undo: Undo | None = field(default=None, compare=False)
    """The way back, where there is one. Two changes put together have none: it would be half of one."""

    @classmethod
    def of(cls, *kinds: Changed, accounts: frozenset[int] | set[int] = frozenset()) -> ChangeSet:
        return cls(kinds=frozenset(kinds), account_ids=frozenset(accounts))

    @classmethod
    def empty(cls) -> ChangeSet:
        return cls()

    def with_undo(self, undo: Undo | None) -> ChangeSet:
        """The same changes with their way back, where there is one; nothing changed needs none."""
        return replace(self, undo=undo) if self else self

    def __or__(self, other: ChangeSet) -> ChangeSet:
        """Both together: of any account where one of them is."""
        if not self or not other:
            return self or other
        is_any = not self.account_ids or not other.account_ids
        return ChangeSet(kinds=self.kinds | other.kinds,
                         account_ids=frozenset() if is_any else self.account_ids | other.account_ids)

    def __bool__(self) -> bool:
        return bool(self.kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """Answer of a command that made something: what it is called by from now on, and what changed by it."""

    id: int
    changes: ChangeSet


def changes_of(result: object) -> ChangeSet:
    """The change set that a result is or carries; empty when it says nothing."""
    changes = result if isinstance(result, ChangeSet) else getattr(result, "changes", None)
    return changes if isinstance(changes, ChangeSet) else ChangeSet.empty()
