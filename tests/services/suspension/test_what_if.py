"""What a draft would change today is what its version does change once it is entered, on random books."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models.values import ScanOutcome
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import Cancelled
from app.services.rules.rule_sets import newest_version, set_rules
from app.services.rules.versions import RuleDraft, rule_book
from app.services.suspension.what_if import WhatIf, what_would_change
from tests.services.suspension.test_judgement import Dice, RandomBook
from tests.support.scan_books import Book

SHOWN = (ScanOutcome.SUSPEND, ScanOutcome.RESTORE, ScanOutcome.EXCLUDED)


def nothing() -> None:
    """Nobody stops it."""


def draft_of(book: Book) -> RuleDraft:
    with book.database.read() as session:
        return rule_book(session, provider_id=book.provider_id).versions[0].content


def ask(book: Book, draft: RuleDraft) -> WhatIf:
    with book.database.read() as session:
        return what_would_change(session, nothing, provider_id=book.provider_id, draft=draft)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_it_foretells_what_the_version_does(database: Database, clock: FixedClock, seed: int) -> None:
    clock.moment = datetime(2025, 7, 2, 2, tzinfo=UTC)
    dice = Dice(seed)
    book = RandomBook(database, clock, f"B{seed}", dice)
    before = {result.account_id: result.outcome for result in book.preview().values()}
    draft = replace(
        draft_of(book), min_overdue_minor=dice.random.choice((1001, 2500, 5000)),
        min_overdue_days=dice.random.choice((0, 7, 14, 30)), restore_at_minor=dice.random.choice((0, 1000)),
        resuspend_days=dice.random.choice((0, 3, 10)),
        excluded_group_ids=tuple(g for g in book.groups if dice.chance(0.5)), effective_from=book.today())
    told = ask(book, draft)
    with database.write() as session:
        set_rules(session, provider_id=book.provider_id, seen=newest_version(session, provider_id=book.provider_id),
                  effective_from=draft.effective_from, min_overdue_minor=draft.min_overdue_minor,
                  min_overdue_days=draft.min_overdue_days, restore_at_minor=draft.restore_at_minor,
                  resuspend_days=draft.resuspend_days, excluded_group_ids=draft.excluded_group_ids)
    after = {result.account_id: result.outcome for result in book.preview().values()}
    none = ScanOutcome.NONE
    differing = {id_: (before.get(id_, none), after.get(id_, none)) for id_ in {*before, *after}
                 if before.get(id_, none) is not after.get(id_, none)}
    assert {row.account_id: (row.before, row.after) for row in told.rows} == differing
    assert told.changed == len(differing)
    for side, outcomes in ((told.before, before), (told.after, after)):
        assert side == {outcome: list(outcomes.values()).count(outcome) for outcome in SHOWN}


def test_the_story_of_one_draft(database: Database, clock: FixedClock) -> None:
    book = Book(database, clock)
    book.at("2025-07-02 09:00")
    vip = book.group("VIP")
    book.account("SMALL")
    book.account("LARGE", groups=[vip])
    book.invoice("SMALL", 6000, due="2025-06-17")
    book.invoice("LARGE", 9000, due="2025-06-24")
    book.rules()
    told = ask(book, replace(draft_of(book), min_overdue_days=7, min_overdue_minor=7000))
    assert [(row.code, row.before, row.after, row.payable_minor, row.oldest_days) for row in told.rows] == [
        ("LARGE", ScanOutcome.NONE, ScanOutcome.SUSPEND, 9000, 8),
        ("SMALL", ScanOutcome.SUSPEND, ScanOutcome.NONE, 6000, 15)]
    assert (told.version, told.changed) == (1, 2)
    told = ask(book, replace(draft_of(book), min_overdue_days=7, excluded_group_ids=(vip,)))
    assert [(row.code, row.after, row.exclusions) for row in told.rows] == [
        ("LARGE", ScanOutcome.EXCLUDED, ("X2",))]


def test_without_rules_it_is_compared_with_nobody(database: Database, clock: FixedClock) -> None:
    book = Book(database, clock)
    book.at("2025-07-02 09:00")
    book.account("LATE")
    book.invoice("LATE", 6000, due="2025-06-17")
    draft = RuleDraft(name="", effective_from=book.today(), min_overdue_minor=5000, min_overdue_days=14,
                      restore_at_minor=0, resuspend_days=0, windows=(), excluded_group_ids=())
    told = ask(book, draft)
    assert (told.version, told.before[ScanOutcome.SUSPEND], told.after[ScanOutcome.SUSPEND]) == (None, 0, 1)


def test_it_stops_between_its_statements(database: Database, clock: FixedClock) -> None:
    book = Book(database, clock)
    book.rules()

    def stop() -> None:
        raise Cancelled("stopped")

    with database.read() as session, pytest.raises(Cancelled):
        what_would_change(session, stop, provider_id=book.provider_id, draft=draft_of(book))
