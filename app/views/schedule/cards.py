"""A card of the schedule: facts with the buttons that change them, and what came of the last trial."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import Button, Label
from app.views.widgets.fact_card import Fact, FactCard
from app.views.widgets.layout import column, row

WIDTH = 760
"""Pixels at 100 %: longer lines are hard to read."""


class SettingsCard(QWidget):
    """Facts, buttons below them, and a line for what a button came to."""

    def __init__(self, theme: Theme, title: str, buttons: Sequence[Button], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaximumWidth(theme.sizes.px(WIDTH))
        self.facts = FactCard(theme, title, self)
        self.buttons = tuple(buttons)
        self._said = Label(theme, wraps=True)
        self._said.hide()
        column(self.facts, row(*buttons, ..., spacing=8), self._said, on=self, spacing=8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        self.facts.show_facts(facts)

    def say(self, words: str, ink: str = tk.Ink.MUTED) -> None:
        """What a button came to; "" takes it back."""
        self._said.setText(words)
        self._said.setAccessibleName(words)
        self._said.set_ink(ink)
        self._said.setVisible(bool(words))


def named(button: Button, name: str) -> Button:
    """A button whose words say enough beside its card, and not to whoever hears them alone."""
    button.setAccessibleName(name)
    return button
