"""The unique keys of our tables, as conditions for guards: is there a row with the key of NEW already?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Index, Table, UniqueConstraint

from app.models.all_entities import metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Columns that are unique together, among the rows that meet `where` if there is one."""

    table: str
    columns: tuple[str, ...]
    where: str = ""
    where_columns: tuple[str, ...] = ()
    """Columns that `where` speaks of."""

    def taken(self, *, by_another: Key | None = None) -> str:
        """Whether a row of the table has the key of NEW; of another row than OLD where its primary key is given."""
        same = [f"{column} = NEW.{column}" for column in self.columns]
        if self.where:
            same.append(f"({self.where})")
        if by_another is not None:
            same.append("NOT (" + " AND ".join(f"{c} = OLD.{c}" for c in by_another.columns) + ")")
        found = f"EXISTS (SELECT 1 FROM {self.table} WHERE {' AND '.join(same)})"
        if not self.where:
            return found
        new = ", ".join(f"NEW.{column} AS {column}" for column in self.where_columns)
        return f"(EXISTS (SELECT 1 FROM (SELECT {new}) WHERE {self.where}) AND {found})"


def keys_of(name: str) -> list[Key]:
    """The unique keys of a table, its primary key first; those that merely extend a shorter one are left out."""
    table = metadata.tables[name]
    primary = Key(table=name, columns=tuple(column.name for column in table.primary_key.columns))
    others = [Key(table=name, columns=tuple(column.name for column in c.columns))
              for c in table.constraints if isinstance(c, UniqueConstraint)]
    others += [_index_key(table, index) for index in table.indexes if index.unique]
    keys = [primary]
    for key in sorted(others, key=lambda key: (len(key.columns), key.columns, key.where)):
        if not any(set(shorter.columns) <= set(key.columns) for shorter in keys if not shorter.where):
            keys.append(key)
    return keys


def _index_key(table: Table, index: Index) -> Key:
    where = index.dialect_options["sqlite"]["where"]
    condition = "" if where is None else str(where)
    named = tuple(c.name for c in table.columns if re.search(rf"\b{c.name}\b", condition))
    return Key(table=table.name, columns=tuple(column.name for column in index.columns), where=condition,
               where_columns=named)
