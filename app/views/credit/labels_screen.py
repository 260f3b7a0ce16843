"""*Credit > Ratings and labels*: what ratings are worth, and the classifications and KYC profiles of a provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QStackedWidget

from app.services.changes import Changed
from app.services.credit.labels import (
    ClassificationRow,
    KycProfileRow,
    delete_classification,
    delete_kyc_profile,
)
from app.services.credit.rating_book import LabelBook, label_book
from app.services.credit.ratings import RatingRow
from app.services.database.asking import asking, doing
from app.services.wording import inside
from app.views.credit.label_dialogs import ClassificationDialog, KycProfileDialog, RatingDialog
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.list_screen import ListPlan, ProviderListScreen
from app.views.desk.screen import Target
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.lists.models.columns import Column, Kind, state_column, text_column
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK, Formatter
from app.views.look.icons import Icon
from app.views.look.words import Look
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.widgets.basics import HorizontalRule, Label
from app.views.widgets.layout import column, grows, holding, row
from app.views.widgets.tabs import SectionTabs

_RULES, _DEFAULTS = "credit.rules", "providers.defaults"
_PARTS: Final = {"ratings": "Ratings", "classifications": "Classifications", "kyc": "KYC profiles"}
_ON, _OFF = Look("Can be given", None, Icon.GOOD), Look("Kept, not given", tk.Tone.NEUTRAL, Icon.INACTIVE)
_WORDS: Final = {key: ListWords(
    name=title, reading=f"Reading {inside(title)}.", unread=f"The {inside(title)} could not be read.",
    empty=Instead(head=f"No {inside(title)} yet.", icon=Icon.RATING,
                  text={"classifications": "A label of accounts, such as VIP, that override rules may ask for.",
                        "kyc": "How much is known of a customer, which override rules may ask for."}.get(key, "")))
    for key, title in _PARTS.items()}


class LabelsScreen(ProviderListScreen[Any]):
    """The part of its target is the id of a provider, and after a blank one of its three lists."""

    def __init__(self, target: Target, desk: Desk) -> None:
        theme, runner = desk.theme, desk.runner
        self._ratings: RowListing[RatingRow] = RowListing(theme, runner, _WORDS["ratings"], _rating_columns())
        self._classes: RowListing[ClassificationRow] = RowListing(theme, runner, _WORDS["classifications"],
                                                                  _class_columns())
        self._kyc: RowListing[KycProfileRow] = RowListing(theme, runner, _WORDS["kyc"], _kyc_columns())
        super().__init__(target, desk, ListPlan(
            title="Ratings and labels", icon=Icon.RATING, words=_WORDS["ratings"], columns=_rating_columns(),
            subtitle="What override rules ask for, and what a rating is worth.", chooser_in_head=True,
            concerns=(Changed.CREDIT, Changed.ATTRIBUTES, Changed.STAFF),
            nowhere=Instead(head="No provider is within your reach.", icon=Icon.PROVIDER)), self._ratings)
        self._book: LabelBook | None = None
        self._reading = Question(runner, self, answered=self._on_book, failed=self.fail)
        self._refusal = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        self._bar = SectionTabs(theme, "Which list", self)
        for title in _PARTS.values():
            self._bar.add(title)
        self._pages = QStackedWidget()
        self._acts = (
            self._page(self._ratings, (RowAction(text="Change worth…", icon=Icon.EDIT, run=self._rate,
                                                 refusal=partial(self._why_not, _DEFAULTS)),)),
            self._page(self._classes, (
                RowAction(text="New classification…", run=lambda _row: self._classify(None), needs_row=False,
                          refusal=partial(self._why_not, _RULES)),
                RowAction(text="Edit classification…", icon=Icon.EDIT, run=self._classify,
                          refusal=partial(self._why_not, _RULES)),
                RowAction(text="Delete classification", icon=Icon.REMOVE, run=self._delete_class,
                          refusal=partial(self._why_not, _RULES)))),
            self._page(self._kyc, (
                RowAction(text="New KYC profile…", run=lambda _row: self._know(None), needs_row=False,
                          refusal=partial(self._why_not, _RULES)),
                RowAction(text="Rename KYC profile…", icon=Icon.EDIT, run=self._know,
                          refusal=partial(self._why_not, _RULES)),
                RowAction(text="Delete KYC profile", icon=Icon.REMOVE, run=self._delete_kyc,
                          refusal=partial(self._why_not, _RULES)))),
        )
        margin = tk.PAGE_MARGIN
        column(self.header, row(self._bar, ..., margins=(margin, 0)), HorizontalRule(theme),
               row(self._refusal, margins=(margin, 4)), grows(self._pages), on=self)
        self._take_part(target.part)
        self._bar.currentChanged.connect(self._on_tab)
        desk.powers.changed.connect(self._refresh_actions)

    def _page(self, listing: RowListing[Any], actions: Sequence[RowAction[Any]]) -> RowActions[Any]:
        made: RowActions[Any] = RowActions(self.theme, listing.table, actions, owner=self, none="Choose a row first.")
        self._pages.addWidget(holding(column(
            row(*made.buttons, ..., margins=(tk.PAGE_MARGIN, 8)), grows(listing))))
        first_of_row = next(place for place, action in enumerate(actions) if action.needs_row)
        listing.table.opened.connect(lambda _index: made.buttons[first_of_row].click())
        made.refresh()
        return made

    # --- for the shell ---

    def part(self) -> str:
        provider = "" if self.wanted_provider is None else str(self.wanted_provider)
        return f"{provider} {list(_PARTS)[max(0, self._bar.currentIndex())]}".strip()

    def show_part(self, part: str) -> None:
        self._take_part(part)
        self.ask_rows()

    def focus_first(self) -> None:
        self._listings[max(0, self._bar.currentIndex())].table.setFocus()

    def bindings(self) -> Mapping[str, Binding]:
        return super().bindings()

    # --- reading ---

    @property
    def _listings(self) -> tuple[RowListing[Any], ...]:
        return self._ratings, self._classes, self._kyc

    def _take_part(self, part: str) -> None:
        for word in part.split():
            if word.isdigit():
                self.wanted_provider = int(word)
            elif word in _PARTS:
                self._bar.setCurrentIndex(list(_PARTS).index(word))
        self._pages.setCurrentIndex(max(0, self._bar.currentIndex()))

    def _on_tab(self, place: int) -> None:
        self._pages.setCurrentIndex(place)
        self.part_changed.emit(self.part())

    def ask_rows(self) -> None:
        if self.wanted_provider is not None:
            self._reading.ask(asking(label_book, provider_id=self.wanted_provider))

    def _on_book(self, book: LabelBook) -> None:
        self._book = book
        self._refusal.hide()
        for place, (listing, rows) in enumerate(zip(
                self._listings, (book.ratings, book.classifications, book.kyc_profiles), strict=True)):
            listing.show_rows(rows)
            self._bar.set_count(place, len(rows) if place else None)
        self._refresh_actions()

    def _refresh_actions(self) -> None:
        for actions in self._acts:
            actions.refresh()

    def refuse(self, error: BaseException) -> None:
        self._refusal.setText(f"{in_words(error)} Nothing was changed.")
        self._refusal.show()

    # --- doing ---

    def _why_not(self, power: str, _row: object) -> str:
        why = self.desk.powers.refusal(power)
        return f"This {why}" if why else ""

    def _rate(self, rating: RatingRow) -> None:
        if self.wanted_provider is not None:
            RatingDialog(self.theme, self.desk.runner, self, provider_id=self.wanted_provider, rating=rating
                         ).open_and_forget()

    def _classify(self, known: ClassificationRow | None) -> None:
        if self.wanted_provider is not None and self._book is not None:
            ClassificationDialog(self.theme, self.desk.runner, self, provider_id=self.wanted_provider, known=known,
                                 units=self._book.units).open_and_forget()

    def _know(self, known: KycProfileRow | None) -> None:
        if self.wanted_provider is not None:
            KycProfileDialog(self.theme, self.desk.runner, self, provider_id=self.wanted_provider, known=known
                             ).open_and_forget()

    def _delete_class(self, known: ClassificationRow) -> None:
        self.confirm(f"Delete the classification {known.code}?", "No account has it any more then.",
                     doing(delete_classification, classification_id=known.id), verb="Delete classification",
                     stay="Keep it", kind="danger")

    def _delete_kyc(self, known: KycProfileRow) -> None:
        self.confirm(f"Delete the KYC profile {known.code}?", "No contact has it any more then.",
                     doing(delete_kyc_profile, kyc_profile_id=known.id), verb="Delete KYC profile", stay="Keep it",
                     kind="danger")


def _rating_columns() -> tuple[Column[RatingRow], ...]:
    def limit(rating: RatingRow, formatter: Formatter) -> str:
        if rating.worth is None or rating.worth.limit_minor is None:
            return "No limit"
        if rating.worth.limit_minor == 0:
            return "No credit"
        return f"{formatter.amount(rating.worth.limit_minor, rating.currency)}{NO_BREAK}{rating.currency}"

    return (
        text_column("code", "Rating", lambda r: r.code, 90),
        text_column("label", "Label", lambda r: r.worth.label if r.worth is not None else "", 220, stretches=True,
                    is_second_rank=True),
        Column(key="limit", title="Limit", kind=Kind.FIGURE, text=limit, width=150),
    )


def _class_columns() -> tuple[Column[ClassificationRow], ...]:
    return (
        text_column("code", "Code", lambda r: r.code, 130),
        text_column("name", "Name", lambda r: r.details.name, 220, stretches=True),
        text_column("units", "Given by", lambda r: ", ".join(sorted(r.details.units)) or "Everybody", 200,
                    is_second_rank=True),
        state_column("state", "State", lambda r: _ON if r.details.enabled else _OFF, 140),
    )


def _kyc_columns() -> tuple[Column[KycProfileRow], ...]:
    return (text_column("code", "Code", lambda r: r.code, 130),
            text_column("name", "Name", lambda r: r.name, 220, stretches=True))
