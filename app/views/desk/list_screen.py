"""Screens that are a list: the rows of one provider, what can be done with them, and the chosen one shown beside them.

A screen declares its list as a `ListPlan`, says which jobs read the rows of a provider and what is shown of a row, and
lays the parts out. Which provider, which row, when to read again, powers and failures are the same on all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtGui import QShowEvent

from app.services.changes import Changed
from app.services.database.asking import asking
from app.services.providers.queries import ProviderOption, provider_options
from app.views.asking.choices import ChoiceBox
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import Screen, Target
from app.views.lists.listing import Instead, Listing, ListWords, RowListing
from app.views.lists.models.columns import Column
from app.views.look.icons import Icon
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.widgets.basics import Button
from app.views.widgets.page_header import PageHeader

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadAction:
    """A button in the head of the screen; the main one stands last."""

    text: str
    run: Callable[[], object]
    power: str = ""
    """What it needs; it says so while the person has it not."""
    refusal: Callable[[], str] = str
    """Why else it is off; `show_head` asks anew."""
    action: str = ""
    """Id of the action of a menu that does the same while the screen is in front."""
    icon: Icon | None = None
    kind: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlan(Generic[R]):
    """What a list screen is, in a table."""

    title: str
    subtitle: str = " "
    icon: Icon
    words: ListWords
    columns: Sequence[Column[R]]
    nowhere: Instead
    """What stands there where no provider is within reach."""
    concerns: Collection[Changed]
    """Kinds of change after which it reads again."""
    rows_of: Callable[[Any], Sequence[R]] | None = None
    """Finds the rows in what its job answers, where that is more than they."""
    chooser_in_head: bool = False
    """Whether the provider is chosen in the head of the screen, and only where there are several."""


class ProviderListScreen(Screen, Generic[R]):
    """A list of one provider at a time, whatever reads its rows. `wanted_provider` is the one in view."""

    def __init__(self, target: Target, desk: Desk, plan: ListPlan[R], listing: Listing[R],
                 head: Sequence[HeadAction] = ()) -> None:
        super().__init__(target, plan.title, plan.icon)
        self.desk = desk
        self.theme = desk.theme
        self.plan = plan
        self.listing = listing
        self.wanted_provider: int | None = None
        self.header = PageHeader(desk.theme, plan.title, plan.subtitle)
        self.chooser = ChoiceBox(desk.theme, "Provider", prefix="Provider: " if plan.chooser_in_head else "")
        if plan.chooser_in_head:
            self.header.add_button(self.chooser)
        self._head = {action: Button(desk.theme, action.text, icon=action.icon, kind=action.kind, run=action.run)
                      for action in head}
        for button in self._head.values():
            self.header.add_button(button)
        self._providers = Question(desk.runner, self, answered=self._on_providers, failed=self.fail)
        self._has_begun = False
        self._refresh = RefreshWhenVisible(desk.bus, self, plan.concerns)
        self._refresh.due.connect(self._on_due)
        desk.powers.changed.connect(self.show_head)
        self.chooser.activated.connect(lambda _place: self.show_provider(self.chooser.chosen()))
        self.show_head()

    # --- what a screen says ---

    def ask_rows(self) -> None:
        """Read the rows of the provider in view."""
        raise NotImplementedError

    def show_none(self) -> None:
        """There is no row to show beside the list."""

    def refuse(self, error: BaseException) -> None:
        """Say why a command was refused."""
        raise NotImplementedError

    def first_provider(self, options: Sequence[ProviderOption]) -> ProviderOption | None:
        """The provider to begin with where none was asked for: the one with most customers."""
        return max(options, key=lambda option: option.customer_count, default=None)

    def choice_words(self, option: ProviderOption) -> str:
        """How a provider is named where it is chosen."""
        return option.name

    # --- for the shell ---

    def focus_first(self) -> None:
        self.listing.table.setFocus()

    def bindings(self) -> Mapping[str, Binding]:
        return {"screen.refresh": Binding(self.read_again),
                **{action.action: Binding(action.run) for action in self._head if action.action}}

    def begin(self) -> None:
        """Read, where that has not happened yet."""
        if not self._has_begun:
            self._has_begun = True
            self.read_first()

    def read_first(self) -> None:
        self.read_again()

    def read_again(self) -> None:
        """Read providers, rows and what is shown of them again; nothing moves."""
        self._providers.ask(asking(provider_options))

    def _on_due(self) -> None:
        if isinstance(self.listing, RowListing):
            self.listing.keeps_order = self._refresh.is_elsewhere
        self.read_again()

    def show_provider(self, provider_id: int | None) -> None:
        """Show the rows of another provider."""
        if provider_id is not None and provider_id != self.wanted_provider:
            self.wanted_provider = provider_id
            if self._has_begun:
                self.ask_rows()

    # --- reading ---

    def _on_providers(self, options: Sequence[ProviderOption]) -> None:
        chosen = next((option for option in options if option.id == self.wanted_provider), None)
        chosen = chosen or self.first_provider(options)
        self.wanted_provider = chosen.id if chosen is not None else None
        self.chooser.set_choices([(self.choice_words(option), option.id) for option in options], self.wanted_provider)
        if self.plan.chooser_in_head:
            self.chooser.setVisible(len(options) > 1)
        if chosen is not None:
            self.ask_rows()
        else:
            self.show_none()
            self.listing.say(self.plan.nowhere)

    def fail(self, error: BaseException) -> None:
        """Say in the place of the rows what could not be read."""
        self.show_none()
        self.listing.show_error(error, self.read_again)

    # --- doing ---

    def write(self, job: Job[Any]) -> None:
        """Run a command; its refusal is said."""
        self.desk.runner.write(job, failed=self.refuse)

    def confirm(self, title: str, text: str, job: Job[Any], *, verb: str, stay: str = "", kind: str = "main") -> None:
        """Run a command once a person has agreed to it."""
        dialog = ConfirmDialog(self.theme, title, text, verb=verb, parent=self, kind=kind, stay=stay)
        dialog.accepted.connect(partial(self.write, job))
        dialog.open_and_forget()

    def show_head(self) -> None:
        """Say anew which buttons of the head can be pressed."""
        for action, button in self._head.items():
            why = self.desk.powers.refusal(action.power) if action.power else ""
            words = f"{action.text.replace('&', '').rstrip('…')} {why}" if why else action.refusal()
            button.offer(words, action.about)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.begin()


class ListScreen(ProviderListScreen[R]):
    """Rows that are read whole, and all about the chosen one. `wanted_row` is the id of a row to go to when read."""

    listing: RowListing[R]

    def __init__(self, target: Target, desk: Desk, plan: ListPlan[R], head: Sequence[HeadAction] = ()) -> None:
        listing: RowListing[R] = RowListing(desk.theme, desk.runner, plan.words, plan.columns, rows_of=plan.rows_of)
        super().__init__(target, desk, plan, listing, head)
        self.wanted_row: int | None = None
        self._sheet = Question(desk.runner, self, answered=self.show_sheet, failed=self.fail)
        listing.answered.connect(self._on_rows)
        listing.table.current_row_changed.connect(self._on_current)

    # --- what a screen says ---

    def rows(self, provider_id: int) -> Job[Any]:
        """What reads the rows of a provider."""
        raise NotImplementedError

    def take_answer(self, answer: Any) -> None:
        """Take what else that says beside the rows."""

    def sheet(self, row: R) -> Job[Any]:
        """What reads all that is shown of the chosen row."""
        raise NotImplementedError

    def show_sheet(self, sheet: Any) -> None:
        """Show the chosen row."""
        raise NotImplementedError

    # --- reading ---

    def ask_rows(self) -> None:
        if self.wanted_provider is not None:
            self.listing.ask(self.rows(self.wanted_provider))

    def _on_rows(self, answer: object) -> None:
        self.take_answer(answer)
        model = self.listing.model
        place = model.loaded_row_of_id(self.wanted_row) if self.wanted_row is not None else None
        self.wanted_row = None
        if place is not None:
            self.listing.table.go_to_row(place)
        row = self.listing.current
        if row is None:
            self.show_none()
        else:
            self._ask_sheet(row)

    def _on_current(self, row: R | None) -> None:
        if row is not None:
            self._ask_sheet(row)

    def _ask_sheet(self, row: R) -> None:
        self._sheet.ask(self.sheet(row))

    def go_to(self, row_id: int) -> None:
        """Read the rows again, and go to one that was just made."""
        self.wanted_row = row_id
        self.ask_rows()
