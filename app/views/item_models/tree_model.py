"""A lazy tree of ids: children come in pages when a node is opened, and a node may have a million of them.

Qt's indexes carry the integer id of a node and nothing else, so no index can outlive a Python object. Each opened node
keeps a run of children in the source's order; while more are to come, a last row says so, and being painted is its
wish for the next page. A node far down (found by a jump) stands behind that row until the run reaches it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from app.services.jobs import JobContext
from app.views.icons import Icon
from app.views.item_models import roles
from app.views.job_runner import Runner
from app.views.question import Question

Index = QModelIndex | QPersistentModelIndex

PAGE_CHILDREN: Final = 256
LOADED_FOR_JUMP: Final = 5_000
"""A jump to a child nearer than this loads all before it; farther ones are shown behind the row "more"."""

_READING: Final = "Reading…"
_HELD: Final = "More. Enter shows them."
_FAILED: Final = "Could not be read. Enter tries again."
_ROOT: Final = 0
_FIRST_MORE_ID: Final = 1 << 48
_SELECTABLE: Final = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
_WAITING: Final = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeNode:
    """One node as it is shown. Ids are positive and unique in the whole tree."""

    node_id: int
    text: str
    icon: Icon | None = None
    has_children: bool = False
    count: int | None = None
    """Shown at the right, for providers."""
    mark: Icon | None = None
    """Exception sign at the right."""
    mark_ink: str = "bad"
    tooltip: str = ""
    spoken: str = ""
    """For screen readers: name and state; the text where empty."""
    row: Any = None
    """Whatever the screen wants to find again."""


@dataclass(frozen=True, slots=True)
class NodePage:
    """Children in order; `next_key` asks for those that follow, None when there are none."""

    nodes: Sequence[TreeNode]
    next_key: Any = None


@dataclass(frozen=True, slots=True)
class PathStep:
    """A node on the way to another, and how many siblings stand before it."""

    node: TreeNode
    position: int


class TreeSource(Protocol):
    """The hierarchy, read in worker threads. `parent_id` None asks for the top level."""

    def children(self, database: Any, context: JobContext, parent_id: int | None, after: Any, limit: int
                 ) -> NodePage: ...

    def path_to(self, database: Any, context: JobContext, node_id: int) -> Sequence[PathStep]:
        """From the top level down to the node, itself included; empty when it does not exist."""
        ...

    def nodes(self, database: Any, context: JobContext, node_ids: Sequence[int]) -> Sequence[TreeNode]:
        """The same nodes as they are now."""
        ...


@dataclass(slots=True)
class _Branch:
    """Children of one node as far as they are known: the run, then perhaps "more", then nodes jumped to."""

    node: TreeNode | None
    parent_id: int
    more_id: int
    run: list[int] = field(default_factory=list)
    beyond: list[int] = field(default_factory=list)
    next_key: Any = None
    is_open: bool = False
    is_complete: bool = False
    is_reading: bool = False
    has_failed: bool = False
    more_text: str = _READING
    """Kept, not computed, so that it never changes without being announced."""

    @property
    def has_more_row(self) -> bool:
        return self.is_open and not self.is_complete

    @property
    def row_count(self) -> int:
        return len(self.run) + self.has_more_row + len(self.beyond)

    def id_at(self, row: int) -> int:
        if row < len(self.run):
            return self.run[row]
        row -= len(self.run)
        if self.has_more_row:
            if row == 0:
                return self.more_id
            row -= 1
        return self.beyond[row]


@dataclass(frozen=True, slots=True)
class _Answer:
    epoch: int
    parent_id: int
    page: NodePage


@dataclass(frozen=True, slots=True)
class _Path:
    node_id: int
    steps: Sequence[PathStep]


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
        self._next_more_id = _FIRST_MORE_ID
        self._epoch = 0
        self._branches: dict[int, _Branch] = {}
        self._owner_of_more: dict[int, int] = {}
        self._rows: dict[int, int] = {}
        self._wishes: set[int] = set()
        self._openings: list[int] = []
        self._pathfinding = Question(runner, self)
        self._pathfinding.answered.connect(self._on_path)
        self._pathfinding.failed.connect(self.failed)
        self._renewing = Question(runner, self)
        self._renewing.answered.connect(self._on_renewed)
        self._renewing.failed.connect(self.failed)
        self._path_under_way: _Path | None = None
        self._flush_timer = QTimer(self)
        self._flush_timer.setSingleShot(True)
        self._flush_timer.timeout.connect(self._flush)
        self._clear()

    # --- asking ---

    def load(self) -> None:
        """Read the top level; what was there is forgotten."""
        self.beginResetModel()
        self._clear()
        self.endResetModel()
        self._open_branch(_ROOT)

    def set_source(self, source: TreeSource) -> None:
        self._source = source
        self.load()

    def reveal(self, node_id: int) -> None:
        """Find a node, load its ancestors, and say `revealed`; the view selects and scrolls."""
        if self._knows(node_id):
            self.revealed.emit(self.index_of(node_id))
            return
        self._path_under_way = None
        self._pathfinding.ask(partial(_find_path, self._source, node_id))

    def renew(self, node_ids: Sequence[int] | None = None) -> None:
        """Read known nodes again in place (all when None): names, counts and signs; nothing moves."""
        known = [node_id for node_id in (node_ids if node_ids is not None else self._branches) if self._knows(node_id)]
        if known:
            self._renewing.ask(partial(_renew, self._source, tuple(known)))

    def load_more(self, index: Index) -> None:
        """Read on behind a row "more" that does not do so by itself."""
        owner = self._owner_of_more.get(index.internalId())
        if owner is not None:
            self._branches[owner].has_failed = False
            self._read(owner)

    def node(self, node_id: int) -> TreeNode | None:
        branch = self._branches.get(node_id)
        return branch.node if branch is not None else None

    def index_of(self, node_id: int) -> QModelIndex:
        """Index of a known node; invalid for others."""
        row = self._row_of(node_id)
        return self.createIndex(row, 0, node_id) if row is not None else QModelIndex()

    def node_id_of(self, index: Index) -> int | None:
        """Id of the node of an index; None for the root and for a row "more"."""
        node_id = index.internalId() if index.isValid() else _ROOT
        return node_id if self._knows(node_id) else None

    # --- loading ---

    def _clear(self) -> None:
        self._epoch += 1
        self._next_more_id = _FIRST_MORE_ID
        self._owner_of_more.clear()
        self._rows.clear()
        self._wishes.clear()
        self._openings.clear()
        self._branches = {_ROOT: self._new_branch(None, _ROOT)}

    def _new_branch(self, node: TreeNode | None, parent_id: int) -> _Branch:
        more_id, self._next_more_id = self._next_more_id, self._next_more_id + 1
        self._owner_of_more[more_id] = node.node_id if node is not None else _ROOT
        return _Branch(node, parent_id, more_id)

    def _open_branch(self, node_id: int, limit: int = PAGE_CHILDREN) -> None:
        """Show "more" under a node and read its first page."""
        branch = self._branches[node_id]
        if not branch.is_open:
            self.beginInsertRows(self.index_of(node_id), 0, 0)
            branch.is_open = True
            self.endInsertRows()
        self._read(node_id, max(limit, PAGE_CHILDREN))

    def _read(self, node_id: int, limit: int = PAGE_CHILDREN) -> None:
        branch = self._branches[node_id]
        if branch.is_reading or branch.is_complete or branch.has_failed:
            return
        branch.is_reading = True
        self._update_more(branch)
        self._runner.read(partial(_read_children, self._source, self._epoch, node_id, branch.next_key, limit),
                          succeeded=self._on_children, failed=self._on_children_failed)

    def _on_children(self, answer: _Answer) -> None:
        if answer.epoch != self._epoch or answer.parent_id not in self._branches:
            return
        branch = self._branches[answer.parent_id]
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
        for branch in self._branches.values():
            if branch.is_reading:
                # not asked for again by every repaint, but when "more" is opened
                branch.is_reading, branch.has_failed = False, True
                self._update_more(branch)
        self._path_under_way = None
        self.failed.emit(error)

    def _append(self, parent_id: int, branch: _Branch, nodes: Sequence[TreeNode]) -> None:
        """Add a page to the run; what stood behind "more" and is reached now moves into its place."""
        parent = self.index_of(parent_id)
        for node in nodes:
            if node.node_id in branch.beyond:
                self._take_out(parent, branch, node.node_id)
        fresh = [node for node in nodes if not self._knows(node.node_id)]
        if not fresh:
            return
        start = len(branch.run)
        self.beginInsertRows(parent, start, start + len(fresh) - 1)
        for row, node in enumerate(fresh, start):
            self._branches[node.node_id] = self._new_branch(node, parent_id)
            self._rows[node.node_id] = row
            branch.run.append(node.node_id)
        self.endInsertRows()

    def _take_out(self, parent: QModelIndex, branch: _Branch, node_id: int) -> None:
        row = len(branch.run) + branch.has_more_row + branch.beyond.index(node_id)
        self.beginRemoveRows(parent, row, row)
        branch.beyond.remove(node_id)
        self._forget(node_id)
        self.endRemoveRows()

    def _forget(self, node_id: int) -> None:
        branch = self._branches.pop(node_id)
        self._rows.pop(node_id, None)
        self._owner_of_more.pop(branch.more_id, None)
        for child in (*branch.run, *branch.beyond):
            self._forget(child)

    def _complete(self, parent_id: int, branch: _Branch) -> None:
        if branch.has_more_row:
            row = len(branch.run)
            self.beginRemoveRows(self.index_of(parent_id), row, row)
            branch.is_complete = True
            self.endRemoveRows()

    def _wish(self, owner: int) -> None:
        """A row "more" was painted: read on, unless nodes stand behind it that reading would push away."""
        branch = self._branches[owner]
        if not (branch.is_reading or branch.has_failed or branch.beyond):
            self._wishes.add(owner)
            if not self._flush_timer.isActive():
                self._flush_timer.start(0)

    def _flush(self) -> None:
        openings, self._openings = self._openings, []
        for node_id in openings:
            if node_id in self._branches and not self._branches[node_id].is_open:
                self._open_branch(node_id)
        wishes, self._wishes = self._wishes, set()
        for owner in wishes:
            branch = self._branches.get(owner)
            if branch is not None and not branch.beyond:
                self._read(owner)

    # --- jumping ---

    def _on_path(self, path: _Path) -> None:
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
        parent_id = _ROOT
        for step in path.steps:
            if not self._knows(step.node.node_id):
                self._reach(parent_id, step)
                # a runner that works at once has walked the rest already
                if self._path_under_way is not path or not self._knows(step.node.node_id):
                    return
            parent_id = step.node.node_id
        self._path_under_way = None
        self.revealed.emit(self.index_of(path.node_id))

    def _reach(self, parent_id: int, step: PathStep) -> None:
        """Make a child known: at once behind "more" when it is far, else by reading up to it."""
        branch = self._branches[parent_id]
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

    def _show_beyond(self, parent_id: int, branch: _Branch, node: TreeNode) -> None:
        self._update_more(branch, is_held=True)
        row = branch.row_count
        self.beginInsertRows(self.index_of(parent_id), row, row)
        self._branches[node.node_id] = self._new_branch(node, parent_id)
        branch.beyond.append(node.node_id)
        self.endInsertRows()

    # --- renewing ---

    def _on_renewed(self, nodes: Sequence[TreeNode]) -> None:
        for node in nodes:
            branch = self._branches.get(node.node_id)
            if branch is not None and branch.node != node:
                branch.node = node
                index = self.index_of(node.node_id)
                self.dataChanged.emit(index, index)

    # --- inside ---

    def _knows(self, node_id: int) -> bool:
        return node_id != _ROOT and node_id in self._branches

    def _row_of(self, node_id: int) -> int | None:
        if not self._knows(node_id):
            return None
        row = self._rows.get(node_id)
        if row is not None:
            return row
        siblings = self._branches[self._branches[node_id].parent_id]
        return len(siblings.run) + siblings.has_more_row + siblings.beyond.index(node_id)

    def _update_more(self, branch: _Branch, *, is_held: bool = False) -> None:
        """Say what the row "more" says now."""
        if branch.has_failed:
            text = _FAILED
        elif (branch.beyond or is_held) and not branch.is_reading:
            text = _HELD
        else:
            text = _READING
        if text != branch.more_text:
            branch.more_text = text
            if branch.has_more_row:
                index = self.createIndex(len(branch.run), 0, branch.more_id)
                self.dataChanged.emit(index, index)

    def _more_data(self, owner: int, role: int) -> Any:
        branch = self._branches[owner]
        if role in {roles.DISPLAY, roles.ACCESSIBLE_TEXT}:
            self._wish(owner)
            return branch.more_text
        return role == roles.IS_PLACEHOLDER or None

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        owner = parent.internalId() if parent.isValid() else _ROOT
        branch = self._branches.get(owner)
        if branch is None or column != 0 or not 0 <= row < branch.row_count:
            return QModelIndex()
        return self.createIndex(row, 0, branch.id_at(row))

    def parent(self, child: Index = QModelIndex()) -> Any:  # noqa: B008  Qt has two of this name
        if not child.isValid():
            return QModelIndex()
        node_id = child.internalId()
        owner = self._owner_of_more.get(node_id)
        if owner is not None:
            return self.index_of(owner)
        branch = self._branches.get(node_id)
        return self.index_of(branch.parent_id) if branch is not None else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        if not parent.isValid():
            return self._branches[_ROOT].row_count
        branch = self._branches.get(parent.internalId())
        return branch.row_count if branch is not None and parent.column() == 0 else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008  Qt's signature
        return 1

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008  Qt's signature
        if not parent.isValid():
            return self._branches[_ROOT].row_count > 0
        branch = self._branches.get(parent.internalId())
        if branch is None or branch.node is None:
            return False
        return branch.row_count > 0 if branch.is_open else branch.node.has_children

    def canFetchMore(self, parent: Index) -> bool:
        branch = self._branches.get(parent.internalId() if parent.isValid() else _ROOT)
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
        if index.internalId() in self._owner_of_more:
            return _WAITING
        return _SELECTABLE

    def data(self, index: Index, role: int = roles.DISPLAY) -> Any:
        if not index.isValid():
            return None
        node_id = index.internalId()
        branch = self._branches.get(node_id)
        if branch is None:
            owner = self._owner_of_more.get(node_id)
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


def _read_children(source: TreeSource, epoch: int, parent_id: int, after: Any, limit: int, database: Any,  # noqa: PLR0917
                   context: JobContext) -> _Answer:
    page = source.children(database, context, None if parent_id == _ROOT else parent_id, after, limit)
    return _Answer(epoch, parent_id, page)


def _find_path(source: TreeSource, node_id: int, database: Any, context: JobContext) -> _Path:
    return _Path(node_id, tuple(source.path_to(database, context, node_id)))


def _renew(source: TreeSource, node_ids: Sequence[int], database: Any, context: JobContext) -> Sequence[TreeNode]:
    return tuple(source.nodes(database, context, node_ids))
