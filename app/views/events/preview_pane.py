"""The right of the screen: what a real account would get, on every channel, as it would be sent.

It asks the very function that composes what is sent, a moment after somebody stopped writing; only the newest answer
is shown, and the old one stays, dimmed, until it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QListView, QVBoxLayout, QWidget

from app.models.values import EventAction
from app.services.database.asking import asking
from app.services.events.drafting import sms_parts
from app.services.events.html import text_to_html
from app.services.events.listing import MappingRow
from app.services.outbox.channels import (
    ChannelPreview,
    PreviewAccount,
    PreviewChoices,
    accounts_to_preview,
    choices_to_preview,
    preview_channels,
)
from app.views.asking.choices import ChoiceBox
from app.views.asking.fields import DateField
from app.views.events.message_body import unbroken
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.pause import pause
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import HorizontalRule, Label, Panel
from app.views.widgets.layout import column, emptied, grows, holding, least_height_of, row
from app.views.widgets.message_browser import MessageBrowser
from app.views.widgets.page_frame import PageFrame
from app.views.widgets.search_field import SearchField

_PAUSE_MS: Final = 300
_TITLES: Final = {
    EventAction.MESSAGE: "E-mail", EventAction.SMS: "Text message", EventAction.LETTER: "Letter",
    EventAction.NOTIFICATION: "Notification", EventAction.LOG: "Log",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a preview speaks of."""

    account_id: int
    document_id: int | None
    service_id: int | None
    on: date | None


class AccountField(SearchField):
    """Finds an account by a few letters; `picked` says which was chosen."""

    picked = Signal(object)  # PreviewAccount

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Account", parent, icon=Icon.ACCOUNT)
        self._of: tuple[int, int] | None = None
        self._found: dict[str, PreviewAccount] = {}
        self._chosen: PreviewAccount | None = None
        self._model = QStandardItemModel(self)
        self._popup = QListView()
        self._popup.setAccessibleName("Accounts that fit")
        self._offers = QCompleter(self._model, self)
        self._offers.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._offers.setPopup(self._popup)
        self._offers.setWidget(self)
        self._offers.activated.connect(self._on_taken)
        self._question = Question(runner, self, answered=self._on_found)
        self._first = Question(runner, self, answered=self._on_first)
        self.settled.connect(self._on_settled)
        self.left_downwards.connect(partial(self._ask, ""))

    @property
    def chosen(self) -> PreviewAccount | None:
        return self._chosen

    def look_in(self, provider_id: int, profile_id: int) -> None:
        """Look among the accounts of a profile from now on; one of another profile gives way to its first."""
        if self._of == (provider_id, profile_id):
            return
        self._of = (provider_id, profile_id)
        self._first.ask(asking(accounts_to_preview, provider_id=provider_id, profile_id=profile_id, text="", limit=1))

    def pick(self, account: PreviewAccount | None) -> None:
        """Choose an account, or none."""
        self._chosen = account
        self.setText("" if account is None else _called(account))
        self.setCursorPosition(0)
        self.picked.emit(account)

    def _on_first(self, found: list[PreviewAccount]) -> None:
        if not (self._chosen is not None and self._of is not None and self._chosen.profile_id == self._of[1]):
            self.pick(found[0] if found else None)

    def _on_settled(self, text: str) -> None:
        if self.hasFocus() and (self._chosen is None or text != _called(self._chosen)):
            self._ask(text)

    def _ask(self, text: str) -> None:
        if self._of is not None:
            provider_id, profile_id = self._of
            self._question.ask(asking(accounts_to_preview, provider_id=provider_id, profile_id=profile_id, text=text))

    def _on_found(self, found: list[PreviewAccount]) -> None:
        self._found = {_called(account): account for account in found}
        self._model.clear()
        for words in self._found:
            self._model.appendRow(QStandardItem(words))
        if found and self.hasFocus():
            self._offers.complete()
            self._popup.setCurrentIndex(self._model.index(0, 0))

    def _on_taken(self, words: str) -> None:
        self.pick(self._found[words])


