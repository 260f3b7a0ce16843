"""How a warning of one invoice reads among those of others, and where the invoice is named already."""

from __future__ import annotations


def warning_of(number: str, account_code: str, text: str) -> str:
    """A warning as it is told among those of others, and stored: it says of which invoice it is."""
    return f"{_head(number, account_code)}{text}."


def bare_warnings(number: str, account_code: str, message: str) -> tuple[str, ...]:
    """The warnings that are stored of an invoice, without the words that say which invoice it is."""
    bare = [text.strip().removeprefix(_head(number, account_code)) for text in message.split("\n") if text.strip()]
    return tuple(text[:1].upper() + text[1:] for text in bare)


def _head(number: str, account_code: str) -> str:
    return f"Invoice {number} of account {account_code}: "
