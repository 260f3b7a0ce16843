"""What a command changed, in terms that screens understand, so that each can decide whether it is out of date."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Changed(StrEnum):
    """Kinds of change a screen may care about."""

    ACCOUNTS = "accounts"
    ATTRIBUTES = "attributes"
    LEDGER = "ledger"
    HOLDS = "holds"
    SERVICES = "services"
    RULES = "rules"
    PRINTING = "printing"
    NOTES = "notes"
    PROFILES = "profiles"
    GROUPS = "groups"
    STAFF = "staff"
    MODULES = "modules"
    DATABASE = "database"


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Kinds of change and the accounts they touch; `account_ids` empty with a kind means "any account"."""

    kinds: frozenset[Changed] = field(default_factory=frozenset)
    account_ids: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, *kinds: Changed, accounts: frozenset[int] | set[int] = frozenset()) -> ChangeSet:
        return cls(frozenset(kinds), frozenset(accounts))

    @classmethod
    def empty(cls) -> ChangeSet:
        return cls()

    def __or__(self, other: ChangeSet) -> ChangeSet:
        """Both together: of any account where one of them is."""
        if not self or not other:
            return self or other
        is_any = not self.account_ids or not other.account_ids
        return ChangeSet(self.kinds | other.kinds,
                         frozenset() if is_any else self.account_ids | other.account_ids)

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
