"""The right side of an account page: one thing at a time beside the tab, such as the reasoning or a value's chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QToolButton, QWidget

from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Label, Panel
from app.views.widgets.layout import at_top, column, grows, holding, row, scrolling, walk_in_order, walk_on_in

# the keys of its contents
CHAIN: Final = "chain"
REASONING: Final = "reasoning"
ROW: Final = "row"

WIDTH = 372
ROOMY_FROM = 1240
"""Width of a page in px at 100 % that has room for more beside its tab."""
ROOMY_WIDTH = 460
LEAST_WIDTH = 300
MARGIN = 18


class SidePane(Panel):
    """Holds contents by key; Escape or the cross closes it and says so."""

    closed = Signal(str)  # the key of what was shown

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, line=Qt.Edge.LeftEdge)
        self._contents: dict[str, tuple[QWidget, QWidget]] = {}
        self._tools: dict[str, Sequence[QWidget]] = {}
        self._key = ""
        self._title = Label(theme, size=tk.SECTION, weight=600, wraps=True)
        self._close = QToolButton(self)
        self._close.setFixedSize(24, 24)
        self._close.setAccessibleName("Close this panel")
        self._close.setToolTip("Close this panel (Esc)")
        self._close.clicked.connect(self.close_now)
        self._stack = QStackedWidget(self)
        self._head = row(grows(self._title), at_top(self._close), margins=(MARGIN, 12, 10, 8), spacing=0)
        column(self._head, grows(self._stack), on=self, margins=(1, 0, 0, 0))
        self.setMinimumWidth(theme.sizes.px(LEAST_WIDTH))
        self._apply()
        self.hide()

    @property
    def key(self) -> str:
        """What is shown; "" while the pane is closed."""
        return self._key

    def add_content(self, key: str, content: QWidget, first_focus: QWidget | None = None, *, scrolls: bool = True,
                    margin: int = MARGIN, tools: Sequence[QWidget] = ()) -> None:
        """Add a content under a key; one that is there already stays. It scrolls unless it does so itself.

        Its tools stand in the head.
        """
        if key in self._contents:
            return
        self._tools[key] = tools
        for tool in tools:
            self._head.insertWidget(self._head.count() - 1, tool, 0, Qt.AlignmentFlag.AlignTop)
            tool.hide()
        page = content
        if scrolls:
            page = scrolling(holding(column(content, ..., margins=(margin, 4, margin, MARGIN))))
        self._contents[key] = (page, first_focus or page)
        self._stack.addWidget(page)
        walk_on_in(self._close, page)
        walk_in_order(self._close, *tools)

    def open_content(self, key: str, title: str, *, with_focus: bool) -> None:
        """Show a content under a title, and put the keyboard in it where asked for."""
        page, first_focus = self._contents[key]
        self._key = key
        self.set_title(title)
        self._stack.setCurrentWidget(page)
        for owner, tools in self._tools.items():
            for tool in tools:
                tool.setVisible(owner == key)
        self.show()
        if with_focus:
            first_focus.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)

    def close_now(self) -> None:
        key = self._key
        if key:
            self.put_away()
            self.closed.emit(key)

    def put_away(self) -> None:
        """Hide what belongs to a tab that is left; nobody closed it."""
        self._key = ""
        self.hide()

    def _apply(self) -> None:
        side = self.theme.sizes.small_icon
        self._close.setIcon(self.theme.icons.icon(Icon.CLOSE, tk.Ink.MUTED, side))
        self._close.setIconSize(QSize(side, side))

    def on_theme_changed(self) -> None:
        self._apply()
        super().on_theme_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_now()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(WIDTH), super().sizeHint().height())
