"""The one writer of files: whole under its name or not at all (ARCHITECTURE.md, "Files").

A file grows beside its target under a name of its own (`unfinished`) and takes the target's name when it is complete
and on the disk. What stands under the name until then must be of the same kind (`kinds`) or empty: never a database or
what belongs to one, a file that is read for this, a folder, a link, a device or a pipe.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from app.services.errors import InputRejected
from app.services.files.kinds import FileKind, belongs_to_database, found_words
from app.services.files.texts import shown
from app.services.files.unfinished import most_name_bytes, remove, remove_leftovers_of, unfinished_name
from app.services.jobs import JobContext

_SHOWN_CHARACTERS: Final = 300
_TRIAL_BYTES: Final = 64 * 1024
_PERMISSIONS: Final = 0o777


def target_of(path: Path, kind: FileKind, *, inputs: Sequence[Path] = ()) -> Path:
    """The absolute path of a file that may be written, asked for before work begins; `inputs` are read for it.

    Raises InputRejected with what stands in the way and what to do. Nothing is written.
    """
    target = _absolute(path)
    with explained(target):
        _require_folder(target)
        if len(os.fsencode(target.name)) > most_name_bytes(target.parent):
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
        owner = belongs_to_database(target)
        if owner is not None:
            raise InputRejected(f"{_named(target)} belongs to the database {_named(owner)}. Nothing was written. "
                                "Choose another name.")
        _require_replaceable(target, kind, inputs)
    return target


@contextmanager
def unfinished(
    path: Path, kind: FileKind, *, inputs: Sequence[Path] = (), is_one_of_many: bool = False,
    as_private_as: Path | None = None,
) -> Iterator[Path]:
    """An empty file that becomes `path` when the context is left well, and goes when it is left by an exception.

    For libraries that write by name; whatever they opened is closed by then. `is_one_of_many` is for files that are
    written by the thousand and can be written again: they are not waited for until the disk has them, and the job
    itself removes what earlier ones left. `as_private_as` names what the file is a copy of: nobody may read it who may
    not read that. Raises InputRejected.
    """
    target = target_of(path, kind, inputs=inputs)
    with explained(target):
        if not is_one_of_many:
            remove_leftovers_of(target)
        part = _created(target, as_private_as)
        try:
            yield part
            if not is_one_of_many:
                sync_file(part)
            # Somebody may have put something else there meanwhile.
            _require_replaceable(target, kind, inputs)
            part.replace(target)
        finally:
            remove(part)
        if not is_one_of_many:
            sync_folder(target.parent)


@contextmanager
def beside(target: Path, *, as_private_as: Path | None = None) -> Iterator[Path]:
    """An empty file beside another, for work in between; it goes when the context is left. Raises InputRejected."""
    with explained(target):
        remove_leftovers_of(target)
        part = _created(target, as_private_as)
        try:
            yield part
        finally:
            remove(part)


@contextmanager
def writing(
    path: Path, kind: FileKind, *, inputs: Sequence[Path] = (), is_one_of_many: bool = False,
    as_private_as: Path | None = None,
) -> Iterator[BinaryIO]:
    """The same as an open file of bytes."""
    with (unfinished(path, kind, inputs=inputs, is_one_of_many=is_one_of_many, as_private_as=as_private_as) as part,
          part.open("r+b") as file):
        yield file


def write_bytes(
    path: Path, kind: FileKind, data: bytes | memoryview, *, inputs: Sequence[Path] = (), is_one_of_many: bool = False
) -> Path:
    """Write a file of which all is at hand; answers its absolute path. Raises InputRejected."""
    with writing(path, kind, inputs=inputs, is_one_of_many=is_one_of_many) as file:
        file.write(data)
    return _absolute(path)


def write_file(
    _nothing: object, context: JobContext, *, path: Path, kind: FileKind, encode: Callable[[], bytes]
) -> Path:
    """Write what a screen has drawn, as a job; `encode` gives its bytes. Raises InputRejected."""
    del context
    target_of(path, kind)
    return write_bytes(path, kind, encode())


def try_writing(folder: Path) -> None:
    """Write a small file to a folder and remove it again; raises OSError."""
    trial = _created(folder / "trial")
    try:
        trial.write_bytes(bytes(_TRIAL_BYTES))
    finally:
        remove(trial)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the system says of a file that is written into InputRejected, with words that say what to do."""
    try:
        yield
    except OSError as error:
        why = _WHY.get(error.errno or 0, f"{error.strerror or error}. Choose another place.")
        raise InputRejected(f"{_named(path)} cannot be written: {why}") from error


