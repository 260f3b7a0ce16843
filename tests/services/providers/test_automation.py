"""Schedule, brake and hours of sending: what holds, what is refused, and the pause."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import select

from app.models.audit import AuditEntry
from app.models.rules.quiet_hours import SendingHours
from app.models.schedule.automation import AutomationSettings
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedField
from app.services.providers.automation import (
    AutomationValues,
    Pause,
    SettingValue,
    automation_by_provider,
    automation_of,
    automation_sheet,
    pause_schedule,
    resume_schedule,
    set_automation,
)
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch


def test_what_is_not_set_is_as_the_program_has_it(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        harbour, summit = book.provider("HT"), book.provider("SB")
        set_automation(session, provider_id=summit, seen={}, settings={
            "reminders_at": "7:30", "suspend_at": ("14:00", "09:00"), "restore_every_minutes": 15,
            "brake_share_percent": 0, "quiet_from": "21:00", "quiet_to": "07:00", "working_days": ("mon", "fri"),
            "undo_delay_seconds": 30})
        both = automation_by_provider(session, [harbour, summit])
        assert both[harbour] == AutomationValues()
        assert both[summit] == AutomationValues(
            reminders_at=time(7, 30), suspend_at=(time(9), time(14)), restore_every_minutes=15, brake_share_percent=0,
            undo_delay_seconds=30, hours=SendingHours(quiet_from=time(21), quiet_to=time(7),
                                                      working_days=frozenset({0, 4})))
        assert automation_sheet(session, provider_id=summit).settings["reminders_at"] == "07:30"


def test_a_setting_that_is_cleared_leaves_nothing_behind(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HT")
        assert set_automation(session, provider_id=provider, settings={"brake_accounts": 7}, seen={})
        assert not set_automation(session, provider_id=provider, settings={"brake_accounts": 7}, seen={})
        assert set_automation(session, provider_id=provider, settings={"brake_accounts": None},
                              seen={"brake_accounts": 7})
        assert session.scalars(select(AutomationSettings)).all() == []
        told = session.execute(select(AuditEntry.field, AuditEntry.old_value, AuditEntry.new_value).where(
            AuditEntry.action == "automation_changed").order_by(AuditEntry.id)).all()
        assert [tuple(row) for row in told] == [("brake_accounts", None, "7 accounts"),
                                                ("brake_accounts", "7 accounts", None)]


@pytest.mark.parametrize(("key", "value", "says"), [
    ("reminders_at", "25:00", 'Reminders at: "25:00" is not a time of day'),
    ("suspend_at", ("09:00", "9:00"), "the same time stands there twice"),
    ("suspend_at", tuple(f"{h:02}:{m}" for h in range(13) for m in ("00", "30")), "26 times are too many"),
    ("restore_every_minutes", 0, "from 1 to 10080"),
    ("brake_share_percent", 101, "from 0 to 100"),
    ("working_days", ("mon", "holiday"), '"holiday" is not a day of the week'),
    ("undo_delay_seconds", -1, "from 0 to 86400"),
    ("quiet_from", "21:00", "need both"),
    ("quiet_to", "07:00", "need both"),
])
def test_a_setting_that_cannot_be_right_is_refused_by_name(
    database: Database, key: str, value: SettingValue, says: str,
) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HT")
        with pytest.raises(RefusedField, match=says):
            set_automation(session, provider_id=provider, settings={key: value}, seen={})


def test_scheduled_work_is_paused_with_a_reason_and_goes_on(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HT")
        for reason in ("  ", "a\u202eb", "x" * 401):
            with pytest.raises(RefusedField):
                pause_schedule(session, provider_id=provider, reason=reason)
        assert not resume_schedule(session, provider_id=provider)
        assert pause_schedule(session, provider_id=provider, reason=" The books are being checked ")
        assert not pause_schedule(session, provider_id=provider, reason="Another")
        who = session.info["actor"]
        assert automation_of(session, provider).pause == Pause(at=TEST_NOW, by=who,
                                                               reason="The books are being checked")
        set_automation(session, provider_id=provider, settings={"brake_accounts": 7}, seen={})
        assert resume_schedule(session, provider_id=provider)
        assert automation_of(session, provider).pause is None
        assert automation_of(session, provider).brake_accounts == 7
