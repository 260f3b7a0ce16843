"""Events by profile: what is told to whom, by which channel, in which words."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec, KeyLine
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.screen import TEMPLATES, Place, Screen, Target
from app.views.look.icons import Icon

TEMPLATES_TARGET: Final = Target(TEMPLATES)
NEW, PROVISION, WARNING = "events.new_template", "events.provision", "events.warning"

_MENU: Final = "E&vents"
_NEEDS: Final = "needs the templates in front"

_ACTIONS: Final = (
    ActionSpec(id="events.templates", power="events", text="&Templates", menu=_MENU, icon=Icon.EVENTS,
               help="Which events are told to the accounts of a profile, and in which words."),
    ActionSpec(id=NEW, power="events.edit", text="&New template…", menu=_MENU, section=1, icon=Icon.EDIT,
               needs=_NEEDS),
    ActionSpec(id=PROVISION, power="events.edit", text="&Provision standard events…", menu=_MENU, section=1,
               help="Gives a profile every standard event it lacks, with words to begin with, all of it off.",
               needs="needs a profile in front"),
    ActionSpec(id=WARNING, power="events.edit", text="Add &advance warning…", menu=_MENU, section=1, icon=Icon.CLOCK,
               help="Tells accounts of profiles a day before the rules can suspend them first, and follows the rules.",
               needs="needs the templates in front"),
)
_KEYS: Final = (
    KeyLine(group="Templates", keys="%%", text="Offers the variables of the event"),
    KeyLine(group="Templates", keys="Ctrl+Enter, Ctrl+S", text="Saves the next version"),
    KeyLine(group="Templates", keys="Ctrl+B, Ctrl+I, Ctrl+U", text="Bold, italic, underlined, within a message"),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.events.screen import TemplatesScreen

    return TemplatesScreen(target, desk)


FEATURE: Final = Feature(
    places=(Place(key="events", title="Events", icon=Icon.EVENTS, target=TEMPLATES_TARGET),),
    actions=_ACTIONS, keys=_KEYS, screens={TEMPLATES: _screen}, does={"events.templates": opens(TEMPLATES_TARGET)},
)
