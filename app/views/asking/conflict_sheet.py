"""What a form shows when somebody else saved first: who and when, and per field what was there, theirs and yours.

A sheet in the form itself, so that nothing else that was typed is lost and no dialog opens over a dialog. *Keep mine*
and *Take theirs* settle all fields at once; *Compare* opens the rows, where Left and Right choose for one field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.services.saving import Conflict, SavedMeanwhile
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import AskingPanel, Button, Label
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import at_top, column, emptied, grows, row, scrolling, walk_in_order
from app.views.widgets.painted import PaintedWidget

_HEADS: Final = ("Field", "Before", "Theirs", "Yours")
_SHARES: Final = (24, 22, 27, 27)
_NOT_SET: Final = "Not set"
_GAP: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How somebody went on who was told that others had saved first."""

    mine: frozenset[str]
    """The fields whose own value is kept."""
    theirs: Mapping[str, Any]
    """What is stored now of every field in question: it has been seen by now."""
    saves: bool = True
    """Whether the verb says that it is saved, with what else was typed; *Take theirs* only shows theirs."""

    @property
    def taken(self) -> dict[str, Any]:
        """The values of others that are taken over, by field."""
        return {field: value for field, value in self.theirs.items() if field not in self.mine}


Settle = Callable[[Settlement], object]


class ConflictSheet(AskingPanel):
    """Hidden until there is something to settle."""

    opened = Signal()  # it wants room: it came up, or its rows did
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, margin: int = tk.PAGE_MARGIN) -> None:
        super().__init__(theme, parent, fill="warn_soft", line=Qt.Edge.TopEdge)
        self.setAccessibleName("Somebody else saved first")
        self._settle: Settle = lambda _settlement: None
        self._rows: list[ConflictRow] = []
        self._theirs: Mapping[str, Any] = {}
        self._words = Label(theme, wraps=True, ink="on_warn")
        lines = QWidget()
        self._lines_below = QVBoxLayout(lines)
        self._lines_below.setContentsMargins(0, 0, 0, 0)
        self._lines_below.setSpacing(2)
        self._lines = scrolling(lines, takes_focus=False)
        self._lines.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._compare = Button(theme, "Compa&re", run=self._on_compare)
        self._take = Button(theme, "Take the&irs", run=lambda: self._settle_all(are_mine=False))
        self._keep = Button(theme, "&Keep mine", run=lambda: self._settle_all(are_mine=True))
        self._chosen = Button(theme, "Save as ch&osen", kind="main", run=self._on_chosen)
        for button in (self._compare, self._take, self._keep, self._chosen):
            button.setAutoDefault(False)
        column(
            row(at_top(IconSign(theme, Icon.WARNING, "on_warn", size=16)), grows(self._words)), self._lines,
            row(self._compare, ..., self._take, self._keep, self._chosen), on=self, margins=(margin, 10), spacing=8)
        self.hide()

    @property
    def words(self) -> str:
        """Who changed what, and when."""
        return self._words.text()

    @property
    def rows(self) -> list[ConflictRow]:
        """One for each field in question."""
        return self._rows

    def offer(self, error: SavedMeanwhile, settle: Settle) -> None:
        """Show what collided, and call `settle` once somebody has chosen; Enter does nothing that is for good yet."""
        self._settle, self._theirs = settle, error.theirs
        self._words.setText(f"{error} Nothing was saved; what you typed is kept.")
        self.setAccessibleDescription(self._words.text())
        emptied(self._lines_below)
        self._rows = [ConflictRow(self.theme, conflict, self._lines) for conflict in error.conflicts]
        heads = _Heads(self.theme, self._lines)
        for part in (heads, *self._rows):
            self._lines_below.addWidget(part)
        self._lines.setMinimumHeight(heads.sizeHint().height() + self._rows[0].sizeHint().height() + 4)
        for line in self._rows:
            line.moved.connect(self._on_moved)
        walk_in_order(self._compare, *self._rows, self._take, self._keep, self._chosen)
        self._show_lines(are_shown=False)
        self.show()
        self.opened.emit()
        self._compare.setFocus()

    def close_sheet(self) -> None:
        """Nothing is left to settle."""
        self._settle = lambda _settlement: None
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    # --- inside ---

    def _on_compare(self) -> None:
        self._show_lines(are_shown=True)
        self.opened.emit()
        self._rows[0].setFocus()

    def _show_lines(self, *, are_shown: bool) -> None:
        self._lines.setVisible(are_shown)
        self._chosen.setVisible(are_shown)
        self._compare.setVisible(not are_shown)

    def _settle_all(self, *, are_mine: bool) -> None:
        self._end(frozenset(self._theirs) if are_mine else frozenset(), saves=are_mine)

    def _on_chosen(self) -> None:
        self._end(frozenset(line.conflict.field for line in self._rows if line.is_mine), saves=True)

    def _end(self, mine: frozenset[str], *, saves: bool) -> None:
        settle = self._settle
        self.close_sheet()
        settle(Settlement(mine=mine, theirs=self._theirs, saves=saves))

    def _on_moved(self, step: int) -> None:
        place = next(place for place, line in enumerate(self._rows) if line is self.sender()) + step
        if 0 <= place < len(self._rows):
            self._rows[place].setFocus()
            self._lines.ensureWidgetVisible(self._rows[place])


