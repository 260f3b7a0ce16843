"""Where the account tree reads from: queries of the services, as the tree model asks them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.services.hierarchy.tree import TreeRow, path_to, siblings_ahead, tree_children, tree_roots, tree_rows
from app.services.jobs import JobContext
from app.views.lists.models.tree_source import NodePage, PathStep, TreeNode
from app.views.look.icons import Icon
from app.views.look.tokens import Tone
from app.views.look.words import STATUS, TYPE, TYPE_ICON

_RENEWED_AT_ONCE: Final = 400


def node_of(row: TreeRow) -> TreeNode:
    """A node with its count, or with a sign where a hold limits the account."""
    look = STATUS[row.status]
    mark: Icon | None = look.icon if row.has_exception else None
    kind = TYPE[row.type]
    state = f", {look.text}" if row.has_exception else ""
    count = row.child_count or None
    return TreeNode(
        node_id=row.id, text=row.name, icon=TYPE_ICON[row.type], has_children=row.has_children, count=count,
        mark=mark, mark_ink="warn" if look.tone is Tone.WARN else "bad",
        tooltip=f"{row.name}\n{row.code}, {kind}{state}", spoken=f"{row.name}, {kind}{state}", row=row,
    )


class AccountTreeSource:
    """The whole hierarchy from the operator down."""

    def children(self, database: Any, context: JobContext, parent_id: int | None, after: Any, limit: int) -> NodePage:
        del context
        with database.read() as session:
            if parent_id is None:
                return NodePage([node_of(row) for row in tree_roots(session)])
            page = tree_children(session, parent_id=parent_id, after=after, limit=limit)
        return NodePage([node_of(row) for row in page.rows], page.last if page.more else None)

    def path_to(self, database: Any, context: JobContext, node_id: int) -> Sequence[PathStep]:
        del context
        with database.read() as session:
            ids = path_to(session, node_id)
            rows = {row.id: row for row in tree_rows(session, account_ids=ids)}
            return [PathStep(node_of(rows[i]), siblings_ahead(session, account_id=i)) for i in ids if i in rows]

    def nodes(self, database: Any, context: JobContext, node_ids: Sequence[int]) -> Sequence[TreeNode]:
        found: list[TreeNode] = []
        for start in range(0, len(node_ids), _RENEWED_AT_ONCE):
            context.raise_if_cancelled()
            with database.read() as session:
                rows = tree_rows(session, account_ids=node_ids[start:start + _RENEWED_AT_ONCE])
            found += [node_of(row) for row in rows]
        return found
