"""A walk through every screen without a display: pictures of all of them, a committed scan, a printed batch.

It works on a demo database that it makes in its own folder, never on the configured one, and uses the very window,
jobs and services that staff use. What it leaves there is proof that the program works on this machine.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_API", "pyside6")

from app.services.clock import SystemClock
from app.services.errors import DatabaseProblem, InputRejected
from app.services.files.kinds import PNG
from app.services.files.unfinished import remove
from app.services.files.writing import explained, try_writing, write_bytes
from app.services.jobs import JobContext
from app.services.wording import counted

ACCOUNTS = 1200
_DATABASE = "tour-demo.db"
_WAIT_LIMIT_S = 120.0
SIZES = ((1280, 800), (1920, 1080))
PALETTES = ("light", "dark")


def run_tour(folder: Path, *, accounts: int = ACCOUNTS, sizes: Sequence[tuple[int, int]] = SIZES,
             palettes: Sequence[str] = PALETTES) -> int:
    """Walk and picture each screen in these sizes and palettes; returns the exit code.

    Raises InputRejected where the folder cannot be written.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    started = time.monotonic()
    _make_folder(folder)
    url = _make_demo(folder, accounts)
    tour = Tour(folder, url, tuple(sizes), tuple(palettes))
    try:
        tour.walk()
    finally:
        tour.end()
    _say(f"{counted(len(tour.pictures), 'picture')} and {counted(tour.documents, 'document')} are in {folder}, "
         f"after {time.monotonic() - started:.0f} s.")
    return 1 if tour.failures else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _make_folder(folder: Path) -> None:
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try_writing(folder)


def _make_demo(folder: Path, accounts: int) -> str:
    from app.services.demo.making import create_demo

    path = (folder / _DATABASE).resolve()
    if path.exists():
        _require_demo(path)
        remove(path)
    _say(create_demo(str(path), accounts=accounts).summary)
    return str(path)


def _require_demo(path: Path) -> None:
    """The demo of an earlier walk makes room for this one's; somebody's books do not."""
    from app.services.database.opening import open_database
    from app.services.staff.sign_in import sign_in_to_demo

    try:
        with closing(open_database(str(path))) as database:
            is_demo = sign_in_to_demo(database) is not None
    except DatabaseProblem:
        is_demo = False
    if not is_demo:
        raise InputRejected(f"{path} is there already and is not the demo of an earlier walk. Nothing was removed. "
                            "Choose another folder.")


