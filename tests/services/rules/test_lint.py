"""Remarks on rule sets: each said where it holds, and not where it just does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.rules.lint import LintNote, rule_lint
from app.services.rules.versions import RuleDraft
from tests.support.filled_books import FilledBooks
from tests.support.scan_books import Book, day
from tests.support.switches import switch_off, switch_on

FINE = RuleDraft(name="", effective_from=day("2025-07-03"), min_overdue_minor=5000, min_overdue_days=14,
                 restore_at_minor=1000, resuspend_days=0, windows=(), excluded_group_ids=())
REMARKS: list[tuple[Mapping[str, Any], list[tuple[str, str]]]] = [
    ({}, []),
    ({"restore_at_minor": 500}, []),
    ({"restore_at_minor": 499}, [("restore_at_minor", "restore_far_below")]),
    ({"effective_from": day("2025-07-02")}, []),
    ({"effective_from": day("2025-07-01")}, [("effective_from", "from_past")]),
    ({"min_overdue_days": 7}, []),
    ({"min_overdue_days": 6}, [("min_overdue_days", "shorter_than_terms")]),
    ({"windows": ("Mon 09:00-10:00",)}, []),
    ({"windows": ("Mon 09:00-09:20", "Tue 09:00-09:39")}, [("windows", "hardly_open")]),
]


@pytest.fixture
def book(database: Database, clock: FixedClock, filled_books: FilledBooks) -> Book:
    """A provider with customers, whose profile has automation on."""
    made = Book(database, clock, filled_books)
    made.at("2025-07-02 09:00")
    made.account("JANE")
    made.account("BOB")
    with database.write() as session:
        switch_on(session, provider_id=made.provider_id)
    return made


def lint(book: Book, draft: RuleDraft) -> list[LintNote]:
    with book.database.read() as session:
        return list(rule_lint(session, provider_id=book.provider_id, draft=draft))


def test_figures_days_and_hours(book: Book) -> None:
    for changes, expected in REMARKS:
        assert [(note.field, note.code) for note in lint(book, replace(FINE, **changes))] == expected, changes


def test_groups_without_members(book: Book) -> None:
    vip, late, full = book.group("VIP"), book.group("LATE"), book.group("FULL")
    book.join_group("JANE", full)
    assert lint(book, replace(FINE, excluded_group_ids=(full,))) == []
    (note,) = lint(book, replace(FINE, excluded_group_ids=(vip, late, full)))
    assert note.words == "The groups LATE and VIP have no members, so they leave nobody out."


def test_reminders_that_come_after_the_first_suspension(book: Book) -> None:
    with book.database.write() as session:
        switch_on(session, provider_id=book.provider_id, events=["invoice_overdue"], period_days=15)
    (note,) = lint(book, FINE)
    assert (note.field, note.code) == ("min_overdue_days", "warned_too_late")
    assert note.words == ("The first reminder of Default Profile leaves 15 days after the due date, when customers may "
                          "be suspended already.")
    with book.database.write() as session:
        switch_on(session, provider_id=book.provider_id, events=["invoice_overdue"], period_days=14)
    assert lint(book, FINE) == []


def test_profiles_for_which_automation_is_off(book: Book) -> None:
    with book.database.write() as session:
        switch_off(session, provider_id=book.provider_id, event="auto_suspend")
    (note,) = lint(book, FINE)
    assert (note.field, note.code) == ("", "auto_suspend_off")
    assert note.words == ("Auto Suspend is off for Default Profile with 2 customers: nobody there is suspended by a "
                          "scan.")
