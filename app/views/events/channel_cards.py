"""What one channel would send, as a card: addresses, words on paper or in a bubble, and what is odd about it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.models.values import EventAction
from app.services.events.drafting import sms_parts
from app.services.events.html import text_to_html
from app.services.outbox.channels import (
    ChannelPreview,
)
from app.views.events.message_body import unbroken
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import ElidedLabel, HorizontalRule, Label, Panel
from app.views.widgets.layout import column, grows, holding, row
from app.views.widgets.message_browser import MessageBrowser

_TITLES: Final = {
    EventAction.MESSAGE: "E-mail", EventAction.SMS: "Text message", EventAction.LETTER: "Letter",
    EventAction.NOTIFICATION: "Notification", EventAction.LOG: "Log",
}


class ChannelCard(QWidget):
    """One channel: what would be sent, to whom, and what is odd about it unless another channel `said` it before."""

    def __init__(self, theme: Theme, channel: ChannelPreview, said: set[str]) -> None:
        super().__init__()
        title = _TITLES[channel.action]
        message = channel.message
        self.setAccessibleName(f"{title} as it would be sent")
        state = ElidedLabel(theme, _state(channel), size=tk.LABEL, ink=tk.Ink.MUTED, align=Qt.AlignmentFlag.AlignRight)
        head = row(Label(theme, title, ink=tk.Ink.MUTED), grows(state))
        parts: list[QWidget] = []
        if message is not None and (message.text or message.html or message.subject):
            parts.append(_bubble(theme, message.text) if channel.action is EventAction.SMS else
                         _paper(theme, channel, title))
        if message is not None and message.why_not is not None:
            parts.append(_said(theme, message.why_not.words, tk.Ink.BAD))
        odd = [words for words in (message.warnings if message is not None else ()) if words not in said]
        parts += [_said(theme, words, tk.Ink.WARN) for words in odd]
        if channel.refusal and channel.refusal not in said:
            parts.append(_said(theme, channel.refusal, tk.Ink.BAD))
        said.update(odd, [channel.refusal])
        column(head, *parts, on=self, spacing=6)


def _state(channel: ChannelPreview) -> str:
    message = channel.message
    off = "" if channel.is_on else "Off for this event"
    if channel.action is EventAction.SMS and message is not None and message.text:
        return ", ".join(filter(None, (parts_words(message.text), channel.cost)))
    return off


def parts_words(text: str) -> str:
    """What a short message takes: "131 of 160 characters, 1 part"."""
    parts = sms_parts(text)
    return f"{parts.units} of {parts.capacity} characters, {parts.parts} {'part' if parts.parts == 1 else 'parts'}"


def _said(theme: Theme, words: str, ink: str) -> Label:
    label = Label(theme, unbroken(words), size=tk.LABEL, ink=ink, wraps=True)
    label.setAccessibleName(words)
    label.setMinimumWidth(1)  # an address may be wider than its place, which has no say in how high the rest is
    return label


def _bubble(theme: Theme, text: str) -> QWidget:
    bubble = _Filled(theme, "info_soft")
    label = Label(theme, text, ink="on_info", wraps=True)
    label.setAccessibleName(f"Text message: {text}")
    label.setMinimumWidth(1)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    column(label, on=bubble, margins=(14, 10))
    return bubble


def _paper(theme: Theme, channel: ChannelPreview, title: str) -> QWidget:
    """A message or a letter on paper, its addresses above."""
    message = channel.message
    assert message is not None  # noqa: S101  whoever calls has looked
    paper = _Filled(theme, "surface")
    heads: list[QWidget] = []
    if message.sender:
        heads.append(ElidedLabel(theme, message.sender, weight=600))
    for word, addresses in (("to", message.recipients), ("cc", message.cc), ("bcc", message.bcc)):
        if addresses:
            heads.append(_said(theme, f"{word} {', '.join(addresses)}", tk.Ink.MUTED))
    if message.subject:
        subject = Label(theme, message.subject, size=tk.SECTION, weight=600, wraps=True)
        subject.setMinimumWidth(1)
        heads.append(subject)
    if message.attachment == "invoice":
        heads.append(_said(theme, "The invoice is attached as PDF.", tk.Ink.MUTED))
    browser = MessageBrowser(theme, f"{title}: words")
    browser.show_html(message.html or text_to_html(message.text))
    column(column(*heads, spacing=2, margins=(14, 10, 14, 8)), HorizontalRule(theme),
           holding(column(browser, margins=(1, 0, 1, 1))), on=paper)
    return paper


class _Filled(Panel):
    """A card with a thin line around it."""

    def __init__(self, theme: Theme, fill: str) -> None:
        super().__init__(theme, fill=fill)

    def paint(self, painter: QPainter) -> None:
        super().paint(painter)
        painter.setPen(self.theme.tokens.border)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
