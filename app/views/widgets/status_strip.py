"""The status bar: which database, saved or not, the business date, and at the right what is selected."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import ElidedLabel, Panel
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import grows, row


class StatusField(QWidget):
    """An icon and a few words; hidden while it has none."""

    def __init__(self, theme: Theme, icon: Icon, role: str = tk.Ink.MUTED, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = IconSign(theme, icon, role, size=14)
        self._words = ElidedLabel(theme, size=tk.LABEL, ink=tk.Ink.MUTED)
        row(self._sign, self._words, on=self, spacing=6)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def text(self) -> str:
        return self._words.text

    def set(self, text: str, icon: Icon | None = None, role: str = tk.Ink.MUTED) -> None:
        self._words.set_text(text)
        if icon is not None:
            self._sign.set(icon, role)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


class StatusStrip(Panel):
    """26 px at the bottom of the window."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, fill="window", line=Qt.Edge.TopEdge)
        self.database = StatusField(theme, Icon.DATABASE)
        self.saved = StatusField(theme, Icon.GOOD, tk.Ink.GOOD)
        self.business_date = StatusField(theme, Icon.CALENDAR)
        self.scans = StatusField(theme, Icon.LIVE)
        self._selection = ElidedLabel(theme, size=tk.LABEL, ink=tk.Ink.MUTED, align=Qt.AlignmentFlag.AlignRight)
        self._selection.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row(self.database, self.saved, self.business_date, self.scans, grows(self._selection), on=self,
            margins=(12, 1, 12, 0), spacing=20)
        self.setAccessibleName("Status")
        self.on_theme_changed()

    @property
    def selection_text(self) -> str:
        return self._selection.text

    def set_selection(self, text: str) -> None:
        self._selection.set_text(text)

    def on_theme_changed(self) -> None:
        self.setFixedHeight(self.theme.sizes.px(26))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self.theme.sizes.px(26))
