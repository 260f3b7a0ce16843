"""A copy of the books (ARCHITECTURE.md, "Backups"): made while people work, and put back all or nothing.

A database on a server is copied by the server's own tool where this computer has it. Putting such a copy back is for
the server's administrator, who knows its roles and who is connected; the refusal says how.

What is put back is first copied beside the database and looked at there. Then SQLite itself writes it over the old
content in one transaction, under a lock that nobody else gets past, once the log that a killed program left is in the
file: whoever is killed in the middle leaves the old content or the new. A database that SQLite cannot read any more
is put aside byte by byte, with what lies beside it, and the copy takes its name.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from app.models.parties.powers import Power
from app.services.access.authorize import authorize
from app.services.clock import Clock
from app.services.database.engine import parse_url
from app.services.database.opening import SchemaState, embedded_path, schema_state
from app.services.database.unit_of_work import Database
from app.services.database.upgrade import copy_embedded, name_of_copy
from app.services.errors import DatabaseProblem, InputRejected, RefusedByRule
from app.services.faults.drivers import explain_driver_error, explained, restoring_words
from app.services.files.kinds import BESIDE_A_DATABASE, DATABASE, DUMP, is_something_else
from app.services.files.replacing import copy_as_it_is, nobody_is_at, put_in_place
from app.services.files.writing import beside, target_of, unfinished
from app.services.files.writing import explained as explained_writing
from app.services.jobs import JobContext
from app.services.upkeep.check import DAMAGE, GUARD_UNKNOWN, STRANGER, Finding, quick_check
from app.services.upkeep.server_dump import can_dump, dump_server
from app.services.wording import counted

_PATIENCE_S: Final = 1.0
"""So long somebody who is just leaving the database is waited for."""
_UNREADABLE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PRIMARY: Final = 0xFF  # the low byte of an extended result code


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A copy that was made and looked at."""

    path: Path
    bytes: int

    findings: tuple[str, ...]
    """What is wrong with it, as it is with the database."""

    @property
    def sentence(self) -> str:
        checked = " ".join(self.findings) or "nothing is wrong."
        return f"{self.path} holds the whole database ({_size(self.bytes)}). It was checked: {checked}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A database that was put back."""

    path: Path
    source: Path
    kept: Path | None
    """Where the content before lies; None where there was none."""
    is_older: bool
    """It was made by an older version, and must be brought up to date before anybody works with it."""
    findings: tuple[str, ...]
    """What is wrong with it, as it was when the backup was made."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was done, and what is left to do."""
        said = [f"{self.path} is now what {self.source} holds.", *self.findings]
        if self.kept is not None:
            said.append(f"What was there before is kept as {self.kept}.")
        if self.is_older:
            said.append(f'It was made by an older Bursar. Run: bursar --database "{self.path}" db upgrade')
        return tuple(said)


def back_up_job(database: Database, context: JobContext, *, path: Path) -> BackedUp:
    """The same for somebody at the window, who must look after staff: a copy holds everything. Raises NotAllowed."""
    del context
    with database.read() as session:
        authorize(session, Power.STAFF_ADMIN)
    return back_up(database, path=path)


def back_up(database: Database, *, path: Path) -> BackedUp:
    """Copy an open database to a file, whatever others do with it meanwhile; an older copy is replaced.

    Raises InputRejected where the place will not do, RefusedByRule where the tool of a server is not installed, and
    DatabaseProblem where what was copied is not sound: then nothing is kept.
    """
    source = embedded_path(database)
    if source is None:
        return _backed_up_server(database, path)
    with unfinished(path, DATABASE, inputs=[source, *_besides(source)], as_private_as=source) as part:
        with explained(database.url), closing(_opened_for_reading(source, is_at_rest=False)) as connection:
            copy_embedded(connection, part)
        _, findings = _looked_at(part)
        if any(finding.check == DAMAGE for finding in findings):
            raise DatabaseProblem(f"{database.description} is damaged, so its copy was not kept. Put the last good "
                                  f"backup back: {restoring_words(database.description)}")
        size = part.stat().st_size
    return BackedUp(path=target_of(path, DATABASE), bytes=size, findings=_sentences(findings))


