"""`./run bench`: every measurement in turn, as ratios against a reference in the same run.

    ./run bench                        all of them, at full size (an hour's coffee on two cores)
    ./run bench --accounts 20000 scan  one of them, smaller
    ./run bench --pictures             every screen in all sizes and palettes, into ./tour; measures nothing else
    ./run bench --sizes                every screen and dialog at every pixel of size, at rest or not; measures nothing

The figures go to standard output as JSON; those worth keeping stand in RESULTS.md with machine and date.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

PARTS = ("lists", "messages", "pdf", "reminders", "scan", "sending", "start", "window", "writers")


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "processor": platform.processor() or platform.machine(), "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30), "python": platform.python_version(),
        "system": platform.platform(), "load": psutil.getloadavg()[0],
    }


def main() -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--accounts", type=int, default=100_000, help="accounts of the book that is scanned or listed")
    parser.add_argument("--pictures", action="store_true",
                        help="walk the tour in all sizes and palettes; fails where a picture is missing")
    parser.add_argument("--sizes", action="store_true",
                        help="resize every screen and dialog pixel by pixel; fails where one does not come to rest")
    args = parser.parse_args()
    if args.sizes:
        return _sizes()
    if args.pictures:
        return _pictures(Path("tour"))
    unknown = sorted(set(args.parts) - set(PARTS))
    if unknown:
        parser.error(f"there is no part {unknown[0]}; there are: {', '.join(PARTS)}")
    results: dict[str, Any] = {"machine": machine()}
    for part in args.parts or PARTS:
        print(f"Measuring {part}.", file=sys.stderr)
        results[part] = _measure(part, args.accounts)
    json.dump(results, sys.stdout, indent=1)
    print()
    return 0


def _pictures(folder: Path) -> int:
    """The whole matrix of the tour, of which the suite walks one size and palette a run."""
    from app.tour import PALETTES, SIZES, run_tour

    started = time.monotonic()
    failed = run_tour(folder)
    names = {path.name for path in folder.glob("*.png")}
    screens = sorted({match[1] for name in names if (match := re.fullmatch(r"(.+)-\d+x\d+-[a-z]+\.png", name))})
    missing = [name for screen in screens if screen != "scan-applied"
               for width, height in SIZES for palette in PALETTES
               if (name := f"{screen}-{width}x{height}-{palette}.png") not in names]
    json.dump({"machine": machine(), "pictures": len(names), "screens": len(screens), "missing": missing,
               "seconds": round(time.monotonic() - started)}, sys.stdout, indent=1)
    print()
    return 1 if failed or missing else 0


def _sizes() -> int:
    """Every pixel of width and height at two text sizes, of which the suite takes some."""
    failed = 0
    for percent in ("100", "150"):
        os.environ.update(BURSAR_RESIZE_STEP="1", BURSAR_RESIZE_TEXT=percent)
        failed = subprocess.run([sys.executable, "-m", "pytest", "tests/views/shell/test_resizing.py"],
                                check=False).returncode or failed
    return failed


def _measure(part: str, accounts: int) -> Any:
    if part == "lists":
        from tests.benchmarks import bench_lists

        return bench_lists.run(accounts)
    if part == "messages":
        from tests.benchmarks import bench_messages

        return bench_messages.run()
    if part == "pdf":
        from tests.benchmarks import bench_pdf

        return bench_pdf.run()
    if part == "reminders":
        from tests.benchmarks import bench_reminders

        return bench_reminders.run(accounts)
    if part == "scan":
        from tests.benchmarks import bench_scan

        return bench_scan.run(accounts=accounts)
    if part == "sending":
        from tests.benchmarks import bench_sending

        return bench_sending.run()
    if part == "start":
        from tests.benchmarks import bench_start

        return bench_start.run()
    if part == "writers":
        from tests.benchmarks import bench_writers

        return bench_writers.run()
    from tests.benchmarks import bench_window

    return bench_window.run()


if __name__ == "__main__":
    sys.exit(main())
