"""Rule sets of automatic suspension: entered, compared, and tried on the accounts of today before they are saved."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec, KeyLine
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.screen import RULES, Screen, Target
from app.views.look.icons import Icon

SAVE: Final = "rules.save"
_MENU: Final = "&Suspension"

_ACTIONS: Final = (
    ActionSpec(id="rules.open", text="&Rules", menu=_MENU, section=2, icon=Icon.SUSPENSION, power="suspension",
               help="The rule sets of a provider: versions, what differs, and what another one would change today.",
               needs="needs an open database"),
    ActionSpec(id=SAVE, text="Sa&ve the rule set", menu=_MENU, section=2, power="suspension.rules",
               needs="needs a changed draft of the rules in front"),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.rules.screen import RulesScreen

    return RulesScreen(target, desk)


_KEYS: Final = (KeyLine(group="Rules", keys="Ctrl+Enter, Ctrl+S", text="Saves the next version"),)


FEATURE: Final = Feature(within="suspension", actions=_ACTIONS, keys=_KEYS, screens={RULES: _screen},
                         does={"rules.open": opens(Target(RULES))})
