"""The page of one account: its head, its tabs, and beside them the reasoning or a value's chain.

The page reads the head; each tab is made and reads its own rows when it is in front for the first time, and reads
again when something changed. What stands beside it is made when it is first asked for. Whatever is written goes through
the runner, and the bus makes the page read again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QStackedLayout, QWidget

from app.models.values import AccountType, HoldKind
from app.services.accounts.header import AccountHeader, account_header
from app.services.attributes.rows import AttributeRow
from app.services.changes import Changed
from app.services.database.asking import asking
from app.services.errors import NotFound
from app.views.accounts.beside import Beside
from app.views.accounts.head import AccountHead
from app.views.accounts.page_tabs import TabStack, make_tab
from app.views.accounts.parts import PARTS
from app.views.accounts.side_pane import CHAIN, REASONING, ROOMY_FROM, ROOMY_WIDTH, ROW, WIDTH, SidePane
from app.views.desk.account_list import AccountScreen, PlaceInList
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.offers import DOCUMENT_VERBS
from app.views.desk.screen import GROUP_ACCOUNT, OUTBOX, BusinessPlace, State, Target
from app.views.ledger.agreeing import Agreeing
from app.views.look.icons import Icon
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.question import Question
from app.views.status.control import MENU, StatusControl
from app.views.widgets.basics import HorizontalRule, Panel, without_arguments
from app.views.widgets.empty_state import EmptyState, WayOn
from app.views.widgets.layout import column, grows, row, split

if TYPE_CHECKING:
    from app.views.accounts.diagram import AccountDiagram
    from app.views.accounts.tabs.notes import NotesTab
    from app.views.attributes.tab import AttributesTab
    from app.views.desk.page_tab import PageTab

_SLIM_KEY: Final = "accounts/slim_head"
_SLIM_BELOW: Final = 420
_TAB_MARGIN: Final = 20
_KINDS: Final = frozenset({Changed.ACCOUNTS, Changed.ATTRIBUTES, Changed.LEDGER, Changed.HOLDS, Changed.SERVICES,
                           Changed.RULES, Changed.NOTES, Changed.PROFILES, Changed.GROUPS, Changed.REQUESTS})


class AccountPage(AccountScreen):
    """See the module. The part of its target is a tab, or "reasoning"."""

    comfortable_width = 700  # narrower, the words of a hold and its figures are cut

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(target, "Account", Icon.ACCOUNT, parent)
        self._account_id = target.ident or 0
        self._desk = desk
        self._theme = desk.theme
        self._runner = desk.runner
        self._navigator = desk.navigator
        self._settings = desk.settings
        self._header: AccountHeader | None = None
        self._has_begun = False
        self._side_is_own = False
        self._question = Question(self._runner, self, answered=self._on_header, failed=self._on_failed)
        self._refresh = RefreshWhenVisible(desk.bus, self, _KINDS)
        self._refresh.watch_accounts([self._account_id])
        self._build()
        self._connect()
        if target.part:
            self.show_part(target.part)

    # --- for the shell ---

    def part(self) -> str:
        return self._stack.part

    def show_part(self, part: str) -> None:
        """Bring a tab to the front, or open the reasoning beside the one that is."""
        if part == REASONING:
            self._beside.show_reasoning()
            return
        before = self._stack.part
        self._stack.show_part(part)
        if self.isVisible() and self._stack.part != before:
            self._focus_tab()  # not wherever the tabulator would come first

    def business_place(self) -> BusinessPlace | None:
        if self._header is None:
            return None
        return BusinessPlace(self._header.provider_name, (self._header.time_zone,))

    def show_place(self, place: PlaceInList | None) -> None:
        """Where this account stands in the list one came from; None where there is no such list."""
        self._head.show_place(place)

    def focus_first(self) -> None:
        self._focus_tab()

    def bindings(self) -> Mapping[str, Binding]:
        """What the page can do, and what the tab in front adds."""
        found: dict[str, Binding] = {
            "screen.refresh": Binding(self.read_again),
            "account.header": Binding(self._toggle_slim, is_checked=self._is_slim()),
            "account.reasoning": Binding(self._beside.show_reasoning),
            "account.why": Binding(self._beside.show_reasoning),
        }
        for place in range(len(PARTS)):
            found[f"account.tab{place + 1}"] = Binding(partial(self._go_to_tab, place))
        if self._header is not None:
            provider = self._header.id if self._header.is_provider else self._header.provider_id
            found["account.customers"] = Binding(partial(self._show_customers, provider))
            refusal = "" if self._overdue_hold() else "needs an overdue hold"
            found["account.restore"] = Binding(self._restore, refusal=refusal)
            found["outbox.of_account"] = Binding(partial(
                self._desk.navigator.go, Target(OUTBOX, part=f"account {self._header.id}")))
            found |= self._status.bindings()
            refusal = "" if self._header.type is AccountType.END_USER else "needs a customer"
            found["account.group_account"] = Binding(self._show_group_account, refusal=refusal)
            found |= self._agreeing_bindings(self._header)
            found["account.note"] = Binding(self._write_note, refusal=self._header.rights.edit)
            found["account.history"] = Binding(partial(self._go_to_part, "history"))
        found |= self._stack.tab_bindings()
        if self.part() == "attributes" and self._has_attributes:
            found |= {"go.list": Binding(self._attributes.focus_filter), **self._diagram.bindings()}
        return found

    def save_state(self) -> State:
        return {"title": self.title, "tab": self.part(),
                "as_provider": self._has_attributes and self._attributes.as_provider}

    def restore_state(self, state: State) -> None:
        title = str(state.get("title", ""))
        if title and self._header is None:
            self.set_title(title)
        self.show_part(str(state.get("tab", "")))

    def unsaved_text(self) -> str:
        return self._stack.unsaved_text()

    def read_again(self) -> None:
        """Read the head again, and the tab in front; the others follow when they come to the front."""
        self._read(frozenset(Changed))

    def _on_due(self) -> None:
        """Something changed: the head reads again, and of the tabs those that it concerns."""
        self._read(self._refresh.changes.kinds)

    def _read(self, kinds: Collection[Changed]) -> None:
        self._stack.outdate(kinds)
        self._status.outdate(kinds)
        self._question.ask(asking(account_header, account_id=self._account_id))

    # --- building ---

    def _build(self) -> None:
        theme, runner = self._theme, self._runner
        self._head = AccountHead(theme, self)
        self._status = StatusControl(theme, runner, self)
        self._agreeing = Agreeing(theme, runner, self)
        self._stack = TabStack(theme, self._make_tab, self)
        self._side = SidePane(theme, self)
        self._beside = Beside(theme, runner, self._side, account_id=self._account_id)
        self._splitter = split(self._stack, self._side, shares=(1, 0), handle=1,
                               sizes=(theme.sizes.px(600), theme.sizes.px(WIDTH)))
        self._splitter.splitterMoved.connect(self._on_splitter)
        self._lost = EmptyState(theme, self)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._build_page())
        self._pages.addWidget(self._lost)

    def _build_actions(self) -> QMenu:
        """What can be done with the account; what its state has not is faint and says why."""
        actions = self._desk.actions
        menu = QMenu("Actions", self)
        actions.fill_menu(menu, [actions.spec(name) for name in MENU])
        return menu

    def _build_page(self) -> QWidget:
        page = Panel(self._theme, self)
        column(self._head, row(self._stack.bar, margins=(_TAB_MARGIN, 0)), HorizontalRule(self._theme),
               grows(self._splitter), on=page)
        return page

    def _connect(self) -> None:
        head, stack = self._head, self._stack
        head.open_asked.connect(self._open)
        head.customers_asked.connect(self._show_customers)
        head.reasoning_asked.connect(self._beside.show_reasoning)
        head.restore_asked.connect(self._restore)
        head.lift_asked.connect(self._status.lift)
        head.use_actions(self._build_actions())
        self._status.changed.connect(self._on_status_options)
        head.group_account_asked.connect(self._show_group_account)
        head.ledger_asked.connect(partial(self._go_to_part, "ledger"))
        head.limit_asked.connect(self._show_limit)
        head.step_asked.connect(self._step)
        stack.part_chosen.connect(self._on_part)
        stack.summary_shown.connect(self.set_selection_text)
        stack.bindings_changed.connect(self.bindings_changed)
        stack.open_asked.connect(self._open)
        stack.profile_asked.connect(self._open_profile)
        stack.part_asked.connect(self._go_to_part)
        stack.attribute_asked.connect(self._show_attribute)
        stack.terms_asked.connect(self._status.change_terms)
        stack.row_asked.connect(self._beside.show_row)
        self._side.closed.connect(without_arguments(self._focus_tab))
        self._refresh.due.connect(self._on_due)

    # --- made when first asked for ---

    def _make_tab(self, key: str) -> PageTab:
        match key:
            case "attributes":
                self._attributes.why_asked.connect(self._diagram.why)
                return self._attributes
            case "notes":
                return self._notes
            case _:
                tab = make_tab(key, self._theme, self._runner)
                if self._desk.offers.has(DOCUMENT_VERBS):
                    tab.use_verbs(self._desk.offers.get(DOCUMENT_VERBS))
                return tab

    @property
    def _has_attributes(self) -> bool:
        """Whether the attributes, and with them the diagram, were shown yet."""
        return self._stack.is_made("attributes")

    @cached_property
    def _attributes(self) -> AttributesTab:
        from app.views.attributes.tab import AttributesTab

        tab = AttributesTab(self._theme, self._runner)
        tab.focused.connect(self._on_focused)
        return tab

    @cached_property
    def _diagram(self) -> AccountDiagram:
        from app.views.accounts.diagram import AccountDiagram

        diagram = AccountDiagram(self._theme, self._runner, tab=self._attributes, side=self._side, body=self._pages)
        diagram.open_asked.connect(self._open)
        diagram.profile_asked.connect(self._open_profile)
        if self._header is not None:
            diagram.show_account(self._header)
        return diagram

    @cached_property
    def _notes(self) -> NotesTab:
        from app.views.accounts.tabs.notes import NotesTab

        return NotesTab(self._theme, self._runner)

    # --- the head ---

    def _on_header(self, header: AccountHeader) -> None:
        self._header = header
        if self._pages.currentWidget() is self._lost:
            self._pages.setCurrentIndex(0)
        self.set_title(header.name)
        self._head.show_header(header)
        self._status.show_account(header)
        if self._has_attributes:
            self._diagram.show_account(header)
        self._stack.show_account(header)
        self._beside.show_account(header)
        self.bindings_changed.emit()
        self.business_place_changed.emit()

    def _on_status_options(self) -> None:
        self._head.offer_lifting(self._status.liftable)
        self.bindings_changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        head = "This account is not in this database." if isinstance(error, NotFound) else (
            "This account could not be read.")
        text = "" if isinstance(error, NotFound) else str(error)
        self._lost.show_words(head, text, icon=Icon.ERROR, ways=[WayOn("Try again", self.read_again)])
        if self._header is None:
            self._pages.setCurrentIndex(1)

    def _is_slim(self) -> bool:
        return str(self._settings.value(_SLIM_KEY, "0")) == "1"

    def _toggle_slim(self) -> None:
        self._settings.setValue(_SLIM_KEY, "0" if self._is_slim() else "1")
        self._fit_head()
        self.bindings_changed.emit()

    def _fit_head(self) -> None:
        """The head as it was chosen; on a low window slim, so that rows are seen."""
        self._head.set_slim(slim=self._is_slim() or self.height() < self._theme.sizes.px(_SLIM_BELOW))

    def _overdue_hold(self) -> bool:
        return self._header is not None and any(hold.kind is HoldKind.OVERDUE for hold in self._header.holds)

    def _agreeing_bindings(self, header: AccountHeader) -> Mapping[str, Binding]:
        refusal = header.rights.agree or ("" if header.type is AccountType.END_USER else "needs a customer")
        found = {"ledger.promise": Binding(partial(self._agreeing.promise, header.id), refusal=refusal)}
        if header.rights.has_plans:
            found["ledger.plan"] = Binding(partial(self._agreeing.plan, header.id), refusal=refusal)
        return found

    def _restore(self) -> None:
        if self._header is not None and self._overdue_hold():
            from app.views.status.restore_dialog import RestoreDialog

            RestoreDialog(self._theme, self._runner, self._header, self).open_and_forget()

    # --- tabs ---

    def _go_to_tab(self, place: int) -> None:
        self._stack.show_place(place)
        self._focus_tab()

    def _go_to_part(self, part: str) -> None:
        self._stack.show_part(part)
        self._focus_tab()

    def _focus_tab(self) -> None:
        self._stack.focus_tab()

    def _write_note(self) -> None:
        self._stack.show_part("notes")
        self._notes.begin_note()

    def _on_part(self, part: str) -> None:
        if self._has_attributes:
            self._diagram.close_wide()
        if self._side.key in {CHAIN, ROW}:
            self._side.put_away()
            self._focus_tab()
        self._offer_diagram()
        self.part_changed.emit(part)

    # --- beside the tab ---

    def _on_focused(self, row: AttributeRow | None) -> None:
        self._diagram.follow(row)
        self._offer_diagram()

    def _on_splitter(self, _place: int, _handle: int) -> None:
        self._side_is_own = True

    def _fit_side(self) -> None:
        """More for the side pane on a large window, unless somebody chose its width."""
        if not self._side_is_own:
            roomy = self.width() >= self._theme.sizes.px(ROOMY_FROM)
            side = self._theme.sizes.px(ROOMY_WIDTH if roomy else WIDTH)
            self._splitter.setSizes([max(self.width() - side, side), side])

    def _offer_diagram(self) -> None:
        if self.part() == "attributes" and self._has_attributes:
            self._diagram.offer(self.width())

    def _show_limit(self) -> None:
        """The credit figure opens what it comes from."""
        self._show_attribute("credit_limit")

    def _show_attribute(self, key: str) -> None:
        self._stack.show_part("attributes")
        self._attributes.show_as(as_provider=False)
        self._attributes.go_to(key)
        row = self._attributes.current()
        if row is not None:
            self._diagram.open_beside(row, with_focus=False)

    # --- elsewhere ---

    def _step(self, step: int) -> None:
        """The next (+1) or previous (-1) account of the list one came from."""
        self._desk.actions.trigger("account.next" if step > 0 else "account.previous")

    def _open(self, account_id: int) -> None:
        self._navigator.go(Target("account", account_id))

    def _show_group_account(self) -> None:
        self._navigator.go(Target(GROUP_ACCOUNT, self._account_id))

    def _open_profile(self, profile_id: int) -> None:
        self._navigator.go(Target("profiles", part=f"profile/{profile_id}"))

    def _show_customers(self, provider_id: int) -> None:
        self._navigator.go(Target("customers", part=str(provider_id)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes what stands beside the tab."""
        if event.key() == Qt.Key.Key_Escape and self._side.key:
            self._side.close_now()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()
        self._fit_side()
        self._offer_diagram()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_head()
        if not self._has_begun:
            self._has_begun = True
            self._focus_tab()  # before the shell looks for a first focus and finds a link of the head
            self.read_again()
