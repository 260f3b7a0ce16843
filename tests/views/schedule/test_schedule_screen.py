"""Schedule and gateways, walked as a person would: set, paused, tried and taken away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import delete

from app.models.suspension.scans import ScanLease
from app.models.values import GatewayKind
from app.services.database.unit_of_work import Database, recorded_now
from app.services.gateways.secrets import SECRETS_FILE_VARIABLE
from app.services.gateways.settings import gateway_sheet, set_gateway
from app.services.providers.automation import AutomationValues, Settings, automation_of, set_automation, stored_settings
from app.services.scans.lease import this_owner
from app.views.desk.desk import Desk
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.schedule.feature import FEATURE, SCANNER, SCHEDULE_TARGET
from app.views.schedule.screen import ScheduleScreen
from tests.support.desks import make_desk
from tests.support.driver import Driver
from tests.support.filled_books import FilledBooks
from tests.support.immediate_runner import ImmediateRunner
from tests.support.mail_server import mail_server
from tests.support.small_book import TODAY, SmallBook, build


@dataclass
class Bench:
    """What a person has in front of them."""

    database: Database
    book: SmallBook
    desk: Desk
    screen: ScheduleScreen
    driver: Driver[ScheduleScreen]

    def settings(self) -> Settings:
        """What was set beside the brake, which the book has off."""
        with self.database.read() as session:
            stored = stored_settings(session, provider_id=self.book.provider)
        return {name: value for name, value in stored.items() if not (name.startswith("brake") and value == 0)}

    def values(self) -> AutomationValues:
        with self.database.read() as session:
            return automation_of(session, self.book.provider)

    def gateway(self, kind: GatewayKind) -> Settings:
        with self.database.read() as session:
            rows = gateway_sheet(session, provider_id=self.book.provider)
        return next(row.settings for row in rows if row.kind is kind)

    def open(self, button: str) -> Driver[QDialog]:
        self.driver.click(button)
        return self.driver.dialog()


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


@pytest.fixture
def bench(database: Database, filled_books: FilledBooks, qapp: QApplication, qtbot: QtBot,
          tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    kept = tmp_path / "secrets.toml"  # no test asks the keyring of whoever runs it
    kept.write_text("", encoding="utf-8")
    kept.chmod(0o600)
    monkeypatch.setenv(SECRETS_FILE_VARIABLE, str(kept))
    book = filled_books.put(database, build)
    bus = ChangeBus()
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, today=lambda: TODAY,
                     date_in=lambda _zone: TODAY, features=(FEATURE,))
    screen = ScheduleScreen(SCHEDULE_TARGET, desk)
    qtbot.addWidget(screen)
    screen.restore_state({"provider": book.provider})
    screen.resize(1000, 760)
    screen.show()
    screen.activateWindow()
    screen.shown()
    return Bench(database, book, desk, screen, Driver(screen))


def test_times_are_set_shown_and_emptied(bench: Bench) -> None:
    assert bench.driver.says("At 08:00 (usual)")
    dialog = bench.open("Change times…")
    dialog.fill("Reminders at", "7:30")
    dialog.fill("Suspend at", "14:00, 9:00")
    dialog.click("Save")
    assert bench.settings() == {"reminders_at": "07:30", "suspend_at": ("09:00", "14:00")}
    assert bench.driver.says("At 09:00, 14:00")
    dialog = bench.open("Change times…")
    dialog.fill("Suspend at", "")
    dialog.click("Save")
    assert bench.settings() == {"reminders_at": "07:30"}


@pytest.mark.parametrize(("button", "field", "text", "words"), [
    ("Change times…", "Reminders at", "25:00", "not a time of day"),
    ("Change times…", "Suspend at", "09:00, 09:00", "stands there twice"),
    ("Change times…", "Restore every", "0", "outside 1"),
    ("Change safety brake…", "Share", "101", "outside 0"),
    ("Change sending…", "Days", "mon, holiday", "not a day of the week"),
])
def test_what_cannot_be_read_is_refused_below_its_field(bench: Bench, button: str, field: str, text: str,
                                                        words: str) -> None:
    dialog = bench.open(button)
    dialog.fill(field, text)
    dialog.click("Save")
    assert any(words in said for said in dialog.words()), dialog.words()
    assert bench.settings() == {}


def test_quiet_hours_need_both_ends(bench: Bench) -> None:
    dialog = bench.open("Change sending…")
    dialog.fill("Quiet from", "20:00")
    dialog.click("Save")
    assert dialog.says("Quiet hours need both")
    dialog.fill("Quiet to", "07:00")
    dialog.fill("Days", "fri, mon")
    dialog.click("Save")
    assert bench.settings() == {"quiet_from": "20:00", "quiet_to": "07:00", "working_days": ("mon", "fri")}
    assert bench.driver.says("From 20:00 to 07:00")
    assert bench.driver.says("Mon and Fri")


def test_who_saves_second_is_asked(bench: Bench) -> None:
    dialog = bench.open("Change safety brake…")
    dialog.fill("Accounts", "30")
    with bench.database.write() as session:
        set_automation(session, provider_id=bench.book.provider, settings={"brake_accounts": 40},
                       seen={"brake_accounts": 0})
    dialog.click("Save")
    assert bench.settings() == {"brake_accounts": 40}
    dialog.click("Keep mine")
    assert bench.settings() == {"brake_accounts": 30}


def test_work_is_paused_with_a_reason_and_goes_on(bench: Bench) -> None:
    dialog = bench.open("Pause…")
    dialog.click("Pause")
    assert bench.values().pause is None, "without a reason nothing rests"
    dialog.fill("Reason", "Prices change tonight")
    dialog.click("Pause")
    pause = bench.values().pause
    assert pause is not None
    assert pause.reason == "Prices change tonight"
    assert bench.driver.says("Prices change tonight")
    assert not bench.driver.has("Pause…")
    bench.driver.click("Let it go on")
    assert bench.values().pause is None
    assert bench.driver.says("Scheduled work goes on.")


def test_a_mail_server_is_set_tried_and_taken_away(bench: Bench) -> None:
    bench.screen.show_part("gateways")
    assert not bench.driver.button("Test the mail server…").isEnabled()
    with mail_server() as server:
        dialog = bench.open("Set up the mail server…")
        dialog.click("Save")
        assert dialog.refused == ["Server"]
        dialog.fill("Server", "127.0.0.1")
        dialog.fill("Port", str(server.port))
        dialog.choose("Security", "none")
        dialog.click("Save")
        assert bench.gateway(GatewayKind.SMTP) == {"host": "127.0.0.1", "port": server.port, "security": "none"}
        trial = bench.open("Test the mail server…")
        trial.fill("E-mail address", "ann@example.net")
        trial.click("Test")
        assert bench.driver.says("The mail server works. It took a mail for ann@example.net.")
        assert server.recipients() == ["ann@example.net"]
    bench.open("Test the mail server…").click("Test")
    assert bench.driver.says("The mail server does not work.")
    bench.driver.click("Take away the mail server")
    assert bench.gateway(GatewayKind.SMTP) == {}
    assert bench.driver.says("No mail server is set up: what needs one waits in the outbox.")
    change = bench.desk.undoing.newest
    assert change is not None
    bench.desk.undoing.undo()
    assert bench.gateway(GatewayKind.SMTP)["host"] == "127.0.0.1"


def test_an_sms_gateway_keeps_what_is_not_touched(bench: Bench) -> None:
    stored: Settings = {"url": "https://sms.example/send", "fields": ("to=%%to%%", "text=%%text%%"), "method": "GET",
                        "repeatable": True, "timeout_seconds": 20, "success": ("200", "202")}
    with bench.database.write() as session:
        set_gateway(session, provider_id=bench.book.provider, kind=GatewayKind.SMS, settings=stored, seen=None)
    bench.screen.read_again()
    bench.screen.show_part("gateways")
    dialog = bench.open("Set up the SMS gateway…")
    dialog.fill("Sender", "Harbour")
    dialog.field("Headers").setPlainText("X-Key: %%secret%%\n\nX-Two: b")
    dialog.click("Save")
    assert bench.gateway(GatewayKind.SMS) == {**stored, "sender": "Harbour",
                                              "headers": ("X-Key: %%secret%%", "X-Two: b")}
    dialog = bench.open("Set up the SMS gateway…")
    dialog.fill("Address", "ftp://sms.example")
    dialog.click("Save")
    assert dialog.says("is no address such as")


def test_passwords_in_a_file_are_not_asked_for(bench: Bench) -> None:
    bench.screen.show_part("gateways")
    assert not bench.driver.button("Password of the mail server…").isEnabled()
    assert "write it there" in bench.driver.description("Password of the mail server…")


def test_the_part_is_found_again(bench: Bench) -> None:
    bench.driver.tabs("Parts of the schedule").click_on_tab("Gateways")
    assert bench.screen.target.part == "gateways"
    assert bench.screen.save_state() == {"provider": bench.book.provider}


def test_it_shows_who_scans_and_how_far_they_are(bench: Bench) -> None:
    with bench.database.write() as session:
        owner, now = this_owner(bench.database, ""), recorded_now(session)
        session.add(ScanLease(provider_id=bench.book.provider, token="t", owner="R. Haddad on COUNTER-2",
                              host_key=owner.host_key, pid=owner.pid, process_started=owner.process_started,
                              acquired_at=now, heartbeat_at=now, done=1, total=5))
    bench.screen.read_again()
    assert bench.driver.says("R. Haddad on COUNTER-2 began to scan at")
    assert bench.driver.says("1 of 5 accounts")
    with bench.database.write() as session:
        session.execute(delete(ScanLease))
    bench.desk.offers.get(SCANNER).changed.emit()
    assert not bench.driver.says("R. Haddad on COUNTER-2")
