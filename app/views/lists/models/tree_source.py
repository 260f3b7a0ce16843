"""What a lazy tree shows and where it comes from: nodes, pages of children, the way down to a node.

A source is asked in worker threads, through the job functions at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from app.services.jobs import JobContext
from app.views.look.icons import Icon

ROOT: Final = 0
"""Stands for the top level where a node id is wanted."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildrenRead:
    """One page of children, with what it was asked for."""

    epoch: int
    parent_id: int
    page: NodePage


@dataclass(frozen=True, slots=True)
class PathFound:
    """The way down to a node; no steps when it does not exist."""

    node_id: int
    steps: Sequence[PathStep]


def read_children(source: TreeSource, epoch: int, parent_id: int, after: Any, limit: int, database: Any,  # noqa: PLR0917
                   context: JobContext) -> ChildrenRead:
    page = source.children(database, context, None if parent_id == ROOT else parent_id, after, limit)
    return ChildrenRead(epoch=epoch, parent_id=parent_id, page=page)


def find_path(source: TreeSource, node_id: int, database: Any, context: JobContext) -> PathFound:
    return PathFound(node_id, tuple(source.path_to(database, context, node_id)))


def read_again(source: TreeSource, node_ids: Sequence[int], database: Any, context: JobContext) -> Sequence[TreeNode]:
    return tuple(source.nodes(database, context, node_ids))
