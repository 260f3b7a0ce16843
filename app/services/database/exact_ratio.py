"""Exact multiplication and division in statements: an amount converted by rates, and rounded once.

PostgreSQL reckons with as many digits as it takes. SQLite would turn to floating point beyond 64 bits, so it asks the
pure rule, which the engine makes known to it as a function. Both are compared in a test.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import BigInteger, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.models.rules.currency_conversion import ratio_of
from app.models.values import MAX_MINOR, Rounding

_NAME = "bursar_ratio"
_FIGURES = 8


class ExactRatio(FunctionElement[Any]):
    """Amounts of 0 or more times three factors, over three divisors, rounded as the last argument says.

    NULL for no amount, and where the figure is beyond one.
    """

    name = _NAME
    type = BigInteger()
    inherit_cache = True


def exact_ratio(
    amount: ColumnElement[Any], times: tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]],
    over: tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]], rounding: ColumnElement[Any],
) -> ColumnElement[Any]:
    """The figure as a column."""
    return ExactRatio(amount, *times, *over, rounding)


@compiles(ExactRatio, "sqlite")
def _on_sqlite(element: ExactRatio, compiler: Any, **named: Any) -> str:
    return f"{_NAME}({compiler.process(element.clauses, **named)})"


@compiles(ExactRatio, "postgresql")
def _on_postgresql(element: ExactRatio, compiler: Any, **named: Any) -> str:
    *figures, rounding = (compiler.process(clause, **named) for clause in element.clauses)
    amount, one, two, three, *divisors = (f"CAST({figure} AS NUMERIC)" for figure in figures)
    product, divisor = f"{amount} * {one} * {two} * {three}", " * ".join(divisors)
    whole = (f"CASE {rounding} WHEN '{Rounding.UP.value}' THEN div({product} + {divisor} - 1, {divisor}) "
             f"WHEN '{Rounding.DOWN.value}' THEN div({product}, {divisor}) "
             f"ELSE div(2 * {product} + {divisor}, 2 * {divisor}) END")
    return f"CAST(NULLIF(LEAST({whole}, {MAX_MINOR}), {MAX_MINOR}) AS BIGINT)"


def know_ratio(connection: sqlite3.Connection) -> None:
    """Make the function known to a connection of SQLite."""
    connection.create_function(_NAME, _FIGURES, ratio_of, deterministic=True)
