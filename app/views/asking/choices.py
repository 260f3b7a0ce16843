"""A box to choose one of a few, and a box to tick; both painted from the tokens, keys as everywhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from PySide6.QtCore import QRect, QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.views.lists.models.column_model import Index
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.painted import PaintedButton

_MARK_LEFT: Final = 4


class _TallRows(QStyledItemDelegate):
    """Rows of the opened list as tall as those of a table."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width() + 16, self._theme.sizes.row)


class ChoiceBox(QComboBox):
    """One of a few; its name may stand before the choice: "View: My accounts"."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None, *, prefix: str = "") -> None:
        super().__init__(parent)
        self._theme = theme
        self._prefix = prefix
        self._values: list[object] = []
        self.setAccessibleName(name)
        self.setItemDelegate(_TallRows(theme, self))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        theme.changed.connect(self.updateGeometry)

    def fill_its_place(self) -> None:
        """In a form: as wide as the fields above and below, instead of as wide as its words."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_choices(self, choices: list[tuple[str, object]], chosen: object = None) -> None:
        """Texts and what each stands for; one of them chosen."""
        with QSignalBlocker(self):
            self.clear()
            self._values = [value for _, value in choices]  # Qt would hand an enum back as plain text
            self.addItems([text for text, _ in choices])
        self.choose(chosen)

    def choose(self, value: object) -> None:
        """Choose what stands for this value; the first choice where nothing does."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else 0)

    def chosen(self) -> Any:
        """What the choice stands for; None where there is none."""
        place = self.currentIndex()
        return self._values[place] if 0 <= place < len(self._values) else None

    def sizeHint(self) -> QSize:
        metrics = self._theme.metrics()
        texts = [self._prefix + self.itemText(row) for row in range(self.count())]
        width = max((metrics.horizontalAdvance(text) for text in texts), default=60)
        return QSize(width + 10 + 10 + 8 + self._theme.sizes.small_icon, self._theme.sizes.control)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.sizes.px(80), self._theme.sizes.control)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        theme, tokens = self._theme, self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_focused = self.hasFocus()
        painter.setPen(QPen(tokens.outline if self.isEnabled() else tokens.border, 1))
        painter.setBrush(tokens.hover if self.underMouse() and self.isEnabled() else tokens.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        side = theme.sizes.small_icon
        painter.setPen(tokens.text if self.isEnabled() else tokens.faint)
        words = QRect(10, 0, self.width() - 10 - 10 - 8 - side, self.height())
        painting.draw_text(painter, words, self._prefix + self.currentText(), theme.font(), theme.metrics())
        painting.draw_icon(painter, theme, QRect(self.width() - 10 - side, 0, side, self.height()), Icon.CARET_DOWN,
                           role=tk.Ink.TEXT if self.isEnabled() else tk.Ink.FAINT, size=side)
        if is_focused:
            painting.draw_focus_ring(painter, theme, self.rect())
        painter.end()


class TickList(QListWidget):
    """Several of a few, each with a tick."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[object] = []

    def set_choices(self, choices: Sequence[tuple[str, object]], ticked: Collection[object] = ()) -> None:
        """Texts and what each stands for; some of them ticked."""
        self.clear()
        self._values = [value for _, value in choices]
        for text, value in choices:
            item = QListWidgetItem(text, self)
            item.setCheckState(Qt.CheckState.Checked if value in ticked else Qt.CheckState.Unchecked)

    def chosen(self) -> list[Any]:
        """What the ticked ones stand for, in their order."""
        return [value for place, value in enumerate(self._values)
                if self.item(place).checkState() is Qt.CheckState.Checked]


class MarkedWords(PaintedButton):
    """Base of the two below: a mark that is on or off, and its words behind it."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text.replace("&", ""))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def draw_mark(self, painter: QPainter) -> None:
        """The mark at the left, `_MARK_LEFT` px from the edge and as large as an icon."""
        raise NotImplementedError

    def sizeHint(self) -> QSize:
        words = self.theme.metrics().horizontalAdvance(self.text().replace("&", ""))
        return QSize(self._words_left() + words + 6, max(24, self.theme.sizes.control))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter) -> None:
        theme = self.theme
        self.draw_mark(painter)
        painter.setFont(theme.font())
        painter.setPen(theme.tokens.text if self.isEnabled() else theme.tokens.faint)
        flags = Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextShowMnemonic.value
        painter.drawText(self.rect().adjusted(self._words_left(), 0, 0, 0), flags, self.text())
        if self.hasFocus():
            painting.draw_focus_ring(painter, theme, self.rect())

    def _words_left(self) -> int:
        return _MARK_LEFT + self.theme.sizes.icon + 10


class TickBox(MarkedWords):
    """A tick with its words; Space turns it."""

    def draw_mark(self, painter: QPainter) -> None:
        painting.draw_tick_box(painter, self.theme, self.rect().adjusted(_MARK_LEFT, 0, 0, 0),
                               is_on=self.isChecked(), is_enabled=self.isEnabled())


class SwitchBox(MarkedWords):
    """A switch with its words: *Override*. Space turns it."""

    def draw_mark(self, painter: QPainter) -> None:
        width, _ = painting.switch_size(self.theme)
        painting.draw_switch(painter, self.theme, QRect(_MARK_LEFT, 0, width, self.height()),
                             is_on=self.isChecked(), is_enabled=self.isEnabled())

    def _words_left(self) -> int:
        return _MARK_LEFT + painting.switch_size(self.theme)[0] + 8


class RadioDot(MarkedWords):
    """One of several, of which exactly one is chosen; put them into a QButtonGroup. Arrows walk the group."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, text, parent)
        self.setAutoExclusive(True)

    def draw_mark(self, painter: QPainter) -> None:
        tokens, side = self.theme.tokens, self.theme.sizes.icon
        ring = QRectF(_MARK_LEFT + 0.5, (self.height() - side) // 2 + 0.5, side - 1, side - 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.accent if self.isChecked() else tokens.outline, 1))
        painter.setBrush(tokens.field)
        painter.drawEllipse(ring)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.accent)
            painter.drawEllipse(ring.adjusted(4, 4, -4, -4))
