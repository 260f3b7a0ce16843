"""A copy of a database on a server, made by the server's own tool, where that is installed on this computer."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from app.models.all_entities import metadata
from app.services.database.unit_of_work import Database
from app.services.errors import DatabaseProblem
from app.services.wording import listed

DUMP: Final = "pg_dump"
_LIST: Final = "pg_restore"


def can_dump() -> bool:
    """Whether the tools that copy a database and look at the copy are installed."""
    return shutil.which(DUMP) is not None and shutil.which(_LIST) is not None


def dump_server(database: Database, part: Path) -> None:
    """Copy what one moment of the database holds into an empty file, and look whether all tables are in it.

    Raises DatabaseProblem, with what the tool said, where that does not come about.
    """
    address = database.url.set(drivername="postgresql", password=None).render_as_string()
    _run(database, [DUMP, "--format=custom", f"--file={part}", f"--dbname={address}"])
    said = _run(database, [_LIST, "--list", str(part)])
    rows = [line.split() for line in said.splitlines() if " TABLE DATA " in line]
    lost = set(metadata.tables) - {words[words.index("DATA") + 2] for words in rows}
    if lost:
        raise DatabaseProblem(f"The copy of {database.description} was not kept: it lacks {listed(sorted(lost))}. Tell "
                              "the server's administrator.")


def _run(database: Database, command: list[str]) -> str:
    variables = dict(os.environ, PGCONNECT_TIMEOUT="5")
    if database.url.password is not None:
        variables["PGPASSWORD"] = str(database.url.password)
    done = subprocess.run(  # noqa: S603  the tools of the server, with an address that was connected to
        [shutil.which(command[0]) or command[0], *command[1:]], env=variables, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["nothing"])[0]
        raise DatabaseProblem(f"The copy of {database.description} was not kept. Check that {command[0]} on this "
                              f"computer is as new as the server. It said: {said}")
    return done.stdout
