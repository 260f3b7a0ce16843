"""Opening a database of this version, and saying in words why another cannot be used as it is.

Looking changes nothing: a file may be another program's, or of another version.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from app import __version__
from app.services.clock import Clock
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.errors import DatabaseProblem

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_OLDEST_SERVER = (15,)
_OUR_TABLES = frozenset({"alembic_version", "account", "provider", "account_profile", "financial_transaction"})
"""What every revision of ours has."""


def open_database(url: str, *, clock: Clock | None = None, actor: str | None = None) -> Database:
    """Open a database of this version.

    Raises DatabaseProblem where it is missing, empty, older, newer, damaged, locked, read-only or unreachable; the
    message says what to do. Nothing is created or changed.
    """
    database = Database(parse_url(url), clock=clock, actor=actor)
    try:
        require_current(database)
        database.use_write_ahead_log()
    except BaseException:
        database.close()
        raise
    return database


class SchemaState(StrEnum):
    """How a database stands to this version of the program."""

    MISSING = "missing"
    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"
    FOREIGN = "foreign"


def revisions() -> list[str]:
    """The revisions this program knows, oldest first: the first words of the migrations' names.

    Every start asks for them, and reading the migrations themselves would make it wait for a library it needs for
    nothing else. A test holds names and migrations together.
    """
    return sorted(path.stem.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def migrations_config(connection: Connection) -> Config:
    """What Alembic must know of our migrations to run them over a connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def schema_state(database: Database) -> SchemaState:
    """Look, without changing anything, how the database stands to this version."""
    path = embedded_path(database)
    if path is not None and not _is_there(path):
        return SchemaState.MISSING
    with database.read() as session:
        connection = session.connection()
        if path is None:
            _require_server(connection, database.description)
        return state_of(connection)


def _is_there(path: Path) -> bool:
    try:
        if path.is_dir():
            raise DatabaseProblem(f"{path} is a folder. Write the path of a file.")
        if path.exists() and not path.is_file():
            raise DatabaseProblem(f"{path} is not a file. Write the path of one.")
        return path.exists()
    except OSError as error:
        raise DatabaseProblem(f"{path} cannot be opened: {error.strerror}. Choose another place.") from error


def _require_server(connection: Connection, description: str) -> None:
    """Refuse a server that could not hold our rows, before anything depends on it."""
    if (connection.dialect.server_version_info or ()) < _OLDEST_SERVER:
        raise DatabaseProblem(f"The server of {description} is older than PostgreSQL {_OLDEST_SERVER[0]}. "
                              "Use a newer server.")
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise DatabaseProblem(f"The database {description} stores text as {encoding}, which cannot hold every name. "
                              "Use a database with the encoding UTF8.")


def state_of(connection: Connection) -> SchemaState:
    """How the database of a connection stands to this version."""
    tables = set(inspect(connection).get_table_names())
    heads = list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars()) \
        if "alembic_version" in tables else []
    if not heads and tables <= {"alembic_version"}:
        return SchemaState.EMPTY
    # Other programs keep their revisions in a table of the same name; ours has our tables beside it, and one row.
    if len(heads) != 1 or not tables >= _OUR_TABLES:
        return SchemaState.FOREIGN
    (revision,) = heads
    known = revisions()
    if revision == known[-1]:
        return SchemaState.CURRENT
    return SchemaState.OLDER if revision in known else SchemaState.NEWER


def require_current(database: Database) -> None:
    """Raise DatabaseProblem, saying what to do, unless the database is of this version."""
    refuse(database, schema_state(database), REFUSALS)


def refuse(database: Database, state: SchemaState, refusals: Mapping[SchemaState, str]) -> None:
    """Raise DatabaseProblem with the sentence of a state, where it has one."""
    message = refusals.get(state)
    if message is not None:
        raise DatabaseProblem(message.format(where=database.description, version=__version__), state=state.value)


REFUSALS = {
    SchemaState.MISSING: 'There is no database at {where} yet. Run: bursar --database "{where}" db upgrade',
    SchemaState.EMPTY: 'The database {where} is empty. Run: bursar --database "{where}" db upgrade',
    SchemaState.OLDER: 'The database {where} was made by an older Bursar. Run: bursar --database "{where}" db upgrade '
                       "(an embedded file is copied first).",
    SchemaState.NEWER: "The database {where} needs a newer Bursar than {version}. Nothing was changed. "
                       "Install the newer version or choose another database.",
    SchemaState.FOREIGN: "{where} holds tables of another program. Nothing was changed. Choose another database.",
}


def embedded_path(database: Database) -> Path | None:
    """The file of an embedded database; None for one on a server."""
    return Path(str(database.url.database)) if database.is_embedded else None
