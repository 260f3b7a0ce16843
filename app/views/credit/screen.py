"""*Credit > Credit cockpit*: figures, ageing and trend of accounts beside their limits; each figure opens its rows.

One currency is shown at a time, so nothing is ever added across two. The figures are reckoned in the background, and
the former ones stay until they are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtWidgets import QStackedWidget

from app.services.changes import Changed
from app.services.credit.cockpit import AgeingRow, Cockpit, TrendPoint, credit_cockpit
from app.services.credit.exceeded import LimitRow, limit_count, limit_page
from app.services.credit.exposure import drafts_of
from app.services.credit.limits import LimitPart, LimitQuestion
from app.services.credit.words import PART_WORDS, RATINGS
from app.services.database.asking import asking
from app.services.files.sheets import FORMATS, Exported
from app.services.reports.credit_list import export_limit_list
from app.services.reports.credit_paper import save_cockpit
from app.views.asking.choices import ChoiceBox
from app.views.asking.files import ask_where_to_save, file_name
from app.views.credit.ageing import COLUMNS as AGEING_COLUMNS
from app.views.credit.ageing import AgeingBars
from app.views.credit.chart import ChartCard
from app.views.credit.columns import columns_of
from app.views.credit.feature import SAVE_LIST, SAVE_PAGE
from app.views.credit.gauge import AccountCard
from app.views.credit.trend import TrendChart, columns_for
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import ACCOUNT, Screen, State, Target
from app.views.lists.listing import Instead, ListWords, PageListing
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK
from app.views.look.icons import Icon
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.failures import in_words
from app.views.running.handle import JobCard
from app.views.running.question import Question
from app.views.status.asking_terms import ask_terms
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Button, Label
from app.views.widgets.figure_card import FigureCard
from app.views.widgets.layout import column, grows, row
from app.views.widgets.menus import Entry, pop_up
from app.views.widgets.page_header import PageHeader

_CARDS: Final = {LimitPart.OWING: "Owing", LimitPart.OVER: "Over their limit", LimitPart.NEAR: "Nearly at their limit",
                 LimitPart.LEFT: "Credit left"}
_INK: Final = {LimitPart.OVER: tk.Ink.BAD, LimitPart.NEAR: tk.Ink.WARN}
_CONCERNS: Final = (Changed.LEDGER, Changed.ACCOUNTS, Changed.HOLDS, Changed.CREDIT, Changed.ATTRIBUTES)
_MARGIN: Final = tk.PAGE_MARGIN


class CockpitScreen(Screen):
    """The part of its target is the id of a provider; without one all within reach are looked at."""

    comfortable_width = 1100

    def __init__(self, target: Target, desk: Desk) -> None:
        super().__init__(Target(target.kind), "Credit cockpit", Icon.CREDIT)
        self._desk, self._theme = desk, desk.theme
        self._cockpit: Cockpit | None = None
        self._question = LimitQuestion(provider_id=int(target.part) if target.part.isdigit() else None)
        self._currency = ""
        self._part = LimitPart.OVER
        self._aged: int | None = None
        """Whose ages the list shows."""
        self._trend_currency = [""]
        self._make_parts()
        self._reading = Question(desk.runner, self, answered=self._on_cockpit, failed=self._on_failed)
        self._drafts = Question(desk.runner, self, answered=self._on_drafts, failed=self._on_failed)
        refresh = RefreshWhenVisible(desk.bus, self, _CONCERNS)
        refresh.due.connect(self.read_again)
        self._lay_out()

    # --- parts ---

    def _make_parts(self) -> None:
        theme = self._theme
        self.header = PageHeader(theme, "Credit cockpit", "Every number opens its rows.")
        self._choosers = {key: ChoiceBox(theme, name, prefix=f"{name}: ") for key, name in (
            ("currency", "Currency"), ("provider_id", "Provider"), ("profile", "Profile"), ("rating", "Rating"))}
        for box in self._choosers.values():
            self.header.add_button(box)
            box.activated.connect(self._on_chosen)
        self._export = Button(theme, "Export…", icon=Icon.EXPORT, run=self._offer_exports)
        self.header.add_button(self._export)
        self._cards = {part: FigureCard(theme, title, opens_rows=True) for part, title in _CARDS.items()}
        for part, card in self._cards.items():
            card.clicked.connect(partial(self.show_accounts, part))
        self._bars, self._trend = AgeingBars(theme), TrendChart(theme)
        self._bars.segment_opened.connect(self._on_segment)
        self._trend.today_opened.connect(partial(self.show_accounts, LimitPart.OWING))
        self._ageing_card: ChartCard[AgeingRow] = ChartCard(theme, "Ageing by provider", self._bars, AGEING_COLUMNS,
                                                 row_id=lambda each: each.provider_id, scrolls=True)
        self._trend_card: ChartCard[TrendPoint] = ChartCard(theme, "Receivables and suspensions", self._trend,
                                                columns_for(self._trend_currency),
                                                row_id=lambda each: each.on.toordinal())
        self._ageing_card.table.opened.connect(self._on_provider_row)
        self._account = AccountCard(theme, partial(self._desk.powers.refusal, "customers.edit.terms"))
        self._desk.powers.changed.connect(lambda: self._on_current(self._listing.current))
        self._account.open_asked.connect(self._open_current)
        self._account.terms_asked.connect(self._change_terms)
        self._list_title = Label(theme, size=tk.TITLE, weight=600)
        self._list_count = Badge(theme, "", tk.Tone.NEUTRAL)
        self._list_sum = Label(theme, ink=tk.Ink.MUTED)
        self._refusal = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        self._lists: dict[LimitPart, PageListing[LimitRow]] = {}
        self._pages = QStackedWidget()

    def _lay_out(self) -> None:
        px = self._theme.sizes.px
        charts = row(grows(self._ageing_card, 43), grows(self._trend_card, 25), grows(self._account, 32), spacing=12)
        for card in (self._ageing_card, self._trend_card, self._account):
            card.setFixedHeight(px(222))
        column(self.header, row(*[grows(card) for card in self._cards.values()], margins=(_MARGIN, 0), spacing=12), 12,
               column(charts, margins=(_MARGIN, 0)),
               row(self._list_title, self._list_count, ..., self._list_sum, margins=(_MARGIN, 10, _MARGIN, 6)),
               row(self._refusal, margins=(_MARGIN, 0)), grows(self._pages), on=self)
        self._account.show_account(None, 0)
        self._show_listing()

    @property
    def _listing(self) -> PageListing[LimitRow]:
        """The list of the part in view, made when it is first looked at."""
        if self._part not in self._lists:
            words = ListWords(name="Accounts", reading="Reading accounts.", unread="The accounts could not be read.",
                              empty=self._nobody)
            listing: PageListing[LimitRow] = PageListing(self._desk.theme, self._desk.runner, words,
                                                         columns_of(self._part))
            listing.table.opened.connect(self._open_current)
            listing.table.link_clicked.connect(self._open_at)
            listing.table.current_row_changed.connect(self._on_current)
            listing.table.menu_asked.connect(self._on_menu)
            listing.counted.connect(self._on_count)
            self._lists[self._part] = listing
            self._pages.addWidget(listing)
        return self._lists[self._part]

    # --- for the shell ---

    def part(self) -> str:
        provider_id = self._question.provider_id
        return "" if provider_id is None else str(provider_id)

    def show_part(self, part: str) -> None:
        wanted = int(part) if part.isdigit() else None
        if wanted != self._question.provider_id:
            self._ask(replace(self._question, provider_id=wanted, profile=None))

    def bindings(self) -> Mapping[str, Binding]:
        refusal = self._why_not_export()
        return {"screen.refresh": Binding(self.read_again), SAVE_LIST: Binding(self.ask_for_list, refusal=refusal),
                SAVE_PAGE: Binding(self.ask_for_page, refusal=refusal)}

    def shown(self) -> None:
        if self._cockpit is None and not self._reading.is_busy:
            self.read_again()

    def focus_first(self) -> None:
        self._cards[LimitPart.OVER].setFocus()

    def save_state(self) -> State:
        return {"profile": self._question.profile or "", "rating": self._question.rating or "",
                "currency": self._currency, "part": self._part.value if not self._part.is_payable else ""}

    def restore_state(self, state: State) -> None:
        self._question = replace(self._question, profile=str(state.get("profile", "")) or None,
                                 rating=str(state.get("rating", "")) or None)
        self._currency = str(state.get("currency", ""))
        if str(state.get("part", "")) in {part.value for part in _CARDS}:
            self._part = LimitPart(str(state["part"]))

    # --- reading ---

    def read_again(self) -> None:
        self._ask(self._question)

    def _ask(self, question: LimitQuestion) -> None:
        self._question = question
        if self._cockpit is None:
            self.header.set_subtitle("Reading the figures of all accounts.")
        self._reading.ask(asking(credit_cockpit, question=question))

    def _on_failed(self, error: BaseException) -> None:
        self._refusal.setText(in_words(error))
        self._refusal.show()
        if self._cockpit is None:
            self._listing.show_error(error, self.read_again)

    def _on_chosen(self, _place: int) -> None:
        """A filter was changed."""
        currency = self._choosers["currency"].chosen() or ""
        provider_id = self._choosers["provider_id"].chosen()
        question = replace(self._question, provider_id=provider_id, rating=self._choosers["rating"].chosen(),
                           profile=self._choosers["profile"].chosen())
        if self._part.is_payable:
            self._part, self._aged = LimitPart.OVER, None
        if question != self._question:
            self._currency = currency
            self._ask(question)
            self.part_changed.emit(self.part())
        elif currency != self._currency:
            self._currency = currency
            self._show()

    def _on_cockpit(self, cockpit: Cockpit) -> None:
        self._cockpit = cockpit
        self._refusal.hide()
        if self._currency not in cockpit.currencies:
            self._currency = cockpit.currencies[0] if cockpit.currencies else ""
        self._fill_choosers(cockpit)
        self._show()
        self.bindings_changed.emit()

    def _fill_choosers(self, cockpit: Cockpit) -> None:
        asked = self._question
        boxes = self._choosers
        boxes["currency"].set_choices([(each, each) for each in cockpit.currencies], self._currency)
        boxes["currency"].setVisible(len(cockpit.currencies) > 1)
        everywhere: list[tuple[str, object]] = [("all", None)]
        boxes["provider_id"].set_choices(
            [*everywhere, *[(name, each) for each, name in cockpit.providers]], asked.provider_id)
        boxes["provider_id"].setVisible(len(cockpit.providers) > 1)
        boxes["profile"].set_choices([*everywhere, *[(name, name) for name in cockpit.profiles]], asked.profile)
        boxes["rating"].set_choices([*everywhere, *[(code, code) for code in RATINGS]], asked.rating)

    # --- showing ---

    def _show(self) -> None:
        cockpit, currency = self._cockpit, self._currency
        if cockpit is None:
            return
        formatter = self._theme.formatter
        whose = next((name for each, name in cockpit.providers if each == self._question.provider_id),
                     formatter.counted(len(cockpit.providers), "provider", "providers"))
        day = formatter.day(cockpit.on, weekday=True)
        in_what = f", in {currency}" if currency else ""
        self.header.set_subtitle(f"{whose}{in_what}, as of {day}")
        for part, card in self._cards.items():
            self._show_card(card, part, cockpit)
        ageing = [each for each in cockpit.ageing if each.currency == currency]
        self._bars.show_ageing(ageing)
        self._ageing_card.show_rows(ageing, f"{currency}, payable, by days past the due date" if ageing else
                                    "Nothing is payable.")
        trend = next((each for each in cockpit.trends if each.currency == currency), None)
        self._trend_currency[0] = currency
        points = trend.points if trend is not None else ()
        self._trend.show_trend(points, currency)
        self._trend_card.show_rows(points, f"Line: all balances in {currency}. Bars: accounts suspended."
                                   if points else "Nothing was posted yet.")
        self._show_listing()

    def _show_card(self, card: FigureCard, part: LimitPart, cockpit: Cockpit) -> None:
        formatter = self._theme.formatter
        figure = cockpit.total(part, self._currency)
        note = formatter.counted(figure.accounts, "account", "accounts")
        if part in _INK:
            more = figure.accounts - figure.accounts_before
            note += (", as many as a week ago" if not more else
                     f", {formatter.number(abs(more))} {'more' if more > 0 else 'fewer'} than a week ago")
        elif part is LimitPart.LEFT:
            note += " within a limit"
        ink = _INK.get(part, tk.Ink.TEXT) if figure.accounts else tk.Ink.TEXT
        card.set(formatter.amount(figure.minor, self._currency) if self._currency else "0", self._currency, note,
                 ink=ink)

    # --- the list ---

    def show_accounts(self, part: LimitPart, provider_id: int | None = None) -> None:
        """List the accounts behind a figure; what is payable of one provider."""
        self._part, self._aged = part, provider_id
        self._show_listing()
        self._listing.table.setFocus()

    def _on_segment(self, provider_id: int, age: int) -> None:
        self.show_accounts(LimitPart.of_age(age), provider_id)

    def _on_provider_row(self, index: QModelIndex) -> None:
        found = self._ageing_card.model.row_of(index)
        if found is not None:
            self.show_accounts(LimitPart.PAYABLE, found.provider_id)

    def listed_question(self) -> LimitQuestion:
        """What the list asks: the filters, the currency in view, and of an age its provider."""
        provider_id = self._aged if self._part.is_payable else self._question.provider_id
        return replace(self._question, provider_id=provider_id, currency=self._currency or None)

    def _show_listing(self) -> None:
        listing = self._listing
        self._pages.setCurrentWidget(listing)
        self._list_title.setText(self._list_words())
        self._list_sum.setText(self._sum_words())
        self._list_count.setVisible(self._cockpit is not None)
        if self._cockpit is not None:
            question = self.listed_question()
            listing.ask(partial(limit_page, question=question, part=self._part),
                        partial(limit_count, question=question, part=self._part))
            self._on_current(listing.current)

    def _list_words(self) -> str:
        words = PART_WORDS[self._part]
        if self._part.is_payable and self._cockpit is not None:
            name = next((each.provider for each in self._cockpit.ageing if each.provider_id == self._aged), "")
            return f"{words}, {name}" if name else words
        return words

    def _sum_words(self) -> str:
        """The figure that the rows add up to."""
        cockpit = self._cockpit
        if cockpit is None or not self._currency:
            return ""
        if self._part.is_payable:
            mine = [each for each in cockpit.ageing
                    if each.provider_id == self._aged and each.currency == self._currency]
            age = self._part.age
            minor = sum(each.total_minor if age is None else each.minor[age] for each in mine)
        else:
            minor = cockpit.total(self._part, self._currency).minor
        return f"Together {self._theme.formatter.amount(minor, self._currency)}{NO_BREAK}{self._currency}"

    def _on_count(self, count: int) -> None:
        if self.sender() is not None and self.sender() is not self._listing:
            return
        tone = tk.Tone.BAD if self._part is LimitPart.OVER and count else tk.Tone.NEUTRAL
        self._list_count.set(self._theme.formatter.number(count), tone)
        counted = self._theme.formatter.counted(count, "account", "accounts")
        self.set_selection_text(f"{counted}, {self._list_words()[0].lower()}{self._list_words()[1:]}")

    def _nobody(self) -> Instead:
        if self._part is LimitPart.OVER:
            return Instead(head="Nobody is over a limit.", icon=Icon.GOOD,
                           text="Accounts whose balance is above their credit limit stand here.")
        if self._part is LimitPart.NEAR:
            return Instead(head="Nobody is nearly at a limit.", icon=Icon.GOOD,
                           text="Accounts that owe 90\N{NO-BREAK SPACE}% of their limit or more stand here.")
        return Instead(head="No account is here.", icon=Icon.CREDIT, text="No account within these filters is counted.")

    def _on_current(self, found: LimitRow | None) -> None:
        self._account.show_account(found, 0)
        if found is not None:
            self._drafts.ask(asking(drafts_of, account_id=found.id))

    def _on_drafts(self, minor: int) -> None:
        self._account.show_account(self._listing.current, minor)

    def _open_current(self, _index: object = None) -> None:
        found = self._listing.current
        if found is not None:
            self._desk.navigator.go(Target(ACCOUNT, found.id))

    def _change_terms(self) -> None:
        found = self._listing.current
        if found is not None:
            ask_terms(self._theme, self._desk.runner, found.id, self, self._on_failed)

    def _open_at(self, index: QModelIndex) -> None:
        found = self._listing.model.row_at(index.row())
        if found is not None:
            self._desk.navigator.go(Target(ACCOUNT, found.id))

    def _on_menu(self, index: QModelIndex, position: QPoint) -> None:
        if self._listing.model.row_at(index.row()) is not None:
            pop_up(self, position, Entry("Show account", partial(self._open_at, index)),
                   Entry("Change credit terms…", self._change_terms, not self._account.terms_refusal), None,
                   Entry("Copy rows", self._listing.table.copy_rows))

    # --- keeping it ---

    def _why_not_export(self) -> str:
        return "" if self._cockpit is not None else "needs figures that were read"

    def _offer_exports(self) -> None:
        below = self._export.mapToGlobal(QPoint(0, self._export.height()))
        powers = self._desk.powers
        can = self._cockpit is not None
        pop_up(self, below, Entry("The accounts as a workbook…", self.ask_for_list,
                                  can and not powers.refusal("customers.export")),
               Entry("The page as PDF…", self.ask_for_page, can))

    def ask_for_list(self) -> None:
        """Ask where to write the accounts that are listed."""
        kinds = ";;".join(f"{FORMATS[ending]} (*{ending})" for ending in (".xlsx", ".csv"))
        ask_where_to_save(self, "Export the accounts", self._save_list, ending="xlsx", kinds=kinds,
                          name=f"{file_name(self._list_words(), 'Credit')}.xlsx")

    def _save_list(self, path: str) -> None:
        card = JobCard(title=f"Export {self._list_words()}", icon=Icon.EXPORT, unit="rows",
                       summary=lambda done: str(done.sentence))
        self._desk.runner.long(
            partial(export_limit_list, question=self.listed_question(), part=self._part, path=Path(path)), card=card,
            initiator=self, succeeded=self._on_exported, failed=self._on_failed)

    def _on_exported(self, done: Exported) -> None:
        self._desk.notices.say(done.sentence)

    def ask_for_page(self) -> None:
        """Ask where to write the cockpit."""
        if self._cockpit is not None:
            ask_where_to_save(self, "Save the credit cockpit", self._save_page, ending="pdf", kinds="PDF (*.pdf)",
                              name=f"Credit cockpit {self._cockpit.on.isoformat()}.pdf")

    def _save_page(self, path: str) -> None:
        self._desk.runner.read(
            partial(save_cockpit, question=self._question, part=self._part, listed=self.listed_question(),
                    path=Path(path)), succeeded=self._desk.notices.say, failed=self._on_failed)
