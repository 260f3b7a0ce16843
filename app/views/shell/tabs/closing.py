"""What is asked before work is given up: a tab with unsaved text, or the whole window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.views.desk.screen import Screen
from app.views.look.theme import Theme
from app.views.running.handle import JobHandle

if TYPE_CHECKING:
    from app.views.asking.confirm_dialog import ConfirmDialog


def leaving_question(theme: Theme, screen: Screen, parent: QWidget) -> ConfirmDialog:
    """Whether to close a screen that holds unsaved text."""
    from app.views.asking.confirm_dialog import ConfirmDialog

    return ConfirmDialog(theme, f"Close {screen.title} without saving", screen.unsaved_text(),
                         verb="Close without saving", parent=parent, kind="danger", stay="Keep editing")


def closing_question(theme: Theme, screens: Sequence[Screen], running: Sequence[JobHandle], parent: QWidget
                     ) -> ConfirmDialog | None:
    """Whether to close the window over unsaved texts and running jobs; None where there is neither."""
    from app.views.asking.confirm_dialog import ConfirmDialog

    lines = [f"{screen.title}: {screen.unsaved_text()}" for screen in screens if screen.unsaved_text()]
    if not lines and not running:
        return None
    lines += [f"{handle.card.title} is still working." for handle in running if handle.card is not None]
    if running:
        lines.append("Stopping keeps what is finished, and the rest can be resumed.")
    return ConfirmDialog(theme, "Close Bursar", "\n".join(lines),
                         verb="Stop and close" if running else "Close without saving", parent=parent, kind="danger",
                         stay="Keep working")
