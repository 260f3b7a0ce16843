"""How verbs speak: one JSON document on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from app.services.jobs import JobContext, Progress


def say(text: str) -> None:
    """A sentence for the person, on standard error."""
    print(text, file=sys.stderr)


def tell(text: str) -> None:
    """An answer that was asked for in words, on standard output."""
    print(text)


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


def job_context(what: str) -> tuple[JobContext, TerminalProgress]:
    """A context for a job of the command line."""
    progress = TerminalProgress(what)
    return JobContext(progress), progress
