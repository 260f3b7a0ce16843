"""The left panel: a field that jumps to an account, and the hierarchy below it.

While something is typed the hits stand where the tree was; clearing the field brings the tree back as it stood.
Opening an account anywhere makes the tree show it.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from app.services.changes import Changed
from app.services.database.asking import asking
from app.services.hierarchy.search import JumpHit, Matched, find_accounts
from app.services.hierarchy.tree import TreeRow
from app.views.desk.desk import Desk
from app.views.desk.screen import State, Target
from app.views.hierarchy.tree_source import AccountTreeSource
from app.views.lists.lazy_tree import LazyTree
from app.views.lists.line_list import LineItem, LineList
from app.views.lists.models import roles
from app.views.lists.models.tree_model import LazyTreeModel
from app.views.lists.models.tree_source import TreeNode
from app.views.look import tokens as tk
from app.views.look.words import STATUS, TYPE, TYPE_ICON
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.question import Question
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows, row
from app.views.widgets.menus import Entry, pop_up
from app.views.widgets.search_field import SearchField

_HITS: Final = 20
_MARGIN: Final = 12
_ALONE: Final = 1


class JumpField(SearchField):
    """Escape in an empty field goes back to the tree."""

    left_empty = Signal()
    entered_aside = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.entered_aside.emit()
        elif event.key() == Qt.Key.Key_Escape and not self.text():
            self.left_empty.emit()
        else:
            super().keyPressEvent(event)


class AccountTreePanel(QWidget):
    """`selected` says a node was chosen by one click or an arrow; opening goes through the navigator."""

    selected = Signal(object)  # TreeRow
    creation_asked = Signal(int)  # id of the provider below which an account is to be created

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        runner = desk.runner
        self._theme = desk.theme
        self._navigator = desk.navigator
        self._opens_when_found = False
        self._opens_aside = False
        self._is_revealing = False
        self._asked = ""
        self._asked_anywhere = False
        self._found: list[JumpHit] | None = None  # of what was asked last
        self._model = LazyTreeModel(AccountTreeSource(), runner, self)
        self._search = Question(runner, self, answered=self._on_found,
                                failed=lambda error: self._say(f"The search did not work: {error}"))
        self._refresh = RefreshWhenVisible(desk.bus, self, {Changed.ACCOUNTS, Changed.HOLDS})
        self._build()
        self._connect()

    # --- for the shell ---

    @property
    def first_focus(self) -> QWidget:
        """What Ctrl+L puts the keyboard in."""
        return self._field

    def load(self, state: State | None = None) -> None:
        """Read the tree of the database that is open now, as it stood when `save_state` gave its state."""
        self._field.clear()
        self._on_typed("")
        self.restore_state(state or {})
        self._model.load()

    def reveal(self, account_id: int) -> None:
        """Show an account that was opened elsewhere: expand the way to it, select it, and open nothing."""
        if self._tree.current_node_id() != account_id:
            self._is_revealing = True
            self._model.reveal(account_id)

    def save_state(self) -> State:
        """Expanded nodes and the selected one, for the next start."""
        state: State = {"expanded": self._tree.expanded_ids()}
        current = self._tree.current_node_id()
        if current is not None:
            state["current"] = current
        return state

    def restore_state(self, state: State) -> None:
        """Take back what `save_state` gave; branches open as they arrive."""
        expanded, current = state.get("expanded"), state.get("current")
        self._tree.restore(list(expanded) if isinstance(expanded, list) else [],
                           current if isinstance(current, int) else None)

    # --- building ---

    def _build(self) -> None:
        theme = self._theme
        self._field = JumpField(theme, "Code, name, service or invoice", self)
        self._field.setToolTip("Find an account (Ctrl+L)")
        self._words = Label(theme, "", self, size=tk.LABEL, ink=tk.Ink.MUTED, wraps=True)
        self._words.setContentsMargins(_MARGIN, 6, _MARGIN, 6)
        self._words.hide()
        self._tree = LazyTree(theme, "Accounts", self)
        self._tree.show_model(self._model)
        self._list = LineList(theme, "Accounts found", self, answers_field=True)
        below = QWidget(self)
        self._stack = QStackedLayout(below)
        self._stack.addWidget(self._tree)
        self._stack.addWidget(self._list)
        column(row(self._field, margins=(_MARGIN, 0, _MARGIN, 10)), self._words, grows(below), on=self)

    def _connect(self) -> None:
        self._field.settled.connect(self._on_typed)
        self._field.returnPressed.connect(self._on_enter)
        self._field.entered_aside.connect(self._on_enter_aside)
        self._field.left_downwards.connect(self._on_down)
        self._field.left_empty.connect(self._tree.setFocus)
        self._list.opened.connect(self._on_hit)
        self._list.opened_aside.connect(partial(self._on_hit, aside=True))
        self._list.left_upwards.connect(self._field.setFocus)
        self._list.escaped.connect(self._field.clear_now)
        self._tree.node_selected.connect(self._on_selected)
        self._tree.node_opened.connect(self._on_opened)
        self._tree.node_opened_aside.connect(partial(self._on_opened, aside=True))
        self._tree.left_upwards.connect(self._field.setFocus)
        self._tree.menu_asked.connect(self._on_menu)
        self._model.loaded.connect(self._on_loaded)
        for signal in (self._model.revealed, self._model.not_found, self._model.failed):
            signal.connect(self._on_reveal_over)
        self._refresh.due.connect(self._on_due)

    # --- the field ---

    def _on_typed(self, text: str) -> None:
        self._opens_when_found = False
        if text.strip():
            self._ask(text, anywhere=False)
            return
        self._search.drop()
        self._asked, self._asked_anywhere, self._found = "", False, None
        self._list.set_items([])
        self._say("")
        self._stack.setCurrentWidget(self._tree)

    def _ask(self, text: str, *, anywhere: bool) -> None:
        self._asked, self._asked_anywhere, self._found = text.strip(), anywhere, None
        self._search.ask(asking(find_accounts, text=text.strip(), anywhere=anywhere, limit=_HITS))

    def _on_found(self, hits: list[JumpHit]) -> None:
        self._found = hits
        items = [_item_of(hit) for hit in hits]
        if len(items) >= _HITS:
            items.append(LineItem(title=f"The first {_HITS}. Type more to narrow it.", can_open=False, is_muted=True))
        self._list.set_items(items)
        self._stack.setCurrentWidget(self._list)
        self._say("" if hits else _nothing_words(self._asked, anywhere=self._asked_anywhere))
        if self._opens_when_found:
            self._opens_when_found = False
            self._open_first(aside=self._opens_aside)

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self._field.setAccessibleDescription(words)

    def _on_enter(self) -> None:
        self._enter(aside=False)

    def _on_enter_aside(self) -> None:
        self._enter(aside=True)

    def _enter(self, *, aside: bool) -> None:
        """Open the first hit; while the search is under way, when it answers; without a hit, search inside names."""
        text = self._field.text().strip()
        if not text:
            self._tree.setFocus()
        elif self._search.is_busy or self._found is None or self._asked != text:
            if not self._search.is_busy:
                self._ask(text, anywhere=False)
            self._opens_when_found, self._opens_aside = self._search.is_busy, aside
            if not self._search.is_busy:  # a runner that works at once has answered already
                self._open_first(aside=aside)
        elif self._found:
            self._open_first(aside=aside)
        elif not self._asked_anywhere:
            self._ask(text, anywhere=True)

    def _open_first(self, *, aside: bool) -> None:
        if self._found:
            self._open(self._found[0].account_id, aside=aside)

    def _on_down(self) -> None:
        (self._list if self._stack.currentWidget() is self._list else self._tree).setFocus()

    def _on_hit(self, item: LineItem, *, aside: bool = False) -> None:
        self._open(item.row.account_id, aside=aside)

    def _open(self, account_id: int, *, aside: bool = False) -> None:
        """Open an account; the field empties and the tree comes back, unless one goes on searching."""
        self._navigator.go(Target("account", account_id), aside=aside)
        if not aside:
            self._field.clear()
            self._on_typed("")
            self.reveal(account_id)

    # --- the tree ---

    def _on_loaded(self, parent_id: int) -> None:
        """A branch of one node, such as the operator's own, is opened at once: it says nothing by itself."""
        parent = self._model.index_of(parent_id) if parent_id else QModelIndex()
        only = self._model.index(0, 0, parent)
        if self._model.rowCount(parent) <= _ALONE and only.data(roles.NODE) is not None:
            self._tree.expand(only)

    def _on_selected(self, node: TreeNode) -> None:
        if not self._is_revealing:
            self.selected.emit(node.row)

    def _on_reveal_over(self, _answer: object) -> None:
        self._is_revealing = False

    def _on_opened(self, node: TreeNode, *, aside: bool = False) -> None:
        self._navigator.go(Target("account", node.node_id), aside=aside)

    def _on_menu(self, node: TreeNode, position: QPoint) -> None:
        row: TreeRow = node.row
        customers = partial(self._navigator.go, Target("customers", part=str(row.id)))
        pop_up(self, position,
               Entry("Open", partial(self._on_opened, node)),
               Entry("Open in a new tab", partial(self._on_opened, node, aside=True)),
               *([Entry("Show its customers", customers),
                  Entry("New account below it…", partial(self.creation_asked.emit, row.id))]
                 if row.type in _HAS_LIST else []))

    def _on_due(self) -> None:
        """Names, counts and signs are read again in place; nothing moves."""
        self._model.renew()
        if self._stack.currentWidget() is self._list and self._field.text().strip():
            self._ask(self._field.text(), anywhere=self._asked_anywhere)


_HAS_LIST: Final = frozenset({kind for kind in TYPE if kind.value.endswith("provider")})


def _item_of(hit: JumpHit) -> LineItem:
    """Name, then what matched and whose customer it is."""
    look = STATUS[hit.status]
    state = "" if look.tone is None else f", {look.text}"
    matched = hit.code if hit.matched in {Matched.CODE, Matched.NAME} else hit.reason
    second = f"{matched}, {hit.provider_name}"
    return LineItem(title=hit.name, second=second, icon=TYPE_ICON[hit.type], row=hit,
                    tooltip=f"{hit.name}, {hit.code}\n{second}{state}",
                    spoken=f"{hit.name}, {hit.code}. {second}{state}")


def _nothing_words(text: str, *, anywhere: bool) -> str:
    if anywhere:
        return f'No account, service or invoice holds "{text}" anywhere.'
    return f'No account, service or invoice starts with "{text}". Enter searches inside names too.'
