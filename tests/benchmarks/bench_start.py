"""How long the window takes to be painted and to show its first customers, and what it holds at rest.

Each round starts a bare window with a tree and a table, and then the program, as a person does: a new process in a
real window (Xvfb with a window manager), on a demo database that is there already. What is reported are the medians
of the rounds and their ratios to the bare window of the same run.

    python -m tests.benchmarks.bench_start [ROUNDS]
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

GOALS = {"painted": 2.0, "rows": 5.0, "rest_mib": 130.0}
ACCOUNTS = 2000
_LIMIT_S = 60.0


def run(rounds: int = 7) -> dict[str, Any]:
    """Medians in seconds and MiB, and the ratios of the program to the bare window."""
    from app.services.demo.making import create_demo

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = str(folder / "bench.db")
        create_demo(database, accounts=ACCOUNTS)
        display = stack.enter_context(_display())
        # an installed program has its bytecode beside it
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment = {**inherited, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "BURSAR_DATA_DIR": str(folder),
                       "XDG_CONFIG_HOME": str(folder / "config")}
        commands = {"bare": ("bare_window",), "program": ("watched_start", database)}
        for command in commands.values():  # what is read from the disk for the first time is nobody's figure
            _start(command, environment)
        figures = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                figures[name].append(_start(command, environment))
    result: dict[str, Any] = {"rounds": rounds, "accounts": ACCOUNTS}
    for name, starts in figures.items():
        result[name] = {key: round(statistics.median(start[key] for start in starts), 3) for key in starts[0]}
    for key in ("painted", "rows"):
        result[f"{key}_over_bare"] = round(result["program"][f"{key}_s"] / result["bare"][f"{key}_s"], 2)
    result["goals"] = GOALS
    return result


@contextmanager
def _display() -> Iterator[str]:
    """A screen of our own with a window manager; the programs are found in the PATH."""
    missing = [name for name in ("Xvfb", "openbox") if shutil.which(name) is None]
    if missing:
        raise SystemExit(f"{' and '.join(missing)} must be installed: the start is measured in a real window")
    read_end, write_end = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
                              pass_fds=(write_end,), stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            display = f":{told.readline().strip()}"
        manager = subprocess.Popen(["openbox"], env={**os.environ, "DISPLAY": display}, stderr=subprocess.DEVNULL)
        try:
            time.sleep(1.0)
            yield display
        finally:
            manager.terminate()
            manager.wait()
    finally:
        server.terminate()
        server.wait()


def _start(command: tuple[str, ...], environment: dict[str, str]) -> dict[str, float]:
    """One start, from the call that makes the process to a window at rest."""
    module, *arguments = command
    began = time.monotonic_ns()
    process = subprocess.Popen([sys.executable, "-m", f"tests.benchmarks.{module}", *arguments], env=environment,
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    signal.alarm(int(_LIMIT_S))
    line = process.stdout.readline()
    signal.alarm(0)
    process.terminate()
    process.wait()
    if not line:
        raise SystemExit(f"{module} ended before it had shown anything")
    seen = json.loads(line)
    return {"painted_s": (seen["painted_ns"] - began) / 1e9, "rows_s": (seen["rows_ns"] - began) / 1e9,
            **{key: seen[key] for key in ("painted_cpu_s", "rows_cpu_s", "late_ms", "rest_mib")}}


if __name__ == "__main__":
    print(json.dumps(run(*(int(a) for a in sys.argv[1:2])), indent=1))
