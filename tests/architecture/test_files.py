"""The one writer of files, held by a walk over the sources: nobody else writes, renames or removes a file."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.support.sources import ROOT, calls_in, python_files, syntax_of

ALLOWED = {
    "app/services/files/writing.py": "is the writer",
    "app/services/files/unfinished.py": "removes what the writer left",
    "app/services/files/replacing.py": "gives a checked copy the name of a database that nobody can read any more",
    "app/services/upkeep/backup.py sqlite3.connect": "copies into files of the writer, and has SQLite put one back",
    "app/cli.py os.open": "opens the device that swallows everything, for output that nobody reads any more",
    "app/services/database/upgrade.py sqlite3.connect": "copies into a file that the writer has made",
    "app/services/demo/all_or_nothing.py sqlite3.connect": "copies into memory and back, and ends a file of the writer",
    "app/services/demo/all_or_nothing.py folder.rmdir": "folders that were made for a demo that did not come about",
    "app/services/printing/folder.py part.rmdir": "folders that were made for a batch that is refused",
    "app/services/files/kinds.py zipfile.ZipFile": "looks into a workbook",
    "app/views/shell/main_window.py self._panels.save": "hands over to the settings of the toolkit",
    "app/views/shell/main_window.py self._theme.save": "hands over to the settings of the toolkit",
    "app/services/files/sheets.py Workbook": "is handed an open file of the writer",
    "app/services/paper/canvas.py self._canvas.save": "ends a document in an open file of the writer, or in memory",
    "app/views/inheritance/export.py QPdfWriter": "draws into memory",
    "app/views/inheritance/export.py QImageWriter": "draws into memory",
    "app/views/inheritance/export.py QSvgGenerator": "draws into memory",
    "app/views/documents/verbs.py QTemporaryDir": "a private folder for what is only looked at, gone with the window",
    "app/views/outbox/letters.py QPdfWriter": "draws into memory",
    "app/views/inheritance/export_menu.py QPrinter": "the system's dialog asks where a printer prints to",
    "app/views/printing/paper.py QPrinter": "the system's dialog asks where a printer prints to",
    "app/views/start/crash.py crash_file.open": "stays open for the fault handler, which only appends",
    "app/tour.py widget.grab.save": "draws into memory",
    "app/tour.py QSettings": "the toolkit writes settings itself, by a lock and a file of its own",
    "app/bootstrap.py QSettings": "the toolkit writes settings itself, by a lock and a file of its own",
}
"""File, and call where not all of it may → why it may."""

_METHODS = {"write_text", "write_bytes", "unlink", "rmdir", "touch", "hardlink_to", "symlink_to", "save"}
_CALLS = {"os.open", "os.rename", "os.replace", "os.renames", "os.remove", "os.unlink", "os.rmdir", "os.removedirs",
          "os.link", "os.symlink", "os.truncate", "os.mkfifo", "sqlite3.connect", "io.open", "logging.FileHandler"}
_MODULES = ("shutil.copy", "shutil.move", "shutil.rmtree", "shutil.make", "tempfile.")
_MAKERS = {"Workbook", "QFile", "QSaveFile", "QTemporaryFile", "QTemporaryDir", "QSettings", "QPrinter", "QPdfWriter",
           "QSvgGenerator", "QImageWriter", "QPicture", "FileHandler", "RotatingFileHandler", "ZipFile", "TarFile",
           "NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory", "mkstemp", "mkdtemp"}
_WRITING = set("wax+")


def _name(call: ast.Call) -> str:
    """The dotted text of what is called, calls in between left out: `widget.grab.save`."""
    parts: list[str] = []
    node: ast.AST = call.func
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return ".".join(["?", *reversed(parts)])
    return ".".join([node.id, *reversed(parts)])


def _writes(call: ast.Call) -> bool:
    """Whether a call may write, rename or remove a file."""
    name = _name(call)
    method = name.rpartition(".")[2] if "." in name else ""
    if name in _CALLS or name.startswith(_MODULES) or name in _MAKERS or method in _MAKERS:
        return True
    if method in {"rename", "replace"}:  # of texts it takes two, of dates names
        return len(call.args) == 1 and not call.keywords
    if method == "save":  # a painter's takes nothing; a document's ends it
        return bool(call.args) or "canvas" in name
    if method in _METHODS:
        return True
    if name == "open" or method == "open":
        modes = [*call.args[name == "open":], *(word.value for word in call.keywords if word.arg == "mode")]
        return any(isinstance(mode, ast.Constant) and isinstance(mode.value, str) and bool(_WRITING & set(mode.value))
                   and len(mode.value) <= 3 for mode in modes)
    return False


def _found(source: ast.AST) -> Iterator[ast.Call]:
    return (call for call, _ in calls_in(source) if _writes(call))


def test_nobody_else_writes_renames_or_removes_files() -> None:
    used: set[str] = set()
    strangers = []
    for path in python_files("app"):
        where = str(path.relative_to(ROOT))
        for call in _found(syntax_of(path)):
            allowed = {where, f"{where} {_name(call)}"} & ALLOWED.keys()
            used |= allowed
            if not allowed:
                strangers.append(f"{where}:{call.lineno} {_name(call)}")
    assert strangers == [], "write through app/services/files/writing.py"
    assert used == ALLOWED.keys(), "on the list, and not found any more"


READERS = {
    "app/services/files/looking.py": "is the reader",
    "app/services/files/replacing.py": "copies a database that nobody has open",
    "app/services/demo/providers.py": "logos of its own",
    "app/views/look/icons.py": "icons of its own",
    "app/commands/entry.py": "the password, before a database is open",
    "app/services/files/unfinished.py": "facts of the system",
    "app/services/scans/lease.py": "facts of the system",
}


def test_what_somebody_names_is_read_by_one_function() -> None:
    """Closing a database anywhere else gives up the locks of the program on it."""
    readers = {str(path.relative_to(ROOT)) for path in python_files("app") for call, name in calls_in(syntax_of(path))
               if name.rpartition(".")[2] in {"read_bytes", "read_text"} or _reads_bytes(call, name)}
    assert readers == READERS.keys()


def _reads_bytes(call: ast.Call, name: str) -> bool:
    return name.rpartition(".")[2] == "open" and any(
        isinstance(mode, ast.Constant) and mode.value == "rb" for mode in call.args)


@pytest.mark.parametrize("line", [
    'open(p, "w")', 'open(p, mode="ab")', 'p.open("x")', 'Path(p).open("r+b")', 'p.write_text("x")', "p.write_bytes(x)",
    "p.replace(q)", "p.with_name(n).rename(q)", "p.unlink(missing_ok=True)", "os.replace(p, q)", "os.open(p, flags)",
    "shutil.copyfile(p, q)", "tempfile.mkstemp()", "QSaveFile(p)", "QtCore.QFile(p)", "widget.grab().save(p)",
    "Workbook(p)", "sqlite3.connect(p)", "zipfile.ZipFile(p)", "NamedTemporaryFile()", "logging.FileHandler(p)",
])
def test_the_walk_sees(line: str) -> None:
    assert len(list(_found(ast.parse(line)))) == 1


@pytest.mark.parametrize("line", [
    "open(p)", 'p.open("rb")', "p.open()", 'text.replace("a", "b")', "day.replace(month=1)", "replace(row, a=1)",
    "painter.save()", "write_bytes(p, PDF, x)", 'dialog.open("was this")', "p.read_text()",
])
def test_the_walk_lets_pass(line: str) -> None:
    assert list(_found(ast.parse(line))) == []
