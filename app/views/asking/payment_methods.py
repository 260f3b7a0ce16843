"""How money comes in and goes out, in the order in which it is offered."""

from __future__ import annotations

from typing import Final

METHODS: Final = ("Bank transfer", "Cash", "Card", "Cheque", "Direct debit", "Other")
