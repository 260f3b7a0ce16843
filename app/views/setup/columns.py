"""Columns of the tables of a set-up file: values side by side, what is not mentioned, and what is wrong."""

from __future__ import annotations

from app.services.setup.beside import ComparedValue
from app.services.setup.comparing import Unmentioned
from app.services.setup.document import Problem
from app.services.setup.values import value_words
from app.services.setup.words import KIND_WORDS, key_named, label_of
from app.views.lists.models.columns import Column, Kind, text_column
from app.views.look.tokens import TierMark

Numbered = tuple[int, ComparedValue]
NumberedUnmentioned = tuple[int, Unmentioned]
NumberedProblem = tuple[int, Problem]


def value_columns() -> tuple[Column[Numbered], ...]:
    """*Now · file* per value, with where the present one comes from."""
    return (
        text_column("part", "Of", lambda row: f"{KIND_WORDS[row[1].kind]} {row[1].name}", 134, is_second_rank=True),
        text_column("label", "Value", lambda row: row[1].label, 110, stretches=True),
        text_column("now", "Now", lambda row: row[1].now, 98, is_second_rank=True),
        text_column("file", "In the file", lambda row: row[1].file, 98, is_bold=lambda _row: True),
        Column(key="source", title="Now from", kind=Kind.SOURCE, text=lambda row, _: row[1].owner, width=146,
               tier=lambda row: None if row[1].tier is None else TierMark.of(row[1].tier),
               tooltip=lambda row, _: row[1].why or row[1].owner),
    )


def unmentioned_columns() -> tuple[Column[NumberedUnmentioned], ...]:
    """What stays as it is."""
    return (
        text_column("part", "Not mentioned, left as it is", lambda row: f"{KIND_WORDS[row[1].kind]} {row[1].name}",
                    220),
        text_column("key", "Value", lambda row: _label(row[1]), 150, is_second_rank=True),
        text_column("value", "Now", lambda row: "" if row[1].key is None else value_words(
            row[1].value, key_named(row[1].kind, row[1].key)), 150,
                    stretches=True, is_second_rank=True),
    )


def _label(left: Unmentioned) -> str:
    key = key_named(left.kind, left.key)
    return label_of(key) if key is not None else left.key or ""


def problem_columns() -> tuple[Column[NumberedProblem], ...]:
    """What is wrong with a file, by its lines."""
    return (
        Column(key="line", title="Line", kind=Kind.FIGURE, width=60,
               text=lambda row, formatter: formatter.number(row[1].place.line) if row[1].place.line else ""),
        text_column("place", "Where", lambda row: _place(row[1]), 240, is_second_rank=True),
        text_column("message", "What would be right", lambda row: row[1].message, 420, stretches=True),
    )


def _place(problem: Problem) -> str:
    place = problem.place
    table = f"[{place.table}]" if place.table else ""
    return " ".join(part for part in (table, place.entry, place.key) if part)
