"""A database that nobody can read any more: kept as it is, and another one given its name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from app.services.files.kinds import BESIDE_A_DATABASE, DATABASE
from app.services.files.writing import explained, sync_file, sync_folder, writing

_LOCKS_AT: Final = 0x4000_0000
"""Where those who work with an embedded database hold its locks."""
_LOCKS: Final = 512
_CHUNK: Final = 1 << 20


def nobody_is_at(path: Path) -> bool:
    """Whether no other program has an embedded database open, by its locks; True where the system does not tell.

    Where it does not, a file that is open cannot be replaced anyway.
    """
    if sys.platform == "win32" or not path.exists():
        return True
    import fcntl

    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKS, _LOCKS_AT)
        except (BlockingIOError, PermissionError):
            return False
    return True


def copy_as_it_is(path: Path, aside: Path) -> Path | None:
    """Copy a database and its logs, byte by byte, to a name that nothing has; None where there is nothing to keep.

    Raises InputRejected where there is no room.
    """
    kept = None
    for ending in ("-wal", "-journal", ""):
        source, copy = path.with_name(path.name + ending), aside.with_name(aside.name + ending)
        if source.is_file() and source.stat().st_size:
            with writing(copy, DATABASE, as_private_as=source) as file, source.open("rb") as old:
                while chunk := old.read(_CHUNK):
                    file.write(chunk)
            kept = copy
    return kept


def put_in_place(part: Path, target: Path) -> None:
    """Give a database that lies beside another the name of that one, whose content was copied aside.

    The logs of the old content go first: whoever opened the new one beside them would mix the two. Killed in between,
    the old one cannot be read, as before, and all of it lies aside. Raises InputRejected.
    """
    with explained(target):
        sync_file(part)
        for ending in BESIDE_A_DATABASE:
            target.with_name(target.name + ending).unlink(missing_ok=True)
        part.replace(target)
        sync_folder(target.parent)
