"""`./run bench`: every measurement in turn, as ratios against a reference in the same run.

    ./run bench                        all of them, at full size (an hour's coffee on two cores)
    ./run bench --accounts 20000 scan  one of them, smaller

The figures go to standard output as JSON; those worth keeping stand in RESULTS.md with machine and date.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from typing import Any

import psutil

PARTS = ("pdf", "scan", "window")


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
    parser.add_argument("--accounts", type=int, default=100_000, help="accounts of the scanned book")
    args = parser.parse_args()
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


def _measure(part: str, accounts: int) -> Any:
    if part == "pdf":
        from tests.benchmarks import bench_pdf

        return bench_pdf.run()
    if part == "scan":
        from tests.benchmarks import bench_scan

        return bench_scan.run(accounts=accounts)
    from tests.benchmarks import bench_window

    return bench_window.run()


if __name__ == "__main__":
    sys.exit(main())
