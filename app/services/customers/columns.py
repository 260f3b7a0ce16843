"""The columns of a customer list, once: what stands in each, its title, and how the box asks for what stands there.

Files take the values as they are: figures, dates, and amounts with their currency. Screens show the same columns by the
same keys and titles (`app.views.customers.columns` says how those look that are more than plain text).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.models.values import CreditStanding, Money, plain_amount
from app.services.customers.list import CustomerRow
from app.services.customers.query.fields import FIELD_OF, NONE, quoted
from app.services.customers.query.form import narrowed
from app.services.customers.query.parser import parse_query
from app.services.customers.query.terms import MisreadQueryError
from app.services.errors import InputRejected
from app.services.wording import ENTERPRISE_WORDS, STATUS_WORDS, TYPE_WORDS

CellValue = str | int | date | Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumn:
    """One column."""

    key: str
    """The field of the box of the same name finds what stands here."""
    title: str
    value: Callable[[CustomerRow], CellValue]
    width: int = 14
    """In characters of a file."""
    term: Callable[[CustomerRow, str], str] | None = None
    """The term of the box that finds a row by what stands here, in a list of a currency; None: key and value."""


def _money(minor: Callable[[CustomerRow], int]) -> Callable[[CustomerRow], CellValue]:
    return lambda row: Money(minor(row), row.currency)


def _credit(row: CustomerRow) -> CellValue:
    match row.credit_standing:
        case CreditStanding.NO_LIMIT:
            return "No limit"
        case CreditStanding.NO_RATE:
            return "No rate"
    left = row.credit_left_minor or 0
    return "No credit" if row.credit_limit_minor == 0 and left >= 0 else Money(left, row.currency)


def _term(key: str, value: CellValue, currency: str) -> str:
    match value:
        case Money():
            return f"{key}:{plain_amount(value.minor, currency)}" if value.currency == currency else ""
        case date():
            return f"{key}:{value.isoformat()}"
        case "":
            return f"{key}:{NONE}" if FIELD_OF[key].none_means else ""
    return f"{key}:{quoted(str(value))}"


def _choice(key: str, value: str) -> str:
    return f"{key}:{quoted(next(c.words[0] for c in FIELD_OF[key].choices if c.value == value).lower())}"


def _credit_term(row: CustomerRow, currency: str) -> str:
    if row.credit_standing is CreditStanding.NO_LIMIT:
        return f"credit:{NONE}"
    left = row.credit_left_minor
    return "" if left is None else _term("credit", Money(left, row.currency), currency)


LIST_COLUMNS: Final = (
    ListColumn(key="code", title="Code", value=lambda r: r.code),
    ListColumn(key="name", title="Name", value=lambda r: r.name, width=32),
    ListColumn(key="profile", title="Profile", value=lambda r: r.profile, width=20),
    ListColumn(key="status", title="Status", value=lambda r: STATUS_WORDS[r.status], width=20,
               term=lambda r, _: f"status:{quoted(r.status.value.replace('_', ' '))}"),
    ListColumn(key="services", title="Services", value=lambda r: r.service_count, width=10,
               term=lambda r, _: "" if r.service_count else f"service:{NONE}"),
    ListColumn(key="balance", title="Balance", value=_money(lambda r: r.balance_minor), width=18),
    ListColumn(key="overdue", title="Overdue", value=_money(lambda r: r.outstanding_minor), width=18),
    ListColumn(key="payable", title="Payable", value=_money(lambda r: r.overdue_payable_minor), width=18),
    ListColumn(key="oldest", title="Oldest", value=lambda r: r.oldest_overdue_days, width=10),
    ListColumn(key="credit", title="Credit left", value=_credit, width=18,
               term=_credit_term),
    ListColumn(key="type", title="Type", value=lambda r: TYPE_WORDS[r.type], width=18,
               term=lambda r, _: _choice("type", r.type)),
    ListColumn(key="enterprise", title="Enterprise", value=lambda r: ENTERPRISE_WORDS[r.enterprise], width=14,
               term=lambda r, _: _choice("enterprise", r.enterprise)),
    ListColumn(key="start", title="Start", value=lambda r: r.start_date, width=12),
    ListColumn(key="contact", title="Billing contact", value=lambda r: r.contact, width=28),
    ListColumn(key="phone", title="Phone", value=lambda r: r.phone, width=18),
    ListColumn(key="email", title="E-mail", value=lambda r: r.email, width=30),
    ListColumn(key="city", title="City", value=lambda r: r.city, width=18),
    ListColumn(key="reference", title="Reference", value=lambda r: r.reference, width=18),
)
"""Every column there is; the first ten are shown until somebody chooses others."""

COLUMN_OF: Final = {column.key: column for column in LIST_COLUMNS}
USUAL: Final = tuple(column.key for column in LIST_COLUMNS[:10])


def columns_by_key(keys: Sequence[str]) -> list[ListColumn]:
    """Columns in the order asked for. Raises InputRejected for one that does not exist."""
    unknown = [key for key in keys if key not in COLUMN_OF]
    if unknown or not keys:
        says = f'There is no column "{unknown[0]}".' if unknown else "A file needs a column."
        raise InputRejected(f"{says} Columns are {', '.join(COLUMN_OF)}.")
    return [COLUMN_OF[key] for key in keys]


def term_of(key: str, row: CustomerRow, currency: str) -> str:
    """*Filter by this cell*: the term that finds the rows with what stands here; empty where the box cannot ask.

    Amounts are compared in `currency`, the list's, alone.
    """
    column = COLUMN_OF[key]
    if column.term is not None:
        return column.term(row, currency)
    return _term(key, column.value(row), currency) if key in FIELD_OF else ""


def with_term(text: str, term: str, *, currency: str, today: date) -> str:
    """The text of the box narrowed by one more term; a text that cannot be read gives way to it."""
    try:
        query = parse_query(text, currency=currency, today=today)
    except MisreadQueryError:
        return term
    if any(query.source(t) == term for t in query.terms):
        return text
    return narrowed(query, term)
