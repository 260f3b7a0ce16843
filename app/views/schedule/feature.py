"""Scheduled work in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.offers import Offer
from app.views.desk.screen import Screen, Target
from app.views.look.icons import Icon

if TYPE_CHECKING:
    from app.views.schedule.scanner import Scanner

SCANNER: Final[Offer[Scanner]] = Offer(name="the background scanner of this window")
SCHEDULE_TARGET: Final = Target("schedule")
_ACTIONS: Final = (
    ActionSpec(id="schedule.now", power="suspension.apply", text="Do what is due n&ow", menu="&Tools", section=1,
               icon=Icon.CLOCK, needs="needs an open database",
               help="Reminders, restorations and suspensions whose time has come, and what waits to be sent."),
    ActionSpec(id="schedule.open", power="events", text="Schedu&le and gateways", menu="&Tools", section=1,
               icon=Icon.SEND, needs="needs an open database",
               help="When scheduled work is done, what is sent and when, the safety brake, and the servers of each "
                    "provider."),
)


def _scanner(desk: Desk) -> Scanner:
    from app.views.schedule.scanner import Scanner

    return Scanner(desk)


def _begin(desk: Desk) -> object:
    from app.views.schedule.idle_notice import IdleRulesNotice

    return IdleRulesNotice(desk), desk.offers.get(SCANNER)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.schedule.screen import ScheduleScreen

    return ScheduleScreen(target, desk)


def _now(desk: Desk) -> None:
    desk.offers.get(SCANNER).begin_round()


FEATURE: Final = Feature(
    within="settings", actions=_ACTIONS, screens={SCHEDULE_TARGET.kind: _screen}, begin=_begin,
    does={"schedule.now": _now, "schedule.open": opens(SCHEDULE_TARGET)}, offers={SCANNER: _scanner})
