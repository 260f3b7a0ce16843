"""The one writer of files: whole or not at all, nothing destroyed that is not its like, nobody else's work removed."""

from __future__ import annotations

import errno
import io
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.services.errors import InputRejected
from app.services.files import unfinished as names
from app.services.files import writing
from app.services.files.kinds import (
    COPY_MARK,
    DATABASE,
    PDF,
    PNG,
    SVG,
    WORKBOOK,
    FileKind,
    found_words,
    separated_values,
    toml_file,
)
from app.services.files.looking import read_beginning, read_whole
from app.services.files.reading import read_everything
from app.services.files.unfinished import host, remove_leftovers, unfinished_name
from app.services.files.writing import target_of, unfinished, write_bytes
from app.services.imports.maps.reader import load_map_file
from app.services.printing.selection import read_ids_file
from app.services.setup.reading import load_set_up
from tests.support.file_limits import files_up_to

OLD, NEW = b"%PDF-1.4 old", b"%PDF-1.4 new"
CSV = separated_values("Code")
MAP = toml_file("a map", lambda document: "key" in document)
AS_ROOT = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0,
                             reason="only root can become somebody else")


def contents(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
            for path in sorted(folder.rglob("*"))}


def database_at(path: Path) -> Path:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE kept (words TEXT)")
    connection.commit()
    connection.close()
    return path


# --------------------------------------------------------------------------- written whole


def test_a_file_is_new_or_takes_the_place_of_its_like(tmp_path: Path) -> None:
    path = tmp_path / "all.pdf"
    assert write_bytes(path, PDF, OLD) == path
    assert write_bytes(path, PDF, NEW) == path
    assert contents(tmp_path) == {"all.pdf": NEW}


def test_whatever_goes_wrong_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "all.pdf"
    path.write_bytes(OLD)
    with pytest.raises(TypeError), writing.writing(path, PDF) as file:
        file.write("half a text")  # type: ignore[arg-type]  # the fault
    assert contents(tmp_path) == {"all.pdf": OLD}


def test_a_file_is_as_private_as_the_one_it_replaces(tmp_path: Path) -> None:
    path = tmp_path / "all.pdf"
    path.write_bytes(OLD)
    path.chmod(0o640)
    with unfinished(path, PDF) as part:
        assert stat.S_IMODE(part.stat().st_mode) == 0o640
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_home_folder_and_links_to_folders_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "link").symlink_to(home, target_is_directory=True)
    monkeypatch.setenv("HOME", str(home))
    write_bytes(Path("~/one.pdf"), PDF, NEW)
    write_bytes(tmp_path / "link" / "two.pdf", PDF, NEW)
    assert contents(home) == {"one.pdf": NEW, "two.pdf": NEW}


