"""Copies of the books: made while people work, put back all or nothing, whatever is killed or in the way."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import MetaData, Table

from app.cli import run
from app.services.database.opening import open_database
from app.services.database.unit_of_work import Database
from app.services.errors import BursarError, DatabaseProblem, InputRejected, NotAllowed, RefusedByRule
from app.services.jobs import JobContext
from app.services.staff.sign_in import SignedIn, work_as
from app.services.upkeep import server_dump
from app.services.upkeep.backup import back_up, back_up_job, restore
from app.services.upkeep.check import check_database
from tests.services.access.test_authorize import Office
from tests.support import warm_processes
from tests.support.file_limits import files_up_to

ON_FILE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
ON_SERVER = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
TODAY = datetime.now().astimezone().date().isoformat()


@pytest.fixture
def books(sqlite_template: Path, tmp_path: Path) -> Path:
    """A database whose operator says Before, closed, in a folder of its own."""
    (tmp_path / "books").mkdir()
    path = Path(shutil.copy(sqlite_template, tmp_path / "books" / "books.db"))
    write_words(path, "Before")
    return path


@pytest.fixture
def backup(books: Path, tmp_path: Path) -> Path:
    """A backup in which it says Backup."""
    write_words(books, "Backup")
    path = tmp_path / "backup.db"
    with closing(open_database(str(books))) as database:
        back_up(database, path=path)
    write_words(books, "Before")
    return path


def write_words(path: Path, words: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE provider SET tagline = ?", [words])


def words_in(path: Path) -> str:
    """What a sound database says; raises where it is not."""
    with closing(open_database(str(path))) as database, database.read() as session:
        assert check_database(session) == []
        [words] = session.connection().exec_driver_sql("SELECT DISTINCT tagline FROM provider").scalars()
    return str(words)


def contents(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
            for path in sorted(folder.rglob("*")) if not path.name.endswith("-shm")}


# --------------------------------------------------------------------------- backing up


def test_a_backup_is_what_was_committed_last_and_disturbs_nobody(books: Path, tmp_path: Path) -> None:
    copy = tmp_path / "backup.db"
    with closing(open_database(str(books))) as database, \
            closing(sqlite3.connect(books, isolation_level=None)) as writer:
        writer.execute("UPDATE provider SET tagline = 'Said last'")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE provider SET tagline = 'Not yet'")
        assert books.with_name("books.db-wal").stat().st_size > 0
        done = back_up(database, path=copy)
        writer.execute("COMMIT")
        assert (done.path, done.bytes, done.findings) == (copy, copy.stat().st_size, ())
        assert done.sentence.startswith(f"{copy} holds the whole database (")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "books"]
        again = back_up(database, path=copy)
        assert again.path == copy
    assert words_in(copy) == "Not yet"


PLACES: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "the database itself": (lambda path, books: None, "is read for this|is a database that is worked with"),
    "its log": (lambda path, books: None, "belongs to the database"),
    "a link to it": (lambda path, books: path.symlink_to(books), "is a link"),
    "a hard link to it": (lambda path, books: path.hardlink_to(books), "is read for this"),
    "another database": (lambda path, books: sqlite3.connect(path).execute("PRAGMA journal_mode=WAL").close(),
                         "worked with"),
    "a folder": (lambda path, books: path.mkdir(), "is a folder"),
    "a text": (lambda path, books: path.write_text("notes\n"), "is another text"),
    "no folder": (lambda path, books: None, "its folder does not exist"),
}


@pytest.mark.parametrize("place", PLACES)
def test_places_where_no_backup_goes(books: Path, tmp_path: Path, place: str) -> None:
    path = {"the database itself": books, "its log": books.with_name("books.db-wal"),
            "no folder": tmp_path / "none" / "x.db"}.get(place, tmp_path / "x.db")
    make, words = PLACES[place]
    make(path, books)
    with closing(open_database(str(books))) as database:
        before = contents(tmp_path)
        with pytest.raises(InputRejected, match=words):
            back_up(database, path=path)
        assert contents(tmp_path) == before
    assert words_in(books) == "Before"


def torn(path: Path) -> None:
    """Indexes are not what they were; whoever does not look for them reads on."""
    with closing(sqlite3.connect(path)) as connection:
        pages = [page for (page,) in connection.execute("SELECT rootpage FROM sqlite_master WHERE type = 'index'")]
    data = bytearray(path.read_bytes())
    for page in pages:
        data[(page - 1) * 4096:page * 4096] = bytes(4096)
    path.write_bytes(data)


def test_a_damaged_database_does_not_replace_its_good_backup(books: Path, backup: Path) -> None:
    good = backup.read_bytes()
    torn(books)
    with closing(open_database(str(books))) as database, \
            pytest.raises(DatabaseProblem, match="is damaged"):
        back_up(database, path=backup)
    assert backup.read_bytes() == good
    assert [path.name for path in backup.parent.iterdir() if "part" in path.name] == []


@ON_SERVER
def test_a_server_is_copied_and_put_back_by_its_own_tools(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command that is named puts the copy back, with every guard."""
    copy = tmp_path / "copy.dump"
    if not server_dump.can_dump():
        pytest.skip("the tools of the server are not installed here")
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE provider SET tagline = 'Backup'")
    for _ in range(2):  # the second in place of the first
        done = back_up(database, path=copy)
        assert (done.path, done.bytes) == (copy, copy.stat().st_size)
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE provider SET tagline = 'Later'")
    with pytest.raises(RefusedByRule, match=r'pg_restore .*--dbname="postgresql://.*copy\.dump"') as refusal:
        restore(database_url, path=copy)
    subprocess.run(shlex.split(str(refusal.value).partition("for instance by: ")[2]), check=True)
    with database.read() as session:
        assert check_database(session) == []
        assert session.connection().exec_driver_sql("SELECT tagline FROM provider").scalars().all() == ["Backup"]
    good = copy.read_bytes()
    monkeypatch.setattr(server_dump, "metadata", MetaData())
    Table("lost", server_dump.metadata)
    with pytest.raises(DatabaseProblem, match="was not kept: it lacks lost"):
        back_up(database, path=copy)
    monkeypatch.setattr(server_dump.shutil, "which", lambda _name: "/bin/false")
    with pytest.raises(DatabaseProblem, match="is as new as the server"):
        back_up(database, path=copy)
    monkeypatch.setattr(server_dump.shutil, "which", lambda _name: None)
    with pytest.raises(RefusedByRule, match=r'pg_dump --format=custom --file=".*copy\.dump" "postgresql://'):
        back_up(database, path=copy)
    assert contents(tmp_path)["copy.dump"] == good
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


