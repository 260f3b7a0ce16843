"""The panel at the right: the same scan as in the tab, in counts and words."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.models.values import ScanOutcome
from app.views.desk.desk import Desk
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.suspension.blocked_lines import BlockedLines
from app.views.suspension.brake.outlook import BrakeLines
from app.views.suspension.brake.panel import BrakePanel
from app.views.suspension.effect_panel import EffectLines, RuleLines
from app.views.suspension.feature import SCAN_TARGET, SESSION
from app.views.suspension.foot import ScanFoot
from app.views.suspension.question_bar import QuestionBar
from app.views.suspension.words import preview_title
from app.views.widgets.basics import HorizontalRule, Label, LinkButton
from app.views.widgets.figure_lines import FigureLines
from app.views.widgets.layout import column, grows, holding, scrolling

_MARGIN: Final = 16


class ScanDock(QWidget):
    """Question, counts per outcome, effect, rules in words, verb; the link opens the tab with the proposals."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme, session = desk.theme, desk.offers.get(SESSION)
        self._theme = theme
        self._session = session
        self.question = QuestionBar(theme, session, is_narrow=True)
        self._title = Label(theme, weight=600, wraps=True)
        self._counts = FigureLines(theme)
        self._lines = {
            ScanOutcome.SUSPEND: self._counts.add(Icon.SUSPENDED, tk.Ink.BAD),
            ScanOutcome.RESTORE: self._counts.add(Icon.GOOD, tk.Ink.GOOD),
            ScanOutcome.EXCLUDED: self._counts.add(Icon.INFO, tk.Ink.INFO),
            ScanOutcome.NONE: self._counts.add(Icon.INACTIVE, tk.Ink.NEUTRAL),
        }
        self._link = LinkButton(theme, "Show the proposals", run=partial(desk.navigator.go, SCAN_TARGET))
        self.brake = BrakePanel(theme, session)
        self.brake.left.connect(self.question.provider.setFocus)
        self.foot = ScanFoot(theme, session, previews=True)
        self._build(desk)
        for changed in (session.state_changed, session.question.choices_changed, session.question.changed):
            changed.connect(self.refresh)
        self.setAccessibleName("Scan")
        self.refresh()

    def _build(self, desk: Desk) -> None:
        theme, session = self._theme, self._session
        body = column(self.question, HorizontalRule(theme), self._title, self._counts, self._link,
                      HorizontalRule(theme), EffectLines(theme, session),
                      BlockedLines(theme, session, desk.navigator), BrakeLines(theme, session), HorizontalRule(theme),
                      RuleLines(theme, session, desk.navigator), ..., margins=(_MARGIN, 8, _MARGIN, 12), spacing=12)
        column(grows(scrolling(holding(body), takes_focus=False)), HorizontalRule(theme),
               column(self.brake, self.foot, spacing=10, margins=(_MARGIN, 12, _MARGIN, 14)), on=self)

    @property
    def first_focus(self) -> QWidget:
        """Where the keyboard goes when the panel is called up."""
        return self.question.provider

    def refresh(self) -> None:
        """Show the session as it is."""
        preview = self._session.preview
        self._title.setText(preview_title(preview, self._theme.formatter) if preview else "Nothing previewed yet")
        counts = {outcome: preview.count(outcome) for outcome in self._lines} if preview else {}
        if preview is not None:
            counts[ScanOutcome.NONE] = preview.unchanged
        for outcome, words in _WORDS.items():
            self._counts.set(self._lines[outcome], counts.get(outcome), words)
        self._link.setEnabled(preview is not None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._session.set_dock_shown(shown=True)
            if not self._session.question.is_loaded:
                self._session.question.load()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._session.set_dock_shown(shown=False)


_WORDS: Final = {
    ScanOutcome.SUSPEND: "to suspend",
    ScanOutcome.RESTORE: "to restore",
    ScanOutcome.EXCLUDED: "excluded, left alone",
    ScanOutcome.NONE: "stay as they are",
}
