"""A closing in a process of its own that tests can hold at each of its steps, and kill: the body of that process."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection

from app.services.clock import FixedClock
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext, Progress
from app.services.periods.closing import check_and_close


def close(pipe: Connection, url: str, provider_id: int, number: int, now: str) -> None:
    """Close a period; each step is said and waits for a word, and the end is said as "closed"."""

    def say(progress: Progress) -> None:
        pipe.send(progress.note)
        pipe.recv()

    database = Database(parse_url(url), clock=FixedClock(datetime.fromisoformat(now)), actor="M. Driver")
    with suppress(EOFError, BrokenPipeError):  # whoever watched has gone
        check_and_close(database, JobContext(say), provider_id=provider_id, number=number)
        pipe.send("closed")
        pipe.recv()
    database.close()
