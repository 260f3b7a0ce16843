"""The one arrow and the rules that keep each layer to its work, read from the sources."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.sources import ROOT, calls_in, dotted_name, place, python_files, syntax_of

# What a pure decision may use: values in, values out.
_PURE_MODULES = {
    "__future__", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal", "difflib", "enum",
    "fractions", "functools", "heapq", "itertools", "math", "operator", "re", "typing", "unicodedata", "zoneinfo",
}
_CLOCK_READS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))$"
)
_MAY_READ_THE_CLOCK = {
    "app/services/clock.py",
    "app/views/asking/error_dialog.py",  # a report of a failure says when it happened on this machine
}
# These run an event loop of their own while they wait; `open()` and a future do the same without one.
_NESTED_LOOPS = re.compile(
    r"\.(exec|exec_)$|(^|\.)(QMessageBox\.(question|information|warning|critical|about)"
    r"|QFileDialog\.get\w+|QInputDialog\.get\w+|QColorDialog\.getColor|QFontDialog\.getFont)$"
)
_COLOUR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b|\brgba?\s*\(", re.IGNORECASE)


def test_import_contracts_hold() -> None:
    command = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    result = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_rules_are_pure() -> None:
    """No database, no clock, no input or output: a rule is handed all it judges."""
    impure = [
        f"{place(path, node)} imports {module}"
        for path in python_files("app/models/rules")
        for node, module in _imports(syntax_of(path))
        if module.partition(".")[0] not in _PURE_MODULES and not _is_pure_part_of_ours(module)
    ]
    assert not impure, impure


def _is_pure_part_of_ours(module: str) -> bool:
    return module.startswith("app.models.") and module != "app.models.base"


def _imports(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, node.module or "."


def test_only_the_clock_reads_the_clock() -> None:
    """A date that a test, a replay or the demo cannot set is a hidden input; `time.monotonic` measures and may stay."""
    reads = [
        f"{place(path, call)} calls {name}"
        for path in python_files("app")
        if path.relative_to(ROOT).as_posix() not in _MAY_READ_THE_CLOCK
        for call, name in calls_in(syntax_of(path))
        if _CLOCK_READS.search(name)
    ]
    assert not reads, reads


def test_no_coroutine_runs_a_nested_event_loop() -> None:
    """A nested loop steps other tasks while this one is still on the stack, and loses them for ever."""
    nested = [
        f"{place(path, call)} calls {dotted_name(call.func)}"
        for path in python_files("app")
        for coroutine in ast.walk(syntax_of(path))
        if isinstance(coroutine, ast.AsyncFunctionDef)
        for call in _calls_run_by(coroutine)
        if _NESTED_LOOPS.search(dotted_name(call.func))
    ]
    assert not nested, nested


def _calls_run_by(function: ast.AST) -> Iterator[ast.Call]:
    """Calls in the body itself; functions defined inside run later, out of the coroutine."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call):
            yield node
        yield from _calls_run_by(node)


def test_colours_come_from_the_tokens() -> None:
    """Light and dark agree only while every colour of the window has one place. Paper has colours of its own."""
    findings = [
        finding
        for path in _window_sources()
        for finding in _colour_literals(path)
    ]
    assert not findings, findings


def _window_sources() -> list[Path]:
    tokens = ROOT / "app" / "views" / "look" / "tokens.py"
    return [path for path in [*python_files("app/views"), *(ROOT / "app").glob("*.py")] if path != tokens]


def _colour_literals(path: Path) -> Iterator[str]:
    tree = syntax_of(path)
    prose = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            if found := _COLOUR.search(node.value):
                yield f"{place(path, node)} holds {found.group()}"
        elif isinstance(node, ast.Call) and dotted_name(node.func).rpartition(".")[2] == "QColor":
            yield f"{place(path, node)} makes a QColor"


def _docstrings(tree: ast.Module) -> set[ast.AST]:
    """Texts that stand alone as statements, which may speak of issue #123 freely."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
