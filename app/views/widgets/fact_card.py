"""A card of facts: a title, and lines of name and value; a value that leads somewhere is a link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import HorizontalRule, Label, LinkButton, without_arguments
from app.views.widgets.layout import column


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line. Without a name the value takes the whole width; `opens` makes it a link."""

    value: str
    name: str = ""
    opens: Callable[[], object] | None = None
    is_figure: bool = False
    """Amounts stand at the right."""
    ink: str = tk.Ink.TEXT


class FactCard(QWidget):
    """Lines are made anew only when they differ, so that the keyboard stays where it is."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: list[tuple[str, str, bool, str]] = []
        self._opens: list[Callable[[], object] | None] = []
        self._lines = QWidget(self)
        self._grid = _grid(self._lines)
        self._column = column(Label(theme, title, size=tk.SECTION, weight=600), HorizontalRule(theme, role="rule"),
                              self._lines, on=self, spacing=6)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def texts(self) -> list[str]:
        """What the lines say, "name: value"."""
        return [f"{name}: {value}" if name else value for name, value, *_ in self._shown]

    def links(self) -> list[LinkButton]:
        """The values that lead somewhere, from the top."""
        return [link for link in self._lines.findChildren(LinkButton) if not link.isHidden()]

    def show_facts(self, facts: Sequence[Fact]) -> None:
        self._opens = [fact.opens for fact in facts]
        shown = [(fact.name, fact.value, fact.opens is not None, fact.ink) for fact in facts]
        if shown == self._shown:
            return
        self._shown = shown
        old, self._lines = self._lines, QWidget(self)
        self._grid = _grid(self._lines)
        for row, fact in enumerate(facts):
            self._add(row, fact)
        self._column.replaceWidget(old, self._lines)
        old.hide()
        old.deleteLater()
        self._lines.show()

    def _add(self, row: int, fact: Fact) -> None:
        value = self._link(row, fact) if fact.opens is not None else Label(
            self._theme, fact.value, self._lines, ink=fact.ink, wraps=not fact.is_figure)
        value.setAccessibleName(f"{fact.name}: {fact.value}" if fact.name else fact.value)
        if not fact.name:
            self._grid.addWidget(value, row, 0, 1, 2)
            return
        is_link = fact.opens is not None
        beside = Qt.AlignmentFlag.AlignVCenter if is_link else Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(Label(self._theme, fact.name, self._lines, ink=tk.Ink.MUTED), row, 0, beside)
        if fact.is_figure or is_link:
            side = Qt.AlignmentFlag.AlignRight if fact.is_figure else Qt.AlignmentFlag.AlignLeft
            self._grid.addWidget(value, row, 1, side | beside)
        else:
            self._grid.addWidget(value, row, 1)

    def _link(self, row: int, fact: Fact) -> QWidget:
        link = LinkButton(self._theme, fact.value, self._lines)
        link.clicked.connect(without_arguments(lambda: self._open(row)))
        return link

    def _open(self, row: int) -> None:
        opens = self._opens[row]
        if opens is not None:
            opens()


def _grid(parent: QWidget) -> QGridLayout:
    grid = QGridLayout(parent)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(1, 1)
    return grid
