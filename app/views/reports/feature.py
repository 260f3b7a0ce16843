"""Reports: the close of a day, which people read at its end and keep as a page."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.screen import Place, Screen, Target
from app.views.look.icons import Icon

SAVE_PAGE: Final = "reports.save_page"
_TARGET: Final = Target("close_of_day")
_PLACE: Final = Place(key="reports", title="Reports", icon=Icon.REPORTS, target=_TARGET)
_MENU: Final = "&Printing"
_ACTIONS: Final = (
    ActionSpec(id="reports.close_of_day", text="Close of da&y", menu=_MENU, section=7, icon=Icon.REPORTS,
               power="ledger", needs="needs an open database",
               help="Money of a day, what automation did, what waits for a person, and the next seven days."),
    ActionSpec(id=SAVE_PAGE, text="Save the day as PD&F…", menu=_MENU, section=7, icon=Icon.PRINTING, power="ledger",
               needs="needs the close of a day in front"),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.reports.screen import CloseOfDayScreen

    return CloseOfDayScreen(target, desk)


FEATURE: Final = Feature(places=(_PLACE,), actions=_ACTIONS, screens={_TARGET.kind: _screen},
                         does={"reports.close_of_day": opens(_TARGET)})
