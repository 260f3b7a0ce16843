"""The page of a group account, which the page of an account leads to."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec, KeyLine
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.screen import GROUP_ACCOUNT, Screen, Target
from app.views.look.icons import Icon

ADD: Final = "group_account.add"
REMOVE: Final = "group_account.remove"
_NEEDS: Final = "needs the page of a group account"

_ACTIONS: Final = (
    ActionSpec(id=ADD, text="Add a member to the group account…", menu="", icon=Icon.NEW_ACCOUNT,
               power="customers.funding", needs=_NEEDS,
               help="Says what must hold and what follows before anything is written."),
    ActionSpec(id=REMOVE, text="Remove a member from the group account…", menu="", icon=Icon.REMOVE,
               power="customers.funding", needs="needs a member of a group account"),
)
_KEYS: Final = (
    KeyLine(group="Group account", keys="Up, Down", text="The next account"),
    KeyLine(group="Group account", keys="Enter", text="Open the account"),
    KeyLine(group="Group account", keys="Delete", text="Remove the member"),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.group_accounts.screen import GroupAccountScreen

    return GroupAccountScreen(target, desk)


FEATURE: Final = Feature(within="accounts", actions=_ACTIONS, keys=_KEYS, screens={GROUP_ACCOUNT: _screen})
