"""Processes that begin with everything imported.

A process started from nothing spends more than a second of processor time on imports before it does what a test
watches. These are forked from a server process of their own, which has no threads, no window and no database, and has
imported what they need once. What is tested of starting itself (the pool of workers, the command line) still starts
from nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import NamedTuple

_IMPORTED = ["app.services.paper.pdf", "app.services.printing.ledger_source", "app.services.scans.scan",
             "app.services.suspension.preview", "app.services.suspension.explain", "app.services.staff.beginning",
             "app.services.staff.sign_in", "app.services.hierarchy.operator", "app.services.database.upgrade",
             "app.services.upkeep.check", "app.services.upkeep.backup", "app.services.outbox.delivering", "app.cli",
             "tests.support.scan_driver", "tests.support.warm_processes"]
_TIMEOUT_S = 120


@cache
def warm_context() -> BaseContext:
    """Makes processes as `multiprocessing` does; on systems that cannot fork they start from nothing."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    return context


class Answer(NamedTuple):
    """What a command ended with."""

    returncode: int
    stdout: str
    stderr: str


def bursar(words: Sequence[str], variables: Mapping[str, str] | None = None) -> Answer:
    """`bursar WORDS` in a process of its own, with these variables besides the usual ones and nothing to read."""
    with tempfile.TemporaryDirectory(prefix="bursar-said-") as folder:
        files = [Path(folder, name) for name in ("out", "err")]
        process = warm_context().Process(target=_speak, args=(list(words), dict(variables or {}), *files))
        process.start()
        process.join(_TIMEOUT_S)
        if process.is_alive():
            process.kill()
            raise TimeoutError(f"bursar {' '.join(words)} does not end")
        return Answer(process.exitcode or 0, *(file.read_text(encoding="utf-8") for file in files))


def bursar_killed(words: Sequence[str], *, after_s: float) -> None:
    """`bursar WORDS` in a process of its own, killed in the middle unless it has ended by then."""
    process = warm_context().Process(target=_speak, args=(list(words), {}, Path(os.devnull), Path(os.devnull)))
    process.start()
    process.join(after_s)
    process.kill()
    process.join()


def _speak(words: list[str], variables: dict[str, str], out: Path, err: Path) -> None:
    from app.__main__ import main

    os.environ.update(variables)
    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    sys.exit(main(words))
