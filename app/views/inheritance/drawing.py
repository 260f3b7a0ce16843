"""Drawing a plan: on the screen, into a picture, and on paper alike. The plan says where, the pencil with what."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from app.models.values import Tier
from app.views.inheritance.matrix_plan import Cell, Column, Label, MatrixPlan
from app.views.inheritance.pencil import END, LEFT, NO_BRUSH, NO_PEN, RIGHT, Pencil, rect_of
from app.views.inheritance.plan import ICON_X, LOW, Box, DiagramPlan, Effective, Line, Look, Room, WinningPath
from app.views.look import tokens as tk
from app.views.look.icons import Icon

Plan = DiagramPlan | MatrixPlan

_RADIUS: Final = 6.0
_STRIP: Final = 7.0
_PADDING: Final = 12.0
_TEXT_X: Final = 54.0
_TEXT_X_IF_NARROW: Final = 47.0
_USUAL_WIDTH: Final = 330.0
"""A room narrower than this saves at its margins."""
_RIGHT_SHARE: Final = 0.62
"""Of a line that a value or a note may take at most; the owner keeps the rest."""
_BETWEEN: Final = 8.0
_SIGN: Final = 18.0
_LINE_OF_TITLE: Final = 20.0
"""Height from which a line takes the largest size."""
_PATH: Final = 4.0
_CORNER: Final = 10.0
_ARROW: Final = (14.0, 16.0)
_DASHED: Final = Qt.PenStyle.CustomDashLine
_DOTTED: Final = Qt.PenStyle.DotLine
_VALUE_SIZES: Final = (tk.TITLE, tk.SECTION, tk.BODY)


def mark_of(tier: Tier, rating: str | None) -> tk.TierMark:
    """Mark of a room's strip and icon: a rating has its own, wherever it was set."""
    return tk.TierMark.RATING if rating else tk.TierMark.of(tier)


def draw(painter: QPainter, pencil: Pencil, plan: Plan, exposed: QRectF | None = None) -> None:
    """Draw a whole plan, or what of it lies in a part that is to be painted anew."""
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    if isinstance(plan, DiagramPlan):
        _draw_diagram(painter, pencil, plan)
    else:
        _draw_matrix(painter, pencil, plan, exposed)


# --- one attribute -------------------------------------------------------------------------------------------------


def _draw_diagram(painter: QPainter, pencil: Pencil, plan: DiagramPlan) -> None:
    for line in plan.spine:
        painter.setPen(pencil.pen("outline", 1.5, _DOTTED))
        painter.drawLine(QPointF(line.x1, line.y1), QPointF(line.x2, line.y2))
    for line in plan.stubs:
        _draw_stub(painter, pencil, line)
    for room in plan.rooms:
        _draw_room(painter, pencil, room)
    if plan.path is not None:
        winner = plan.rooms[plan.path.room].row
        _draw_path(painter, pencil, plan.path, f"tier_{mark_of(winner.tier, winner.rating)}")
    _draw_effective(painter, pencil, plan.effective)


def _draw_stub(painter: QPainter, pencil: Pencil, line: Line) -> None:
    painter.setPen(pencil.pen("outline", 1.5, _DOTTED))
    painter.drawLine(QPointF(line.x1 + 1, line.y1), QPointF(line.x2, line.y2))
    painter.setPen(pencil.pen("outline", 2))
    painter.drawLine(QPointF(line.x2, line.y2 - 7), QPointF(line.x2, line.y2 + 7))


def _draw_room(painter: QPainter, pencil: Pencil, room: Room) -> None:
    mark = mark_of(room.row.tier, room.row.rating)
    _draw_walls(painter, pencil, room, mark)
    icon = 16 if room.look in LOW or room.is_slim else 20
    role = "faint" if room.look is Look.NO_SAY else "text"
    left = room.box.x + ICON_X - icon / 2
    pencil.icon(painter, Icon.of_tier(mark), left, room.box.middle, size=icon, role=role)
    if room.look in LOW:
        pencil.text(painter, _inner(room.box), room.sentence, sizes=(tk.LABEL, tk.CAPTION),
                    role="faint" if room.look is Look.NO_SAY else "muted")
    else:
        _draw_words(painter, pencil, room)


