"""Icons from the Phosphor set that QtAwesome bundles, drawn in the colours of the palette.

The glyphs are drawn from the font directly: importing QtAwesome itself would load a dozen fonts at start. Pixmaps are
cached per name, role, size and screen scale, and an IconSet is thrown away whole when the palette changes. An icon
never replaces words; the names below are the only ones in use, and a test looks each of them up in the font.
"""

from __future__ import annotations

import importlib.util
import json
from enum import StrEnum
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QIcon, QPainter, QPainterPath, QPixmap

from app.views.look.tokens import Ink, TierMark, Tokens

_FONT_FILE: Final = "phosphor-1.3.0.ttf"
_MAP_FILE: Final = "phosphor-charmap-1.3.0.json"


class Icon(StrEnum):
    """What is drawn, by its meaning here; the value is the Phosphor name."""

    # places
    ACCOUNTS = "users-three"
    MONEY = "receipt"
    CREDIT = "gauge"
    SUSPENSION = "shield-warning"
    EVENTS = "envelope-simple"
    PRINTING = "printer"
    REPORTS = "clipboard-text"
    SETTINGS = "gear-six"
    # accounts and tiers
    OPERATOR = "globe-simple"
    WHOLESALE = "buildings"
    PROVIDER = "storefront"
    AGENT = "handshake"
    ACCOUNT = "user"
    PROFILE = "users-three"
    RATING = "scales"
    SYSTEM = "gear"
    SERVICE = "phone"
    # states
    GOOD = "check-circle"
    SUSPENDED = "prohibit"
    WARNING = "warning"
    ERROR = "warning-circle"
    INFO = "info"
    INACTIVE = "minus-circle"
    CLOCK = "clock"
    CANCELLED = "x-circle"
    HOURGLASS = "hourglass-medium"
    LOCK = "lock-simple"
    DEMO = "flask"
    LIVE = "broadcast"
    # money
    PAYMENT = "money"
    BANK = "bank"
    INVOICE = "article"
    CREDIT_NOTE = "arrow-u-up-left"
    DISPUTE = "chat-circle-text"
    # what an event does
    SHORT_MESSAGE = "device-mobile"
    LETTER = "file-text"
    NOTIFICATION = "bell"
    LOG = "notebook"
    # verbs
    BACK = "arrow-left"
    FORWARD = "arrow-right"
    UP = "arrow-up"
    DOWN = "arrow-down"
    REMOVE = "minus"
    CLOSE = "x"
    TICK = "check"
    SEARCH = "magnifying-glass"
    FILTER = "funnel"
    PANEL = "sliders-horizontal"
    ZOOM_IN = "magnifying-glass-plus"
    ZOOM_OUT = "magnifying-glass-minus"
    READ_AGAIN = "arrow-clockwise"
    UNDO = "arrow-counter-clockwise"
    EDIT = "pencil-simple"
    COPY = "copy"
    OPEN = "arrow-square-out"
    EXPORT = "export"
    IMPORT = "download-simple"
    NEW_ACCOUNT = "user-plus"
    FOLDER = "folder-open"
    PDF = "file-pdf"
    CONNECT = "link-simple"
    STOP = "stop-circle"
    SHOW = "eye"
    HIDE = "eye-slash"
    HELP = "question"
    KEYS = "keyboard"
    QUIT = "sign-out"
    SEND = "paper-plane-tilt"
    BOLD = "text-bolder"
    ITALIC = "text-italic"
    UNDERLINE = "text-underline"
    BULLETS = "list-dashes"
    NUMBERS = "list-numbers"
    TABLE = "table"
    VARIABLE = "brackets-curly"
    # shapes
    CARET_RIGHT = "caret-right"
    CARET_DOWN = "caret-down"
    CARET_UP = "caret-up"
    CARET_LEFT = "caret-left"
    PIN = "push-pin"
    LIST = "list-bullets"
    TREE = "tree-structure"
    BELL = "bell"
    DATABASE = "database"
    CALENDAR = "calendar-blank"
    HISTORY = "clock-counter-clockwise"
    TEXT_SIZE = "text-aa"
    DARK = "moon"
    FULL_SCREEN = "arrows-out-simple"
    JOBS = "queue"

    @classmethod
    def of_tier(cls, mark: TierMark) -> Icon:
        return _TIER_ICONS[mark]


