"""The row above a list: words in its language, quick filters with counts, and how many rows were found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from app.services.customers.query.terms import MisreadQueryError
from app.views.lists.count_switches import CountChoice, CountSwitches
from app.views.lists.query_field import QueryField
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import ElidedLabel, IconButton, Label, LinkButton
from app.views.widgets.layout import column, grows, row


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickChoice:
    """One of the quick filters of a list; the first of them is the one that filters nothing."""

    key: StrEnum
    words: str
    help: str


class FilterBar(QWidget):
    """`changed` says that the list must be asked anew."""

    changed = Signal()
    entered = Signal()  # Enter in the field
    left_downwards = Signal()
    newer_asked = Signal()
    panel_asked = Signal()

    def __init__(self, theme: Theme, hint: str, quick: Sequence[QuickChoice]) -> None:
        super().__init__()
        self._theme = theme
        self._text = ""
        self._choices = {choice.key.value: choice for choice in quick}
        self._quick = self._everything = quick[0]
        self._counts: dict[str, int] = {}
        self._field = QueryField(theme, hint, icon=Icon.FILTER)
        self._field.setToolTip("Filter this list (Ctrl+F)")
        self._field.setMinimumWidth(theme.sizes.px(200))
        self._field.setMaximumWidth(theme.sizes.px(340))
        self._switches = CountSwitches(theme, [CountChoice(key=key, text=choice.words) for key,
                                               choice in self._choices.items()])
        for key, choice in self._choices.items():
            self._switches.switch(key).setToolTip(choice.help)
        self._panel_button = IconButton(theme, Icon.PANEL, "Filter panel", keys="Ctrl+Alt+F",
                                        run=self.panel_asked.emit)
        self._newer = LinkButton(theme, "", run=self.newer_asked.emit)
        self._newer.hide()
        self._found = Label(theme, ink=tk.Ink.MUTED)
        self._hint = ElidedLabel(theme, " ", size=tk.LABEL, ink=tk.Ink.MUTED)
        self._examples = ""
        column(row(grows(self._field, 3), self._panel_button, self._switches, ..., self._newer, self._found,
                   spacing=12), self._hint, on=self, margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8), spacing=4)
        self._field.settled.connect(self._on_typed)
        self._field.returnPressed.connect(self.entered)
        self._field.left_downwards.connect(self.left_downwards)
        self._switches.changed.connect(self._on_quick)

    # --- what is asked ---

    @property
    def text(self) -> str:
        return self._text

    @property
    def typed(self) -> str:
        """The words in the field, also those that the list was not asked for yet."""
        return self._field.text()

    @property
    def quick(self) -> QuickChoice:
        return self._quick

    @property
    def is_quick(self) -> bool:
        """Whether a quick filter leaves rows out."""
        return self._quick is not self._everything

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows each quick filter would leave; empty while they are being counted."""
        return self._counts

    @property
    def is_filtering(self) -> bool:
        return bool(self._text.strip()) or self.is_quick

    @property
    def everything(self) -> str:
        """Key of the quick filter that leaves nothing out."""
        return str(self._everything.key.value)

    def put(self, text: str, quick: str) -> None:
        """Take a filter over without saying so."""
        self._text = text
        with QSignalBlocker(self):
            self._field.set_text_now(text)
        if quick in self._choices:
            self._quick = self._choices[quick]
            with QSignalBlocker(self):
                self._switches.switch(quick).setChecked(True)

    def set_text(self, text: str) -> None:
        """Filter by these words, as if they had been typed."""
        self._field.set_text_now(text)

    def set_names(self, names: Mapping[str, Sequence[str]]) -> None:
        """Names of profiles and groups, to complete."""
        self._field.set_names(names)

    def clear_words(self) -> None:
        self._field.clear_now()

    def show_all(self) -> None:
        """Give the quick filter up."""
        self._switches.switch(self._everything.key.value).setChecked(True)

    def focus_field(self) -> None:
        self._field.setFocus()
        self._field.selectAll()

    # --- the line below the field ---

    def show_examples(self, examples: Sequence[str]) -> None:
        """Two questions that this very list answers."""
        self._examples = f"For instance  {'   or   '.join(examples)}" if examples else " "
        self._hint.set_text(self._examples, tk.Ink.MUTED)

    def show_misread(self, error: MisreadQueryError | None) -> None:
        """Say which part was not understood, or the examples again."""
        if error is None:
            self._hint.set_text(self._examples or " ", tk.Ink.MUTED)
        else:
            self._hint.set_text(str(error), tk.Ink.BAD)
        self._field.setAccessibleDescription("" if error is None else str(error))
        self._field.show_misread(error)

    @property
    def hint(self) -> str:
        return self._hint.text

    # --- what is found ---

    def show_counts(self, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)
        self._switches.set_counts(self._counts)

    def show_found(self, text: str) -> None:
        self._found.setText(text)

    def show_newer(self, count: int) -> None:
        """Rows that came in meanwhile wait behind a link."""
        self._newer.setText(f"{self._theme.formatter.counted(count, 'newer row', 'newer rows')}, show")
        self._newer.setVisible(count > 0)

    # --- inside ---

    def _on_typed(self, text: str) -> None:
        if text.strip() != self._text.strip():
            self._text = text
            self.changed.emit()

    def _on_quick(self, keys: frozenset[str]) -> None:
        for key in keys:
            self._quick = self._choices[key]
            self.changed.emit()


class KeptFilters:
    """What was typed and chosen for the rows of each provider, until one comes back to it."""

    def __init__(self, bar: FilterBar) -> None:
        self._bar = bar
        self._kept: dict[str, tuple[str, str]] = {}

    def swap(self, before: int | None, after: int) -> None:
        """Keep the filter of the provider that is left, and put that of the next one into the bar."""
        if before is not None:
            self._kept[str(before)] = (self._bar.typed, self._bar.quick.key.value)
        self._bar.put(*self._kept.pop(str(after), ("", self._bar.everything)))

    def save(self) -> str:
        """What is worth keeping until the next start, by the id of the provider."""
        return json.dumps({key: pair for key, pair in self._kept.items()
                           if pair[0].strip() or pair[1] != self._bar.everything})

    def restore(self, text: str) -> None:
        """Take back what `save` gave; what cannot be read is left out."""
        try:
            kept = json.loads(text or "{}")
        except ValueError:
            return
        if isinstance(kept, dict):
            self._kept = {str(key): (str(pair[0]), str(pair[1])) for key, pair in kept.items()
                          if isinstance(pair, list) and len(pair) == 2}
