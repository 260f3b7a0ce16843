"""Driving a screen from outside, as a person or a screen reader would.

A `Driver` stands on one widget: a window, a screen, a dialog or a part of one. It finds what lies in it by the name a
screen reader says, types and clicks there, and reads what is shown. It knows no members of the widgets, so a screen
may be built anew without a word of its tests changing. What it cannot find it says with the names that are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QTextEdit,
    QWidget,
)

from app.views.lists.models import roles
from app.views.lists.models.columns import Cell
from app.views.widgets.search_field import SearchField

W = TypeVar("W", bound=QWidget)
W2 = TypeVar("W2", bound=QWidget)
V = TypeVar("V", bound=QAbstractItemView)

PLAIN = Qt.KeyboardModifier.NoModifier
_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QComboBox)


class NotThereError(AssertionError):
    """What was looked for is not shown, or there are several of it; the message lists what there is."""


# ---- names and walks ------------------------------------------------------------------------------------------------


def name_of(widget: QWidget) -> str:
    """What a screen reader calls a widget: its given name, its title, its own words, or its hint."""
    if widget.accessibleName():
        return widget.accessibleName()
    if widget.isWindow():
        return widget.windowTitle()
    if isinstance(widget, QAbstractButton):
        return widget.text().replace("&", "")
    if isinstance(widget, QLabel):
        return widget.text() if widget.buddy() is None else ""  # those words are the name of its field
    if isinstance(widget, QLineEdit):
        return widget.placeholderText()
    return ""


def shown_below(root: QWidget) -> Iterator[QWidget]:
    """What is shown within a widget, outer before inner; windows of their own are left out."""
    for child in root.children():
        if isinstance(child, QWidget) and not child.isWindow() and not child.isHidden():
            yield child
            yield from shown_below(child)


def settle() -> None:
    """Let everything happen that waits: painting, layout, and what is to be deleted."""
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _begins_with(name: str, words: str) -> bool:
    """Whether a name begins with these whole words: "Balance 66.00" does with "Balance"."""
    return name.startswith(words) and not name[len(words):len(words) + 1].isalnum()


def _only(found: Sequence[W], wanted: str, there: Callable[[], Sequence[str]]) -> W:
    if len(found) == 1:
        return found[0]
    what = "is not shown" if not found else f"is shown {len(found)} times"
    raise NotThereError(f"{wanted} {what}; there are: " + ", ".join(repr(name) for name in there()))


# ---- one widget and what lies in it ---------------------------------------------------------------------------------


class Driver(Generic[W]):
    """Hands and eyes on one widget. A name is the whole name, or its first words where no whole name fits."""

    def __init__(self, root: W) -> None:
        self.root = root

    # --- finding ---

    def every(self, kind: Any = QWidget) -> list[Any]:
        """All shown widgets of a kind, outer before inner."""
        return [widget for widget in shown_below(self.root) if isinstance(widget, kind)]

    def names(self, kind: Any = QWidget) -> list[str]:
        """The names of all shown widgets of a kind, those without one left out."""
        return [name for name in map(name_of, self.every(kind)) if name]

    def find(self, name: str, kind: Any = QWidget) -> Any:
        """The shown widget of a name. Of two that lie in each other the outer one is meant."""
        every = self.every(kind)
        found = [widget for widget in every if name_of(widget) == name]
        if not found:
            found = [widget for widget in every if _begins_with(name_of(widget), name)]
        outer = [widget for widget in found
                 if not any(other is not widget and other.isAncestorOf(widget) for other in found)]
        return _only(outer, repr(name), lambda: self.names(kind))

    def has(self, name: str, kind: Any = QWidget) -> bool:
        """Whether something of this name (the whole of it, or its first words) is shown."""
        return any(_begins_with(each, name) for each in self.names(kind))

    def one(self, kind: type[W2]) -> W2:
        """The only shown widget of a kind, for parts that are known by what they are: a panel, a diagram."""
        found: list[W2] = self.every(kind)
        return _only(found, f"the {kind.__name__}", lambda: [f"{kind.__name__} {name_of(one)}" for one in found])

    def part(self, name: str) -> Driver[QWidget]:
        """An area of its own: a panel, a card, a strip."""
        return Driver(self.find(name))

    def within(self, kind: type[W2]) -> Driver[W2]:
        """The only shown part of a kind, to look and work in."""
        return Driver(self.one(kind))

    def button(self, name: str) -> QAbstractButton:
        return self.find(name, QAbstractButton)

    def field(self, name: str = "") -> Any:
        """A field to type or choose in; without a name the only one."""
        if name:
            return self.find(name, _FIELDS)
        own = [field for field in self.every(_FIELDS) if not isinstance(field.parentWidget(), QComboBox)]
        return _only(own, "the field", lambda: self.names(_FIELDS))

    def table(self, name: str = "") -> TableDriver:
        return TableDriver(self._view(name, QTableView))

    def items(self, name: str = "") -> QAbstractItemView:
        """A list, tree or table as Qt knows it."""
        return self._view(name, QAbstractItemView)

    def lines(self, name: str = "") -> list[str]:
        """What a list shows, row by row."""
        view = self._view(name, QAbstractItemView)
        model = view.model()
        return [str(model.index(row, 0).data() or "") for row in range(model.rowCount())]

    def tabs(self, name: str = "") -> TabsDriver:
        return TabsDriver(self.find(name, QTabBar) if name else _only(
            self.every(QTabBar), "the tab bar", lambda: self.names(QTabBar)))

    def dialogs(self) -> list[QDialog]:
        """The dialogs that are open over it, the oldest first."""
        settle()
        return [dialog for dialog in self.root.findChildren(QDialog) if dialog.isVisible()]

    def dialog(self, title: str = "") -> Driver[Any]:
        """The dialog of a title, or the only one that is open."""
        found = [dialog for dialog in self.dialogs() if not title or dialog.windowTitle() == title]
        return Driver(_only(found, f"the dialog {title!r}".replace(" ''", ""),
                            lambda: [dialog.windowTitle() for dialog in self.dialogs()]))

    # --- reading ---

    def value(self, name: str = "") -> str:
        """What stands in a field, or which choice is shown."""
        field = self.field(name)
        if isinstance(field, QComboBox):
            return field.currentText()
        return field.text() if isinstance(field, QLineEdit) else field.toPlainText()

    def words(self) -> list[str]:
        """The names of everything shown in it, from the top down and from left to right within a line."""
        named = [widget for widget in self.every() if name_of(widget)]
        corner = {widget: widget.mapTo(self.root, QPoint(0, 0)) for widget in named}
        return [name_of(widget) for widget in sorted(named, key=lambda each: (corner[each].y(), corner[each].x()))]

    def says(self, text: str) -> bool:
        """Whether a text stands anywhere in it, in a name or in what describes a name."""
        return any(text in name_of(widget) or text in widget.accessibleDescription()
                   for widget in [self.root, *self.every()])

    def description(self, name: str = "") -> str:
        """What a screen reader adds to a name."""
        return str((self.find(name) if name else self.root).accessibleDescription())

    @property
    def refused(self) -> list[str]:
        """The names of the fields that are marked as refused."""
        return [name_of(field) for field in self.every(_FIELDS) if field.property("refused")]

    def has_keyboard(self, name: str = "") -> bool:
        """Whether the keyboard is in it, or in the part of this name."""
        place, focus = self.find(name) if name else self.root, QApplication.focusWidget()
        return focus is not None and (place is focus or place.isAncestorOf(focus))

    # --- hands ---

    def press(self, *keys: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> None:
        """Press keys on whatever in it has the keyboard."""
        for key in keys:
            QTest.keyClick(self.root.focusWidget() or self.root, key, held)
            QApplication.processEvents()

    def type(self, text: str) -> None:
        """Type into whatever in it has the keyboard."""
        QTest.keyClicks(self.root.focusWidget() or self.root, text)
        QApplication.processEvents()

    def click(self, name: str) -> None:
        """Press a button; one that cannot be pressed fails the test."""
        self.click_on(self.button(name))

    def click_on(self, button: QAbstractButton) -> None:
        if not button.isEnabled():
            raise NotThereError(f"{name_of(button)!r} cannot be pressed: {button.toolTip()}")
        button.click()
        QApplication.processEvents()

    def fill(self, name: str, text: str) -> None:
        """Replace what stands in a field by typing."""
        field = self.field(name)
        field.setFocus()
        if isinstance(field, QLineEdit | QPlainTextEdit | QTextEdit):
            field.selectAll()
            if not text:
                QTest.keyClick(field, Qt.Key.Key_Delete)
        QTest.keyClicks(field, text)
        QApplication.processEvents()

    def search(self, name: str, text: str) -> None:
        """Type into a field that searches, and let typing pause."""
        self.fill(name, text)
        field = self.find(name, SearchField)
        if field.is_pausing:
            field.set_text_now(field.text())
        QApplication.processEvents()

    def choose(self, name: str, text: str) -> None:
        """Choose in a box by its words."""
        box = self.find(name, QComboBox)
        place = box.findText(text)
        if place < 0:
            raise NotThereError(f"{name!r} does not offer {text!r}; it offers: " + ", ".join(
                repr(box.itemText(each)) for each in range(box.count())))
        box.setCurrentIndex(place)
        box.activated.emit(place)
        QApplication.processEvents()

    # --- inside ---

    def _view(self, name: str, kind: type[V]) -> V:
        found: V = self.find(name, kind) if name else _only(
            [view for view in self.every(kind) if not isinstance(view, QHeaderView)], f"the {kind.__name__}",
            lambda: self.names(kind))
        return found


# ---- tables and tabs ------------------------------------------------------------------------------------------------


class TableDriver(Driver[QTableView]):
    """A table read by the titles of its columns, as they stand on screen; keys of columns do as well."""

    @property
    def model(self) -> Any:
        return self.root.model()

    @property
    def titles(self) -> list[str]:
        """The titles of the columns that are shown, in their order."""
        head = self.root.horizontalHeader()
        shown = [head.logicalIndex(place) for place in range(head.count())]
        return [self._title(column) for column in shown if not head.isSectionHidden(column)]

    @property
    def count(self) -> int:
        return int(self.model.rowCount())

    def column(self, title: str) -> list[str]:
        """All texts of a column."""
        number = self._number(title)
        return [self._text(row, number) for row in range(self.count)]

    def row(self, row: int) -> list[str]:
        """All texts of a row, in the order of `titles`."""
        return [self.text(row, title) for title in self.titles]

    def text(self, row: int, title: str) -> str:
        return self._text(row, self._number(title))

    def cell(self, row: int, title: str) -> Cell:
        """All that is painted in a cell: text, tone, switch, mark."""
        found = self.model.index(row, self._number(title)).data(roles.CELL)
        if not isinstance(found, Cell):
            raise NotThereError(f"row {row} has no cell {title!r}; there are {self.count} rows")
        return found

    def where(self, title: str, text: str) -> int:
        """The number of the row that shows a text."""
        shown = self.column(title)
        if shown.count(text) != 1:
            raise NotThereError(f"{text!r} is shown {shown.count(text)} times in {title!r}; there are: {shown}")
        return shown.index(text)

    def spoken(self, row: int, title: str) -> str:
        """A cell as a screen reader says it."""
        return str(self.model.index(row, self._number(title)).data(roles.ACCESSIBLE_TEXT))

    def tooltip(self, row: int, title: str) -> str:
        return str(self.model.index(row, self._number(title)).data(roles.TOOLTIP) or "")

    @property
    def current(self) -> int:
        """The row of the keyboard; -1 where there is none."""
        return self.root.currentIndex().row()

    @property
    def selected(self) -> list[int]:
        return sorted({index.row() for index in self.root.selectionModel().selectedRows()})

    def go_to(self, row: int) -> None:
        """Put the keyboard on a row."""
        self.root.setFocus()
        self.root.selectRow(row)
        QApplication.processEvents()

    def click_at(self, row: int, title: str, inside: QPoint | None = None) -> None:
        """Click into a cell, in its middle or so far from its corner."""
        index = self.model.index(row, self._number(title))
        self.root.scrollTo(index)
        rect = self.root.visualRect(index)
        spot = rect.center() if inside is None else rect.topLeft() + inside
        QTest.mouseClick(self.root.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        QApplication.processEvents()

    def click_head(self, title: str) -> None:
        """Click a heading, which sorts."""
        head, number = self.root.horizontalHeader(), self._number(title)
        spot = QPoint(head.sectionViewportPosition(number) + head.sectionSize(number) // 2, head.height() // 2)
        QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        QApplication.processEvents()

    def _text(self, row: int, number: int) -> str:
        return str(self.model.index(row, number).data() or "")

    def _title(self, column: int) -> str:
        return str(self.model.headerData(column, Qt.Orientation.Horizontal) or "")

    def _number(self, title: str) -> int:
        titles = [self._title(column) for column in range(self.model.columnCount())]
        keys = [column.key for column in getattr(self.model, "columns", ())]
        for names in (titles, keys):
            if names.count(title) == 1:
                return names.index(title)
        raise NotThereError(f"no column {title!r}; there are: {titles}, by key {keys}")


class TabsDriver(Driver[QTabBar]):
    """The tabs of a window or of a page."""

    @property
    def titles(self) -> list[str]:
        return [self.root.tabText(place) for place in range(self.root.count()) if self.root.isTabVisible(place)]

    @property
    def current(self) -> str:
        return self.root.tabText(self.root.currentIndex())

    def spoken(self, title: str) -> str:
        """A tab as a screen reader says it, with its count."""
        place = self._place(title)
        return self.root.accessibleTabName(place) or self.root.tabText(place)

    def click_on_tab(self, title: str) -> None:
        """Bring a tab to the front with a click."""
        QTest.mouseClick(self.root, Qt.MouseButton.LeftButton, pos=self.root.tabRect(self._place(title)).center())
        QApplication.processEvents()

    def _place(self, title: str) -> int:
        for place in range(self.root.count()):
            if self.root.tabText(place) == title and self.root.isTabVisible(place):
                return place
        raise NotThereError(f"no tab {title!r}; there are: {self.titles}")
