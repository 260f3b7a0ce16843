"""Suspension scans: the tab with the proposals, the panel beside every page, and the scan that both show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.offers import Offer
from app.views.desk.screen import Place, Screen, Target
from app.views.look.icons import Icon

if TYPE_CHECKING:
    from app.views.suspension.session import ScanSession

SCAN_KIND: Final = "scan"
SCAN_TARGET: Final = Target(SCAN_KIND)
PREVIEW, APPLY, STOP, DISCARD = "scan.preview", "scan.apply", "scan.stop", "scan.discard"
TICK_ALL, TICK_NONE = "scan.tick_all", "scan.tick_none"

_MENU: Final = "&Suspension"
_NEEDS_PREVIEW: Final = "needs a previewed scan in front"

_ACTIONS: Final = (
    ActionSpec(id=PREVIEW, power="suspension",
               text="&Preview scan", menu=_MENU, icon=Icon.SUSPENSION, in_toolbar=3,
               help="Shows who would be suspended or restored today, and why. Nothing is changed.",
               needs="needs an open database"),
    ActionSpec(id=APPLY, power="suspension.apply",
               text="&Apply what is ticked", menu=_MENU, icon=Icon.TICK, needs=_NEEDS_PREVIEW),
    ActionSpec(id=STOP, text="&Stop the scan", menu=_MENU, icon=Icon.STOP, needs="needs a scan at work in front"),
    ActionSpec(id=DISCARD, text="&Discard the preview", menu=_MENU, needs=_NEEDS_PREVIEW),
    ActionSpec(id=TICK_ALL, text="&Tick all proposals", menu=_MENU, section=1, needs=_NEEDS_PREVIEW),
    ActionSpec(id=TICK_NONE, text="&Untick all proposals", menu=_MENU, section=1, needs=_NEEDS_PREVIEW),
)
SESSION: Final[Offer[ScanSession]] = Offer(name="the scan of this window")


def _session(desk: Desk) -> ScanSession:
    from app.views.suspension.session import ScanSession

    session = ScanSession(desk.runner, desk.bus, desk.theme.formatter, today=desk.today, date_in=desk.date_in,
                          parent=desk.window)
    session.power_refusal = desk.powers.refusal
    desk.powers.changed.connect(lambda: session.ticks_changed.emit(set[int]()))
    return session


def _scan(target: Target, desk: Desk) -> Screen:
    from app.views.suspension.screen import ScanScreen

    return ScanScreen(target, desk)


def _dock(desk: Desk) -> tuple[QWidget, QWidget]:
    from app.views.suspension.dock import ScanDock

    dock = ScanDock(desk)
    return dock, dock.first_focus


def _preview(desk: Desk) -> None:
    """Show the scan's tab and judge; at the start it waits until the providers are known."""
    desk.navigator.go(SCAN_TARGET)
    desk.offers.get(SESSION).preview_when_loaded()


def _watch_brake(desk: Desk) -> object:
    from app.views.suspension.brake.notice import BrakeNotice

    return BrakeNotice(desk)


FEATURE: Final = Feature(
    places=(Place(key="suspension", title="Suspension", icon=Icon.SUSPENSION, target=SCAN_TARGET),),
    actions=_ACTIONS, screens={SCAN_KIND: _scan}, panels={"side": ("Scan", _dock)}, offers={SESSION: _session},
    does={PREVIEW: _preview}, begin=_watch_brake,
)
