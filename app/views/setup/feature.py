"""Set-up files: one compared with the database, and applied."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.screen import Screen, Target

SET_UP: Final = "set_up"

_ACTIONS: Final = (
    ActionSpec(id="file.set_up", text="Co&mpare with a set-up file…", menu="&File", section=2, power="providers",
               help="What a file would create and change, and whom that reaches; then it can be applied.",
               needs="needs an open database"),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.setup.screen import SetUpScreen

    return SetUpScreen(target, desk)


def _choose(desk: Desk) -> None:
    from app.views.asking.files import ask_for_file

    ask_for_file(desk.window, "Choose a set-up file", lambda path: desk.navigator.go(Target(SET_UP, part=path)),
                 kinds="Set-up files (*.toml);;All files (*)")


FEATURE: Final = Feature(within="settings", actions=_ACTIONS, screens={SET_UP: _screen}, does={"file.set_up": _choose})
