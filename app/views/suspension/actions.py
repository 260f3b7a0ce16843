"""What a scan adds to menus, toolbar and command box."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.desk.screen import Target
from app.views.look.icons import Icon

SCAN_KIND: Final = "scan"
SCAN_TARGET: Final = Target(SCAN_KIND)
PREVIEW, APPLY, STOP, DISCARD = "scan.preview", "scan.apply", "scan.stop", "scan.discard"
TICK_ALL, TICK_NONE = "scan.tick_all", "scan.tick_none"

_MENU: Final = "&Suspension"
_NEEDS_PREVIEW: Final = "needs a previewed scan in front"


def suspension_actions() -> list[ActionSpec]:
    """`scan.preview` is bound for good by whoever can open the scan's tab; the others by the tab while in front."""
    return [
        ActionSpec(id=PREVIEW, power="suspension",
                   text="&Preview scan", menu=_MENU, icon=Icon.SUSPENSION,
                   help="Shows who would be suspended or restored today, and why. Nothing is changed.",
                   needs="needs an open database"),
        ActionSpec(id=APPLY, power="suspension.apply",
                   text="&Apply what is ticked", menu=_MENU, icon=Icon.TICK, needs=_NEEDS_PREVIEW),
        ActionSpec(id=STOP, text="&Stop the scan", menu=_MENU, icon=Icon.STOP, needs="needs a scan at work in front"),
        ActionSpec(id=DISCARD, text="&Discard the preview", menu=_MENU, needs=_NEEDS_PREVIEW),
        ActionSpec(id=TICK_ALL, text="&Tick all proposals", menu=_MENU, section=1, needs=_NEEDS_PREVIEW),
        ActionSpec(id=TICK_NONE, text="&Untick all proposals", menu=_MENU, section=1, needs=_NEEDS_PREVIEW),
    ]
