"""Printing invoices: the tab of a batch."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec, KeyLine
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.screen import Place, Screen, Target
from app.views.look.icons import Icon

PRINTING_KIND: Final = "printing"
PRINTING_TARGET: Final = Target(PRINTING_KIND)
OPEN, PRINT, STOP, CHANGE = "printing.open", "printing.print", "printing.stop", "printing.change"
FOLDER, PAPER = "printing.folder", "printing.paper"

_MENU: Final = "&Printing"
_NEEDS: Final = "needs the print screen in front"

_ACTIONS: Final = (
    ActionSpec(id=OPEN, power="invoices.print",
               text="Print &invoices…", menu=_MENU, icon=Icon.PRINTING, keys=("Ctrl+P",), in_toolbar=2,
               help="Choose invoices, see count and sum, then print them as PDF.", needs="needs an open database"),
    ActionSpec(id=PRINT, power="invoices.print",
               text="&Print this batch", menu=_MENU, section=1, icon=Icon.PDF, needs=_NEEDS),
    ActionSpec(id=STOP, text="&Stop printing", menu=_MENU, section=1, icon=Icon.STOP,
               needs="needs a batch at work"),
    ActionSpec(id=CHANGE, text="&Change batch", menu=_MENU, section=1, icon=Icon.FILTER,
               needs="needs a batch that was printed"),
    ActionSpec(id=FOLDER, text="&Open folder", menu=_MENU, section=2, icon=Icon.FOLDER, needs=_NEEDS),
    ActionSpec(id=PAPER, power="invoices.print",
               text="Print on pape&r…", menu=_MENU, section=2, icon=Icon.PRINTING,
               help="Sends the selected invoices to a printer.", needs="needs selected invoices"),
)

_KEYS: Final = (
    KeyLine(group="Invoice preview", keys="PgUp, PgDn", text="Previous, next page"),
    KeyLine(group="Invoice preview", keys="Plus, Minus, 0", text="Larger, smaller, whole width"),
    KeyLine(group="Invoices to print", keys="Space", text="To the preview and back"),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.printing.screen import PrintingScreen

    return PrintingScreen(target, desk)


FEATURE: Final = Feature(
    places=(Place(key="printing", title="Printing", icon=Icon.PRINTING, target=PRINTING_TARGET),),
    actions=_ACTIONS, keys=_KEYS, screens={PRINTING_KIND: _screen}, does={OPEN: opens(PRINTING_TARGET)},
)
