"""Looking the books of one account through: every row with its balance, each figure twice, and what differs."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.database.asking import asking, doing
from app.services.documents.reconciling import (
    BooksToReconcile,
    Figure,
    RunningRow,
    allocate_account_oldest,
    books_to_reconcile,
    mark_reconciled,
)
from app.views.asking.fields import DateField
from app.views.desk.desk import Desk
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, Kind
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.words import TRANSACTION, TRANSACTION_ICON
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.widgets.basics import Button, Dialog, HorizontalRule, Label
from app.views.widgets.layout import column, grows, row

_WIDTH, _HEIGHT = 940, 700
_CORRECT: Final = "ledger.correct"
_SHOWN: Final = 5
"""Figures."""
_NAMED: Final = 4
"""Differences, before the rest is counted."""


def _figure_columns(currency: str) -> tuple[Column[Figure], ...]:
    return (
        Column(key="figure", title="Figure", text=lambda r, _: r.label, width=150, stretches=True),
        Column(key="rows", title="Rows added up", kind=Kind.FIGURE, width=150,
               text=lambda r, f: f"{f.amount(r.recomputed_minor, currency)} {currency}"),
        Column(key="told", title="Shown elsewhere", kind=Kind.FIGURE, width=150,
               text=lambda r, f: f"{f.amount(r.stored_minor, currency)} {currency}"),
        Column(key="state", title="", kind=Kind.STATUS, width=190,
               text=lambda r, f: "The same" if r.agrees else
               f"{f.amount(r.stored_minor - r.recomputed_minor, currency)} {currency} apart",
               tone=lambda r: None if r.agrees else tk.Tone.BAD, ink=lambda _: tk.Ink.MUTED),
    )


def _row_columns(currency: str) -> tuple[Column[RunningRow], ...]:
    return (
        Column(key="posted", title="Posted", text=lambda r, f: f.day(r.posted_on), width=106),
        Column(key="number", title="Number", text=lambda r, _: r.number, width=110, tooltip=lambda r, _: r.number),
        Column(key="kind", title="Type", text=lambda r, _: TRANSACTION[r.kind], width=128, stretches=True,
               icon=lambda r: TRANSACTION_ICON[r.kind], tooltip=lambda r, _: r.text),
        Column(key="amount", title="Amount", kind=Kind.FIGURE, width=94,
               text=lambda r, f: f.amount(r.signed_minor, currency)),
        Column(key="balance", title="Balance", kind=Kind.FIGURE, width=94, is_bold=lambda _: True,
               text=lambda r, f: f.amount(r.balance_minor, currency)),
        Column(key="open", title="Open", kind=Kind.FIGURE, width=94,
               text=lambda r, f: f.amount(r.open_minor, currency) if r.open_minor else ""),
        Column(key="disputed", title="In dispute", kind=Kind.FIGURE, width=94,
               text=lambda r, f: f.amount(r.disputed_minor, currency) if r.disputed_minor else ""),
    )


class ReconcileDialog(Dialog):
    """Reads as of today first; nothing is changed but by its two buttons."""

    def __init__(self, desk: Desk, account_id: int, parent: QWidget) -> None:
        super().__init__("Reconcile", parent)
        theme = desk.theme
        self._desk, self._account_id = desk, account_id
        self._books: BooksToReconcile | None = None
        self._day: date | None = None
        self._question = Question(desk.runner, self, answered=self._on_books, failed=self._refuse)
        self._title = Label(theme, "Reconcile", self, size=tk.TITLE, weight=600)
        self._as_of = DateField(theme, "As of", self._today, self)
        self._as_of.setMaximumWidth(theme.sizes.px(150))
        self._verdict = Label(theme, "", self, wraps=True)
        self._earlier = Label(theme, "", self, ink=tk.Ink.MUTED, wraps=True)
        self._figures = DataTable(theme, "Figures", self)
        self._rows = DataTable(theme, "Rows", self)
        self._proposal = Label(theme, "", self, ink=tk.Ink.MUTED, wraps=True)
        self._allocate = Button(theme, "Allocate &oldest first", self, run=self._on_allocate)
        self._note = QLineEdit(self)
        self._note.setAccessibleName("Note")
        self._note.setPlaceholderText("What was looked at, for instance: against the bank statement of May")
        self._mark = Button(theme, "&Mark reconciled", self, icon=Icon.TICK, kind="main", run=self._on_mark)
        self._refusal = Label(theme, "", self, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        self._lay()
        self._as_of.value_changed.connect(self._on_day)
        self._note.textChanged.connect(lambda _text: self._offer())
        self._offer()
        self._ask()

    def _lay(self) -> None:
        theme, margin = self._desk.theme, tk.PAGE_MARGIN
        close = Button(theme, "Close", self, run=self.reject)
        self._figures.setFixedHeight(theme.sizes.head + _SHOWN * theme.sizes.row + 2)
        day = Label(theme, "&As of", self, ink=tk.Ink.MUTED, buddy=self._as_of)
        note = Label(theme, "&Note", self, ink=tk.Ink.MUTED, buddy=self._note)
        column(row(self._title, margins=(margin, 16, margin, 4)),
               row(day, self._as_of, grows(self._verdict), margins=(margin, 4), spacing=10),
               row(grows(self._earlier), margins=(margin, 0, margin, 8)), HorizontalRule(theme), self._figures,
               HorizontalRule(theme), grows(self._rows), HorizontalRule(theme),
               row(grows(self._proposal), self._allocate, margins=(margin, 8), spacing=10),
               row(grows(self._refusal), margins=(margin, 0)), HorizontalRule(theme),
               row(note, grows(self._note), close, self._mark, margins=(margin, 12), spacing=10), on=self)
        parent = self.parentWidget()
        room = parent.screen().availableGeometry() if parent is not None else QRect(0, 0, 1280, 800)
        self.resize(min(theme.sizes.px(_WIDTH), room.width() - 40), min(theme.sizes.px(_HEIGHT), room.height() - 60))

    # --- reading ---

    def _today(self) -> date:
        return self._books.today if self._books is not None else self._desk.today()

    def _ask(self) -> None:
        self._question.ask(asking(books_to_reconcile, account_id=self._account_id, as_of=self._day))

    def _on_day(self, day: date | None) -> None:
        if day is not None and day != self._day:
            self._day = day
            self._ask()

    def _on_books(self, books: BooksToReconcile) -> None:
        is_first, self._books = self._books is None, books
        formatter = self._desk.theme.formatter
        self._title.setText(f"Reconcile {books.code}")
        figures: RowsTableModel[Figure] = RowsTableModel(
            _figure_columns(books.currency), books.figures.index, formatter, self)
        figures.set_rows(books.figures)
        rows: RowsTableModel[RunningRow] = RowsTableModel(_row_columns(books.currency), lambda r: r.id, formatter, self)
        rows.set_rows(books.rows)
        self._figures.show_model(figures)
        self._rows.show_model(rows)
        if is_first:
            self._day = books.as_of
            self._as_of.set_value(books.as_of)
            self._rows.setFocus()
        self._rows.go_to_row(len(books.rows) - 1)
        self._say_what_differs(books)
        self._offer()

    def _say_what_differs(self, books: BooksToReconcile) -> None:
        formatter = self._desk.theme.formatter
        words = " ".join(each.words for each in books.differences[:_NAMED])
        if len(books.differences) > _NAMED:
            words += f" {len(books.differences) - _NAMED} more differ."
        self._verdict.setText(words or "The rows come to what is shown everywhere else.")
        self._verdict.set_ink(tk.Ink.BAD if words else tk.Ink.TEXT)
        last = next(iter(books.earlier), None)
        self._earlier.setText(
            "Not marked as reconciled before." if last is None else
            f"Last marked as of {formatter.day(last.effective_on)} by {last.recorded_by}: {last.note}")
        parts = [f"{each.credit} settles {formatter.amount(each.amount_minor, books.currency)} {books.currency} of "
                 f"{each.debit}" for each in books.suggestions]
        self._proposal.setText(f"{'; '.join(parts[:3])}{f'; and {len(parts) - 3} more' if len(parts) > 3 else ''}."
                               if parts else "Nothing waits that could settle anything.")

    def _offer(self) -> None:
        refusal = self._desk.powers.refusal(_CORRECT)
        waits = self._books is not None and bool(self._books.suggestions)
        self._allocate.offer(refusal or ("" if waits else "Nothing waits"))
        noted = bool(self._note.text().strip())
        self._mark.offer(refusal or ("Reading" if self._books is None else "" if noted else "Write a note first"))

    # --- changing ---

    def _on_allocate(self) -> None:
        books = self._books
        if books is not None and books.suggestions:
            self._desk.runner.write(doing(allocate_account_oldest, account_id=self._account_id,
                                          seen=books.suggestions),
                                    succeeded=lambda _changes: self._again(), failed=self._refuse)

    def _on_mark(self) -> None:
        books = self._books
        if books is not None:
            self._desk.runner.write(
                doing(mark_reconciled, account_id=self._account_id, as_of=books.as_of, note=self._note.text(),
                      seen=books.balance_minor),
                succeeded=partial(self._on_marked, books), failed=self._refuse)

    def _on_marked(self, books: BooksToReconcile, _made: object) -> None:
        self._desk.notices.say(f"{books.code} is reconciled as of {self._desk.theme.formatter.day(books.as_of)}")
        self.accept()

    def _again(self) -> None:
        self._refusal.hide()
        self._ask()

    def _refuse(self, error: BaseException) -> None:
        self._refusal.setText(in_words(error))
        self._refusal.show()
