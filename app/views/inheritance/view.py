"""The diagram on the screen: a scene that is walked with the keyboard, zoomed, and read aloud stop by stop.

The view knows plans, not attributes: it draws one, moves a ring from stop to stop, and says what was asked of the
stop under the ring. Its owner makes the plan for the room there is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QToolTip,
    QWidget,
)

from app.views.inheritance.drawing import draw, draw_kept
from app.views.inheritance.matrix_plan import MatrixPlan
from app.views.inheritance.pencil import NO_BRUSH, Pencil, rect_of
from app.views.inheritance.plan import Move, WalkedPlan
from app.views.look.theme import Theme

Drawer = Callable[[QPainter, Pencil, Any, QRectF], None]
"""Draws a plan, or what of it lies in a part that is to be painted anew."""

_STEP: Final = 1.25
_SMALLEST, _LARGEST = 0.5, 4.0
_RING: Final = 4.0
_NEAR_TOP: Final = 48.0
"""What begins above it is shown from the very top."""
_MOVES: Final = {
    Qt.Key.Key_Up: Move.UP, Qt.Key.Key_Down: Move.DOWN, Qt.Key.Key_Left: Move.LEFT, Qt.Key.Key_Right: Move.RIGHT,
    Qt.Key.Key_Home: Move.HOME, Qt.Key.Key_End: Move.END,
}
_ZOOM: Final = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_0: 0}
_SHORTCUTS: Final = (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
                     | Qt.KeyboardModifier.MetaModifier)


class _Drawing(QGraphicsItem):
    """The plan, painted where it is exposed."""

    def __init__(self, pencil: Pencil, drawer: Drawer) -> None:
        super().__init__()
        self._drawer = drawer
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.pencil = pencil
        self._plan: WalkedPlan | None = None

    def show_plan(self, plan: WalkedPlan) -> None:
        self.prepareGeometryChange()
        self._plan = plan
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._plan.width, self._plan.height) if self._plan is not None else QRectF()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        del widget
        if self._plan is not None:
            self._drawer(painter, self.pencil, self._plan, option.exposedRect)


class _Ring(QGraphicsItem):
    """The focus, 4 px outside what it stands on."""

    def __init__(self, pencil: Pencil) -> None:
        super().__init__()
        self.pencil = pencil
        self._rect = QRectF()

    def stand_on(self, rect: QRectF) -> None:
        self.prepareGeometryChange()
        self._rect = rect.adjusted(-_RING, -_RING, _RING, _RING)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-1.5, -1.5, 1.5, 1.5)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        del option, widget
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(NO_BRUSH)
        painter.setPen(self.pencil.pen("focus", 2))
        painter.drawRoundedRect(self._rect, 8, 8)


class PlanView(QGraphicsView):
    """Shows one plan. Zoom 1 is the text size of the program; beyond it the view scrolls."""

    room_changed = Signal()  # there is more or less space: a new plan may fit better
    stop_changed = Signal(int)
    opened = Signal(int)  # Enter or a double click
    set_asked = Signal(int)  # F2
    clear_asked = Signal(int)  # Delete
    text_asked = Signal()  # T
    menu_asked = Signal(QPoint)  # right click or Shift+F10; the point is global

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None, *, drawer: Drawer = draw) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = name
        self._plan: WalkedPlan | None = None
        self._stop = 0
        self._zoom = 1.0
        pencil = Pencil(theme.tokens, theme.icon_font)
        self._drawing, self._ring = _Drawing(pencil, drawer), _Ring(pencil)
        self._scene = QGraphicsScene(self)
        self._scene.addItem(self._drawing)
        self._scene.addItem(self._ring)
        self._ring.hide()
        self.setScene(self._scene)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setAccessibleName(name)
        # The heads of a matrix stay while the rest scrolls, so nothing of the old picture can be moved along.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        theme.changed.connect(self._on_theme)
        self._on_theme()

    # --- for its owner ---

    @property
    def plan(self) -> WalkedPlan | None:
        return self._plan

    @property
    def stop(self) -> int:
        """Where the keyboard is."""
        return self._stop

    @property
    def zoom(self) -> float:
        return self._zoom

    def space(self) -> tuple[float, float]:
        """Width and height there is for a plan at zoom 1, in px at 100 %; room for a scroll bar is not taken off."""
        scale = self._theme.sizes.percent / 100
        return self.maximumViewportSize().width() / scale, self.maximumViewportSize().height() / scale

    def show_plan(self, plan: WalkedPlan, stop: int, text: str) -> None:
        """Draw a plan with the keyboard on a stop; the text says all of it."""
        self._plan = plan
        self._drawing.show_plan(plan)
        self.setSceneRect(0, 0, plan.width, plan.height)
        self.setAccessibleDescription(text)
        self.go_to(stop)

    def go_to(self, stop: int) -> None:
        """Put the keyboard on a stop, and bring it into sight."""
        if self._plan is None:
            return
        is_new = stop != self._stop
        self._stop = stop
        self._ring.stand_on(rect_of(self._plan.box(stop)))
        self._bring_into_sight()
        self.setAccessibleName(f"{self._name}. {self._plan.spoken(stop)}")
        if is_new and self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
        self.stop_changed.emit(stop)

    def set_name(self, name: str) -> None:
        """What is shown, read aloud before each stop."""
        self._name = name

    def zoom_by(self, steps: int) -> None:
        """Larger (+1), smaller (-1), or as it was (0)."""
        wanted = 1.0 if steps == 0 else self._zoom * _STEP**steps
        self._zoom = min(max(wanted, _SMALLEST), _LARGEST)
        self._scale()
        self._bring_into_sight()

    # --- inside ---

    def _bring_into_sight(self) -> None:
        """The stop, and above it the heads of a matrix; the ends show their margin as well."""
        if self._plan is not None:
            left, above = self._kept()
            rect = rect_of(self._plan.box(self._stop)).adjusted(-10 - left, -10 - above, 10, 10)
            if rect.y() < _NEAR_TOP:
                rect.setTop(0)
            self.ensureVisible(rect, 0, 0)

    def _kept(self) -> tuple[float, float]:
        """Width and height of what covers a scrolled matrix."""
        plan = self._plan
        return (plan.kept_width, plan.kept_height) if isinstance(plan, MatrixPlan) else (0.0, 0.0)

    def _scale(self) -> None:
        scale = self._zoom * self._theme.sizes.percent / 100
        self.resetTransform()
        self.scale(scale, scale)

    def _on_theme(self) -> None:
        pencil = Pencil(self._theme.tokens, self._theme.icon_font)
        self._drawing.pencil = self._ring.pencil = pencil
        self.setBackgroundBrush(self._theme.tokens.surface)
        self._scale()
        self._scene.update()
        self.room_changed.emit()

    def _stop_at(self, point: QPoint) -> int | None:
        """The stop under a point of the viewport; none behind what covers a scrolled matrix."""
        found, corner, (width, height) = self.mapToScene(point), self.mapToScene(0, 0), self._kept()
        is_covered = found.x() < corner.x() + width or found.y() < corner.y() + height
        if self._plan is None or (is_covered and isinstance(self._plan, MatrixPlan)):
            return None
        return self._plan.stop_at(found.x(), found.y())

    # --- what a person does ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._plan is None or event.modifiers() & _SHORTCUTS:
            event.ignore()
        elif key in _MOVES:
            self.go_to(self._plan.step(self._stop, _MOVES[key]))
        elif key in _ZOOM:
            self.zoom_by(_ZOOM[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit(self._stop)
        elif key == Qt.Key.Key_F2:
            self.set_asked.emit(self._stop)
        elif key == Qt.Key.Key_Delete:
            self.clear_asked.emit(self._stop)
        elif key == Qt.Key.Key_T:
            self.text_asked.emit()
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        stop = self._stop_at(event.position().toPoint())
        if stop is not None:
            self.go_to(stop)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        stop = self._stop_at(event.position().toPoint())
        if stop is not None:
            self.opened.emit(stop)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the stop under the ring: a right click has put it there."""
        if self._plan is None:
            return
        point = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            box = self._plan.box(self._stop)
            point = self.viewport().mapToGlobal(self.mapFromScene(box.x + 20, box.middle))
        self.menu_asked.emit(point)
        event.accept()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: ARG002  Qt's signature
        """The heads of a matrix that has been scrolled."""
        corner = self.mapToScene(0, 0)
        if isinstance(self._plan, MatrixPlan) and self._plan.columns:
            draw_kept(painter, self._drawing.pencil, self._plan, corner.x(), corner.y())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """What a stop says in full, where it may be cut."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            stop = self._stop_at(event.pos())
            text = self._plan.spoken(stop) if self._plan is not None and stop is not None else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ring.show()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.room_changed.emit()
