"""A desk for one screen under test: everything a screen is given, around a runner of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from app.services.staff.sign_in import SignedIn
from app.views.desk.actions import ActionRegistry
from app.views.desk.desk import Desk
from app.views.desk.memory import BooksMemory
from app.views.desk.own_powers import PowersHere
from app.views.desk.person import PersonHere
from app.views.desk.screen import Navigator
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.runner import Runner
from app.views.widgets.notices import Notices
from tests.conftest import TEST_NOW


def make_desk(theme: Theme, runner: Runner, bus: ChangeBus, *, actions: ActionRegistry | None = None,
              navigator: Navigator | None = None, settings: QSettings | None = None, window: QWidget | None = None,
              who: SignedIn | None = None, today: Callable[[], date] = TEST_NOW.date) -> Desk:
    """A desk whose settings are remembered nowhere and on whose workstation it is always the day of the tests."""
    around = window or QWidget()
    kept = settings or QSettings("", QSettings.Format.IniFormat)
    return Desk(
        theme=theme, runner=runner, bus=bus, actions=actions or ActionRegistry(theme),
        navigator=navigator or Navigator(), notices=Notices(theme, around), settings=kept,
        memory=BooksMemory(kept, "books of a test"), person=PersonHere(who, lambda: None),
        powers=PowersHere(runner, bus, around), window=around, database="books of a test", today=today,
        date_in=lambda zone: TEST_NOW.astimezone(ZoneInfo(zone)).date())
