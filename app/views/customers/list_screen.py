"""The first screen: the customers of one provider, with their money and what is wrong with them.

The list is paged and never reads more than what is near the eye. Filter, quick filters and order ask the database
anew; a change elsewhere renews the rows that are shown and moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QResizeEvent

from app.models.values import AccountType
from app.services.changes import Changed
from app.services.customers.choice import CustomerQuestion
from app.services.customers.columns import USUAL
from app.services.customers.counting import quick_counts
from app.services.customers.head import CustomersHead, customers_head, names_to_offer
from app.services.customers.list import CustomerRow, CustomerSort, QuickFilter
from app.services.database.asking import asking
from app.services.providers.queries import ProviderOption
from app.views.asking.saved_views import SavedViews
from app.views.customers.columns import CustomerColumns
from app.views.customers.filter_panel import FilterPanel
from app.views.customers.preview import CustomerPreview
from app.views.customers.query_help import QueryHelp
from app.views.customers.rows import CustomerRows
from app.views.customers.selection import CustomerSelection
from app.views.customers.source import ReadyList, customer_source
from app.views.customers.view import PLACE, CustomerView, read_view
from app.views.customers.words import QUICK, nobody
from app.views.customers.work import CustomerWork
from app.views.desk.account_list import AccountListScreen, PlaceInList
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.list_screen import ListPlan, ProviderListScreen
from app.views.desk.screen import BusinessPlace, State, Target
from app.views.lists.filter_bar import FilterBar, KeptFilters
from app.views.lists.listing import Instead, ListWords
from app.views.lists.models.paged_table_model import TableState
from app.views.lists.models.pages import Order
from app.views.look.icons import Icon
from app.views.running.question import Question
from app.views.widgets.basics import Panel
from app.views.widgets.layout import column, grows, split, walk_in_order

_PAUSE_MS: Final = 60
"""An arrow key held down asks for one preview, not for each row it passes."""
_PREVIEW_FROM: Final = 430
"""Below this height the rows go before the preview."""


class CustomerListScreen(ProviderListScreen[CustomerRow], AccountListScreen):
    """See the module. The part of its target is the id of the provider."""

    rows_changed = Signal()  # said anew: of several bases, signals come from the first alone

    def __init__(self, target: Target, desk: Desk) -> None:
        theme, runner = desk.theme, desk.runner
        self._columns = CustomerColumns()
        plan: ListPlan[CustomerRow] = ListPlan(
            title="Customers", icon=Icon.LIST, columns=self._columns.columns(), chooser_in_head=True,
            nowhere=Instead(head="There is no provider whose customers you may see."),
            words=ListWords(name="Customers", reading="Reading customers.", unread="The customers could not be read.",
                            empty=self._nothing),
            concerns=(Changed.ACCOUNTS, Changed.ATTRIBUTES, Changed.LEDGER, Changed.HOLDS, Changed.SERVICES,
                      Changed.RULES))
        self._rows = CustomerRows(theme, runner, plan.words, plan.columns)
        super().__init__(target, desk, plan, self._rows)
        self.wanted_provider = _whole(target.part)
        self._customers: CustomersHead | None = None
        self._asked: CustomerQuestion | None = None
        self._surrounded: CustomerQuestion | None = None
        """The question whose counts were asked for."""
        self._is_named = False
        self._is_alone = False
        self._wants_preview = True
        self._table, self._model = self._rows.kept, self._rows.model
        self._ask_head, self._ask_counts, self._ask_names = (
            Question(runner, self, answered=answered, failed=self.fail)
            for answered in (self._on_head, self._on_counts, self._on_names))
        self._ready = ReadyList(runner, self)
        self._views = SavedViews(
            theme, runner, place=PLACE, everything="All customers", owner=self,
            present=lambda: self.present_view().text(), apply=lambda text: self.apply_view(read_view(text)),
            usual=lambda: CustomerView(layout=self._table.layout_of(USUAL)).text())
        self.header.add_button(self._views.button, first=True)
        self._bar = FilterBar(theme, "Code, name, service or invoice", QUICK)
        self._panel = FilterPanel(theme, self)
        self._panel.hide()
        self._filters = KeptFilters(self._bar)
        self._table.choose_columns(USUAL)
        self._sort(Order(key=CustomerSort.CODE))
        self._selection = CustomerSelection(theme, runner, self._table, self._model)
        self._work = CustomerWork(desk, table=self._table, model=self._model, selection=self._selection, bar=self._bar)
        self._help = QueryHelp(self._bar, self._rows, runner, theme.formatter)
        self._preview = CustomerPreview(theme, runner)
        upper = Panel(theme)
        column(self.header, self._bar, self._panel, grows(self._rows), on=upper)
        self._splitter = split(upper, self._preview, shares=(1, 0), below=True)
        column(self._splitter, on=self)
        walk_in_order(self._views.button, self.chooser)  # as they stand, not as the head got them
        self._preview_timer = QTimer(self)
        self._preview_timer.setSingleShot(True)
        self._preview_timer.setInterval(_PAUSE_MS)
        self._connect()

    def _connect(self) -> None:
        table, model, bar = self._table, self._model, self._bar
        self._views.loaded.connect(self.read_again)
        self._views.said.connect(self.set_selection_text)
        bar.changed.connect(self._ask_list)
        bar.entered.connect(self._open_current)
        bar.panel_asked.connect(self._toggle_panel)
        self._panel.text_wanted.connect(bar.set_text)
        bar.left_downwards.connect(table.setFocus)
        bar.newer_asked.connect(self._ask_list)
        table.opened.connect(self._on_opened)
        table.opened_aside.connect(partial(self._on_opened, aside=True))
        table.current_row_changed.connect(self._on_current)
        table.left_upwards.connect(bar.focus_field)
        table.space_pressed.connect(self._preview_current)
        table.menu_asked.connect(self._work.on_menu)
        table.filter_by_cell.connect(self._work.filter_by_cell)
        self._preview_timer.timeout.connect(self._preview_current)
        self._selection.said.connect(self.set_selection_text)
        self._rows.counted.connect(self._on_count_known)
        model.newer_rows.connect(bar.show_newer)
        model.modelReset.connect(self._on_rows)
        model.modelReset.connect(lambda: self._help.show_examples_of(model))
        for moved in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.dataChanged):
            moved.connect(self.rows_changed)
        self._preview.open_asked.connect(self._go)
        self._preview.reasoning_asked.connect(partial(self._go, part="reasoning"))

    # --- for the shell ---

    def part(self) -> str:
        return str(self._customers.provider.id) if self._customers is not None else str(self.wanted_provider or "")

    def show_part(self, part: str) -> None:
        self.show_provider(_whole(part))

    def show_provider(self, provider_id: int | None) -> None:
        """Show the customers of another provider, filtered as they were left; words typed here wait for the return."""
        if provider_id is not None and provider_id != self.wanted_provider and self._has_begun:
            self._filters.swap(self.wanted_provider, provider_id)
        super().show_provider(provider_id)

    def preview_account(self, account_id: int) -> None:
        """Show an account in the preview, and in the list where it is among the rows at hand."""
        row = self._model.loaded_row_of_id(account_id)
        if row is not None:
            self._table.go_to_row(row)
        self._preview_timer.stop()
        self._preview.show_account(account_id)

    def business_place(self) -> BusinessPlace | None:
        provider = self._customers.provider if self._customers is not None else None
        return None if provider is None else BusinessPlace(provider.name, (provider.time_zone,))

    def read_first(self) -> None:
        self._rows.show_reading(self.plan.words.reading)
        self._views.load()

    def place_of(self, account_id: int) -> PlaceInList | None:
        row = self._model.loaded_row_of_id(account_id)
        return PlaceInList(number=row + 1, count=self._model.rowCount()) if row is not None else None

    def neighbour(self, account_id: int, step: int) -> int | None:
        row = self._model.loaded_row_of_id(account_id)
        found = self._model.id_at(row + step) if row is not None and row + step >= 0 else None
        if row is not None and found is not None:
            self._table.go_to_row(row + step)
        return found

    def focus_first(self) -> None:
        self._bar.focus_field()

    def bindings(self) -> Mapping[str, Binding]:
        bindings = {**super().bindings(), **self._work.bindings(), "go.list": Binding(self._bar.focus_field),
                    "customers.preview": Binding(self._toggle_preview, is_checked=self._wants_preview),
                    "customers.views": Binding(self._views.pop_up),
                    "customers.panel": Binding(self._toggle_panel, is_checked=not self._panel.isHidden())}
        row = self._rows.current
        if row is not None:
            reasoning = Binding(partial(self._go, row.id, part="reasoning"))
            bindings |= {"account.open": Binding(partial(self._go, row.id)), "account.why": reasoning,
                         "account.reasoning": reasoning}
        return bindings

    def save_state(self) -> State:
        order = self._model.order or Order(CustomerSort.CODE)
        return {
            "provider": _whole(self.part()) or 0,
            "filter": self._bar.text,
            "quick": self._bar.quick.key.value,
            "filters": self._filters.save(),
            "sort": order.key,
            "descending": order.descending,
            "layout": self._table.layout_text(),
            "heights": self._splitter.sizes() if self._wants_preview else [],
            "preview": self._wants_preview,
            "panel": not self._panel.isHidden(),
        }

    def restore_state(self, state: State) -> None:
        self.wanted_provider = _whole(state.get("provider")) or self.wanted_provider
        self._bar.put(str(state.get("filter", "")), str(state.get("quick", "")))
        self._filters.restore(str(state.get("filters", "")))
        self._table.restore_layout(str(state.get("layout", "")))
        if state.get("sort") in {sort.value for sort in CustomerSort}:
            self._sort(Order(str(state["sort"]), descending=bool(state.get("descending", False))))
        self._panel.setVisible(bool(state.get("panel", False)))
        self._show_preview(wanted=bool(state.get("preview", True)))
        heights = state.get("heights")
        if isinstance(heights, list) and len(heights) == 2:
            self._splitter.setSizes(heights)

    def present_view(self) -> CustomerView:
        """Filter, order and columns as they are now, to be kept under a name."""
        order = self._model.order or Order(CustomerSort.CODE)
        return CustomerView(filter_text=self._bar.typed.strip(), quick=self._bar.quick.key.value, sort=order.key,
                            descending=order.descending,
                            layout=self._table.layout_text())

    def apply_view(self, view: CustomerView) -> None:
        """Show the list as a view says."""
        self._bar.put(view.filter_text, view.quick)
        self._table.restore_layout(view.layout)
        self._sort(Order(view.sort, descending=view.descending))
        self._ask_list()

    # --- which provider ---

    def first_provider(self, options: Sequence[ProviderOption]) -> ProviderOption | None:
        """The retail provider with most customers, else the first one there is."""
        with_customers = [p for p in options if p.type is AccountType.RETAIL and p.customer_count]
        return super().first_provider(with_customers) or (options[0] if options else None)

    def choice_words(self, option: ProviderOption) -> str:
        return f"{option.name} ({self.theme.formatter.number(option.customer_count)})"

    def ask_rows(self) -> None:
        """Read what stands over the list; it knows whether the rows must be asked anew."""
        if self.wanted_provider is not None:
            self._is_alone = self.chooser.count() <= 1
            self._ask_head.ask(asking(customers_head, provider_id=self.wanted_provider))

    def _on_head(self, head: CustomersHead) -> None:
        before, self._customers = self._customers, head
        provider, formatter = head.provider, self.theme.formatter
        self.wanted_provider = provider.id
        count = formatter.counted(provider.customer_count, "account", "accounts")
        self._columns.show_head(head)
        self._work.show_head(head)
        self.header.set_title(f"Customers of {provider.name}",
                               f"{count}, {formatter.number(provider.active_count)} active. "
                               f"Money in {provider.currency}, as of today.")
        self.chooser.choose(provider.id)
        is_same = before is not None and (before.provider.id, before.provider.today) == (provider.id, provider.today)
        if is_same:
            self._model.refresh()
            self._ask_the_counts()
            self._preview.refresh()
        else:
            self._preview.show_account(None)
            self._panel.set_context(provider.currency, provider.today)
            self._is_named = False
            self._ask_list()
            self.part_changed.emit(self.part())
        self.business_place_changed.emit()

    # --- which rows ---

    def _ask_list(self) -> None:
        """Ask a new question: other words, another quick filter, another provider."""
        if self._customers is None:
            return
        provider, text = self._customers.provider, self._bar.text
        self._panel.show_text(text)
        if not self._help.understands(self._customers):
            if self._asked is not None and self._asked.provider_id == provider.id:
                return  # the rows shown before stay
            text = ""
        question = CustomerQuestion(provider_id=provider.id, as_of=provider.today, filter_text=text,
                                    quick=QuickFilter(self._bar.quick.key))
        self._asked = question
        self._selection.follow(question)
        self._bar.show_newer(0)
        self._model.set_source(customer_source(question))

    def _on_rows(self) -> None:
        """Rows came: now what stands around them is asked for, which nobody waits for."""
        question, self._surrounded = self._surrounded, self._asked
        if self._asked is None or question is self._asked:
            return
        self._ask_the_counts()
        self._ready.follow(self._asked)
        if not self._is_named:
            self._is_named = True
            self._ask_names.ask(asking(names_to_offer, provider_id=self._asked.provider_id))

    def _ask_the_counts(self) -> None:
        q = self._asked
        if q is not None:
            self._ask_counts.ask(partial(quick_counts, provider_id=q.provider_id, as_of=q.as_of,
                                         filter_text=q.filter_text))

    def _on_names(self, names: dict[str, tuple[str, ...]]) -> None:
        self._bar.set_names(names)
        self._panel.set_names(names)

    def _toggle_panel(self) -> None:
        """Unfold the panel with the keyboard in it, or fold it and go back to the box."""
        is_wanted = self._panel.isHidden()
        self._panel.setVisible(is_wanted)
        self._show_preview(wanted=self._wants_preview)
        if is_wanted:
            self._panel.focus_first()
        else:
            self._bar.focus_field()
        self.bindings_changed.emit()

    def _on_counts(self, counts: dict[str, int]) -> None:
        self._bar.show_counts(counts)
        if self._model.state is TableState.EMPTY:
            self._rows.say_empty()

    def _on_count_known(self, count: int) -> None:
        head = self._customers
        if head is None:
            return
        formatter = self.theme.formatter
        total = formatter.counted(head.provider.customer_count, "account", "accounts")
        self._bar.show_found(f"{formatter.number(count)} of {total}" if self._bar.is_filtering else total)

    def _sort(self, order: Order) -> None:
        self._model.set_order(order)
        self._table.show_sort(order.key, descending=order.descending)

    def _nothing(self) -> Instead:
        """What is said in the place of rows."""
        self._preview.show_account(None)
        if self._customers is None:
            return self.plan.nowhere
        if self._bar.is_filtering and self._asked is not None:
            return self._help.nothing(self._asked)
        return nobody(self.desk.actions, self._customers.provider, is_alone=self._is_alone)

    # --- rows ---

    def _toggle_preview(self) -> None:
        self._show_preview(wanted=not self._wants_preview)
        self.bindings_changed.emit()

    def _show_preview(self, *, wanted: bool) -> None:
        """The preview stands below the list where it is wanted and there is room for both."""
        self._wants_preview = wanted
        # more than both need at least, so that a page which is too low for both never keeps them both
        form = 0 if self._panel.isHidden() else self._panel.sizeHint().height() + self.theme.sizes.px(64)
        self._preview.setVisible(wanted and self.height() >= self.theme.sizes.px(_PREVIEW_FROM) + form)

    def _on_current(self, _row: CustomerRow | None) -> None:
        self._preview_timer.start()
        self.bindings_changed.emit()

    def _preview_current(self, _index: object = None) -> None:
        row = self._rows.current
        if row is not None and row.id != self._preview.account_id:
            self._preview.show_account(row.id)

    def _go(self, account_id: int, *, part: str = "", aside: bool = False) -> None:
        self.desk.navigator.go(Target("account", account_id, part), aside=aside)

    def _on_opened(self, index: QModelIndex, *, aside: bool = False) -> None:
        row = self._model.row_of(index)
        if row is not None:
            self._go(row.id, aside=aside)

    def _open_current(self) -> None:
        """Enter in the filter opens what the preview shows."""
        row = self._rows.current
        if row is not None:
            self._go(row.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_preview(wanted=self._wants_preview)


def _whole(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isdigit() else None
