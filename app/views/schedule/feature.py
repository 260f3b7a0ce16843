"""Scheduled work in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.offers import Offer
from app.views.look.icons import Icon

if TYPE_CHECKING:
    from app.views.schedule.scanner import Scanner

SCANNER: Final[Offer[Scanner]] = Offer(name="the background scanner of this window")
_ACTIONS: Final = (
    ActionSpec(id="schedule.now", power="suspension.apply", text="Do what is due n&ow", menu="&Tools", section=1,
               icon=Icon.CLOCK, needs="needs an open database",
               help="Reminders, restorations and suspensions whose time has come, and what waits to be sent."),
)


def _scanner(desk: Desk) -> Scanner:
    from app.views.schedule.scanner import Scanner

    return Scanner(desk)


def _begin(desk: Desk) -> object:
    return desk.offers.get(SCANNER)


def _now(desk: Desk) -> None:
    desk.offers.get(SCANNER).begin_round()


FEATURE: Final = Feature(within="settings", actions=_ACTIONS, does={"schedule.now": _now}, begin=_begin,
                         offers={SCANNER: _scanner})
