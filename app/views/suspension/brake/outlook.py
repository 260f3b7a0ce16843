"""Beside the effect of what is ticked: what the safety brake would say of it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from PySide6.QtWidgets import QWidget

from app.models.values import ScanOutcome
from app.services.scans.previewed import ScannedProvider, ScanPreview
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.suspension.session import ScanSession, ScanState
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, row


class BrakeLines(QWidget):
    """Follows the ticks. Hidden while there is no preview of today that could be applied."""

    def __init__(self, theme: Theme, session: ScanSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._session = session
        self._badge = Badge(theme, "Clear", tk.Tone.GOOD, Icon.TICK)
        self._words = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        column(row(Label(theme, "Safety brake", weight=600), ..., self._badge), self._words, on=self, spacing=4)
        self.setAccessibleName("Safety brake before it is applied")
        session.state_changed.connect(self.refresh)
        session.ticks_changed.connect(self.refresh)
        session.brake.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Hold what is ticked against the limits."""
        session, preview = self._session, self._session.preview
        is_open = (preview is not None and preview.is_today and session.state is ScanState.PREVIEWED
                   and not session.is_held_back)
        self.setVisible(is_open)
        if preview is None or not is_open:
            return
        ticked = Counter((each.provider, each.outcome) for each in preview.rows if session.is_ticked(each.account_id))
        told = [(provider, ticked[provider.code, ScanOutcome.SUSPEND], ticked[provider.code, ScanOutcome.RESTORE])
                for provider in preview.providers]
        stopping = [(provider, why) for provider, suspend, restore in told
                    if (why := provider.brake.stops(to_suspend=suspend, to_restore=restore))]
        if stopping:
            self._badge.set("Would stop", tk.Tone.BAD, Icon.SUSPENDED)
        else:
            self._badge.set("Clear", tk.Tone.GOOD, Icon.TICK)
        self._words.setText(_stopping_words(stopping, preview) if stopping else _clear_words(
            told, self._theme.formatter))


def _stopping_words(stopping: list[tuple[ScannedProvider, str]], preview: ScanPreview) -> str:
    several = len(preview.providers) > 1
    return " ".join(f"{provider.name}: {why}." if several else f"{why[:1].upper()}{why[1:]}."
                    for provider, why in stopping)


def _clear_words(told: list[tuple[ScannedProvider, int, int]], formatter: Formatter) -> str:
    """The share that changes; of several providers the largest."""
    if not told:
        return ""
    shares = [(Decimal(100) * (suspend + restore) / max(1, provider.brake.judged), provider, suspend + restore)
              for provider, suspend, restore in told]
    share, provider, changed = max(shares, key=lambda each: each[0])
    judged = formatter.counted(provider.brake.judged, "account changes", "accounts change")
    words = f"{formatter.number(changed)} of {judged}, {formatter.percent(share)}"
    return f"{words}, at {provider.name}." if len(told) > 1 else f"{words}."
