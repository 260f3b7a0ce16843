"""Starting the window: application, event loop, threads, and the change from one database to another.

The window is painted first, on Qt alone; a test holds the list of what may be imported until then. Then the qasync
loop runs it, and a job imports the services with all that they stand on and opens the database. Only this module and
`workplace` wire things together.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

os.environ.setdefault("QT_API", "pyside6")  # qasync would otherwise look for another binding first

from PySide6.QtCore import QEventLoop, QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication

import app.views  # noqa: F401  first of ours: no source is read for what is imported after it
from app.services.clock import local_now
from app.services.jobs import JobContext, Progress
from app.services.upkeep.preparation import Preparation
from app.settings import data_dir, default_database, demo_database, log_dir
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.gui_gc import GuiGarbageCollector
from app.views.running.runner import JobRunner
from app.views.shell import window_memory
from app.views.shell.main_window import MainWindow
from app.views.start.application import make_application
from app.views.start.crash import CrashHandling
from app.views.start.start_window import StartWindow, Surroundings
from app.views.start.welcome import WelcomeWays

if TYPE_CHECKING:
    from app.services.staff.sign_in import SignedIn
    from app.services.upkeep.backup import Restored
    from app.services.upkeep.opening import Opened
    from app.workplace import Workplace

log = logging.getLogger(__name__)
_SHUTDOWN_LIMIT_S: Final = 15.0
_PAINT_LIMIT_MS: Final = 1000
"""A window that nobody sees, as when it starts minimised, is not painted."""


class Conductor(QObject):
    """Owns what is on the screen: the start window or one workplace, and the change between them."""

    def __init__(self, app: QApplication, *, login: str = "") -> None:
        super().__init__()
        self.quit: Callable[[], object] = app.quit
        """Ends the program."""
        self._settings = QSettings()
        self._theme = Theme(app)
        self._theme.restore(self._settings)
        self._around = Surroundings(theme=self._theme, settings=self._settings, today=self.today,
                                    connect=self.connect_to_other, restore=self.restore_backup,
                                    change_person=self.change_person)
        self._bus = ChangeBus()
        self._runner = JobRunner(None, self._bus)
        self._ways = WelcomeWays(
            open_demo=partial(self.open, demo_database(), Preparation.DEMO),
            create_here=self._create_here, connect=self.connect_to_other,
            upgrade=self._upgrade, try_again=self._try_again, restore=self.restore_backup,
        )
        self._start: StartWindow | None = StartWindow(self._around, self._runner, self._ways)
        self._workplace: Workplace | None = None
        self._window = self._start.window
        self._url = ""
        self._preparation = Preparation.NONE
        self._asks_who = False
        self._login = login
        """Who is to work in the first database that is entered; "" leaves it to the database."""
        self._restored: tuple[str, tuple[str, ...]] = "", ()
        """What is said once the window on what was restored is there."""

    def today(self) -> date:
        """The date on this workstation; each provider's own date decides what a scan applies."""
        return local_now().date()

    def paint(self, *, demo: bool) -> None:
        """Show the start window, and come back once it is painted."""
        assert self._start is not None  # noqa: S101  nothing was opened yet
        painted = QEventLoop()
        self._window.painted.connect(painted.quit)
        QTimer.singleShot(_PAINT_LIMIT_MS, painted.quit)
        self._say_opening(is_demo=demo)
        self._follow(self._window)
        self._start.show()
        painted.exec()

    def open(self, url: str, preparation: Preparation = Preparation.NONE) -> None:
        """Open a database in the background; the present window stays until it is there."""
        self._url, self._preparation = url, preparation
        self._say_opening(is_demo=preparation is Preparation.DEMO)
        self._runner.read(partial(_open, url=url, preparation=preparation, login=self._login),
                          succeeded=self._on_opened, failed=self._on_failed,
                          progressed=self._on_progress)

    def _say_opening(self, *, is_demo: bool) -> None:
        if self._start is not None:
            self._start.screen.show_opening("the demo database" if is_demo else "the database")

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
        from app.views.start.connect import ConnectDialog

        dialog = ConnectDialog(self._theme, self._runner, _probe, self._window, folder=str(data_dir()))
        dialog.chosen.connect(self._on_chosen)
        dialog.open()

    def _on_chosen(self, url: str) -> None:
        self.open(url, Preparation.CREATE_OR_UPGRADE)

    def restore_backup(self) -> None:
        """Ask which backup to put in place of the database that is open, or could not be opened."""
        from app.views.asking.files import ask_for_file

        ask_for_file(self._window, "Choose a backup", self._on_backup, kinds="Databases (*.db *.bak);;All files (*)")

    def _on_backup(self, path: str) -> None:
        from app.services.errors import BursarError
        from app.services.upkeep.backup import require_file
        from app.views.asking.confirm_dialog import ConfirmDialog

        try:
            if self._workplace is not None:
                require_file(self._workplace.opened.database, Path(path))
        except BursarError as refusal:
            self._window.errors.show(refusal, title="A backup cannot be restored here")
            return
        text = (f"Everything in the database is replaced by what {path} holds. What is there now is kept beside it "
                "under another name. The screens of this window are closed, unsaved texts in them are lost, and nobody "
                "else may have the database open.")
        dialog = ConfirmDialog(self._theme, "Restore a backup", text, verb="Restore the backup", parent=self._window,
                               kind="danger", stay="Keep what is there")
        dialog.accepted.connect(partial(self.restore, path))
        dialog.open_and_forget()

    def restore(self, path: str) -> None:
        """Let go of the database, have a backup put in its place, and open it again."""
        url = self._url or default_database()
        if self._workplace is not None:
            url = self._workplace.opened.url
            self._leave(self._workplace)
        assert self._start is not None  # noqa: S101  just made, or not left yet
        self._url, self._preparation = url, Preparation.NONE
        self._start.screen.show_restoring()
        self._runner.read(partial(_restore, url=url, path=Path(path)), succeeded=self._on_restored,
                          failed=self._on_not_restored)

    def _on_restored(self, restored: Restored) -> None:
        self._restored = (self._url, restored.sentences)
        self.open(self._url, Preparation.CREATE_OR_UPGRADE)

    def _on_not_restored(self, error: BaseException) -> None:
        if self._start is not None:
            self._start.screen.show_not_restored(error)

    def _leave(self, workplace: Workplace) -> None:
        """Go back to the start window; the database is closed, so that nothing of this program holds it."""
        old_window, old_runner = self._window, self._runner
        old_window.save_state()
        self._workplace = None
        self._bus = ChangeBus()
        self._runner = JobRunner(None, self._bus)
        self._start = StartWindow(self._around, self._runner, self._ways)
        self._window = self._start.window
        self._follow(self._window)
        self._start.show()
        self._put_away(old_window, old_runner, workplace)

    def change_person(self) -> None:
        """Open the same database anew and ask who works with it; without an answer the window stays as it is."""
        if self._workplace is not None:
            self._asks_who = True
            self.open(self._workplace.opened.url)

    def _on_opened(self, opened: Opened) -> None:
        asks, self._asks_who = self._asks_who, False
        if opened.needs_sign_in or (asks and opened.who is not None):
            self._ask_to_sign_in(opened)
        else:
            self._enter(opened)

    def _ask_to_sign_in(self, opened: Opened) -> None:
        """Whoever does not sign in stays where they were; the database is closed again."""
        from app.views.staff.sign_in_dialogs import SignInDialog

        door = JobRunner(opened.database, ChangeBus(), self)
        dialog = SignInDialog(self._theme, door, opened.place, self._window, login=self._login,
                              is_demo=opened.is_demo)
        dialog.signed_in.connect(partial(self._on_signed_in, opened, door))
        dialog.rejected.connect(partial(self._on_not_signed_in, opened, door))
        dialog.open_and_forget()

    def _on_signed_in(self, opened: Opened, door: JobRunner, who: SignedIn) -> None:
        from app.services.upkeep.opening import signed_in_job

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
        """Work with this database: in the window that is there at the start, later in one of its own."""
        from app.workplace import Workplace

        gc.freeze()  # what was imported stays for good, so no later collection need look at it
        self._login = ""
        is_demo = opened.url == demo_database()
        if self._start is not None:
            self._runner.use(opened.database)
            self._start = None
            self._workplace = Workplace(self._around, self._runner, self._bus, opened, is_demo=is_demo,
                                        window=self._window)
            self._workplace.show()
            self._workplace.elsewhere.start()
            self._say_restored(opened)
            if opened.why_not_as:
                self._window.notices.say("Nobody is signed in.", opened.why_not_as)
            return
        old, old_window, old_runner = self._workplace, self._window, self._runner
        old_window.save_state()
        bus = ChangeBus()
        self._runner = JobRunner(opened.database, bus)
        self._workplace = Workplace(self._around, self._runner, bus, opened, is_demo=is_demo)
        self._window = self._workplace.window
        self._follow(self._window)
        self._workplace.show()
        self._workplace.elsewhere.start()
        self._put_away(old_window, old_runner, old)
        self._say_restored(opened)

    def _put_away(self, window: MainWindow, runner: JobRunner, workplace: Workplace | None) -> None:
        window.closing.disconnect(self._on_closing)
        window.hide()
        window.deleteLater()
        runner.begin_shutdown()
        runner.wait(_SHUTDOWN_LIMIT_S)
        if workplace is not None:
            workplace.elsewhere.stop()
            workplace.opened.database.close()

    def _say_restored(self, opened: Opened) -> None:
        url, sentences = self._restored
        self._restored = "", ()
        if sentences and url == opened.url:
            self._window.notices.say("The backup is restored.", " ".join(sentences))

    def _on_failed(self, error: BaseException) -> None:
        self._asks_who = False
        if self._start is None:
            self._window.errors.show(error, title="The other database was not opened")
            return
        is_first_start = getattr(error, "state", "") == "missing" and self._url == default_database()
        if is_first_start:
            self._start.screen.show_welcome(str(data_dir()))
        else:
            self._start.screen.show_problem(error)

    def on_crash(self, error: BaseException) -> None:
        """An error nobody caught: said in words, the window goes on."""
        self._window.errors.show(error)

    def _follow(self, window: MainWindow) -> None:
        """A window that comes up for the first time; closing it ends the program."""
        window.closing.connect(self._on_closing)
        # At the first start the window's own size may be more than the screen has; later its remembered place wins.
        window_memory.fit_to_screen(window, window.screen().availableSize())

    def _on_closing(self) -> None:
        self.quit()

    def end(self) -> None:
        """Ask everything to stop, wait with a limit, then close the database."""
        if self._workplace is not None and self._window.isVisible():
            self._window.save_state()  # ended from outside, as when the person logs off
        self._runner.begin_shutdown()
        if not self._runner.wait(_SHUTDOWN_LIMIT_S):
            log.warning("a job did not stop within %s seconds", _SHUTDOWN_LIMIT_S)
        if self._workplace is not None:
            self._workplace.elsewhere.stop()
            self._workplace.opened.database.close()
        self._settings.sync()


