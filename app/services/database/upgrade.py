"""Bringing a database to this version.

`upgrade` creates file, schema and guards, and has what must stand in every database seeded; it is safe to repeat. An
embedded file made by an older version is copied before it is changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import __version__
from app.services.clock import Clock
from app.services.database.dialects import wait_without_limit
from app.services.database.engine import parse_url
from app.services.database.opening import (
    REFUSALS,
    SchemaState,
    embedded_path,
    migrations_config,
    refuse,
    schema_state,
    state_of,
)
from app.services.database.triggers import drop_guards, guard_differences, install_guards
from app.services.database.unit_of_work import Database
from app.services.database.word_index import drop_word_indexes
from app.services.errors import DatabaseProblem, InputRejected
from app.services.files.kinds import COPY_MARK, DATABASE
from app.services.files.writing import unfinished
from app.services.wording import counted, listed

Seed = Callable[[Session], Sequence[str]]
"""Writes what every database holds from its first day, where it is missing; returns a sentence for each thing made."""

_UPGRADE_LOCK = 7_202_611  # any fixed number: two workstations must not upgrade one server at once
_HOPELESS = {state: REFUSALS[state] for state in (SchemaState.NEWER, SchemaState.FOREIGN)}


def upgrade(url: str, *, seed: Seed, clock: Clock | None = None, actor: str | None = None) -> list[str]:
    """Create or bring up to date; returns what was done, one sentence each (empty list: nothing was to do).

    `seed` writes into the finished schema. All is one transaction: whoever is interrupted leaves the old state or
    the new one. Two at once wait for each other.
    """
    # Foreign keys are off from before the transaction, so that a migration can rebuild a table; what they would have
    # refused is looked for at the end.
    database = Database(parse_url(url), clock=clock, actor=actor, foreign_keys=False)
    try:
        _make_folder(database)
        refuse(database, schema_state(database), _HOPELESS)
        with database.write() as session:
            done = _upgrade(database, session, seed)
        database.use_write_ahead_log()
        return done
    finally:
        database.close()


def _upgrade(database: Database, session: Session, seed: Seed) -> list[str]:
    connection = session.connection()
    if not database.is_embedded:
        wait_without_limit(session)
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
    # Somebody else may have been at work since the first look; from here on nobody is.
    state = state_of(connection)
    refuse(database, state, _HOPELESS)
    done: list[str] = []
    if state is SchemaState.OLDER and database.is_embedded:
        done.append(f"A copy of the older database is kept as {_copy_embedded(database)}.")
    if state is not SchemaState.CURRENT:
        from alembic import command

        drop_guards(connection)
        drop_word_indexes(connection)
        command.upgrade(migrations_config(connection), "head")
        done.append(f"The schema is up to date for Bursar {__version__}.")
    if guard_differences(connection):
        install_guards(connection)
        if state is SchemaState.CURRENT:
            done.append("The guards of the database were renewed.")
    done += seed(session)
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
            "something that is not there, so the database was not brought up to date. Nothing was changed. Put the "
            "last good backup back: bursar db restore FILE"
        )


def _make_folder(database: Database) -> None:
    path = embedded_path(database)
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseProblem(
            f"The folder {path.parent} cannot be created: {error.strerror}. Choose another place."
        ) from error


def _copy_embedded(database: Database) -> Path:
    """Keep a copy beside an embedded file, made through SQLite so that it is whole; never over another copy.

    The caller holds the write lock, so what is copied is what was committed last. The copy gets its name when it is
    complete: whatever has the name is whole.
    """
    path = Path(str(database.url.database))
    target = name_of_copy(path, database.clock)
    try:
        with unfinished(target, DATABASE, as_private_as=path) as part, closing(sqlite3.connect(path)) as source:
            copy_embedded(source, part)
    except (InputRejected, sqlite3.Error) as error:
        raise DatabaseProblem(
            f"The copy {target} cannot be written ({error}), so the database was not brought up to date. Nothing was "
            "changed. Make room or make the folder writable, then try again."
        ) from error
    return target


def name_of_copy(path: Path, clock: Clock, *, ending: str = "bak") -> Path:
    """A name for a copy of an embedded database, beside it and with the day; nothing has it yet."""
    stem = f"{path.stem}-{clock.now().astimezone().date().isoformat()}"
    names = (f"{stem}{'' if n == 1 else f'-{n}'}.{ending}" for n in count(1))
    return next(candidate for name in names if not (candidate := path.with_name(name)).exists())


def copy_embedded(source: sqlite3.Connection, target: Path) -> None:
    """Copy an embedded database through SQLite, so that the copy is whole, into an empty file; at rest afterwards."""
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute(f"PRAGMA application_id={COPY_MARK}")
