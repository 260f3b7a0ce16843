"""The head of the scan's tab: what was scanned, whether it is a preview or committed, and since when it is stale."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.suspension.session import ScanSession, ScanState
from app.views.suspension.words import preview_title
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Button
from app.views.widgets.page_header import PageHeader

_JUDGED: Final = {
    (False, True): "Judged at {at} in {took}. Nothing has been changed and nothing has been sent.",
    (False, False): "Judged at {at}. Nothing has been changed and nothing has been sent.",
    (True, True): "Judged at {at} in {took}, and something was changed since. These rows stay as they were.",
    (True, False): "Judged at {at}, and something was changed since. These rows stay as they were.",
}
"""By whether something was changed since, and whether it took time worth telling."""


class ScanHead(PageHeader):
    """Title, badge, one line, and the button that previews."""

    def __init__(self, theme: Theme, session: ScanSession, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Scan", parent=parent)
        self._session = session
        self._badge = Badge(theme, "Preview", tk.Tone.INFO, Icon.SHOW)
        self.add_badge(self._badge)
        self.again = Button(theme, "Preview scan", icon=Icon.READ_AGAIN, run=self._on_button)
        self.add_button(self.again)
        for changed in (session.state_changed, session.question.changed, session.question.choices_changed):
            changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the session as it is."""
        session = self._session
        preview = session.preview
        title = "Scan" if preview is None else preview_title(preview, self._theme.formatter)
        self.set_title(title, self._line())
        self._badge.setVisible(preview is not None)
        self._badge.set(*self._badge_look())
        self._show_button(again=preview is not None and session.asks_as_shown)

    def _show_button(self, *, again: bool) -> None:
        """The button keeps its place, and the keyboard, while it stops what it began."""
        session = self._session
        if session.is_busy:
            self.again.setText("Stop")
            self.again.set_icon(Icon.STOP)
            self.again.set_kind("")
            return
        self.again.setText("Preview again  F5" if again else "Preview scan  F5")
        self.again.set_icon(Icon.READ_AGAIN)
        is_main = session.preview is not None and (session.is_stale or not again)
        self.again.set_kind("main" if is_main else "")
        self.again.setEnabled(bool(session.question.choices))

    def _on_button(self) -> None:
        (self._session.stop if self._session.is_busy else self._session.preview_now)()

    def _badge_look(self) -> tuple[str, tk.Tone, Icon]:
        session = self._session
        if session.state is ScanState.APPLIED:
            return "Applied", tk.Tone.GOOD, Icon.GOOD
        if session.is_stale:
            return "Out of date", tk.Tone.WARN, Icon.WARNING
        if session.preview is not None and session.preview.providers and not session.preview.is_today:
            return "Preview only", tk.Tone.NEUTRAL, Icon.SHOW
        return "Preview", tk.Tone.INFO, Icon.SHOW

    def _line(self) -> str:
        session, formatter = self._session, self._theme.formatter
        preview = session.preview
        if preview is None:
            return "Shows who would be suspended or restored, and why, before anything is changed."
        at = formatter.time(preview.judged_at, preview.providers[0].zone if len(preview.providers) == 1 else None)
        if session.state is ScanState.APPLIED:
            return f"{session.result} Judged at {at}."
        words = _JUDGED[session.is_stale, bool(session.took_s)]
        return words.format(at=at, took=formatter.duration(session.took_s))
