"""One window on one database: every screen made and wired. The only place that knows all of them.

Opening another database makes another workplace, so that nothing of the old one can linger in a list or a form.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QWidget

from app.services.changes import Changed, ChangeSet
from app.services.upkeep.opening import Opened
from app.views.accounts.actions import ACCOUNT_KEYS, account_actions
from app.views.accounts.place import ACCOUNT, CUSTOMERS, AccountsPlace
from app.views.accounts.place import PLACE as ACCOUNTS
from app.views.creation.place import CREATION_ACTIONS, CreationPlace
from app.views.desk.actions import ActionRegistry
from app.views.desk.database_time import DatabaseTime
from app.views.desk.screen import Navigator, Place, Screen, Target
from app.views.groups.actions import GROUP_ACTIONS
from app.views.hierarchy.record_rows import RecordRows
from app.views.importing.place import IMPORT_ACTIONS, ImportPlace
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.printing.actions import PRINTING_KEYS, printing_actions
from app.views.printing.screen import PrintingScreen
from app.views.profiles.place import PROFILE_ACTIONS, ProfilesPlace
from app.views.running.change_bus import ChangeBus
from app.views.running.runner import Runner
from app.views.settings.modules_screen import KIND as MODULES
from app.views.settings.modules_screen import MODULE_ACTIONS, ModulesScreen
from app.views.settings.modules_watch import ModulesWatch
from app.views.settings.screen import LibraryNotice, SettingsScreen, StaffWays
from app.views.shell import window_memory
from app.views.shell.business_date import BusinessDate
from app.views.shell.command_box import CommandBox
from app.views.shell.main_window import Environment, MainWindow, SidePanel
from app.views.staff.people_place import PeoplePlace
from app.views.staff.place import STAFF_ACTIONS, StaffPlace
from app.views.start.welcome import KIND as WELCOME
from app.views.start.welcome import WelcomeScreen, WelcomeWays
from app.views.suspension.actions import suspension_actions
from app.views.suspension.dock import ScanDock
from app.views.suspension.screen import ScanScreen
from app.views.suspension.session import ScanSession

__all__ = ["ACCOUNT", "CUSTOMERS", "PLACES", "StartWindow", "Surroundings", "Workplace", "library_notices", "window_of"]

SCAN, PRINTING, SETTINGS = "scan", "printing", "settings"
EVERYDAY = ("account.new", "printing.open", "scan.preview")

PLACES = (
    ACCOUNTS,
    Place(key="suspension", title="Suspension", icon=Icon.SUSPENSION, target=Target(SCAN)),
    Place(key="printing", title="Printing", icon=Icon.PRINTING, target=Target(PRINTING)),
    Place(key="settings", title="Settings", icon=Icon.SETTINGS, target=Target(SETTINGS), at_bottom=True),
)


def _nothing() -> None:
    """Where nobody can change places: a tour, a test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What outlives a workplace."""

    theme: Theme
    settings: QSettings
    today: Callable[[], date]
    connect: Callable[[], object]
    change_person: Callable[[], object] = _nothing
    """Asks who works here from now on."""


def _licence_of(meta: importlib.metadata.PackageMetadata) -> str:
    for field in ("License-Expression", "License"):
        if field in meta and str(meta[field]).strip():
            return str(meta[field]).strip().splitlines()[0]
    named = [str(c).rsplit(" :: ", 1)[-1] for c in meta.get_all("Classifier") or [] if str(c).startswith("License")]
    return ", ".join(named) or "see its own notice"


def library_notices() -> list[LibraryNotice]:
    """The libraries the program stands on, with their licences, as their own metadata tell."""
    names = sorted({r.split(";")[0].split("[")[0].split(">")[0].split("=")[0].split("<")[0].strip()
                    for r in importlib.metadata.requires("bursar") or []})
    notices = []
    for name in names:
        try:
            meta = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        notices.append(LibraryNotice(name, str(meta["Version"]), _licence_of(meta)))
    return notices


class Workplace(QObject):
    """The window with all its screens on an open database."""

    def __init__(self, around: Surroundings, runner: Runner, bus: ChangeBus, opened: Opened, *,
                 is_demo: bool) -> None:
        super().__init__()
        self._around = around
        self.runner = runner
        self._bus = bus
        self.opened = opened
        self.settings = around.settings
        theme = around.theme
        self.registry = ActionRegistry(theme)
        self.navigator = Navigator()
        self.registry.add(*CREATION_ACTIONS, *IMPORT_ACTIONS, *account_actions(), *suspension_actions(),
                          *printing_actions(), *STAFF_ACTIONS, *MODULE_ACTIONS, *GROUP_ACTIONS,
                          *PROFILE_ACTIONS)
        self.registry.describe_keys((*ACCOUNT_KEYS, *PRINTING_KEYS))
        date_in = DatabaseTime(runner, opened.now, self).date_in
        self.session = ScanSession(runner, bus, theme.formatter, today=around.today, date_in=date_in, parent=self)
        self._previews_when_loaded = False
        self.session.question.choices_changed.connect(self._on_choices)
        self._accounts = AccountsPlace(theme, runner=runner, bus=bus, actions=self.registry, navigator=self.navigator,
                                       settings=around.settings, parent=self)
        self._people = PeoplePlace(theme, runner=runner, bus=bus, actions=self.registry, navigator=self.navigator,
                                   change_password=self._change_password, parent=self)
        self.session.power_refusal = self._people.powers.refusal
        self._people.powers.changed.connect(self._on_powers)
        self._tree = self._accounts.tree
        self._profiles = ProfilesPlace(theme, runner=runner, bus=bus, navigator=self.navigator,
                                       window=lambda: self.window, parent=self)
        dock = ScanDock(theme, session=self.session, navigator=self.navigator)
        self.window = MainWindow(
            theme, self.registry, runner, self.navigator, around.settings, places=PLACES,
            factories={**self._accounts.factories(), **self._people.factories(),
                       **self._profiles.factories(), SCAN: self._scan, PRINTING: self._printing,
                       SETTINGS: self._settings, MODULES: self._modules_screen},
            everyday=EVERYDAY,
            tree=SidePanel(title="Accounts", widget=self._tree, first_focus=self._tree.first_focus),
            side=SidePanel(title="Scan", widget=dock, first_focus=dock.first_focus), books=opened.url,
        )
        self.window.saving.connect(self._save_tree)
        self.registry.bind("file.connect", around.connect)
        self.box = CommandBox(theme, self.registry, runner, RecordRows(theme.formatter, self.navigator), self.window)
        self.registry.bind("go.command", self.box.open)
        self.registry.bind("scan.preview", self.preview_scan)
        self.registry.bind("printing.open", self._open_printing)
        self.registry.bind("settings.modules", partial(self.window.go, Target(MODULES)))
        self._modules = ModulesWatch(runner, bus, self.registry, self.window.rail.hide_places, self)
        self.registry.bind("profiles.open", self._open_profiles)
        self._profiles.noticed.connect(self.window.notices.show)
        self._accounts.members_moved.connect(self._profiles.work.tell_moved)
        self._accounts.follow(self.window.tabs)
        self.imports = ImportPlace(theme, runner, self.window, say=self.window.notices.say,
                                   listed=self._accounts.listed_provider, today=around.today)
        self.registry.bind("file.import", self.imports.begin)
        self.creation = CreationPlace(theme, runner, self.navigator, self.window, say=self.window.notices.say,
                                      listed=self._accounts.listed_provider, today=around.today)
        self.registry.bind("account.new", self.creation.new_account)
        self.registry.bind("provider.new", self.creation.new_provider)
        self._tree.creation_asked.connect(self.creation.new_account)
        self._date = BusinessDate(self.window.status.business_date, self.window.tabs, theme.formatter,
                                  date_in=date_in, here=around.today, parent=self.window)
        self._date.turned.connect(self._on_new_day)
        runner.unhandled.connect(self._on_unhandled)
        self.window.set_environment(Environment(word="Demo data" if is_demo else "Live", database=opened.place,
                                                is_live=not is_demo))
        self.window.set_saved()
        self._staff = StaffPlace(theme, runner, self.window, opened.who, self)
        self._staff.changed.connect(self._show_person)
        self._staff.changed.connect(self._people.powers.read)
        self._show_person()

    def show(self) -> None:
        """Bring the window up as it stood the last time."""
        self.window.restore_window()
        self.window.show()
        self._tree.load(window_memory.saved_tree(self.settings, self.opened.url))
        self.session.question.load()
        self._modules.ask()
        self._people.powers.read()
        self.window.restore_tabs()
        for sentence in self.opened.done:
            self.window.notices.say(sentence)

    # --- screens ---

    def _scan(self, target: Target) -> Screen:
        return ScanScreen(target, self._around.theme, session=self.session, navigator=self.navigator)

    def _printing(self, target: Target) -> Screen:
        return PrintingScreen(target, self._around.theme, runner=self.runner, bus=self._bus,
                              navigator=self.navigator, today=self._around.today)

    def _settings(self, target: Target) -> Screen:  # noqa: ARG002  every factory takes its target
        staff = StaffWays(who=lambda: self._staff.who, begin=self._staff.begin,
                          change_password=self._staff.change_password, change_person=self._around.change_person,
                          manage=partial(self.registry.trigger, "staff.open"))
        return SettingsScreen(self._around.theme, database_text=lambda: self.opened.place,
                              connect=self._around.connect, staff=staff, notices=library_notices())

    def _modules_screen(self, target: Target) -> Screen:  # noqa: ARG002  every factory takes its target
        return ModulesScreen(self._around.theme, self.runner, self._bus)

    def _on_powers(self) -> None:
        self.session.ticks_changed.emit(set[int]())

    def _change_password(self) -> None:
        self._staff.change_password()

    def _show_person(self) -> None:
        who = self._staff.who
        self.registry.bind("staff.begin", self._staff.begin, refusal=self._staff.begin_refusal())
        self.registry.bind("staff.password", self._staff.change_password, refusal=self._staff.password_refusal())
        self.registry.bind("staff.switch", self._around.change_person, refusal=self._staff.switch_refusal())
        unit = "" if who is None else "signed in by the demo" if who.by_itself else who.unit
        self.window.set_person("" if who is None else who.name, unit)
        for screen in self.window.tabs.screens:
            if isinstance(screen, SettingsScreen):
                screen.show_staff()

    # --- actions that lead to a screen ---

    def preview_scan(self) -> None:
        """Show the scan's tab and judge; at the start it waits until the providers are known."""
        self.window.go(Target(SCAN))
        if self.session.question.is_loaded:
            self.session.preview_now()
        else:
            self._previews_when_loaded = True

    def _on_choices(self) -> None:
        if self._previews_when_loaded and self.session.question.is_loaded:
            self._previews_when_loaded = False
            self.session.preview_now()

    def _on_new_day(self) -> None:
        """What is late, and whom a scan would judge, is another question from this day on."""
        self._bus.publish(ChangeSet.of(Changed.ACCOUNTS, Changed.LEDGER))

    def _save_tree(self) -> None:
        window_memory.save_tree(self.settings, self._tree.save_state(), self.opened.url)

    def _open_profiles(self) -> None:
        self._profiles.open(self._accounts.listed_provider())

    def _open_printing(self) -> None:
        self.window.go(Target(PRINTING))

    def _on_unhandled(self, handle: object, error: object) -> None:  # noqa: ARG002  the runner's signal
        if isinstance(error, BaseException):
            self.window.errors.show(error)


class StartWindow(QObject):
    """The window while no database is open."""

    def __init__(self, around: Surroundings, runner: Runner, ways: WelcomeWays) -> None:
        super().__init__()
        self.registry = ActionRegistry(around.theme)
        self.screen = WelcomeScreen(around.theme, ways)
        self.window = MainWindow(
            around.theme, self.registry, runner, Navigator(), around.settings,
            places=(Place(key="accounts", title="Accounts", icon=Icon.ACCOUNTS, target=Target(WELCOME)),),
            factories={WELCOME: self._welcome},
        )
        self.registry.bind("file.connect", around.connect)

    def _welcome(self, target: Target) -> Screen:  # noqa: ARG002  every factory takes its target
        return self.screen

    def show(self) -> None:
        """Bring the window up with its one page."""
        self.window.restore_window()
        self.window.show()
        self.window.open_first_place()


def window_of(place: Workplace | StartWindow) -> QWidget:
    """The top-level window of either."""
    return place.window
