"""What guards are made of: one trigger as a value, and those that many tables have alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.services.database.keys import Key, keys_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One trigger: when `condition` is true for a row, the statement is refused with `message`.

    Condition and message are the same on both databases; OLD and NEW name the row before and after.
    """

    name: str
    table: str
    event: str
    condition: str
    message: str
    columns: tuple[str, ...] = ()
    """For updates: only when one of these columns is named."""
    prelude_postgresql: str = ""
    """Statements that PostgreSQL needs before judging: locks against two writers at once."""
    dialect: str = ""
    """The one database that needs it; empty: both."""
    does: str = ""
    """A statement done after the row is written, instead of refusing it."""


def frozen(table: str, why: str) -> list[Guard]:
    """Rows of this table are never changed or removed."""
    return [
        Guard(name=f"{table}_no_update", table=table, event="UPDATE", condition="1 = 1", message=why),
        Guard(name=f"{table}_no_delete", table=table, event="DELETE", condition="1 = 1", message=why),
    ]


_OF_INVOICE = "a posted invoice never changes; correct it with a counter-row"


def with_posted_parent(table: str, *, key: str = "transaction_id", why: str = _OF_INVOICE) -> list[Guard]:
    """Rows that belong to a transaction follow its state: free while it is a draft, frozen once it is more."""
    old = f"(SELECT state FROM financial_transaction WHERE id = OLD.{key}) <> 'draft'"
    new = f"(SELECT state FROM financial_transaction WHERE id = NEW.{key}) <> 'draft'"
    # Who posts it at this moment waits for us or we for them; else a line could slip in past their sums.
    old_lock = f"PERFORM 1 FROM financial_transaction WHERE id = OLD.{key} FOR SHARE;"
    new_lock = old_lock.replace("OLD", "NEW")
    return [
        Guard(name=f"{table}_no_insert", table=table, event="INSERT", condition=new, message=why,
              prelude_postgresql=new_lock),
        Guard(name=f"{table}_no_update", table=table, event="UPDATE", condition=f"{old} OR {new}", message=why,
              prelude_postgresql=old_lock + new_lock),
        Guard(name=f"{table}_no_delete", table=table, event="DELETE", condition=old, message=why,
              prelude_postgresql=old_lock),
    ]


def unchanged(*columns: str) -> str:
    """Whether one of these columns says something else than before."""
    return " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in columns)


def never_replaced(table: str, *, rows_change: bool) -> list[Guard]:
    """INSERT OR REPLACE and UPDATE OR REPLACE would delete the row that has the key already."""
    why = f"a row of {table} has this key already, and none is ever replaced"
    keys = keys_of(table)
    taken = " OR ".join(key.taken() for key in keys)
    guards = [Guard(name=f"{table}_no_replace", table=table, event="INSERT", condition=taken, message=why,
                    dialect="sqlite")]
    if rows_change:
        primary, others = keys[0], keys[1:]
        guards.append(Guard(name=f"{table}_key_fixed", table=table, event="UPDATE",
                            condition=unchanged(*primary.columns),
                            message=f"the key of a row of {table} is fixed", dialect="sqlite"))
        guards += _never_replaced_by_update(table, primary, others, why)
    return guards


def _never_replaced_by_update(table: str, primary: Key, others: list[Key], why: str) -> list[Guard]:
    if not others:
        return []
    taken = " OR ".join(f"(({unchanged(*_told_by(key))}) AND {key.taken(by_another=primary)})" for key in others)
    columns = tuple(dict.fromkeys(column for key in others for column in _told_by(key)))
    return [Guard(name=f"{table}_no_replace_update", table=table, event="UPDATE", condition=taken, message=why,
                  columns=columns, dialect="sqlite")]


def _told_by(key: Key) -> tuple[str, ...]:
    """The columns that make a row take a key, or come to where it holds."""
    return tuple(dict.fromkeys((*key.columns, *key.where_columns)))


def typed(table: str, *, whole: Iterable[str], days: Iterable[str] = ()) -> list[Guard]:
    """SQLite takes text and fractions in any column; amounts are whole minor units and days are dates all the same."""
    tests = [f"typeof(NEW.{c}) <> 'integer'" for c in whole]
    tests += [f"date(NEW.{c}, '+0 days') IS NOT NEW.{c}" for c in days]  # a 30 February becomes 2 March
    condition, why = " OR ".join(tests), "amounts are whole minor units, and days are dates"
    return [Guard(name=f"{table}_typed_{event.lower()}", table=table, event=event, condition=condition, message=why,
                  dialect="sqlite")
            for event in ("INSERT", "UPDATE")]


def no_truncate(guards: Iterable[Guard]) -> list[Guard]:
    """TRUNCATE fires no guard of rows; whatever may not be deleted may not be truncated either."""
    tables = dict.fromkeys(guard.table for guard in guards if guard.event == "DELETE")
    return [Guard(name=f"{table}_no_truncate", table=table, event="TRUNCATE", condition="TRUE",
                  message=f"{table} is never emptied", dialect="postgresql")
            for table in tables]
