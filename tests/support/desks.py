"""A desk for one screen under test: everything a screen is given, around a runner of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from app.services.staff.sign_in import SignedIn
from app.views.desk.actions import ActionRegistry
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, homes_of_screens, install, screen_makers, side_panels
from app.views.desk.memory import BooksMemory
from app.views.desk.own_powers import PowersHere
from app.views.desk.person import PersonHere
from app.views.desk.screen import Navigator
from app.views.desk.undoing import Undoing
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.runner import Runner
from app.views.shell.main_window import Furnishing, MainWindow
from app.views.widgets.notices import Notices
from tests.conftest import TEST_NOW


def make_desk(theme: Theme, runner: Runner, bus: ChangeBus, *, actions: ActionRegistry | None = None,
              navigator: Navigator | None = None, settings: QSettings | None = None, window: QWidget | None = None,
              who: SignedIn | None = None, today: Callable[[], date] = TEST_NOW.date,
              date_in: Callable[[str], date] | None = None,
              features: Iterable[Feature] = ()) -> Desk:
    """A desk whose settings are remembered nowhere and on whose workstation it is always the day of the tests."""
    around = window or QWidget()
    shell = around if isinstance(around, MainWindow) else None
    notices = shell.notices if shell is not None else Notices(theme, around)
    powers = PowersHere(runner, bus, around)
    kept = settings or QSettings("", QSettings.Format.IniFormat)
    desk = Desk(
        theme=theme, runner=runner, bus=bus, actions=actions or ActionRegistry(theme),
        navigator=shell.navigator if shell is not None else navigator or Navigator(),
        notices=notices, undoing=Undoing(theme, runner, bus, notices, around, powers=powers), settings=kept,
        memory=BooksMemory(kept, "books of a test"), person=PersonHere(who, lambda: None),
        powers=powers, window=around, database="books of a test", today=today,
        date_in=date_in or (lambda zone: TEST_NOW.astimezone(ZoneInfo(zone)).date()))
    install(desk, features)
    return desk


def open_window(desk: Desk, features: Sequence[Feature]) -> MainWindow:
    """A window furnished with features, as it is with all of them: `desk.window`, which must be a bare one."""
    window = desk.window
    assert isinstance(window, MainWindow)
    window.furnish(desk.actions, Furnishing(
        places=[place for feature in features for place in feature.places], factories=screen_makers(desk, features),
        belongs=homes_of_screens(features),
        panels=side_panels(desk, features), memory=desk.memory))
    for feature in features:
        if feature.begin is not None:
            feature.begin(desk)
    return window
