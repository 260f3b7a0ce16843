"""The attributes of one account as lines of a table: sections, rows, and which of them a filter leaves.

Followers of a bundle (kind, amount and label of a late fee) show only where their lead is switched on or set here, or
where the filter finds them: most bundles are off, and five more lines each would bury the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from PySide6.QtCore import Qt

from app.models.values import Tier, fold
from app.services.attributes.rows import AttributeRow, ChainRow, RoomState
from app.services.attributes.sheet import AttributeSheet
from app.views.lists.models.column_model import Index
from app.views.lists.models.columns import Column, Kind, SwitchState
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look.formatting import Formatter
from app.views.look.tokens import Ink, TierMark

_NEVER_CHILDREN: Final = Qt.ItemFlag.ItemNeverHasChildren
_OFF: Final = "disable"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeLine:
    """A section's head, or one attribute of it."""

    number: int
    section: str
    row: AttributeRow | None = None
    set_on: date | None = None
    """The business day on which the value was set."""

    @property
    def is_head(self) -> bool:
        return self.row is None


def lines_of(sheet: AttributeSheet, *, text: str = "", only_here: bool = False) -> list[AttributeLine]:
    """Lines to show, in the order of the catalogue; numbers are stable whatever the filter leaves."""
    numbered = list(enumerate(sheet.rows))
    words = fold(text).split()
    leads = {row.key: row for row in sheet.rows}
    kept = [(n, row) for n, row in numbered if _passes(row, leads, words, only_here=only_here)]
    lines: list[AttributeLine] = []
    for section in dict.fromkeys(row.section for _, row in kept):
        first = next(n for n, row in numbered if row.section == section)
        lines.append(AttributeLine(number=-1 - first, section=section))
        lines += [AttributeLine(number=n, section=section, row=row, set_on=sheet.set_on.get(row.key)) for n, row in kept
                  if row.section == section]
    return lines


def _passes(row: AttributeRow, leads: dict[str, AttributeRow], words: Iterable[str], *, only_here: bool) -> bool:
    if only_here and row.own_value is None and not row.set_here:
        return False
    searched = fold(f"{row.label} {row.value_text} {row.owner} {row.section} {row.rating or ''}")
    words = list(words)
    if words:
        return all(word in searched for word in words)
    if not row.is_member or row.own_value is not None:
        return True
    lead = leads.get(row.bundle or "")
    return lead is None or lead.value != _OFF or lead.own_value is not None


class AttributeModel(RowsTableModel[AttributeLine]):
    """Heads of sections are passed over by the keyboard."""

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = self.row_of(index)
        return _NEVER_CHILDREN if line is not None and line.is_head else super().flags(index)

    def next_row(self, row: int, step: int = 1) -> int | None:
        """The nearest attribute at or after a place, in a direction."""
        while 0 <= row < len(self.rows):
            if not self.rows[row].is_head:
                return row
            row += step
        return None

    def is_locked(self, index: Index) -> bool:
        """The attribute may not be set here."""
        line = self.row_of(index)
        return line is not None and line.row is not None and not line.row.may_set

    def row_of_key(self, key: str) -> int | None:
        return next((place for place, line in enumerate(self.rows) if line.row is not None and line.row.key == key),
                    None)


NARROW: Final = {"attribute": 162, "value": 128, "here": 84}
"""Widths beside an open side pane on a small window."""
NARROW_BELOW: Final = 680


def attribute_columns() -> tuple[Column[AttributeLine], ...]:
    return (
        Column(key="attribute", title="Attribute", text=_label, width=240,
               ink=lambda line: Ink.MUTED if line.is_head else Ink.TEXT, is_bold=lambda line: line.is_head,
               tooltip=lambda line, _: line.row.help if line.row is not None else line.section),
        Column(key="value", title="Effective value", text=_value, width=200, is_bold=_is_here, ink=_value_ink,
               tooltip=_value, spoken=_spoken),
        Column(key="source", title="Comes from", kind=Kind.SOURCE, text=_source, width=146, tier=_mark,
               stretches=True,
               ink=lambda _: Ink.MUTED, tooltip=_story),
        Column(key="here", title="Set here", kind=Kind.SWITCH, text=lambda _line, _form: "", width=88,
               switch=_switch, tooltip=_switch_story, spoken=_switch_story,
               help="Sets a value of its own here, or gives it up again"),
    )


# --------------------------------------------------------------------------- cells


def _label(line: AttributeLine, _formatter: Formatter) -> str:
    if line.row is None:
        return line.section
    label = line.row.label
    return f"    {label.partition(': ')[2] or label}" if line.row.is_member else label


def _value(line: AttributeLine, _formatter: Formatter) -> str:
    return line.row.value_text if line.row is not None else ""


def _is_here(line: AttributeLine) -> bool:
    return line.row is not None and line.row.set_here


def _value_ink(line: AttributeLine) -> str:
    return Ink.MUTED if line.row is not None and line.row.value is None else Ink.TEXT


def _source(line: AttributeLine, _formatter: Formatter) -> str:
    if line.row is None:
        return ""
    return f"{line.row.owner}, rating {line.row.rating}" if line.row.rating else line.row.owner


def _mark(line: AttributeLine) -> TierMark | None:
    return None if line.row is None else mark_of(line.row.tier, line.row.rating)


def mark_of(tier: Tier | None, rating: str | None) -> TierMark | None:
    """The mark of a source; a credit rating has its own."""
    if tier is None:
        return None
    return TierMark.RATING if rating else TierMark.of(tier)


def _switch(line: AttributeLine) -> SwitchState | None:
    if line.row is None:
        return None
    if not line.row.may_set:
        return SwitchState.LOCKED
    return SwitchState.ON if line.row.own_value is not None else SwitchState.OFF


def _switch_story(line: AttributeLine, _formatter: Formatter) -> str:
    if line.row is None:
        return ""
    if not line.row.may_set:
        return f"Locked. {line.row.why_not}"
    return "Set here; Space gives it up" if line.row.own_value is not None else "Not set here; Space sets it"


def _spoken(line: AttributeLine, formatter: Formatter) -> str:
    return "" if line.row is None else f"{line.row.value_text}, from {_source(line, formatter)}"


def _story(line: AttributeLine, formatter: Formatter) -> str:
    """"Set on profile Business by R. Haddad, 1 Jun 2025, overrules 10 days of Harbour Telecom"."""
    row = line.row
    if row is None:
        return ""
    if row.tier is None:
        return f"Not set anywhere: {row.none_text}"
    winner = next(room for room in row.chain if room.state is RoomState.WINS)
    text = "Built in" if row.tier is Tier.SYSTEM else f"Set on {_place(winner)}"
    if row.rating:
        text += f" through rating {row.rating}"
    if row.set_by:
        text += f" by {row.set_by}"
    if line.set_on is not None:
        text += f", {formatter.day(line.set_on)}"
    overruled = [room for room in row.chain if room.state is RoomState.OVERRULED]
    if overruled:
        text += ", overrules " + " and ".join(f"{room.value_text} of {_owner(room)}" for room in overruled)
    return text


def _place(room: ChainRow) -> str:
    return f"profile {room.owner}" if room.tier is Tier.PROFILE else room.owner


def _owner(room: ChainRow) -> str:
    return "the system default" if room.tier is Tier.SYSTEM else room.owner
