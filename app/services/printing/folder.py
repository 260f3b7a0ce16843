"""The places a batch writes to: made, tried out and cleaned before the first invoice is drawn."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from app.services.errors import BursarError, InputRejected
from app.services.files.kinds import PDF, belongs_to_database
from app.services.files.writing import target_of, try_writing
from app.services.wording import counted

_LEAST_BYTES_PER_INVOICE = 24 * 1024
"""Less than even the plainest invoice takes with its fonts; a disk without this much for each will not do."""


def prepare_folder(folder: Path) -> Path:
    """The absolute path of a folder that exists and can be written to; made with its parents where it is missing.

    Raises InputRejected with what is wrong. Nothing is left in it.
    """
    with _refusing(folder):
        target = folder.expanduser().resolve()
        for part in (target, *target.parents):
            owner = None if part.exists() else belongs_to_database(part)
            if owner is not None:
                raise InputRejected(f"{part} belongs to the database {owner}, which could not be read beside a folder "
                                    "of that name. Nothing was written. Choose another folder.")
        target.mkdir(parents=True, exist_ok=True)
        try_writing(target)
    return target


def prepare_file(path: Path, *, inputs: Sequence[Path] = ()) -> Path:
    """The absolute path of a PDF that can be written, its folder made where it is missing.

    `inputs` are files that are read for the batch. Raises InputRejected.
    """
    with _refusing(path):
        whole = path.expanduser()
    if whole.parent != whole:
        prepare_folder(whole.parent)
    return target_of(whole, PDF, inputs=inputs)


def require_room(folder: Path, invoices: int) -> None:
    """Raise InputRejected where the disk plainly cannot hold so many invoices."""
    with _refusing(folder):
        disk = shutil.disk_usage(folder)
    needed = invoices * _LEAST_BYTES_PER_INVOICE
    if disk.total > 0 and disk.free < needed:
        raise InputRejected(
            f"The disk that holds {folder} has {disk.free // 1024:,} KB left; "
            f"{counted(invoices, 'invoice needs', 'invoices need')} at least {needed // 1024:,} KB. "
            "Nothing was printed. Make room, or choose another folder."
        )


def require_writable(folder: Path) -> None:
    """Raise InputRejected where the folder cannot be written to any more; what it holds stays."""
    with _refusing(folder):
        try_writing(folder)


@contextmanager
def taking_back(*places: Path) -> Iterator[None]:
    """Where what is done within is refused, remove the folders of these places that it made and left empty."""
    made: list[Path] = []
    for place in places:
        with _refusing(place):
            target = place.expanduser().resolve()
            made += [part for part in (target, *target.parents) if not part.exists()]
    try:
        yield
    except BursarError:
        for part in sorted(set(made), key=lambda part: len(part.parts), reverse=True):
            with suppress(OSError):  # it was not made yet, or somebody put something there: then it stays
                part.rmdir()
        raise


@contextmanager
def _refusing(folder: Path) -> Iterator[None]:
    """Turn what the system says of a folder into a message that says what to do."""
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        raise InputRejected(f"{folder} cannot be a folder: a file is in its way. Choose another folder.") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise InputRejected(_refusal(folder, error)) from None


def _refusal(folder: Path, error: Exception) -> str:
    code = error.errno if isinstance(error, OSError) else None
    if code in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk that holds {folder} is full. Make room, or choose another folder."
    if code in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"{folder} does not allow writing. Allow it, or choose another folder."
    reason = error.strerror if isinstance(error, OSError) and error.strerror else error
    return f"{folder} cannot be used: {reason}. Choose another folder."
