"""What the shell is given of staff and account groups: makers of their tabs, the actions that open them, and the powers
of whoever works here, by which actions are off ahead of being asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from app.views.desk.actions import ActionRegistry
from app.views.desk.own_powers import PowersHere
from app.views.desk.screen import Navigator, Screen, ScreenFactory, Target
from app.views.groups.actions import GROUPS_KIND, SIGHT_KIND, STAFF_KIND
from app.views.groups.screen import GroupsScreen
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.runner import Runner
from app.views.staff.screen import StaffScreen
from app.views.staff.sight_screen import SightScreen


class PeoplePlace(QObject):
    """Made once for a window."""

    def __init__(self, theme: Theme, *, runner: Runner, bus: ChangeBus, actions: ActionRegistry, navigator: Navigator,
                 change_password: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._bus = bus
        self._actions = actions
        self._navigator = navigator
        self._change_password = change_password
        self.powers = PowersHere(runner, bus, self)
        self.powers.changed.connect(self._show_powers)
        for action, kind in (("groups.open", GROUPS_KIND), ("staff.sight", SIGHT_KIND), ("staff.open", STAFF_KIND)):
            actions.bind(action, partial(navigator.go, Target(kind)))
        actions.bind("staff.me", partial(navigator.go, Target(STAFF_KIND, None, "me")))
        self._show_powers()

    def factories(self) -> dict[str, ScreenFactory]:
        """Makers of the screens, by the kind of their target."""
        return {GROUPS_KIND: self._groups, SIGHT_KIND: self._sight, STAFF_KIND: self._staff}

    def _show_powers(self) -> None:
        self._actions.use_powers(self.powers.refusal)

    def _groups(self, target: Target) -> Screen:
        return GroupsScreen(target, self._theme, runner=self._runner, bus=self._bus, navigator=self._navigator,
                            powers=self.powers)

    def _sight(self, target: Target) -> Screen:
        return SightScreen(target, self._theme, runner=self._runner, bus=self._bus)

    def _staff(self, target: Target) -> Screen:
        return StaffScreen(target, self._theme, runner=self._runner, bus=self._bus, navigator=self._navigator,
                           powers=self.powers, change_password=self._change_password)
