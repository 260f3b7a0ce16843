"""Which day it is at a provider: by the clock of the database, and the same for everybody who asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.models.parties.provider import Provider
from app.services.clock import FixedClock, SystemClock
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound
from app.services.hierarchy.new_account_offers import creation_options
from app.services.profiles.page import profile_list
from app.services.providers.business_day import business_day, business_days, zone_of
from app.services.providers.queries import provider_context
from app.services.scans.choices import scan_choices
from app.services.status.changes import status_options
from tests.support.small_book import build


def test_a_workstation_with_a_wrong_clock_has_the_day_of_the_server(
    database: Database, database_url: str, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite there is no other clock than that of the workstation; everybody asks the same one there, too."""
    book = build(database)
    now = datetime.now(UTC)
    monkeypatch.setattr(SystemClock, "now", lambda _self: now + timedelta(days=3))
    fast = Database(parse_url(database_url), actor="test")
    expected = (now if backend == "postgresql" else now + timedelta(days=3)).date()
    with fast.read() as session:
        said = {
            business_day(session, book.provider), business_days(session)[book.provider],
            provider_context(session, book.provider).today, profile_list(session, provider_id=book.provider).today,
            creation_options(session, parent_id=book.provider).today,
            status_options(session, account_id=book.late).today, *(c.today for c in scan_choices(session)),
        }
    fast.close()
    assert len(said) == 1
    assert abs(said.pop() - expected) <= timedelta(days=1), "midnight may pass meanwhile"


def test_the_day_is_that_of_the_time_zone(database: Database) -> None:
    book = build(database)
    with database.write() as session:
        assert zone_of(session, book.provider) == ZoneInfo("UTC")
        session.get_one(Provider, book.provider).time_zone = "Pacific/Auckland"
    database.clock = FixedClock(datetime(2026, 3, 16, 12, 30, tzinfo=UTC))
    with database.read() as session:
        assert business_day(session, book.provider).isoformat() == "2026-03-17"
        with pytest.raises(NotFound, match="no such provider"):
            business_day(session, -1)
