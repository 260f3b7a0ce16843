"""Aliases of entities that are made once and used by statements of all threads."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import aliased

E = TypeVar("E")


def shared_alias(entity: type[E], name: str) -> type[E]:
    """An alias that several threads may ask for its columns at once.

    SQLAlchemy 2.1 fills the index of an alias's columns at the first question, without a lock: a second thread that
    asks meanwhile finds half of it and writes the bare table into its statement. So it is filled here, at the import.
    """
    made: Any = aliased(entity, name=name)
    columns = inspect(made).selectable.c
    for column in inspect(entity).local_table.c:
        columns.corresponding_column(column)
    found: type[E] = made
    return found
