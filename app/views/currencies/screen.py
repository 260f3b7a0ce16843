"""*Money > Currencies and exchange rates*: the currencies of a provider, their rates, and where those come from."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.services.changes import Changed, ChangeSet
from app.services.currencies.changing import remove_rate
from app.services.currencies.fetching import FetchReport, fetch_rates
from app.services.currencies.from_file import RatesReport, import_rates
from app.services.currencies.listing import CurrencyRow, CurrencySheet, RateRow, currency_sheet
from app.services.database.asking import asking, doing
from app.views.asking.files import ask_for_file
from app.views.currencies.columns import CURRENCY_COLUMNS, RATE_COLUMNS
from app.views.currencies.dialogs import CurrencyDialog, FileDialog, NewCurrencyDialog, RateDialog, SourceDialog
from app.views.desk.desk import Desk
from app.views.desk.list_screen import HeadAction, ListPlan, ProviderListScreen
from app.views.desk.screen import Target
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.failures import in_words
from app.views.running.handle import JobCard
from app.views.widgets.basics import HorizontalRule, Label
from app.views.widgets.layout import column, grows, holding, row, split

_POWER: Final = "providers.currencies"
_TOUCHES: Final = ChangeSet.of(Changed.CURRENCIES, Changed.ATTRIBUTES)
_KINDS: Final = "Tables (*.csv *.tsv *.txt *.xlsx);;All files (*)"
_UNREAD: Final = "Nothing was read yet."


class CurrenciesScreen(ProviderListScreen[CurrencyRow]):
    """The part of its target is the id of a provider."""

    comfortable_width = 1000

    def __init__(self, target: Target, desk: Desk) -> None:
        words = ListWords(name="Currencies", reading="Reading currencies.", unread="The currencies could not be read.",
                          empty=Instead(head="No currency is listed.", icon=Icon.BANK))
        listing: RowListing[CurrencyRow] = RowListing(
            desk.theme, desk.runner, words, CURRENCY_COLUMNS, row_id=_ident, one_at_a_time=True,
            rows_of=lambda sheet: sheet.currencies)
        self._sheet: CurrencySheet | None = None
        self._is_working = False
        super().__init__(target, desk, ListPlan(
            title="Currencies and exchange rates", icon=Icon.BANK, words=words, columns=CURRENCY_COLUMNS,
            chooser_in_head=True, concerns=(Changed.CURRENCIES, Changed.ATTRIBUTES, Changed.ACCOUNTS, Changed.STAFF),
            nowhere=Instead(head="No provider is within your reach.", icon=Icon.PROVIDER)), listing, head=(
                HeadAction(text="&Import rates…", icon=Icon.IMPORT, power=_POWER, run=self.ask_file,
                           refusal=self._why_not),
                HeadAction(text="New &rate…", icon=Icon.BANK, kind="main", power=_POWER, run=self.new_rate,
                           refusal=self._why_not)))
        self._currencies = listing
        self.wanted_provider = int(target.part) if target.part.isdigit() else None
        rate_words = ListWords(name="Rates", reading="", unread="The rates could not be read.", empty=self._no_rates)
        self._rates: RowListing[RateRow] = RowListing(desk.theme, desk.runner, rate_words, RATE_COLUMNS,
                                                      one_at_a_time=True)
        self._build(desk)

    def _build(self, desk: Desk) -> None:
        theme, table = desk.theme, self._currencies.table
        self._currency_actions: RowActions[CurrencyRow] = RowActions(theme, table, (
            RowAction(text="&New currency…", icon=Icon.BANK, needs_row=False, run=self._add_currency,
                      refusal=lambda _row: self._refusal()),
            RowAction(text="E&dit currency…", icon=Icon.EDIT, key=Qt.Key.Key_F2, run=self._edit_currency,
                      refusal=lambda _row: self._refusal()),
        ), owner=self, none="Choose a currency first.")
        self._rate_actions: RowActions[RateRow] = RowActions(theme, self._rates.table, (
            RowAction(text="Remove rate", icon=Icon.REMOVE, key=Qt.Key.Key_Delete, run=self._remove_rate,
                      refusal=lambda _row: self._refusal()),
        ), owner=self, none="Choose a rate first.")
        self._source_actions: RowActions[CurrencySheet] = RowActions(theme, lambda: self._sheet, (
            RowAction(text="Address…", icon=Icon.CONNECT, run=self._edit_source,
                      refusal=lambda _sheet: self._refusal()),
            RowAction(text="Fetch n&ow", icon=Icon.READ_AGAIN, run=lambda _sheet: self.fetch(),
                      refusal=lambda _sheet: self._why_not_fetch()),
        ), owner=self, none=_UNREAD)
        self._currency_actions.offer_menu(table)
        self._rate_actions.offer_menu(self._rates.table)
        self._head_of_rates = Label(theme, size=tk.SECTION, weight=600)
        self._about = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._source = Label(theme, wraps=True)
        self._result = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._says = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._says.hide()
        margin = tk.PAGE_MARGIN
        left = holding(column(row(*self._currency_actions.buttons, ..., margins=(margin, 0, margin, 8)),
                              grows(self._currencies)))
        right = holding(column(
            row(grows(column(self._head_of_rates, self._about, spacing=2)), *self._rate_actions.buttons,
                margins=(margin, 0, margin, 8), spacing=8),
            grows(self._rates), HorizontalRule(theme),
            column(Label(theme, "Where rates come from", weight=600), self._source, self._result,
                   row(*self._source_actions.buttons, ..., spacing=8), margins=(margin, 10, margin, 12), spacing=6)))
        px = theme.sizes.px
        column(self.header, row(grows(self._says), margins=(margin, 0)),
               grows(split(left, right, shares=(4, 5), sizes=(px(470), px(600)), name="Currencies and rates")), on=self)
        self._currencies.answered.connect(self._on_sheet)
        table.current_row_changed.connect(lambda _row: self._show_rates())
        table.opened.connect(lambda _index: self._currency_actions.press(Qt.Key.Key_F2))
        desk.powers.changed.connect(self._refresh_actions)
        self._refresh_actions()

    # --- reading ---

    def part(self) -> str:
        return str(self.wanted_provider or "")

    def ask_rows(self) -> None:
        if self.wanted_provider is not None:
            self._currencies.ask(asking(currency_sheet, provider_id=self.wanted_provider))

    def _on_sheet(self, sheet: CurrencySheet) -> None:
        self._sheet = sheet
        several = f"Books in {sheet.books}; new accounts also in effective currencies that have a rate."
        self.header.set_subtitle(several if sheet.several else
                                 f"Books in {sheet.books}, as all new accounts: multiple currencies are off.")
        self._show_rates()
        self._show_source(sheet)
        self.show_head()
        self._refresh_actions()

    def _show_rates(self) -> None:
        current = self._currencies.current
        if current is None or self._sheet is None:
            self._rates.show_rows(())
            return
        self._head_of_rates.setText(f"Rates of {current.currency}")
        costs = f"What one {current.currency} costs in {self._sheet.books}, the newest first."
        self._about.setText("" if current.is_books else costs)
        self._rates.show_rows(current.rates)

    def _show_source(self, sheet: CurrencySheet) -> None:
        source, formatter = sheet.source, self.theme.formatter
        self._source.setText("No address is known yet." if source is None else source.url)
        self._result.setText("Rates can be typed, read from a file, or fetched from where they are published."
                             if source is None else "Nothing was fetched from there yet.")
        if source is not None and source.fetched_at is not None:
            when = formatter.instant(source.fetched_at, ZoneInfo("UTC"))
            self._result.setText(f"{source.result} Fetched {when} UTC by {source.fetched_by}.")
        is_bad = source is not None and source.fetched_at is not None and not source.succeeded
        self._result.set_ink(tk.Ink.BAD if is_bad else tk.Ink.MUTED)

    def _no_rates(self) -> Instead:
        current = self._currencies.current
        if current is not None and current.is_books:
            return Instead(head=f"{current.currency} is the currency of the books.", icon=Icon.BANK,
                           text="It costs itself; the others are said in it.")
        return Instead(head="It has no rate yet.", icon=Icon.BANK,
                       text="Without one no account may be kept in it, and nothing is converted.")

    def show_none(self) -> None:
        self._sheet = None
        self._refresh_actions()

    def refuse(self, error: BaseException) -> None:
        self._is_working = False
        self._say(in_words(error))
        self._refresh_actions()

    def _say(self, text: str) -> None:
        self._says.setText(text)
        self._says.setVisible(bool(text))

    # --- why not ---

    def _why_not(self) -> str:
        return _UNREAD if self._sheet is None else "Rates are being read." if self._is_working else ""

    def _refusal(self) -> str:
        return self.desk.powers.refusal(_POWER) or self._why_not()

    def _why_not_fetch(self) -> str:
        unknown = "Say first from which address rates are fetched."
        return self._refusal() or (unknown if self._sheet is None or self._sheet.source is None else "")

    def _refresh_actions(self) -> None:
        for actions in (self._currency_actions, self._rate_actions, self._source_actions):
            actions.refresh()

    # --- doing ---

    def _add_currency(self, _row: CurrencyRow | None) -> None:
        if self._sheet is not None:
            NewCurrencyDialog(self.theme, self.desk.runner, self._sheet, self).open_and_forget()

    def _edit_currency(self, current: CurrencyRow) -> None:
        if self._sheet is not None:
            CurrencyDialog(self.theme, self.desk.runner, self._sheet, current, self).open_and_forget()

    def new_rate(self) -> None:
        """Enter a rate, of the currency under the keyboard where it has any."""
        if self._sheet is not None:
            current = self._currencies.current
            RateDialog(self.theme, self.desk.runner, self._sheet,
                       current.currency if current is not None else self._sheet.books, self).open_and_forget()

    def _remove_rate(self, rate: RateRow) -> None:
        self._say("")
        self.write(doing(remove_rate, period_id=rate.id))

    def _edit_source(self, sheet: CurrencySheet) -> None:
        SourceDialog(self.theme, self.desk.runner, sheet, self).open_and_forget()

    def fetch(self) -> None:
        """Fetch rates from the address of the provider, in the background."""
        if self._sheet is None or self._why_not_fetch():
            return
        self._begin_work()
        self.desk.runner.long(
            partial(fetch_rates, provider_id=self._sheet.provider_id), initiator=self, touches=_TOUCHES,
            card=JobCard(title=f"Fetch the rates of {self._sheet.name}", icon=Icon.READ_AGAIN, unit="rates",
                         stop_text="Stop, adding nothing", summary=lambda done: str(done.sentence)),
            succeeded=self._on_fetched, failed=self.refuse, cancelled=self._end_work)

    def _on_fetched(self, report: FetchReport) -> None:
        self._end_work()
        self.desk.notices.say(report.sentence)
        self.read_again()

    def ask_file(self) -> None:
        """Ask for a file of rates, and show what it would add."""
        ask_for_file(self, "Import rates", self.preview_file, kinds=_KINDS)

    def preview_file(self, path: str) -> None:
        """Read a file of rates and show what it would add, or what is wrong with it."""
        self._import(Path(path), dry_run=True)

    def _import(self, path: Path, *, dry_run: bool) -> None:
        if self._sheet is None:
            return
        self._begin_work()
        self.desk.runner.long(
            partial(import_rates, provider_id=self._sheet.provider_id, path=path, dry_run=dry_run), initiator=self,
            touches=_TOUCHES, card=JobCard(title=f"Read rates from {path.name}", icon=Icon.IMPORT, unit="rows",
                                           stop_text="Stop, adding nothing",
                                           summary=lambda done: str(done.sentence)),
            succeeded=partial(self._on_read, path), failed=self.refuse, cancelled=self._end_work)

    def _on_read(self, path: Path, report: RatesReport) -> None:
        self._end_work()
        if report.dry_run or report.errors:
            dialog = FileDialog(self.theme, path.name, report, self)
            dialog.accepted.connect(lambda: self._import(path, dry_run=False))
            dialog.open_and_forget()
        else:
            self.desk.notices.say(report.sentence)
            self.read_again()

    def _begin_work(self) -> None:
        self._is_working = True
        self._say("")
        self.show_head()
        self._refresh_actions()

    def _end_work(self) -> None:
        self._is_working = False
        self.show_head()
        self._refresh_actions()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 edits the currency, Delete removes the rate under the keyboard."""
        actions = self._rate_actions if self.focusWidget() is self._rates.table else self._currency_actions
        if not actions.press(event.key()):
            super().keyPressEvent(event)


def _ident(current: CurrencyRow) -> int:
    """The three letters as a number."""
    return int.from_bytes(current.currency.encode())
