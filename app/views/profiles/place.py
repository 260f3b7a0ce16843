"""What the shell is given of the profiles: the maker of their screen, its action, and the work that outlives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.views.desk.actions import ActionSpec
from app.views.desk.screen import Navigator, Screen, ScreenFactory, Target
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.profiles.move_work import MoveWork
from app.views.profiles.screen import PROFILES, ProfilesScreen
from app.views.running.change_bus import ChangeBus
from app.views.running.runner import Runner

PROFILE_ACTIONS: Final = (
    ActionSpec(id="profiles.open", power="profiles", text="Account profil&es", menu="&Account", section=6,
               icon=Icon.PROFILE, keys=("Ctrl+Shift+P",),
               help="Terms, limits and layout that many accounts share, and who has them."),
)


class ProfilesPlace(QObject):
    """Belongs to one window."""

    noticed = Signal(object)  # Notice

    def __init__(self, theme: Theme, *, runner: Runner, bus: ChangeBus, navigator: Navigator,
                 window: Callable[[], QWidget], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._bus = bus
        self._navigator = navigator
        self.work = MoveWork(theme, runner, window, self)
        self.work.noticed.connect(self.noticed)

    def factories(self) -> dict[str, ScreenFactory]:
        return {PROFILES: self._make}

    def open(self, provider_id: int | None = None) -> None:
        """Show the profiles, of a provider where one is in view."""
        self._navigator.go(Target(PROFILES, part=f"provider/{provider_id}" if provider_id is not None else ""))

    def _make(self, target: Target) -> Screen:
        return ProfilesScreen(target, self._theme, runner=self._runner, bus=self._bus, navigator=self._navigator,
                              work=self.work)
