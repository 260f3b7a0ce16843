"""Proposals that stand and are not acted on because their event is off, and where it is switched on."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from app.services.scans.previewed import ProposalRow, ScanPreview
from app.services.wording import listed
from app.views.desk.screen import TEMPLATES, Navigator, Target
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.suspension.session import ScanSession
from app.views.widgets.basics import Label, LinkButton
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import at_top, column, grows, row

_EVENTS: Final = {"auto_suspend_off": ("Auto Suspend", "suspension", "suspensions"),
                  "auto_unsuspend_off": ("Auto UnSuspend", "restoration", "restorations")}
"""By the code of what blocks: the event that is off, and what waits for it."""
_MOST_NAMED: Final = 4


class BlockedLines(QWidget):
    """Hidden while nothing is blocked."""

    def __init__(self, theme: Theme, session: ScanSession, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._session = session
        self._navigator = navigator
        self._words = Label(theme, wraps=True, ink=tk.Ink.WARN)
        mend = LinkButton(theme, "Switch it on in the templates", run=lambda: navigator.go(Target(TEMPLATES)))
        row(at_top(IconSign(theme, Icon.LOCK, tk.Ink.WARN, size=16)), grows(column(self._words, mend, spacing=4)),
            on=self)
        session.state_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say it of the preview that is shown."""
        words = blocked_sentences(self._session.preview, self._theme.formatter)
        self._words.setText(" ".join(words))
        self.setVisible(bool(words))


def blocked_sentences(preview: ScanPreview | None, formatter: Formatter) -> list[str]:
    """What is blocked, by event: "12 suspensions are blocked: Auto Suspend is off for Business and Residential."."""
    rows = preview.rows if preview is not None else ()
    return [_sentence(code, found, formatter) for code in _EVENTS
            if (found := [row for row in rows if row.blocked_by == code])]


def _sentence(code: str, rows: list[ProposalRow], formatter: Formatter) -> str:
    event, one, many = _EVENTS[code]
    several = len({row.provider for row in rows}) > 1
    profiles = sorted({f"{row.profile} ({row.provider})" if several else row.profile for row in rows})
    if len(profiles) > _MOST_NAMED:
        rest = len(profiles) - _MOST_NAMED + 1
        profiles = [*profiles[:_MOST_NAMED - 1], formatter.counted(rest, "other profile", "other profiles")]
    return f"{formatter.counted(len(rows), f'{one} is', f'{many} are')} blocked: {event} is off for {listed(profiles)}."
