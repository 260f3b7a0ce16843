"""Accounting periods in the window."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.screen import Screen, Target
from app.views.look.icons import Icon

PERIODS: Final = Target("periods")
CHECK: Final = "periods.check"
CLOSE: Final = "periods.close"
_MENU: Final = "&Money"
_ACTIONS: Final = (
    ActionSpec(id="periods.open", text="Acco&unting periods", menu=_MENU, section=3, icon=Icon.CALENDAR, power="ledger",
               needs="needs an open database",
               help="Which months or years of a provider are closed, and what stands against closing the open one."),
    ActionSpec(id=CHECK, text="Loo&k for errors in the open period", menu=_MENU, section=3, power="ledger.periods",
               needs="needs the accounting periods in front"),
    ActionSpec(id=CLOSE, text="Clo&se the open period…", menu=_MENU, section=3, icon=Icon.LOCK, power="ledger.periods",
               needs="needs the accounting periods in front, without errors"),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.periods.screen import PeriodsScreen

    return PeriodsScreen(target, desk)


FEATURE: Final = Feature(within="accounts", actions=_ACTIONS, screens={PERIODS.kind: _screen},
                         does={"periods.open": opens(PERIODS)})
