"""Where the tree, the customer list and the ledger read from: queries of the services, as the item models ask them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from app.services.customers.choice import CustomerQuestion
from app.services.customers.list import CustomerRow, CustomerSort, customer_count, customer_page, customer_rows
from app.services.hierarchy.tree import TreeRow, path_to, siblings_ahead, tree_children, tree_roots, tree_rows
from app.services.jobs import JobContext
from app.services.ledger.page import LedgerRow, ledger_page, ledger_summary
from app.services.paging import Cursor
from app.views.accounts.words import STATUS, TYPE, TYPE_ICON
from app.views.lists.models.pages import Order, PageRequest
from app.views.lists.models.tree_source import NodePage, PathStep, TreeNode
from app.views.look.icons import Icon
from app.views.look.tokens import Tone

_RENEWED_AT_ONCE: Final = 400


# --------------------------------------------------------------------------- the account tree


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


# --------------------------------------------------------------------------- the customers of a provider


@dataclass(frozen=True)
class CustomerSource:
    """Pages of one list. The cursor behind each page is kept, so that reading on is a keyset away."""

    question: CustomerQuestion
    _cursors: dict[tuple[Order | None, int], Cursor] = field(default_factory=dict)

    def count(self, database: Any, context: JobContext) -> int:
        del context
        q = self.question
        with database.read() as session:
            return customer_count(session, provider_id=q.provider_id, as_of=q.as_of, filter_text=q.filter_text,
                                  quick=q.quick)

    def fetch(self, database: Any, context: JobContext, request: PageRequest) -> Sequence[CustomerRow]:
        del context
        q, order = self.question, request.order
        anchor = request.anchor
        after = anchor.key if anchor is not None and request.skip == 0 else None
        with database.read() as session:
            page = customer_page(
                session, provider_id=q.provider_id, as_of=q.as_of, filter_text=q.filter_text, quick=q.quick,
                sort=CustomerSort(order.key) if order is not None else CustomerSort.CODE,
                descending=order is not None and order.descending,
                after=after, offset=0 if after is not None else request.first_row, limit=request.limit,
            )
        if page.last is not None:
            self._cursors[order, page.rows[-1].id] = page.last
        return page.rows

    def reread(self, database: Any, context: JobContext, row_ids: Sequence[int]) -> Sequence[CustomerRow]:
        del context
        with database.read() as session:
            return customer_rows(session, account_ids=row_ids, as_of=self.question.as_of)

    def row_id(self, row: CustomerRow) -> int:
        return row.id

    def anchor_key(self, row: CustomerRow, order: Order | None) -> Cursor | None:
        return self._cursors.get((order, row.id))


# --------------------------------------------------------------------------- the ledger of an account


@dataclass(frozen=True)
class LedgerSource:
    """The posted rows of one account as of a date, newest first."""

    account_id: int
    as_of: date
    _cursors: dict[int, Cursor] = field(default_factory=dict)

    def count(self, database: Any, context: JobContext) -> int:
        del context
        with database.read() as session:
            return ledger_summary(session, account_id=self.account_id, as_of=self.as_of).transaction_count

    def fetch(self, database: Any, context: JobContext, request: PageRequest) -> Sequence[LedgerRow]:
        """A page by its place; what lies between it and the nearest known row is read and left out."""
        del context
        anchor = request.anchor.key if request.anchor is not None else None
        skip = request.skip if anchor is not None else request.first_row
        with database.read() as session:
            page = ledger_page(session, account_id=self.account_id, as_of=self.as_of, after=anchor,
                               limit=skip + request.limit)
        if page.last is not None:
            self._cursors[page.rows[-1].id] = page.last
        return page.rows[skip:]

    def reread(self, database: Any, context: JobContext, row_ids: Sequence[int]) -> Sequence[LedgerRow]:
        """The same rows as they are now, wherever newer ones have moved them."""
        wanted, found, after, more = set(row_ids), [], None, True
        while wanted and more:
            context.raise_if_cancelled()
            with database.read() as session:
                page = ledger_page(session, account_id=self.account_id, as_of=self.as_of, after=after)
            found += [row for row in page.rows if row.id in wanted]
            wanted -= {row.id for row in page.rows}
            after, more = page.last, page.more
        return found

    def row_id(self, row: LedgerRow) -> int:
        return row.id

    def anchor_key(self, row: LedgerRow, order: Order | None) -> Cursor | None:
        del order
        return self._cursors.get(row.id)
