"""Runs of scans that were committed or stopped: who, when, by which version, and what came of it."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.screen import RUNS, Screen, Target
from app.views.look.icons import Icon

SAVE_REPORT: Final = "runs.report"
_MENU: Final = "&Suspension"

_ACTIONS: Final = (
    ActionSpec(id="runs.open", text="Ru&ns", menu=_MENU, section=2, icon=Icon.HISTORY, power="suspension",
               help="What scans did: whom they suspended and restored, by which rules, and what was sent.",
               needs="needs an open database"),
    ActionSpec(id=SAVE_REPORT, text="Save the rep&ort of the run…", menu=_MENU, section=2,
               needs="needs a run of the list of runs in front"),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.runs.screen import RunsScreen

    return RunsScreen(target, desk)


FEATURE: Final = Feature(within="suspension", actions=_ACTIONS, screens={RUNS: _screen},
                         does={"runs.open": opens(Target(RUNS))})
