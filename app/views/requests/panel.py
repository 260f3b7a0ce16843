"""Service requests as a list, with what can be done with the chosen one, and its text below."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.models.values import RequestState
from app.services.database.asking import asking, doing
from app.services.requests.queries import (
    RequestOptions,
    RequestQuestion,
    RequestRow,
    RequestSheet,
    request_count,
    request_options,
    request_page,
    request_sheet,
)
from app.services.requests.requests import close_request, reopen_request
from app.views.asking.choices import ChoiceBox, TickBox
from app.views.lists.listing import Instead, ListWords, PageListing
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.requests.columns import request_columns
from app.views.requests.dialogs import OpenRequestDialog, RequestDialog
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import HorizontalRule, Label
from app.views.widgets.layout import column, grows, row, scrolling
from app.views.widgets.search_field import SearchField

_STATES: Final = (("Open", RequestState.OPEN), ("Closed", RequestState.CLOSED), ("Open and closed", None))
_NONE: Final = {RequestState.OPEN: "No open service request.", RequestState.CLOSED: "No closed service request.",
                None: "No service request."}
_READING: Final = "Being read."
_TEXT_LINES: Final = 5
_SEARCH_WIDTH: Final = 280


class RequestPanel(QWidget):
    """The requests of one account or of one provider."""

    account_asked = Signal(int)

    def __init__(self, theme: Theme, runner: Runner, *, of_account: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._runner = theme, runner
        self._account_id: int | None = None
        self._provider_id: int | None = None
        self._options: RequestOptions | None = None
        self._sheet: RequestSheet | None = None
        words = ListWords(name="Service requests", reading="Reading service requests.",
                          unread="The service requests could not be read.", empty=self._none)
        self.listing: PageListing[RequestRow] = PageListing(
            theme, runner, words, request_columns(with_account=not of_account), one_at_a_time=True)
        self.search = SearchField(theme, "Number or words of the subject")
        self.search.setMinimumWidth(theme.sizes.px(_SEARCH_WIDTH))
        self._states = ChoiceBox(theme, "Which requests", prefix="Show: ")
        self._states.set_choices(list(_STATES), RequestState.OPEN)
        self._mine = TickBox(theme, "Assigned to me")
        self._options_question = Question(runner, self, answered=self._on_options, failed=self._refuse)
        self._sheet_question = Question(runner, self, answered=self._on_sheet, failed=self._refuse)
        opening: RowAction[RequestRow] = RowAction(
            text="&New request…", icon=Icon.DISPUTE, needs_row=False, run=self._open_new,
            refusal=lambda _row: self._why_not_open())
        self._actions: RowActions[RequestRow] = RowActions(theme, self.listing.table, (
            *((opening,) if of_account else ()),
            RowAction(text="Ed&it or assign…", icon=Icon.EDIT, key=Qt.Key.Key_F2, run=self._edit,
                      refusal=self._why_not_edit),
            RowAction(text="C&lose request", icon=Icon.TICK, run=self._close, refusal=self._why_not_close),
            RowAction(text="&Open again", run=self._reopen, refusal=self._why_not_reopen),
        ), owner=self, none="Choose a request first.")
        self._actions.offer_menu(self.listing.table)
        self._says = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._says.hide()
        self._head = Label(theme, weight=600, wraps=True)
        self._text = Label(theme, wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._trail = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._lay_out(of_account=of_account)
        self._connect()
        self._actions.refresh()

    def _lay_out(self, *, of_account: bool) -> None:
        margin = tk.PAGE_MARGIN
        about = QWidget()
        column(self._head, self._text, self._trail, ..., on=about, margins=(margin, 10), spacing=4)
        below = scrolling(about)
        below.setMinimumHeight((_TEXT_LINES + 2) * self._theme.metrics().lineSpacing())
        below.setMaximumHeight((_TEXT_LINES + 5) * self._theme.metrics().lineSpacing())
        first = (self.search, self._states, self._mine) if not of_account else (self._states, self._mine)
        column(row(*first, ..., margins=(margin, 10, margin, 8), spacing=12) if not of_account else
               row(*self._actions.buttons, ..., *first, margins=(margin, 10, margin, 8), spacing=8),
               *(() if of_account else (row(*self._actions.buttons, ..., margins=(margin, 0, margin, 8)),)),
               row(grows(self._says), margins=(margin, 0)), grows(self.listing), HorizontalRule(self._theme), below,
               on=self)

    def _connect(self) -> None:
        table = self.listing.table
        self._states.activated.connect(lambda _place: self.ask())
        self._mine.toggled.connect(lambda _on: self.ask())
        self.search.settled.connect(lambda _text: self.ask())
        self.search.left_downwards.connect(table.setFocus)
        table.current_row_changed.connect(self._on_current)
        table.opened.connect(self._on_opened)
        table.link_clicked.connect(self._on_link)
        self.listing.counted.connect(self._on_counted)

    # --- reading ---

    def show_account(self, account_id: int) -> None:
        """Show the requests of an account, or read them again."""
        self._account_id = account_id
        self._options_question.ask(asking(request_options, account_id=account_id))
        self.ask()

    def show_provider(self, provider_id: int) -> None:
        """Show the requests of a provider, or read them again."""
        self._provider_id = provider_id
        self.ask()

    def ask(self) -> None:
        """Read what the fields ask for."""
        if self._account_id is None and self._provider_id is None:
            return
        question = RequestQuestion(
            provider_id=self._provider_id, account_id=self._account_id, state=self._states.chosen(),
            is_mine=self._mine.isChecked(), text=self.search.text().strip())
        self._say("")
        self.listing.ask(partial(request_page, question=question), partial(request_count, question=question))
        self._read_sheet()

    def _none(self) -> Instead:
        if self._mine.isChecked() or self.search.text().strip():
            return Instead(head="No service request matches.", text="Take back what narrows the list.")
        return Instead(head=_NONE[self._states.chosen()], icon=Icon.DISPUTE,
                       text="What a customer asked for and somebody looks after stands here.")

    def _on_counted(self, count: int) -> None:
        if not count:
            self._show_none()

    def _on_current(self, current: RequestRow | None) -> None:
        if current is None:
            self._show_none()
        else:
            self._read_sheet()

    def _read_sheet(self) -> None:
        current = self.listing.current
        if current is not None:
            self._sheet_question.ask(asking(request_sheet, request_id=current.id))

    def _on_options(self, options: RequestOptions) -> None:
        self._options = options
        self._actions.refresh()

    def _on_sheet(self, sheet: RequestSheet) -> None:
        self._sheet = sheet
        formatter = self._theme.formatter
        self._head.setText(f"{sheet.row.number} · {sheet.row.subject}")
        self._text.setText(sheet.values["text"] or "No text.")
        opened = f"Opened on {formatter.day(sheet.row.opened_on)} by {sheet.opened_by}."
        if sheet.row.closed_on is not None:
            opened += f" Closed on {formatter.day(sheet.row.closed_on)} by {sheet.closed_by}."
        self._trail.setText(opened)
        self._actions.refresh()

    def _show_none(self) -> None:
        self._sheet = None
        for label in (self._head, self._text, self._trail):
            label.setText("")
        self._actions.refresh()

    # --- what can be done ---

    def _of(self, current: RequestRow) -> RequestSheet | None:
        """The sheet of the current row, as soon as it is there."""
        sheet = self._sheet
        return sheet if sheet is not None and sheet.row == current else None

    def _why_not_open(self) -> str:
        return _READING if self._options is None else self._options.why_not_open

    def _why_not_edit(self, current: RequestRow) -> str:
        return self._why_not_change(current, f"{current.number} is closed. Open it again to change it.")

    def _why_not_close(self, current: RequestRow) -> str:
        return self._why_not_change(current, f"{current.number} is closed already.")

    def _why_not_change(self, current: RequestRow, closed: str) -> str:
        sheet = self._of(current)
        if sheet is None:
            return _READING
        return sheet.why_not_change or (closed if current.state is RequestState.CLOSED else "")

    def _why_not_reopen(self, current: RequestRow) -> str:
        sheet = self._of(current)
        if sheet is None:
            return _READING
        return f"{current.number} is open." if current.state is RequestState.OPEN else sheet.why_not_open

    def _open_new(self, _current: RequestRow | None) -> None:
        if self._options is not None:
            OpenRequestDialog(self._theme, self._runner, self._options, self).open_and_forget()

    def _edit(self, _current: RequestRow) -> None:
        if self._sheet is not None:
            RequestDialog(self._theme, self._runner, self._sheet, self).open_and_forget()

    def _close(self, current: RequestRow) -> None:
        self._runner.write(doing(close_request, request_id=current.id), failed=self._refuse)

    def _reopen(self, current: RequestRow) -> None:
        self._runner.write(doing(reopen_request, request_id=current.id), failed=self._refuse)

    def _on_opened(self, _index: QModelIndex) -> None:
        self._actions.press(Qt.Key.Key_F2)

    def _on_link(self, _index: QModelIndex) -> None:
        current = self.listing.current
        if current is not None:
            self.account_asked.emit(current.account_id)

    def _refuse(self, error: BaseException) -> None:
        self._say(in_words(error))

    def _say(self, text: str) -> None:
        self._says.setText(text)
        self._says.setVisible(bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 edits the request under the keyboard."""
        if not self._actions.press(event.key()):
            super().keyPressEvent(event)
