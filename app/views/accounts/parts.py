"""The parts of the account page: their names and their order.

The key of a part is what a target says ("account 42, ledger") and what is remembered, so keys never change.
"""

from __future__ import annotations

from typing import Final

PARTS: Final = (
    ("summary", "Summary"), ("attributes", "Attributes"), ("ledger", "Ledger"), ("services", "Services"),
    ("details", "Details"), ("contacts", "Contacts"), ("groups", "Groups"), ("notes", "Notes"), ("history", "History"),
    ("requests", "Requests"),
)
