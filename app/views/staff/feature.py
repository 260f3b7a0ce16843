"""Staff users, org units and roles, what one person sees, and who works in this window."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import WRITING, ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.screen import SIGHT, Screen, Target
from app.views.look.icons import Icon
from app.views.staff.signing import Signing

STAFF: Final = "staff"

_ACTIONS: Final = (
    ActionSpec(id="staff.begin", power=WRITING, text="&Begin sign-in…", menu="&Tools",
               help="From then on people sign in; you become the administrator.",
               needs="is done: this database knows its staff"),
    ActionSpec(id="staff.password", power=WRITING, text="Change &password…", menu="&Tools", help="Your own password.",
               needs="needs somebody who signed in with a password"),
    ActionSpec(id="staff.switch", power=WRITING, text="Sign &in as somebody else…", menu="&Tools",
               help="The window begins anew for them; whoever does not sign in leaves it as it is.",
               needs="needs a database that knows its staff"),
    ActionSpec(id="staff.sight", text="What does a person &see?", menu="&Tools", section=1, icon=Icon.SHOW,
               help="Which rule shows or hides accounts to one staff user.", needs="needs an open database",
               power="staff"),
    ActionSpec(id="staff.open", text="S&taff, org units and roles", menu="&Tools", section=1, icon=Icon.SETTINGS,
               needs="needs an open database", power="staff"),
    ActionSpec(id="staff.me", text="&My details", menu="&Tools", section=1, icon=Icon.ACCOUNT,
               help="Your name, your password and what you may do.", needs="needs an open database"),
)


def _staff(target: Target, desk: Desk) -> Screen:
    from app.views.staff.screen import StaffScreen

    return StaffScreen(target, desk)


def _sight(target: Target, desk: Desk) -> Screen:
    from app.views.staff.sight_screen import SightScreen

    return SightScreen(target, desk)


FEATURE: Final = Feature(
    within="settings", actions=_ACTIONS, screens={STAFF: _staff, SIGHT: _sight}, begin=Signing,
    does={"staff.sight": opens(Target(SIGHT)), "staff.open": opens(Target(STAFF)),
          "staff.me": opens(Target(STAFF, part="me"))},
)
