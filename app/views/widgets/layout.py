"""Columns and rows of widgets, written as they look: `column(header, row(label, field, ...), grows(table), on=self)`.

Parts stand in the order they are named. A part is a widget, a column or row within, a number of pixels left free, or
`...`, which takes the room that is left. None is no part at all, for what stands there only sometimes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import EllipsisType
from typing import Final, TypeAlias, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

Item: TypeAlias = QWidget | QLayout
L = TypeVar("L", bound=QBoxLayout)
Margins: TypeAlias = int | tuple[int, int] | tuple[int, int, int, int]
"""The same on all sides; left and right, then top and bottom; or left, top, right and bottom."""

_ANYWHERE: Final = Qt.AlignmentFlag(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A part with its share of the room that is left, or with its place in the room that it is given."""

    item: Item
    share: int = 0
    align: Qt.AlignmentFlag = _ANYWHERE


@dataclass(frozen=True, slots=True)
class Free:
    """Room that is left free, shared with parts that grow; `...` is one share of it."""

    share: int


Part: TypeAlias = Item | Placed | Free | int | EllipsisType | None


def grows(item: Item, share: int = 1) -> Placed:
    """Let a part take the room that is left, shared with others that grow."""
    return Placed(item=item, share=share)


def at_top(item: Item, share: int = 0) -> Placed:
    """Keep a part at the top of a row that is higher."""
    return Placed(item=item, share=share, align=Qt.AlignmentFlag.AlignTop)


def at_right(item: Item, share: int = 0) -> Placed:
    """Keep a part at the right of a column that is wider."""
    return Placed(item=item, share=share, align=Qt.AlignmentFlag.AlignRight)


def column(*parts: Part, on: QWidget | None = None, margins: Margins = 0, spacing: int = 0) -> QVBoxLayout:
    """Put parts below each other, on a widget that has no layout yet or as a part of another layout."""
    return _fill(QVBoxLayout(), parts, on, margins, spacing)


def row(*parts: Part, on: QWidget | None = None, margins: Margins = 0, spacing: int = 8) -> QHBoxLayout:
    """Put parts beside each other, on a widget that has no layout yet or as a part of another layout."""
    return _fill(QHBoxLayout(), parts, on, margins, spacing)


def grid(*lines: Sequence[Item | Placed | None], on: QWidget | None = None, margins: Margins = 0, across: int = 12,
         down: int = 8, shares: Mapping[int, int] | None = None) -> QGridLayout:
    """Put lines of parts below each other, their cells in columns; None leaves a cell empty.

    `across` and `down` are the px between columns and between lines, `shares` the columns that take the room left.
    """
    layout = QGridLayout()
    layout.setContentsMargins(*_four(margins))
    layout.setHorizontalSpacing(across)
    layout.setVerticalSpacing(down)
    for place, share in (shares or {}).items():
        layout.setColumnStretch(place, share)
    if on is not None:
        on.setLayout(layout)
    for line in lines:
        add_line(layout, *line)
    return layout


def add_line(layout: QGridLayout, *parts: Item | Placed | None) -> None:
    """Add a line of cells below those that a grid has."""
    line = layout.rowCount() if layout.count() else 0
    for place, part in enumerate(parts):
        if part is None:
            continue
        placed = part if isinstance(part, Placed) else Placed(item=part)
        if isinstance(placed.item, QLayout):
            layout.addLayout(placed.item, line, place, placed.align)
        else:
            layout.addWidget(placed.item, line, place, placed.align)


def emptied(layout: QLayout) -> None:
    """Take everything out of a layout that is filled anew; the widgets are gone from sight at once."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def scrolling(body: QWidget, *, name: str = "", takes_focus: bool = True, sideways: bool = False) -> QScrollArea:
    """Let a body that is higher than its place scroll, on the ground of whatever holds it.

    Where it `takes_focus`, it is walked to by its `name` and scrolled with the keyboard; a body whose own fields bring
    themselves into sight needs neither. `sideways` scrolls what is too wide as well.
    """
    area = QScrollArea()
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setAccessibleName(name)
    if not takes_focus:
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if not sideways:
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(body)
    for clear in (body, area.viewport()):  # a scroll area fills what it is given with the ground of the window
        clear.setAutoFillBackground(False)
    return area


def least_height_of(body: QWidget) -> Callable[[int], int]:
    """What asks the layout of a body for the height it needs at a width, with its words wrapped there; both in px."""
    def least_height(width: int) -> int:
        layout = body.layout()
        if layout is None:
            return 0
        layout.activate()  # parts of parts that came or went are not counted before
        return layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.minimumSize().height()

    return least_height


def split(*parts: QWidget, shares: Sequence[int], sizes: Sequence[int] = (), below: bool = False, handle: int = 0,
          name: str = "") -> QSplitter:
    """Put parts beside each other, or `below` each other, with a border that can be pulled; none folds away.

    `shares` say how the room is divided, `sizes` in px how it is at first; `handle` is the width of the border in px
    where the style does not say it.
    """
    splitter = QSplitter(Qt.Orientation.Vertical if below else Qt.Orientation.Horizontal)
    splitter.setChildrenCollapsible(False)
    splitter.setAccessibleName(name)
    for part in parts:
        splitter.addWidget(part)
    for place, share in enumerate(shares):
        splitter.setStretchFactor(place, share)
    if sizes:
        splitter.setSizes(list(sizes))
    if handle:
        splitter.setHandleWidth(handle)
    return splitter


def holding(layout: QLayout) -> QWidget:
    """A plain widget with this layout, where a widget is asked for: a page of a stack, a thing to hide as a whole."""
    holder = QWidget()
    holder.setLayout(layout)
    return holder


def stacked(*pages: QWidget) -> QStackedWidget:
    """Put pages at the same place, where one shows at a time: the first to begin with."""
    stack = QStackedWidget()
    for page in pages:
        stack.addWidget(page)
    return stack


def walk_in_order(*widgets: QWidget) -> None:
    """Have the tabulator walk these widgets in this order."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def walk_on_in(before: QWidget, content: QWidget) -> None:
    """Have the tabulator go from a widget into a content that was made later than what follows it."""
    within: list[QWidget] = []
    widget = content.nextInFocusChain()
    while widget is not None and widget is not content:
        if content.isAncestorOf(widget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            within.append(widget)
        widget = widget.nextInFocusChain()
    walk_in_order(before, *within)


def _fill(layout: L, parts: tuple[Part, ...], on: QWidget | None, margins: Margins, spacing: int) -> L:
    layout.setContentsMargins(*_four(margins))
    layout.setSpacing(spacing)
    if on is not None:  # first, so that each part that comes has the widget laid out anew
        on.setLayout(layout)
    for part in parts:
        _add(layout, part)
    return layout


def _add(layout: QBoxLayout, part: Part) -> None:
    if part is None:
        return
    if part is ... or isinstance(part, Free):
        layout.addStretch(1 if part is ... else part.share)
        return
    if isinstance(part, int):
        layout.addSpacing(part)
        return
    placed = part if isinstance(part, Placed) else Placed(item=part)
    if isinstance(placed.item, QLayout):
        layout.addLayout(placed.item, placed.share)
        if placed.align:
            layout.setAlignment(placed.item, placed.align)
    else:
        layout.addWidget(placed.item, placed.share, placed.align)


def _four(margins: Margins) -> tuple[int, int, int, int]:
    if isinstance(margins, int):
        return margins, margins, margins, margins
    if len(margins) == 2:
        across, down = margins
        return across, down, across, down
    return margins
