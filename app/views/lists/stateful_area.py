"""An area that shows its content, or says in its own place why there is none: empty, failed, still reading.

The frame around it never changes. Reading is said in words only after two seconds; until then the content (old rows,
dimmed, or placeholders) stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedLayout, QWidget

from app.views.lists.models.paged_table_model import PagedTableModel, TableState
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.empty_state import EmptyState, WayOn

_SAY_READING_AFTER_MS = 2000


class StatefulArea(QWidget):
    """Content and an empty state in one place."""

    def __init__(self, theme: Theme, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self._empty = EmptyState(theme, self)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(content)
        self._stack.addWidget(self._empty)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_SAY_READING_AFTER_MS)
        self._patience.timeout.connect(self._on_patience_over)
        self._reading_text = "Reading."
        self._stop: Callable[[], object] | None = None
        self._model: PagedTableModel[Any] | None = None
        self._say_empty: Callable[[], object] = _nothing
        self._say_failed: Callable[[], object] = _nothing
        self.setFocusProxy(content)

    @property
    def empty(self) -> EmptyState:
        return self._empty

    @property
    def is_content_shown(self) -> bool:
        return self._stack.currentWidget() is self._content

    def show_content(self) -> None:
        self._patience.stop()
        self._stack.setCurrentWidget(self._content)

    def show_words(self, head: str, text: str = "", *, icon: Icon = Icon.SEARCH, ways: Sequence[WayOn] = ()) -> None:
        """Say why there is nothing; a way on that had the focus hands it to the first one."""
        self._patience.stop()
        self._empty.show_words(head, text, icon=icon, ways=ways)
        self._stack.setCurrentWidget(self._empty)

    def show_failure(self, head: str, why: str, again: Callable[[], object]) -> None:
        """Say what could not be read and why, with the way to try again."""
        self.show_words(head, why, icon=Icon.ERROR, ways=[WayOn("Try again", again)])

    def show_reading(self, text: str, stop: Callable[[], object] | None = None) -> None:
        """Say "Reading accounts." after two seconds, with [Stop] where it can be stopped."""
        self._reading_text, self._stop = text, stop
        self._patience.start()

    def follow(self, model: PagedTableModel[Any], *, say_empty: Callable[[], object],
               say_failed: Callable[[], object], reading_text: str) -> None:
        """Let a table's model decide what is shown; the screen words the two exceptions."""
        self._model, self._say_empty, self._say_failed = model, say_empty, say_failed
        self._reading_text = reading_text
        model.state_changed.connect(self._on_state)
        self._on_state(model.state)

    def _on_state(self, state: TableState) -> None:
        if state is TableState.EMPTY:
            self._say_empty()
        elif state is TableState.FAILED:
            self._say_failed()
        elif state is TableState.READING and (self._model is None or not self._model.is_stale):
            self.show_reading(self._reading_text)
        else:
            self.show_content()

    def _on_patience_over(self) -> None:
        ways = (WayOn("Stop", self._stop),) if self._stop is not None else ()
        self._empty.show_words(self._reading_text, icon=Icon.HOURGLASS, ways=ways)
        self._stack.setCurrentWidget(self._empty)


def _nothing() -> None:
    """Until a screen has worded its exceptions."""
