"""A scan in a process of its own that tests can watch, hold and kill: the body of that process."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection

from app.services.clock import FixedClock
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.errors import LeaseHeld
from app.services.jobs import JobContext, Progress
from app.services.scans.scan import run_scan


def drive(pipe: Connection, url: str, chunk_size: int, now: str, hold: bool) -> None:
    """Say "ready" and wait for a word; then scan all providers with chunks of this size at this moment.

    How many accounts are done is said after each chunk, with `hold` followed by waiting for a word. The last thing
    said is the exit code of the command line, how the scan ended, and what it complained of.
    """

    def say(progress: Progress) -> None:
        pipe.send(str(progress.done))
        if hold:
            pipe.recv()

    database = Database(parse_url(url), clock=FixedClock(datetime.fromisoformat(now)), actor="M. Driver")
    pipe.send("ready")
    pipe.recv()
    try:
        report = run_scan(database, JobContext(say), chunk_size=chunk_size)
    except LeaseHeld as error:
        pipe.send((4, "", str(error)))
    else:
        pipe.send((0, f"done {'resumed' if report.resumed else 'begun'} {len(report.accounts)}", ""))
    finally:
        database.close()
    # Words that are still on their way would break the pipe before its last message is read.
    with suppress(EOFError, ConnectionResetError):
        while True:
            pipe.recv()