def _draw_walls(painter: QPainter, pencil: Pencil, room: Room, mark: tk.TierMark) -> None:
    """Tint, strip and outline."""
    outline, strip = QPainterPath(), QPainterPath()
    rect = rect_of(room.box).adjusted(0.5, 0.5, -0.5, -0.5)
    outline.addRoundedRect(rect, _RADIUS, _RADIUS)
    painter.setPen(NO_PEN)
    if room.look is not Look.NO_SAY:
        painter.setBrush(pencil.tokens.tint(tk.TierMark.of(room.row.tier)))
        painter.drawPath(outline)
        strip.addRect(QRectF(rect.x(), rect.y(), _STRIP, rect.height()))
        painter.setBrush(pencil.tokens.strip(mark))
        painter.drawPath(outline.intersected(strip))
    painter.setBrush(NO_BRUSH)
    painter.setPen({
        Look.WINS: pencil.pen(f"tier_{mark}", 2.5), Look.STRUCK: pencil.pen("outline"),
        Look.NO_SAY: pencil.pen("border", 1, _DASHED),
    }.get(room.look, pencil.pen("outline", 1, _DASHED)))
    painter.drawPath(outline)


def _draw_words(painter: QPainter, pencil: Pencil, room: Room) -> None:
    """Tier over owner at the left, value over its part at the right; on a slim room the owner and the value."""
    row = room.row
    inner = _inner(room.box)
    if room.is_slim:
        line = Box(inner.x, room.box.y, inner.width, room.box.height)
        left = _draw_value(painter, pencil, room, line, with_sign=room.look is Look.WINS)
        pencil.text(painter, left, row.owner, sizes=(tk.BODY, tk.LABEL), weight=600, role="text")
        return
    upper, lower = (_at(inner, half) for half in _halves(room.box))
    left = _draw_value(painter, pencil, room, upper)
    pencil.text(painter, left, row.tier_text, sizes=(tk.LABEL, tk.CAPTION), role="muted", elide=END)
    left = _draw_note(painter, pencil, room, lower)
    pencil.text(painter, left, row.owner, sizes=(tk.BODY, tk.LABEL), weight=600, role="text")


def _inner(box: Box) -> Box:
    """Where the words of a room stand."""
    left = _TEXT_X if box.width >= _USUAL_WIDTH else _TEXT_X_IF_NARROW
    return Box(box.x + left, box.y, box.width - left - _PADDING, box.height)


def _split(line: Box, wanted: float) -> tuple[Box, Box]:
    """What is left at the left, and what the right wants, as far as it may have it."""
    right = min(wanted, line.width * _RIGHT_SHARE)
    return (Box(line.x, line.y, line.width - right - _BETWEEN, line.height),
            Box(line.right - right, line.y, right, line.height))


def _draw_value(painter: QPainter, pencil: Pencil, room: Room, line: Box, *, with_sign: bool = False) -> Box:
    """The value at the right end of a line; returns what is left of it."""
    text = room.row.value_text
    wins, is_struck = room.look is Look.WINS, room.look is Look.STRUCK
    largest = tk.SECTION if room.is_slim else tk.TITLE
    sizes = (largest, tk.SECTION, tk.BODY, tk.LABEL) if wins else (tk.SECTION, tk.BODY, tk.LABEL) if is_struck and (
        not room.is_slim) else (tk.BODY, tk.LABEL)
    weight = 700 if wins else 400
    sign = _SIGN if with_sign else 0
    left, right = _split(line, pencil.width(text, sizes[0], weight, italic=room.look is Look.UNSET) + sign + 2)
    pencil.text(painter, Box(right.x + sign, right.y, right.width - sign, right.height), text, sizes=sizes,
                weight=weight, role="text" if wins else "muted", align=RIGHT, italic=room.look is Look.UNSET,
                struck=is_struck)
    if with_sign:
        pencil.icon(painter, Icon.GOOD, right.x, right.middle, size=14, role="good")
    return left


