"""The places a batch writes to: made, tried out and cleaned before the first invoice is drawn."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from app.services.errors import InputRejected
from app.services.wording import counted

_PART = ".part"
_TRIAL_BYTES = 64 * 1024
_LEAST_BYTES_PER_INVOICE = 24 * 1024
"""Less than even the plainest invoice takes with its fonts; a disk without this much for each will not do."""


def prepare_folder(folder: Path) -> Path:
    """The absolute path of a folder that exists and can be written to; made with its parents where it is missing.

    Raises InputRejected with what is wrong. Nothing is left in it.
    """
    with _refusing(folder):
        target = folder.expanduser().resolve()
        target.mkdir(parents=True, exist_ok=True)
        try_writing(target)
    return target


def prepare_file(path: Path) -> Path:
    """The absolute path of a file that can be written, its folder made where it is missing; raises InputRejected."""
    parent = prepare_folder(path.expanduser().parent)
    target = parent / path.name
    if not path.name or target.is_dir():
        raise InputRejected(f"{target} is a folder. Name the file to write, for instance {target / 'invoices.pdf'}.")
    return target


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


def try_writing(folder: Path) -> None:
    """Write a small file and remove it again; raises OSError."""
    trial = folder / f".trial.pdf.{os.getpid()}{_PART}"
    try:
        trial.write_bytes(bytes(_TRIAL_BYTES))
    finally:
        trial.unlink(missing_ok=True)


def remove_leftovers(folder: Path, name: str = "*") -> int:
    """Remove unfinished files of processes that are gone, for files of a name or pattern; answers how many."""
    removed = 0
    for part in folder.glob(f".{name}.*{_PART}"):
        process = part.name.removesuffix(_PART).rpartition(".")[2]
        if process.isdigit() and not _runs(int(process)):
            part.unlink(missing_ok=True)
            removed += 1
    return removed


def _runs(pid: int) -> bool:
    """Whether a process is at work; one that has ended but was not yet collected by its parent is not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.AccessDenied:
        return True
    except (psutil.Error, ValueError, OverflowError):
        return False


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
