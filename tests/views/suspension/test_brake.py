"""A run that the safety brake stopped, on screen: seen, approved with a reason, alone after a wait, or left."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import update

from app.models.schedule.automation import AutomationSettings
from app.models.suspension.brake import BrakeStop
from app.services.changes import Changed, ChangeSet
from app.services.clock import FixedClock
from app.services.jobs import JobContext
from app.services.scans import stops
from app.services.scans.scan import run_scan
from app.services.scans.stops import BrakeStopped
from app.views.desk.screen import Target
from app.views.running.change_bus import ELSEWHERE
from app.views.suspension.brake.notice import BrakeNotice
from app.views.suspension.session import ScanState
from tests.support.driver import Driver
from tests.support.small_book import bill, customer, status_of
from tests.views.suspension.conftest import Bench

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
REASON = "Reason for the decision"


@pytest.fixture
def stopping(bench: Bench) -> Bench:
    """The brake holds where two accounts would change."""
    with bench.database.write() as session:
        session.merge(AutomationSettings(provider_id=bench.book.provider, brake_share_percent=1, brake_accounts=1,
                                         brake_pause_days=0))
    return bench


def stop_elsewhere(bench: Bench) -> None:
    """Somebody else's scan is stopped."""
    with pytest.raises(BrakeStopped):
        run_scan(bench.database, JobContext())
    with bench.database.write() as session:
        session.execute(update(BrakeStop).values(started_by="R. Haddad"))
    bench.bus.publish(ChangeSet.of(Changed.HOLDS, Changed.SCHEDULE), ELSEWHERE)


def decision(bench: Bench) -> tuple[str, str | None, bool]:
    with bench.database.read() as session:
        stop = session.query(BrakeStop).order_by(BrakeStop.id.desc()).first()
        assert stop is not None
        return stop.state, stop.decision_reason, stop.alone


def test_a_run_that_would_change_too_many_stops_and_says_what_and_who(stopping: Bench) -> None:
    stopping.session.preview_now()
    stopping.session.apply_now()
    dock = Driver(stopping.dock)
    panel = dock.part("What the safety brake stopped")
    assert panel.says("Stopped before anything changed.")
    assert panel.says("Of 5 accounts 2 would be suspended and 1 restored, 60.0")
    assert panel.says("There is nobody else who could approve it. You may do so yourself, with a reason, in")
    assert stopping.session.state is ScanState.PREVIEWED
    assert status_of(stopping.database, stopping.book.late) == "active"
    assert not stopping.dock.foot.verb.isVisibleTo(stopping.dock), "the panel stands where Apply was"
    panel.fill(REASON, "Checked with the bank")
    assert "You may approve it yourself in" in panel.button("Suspend 2 and restore 1").toolTip()


def test_before_it_is_applied_the_ticks_are_held_against_the_limits(stopping: Bench) -> None:
    stopping.session.preview_now()
    lines = Driver(stopping.dock).part("Safety brake before it is applied")
    assert lines.says("Would stop")
    assert lines.says("More than 1 % of them and more than 1 account want a second person.")
    for account in (stopping.book.late, stopping.book.held):
        stopping.go_to(account)
        stopping.press(Qt.Key.Key_Space)
    assert lines.says("Clear")
    assert lines.says("1 of 5 accounts change, 20.0")
    stopping.session.apply_now()
    assert stopping.session.result == "1 account suspended."


def test_whoever_is_alone_approves_after_the_wait_with_a_reason(stopping: Bench, clock: FixedClock) -> None:
    stopping.session.preview_now()
    stopping.session.apply_now()
    clock.moment += timedelta(seconds=60)
    stopping.session.brake.read()
    panel = Driver(stopping.dock).part("What the safety brake stopped")
    assert "Write a reason" in panel.button("Suspend 2 and restore 1").toolTip()
    panel.fill(REASON, "Checked with the bank")
    panel.click("Suspend 2 and restore 1")
    assert decision(stopping) == ("approved", "Checked with the bank", True)
    assert stopping.session.state is ScanState.APPLIED
    assert stopping.session.result == "2 accounts suspended, 1 restored."
    assert [status_of(stopping.database, who) for who in (stopping.book.late, stopping.book.held)] == [
        "suspended", "active"]
    assert not Driver(stopping.dock).has("What the safety brake stopped")


def test_somebody_elses_stop_is_approved_with_the_keyboard(stopping: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    zone = ZoneInfo("Australia/Sydney")
    monkeypatch.setattr(stops, "zone_of", lambda *_args: zone)
    stopping.session.question.load()
    stop_elsewhere(stopping)
    panel = Driver(stopping.dock).part("What the safety brake stopped")
    assert panel.says("Somebody else started it, so you may approve it.")
    waiting = stopping.session.brake.first
    assert waiting is not None
    at = stopping.desk.theme.formatter.time(waiting.stop.stopped_at, zone)
    assert panel.says(f"started by R. Haddad at {at}.")
    panel.fill(REASON, "As announced")
    panel.press(Qt.Key.Key_Return)
    assert decision(stopping) == ("approved", "As announced", False)
    assert status_of(stopping.database, stopping.book.late) == "suspended"


def test_what_grew_since_stops_again(stopping: Bench) -> None:
    stopping.session.question.load()
    stop_elsewhere(stopping)
    with stopping.database.write() as session:
        late = customer(session, stopping.book.provider, "A5", "Una Late", services=0)
        bill(session, stopping.book.provider, late, "HT-5", 9000)
    panel = Driver(stopping.dock).part("What the safety brake stopped")
    panel.fill(REASON, "As announced")
    panel.click("Suspend 2 and restore 1")
    assert status_of(stopping.database, stopping.book.late) == "active"
    panel = Driver(stopping.dock).part("What the safety brake stopped")
    assert panel.says("Of 6 accounts 3 would be suspended and 1 restored")


def test_a_stop_is_left_with_a_reason(stopping: Bench) -> None:
    stopping.session.question.load()
    stop_elsewhere(stopping)
    panel = Driver(stopping.dock).part("What the safety brake stopped")
    panel.fill(REASON, "The import was wrong")
    panel.button("Do not apply it").setFocus()
    panel.press(Qt.Key.Key_Space)
    assert stopping.dock.focusWidget() is stopping.dock.question.provider, "and not the verb that would scan"
    assert decision(stopping) == ("dismissed", "The import was wrong", False)
    assert not Driver(stopping.dock).has("What the safety brake stopped")
    stopping.session.preview_now()
    assert stopping.dock.foot.verb.isVisibleTo(stopping.dock)


def test_a_stop_is_told_once_wherever_one_is_and_leads_to_the_scan(stopping: Bench) -> None:
    watch = BrakeNotice(stopping.desk)
    assert stopping.desk.notices.kept == ()
    stop_elsewhere(stopping)
    stopping.bus.publish(ChangeSet.of(Changed.SCHEDULE), ELSEWHERE)
    (notice,) = stopping.desk.notices.kept
    assert notice.title == "The safety brake stopped the scan of Harbour Telecom"
    assert "It would have changed 3 accounts." in notice.text
    assert notice.run is not None
    notice.run()
    assert stopping.visited[-1][0] == Target("scan")
    assert stopping.session.preview is not None
    assert notice.leads_on
    panel = Driver(stopping.dock).part("What the safety brake stopped")
    panel.fill(REASON, "The import was wrong")
    panel.click("Do not apply it")
    assert not notice.leads_on, "what was decided leads nowhere"
    assert watch.parent() is stopping.desk.window
