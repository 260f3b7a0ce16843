"""Service requests of a provider; the tab of an account shows its own."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.screen import Screen, Target
from app.views.look.icons import Icon

_TARGET: Final = Target("requests")
_ACTIONS: Final = (
    ActionSpec(id="requests.list", text="Service re&quests", menu="&Tools", section=1, icon=Icon.DISPUTE,
               power="customers", help="Small tickets on accounts: who has which, and what is open.",
               needs="needs an open database"),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.requests.screen import RequestsScreen

    return RequestsScreen(target, desk)


FEATURE: Final = Feature(within="accounts", actions=_ACTIONS, screens={_TARGET.kind: _screen},
                         does={"requests.list": opens(_TARGET)})
