"""*Receive payments*: one after the other without the mouse, each shown on its invoices before it is posted."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.services.changes import Changed, Created
from app.services.database.asking import asking, doing
from app.services.payments.batch import BatchRow, batch_rows, save_batch_list
from app.services.payments.outlook import FallRow, PaymentOutlook, payment_outlook
from app.services.payments.payers import Payer, PayerFacts, find_payers, payer_facts
from app.services.payments.receiving import receive_payment
from app.views.asking.files import ask_where_to_save
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import ACCOUNT, RECEIVE, Screen, Target
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK
from app.views.look.icons import Icon
from app.views.payments.batch_panel import BatchPanel
from app.views.payments.columns import FALL_COLUMNS, payer_columns
from app.views.payments.entry import EntryLine
from app.views.payments.feature import CLOSE_BATCH
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.widgets.basics import ElidedLabel
from app.views.widgets.layout import column, grows, row
from app.views.widgets.page_header import PageHeader

_PAYERS = ListWords(name="Accounts that fit", reading="Looking for accounts.", unread="The accounts could not be read.",
                    empty=Instead(head="No account fits.", text="Type its code, its name or the number of an invoice."))
_FALLS = ListWords(name="Open invoices", reading="Reading open invoices.", unread="The invoices could not be read.",
                   empty=Instead(head="Nothing is open.", text="The payment would wait as credit of the account.",
                                 icon=Icon.GOOD))


class ReceiveScreen(Screen):
    """The part of its target names the account it begins with: "account 42"."""

    comfortable_width = 1080

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(Target(RECEIVE), "Receive payments", Icon.PAYMENT, parent)
        theme, runner = desk.theme, desk.runner
        self._desk = desk
        self._facts: PayerFacts | None = None
        self._outlook: PaymentOutlook | None = None
        self._named: set[int] = set()
        self._waits = False
        """Enter was pressed before the answer was there."""
        self._confirmed: tuple[Any, ...] | None = None
        """The payment of which was said that a part would stay as credit."""
        self._is_posting = False
        self._batch: list[int] = []
        self._entry = EntryLine(theme, desk.today)
        self._words = ElidedLabel(theme, "", ink=tk.Ink.MUTED)
        self._payers: RowListing[Payer] = RowListing(theme, runner, _PAYERS, payer_columns(), one_at_a_time=True,
                                                     row_id=lambda payer: payer.account_id)
        self._falls: RowListing[FallRow] = RowListing(theme, runner, _FALLS, FALL_COLUMNS)
        self._panel = BatchPanel(theme, runner)
        self._middle = QStackedWidget()
        self._middle.addWidget(self._falls)
        self._middle.addWidget(self._payers)
        self._falls.say(Instead(head="Whose payment is it?", icon=Icon.PAYMENT,
                                text="Type an account, the number of an invoice, or a name."))
        column(PageHeader(theme, "Receive payments",
                          "Each is shown on its invoices before Enter posts it. What is posted is not taken back; it "
                          "can be cancelled."),
               self._entry, row(grows(self._words), margins=(tk.PAGE_MARGIN, 8)),
               row(grows(self._middle, 5), grows(self._panel, 4), spacing=16), on=self)
        self._find, self._know, self._foretell, self._read = (
            Question(runner, self, answered=answered, failed=self._on_failed) for answered in (
                self._on_payers, self._on_facts, self._on_outlook, self._on_batch))
        self._connect()
        self.show_part(target.part)

    def _connect(self) -> None:
        entry = self._entry
        entry.payer_typed.connect(self._on_typed)
        entry.payer_entered.connect(self._on_entered)
        entry.left_downwards.connect(self._go_down)
        entry.changed.connect(self._ask_outlook)
        entry.submitted.connect(self.submit)
        self._payers.table.opened.connect(self._on_chosen)
        self._payers.table.left_upwards.connect(entry.payer.setFocus)
        self._falls.table.left_upwards.connect(entry.amount.setFocus)
        self._falls.table.space_pressed.connect(self._on_named)
        self._panel.close_asked.connect(self.close_batch)
        self._panel.account_asked.connect(lambda ident: self._desk.navigator.go(Target(ACCOUNT, ident, "ledger")))
        refresh = RefreshWhenVisible(self._desk.bus, self, (Changed.LEDGER,))
        refresh.due.connect(self._ask_outlook)

    # --- for the shell ---

    def show_part(self, part: str) -> None:
        kind, _, ident = part.partition(" ")
        if kind == "account" and ident.isdigit():
            self._choose(int(ident), set())

    def focus_first(self) -> None:
        (self._entry.amount if self._facts is not None else self._entry.payer).setFocus()

    def bindings(self) -> Mapping[str, Binding]:
        return {CLOSE_BATCH: Binding(self.close_batch, refusal="" if self._batch else "needs a payment in the batch")}

    def unsaved_text(self) -> str:
        if not self._batch:
            return ""
        counted = self._desk.theme.formatter.counted(len(self._batch), "payment", "payments")
        return f"The list of this batch of {counted}; the payments themselves are posted."

    def keyPressEvent(self, event: QKeyEvent) -> None:
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if has_control and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.close_batch()
        else:
            super().keyPressEvent(event)

    # --- whose ---

    def _on_typed(self, text: str) -> None:
        if self._facts is not None and text == self._facts.code:
            return
        self._forget()
        if text.strip():
            self._middle.setCurrentWidget(self._payers)
            self._find.ask(asking(find_payers, text=text))
        else:
            self._find.drop()
            self._waits = False
            self._middle.setCurrentWidget(self._falls)
            self._falls.say(Instead(head="Whose payment is it?", icon=Icon.PAYMENT,
                                    text="Type an account, the number of an invoice, or a name."))

    def _on_entered(self) -> None:
        if self._facts is not None:
            self._entry.amount.setFocus()
            self._entry.amount.selectAll()
        elif self._find.is_busy:
            self._waits = True
        else:
            self._take_best()

    def _on_payers(self, found: list[Payer]) -> None:
        self._payers.show_rows(found)
        if self._waits:
            self._take_best()

    def _take_best(self) -> None:
        """The one that fits, or the one typed in full; where several fit, they are asked for."""
        self._waits = False
        found = self._payers.model.rows
        exact = [payer for payer in found if payer.is_exact]
        if len(found) == 1 or len(exact) == 1:
            self._take((exact or list(found))[0])
        elif found:
            counted = self._desk.theme.formatter.counted(len(found), "account fits", "accounts fit")
            self._say(f"{counted}. Go to the right one and press Enter.", tk.Ink.WARN)
            self._payers.table.setFocus()
        elif self._entry.payer.text().strip():
            self._say("No account fits what was typed.", tk.Ink.BAD)

    def _on_chosen(self, index: QModelIndex) -> None:
        payer = self._payers.model.row_of(index)
        if payer is not None:
            self._take(payer)

    def _take(self, payer: Payer) -> None:
        self._choose(payer.account_id, {payer.invoice_id} if payer.invoice_id is not None else set())

    def _choose(self, account_id: int, named: set[int]) -> None:
        self._named = named
        self._know.ask(asking(payer_facts, account_id=account_id))

    def _on_facts(self, facts: PayerFacts) -> None:
        self._facts = facts
        self._entry.payer.set_text_now(facts.code)
        self._entry.show_payer(facts)
        self._middle.setCurrentWidget(self._falls)
        self._entry.amount.setFocus()
        self._entry.amount.selectAll()
        self._ask_outlook()

    def _forget(self) -> None:
        self._facts = self._outlook = self._confirmed = None
        self._named = set()
        self._know.drop()
        self._foretell.drop()
        self._entry.show_payer(None)
        self._say("")

    # --- how it falls ---

    def _ask_outlook(self) -> None:
        facts, day = self._facts, self._entry.day.value
        if facts is not None and day is not None:
            self._foretell.ask(asking(payment_outlook, account_id=facts.account_id, on=day, named=tuple(self._named),
                                      amount_minor=max(0, self._entry.amount.value or 0)))

    def _on_outlook(self, outlook: PaymentOutlook) -> None:
        self._outlook = outlook
        self._falls.show_rows(outlook.rows)
        self._say_standing()
        if self._waits:
            self._waits = False
            self.submit()

    def _say_standing(self) -> None:
        facts, outlook, formatter = self._facts, self._outlook, self._desk.theme.formatter
        if facts is None or outlook is None:
            return

        def money(minor: int) -> str:
            return f"{formatter.amount(minor, facts.currency)}{NO_BREAK}{facts.currency}"

        words = f"{facts.name}, {facts.code}: balance {money(outlook.balance_minor)}"
        if outlook.amount_minor:
            words += f", after this payment {money(outlook.balance_after_minor)}"
            words += f"; {money(outlook.rest_minor)} stays as credit" if outlook.rest_minor else ""
        self._say(f"{words}.")

    def _on_named(self, index: QModelIndex) -> None:
        fall = self._falls.model.row_of(index)
        if fall is not None:
            self._named ^= {fall.id}
            self._falls.keeps_order = True
            self._ask_outlook()

    def _go_down(self) -> None:
        shown = self._middle.currentWidget()
        (self._payers if shown is self._payers else self._falls).table.setFocus()

    # --- posting ---

    def submit(self) -> None:
        """Post what is typed; where a part of it would stay as credit, the second time."""
        facts, entry = self._facts, self._entry
        if self._is_posting or facts is None:
            return
        refused = entry.refusal()
        if refused is not None:
            self._say(refused[0], tk.Ink.BAD)
            refused[1].setFocus()
            return
        if self._foretell.is_busy or self._outlook is None:
            self._waits = True
            return
        amount, day = entry.amount.value or 0, entry.day.value or facts.today
        typed = (facts.account_id, amount, day, frozenset(self._named))
        if self._outlook.rest_minor and self._confirmed != typed:
            self._confirmed = typed
            rest = self._desk.theme.formatter.amount(self._outlook.rest_minor, facts.currency)
            self._say(f"{rest}{NO_BREAK}{facts.currency} of it settles nothing and stays as credit of {facts.name}. "
                      "Press Enter again to post it so.", tk.Ink.WARN)
            return
        self._is_posting = True
        entry.post.offer("It is being posted")
        self._desk.runner.write(
            doing(receive_payment, account_id=facts.account_id, amount_minor=amount, on=day,
                  method=str(entry.method.chosen()), named=tuple(sorted(self._named))),
            initiator=self, succeeded=partial(self._on_posted, facts), failed=self._on_refused,
            cancelled=partial(self._end_posting))

    def _on_posted(self, posted: PayerFacts, created: Created) -> None:
        """Begin the next one, unless somebody did so while it was posted."""
        self._end_posting()
        self._batch.append(created.id)
        self._read.ask(asking(batch_rows, payment_ids=tuple(self._batch)))
        if self._facts is posted:
            self._forget()
            self._entry.begin_anew()
        self.bindings_changed.emit()

    def _on_refused(self, error: BaseException) -> None:
        self._end_posting()
        self._say(f"{in_words(error)} Nothing was posted; what you typed is kept.", tk.Ink.BAD)

    def _end_posting(self) -> None:
        self._is_posting = False
        self._entry.post.offer("" if self._facts is not None else "Needs an account")

    # --- the batch ---

    def _on_batch(self, rows: list[BatchRow]) -> None:
        self._panel.show_rows(rows)
        if rows:
            newest = rows[-1]
            self._panel.listing.table.go_to_row(len(rows) - 1)
            amount = self._desk.theme.formatter.amount(newest.amount_minor, newest.currency)
            if self._facts is None:
                said = "{number}: {amount} of {name} posted, settles {invoices}." if newest.settles else \
                    "{number}: {amount} of {name} posted; it settles nothing yet."
                self._say(said.format(number=newest.number, amount=f"{amount}{NO_BREAK}{newest.currency}",
                                      name=newest.account_name, invoices=", ".join(newest.settles)), tk.Ink.GOOD)

    def close_batch(self) -> None:
        """Ask where to save the list; saved, the next batch begins."""
        if not self._batch:
            return
        off = self._panel.difference()
        title = f"Save the list of this batch: its sum is {off}" if off else "Save the list of this batch"
        ask_where_to_save(self, title, partial(self._save, tuple(self._batch)), ending="pdf", kinds="PDF (*.pdf)",
                          name="Payments received.pdf")

    def _save(self, batch: tuple[int, ...], path: str) -> None:
        self._desk.runner.read(
            partial(save_batch_list, payment_ids=batch, control=self._panel.controls, path=Path(path)),
            succeeded=partial(self._on_saved, batch), failed=self._on_failed)

    def _on_saved(self, batch: tuple[int, ...], sentence: str) -> None:
        self._batch = [ident for ident in self._batch if ident not in batch]
        self._desk.notices.say(sentence)
        if self._batch:
            self._read.ask(asking(batch_rows, payment_ids=tuple(self._batch)))
        else:
            self._panel.show_rows([])
        self.bindings_changed.emit()
        self._entry.payer.setFocus()

    # --- words ---

    def _say(self, text: str, ink: str = tk.Ink.MUTED) -> None:
        self._words.set_text(text, ink)

    def _on_failed(self, error: BaseException) -> None:
        self._waits = False
        self._say(in_words(error), tk.Ink.BAD)


