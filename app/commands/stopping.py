"""Jobs on the command line: how far one is, and Ctrl+C, once to stop at the next safe point, twice to end at once.

A service that runs until it is stopped hears what a service manager sends as well.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.commands.output import TerminalProgress, say
from app.services.jobs import JobContext

_STOPPED = 130  # what a shell says of a program that Ctrl+C ended


@contextmanager
def long_job(what: str) -> Iterator[JobContext]:
    """The context of a job that shows its progress and can be stopped while the block runs."""
    progress = TerminalProgress(what)
    context = JobContext(progress)
    try:
        with _stoppable(context, signal.SIGINT):
            yield context
    finally:
        progress.end()


@contextmanager
def service_job() -> Iterator[JobContext]:
    """The context of work that goes on until Ctrl+C or the end of a service."""
    context = JobContext()
    with _stoppable(context, signal.SIGINT, signal.SIGTERM):
        yield context


@contextmanager
def _stoppable(context: JobContext, *signals: signal.Signals) -> Iterator[None]:
    """Cancel the job at the first Ctrl+C or other signal; end the process at the second, wherever it is.

    A thread of its own listens, because the main thread hears of a signal only when a statement is done or a lock is
    got. Ending at once is safe: it is what being killed is, and every job that is killed is gone on with.
    """
    ear, mouth = socket.socketpair()
    mouth.settimeout(0)
    before = {each: signal.signal(each, lambda *_: None) for each in signals}
    told_before = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
    listener = threading.Thread(target=_listen, args=(ear, context, signals), name="Ctrl+C", daemon=True)
    listener.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(told_before)
        for each, handler in before.items():
            signal.signal(each, handler)
        mouth.close()
        listener.join()
        ear.close()


def _listen(ear: socket.socket, context: JobContext, signals: tuple[signal.Signals, ...]) -> None:
    """Every signal arrives as its number; nothing comes any more when the other end is closed."""
    while heard := ear.recv(1):
        if heard[0] not in signals:
            continue
        if context.is_cancelled:
            say("Stopped.")
            os._exit(_STOPPED)
        context.cancel()
        say("Stopping after this step. Press Ctrl+C once more to end at once.")