def _called(account: PreviewAccount) -> str:
    return f"{account.name}  {account.code}"


class PreviewPane(Panel):
    """`said` tells of a preview that came in: whether the channel in front could be sent."""

    shown_channels = Signal(object)  # tuple[ChannelPreview, ...]

    def __init__(self, theme: Theme, runner: Runner, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, fill="raised", line=Qt.Edge.LeftEdge)
        self._today = today
        self._mapping: MappingRow | None = None
        self._front: EventAction | None = None
        self._drafts: Callable[[], Mapping[EventAction, Mapping[str, str]]] = dict
        self._channels: tuple[ChannelPreview, ...] = ()
        self.account = AccountField(theme, runner, self)
        self.document = ChoiceBox(theme, "Document")
        self.service = ChoiceBox(theme, "Service")
        self.day = DateField(theme, "Day of the event", today, self)
        self.day.setMaximumWidth(theme.sizes.px(134))
        self.document.fill_its_place()
        self.service.fill_its_place()
        self._says = Label(theme, " ", self, ink=tk.Ink.MUTED, wraps=True)
        self._cards = QVBoxLayout()
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(12)
        self._holder = QWidget()
        column(self._cards, ..., on=self._holder, margins=(16, 4, 16, 12))
        self._frame = area = PageFrame(self._holder, least_height=least_height_of(self._holder))
        area.setAccessibleName("Preview of all channels")
        as_if = Label(theme, "As if for", ink=tk.Ink.MUTED, buddy=self.account)
        on = Label(theme, "on", ink=tk.Ink.MUTED, buddy=self.day)
        self._asked = holding(column(row(as_if, grows(self.account)), row(grows(self.document), on, self.day),
                                     self.service, spacing=8))
        column(column(Label(theme, "Preview", size=tk.SECTION, weight=600), self._asked, self._says, spacing=8,
                      margins=(16, 12, 16, 4)), grows(area), on=self)
        self._asked.hide()
        self._pause = pause(self, _PAUSE_MS, self._ask)
        self._choices = Question(runner, self, answered=self._on_choices, failed=self._on_failed)
        self._question = Question(runner, self, answered=self._on_channels, failed=self._on_failed)
        self.account.picked.connect(self._on_account)
        self.document.activated.connect(self.ask_soon)
        self.service.activated.connect(self.ask_soon)
        self.day.value_changed.connect(self.ask_soon)

    def sizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(360), self.theme.sizes.px(400))

    # --- what it shows ---

    @property
    def subject(self) -> Subject | None:
        """What it speaks of; None without an account."""
        chosen = self.account.chosen
        if chosen is None:
            return None
        return Subject(account_id=chosen.id, document_id=self.document.chosen(), service_id=self.service.chosen(),
                       on=self.day.value)

    @property
    def channels(self) -> tuple[ChannelPreview, ...]:
        """The newest answer."""
        return self._channels

    def show_mapping(self, mapping: MappingRow, front: EventAction | None,
                     drafts: Callable[[], Mapping[EventAction, Mapping[str, str]]]) -> None:
        """Show what a mapping would send, the channel in front first; `drafts` are words that are not saved yet."""
        is_other = self._mapping is None or mapping.event != self._mapping.event
        self._mapping, self._front, self._drafts = mapping, front, drafts
        self._asked.show()
        if self.day.value is None:
            self.day.set_value(self._today())
        self.account.look_in(mapping.provider_id, mapping.profile_id)
        if is_other and self.account.chosen is not None:
            self._ask_choices()
        else:
            self.ask_soon()

    def show_nothing(self, words: str) -> None:
        """There is nothing to preview, and why."""
        self._mapping = None
        self._asked.hide()
        self._question.drop()
        self._pause.stop()
        emptied(self._cards)
        self._channels = ()
        self._says.setText(words)

    def ask_soon(self) -> None:
        """Ask again once somebody pauses."""
        self._pause.start()

    def ask_now(self) -> None:
        """Ask without waiting for a pause."""
        self._pause.stop()
        self._ask()

    # --- asking ---

    def _on_account(self, account: PreviewAccount | None) -> None:
        if account is None:
            self._says.setText("No account has this profile, so there is nobody to show it for.")
        elif self._mapping is not None:
            self._ask_choices()

    def _ask_choices(self) -> None:
        if self._mapping is not None and self.account.chosen is not None:
            self._choices.ask(asking(choices_to_preview, account_id=self.account.chosen.id,
                                     event=self._mapping.event))

    def _on_choices(self, choices: PreviewChoices) -> None:
        self.document.setVisible(choices.has_documents)
        documents = [(each.number, each.id) for each in choices.documents]
        self.document.set_choices([("Newest", None), *documents], documents[0][1] if documents else None)
        self.service.setVisible(choices.has_services)
        self.service.set_choices([("First in use", None), *((each.identifier, each.id) for each in choices.services)],
                                 choices.services[0].id if choices.services else None)
        self.ask_now()

    def _ask(self) -> None:
        mapping, subject = self._mapping, self.subject
        if mapping is not None and subject is not None:
            self._question.ask(asking(
                preview_channels, mapping_id=mapping.id, drafts=dict(self._drafts()), account_id=subject.account_id,
                document_id=subject.document_id, service_id=subject.service_id, as_of=subject.on))

    def _on_channels(self, channels: tuple[ChannelPreview, ...]) -> None:
        self._channels = tuple(sorted(channels, key=lambda each: each.action is not self._front))
        emptied(self._cards)
        said: set[str] = set()
        for channel in self._channels:
            self._cards.addWidget(_Channel(self.theme, channel, said))
        self._frame.fit_parts()
        self._says.set_ink(tk.Ink.MUTED)
        self._says.setText(self._channels[0].day_words if self._channels else " ")
        self.shown_channels.emit(self._channels)

    def _on_failed(self, error: BaseException) -> None:
        emptied(self._cards)
        self._channels = ()
        self._says.set_ink(tk.Ink.BAD)
        self._says.setText(in_words(error))


