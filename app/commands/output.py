"""How verbs speak: one JSON document on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Protocol

from app.services.errors import RowError
from app.services.files.texts import harmless
from app.services.jobs import Progress


def say(text: str) -> None:
    """A sentence for the person, on standard error."""
    print(harmless(text), file=sys.stderr)


def tell(text: str) -> None:
    """An answer that was asked for in words, on standard output."""
    print(harmless(text))


def emit_json(document: Any) -> None:
    """The one JSON document of this run: whole or not at all, and in UTF-8 whatever the terminal speaks."""
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    sys.stdout.flush()
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:  # a stream put in its place, by a test for instance
        sys.stdout.write(text)
    else:
        binary.write(text.encode())
    sys.stdout.flush()


class TerminalProgress:
    """Shows progress of a job on a terminal, at most four times a second; silent elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._last = time.monotonic()
        self._shown = False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._last < 0.25:
            return
        self._last, self._shown = now, True
        sys.stderr.write(f"\r{self._what}: {progress.done} of {progress.total}  ")
        sys.stderr.flush()

    def end(self) -> None:
        if self._shown:
            sys.stderr.write("\n")


class FileReport(Protocol):
    """What became of a file that was read, all or nothing."""

    @property
    def errors(self) -> tuple[RowError, ...]: ...

    @property
    def sentence(self) -> str: ...


def tell_of_file(report: FileReport, *, as_json: bool, **figures: Any) -> int:
    """Say what became of a file, every wrong row of it, and return the exit code; `figures` begin its document."""
    if as_json:
        errors = [{"row": e.row, "field": e.field, "value": e.value, "message": e.message} for e in report.errors]
        emit_json({**figures, "errors": errors})
    for e in report.errors:
        if e.row:  # what concerns the file as a whole is in the sentence
            say(f"Row {e.row}, {e.field}: {e.message}")
    say(report.sentence)
    return 1 if report.errors else 0
