"""The rule sets of a provider as their screen shows them, and what two versions say otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule
from app.services.rules.rule_sets import figure_refusals
from app.services.rules.versions import RuleBook, differences, rule_book
from tests.support.filled_books import FilledBooks
from tests.support.scan_books import Book


@pytest.fixture
def book(database: Database, clock: FixedClock, filled_books: FilledBooks) -> Book:
    made = Book(database, clock, filled_books)
    made.at("2025-07-02 09:00")
    return made


def read(book: Book) -> RuleBook:
    with book.database.read() as session:
        return rule_book(session, provider_id=book.provider_id)


def test_a_provider_without_rules_has_an_empty_book(book: Book) -> None:
    found = read(book)
    assert (found.newest, found.versions, found.in_force, found.refusal) == (0, (), None, "")
    assert (found.currency, found.today) == ("AUD", book.today())


def test_the_book_says_which_version_is_in_force_and_which_is_to_come(book: Book) -> None:
    vip, late = book.group("VIP"), book.group("LATE")
    book.rules(since="2025-06-01", excluded=[late, vip], windows=["Mon-Thu 09:00-16:00", "Fri 09:00-12:00"])
    book.rules(since="2025-08-01", x=6000)
    book.rules(since="2025-05-01", y=21)
    found = read(book)
    assert [(row.version, row.is_in_force, row.is_to_come) for row in found.versions] == [
        (3, False, False), (2, False, True), (1, True, False)]
    assert found.in_force is not None
    assert found.in_force.content.excluded_group_ids == tuple(sorted((vip, late)))
    assert found.in_force.content.windows == ("Mon-Thu 09:00-16:00", "Fri 09:00-12:00")
    assert [group.code for group in found.groups] == ["LATE", "VIP"]
    assert found.newest == 3


def test_differences_are_told_field_by_field_in_words(book: Book) -> None:
    vip = book.group("VIP")
    book.rules(since="2025-06-01", excluded=[vip])
    found = read(book)
    old = found.versions[0].content
    assert differences(old, old, found) == ()
    new = replace(old, min_overdue_minor=7550, min_overdue_days=1, resuspend_days=3, excluded_group_ids=(),
                  windows=("Mon 09:00-10:00",))
    assert [(d.field, d.old, d.new) for d in differences(old, new, found)] == [
        ("min_overdue_minor", "50.00 AUD", "75.50 AUD"), ("min_overdue_days", "14 days", "1 day"),
        ("resuspend_days", "0 days", "3 days"), ("windows", "At any time", "Mon 09:00-10:00"),
        ("excluded_group_ids", "VIP", "None")]


def test_nobody_reads_the_rules_of_what_is_no_provider(book: Book) -> None:
    with book.database.read() as session, pytest.raises(NotFound):
        rule_book(session, provider_id=book.account("A1"))


FIGURES = [
    ({}, {}),
    ({"min_overdue_minor": 0}, {"min_overdue_minor"}),
    ({"min_overdue_days": -1, "resuspend_days": -1}, {"min_overdue_days", "resuspend_days"}),
    ({"min_overdue_days": 36_501}, {"min_overdue_days"}),
    ({"resuspend_days": 36_501}, {"resuspend_days"}),
    ({"restore_at_minor": 5000}, {"restore_at_minor"}),
    ({"restore_at_minor": 4999}, set()),
]


@pytest.mark.parametrize(("given", "refused"), FIGURES)
def test_figures_are_refused_at_their_fields(given: dict[str, int], refused: set[str]) -> None:
    right = {"min_overdue_minor": 5000, "min_overdue_days": 14, "restore_at_minor": 1000, "resuspend_days": 0}
    assert set(figure_refusals(**(right | given), currency="AUD")) == set(refused)


def test_a_version_with_a_wrong_figure_is_not_stored(book: Book) -> None:
    with pytest.raises(RefusedByRule, match="must be less than the minimum overdue amount"):
        book.rules(x=1000, k=1000)
    assert read(book).newest == 0