def _cells(width: int, height: int) -> list[QRect]:
    """The places of name, before, theirs and yours, from left to right."""
    whole, cells, left = max(width, 4) - 3 * _GAP, [], 0
    for share in _SHARES:
        part = whole * share // sum(_SHARES)
        cells.append(QRect(left, 0, part, height))
        left += part + _GAP
    return cells


class _Heads(PaintedWidget):
    """What stands in which place of the rows below."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(320), self.theme.metrics(tk.LABEL).height() + 4)

    def paint(self, painter: QPainter) -> None:
        painter.setPen(self.theme.color("on_warn"))
        for head, cell in zip(_HEADS, _cells(self.width(), self.height()), strict=True):
            painting.draw_text(painter, cell.adjusted(_GAP, 0, 0, 0), head, self.theme.font(tk.LABEL, 600),
                               self.theme.metrics(tk.LABEL, 600))


class ConflictRow(PaintedWidget):
    """One field: Left keeps theirs, Right keeps yours, Up and Down go to the rows beside it."""

    moved = Signal(int)  # -1 upwards, 1 downwards

    def __init__(self, theme: Theme, conflict: Conflict, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.conflict = conflict
        self._is_mine = True
        self._texts = (conflict.label[:1].upper() + conflict.label[1:], *(
            text or _NOT_SET for text in (conflict.before_text, conflict.theirs_text, conflict.yours_text)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._say()

    @property
    def is_mine(self) -> bool:
        return self._is_mine

    def choose(self, *, is_mine: bool) -> None:
        """Keep one's own value, or theirs."""
        self._is_mine = is_mine
        self._say()
        self.update()

    def _say(self) -> None:
        label, before, theirs, yours = self._texts
        kept = "Yours is kept." if self._is_mine else "Theirs is kept."
        self.setAccessibleName(f"{label}: before {before}, theirs {theirs}, yours {yours}. {kept}")
        self.setToolTip(f"{label}\nBefore: {before}\nTheirs: {theirs}\nYours: {yours}")

    def sizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(320), self.theme.sizes.control)

    def paint(self, painter: QPainter) -> None:
        theme, tokens = self.theme, self.theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cells = _cells(self.width(), self.height())
        chosen = 3 if self._is_mine else 2
        side = theme.sizes.small_icon
        for place, (text, cell) in enumerate(zip(self._texts, cells, strict=True)):
            inner = cell.adjusted(_GAP, 0, -_GAP, 0)
            painter.setPen(tokens.on_warn)
            if place >= 2:
                painter.setPen(QPen(tokens.accent if place == chosen else tokens.outline, 2 if place == chosen else 1))
                painter.setBrush(tokens.selection if place == chosen else tokens.surface)
                painter.drawRoundedRect(QRectF(cell).adjusted(1, 1, -1, -1), 4, 4)
                painter.setPen(tokens.on_selection if place == chosen else tokens.text)
            if place == chosen:
                painting.draw_icon(painter, theme, QRect(inner.right() - side, 0, side, self.height()), Icon.TICK,
                                   role="on_selection", size=side)
                inner.setRight(inner.right() - side - 4)
            weight = 600 if place in {0, chosen} else 400
            painting.draw_text(painter, inner, text, theme.font(tk.BODY, weight), theme.metrics(tk.BODY, weight))
        if self.hasFocus():
            painting.draw_focus_ring(painter, theme, self.rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self.choose(is_mine=False)
            case Qt.Key.Key_Right:
                self.choose(is_mine=True)
            case Qt.Key.Key_Up:
                self.moved.emit(-1)
            case Qt.Key.Key_Down:
                self.moved.emit(1)
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cells = _cells(self.width(), self.height())
        at = event.position().toPoint()
        for place in (2, 3):
            if cells[place].contains(at):
                self.choose(is_mine=place == 3)
        self.setFocus()
