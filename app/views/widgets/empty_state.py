"""What an empty area says: an icon, one bold sentence, one plain sentence, and at most three ways on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Button, Label
from app.views.widgets.layout import at_top, column, grows, row
from app.views.widgets.painted import PaintedWidget

_MOST_WAYS = 3


@dataclass(frozen=True, slots=True)
class WayOn:
    """A button of an empty area or a banner: verb with its object, and what it does."""

    text: str
    run: Callable[[], object]
    is_main: bool = False


class IconSign(PaintedWidget):
    """An icon standing alone beside words that say the same."""

    def __init__(self, theme: Theme, icon: Icon, role: str = tk.Ink.MUTED, parent: QWidget | None = None, *,
                 size: int = 24) -> None:
        super().__init__(theme, parent)
        self._icon, self._role, self._size = icon, role, size
        self._fit()

    def set(self, icon: Icon, role: str) -> None:
        self._icon, self._role = icon, role
        self.update()

    def on_theme_changed(self) -> None:
        self._fit()
        self.update()

    def _fit(self) -> None:
        side = self.theme.sizes.px(self._size)
        self.setFixedSize(QSize(side, side))

    def paint(self, painter: QPainter) -> None:
        painting.draw_icon(painter, self.theme, self.rect(), self._icon, role=self._role,
                           size=self.theme.sizes.px(self._size))


class EmptyState(QWidget):
    """Stands at the top left of the empty area, where rows would begin."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sign = IconSign(theme, Icon.SEARCH)
        self._head = Label(theme, size=tk.SECTION, weight=600, wraps=True)
        self._text = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._buttons = row()
        words = column(self._head, self._text, 4, self._buttons, ..., spacing=6)
        row(at_top(self._sign), grows(words), on=self, margins=(tk.PAGE_MARGIN, 24, tk.PAGE_MARGIN, tk.PAGE_MARGIN),
            spacing=12)

    def show_words(self, head: str, text: str = "", *, icon: Icon = Icon.SEARCH, ways: Sequence[WayOn] = ()) -> None:
        """Say one condition; at most three ways on."""
        if len(ways) > _MOST_WAYS:
            raise ValueError("an empty area offers at most three ways on")
        self._sign.set(icon, tk.Ink.MUTED)
        self._head.setText(head)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(head)
        self.setAccessibleDescription(text)
        self._show_ways(ways)

    def buttons(self) -> list[Button]:
        return self.findChildren(Button)

    def _show_ways(self, ways: Sequence[WayOn]) -> None:
        while self._buttons.count():
            item = self._buttons.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for way in ways:
            button = Button(self._theme, way.text, self, kind="main" if way.is_main else "", run=way.run)
            self._buttons.addWidget(button)
            button.show()  # at once, so that it can be given the keyboard
        self._buttons.addStretch(1)
