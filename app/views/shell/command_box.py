"""The command box (Ctrl+K): type a few letters, Enter goes there or does it.

Commands are ranked at once, records are asked for when typing pauses; only the newest question is answered. Enter
pressed before the answer is there waits for it, so that what happens never depends on how fast somebody types.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.views.desk.actions import ActionRegistry
from app.views.desk.command_rows import CommandRow, RecordSource, Scope, arranged, command_rows, positions, read_scope
from app.views.lists.models import roles
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column
from app.views.widgets.search_field import SearchField

_WIDTH: Final = 640
_GROUP_WIDTH: Final = 92
_HINT: Final = "An account, an invoice, or what to do"
_LEGEND: Final = "> commands   # invoices   @ accounts      Enter opens, Shift+Enter in a new tab, Esc leaves"
_OWN: Final = frozenset({"go.command"})
Index = QModelIndex | QPersistentModelIndex


class CommandBox(QFrame):
    """One for a window, hidden until it is asked for."""

    def __init__(self, theme: Theme, registry: ActionRegistry, runner: Runner, records: RecordSource,
                 window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._registry = registry
        self._records = records
        self._found: list[CommandRow] = []
        self._came_from: QWidget | None = None
        self._waits: bool | None = None
        """Enter was pressed too early; says whether in a new tab."""
        self._has_moved = False
        self.setObjectName("command_box")
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.Box)
        self._field = SearchField(theme, _HINT, self)
        self._field.setAccessibleName("Command box")
        self._model = _RowsModel(self)
        self._list = QListView(self)
        self._list.setModel(self._model)
        self._list.setItemDelegate(_RowDelegate(theme, self))
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName("What was found")
        self._list.clicked.connect(lambda index: self._run(self._model.rows[index.row()], aside=False))
        self._nothing = Label(theme, "", self, ink=tk.Ink.MUTED)
        self._legend = Label(theme, _LEGEND, self, size=tk.LABEL, ink=tk.Ink.MUTED)
        column(self._field, self._nothing, self._list, self._legend, on=self, margins=(12, 12, 12, 8), spacing=8)
        self._asking = Question(runner, self, answered=self._on_found, failed=self._on_failed)
        self._field.textChanged.connect(self._on_text)
        self._field.settled.connect(self._on_settled)
        self._field.installEventFilter(self)
        window.installEventFilter(self)
        theme.changed.connect(self._place)
        self.hide()

    # --- opening and leaving ---

    def open(self) -> None:
        """Show the box under the toolbar with the keyboard in it; asked again, it goes."""
        if self.isVisible():
            self.leave()
            return
        self._came_from = QApplication.focusWidget()
        self._field.set_text_now("")
        self._on_text("")
        self._place()
        self.show()
        self.raise_()
        self._field.setFocus()

    def ask(self, text: str) -> None:
        """Open with a text, as if it had been typed."""
        if not self.isVisible():
            self.open()
        self._field.set_text_now(text)

    def leave(self) -> None:
        """Hide, and put the keyboard back where it was."""
        self._asking.drop()
        self._waits = None
        before, self._came_from = self._came_from, None
        self.hide()
        if before is not None:
            before.setFocus()

    def rows(self) -> Sequence[CommandRow]:
        """The lines as they are shown."""
        return self._model.rows

    # --- asking ---

    def _on_text(self, text: str) -> None:
        """Commands are there at once; records of the text before are gone."""
        self._found = []
        self._waits = None
        self._has_moved = False
        self._asking.drop()
        self._show(text)

    def _on_settled(self, text: str) -> None:
        scope, words = read_scope(text)
        if words and scope is not Scope.COMMANDS and self.isVisible():
            self._asking.ask(self._records.question(scope, words))
        else:
            self._enter_if_waiting()

    def _on_found(self, found: object) -> None:
        self._found = self._records.rows(found)
        self._show(self._field.text())
        self._enter_if_waiting()

    def _on_failed(self, error: BaseException) -> None:
        self._waits = None
        self._nothing.setText(f"Records could not be read: {error}")
        self._nothing.show()

    def _show(self, text: str) -> None:
        scope, words = read_scope(text)
        commands = command_rows(self._registry, words, leave_out=_OWN) if scope in {Scope.ALL, Scope.COMMANDS} else []
        before = self._current()
        self._model.show(arranged([*commands, *self._found]))
        places = positions(self._model.rows)
        kept = places.get(before.key, 0) if before is not None and self._has_moved else 0
        self._go_to(kept)
        self._nothing.setText("Nothing is called that." if words else "Type a code, a name or a number.")
        self._nothing.setVisible(not self._model.rows and not self._is_searching(scope, words))
        self._place()

    def _is_searching(self, scope: Scope, words: str) -> bool:
        return bool(words) and scope is not Scope.COMMANDS and (self._asking.is_busy or self._field.is_pausing)

    # --- choosing ---

    def _current(self) -> CommandRow | None:
        place = self._list.currentIndex().row()
        return self._model.rows[place] if 0 <= place < len(self._model.rows) else None

    def _go_to(self, place: int) -> None:
        self._list.setCurrentIndex(self._model.index(place))
        row = self._current()
        self._field.setAccessibleDescription(row.spoken if row is not None else "")

    def _step(self, step: int) -> None:
        count = len(self._model.rows)
        if count:
            self._has_moved = True
            self._go_to((self._list.currentIndex().row() + step) % count)

    def _on_enter(self, *, aside: bool) -> None:
        if not self._has_moved and self._is_searching(*read_scope(self._field.text())):
            self._waits = aside
            return
        row = self._current()
        if row is not None:
            self._run(row, aside=aside)

    def _enter_if_waiting(self) -> None:
        aside, self._waits = self._waits, None
        row = self._current()
        if aside is not None and row is not None:
            self._run(row, aside=aside)

    def _run(self, row: CommandRow, *, aside: bool) -> None:
        """Leave first: what is done is done where the keyboard was."""
        if row.run is None or row.refusal:
            return
        self.leave()
        row.run(aside)

    # --- place and keys ---

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None:
            return
        sizes = self._theme.sizes
        self._list.setFixedHeight(max(1, len(self._model.rows)) * sizes.row + 2)
        self._list.setVisible(bool(self._model.rows))
        width = min(sizes.px(_WIDTH), window.width() - 24)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((window.width() - width) // 2, sizes.px(27 + 46) + 3)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self.parentWidget() and kind == QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is self._field and kind == QEvent.Type.FocusOut and self.isVisible():
            self._came_from = None
            self.leave()
        if watched is self._field and kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take_key(event)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        moves: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Down: lambda: self._step(1), Qt.Key.Key_Up: lambda: self._step(-1),
            Qt.Key.Key_Escape: self.leave, Qt.Key.Key_Tab: lambda: self._step(1),
        }
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._on_enter(aside=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            return True
        if event.key() in moves:
            moves[event.key()]()
            return True
        return False


class _RowsModel(QAbstractListModel):
    """The lines."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[CommandRow] = []

    def show(self, rows: list[CommandRow]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = roles.DISPLAY) -> Any:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        match role:
            case roles.DISPLAY:
                return row.text
            case roles.ROW:
                return row
            case roles.ACCESSIBLE_TEXT:
                return row.spoken
            case roles.TOOLTIP:
                return row.refusal or row.detail or None
        return None

    def is_first_of_group(self, place: int) -> bool:
        return place == 0 or self.rows[place - 1].group is not self.rows[place].group