@pytest.mark.parametrize("letters", [1, 180, 190, 200, 250, 255])
def test_a_name_of_any_length_the_folder_takes(tmp_path: Path, letters: int) -> None:
    for name in ("n" * letters, "é" * (letters // 2) or "e"):
        with unfinished(tmp_path / name, PDF) as part:
            assert len(os.fsencode(part.name)) <= 255
            part.with_name(f"{part.name}-journal").write_bytes(b"beside")
        assert name in contents(tmp_path)
    assert not [name for name in contents(tmp_path) if name.startswith(".")]


# --------------------------------------------------------------------------- what is never replaced


def _socket_at(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


OBSTACLES: dict[str, tuple[Callable[[Path], object], str]] = {
    "folder": (Path.mkdir, "is a folder"),
    "link to a file": (lambda path: path.symlink_to("other.pdf"), "is a link"),
    "link to nothing": (lambda path: path.symlink_to("nothing.pdf"), "is a link"),
    "link to a database": (lambda path: path.symlink_to("books.db"), "is a link"),
    "link to a device": (lambda path: path.symlink_to("/dev/null"), "is a link"),
    "hard link to a database": (lambda path: path.hardlink_to("books.db"), "a database that is worked with"),
    "hard link to an input": (lambda path: path.hardlink_to("ids.pdf"), "is read for this"),
    "pipe": (os.mkfifo, "is a device, a pipe or a socket"),
    "socket": (_socket_at, "is a device, a pipe or a socket"),
    "database": (database_at, "a database that is worked with"),
    "text": (lambda path: path.write_text("notes of a year\n"), "is another text, not a PDF document"),
    "bytes": (lambda path: path.write_bytes(b"\0\1\2"), "is a file of another kind, not a PDF document"),
    "picture": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n..."), "is a PNG picture, not a PDF document"),
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_what_is_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str) -> None:
    monkeypatch.chdir(tmp_path)
    database_at(tmp_path / "books.db")
    (tmp_path / "other.pdf").write_bytes(OLD)
    (tmp_path / "ids.pdf").write_bytes(OLD)
    path = tmp_path / "all.pdf"
    make, words = OBSTACLES[obstacle]
    make(path)
    before = contents(tmp_path), path.lstat().st_ino
    for ask in (lambda: target_of(path, PDF, inputs=[Path("ids.pdf")]),
                lambda: write_bytes(path, PDF, NEW, inputs=[Path("ids.pdf")])):
        with pytest.raises(InputRejected, match=words) as refusal:
            ask()
        assert "Nothing was written. Choose another name." in str(refusal.value)
    assert (contents(tmp_path), path.lstat().st_ino) == before


def test_an_input_by_another_name_is_an_input(tmp_path: Path) -> None:
    ids = tmp_path / "ids.pdf"
    ids.write_bytes(OLD)
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    for named in (ids, tmp_path / "link" / "ids.pdf"):
        with pytest.raises(InputRejected, match="is read for this"):
            write_bytes(ids, PDF, NEW, inputs=[tmp_path / "none", named])
    write_bytes(ids, PDF, NEW, inputs=[tmp_path / "none"])


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal", "-WAL"])
def test_what_belongs_to_a_database_is_not_written_there_or_not(tmp_path: Path, ending: str) -> None:
    database_at(tmp_path / "books.db")
    for is_there in (False, True):
        path = tmp_path / f"books.db{ending}"
        if is_there:
            path.write_bytes(b"")
        with pytest.raises(InputRejected, match=r"belongs to the database .*books\.db"):
            write_bytes(path, PDF, NEW)
        assert not is_there or path.read_bytes() == b""
    (tmp_path / "notes").write_text("a\nb\n")
    write_bytes(tmp_path / f"notes{ending}", PDF, NEW)


def test_a_device_is_refused() -> None:
    with pytest.raises(InputRejected, match="is a device"):
        write_bytes(Path("/dev/null"), PDF, NEW)
    assert Path("/dev/null").is_char_device()


def test_what_came_meanwhile_is_not_replaced_either(tmp_path: Path) -> None:
    path = tmp_path / "all.pdf"
    with pytest.raises(InputRejected, match="another text"), unfinished(path, PDF):
        path.write_text("somebody's notes\n")
    assert contents(tmp_path) == {"all.pdf": b"somebody's notes\n"}


# --------------------------------------------------------------------------- kinds


def _packed(name: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr(name, "x")
    return data.getvalue()


def _resting_database(mark: int = COPY_MARK) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.db")
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE t (x)")
        connection.execute(f"PRAGMA application_id={mark}")
        connection.close()
        return path.read_bytes()


SAMPLES: dict[str, tuple[bytes, FileKind | None]] = {
    "pdf": (OLD, PDF), "png": (b"\x89PNG\r\n\x1a\n" + bytes(20), PNG),
    "workbook": (_packed("xl/workbook.xml"), WORKBOOK),
    "other archive": (_packed("word/document.xml"), None), "cut archive": (b"PK\x03\x04 cut", None),
    "svg": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', SVG),
    "web page": (b"<!doctype html><html></html>", None),
    "copy of a database": (_resting_database(), DATABASE), "another program's": (_resting_database(mark=0), None),
    "table": (b"Code,Name\r\nA1,Acme\r\n", CSV), "one column": (b"Code\r\nA1\r\n", CSV),
    "table by tabs": (b"Code\tName\nA1\tAcme, Ltd.\n", CSV), "head alone": (b"Code,Name\r\n", CSV),
    "quoted table": (b'Code,Name\r\n"A,1","Ac\r\nme"\r\n', CSV),
    "long table": (b"Code,Name\r\n" + b"A1,Acme\r\n" * 20_000, CSV),
    "wide text": ("Code,Name\r\nA1,Acme\r\n".encode("utf-16"), CSV),
    "numbers": (b"HT-1\nHT-2\n", None), "letter": (b"Dear Sir, hello\n", None),
    "prose": (b"One, two, three.\nAnd then nothing, at all.\nEnd.\n", None),
    "blank": (b"\n\n", None), "mark": (b"\xef\xbb\xbf", None),
    "json": (b'{"a": 1,\n"b": 2}', None), "map": (b'kind = "accounts"\nkey = "{Code}"\n', MAP),
    "settings": (b'[window]\nsize = "1,2"\n', None), "bytes": (bytes(range(256)), None),
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_file_is_replaced_by_its_own_kind_alone(tmp_path: Path, sample: str) -> None:
    data, its_kind = SAMPLES[sample]
    path = tmp_path / "file"
    for kind in (PDF, PNG, SVG, WORKBOOK, DATABASE, CSV, MAP):
        path.write_bytes(data)
        if kind is its_kind:
            target_of(path, kind)
            continue
        with pytest.raises(InputRejected, match=f"is there already and is .*, not {kind.words}"):
            write_bytes(path, kind, NEW)
        assert path.read_bytes() == data
    assert found_words(path)


def test_an_empty_file_is_nobodys(tmp_path: Path) -> None:
    for kind in (PDF, PNG, SVG, WORKBOOK, DATABASE, CSV, MAP):
        path = tmp_path / "file"
        path.write_bytes(b"")
        write_bytes(path, kind, NEW)


def test_a_copy_that_is_worked_with_is_a_copy_no_more(tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    path.write_bytes(_resting_database())
    target_of(path, DATABASE)
    (tmp_path / "copy.db-journal").write_bytes(b"")
    with pytest.raises(InputRejected, match="is a database, not a copy"):
        target_of(path, DATABASE)


# --------------------------------------------------------------------------- places


@pytest.mark.parametrize(("name", "words"), [
    ("missing/all.pdf", "its folder does not exist. Create the folder"),
    ("file/all.pdf", "a file is in the way where its folder should be"),
    ("file/below/all.pdf", "a file is in the way where its folder should be"),
    ("n" * 256, "its name is too long"),
    ("é" * 128, "its name is too long"),
    ("n" * 300 + "/all.pdf", "its name is too long"),
    ("zero\0.pdf", "a byte that no name may have"),
    ("circle/all.pdf", "Choose another place"),
    (".", "is a folder"), ("..", "is a folder"), ("", "is a folder"),
])
def test_places_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "circle").symlink_to("circle")
    for path in (Path(name), tmp_path / name):
        with pytest.raises(InputRejected, match=words):
            write_bytes(path, PDF, NEW)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["circle", "file"]


def test_the_home_of_nobody_we_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("~nobody-of-that-name/all.pdf", "~nobody-of-that-name"):
        with pytest.raises(InputRejected, match='no home folder "~nobody-of-that-name"'):
            write_bytes(Path(name), PDF, NEW)
    assert contents(tmp_path) == {}


@pytest.mark.parametrize(("code", "words"), [
    (errno.ENOSPC, "the disk is full. Make room"), (errno.EDQUOT, "your share of the disk"),
    (errno.EROFS, "can only be read"), (errno.EIO, "reports an error"), (errno.ENOTCONN, "Choose another place"),
])
def test_what_the_system_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(writing.os, "fsync", refuse)
    with pytest.raises(InputRejected, match=words):
        write_bytes(tmp_path / "all.pdf", PDF, NEW)
    assert contents(tmp_path) == {}


def test_a_file_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "all.pdf"
    path.write_bytes(OLD)
    assert signal.getsignal(signal.SIGXFSZ) is signal.SIG_IGN
    with files_up_to(10_000), pytest.raises(InputRejected, match="grew larger than a file may be"):
        write_bytes(path, PDF, NEW * 1_000)
    assert contents(tmp_path) == {"all.pdf": OLD}


@AS_ROOT
@pytest.mark.parametrize(("file_mode", "folder_mode"), [(None, 0o555), (0o666, 0o555), (0o444, 0o777), (0o000, 0o777)])
def test_missing_rights(file_mode: int | None, folder_mode: int) -> None:
    folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="bursar-rights-"))  # the way to tmp_path is closed to others
    path = folder / "all.pdf"
    if file_mode is not None:
        path.write_bytes(OLD)
        path.chmod(file_mode)
    folder.chmod(folder_mode)
    before = contents(folder)
    pid = os.fork()
    if not pid:
        code = 1
        try:
            os.setuid(65534)
            write_bytes(path, PDF, NEW)
        except InputRejected as refusal:
            code = 7 if "you may not write there" in str(refusal) else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    after = contents(folder)
    shutil.rmtree(folder)
    assert os.waitstatus_to_exitcode(status) == 7
    assert after == before


# --------------------------------------------------------------------------- company


_WRITER = """
import sys
from pathlib import Path
from app.services.files.kinds import PDF
from app.services.files.writing import writing
with writing(Path(sys.argv[1]), PDF) as file:
    print("begun", flush=True)
    sys.stdin.readline()
    file.write(b"%PDF-" + sys.argv[2].encode() * 300_000)
"""


def test_six_at_once_to_one_name_are_each_whole(tmp_path: Path) -> None:
    path = tmp_path / "all.pdf"
    running = [subprocess.Popen([sys.executable, "-c", _WRITER, path, letter], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True) for letter in "abcdef"]
    for process in running:  # all have begun before the first ends
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
    assert len(contents(tmp_path)) == 6
    for process in running:
        process.communicate("go\n", timeout=60)
    assert [process.returncode for process in running] == [0] * 6
    [(name, data)] = contents(tmp_path).items()
    assert name == "all.pdf"
    assert data is not None
    assert data in {b"%PDF-" + bytes([letter]) * 300_000 for letter in b"abcdef"}


@pytest.fixture
def gone() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_only_what_the_dead_of_this_computer_left_is_removed(tmp_path: Path, gone: int) -> None:
    left = [f".all.pdf.{host()}.{gone}.0123abcd.part", f".other.pdf.{host()}.{gone}.0123abcd.part",
            f".all.pdf.{host()}.{2**63}.0123abcd.part"]
    kept = [f".all.pdf.{host()}.{os.getppid()}.0123abcd.part", f".all.pdf.{host()}.{os.getpid()}.0123abcd.part",
            f".all.pdf.another-host-0011aabb.{gone}.0123abcd.part", f".all.pdf.{gone}.part", "all.pdf.part",
            f".all.pdf.{host()}.{gone}.0123abcd.part.pdf", f".all.pdf.{host()}.{gone}.my notes.part"]
    for name in left + kept:
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / f".all.pdf.{host()}.{gone}.0000aaaa.part").mkdir()
    (tmp_path / f".all.pdf.{host()}.{gone}.0000bbbb.part").symlink_to(kept[0])
    folders = {f".all.pdf.{host()}.{gone}.0000aaaa.part", f".all.pdf.{host()}.{gone}.0000bbbb.part"}
    write_bytes(tmp_path / "all.pdf", PDF, NEW)
    assert set(contents(tmp_path)) == {*kept, left[1], "all.pdf"} | folders
    assert remove_leftovers(tmp_path) == 1
    assert set(contents(tmp_path)) == {*kept, "all.pdf"} | folders


def test_a_process_that_was_not_collected_yet_is_gone(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    (tmp_path / f".all.pdf.{host()}.{process.pid}.0123abcd.part").write_bytes(b"half")
    assert remove_leftovers(tmp_path) == 1
    process.wait()


def test_what_a_killed_writer_left_goes_with_the_next(tmp_path: Path) -> None:
    path = tmp_path / ("long name " * 25 + "x.pdf")
    process = subprocess.Popen([sys.executable, "-c", _WRITER, path, "a"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    process.kill()
    process.communicate()
    assert len(contents(tmp_path)) == 1
    write_bytes(path, PDF, NEW)
    assert contents(tmp_path) == {path.name: NEW}


def test_two_computers_of_one_name_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    host.cache_clear()
    here = host()
    host.cache_clear()
    monkeypatch.setattr(names, "_read", lambda _path: "another machine")
    there = host()
    host.cache_clear()
    assert here != there
    assert here.rpartition("-")[0] == there.rpartition("-")[0]


def test_names_of_unfinished_files_are_fresh(tmp_path: Path) -> None:
    assert len({unfinished_name(tmp_path / "all.pdf") for _ in range(100)}) == 100


# --------------------------------------------------------------------------- databases that are worked with


_TRY_TO_HAVE_IT_ALONE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0)
try:
    print(connection.execute("PRAGMA journal_mode=DELETE").fetchall()[0][0])
except sqlite3.OperationalError as error:
    print(error)
"""


LOOKS: dict[str, Callable[[Path], object]] = {
    "to write there": lambda path: target_of(path, PDF),
    "to write a map there": lambda path: target_of(path, MAP),
    "to write its log": lambda path: target_of(path.with_name("books.db-wal"), PDF),
    "to import it": read_everything,
    "as a map": lambda path: load_map_file(path, "accounts"),
    "as a set-up": load_set_up,
    "as numbers": read_ids_file,
}


@pytest.mark.skipif(os.name == "nt", reason="locks are those of an open file there")
@pytest.mark.parametrize("look", LOOKS)
def test_looking_into_a_database_does_not_give_up_the_locks_on_it(tmp_path: Path, look: str) -> None:
    path = database_at(tmp_path / "books.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT * FROM kept").fetchall()
        for _ in range(2):
            with pytest.raises(InputRejected):
                LOOKS[look](path)
        said = subprocess.run([sys.executable, "-c", _TRY_TO_HAVE_IT_ALONE, path], capture_output=True, text=True,
                              check=True).stdout
    assert said.strip() == "database is locked"


def test_a_file_without_end_is_not_read_to_its_end() -> None:
    with pytest.raises(OSError, match="too large"):
        read_whole(Path("/dev/zero"), most=1000)


def test_a_database_that_is_read_twice_is_read_as_it_is_then(tmp_path: Path) -> None:
    path = database_at(tmp_path / "books.db")
    assert read_whole(path) == path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO kept VALUES ('more')")
        connection.commit()
    assert read_whole(path) == path.read_bytes()
    path.unlink()
    path.write_bytes(b"a text")
    assert read_beginning(path, 3) == b"a t"


@pytest.mark.parametrize(("private", "mode", "becomes"), [(0o600, None, 0o600), (0o640, 0o666, 0o640),
                                                          (0o644, 0o600, 0o600), (0o400, None, 0o600)])
def test_a_copy_is_as_private_as_what_it_is_of(tmp_path: Path, private: int, mode: int | None, becomes: int) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(OLD)
    source.chmod(private)
    if mode is not None:
        target.write_bytes(OLD)
        target.chmod(mode)
    with unfinished(target, PDF, as_private_as=source) as part:
        assert stat.S_IMODE(part.stat().st_mode) == becomes
    assert stat.S_IMODE(target.stat().st_mode) == becomes
