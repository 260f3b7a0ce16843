"""Starts the program as a person does, with a clock beside it: `python -m tests.benchmarks.watched_start DATABASE`."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("QT_API", "pyside6")


def main(database: str) -> int:
    """The application is made first in any case, so that making it here changes nothing but who asks."""
    from app.views.start.application import make_application
    from tests.benchmarks.start_clock import StartClock

    clock = StartClock(make_application(), ends=False)
    clock.watch_rows("Customers")

    from app import bootstrap
    from app.__main__ import main as start

    class Watched(bootstrap.Conductor):
        def paint(self, *, demo: bool) -> None:
            clock.watch_window(self._window)
            super().paint(demo=demo)

    vars(bootstrap)["Conductor"] = Watched

    return start(["--database", database])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
