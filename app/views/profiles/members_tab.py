"""The members of a profile: found by the language of the customer list, selected, and moved to another profile."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, QSignalBlocker, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.services.customers.query.parser import parse_query
from app.services.customers.query.terms import MisreadQueryError
from app.services.profiles.moves import Members
from app.services.profiles.page import ProfileList, ProfilePage
from app.services.profiles.queries import MemberRow, ProfileRow, member_count, member_page
from app.views.lists.listing import Instead, ListWords, PageListing
from app.views.lists.query_field import QueryField
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.profiles.columns import member_columns
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, Label
from app.views.widgets.empty_state import WayOn
from app.views.widgets.layout import column, grows, row

_HINT = "Code, name, service or field:value"


class MembersTab(QWidget):
    """Shows one profile; `move_asked` says which members shall go where."""

    open_asked = Signal(int, bool)  # account id, whether in a tab behind
    move_asked = Signal(object, object)  # Members, ProfileRow
    selection_said = Signal(str)

    def __init__(self, theme: Theme, runner: Runner) -> None:
        super().__init__()
        self._theme = theme
        self._list: ProfileList | None = None
        self._page: ProfilePage | None = None
        self._asked = ""
        self._field = QueryField(theme, _HINT, icon=Icon.FILTER)
        self._field.setToolTip("Filter the members (Ctrl+F)")
        self._field.setMinimumWidth(theme.sizes.px(200))
        self._field.setMaximumWidth(theme.sizes.px(380))
        self._found = Label(theme, ink=tk.Ink.MUTED)
        self._move = Button(theme, "Move members to…", icon=Icon.FORWARD, run=self._pop_up)
        self._menu = QMenu(self._move)
        self._why = Label(theme, size=tk.LABEL, ink=tk.Ink.MUTED)
        self._misread = Label(theme, " ", size=tk.LABEL, ink=tk.Ink.BAD)
        words = ListWords(name="Members", reading="Reading members.", unread="The members could not be read.",
                          empty=self._nobody)
        self._pages: PageListing[MemberRow] = PageListing(theme, runner, words, member_columns())
        self._table, self._model = self._pages.table, self._pages.model
        column(row(grows(self._field), self._found, ..., self._move,
                   margins=(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 4), spacing=12),
               row(grows(self._misread), self._why, margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 6), spacing=0),
               grows(self._pages), on=self)
        self._field.settled.connect(self._on_typed)
        self._field.left_downwards.connect(self._table.setFocus)
        self._table.left_upwards.connect(self.focus_filter)
        self._table.opened.connect(partial(self._on_opened, aside=False))
        self._table.opened_aside.connect(partial(self._on_opened, aside=True))
        self._table.selection_changed.connect(self._say_move)
        self._pages.counted.connect(self._on_count)
        self._model.modelReset.connect(self._say_move)
        self._say_move()

    def show_profile(self, listed: ProfileList, page: ProfilePage) -> None:
        """Show the members of a profile, or those of the same one again; another one begins without a filter."""
        before, self._list, self._page = self._page, listed, page
        if before is None or before.id != page.id:
            self._asked = ""
            with QSignalBlocker(self._field):
                self._field.set_text_now("")
            self._show_misread(None)
        self._ask()
        self._say_move()

    def focus_first(self) -> None:
        (self._table if self._model.rowCount() else self._field).setFocus()

    def focus_filter(self) -> None:
        self._field.setFocus()
        self._field.selectAll()

    # --- reading ---

    def _on_typed(self, text: str) -> None:
        if self._list is None:
            return
        try:
            parse_query(text, currency=self._list.currency, today=self._list.today)
        except MisreadQueryError as error:
            self._show_misread(error)
            return  # the members shown before stay
        self._show_misread(None)
        self._asked = text
        self._ask()

    def _show_misread(self, error: MisreadQueryError | None) -> None:
        self._misread.setText(" " if error is None else str(error))
        self._field.setAccessibleDescription("" if error is None else str(error))
        self._field.show_misread(error)

    def _ask(self) -> None:
        if self._page is not None:
            asked: dict[str, Any] = {"profile_id": self._page.id, "filter_text": self._asked}
            self._pages.ask(partial(member_page, **asked), partial(member_count, **asked))

    def _on_count(self, count: int) -> None:
        formatter = self._theme.formatter
        total = formatter.counted(self._page.members if self._page else count, "member", "members")
        self._found.setText(f"{formatter.number(count)} of {total}" if self._asked.strip() else total)
        self._say_move()

    def _nobody(self) -> Instead:
        self._found.setText("")
        self._say_move()
        if self._asked.strip():
            return Instead(head=f"No member matches {self._asked.strip()}.",
                           ways=(WayOn("Clear filter", self._field.clear_now),))
        return Instead(head="No account has this profile.", icon=Icon.PROFILE,
                       text="Move accounts here from the members of another profile.")

    # --- moving ---

    def targets(self) -> list[ProfileRow]:
        """Profiles that members of this one can go to."""
        rows = self._list.rows if self._list is not None else ()
        return [row for row in rows if self._page is not None and row.id != self._page.id]

    def chosen(self) -> Members | None:
        """The selected members: all that the filter finds, or these; None where they are not all read."""
        page, count = self._page, self._table.selected_count()
        if page is None or not count:
            return None
        if count == self._model.rowCount():
            return Members(profile_id=page.id, filter_text=self._asked)
        rows = self._table.selected_rows()
        return Members(account_ids=tuple(row.id for row in rows), profile_id=page.id) if len(rows) == count else None

    def move_to(self, target: ProfileRow) -> None:
        members = self.chosen()
        if members is not None:
            self.move_asked.emit(members, target)

    def refusal(self) -> str:
        """Why nothing can be moved now."""
        if self._page is None:
            return "Nothing is read yet."
        if self._page.rights.move:
            return self._page.rights.move
        if not self.targets():
            return "There is no other profile yet."
        if not self._table.selected_count():
            return "Select members first; Ctrl+A selects all found."
        return "" if self.chosen() is not None else "Rows in between are not read yet. Select fewer, or all."

    def _say_move(self) -> None:
        refusal, count = self.refusal(), self._table.selected_count()
        formatter = self._theme.formatter
        said = formatter.counted(count, "member", "members") if count else "members"
        self._move.setText(f"Move {said} to…")
        self._move.setEnabled(not refusal)
        self._move.setToolTip(refusal or "What it would do is shown first")
        self._why.setText(refusal if self._model.rowCount() else "")
        self.selection_said.emit(f"{formatter.number(count)} of {formatter.number(self._model.rowCount())} selected"
                                 if count else "")

    def _pop_up(self) -> None:
        self._menu.clear()
        for target in self.targets():
            text = f"{target.name} (default)" if target.is_default else target.name
            self._menu.addAction(text.replace("&", "&&"), partial(self.move_to, target))
        self._menu.popup(self._move.mapToGlobal(self._move.rect().bottomLeft()))

    def _on_opened(self, index: QModelIndex, *, aside: bool) -> None:
        row = self._model.row_of(index)
        if row is not None:
            self.open_asked.emit(row.id, aside)
