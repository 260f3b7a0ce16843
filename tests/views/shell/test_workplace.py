"""The whole window on a small demo: every place opens, says something, and closes without leaving anything behind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from app import __version__
from app.services.hierarchy.finding import find_account
from app.services.jobs import JobContext
from app.services.upkeep.opening import open_job
from app.services.upkeep.preparation import Preparation
from app.views.creation.feature import CREATION
from app.views.desk.screen import Target
from app.views.lists.count_switches import CountSwitch
from app.views.lists.lazy_tree import LazyTree
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.runner import JobRunner
from app.views.settings.libraries import library_notices
from app.views.shell.about import AboutDialog
from app.views.shell.parts import ToolStrip
from app.views.start.start_window import Surroundings
from app.views.suspension.feature import SESSION
from app.workplace import PLACES, Workplace
from tests.conftest import TEST_NOW
from tests.support.driver import Driver


@pytest.fixture
def demo_file(demo_of_sixty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(demo_of_sixty, tmp_path / "demo.db"))


@pytest.fixture
def workplace(qtbot: QtBot, qapp: QApplication, demo_file: Path, tmp_path: Path) -> Iterator[Workplace]:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    opened = open_job(None, JobContext(), url=str(demo_file), preparation=Preparation.NONE)
    bus = ChangeBus()
    runner = JobRunner(opened.database, bus)
    around = Surroundings(theme=Theme(qapp), settings=settings, today=TEST_NOW.date, connect=lambda: None)
    place = Workplace(around, runner, bus, opened, is_demo=True)
    qtbot.addWidget(place.window)
    place.show()
    qtbot.waitUntil(lambda: runner.active == 0, timeout=20_000)
    yield place
    place.window.hide()
    runner.shutdown(15.0)
    opened.database.close()


def _settled(qtbot: QtBot, place: Workplace) -> None:
    qtbot.wait(50)
    qtbot.waitUntil(lambda: place.runner.active == 0, timeout=20_000)


@pytest.mark.parametrize("place", PLACES, ids=lambda p: p.key)
def test_every_place_of_the_rail_opens_a_titled_page(qtbot: QtBot, workplace: Workplace, place: object) -> None:
    screen = workplace.window.go(place.target)  # type: ignore[attr-defined]
    _settled(qtbot, workplace)
    assert screen is workplace.window.tabs.current
    assert screen is not None
    assert screen.title


def test_what_is_done_every_day_stands_in_the_toolbar(workplace: Workplace) -> None:
    (strip,) = workplace.window.findChildren(ToolStrip)
    buttons = [button.accessibleName() for button in strip.findChildren(QToolButton)]
    behind_back_and_forward = buttons[2:]
    assert behind_back_and_forward == ["New account", "Print invoices", "Preview scan", "Receive payment"]


def test_menus_keep_the_order_of_their_sections_whichever_room_brings_them(workplace: Workplace) -> None:
    (tools,) = [menu for menu in workplace.window.findChildren(QMenu) if menu.title() == "&Tools"]
    assert [action.text().replace("&", "").rstrip("…") for action in tools.actions()] == [
        "Begin sign-in", "Change password", "Sign in as somebody else", "", "Do what is due now",
        "Schedule and gateways", "Modules", "Account groups", "What does a person see?",
        "Staff, org units and roles", "My details", "Account profiles",
        "Service requests", "New account group"]


def test_about_says_which_version_this_is(qtbot: QtBot, workplace: Workplace) -> None:
    workplace.desk.actions.trigger("help.about")
    (about,) = workplace.window.findChildren(AboutDialog)
    said = [label.text() for label in about.findChildren(QLabel)]
    assert f"Bursar {__version__}" in said
    about.reject()


def test_the_first_page_is_the_customer_list(workplace: Workplace) -> None:
    current = workplace.window.tabs.current
    assert current is not None
    assert current.target.kind == "customers"


def test_the_wizard_for_a_new_account_opens_over_the_list(qtbot: QtBot, workplace: Workplace) -> None:
    """What the empty states offer is there, and begins below the provider of the list."""
    _settled(qtbot, workplace)
    creation = workplace.desk.offers.get(CREATION)
    registry = workplace.desk.actions
    assert [registry.refusal(name) for name in ("account.new", "provider.new", "file.import")] == ["", "", ""]
    registry.trigger("account.new")
    qtbot.waitUntil(lambda: creation.wizard is not None)
    wizard = creation.wizard
    assert wizard is not None
    assert wizard.isModal()
    assert wizard.steps[0].chosen == "Customer of Harbour Telecom"
    wizard.reject()
    assert creation.wizard is None


@pytest.mark.parametrize("part", ["summary", "ledger", "history"])
def test_an_account_opens_on_each_of_its_tabs(qtbot: QtBot, workplace: Workplace, part: str) -> None:
    with workplace.opened.database.read() as session:
        account_id = find_account(session, "A0001").id
    screen = workplace.window.go(Target("account", account_id, part))
    _settled(qtbot, workplace)
    assert screen is not None
    assert screen.part() == part
    assert screen.title == "Acme Pty Ltd"


def test_preview_asked_before_the_providers_are_known_is_made_once_they_are(qtbot: QtBot, workplace: Workplace) -> None:
    session = workplace.desk.offers.get(SESSION)
    session.question.load()
    workplace.desk.actions.trigger("scan.preview")
    qtbot.waitUntil(lambda: session.preview is not None, timeout=20_000)
    assert session.preview is not None
    assert session.preview.rows


def test_what_is_open_comes_back_at_the_next_start(qtbot: QtBot, workplace: Workplace) -> None:
    workplace.window.go(Target("settings"))
    _settled(qtbot, workplace)
    workplace.window.save_state()
    (kept,) = [key for key in workplace.settings.allKeys() if key.endswith("/tabs")]
    tabs = str(workplace.settings.value(kept))
    assert '"kind": "settings"' in tabs


def test_the_notices_name_every_library_with_a_licence() -> None:
    notices = library_notices()
    assert {"PySide6-Essentials", "SQLAlchemy", "reportlab"} <= {n.name for n in notices}
    assert all(n.version and n.licence for n in notices)


def test_the_next_start_shows_what_was_open_and_another_database_its_own(
    qtbot: QtBot, qapp: QApplication, workplace: Workplace, demo_file: Path, tmp_path: Path,
) -> None:
    with workplace.opened.database.read() as session:
        account_id = find_account(session, "A0001").id
    workplace.window.go(Target("account", account_id, "ledger"))
    _settled(qtbot, workplace)
    workplace.window.save_state()
    expanded = Driver(workplace.window).one(LazyTree).expanded_ids()
    assert expanded
    other_file = shutil.copy(demo_file, tmp_path / "other.db")
    seen = {}
    for url in (str(demo_file), str(other_file)):
        opened = open_job(None, JobContext(), url=url, preparation=Preparation.NONE)
        bus = ChangeBus()
        runner = JobRunner(opened.database, bus)
        around = Surroundings(theme=Theme(qapp), settings=workplace.settings, today=TEST_NOW.date, connect=lambda: None)
        again = Workplace(around, runner, bus, opened, is_demo=True)
        qtbot.addWidget(again.window)
        again.show()
        _settled(qtbot, again)
        tree = again.window.findChild(LazyTree)
        seen[url] = [screen.title for screen in again.window.tabs.screens], tree.expanded_ids()
        again.window.hide()
        runner.shutdown(15.0)
        opened.database.close()
    assert seen[str(demo_file)] == (["Customers", "Acme Pty Ltd"], expanded)
    assert seen[str(other_file)][0] == ["Customers"]


def test_the_business_date_is_that_of_the_provider_in_view(qtbot: QtBot, workplace: Workplace) -> None:
    with workplace.opened.database.read() as session:
        account_id = find_account(session, "A0001").id
    page = workplace.window.go(Target("account", account_id))
    _settled(qtbot, workplace)
    assert page is not None
    place = page.business_place()
    assert place is not None
    assert place.time_zones == ("Australia/Sydney",)
    assert place.name == "Harbour Telecom"
    assert workplace.window.status.business_date.toolTip() == "The date of Harbour Telecom, time of Sydney"


def test_the_tree_makes_room_for_the_list_of_a_batch(qtbot: QtBot, workplace: Workplace) -> None:
    workplace.window.resize(1440, 900)
    screen = workplace.window.go(Target("printing"))
    _settled(qtbot, workplace)
    assert screen is not None
    switches = screen.findChildren(CountSwitch)
    assert switches
    assert [s.text() for s in switches if s.isVisible() and s.width() < s.sizeHint().width()] == []


def test_the_tree_makes_room_for_an_account_beside_the_scan_panel(qtbot: QtBot, workplace: Workplace) -> None:
    workplace.window.resize(1280, 800)
    with workplace.opened.database.read() as session:
        account_id = find_account(session, "A0004").id
    screen = workplace.window.go(Target("account", account_id))
    workplace.desk.actions.trigger("view.side")
    _settled(qtbot, workplace)
    assert screen is not None
    assert screen.width() >= 700
