"""Bringing a database to this version, and saying in words why one cannot be used as it is.

`upgrade` creates file, schema, guards and the operator account and nothing else; it is safe to repeat. An embedded
file made by an older version is copied before it is changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, inspect, select, text, update
from sqlalchemy.orm import Session

from app import __version__
from app.models.parties.account import Account, folded_keys
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.values import AccountStatus, AccountType, Enterprise, Lifecycle
from app.services.clock import Clock
from app.services.database.engine import Database, parse_url, recorded_now
from app.services.database.guards import drop_guards, guard_differences, install_guards
from app.services.errors import DatabaseProblem
from app.services.wording import counted, listed

if TYPE_CHECKING:
    from alembic.config import Config

OPERATOR_CODE = "operator"
DEFAULT_PROFILE_NAME = "Default Profile"
_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 7_202_611  # any fixed number: two workstations must not upgrade one server at once
_OLDEST_SERVER = (15,)
_OUR_TABLES = frozenset({"alembic_version", "account", "provider", "account_profile", "financial_transaction"})
"""What every revision of ours has."""


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


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def schema_state(database: Database) -> SchemaState:
    """Look, without changing anything, how the database stands to this version."""
    path = _embedded_path(database)
    if path is not None and not _is_there(path):
        return SchemaState.MISSING
    with database.read() as session:
        connection = session.connection()
        if path is None:
            _require_server(connection, database.description)
        return _state_of(connection)


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


def _state_of(connection: Connection) -> SchemaState:
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
    _refuse(database, schema_state(database), _REFUSALS)


def _refuse(database: Database, state: SchemaState, refusals: Mapping[SchemaState, str]) -> None:
    message = refusals.get(state)
    if message is not None:
        raise DatabaseProblem(message.format(where=database.description, version=__version__), state=state.value)


_REFUSALS = {
    SchemaState.MISSING: 'There is no database at {where} yet. Run: bursar --database "{where}" db upgrade',
    SchemaState.EMPTY: 'The database {where} is empty. Run: bursar --database "{where}" db upgrade',
    SchemaState.OLDER: 'The database {where} was made by an older Bursar. Run: bursar --database "{where}" db upgrade '
                       "(an embedded file is copied first).",
    SchemaState.NEWER: "The database {where} needs a newer Bursar than {version}. Nothing was changed. "
                       "Install the newer version or choose another database.",
    SchemaState.FOREIGN: "{where} holds tables of another program. Nothing was changed. Choose another database.",
}


_HOPELESS = {state: _REFUSALS[state] for state in (SchemaState.NEWER, SchemaState.FOREIGN)}


def upgrade(url: str, *, clock: Clock | None = None, actor: str | None = None) -> list[str]:
    """Create or bring up to date; returns what was done, one sentence each (empty list: nothing was to do).

    One transaction: whoever is interrupted leaves the old state or the new one. Two at once wait for each other.
    """
    # Foreign keys are off from before the transaction, so that a migration can rebuild a table; what they would have
    # refused is looked for at the end.
    database = Database(parse_url(url), clock=clock, actor=actor, foreign_keys=False)
    try:
        _make_folder(database)
        _refuse(database, schema_state(database), _HOPELESS)
        with database.write() as session:
            done = _upgrade(database, session)
        database.use_write_ahead_log()
        return done
    finally:
        database.close()


def _upgrade(database: Database, session: Session) -> list[str]:
    connection = session.connection()
    if not database.is_embedded:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
    # Somebody else may have been at work since the first look; from here on nobody is.
    state = _state_of(connection)
    _refuse(database, state, _HOPELESS)
    done: list[str] = []
    if state is SchemaState.OLDER and database.is_embedded:
        done.append(f"A copy of the older database is kept as {_copy_embedded(database)}.")
    if state is not SchemaState.CURRENT:
        from alembic import command

        drop_guards(connection)
        command.upgrade(_config(connection), "head")
        done.append(f"The schema is up to date for Bursar {__version__}.")
    if guard_differences(connection):
        install_guards(connection)
        if state is SchemaState.CURRENT:
            done.append("The guards of the database were renewed.")
    if _create_operator(session):
        done.append(f'The operator account "{OPERATOR_CODE}" was created.')
    if done and database.is_embedded:
        _require_whole(session)
    return done


def _require_whole(session: Session) -> None:
    """Foreign keys were off meanwhile: no row may refer to one that is not there."""
    session.flush()
    orphans = session.execute(text("PRAGMA foreign_key_check")).all()
    if orphans:
        raise DatabaseProblem(
            f"{counted(len(orphans), 'row')} of {listed(sorted({str(row[0]) for row in orphans}))} would refer to "
            "something that is not there, so the database was not brought up to date. Nothing was changed. Go back to "
            "the last good copy."
        )


def _make_folder(database: Database) -> None:
    path = _embedded_path(database)
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseProblem(
            f"The folder {path.parent} cannot be created: {error.strerror}. Choose another place."
        ) from error


def _embedded_path(database: Database) -> Path | None:
    return Path(str(database.url.database)) if database.is_embedded else None


def _copy_embedded(database: Database) -> Path:
    """Keep a copy beside an embedded file, made through SQLite so that it is whole; never over another copy.

    The caller holds the write lock, so what is copied is what was committed last. The copy gets its name when it is
    complete: whatever has the name is whole.
    """
    path = Path(str(database.url.database))
    stem = f"{path.stem}-{database.clock.now().astimezone().date().isoformat()}"
    names = (f"{stem}{'' if n == 1 else f'-{n}'}.bak" for n in count(1))
    target = next(candidate for name in names if not (candidate := path.with_name(name)).exists())
    unfinished = target.with_name(f"{target.name}.part")
    try:
        _copy_whole(path, unfinished)
        unfinished.rename(target)
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise DatabaseProblem(
            f"The copy {target} cannot be written ({error}), so the database was not brought up to date. Nothing was "
            "changed. Make room or make the folder writable, then try again."
        ) from error
    return target


def _copy_whole(path: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def _create_operator(session: Session) -> bool:
    """Create the root of the hierarchy with its default profile; False where it exists."""
    from app.services.attributes.attributes import rebuild_provider_effective

    if session.scalar(select(Account.id).where(Account.type == AccountType.OPERATOR)) is not None:
        return False
    now = recorded_now(session)
    # The root belongs to itself, so its keys are filled in a second step; they are checked at the commit.
    operator_id = session.execute(
        insert(Account).values(
            provider_id=0, parent_id=None, code=OPERATOR_CODE, type=AccountType.OPERATOR,
            enterprise=Enterprise.ORGANISATION, name="Operator", profile_id=0, currency="EUR",
            start_date=date(1970, 1, 1), lifecycle=Lifecycle.ACTIVE, status=AccountStatus.ACTIVE,
            **folded_keys(OPERATOR_CODE, "Operator"), recorded_at=now,
        ).returning(Account.id)
    ).scalar_one()
    session.execute(insert(Provider).values(account_id=operator_id, default_profile_id=0, currency="EUR"))
    profile_id = session.execute(
        insert(AccountProfile).values(provider_id=operator_id, name=DEFAULT_PROFILE_NAME).returning(AccountProfile.id)
    ).scalar_one()
    session.execute(
        update(Account).where(Account.id == operator_id).values(provider_id=operator_id, profile_id=profile_id)
    )
    session.execute(
        update(Provider).where(Provider.account_id == operator_id).values(default_profile_id=profile_id)
    )
    rebuild_provider_effective(session, provider_id=operator_id)
    return True

