"""The settings page: which database, how the window looks, and whose work the program stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.views import tokens as tk
from app.views.icons import Icon
from app.views.screen import Screen, Target
from app.views.theme import Theme
from app.views.widgets.basics import Button, Label, without_arguments
from app.views.widgets.choices import ChoiceBox
from app.views.widgets.page_header import PageHeader

KIND: Final = "settings"
_PALETTES: Final = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
_TEXT_SIZES: Final = (90, 100, 110, 125, 150)


@dataclass(frozen=True, slots=True)
class LibraryNotice:
    """One library in use and its licence."""

    name: str
    version: str
    licence: str


class SettingsScreen(Screen):
    """Everything here takes effect at once and is remembered."""

    def __init__(self, theme: Theme, *, database_text: Callable[[], str], connect: Callable[[], object],
                 notices: Sequence[LibraryNotice], parent: QWidget | None = None) -> None:
        super().__init__(Target(KIND), "Settings", Icon.SETTINGS, parent)
        self._theme = theme
        self._database_text = database_text
        self._database = Label(theme, wraps=True)
        self._palette = ChoiceBox(theme, "Palette", self)
        self._text_size = ChoiceBox(theme, "Text size", self)
        self._density = ChoiceBox(theme, "Rows", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(PageHeader(theme, "Settings", "They take effect at once and are remembered.", self))
        body = QVBoxLayout()
        body.setContentsMargins(tk.PAGE_MARGIN, 4, tk.PAGE_MARGIN, tk.PAGE_MARGIN)
        body.setSpacing(16)
        body.addLayout(self._database_part(connect))
        body.addLayout(self._appearance_part())
        body.addLayout(self._notices_part(notices), 1)
        column.addLayout(body, 1)
        theme.changed.connect(self._show_theme)
        self._show_theme()

    def _heading(self, text: str) -> Label:
        return Label(self._theme, text, size=tk.SECTION, weight=600)

    def _database_part(self, connect: Callable[[], object]) -> QVBoxLayout:
        button = Button(self._theme, "Connect to another database…", self)
        button.clicked.connect(without_arguments(connect))
        row = QHBoxLayout()
        row.addWidget(self._database, 1)
        row.addWidget(button)
        part = QVBoxLayout()
        part.setSpacing(6)
        part.addWidget(self._heading("Database"))
        part.addLayout(row)
        return part

    def _appearance_part(self) -> QVBoxLayout:
        self._palette.set_choices([(words, value) for value, words in _PALETTES])
        self._text_size.set_choices([(f"{percent}\N{NO-BREAK SPACE}%", percent) for percent in _TEXT_SIZES])
        self._density.set_choices([("Compact rows", True), ("Comfortable rows", False)])
        grid = QGridLayout()
        grid.setColumnStretch(2, 1)
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(16)
        for row, (text, box) in enumerate((("&Palette", self._palette), ("&Text size", self._text_size),
                                           ("&Rows", self._density))):
            label = Label(self._theme, text)
            label.setBuddy(box)
            box.setMinimumWidth(200)
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
        self._palette.activated.connect(self._on_palette)
        self._text_size.activated.connect(self._on_text_size)
        self._density.activated.connect(self._on_density)
        part = QVBoxLayout()
        part.setSpacing(6)
        part.addWidget(self._heading("Appearance"))
        part.addLayout(grid)
        return part

    def _notices_part(self, notices: Sequence[LibraryNotice]) -> QVBoxLayout:
        text = QPlainTextEdit(self)
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setAccessibleName("Libraries in use and their licences")
        text.setPlainText("\n".join(f"{n.name} {n.version}: {n.licence}" for n in notices))
        part = QVBoxLayout()
        part.setSpacing(6)
        part.addWidget(self._heading("Libraries in use"))
        part.addWidget(text, 1)
        return part

    def _show_theme(self) -> None:
        for box, value in ((self._palette, self._theme.choice), (self._text_size, self._theme.sizes.percent),
                           (self._density, self._theme.sizes.compact)):
            box.choose(value)

    def _on_palette(self, place: int) -> None:
        self._theme.set_choice(str(self._palette.itemData(place)))

    def _on_text_size(self, place: int) -> None:
        self._theme.set_text_percent(int(self._text_size.itemData(place)))

    def _on_density(self, place: int) -> None:
        self._theme.set_compact(bool(self._density.itemData(place)))

    def shown(self) -> None:
        self._database.setText(self._database_text())

    def focus_first(self) -> None:
        self._palette.setFocus()
