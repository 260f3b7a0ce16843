"""The ledger of an account as of a day: rows with their running balance, what is unsettled by age, and disputes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.models.values import AccountType, TransactionKind
from app.services.accounts.header import AccountHeader
from app.services.changes import Changed
from app.services.database.asking import asking
from app.services.ledger.export import export_ledger
from app.services.ledger.page import LedgerRow, LedgerSummary, ledger_summary
from app.views.asking.fields import DateField
from app.views.asking.files import ask_where_to_save, file_name
from app.views.desk.actions import Binding
from app.views.desk.offers import Verbs
from app.views.desk.page_tab import PageTab
from app.views.ledger.ageing_line import AgeingLine
from app.views.ledger.agreeing import Agreeing
from app.views.ledger.agreements import Agreements
from app.views.ledger.columns import ledger_columns
from app.views.ledger.dispute_dialogs import DisputeDialog
from app.views.ledger.disputes import Disputes
from app.views.ledger.source import ledger_source
from app.views.lists.listing import Instead, ListWords, PageListing
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, ElidedLabel, Label, LinkButton
from app.views.widgets.empty_state import WayOn
from app.views.widgets.layout import column, grows, row
from app.views.widgets.menus import Entry, pop_up
from app.views.widgets.search_field import SearchField


class LedgerTab(PageTab):
    """Shows one account; `row_asked` says which row to show in full."""

    concerned_by = frozenset({Changed.LEDGER, Changed.HOLDS})

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._verbs: Verbs | None = None
        self._header: AccountHeader | None = None
        self._as_of: date | None = None
        self._summary = Question(runner, self, answered=self._on_summary, failed=self._on_failed)
        self._rows: PageListing[LedgerRow] = PageListing(theme, runner, ListWords(
            name="Ledger", reading="Reading the ledger.", unread="The ledger could not be read.",
            empty=self._none), ledger_columns())
        self._ageing = AgeingLine(theme, self)
        tools = self._build_tools()
        self._disputes = Disputes(theme, runner, self._today, self, failed=self._on_failed)
        self._agreements = Agreements(theme, runner, self, failed=self._on_failed)
        self._filter = SearchField(theme, "Number or words", self)
        self._filter.setMaximumWidth(theme.sizes.px(220))
        self._save = Button(theme, "Export…", self, icon=Icon.EXPORT, run=self._ask_where)
        self._save.offer("Nothing is read yet")
        column(tools, row(grows(self._ageing), self._filter, self._save,
                          margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8)), grows(self._rows),
               self._disputes, self._agreements, on=self)
        self._connect()
        self._on_current()

    # --- for the page ---

    def show_account(self, header: AccountHeader) -> None:
        """Show an account as of today, or the same one again as of the day that is chosen."""
        is_new = self._header is None or self._header.id != header.id
        was_today = self._header is not None and self._as_of == self._header.as_of
        self._header = header
        self._agree.offer(header.rights.agree, "A promise to pay, or a payment plan")
        self._agree.setVisible(header.type is AccountType.END_USER)
        if is_new and self._filter.text():
            self._filter.clear()
        if is_new or (was_today and self._as_of != header.as_of):
            self._as_of = header.as_of
            self._day.set_value(header.as_of)
            self._to_today.setEnabled(False)
            self._ask_rows()
        else:
            self._rows.model.refresh()
        self._ask_rest()

    def use_verbs(self, verbs: Verbs) -> None:
        """Offer in the menu of a row what can be done with its document."""
        self._verbs = verbs

    @property
    def as_of(self) -> date | None:
        return self._as_of

    def focus_first(self) -> None:
        self._rows.table.setFocus()

    def bindings(self) -> Mapping[str, Binding]:
        refusal = "" if self._disputable() is not None else "needs an invoice with something payable"
        return {"ledger.as_of": Binding(self._focus_day), "go.list": Binding(self._filter.setFocus),
                "ledger.dispute": Binding(self._dispute, refusal=refusal),
                **self._disputes.bindings(), **self._agreements.bindings()}

    # --- building ---

    def _build_tools(self) -> QHBoxLayout:
        theme = self._theme
        self._day = DateField(theme, "As of", self._today, self)
        self._day.setMaximumWidth(theme.sizes.px(150))
        self._day.setToolTip("The ledger as it stood on the evening of this day (Ctrl+D)")
        self._to_today = LinkButton(theme, "Today", self, run=self._on_today)
        self._to_today.setEnabled(False)
        self._reading = ElidedLabel(theme, ink=tk.Ink.MUTED)
        self._newer = LinkButton(theme, "", self, run=self._ask_rows)
        self._newer.hide()
        self._put = Button(theme, "Put in dispute…", self, icon=Icon.DISPUTE, run=self._dispute)
        self._agreeing = Agreeing(theme, self._runner, self, failed=self._on_failed)
        self._agree = Button(theme, "Agree…", self, icon=Icon.AGENT, run=self._offer_agreements)
        label = Label(theme, "As &of", self, ink=tk.Ink.MUTED, buddy=self._day)
        return row(label, self._day, self._to_today, grows(self._reading), self._newer, self._agree, self._put,
                   margins=(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 8), spacing=10)

    def _connect(self) -> None:
        table, model = self._rows.table, self._rows.model
        self._day.value_changed.connect(self._on_day)
        self._day.returnPressed.connect(table.setFocus)
        self._day.reading_changed.connect(self._on_reading)
        table.opened.connect(self._on_opened)
        table.menu_asked.connect(self._on_menu)
        table.left_upwards.connect(self._filter.setFocus)
        self._filter.settled.connect(lambda _text: self._ask_rows())
        self._filter.left_downwards.connect(table.setFocus)
        model.newer_rows.connect(self._on_newer)
        # what may be done follows the row under the keyboard, also as when its dispute ended
        for changed in (table.current_row_changed, model.dataChanged, self._disputes.chosen_changed,
                        self._agreements.chosen_changed):
            changed.connect(self._on_current)

    def _offer_agreements(self) -> None:
        """Below the button: what may be agreed on."""
        header = self._header
        if header is None:
            return
        entries = [Entry("Promise to pay…", partial(self._agreeing.promise, header.id))]
        if header.rights.has_plans:
            entries.append(Entry("Payment plan…", partial(self._agreeing.plan, header.id)))
        pop_up(self, self._agree.mapToGlobal(self._agree.rect().bottomLeft()), *entries)

    # --- reading ---

    def _today(self) -> date:
        return self._header.as_of if self._header is not None else date.min

    def _ask_rows(self) -> None:
        if self._header is not None and self._as_of is not None:
            self._newer.hide()
            self._rows.model.set_source(ledger_source(self._header.id, self._as_of, self._filter.text()))

    def _ask_rest(self) -> None:
        if self._header is not None and self._as_of is not None:
            self._summary.ask(asking(ledger_summary, account_id=self._header.id, as_of=self._as_of))
            self._disputes.ask(self._header.id, self._as_of)
            self._agreements.ask(self._header.id, refusal=self._header.rights.agree)

    def _on_day(self, day: date | None) -> None:
        if day is not None and day != self._as_of:
            self._as_of = day
            self._to_today.setEnabled(day != self._today())
            self._ask_rows()
            self._ask_rest()
            self.bindings_changed.emit()

    def _on_reading(self, words: str, refused: bool) -> None:  # noqa: FBT001  a slot
        """While a date is typed its reading stands beside it; afterwards the page says what it shows."""
        shown = words if refused else self._as_of_words()
        self._reading.set_text(shown, tk.Ink.BAD if refused else tk.Ink.MUTED)

    def _as_of_words(self) -> str:
        day = self._day.value
        if day is None or day == self._today():
            return ""
        return f"As it stood on the evening of {self._theme.formatter.day(day, weekday=True)}"

    def _on_today(self) -> None:
        self._day.set_value(self._today())
        self._rows.table.setFocus()

    def _focus_day(self) -> None:
        self._day.setFocus()
        self._day.selectAll()

    def _on_summary(self, summary: LedgerSummary) -> None:
        figures = summary.figures
        self._ageing.show_ageing(figures.ageing_minor, figures.currency)
        rows = self._theme.formatter.counted(summary.transaction_count, "row", "rows")
        balance = self._theme.formatter.amount(figures.balance_minor, figures.currency)
        self._save.offer("" if summary.may_export else 'Needs the power "Export customers"')
        self.summary_changed.emit(f"{rows}, balance {balance}{NO_BREAK}{figures.currency}")

    # --- as a file ---

    def _ask_where(self) -> None:
        header, as_of = self._header, self._as_of
        if header is not None and as_of is not None:
            name = file_name(f"Ledger {header.code} {as_of.isoformat()}", "Ledger")
            ask_where_to_save(self, "Export the ledger", partial(self._export, header.id, as_of), ending="xlsx",
                              kinds="Workbook (*.xlsx);;Separated values (*.csv)", name=f"{name}.xlsx")

    def _export(self, account_id: int, as_of: date, path: str) -> None:
        self._runner.read(
            partial(export_ledger, account_id=account_id, as_of=as_of, text=self._filter.text(), path=Path(path)),
            succeeded=lambda done: self._reading.set_text(done.sentence, tk.Ink.GOOD), failed=self._on_failed)

    def _on_failed(self, error: BaseException) -> None:
        self._reading.set_text(f"Not all could be read. {error}", tk.Ink.BAD)

    def _none(self) -> Instead:
        if self._filter.text().strip():
            return Instead(head="No row has these words.", icon=Icon.MONEY,
                           ways=(WayOn("Show all rows", self._filter.clear_now),))
        is_today = self._as_of == self._today()
        head = "Nothing is posted yet."
        if self._as_of is not None and not is_today:
            head = f"Nothing was posted by {self._theme.formatter.day(self._as_of)}."
        return Instead(head=head, text="Invoices and payments stand here once they are posted.", icon=Icon.MONEY,
                       ways=() if is_today else (WayOn("Show today", self._on_today),))

    def _on_newer(self, count: int) -> None:
        self._newer.setText(f"{self._theme.formatter.counted(count, 'newer row', 'newer rows')}, show")
        self._newer.setVisible(count > 0)

    # --- rows ---

    def _disputable(self) -> LedgerRow | None:
        """The row under the keyboard, where it is an invoice of which something is payable."""
        row = self._rows.current
        return row if row is not None and row.kind is TransactionKind.INVOICE and row.payable_minor > 0 else None

    def _on_current(self, *_what: object) -> None:
        self._put.offer("" if self._disputable() is not None else "Needs an invoice with something payable")
        self.bindings_changed.emit()

    def _on_opened(self, index: QModelIndex) -> None:
        row = self._rows.model.row_of(index)
        if row is not None:
            self.row_asked.emit(row)

    def _on_menu(self, index: QModelIndex, position: QPoint) -> None:
        row = self._rows.model.row_of(index)
        if row is None:
            return
        pop_up(self, position,
               Entry("Show it in full", partial(self.row_asked.emit, row)),
               *([Entry("Put in dispute…", self._dispute)] if self._disputable() is not None else []),
               None, *(self._verbs.entries(row, self) if self._verbs is not None else ()),
               None, Entry("Copy rows", self._rows.table.copy_rows))

    def _dispute(self) -> None:
        row = self._disputable()
        if row is not None:
            dialog = DisputeDialog(self._theme, self._runner, row, self._today(), self)
            dialog.created.connect(self._disputes.go_to_new)
            dialog.open_and_forget()
