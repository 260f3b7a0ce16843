"""What a layout may draw: texts, lines, boxes and pictures on pages, in millimetres from the top left corner.

Layouts know this module and the font's measures, and nothing of the writer behind it; another writer takes the place
of reportlab by offering the same few methods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.services.paper import fonts
from app.services.paper.images import PreparedImage

Colour = tuple[float, float, float]
"""Red, green and blue from 0 to 1."""


def colour(code: str) -> Colour:
    """Colour of "#1A2129"."""
    red, green, blue = bytes.fromhex(code.removeprefix("#"))
    return (round(red / 255, 3), round(green / 255, 3), round(blue / 255, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """Face, size in points and colour of a text."""

    face: str
    size_pt: float
    colour: Colour

    def width_mm(self, text: str) -> float:
        """Width of a text in this style."""
        return fonts.text_width_mm(text, self.face, self.size_pt)

    def scaled(self, factor: float) -> TextStyle:
        """The same style, larger or smaller."""
        return TextStyle(face=self.face, size_pt=round(self.size_pt * factor, 3), colour=self.colour)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """Thickness in points and colour of a line; dashes and gaps of `dash_mm` where that is not 0."""

    width_pt: float
    colour: Colour
    dash_mm: float = 0.0


class Surface(Protocol):
    """Pages to draw on. Texts stand on top of everything else of their page, whatever the order of the calls."""

    def new_page(self) -> None:
        """Begin a page; must be called before the first drawing."""

    def text(self, x_mm: float, baseline_mm: float, text: str, style: TextStyle) -> None:
        """A line of text that begins at x."""

    def text_right(self, x_mm: float, baseline_mm: float, text: str, style: TextStyle) -> None:
        """A line of text that ends at x."""

    def text_centre(self, x_mm: float, baseline_mm: float, text: str, style: TextStyle) -> None:
        """A line of text centred on x."""

    def line(self, x1_mm: float, y1_mm: float, x2_mm: float, y2_mm: float, pen: Pen) -> None:
        """A straight line."""

    def box(
        self,
        x_mm: float,
        y_mm: float,
        width_mm: float,
        height_mm: float,
        *,
        fill: Colour | None = None,
        pen: Pen | None = None,
        radius_mm: float = 0.0,
    ) -> None:
        """A rectangle, filled, outlined or both, its corners rounded where the radius is not 0."""

    def image(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float, picture: PreparedImage) -> None:
        """A picture stretched into a rectangle."""
