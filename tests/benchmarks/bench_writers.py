"""Eight workstations write into one book on PostgreSQL, and what each was told is compared with it afterwards.

Not a measurement of speed alone: nobody may be shown a fault, nothing that was told may be missing, and no change may
lie over another unseen. Commands are given by chance to few rows, far more often than people would.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.demo.making import create_demo
from app.services.staff.sign_in import sign_in_to_demo
from tests.support.many_writers import Hot, Told, at_once, lost
from tests.support.pgtemp import TempPostgres, start_postgres

_ACCOUNTS, _STATIONS, _SECONDS = 2_000, 8, 300.0
_HOT_PROVIDERS, _HOT_ACCOUNTS = 2, 30
_SHOWN = 20


def run(accounts: int = _ACCOUNTS, stations: int = _STATIONS, seconds: float = _SECONDS) -> dict[str, Any]:
    """What the stations were told, what of it is not in the book, and how often the server ended one of two."""
    server = start_postgres()
    try:
        url = server.create_database("writers")
        create_demo(url, accounts=accounts)
        with closing(Database(parse_url(url))) as database:
            sign_in_to_demo(database)
            with database.read() as session:
                hot = Hot.of(session, providers=_HOT_PROVIDERS, accounts=_HOT_ACCOUNTS)
            told = at_once(url, hot, stations=stations, seconds=seconds)
            return {"accounts": accounts, "stations": stations, "seconds": seconds, **_summed(told),
                    "ended_by_server": _deadlocks(server), "lost": lost(database, told)}
    finally:
        server.stop()


def _summed(told: Sequence[Told]) -> dict[str, Any]:
    ends: Counter[str] = Counter()
    slowest: dict[str, float] = {}
    refusals: Counter[str] = Counter()
    for each in told:
        refusals.update(each.refusals)
        for (_, end), count in each.outcomes.items():
            ends[end] += count
        for name, took_s in each.slowest_s.items():
            slowest[name] = max(took_s, slowest.get(name, 0.0))
    failures = Counter(failure for each in told for failure in each.failures)
    by_time = sorted(slowest.items(), key=lambda each: -each[1])
    return {"saved": ends["saved"], "refused": ends["refused"], "failed": ends["failed"],
            "failures": dict(failures.most_common(_SHOWN)), "refusals": dict(refusals.most_common(_SHOWN)),
            "facts": sum(each.saved.total() for each in told),
            "slowest_s": {name: round(took_s, 1) for name, took_s in by_time[:5]}}


def _deadlocks(server: TempPostgres) -> int:
    with server.connect("writers") as connection:
        row = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    return 0 if row is None else int(row[0])


def main() -> None:
    parser = argparse.ArgumentParser(description="Many workstations, one book")
    parser.add_argument("--accounts", type=int, default=_ACCOUNTS)
    parser.add_argument("--stations", type=int, default=_STATIONS)
    parser.add_argument("--seconds", type=float, default=_SECONDS)
    given = parser.parse_args()
    print(json.dumps(run(given.accounts, given.stations, given.seconds), indent=1))


if __name__ == "__main__":
    main()
