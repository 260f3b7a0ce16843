"""Changing a table in ways that ALTER TABLE of SQLite cannot.

There the table is built anew, filled, and put in the place of the old one. That needs foreign keys off from before
the transaction and no guard in the way: `upgrade` sees to both, installs the guards anew from the one list, and looks
for rows that refer to nothing before it commits. PostgreSQL alters the table as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from alembic.operations import BatchOperations

from app.services.database.triggers import installed_guards


@contextmanager
def rebuilt(table: str) -> Iterator[BatchOperations]:
    """Collect changes of one table and make them together.

    Named constraints, partial indexes and deferrable keys come along. Only for use by migrations.
    """
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one():
        raise RuntimeError("foreign keys must be off from before the transaction, or the rows of other tables go too")
    if installed_guards(connection):
        raise RuntimeError("guards must be dropped before a table is rebuilt")
    # the tables it refers to are named by their keys; reading them too would take most of the time
    with op.batch_alter_table(table, recreate="always" if is_sqlite else "never",
                              reflect_kwargs={"resolve_fks": False}) as batch:
        yield batch
