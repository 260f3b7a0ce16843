"""Files that a screen has drawn, such as a diagram, put on the disk in the background."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected
from app.services.jobs import JobContext


def write_file(database: Database, context: JobContext, *, path: Path, encode: Callable[[], bytes]) -> Path:
    """Write a file whole or not at all, replacing what stood under the name; `encode` gives its bytes.

    Raises InputRejected where the place cannot be written; what was there stays then.
    """
    del database, context
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(encode())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputRejected(f"{path} cannot be written: {error.strerror}. Choose another place.") from error
    return path
