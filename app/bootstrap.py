"""Starting the window: application, event loop, threads, and the change from one database to another.

The window runs on the qasync loop from the start. It paints first; the database is opened by a job. Only this module
and `workplace` wire things together.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from datetime import date
from functools import partial
from typing import Any

os.environ.setdefault("QT_API", "pyside6")  # qasync would otherwise look for another binding first

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QApplication

from app.services.clock import SystemClock
from app.services.jobs import JobContext, Progress
from app.services.staff.sign_in import SignedIn
from app.services.upkeep.opening import Opened, Preparation, open_job, signed_in_job, try_connection
from app.settings import data_dir, default_database, demo_database, log_dir
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.gui_gc import GuiGarbageCollector
from app.views.running.runner import JobRunner
from app.views.shell import window_memory
from app.views.staff.sign_in_dialogs import SignInDialog
from app.views.start.application import make_application
from app.views.start.connect import ConnectDialog
from app.views.start.crash import CrashHandling
from app.views.start.welcome import WelcomeWays
from app.workplace import StartWindow, Surroundings, Workplace, window_of

log = logging.getLogger(__name__)
_SHUTDOWN_LIMIT_S = 15.0


class Conductor(QObject):
    """Owns what is on the screen: the start window or one workplace, and the change between them."""

    def __init__(self, app: QApplication, quit_event: asyncio.Event) -> None:
        super().__init__()
        self._quit = quit_event
        self._settings = QSettings()
        self._theme = Theme(app)
        self._theme.restore(self._settings)
        self._around = Surroundings(theme=self._theme, settings=self._settings, today=self.today,
                                    connect=self.connect_to_other, change_person=self.change_person)
        self._runner = JobRunner(None, ChangeBus())
        self._place: Workplace | StartWindow | None = None
        self._start: StartWindow | None = None
        self._url = ""
        self._preparation = Preparation.NONE
        self._asks_who = False

    def today(self) -> date:
        """The date on this workstation; each provider's own date decides what a scan applies."""
        return SystemClock().now().astimezone().date()

    def begin(self, url: str, *, demo: bool) -> None:
        """Paint the start window and open the database behind it."""
        ways = WelcomeWays(
            open_demo=partial(self.open, demo_database(), Preparation.DEMO),
            create_here=self._create_here, connect=self.connect_to_other,
            upgrade=self._upgrade, try_again=self._try_again,
        )
        self._start = StartWindow(self._around, self._runner, ways)
        self._show(self._start)
        self.open(url, Preparation.DEMO if demo else Preparation.NONE)

    def open(self, url: str, preparation: Preparation = Preparation.NONE) -> None:
        """Open a database in the background; the present window stays until it is there."""
        self._url, self._preparation = url, preparation
        if self._start is not None:
            self._start.screen.show_opening("the demo database" if preparation is Preparation.DEMO else "the database")
        self._runner.read(partial(open_job, url=url, preparation=preparation), succeeded=self._on_opened,
                          failed=self._on_failed, progressed=self._on_progress)

    def _on_progress(self, progress: Progress) -> None:
        if self._start is not None and progress.total:
            self._start.screen.show_progress(progress)

    def _create_here(self) -> None:
        self.open(self._url or default_database(), Preparation.CREATE_OR_UPGRADE)

    def _upgrade(self) -> None:
        self.open(self._url, Preparation.CREATE_OR_UPGRADE)

    def _try_again(self) -> None:
        self.open(self._url, self._preparation)

    def connect_to_other(self) -> None:
        """Ask for another database; it is set up or brought up to date when that is what it needs."""
        parent = window_of(self._place) if self._place is not None else None
        dialog = ConnectDialog(self._theme, self._runner, _probe, parent, folder=str(data_dir()))
        dialog.chosen.connect(self._on_chosen)
        dialog.open()

    def _on_chosen(self, url: str) -> None:
        self.open(url, Preparation.CREATE_OR_UPGRADE)

    def change_person(self) -> None:
        """Open the same database anew and ask who works with it; without an answer the window stays as it is."""
        if isinstance(self._place, Workplace):
            self._asks_who = True
            self.open(self._place.opened.url)

    def _on_opened(self, opened: Opened) -> None:
        asks, self._asks_who = self._asks_who, False
        if opened.needs_sign_in or (asks and opened.who is not None):
            self._ask_to_sign_in(opened)
        else:
            self._enter(opened)

    def _ask_to_sign_in(self, opened: Opened) -> None:
        """Whoever does not sign in stays where they were; the database is closed again."""
        assert self._place is not None  # noqa: S101  something is always on the screen
        door = JobRunner(opened.database, ChangeBus(), self)
        dialog = SignInDialog(self._theme, door, opened.place, self._place.window, is_demo=opened.who is not None)
        dialog.signed_in.connect(partial(self._on_signed_in, opened, door))
        dialog.rejected.connect(partial(self._on_not_signed_in, opened, door))
        dialog.open_and_forget()

    def _on_signed_in(self, opened: Opened, door: JobRunner, who: SignedIn) -> None:
        door.read(partial(signed_in_job, opened=opened, who=who), succeeded=partial(self._enter_from, door),
                  failed=partial(self._on_failed_inside, opened, door))

    def _enter_from(self, door: JobRunner, opened: Opened) -> None:
        door.begin_shutdown()
        self._enter(opened)

    def _on_failed_inside(self, opened: Opened, door: JobRunner, error: BaseException) -> None:
        self._on_not_signed_in(opened, door)
        self._on_failed(error)

    def _on_not_signed_in(self, opened: Opened, door: JobRunner) -> None:
        door.begin_shutdown()
        door.wait(_SHUTDOWN_LIMIT_S)
        opened.database.close()
        if self._start is not None:
            self._start.screen.show_signed_out(opened.place)

    def _enter(self, opened: Opened) -> None:
        bus = ChangeBus()
        runner = JobRunner(opened.database, bus)
        old_place, old_runner = self._place, self._runner
        old_opened = old_place.opened if isinstance(old_place, Workplace) else None
        if isinstance(old_place, Workplace):
            old_place.window.save_state()
        self._runner = runner
        place = Workplace(self._around, runner, bus, opened, is_demo=opened.url == demo_database())
        self._start = None
        self._show(place)
        if old_place is not None:
            old_place.window.closing.disconnect(self._on_closing)
            old_place.window.hide()
            old_place.window.deleteLater()
        old_runner.begin_shutdown()
        old_runner.wait(_SHUTDOWN_LIMIT_S)
        if old_opened is not None:
            old_opened.database.close()

    def _on_failed(self, error: BaseException) -> None:
        self._asks_who = False
        if self._start is None:
            assert self._place is not None  # noqa: S101  a workplace asked for it
            self._place.window.errors.show(error, title="The other database was not opened")
            return
        is_first_start = getattr(error, "state", "") == "missing" and self._url == default_database()
        if is_first_start:
            self._start.screen.show_welcome(str(data_dir()))
        else:
            self._start.screen.show_problem(error)

    def on_crash(self, error: BaseException) -> None:
        """An error nobody caught: said in words, the window goes on."""
        if self._place is not None:
            self._place.window.errors.show(error)

    def _show(self, place: Workplace | StartWindow) -> None:
        self._place = place
        window = place.window
        window.closing.connect(self._on_closing)
        # At the first start the window's own size may be more than the screen has; later its remembered place wins.
        window_memory.fit_to_screen(window, window.screen().availableSize())
        place.show()

    def _on_closing(self) -> None:
        self._quit.set()

    def end(self) -> None:
        """Ask everything to stop, wait with a limit, then close the database."""
        if isinstance(self._place, Workplace) and self._place.window.isVisible():
            self._place.window.save_state()  # ended from outside, as when the person logs off
        self._runner.begin_shutdown()
        if not self._runner.wait(_SHUTDOWN_LIMIT_S):
            log.warning("a job did not stop within %s seconds", _SHUTDOWN_LIMIT_S)
        if isinstance(self._place, Workplace):
            self._place.opened.database.close()
        self._settings.sync()


def _probe(url: str, database: Any, context: JobContext) -> str:
    return try_connection(database, context, url=url)


def run_window(url: str, *, demo: bool) -> int:
    """Run the window until it is closed; returns the exit code."""
    import qasync

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    app = make_application()
    crash = CrashHandling(log_dir() / "crash.log")
    crash.install()
    collector = GuiGarbageCollector(app)
    try:
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
            return runner.run(_live(app, crash, url, demo=demo))
    finally:
        collector.stop()
        crash.uninstall()


async def _live(app: QApplication, crash: CrashHandling, url: str, *, demo: bool) -> int:
    quit_event = asyncio.Event()
    conductor = Conductor(app, quit_event)
    crash.error_caught.connect(conductor.on_crash)
    loop = asyncio.get_running_loop()
    if sys.platform != "win32":
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, quit_event.set)
    conductor.begin(url, demo=demo)
    try:
        await quit_event.wait()
    finally:
        conductor.end()
    return 0
