"""Account groups: which staff see which accounts."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.screen import Screen, Target
from app.views.look.icons import Icon

GROUPS: Final = "groups"

_ACTIONS: Final = (
    ActionSpec(id="groups.open", text="Account &groups", menu="&Tools", section=1, icon=Icon.ACCOUNTS,
               keys=("Ctrl+G",), help="Groups decide which staff see an account.", needs="needs an open database",
               power="groups"),
    ActionSpec(id="groups.new", text="Ne&w account group…", menu="&Tools", section=1, is_last=True,
               needs="needs the account groups in front", power="groups.admin"),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.groups.screen import GroupsScreen

    return GroupsScreen(target, desk)


FEATURE: Final = Feature(within="accounts", actions=_ACTIONS, screens={GROUPS: _screen},
                         does={"groups.open": opens(Target(GROUPS))})
