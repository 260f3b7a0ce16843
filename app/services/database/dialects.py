"""Every difference between SQLite and PostgreSQL that a statement can meet, in one place.

What SQLAlchemy knows of PostgreSQL alone is imported where a server is asked: an embedded file does without.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    Subquery,
    Text,
    UnaryExpression,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql import operators

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def days_between(
    session: Session, later: date | ColumnElement[Any], earlier: ColumnElement[Any] | Column[Any]
) -> ColumnElement[int]:
    """Whole days from a date column to a given date: negative where the column lies after it.

    SQLite keeps dates as text and subtracts Julian days; PostgreSQL subtracts dates.
    """
    day = literal(later, Date) if isinstance(later, date) else later
    if is_sqlite(session):
        return cast(func.julianday(day) - func.julianday(earlier), Integer)
    return cast(day - earlier, Integer)


def day_after(session: Session, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day after that of a date column; NULL with it."""
    if is_sqlite(session):
        return func.date(day, "+1 day", type_=Date)
    return cast(day + 1, Date)


def least(session: Session, *values: Any) -> ColumnElement[Any]:
    """The smallest of several values of one row; NULL where one of them is."""
    return _extreme(session, func.min, func.least, values)


def greatest(session: Session, *values: Any) -> ColumnElement[Any]:
    """The largest of several values of one row; NULL where one of them is."""
    return _extreme(session, func.max, func.greatest, values)


def _extreme(session: Session, on_sqlite: Any, on_postgresql: Any, values: Sequence[Any]) -> ColumnElement[Any]:
    """PostgreSQL would pass over NULL, and SQLite would take a single value for its aggregate function."""
    if len(values) < 2:
        raise ValueError("at least two values are compared")
    if is_sqlite(session):
        return on_sqlite(*values)  # type: ignore[no-any-return]
    known = and_(*[value.is_not(None) for value in values if isinstance(value, ColumnElement)])
    return case((known, on_postgresql(*values)))


def unindexed(session: Session, column: Any) -> ColumnElement[Any]:
    """The column, not to be looked up by its own index when a whole provider is summed.

    SQLite would pick the index that starts with the provider and then visit the table once a row; a covering index
    read from end to end is four times as fast. PostgreSQL has statistics and decides for itself.
    """
    expression: ColumnElement[Any] = column.expression
    if not is_sqlite(session):
        return expression
    return UnaryExpression(expression, operator=operators.custom_op("+"), type_=expression.type)


def among(session: Session, column: Any, values: Collection[str] | Collection[int]) -> ColumnElement[bool]:
    """Whether a column has one of any number of values, handed over as one: no limit, and one plan for all of them.

    A list of bound values ends at some ten thousand, and cutting it into parts reads the table once for each part.
    """
    listed = list(values)
    if is_sqlite(session):
        each = func.json_each(json.dumps(listed)).table_valued("value")
        found: ColumnElement[bool] = column.in_(select(each.c.value))
        return found
    from sqlalchemy.dialects import postgresql

    kind = BigInteger if isinstance(column.type, Integer) else Text
    matches: ColumnElement[bool] = column == any_(literal(listed, postgresql.ARRAY(kind)))
    return matches


def among_given(session: Session, column: Any, name: str) -> ColumnElement[bool]:
    """The same for ids that are handed over as a parameter when the statement is asked, as `given_ids` makes them."""
    if is_sqlite(session):
        each = func.json_each(bindparam(name, type_=Text)).table_valued("value")
        found: ColumnElement[bool] = column.in_(select(each.c.value))
        return found
    from sqlalchemy.dialects import postgresql

    matches: ColumnElement[bool] = column == any_(bindparam(name, type_=postgresql.ARRAY(BigInteger)))
    return matches


def given_ids(session: Session, ids: Sequence[int]) -> str | list[int]:
    """Ids as the value of the parameter that `among_given` names."""
    return json.dumps(list(ids)) if is_sqlite(session) else list(ids)


