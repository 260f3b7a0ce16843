"""What to scan: the provider and the day, in one line or one below the other."""

from __future__ import annotations

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QWidget

from app.views.asking.choices import ChoiceBox
from app.views.asking.fields import DateField
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.suspension.session import ScanSession
from app.views.widgets.basics import ElidedLabel, Label
from app.views.widgets.layout import grid, grows, row

_ALL = "All providers with rules"


class QuestionBar(QWidget):
    """Follows the session; two bars on one session show the same."""

    def __init__(self, theme: Theme, session: ScanSession, parent: QWidget | None = None, *, is_narrow: bool = False
                 ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._session = session
        self.provider = ChoiceBox(theme, "Provider to scan")
        self.day = DateField(theme, "As-of date", session.question.today)
        self._reading = ElidedLabel(theme, ink=tk.Ink.MUTED)
        self._build(is_narrow=is_narrow)
        self.provider.activated.connect(self._on_provider)
        self.day.value_changed.connect(self._on_day)
        self.day.reading_changed.connect(self._say_day)
        session.question.choices_changed.connect(self._show_choices)
        session.question.changed.connect(self._show_question)
        session.state_changed.connect(self._update_enabled)
        self._show_choices()
        self._show_question()

    def _build(self, *, is_narrow: bool) -> None:
        provider = Label(self._theme, "Provider", ink=tk.Ink.MUTED, buddy=self.provider)
        day = Label(self._theme, "As of", ink=tk.Ink.MUTED, buddy=self.day)
        if is_narrow:
            grid([provider, self.provider], [day, self.day], [None, self._reading], on=self, shares={1: 1})
            return
        self.day.setMaximumWidth(self._theme.sizes.px(150))
        row(provider, self.provider, 8, day, self.day, grows(self._reading), on=self, margins=(tk.PAGE_MARGIN, 0))

    def _show_choices(self) -> None:
        choices = self._session.question.choices
        listed: list[tuple[str, object]] = [
            (choice.name if choice.rules is not None else f"{choice.name}, no rules in force", choice.id)
            for choice in choices
        ]
        if sum(choice.rules is not None for choice in choices) > 1:
            listed.append((_ALL, None))
        self.provider.set_choices(listed, self._session.question.provider_id)
        self.provider.updateGeometry()
        self._update_enabled()

    def _show_question(self) -> None:
        self.provider.choose(self._session.question.provider_id)
        if self.day.value != self._session.question.day:
            self.day.set_value(self._session.question.day)
        self._say_day(self.day.refusal, bool(self.day.refusal))

    def _update_enabled(self) -> None:
        for field in (self.provider, self.day):
            field.setEnabled(not self._session.is_busy and bool(self._session.question.choices))

    def _on_provider(self, _place: int) -> None:
        chosen = self.provider.chosen()
        self._session.question.choose(chosen if isinstance(chosen, int) else None)

    def _on_day(self, day: object) -> None:
        if day is not None:
            self._session.question.set_day(self.day.value)

    def _say_day(self, words: str, is_refused: bool) -> None:  # noqa: FBT001  a slot
        """Today in words, or that another day can only be looked at."""
        if is_refused:
            self._reading.set_text(words, tk.Ink.BAD)
            return
        day = self._session.question.day
        weekday = self._theme.formatter.locale.toString(QDate(day.year, day.month, day.day), "dddd")
        if self._session.question.is_today:
            self._reading.set_text(f"{weekday}, today", tk.Ink.MUTED)
        else:
            self._reading.set_text(f"{weekday}, preview only", tk.Ink.WARN)
