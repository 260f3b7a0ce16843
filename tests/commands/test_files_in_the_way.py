"""What commands write, aimed at what must not be destroyed: refused in words, and everything is as it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.cli import run
from app.services.customers.columns import LIST_COLUMNS
from app.services.database.unit_of_work import Database
from app.services.printing import batch
from tests.support import warm_processes
from tests.support.invoicing_books import harbour
from tests.support.render_pools import PoolOfNobody

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

LIST_TITLES = {column.key: column.title for column in LIST_COLUMNS}
Way = Callable[[Path], list[str | Path]]

WAYS: dict[str, Way] = {
    "invoices print --merge": lambda path: ["invoices", "print", "--ids", "ids.txt", "--out", "out", "--merge", path],
    "accounts export": lambda path: ["accounts", "export", "--provider", "HT", "--out", path],
    "setup export": lambda path: ["setup", "export", "--provider", "HT", "--out", path],
    "db backup": lambda path: ["db", "backup", path],
}
ENDINGS = {"accounts export": ".csv", "setup export": ".toml", "db backup": ".db", "invoices print --merge": ".pdf"}

OBSTACLES: dict[str, Callable[[Path, Path], object]] = {
    "link to the database": lambda path, books: path.symlink_to(books),
    "hard link to the database": lambda path, books: path.hardlink_to(books),
    "link to the log": lambda path, books: path.symlink_to(f"{books}-wal"),
    "link to a device": lambda path, books: path.symlink_to("/dev/null"),
    "link to nothing": lambda path, books: path.symlink_to("nothing"),
    "folder": lambda path, books: path.mkdir(),
    "pipe": lambda path, books: os.mkfifo(path),
    "text": lambda path, books: path.write_text("Notes of a year.\nNobody has a copy.\n"),
    "bytes": lambda path, books: path.write_bytes(bytes(range(256)) * 20),
}


@pytest.fixture
def place(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, beside that of the database; with a list of invoices to print."""
    with database.write() as session:
        shop = harbour(session)
        shop.imported(shop.account("A1"), ["I-1", "I-2"])
    folder = tmp_path / "place"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "ids.txt").write_text("I-1\nI-2\n")
    return folder


def contents(folder: Path) -> dict[str, object]:
    """Names, kinds, and what is in files; what SQLite keeps for whoever has the database open is left out."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        if path.name.endswith("-shm") or path.name == "out":
            continue
        kind = path.lstat().st_mode
        found[str(path.relative_to(folder))] = (kind, path.read_bytes() if path.is_file() else None)
    return found


def refused(url: str, words: list[str | Path], capsys: pytest.CaptureFixture[str]) -> str:
    code = run(["--database", url, *map(str, words)])
    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    assert "Traceback" not in said.err
    return said.err


@pytest.mark.parametrize("way", WAYS)
def test_what_is_in_the_way_stays(
    way: str, place: Path, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books = Path(database_url.removeprefix("sqlite:///"))
    ending = ENDINGS[way]
    for number, make in enumerate(OBSTACLES.values()):
        make(place / f"{number}{ending}", books)
    log = Path(f"{books}-wal")
    assert log.exists()
    before = contents(tmp_path)
    targets = [place / f"{number}{ending}" for number in range(len(OBSTACLES))]
    targets += [place / "missing" / f"x{ending}", place / "ids.txt" / f"x{ending}", place / f"{'n' * 256}{ending}",
                Path(f"~nobody-of-that-name/x{ending}")]
    if way != "accounts export":  # which goes by the ending
        targets += [books, log, Path(f"{books}-shm"), Path(f"{books}-journal"), Path("/dev/null"), place / "ids.txt"]
    for target in targets:
        if way == "invoices print --merge" and target.parent.name == "missing":
            continue  # it makes the folders of a print
        said = refused(database_url, WAYS[way](target), capsys)
        assert any(str(each) in said for each in (target, target.parent))
        assert contents(tmp_path) == before


def test_invoices_are_not_written_through_links(
    place: Path, database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "RenderPool", PoolOfNobody)
    books = Path(database_url.removeprefix("sqlite:///"))
    out = place / "invoices"
    out.mkdir()
    (out / "HT_I-1.pdf").symlink_to(books)
    assert run(["--database", database_url, "invoices", "print", "--out", str(out)]) == 1
    assert "I-1: Invoice I-1 was not printed" in capsys.readouterr().err
    assert books.read_bytes().startswith(b"SQLite format 3")
    assert (out / "HT_I-1.pdf").is_symlink()
    assert (out / "HT_I-2.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in out.iterdir()) == ["HT_I-1.pdf", "HT_I-2.pdf"]


def test_six_exports_to_one_name_are_one_of_them_whole(place: Path, database_url: str) -> None:
    columns = ("name", "status", "profile", "type", "email", "city")
    path = place / "list.csv"

    def export(column: str) -> int:
        return warm_processes.bursar(["--database", database_url, "accounts", "export", "--provider", "HT",
                                      "--columns", f"code,{column}",
                                      "--out", str(path)]).returncode

    with ThreadPoolExecutor(len(columns)) as pool:
        assert list(pool.map(export, columns)) == [0] * len(columns)
    head, row = path.read_bytes().decode().splitlines()
    assert head in {f"Code,{LIST_TITLES[column]}" for column in columns}
    assert row.startswith("A1,")
    assert sorted(each.name for each in place.iterdir()) == ["ids.txt", "list.csv"]


@pytest.mark.parametrize("below", ["", "/2026", "/2026/11"])
def test_no_folder_takes_the_name_of_a_journal(
    below: str, place: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A database beside such a folder cannot be opened any more."""
    journal = Path(f"{database_url.removeprefix('sqlite:///')}-journal")
    words = ["invoices", "print", "--ids", place / "ids.txt", "--out", f"{journal}{below}"]
    said = refused(database_url, words, capsys)
    assert f"{journal} belongs to the database" in said
    assert not journal.exists()
