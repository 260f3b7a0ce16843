"""The open holds of an account in words, worst first: since when, by whom, why, and what lifts each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.models.values import HoldKind
from app.services.accounts.header import HoldRow
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import HOLD, HOLD_TONE
from app.views.widgets.banner import Banner
from app.views.widgets.basics import LinkButton
from app.views.widgets.layout import column, emptied

PLACED_BY_HAND: Final = (HoldKind.MANUAL, HoldKind.BILLING_AND_ORDERING, HoldKind.PARENT_PROVIDER, HoldKind.SYSTEM)
"""Kinds of holds that a person can place."""

RESTORE, RESTORE_NOW = "Restore by hand…", "Restore now…"
"""The second where a scan would restore the account and may not."""

_SHOWN: Final = 2
_STOPS: Final = {
    HoldKind.BILLING_AND_ORDERING: "Billing and ordering stop; services go on.",
    HoldKind.PARENT_PROVIDER: "Orders are refused until it is lifted.",
}


class HoldStrips(QWidget):
    """One strip for each hold; from the third on they wait behind a link."""

    reasoning_asked = Signal()
    restore_asked = Signal()
    lift_asked = Signal(int)  # id of a hold

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._holds: tuple[HoldRow, ...] = ()
        self._liftable: frozenset[HoldKind] = frozenset()
        self._strips: list[tuple[HoldRow, Banner]] = []
        self._shows_all = False
        self._column = column(on=self, margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 12), spacing=8)
        self.hide()

    def show_holds(self, holds: Sequence[HoldRow]) -> None:
        """Take the open holds of an account; none hides the strips."""
        if tuple(holds) != self._holds:
            self._holds = tuple(holds)
            self._build()

    def offer_lifting(self, kinds: frozenset[HoldKind]) -> None:
        """Put *Lift hold* on the strips of these kinds."""
        more, fewer = kinds - self._liftable, self._liftable - kinds
        self._liftable = kinds
        if any(hold.kind in fewer for hold in self._holds):
            self._build()
            return
        for hold, strip in self._strips:
            if hold.kind in more:
                self._add_lifting(hold, strip)

    def _add_lifting(self, hold: HoldRow, strip: Banner) -> None:
        strip.add_button("Lift hold…", partial(self.lift_asked.emit, hold.id), Icon.UNDO)

    @property
    def has_holds(self) -> bool:
        return bool(self._holds)

    def _build(self) -> None:
        emptied(self._column)
        shown = self._holds if self._shows_all else self._holds[:_SHOWN]
        self._strips = [(hold, self._strip(hold)) for hold in shown]
        for _, strip in self._strips:
            self._column.addWidget(strip)
        more = len(self._holds) - len(shown)
        if more:
            count = self._theme.formatter.counted(more, "more hold", "more holds")
            self._column.addWidget(LinkButton(self._theme, f"{count}, show", self, run=self._on_more))

    def _strip(self, hold: HoldRow) -> Banner:
        tone = HOLD_TONE[hold.kind]
        strip = Banner(self._theme, tone, Icon.WARNING if tone is tk.Tone.WARN else Icon.SUSPENDED, self)
        strip.set_words(hold_head(hold, self._theme.formatter), hold_text(hold))
        if hold.kind is HoldKind.OVERDUE:
            strip.add_button("See the reasoning", self.reasoning_asked.emit)
            strip.add_button(RESTORE_NOW if hold.waits_for_staff else RESTORE, self.restore_asked.emit, Icon.UNDO)
        if hold.kind in self._liftable:
            self._add_lifting(hold, strip)
        return strip

    def _on_more(self) -> None:
        self._shows_all = True
        self._build()


def hold_head(hold: HoldRow, formatter: Formatter) -> str:
    """"Overdue hold since Wed 25 Jun 2025, placed by the scan. 1 service is restricted.\""""
    placed = "the scan" if hold.by_scan else hold.placed_by
    text = f"{HOLD[hold.kind]} since {formatter.day(hold.since, weekday=True)}, placed by {placed}."
    if hold.services_restricted:
        services = formatter.counted(hold.services_restricted, "service is", "services are")
        text += f" {services} restricted."
    return text


def hold_text(hold: HoldRow) -> str:
    """Why, what it stops, and what lifts it."""
    reason = "" if hold.by_scan or not hold.reason else f"{hold.reason.rstrip('.')}."
    return " ".join(filter(None, (reason, _STOPS.get(hold.kind, ""), hold.lifts)))
