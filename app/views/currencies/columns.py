"""The columns of currencies, of rate periods, and of rates that a file would add."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.models.values import CurrencyState
from app.services.currencies.from_file import AddedRate
from app.services.currencies.listing import CurrencyRow, RateRow
from app.services.errors import RowError
from app.views.lists.models.columns import Column, Kind, state_column, text_column
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Ink, Tone
from app.views.look.words import Look

_BOOKS: Final = Look("Of the books", None, Icon.GOOD)
_STATES: Final = {CurrencyState.EFFECTIVE: Look("Effective", None, Icon.GOOD),
                  CurrencyState.NOT_EFFECTIVE: Look("Not effective", Tone.NEUTRAL, Icon.INACTIVE)}
_NO_RATE: Final = Look("Lacks a rate", Tone.WARN, Icon.WARNING)


def _state(row: CurrencyRow) -> Look:
    if row.is_books:
        return _BOOKS
    is_wanting = row.state is CurrencyState.EFFECTIVE and not row.rates
    return _NO_RATE if is_wanting else _STATES[row.state]


def _now(row: CurrencyRow, _formatter: Formatter) -> str:
    return f"{row.now.rate_text} {row.now.books}" if row.now is not None else ""


def _until(row: RateRow, formatter: Formatter) -> str:
    return "" if row.to_date is None else formatter.day(row.to_date)


CURRENCY_COLUMNS: Final[Sequence[Column[CurrencyRow]]] = (
    text_column("currency", "Currency", lambda r: r.currency, 84),
    state_column("state", "State", _state, 130),
    Column(key="rounding", title="Rounded", text=lambda r, _: r.rounding.label, width=80, is_second_rank=True),
    Column(key="now", title="One costs today", text=_now, kind=Kind.FIGURE, width=118, stretches=True),
    Column(key="accounts", title="Accounts", text=lambda r, f: f.number(r.accounts), kind=Kind.FIGURE, width=84),
)
RATE_COLUMNS: Final[Sequence[Column[RateRow]]] = (
    Column(key="from", title="From", text=lambda r, f: f.day(r.from_date), width=108,
           sort_value=lambda r: r.from_date),
    Column(key="to", title="To", text=_until, width=108, is_second_rank=True,
           help="Without a day it holds until another one begins"),
    Column(key="rate", title="One costs", text=lambda r, _: f"{r.rate_text} {r.books}", kind=Kind.FIGURE, width=126),
    Column(key="inverse", title="The other way", text=lambda r, _: f"{r.inverse_text} {r.currency}",
           kind=Kind.FIGURE, width=164, ink=lambda _: Ink.MUTED),
    Column(key="source", title="Said by", text=lambda r, _: r.source or r.recorded_by, width=120, stretches=True,
           is_second_rank=True, tooltip=lambda r, _: f"{r.source or 'By hand'}, entered by {r.recorded_by}"),
)
ADDED_COLUMNS: Final[Sequence[Column[AddedRate]]] = (
    Column(key="row", title="Row", text=lambda r, f: f.number(r.row), width=56, is_second_rank=True),
    text_column("currency", "Currency", lambda r: r.currency, 84),
    Column(key="from", title="From", text=lambda r, f: f.day(r.from_date), width=108),
    Column(key="to", title="To", text=lambda r, f: "" if r.to_date is None else f.day(r.to_date), width=108),
    Column(key="rate", title="One costs", text=lambda r, _: r.rate_text, kind=Kind.FIGURE, width=110, stretches=True),
)
WRONG_COLUMNS: Final[Sequence[Column[RowError]]] = (
    Column(key="row", title="Row", text=lambda r, f: f.number(r.row) if r.row else "", width=56,
           is_second_rank=True),
    text_column("field", "Column", lambda r: r.field, 84),
    Column(key="message", title="What is wrong", text=lambda r, _: r.message, width=380, stretches=True,
           tooltip=lambda r, _: r.message),
)
