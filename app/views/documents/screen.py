"""*Money > Documents*: the books of a provider, newest first: drafts, invoices, payments, credit that waits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint

from app.services.changes import Changed
from app.services.ledger.book import BookPart, BookRow, book_count, book_page
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.list_screen import HeadAction, ListPlan, ProviderListScreen
from app.views.desk.offers import DOCUMENT_VERBS
from app.views.desk.screen import ACCOUNT, Target
from app.views.documents.columns import COLUMNS
from app.views.lists.listing import Instead, ListWords, PageListing
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.failures import in_words
from app.views.widgets.basics import HorizontalRule, Label
from app.views.widgets.layout import column, grows, row
from app.views.widgets.menus import Entry, pop_up
from app.views.widgets.search_field import SearchField
from app.views.widgets.tabs import SectionTabs

_PARTS: Final[dict[BookPart, str]] = {
    BookPart.ALL: "All", BookPart.DRAFTS: "Drafts", BookPart.INVOICES: "Invoices", BookPart.PAYMENTS: "Payments",
    BookPart.UNALLOCATED: "Not allocated", BookPart.CREDITS: "Credits and others",
}
_NONE: Final[dict[BookPart, tuple[str, str]]] = {
    BookPart.DRAFTS: ("No draft waits.", "Documents that are kept as drafts stand here until they are posted or "
                                         "rejected."),
    BookPart.UNALLOCATED: ("Every credit settles something.", "Payments that wait for an invoice stand here."),
}


class DocumentsScreen(ProviderListScreen[BookRow]):
    """The part of its target is the id of a provider, and after a blank one of `BookPart`."""

    comfortable_width = 1000

    def __init__(self, target: Target, desk: Desk) -> None:
        words = ListWords(name="Documents", reading="Reading documents.", unread="The documents could not be read.",
                          empty=self._nothing)
        listing: PageListing[BookRow] = PageListing(desk.theme, desk.runner, words, COLUMNS)
        super().__init__(target, desk, ListPlan(
            title="Documents", subtitle="Invoices, payments and corrections of a provider, the newest first.",
            icon=Icon.MONEY, words=words, columns=COLUMNS, chooser_in_head=True, concerns=(Changed.LEDGER,),
            nowhere=Instead(head="There is no provider whose documents you may see.", icon=Icon.PROVIDER)), listing,
            head=(HeadAction(text="Receive payment", icon=Icon.PAYMENT, kind="main", power="ledger.post",
                             run=partial(desk.actions.trigger, "payments.receive")),))
        self._pages = listing
        self._filter = SearchField(desk.theme, "Number, reference or account")
        self._bar = SectionTabs(desk.theme, "Which documents", self)
        for title in _PARTS.values():
            self._bar.add(title)
        self._refusal = Label(desk.theme, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        margin = tk.PAGE_MARGIN
        column(self.header, row(self._filter, margins=(margin, 0, margin, 8)), row(self._bar, ..., margins=(margin, 0)),
               HorizontalRule(desk.theme), row(self._refusal, margins=(margin, 4)), grows(listing), on=self)
        self._take_part(target.part)
        self._bar.currentChanged.connect(self._on_part)
        self._filter.settled.connect(lambda _text: self.ask_rows())
        self._filter.left_downwards.connect(listing.table.setFocus)
        listing.table.left_upwards.connect(self._filter.setFocus)
        listing.table.opened.connect(self._on_opened)
        listing.table.link_clicked.connect(self._on_opened)
        listing.table.menu_asked.connect(self._on_menu)

    # --- for the shell ---

    def part(self) -> str:
        provider = "" if self.wanted_provider is None else str(self.wanted_provider)
        return f"{provider} {self._which().value}".strip()

    def show_part(self, part: str) -> None:
        self._take_part(part)
        self.ask_rows()

    def focus_first(self) -> None:
        self._filter.setFocus()

    def bindings(self) -> Mapping[str, Binding]:
        return {**super().bindings(), "go.list": Binding(self._filter.setFocus)}

    # --- reading ---

    def _take_part(self, part: str) -> None:
        for word in part.split():
            if word.isdigit():
                self.wanted_provider = int(word)
            elif word in {which.value for which in BookPart}:
                self._bar.setCurrentIndex(list(_PARTS).index(BookPart(word)))

    def _which(self) -> BookPart:
        return list(_PARTS)[max(0, self._bar.currentIndex())]

    def _on_part(self, _place: int) -> None:
        self.part_changed.emit(self.part())
        self.ask_rows()

    def ask_rows(self) -> None:
        if self.wanted_provider is not None:
            provider_id, part, text = self.wanted_provider, self._which(), self._filter.text()
            self._pages.ask(partial(book_page, provider_id=provider_id, part=part, text=text),
                            partial(book_count, provider_id=provider_id, part=part, text=text))

    def _nothing(self) -> Instead:
        if self._filter.text().strip():
            return Instead(head="No document matches.", text="It looks for the beginning of a number or a reference, "
                                                             "and for words of the account.")
        head, text = _NONE.get(self._which(), ("No documents yet.", "What is posted stands here, the newest first."))
        return Instead(head=head, text=text, icon=Icon.MONEY)

    def refuse(self, error: BaseException) -> None:
        self._refusal.setText(in_words(error))
        self._refusal.show()

    # --- rows ---

    def _on_opened(self, index: QModelIndex) -> None:
        found = self._pages.model.row_at(index.row())
        if found is not None:
            self.desk.navigator.go(Target(ACCOUNT, found.account_id, "ledger"))

    def _on_menu(self, index: QModelIndex, position: QPoint) -> None:
        found = self._pages.model.row_at(index.row())
        if found is None:
            return
        verbs = self.desk.offers.get(DOCUMENT_VERBS).entries(found, self)
        pop_up(self, position, Entry("Open the account", partial(self._on_opened, index)), None, *verbs, None,
               Entry("Copy rows", self._pages.table.copy_rows))