# --------------------------------------------------------------------------- the target


def _named(path: Path) -> str:
    return shown(str(path), _SHOWN_CHARACTERS)


def _absolute(path: Path) -> Path:
    """`~` is read as shells do, and links on the way to the folder are followed; one in place of the file is not."""
    try:
        whole = path.expanduser()
    except RuntimeError:
        home = shown(str(path).partition(os.sep)[0])
        raise InputRejected(f'{_named(path)} cannot be written: there is no home folder "{home}". Write the whole '
                            "path.") from None
    try:
        if b"\0" not in os.fsencode(whole):
            return whole.parent.resolve() / whole.name if whole.name else whole.resolve()
        why = "it holds a byte that no name may have"
    except (OSError, ValueError, RuntimeError):  # letters that the system cannot say, or links in a circle
        why = "it is no path"
    raise InputRejected(f"{_named(path)} cannot be written: {why}. Choose another place.")


def _require_folder(target: Path) -> None:
    mode = target.parent.stat().st_mode
    if not stat.S_ISDIR(mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))


def _require_replaceable(target: Path, kind: FileKind, inputs: Sequence[Path]) -> None:
    try:
        there = target.lstat()
    except FileNotFoundError:
        return
    for mode, what in _NEVER:
        if mode(there.st_mode):
            raise _refused(target, what)
    if any(_is_same(there, each) for each in inputs):
        raise _refused(target, "is read for this, and writing it would destroy what is read")
    if there.st_size and not kind.recognises(target):
        raise _refused(target, f"is there already and is {found_words(target)}, not {kind.words}")
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


_NEVER: Final = (
    (stat.S_ISDIR, "is a folder"),
    (stat.S_ISLNK, "is a link, and what it leads to is not replaced"),
    (lambda mode: not stat.S_ISREG(mode), "is a device, a pipe or a socket and no file"),
)


def _refused(target: Path, what: str) -> InputRejected:
    return InputRejected(f"{_named(target)} {what}. Nothing was written. Choose another name.")


def _is_same(there: os.stat_result, path: Path) -> bool:
    try:
        return os.path.samestat(there, path.stat())
    except OSError:  # an input that is not there is reported by whoever reads it
        return False


# --------------------------------------------------------------------------- the unfinished file


def _created(target: Path, as_private_as: Path | None = None) -> Path:
    """A new, empty file beside the target, as private as the one it will replace, and as another."""
    part = unfinished_name(target)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
    with suppress(FileNotFoundError):
        part.chmod(stat.S_IMODE(target.lstat().st_mode) & _PERMISSIONS)
    if as_private_as is not None:
        part.chmod(stat.S_IMODE(part.stat().st_mode) & as_private_as.stat().st_mode & _PERMISSIONS | stat.S_IRUSR
                   | stat.S_IWUSR)
    return part


def sync_file(path: Path) -> None:
    """Wait until the disk has what was written."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the new name on the disk as well, where the system can: some cannot open folders, or sync them."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


# --------------------------------------------------------------------------- words


_WHY: Final = {
    errno.ENOSPC: "the disk is full. Make room, or choose another place.",
    errno.EDQUOT: "your share of the disk is used up. Make room, or choose another place.",
    errno.EFBIG: "it grew larger than a file may be here. Write less, or choose another place.",
    errno.EACCES: "you may not write there. Ask for the right, or choose another place.",
    errno.EPERM: "you may not write there. Ask for the right, or choose another place.",
    errno.EROFS: "the disk can only be read. Choose another place.",
    errno.ENOENT: "its folder does not exist. Create the folder, or choose another place.",
    errno.ENOTDIR: "a file is in the way where its folder should be. Choose another place.",
    errno.ENAMETOOLONG: "its name is too long. Choose a shorter one.",
    errno.EIO: "the disk reports an error. Look after the disk, or choose another place.",
}
