"""What drivers say of an unusable database, turned into sentences that say what to do.

SQLite is judged by its result code, PostgreSQL by its SQLSTATE. A connection that never came about has no SQLSTATE;
there the few sentences that every server says alike are looked for, and what it said is quoted in any case.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, OperationalError

from app.services.errors import ConnectionLost, DatabaseProblem
from app.services.wording import listed

BUSY_TIMEOUT_S = 10.0
"""How long a writer waits for another one: for the file on SQLite, for each lock on PostgreSQL."""


def busy_timeout_s(url: URL) -> float:
    """How long to wait for another writer of an embedded file: the address may say `?timeout=SECONDS`."""
    given = url.query.get("timeout")
    return BUSY_TIMEOUT_S if given is None else float(str(given))


def describe(url: URL) -> str:
    """The database in words, without its password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    hidden = {"password": "***"} if "password" in url.query else {}
    plain = url.set(drivername="postgresql").update_query_dict(hidden)
    return plain.render_as_string(hide_password=True)


def restoring_words(where: str) -> str:
    """How a backup is put back; copying it over the database by hand would mix it with what lies beside it."""
    return f'bursar --database "{where}" db restore FILE'


@contextmanager
def explained(url: URL, *, saves: bool = True) -> Iterator[None]:
    """Raise DatabaseProblem in place of what the driver says of an unusable database; let our own faults pass.

    Where nothing was to be saved (not `saves`) the words do not speak of saving.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error, UnicodeDecodeError) as error:
        problem = explain_driver_error(error, url, saves=saves)
        if problem is None:
            raise
        raise problem from error


@contextmanager
def explained_commit(url: URL) -> Iterator[None]:
    """The same for a commit: when the server leaves in the middle of it, nobody knows what it did."""
    try:
        yield
    except DBAPIError as error:
        if url.get_backend_name() == "sqlite" or not is_lost(error):
            raise
        raise ConnectionLost(_BROKE_WHILE_SAVING, details=_details(url, error.orig)) from error


_BROKE_WHILE_SAVING = ("The connection to the database broke while saving. Whether the last step was saved is not "
                       "known: look before you repeat it.")


def kept_waiting(by: Sequence[str]) -> DatabaseProblem:
    """What is said where somebody else kept a lock for too long; `by` names whom it can only have been."""
    words = ("{who} keeps rows that this step needs, and did not finish within {seconds} seconds. {nothing} Try again "
             "when that is done." if by else
             "Somebody else is working on the same rows, and did not finish within {seconds} seconds. {nothing} Try "
             "again when they are done.")
    return DatabaseProblem(words.format(who=listed(by), nothing=_NOTHING_SAVED, seconds=f"{BUSY_TIMEOUT_S:g}"))


def explain_driver_error(error: Exception, url: URL, *, saves: bool = True) -> DatabaseProblem | None:
    """The message for a fault of the environment; None where the error is not the environment's."""
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    is_file = url.get_backend_name() == "sqlite"
    if is_file:
        message = _file_fault(driver_error, url)
    elif not isinstance(error, DBAPIError):
        message = None
    else:
        message = _server_fault(error, str(getattr(driver_error, "sqlstate", None) or ""))
    if message is None:
        return None
    words = message if saves else message.replace(f"{_NOTHING_SAVED} ", "")
    if message in _GONE:
        return ConnectionLost(words, details=_details(url, driver_error))
    return DatabaseProblem(words.format(
        where=describe(url), seconds=f"{busy_timeout_s(url):g}", said=_first_line(driver_error),
        restoring=restoring_words(describe(url))),
        state="damaged" if is_file and message in (_FILE_FAULTS[sqlite3.SQLITE_CORRUPT], _LACKING) else "")


def _details(url: URL, driver_error: BaseException | None) -> str:
    return f"Its address is {describe(url)}, and it was said: {_first_line(driver_error)}"


def _first_line(error: BaseException | None) -> str:
    lines = str(error or "").strip().splitlines()
    return (lines[0] if lines else "nothing").replace("{", "(").replace("}", ")")


# --------------------------------------------------------------------------- the embedded file


_FILE_FAULTS = {
    sqlite3.SQLITE_BUSY: "Another program is writing to {where} and did not finish within {seconds} seconds. Nothing "
                         "of this step was saved. Try again when it is done.",
    sqlite3.SQLITE_READONLY: "{where} does not allow writing. Nothing of this step was saved. Make the file and its "
                             "folder writable, or choose another place.",
    sqlite3.SQLITE_CORRUPT: "{where} is damaged. Nothing of this step was saved. Put the last good backup back: "
                            "{restoring}",
    sqlite3.SQLITE_NOTADB: "{where} is not a Bursar database. Nothing was changed. Choose another file.",
    sqlite3.SQLITE_FULL: "The disk that holds {where} is full. Nothing of this step was saved. Make room and try "
                         "again.",
    sqlite3.SQLITE_IOERR: "{where} cannot be read or written: the disk reports an error or has no room left. Nothing "
                          "of this step was saved. Look after the disk and try again.",
}
_FILE_FAULTS[sqlite3.SQLITE_LOCKED] = _FILE_FAULTS[sqlite3.SQLITE_BUSY]
_LACKING = ("{where} lacks something that every Bursar database of this version has, so it is damaged. Nothing of this "
            "step was saved. Put the last good backup back. It was said: {said}")
