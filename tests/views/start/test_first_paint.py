"""What may be imported before the window is painted: Qt, the look, the shell, and nothing of the business."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOMS = frozenset({"look", "widgets", "running", "desk", "shell", "start"})
"""Rooms of views that the bare window is made of."""
OTHERS = frozenset({
    "app", "app.bootstrap", "app.cli", "app.commands", "app.commands.declaring", "app.commands.output",
    "app.commands.window", "app.settings", "app.models", "app.models.values", "app.services", "app.services.changes",
    "app.services.clock", "app.services.errors", "app.services.files", "app.services.files.texts",
    "app.services.jobs", "app.services.upkeep", "app.services.upkeep.preparation", "app.services.wording", "app.views",
})
"""Other modules of ours, each without a library behind it."""
LIBRARIES = frozenset({"PySide6", "shiboken6", "shibokensupport", "platformdirs"})
LATER = frozenset({"asyncio", "email", "multiprocessing", "sqlite3", "ssl"})
"""Parts of Python that take their time, and are for what comes after the window."""

NEVER_AT_START = frozenset({"alembic", "argon2", "psycopg", "reportlab", "sqlalchemy.dialects.postgresql"})
"""Libraries that the first customers of an embedded file, or of the demo, come up without."""

_PAINT = """
import json, linecache, sys
before = set(sys.modules)
from app.cli import parsed
parsed([])
from app.bootstrap import Conductor
from app.views.start.application import make_application
conductor = Conductor(make_application())
conductor.paint(demo=False)
print(json.dumps([sorted(set(sys.modules) - before), sorted(linecache.cache)]))
conductor._window.hide()
conductor.end()
"""


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """Of a new process whose window was painted just now: its modules, and the files whose lines it keeps."""
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "BURSAR_DATA_DIR": str(home)}
    run = subprocess.run([sys.executable, "-c", _PAINT], env=environment, capture_output=True, text=True, check=True,
                         cwd=Path(__file__).parents[3], timeout=120)
    return list(json.loads(run.stdout))


@pytest.fixture(scope="module")
def imported(painted: list[list[str]]) -> list[str]:
    return painted[0]


def test_of_ours_the_shell_alone_is_there_when_the_window_is_painted(imported: list[str]) -> None:
    ours = [name for name in imported if name.partition(".")[0] == "app" and name not in OTHERS]
    assert [name for name in ours if not name.startswith("app.views.") or name.split(".")[2] not in ROOMS] == []
    assert "app.views.shell.main_window" in ours


def test_no_library_but_qt_is_there_when_the_window_is_painted(imported: list[str]) -> None:
    tops = {name.partition(".")[0] for name in imported} - {"app", "signature_bootstrap"}
    others = {top for top in tops if not top.startswith("_")} - sys.stdlib_module_names
    assert sorted(others - LIBRARIES) == []


def test_slow_parts_of_python_wait_until_the_window_is_painted(imported: list[str]) -> None:
    assert sorted(LATER.intersection(imported)) == []


def test_no_source_was_read_for_what_was_imported(painted: list[list[str]]) -> None:
    """PySide reads the source of every module that is imported after it, unless it is told not to."""
    assert [file for file in painted[1] if not file.startswith("<")] == []


def test_the_first_page_of_a_file_comes_up_without_libraries_for_other_work() -> None:
    code = """
import sys
import app.services.upkeep.opening, app.workplace
from importlib import import_module
for feature in app.workplace.FEATURES:
    for module in feature.at_first:
        import_module(module)
print(*sys.modules, sep="\\n")
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                         cwd=Path(__file__).parents[3], timeout=120)
    modules = run.stdout.split()
    assert "app.views.customers.list_screen" in modules
    assert sorted(NEVER_AT_START.intersection(modules)) == []
