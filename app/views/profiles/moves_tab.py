"""Earlier moves of members of a provider, and which of them can still be taken back."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.database.asking import asking
from app.services.profiles.page import MoveRow, ProfileList, earlier_moves
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.profiles.columns import move_columns
from app.views.running.runner import Runner
from app.views.widgets.basics import Label, without_arguments
from app.views.widgets.layout import column, grows, row

_WORDS: Final = ListWords(
    name="Earlier moves", reading="Reading earlier moves.", unread="The moves could not be read.",
    empty=Instead(head="No member was moved yet.", text="Moves between profiles stand here, to be taken back.",
                  icon=Icon.HISTORY))


class MovesTab(QWidget):
    """Shows one provider; `back_asked` says which move shall be taken back."""

    back_asked = Signal(int)  # move id

    def __init__(self, theme: Theme, runner: Runner) -> None:
        super().__init__()
        self._theme = theme
        self._zone = ZoneInfo("UTC")
        self._rows: RowListing[MoveRow] = RowListing(theme, runner, _WORDS, move_columns(lambda: self._zone),
                                                     one_at_a_time=True)
        self._actions: RowActions[MoveRow] = RowActions(theme, self._rows.table, (
            RowAction(text="Move back…", icon=Icon.UNDO, refusal=_why_not_back, says=self._words,
                      run=lambda move: self.back_asked.emit(move.id)),), owner=self, none="Choose a move.")
        self._why = Label(theme, size=tk.LABEL, ink=tk.Ink.MUTED)
        (back,) = self._actions.buttons
        column(grows(self._rows), row(back, grows(self._why), margins=(tk.PAGE_MARGIN, 8), spacing=12), on=self)
        self._rows.table.opened.connect(without_arguments(back.click))
        self._rows.table.current_row_changed.connect(self._say_why)
        self._rows.answered.connect(self._say_why)
        self._say_why()

    def show_list(self, listed: ProfileList) -> None:
        """Read the moves of a provider."""
        self._zone = ZoneInfo(listed.time_zone)
        if listed.rights.move:
            self._rows.model.set_rows([])
            self._rows.say(Instead(head="Earlier moves are not shown.", text=listed.rights.move, icon=Icon.LOCK))
        else:
            self._rows.ask(asking(earlier_moves, provider_id=listed.provider_id))

    def focus_first(self) -> None:
        self._rows.table.setFocus()

    def _say_why(self, _what: object = None) -> None:
        self._actions.refresh()
        self._why.setText(self._actions.buttons[0].toolTip() if self._rows.model.rowCount() else "")

    def _words(self, move: MoveRow) -> str:
        if not move.can_go_back:
            return "Move back…"
        return f"Move {self._theme.formatter.counted(move.can_go_back, 'account', 'accounts')} back…"


def _why_not_back(move: MoveRow) -> str:
    return "" if move.can_go_back else "All accounts of this move changed since, or went back already."
