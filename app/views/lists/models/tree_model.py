"""A lazy tree of ids: children come in pages when a node is opened, and a node may have a million of them.

Qt's indexes carry the integer id of a node and nothing else, so no index can outlive a Python object. Each opened node
keeps a run of children in the source's order; while more are to come, a last row says so, and being painted is its
wish for the next page. A node far down (found by a jump) stands behind that row until the run reaches it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from app.views.lists.models import roles
from app.views.lists.models.known_tree import READING, Branch, KnownTree
from app.views.lists.models.tree_source import (
    ROOT,
    ChildrenRead,
    PathFound,
    PathStep,
    TreeNode,
    TreeSource,
    find_path,
    read_again,
    read_children,
)
from app.views.running.question import Question
from app.views.running.runner import Runner

Index = QModelIndex | QPersistentModelIndex

PAGE_CHILDREN: Final = 256
LOADED_FOR_JUMP: Final = 5_000
"""A jump to a child nearer than this loads all before it; farther ones are shown behind the row "more"."""

_HELD: Final = "More. Enter shows them."
_FAILED: Final = "Could not be read. Enter tries again."
_SELECTABLE: Final = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
_WAITING: Final = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren


class LazyTreeModel(QAbstractItemModel):
    """Adapts a `TreeSource` to a tree view with one column."""

    failed = Signal(object)  # exception
    revealed = Signal(object)  # QModelIndex of the node asked for by `reveal`
    not_found = Signal(int)  # node id that `reveal` could not find
    loaded = Signal(int)  # parent id (0 is the top level) whose first page arrived

    def __init__(self, source: TreeSource, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._runner = runner
        self._epoch = 0
        self._known = KnownTree()
        self._wishes: set[int] = set()
        self._openings: list[int] = []
        self._pathfinding = Question(runner, self)
        self._pathfinding.answered.connect(self._on_path)
        self._pathfinding.failed.connect(self.failed)
        self._renewing = Question(runner, self)
        self._renewing.answered.connect(self._on_renewed)
        self._renewing.failed.connect(self.failed)
        self._path_under_way: PathFound | None = None
        self._flush_timer = QTimer(self)
        self._flush_timer.setSingleShot(True)
        self._flush_timer.timeout.connect(self._flush)

    # --- asking ---

    def load(self) -> None:
        """Read the top level; what was there is forgotten."""
        self.beginResetModel()
        self._clear()
        self.endResetModel()
        self._open_branch(ROOT)

    def set_source(self, source: TreeSource) -> None:
        self._source = source
        self.load()

    def reveal(self, node_id: int) -> None:
        """Find a node, load its ancestors, and say `revealed`; the view selects and scrolls."""
        if node_id in self._known:
            self.revealed.emit(self.index_of(node_id))
            return
        self._path_under_way = None
        self._pathfinding.ask(partial(find_path, self._source, node_id))

    def renew(self, node_ids: Sequence[int] | None = None) -> None:
        """Read known nodes again in place (all when None): names, counts and signs; nothing moves."""
        asked = node_ids if node_ids is not None else self._known.node_ids()
        known = [node_id for node_id in asked if node_id in self._known]
        if known:
            self._renewing.ask(partial(read_again, self._source, tuple(known)))

    def load_more(self, index: Index) -> None:
        """Read on behind a row "more" that does not do so by itself."""
        owner = self._known.owner_of_more(index.internalId())
        if owner is not None:
            self._known[owner].has_failed = False
            self._read(owner)

    def node(self, node_id: int) -> TreeNode | None:
        branch = self._known.get(node_id)
        return branch.node if branch is not None else None

    def index_of(self, node_id: int) -> QModelIndex:
        """Index of a known node; invalid for others."""
        row = self._known.row_of(node_id)
        return self.createIndex(row, 0, node_id) if row is not None else QModelIndex()

    def node_id_of(self, index: Index) -> int | None:
        """Id of the node of an index; None for the root and for a row "more"."""
        node_id = index.internalId() if index.isValid() else ROOT
        return node_id if node_id in self._known else None

    # --- loading ---

    def _clear(self) -> None:
        self._epoch += 1
        self._known.clear()
        self._wishes.clear()
        self._openings.clear()

    def _open_branch(self, node_id: int, limit: int = PAGE_CHILDREN) -> None:
        """Show "more" under a node and read its first page."""
        branch = self._known[node_id]
        if not branch.is_open:
            self.beginInsertRows(self.index_of(node_id), 0, 0)
            branch.is_open = True
            self.endInsertRows()
        self._read(node_id, max(limit, PAGE_CHILDREN))

    def _read(self, node_id: int, limit: int = PAGE_CHILDREN) -> None:
        branch = self._known[node_id]
        if branch.is_reading or branch.is_complete or branch.has_failed:
            return
        branch.is_reading = True
        self._update_more(branch)
        self._runner.read(partial(read_children, self._source, self._epoch, node_id, branch.next_key, limit),
                          succeeded=self._on_children, failed=self._on_children_failed)

    def _on_children(self, answer: ChildrenRead) -> None:
        branch = self._known.get(answer.parent_id)
        if answer.epoch != self._epoch or branch is None:
            return
        is_first = not branch.run
        branch.is_reading = False
        branch.next_key = answer.page.next_key
        self._append(answer.parent_id, branch, answer.page.nodes)
        if answer.page.next_key is None:
            self._complete(answer.parent_id, branch)
        self._update_more(branch)
        if is_first:
            self.loaded.emit(answer.parent_id)
        self._walk_path()

    def _on_children_failed(self, error: BaseException) -> None:
        for branch in self._known.branches():
            if branch.is_reading:
                # not asked for again by every repaint, but when "more" is opened
                branch.is_reading, branch.has_failed = False, True
                self._update_more(branch)
        self._path_under_way = None
        self.failed.emit(error)

    def _append(self, parent_id: int, branch: Branch, nodes: Sequence[TreeNode]) -> None:
        """Add a page to the run; what stood behind "more" and is reached now moves into its place."""
        parent = self.index_of(parent_id)
        for node in nodes:
            if node.node_id in branch.beyond:
                self._take_out(parent, node.node_id)
        fresh = [node for node in nodes if node.node_id not in self._known]
        if not fresh:
            return
        start = len(branch.run)
        self.beginInsertRows(parent, start, start + len(fresh) - 1)
        for node in fresh:
            self._known.append(parent_id, node)
        self.endInsertRows()

    def _take_out(self, parent: QModelIndex, node_id: int) -> None:
        row = self._known.row_of(node_id)
        if row is not None:
            self.beginRemoveRows(parent, row, row)
            self._known.take_out(node_id)
            self.endRemoveRows()

    def _complete(self, parent_id: int, branch: Branch) -> None:
        if branch.has_more_row:
            row = len(branch.run)
            self.beginRemoveRows(self.index_of(parent_id), row, row)
            branch.is_complete = True
            self.endRemoveRows()

    def _wish(self, owner: int) -> None:
        """A row "more" was painted: read on, unless nodes stand behind it that reading would push away."""
        branch = self._known[owner]
        if not (branch.is_reading or branch.has_failed or branch.beyond):
            self._wishes.add(owner)
            if not self._flush_timer.isActive():
                self._flush_timer.start(0)

    def _flush(self) -> None:
        openings, self._openings = self._openings, []
        for node_id in openings:
            branch = self._known.get(node_id)
            if branch is not None and not branch.is_open:
                self._open_branch(node_id)
        wishes, self._wishes = self._wishes, set()
        for owner in wishes:
            branch = self._known.get(owner)
            if branch is not None and not branch.beyond:
                self._read(owner)

    # --- jumping ---

    def _on_path(self, path: PathFound) -> None:
        if not path.steps:
            self.not_found.emit(path.node_id)
            return
        self._path_under_way = path
        self._walk_path()

    def _walk_path(self) -> None:
        """Go down the path as far as nodes are known; read what is missing and come back when it has arrived."""
        path = self._path_under_way
        if path is None:
            return
        parent_id = ROOT
        for step in path.steps:
            if step.node.node_id not in self._known:
                self._reach(parent_id, step)
                # a runner that works at once has walked the rest already
                if self._path_under_way is not path or step.node.node_id not in self._known:
                    return
            parent_id = step.node.node_id
        self._path_under_way = None
        self.revealed.emit(self.index_of(path.node_id))

    def _reach(self, parent_id: int, step: PathStep) -> None:
        """Make a child known: at once behind "more" when it is far, else by reading up to it."""
        branch = self._known[parent_id]
        missing = step.position + 1 - len(branch.run)
        is_far = missing > LOADED_FOR_JUMP
        if not branch.is_open:
            self._open_branch(parent_id, PAGE_CHILDREN if is_far else missing + PAGE_CHILDREN // 2)
        elif branch.is_reading:
            return
        elif is_far or branch.is_complete or branch.has_failed or missing <= 0:
            self._show_beyond(parent_id, branch, step.node)
        else:
            self._read(parent_id, missing + PAGE_CHILDREN // 2)

    def _show_beyond(self, parent_id: int, branch: Branch, node: TreeNode) -> None:
        self._update_more(branch, is_held=True)
        row = branch.row_count
        self.beginInsertRows(self.index_of(parent_id), row, row)
        self._known.put_beyond(parent_id, node)
        self.endInsertRows()

    # --- renewing ---

    def _on_renewed(self, nodes: Sequence[TreeNode]) -> None:
        for node in nodes:
            branch = self._known.get(node.node_id)
            if branch is not None and branch.node != node:
                branch.node = node
                index = self.index_of(node.node_id)
                self.dataChanged.emit(index, index)

    # --- inside ---

    def _update_more(self, branch: Branch, *, is_held: bool = False) -> None:
        """Say what the row "more" says now."""
        if branch.has_failed:
            text = _FAILED
        elif (branch.beyond or is_held) and not branch.is_reading:
            text = _HELD
        else:
            text = READING
        if text != branch.more_text:
            branch.more_text = text
            if branch.has_more_row:
                index = self.createIndex(len(branch.run), 0, branch.more_id)
                self.dataChanged.emit(index, index)

    def _more_data(self, owner: int, role: int) -> Any:
        branch = self._known[owner]
        if role in {roles.DISPLAY, roles.ACCESSIBLE_TEXT}:
            self._wish(owner)
            return branch.more_text
        return role == roles.IS_PLACEHOLDER or None

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        owner = parent.internalId() if parent.isValid() else ROOT
        branch = self._known.get(owner)
        if branch is None or column != 0 or not 0 <= row < branch.row_count:
            return QModelIndex()
        return self.createIndex(row, 0, branch.id_at(row))

    def parent(self, child: Index = QModelIndex()) -> Any:  # noqa: B008  Qt has two of this name
        if not child.isValid():
            return QModelIndex()
        node_id = child.internalId()
        owner = self._known.owner_of_more(node_id)
        if owner is not None:
            return self.index_of(owner)
        branch = self._known.get(node_id)
        return self.index_of(branch.parent_id) if branch is not None else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        if not parent.isValid():
            return self._known[ROOT].row_count
        branch = self._known.get(parent.internalId())
        return branch.row_count if branch is not None and parent.column() == 0 else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008  Qt's signature
        return 1

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008  Qt's signature
        if not parent.isValid():
            return self._known[ROOT].row_count > 0
        branch = self._known.get(parent.internalId())
        if branch is None or branch.node is None:
            return False
        return branch.row_count > 0 if branch.is_open else branch.node.has_children

    def canFetchMore(self, parent: Index) -> bool:
        branch = self._known.get(parent.internalId() if parent.isValid() else ROOT)
        if branch is None or branch.is_open or branch.node is None:
            return False
        return branch.node.has_children and branch.node.node_id not in self._openings

    def fetchMore(self, parent: Index) -> None:
        # a moment later: views and testers ask while they are being told of other rows
        if self.canFetchMore(parent):
            self._openings.append(parent.internalId())
            if not self._flush_timer.isActive():
                self._flush_timer.start(0)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._known.owner_of_more(index.internalId()) is not None:
            return _WAITING
        return _SELECTABLE

    def data(self, index: Index, role: int = roles.DISPLAY) -> Any:
        if not index.isValid():
            return None
        node_id = index.internalId()
        branch = self._known.get(node_id)
        if branch is None:
            owner = self._known.owner_of_more(node_id)
            return self._more_data(owner, role) if owner is not None else None
        return _node_data(branch.node, role)


def _node_data(node: TreeNode | None, role: int) -> Any:
    if node is None:
        return None
    if role == roles.DISPLAY:
        return node.text
    if role == roles.NODE:
        return node
    if role == roles.ROW_ID:
        return node.node_id
    other = {roles.ROW: node.row, roles.TOOLTIP: node.tooltip or None, roles.ACCESSIBLE_TEXT: node.spoken or node.text}
    return other.get(role)