def _draw_note(painter: QPainter, pencil: Pencil, room: Room, line: Box) -> Box:
    """The part that the value plays, at the right end of a line; returns what is left of it."""
    note, wins = room.row.note, room.look is Look.WINS
    weight = 600 if wins else 400
    sign = _SIGN if wins else 0
    length = pencil.width(note, tk.LABEL, weight)
    left, right = _split(line, length + sign + 2)
    if wins:
        pencil.icon(painter, Icon.GOOD, right.right - length - _SIGN, right.middle, size=14, role="good")
    pencil.text(painter, right, note, sizes=(tk.LABEL, tk.CAPTION), weight=weight, role="good" if wins else "muted",
                align=RIGHT, elide=END)
    return left


def _halves(box: Box) -> tuple[Box, Box]:
    """Two lines of text in the middle of a room."""
    line = min(22.0, box.height / 2 - 1)
    return Box(box.x, box.middle - line, box.width, line), Box(box.x, box.middle, box.width, line)


def _at(across: Box, down: Box) -> Box:
    return Box(across.x, down.y, across.width, down.height)


def _draw_path(painter: QPainter, pencil: Pencil, path: WinningPath, role: str) -> None:
    length, height = _ARROW
    line = QPainterPath(QPointF(path.start_x, path.start_y))
    line.lineTo(path.riser_x - _CORNER, path.start_y)
    line.quadTo(path.riser_x, path.start_y, path.riser_x, path.start_y + _CORNER)
    line.lineTo(path.riser_x, path.end_y - _CORNER)
    line.quadTo(path.riser_x, path.end_y, path.riser_x - _CORNER, path.end_y)
    line.lineTo(path.end_x + length - 1, path.end_y)
    painter.setBrush(NO_BRUSH)
    painter.setPen(pencil.pen(role, _PATH))
    painter.drawPath(line)
    painter.setPen(NO_PEN)
    painter.setBrush(pencil.tokens.role(role))
    painter.drawPolygon(QPolygonF([
        QPointF(path.end_x, path.end_y), QPointF(path.end_x + length, path.end_y - height / 2),
        QPointF(path.end_x + length, path.end_y + height / 2)]))


def _draw_effective(painter: QPainter, pencil: Pencil, effective: Effective) -> None:
    box = effective.box
    painter.setPen(NO_PEN)
    painter.setBrush(pencil.tokens.text)
    painter.drawRoundedRect(rect_of(box), _RADIUS, _RADIUS)
    upper, lower = _halves(box)
    inner = box.width - 20 - _PADDING
    by = max(pencil.width(effective.by, tk.LABEL), pencil.width(effective.when, tk.LABEL))
    by = min(by, inner * 0.5)
    left = Box(box.x + 20, 0, inner - by - 8, 0)
    right = Box(box.right - _PADDING - by, 0, by, 0)
    pencil.text(painter, _at(left, upper), effective.title, sizes=(tk.LABEL, tk.CAPTION), role="surface", elide=END)
    sizes = _VALUE_SIZES if lower.height >= _LINE_OF_TITLE else _VALUE_SIZES[1:]
    pencil.text(painter, _at(left, lower), effective.value, sizes=sizes, weight=600, role="surface")
    pencil.text(painter, _at(right, upper), effective.by, sizes=(tk.LABEL,), role="surface", align=RIGHT)
    pencil.text(painter, _at(right, lower), effective.when, sizes=(tk.LABEL,), role="surface", align=RIGHT)


# --- all attributes ------------------------------------------------------------------------------------------------


def _draw_matrix(painter: QPainter, pencil: Pencil, plan: MatrixPlan, exposed: QRectF | None) -> None:
    for column in plan.columns:
        _draw_column(painter, pencil, column)
    for label in plan.labels:
        if exposed is None or exposed.intersects(rect_of(label.box).adjusted(0, 0, plan.width, 0)):
            _draw_label(painter, pencil, label, plan.width)
    for cell in plan.cells:
        if exposed is None or exposed.intersects(rect_of(cell.box)):
            _draw_cell(painter, pencil, cell)


