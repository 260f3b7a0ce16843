"""A tab that hung, crashed or was killed is not opened by itself again: the next start names it and offers it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.desk.screen import Target
from app.views.shell.tabs import at_work
from tests.support.driver import Driver
from tests.views.shell.test_main_window import Page, Shell

STARTED = {"customers", "scan", "account", "settings"}


class DiesAtBirth(Page):
    """A screen that takes the program with it while it is made."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        print("making", flush=True)
        sys.stdin.read()


class DiesLater(Page):
    """A screen that comes up well and hangs afterwards."""

    def hang(self) -> None:
        print("hanging", flush=True)
        sys.stdin.read()


def run_until_killed(settings_file: str, kind: str, page: str) -> None:
    """What the killed program does: a window with a list and an account, then the tab that hangs."""
    app = QApplication([])
    shell = Shell(app, QSettings(settings_file, QSettings.Format.IniFormat))
    shell.window.tabs.use(dict.fromkeys(STARTED, Page) | {kind: globals()[page]}, frozenset({"customers"}))
    shell.window.show()
    shell.window.restore_tabs()
    shell.window.go(Target("account", 42), aside=True)
    _come_to_rest(app, shell)
    screen = shell.window.go(Target(kind))
    _come_to_rest(app, shell)
    assert isinstance(screen, DiesLater)
    screen.hang()


def _come_to_rest(app: QApplication, shell: Shell) -> None:
    watch = shell.window.findChild(at_work.TabsAtWork)
    while not watch.is_at_rest:
        app.processEvents()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def start(qapp: QApplication, qtbot: QtBot, settings: QSettings) -> Callable[[], Shell]:
    def started() -> Shell:
        made = Shell(qapp, QSettings(settings.fileName(), QSettings.Format.IniFormat))
        qtbot.addWidget(made.window, before_close_func=lambda window: setattr(window, "_may_close", True))
        made.window.resize(1440, 900)
        made.window.show()
        made.window.restore_tabs()
        return made
    return started


def _killed(settings: QSettings, kind: str, page: str) -> None:
    """A program of its own that is killed while that tab has it."""
    script = (f"from tests.views.shell.test_tabs_at_work import run_until_killed; "
              f"run_until_killed({settings.fileName()!r}, {kind!r}, {page!r})")
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          env=os.environ | {"PYTHONPATH": str(Path.cwd())}) as program:
        assert program.stdout is not None
        assert program.stdout.readline().strip() in {b"making", b"hanging"}
        program.kill()
        program.wait()


def _in_another_program(settings: QSettings, what: str) -> None:
    """Do something with the marks as another program does, which has settings of its own."""
    script = ("import sys; from PySide6.QtCore import QSettings; from app.views.desk.memory import BooksMemory; "
              "memory = BooksMemory(QSettings(sys.argv[1], QSettings.Format.IniFormat), 'books'); "
              f"marks = memory.kept('at_work'); {what}; memory.keep('at_work', marks); memory.flush()")
    subprocess.run([sys.executable, "-c", script, settings.fileName()], check=True)


def _offers(shell: Shell) -> list[str]:
    return [notice.title for notice in shell.window.notices.kept]


@pytest.mark.parametrize("page", ["DiesAtBirth", "DiesLater"])
def test_the_tab_that_had_a_killed_program_is_offered_and_not_opened(
    settings: QSettings, start: Callable[[], Shell], page: str
) -> None:
    _killed(settings, "scan", page)
    shell = start()
    assert shell.titles() == ["Customers", "Account 42"]
    title = "Scan" if page == "DiesLater" else "Suspension"
    assert _offers(shell) == [f"{title} was open when the program ended unexpectedly."]
    Driver(shell.window).click("Open it")
    assert shell.page.title == "Scan"
    assert _offers(start()) == []  # this program is at work with it, and is there


def test_a_first_place_that_did_not_come_up_comes_without_what_was_set(
    settings: QSettings, start: Callable[[], Shell]
) -> None:
    shell = start()
    shell.page.field.setText("as it was left")
    shell.window.save_state()
    settings.sync()
    _killed(settings, "customers", "DiesAtBirth")
    again = start()
    assert again.titles() == ["Customers"]
    assert again.page.field.text() == ""
    assert _offers(again) == ["Customers was open when the program ended unexpectedly."]


def test_a_window_that_closes_leaves_nothing_behind(settings: QSettings, start: Callable[[], Shell],
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    shell = start()
    shell.window.go(Target("scan"))
    shell.window.save_state()
    monkeypatch.setattr(at_work, "_started", lambda _pid: "another time")  # every mark is of a program gone
    again = start()
    assert again.titles() == ["Customers", "Scan"]
    assert _offers(again) == []


@pytest.mark.parametrize("closes", [False, True])
def test_another_window_that_closed_meanwhile_is_not_told_of(settings: QSettings, start: Callable[[], Shell],
                                                             closes: bool) -> None:
    shell = start()
    scan = [{"kind": "scan", "ident": None, "part": "", "title": "Scan", "state": {}, "was_up": True}]
    _in_another_program(settings, f"marks['1/another time'] = {scan!r}")
    settings.sync()  # this program has read the mark
    _in_another_program(settings, "marks.pop('1/another time')")
    if closes:
        shell.window.findChild(at_work.TabsAtWork).end()
    else:
        shell.window.go(Target("account", 42))
    assert _offers(start()) == []


def test_a_start_that_is_killed_as_well_does_not_bring_the_tab_back(
    settings: QSettings, start: Callable[[], Shell], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = start()
    shell.window.go(Target("scan"))
    shell.window.save_state()
    _killed(settings, "settings", "DiesAtBirth")
    settings.sync()
    assert "Settings" not in start().titles()
    assert "Settings" not in start().titles()