def insert_for(session: Session, table: Any) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT on either database."""
    if is_sqlite(session):
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def inserter_of(session: Session) -> Callable[[Any], Any]:
    """The INSERT of this database that knows ON CONFLICT; the same every time, as a key for what is built once."""
    if is_sqlite(session):
        return sqlite.Insert
    from sqlalchemy.dialects import postgresql

    return postgresql.Insert


def server_now(session: Session) -> datetime | None:
    """The server's clock on PostgreSQL, where workstations may disagree; None on SQLite, where ours is the clock."""
    if is_sqlite(session):
        return None
    moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return moment


# --------------------------------------------------------------------------- locks


_IMPORTS, _DEFAULTS = 72_025, 72_027
_LEDGER, _LIMITS = 72_026, 72_028  # first half of the key of an advisory lock; the second is the provider

LOCK_ORDER = ("imports", "defaults", "ledger", "scan_lease", "provider", "account_profile", "limits", "account",
              "contact", "account_group", "staff_user", "saved_view", "gateway_state", "outbox_message")
"""What a transaction locks, in the order in which it does, and rows of one table by ascending key.

Two that took the same locks in different orders would wait for each other (ARCHITECTURE.md, "Locks").
"""


def lock_imports(session: Session) -> None:
    """Let one import write at a time, so that two of one file never wait for each other's keys crosswise."""
    _note_lock(session, "imports", 0)
    if not is_sqlite(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _IMPORTS})


def lock_defaults(session: Session) -> None:
    """Let one at a time make providers and change what they pass on: it is reckoned from what those above them do."""
    _note_lock(session, "defaults", 0)
    if not is_sqlite(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _DEFAULTS})


def lock_ledger(session: Session, provider_id: int, *, judging: bool = False) -> None:
    """Keep judging and writing of one provider's ledger apart, so that a payment posted meanwhile counts.

    Writers share the lock among themselves; a chunk of a scan takes it alone for the fraction of a second it needs.
    On SQLite the write lock does the same.
    """
    _note_lock(session, "ledger", provider_id)
    if not is_sqlite(session):
        function = "pg_advisory_xact_lock" if judging else "pg_advisory_xact_lock_shared"
        session.execute(text(f"SELECT {function}(:kind, :provider)"), {"kind": _LEDGER, "provider": provider_id})


def lock_limits(session: Session, provider_id: int, *, alone: bool = False) -> None:
    """Keep apart who makes accounts of a provider and who is about to look through the limits of all it has.

    Those who make accounts share the lock among themselves. On SQLite the write lock does the same.
    """
    _note_lock(session, "limits", provider_id)
    if not is_sqlite(session):
        function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        session.execute(text(f"SELECT {function}(:kind, :provider)"), {"kind": _LIMITS, "provider": provider_id})


def lock_row(session: Session, table: str, key_column: str, key: int | str) -> bool:
    """Lock one row until the transaction ends; returns whether it is there. On SQLite the write lock is already held.

    Rows that refer to it can still be written meanwhile.
    """
    return bool(lock_rows(session, table, key_column, [key]))


def lock_rows(session: Session, table: str, key_column: str, keys: Iterable[int | str]) -> list[int | str]:
    """Lock rows in ascending order of their keys, whatever their number; returns the keys of those that are there."""
    ordered: list[Any] = sorted(set(keys))
    found: list[int | str] = []
    for start in range(0, len(ordered), _LOCKED_AT_ONCE):
        statement = text(f"SELECT {key_column} FROM {table} WHERE {key_column} IN :keys ORDER BY {key_column}"
                         f"{_strength(session)}").bindparams(bindparam("keys", expanding=True))
        found += session.scalars(statement, {"keys": ordered[start:start + _LOCKED_AT_ONCE]})
    for key in found:
        _note_lock(session, table, key)
    return found


def lock_free_rows(session: Session, table: str, key_column: str, keys: Sequence[int]) -> list[int]:
    """Lock those of some rows that nobody else holds, without waiting; returns their keys, in ascending order."""
    if is_sqlite(session):
        return sorted(set(keys))
    found = list(session.scalars(
        text(f"SELECT {key_column} FROM {table} WHERE {key_column} = ANY(:keys) ORDER BY {key_column}"
             f"{_strength(session)} SKIP LOCKED"), {"keys": sorted(set(keys))}))
    for key in found:
        _note_lock(session, table, key)
    return found


