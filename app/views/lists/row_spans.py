"""Runs of selected rows as pairs of their first and last number: cheap however many rows they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same rows in order, with runs that touch or overlap made one."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found


def rows_in(spans: Sequence[Span]) -> Iterator[int]:
    """Numbers of the rows in merged runs, in order."""
    for first, last in spans:
        yield from range(first, last + 1)


def rows_outside(spans: Sequence[Span], count: int) -> Iterator[int]:
    """Numbers of the other rows of a list of `count`, in order."""
    reached = 0
    for first, last in spans:
        yield from range(reached, first)
        reached = last + 1
    yield from range(reached, count)