class _RowDelegate(QStyledItemDelegate):
    """Group, icon, text, detail; at the right the key, or why it is off."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002  Qt's signature
        return QSize(100, self._theme.sizes.row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, rect, theme = index.data(roles.ROW), QRect(option.rect), self._theme
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        ink = tk.Ink.FAINT if row.refusal else "on_selection" if is_selected else tk.Ink.TEXT
        second = tk.Ink.FAINT if row.refusal else "on_selection" if is_selected else tk.Ink.MUTED
        painter.save()
        if is_selected:
            painter.fillRect(rect, theme.tokens.selection)
        model = index.model()
        if isinstance(model, _RowsModel) and model.is_first_of_group(index.row()):
            self._words(painter, rect.adjusted(8, 0, 0, 0), row.group.value, second, size=tk.LABEL)
        body = rect.adjusted(theme.sizes.px(_GROUP_WIDTH), 0, -8, 0)
        side = theme.sizes.icon
        if row.icon is not None:
            painting.draw_icon(painter, theme, QRect(body.x(), body.y(), side, body.height()), row.icon, role=second,
                               size=side)
        body.adjust(side + 8, 0, 0, 0)
        last = row.refusal or row.shortcut
        if last:
            width = min(theme.metrics(tk.LABEL).horizontalAdvance(last), body.width() // 2)
            self._words(painter, QRect(body.right() - width, body.y(), width + 1, body.height()), last, second,
                        size=tk.LABEL)
            body.adjust(0, 0, -width - 12, 0)
        width = min(theme.metrics().horizontalAdvance(row.text), body.width())
        self._words(painter, QRect(body.x(), body.y(), width, body.height()), row.text, ink)
        self._words(painter, body.adjusted(width + 12, 0, 0, 0), row.detail, second, size=tk.LABEL)
        painter.restore()

    def _words(self, painter: QPainter, rect: QRect, text: str, role: str, *, size: int = tk.BODY) -> None:
        if text and rect.width() > 16:
            painter.setPen(self._theme.color(role))
            painting.draw_text(painter, rect, text, self._theme.font(size), self._theme.metrics(size))
