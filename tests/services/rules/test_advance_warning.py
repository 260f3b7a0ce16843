"""Warnings before suspensions: on which day they go out, and how they follow the rules."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models.events.mapping import EventAction as Switch
from app.models.events.mapping import EventMapping
from app.models.parties.provider import Provider
from app.models.values import EventAction
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.events.mappings import create_mapping, switch_action
from app.services.rules.advance_warning import EVENT, add_advance_warning, align_warnings
from tests.support.scan_books import Book


@pytest.fixture
def book(database: Database, clock: FixedClock) -> Book:
    book = Book(database, clock)
    book.at("2025-06-20 09:00")
    return book


def profile_of(book: Book) -> int:
    with book.database.read() as session:
        return session.get_one(Provider, book.provider_id).default_profile_id


def warn(book: Book, days_ahead: int = 1) -> None:
    with book.database.write() as session:
        add_advance_warning(session, provider_id=book.provider_id, profile_ids=[profile_of(book)],
                            days_ahead=days_ahead)


def align(book: Book) -> None:
    with book.database.write() as session:
        align_warnings(session, provider_id=book.provider_id)


def warnings(book: Book) -> list[tuple[int, bool, bool]]:
    """Period, whether it follows the rules, and whether any action is on."""
    with book.database.read() as session:
        rows = session.scalars(select(EventMapping).where(EventMapping.event == EVENT)
                               .order_by(EventMapping.period_days)).all()
        on = set(session.scalars(select(Switch.mapping_id).where(Switch.enabled.is_(True))))
        return [(m.period_days, m.follows_rules, m.id in on) for m in rows]


@pytest.mark.parametrize(("y", "days_ahead", "period"), [(14, 1, 14), (14, 3, 12), (1, 1, 1), (30, 7, 24)])
def test_the_period_is_so_many_days_before_the_first_suspension(
    book: Book, y: int, days_ahead: int, period: int
) -> None:
    """With y = 14 the first suspension is on due + 15, and the warning of one day before on due + 14."""
    book.rules(y=y)
    warn(book, days_ahead)
    assert warnings(book) == [(period, True, False)]
    warn(book, days_ahead)
    assert warnings(book) == [(period, True, False)], "once more changes nothing"


def test_without_room_or_rules_it_is_refused(book: Book) -> None:
    with pytest.raises(RefusedByRule, match="No rule set is in force"):
        warn(book)
    book.rules(y=0)
    with pytest.raises(RefusedByRule, match="would not come behind it"):
        warn(book)
    with pytest.raises(RefusedByRule, match="at least one day"):
        warn(book, 0)


def test_a_reminder_of_that_period_follows_with_what_it_says_and_does(book: Book) -> None:
    book.rules()
    with book.database.write() as session:
        made = create_mapping(session, provider_id=book.provider_id, profile_id=profile_of(book), event=EVENT,
                              period_days=14)
        switch_action(session, mapping_id=made.id, action=EventAction.LOG, enabled=True, seen=False)
    warn(book)
    book.rules(y=20)
    assert warnings(book) == [(20, True, True)]


def test_it_moves_when_the_rules_of_the_day_it_warns_of_do(book: Book) -> None:
    book.rules(y=14)
    warn(book)
    book.rules(since="2025-07-01", y=7)
    assert warnings(book) == [(14, True, False)], "not yet in force"
    book.at("2025-06-29 08:00")
    align(book)
    assert warnings(book) == [(14, True, False)]
    book.at("2025-06-30 08:00")
    align(book)
    assert warnings(book) == [(7, True, False)], "it warns of tomorrow"
    book.rules(since="2025-06-25", y=30)
    assert warnings(book) == [(7, True, False)], "the later day holds"
    book.rules(since="2025-07-01", y=10)
    assert warnings(book) == [(10, True, False)]


def test_it_stays_where_another_reminder_has_its_place(book: Book) -> None:
    book.rules(y=14)
    warn(book)
    with book.database.write() as session:
        create_mapping(session, provider_id=book.provider_id, profile_id=profile_of(book), event=EVENT, period_days=7)
    book.rules(y=7)
    assert warnings(book) == [(7, False, False), (14, True, False)]
