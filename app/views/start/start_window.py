"""The window while no database is open. It is painted before anything of the business is imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from PySide6.QtCore import QObject, QSettings

from app.views.desk.actions import ActionRegistry
from app.views.desk.screen import Navigator, Place, Screen, Target
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.shell.main_window import Furnishing, MainWindow
from app.views.start.welcome import KIND, WelcomeScreen, WelcomeWays

_PLACE: Final = Place(key="accounts", title="Accounts", icon=Icon.ACCOUNTS, target=Target(KIND))


def _nothing() -> None:
    """Where nobody can change places: a tour, a test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What outlives a window on one database."""

    theme: Theme
    settings: QSettings
    today: Callable[[], date]
    connect: Callable[[], object]
    restore: Callable[[], object] = _nothing
    """Asks which backup to put in place of this database."""
    change_person: Callable[[], object] = _nothing
    """Asks who works here from now on."""


class StartWindow(QObject):
    """Says what is being opened, or why it cannot be; the workplace furnishes the same window later."""

    def __init__(self, around: Surroundings, runner: Runner, ways: WelcomeWays) -> None:
        super().__init__()
        self.runner = runner
        self.registry = ActionRegistry(around.theme)
        self.screen = WelcomeScreen(around.theme, ways)
        self.window = MainWindow(around.theme, runner, Navigator(), around.settings)
        self.window.furnish(self.registry, Furnishing(places=(_PLACE,), factories={KIND: self._welcome}))
        self.registry.bind("file.connect", around.connect)
        self.registry.bind("file.restore", around.restore)

    def _welcome(self, target: Target) -> Screen:  # noqa: ARG002  every factory takes its target
        return self.screen

    def show(self) -> None:
        """Bring the window up with its one page."""
        self.window.restore_window()
        self.window.show()
        self.window.open_first_place()
