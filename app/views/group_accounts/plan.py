"""Where everything of the drawing of a group account stands: who pays, the members, and what is paid for each.

Arithmetic alone, without Qt. From the account that pays a line goes down and to every member, with what is paid on
it; what a member pays itself stands in its room. Lengths are px at 100 % text size; the view scales them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.models.values import FundingScope
from app.services.group_accounts.sheet import GroupAccountSheet, GroupRole
from app.services.group_accounts.stored import MembershipRow, PartyRow, funding_words
from app.services.wording import STATUS_WORDS, counted, day_text
from app.views.inheritance.plan import Box, Move

LEFT: Final = 18
_TOP: Final = 8
_PARENT: Final = 62
_MEMBER: Final = 62
_LOW: Final = 34
_GAP: Final = 14
_TRUNK_X: Final = LEFT + 30
"""The line from who pays, under the icon of its room."""
_BRANCH: Final = 250
"""Room for what is paid, on the line to a member."""
_BRANCH_IF_NARROW: Final = 54
NARROW_BELOW: Final = 760
"""Below this width what is paid stands in the room of the member instead of on its line."""
LEAST_WIDTH: Final = 360


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRoom:
    """One account: who pays, or a member."""

    box: Box
    party: PartyRow
    is_here: bool
    """The account whose page it is."""
    row: MembershipRow | None
    """None for who pays."""
    upper: str
    lower: str

    @property
    def spoken(self) -> str:
        status = STATUS_WORDS[self.party.status]
        return f"{self.party.name}, {self.party.code}, {status}. {self.upper}. {self.lower}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """The line to one member, with what is paid over it."""

    start_x: float
    end_x: float
    y: float
    title: str
    items: str
    """Both empty where there is no room on the line."""
    is_whole: bool
    is_stopped: bool
    """Nothing is used or paid while the member or who pays is not active."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """The whole drawing. Stops of the keyboard are numbered: who pays, then the members."""

    width: float
    height: float
    rooms: tuple[PartyRoom, ...]
    branches: tuple[Branch, ...]
    trunk: tuple[float, float, float] | None
    """Its place across, where it begins and where it ends."""
    more: tuple[Box, str] | None
    """Members that are not drawn, in words."""

    @property
    def start(self) -> int:
        """Where the keyboard begins: on the account whose page it is."""
        return next((n for n, room in enumerate(self.rooms) if room.is_here), 0)

    def step(self, stop: int, move: Move) -> int:
        """The stop after a step; at either end it stays."""
        last = len(self.rooms) - 1
        return {Move.UP: max(stop - 1, 0), Move.DOWN: min(stop + 1, last), Move.HOME: 0, Move.END: last,
                Move.LEFT: 0, Move.RIGHT: stop or min(1, last)}[move]

    def box(self, stop: int) -> Box:
        return self.rooms[stop].box

    def spoken(self, stop: int) -> str:
        return self.rooms[stop].spoken

    def stop_at(self, x: float, y: float) -> int | None:
        """The stop under a point."""
        return next((n for n, room in enumerate(self.rooms) if room.box.holds(x, y)), None)

    def stop_of(self, account_id: int) -> int | None:
        """The room of an account."""
        return next((n for n, room in enumerate(self.rooms) if room.party.id == account_id), None)


def make_plan(sheet: GroupAccountSheet, *, width: float) -> GroupPlan | None:
    """Lay out a group account in a width; None where the account is in none."""
    if sheet.parent is None:
        return None
    width = max(width, LEAST_WIDTH)
    is_narrow = width < NARROW_BELOW
    left = _TRUNK_X + (_BRANCH_IF_NARROW if is_narrow else _BRANCH)
    right = width - LEFT
    parent = PartyRoom(
        box=Box(LEFT, _TOP, min(right - LEFT, 520), _PARENT), party=sheet.parent, row=None,
        is_here=sheet.role is GroupRole.PARENT, upper=STATUS_WORDS[sheet.parent.status],
        lower=f"Pays for {counted(sheet.members, 'account')}")
    rooms, branches = [parent], []
    y: float = parent.box.bottom + _GAP
    for row in sheet.memberships:
        box = Box(left, y, right - left, _MEMBER)
        rooms.append(_member(row, box, is_here=row.member.id == sheet.account.id, is_narrow=is_narrow))
        branches.append(_branch(row, sheet.parent, box, is_narrow=is_narrow))
        y = box.bottom + _GAP
    more = None
    hidden = sheet.members - len(sheet.memberships)
    if hidden > 0:
        more = Box(left, y, right - left, _LOW), f"{counted(hidden, 'more member', 'more members')}, not drawn"
        y += _LOW + _GAP
    trunk = (_TRUNK_X, parent.box.bottom, branches[-1].y) if branches else None
    return GroupPlan(width=width, height=y, rooms=tuple(rooms), branches=tuple(branches), trunk=trunk, more=more)


def _member(row: MembershipRow, box: Box, *, is_here: bool, is_narrow: bool) -> PartyRoom:
    held = "held because who pays is" if row.held_by_parent else ""
    since = f"Since {day_text(row.joined_on)}"
    upper = ", ".join(filter(None, (STATUS_WORDS[row.member.status], held)))
    lower = f"{paid_title(row)}: {paid_items(row)}" if is_narrow else f"{since}. Own bills: {own_words(row)}"
    return PartyRoom(box=box, party=row.member, row=row, is_here=is_here, upper=upper, lower=lower)


def _branch(row: MembershipRow, parent: PartyRow, box: Box, *, is_narrow: bool) -> Branch:
    is_active = {row.member.status.value, parent.status.value} == {"active"}
    return Branch(start_x=_TRUNK_X, end_x=box.x - 1, y=box.middle, title="" if is_narrow else paid_title(row),
                  items="" if is_narrow else paid_items(row), is_whole=row.funding.scope is FundingScope.FULL,
                  is_stopped=not is_active)


def paid_title(row: MembershipRow) -> str:
    """How far a member is paid for, in two words."""
    return "Paid fully" if row.funding.scope is FundingScope.FULL else "Paid partly"


def paid_items(row: MembershipRow) -> str:
    """What is paid for a member, briefly."""
    if row.funding.scope is FundingScope.FULL:
        return "services for a term, expenses"
    return ", ".join(text.replace(":", " ") for text in row.funded)


def own_words(row: MembershipRow) -> str:
    """What a member pays itself."""
    return "goods, one-time, usage" if row.funding.scope is FundingScope.FULL else "everything else"


def as_text(sheet: GroupAccountSheet) -> str:
    """The whole drawing in sentences, for those who do not see it."""
    if sheet.parent is None:
        return f"{sheet.account.name} is in no group account."
    lines = [f"{sheet.parent.name} ({sheet.parent.code}), {STATUS_WORDS[sheet.parent.status]}, pays for:"]
    lines += [f"{row.member.name} ({row.member.code}), {STATUS_WORDS[row.member.status]}: {funding_words(row.funding)}."
              for row in sheet.memberships]
    return "\n".join(lines)
