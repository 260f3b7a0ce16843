"""Where everything of the inheritance diagram stands: rooms, spine, stubs, the winning path and the effective box.

Arithmetic alone, without Qt and without a second look at the values: a plan is made from the resolver's answer, one
room for each step of its chain, and drawn by `drawing`. Lengths are px at 100 % text size; the view scales them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final, Protocol

from app.models.values import Tier
from app.services.attributes.rows import AttributeRow, ChainRow, RoomState

LEFT: Final = 18
RISER_FROM_RIGHT: Final = 36
_RISER_IF_NARROW: Final = 26
_NARROW_BELOW: Final = 420
STUB: Final = 16
"""Length of the stub of an overruled room; it ends in a bar."""
_ROOM_TO_RISER: Final = 30
_TOP: Final = 7
_BOTTOM: Final = 7
ICON_X: Final = 30
"""Centre of the icon, and of the spine, from the left edge of a room."""
LEAST_WIDTH: Final = 300
_FOLDS_FROM: Final = 4
"""Upper providers from this number on are folded."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        """Of its height."""
        return self.y + self.height / 2

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom


class Move(StrEnum):
    """A step of the keyboard."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    HOME = "home"
    END = "end"


class WalkedPlan(Protocol):
    """What the view asks of a plan: how large it is, and where the keyboard goes and what it finds there."""

    @property
    def width(self) -> float: ...

    @property
    def height(self) -> float: ...

    def step(self, stop: int, move: Move) -> int: ...

    def box(self, stop: int) -> Box: ...

    def spoken(self, stop: int) -> str: ...

    def stop_at(self, x: float, y: float) -> int | None: ...


class Look(StrEnum):
    """How a room is drawn."""

    WINS = "wins"
    STRUCK = "struck"
    """Set without effect here: overruled, or a follower whose lead is not set."""
    UNSET = "unset"
    NO_SAY = "no_say"
    FOLDED = "folded"


_LOOKS: Final = {
    RoomState.WINS: Look.WINS, RoomState.OVERRULED: Look.STRUCK, RoomState.IDLE: Look.STRUCK,
    RoomState.FALLS_THROUGH: Look.UNSET, RoomState.NOTHING_HERE: Look.UNSET, RoomState.NO_SAY: Look.NO_SAY,
}
LOW: Final = frozenset({Look.NO_SAY, Look.FOLDED})
"""Rooms of one sentence."""


