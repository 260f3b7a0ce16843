"""What must hold before something is done, line by line, met or not, and what follows then.

The lines come from a service, each with its code and its words; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Label
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import Part, add_line, at_top, column, emptied, grid, holding

_ICON_SIZE: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One thing that must hold, or is worth knowing."""

    words: str
    is_met: bool = True
    is_warning: bool = False

    @property
    def state(self) -> str:
        """For those who do not see the sign."""
        return "note" if self.is_warning else "met" if self.is_met else "not met"


class CheckLines(QWidget):
    """What is not met stands first; what follows is said only where all is met."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: tuple[CheckLine, ...] = ()
        self._column = column(on=self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(name)

    @property
    def lines(self) -> tuple[CheckLine, ...]:
        """What is shown, in its order."""
        return self._lines

    def say(self, text: str) -> None:
        """Words instead of lines."""
        self._lines = ()
        self._show(Label(self._theme, text, ink=tk.Ink.MUTED, wraps=True))
        self.setAccessibleDescription(text)

    def show_lines(self, lines: Sequence[CheckLine], follows: Sequence[str] = ()) -> None:
        """Show what must hold, and below it what would follow."""
        self._lines = tuple(sorted(lines, key=lambda line: (line.is_met, not line.is_warning)))
        failed = sum(not line.is_met for line in self._lines)
        counted = self._theme.formatter.counted(failed, "precondition is", "preconditions are")
        head = "" if not lines else f"{counted} not met" if failed else "All preconditions are met"
        parts: list[Part] = []
        if lines:
            parts += [Label(self._theme, head, weight=600, ink=tk.Ink.BAD if failed else tk.Ink.GOOD),
                      self._table([(line.words, line.state, *_LOOKS[line.state]) for line in self._lines])]
        if follows:
            parts += [8, Label(self._theme, "What follows", weight=600)] if lines else []
            parts.append(self._table([(words, "", Icon.CARET_RIGHT, tk.Ink.MUTED) for words in follows]))
        self._show(*parts)
        self.setAccessibleDescription(". ".join(
            [*filter(None, [head]), *(f"{line.state}: {line.words}" for line in self._lines), *follows]))

    def _table(self, lines: Sequence[tuple[str, str, Icon, str]]) -> Part:
        table = grid(across=8, down=5, shares={1: 1})
        for words, state, icon, ink in lines:
            sign = IconSign(self._theme, icon, ink, size=_ICON_SIZE)
            label = Label(self._theme, words, wraps=True)
            if state:
                sign.setAccessibleName(state)
                label.setAccessibleName(f"{state}: {words}")
            add_line(table, at_top(sign), at_top(label, 1))
        return table

    def _show(self, *parts: Part) -> None:
        emptied(self._column)
        self._column.addWidget(holding(column(*parts, ..., spacing=6)))


_LOOKS: Final = {"met": (Icon.GOOD, tk.Ink.GOOD), "not met": (Icon.CANCELLED, tk.Ink.BAD),
                 "note": (Icon.INFO, tk.Ink.INFO)}