@dataclass
class Tour:
    """The walk itself."""

    folder: Path
    url: str
    sizes: tuple[tuple[int, int], ...] = SIZES
    palettes: tuple[str, ...] = PALETTES
    pictures: list[str] = field(default_factory=list)
    documents: int = 0
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        from PySide6.QtCore import QSettings, qInstallMessageHandler

        from app.services.upkeep.opening import open_job
        from app.services.upkeep.preparation import Preparation
        from app.views.look.theme import Theme
        from app.views.running.change_bus import ChangeBus
        from app.views.running.runner import JobRunner
        from app.views.start.application import make_application
        from app.views.start.crash import write_qt_message
        from app.views.start.start_window import Surroundings
        from app.workplace import Workplace

        qInstallMessageHandler(write_qt_message)
        self.app = make_application()
        # Settings of its own, in its folder: the person's window stays as it was.
        settings = QSettings(str(self.folder / "tour-settings.ini"), QSettings.Format.IniFormat)
        settings.clear()
        settings.setValue("schedule/rests", "true")  # pictures show the books as they were made
        self.theme = Theme(self.app)
        self.theme.set_choice(self.palettes[0])
        opened = open_job(None, JobContext(), url=self.url, preparation=Preparation.NONE)
        bus = ChangeBus()
        self.runner = JobRunner(opened.database, bus)
        around = Surroundings(theme=self.theme, settings=settings, today=_today, connect=_nothing)
        self.place = Workplace(around, self.runner, bus, opened, is_demo=True)
        self.window = self.place.window

    def walk(self) -> None:
        """Every screen, then the scan applied and a batch printed."""
        self.window.resize(*self.sizes[0])
        self.place.show()
        self._settle()
        steps: list[tuple[str, Callable[[], object]]] = [
            ("customers", self._customers), ("customers-filter-panel", self._filter_panel),
            ("account-attributes", lambda: self._account("attributes")),
            ("inheritance-diagram", partial(self._diagram, all_attributes=False)),
            ("attribute-matrix", partial(self._diagram, all_attributes=True)),
            ("account-ledger", lambda: self._account("ledger")),
            ("account-agreements", lambda: self._go("account", self._account_id("A0007"), "ledger")),
            *[(f"account-{part}", partial(self._account, part))
              for part in ("services", "summary", "details", "contacts", "groups", "notes", "history", "requests")],
            ("group-account", self._group_account),
            ("profiles", partial(self._go, "profiles")),
            ("scan-preview", self._scan), ("rules", partial(self._go, "rules")),
            ("templates", self._templates),
            ("printing", self._printing), ("settings", self._settings),
            ("account-groups", lambda: self._go("groups")), ("what-a-person-sees", lambda: self._go("sight")),
            ("staff", lambda: self._go("staff")), ("set-up-file", self._set_up_file),
            ("modules", lambda: self._go("modules")), ("periods", partial(self._go, "periods")),
            ("schedule", partial(self._go, "schedule")),
            ("gateways", partial(self._go, "schedule", part="gateways")), ("outbox", partial(self._go, "outbox")),
            ("service-requests", partial(self._go, "requests")), ("currencies", partial(self._go, "currencies")),
            ("documents", partial(self._go, "documents")), ("receive-payments", partial(self._go, "receive")),
            ("close-of-day", partial(self._go, "close_of_day")),
            ("command-box", self._command_box),
        ]
        for name, step in steps:
            step()
            self._settle()
            self._photograph(name)
            self._close_other_tabs()
        self._apply_scan()
        self._photograph("scan-applied", sizes=self.sizes[:1])
        self._go("runs")
        self._photograph("runs")
        self._dialogs()
        self._new_account()
        self._print_batch()

    def _close_other_tabs(self) -> None:
        """What is not in front is dressed anew with every palette as well, and each tab makes that slower."""
        tabs = self.window.tabs
        for screen in tabs.screens:
            if screen is not tabs.current:
                tabs.close_tab(screen)

    # --- steps ---

    def _customers(self) -> None:
        self._go("customers")

    def _filter_panel(self) -> None:
        """The form of the filter; the command box folds it again."""
        self._customers()
        self._settle()
        self.place.desk.actions.trigger("customers.panel")

    def _command_box(self) -> None:
        self._customers()
        self._settle()
        self.place.desk.actions.trigger("customers.panel")
        self.place.box.ask("har")

    def _account(self, part: str) -> None:
        self._go("account", self._account_id("A0004"), part)

    def _diagram(self, *, all_attributes: bool) -> None:
        """The wide form, as its key opens it."""
        self._account("attributes")
        self._settle()
        self.place.desk.actions.trigger("account.matrix" if all_attributes else "account.diagram")

    def _scan(self) -> None:
        from app.views.suspension.feature import SESSION

        session = self.place.desk.offers.get(SESSION)
        self._go("scan")
        self._settle()
        session.question.choose(None)
        session.preview_now()

    def _templates(self) -> None:
        """What a reminder of Harbour Telecom says, with its preview, which is asked for once nobody types."""
        from app.services.events.mappings import mapping_id_of, profile_id_of
        from app.services.hierarchy.finding import find_provider
        from app.views.events.screen import TemplatesScreen

        with self.place.opened.database.read() as session:
            provider_id = find_provider(session, "HT").id
            profile_id = profile_id_of(session, provider_id=provider_id, name="Business")
            mapping_id = mapping_id_of(session, provider_id=provider_id, profile_id=profile_id,
                                       event="invoice_overdue", period_days=3)
        self._go("templates", part=f"event/{mapping_id}/message")
        self._settle()
        screen = self.window.tabs.current
        if isinstance(screen, TemplatesScreen):
            screen.preview.ask_now()

    def _printing(self) -> None:
        self._go("printing")

    def _settings(self) -> None:
        self._go("settings")

    def _go(self, kind: str, ident: int | None = None, part: str = "") -> None:
        from app.views.desk.screen import Target

        if self.window.go(Target(kind, ident, part)) is None:
            self.failures.append(f"there is no screen {kind}")

    def _set_up_file(self) -> None:
        """The set-up of Harbour Telecom with a few lines changed."""
        from app.services.hierarchy.finding import find_provider
        from app.services.setup.stored import stored_set_up
        from app.services.setup.text import SET_UP_FILE, text_of_set_up

        with self.place.opened.database.read() as session:
            text = text_of_set_up(stored_set_up(session, provider_id=find_provider(session, "HT").id))
        changed = (text.replace("trading_due_days = 10", "trading_due_days = 14")
                   .replace('code = "NEWS"', 'code = "POST"').replace("min_days = 14", "min_days = 10"))
        path = write_bytes(self.folder / "harbour.toml", SET_UP_FILE, changed.encode())
        self._go("set_up", part=str(path))

    def _group_account(self) -> None:
        """The account that pays for others."""
        from sqlalchemy import select

        from app.models.group_accounts.membership import FundingGroup

        with self.place.opened.database.read() as session:
            parent = session.scalar(select(FundingGroup.account_id).order_by(FundingGroup.id).limit(1))
        self._go("group_account", parent or self._account_id("A0004"))

    def _account_id(self, code: str) -> int:
        from app.services.hierarchy.finding import find_account

        with self.place.opened.database.read() as session:
            return find_account(session, code).id

    def _apply_scan(self) -> None:
        from app.views.suspension.feature import SESSION

        self.place.box.leave()
        self._go("scan")
        session = self.place.desk.offers.get(SESSION)
        session.apply_now()
        self._settle()
        _say(f"The scan was applied: {session.result}")

    def _dialogs(self) -> None:
        from app.services.upkeep.opening import try_connection
        from app.views.start.connect import ConnectDialog

        def probe(url: str, database: object, context: JobContext) -> str:
            return try_connection(database, context, url=url)

        self.theme.set_choice(self.palettes[0])
        dialog = ConnectDialog(self.theme, self.runner, probe, self.window)
        dialog.open()
        self._settle()
        self._save(dialog, "connect")
        dialog.reject()
        self._settle()
        self._account("attributes")
        for action, name in (("account.hold", "place-hold"), ("account.move", "move-account"),
                             ("ledger.promise", "promise"), ("ledger.plan", "payment-plan")):
            self._opened_by(action, name)
        self._customers()
        self._settle()
        self.place.desk.actions.trigger("customers.select_all")
        self._opened_by("customers.status", "change-statuses")
        self._opened_by("customers.columns", "columns")

    def _opened_by(self, action: str, name: str) -> None:
        """The dialog that an action opens."""
        from PySide6.QtWidgets import QDialog

        self._settle()
        self.place.desk.actions.trigger(action)
        self._settle()
        dialog = next((d for d in self.window.findChildren(QDialog) if d.isVisible()), None)
        if dialog is None:
            self.failures.append(f"{action} opens no dialog")
            return
        self._save(dialog, name)
        dialog.reject()
        self._settle()

    def _new_account(self) -> None:
        """The wizard where it shows what is inherited, and its last page; nothing is created."""
        from PySide6.QtWidgets import QLineEdit

        from app.views.creation.feature import CREATION

        self.place.desk.actions.trigger("account.new")
        self._settle()
        wizard = self.place.desk.offers.get(CREATION).wizard
        if wizard is None:
            self.failures.append("the wizard for a new account did not open")
            return
        for step in range(len(wizard.steps) - 1):
            name = wizard.page.findChild(QLineEdit, "name") if wizard.page is not None else None
            if name is not None and not name.text():
                name.setText("Gull Island Café")
            wizard.go_on()
            self._settle()
            for palette in self._palettes():
                self._save(wizard, f"new-account-{step + 2}-{palette}")
        wizard.reject()
        self._settle()

    def _print_batch(self) -> None:
        from app.services.printing.batch import print_batch
        from app.services.printing.selection import Selection

        since = _today() - timedelta(days=92)
        selection = Selection(provider="HT", account=None, issued_from=since, issued_to=None, numbers=None)
        report = print_batch(self.place.opened.database, JobContext(), selection=selection,
                             folder=self.folder / "invoices", merged_file=self.folder / "invoices.pdf")
        self.documents = report.printed + report.skipped
        self.failures += [f"{f.number}: {f.message}" for f in report.failed]
        _say(f"{counted(report.printed, 'invoice')} printed, {report.skipped} were there already, "
             f"{len(report.failed)} failed.")

    # --- pictures ---

    def _photograph(self, name: str, sizes: tuple[tuple[int, int], ...] = ()) -> None:
        for palette in self._palettes():
            for width, height in sizes or self.sizes:
                self.window.resize(width, height)
                self._settle()
                self._save(self.window, f"{name}-{width}x{height}-{palette}")
        self.window.resize(*self.sizes[0])

    def _palettes(self) -> Iterator[str]:
        """The palettes, each in force while it is at hand; the one in force comes first.

        Dressing a whole window anew takes about a second, so nothing goes back to where it was.
        """
        now = "dark" if self.theme.is_dark else "light"
        for palette in sorted(self.palettes, key=lambda palette: palette != now):
            self.theme.set_choice(palette)
            self._settle()
            yield palette

    def _save(self, widget: object, name: str) -> None:
        from PySide6.QtCore import QBuffer, QIODevice
        from PySide6.QtWidgets import QWidget

        assert isinstance(widget, QWidget)  # noqa: S101  every caller hands in a widget
        path = self.folder / f"{name}.png"
        drawn = QBuffer()
        drawn.open(QIODevice.OpenModeFlag.WriteOnly)
        widget.grab().save(drawn, "PNG")
        try:
            write_bytes(path, PNG, bytes(drawn.data().data()))
        except InputRejected as refusal:
            self.failures.append(str(refusal))
        self.pictures.append(path.name)

    def _settle(self) -> None:
        """Let the window work until no job is left and nothing waits to be painted."""
        deadline = time.monotonic() + _WAIT_LIMIT_S
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < 0.15:
            self.app.processEvents()
            if self.runner.active:
                quiet_since = time.monotonic()
            if time.monotonic() > deadline:
                self.failures.append("a job did not end in time")
                return
            time.sleep(0.005)

    def end(self) -> None:
        """Close window, threads and database."""
        self.window.hide()
        self.runner.begin_shutdown()
        self.runner.wait(15.0)
        self.place.opened.database.close()
        for failure in self.failures:
            _say(failure)


def _today() -> date:
    return SystemClock().now().astimezone().date()


def _nothing() -> None:
    """The tour never leaves its own database."""
