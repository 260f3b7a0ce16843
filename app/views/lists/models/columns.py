"""What a column shows and how: one description per column, read by the model, the header and the delegates.

A `Column` turns a row into a `Cell`. Its hooks decide nothing a service has not decided already; they say which role a
value is written in, which badge or chip stands for it, and what a screen reader says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from app.views.look.formatting import NIL, Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Ink, TierMark, Tone

R = TypeVar("R")


class Kind(Enum):
    """How a column is painted; each kind has its delegate."""

    TEXT = "text"
    FIGURE = "figure"
    """Right-aligned number or amount; nil is a faint en dash."""
    STATUS = "status"
    """Dot with a word, or a filled badge where attention is due."""
    SOURCE = "source"
    """Source chip, a link to the owner."""
    SWITCH = "switch"
    """*Set here*, turned in place."""
    TICK = "tick"
    """A box to take the row along or leave it out."""
    GAUGE = "gauge"
    """How much of a limit is used: a bar with a mark at the limit, and the share in words."""


class SwitchState(Enum):
    """State of a switch cell. A locked one shows a lock, and its tooltip says who may set it."""

    ON = "on"
    OFF = "off"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """All that is painted in one cell."""

    text: str = ""
    ink: str = Ink.TEXT
    is_bold: bool = False
    is_italic: bool = False
    is_struck: bool = False
    is_link: bool = False
    icon: Icon | None = None
    icon_ink: str = Ink.MUTED
    tone: Tone | None = None
    """Fills a badge; None is the quiet form."""
    dot: str | None = None
    """Role of the dot before a quiet status."""
    tier: TierMark | None = None
    switch: SwitchState | None = None
    share: float | None = None
    """Of a gauge: how much of the limit is used, 1 at the limit."""
    is_placeholder: bool = False


EMPTY: Cell = Cell()
WAITING: Cell = Cell(is_placeholder=True)


def _never(_row: object) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[R]):
    """One column of a table of rows of type R."""

    key: str
    """Stable name: settings and exports refer to it."""
    title: str
    text: Callable[[R, Formatter], str]
    """What stands in the cell; "" of a figure is nil."""
    kind: Kind = Kind.TEXT
    width: int = 120
    """Width in px at 100 % text size."""
    stretches: bool = False
    """Takes the room that is left; one column of a table should."""
    sort_key: str | None = None
    """How the page source names this order; None where the column cannot be sorted."""
    sort_value: Callable[[R], object] | None = None
    help: str = ""
    """Tooltip of the heading."""
    is_second_rank: bool = False
    """Written `muted`."""
    ink: Callable[[R], str] | None = None
    is_bold: Callable[[R], bool] = _never
    is_link: Callable[[R], bool] = _never
    icon: Callable[[R], Icon | None] | None = None
    icon_ink: Callable[[R], str] | None = None
    tone: Callable[[R], Tone | None] | None = None
    dot: Callable[[R], str | None] | None = None
    tier: Callable[[R], TierMark | None] | None = None
    switch: Callable[[R], SwitchState | None] | None = None
    share: Callable[[R], float | None] | None = None
    tooltip: Callable[[R, Formatter], str] | None = None
    spoken: Callable[[R, Formatter], str] | None = None
    """For screen readers: value and its source or state; the text where None."""
    copied: Callable[[R, Formatter], str] | None = None
    """For the clipboard and exports; the text where None."""

    @property
    def is_right(self) -> bool:
        return self.kind is Kind.FIGURE

    def cell(self, row: R, formatter: Formatter) -> Cell:
        """All of one cell, from the row and the hooks."""
        text = self.text(row, formatter)
        if self.kind is Kind.FIGURE and not text:
            return Cell(text=NIL, ink=Ink.FAINT)
        ink = self.ink(row) if self.ink is not None else Ink.MUTED if self.is_second_rank else Ink.TEXT
        is_link = self.is_link(row)
        return Cell(
            text=text,
            ink=Ink.LINK if is_link and self.ink is None else ink,
            is_bold=self.is_bold(row),
            is_link=is_link,
            icon=self.icon(row) if self.icon is not None else None,
            icon_ink=self.icon_ink(row) if self.icon_ink is not None else Ink.MUTED,
            tone=self.tone(row) if self.tone is not None else None,
            dot=self.dot(row) if self.dot is not None else None,
            tier=self.tier(row) if self.tier is not None else None,
            switch=self.switch(row) if self.switch is not None else None,
            share=self.share(row) if self.share is not None else None,
        )

    def spoken_text(self, row: R, formatter: Formatter) -> str:
        return self.spoken(row, formatter) if self.spoken is not None else self.text(row, formatter)

    def copied_text(self, row: R, formatter: Formatter) -> str:
        return self.copied(row, formatter) if self.copied is not None else self.text(row, formatter)


# --- columns as most lists have them ---


class StatusLook(Protocol):
    """How a state is shown: a filled badge where attention is due (`tone`), else a dot before the word."""

    @property
    def text(self) -> str: ...

    @property
    def tone(self) -> Tone | None: ...

    @property
    def icon(self) -> Icon | None: ...

    @property
    def dot(self) -> str | None: ...


def text_column(key: str, title: str, text: Callable[[R], str], width: int, *, sorts: bool = False, **more: Any
                ) -> Column[R]:
    """A column of text, whose tooltip is the whole of it; it `sorts` by it, and `more` are further hooks."""
    return Column(**{"key": key, "title": title, "text": lambda row, _: text(row), "width": width,
                     "tooltip": lambda row, _: text(row), "sort_value": text if sorts else None, **more})


def count_column(key: str, title: str, count: Callable[[R], int], width: int, *, sorts: bool = False, **more: Any
                 ) -> Column[R]:
    """A column of counts; nil is a dash."""
    return Column(**{"key": key, "title": title, "kind": Kind.FIGURE, "width": width,
                     "text": lambda row, formatter: formatter.number(count(row)) if count(row) else "",
                     "sort_value": count if sorts else None, **more})


def state_column(key: str, title: str, look: Callable[[R], StatusLook], width: int, **more: Any) -> Column[R]:
    """A column of states, each as its look says."""
    return Column(**{
        "key": key, "title": title, "kind": Kind.STATUS, "text": lambda row, _: look(row).text, "width": width,
        "tone": lambda row: look(row).tone, "icon": lambda row: look(row).icon if look(row).tone is not None else None,
        "dot": lambda row: look(row).dot if look(row).tone is None else None, **more})
