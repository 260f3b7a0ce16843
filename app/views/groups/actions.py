"""What account groups and staff add to the menus."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.look.icons import Icon

GROUPS_KIND: Final = "groups"
SIGHT_KIND: Final = "sight"
STAFF_KIND: Final = "staff"
_NEEDS: Final = "needs the account groups in front"

GROUP_ACTIONS: Final = (
    ActionSpec(id="groups.open", text="Account &groups", menu="&Tools", section=1, icon=Icon.ACCOUNTS,
               keys=("Ctrl+G",), help="Groups decide which staff see an account.", needs="needs an open database",
               power="groups"),
    ActionSpec(id="staff.sight", text="What does a person &see?", menu="&Tools", section=1, icon=Icon.SHOW,
               help="Which rule shows or hides accounts to one staff user.", needs="needs an open database",
               power="staff"),
    ActionSpec(id="staff.open", text="S&taff, org units and roles", menu="&Tools", section=1, icon=Icon.SETTINGS,
               needs="needs an open database", power="staff"),
    ActionSpec(id="staff.me", text="&My details", menu="&Tools", section=1, icon=Icon.ACCOUNT,
               help="Your name, your password and what you may do.", needs="needs an open database"),
    ActionSpec(id="groups.new", text="Ne&w account group…", menu="&Tools", section=1, needs=_NEEDS,
               power="groups.admin"),
)
