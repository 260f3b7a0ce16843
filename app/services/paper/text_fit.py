"""Making a text fit its place: break it into lines, or set it smaller; never cut it off and never let it overlap."""

from __future__ import annotations

import math

from app.services.paper.drawing import TextStyle


def wrap(text: str, style: TextStyle, width_mm: float) -> list[str]:
    """The text in lines no wider than `width_mm`, broken at blanks; a word wider than a line is broken within."""
    if not text:
        return []
    if style.width_mm(text) <= width_mm:
        return [text]
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        longer = f"{current} {word}" if current else word
        if style.width_mm(longer) <= width_mm:
            current = longer
            continue
        if current:
            lines.append(current)
        *full, current = _pieces(word, style, width_mm)
        lines.extend(full)
    if current:
        lines.append(current)
    return lines


def shrunk(text: str, style: TextStyle, width_mm: float) -> TextStyle:
    """The style, as much smaller as the text needs to stand on one line of `width_mm`."""
    width = style.width_mm(text)
    return style if width <= width_mm else _smaller(style, width_mm / width)


def shrunk_or_wrapped(
    text: str, style: TextStyle, width_mm: float, *, least: float = 0.8
) -> tuple[list[str], TextStyle]:
    """One line, set down to `least` of its size; where that is not enough, as few lines as that size would take."""
    width = style.width_mm(text)
    if width <= width_mm:
        return ([text] if text else []), style
    smaller = _smaller(style, max(least, width_mm / width))
    lines, full = wrap(text, smaller, width_mm), wrap(text, style, width_mm)
    return (full, style) if len(full) == len(lines) else (lines, smaller)


def _smaller(style: TextStyle, factor: float) -> TextStyle:
    """Rounded down to a twentieth of a point, so that nearly equal sizes are one style."""
    return TextStyle(face=style.face, size_pt=math.floor(style.size_pt * factor * 20) / 20, colour=style.colour)


def _pieces(word: str, style: TextStyle, width_mm: float) -> list[str]:
    """A word cut wherever a line is full; one character at least in each piece."""
    pieces: list[str] = []
    rest = word
    while len(rest) > 1 and style.width_mm(rest) > width_mm:
        fitting = 1
        while fitting < len(rest) and style.width_mm(rest[: fitting + 1]) <= width_mm:
            fitting += 1
        pieces.append(rest[:fitting])
        rest = rest[fitting:]
    return [*pieces, rest]
