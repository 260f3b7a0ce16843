"""The look in force: palette, text size and density, switched while the program runs.

One Theme is made at start and handed to every widget that paints. It owns the cached fonts and the icons, and says
`changed` after the application has its new palette and sheet, so that a widget only has to ask again and repaint.
Switching never touches models or selections.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics
from PySide6.QtWidgets import QApplication

from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import IconFont, IconSet
from app.views.look.style_sheet import to_palette, to_qss

FAMILY: Final = "Open Sans"
SYSTEM: Final = "system"
TEXT_STEPS: Final = (90, 100, 110, 125, 150)
"""Where Ctrl+plus and Ctrl+minus stop."""


_FONT_FILES: Final = ("OpenSans-Regular.ttf", "OpenSans-SemiBold.ttf", "OpenSans-Bold.ttf", "OpenSans-Italic.ttf",
                      "OpenSans-SemiBoldItalic.ttf")


class FontError(RuntimeError):
    """The bundled fonts could not be read, so nothing on screen would be legible."""


def load_fonts() -> None:
    """Register Open Sans with Qt: regular, semi-bold, bold and italic. Safe to repeat."""
    if FAMILY in QFontDatabase.families():
        return
    folder = _font_folder()
    for name in _FONT_FILES:
        if QFontDatabase.addApplicationFont(str(folder / name)) < 0:
            raise FontError(f"The font file {name} cannot be read. Install the program again.")


def _font_folder() -> Path:
    """Where the package keeps its files; importing it would load an imaging library before anything is painted."""
    spec = importlib.util.find_spec("ttf_opensans")
    if spec is None or spec.origin is None:
        raise FontError("Open Sans is not installed. Install the program again.")
    return Path(spec.origin).parent / "ttf"


class Theme(QObject):
    """Palette, sizes, fonts and icons in force; `changed` is said after all of them are new."""

    changed = Signal()

    def __init__(self, app: QApplication, parent: QObject | None = None, *, locale: QLocale | None = None) -> None:
        super().__init__(parent)
        load_fonts()
        self._app = app
        self._choice = SYSTEM
        self._tokens = tk.LIGHT
        self._sizes = tk.Sizes()
        self._fonts: dict[tuple[int, int, bool], QFont] = {}
        self._metrics: dict[tuple[int, int, bool], QFontMetrics] = {}
        self._icon_font = IconFont()
        self._icons = IconSet(self._icon_font, self._tokens)
        self._formatter = Formatter(locale or QLocale())
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._apply()

    # --- what is in force ---

    @property
    def tokens(self) -> tk.Tokens:
        return self._tokens

    @property
    def sizes(self) -> tk.Sizes:
        return self._sizes

    @property
    def icons(self) -> IconSet:
        return self._icons

    @property
    def icon_font(self) -> IconFont:
        """The glyphs themselves, for what is drawn at any size."""
        return self._icon_font

    @property
    def formatter(self) -> Formatter:
        return self._formatter

    @property
    def choice(self) -> str:
        """What the person chose: "light", "dark" or "system"."""
        return self._choice

    @property
    def is_dark(self) -> bool:
        return self._tokens is tk.DARK

    def color(self, role: str) -> QColor:
        return self._tokens.role(role)

    def font(self, size: int = tk.BODY, weight: int = 400, *, italic: bool = False) -> QFont:
        """Open Sans in one of the sizes of `tokens`, scaled; the object is shared, so copy before changing it."""
        key = (size, weight, italic)
        font = self._fonts.get(key)
        if font is None:
            font = QFont(FAMILY)
            font.setPixelSize(self._sizes.px(size))
            font.setWeight(QFont.Weight(weight))
            font.setItalic(italic)
            self._fonts[key] = font
        return font

    def metrics(self, size: int = tk.BODY, weight: int = 400, *, italic: bool = False) -> QFontMetrics:
        key = (size, weight, italic)
        metrics = self._metrics.get(key)
        if metrics is None:
            metrics = self._metrics[key] = QFontMetrics(self.font(size, weight, italic=italic))
        return metrics

    def fixed_font(self, size: int = tk.LABEL) -> QFont:
        """The system's monospaced font, for details that support reads."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self._sizes.px(size))
        return font

    # --- switching ---

    def set_choice(self, choice: str) -> None:
        """Take the "light" or "dark" palette, or follow the "system"."""
        self._choice = choice if choice in tk.PALETTES else SYSTEM
        self._take(self._resolved(), self._sizes)

    def toggle_dark(self) -> None:
        """The other palette; from then on it is a choice and the system is no longer followed."""
        self.set_choice("light" if self.is_dark else "dark")

    def set_text_percent(self, percent: int) -> None:
        """Scale type and rows together, 90 to 150 %."""
        self._take(self._tokens, tk.Sizes(tk.scaled_percent(percent), self._sizes.compact))

    def step_text(self, direction: int) -> None:
        """The next larger (+1) or smaller (-1) text size."""
        now = self._sizes.percent
        if direction > 0:
            self.set_text_percent(next((step for step in TEXT_STEPS if step > now), now))
        else:
            self.set_text_percent(next((step for step in reversed(TEXT_STEPS) if step < now), now))

    def set_compact(self, compact: bool) -> None:  # noqa: FBT001  a switch has one argument
        self._take(self._tokens, tk.Sizes(self._sizes.percent, compact))

    def toggle_density(self) -> None:
        self.set_compact(not self._sizes.compact)

    # --- remembered ---

    def save(self, settings: QSettings) -> None:
        settings.setValue("appearance/palette", self._choice)
        settings.setValue("appearance/text_percent", self._sizes.percent)
        settings.setValue("appearance/compact", int(self._sizes.compact))

    def restore(self, settings: QSettings) -> None:
        self._choice = str(settings.value("appearance/palette", SYSTEM))
        percent = _whole(settings.value("appearance/text_percent"), 100)
        compact = _whole(settings.value("appearance/compact"), 1)
        self._take(self._resolved(), tk.Sizes(tk.scaled_percent(percent), bool(compact)))

    # --- inside ---

    def _resolved(self) -> tk.Tokens:
        if self._choice in tk.PALETTES:
            return tk.PALETTES[self._choice]
        return tk.DARK if self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark else tk.LIGHT

    def _follow_system(self) -> None:
        if self._choice == SYSTEM:
            self._take(self._resolved(), self._sizes)

    def _take(self, tokens: tk.Tokens, sizes: tk.Sizes) -> None:
        if tokens is self._tokens and sizes == self._sizes:
            return
        if tokens is not self._tokens:
            self._icons = IconSet(self._icon_font, tokens)
        self._tokens, self._sizes = tokens, sizes
        self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        self._fonts.clear()
        self._metrics.clear()
        self._app.setPalette(to_palette(self._tokens))
        self._app.setFont(self.font())
        self._app.setStyleSheet(to_qss(self._tokens, self._sizes))


def _whole(value: object, otherwise: int) -> int:
    try:
        return int(str(value))
    except ValueError:
        return otherwise
