"""Fresh statistics for PostgreSQL's planner after much was written.

The server looks by itself once a minute. A scan started right after an import would plan for empty tables and run a
hundred times longer, so whoever is about to read a whole book asks first.
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.services.database.engine import Database

_STALE = text(
    "SELECT relname FROM pg_stat_user_tables WHERE n_mod_since_analyze > 1000 + n_live_tup / 5 ORDER BY relname"
)


def refresh_statistics(database: Database) -> list[str]:
    """Analyse tables that changed a lot since they were last looked at; returns their names. Nothing on SQLite.

    A user who may not analyse a table goes on with the plans there are; results do not depend on it.
    """
    if database.is_embedded:
        return []
    done = []
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in connection.scalars(_STALE).all():
            with suppress(DBAPIError):
                connection.execute(text(f'ANALYZE "{name}"'))
                done.append(name)
    return done