class _Channel(QWidget):
    """One channel: what would be sent, to whom, and what is odd about it unless another channel `said` it before."""

    def __init__(self, theme: Theme, channel: ChannelPreview, said: set[str]) -> None:
        super().__init__()
        title = _TITLES[channel.action]
        message = channel.message
        self.setAccessibleName(f"{title} as it would be sent")
        head = row(Label(theme, title, ink=tk.Ink.MUTED), ..., Label(theme, _state(channel), size=tk.LABEL,
                                                                    ink=tk.Ink.MUTED))
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
        return parts_words(message.text)
    return off


def parts_words(text: str) -> str:
    """What a short message takes: "131 of 160 characters, 1 part"."""
    parts = sms_parts(text)
    return f"{parts.units} of {parts.capacity} characters, {parts.parts} {'part' if parts.parts == 1 else 'parts'}"


def _said(theme: Theme, words: str, ink: str) -> Label:
    label = Label(theme, unbroken(words), size=tk.LABEL, ink=ink, wraps=True)
    label.setAccessibleName(words)
    return label


def _bubble(theme: Theme, text: str) -> QWidget:
    bubble = _Filled(theme, "info_soft")
    label = Label(theme, text, ink="on_info", wraps=True)
    label.setAccessibleName(f"Text message: {text}")
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
        heads.append(Label(theme, message.sender, weight=600, wraps=True))
    for word, addresses in (("to", message.recipients), ("cc", message.cc), ("bcc", message.bcc)):
        if addresses:
            heads.append(_said(theme, f"{word} {', '.join(addresses)}", tk.Ink.MUTED))
    if message.subject:
        heads.append(Label(theme, message.subject, size=tk.SECTION, weight=600, wraps=True))
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