def _backed_up_server(database: Database, path: Path) -> BackedUp:
    if not can_dump():
        raise RefusedByRule(_server_words(database.description, path, verb="backed up", command=_DUMP))
    with unfinished(path, DUMP) as part:
        dump_server(database, part)
        size = part.stat().st_size
    return BackedUp(path=target_of(path, DUMP), bytes=size, findings=())


def restore_job(_nothing: object, context: JobContext, *, url: str, path: Path) -> Restored:
    """The same for a window that has let go of the database."""
    del context
    return restore(url, path=path)


def require_file(database: Database, path: Path) -> None:
    """Raise RefusedByRule, saying how it is done, for a database that no backup is put back into from here."""
    if not database.is_embedded:
        raise RefusedByRule(_server_words(database.description, path, verb="restored", command=_RESTORE))


def restore(url: str, *, path: Path, clock: Clock | None = None) -> Restored:
    """Put what a file holds in place of a database, which nobody may have open; the old content is kept aside.

    Raises InputRejected where the file is no sound database of ours, RefusedByRule for a database on a server, and
    DatabaseProblem where the old one is in use or cannot be written. Nothing was changed then.
    """
    database = Database(parse_url(url), clock=clock)
    database.close()
    require_file(database, path)
    target = Path(str(database.url.database)).resolve()
    _require_source(path, target)
    with explained_writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    with beside(target, as_private_as=None if target.exists() else path) as staged:
        state, findings = _staged(path, staged)
        try:
            is_read = _is_there(target)
            kept = _written_over(staged, target, database.clock) if is_read else None
        except sqlite3.Error as error:
            if _code(error) not in _UNREADABLE:
                raise _explained_restore(error, database) from error
            is_read = False
        if not is_read:
            kept = _put_in_place(staged, target, name_of_copy(target, database.clock, ending="damaged"))
    return Restored(path=target, source=path, kept=kept, is_older=state is SchemaState.OLDER,
                    findings=_sentences(findings))


# --------------------------------------------------------------------------- the file that is put back


def _require_source(path: Path, target: Path) -> None:
    try:
        if not path.is_file():
            what = "is no file" if path.exists() else "is not there"
            raise InputRejected(f"{path} {what}. Nothing was changed. Name a backup.")
        is_itself = target.exists() and path.samefile(target)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "its name is no path"
        raise InputRejected(f"{path} cannot be read: {why}. Nothing was changed.") from None
    if is_itself or path.absolute() in [each.absolute() for each in _besides(target)]:
        raise InputRejected(f"{path} is the database itself. Nothing was changed. Name a backup.")


def _staged(path: Path, staged: Path) -> tuple[SchemaState, list[Finding]]:
    """Copy a backup beside the database and look at it there."""
    try:
        at_rest = not any(each.exists() for each in _besides(path))
        with closing(_opened_for_reading(path, is_at_rest=at_rest)) as connection:
            copy_embedded(connection, staged)
    except sqlite3.Error as error:
        if _code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise DatabaseProblem(f"{path} cannot be copied beside the database: {error}. Nothing was changed. Make "
                                  "room, then try again.") from error
        if _code(error) == sqlite3.SQLITE_CORRUPT:
            raise InputRejected(f"{path} is damaged. Nothing was changed. Choose an older backup.") from error
        raise InputRejected(f"{path} is not a Bursar database ({error}). Nothing was changed. Choose a "
                            "backup.") from error
    try:
        state, findings = _looked_at(staged)
    except DatabaseProblem as problem:
        raise InputRejected(f"{path} is damaged. Nothing was changed. Choose an older backup.") from problem
    if state in _NOT_OURS:
        raise InputRejected(f"{path} {_NOT_OURS[state]} Nothing was changed. Choose another file.")
    if any(finding.check == DAMAGE for finding in findings):
        raise InputRejected(f"{path} is damaged. Nothing was changed. Choose an older backup.")
    stranger = next((finding for finding in findings if finding.check in (STRANGER, GUARD_UNKNOWN)), None)
    if stranger is not None:
        raise InputRejected(f"{path} is no plain backup. {stranger.message} Nothing was changed. Choose another file.")
    with closing(sqlite3.connect(staged)) as copy:
        copy.execute("PRAGMA application_id=0")  # it will be worked with, and is no copy that another may replace
    return state, findings


