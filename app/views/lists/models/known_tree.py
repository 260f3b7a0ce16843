"""What a lazy tree knows so far: a branch for each node that was read, and the id of each row "more".

Plain bookkeeping: who stands in which row under whom. The item model announces every change to Qt around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from app.views.lists.models.tree_source import ROOT, TreeNode

READING: Final = "Reading…"
_FIRST_MORE_ID: Final = 1 << 48
"""Rows "more" have ids above those of nodes."""


@dataclass(slots=True)
class Branch:
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
    more_text: str = READING
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


class KnownTree:
    """Branches by the id of their node; the top level has a branch without a node."""

    def __init__(self) -> None:
        self._next_more_id = _FIRST_MORE_ID
        self._owners: dict[int, int] = {}
        self._rows: dict[int, int] = {}
        self._branches: dict[int, Branch] = {}
        self.clear()

    def clear(self) -> None:
        """Forget everything but the top level."""
        self._next_more_id = _FIRST_MORE_ID
        self._owners.clear()
        self._rows.clear()
        self._branches.clear()
        self._begin(None, ROOT)

    def __contains__(self, node_id: int) -> bool:
        """Whether this is a known node; the top level is none."""
        return node_id != ROOT and node_id in self._branches

    def __getitem__(self, node_id: int) -> Branch:
        return self._branches[node_id]

    def get(self, node_id: int) -> Branch | None:
        """The branch of a node or of the top level."""
        return self._branches.get(node_id)

    def node_ids(self) -> list[int]:
        return [node_id for node_id in self._branches if node_id != ROOT]

    def branches(self) -> Iterable[Branch]:
        return self._branches.values()

    def owner_of_more(self, more_id: int) -> int | None:
        """The node under which a row "more" stands; None where the id is of no such row."""
        return self._owners.get(more_id)

    def row_of(self, node_id: int) -> int | None:
        """Place among the rows under the parent; None for what is not known."""
        if node_id not in self:
            return None
        row = self._rows.get(node_id)
        if row is not None:
            return row
        siblings = self._branches[self._branches[node_id].parent_id]
        return len(siblings.run) + siblings.has_more_row + siblings.beyond.index(node_id)

    def append(self, parent_id: int, node: TreeNode) -> None:
        """Add a child at the end of the run."""
        run = self._branches[parent_id].run
        self._begin(node, parent_id)
        self._rows[node.node_id] = len(run)
        run.append(node.node_id)

    def put_beyond(self, parent_id: int, node: TreeNode) -> None:
        """Add a child behind the row "more"."""
        self._begin(node, parent_id)
        self._branches[parent_id].beyond.append(node.node_id)

    def take_out(self, node_id: int) -> None:
        """Forget a child that stands behind the row "more", and all below it."""
        self._branches[self._branches[node_id].parent_id].beyond.remove(node_id)
        self._forget(node_id)

    def _begin(self, node: TreeNode | None, parent_id: int) -> None:
        node_id = node.node_id if node is not None else ROOT
        self._owners[self._next_more_id] = node_id
        self._branches[node_id] = Branch(node, parent_id, self._next_more_id)
        self._next_more_id += 1

    def _forget(self, node_id: int) -> None:
        branch = self._branches.pop(node_id)
        self._rows.pop(node_id, None)
        self._owners.pop(branch.more_id, None)
        for child in (*branch.run, *branch.beyond):
            self._forget(child)
