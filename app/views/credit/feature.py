"""Credit control: the cockpit of managers, and what decides above a limit."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec, KeyLine
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.screen import Place, Screen, Target
from app.views.look.icons import Icon

COCKPIT: Final = Target("credit")
RULES: Final = Target("override_rules")
LABELS: Final = Target("credit_labels")
NEW_RULE: Final = "credit.new_rule"
SAVE_PAGE: Final = "credit.save_page"
SAVE_LIST: Final = "credit.save_list"
_PLACE: Final = Place(key="credit", title="Credit", icon=Icon.CREDIT, target=COCKPIT)
_MENU: Final = "&Credit"
_NEEDS: Final = "needs the credit cockpit in front"
_ACTIONS: Final = (
    ActionSpec(id="credit.open", text="Credit &cockpit", menu=_MENU, icon=Icon.CREDIT, power="credit",
               needs="needs an open database",
               help="Accounts over their limit and nearly there, how old their debts are, and which way they go."),
    ActionSpec(id="credit.rules", text="&Override rules", menu=_MENU, icon=Icon.CREDIT, power="credit",
               needs="needs an open database", help="What lets events through above a limit. Would this pass?"),
    ActionSpec(id="credit.labels", text="&Ratings and labels", menu=_MENU, icon=Icon.RATING, power="credit",
               needs="needs an open database", help="Ratings and their limits, classifications, KYC profiles."),
    ActionSpec(id=NEW_RULE, text="&New override rule…", menu=_MENU, section=1, power="credit.rules",
               needs="needs the override rules in front"),
    ActionSpec(id=SAVE_LIST, text="&Export the accounts…", menu=_MENU, section=2, icon=Icon.EXPORT,
               power="customers.export", needs=_NEEDS, help="As a workbook or as separated values."),
    ActionSpec(id=SAVE_PAGE, text="&Save the cockpit as PDF…", menu=_MENU, section=2, icon=Icon.PDF, power="credit",
               needs=_NEEDS),
)
_KEYS: Final = (
    KeyLine(group="Charts", keys="Left, Right", text="The next part of a bar, the next month"),
    KeyLine(group="Charts", keys="Up, Down", text="The bar above or below"),
    KeyLine(group="Charts", keys="Enter", text="The accounts behind a figure"),
    KeyLine(group="Charts", keys="T", text="The table behind a chart"),
)


def _cockpit(target: Target, desk: Desk) -> Screen:
    from app.views.credit.screen import CockpitScreen

    return CockpitScreen(target, desk)


def _rules(target: Target, desk: Desk) -> Screen:
    from app.views.credit.rules_screen import RulesScreen

    return RulesScreen(target, desk)


def _labels(target: Target, desk: Desk) -> Screen:
    from app.views.credit.labels_screen import LabelsScreen

    return LabelsScreen(target, desk)


FEATURE: Final = Feature(places=(_PLACE,), actions=_ACTIONS, keys=_KEYS, screens={
    COCKPIT.kind: _cockpit, RULES.kind: _rules, LABELS.kind: _labels}, does={
    "credit.open": opens(COCKPIT), "credit.rules": opens(RULES), "credit.labels": opens(LABELS)})
