"""The read side of accounts, in one place for screens: the tree, the jump filter, customer lists and providers.

Every query takes the session first and the rest by keyword, answers with frozen rows, and asks the database once for
each question; where money is involved it takes its as-of date. See the modules for the parts.
"""

from __future__ import annotations

from app.services.customers.list import (
    CustomerRow,
    CustomerSort,
    QuickFilter,
    customer_count,
    customer_page,
    customer_position,
    customer_rows,
)
from app.services.hierarchy.search import JumpHit, Matched, find_accounts
from app.services.hierarchy.tree import TreeCursor, TreeRow, path_to, tree_children, tree_roots
from app.services.paging import Cursor, Page
from app.services.providers.queries import ProviderContext, ProviderOption, provider_context, provider_options

__all__ = [
    "Cursor", "CustomerRow", "CustomerSort", "JumpHit", "Matched", "Page", "ProviderContext", "ProviderOption",
    "QuickFilter", "TreeCursor", "TreeRow", "customer_count", "customer_page", "customer_position", "customer_rows",
    "find_accounts", "path_to", "provider_context", "provider_options", "tree_children", "tree_roots",
]
