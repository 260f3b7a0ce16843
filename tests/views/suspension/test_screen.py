"""The scan's tab and panel, used as a person would: preview, look at the reasons, untick, apply."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from app.models.values import ScanOutcome
from app.services.changes import Changed, ChangeSet
from app.services.errors import LeaseHeld
from app.services.jobs import JobContext
from app.services.scans.lease import acquire, release, this_owner
from app.services.scans.previewed import apply_scan
from app.views.desk.screen import Target
from app.views.lists.count_switches import CountSwitch
from app.views.lists.models import roles
from app.views.lists.row_delegate import CELL_PADDING
from app.views.look.tokens import BODY
from app.views.suspension.head import ScanHead
from app.views.suspension.session import ScanState
from app.views.widgets.empty_state import EmptyState
from tests.support.driver import Driver
from tests.support.small_book import TODAY, bill, pay, status_of
from tests.support.switches import switch_off, switch_on

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

KEY = Qt.Key


def test_a_preview_groups_what_it_proposes(bench) -> None:
    bench.screen.focus_first()
    assert Driver(bench.screen).has_keyboard("Provider to scan")
    bench.screen.bindings()["screen.refresh"].run()
    assert bench.lines() == [
        "Suspend 2",
        "Jane Citizen: 2 services, then the account",
        "Bob Plain: The account, no service",
        "Restore 1",
        "Marta Alvarez: 2 services restored, hold lifted",
        "Excluded 1",
        "Vip Ng: Member of the excluded group VIP",
    ]
    assert bench.screen.panel.foot.verb.text() == "Suspend 2 and restore 1"
    assert bench.screen.panel.foot.verb.isEnabled()
    assert bench.screen.title == "Scan 16 Mar 2026"
    assert status_of(bench.database, bench.book.late) == "active"


def test_unticked_proposals_are_left_alone_and_the_rest_is_applied(bench) -> None:
    bench.session.preview_now()
    bench.go_to(bench.book.bare)
    bench.press(KEY.Key_Space)
    assert bench.screen.panel.foot.verb.text() == "Suspend 1 and restore 1"
    assert bench.screen.selection_text == "2 of 3 proposals ticked"
    bench.press(KEY.Key_Return, modifiers=Qt.KeyboardModifier.ControlModifier)
    assert bench.session.state is ScanState.APPLIED
    assert bench.lines()[1:3] == ["Jane Citizen: Suspended, 2 services restricted",
                                  "Bob Plain: Not ticked, left as it is"]
    assert bench.lines()[4] == "Marta Alvarez: Restored, 2 services back"
    assert [status_of(bench.database, who) for who in (bench.book.late, bench.book.bare, bench.book.held)] == [
        "suspended", "active", "active"]
    assert bench.session.result == "1 account suspended, 1 restored."
    assert not bench.screen.panel.foot.verb.isEnabled()
    assert not bench.session.is_stale  # its own change


def test_an_excluded_account_is_explained_and_cannot_be_ticked(bench) -> None:
    bench.session.preview_now()
    bench.go_to(bench.book.excluded)
    bench.press(KEY.Key_Space)
    assert not bench.session.is_ticked(bench.book.excluded)
    bench.press(KEY.Key_Right)
    box = bench.screen.table.box(bench.book.excluded)
    assert box is not None
    assert "excluded group VIP" in box.panel.accessibleDescription()
    place = bench.model.loaded_row_of_id(bench.book.excluded)
    qwait()
    assert bench.screen.table.rowHeight(place + 1) > 100
    bench.press(KEY.Key_Left)
    assert bench.screen.table.box(bench.book.excluded) is None


def test_a_tooltip_has_the_reasons_read(bench) -> None:
    """They are made for the row that is pointed at, the invoice by its number; other rows stay unread."""
    bench.session.preview_now()
    table = bench.screen.table
    place = bench.model.loaded_row_of_id(bench.book.late)
    cell = bench.model.index(place, bench.model.column_of("happens"))
    assert "The oldest overdue invoice is 20 days late, more than 14 days." in cell.data(roles.TOOLTIP).split("\n")
    at = table.visualRect(cell).center()
    QApplication.sendEvent(table.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, table.viewport().mapToGlobal(at)))
    assert "Invoice HT-1 was due on" in cell.data(roles.TOOLTIP)
    assert bench.session.explanation(bench.book.bare) is None


def test_reasons_read_later_say_that_something_changed(bench) -> None:
    bench.session.preview_now()
    with bench.database.write() as session:
        pay(session, bench.book.provider, bench.book.late, "PM-4", 6600)
    bench.go_to(bench.book.late)
    bench.press(KEY.Key_Right)
    box = bench.screen.table.box(bench.book.late)
    assert Driver(box).has("Changed since the preview: judged now, Jane Citizen stays as it is.")


def test_reasons_are_passed_over_by_the_arrow_keys(bench) -> None:
    bench.session.preview_now()
    bench.go_to(bench.book.late)
    bench.press(KEY.Key_Right, KEY.Key_Down)
    assert bench.screen.table.current_row().account_id == bench.book.bare


def test_headings_fold_and_tick_their_group(bench) -> None:
    bench.session.preview_now()
    bench.screen.table.go_to_row(0)
    bench.screen.table.setFocus()
    bench.press(KEY.Key_Space)
    assert bench.screen.panel.foot.verb.text() == "Restore 1 account"
    bench.press(KEY.Key_Left)
    assert bench.lines()[:2] == ["Suspend 2", "Restore 1"]
    bench.press(KEY.Key_Return)
    assert len(bench.lines()) == 7
    bench.press(KEY.Key_Space)
    assert bench.screen.panel.foot.verb.text() == "Suspend 2 and restore 1"


def test_enter_and_links_open_the_account(bench) -> None:
    bench.session.preview_now()
    bench.go_to(bench.book.late)
    bench.press(KEY.Key_Return)
    bench.press(KEY.Key_Return, modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert [(target.kind, target.ident, aside) for target, aside in bench.visited] == [
        ("account", bench.book.late, False), ("account", bench.book.late, True)]


def test_groups_are_hidden_by_their_counts_and_rows_by_words(bench) -> None:
    bench.session.preview_now()
    Driver(bench.screen).find("Excluded", CountSwitch).setFocus()
    bench.press(KEY.Key_Space)
    assert "Excluded 1" not in bench.lines()
    Driver(bench.screen).search("Name, code or profile", "jane")
    assert bench.lines() == ["Suspend 1", "Jane Citizen: 2 services, then the account"]
    Driver(bench.screen).search("Name, code or profile", "nobody")
    assert Driver(bench.screen).one(EmptyState).accessibleName() == "Nothing matches “nobody”."
    Driver(bench.screen).one(EmptyState).buttons()[0].click()
    assert len(bench.lines()) == 7


def test_a_past_day_is_a_preview_only(bench) -> None:
    field = Driver(bench.screen).field("As-of date")
    field.setFocus()
    bench.press(KEY.Key_Down)
    bench.session.preview_now()
    assert bench.session.preview.as_of == TODAY - timedelta(days=1)
    foot = bench.screen.panel.foot
    assert not foot.verb.isEnabled()
    assert Driver(foot).says("preview only")
    bench.go_to(bench.book.late)
    bench.press(KEY.Key_Space)
    assert bench.session.effect().total == 0
    field.setFocus()
    bench.press(KEY.Key_A, modifiers=Qt.KeyboardModifier.ControlModifier)
    bench.press(KEY.Key_T)
    assert bench.session.question.is_today


def test_a_change_elsewhere_makes_the_preview_stale_and_moves_nothing(bench) -> None:
    bench.session.preview_now()
    before = bench.lines()
    with bench.database.write() as session:
        pay(session, bench.book.provider, bench.book.late, "PM-2", 6600)
    bench.bus.publish(ChangeSet.of(Changed.LEDGER))
    assert bench.session.is_stale
    assert bench.lines() == before
    assert Driver(bench.screen.panel.foot).says("Preview again")
    bench.session.apply_now()
    assert "Jane Citizen: Not applied: changed since the preview" in bench.lines()
    assert status_of(bench.database, bench.book.late) == "active"
    assert bench.session.result == "1 account suspended, 1 restored, 1 not applied."


def test_somebody_elses_scan_is_named_and_nothing_is_lost(bench) -> None:
    bench.session.preview_now()
    kim = replace(this_owner(bench.database, ""), words="kim on COUNTER-2")
    with bench.database.write() as session:
        token = acquire(session, [bench.book.provider], kim)
    bench.session.apply_now()
    foot = bench.screen.panel.foot
    assert isinstance(bench.session.failure, LeaseHeld)
    assert bench.session.state is ScanState.PREVIEWED
    assert len(bench.lines()) == 7
    assert Driver(foot).says("Harbour Telecom is being scanned by kim on COUNTER-2.")
    assert status_of(bench.database, bench.book.late) == "active"
    with bench.database.write() as session:
        release(session, token)
    bench.session.look_who_scans()  # every other second
    assert Driver(foot).says("other scan has ended")
    foot.verb.click()
    assert status_of(bench.database, bench.book.late) == "suspended"


def test_with_the_panel_at_the_right_the_tab_shows_the_rows_alone(bench) -> None:
    assert not bench.screen.panel.isVisible()
    bench.dock.hide()
    assert bench.screen.panel.isVisible()


def test_a_stopped_run_says_what_it_did(bench) -> None:
    context = JobContext()
    context.cancel()
    only = frozenset({bench.book.late})
    applied = apply_scan(bench.database, context, provider_id=bench.book.provider, as_of=TODAY, only=only)
    assert applied.is_stopped
    assert applied.count(ScanOutcome.SUSPEND) == 0
    bench.session.preview_now()
    bench.runner.hold()
    bench.session.apply_now()
    foot = bench.screen.panel.foot
    assert not foot.verb.isVisible()
    assert foot.stop.text() == "Stop after this chunk"
    foot.stop.click()
    bench.runner.release()
    assert bench.session.state is ScanState.PREVIEWED
    assert status_of(bench.database, bench.book.late) == "active"


def test_while_a_preview_is_made_the_old_rows_stay_and_it_can_be_stopped(bench) -> None:
    bench.session.preview_now()
    bench.runner.hold()
    bench.session.preview_now()
    assert bench.session.state is ScanState.PREVIEWING
    assert len(bench.lines()) == 7
    assert Driver(bench.screen).within(ScanHead).has("Stop")
    assert "scan.stop" in bench.screen.bindings()
    Driver(bench.screen).within(ScanHead).click("Stop")
    bench.runner.release()
    assert bench.session.state is ScanState.PREVIEWED


@pytest.mark.parametrize("windows", [("Tue-Thu 09:00-16:00",)])
def test_outside_the_window_a_proposal_waits_and_says_when(bench) -> None:
    bench.session.preview_now()
    assert bench.lines()[1] == "Jane Citizen: 2 services, then the account"
    assert bench.model.heading(ScanOutcome.SUSPEND).note.startswith("From Tue 17 Mar, 09:00, ")
    assert not bench.screen.panel.foot.verb.isEnabled()
    assert Driver(bench.screen.panel.foot).says("2 proposals wait")


@pytest.mark.parametrize("percent", [100, 150])
def test_when_a_proposal_waits_is_read_to_its_end_on_a_narrow_screen(bench, theme, percent) -> None:
    theme.set_text_percent(percent)
    narrowest = theme.sizes.px(bench.model.columns[bench.model.column_of("happens")].width)
    room = narrowest - 2 * CELL_PADDING - theme.sizes.icon - 6
    assert theme.metrics(BODY).horizontalAdvance("From Wed 30 Nov, 09:00") <= room


def test_nobody_to_suspend_offers_tomorrow(bench) -> None:
    bench.session.preview_now()
    bench.session.apply_now()
    with bench.database.write() as session:
        for account, number in ((bench.book.excluded, "PM-3"),):
            pay(session, bench.book.provider, account, number, 9900)
        bill(session, bench.book.provider, bench.book.fine, "HT-5", 9000, days_late=14)
    bench.session.preview_now()
    assert bench.lines() == []
    assert Driver(bench.screen).one(EmptyState).accessibleName() == "Nobody to suspend today."
    assert "1 account becomes due tomorrow" in Driver(bench.screen).one(EmptyState).accessibleDescription()
    Driver(bench.screen).one(EmptyState).buttons()[0].click()
    assert bench.lines()[1].startswith("Acme Pty Ltd")


def test_tab_and_panel_are_one_scan(bench) -> None:
    bench.dock.foot.second.click()
    assert bench.session.preview is not None
    assert Driver(bench.dock).has("Scan of Harbour Telecom for Mon 16 Mar 2026")
    bench.session.tick(bench.session.preview.rows, on=False)
    assert bench.dock.foot.verb.text() == bench.screen.panel.foot.verb.text()
    assert not bench.dock.foot.verb.isEnabled()
    assert Driver(bench.dock.foot).has("Nothing is ticked.")
    Driver(bench.dock).click("Show the proposals")
    assert bench.visited[-1][0].kind == "scan"


def test_another_provider_must_be_previewed_before_it_is_applied(bench) -> None:
    bench.session.preview_now()
    bench.session.question.choose(None)
    assert "Preview all providers with rules first" in bench.session.refusal()
    bench.session.power_refusal = lambda power: f'needs the power "{power}"'
    assert bench.session.refusal() == 'Applying a scan needs the power "suspension.apply".'
    bench.session.power_refusal = lambda _power: ""
    bench.session.question.choose(bench.book.provider)
    assert bench.session.refusal() == ""


def test_another_database_begins_anew(bench) -> None:
    bench.session.preview_now()
    bench.bus.publish(ChangeSet.of(Changed.DATABASE))
    assert bench.session.state is ScanState.IDLE
    assert bench.lines() == []
    assert bench.session.question.provider_id == bench.book.provider


def qwait() -> None:
    for _ in range(5):
        QApplication.processEvents()


def test_a_preview_asked_for_in_its_question_leads_to_the_proposals(bench) -> None:
    """The question is switched off meanwhile, which takes the keyboard from it."""
    Driver(bench.screen).field("As-of date").setFocus()
    bench.press(Qt.Key.Key_Return, modifiers=Qt.KeyboardModifier.ControlModifier)
    assert bench.session.state is ScanState.PREVIEWED
    assert bench.screen.table.hasFocus()


def test_applying_leaves_the_keyboard_where_it_is(bench, qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    row.addWidget(bench.screen)
    row.addWidget(bench.dock)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    bench.session.preview_now()
    bench.dock.foot.second.setFocus()  # passed by on the way
    bench.screen.table.setFocus()
    bench.session.apply_now()
    assert bench.session.state is ScanState.APPLIED
    assert bench.screen.table.hasFocus()
    for part in (bench.screen, bench.dock):
        part.setParent(None)


def test_a_preview_takes_the_keyboard_from_nobody(bench) -> None:
    Driver(bench.screen).field("Name, code or profile").setFocus()
    bench.session.preview_now()
    assert Driver(bench.screen).has_keyboard("Name, code or profile")


def test_what_an_event_that_is_off_blocks_is_said_with_the_way_to_mend_it(bench) -> None:
    with bench.database.write() as session:
        switch_off(session, provider_id=bench.book.provider, event="auto_suspend")
    bench.session.preview_now()
    screen = Driver(bench.dock)
    assert bench.lines()[:3] == ["Suspend 2", "Jane Citizen: Auto Suspend is off for the profile",
                                 "Bob Plain: Auto Suspend is off for the profile"]
    assert screen.says("2 suspensions are blocked: Auto Suspend is off for Default Profile.")
    assert bench.dock.foot.verb.text() == "Restore 1 account", "what is blocked is not ticked"
    screen.click("Switch it on in the templates")
    assert bench.visited[-1][0] == Target("templates")
    bench.session.apply_now()
    assert bench.session.result == "1 account restored, 2 blocked."
    assert status_of(bench.database, bench.book.late) == "active"
    with bench.database.write() as session:
        switch_on(session, provider_id=bench.book.provider)
    bench.session.preview_now()
    assert not screen.says("blocked")


def test_restorations_are_blocked_likewise(bench) -> None:
    with bench.database.write() as session:
        switch_off(session, provider_id=bench.book.provider, event="auto_unsuspend")
    bench.session.preview_now()
    assert Driver(bench.dock).says("1 restoration is blocked: Auto UnSuspend is off for Default Profile.")
    assert "Marta Alvarez: Auto UnSuspend is off for the profile" in bench.lines()


def test_the_rules_are_opened_from_their_words(bench) -> None:
    bench.session.preview_now()
    Driver(bench.dock).click("Open the rules")
    assert bench.visited[-1][0] == Target("rules", part=str(bench.book.provider))