def lock_selected(session: Session, table: Any, which: ColumnElement[bool], *, key: str = "id") -> None:
    """Lock the rows of an entity that a condition selects, in ascending order of their keys."""
    if not is_sqlite(session):
        column = getattr(table, key)
        session.execute(select(column).where(which).order_by(column).with_for_update(key_share=True)).close()
    _note_lock(session, table.__tablename__, None)


_LOCKED_AT_ONCE = 10_000


def _strength(session: Session) -> str:
    """Not the strongest lock, which would keep out everybody who writes a row that refers to this one."""
    return "" if is_sqlite(session) else " FOR NO KEY UPDATE"


def _note_lock(session: Session, what: str, key: Any) -> None:
    """Keep the order in which this unit of work took its locks; tests compare it with the one that all keep to."""
    session.info.setdefault("locks", []).append((what, key))


GIVES_WAY_AFTER_S = 2.0


def give_way(session: Session) -> None:
    """For the rest of the transaction wait for locks of others only shortly: whoever comes after us waits behind us."""
    if not is_sqlite(session):
        session.execute(text("SELECT set_config('lock_timeout', :limit, true)"),
                        {"limit": f"{GIVES_WAY_AFTER_S * 1000:.0f}ms"})


def wait_without_limit(session: Session) -> None:
    """For the rest of the transaction locks of others are waited for as long as it takes."""
    if not is_sqlite(session):
        session.execute(text("SET LOCAL lock_timeout = 0"))


_SIGNATURE = "bursar: "


def signature(actor: str) -> str:
    """How a connection tells the server who works over it; PostgreSQL keeps 63 bytes of it."""
    return f"{_SIGNATURE}{actor} on {platform.node()}"


def who_keeps_locks(connection: Connection, since_s: float) -> list[str]:
    """Who has been writing on this server for longer than so many seconds, as far as it tells; the first at first."""
    names = connection.scalars(text(
        "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND xact_start < clock_timestamp() - make_interval(secs => :since) "
        "AND pid IN (SELECT pid FROM pg_locks WHERE granted AND (locktype = 'advisory' "
        "OR (locktype = 'transactionid' AND mode = 'ExclusiveLock'))) ORDER BY xact_start"), {"since": since_s})
    known = [name.removeprefix(_SIGNATURE) for name in names if name.startswith(_SIGNATURE)]
    return list(dict.fromkeys(known))


def estimated_rows(session: Session, query: Select[*tuple[Any, ...]]) -> int | None:
    """How many rows the server expects of a query without asking it; None on SQLite, which expects nothing."""
    if is_sqlite(session):
        return None
    dialect = session.get_bind().dialect
    compiled = query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    plan = session.connection().exec_driver_sql(f"EXPLAIN (FORMAT JSON) {compiled}", compiled.params).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


def fenced(query: Select[*tuple[Any, ...]], name: str) -> Subquery:
    """An inner query that is computed once, row by row.

    Both planners would otherwise copy its expressions into every place that uses them: five sums where one was
    written. An offset of nothing keeps them from it.
    """
    return query.offset(0).subquery(name)


def end_when_silent(session: Session, after: timedelta) -> None:
    """Let the server undo this transaction when nothing was heard of its program for so long between two statements.

    A program that was stopped, or a laptop that fell asleep, would keep its locks for minutes otherwise, and others
    would wait for it. On SQLite the lock is the operating system's and ends with the program alone.
    """
    if not is_sqlite(session):
        limit_ms = int(after / timedelta(milliseconds=1))
        session.execute(text("SELECT set_config('idle_in_transaction_session_timeout', :limit, true)"),
                        {"limit": str(limit_ms)})


def reach_by_key(session: Session) -> None:
    """For the rest of the transaction rows are reached by their keys and never by reading whole tables.

    A run fills tables that were empty when the server last looked at them. It would plan as if they still were, and
    compare every row with every other. SQLite plans by its indexes anyway.
    """
    if not is_sqlite(session):
        session.execute(text("SET LOCAL enable_seqscan = off"))
