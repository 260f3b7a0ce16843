"""Columns and rows put widgets where Qt's own calls would, and keep them alive without another owner."""

from __future__ import annotations

import gc

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QSplitter, QVBoxLayout, QWidget

from app.views.widgets.layout import (
    Free,
    add_line,
    at_right,
    at_top,
    column,
    emptied,
    grid,
    grows,
    holding,
    row,
    scrolling,
    split,
    stacked,
    walk_in_order,
)


def test_a_column_of_rows_stands_as_it_is_written(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    column(row(QPushButton("a"), ..., QPushButton("b"), spacing=6), 12, grows(QPushButton("c"), 3), None, on=page,
           margins=(1, 2, 3, 4), spacing=5)
    layout = page.layout()
    assert isinstance(layout, QVBoxLayout)
    assert (layout.contentsMargins().left(), layout.contentsMargins().bottom(), layout.spacing()) == (1, 4, 5)
    assert layout.count() == 3
    first = layout.itemAt(0).layout()
    assert isinstance(first, QHBoxLayout)
    assert (first.count(), first.spacing(), first.stretch(1)) == (3, 6, 1)
    assert layout.itemAt(1).spacerItem().sizeHint().height() == 12
    assert layout.stretch(2) == 3


def test_parts_live_as_long_as_the_page(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    column(row(QPushButton("kept"), holding(column(QPushButton("within")))), on=page)
    gc.collect()
    assert sorted(button.text() for button in page.findChildren(QPushButton)) == ["kept", "within"]


def test_a_part_can_keep_to_one_side(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    button, inner = QPushButton("x"), row(QPushButton("y"))
    column(at_right(button), at_top(inner, 1), Free(4), on=page, margins=(7, 8))
    assert page.layout().itemAt(0).alignment() == Qt.AlignmentFlag.AlignRight
    assert page.layout().itemAt(1).alignment() == Qt.AlignmentFlag.AlignTop
    assert page.layout().stretch(2) == 4
    assert page.layout().itemAt(2).spacerItem() is not None, "free room is no widget, and keeps no distance"
    assert page.layout().contentsMargins().right() == 7


def test_the_tabulator_walks_in_the_order_named(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    first, second, third = (QPushButton(word) for word in "abc")
    column(first, second, third, on=page)
    walk_in_order(third, first, second)
    with qtbot.waitExposed(page):
        page.show()
    third.setFocus()
    qtbot.waitUntil(third.hasFocus)
    walked = []
    for _ in range(2):
        qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        walked.append(page.focusWidget().text())
    assert walked == ["a", "b"]


def test_a_split_shares_what_room_there_is(qtbot):
    left, right = QWidget(), QWidget()
    splitter = split(left, right, shares=(3, 1), sizes=(300, 100), name="Parts")
    qtbot.addWidget(splitter)
    assert isinstance(splitter, QSplitter)
    assert splitter.orientation() is Qt.Orientation.Horizontal
    assert not splitter.childrenCollapsible()
    assert (left.sizePolicy().horizontalStretch(), right.sizePolicy().horizontalStretch()) == (3, 1)


def test_a_grid_has_lines_of_cells(qtbot) -> None:
    holder, name, field, note = QWidget(), QLabel("Name"), QLineEdit(), QLabel("as it is written")
    qtbot.addWidget(holder)
    lines = grid([name, field], on=holder, margins=(2, 3), across=16, down=5, shares={1: 2})
    add_line(lines, None, at_top(note))
    places = {widget: lines.getItemPosition(lines.indexOf(widget)) for widget in (name, field, note)}
    assert places == {name: (0, 0, 1, 1), field: (0, 1, 1, 1), note: (1, 1, 1, 1)}
    assert (lines.horizontalSpacing(), lines.verticalSpacing(), lines.columnStretch(1)) == (16, 5, 2)
    emptied(lines)
    assert lines.count() == 0
    assert note.isHidden()


def test_a_body_that_scrolls_lies_on_the_ground_of_its_holder(qtbot) -> None:
    body = QLabel("words")
    area = scrolling(body, name="Keys", takes_focus=False)
    qtbot.addWidget(area)
    assert area.accessibleName() == "Keys"
    assert area.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    assert not body.autoFillBackground()


def test_pages_of_a_stack_stand_at_one_place(qtbot) -> None:
    first, second = QLabel("1"), QLabel("2")
    stack = stacked(first, second)
    qtbot.addWidget(stack)
    assert [stack.widget(place) for place in range(stack.count())] == [first, second]
    assert stack.currentWidget() is first


def test_what_comes_later_has_its_holder_laid_out_anew(qtbot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    lines = column(on=holder)
    holder.show()
    qtbot.wait_exposed(holder)
    label = QLabel("later")
    lines.addWidget(label)
    qtbot.wait_until(lambda: label.isVisible() and label.height() > 0)