_NOT_OURS: Final = {
    SchemaState.EMPTY: "is empty.",
    SchemaState.MISSING: "is empty.",
    SchemaState.FOREIGN: "holds tables of another program.",
    SchemaState.NEWER: "was made by a newer Bursar.",
}


def _opened_for_reading(path: Path, *, is_at_rest: bool) -> sqlite3.Connection:
    """Reading changes nothing: neither the file nor, where nobody works with it, what lies beside it."""
    how = "immutable=1" if is_at_rest else "mode=ro"
    return sqlite3.connect(f"file:{quote(os.fsencode(path.absolute()))}?{how}", uri=True, isolation_level=None)


def _looked_at(path: Path) -> tuple[SchemaState, list[Finding]]:
    """How a copy stands to this version, and what is wrong with it."""
    with closing(Database(parse_url(str(path)))) as database:
        state = schema_state(database)
        with database.read() as session:
            return state, quick_check(session)


def _sentences(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(finding.message for finding in findings)


# --------------------------------------------------------------------------- the database that is replaced


def _is_there(target: Path) -> bool:
    return target.exists() and target.stat().st_size > 0


def _written_over(staged: Path, target: Path, clock: Clock) -> Path:
    """Have SQLite write the copy over the old content, which is kept; raises sqlite3.Error where it cannot."""
    with closing(sqlite3.connect(target, isolation_level=None, timeout=_PATIENCE_S)) as connection:
        _require_ours(connection, target)
        # Leaving the log is granted to the last who has the database open, and puts the log into the file.
        [(mode,)] = connection.execute("PRAGMA journal_mode=DELETE")
        if mode != "delete":
            raise _unreadable(target)
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA synchronous=EXTRA")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")  # the lock stays
        aside = name_of_copy(target, clock)  # under the lock: two who put a backup back keep two copies
        with unfinished(aside, DATABASE, as_private_as=target) as part:
            copy_embedded(connection, part)
        with closing(sqlite3.connect(staged)) as copy:
            copy.backup(connection)
        connection.execute("PRAGMA locking_mode=NORMAL")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()  # which lets the lock go
    return aside


def _require_ours(connection: sqlite3.Connection, target: Path) -> None:
    tables = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "alembic_version" not in tables:
        raise DatabaseProblem(f"{target} holds tables of another program. Nothing was changed. Choose another "
                              "database.")


def _unreadable(target: Path) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(f"the log of {target} does not fit it")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _put_in_place(staged: Path, target: Path, aside: Path) -> Path | None:
    """Keep what nobody can read as it is, and give the copy its name."""
    if target.exists() and is_something_else(target):
        raise DatabaseProblem(f"{target} is not a Bursar database. Nothing was changed. Choose another place.")
    if not nobody_is_at(target):
        raise DatabaseProblem(_IN_USE.format(where=target))
    kept = copy_as_it_is(target, aside)
    put_in_place(staged, target)
    return kept


def _besides(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in BESIDE_A_DATABASE]


# --------------------------------------------------------------------------- words


_IN_USE: Final = ("{where} is open in another program. Nothing was changed. Close every window and command that works "
                  "with it, then try again.")
_DUMP: Final = 'pg_dump --format=custom --file="{file}" "{where}"'
_RESTORE: Final = ('pg_restore --clean --if-exists --no-owner --single-transaction --dbname="{where}" "{file}"')


def _server_words(where: str, path: Path, *, verb: str, command: str) -> str:
    return (f"The database {where} is on a server, and is {verb} there by its administrator, for instance by: "
            f"{command.format(file=path, where=where)}")


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY


def _explained_restore(error: sqlite3.Error, database: Database) -> DatabaseProblem:
    if _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseProblem(_IN_USE.format(where=database.description))
    return explain_driver_error(error, database.url) or DatabaseProblem(
        f"{database.description} cannot be written: {error}. Nothing was changed.")


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB" if count >= 1_000_000 else counted(-(-count // 1000), "KB", "KB")
