"""Drawing a group account: the plan says where, the pencil with what."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from app.views.group_accounts.plan import Branch, GroupPlan, PartyRoom
from app.views.inheritance.pencil import END, NO_BRUSH, NO_PEN, RIGHT, Pencil, rect_of
from app.views.inheritance.plan import Box
from app.views.look import tokens as tk
from app.views.look import words
from app.views.look.icons import Icon

_RADIUS: Final = 6.0
_STRIP: Final = 7.0
_ICON: Final = 20
_TEXT_X: Final = 54.0
_PADDING: Final = 12.0
_PATH: Final = 3.0
_ARROW: Final = (12.0, 12.0)
_RIGHT_SHARE: Final = 0.55


def draw_group(painter: QPainter, pencil: Pencil, plan: GroupPlan, exposed: QRectF | None = None) -> None:
    """Draw a whole plan, or what of it lies in a part that is to be painted anew."""
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    if plan.trunk is not None:
        x, top, bottom = plan.trunk
        painter.setPen(pencil.pen("accent", _PATH))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    for branch in plan.branches:
        if _is_seen(exposed, branch.y - 40, branch.y + 40):
            _draw_branch(painter, pencil, branch)
    for room in plan.rooms:
        if _is_seen(exposed, room.box.y, room.box.bottom):
            _draw_room(painter, pencil, room)
    if plan.more is not None:
        box, text = plan.more
        pencil.text(painter, box, text, sizes=(tk.LABEL, tk.CAPTION), role="muted")


def _is_seen(exposed: QRectF | None, top: float, bottom: float) -> bool:
    return exposed is None or (bottom >= exposed.top() and top <= exposed.bottom())


def _draw_branch(painter: QPainter, pencil: Pencil, branch: Branch) -> None:
    """A thick line where all is paid, a thin one where a part is, broken where nothing is used at present."""
    role = "outline" if branch.is_stopped else "accent"
    style = Qt.PenStyle.CustomDashLine if branch.is_stopped else Qt.PenStyle.SolidLine
    painter.setPen(pencil.pen(role, _PATH if branch.is_whole else _PATH / 2, style))
    tip = branch.end_x
    painter.drawLine(QPointF(branch.start_x, branch.y), QPointF(tip - _ARROW[0], branch.y))
    painter.setPen(NO_PEN)
    painter.setBrush(pencil.tokens.role(role))
    painter.drawPolygon(QPolygonF([QPointF(tip, branch.y), QPointF(tip - _ARROW[0], branch.y - _ARROW[1] / 2),
                                   QPointF(tip - _ARROW[0], branch.y + _ARROW[1] / 2)]))
    width = branch.end_x - branch.start_x - 28
    if branch.title:
        pencil.text(painter, Box(branch.start_x + 12, branch.y - 24, width, 20), branch.title,
                    sizes=(tk.LABEL, tk.CAPTION), weight=600, role="text")
        pencil.text(painter, Box(branch.start_x + 12, branch.y + 4, width, 20), branch.items,
                    sizes=(tk.LABEL, tk.CAPTION), role="muted", elide=END)


def _draw_room(painter: QPainter, pencil: Pencil, room: PartyRoom) -> None:
    _draw_walls(painter, pencil, room)
    look = words.STATUS[room.party.status]
    tone = "good" if look.tone is None else look.tone.value
    pencil.icon(painter, Icon.ACCOUNTS if room.row is None else Icon.ACCOUNT, room.box.x + 30 - _ICON / 2,
                room.box.middle, size=_ICON, role="text")
    inner = Box(room.box.x + _TEXT_X, room.box.y, room.box.width - _TEXT_X - _PADDING, room.box.height)
    line = min(22.0, inner.height / 2 - 1)
    upper, lower = Box(inner.x, inner.middle - line, inner.width, line), Box(inner.x, inner.middle, inner.width, line)
    length = min(pencil.width(room.upper, tk.LABEL, 600) + 2, inner.width * _RIGHT_SHARE)
    right = Box(upper.right - length, upper.y, length, upper.height)
    pencil.icon(painter, look.icon, right.x - 19, right.middle, size=14, role=tone)
    pencil.text(painter, right, room.upper, sizes=(tk.LABEL, tk.CAPTION), weight=600, role="text", align=RIGHT,
                elide=END)
    pencil.text(painter, Box(upper.x, upper.y, upper.width - length - 30, upper.height), room.party.name,
                sizes=(tk.SECTION, tk.BODY, tk.LABEL), weight=700 if room.is_here else 600, role="text")
    code = room.party.code
    width = min(pencil.width(code, tk.LABEL) + 2, lower.width / 3)
    pencil.text(painter, Box(lower.x, lower.y, width, lower.height), code, sizes=(tk.LABEL, tk.CAPTION), role="muted")
    pencil.text(painter, Box(lower.x + width + 14, lower.y, lower.width - width - 14, lower.height), room.lower,
                sizes=(tk.LABEL, tk.CAPTION), role="muted", align=RIGHT, elide=END)


def _draw_walls(painter: QPainter, pencil: Pencil, room: PartyRoom) -> None:
    """Tint, strip and outline; the account whose page it is stands out."""
    outline, strip = QPainterPath(), QPainterPath()
    rect = rect_of(room.box).adjusted(0.5, 0.5, -0.5, -0.5)
    outline.addRoundedRect(rect, _RADIUS, _RADIUS)
    mark = tk.TierMark.PROFILE if room.row is None else tk.TierMark.ACCOUNT
    painter.setPen(NO_PEN)
    painter.setBrush(pencil.tokens.tint(mark))
    painter.drawPath(outline)
    strip.addRect(QRectF(rect.x(), rect.y(), _STRIP, rect.height()))
    painter.setBrush(pencil.tokens.strip(mark))
    painter.drawPath(outline.intersected(strip))
    painter.setBrush(NO_BRUSH)
    painter.setPen(pencil.pen(f"tier_{mark}", 2.5) if room.is_here else pencil.pen("outline"))
    painter.drawPath(outline)
