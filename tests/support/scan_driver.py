"""A scan in a process of its own that tests can watch, hold and kill.

    python -m tests.support.scan_driver URL CHUNK_SIZE NOW [--hold]

It prints "ready" when everything is imported and waits for a line; then it scans all providers with chunks of this
size at this moment and prints how many accounts are done after each. With --hold it waits for a line after each. It
ends with the exit code of the command line.
"""

from __future__ import annotations

import sys
from datetime import datetime

from app.services.clock import FixedClock
from app.services.database.engine import Database, parse_url
from app.services.errors import LeaseHeld
from app.services.jobs import JobContext, Progress
from app.services.suspension.scan import run_scan


def main() -> int:
    url, chunk_size, now = sys.argv[1:4]
    hold = "--hold" in sys.argv

    def say(progress: Progress) -> None:
        print(progress.done, flush=True)
        if hold:
            sys.stdin.readline()

    database = Database(parse_url(url), clock=FixedClock(datetime.fromisoformat(now)), actor="M. Driver")
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        report = run_scan(database, JobContext(say), chunk_size=int(chunk_size))
    except LeaseHeld as error:
        print(error, file=sys.stderr)
        return 4
    finally:
        database.close()
    print("done", "resumed" if report.resumed else "begun", len(report.accounts), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
