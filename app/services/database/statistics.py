"""Fresh statistics for PostgreSQL's planner after much was written.

The server looks by itself once a minute. A scan started right after an import would plan for empty tables and run a
hundred times longer, so whoever is about to read a whole book asks first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.services.database.unit_of_work import Database
from app.services.faults.drivers import explained, is_lost

log = logging.getLogger(__name__)

_STALE = text(
    "SELECT relname FROM pg_stat_user_tables WHERE n_mod_since_analyze > 1000 + n_live_tup / 5 "
    # After a restore or a crash the server does not know what it once counted.
    "OR (last_analyze IS NULL AND last_autoanalyze IS NULL AND pg_relation_size(relid) > 500000) ORDER BY relname"
)


def refresh_statistics(database: Database, *, grown: Iterable[str] = ()) -> list[str]:
    """Analyse tables that changed a lot since they were last looked at; returns their names. Nothing on SQLite.

    `grown` are tables the caller knows to have grown: the server counts with a delay of seconds. A user who may not
    analyse a table goes on with the plans there are; results do not depend on it.
    """
    if database.is_embedded:
        return []
    done = []
    with explained(database.url), \
            database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in dict.fromkeys([*grown, *connection.scalars(_STALE)]):
            try:
                connection.execute(text(f'ANALYZE "{name}"'))
            except DBAPIError as error:
                if is_lost(error):
                    raise
                log.info("the table %s was not analysed: %s", name, type(error.orig).__name__)
            else:
                done.append(name)
    return done
