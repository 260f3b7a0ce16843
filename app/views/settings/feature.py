"""Settings of the window, the modules of each provider, and what is hidden where a module is off."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.screen import Place, Screen, Target
from app.views.look.icons import Icon

SETTINGS: Final = Target("settings")
MODULES: Final = Target("modules")

_ACTIONS: Final = (
    ActionSpec(id="settings.modules", power="providers",
               text="Mo&dules", menu="&Tools", section=1, icon=Icon.SYSTEM,
               help="Which parts of the program each provider has.", needs="needs an open database"),
    ActionSpec(id="file.back_up", power="staff.admin", text="Back up &database…", menu="&File", section=3,
               help="Copies all of it to a file while everybody works on, and checks the copy.",
               needs="needs an open database"),
)


def _settings(target: Target, desk: Desk) -> Screen:
    from app.views.settings.screen import SettingsScreen

    return SettingsScreen(target, desk)


def _modules(target: Target, desk: Desk) -> Screen:
    from app.views.settings.modules_screen import ModulesScreen

    return ModulesScreen(target, desk)


def _back_up(desk: Desk) -> None:
    from app.views.settings.backing_up import ask_for_backup

    ask_for_backup(desk)


def _watch(desk: Desk) -> object:
    from app.views.settings.modules_watch import ModulesWatch

    return ModulesWatch(desk)


FEATURE: Final = Feature(
    places=(Place(key="settings", title="Settings", icon=Icon.SETTINGS, target=SETTINGS, at_bottom=True),),
    actions=_ACTIONS, screens={SETTINGS.kind: _settings, MODULES.kind: _modules}, begin=_watch,
    does={"settings.modules": opens(MODULES), "file.back_up": _back_up},
)