def draw_kept(painter: QPainter, pencil: Pencil, plan: MatrixPlan, left: float, top: float) -> None:
    """What of a matrix stays where it is scrolled: labels at the left and heads at the top of what is in sight."""
    if left > 0:
        painter.fillRect(QRectF(left, 0, plan.kept_width, plan.height), pencil.tokens.surface)
        painter.save()
        painter.translate(left, 0)
        for label in plan.labels:
            _draw_label(painter, pencil, label, plan.kept_width + label.box.x)
        painter.restore()
    if top > 0:
        _draw_heads(painter, pencil, plan, top)
    if left > 0:
        painter.fillRect(QRectF(left, max(top, 0), plan.kept_width, plan.kept_height), pencil.tokens.surface)


def _draw_heads(painter: QPainter, pencil: Pencil, plan: MatrixPlan, top: float) -> None:
    painter.fillRect(QRectF(0, top, plan.width, plan.kept_height), pencil.tokens.surface)
    painter.save()
    painter.translate(0, top + 4 - plan.columns[0].box.y)
    for column in plan.columns:
        _draw_column(painter, pencil, column)
    painter.restore()


def _draw_column(painter: QPainter, pencil: Pencil, column: Column) -> None:
    box, mark = column.box, tk.TierMark.of(column.row.tier)
    painter.fillRect(QRectF(box.x + 2, box.y, box.width - 4, 4), pencil.tokens.strip(mark))
    painter.fillRect(QRectF(box.x + 2, box.y + 4, box.width - 4, box.height - 8), pencil.tokens.tint(mark))
    pencil.icon(painter, Icon.of_tier(mark), box.x + 7, box.y + 15, size=14, role="text")
    title = Box(box.x + 25, box.y + 6, box.width - 31, 18)
    pencil.text(painter, title, column.title, sizes=(tk.CAPTION,), role="muted", elide=END)
    pencil.text(painter, Box(box.x + 8, box.y + 23, box.width - 14, 17), column.owner, sizes=(tk.LABEL,), weight=600,
                role="text")


def _draw_label(painter: QPainter, pencil: Pencil, label: Label, width: float) -> None:
    box, attribute = label.box, label.attribute
    painter.setPen(pencil.pen("rule"))
    painter.drawLine(QPointF(box.x, box.bottom - 0.5), QPointF(width - box.x, box.bottom - 0.5))
    if attribute is None:
        pencil.text(painter, box, label.text, sizes=(tk.LABEL,), weight=600, role="muted")
        return
    indent = 14 if attribute.is_member else 0
    inner = Box(box.x + indent, box.y, box.width - indent - 8, box.height)
    pencil.text(painter, inner, label.text, sizes=(tk.LABEL, tk.CAPTION), role="text", align=LEFT)


def _draw_cell(painter: QPainter, pencil: Pencil, cell: Cell) -> None:
    box, mark = cell.box, mark_of(cell.row.tier, cell.row.rating)
    inner = Box(box.x + 9, box.y, box.width - 18, box.height)
    match cell.look:
        case Look.WINS:
            frame = rect_of(box).adjusted(3, 2, -3, -2.5)
            painter.setBrush(pencil.tokens.tint(mark))
            painter.setPen(pencil.pen(f"tier_{mark}", 1.5))
            painter.drawRoundedRect(frame, 3, 3)
            if cell.row.rating:
                pencil.icon(painter, Icon.RATING, inner.x, box.middle, size=12, role="text")
                inner = Box(inner.x + 15, inner.y, inner.width - 15, inner.height)
            text = cell.row.plain_text  # the scales say that a rating gives it
            pencil.text(painter, inner, text, sizes=(tk.LABEL, tk.CAPTION), weight=600, role="text")
        case Look.STRUCK:
            pencil.text(painter, inner, cell.row.value_text, sizes=(tk.LABEL, tk.CAPTION), role="muted", struck=True)
        case Look.UNSET:
            painter.setPen(NO_PEN)
            painter.setBrush(pencil.tokens.faint)
            painter.drawEllipse(QPointF(inner.x + 2, box.middle), 1.6, 1.6)
