"""Where the drawing of a group account puts things, and what it says."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest

from app.models.values import AccountStatus, FundedKind, Funding, FundingScope, Named
from app.services.group_accounts.sheet import GroupAccountSheet, GroupRole
from app.services.group_accounts.stored import MembershipRow, PartyRow
from app.views.group_accounts.plan import NARROW_BELOW, GroupPlan, as_text, make_plan
from app.views.inheritance.plan import Move

GREEN = PartyRow(id=1, code="P-2000", name="GreenBus", status=AccountStatus.ACTIVE)
ANNA = PartyRow(id=2, code="M-2001", name="Anna", status=AccountStatus.ACTIVE)
BEN = PartyRow(id=3, code="M-2002", name="Ben", status=AccountStatus.SUSPENDED)
FUEL = Funding(scope=FundingScope.PARTIAL, items=frozenset({
    Named(FundedKind.FAMILY, "FUEL"), Named(FundedKind.PRODUCT, "GPS")}))


def membership(member: PartyRow, funding: Funding) -> MembershipRow:
    return MembershipRow(id=member.id, group_id=1, parent=GREEN, member=member, funding=funding,
                         joined_on=date(2026, 3, 16), joined_by="x", left_on=None, left_by="",
                         held_by_parent=member is BEN)


SHEET = GroupAccountSheet(
    account=ANNA, provider_id=9, provider="CY", currency="EUR", role=GroupRole.MEMBER, parent=GREEN,
    memberships=(membership(ANNA, FUEL), membership(BEN, Funding(scope=FundingScope.FULL))), members=2, earlier=(),
    why_not="")


def drawn(sheet: GroupAccountSheet = SHEET, width: float = 900) -> GroupPlan:
    plan = make_plan(sheet, width=width)
    assert plan is not None
    return plan


@pytest.mark.parametrize("width", [300, NARROW_BELOW - 1, NARROW_BELOW, 1600])
def test_rooms_stand_below_each_other_and_inside_the_width(width: float) -> None:
    plan = drawn(width=width)
    boxes = [room.box for room in plan.rooms]
    assert all(upper.bottom < lower.y for upper, lower in itertools.pairwise(boxes))
    assert all(box.x >= 0 and box.width > 100 and box.right <= plan.width for box in boxes)
    assert plan.height >= boxes[-1].bottom
    assert [branch.y for branch in plan.branches] == [box.middle for box in boxes[1:]]
    assert plan.trunk is not None
    assert plan.trunk[1:] == (boxes[0].bottom, boxes[-1].middle)
    titles = [branch.title for branch in plan.branches]
    assert titles == (["", ""] if width < NARROW_BELOW else ["Paid partly", "Paid fully"])


def test_what_is_paid_is_said_on_the_line_or_in_the_room() -> None:
    wide, narrow = drawn(), drawn(width=500)
    assert (wide.branches[0].items, wide.branches[1].items) == ("product GPS, family FUEL",
                                                               "services for a term, expenses")
    assert wide.rooms[1].lower == "Since 16 Mar 2026. Own bills: everything else"
    assert narrow.rooms[1].lower == "Paid partly: product GPS, family FUEL"
    assert wide.rooms[2].upper == "Suspended, held because who pays is"
    assert [(branch.is_whole, branch.is_stopped) for branch in wide.branches] == [(False, False), (True, True)]
    assert wide.rooms[0].spoken == "GreenBus, P-2000, Active. Active. Pays for 2 accounts"
    assert as_text(SHEET).splitlines()[1] == ("Anna (M-2001), Active: services for a term and expenses of the product "
                                             "GPS and the product family FUEL.")


def test_the_keyboard_begins_on_the_account_and_stays_at_the_ends() -> None:
    plan = drawn()
    assert (plan.start, plan.stop_of(BEN.id), plan.stop_of(99)) == (1, 2, None)
    assert [plan.step(1, move) for move in (Move.UP, Move.DOWN, Move.HOME, Move.END, Move.LEFT, Move.RIGHT)] == [
        0, 2, 0, 2, 0, 1]
    assert (plan.step(0, Move.UP), plan.step(2, Move.DOWN), plan.step(0, Move.RIGHT)) == (0, 2, 1)
    box = plan.box(2)
    assert (plan.stop_at(box.x + 1, box.y + 1), plan.stop_at(0, 0)) == (2, None)


def test_members_that_are_not_drawn_are_counted() -> None:
    plan = drawn(replace(SHEET, members=1_002))
    assert plan.more is not None
    assert plan.more[1] == "1,000 more members, not drawn"
    assert make_plan(replace(SHEET, parent=None, memberships=(), members=0, role=GroupRole.NONE), width=900) is None
