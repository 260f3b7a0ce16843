"""The names of files that are not finished, which say whose they are, and the removal of those that nobody finishes.

`.NAME.HOST.PID.JOB.part` lies beside its target. A process is known on its own computer only, so nobody but the same
computer removes what it left, and only once that process is gone.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import psutil

from app.services.files.kinds import BESIDE_A_DATABASE

_USUAL_NAME_BYTES: Final = 255
_ENDING: Final = ".part"
_HOST_LETTERS: Final = 20
_ROOM: Final = len("...PPPPPPPPPP.JJJJJJJJ.part") + max(map(len, BESIDE_A_DATABASE))
"""Bytes of an unfinished name that are neither those of the target nor of the host."""


def unfinished_name(target: Path) -> Path:
    """A fresh name beside the target, as long as the folder takes one; the name of the target is cut where need be."""
    return target.with_name(f".{_cut(target)}.{host()}.{os.getpid()}.{secrets.token_hex(4)}{_ENDING}")


def remove_leftovers(folder: Path, concerns: Callable[[str], bool] = lambda _name: True) -> int:
    """Remove what processes of this computer that are gone left unfinished; answers how many files.

    `concerns` is asked with the name of the target. Raises OSError where the folder cannot be read or changed.
    """
    form = re.compile(rf"\.(.+)\.{re.escape(host())}\.(\d{{1,20}})\.[0-9a-f]{{8}}{re.escape(_ENDING)}", re.DOTALL)
    removed = 0
    with os.scandir(folder) as entries:
        found = [(entry.name, match) for entry in entries
                 if (match := form.fullmatch(entry.name)) and entry.is_file(follow_symlinks=False)]
    for name, match in found:
        if concerns(match[1]) and not _runs(int(match[2])):
            remove(folder / name)
            removed += 1
    return removed


def remove_leftovers_of(target: Path) -> int:
    """The same for one target."""
    name = _cut(target)
    return remove_leftovers(target.parent, lambda left: left == name)


def remove(unfinished: Path) -> None:
    """Remove one unfinished file and what SQLite keeps beside it."""
    for ending in ("", *BESIDE_A_DATABASE):
        unfinished.with_name(unfinished.name + ending).unlink(missing_ok=True)


@cache
def host() -> str:
    """This computer, or this container of it, by a name and a digest: one name may be given to two."""
    name = re.sub(r"[^A-Za-z0-9-]", "-", platform.node().partition(".")[0])[:_HOST_LETTERS] or "host"
    facts = [platform.node(), *map(_read, ("/etc/machine-id",)), _link("/proc/self/ns/pid")]
    return f"{name}-{hashlib.sha256(chr(0).join(facts).encode(errors='surrogateescape')).hexdigest()[:8]}"


def most_name_bytes(folder: Path) -> int:
    """How many bytes a name in the folder may have."""
    if not hasattr(os, "pathconf"):
        return _USUAL_NAME_BYTES
    try:
        return min(os.pathconf(folder, "PC_NAME_MAX"), _USUAL_NAME_BYTES)
    except (OSError, ValueError):  # file systems that do not say
        return _USUAL_NAME_BYTES


def _cut(target: Path) -> str:
    room = most_name_bytes(target.parent) - len(host()) - _ROOM
    name = os.fsencode(target.name)
    return target.name if len(name) <= room else name[:room].decode(errors="ignore")


def _runs(pid: int) -> bool:
    """Whether a process is at work; one that has ended but was not yet collected by its parent is not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.AccessDenied:
        return True
    except (psutil.Error, ValueError, OverflowError):
        return False


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace")
    except OSError:  # other systems have none
        return ""


def _link(path: str) -> str:
    try:
        return str(Path(path).readlink())
    except OSError:
        return ""
