"""The right of the screen: what a real account would get, on every channel, as it would be sent.

It asks the very function that composes what is sent, a moment after somebody stopped writing; only the newest answer
is shown, and the old one stays, dimmed, until it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.models.values import EventAction
from app.services.database.asking import asking
from app.services.events.listing import MappingRow
from app.services.outbox.channels import (
    ChannelPreview,
    PreviewAccount,
    PreviewChoices,
    choices_to_preview,
    preview_channels,
)
from app.views.asking.choices import ChoiceBox
from app.views.asking.fields import DateField
from app.views.events.account_field import AccountField
from app.views.events.channel_cards import ChannelCard
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.pause import pause
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label, Panel
from app.views.widgets.layout import column, emptied, grows, holding, least_height_of, row
from app.views.widgets.page_frame import PageFrame

_PAUSE_MS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a preview speaks of."""

    account_id: int
    document_id: int | None
    service_id: int | None
    on: date | None


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
            self._cards.addWidget(ChannelCard(self.theme, channel, said))
        self._frame.fit_parts()
        self._says.set_ink(tk.Ink.MUTED)
        self._says.setText(self._channels[0].day_words if self._channels else " ")
        self.shown_channels.emit(self._channels)

    def _on_failed(self, error: BaseException) -> None:
        emptied(self._cards)
        self._channels = ()
        self._says.set_ink(tk.Ink.BAD)
        self._says.setText(in_words(error))