def look_of(row: ChainRow) -> Look:
    return _LOOKS[row.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One owner of the chain, or several upper providers folded into one room."""

    box: Box
    look: Look
    rows: tuple[ChainRow, ...]
    """What the resolver says of it; several where it is folded."""
    is_slim: bool = False
    """There is height for one line only: owner and value."""

    @property
    def row(self) -> ChainRow:
        return self.rows[0]

    @property
    def sentence(self) -> str:
        """All that a low room says."""
        if self.look is Look.FOLDED:
            has_say = self.row.state is not RoomState.NO_SAY
            return f"{len(self.rows)} more, not set" if has_say else f"{len(self.rows)} more have no say"
        return self.row.note

    @property
    def spoken(self) -> str:
        """The room for those who do not see it."""
        if self.look is Look.FOLDED:
            return f"{self.sentence}: {', '.join(row.owner for row in self.rows)}"
        if self.look is Look.NO_SAY:
            return self.row.note
        return f"{self.row.tier_text}, {self.row.owner}: {self.row.value_text}. {self.row.note}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """The box at the end: what it comes to."""

    box: Box
    title: str
    value: str
    by: str
    """Who set it; "" where nobody did."""
    when: str

    @property
    def spoken(self) -> str:
        return f"{self.title}: {self.value}. {self.by} {self.when}".strip()


@dataclass(frozen=True, slots=True)
class Line:
    """From one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WinningPath:
    """From the right side of the winner to the riser, down it, and back to the effective box."""

    room: int
    start_x: float
    start_y: float
    riser_x: float
    end_x: float
    """The tip of the arrow head."""
    end_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the effective box says besides the value."""

    title: str
    """"Effective for Acme Pty Ltd"."""
    when: str = ""
    """The day on which the value was set, as it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagramPlan:
    """A whole diagram. Stops of the keyboard are numbered: the rooms, then the effective box."""

    width: float
    height: float
    rooms: tuple[Room, ...]
    spine: tuple[Line, ...]
    stubs: tuple[Line, ...]
    path: WinningPath | None
    """None where nothing is set anywhere."""
    effective: Effective

    @property
    def end(self) -> int:
        """The stop of the effective box."""
        return len(self.rooms)

    @property
    def start(self) -> int:
        """Where the keyboard begins: on the winner."""
        return self.end if self.path is None else self.path.room

    def stops(self) -> list[int]:
        """Where the keyboard goes; rooms that have no say are passed over."""
        return [*(n for n, room in enumerate(self.rooms) if room.look is not Look.NO_SAY), self.end]

    def step(self, stop: int, move: Move) -> int:
        """The stop after a step; at either end it stays."""
        stops = self.stops()
        place = stops.index(stop) if stop in stops else stops.index(self.start)
        match move:
            case Move.UP:
                return stops[max(place - 1, 0)]
            case Move.DOWN:
                return stops[min(place + 1, len(stops) - 1)]
            case Move.HOME:
                return stops[0]
            case Move.END:
                return self.end
        return stops[place]

    def box(self, stop: int) -> Box:
        return self.effective.box if stop == self.end else self.rooms[stop].box

    def spoken(self, stop: int) -> str:
        return self.effective.spoken if stop == self.end else self.rooms[stop].spoken

    def stop_at(self, x: float, y: float) -> int | None:
        """The stop under a point."""
        return next((stop for stop in self.stops() if self.box(stop).holds(x, y)), None)

    def stop_of(self, row: ChainRow) -> int | None:
        """The room that shows an owner, folded or not."""
        owner = row.tier, row.account_id, row.profile_id
        return next((n for n, room in enumerate(self.rooms)
                     if owner in [(r.tier, r.account_id, r.profile_id) for r in room.rows]), None)


# --------------------------------------------------------------------------- making a plan


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measures:
    """Heights: generous, as small as two lines of text allow, as small as one line allows, or anything between."""

    room: int
    low: int
    gap: int
    before_box: int
    box: int

    def total(self, looks: Sequence[Look]) -> int:
        heights = sum(self.low if look in LOW else self.room for look in looks)
        return _TOP + heights + self.gap * (len(looks) - 1) + self.before_box + self.box + _BOTTOM


_ROOMY: Final = _Measures(room=62, low=34, gap=17, before_box=25, box=60)
_TIGHT: Final = _Measures(room=40, low=24, gap=9, before_box=12, box=46)
_SLIM: Final = _Measures(room=24, low=20, gap=6, before_box=9, box=38)


def _measures(looks: Sequence[Look], height: float) -> _Measures:
    """The most generous heights that fit; below the slim ones the diagram scrolls."""
    small, large = (_TIGHT, _ROOMY) if height >= _TIGHT.total(looks) else (_SLIM, _TIGHT)
    lowest, highest = small.total(looks), large.total(looks)
    share = max(0.0, min(1.0, (height - lowest) / (highest - lowest)))

    def between(low: int, high: int) -> int:
        return low + int((high - low) * share)

    return _Measures(room=between(small.room, large.room), low=between(small.low, large.low),
                     gap=between(small.gap, large.gap),
                     before_box=between(small.before_box, large.before_box), box=between(small.box, large.box))


def make_plan(row: AttributeRow, words: Words, *, width: float, height: float, unfolded: bool = False) -> DiagramPlan:
    """Lay out the chain of one attribute in a width; rooms get lower where the height is short."""
    groups = [list(row.chain[a:b]) for a, b in groups_of(row.chain, unfolded=unfolded)]
    looks = [Look.FOLDED if len(group) > 1 else look_of(group[0]) for group in groups]
    measures = _measures(looks, height)
    width = max(width, LEAST_WIDTH)
    riser = width - (_RISER_IF_NARROW if width < _NARROW_BELOW else RISER_FROM_RIGHT)
    room_width = riser - _ROOM_TO_RISER - LEFT
    rooms: list[Room] = []
    y: float = _TOP
    for group, look in zip(groups, looks, strict=True):
        box = Box(LEFT, y, room_width, measures.low if look in LOW else measures.room)
        rooms.append(Room(box=box, look=look, rows=tuple(group), is_slim=measures.room < _TIGHT.room))
        y = box.bottom + measures.gap
    box = Box(LEFT, rooms[-1].box.bottom + measures.before_box, room_width, measures.box)
    effective = Effective(box=box, title=words.title, value=effective_words(row), by=by_words(row), when=words.when)
    return DiagramPlan(width=width, height=box.bottom + _BOTTOM, rooms=tuple(rooms), spine=_spine(rooms),
                       stubs=_stubs(rooms),
                       path=_path(rooms, riser, box), effective=effective)


def groups_of(chain: Sequence[ChainRow], *, unfolded: bool = False) -> list[tuple[int, int]]:
    """Which steps share a room, as ranges: of four upper providers or more, the middle ones that set nothing."""
    upper = [n for n, row in enumerate(chain) if row.tier is Tier.UPPER_PROVIDER]
    middle = set(upper[1:-1]) if len(upper) >= _FOLDS_FROM and not unfolded else set()
    silent = {n for n in middle if look_of(chain[n]) in {Look.UNSET, Look.NO_SAY}}
    found: list[tuple[int, int]] = []
    for n in range(len(chain)):
        if found and n in silent and n - 1 in silent:
            found[-1] = (found[-1][0], n + 1)
        else:
            found.append((n, n + 1))
    return found


def effective_words(row: AttributeRow) -> str:
    """The value as it stands in the effective box."""
    if row.tier is not None:
        return row.value_text
    nothing = f"{row.none_text[:1].lower()}{row.none_text[1:]}"
    return "Not set anywhere" if nothing == "not set" else f"Not set anywhere: {nothing}"


def by_words(row: AttributeRow) -> str:
    """Who set the winning value, or where it stands."""
    if row.tier is None:
        return ""
    if row.set_by:
        return f"Set by {row.set_by}"
    winner = next(room for room in row.chain if room.state is RoomState.WINS)
    return winner.owner if row.tier is Tier.SYSTEM else f"Set on {winner.owner}"


def _spine(rooms: Sequence[Room]) -> tuple[Line, ...]:
    x = LEFT + ICON_X
    return tuple(Line(x, upper.box.bottom, x, lower.box.y) for upper, lower in pairwise(rooms))


def _stubs(rooms: Sequence[Room]) -> tuple[Line, ...]:
    return tuple(Line(room.box.right, room.box.middle, room.box.right + STUB, room.box.middle)
                 for room in rooms if room.look is Look.STRUCK)


def _path(rooms: Sequence[Room], riser: float, box: Box) -> WinningPath | None:
    winner = next((n for n, room in enumerate(rooms) if room.look is Look.WINS), None)
    if winner is None:
        return None
    room = rooms[winner].box
    return WinningPath(room=winner, start_x=room.right, start_y=room.middle, riser_x=riser, end_x=box.right + 1,
                       end_y=box.middle)
