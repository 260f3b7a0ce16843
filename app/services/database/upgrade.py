"""Bringing a database to this version, and saying in words why one cannot be used as it is.

`upgrade` creates file, schema, guards and the operator account and nothing else; it is safe to repeat. An embedded
file made by an older version is copied before it is changed.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import __version__
from app.models.account import Account, folded_keys
from app.models.profile import AccountProfile
from app.models.provider import Provider
from app.models.values import AccountStatus, AccountType, Enterprise, Lifecycle
from app.services.attributes import rebuild_provider_effective
from app.services.clock import Clock
from app.services.database.engine import Database, explain_driver_error, parse_url, recorded_now
from app.services.database.guards import install_guards
from app.services.errors import DatabaseProblem

OPERATOR_CODE = "operator"
DEFAULT_PROFILE_NAME = "Default Profile"
_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 7_202_611  # any fixed number: two workstations must not upgrade one server at once


class SchemaState(StrEnum):
    """How a database stands to this version of the program."""

    MISSING = "missing"
    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"
    FOREIGN = "foreign"


def script_directory() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def schema_state(database: Database) -> SchemaState:
    """Look, without changing anything, how the database stands to this version."""
    path = _embedded_path(database)
    if path is not None and not path.exists():
        return SchemaState.MISSING
    if path is not None and path.is_dir():
        raise DatabaseProblem(f"{path} is a folder. Write the path of a file.")
    with database.read() as session:
        connection = session.connection()
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            return SchemaState.EMPTY if not inspect(connection).get_table_names() else SchemaState.FOREIGN
    scripts = script_directory()
    if revision == scripts.get_current_head():
        return SchemaState.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaState.OLDER if revision in known else SchemaState.NEWER


def require_current(database: Database) -> None:
    """Raise DatabaseProblem, saying what to do, unless the database is of this version."""
    state = schema_state(database)
    message = _REFUSALS.get(state)
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


def upgrade(url: str, *, clock: Clock | None = None, actor: str | None = None) -> list[str]:
    """Create or bring up to date; returns what was done, one sentence each (empty list: nothing was to do)."""
    database = Database(parse_url(url), clock=clock, actor=actor)
    try:
        return _upgrade(database)
    finally:
        database.close()


def _upgrade(database: Database) -> list[str]:
    state = _state_for_upgrade(database)
    if state in (SchemaState.NEWER, SchemaState.FOREIGN):
        raise DatabaseProblem(_REFUSALS[state].format(where=database.description, version=__version__))
    done: list[str] = []
    if state is SchemaState.OLDER and (copy := _copy_embedded(database)) is not None:
        done.append(f"A copy of the older database is kept as {copy}.")
    with database.write() as session:
        connection = session.connection()
        if not database.is_embedded:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(_config(connection), "head")
        install_guards(connection)
        if before != script_directory().get_current_head():
            done.append(f"The schema is up to date for Bursar {__version__}.")
        if _create_operator(session):
            done.append(f'The operator account "{OPERATOR_CODE}" was created.')
    return done


def _state_for_upgrade(database: Database) -> SchemaState:
    path = _embedded_path(database)
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseProblem(f"The folder {path.parent} cannot be created: {error.strerror}.") from error
    try:
        return schema_state(database)
    except DBAPIError as error:
        problem = explain_driver_error(error, database.url)
        if problem is None:
            raise
        raise problem from error


def _embedded_path(database: Database) -> Path | None:
    return Path(str(database.url.database)) if database.is_embedded else None


def _copy_embedded(database: Database) -> Path | None:
    """Keep a copy beside an embedded file, made through SQLite so that it is whole; never over another copy."""
    path = _embedded_path(database)
    if path is None:
        return None
    stem = f"{path.stem}-{database.clock.now().date().isoformat()}"
    target = path.with_name(f"{stem}.bak")
    count = 1
    while target.exists():
        count += 1
        target = path.with_name(f"{stem}-{count}.bak")
    source, copy = sqlite3.connect(path), sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    return target


def _create_operator(session: Session) -> bool:
    """Create the root of the hierarchy with its default profile; False where it exists."""
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

