"""Two set-ups of one provider side by side: what a file would create and change, and what it does not mention.

A part that is not there yet is one change without a key, however much it says; of one that is there every value that
differs is a change of its own. What a file leaves out is not taken away: it is listed apart and stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.models.values import AccountType
from app.services.hierarchy.operator import DEFAULT_PROFILE_NAME
from app.services.setup.document import (
    NAMED_BY,
    OF_PROVIDER,
    Kind,
    Part,
    SetUp,
    SetUpValue,
    holds_anyway,
    keys_of,
)
from app.services.setup.reading import is_blank
from app.services.setup.values import json_of_value


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpChange:
    """One stored value that becomes another, or a thing that is created."""

    kind: str
    name: str
    key: str | None
    """None: the thing itself is new."""
    old: SetUpValue | None = None
    """None: it is not set."""
    new: SetUpValue | None = None
    accounts: int = 0
    """End users whose effective value becomes another."""

    def as_json(self) -> dict[str, Any]:
        """The entry of a JSON document."""
        return {"kind": self.kind, "name": self.name, "key": self.key, "old": json_of_value(self.old),
                "new": json_of_value(self.new), "accounts": self.accounts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmentioned:
    """Something that is set and that a file says nothing of; a thing with all it says has no key."""

    kind: str
    name: str
    key: str | None
    value: SetUpValue | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry of a JSON document."""
        return {"kind": self.kind, "name": self.name, "key": self.key, "value": json_of_value(self.value)}


def first_profile_of(wanted: SetUp) -> str:
    """The name of the profile that a new provider begins with: the one marked as default, else the usual one."""
    marked = (part.name for part in wanted.all_of(Kind.PROFILE) if part.values.get("default") is True)
    return next(marked, DEFAULT_PROFILE_NAME)


def changes_for_new(wanted: SetUp) -> Iterator[SetUpChange]:
    """What creating a provider from a file makes: itself, and each of its things."""
    yield SetUpChange(kind=Kind.PROVIDER.value, name=wanted.code, key=None)
    if wanted.part(Kind.PROFILE, first_profile_of(wanted)) is None:
        yield SetUpChange(kind=Kind.PROFILE.value, name=first_profile_of(wanted), key=None)
    for part in wanted.parts:
        if part.kind not in OF_PROVIDER:
            yield SetUpChange(kind=part.kind.value, name=part.name, key=None)


def changes_between(now: SetUp, wanted: SetUp) -> Iterator[SetUpChange]:
    """What a file would change of what is there, in the order of the file."""
    for part in wanted.parts:
        there = now.part(part.kind, part.name)
        if there is None and part.kind not in OF_PROVIDER:
            yield SetUpChange(kind=part.kind.value, name=part.name, key=None)
            continue
        yield from _values_changed(part, {} if there is None else dict(there.values))


def _values_changed(part: Part, now: dict[str, SetUpValue]) -> Iterator[SetUpChange]:
    keys = keys_of(part.kind)
    for name, new in part.values.items():
        old = now.get(name)
        if old is None and holds_anyway(part.values, name):
            continue
        if not _same(old, new) and not (old is None and is_blank(keys[name], new)):
            yield SetUpChange(kind=part.kind.value, name=part.name, key=name, old=old, new=new)


def _same(old: SetUpValue | None, new: SetUpValue) -> bool:
    """Whether two values are one; 1 and true are not, though they are equal."""
    return type(old) is type(new) and old == new


def unmentioned_in(now: SetUp, wanted: SetUp) -> Iterator[Unmentioned]:
    """What is there and the file says nothing of, in the order of an export."""
    for part in now.parts:
        said = wanted.part(part.kind, part.name)
        if said is None and part.kind not in OF_PROVIDER:
            yield Unmentioned(kind=part.kind.value, name=part.name, key=None)
            continue
        for key, value in part.values.items():
            if key not in ({} if said is None else said.values) and key != NAMED_BY.get(part.kind, "event"):
                yield Unmentioned(kind=part.kind.value, name=part.name, key=key, value=value)


def is_operator(set_up: SetUp) -> bool:
    """Whether this is the set-up of the root of the hierarchy."""
    part = set_up.part(Kind.PROVIDER, set_up.code)
    return part is not None and part.values.get("type") == AccountType.OPERATOR.value
