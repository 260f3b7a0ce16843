"""Small painted parts of the shell: the environment band, the scrim behind dialogs, heads of panels, dividers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QToolBar, QWidget

from app.views.desk.actions import ActionRegistry
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.shell.command_field import CommandField
from app.views.widgets.basics import ElidedLabel, Label, Panel
from app.views.widgets.layout import grows, row
from app.views.widgets.painted import PaintedWidget

_BAND_HEIGHT: Final = 3


class Band(PaintedWidget):
    """3 px that tell the environment by colour; its word stands in the menu line."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._is_live = False
        self.setFixedHeight(_BAND_HEIGHT)

    def set_live(self, *, is_live: bool) -> None:
        self._is_live = is_live
        self.update()

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self.theme.color("accent" if self._is_live else "warn"))


class Scrim(PaintedWidget):
    """Dims the window behind a dialog."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.raise_()
        self.show()

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self.theme.tokens.scrim)


class DockTitle(Panel):
    """The head of a side panel; nothing in it can be dragged."""

    def __init__(self, theme: Theme, title: str, parent: QWidget, *, fill: str = "surface") -> None:
        super().__init__(theme, parent, fill=fill)
        row(Label(theme, title, weight=600), on=self, margins=(14, 0, 8, 0))

    def sizeHint(self) -> QSize:
        return QSize(100, self.theme.sizes.tab)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Divider(PaintedWidget):
    """An upright line between groups of the toolbar."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setFixedWidth(1)
        self.setMinimumHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(0, 8, 1, self.height() - 16, self.theme.tokens.border)


class ToolStrip(Panel):
    """Back and forward, the actions of every day, and the bell at the right."""

    def __init__(self, theme: Theme, registry: ActionRegistry, everyday: Sequence[str], bell: QWidget, parent: QWidget
                 ) -> None:
        super().__init__(theme, parent, fill="raised", line=Qt.Edge.BottomEdge)
        self._person = ElidedLabel(theme, "", self, ink=tk.Ink.MUTED, align=Qt.AlignmentFlag.AlignRight)
        self._person.hide()
        moves = [registry.tool_button(action_id, self, icon_only=True) for action_id in ("go.back", "go.forward")]
        row(*moves, *((4, Divider(theme, self), 4) if everyday else ()),
            *(registry.tool_button(action_id, self) for action_id in everyday), ...,
            grows(CommandField(theme, registry, self), 2), 8, bell, 8, self._person,
            on=self, margins=(8, 0, 12, 0), spacing=4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_person(self, name: str, unit: str) -> None:
        """Who works here, and for which org unit; nothing while nobody has to sign in."""
        self._person.set_text(f"{name} · {unit}" if unit else name)
        self._person.setVisible(bool(name))


def add_fixed_bar(window: QMainWindow, title: str, content: QWidget, area: Qt.ToolBarArea) -> QToolBar:
    """Put a widget along an edge of the window: a tool bar that cannot be moved, hidden or opened for a menu."""
    bar = QToolBar(title, window)
    bar.setObjectName(title.lower())
    bar.setMovable(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    bar.addWidget(content)
    window.addToolBar(area, bar)
    return bar
