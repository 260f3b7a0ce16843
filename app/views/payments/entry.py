"""The line of fields of a payment: whose, how much, how, and when. Enter goes on, and from the amount it posts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.payments.payers import PayerFacts
from app.views.asking.choices import ChoiceBox
from app.views.asking.fields import DateField, MoneyField
from app.views.asking.payment_methods import METHODS
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Button, Label
from app.views.widgets.layout import grid
from app.views.widgets.search_field import SearchField


class EntryLine(QWidget):
    """The fields of one payment; what it says is read by the screen around it."""

    payer_typed = Signal(str)
    payer_entered = Signal()  # Enter in the first field
    left_downwards = Signal()
    changed = Signal()  # amount or date reads differently
    submitted = Signal()

    def __init__(self, theme: Theme, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.payer = SearchField(theme, "Account, invoice or name")
        self.amount = MoneyField(theme, "Amount", "EUR")
        self.amount.setMinimumWidth(theme.sizes.px(120))
        self.method = ChoiceBox(theme, "Method")
        self.method.set_choices([(name, name) for name in METHODS], METHODS[0])
        self.day = DateField(theme, "Received on", today)
        self.post = Button(theme, "Post payment", self, icon=Icon.TICK, kind="main", run=self.submitted.emit)
        labels = (Label(theme, "Received fr&om", ink=tk.Ink.MUTED, buddy=self.payer),
                  Label(theme, "Amou&nt", ink=tk.Ink.MUTED, buddy=self.amount),
                  Label(theme, "Metho&d", ink=tk.Ink.MUTED, buddy=self.method),
                  Label(theme, "Rece&ived on", ink=tk.Ink.MUTED, buddy=self.day), None)
        grid(labels, (self.payer, self.amount, self.method, self.day, self.post), on=self, down=4,
             margins=(tk.PAGE_MARGIN, 0), shares={0: 3, 1: 1})
        self.payer.settled.connect(self.payer_typed)
        self.payer.returnPressed.connect(self.payer_entered)
        self.payer.left_downwards.connect(self.left_downwards)
        self.amount.returnPressed.connect(self.submitted)
        self.day.returnPressed.connect(self.submitted)
        self.amount.value_changed.connect(lambda _: self.changed.emit())
        self.day.value_changed.connect(lambda _: self.changed.emit())
        self.show_payer(None)

    def show_payer(self, facts: PayerFacts | None) -> None:
        """Take the currency and, where none is typed, the day of an account; without one there is nothing to post."""
        self.amount.setPlaceholderText("" if facts is None else facts.currency)
        self.amount.setEnabled(facts is not None)
        self.post.offer("" if facts is not None else "Needs an account")
        if facts is not None:
            self.amount.set_currency(facts.currency)
            if self.day.value is None:
                self.day.set_value(facts.today)

    def refusal(self) -> tuple[str, QWidget] | None:
        """What is missing or cannot be read, with the field it stands in."""
        if self.amount.refusal:
            return self.amount.refusal, self.amount
        if not self.amount.value or self.amount.value <= 0:
            return "Type the amount that came in; it is more than nothing.", self.amount
        if self.day.value is None:
            return self.day.refusal or "Type the day on which it came in.", self.day
        return None

    def begin_anew(self) -> None:
        """Ready for the next payment: method and day stay."""
        self.amount.clear()
        self.payer.set_text_now("")
        self.payer.setFocus()