@ON_FILE
def test_a_copy_of_everything_is_for_whoever_looks_after_staff(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        office = Office(session)
        clerk = office.user(office.harbour, "clerk", {})
    work_as(database, SignedIn(staff_id=clerk, login="clerk@ht.example", name="Clerk", unit="Unit"))
    with pytest.raises(NotAllowed):
        back_up_job(database, JobContext(), path=tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


# --------------------------------------------------------------------------- putting back


def test_a_backup_is_put_back_and_what_was_there_is_kept(books: Path, backup: Path) -> None:
    before = backup.read_bytes()
    done = restore(str(books), path=backup)
    kept = books.with_name(f"books-{TODAY}.bak")
    assert (done.path, done.kept, done.is_older, done.findings) == (books, kept, False, ())
    assert done.sentences == (f"{books} is now what {backup} holds.", f"What was there before is kept as {kept}.")
    assert set(contents(books.parent)) == {"books.db", kept.name}
    assert (words_in(books), words_in(kept)) == ("Backup", "Before")
    assert backup.read_bytes() == before
    assert [path.name for path in backup.parent.iterdir() if path.name.startswith("backup")] == ["backup.db"]
    restore(str(books), path=kept)
    assert words_in(books) == "Before"
    assert words_in(books.with_name(f"books-{TODAY}-2.bak")) == "Backup"


_KILLED = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("UPDATE provider SET tagline = 'Killed'")
connection.execute("CREATE TABLE IF NOT EXISTS scratch (words TEXT)")
for number in range(int(sys.argv[2])):
    connection.execute("INSERT INTO scratch VALUES (hex(randomblob(2000)))")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE provider SET tagline = 'Half'")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("rows", [0, 1, 5, 20, 60, 150, 400])
def test_over_what_a_killed_program_left(books: Path, backup: Path, rows: int) -> None:
    """The log it left lies beside the file: copying a good file over the database would mix the two."""
    process = subprocess.run([sys.executable, "-c", _KILLED, books, str(rows)], check=False)
    assert process.returncode == -signal.SIGKILL
    assert books.with_name("books.db-wal").stat().st_size > 0
    done = restore(str(books), path=backup)
    assert set(contents(books.parent)) == {"books.db", f"books-{TODAY}.bak"}
    assert words_in(books) == "Backup"
    assert done.kept is not None
    with closing(sqlite3.connect(done.kept)) as kept:
        assert kept.execute("SELECT DISTINCT tagline FROM provider").fetchall() == [("Killed",)]
        assert kept.execute("SELECT count(*) FROM scratch").fetchall() == [(rows,)]


_AT_WORK = """
import sys
from app.services.database.opening import open_database
database = open_database(sys.argv[1])
with database.read() as session:
    session.connection().exec_driver_sql("SELECT count(*) FROM account").scalar()
print("open", flush=True)
sys.stdin.readline()
"""


def test_nobody_may_have_it_open(books: Path, backup: Path) -> None:
    before = contents(books.parent)["books.db"]
    with closing(open_database(str(books))) as database:
        with database.read() as session:
            session.connection().exec_driver_sql("SELECT count(*) FROM account").scalar()
        with pytest.raises(DatabaseProblem, match=r"is open in another program\. Nothing was changed"):
            restore(str(books), path=backup)
    other = subprocess.Popen([sys.executable, "-c", _AT_WORK, books], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "open\n"
    with pytest.raises(DatabaseProblem, match="is open in another program"):
        restore(str(books), path=backup)
    other.communicate("go\n")
    assert contents(books.parent) == {"books.db": before}
    assert words_in(books) == "Before"


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100_000])


def _without_head(path: Path) -> None:
    path.write_bytes(b"\0" * 4096 + path.read_bytes()[4096:])


def _missing_beside_a_log(path: Path) -> None:
    path.unlink()
    path.with_name("books.db-wal").write_bytes(b"\x37\x7f\x06\x82 of another time")


def _without_head_beside_a_log(path: Path) -> None:
    subprocess.run([sys.executable, "-c", _KILLED, path, "5"], check=False)
    _without_head(path)


DAMAGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "cut": (_cut, {".damaged"}), "without its head": (_without_head, {".damaged"}),
    # SQLite reads these still, the last one by what the log has of the head
    "torn": (torn, {".bak"}), "without its head beside a log": (_without_head_beside_a_log, {".bak"}),
    "empty": (lambda path: path.write_bytes(b""), set()), "missing": (Path.unlink, set()),
    "missing beside a log": (_missing_beside_a_log, {".damaged-wal"}),
    "its folder missing": (lambda path: shutil.rmtree(path.parent), set()),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_over_what_cannot_be_read(books: Path, backup: Path, damage: str) -> None:
    make, endings = DAMAGES[damage]
    make(books)
    before = contents(books.parent) if books.parent.exists() else {}
    done = restore(str(books), path=backup)
    after = contents(books.parent)
    assert words_in(books) == "Backup"
    assert (done.kept is not None) == bool(endings)
    assert after.keys() == {"books.db", *(f"books-{TODAY}{ending}" for ending in endings)}
    for ending in endings - {".bak"}:
        assert after[f"books-{TODAY}{ending}"] == before[f"books.db{ending.removeprefix('.damaged')}"]


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")


def _without_a_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE saved_view")


def _with_a_stray_row(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO org_unit_role (provider_id, unit_id, role_id) VALUES (999, 999, 999)")


def _with(statement: str) -> Callable[[Path, Path], object]:
    def make(path: Path, _books: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(statement)
    return make


def _older_with_a_trigger(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TRIGGER nightly AFTER UPDATE ON account BEGIN SELECT 1; END")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()


SOURCES: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "missing": (lambda path, books: path.unlink(), "is not there"),
    "a folder": (lambda path, books: (path.unlink(), path.mkdir()), "is no file"),
    "a pipe": (lambda path, books: (path.unlink(), os.mkfifo(path)), "is no file"),
    "a text": (lambda path, books: path.write_text("notes of a year, and more\n" * 200), "is not a Bursar database"),
    "empty": (lambda path, books: path.write_bytes(b""), "is empty"),
    "of another program": (lambda path, books: _foreign(path), "holds tables of another program"),
    "of a newer version": (lambda path, books: _newer(path), "made by a newer Bursar"),
    "cut": (lambda path, books: _cut(path), "is damaged"),
    "torn": (lambda path, books: torn(path), "is damaged"),
    "without its head": (lambda path, books: _without_head(path), "is not a Bursar database"),
    "without a table": (lambda path, books: _without_a_table(path), "is damaged"),
    "without a table, and a reference that leads nowhere": (
        lambda path, books: (_with_a_stray_row(path), _without_a_table(path)), "is damaged"),
    "with a trigger": (_with("CREATE TRIGGER nightly AFTER UPDATE ON account BEGIN DELETE FROM account_note; END"),
                       "trigger nightly on account"),
    "with a trigger that calls itself a guard": (
        _with("CREATE TRIGGER guard_x AFTER UPDATE ON account BEGIN DELETE FROM account_note; END"), ": x"),
    "with a view": (_with("CREATE VIEW customers AS SELECT * FROM account"), "view customers"),
    "of an older version, with a trigger": (lambda path, books: _older_with_a_trigger(path), "trigger nightly"),
    "the database by a link": (lambda path, books: (path.unlink(), path.symlink_to(books)), "is the database itself"),
    "the database by a hard link": (lambda path, books: (path.unlink(), path.hardlink_to(books)),
                                    "is the database itself"),
}


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_not_put_back(books: Path, backup: Path, tmp_path: Path, source: str) -> None:
    make, words = SOURCES[source]
    make(backup, books)
    before = contents(tmp_path)
    with pytest.raises(InputRejected, match=words) as refusal:
        restore(str(books), path=backup)
    assert "Nothing was changed." in str(refusal.value)
    assert contents(tmp_path) == before
    assert words_in(books) == "Before"


@pytest.mark.parametrize(("make", "words"), [
    (_foreign, "holds tables of another program"),
    (lambda path: path.write_text("notes of a year, and more\n" * 200), "is not a Bursar database"),
    (lambda path: path.write_bytes(b"%PDF-1.4 \0\1\2"), "is not a Bursar database"),
    (lambda path: (path.unlink(), path.mkdir()), r"cannot be opened\. Check that it is a file"),
])
def test_what_is_not_replaced(books: Path, backup: Path, make: Callable[[Path], object], words: str) -> None:
    make(books)
    before = contents(books.parent)
    with pytest.raises(BursarError, match=words):
        restore(str(books), path=backup)
    assert contents(books.parent) == before


def test_a_backup_by_an_older_version_says_what_is_to_be_done(books: Path, backup: Path) -> None:
    with closing(sqlite3.connect(backup, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    done = restore(str(books), path=backup)
    assert done.is_older
    assert done.sentences[-1] == f'It was made by an older Bursar. Run: bursar --database "{books}" db upgrade'


def test_a_backup_that_somebody_opened_is_read_as_it_is(books: Path, backup: Path) -> None:
    """Whoever looked into it left it written by a log; what is in the log counts."""
    with closing(open_database(str(backup))) as database, database.read():
        pass
    with closing(sqlite3.connect(backup, isolation_level=None)) as at_work:
        at_work.execute("UPDATE provider SET tagline = 'In the log'")
        restore(str(books), path=backup)
    assert words_in(books) == "In the log"


@pytest.mark.parametrize("size", [0, 50_000, 300_000])
def test_without_room_nothing_happens(books: Path, backup: Path, tmp_path: Path, size: int) -> None:
    before = contents(tmp_path)
    with files_up_to(size), pytest.raises((InputRejected, DatabaseProblem)):
        restore(str(books), path=backup)
    assert contents(tmp_path) == before
    with closing(open_database(str(books))) as database, files_up_to(size), \
            pytest.raises((InputRejected, DatabaseProblem)):
        back_up(database, path=backup)
    assert words_in(backup) == "Backup"
    assert words_in(books) == "Before"


@pytest.mark.parametrize("damage", ["none", "without its head"])
def test_killed_anywhere_it_is_the_old_content_or_the_new(books: Path, backup: Path, damage: str) -> None:
    draw = random.Random(damage)
    outcomes = set()
    for _ in range(8):
        if damage != "none":
            _without_head(books)
        before = books.read_bytes()
        warm_processes.bursar_killed(["--database", str(books), "db", "restore", str(backup)],
                                     after_s=draw.uniform(0, 0.12))  # a moment nobody can foresee
        if damage != "none" and books.read_bytes() == before:
            outcomes.add("as damaged as it was")
            continue
        outcomes.add(words_in(books))
        write_words(books, "Before")
    assert outcomes <= {"Before", "Backup", "as damaged as it was"}
    restore(str(books), path=backup)
    assert words_in(books) == "Backup"
    assert not [path.name for path in books.parent.iterdir() if path.name.endswith((".part", "-journal"))]


# --------------------------------------------------------------------------- the command line


def test_both_verbs(books: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.db"
    assert run(["--database", str(books), "db", "backup", str(copy)]) == 0
    assert capsys.readouterr().err.startswith(f"{copy} holds the whole database")
    write_words(books, "Later")
    assert run(["--database", str(books), "db", "restore", str(copy)]) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"{books} is now what {copy} holds.",
        f"What was there before is kept as {books.parent / f'books-{TODAY}.bak'}."]
    assert words_in(books) == "Before"
    assert run(["--database", str(books), "db", "restore", str(tmp_path / "none")]) == 1
    assert "is not there" in capsys.readouterr().err
    assert run(["--database", str(books), "db", "backup", str(books)]) == 1
    with closing(open_database(str(books))) as database, database.read() as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM account").scalar()
        assert run(["--database", str(books), "db", "restore", str(copy)]) == 3
    assert "is open in another program" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["with space.db", "what?.db", "100%20.db", "a#b&c=d.db", "Zoë ₿ 数.db",
                                  os.fsdecode(b"\xff\xfe.db")])
def test_any_name_of_a_backup(books: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / name
    assert run(["--database", str(books), "db", "backup", str(copy)]) == 0
    write_words(books, "Later")
    assert run(["--database", str(books), "db", "restore", str(copy)]) == 0
    assert words_in(books) == "Before"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "books"])


def test_a_database_by_a_link_is_the_one_it_leads_to(books: Path, backup: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(books)
    restore(str(link), path=backup)
    assert link.is_symlink()
    assert words_in(books) == "Backup"
    assert set(contents(books.parent)) == {"books.db", f"books-{TODAY}.bak"}


def test_what_was_there_is_kept_by_each_of_three_at_once(books: Path, backup: Path) -> None:
    """Whoever comes second finds what the first put back, and must not keep it in place of what was there."""
    context = warm_processes.warm_context()
    start = context.Barrier(3)
    processes = [context.Process(target=_restored_at_once, args=(start, books, backup)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    done = [process.exitcode for process in processes]
    kept = [words_in(path) for path in books.parent.glob(f"books-{TODAY}*.bak")]
    assert set(done) <= {0, 1}  # 1: refused, as another was at it
    assert len(kept) == done.count(0) >= 1
    assert kept.count("Before") == 1
    assert words_in(books) == "Backup"


def _restored_at_once(start: Barrier, books: Path, backup: Path) -> None:
    start.wait(60)
    try:
        restore(str(books), path=backup)
    except DatabaseProblem:
        sys.exit(1)


def test_what_was_just_put_back_is_no_copy_that_another_may_replace(books: Path, backup: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(books, tmp_path / "other.db"))
    restore(str(books), path=backup)
    restore(str(tmp_path / "new.db"), path=backup)
    with closing(open_database(str(other))) as database:
        for place in (books, tmp_path / "new.db"):
            with pytest.raises(InputRejected, match="is there already and is a database"):
                back_up(database, path=place)
        back_up(database, path=backup)
    assert (words_in(books), words_in(backup)) == ("Backup", "Before")


@pytest.mark.skipif(os.name == "nt", reason="files have no modes there")
def test_copies_of_a_private_database_are_private(books: Path, tmp_path: Path) -> None:
    books.chmod(0o600)
    with closing(open_database(str(books))) as database:
        copy = back_up(database, path=tmp_path / "copy.db").path
    kept = restore(str(books), path=copy).kept
    assert kept is not None
    new = restore(str(tmp_path / "new.db"), path=copy).path
    assert [oct(path.stat().st_mode & 0o777) for path in (copy, books, kept, new)] == ["0o600"] * 4


def test_a_database_that_may_not_be_written_is_what_stands_in_the_way(
    books: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(books.parent)
    monkeypatch.setattr(os, "access", lambda path, mode: not (Path(path) == books and mode == os.W_OK))
    with pytest.raises(InputRejected, match=rf"{books} cannot be written: you may not write there"):
        restore(str(books), path=backup)
    assert contents(books.parent) == before
