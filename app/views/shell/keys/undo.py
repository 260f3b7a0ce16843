"""*Edit > Undo …* and *Redo …* with their keys, which a field with edits of its own keeps for itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from app.views.desk.actions import ActionRegistry
from app.views.desk.undoing import Undoing
from app.views.look.tokens import Tone
from app.views.shell.tabs.area import TabArea
from app.views.widgets.notices import Notices

UNDO: Final = "edit.undo"
REDO: Final = "edit.redo"
_CONTROL: Final = Qt.KeyboardModifier.ControlModifier
_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier


class UndoKeys(QObject):
    """Names in the menu what would be taken back, and decides whose a pressed key is."""

    def __init__(self, actions: ActionRegistry, undoing: Undoing, tabs: TabArea, notices: Notices,
                 parent: QWidget) -> None:
        super().__init__(parent)
        self._actions, self._undoing, self._tabs, self._notices = actions, undoing, tabs, notices
        self._field: QWidget | None = None
        undoing.changed.connect(self._renew)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101  there is a window
        app.focusChanged.connect(self._on_focus)
        self._renew()

    def _renew(self) -> None:
        for action, verb, newest, run in (
            (UNDO, "&Undo", self._undoing.newest, self._undoing.undo),
            (REDO, "&Redo", self._undoing.newest_undone, self._undoing.redo),
        ):
            self._actions.set_text(action, f"{verb} {newest.undo.of}" if newest is not None else verb)
            refusal = "" if newest is not None else self._actions.spec(action).needs
            self._actions.bind(action, partial(self._run, run), refusal=refusal)

    def _run(self, run: Callable[[], object]) -> None:
        """What is typed in front comes first: it would be lost, or saved over what was taken back."""
        screen = self._tabs.current
        unsaved = screen.unsaved_text() if screen is not None else ""
        if unsaved:
            self._notices.say("Save or give up what was typed here first.", unsaved, tone=Tone.WARN)
        else:
            run()

    # --- fields ---

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Look at the keys of the field under the keyboard alone: a look at every event would slow the window."""
        if self._field is not None:
            self._field.removeEventFilter(self)
        self._field = new if isinstance(new, _FIELDS) else None
        if self._field is not None:
            self._field.installEventFilter(self)
            self._field.destroyed.connect(self._on_gone)

    def _on_gone(self) -> None:
        self._field = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field claims Ctrl+Z even where it has nothing to undo; then the key goes on to the window."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_Z or event.modifiers() not in {_CONTROL, _CONTROL | _SHIFT}:
            return False
        if _has_edits(watched, redo=bool(event.modifiers() & _SHIFT)):
            return False
        event.ignore()
        return True


_FIELDS: Final = (QLineEdit, QPlainTextEdit, QTextEdit)


def _has_edits(field: QObject, *, redo: bool) -> bool:
    """Whether a field can take back, or do again, something that was typed in it."""
    if isinstance(field, QLineEdit):
        return field.isRedoAvailable() if redo else field.isUndoAvailable()
    if isinstance(field, QPlainTextEdit | QTextEdit):
        document = field.document()
        return document.isRedoAvailable() if redo else document.isUndoAvailable()
    return False
