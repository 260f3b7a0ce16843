"""One message as it left, or as it will leave, with everything that was tried."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QScrollArea, QWidget

from app.services.outbox.listing import OutboxDetail
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.outbox import words
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows, row
from app.views.widgets.message_browser import MessageBrowser


class MessagePanel(QWidget):
    """Hidden while no message is chosen."""

    def __init__(self, theme: Theme, zone: Callable[[], ZoneInfo]) -> None:
        super().__init__()
        self._theme = theme
        self._zone = zone
        self.detail: OutboxDetail | None = None
        self._title = Label(theme, size=tk.SECTION, weight=600, wraps=True)
        self._badge = Badge(theme)
        self._why = Label(theme, wraps=True)
        self._doubt = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._facts = Label(theme, wraps=True)
        self._tried = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._html = MessageBrowser(theme, "Message as it leaves")
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName("Text as it leaves")
        self._text.setFixedHeight(theme.sizes.px(120))
        inner = QWidget()
        column(
            row(grows(self._title), self._badge, spacing=10), self._why, self._doubt, self._facts, self._html,
            self._text, Label(theme, "Tries", weight=600), self._tried, ...,
            margins=(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 10), spacing=8, on=inner)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        area.setAccessibleName("Message")
        column(grows(area), on=self)
        self.setAccessibleName("Message")
        self.show_nothing()

    def show_nothing(self) -> None:
        """No message is chosen."""
        self.detail = None
        self.setVisible(False)

    def show_message(self, detail: OutboxDetail) -> None:
        """Show a message, or the same one again."""
        self.detail = detail
        found, formatter = detail.row, self._theme.formatter
        look = words.STATE[found.state]
        self._title.setText(found.subject or f"{found.event_name}, {words.CHANNEL.get(found.action, found.action)}")
        self._badge.set(look.text, look.tone or tk.Tone.GOOD, look.icon)
        self._say(self._why, found.reason)
        self._say(self._doubt, words.doubt_words(found))
        self._facts.setText("\n".join(f"{name}: {text}" for name, text in words.facts_of(detail, formatter)))
        self._html.setVisible(bool(detail.html))
        self._html.show_html(detail.html)
        self._text.setVisible(bool(detail.text) and not detail.html)
        self._text.setPlainText(detail.text)
        self._tried.setText("\n".join(
            f"{formatter.instant(each.at, self._zone())}: {words.outcome_words(each.outcome)}. {each.detail}".rstrip()
            for each in detail.attempts) or words.untried_words(detail.row.action))
        self.setVisible(True)

    def _say(self, label: Label, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))