def _restore(database: Any, context: JobContext, *, url: str, path: Path) -> Restored:
    """Import what works with a database and put a backup in place of one."""
    from app.services.upkeep.backup import restore_job

    return restore_job(database, context, url=url, path=path)


def _open(database: Any, context: JobContext, *, url: str, preparation: Preparation, login: str) -> Opened:
    """Import what works with a database and open one: a job, so that the window goes on meanwhile."""
    from app.services.upkeep.opening import open_job

    opened = open_job(database, context, url=url, preparation=preparation, login=login)
    from app.workplace import FEATURES

    for feature in FEATURES:
        for module in feature.at_first:
            import_module(module)
    return opened


def _probe(url: str, database: Any, context: JobContext) -> str:
    from app.services.upkeep.opening import try_connection

    return try_connection(database, context, url=url)


def run_window(url: str, *, demo: bool, login: str) -> int:
    """Run the window until it is closed; returns the exit code. `login` is who is to work, "" whoever it finds."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    app = make_application()
    crash = CrashHandling(log_dir() / "crash.log")
    crash.install()
    collector = None
    try:
        conductor = Conductor(app, login=login)
        crash.error_caught.connect(conductor.on_crash)
        conductor.paint(demo=demo)
        collector = GuiGarbageCollector(app)
        return _run_loop(app, conductor, partial(conductor.open, url,
                                                 Preparation.DEMO if demo else Preparation.NONE))
    finally:
        if collector is not None:
            collector.stop()
        crash.uninstall()


def _run_loop(app: QApplication, conductor: Conductor, begin: Callable[[], object]) -> int:
    """The event loop; imported when the window is there."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    import qasync

    async def live() -> int:
        closed = asyncio.Event()
        conductor.quit = closed.set
        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, closed.set)
        begin()
        try:
            await closed.wait()
        finally:
            conductor.end()
        return 0

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        # Names of servers are looked up there; left to itself the loop would start ten threads of Qt for it.
        runner.get_loop().set_default_executor(ThreadPoolExecutor(4, thread_name_prefix="outside"))
        return runner.run(live())
