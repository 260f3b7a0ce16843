"""How late a 10 ms timer of the window's thread comes while a scan and a print batch run, against idle.

The jobs are the program's own, on its own runner; nothing is repainted meanwhile, so what is measured is only what
threads and worker processes take away from the window. All three parts run one after the other in one process.

    python -m tests.benchmarks.bench_window [accounts]
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("QT_API", "pyside6")

TICK_MS = 10
IDLE_S = 5.0


def run(accounts: int = 8000) -> dict[str, Any]:
    """Lateness in ms (median, 99th percentile, worst) for each part, and its ratio to idle."""
    from app.services.database.opening import open_database
    from app.services.demo.making import create_demo
    from app.services.staff.sign_in import sign_in_to_demo
    from app.views.running.change_bus import ChangeBus
    from app.views.running.gui_gc import GuiGarbageCollector
    from app.views.running.runner import JobRunner
    from app.views.start.application import make_application

    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "bench.db")
        create_demo(url, accounts=accounts)
        app = make_application()
        collector = GuiGarbageCollector(app)
        database = open_database(url)
        sign_in_to_demo(database)
        runner = JobRunner(database, ChangeBus())
        try:
            idle = _measure(app, _for_seconds(IDLE_S))
            scan = _measure(app, _job(runner, _scan_job()))
            batch = _measure(app, _job(runner, _batch_job(Path(folder) / "out")))
        finally:
            runner.begin_shutdown()
            runner.wait(30)
            database.close()
            collector.stop()
    result: dict[str, Any] = {"accounts": accounts, "idle": idle, "scan": scan, "batch": batch}
    for part in ("scan", "batch"):
        result[f"{part}_p99_over_idle"] = round(result[part]["p99_ms"] / max(0.1, idle["p99_ms"]), 2)
    return result


def _scan_job() -> Callable[..., object]:
    from app.services.scans.scan import run_scan

    # Small chunks, so that the scan lasts long enough to be measured.
    return partial(run_scan, chunk_size=200)


def _batch_job(folder: Path) -> Callable[..., object]:
    from app.services.printing.batch import print_batch
    from app.services.printing.selection import Selection

    selection = Selection(provider="HT", account=None, issued_from=None, issued_to=None, numbers=None)
    return partial(print_batch, selection=selection, folder=folder, merged_file=None, gives_way=True)


def _for_seconds(seconds: float) -> Callable[[], Callable[[], bool]]:
    def begin() -> Callable[[], bool]:
        end = time.monotonic() + seconds
        return lambda: time.monotonic() > end

    return begin


def _job(runner: Any, job: Callable[..., object]) -> Callable[[], Callable[[], bool]]:
    def begin() -> Callable[[], bool]:
        from app.views.running.handle import JobCard

        handle = runner.long(job, card=JobCard(title="Measured work"))
        return lambda: handle.is_over

    return begin


def _measure(app: Any, begin: Callable[[], Callable[[], bool]]) -> dict[str, float]:
    from PySide6.QtCore import Qt, QTimer

    late: list[float] = []
    last = [0.0]

    def tick() -> None:
        now = time.perf_counter()
        if last[0]:
            late.append(max(0.0, (now - last[0]) * 1000 - TICK_MS))
        last[0] = now

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(TICK_MS)
    timer.timeout.connect(tick)
    is_over = begin()
    timer.start()
    started = time.monotonic()
    while not is_over():
        app.processEvents()
        time.sleep(0.0005)
    timer.stop()
    late.sort()
    return {
        "seconds": round(time.monotonic() - started, 2), "ticks": len(late),
        "p50_ms": round(late[len(late) // 2], 2), "p99_ms": round(late[int(len(late) * 0.99)], 2),
        "worst_ms": round(late[-1], 2),
    }


if __name__ == "__main__":
    print(json.dumps(run(*(int(a) for a in sys.argv[1:2])), indent=1))
