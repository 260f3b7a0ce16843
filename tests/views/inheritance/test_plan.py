"""Where the rooms of the inheritance diagram stand: tables of cases, without a database and without a window."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from app.models.values import AttributeKind as Kind
from app.models.values import Tier
from app.services.attributes.rows import AttributeRow, ChainRow, RoomState
from app.views.inheritance.matrix_plan import make_matrix
from app.views.inheritance.plan import DiagramPlan, Look, Move, Words, by_words, effective_words, make_plan

W, O, F, N, X, I = (RoomState.WINS, RoomState.OVERRULED, RoomState.FALLS_THROUGH, RoomState.NOTHING_HERE,  # noqa: E741
                    RoomState.NO_SAY, RoomState.IDLE)
ROOMY = 2000.0
_BELOW = (Tier.PROVIDER, Tier.PROFILE, Tier.ACCOUNT)


def tiers(uppers: int) -> list[Tier]:
    return [Tier.SYSTEM, *[Tier.UPPER_PROVIDER] * uppers, *_BELOW]


def room(number: int, tier: Tier, state: RoomState, value: str = "") -> ChainRow:
    words = value or ("5 days" if state in {W, O, I} else "Not set")
    stored = None if tier is Tier.SYSTEM else tier
    profile = number if tier is Tier.PROFILE else None
    account = None if tier in {Tier.SYSTEM, Tier.PROFILE} else number
    return ChainRow(tier=tier, tier_text=tier.value, owner=f"Owner {number}", account_id=account, profile_id=profile,
                    value=None if state in {F, N, X} else 5,
                    value_text=words, plain_text=words, currency="AUD", rating=None, state=state,
                    note=state.value, set_tier=stored, set_id=number, own_value=None, seen={}, why_not="")


def attribute(chain: list[ChainRow], **changes: object) -> AttributeRow:
    winner = next((one for one in chain if one.state is W), None)
    row = AttributeRow(
        section="Terms and credit", key="trading_due_days", label="Trading terms", help="", kind=Kind.INTEGER,
        choices=(), unit="days", minimum=0, maximum=365, none_text="No limit",
        bundle=None, value=None if winner is None else 5,
        value_text="No limit" if winner is None else winner.value_text, currency=None,
        tier=None if winner is None else winner.tier, owner="", owner_account_id=None, owner_profile_id=None,
        rating=None, set_here=False, own_value=None, seen={}, may_set=True, why_not="", here_tier=Tier.ACCOUNT,
        here_id=1,
        here_currency="AUD",
        set_by=None, set_at=None, chain=tuple(chain), story="A story.")
    return replace(row, **changes)


def plan_of(states: list[RoomState], *, height: float = ROOMY, width: float = 500.0, unfolded: bool = False
            ) -> DiagramPlan:
    chain = [room(n, tier, state) for n, (tier, state) in enumerate(zip(tiers(len(states) - 4), states, strict=True))]
    return make_plan(attribute(chain), Words(title="Effective for Acme"), width=width, height=height, unfolded=unfolded)


@pytest.mark.parametrize(("states", "winner"), [
    ([W, N, N, N, F], 0), ([O, W, F, F, F], 1), ([O, O, W, F, F], 2), ([O, N, O, W, F], 3), ([O, O, O, O, W], 4),
    ([N, N, N, N, N], None),
])
def test_the_path_leads_from_the_winner_to_the_effective_box(states: list[RoomState], winner: int | None) -> None:
    plan = plan_of(states)
    assert plan.start == (plan.end if winner is None else winner)
    if winner is None:
        assert plan.path is None
        assert effective_words(attribute([room(0, Tier.SYSTEM, N)])) == "Not set anywhere: no limit"
        return
    path = plan.path
    assert path is not None
    assert (path.room, path.start_x, path.start_y) == (winner, plan.rooms[winner].box.right,
                                                       plan.rooms[winner].box.middle)
    assert (path.riser_x, path.end_y) == (plan.width - 36, plan.effective.box.middle)
    assert plan.effective.box.right < path.end_x < path.riser_x
    assert [r.look for r in plan.rooms].count(Look.WINS) == 1


def test_measures_of_the_design_where_there_is_room() -> None:
    plan = plan_of([O, N, O, W, F])
    first, second = plan.rooms[0].box, plan.rooms[1].box
    assert (first.height, second.y - first.bottom, plan.effective.box.height) == (62, 17, 60)
    assert plan.height == 7 + 5 * 62 + 4 * 17 + 25 + 60 + 7
    low = plan_of([O, O, O, X, W]).rooms[3].box
    assert low.height == 34
    assert plan_of([O, O, O, X, W]).stops() == [0, 1, 2, 4, 5]


@pytest.mark.parametrize("uppers", [1, 2, 3, 5])
@pytest.mark.parametrize("height", [1000.0, 480.0, 390.0, 300.0, 240.0])
def test_rooms_never_overlap_and_use_the_height_there_is(uppers: int, height: float) -> None:
    plan = plan_of([O, *[O] * uppers, W, F, F], height=height)
    boxes = [*(r.box for r in plan.rooms), plan.effective.box]
    assert all(upper.bottom + 4 < lower.y for upper, lower in pairwise(boxes))
    slim = 7 + 24 * len(plan.rooms) + 6 * (len(plan.rooms) - 1) + 9 + 38 + 7
    assert plan.height <= max(height, slim)
    assert all(r.is_slim == (r.box.height < 40) for r in plan.rooms)
    spine = [(line.y1, line.y2) for line in plan.spine]
    assert spine == [(a.bottom, b.y) for a, b in pairwise(boxes[:-1])]


def test_five_tiers_fit_beside_a_table_and_in_the_wide_form_at_1280_by_800() -> None:
    assert plan_of([O, N, O, W, F], height=300, width=372).height <= 300
    wide = plan_of([O, N, O, W, F], height=500, width=760)
    assert wide.height <= 500
    assert not any(r.is_slim for r in wide.rooms)


@pytest.mark.parametrize(("uppers", "rooms"), [
    ([N, N], ["", ""]),
    ([N, N, N], ["", "", ""]),
    ([N, N, N, N], ["", "2 more, not set", ""]),
    ([N, N, N, N, N, N, N], ["", "5 more, not set", ""]),
    ([N, N, O, N, N, N], ["", "", "", "2 more, not set", ""]),
    ([O, N, O, N, N], ["", "", "", "", ""]),
    ([W, F, F, F], ["", "2 more, not set", ""]),
    ([X, X, X, X], ["no_say", "2 more have no say", "no_say"]),
])
def test_four_upper_providers_or_more_fold_in_the_middle(uppers: list[RoomState], rooms: list[str]) -> None:
    lowest = F if W in uppers else W
    plan = plan_of([O, *uppers, lowest, F, F])
    shown = plan.rooms[1:-3]
    assert [r.sentence if r.look in {Look.FOLDED, Look.NO_SAY} else "" for r in shown] == rooms
    # nothing is lost by folding: every step of the chain stands in a room, in its order
    assert [row.owner for r in plan.rooms for row in r.rows] == [f"Owner {n}" for n in range(len(uppers) + 4)]
    unfolded = plan_of([O, *uppers, lowest, F, F], unfolded=True)
    assert len(unfolded.rooms) == len(uppers) + 4


def test_a_folded_room_names_whom_it_hides_and_keeps_its_place() -> None:
    plan = plan_of([O, N, N, N, N, W, F, F])
    assert plan.rooms[2].spoken == "2 more, not set: Owner 2, Owner 3"
    assert plan.stop_of(room(3, Tier.UPPER_PROVIDER, N)) == 2
    assert plan_of([O, N, N, N, N, W, F, F], unfolded=True).stop_of(room(3, Tier.UPPER_PROVIDER, N)) == 3


def test_what_is_set_without_effect_ends_in_a_stub_and_nothing_else_does() -> None:
    plan = plan_of([O, N, W, X, I])
    assert [r.look for r in plan.rooms] == [Look.STRUCK, Look.UNSET, Look.WINS, Look.NO_SAY, Look.STRUCK]
    assert [line.y1 for line in plan.stubs] == [plan.rooms[0].box.middle, plan.rooms[4].box.middle]
    assert plan.path is not None
    assert all(line.x2 < plan.path.riser_x - 4 for line in plan.stubs)


def test_the_keyboard_walks_rooms_and_stays_at_the_ends() -> None:
    plan = plan_of([O, N, W, X, F])
    assert (plan.start, plan.step(2, Move.DOWN), plan.step(4, Move.UP), plan.step(4, Move.DOWN)) == (2, 4, 2, 5)
    assert (plan.step(0, Move.UP), plan.step(5, Move.DOWN), plan.step(2, Move.END), plan.step(5, Move.HOME)) == (
        0, 5, 5, 0)
    assert plan.step(2, Move.LEFT) == 2


def test_a_point_finds_its_room() -> None:
    plan = plan_of([O, N, W, X, F])
    for stop in plan.stops():
        box = plan.box(stop)
        assert plan.stop_at(box.x + 1, box.middle) == stop
    assert plan.stop_at(plan.rooms[3].box.x + 1, plan.rooms[3].box.middle) is None
    assert plan.stop_at(1, 1) is None


@pytest.mark.parametrize(("changes", "words"), [
    ({"set_by": "R. Haddad"}, "Set by R. Haddad"), ({}, "Set on Owner 2"), ({"tier": None}, "")])
def test_who_set_it(changes: dict[str, object], words: str) -> None:
    chain = [room(n, tier, state) for n, (tier, state) in enumerate(zip(tiers(1), [O, N, W, F, F], strict=True))]
    assert by_words(attribute(chain, **changes)) == words


# --------------------------------------------------------------------------- all attributes


def matrix_rows(*lines: list[RoomState]) -> list[AttributeRow]:
    found = []
    for number, states in enumerate(lines):
        chain = [room(n, t, s) for n, (t, s) in enumerate(zip(tiers(len(states) - 4), states, strict=True))]
        found.append(attribute(chain, key=f"key{number}", label=f"Label {number}",
                               section="First" if number < 2 else "Second"))
    return found


def test_the_matrix_has_a_cell_for_every_tier_and_starts_on_a_winner() -> None:
    plan = make_matrix(matrix_rows([O, W, F, F, F], [N, N, N, N, N], [O, O, O, X, W]), width=900)
    assert [c.owner for c in plan.columns] == [f"Owner {n}" for n in range(5)]
    assert [label.text for label in plan.labels] == ["First", "Label 0", "Label 1", "Second", "Label 2"]
    assert len(plan.cells) == 15
    assert plan.start == 1
    assert (plan.stop_of("key2"), plan.stop_of("key1"), plan.stop_of("other")) == (14, 5, None)
    assert (plan.step(1, Move.DOWN), plan.step(1, Move.LEFT), plan.step(0, Move.LEFT), plan.step(4, Move.RIGHT)) == (
        6, 0, 0, 4)
    assert (plan.step(1, Move.END), plan.step(11, Move.HOME), plan.step(11, Move.DOWN)) == (11, 1, 11)
    assert plan.attribute(7).key == "key1"
    for stop, cell in enumerate(plan.cells):
        assert plan.stop_at(cell.box.x + 1, cell.box.middle) == stop
    assert plan.spoken(1) == "Label 0. upper_provider, Owner 1: 5 days. wins"


def test_the_matrix_folds_only_providers_silent_to_every_attribute() -> None:
    silent = make_matrix(matrix_rows([O, N, N, N, N, W, F, F], [O, N, N, N, N, N, W, F]), width=900)
    assert [len(c.rows) for c in silent.columns] == [1, 1, 2, 1, 1, 1, 1]
    assert silent.columns[2].owner == "2 more, not set"
    heard = make_matrix(matrix_rows([O, N, N, N, N, W, F, F], [O, N, W, F, F, F, F, F]), width=900)
    assert [len(c.rows) for c in heard.columns] == [1] * 8
    assert heard.columns[0].box.width >= 100
    assert heard.width > 900  # it scrolls sooner than it cuts


def test_a_matrix_of_nothing_is_empty() -> None:
    plan = make_matrix([], width=600)
    assert (plan.cells, plan.columns) == ((), ())
