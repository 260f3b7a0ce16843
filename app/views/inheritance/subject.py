"""What a diagram is about: the answer of the resolver for one account, and which attribute is in front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.services.attributes.rows import AttributeRow, ChainRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One attribute of one account."""

    account_id: int
    account_name: str
    as_provider: bool
    """What the account passes on as a provider, and not what holds for itself."""
    row: AttributeRow
    set_on: date | None
    """The business day on which the winning value was set."""

    @property
    def title(self) -> str:
        return f"{self.row.label} of {self.account_name}"

    @property
    def effective_title(self) -> str:
        return f"Passed on by {self.account_name}" if self.as_provider else f"Effective for {self.account_name}"

    def is_own(self, room: ChainRow) -> bool:
        """The room is that of the account whose page it is."""
        return (room.set_tier, room.set_id) == (self.row.here_tier, self.row.here_id)


def row_in(row: AttributeRow, room: ChainRow) -> AttributeRow:
    """The attribute as it is set in one of its rooms: for fields, questions and commands that set it there.

    Only for rooms that have an owner.
    """
    if room.set_tier is None or room.set_id is None:
        raise ValueError("the system default has no owner, so nothing is set there")
    return replace(row, here_tier=room.set_tier, here_id=room.set_id, own_value=room.own_value, seen=room.seen,
                   here_currency=room.currency or row.here_currency, may_set=room.may_set, why_not=room.why_not)


def whole_text(rows: Sequence[AttributeRow]) -> str:
    """All chains in words, an attribute a line."""
    return "\n".join(row.story for row in rows)
