"""One guard, as the list of them says it, and what several of them say alike."""

from __future__ import annotations

from dataclasses import dataclass


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


def unchanged(*columns: str) -> str:
    """Whether one of these columns says something else than before."""
    return " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in columns)
