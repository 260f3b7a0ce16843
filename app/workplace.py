"""One window on one open database: the features that are there, and the desk they are given.

Opening another database makes another workplace, so that nothing of the old one can linger in a list or a form.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from app.services.changes import Changed, ChangeSet
from app.services.jobs import JobContext
from app.services.upkeep.opening import Opened
from app.views.accounts.feature import FEATURE as ACCOUNTS
from app.views.creation.feature import FEATURE as CREATION
from app.views.credit.feature import FEATURE as CREDIT
from app.views.currencies.feature import FEATURE as CURRENCIES
from app.views.customers.feature import FEATURE as CUSTOMERS
from app.views.desk.actions import ActionRegistry
from app.views.desk.database_time import DatabaseTime
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, homes_of_screens, install, screen_makers, side_panels
from app.views.desk.memory import BooksMemory
from app.views.desk.offers import RECORDS
from app.views.desk.own_powers import PowersHere
from app.views.desk.person import PersonHere
from app.views.desk.screen import Navigator
from app.views.desk.undoing import Undoing
from app.views.documents.feature import FEATURE as DOCUMENTS
from app.views.events.feature import FEATURE as EVENTS
from app.views.group_accounts.feature import FEATURE as GROUP_ACCOUNTS
from app.views.groups.feature import FEATURE as GROUPS
from app.views.hierarchy.feature import FEATURE as HIERARCHY
from app.views.importing.feature import FEATURE as IMPORTING
from app.views.outbox.feature import FEATURE as OUTBOX
from app.views.payments.feature import FEATURE as PAYMENTS
from app.views.periods.feature import FEATURE as PERIODS
from app.views.printing.feature import FEATURE as PRINTING
from app.views.profiles.feature import FEATURE as PROFILES
from app.views.reports.feature import FEATURE as REPORTS
from app.views.requests.feature import FEATURE as REQUESTS
from app.views.rules.feature import FEATURE as RULES
from app.views.running.change_bus import ChangeBus
from app.views.running.elsewhere import Elsewhere
from app.views.running.runner import Runner
from app.views.runs.feature import FEATURE as RUNS
from app.views.schedule.feature import FEATURE as SCHEDULE
from app.views.settings.feature import FEATURE as SETTINGS
from app.views.setup.feature import FEATURE as SET_UP
from app.views.shell.business_date import BusinessDate
from app.views.shell.connection_band import ConnectionWatch
from app.views.shell.keys.undo import UndoKeys
from app.views.shell.main_window import Environment, Furnishing, MainWindow
from app.views.staff.feature import FEATURE as STAFF
from app.views.start.start_window import Surroundings
from app.views.suspension.feature import FEATURE as SUSPENSION

if TYPE_CHECKING:
    from app.views.shell.command_box import CommandBox

FEATURES: Final[tuple[Feature, ...]] = (
    CREATION, IMPORTING, CUSTOMERS, ACCOUNTS, HIERARCHY, DOCUMENTS, PAYMENTS, PERIODS, CURRENCIES, CREDIT, SUSPENSION,
    RULES, RUNS, EVENTS, OUTBOX, PRINTING, REPORTS, SCHEDULE, SETTINGS, GROUPS, STAFF, PROFILES, SET_UP, GROUP_ACCOUNTS,
    REQUESTS,
)
"""All there are; their order is that of the places in the rail and of the actions in the menus."""
PLACES: Final = tuple(place for feature in FEATURES for place in feature.places)

_AT_REST_MS: Final = 2000
"""So long after it was shown a window has read its first page."""


class Workplace(QObject):
    """The window with all its screens on an open database."""

    def __init__(self, around: Surroundings, runner: Runner, bus: ChangeBus, opened: Opened, *, is_demo: bool,
                 window: MainWindow | None = None) -> None:
        """`window` is one that was painted while the database was opened; its jobs are those of `runner`."""
        super().__init__()
        self.opened = opened
        self.runner = runner
        self.settings = around.settings
        self.window = window or MainWindow(around.theme, runner, Navigator(), around.settings)
        self.desk = self._make_desk(around, bus)
        self.elsewhere = Elsewhere(opened.database, runner, bus, self.window)
        """Tells of changes of others; whoever shows the window starts and stops it."""
        self.connection = ConnectionWatch(around.theme, self.elsewhere, self.window, self.desk.powers)
        self._box: CommandBox | None = None
        self._rest = QTimer(self.window)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_AT_REST_MS)
        self._rest.timeout.connect(self._import_soon)
        self._furnish()
        self.desk.actions.bind("file.connect", around.connect)
        self.desk.actions.bind("file.restore", around.restore)
        self.desk.actions.bind("go.command", self._open_box)
        UndoKeys(self.desk.actions, self.desk.undoing, self.window.tabs, self.window.notices, self.window)
        self._date = BusinessDate(self.window.status.business_date, self.window.tabs, around.theme.formatter,
                                  date_in=self.desk.date_in, here=around.today, parent=self.window)
        self._date.turned.connect(self._on_new_day)
        self.desk.person.changed.connect(self._show_person)
        self.window.set_environment(Environment(word="Demo data" if is_demo else "Live", database=opened.place,
                                                is_live=not is_demo))
        self.window.set_saved()
        self._show_person()

    def _make_desk(self, around: Surroundings, bus: ChangeBus) -> Desk:
        opened, window = self.opened, self.window
        powers = PowersHere(self.runner, bus, self)
        person = PersonHere(opened.who, around.change_person, self)
        person.changed.connect(powers.read)
        return Desk(
            theme=around.theme, runner=self.runner, bus=bus, actions=ActionRegistry(around.theme),
            navigator=window.navigator, notices=window.notices, settings=around.settings,
            memory=BooksMemory(around.settings, opened.url, self), person=person, powers=powers,
            undoing=Undoing(around.theme, self.runner, bus, window.notices, window, powers=powers),
            window=window,
            database=opened.place, today=around.today, date_in=DatabaseTime(self.runner, opened.now, self).date_in)

    def _furnish(self) -> None:
        """Give the window what the features bring; none of their screens is made before it is asked for."""
        desk = self.desk
        install(desk, FEATURES)
        everyday = sorted((spec for feature in FEATURES for spec in feature.actions if spec.in_toolbar),
                          key=lambda spec: spec.in_toolbar)
        self.window.furnish(desk.actions, Furnishing(
            places=PLACES, factories=screen_makers(desk, FEATURES), belongs=homes_of_screens(FEATURES),
            everyday=[spec.id for spec in everyday],
            panels=side_panels(desk, FEATURES), memory=desk.memory))
        desk.powers.changed.connect(self._show_powers)
        self._show_powers()

    def show(self) -> None:
        """Bring the window up as it stood the last time."""
        self.window.restore_window()
        self.window.show()
        for feature in FEATURES:
            if feature.begin is not None:
                feature.begin(self.desk)
        self.desk.powers.read()
        self.window.restore_tabs()
        self._rest.start()
        for sentence in self.opened.done:
            self.window.notices.say(sentence)

    @property
    def box(self) -> CommandBox:
        """The command box, made when it is asked for."""
        if self._box is None:
            from app.views.shell.command_box import CommandBox

            desk = self.desk
            self._box = CommandBox(desk.theme, desk.actions, self.runner, desk.offers.get(RECORDS), self.window)
        return self._box

    def _open_box(self) -> None:
        self.box.open()

    def _import_soon(self) -> None:
        self.runner.read(_import_soon)

    def _show_powers(self) -> None:
        self.desk.actions.use_powers(self.desk.powers.refusal)

    def _show_person(self) -> None:
        who = self.desk.person.who
        unit = "" if who is None else "signed in by the demo" if who.by_itself else who.unit
        self.window.set_person("" if who is None else who.name, unit)

    def _on_new_day(self) -> None:
        """What is late, and whom a scan would judge, is another question from this day on."""
        self.desk.bus.publish(ChangeSet.of(Changed.ACCOUNTS, Changed.LEDGER))


def _import_soon(_database: object, context: JobContext) -> None:
    """A job: what is likely to be asked for next is there by then, and no click waits for it."""
    for feature in FEATURES:
        for module in feature.soon:
            context.raise_if_cancelled()
            import_module(module)
