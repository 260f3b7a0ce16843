"""The business date in the status bar: that of the provider in view, which need not be the date of this workstation.

It follows the page in front, and the day that turns in the provider's zone while the window is open.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.views.desk.screen import BusinessPlace
from app.views.look.formatting import Formatter
from app.views.shell.tabs.area import TabArea
from app.views.widgets.status_strip import StatusField

_LOOK_EVERY_MS: Final = 20_000


class BusinessDate(QObject):
    """Keeps one field of the status bar. A page without a provider leaves the date of the last one there."""

    turned = Signal()  # another day began for the provider in view

    def __init__(self, field: StatusField, tabs: TabArea, formatter: Formatter, *, date_in: Callable[[str], date],
                 here: Callable[[], date], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._tabs = tabs
        self._formatter = formatter
        self._date_in = date_in
        self._here = here
        self._place: BusinessPlace | None = None
        self._days: tuple[date, ...] = ()
        tabs.current_changed.connect(self.follow)
        tabs.business_place_changed.connect(self.follow)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.follow()

    def follow(self, _screen: object = None) -> None:
        """Take over the provider of the page in front."""
        current = self._tabs.current
        place = current.business_place() if current is not None else None
        if place is not None and place != self._place:
            self._place = place
            self._days = self._dates(place)
            self._show(place)

    def look(self) -> None:
        """See whether another day has begun."""
        if self._place is not None and self._days != self._dates(self._place):
            self._days = self._dates(self._place)
            self._show(self._place)
            self.turned.emit()

    def _dates(self, place: BusinessPlace) -> tuple[date, ...]:
        return tuple(sorted({self._date_in(zone) for zone in place.time_zones}))

    def _show(self, place: BusinessPlace) -> None:
        day = self._formatter.day
        if len(self._days) > 1:
            words = f"Business dates {day(self._days[0], weekday=True)} and {day(self._days[-1], weekday=True)}"
        else:
            words = f"Business date {day(self._days[0], weekday=True)}"
            if self._days[0] != self._here() and len(place.time_zones) == 1:
                words += f" in {_city(place.time_zones[0])}"
        zones = " and ".join(_city(zone) for zone in place.time_zones)
        self._field.set(words)
        self._field.setToolTip(f"The date of {place.name}, time of {zones}")


def _city(zone: str) -> str:
    """The place a time zone is named after: "Australia/Sydney" is Sydney."""
    return zone.rpartition("/")[2].replace("_", " ")
