"""The one reader of files that somebody names, any of which may be a database that the program works with.

Where locks are those of a process, closing a file gives up all that the process holds on it, also those of SQLite: a
database that was looked into would seem free, and others could put a backup in its place. So whatever is a database
stays open here until the program ends.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from pathlib import Path
from threading import Lock
from typing import Final

SQLITE: Final = b"SQLite format 3\0"
_MOST_BYTES: Final = 1 << 28
_CHUNK: Final = 1 << 20

_kept: dict[tuple[int, int], io.FileIO] = {}
_one_at_a_time = Lock()


def read_whole(path: Path, *, most: int = _MOST_BYTES) -> bytes:
    """All of a file; raises OSError, also where it has more than `most` bytes, as a device that never ends."""
    data = read_beginning(path, most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return data


def read_beginning(path: Path, size: int) -> bytes:
    """At most `size` bytes from the beginning of a file. Raises OSError."""
    there = path.stat()
    if sys.platform == "win32" or not stat.S_ISREG(there.st_mode):  # a pipe may be waited for, by nobody else
        with path.open("rb", buffering=0) as file:
            return _read(file, size)
    with _one_at_a_time:
        known = _kept.get((there.st_dev, there.st_ino))
        if known is not None:
            known.seek(0)
            return _read(known, size)
        file = path.open("rb", buffering=0)
        is_database = True  # until it is known to be none
        try:
            is_database = file.read(len(SQLITE)) == SQLITE
            file.seek(0)
            return _read(file, size)
        finally:
            if is_database:
                there = os.fstat(file.fileno())
                _kept[there.st_dev, there.st_ino] = file
            else:
                file.close()


def _read(file: io.FileIO, size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (chunk := file.read(min(size - len(data), _CHUNK))):
        data += chunk
    return bytes(data)