_TIER_ICONS: Final = {
    TierMark.SYSTEM: Icon.SYSTEM,
    TierMark.UPPER: Icon.WHOLESALE,
    TierMark.PROVIDER: Icon.PROVIDER,
    TierMark.RATING: Icon.RATING,
    TierMark.PROFILE: Icon.PROFILE,
    TierMark.ACCOUNT: Icon.ACCOUNT,
}


def _font_folder() -> Path:
    """Where QtAwesome keeps its fonts; found without importing it."""
    spec = importlib.util.find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("QtAwesome is not installed, so there are no icons. Install the program again.")
    return Path(spec.origin).parent / "fonts"


class IconFont:
    """The Phosphor font registered with Qt, and which character stands for which name."""

    def __init__(self) -> None:
        folder = _font_folder()
        number = QFontDatabase.addApplicationFont(str(folder / _FONT_FILE))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        if not families:
            raise FileNotFoundError(f"The icon font {_FONT_FILE} cannot be read. Install the program again.")
        self._family = families[0]
        codes: dict[str, str] = json.loads((folder / _MAP_FILE).read_text(encoding="utf-8"))
        self._characters = {str(icon): chr(int(codes[icon], 16)) for icon in Icon if icon in codes}

    def names(self) -> frozenset[str]:
        """Which of the names in use the font knows."""
        return frozenset(self._characters)

    def character(self, name: str) -> str:
        return self._characters[name]

    def outline(self, icon: Icon, size_px: int) -> QPainterPath:
        """The glyph as an outline in a square of `size_px`, sharp at every zoom and on paper."""
        font, path = self.font(size_px), QPainterPath()
        metrics = QFontMetricsF(font)
        character = self.character(icon)
        left = (size_px - metrics.horizontalAdvance(character)) / 2
        path.addText(left, (size_px + metrics.ascent() - metrics.descent()) / 2, font, character)
        return path

    def font(self, size_px: int) -> QFont:
        font = QFont(self._family)
        font.setPixelSize(size_px)
        font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
        return font


class IconSet:
    """Pixmaps and QIcons of one palette."""

    def __init__(self, font: IconFont, tokens: Tokens) -> None:
        self._font = font
        self._tokens = tokens
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self._icons: dict[tuple[str, str, int, int], QIcon] = {}

    def pixmap(self, icon: Icon, role: str = Ink.TEXT, size_px: int = 16, scale: float = 1.0) -> QPixmap:
        """One glyph in a square of `size_px`, crisp on a screen of this scale."""
        key = (icon, role, size_px, scale)
        pixmap = self._pixmaps.get(key)
        if pixmap is None:
            pixmap = self._pixmaps[key] = self._draw(icon, role, size_px, scale)
        return pixmap

    def icon(self, icon: Icon, role: str = Ink.TEXT, size_px: int = 16, *, gap_px: int = 0) -> QIcon:
        """The glyph for buttons and menus, faint while disabled; the gap is room for the words behind it."""
        key = (icon, role, size_px, gap_px)
        made = self._icons.get(key)
        if made is None:
            made = QIcon()
            modes = (QIcon.Mode.Normal, QIcon.Mode.Active, QIcon.Mode.Selected)
            for scale in (1.0, 2.0):
                usual = self._draw(icon, role, size_px, scale, gap_px)
                for mode in modes:
                    made.addPixmap(usual, mode)
                made.addPixmap(self._draw(icon, Ink.FAINT, size_px, scale, gap_px), QIcon.Mode.Disabled)
            self._icons[key] = made
        return made

    def _draw(self, icon: Icon, role: str, size_px: int, scale: float, gap_px: int = 0) -> QPixmap:
        side = max(1, round(size_px * scale))
        pixmap = QPixmap(side + round(gap_px * scale), side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(self._font.font(side))
        painter.setPen(self._tokens.role(role))
        painter.drawText(QRect(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, self._font.character(icon))
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        return pixmap
