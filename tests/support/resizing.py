"""Resizing a window and seeing it come to rest: a layout that feeds back on itself never does.

A loop of layouts hangs a program for good, and would hang a test as well. The watch counts what Qt sends while a size
is taken, and swallows everything beyond a bound, so that such a loop ends and can be named. Nothing is painted and
nothing is timed: it is the number of events that says whether a window rests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtWidgets import QApplication, QWidget

_MOST_EVENTS = 1500
"""Within one step; the fullest screen takes about 130 to be laid out anew."""
_MOST_ROUNDS = 100
"""So many turns of the event loop a step may need; a window manager answers in its own time."""
_LAID_OUT = (QEvent.Type.Resize, QEvent.Type.LayoutRequest)

Size = tuple[int, int]


def sizes(step: int) -> Iterator[Size]:
    """Heights from 600 to 1100 and widths from 900 to 1500, each in steps of so many px."""
    yield from ((1280, height) for height in range(600, 1101, step))
    yield from ((width, 800) for width in range(900, 1501, step))
    yield from ((1280, 781), (1280, 776), (1280, 788), (1440, 860))  # where a page once followed its own scroll bar


class LayoutWatch(QObject):
    """Counts layouts and changes of size in the whole program while it is on."""

    def __init__(self) -> None:
        super().__init__()
        self._sent = 0
        self._beyond: Counter[str] = Counter()

    def restless(self, widget: QWidget, steps: Iterable[Size]) -> list[str]:
        """Give a widget one size after the other; says at which of them it did not come to rest, and who kept on."""
        found: list[str] = []
        with _unpainted(widget), self._listening():
            for width, height in steps:
                self._sent, rounds = 0, 0
                self._beyond.clear()
                widget.resize(QSize(width, height).expandedTo(widget.minimumSize()).boundedTo(widget.maximumSize()))
                before = -1
                while before != self._sent and rounds < _MOST_ROUNDS:
                    before, rounds = self._sent, rounds + 1
                    QApplication.processEvents()
                if self._beyond or before != self._sent:
                    found.append(f"{width}×{height}: {self._sent} events in {rounds} rounds, last by "
                                 + ", ".join(name for name, _ in self._beyond.most_common(3)))
        return found

    @contextmanager
    def _listening(self) -> Iterator[None]:
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        try:
            yield
        finally:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _LAID_OUT:
            return False
        self._sent += 1
        if self._sent <= _MOST_EVENTS:
            return False
        self._beyond[f"{type(watched).__name__} {watched.objectName()}".strip()] += 1
        return True


@contextmanager
def _unpainted(widget: QWidget) -> Iterator[None]:
    """Layouts are the same without painting, and ten times as fast."""
    widget.setUpdatesEnabled(False)
    try:
        yield
    finally:
        widget.setUpdatesEnabled(True)