_LACKS = r"no such (table|column|index|trigger|view)|table .* has no column|.* has no column named|malformed database"
_PRIMARY = 0xFF  # the low byte of an extended result code


def _file_fault(error: BaseException | None, url: URL) -> str | None:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return _cannot_open(Path(str(url.database)))
    # A damaged name or text: the driver stumbles over it itself, and there is no code.
    if isinstance(error, UnicodeDecodeError) or (code == 0 and "decode to UTF-8" in str(error)):
        return _FILE_FAULTS[sqlite3.SQLITE_CORRUPT]
    if code == sqlite3.SQLITE_ERROR and re.match(_LACKS, str(error)):
        return _LACKING
    return _FILE_FAULTS.get(code)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether an embedded file is only held by another writer for the moment."""
    return (error.sqlite_errorcode or 0) & _PRIMARY in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _cannot_open(path: Path) -> str:
    """Why a file cannot be opened; the driver does not say."""
    if not path.parent.is_dir():
        return "{where} cannot be opened: its folder does not exist. Create the folder, or choose another place."
    if path.exists() and not os.access(path, os.R_OK):
        return "{where} cannot be opened: you may not read it. Ask its owner for the right, or choose another file."
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return ("{where} cannot be opened: its folder does not allow writing, which even reading needs. Make the "
                "folder writable, or restore a backup in another place: bursar --database PLACE db restore FILE")
    return "{where} cannot be opened. Check that it is a file and that you may write in its folder."


# --------------------------------------------------------------------------- the server


_NOTHING_SAVED = "Nothing of this step was saved."
_NO_ANSWER = (f"No answer from the database. {_NOTHING_SAVED} Check that the server runs and that the network reaches "
              "it, then try again.")
_LOGIN = ("The server of {where} does not accept this name and password. Correct them, or ask its administrator. "
          "The server said: {said}")
_NO_DATABASE = ("The server has no such database: {where}. Correct the name, or ask its administrator to create it. "
                "The server said: {said}")
_NO_ENTRY = ("The server of {where} does not let this user in from this computer. Ask its administrator. The server "
             "said: {said}")
_STARTING = f"The server of the database is starting or stopping. {_NOTHING_SAVED} Try again in a minute."
_GONE = frozenset({_NO_ANSWER, _STARTING})
"""What ends by itself when the server is there again; said without its address, which stands in the details."""
_TOO_MANY = f"The server of {{where}} has no free connection left. {_NOTHING_SAVED} Try again in a minute."
_DENIED = (f"The database {{where}} does not allow this user to do that. {_NOTHING_SAVED} Ask its administrator for "
           "the right. The server said: {said}")
_ADDRESS = "The address {where} cannot be used: {said}. Correct it."

_SERVER_STATES = {
    "28": _LOGIN, "3D000": _NO_DATABASE, "42501": _DENIED, "53300": _TOO_MANY, "57P03": _STARTING,
    "25P03": f"Nothing was heard of this program for so long that the server of {{where}} undid the step. "
             f"{_NOTHING_SAVED} Do it again.",
    "25006": f"The database {{where}} allows reading only. {_NOTHING_SAVED} Connect to the server that may be written.",
    "53100": f"The disk of the server of {{where}} is full. {_NOTHING_SAVED} Tell its administrator, then try again.",
    "53": f"The server of {{where}} is out of resources. {_NOTHING_SAVED} Try again later. The server said: {{said}}",
    "57014": f"The server of {{where}} stopped this step because it took too long. {_NOTHING_SAVED} Try again when "
             "less is going on.",
    "40": f"Several people change the same rows of {{where}} again and again. {_NOTHING_SAVED} Try again in a minute.",
    "55P03": f"Somebody else is working on the same rows of {{where}}. {_NOTHING_SAVED} Try again when they are done.",
    "XX": f"The server of {{where}} reports damage. {_NOTHING_SAVED} Tell its administrator. The server said: {{said}}",
    "57P": _NO_ANSWER, "08": _NO_ANSWER,
    **dict.fromkeys(("42P01", "42703", "42704", "42883", "3F000"), _LACKING),
}
"""By SQLSTATE or the beginning of one; the longest beginning wins."""

_REFUSED_AT_THE_DOOR: tuple[tuple[str, str], ...] = (
    (r"password authentication failed|no password supplied|role .* does not exist|authentication failed", _LOGIN),
    (r"database .* does not exist", _NO_DATABASE),
    (r"no pg_hba.conf entry|permission denied for database", _NO_ENTRY),
    (r"starting up|shutting down|not accepting connections", _STARTING),
    (r"too many (clients|connections)|remaining connection slots", _TOO_MANY),
    (r"invalid (connection option|port number|integer value)|invalid .* value:|bad hostaddr", _ADDRESS),
)


def _server_fault(error: Exception, state: str) -> str | None:
    for beginning in (state, state[:3], state[:2]):
        if beginning in _SERVER_STATES:
            return _SERVER_STATES[beginning]
    if state:
        return _NO_ANSWER if is_lost(error) else None
    said = str(getattr(error, "orig", None) or error)
    for pattern, message in _REFUSED_AT_THE_DOOR:
        if re.search(pattern, said):
            return message
    return _NO_ANSWER if is_lost(error) or isinstance(error, OperationalError) else None


def is_lost(error: Exception) -> bool:
    """Whether the connection is gone."""
    return isinstance(error, DBAPIError) and (error.connection_invalidated or (
        isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) is None))
