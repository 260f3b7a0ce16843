"""A round in a process of its own that tests can kill: the body of that process."""

from __future__ import annotations

from datetime import datetime

from app.services.clock import FixedClock
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.schedule.round import whole_round


def do_round(url: str, now: str) -> None:
    """Do everything that is due at this moment."""
    database = Database(parse_url(url), clock=FixedClock(datetime.fromisoformat(now)), actor="M. Driver")
    whole_round(database, JobContext())
    database.close()
