"""Taking back what this window did: a notice with *Undo* after each change that has a way back, and Ctrl+Z.

The way back comes with the answer of the command (`app.services.changes.Undo`), so no screen says how its own work is
undone. What was taken back can be done again until something else is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.services.changes import ChangeSet, Outlook, Undo, changes_of
from app.services.database.asking import asking, doing
from app.services.errors import RefusedByRule
from app.services.saving import SavedMeanwhile
from app.services.wording import listed
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.desk.actions import WRITING
from app.views.desk.own_powers import PowersHere
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.tokens import Tone
from app.views.running.change_bus import ChangeBus
from app.views.running.handle import JobCard
from app.views.running.runner import Runner
from app.views.widgets.notices import Notice, Notices

_KEPT: Final = 20
_NAMED: Final = 12
_UNDO: Final = "undo"


@dataclass(eq=False, slots=True, kw_only=True)
class Change:
    """One change of this window, for as long as it can be taken back."""

    undo: Undo
    is_redo: bool = False
    """It was taken back: going its way does it again."""
    holds: bool = True


class Undoing(QObject):
    """Keeps the changes of one window that can be taken back, the newest last; `changed` when others can."""

    changed = Signal()

    def __init__(self, theme: Theme, runner: Runner, bus: ChangeBus, notices: Notices, window: QWidget, *,
                 powers: PowersHere) -> None:
        super().__init__(window)
        self._theme, self._runner, self._notices, self._window = theme, runner, notices, window
        self._done: list[Change] = []
        self._undone: list[Change] = []
        self._powers = powers
        bus.published.connect(self._on_published)
        powers.changed.connect(notices.refresh)

    @property
    def newest(self) -> Change | None:
        """What Ctrl+Z takes back."""
        return self._done[-1] if self._done else None

    @property
    def newest_undone(self) -> Change | None:
        """What Ctrl+Shift+Z does again."""
        return self._undone[-1] if self._undone else None

    def undo(self) -> None:
        """Take back the newest change."""
        if self.newest is not None:
            self.take_back(self.newest)

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self.newest_undone is not None:
            self.take_back(self.newest_undone)

    def take_back(self, change: Change) -> None:
        """Take one change back; of many things, ask first where some stay as they are."""
        if not change.holds:
            return
        undo = change.undo
        if undo.outlook is None:
            self._go(change)
        else:
            self._runner.read(asking(undo.outlook, **undo.asks), succeeded=partial(self._on_outlook, change),
                              failed=partial(self._on_failed, change))

    # --- inside ---

    def _on_published(self, changes: ChangeSet, initiator: object) -> None:
        """A command of this window was done; those of others come without a way back."""
        if changes.undo is None:
            return
        taken = initiator if isinstance(initiator, Change) else None
        change = Change(undo=changes.undo, is_redo=taken is not None and not taken.is_redo)
        if taken is None:
            self._forget(self._undone)  # something else was done: what was undone would not fit it
        if change.is_redo:
            self._undone = [*self._undone[-_KEPT + 1:], change]
        else:
            self._done = [*self._done[-_KEPT + 1:], change]
            self._tell(change)
        self.changed.emit()

    def _tell(self, change: Change) -> None:
        """Show what was done, and how far it reaches where somebody may know."""
        undo = change.undo
        if undo.extent is None:
            self._show(change)
        else:
            self._runner.read(asking(undo.extent, **undo.tells), succeeded=partial(self._show, change),
                              failed=lambda _error: self._show(change))

    def _show(self, change: Change, extent: str = "") -> None:
        if change.holds:  # not taken back by now
            self._notices.show(Notice(title=change.undo.done, text=extent, link="Undo", instead_of=_UNDO,
                                      holds=lambda: change.holds, refusal=self._refusal,
                                      run=partial(self.take_back, change)))

    def _refusal(self) -> str:
        """Why nothing can be taken back for now: it is a save as any other."""
        missing = self._powers.refusal(WRITING)
        return f"Taking it back {missing}." if missing else ""

    def _on_outlook(self, change: Change, outlook: Outlook) -> None:
        undo = change.undo
        if not outlook.kept:
            self._go(change)
            return
        names = list(outlook.names[:_NAMED])
        rest = outlook.kept - len(names)
        said = listed([*names, f"{rest:,} more"] if rest else names)
        since = f"{outlook.kept:,} {undo.stay}: {said}."
        if not outlook.can:
            self._end(change)
            self._notices.show(Notice(title=f"Not taken back: {undo.of}.", text=since, tone=Tone.WARN))
            return
        dialog = ConfirmDialog(self._theme, f"Take back {undo.of}",
                               f"{undo.done} {outlook.can:,} can be {undo.back}; {since}",
                               verb=undo.verb.format(count=f"{outlook.can:,}"), parent=self._window)
        dialog.accepted.connect(partial(self._go, change))
        dialog.open_and_forget()

    def _go(self, change: Change) -> None:
        """Give the command of the way back; a second one meanwhile finds nothing to take back."""
        undo = change.undo
        self._end(change)
        done, failed = partial(self._on_taken_back, change), partial(self._on_failed, change)
        if undo.runs_long:
            self._runner.long(partial(undo.command, **undo.arguments), initiator=change, succeeded=done, failed=failed,
                              card=JobCard(title=f"Take back {undo.of}", icon=Icon.UNDO))
        else:
            self._runner.write(doing(undo.command, **undo.arguments), initiator=change, succeeded=done, failed=failed)

    def _on_taken_back(self, change: Change, result: object) -> None:
        """What was done again has said so itself, with its way back."""
        if not change.is_redo:
            again = changes_of(result).undo
            self._notices.show(Notice(title=f"Taken back: {change.undo.of}.", text=again.done if again else "",
                                      instead_of=_UNDO))

    def _on_failed(self, change: Change, error: BaseException) -> None:
        """Somebody else changed it since, or it may not be done any more: it stays. Without an answer it can wait."""
        if isinstance(error, RefusedByRule):
            self._end(change)
        elif not change.holds:
            change.holds = True
            (self._undone if change.is_redo else self._done).append(change)
            self.changed.emit()
        self._notices.show(Notice(title=f"Not taken back: {change.undo.of}.", text=_why(error), tone=Tone.WARN))

    def _end(self, change: Change) -> None:
        change.holds = False
        self._done = [other for other in self._done if other is not change]
        self._undone = [other for other in self._undone if other is not change]
        self.changed.emit()
        self._notices.refresh()

    def _forget(self, changes: list[Change]) -> None:
        for change in list(changes):
            self._end(change)


def _why(error: BaseException) -> str:
    return error.said_since() if isinstance(error, SavedMeanwhile) else str(error)
