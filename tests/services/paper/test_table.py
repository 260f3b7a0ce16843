"""Breaking the line table into pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.paper import table
from app.services.paper.words import ENGLISH

ROOM = table.Room(first_top_mm=130, next_top_mm=30, bottom_mm=280)


def rows_of(lines: list[tuple[str, int, int]]) -> list[table.Row]:
    """Rows of (heading, lines of text, amount), a heading row wherever the heading changes."""
    rows: list[table.Row] = []
    before = ""
    for heading, texts, amount in lines:
        if heading and heading != before:
            rows.append(table.heading_row(heading, [heading]))
        rows.extend(table.line_rows(heading, ["main"] * texts, ["note"], [("1.00",)], amount))
        before = heading
    return rows


LINES = st.lists(st.tuples(st.sampled_from(["", "A", "B"]), st.integers(0, 60), st.integers(-999, 999)), max_size=120)


@given(lines=LINES, tail_mm=st.floats(10, 90))
def test_nothing_is_lost_nothing_overflows_and_sums_run_on(lines: list[tuple[str, int, int]], tail_mm: float) -> None:
    rows = rows_of(lines)
    pages = table.paginate(rows, ROOM, tail_mm, ENGLISH)
    printed = [row for page in pages for row in page.rows if "(continued)" not in "".join(row.main)]
    assert printed == rows
    running = 0
    for page in pages:
        assert page.brought_minor == (running if page is not pages[0] else None)
        running += sum(row.amount_minor for row in page.rows)
        is_last = page is pages[-1]
        assert page.carried_minor == (None if is_last else running)
        assert page.end_mm + (tail_mm if is_last else table.CARRY_MM) <= ROOM.bottom_mm + 0.001
    assert running == sum(amount for _, _, amount in lines)


@given(lines=LINES)
def test_no_heading_stands_at_the_foot_of_a_page(lines: list[tuple[str, int, int]]) -> None:
    for page in table.paginate(rows_of(lines), ROOM, 40, ENGLISH):
        assert not page.rows or page.rows[-1].kind is not table.RowKind.HEADING


def test_a_group_that_goes_on_is_named_again() -> None:
    pages = table.paginate(rows_of([("Service 1", 1, 100)] * 25), ROOM, 40, ENGLISH)
    assert len(pages) == 2
    assert pages[1].rows[0].main == ("Service 1 (continued)",)


def test_totals_take_the_last_row_along() -> None:
    # eleven rows fill the first page so far that the totals no longer fit under them
    pages = table.paginate(rows_of([("", 1, 100)] * 12), ROOM, 40, ENGLISH)
    assert [len(page.rows) for page in pages] == [11, 1]
    assert pages[0].carried_minor == pages[1].brought_minor == 1100


def test_no_lines_at_all() -> None:
    [page] = table.paginate([], ROOM, 40, ENGLISH)
    assert page.rows == ()
    assert page.end_mm == ROOM.first_top_mm


@pytest.mark.parametrize("texts", [14, 15, 29, 200])
def test_a_long_description_is_cut_into_parts_with_one_amount(texts: int) -> None:
    parts = list(table.line_rows("A", ["x"] * texts, ["note"], [("1.00",)], 100))
    assert sum(len(part.main) for part in parts) == texts
    assert [part.amount_minor for part in parts] == [100] + [0] * (len(parts) - 1)
    assert all(part.height_mm < 75 for part in parts)
