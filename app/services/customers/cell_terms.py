"""*Filter by this cell*: the term of the box that finds the rows with what stands in a cell, and the text with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from app.models.values import CreditStanding, plain_amount
from app.services.customers.list import CustomerRow
from app.services.customers.query.fields import FIELD_OF, NONE, quoted
from app.services.customers.query.form import narrowed
from app.services.customers.query.parser import parse_query
from app.services.customers.query.terms import MisreadQueryError

_TEXTS: Final[dict[str, Callable[[CustomerRow], str]]] = {
    "code": lambda r: r.code, "name": lambda r: r.name, "profile": lambda r: r.profile,
    "status": lambda r: r.status.value.replace("_", " "), "phone": lambda r: r.phone, "email": lambda r: r.email,
    "city": lambda r: r.city, "reference": lambda r: r.reference,
}
_AMOUNTS: Final[dict[str, Callable[[CustomerRow], int]]] = {
    "balance": lambda r: r.balance_minor, "overdue": lambda r: r.outstanding_minor,
    "payable": lambda r: r.overdue_payable_minor,
}


def term_of(key: str, row: CustomerRow, currency: str) -> str:
    """The term for one cell of a list in a currency; empty where the box cannot ask for it."""
    if key in _TEXTS:
        return _asks(key, _TEXTS[key](row))
    if key in {"type", "enterprise"}:
        value = row.type.value if key == "type" else row.enterprise.value
        words = next((c.words[0] for c in FIELD_OF[key].choices if c.value == value), "")
        return _asks(key, words.lower())
    if key in _AMOUNTS:
        return _amount(key, _AMOUNTS[key](row), row, currency)
    if key == "credit":
        return _credit(row, currency)
    simple = {"oldest": str(row.oldest_overdue_days), "start": row.start_date.isoformat()}
    if key == "services" and row.service_count == 0:
        return f"service:{NONE}"
    return f"{key}:{simple[key]}" if key in simple else ""


def with_term(text: str, term: str, *, currency: str, today: date) -> str:
    """The text of the box narrowed by one more term; a text that cannot be read gives way to it."""
    try:
        query = parse_query(text, currency=currency, today=today)
    except MisreadQueryError:
        return term
    if any(query.source(t) == term for t in query.terms):
        return text
    return narrowed(query, term)


def _asks(key: str, value: str) -> str:
    if value:
        return f"{key}:{quoted(value)}"
    return f"{key}:{NONE}" if FIELD_OF[key].none_means else ""


def _amount(key: str, minor: int, row: CustomerRow, currency: str) -> str:
    """Amounts are compared in the list's currency alone."""
    return f"{key}:{plain_amount(minor, currency)}" if row.currency == currency else ""


def _credit(row: CustomerRow, currency: str) -> str:
    if row.credit_standing is CreditStanding.NO_LIMIT:
        return f"credit:{NONE}"
    return "" if row.credit_left_minor is None else _amount("credit", row.credit_left_minor, row, currency)
