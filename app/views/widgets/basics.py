"""Labels, buttons and lines that follow the theme when it changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.painted import PaintedWidget

ICON_GAP = 4
"""Room between the icon of a button and its words, beside what the style gives."""


def without_arguments(run: Callable[[], object]) -> Callable[[], None]:
    """A slot that leaves out what its signal brings along, such as a button's `checked`."""

    def slot() -> None:
        run()

    return slot


def dress_label(label: QLabel, theme: Theme, *, size: int = tk.BODY, weight: int = 400, ink: str = tk.Ink.TEXT,
                italic: bool = False) -> None:
    """Give a label its font and its ink as the theme has them now."""
    label.setFont(theme.font(size, weight, italic=italic))
    palette = QPalette(label.palette())
    palette.setColor(QPalette.ColorRole.WindowText, theme.color(ink))
    palette.setColor(QPalette.ColorRole.Text, theme.color(ink))
    label.setPalette(palette)


def dress_button(button: QPushButton, theme: Theme, icon: Icon) -> None:
    """Give a button its icon in the ink that its kind asks for."""
    role = {"main": tk.Ink.ON_ACCENT, "danger": tk.Ink.ON_BAD_FILL}.get(button.property("kind"), tk.Ink.TEXT)
    side = theme.sizes.icon
    button.setIconSize(QSize(side + ICON_GAP, side))
    button.setIcon(theme.icons.icon(icon, role, side, gap_px=ICON_GAP))


class Label(QLabel):
    """Plain text in one of the sizes, weights and inks; the mnemonic in it leads to its buddy."""

    def __init__(self, theme: Theme, text: str = "", parent: QWidget | None = None, *, size: int = tk.BODY,
                 weight: int = 400, ink: str = tk.Ink.TEXT, italic: bool = False, wraps: bool = False,
                 buddy: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._look = (size, weight, italic)
        self._ink = ink
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        if buddy is not None:
            self.setBuddy(buddy)
        theme.changed.connect(self._apply)
        self._apply()

    def set_ink(self, ink: str) -> None:
        if ink != self._ink:
            self._ink = ink
            self._apply()

    def _apply(self) -> None:
        size, weight, italic = self._look
        dress_label(self, self._theme, size=size, weight=weight, ink=self._ink, italic=italic)


class ElidedLabel(PaintedWidget):
    """One line that elides where it does not fit, with the whole text as tooltip then."""

    def __init__(self, theme: Theme, text: str = "", parent: QWidget | None = None, *, size: int = tk.BODY,
                 weight: int = 400, ink: str = tk.Ink.TEXT, elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
                 align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
        super().__init__(theme, parent)
        self._text = ""
        self._size, self._weight, self._ink, self._elide, self._align = size, weight, ink, elide, align
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str, ink: str | None = None) -> None:
        self._text = text
        self._ink = ink or self._ink
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def sizeHint(self) -> QSize:
        metrics = self.theme.metrics(self._size, self._weight)
        return QSize(metrics.horizontalAdvance(self._text) + 1, metrics.height())

    def paint(self, painter: QPainter) -> None:
        metrics = self.theme.metrics(self._size, self._weight)
        shown = metrics.elidedText(self._text, self._elide, self.width())
        self.setToolTip(self._text if shown != self._text else "")
        painter.setFont(self.theme.font(self._size, self._weight))
        painter.setPen(self.theme.color(self._ink))
        painter.drawText(self.rect(), (self._align | Qt.AlignmentFlag.AlignVCenter).value, shown)


class EnterButton(QPushButton):
    """Enter presses it as Space does; Qt presses buttons by Enter in dialogs only."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)


class Button(EnterButton):
    """A push button with a themed icon, and what it runs. Kinds: "" plain, "main", "danger", "quiet"."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None, *, icon: Icon | None = None,
                 kind: str = "", tall: bool = False, run: Callable[[], object] | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._icon = icon
        self.setProperty("kind", kind)
        self.setProperty("tall", tall)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if run is not None:
            self.clicked.connect(without_arguments(run))
        theme.changed.connect(self._apply)
        self._apply()

    def set_icon(self, icon: Icon | None) -> None:
        self._icon = icon
        self._apply()

    def offer(self, refusal: str = "", about: str = "") -> None:
        """Let it be pressed, or say as its tooltip why it cannot be; `about` is the tooltip while it can."""
        self.setEnabled(not refusal)
        self.setToolTip(refusal or about)
        self.setAccessibleDescription(refusal)

    def set_kind(self, kind: str) -> None:
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._apply()

    def _apply(self) -> None:
        if self._icon is not None:
            dress_button(self, self._theme, self._icon)


class LinkButton(EnterButton):
    """Words in the colour of a link that do something: a name, a number, "Open report"."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None, *,
                 run: Callable[[], object] | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self.setProperty("kind", "link")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if run is not None:
            self.clicked.connect(without_arguments(run))


class IconButton(QToolButton):
    """A button without words. Name and keys are its tooltip, "Next page (PgDn)", and it is read aloud by its name."""

    def __init__(self, theme: Theme, icon: Icon, name: str, parent: QWidget | None = None, *, keys: str = "",
                 is_square: bool = False, run: Callable[[], object] | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._is_square = is_square
        self.setToolTip(f"{name} ({keys})" if keys else name)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if run is not None:
            self.clicked.connect(without_arguments(run))
        theme.changed.connect(self._apply)
        self._apply()

    def _apply(self) -> None:
        sizes = self._theme.sizes
        if self._is_square:
            side = max(24, sizes.px(26))
            self.setFixedSize(side, side)
        self.setIconSize(QSize(sizes.icon, sizes.icon))
        self.setIcon(self._theme.icons.icon(self._icon, tk.Ink.TEXT, sizes.icon))


class Dialog(QDialog):
    """A dialog on the ground of content. It is opened and listened to, never executed."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)

    def open_and_forget(self) -> None:
        """Open over the window; it is gone once it is closed."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.open()


class HorizontalRule(PaintedWidget):
    """A line of 1 px between areas ("border") or within one ("rule")."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, role: str = "border") -> None:
        super().__init__(theme, parent)
        self._role = role
        self.setFixedHeight(1)

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self.theme.color(self._role))


class Panel(PaintedWidget):
    """An area filled with a role ("surface", "raised"), with an optional line along one edge."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, fill: str = "surface",
                 line: Qt.Edge | None = None) -> None:
        super().__init__(theme, parent)
        self._fill = fill
        self._line = line

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self.theme.color(self._fill))
        if self._line is not None:
            right, bottom = self.width() - 1, self.height() - 1
            ends = {
                Qt.Edge.TopEdge: (0, 0, right, 0),
                Qt.Edge.BottomEdge: (0, bottom, right, bottom),
                Qt.Edge.LeftEdge: (0, 0, 0, bottom),
                Qt.Edge.RightEdge: (right, 0, right, bottom),
            }[self._line]
            painter.setPen(self.theme.tokens.border)
            painter.drawLine(*ends)


class AskingPanel(Panel):
    """A question in the page itself, with its answers; no notice stands over it."""
