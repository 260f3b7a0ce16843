"""Databases that cannot be used: one sentence that says what to do, exit code 3, nothing changed."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy import event, text

from app.cli import run
from app.services.database.engine import parse_url
from app.services.database.opening import open_database
from app.services.database.unit_of_work import Database
from app.services.database.upgrade import upgrade
from app.services.errors import DatabaseProblem
from app.services.faults.drivers import describe
from app.services.hierarchy.operator import create_operator
from app.services.jobs import JobContext
from app.services.upkeep.opening import open_job, try_connection
from app.services.upkeep.preparation import Preparation
from tests.factories.books import Book
from tests.support.pgtemp import TempPostgres, start_postgres

ON_FILE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
ON_SERVER = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@dataclass
class Answer:
    code: int
    out: str
    said: str


Bursar = Callable[..., Answer]


@pytest.fixture
def bursar(capsys: pytest.CaptureFixture[str]) -> Bursar:
    """The command line in this process."""

    def call(*words: object) -> Answer:
        code = run([str(word) for word in words])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but for the empty ones that SQLite puts beside a file it reads."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*"))
            if p.is_file() and not p.name.endswith(("-shm", "-wal"))}


@contextmanager
def problem(message: str) -> Iterator[None]:
    """What is done inside ends with this sentence."""
    with pytest.raises(DatabaseProblem, match=message):
        yield


def assert_refused(bursar: Bursar, url: object, message: str, *, verbs: tuple[tuple[str, ...], ...] = (
        ("db", "check"), ("scan", "--dry-run", "--json"), ("explain", "A1", "--json"))) -> None:
    """Every verb says so, and so does whoever opens it for the window; it is one line, and no trace of our code."""
    for verb in verbs:
        answer = bursar("--database", url, *verb)
        assert (answer.code, answer.out) == (3, ""), answer
        assert message in answer.said
        assert answer.said.count("\n") == 1
        assert "Traceback" not in answer.said
    for open_it in (lambda: open_database(str(url)), lambda: try_connection(None, JobContext(), url=str(url)),
                    lambda: open_job(None, JobContext(), url=str(url), preparation=Preparation.NONE)):
        assert message in opening_says(open_it) or "is empty" in message


def opening_says(open_it: Callable[[], object]) -> str:
    try:
        result = open_it()
    except DatabaseProblem as refusal:
        return str(refusal)
    assert isinstance(result, str), "it was opened"
    return result


# ---- files


@pytest.fixture
def books(tmp_path: Path, sqlite_template: Path) -> Path:
    """A sound file alone in its folder."""
    folder = tmp_path / "folder"
    folder.mkdir()
    return shutil.copy(sqlite_template, folder / "books.db")


def make_other_program(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE song (title TEXT)")
    connection.close()


def make_alembic_program(path: Path) -> None:
    """Another program that keeps its revisions as we do, and calls one as we do."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE account (id INTEGER)")
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    connection.close()


def stamp(path: Path, revision: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.close()


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "There is no database at"),
    "empty": (lambda path: path.write_bytes(b""), "is empty. Run: bursar"),
    "newer": (lambda path: stamp(path, "9999"), "needs a newer Bursar"),
    "other program": (lambda path: (path.unlink(), make_other_program(path)), "tables of another program"),
    "other alembic": (lambda path: (path.unlink(), make_alembic_program(path)), "tables of another program"),
    "noise": (lambda path: path.write_bytes(random.Random(1).randbytes(9000)), "is not a Bursar database"),
    "text": (lambda path: path.write_text("Dear Sir,\n" * 50), "is not a Bursar database"),
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:100_000]), "is damaged"),
    "torn": (lambda path: path.write_bytes(path.read_bytes()[:-1000]), "is damaged"),
    "folder": (lambda path: (path.unlink(), path.mkdir()), "is a folder"),
}


@pytest.mark.parametrize("kind", FILES)
def test_files(books: Path, bursar: Bursar, kind: str) -> None:
    spoil, message = FILES[kind]
    spoil(books)
    before = content(books.parent)
    if kind == "torn":  # half a page is missing at its end, which nothing but a check reads
        assert bursar("--database", books, "db", "check").code in (1, 3)
    else:
        assert_refused(bursar, books, message)
    assert content(books.parent) == before
    if kind not in ("missing", "empty", "torn"):
        assert bursar("--database", books, "db", "upgrade").code == 3
        assert bursar("--database", books, "demo", "--accounts", "1").code in (2, 3)
        assert content(books.parent) == before


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bytes_are_found_or_harmless(books: Path, bursar: Bursar, seed: int) -> None:
    """Whatever a bad disk does to a file, the answer is a sentence; and the check never changes it."""
    noise = random.Random(seed)
    data = bytearray(books.read_bytes())
    for _ in range(40):
        start = noise.randrange(100, len(data) - 16)
        data[start:start + 16] = noise.randbytes(16)
    books.write_bytes(data)
    answers = [bursar("--database", books, *verb) for verb in (
        ("db", "check"), ("scan", "--all", "--json"), ("explain", "operator", "--json"))]
    for answer in answers:
        assert answer.code in (0, 1, 2, 3), answer
        assert answer.code == 0 or answer.said


@ON_FILE
def test_damage_found_in_the_middle(database: Database, bursar: Bursar) -> None:
    """The first pages are sound, so it opens; the rows it needs are on a page that is not."""
    with database.write() as session:
        book = Book(session)
        home = book.provider("HT")
        for number in range(60):
            book.account(home, f"A{number}")
    with database.read() as session:
        pages = session.scalars(text("SELECT pageno FROM dbstat WHERE name = 'account' AND pagetype = 'leaf'")).all()
        size = session.scalar(text("PRAGMA page_size")) or 0
        session.connection().connection.execute("COMMIT")
        session.connection().connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        session.connection().connection.execute("BEGIN")
    database.close()
    path = Path(str(database.url.database))
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)
    open_database(str(path)).close()
    for verb in (("scan",), ("scan", "--json"), ("explain", "A1"), ("rules", "show", "--provider", "HT")):
        answer = bursar("--database", path, *verb)
        assert (answer.code, answer.out) == (3, ""), answer
        assert "is damaged" in answer.said
    check = bursar("--database", path, "db", "check")
    assert check.code in (1, 3)  # as far as it could be read at all
    assert "is damaged" in check.said


@ON_FILE
def test_a_busy_file(database_url: str, bursar: Bursar) -> None:
    path = str(parse_url(database_url).database)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    answer = bursar("--database", f"{database_url}?timeout=0.1", "rules", "set", "--provider", "operator", "--from",
                    "2025-01-01", "--min-overdue", "1", "--min-days", "1", "--restore-at", "0")
    assert answer.code == 3
    assert "Another program is writing to" in answer.said
    assert "within 0.1 seconds" in answer.said
    assert bursar("--database", database_url, "db", "check").code == 0  # reading goes on
    writer.execute("ROLLBACK")
    writer.close()


@ON_FILE
def test_a_full_disk(database: Database) -> None:
    """The limit of pages fails as a disk without room does."""
    with problem(r"disk that holds .* is full.*Make room"), database.write() as session:
        session.execute(text("PRAGMA max_page_count = 1"))
        for number in range(20_000):
            session.execute(text("INSERT INTO audit_entry (action, detail, actor, recorded_at) "
                                 "VALUES ('x', :filler, 'x', '2025-06-03 00:00:00')"), {"filler": "x" * 4000})
            assert number < 10_000


_LIMITED = """
import resource, sys
from app.cli import run
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), -1))
sys.exit(run(sys.argv[2:]))
"""


def test_a_disk_that_takes_no_more(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    done = subprocess.run([sys.executable, "-c", _LIMITED, "100000", "--database", path, "db", "upgrade"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "has no room left" in done.stderr
    assert done.stderr.count("\n") == 1


_OF_THE_COMMANDS = ("app.services.database.upgrade", "app.services.demo.making", "app.services.hierarchy.operator",
                    "app.services.upkeep.check")


def as_nobody(out: Path, commands: list[list[str]]) -> tuple[list[int], str]:
    """Exit codes of commands given by an account without rights, and what they said. Rights mean nothing to root."""
    for module in _OF_THE_COMMANDS:  # that account may not be able to read them
        import_module(module)
    with out.open("w+", encoding="utf-8") as heard:
        pid = os.fork()
        if pid == 0:
            try:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
                sys.stderr = heard
                codes = [run(words) for words in commands]
                print(*codes, sep=" ", file=heard, flush=True)
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
        heard.seek(0)
        *said, codes = heard.read().splitlines()
    return [int(code) for code in codes.split()], "\n".join(said)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(("file_mode", "folder_mode", "codes", "message"), [
    (0o444, 0o777, [0, 3, 0], "does not allow writing"),
    (0o666, 0o555, [3, 3, 3], "does not allow writing"),
    (0o600, 0o755, [3, 3, 3], "you may not read it"),
    (0o666, 0o700, [3, 3, 3], "cannot be opened"),
], ids=["read-only file", "read-only folder", "unreadable file", "closed folder"])
def test_missing_rights(
    tmp_path: Path, sqlite_template: Path, file_mode: int, folder_mode: int, codes: list[int], message: str,
) -> None:
    """Reading, writing and bringing up to date; a read-only file may be looked at, and needs no bringing up."""
    folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="bursar-rights-"))  # the way to tmp_path is closed to others
    path = Path(shutil.copy(sqlite_template, folder / "books.db"))
    path.chmod(file_mode)
    folder.chmod(folder_mode)
    database = ["--database", str(path)]
    before = content(folder)
    answer = as_nobody(tmp_path / "heard", [
        [*database, "db", "check"], [*database, "demo", "--accounts", "1"], [*database, "db", "upgrade"]])
    assert content(folder) == before
    shutil.rmtree(folder)
    assert answer[0] == codes
    assert message in answer[1]


# ---- addresses


@pytest.mark.parametrize("name", ["with space.db", "Zoë ₿ 数.db", "100%20.db", "what?.db", "a#b&c=d.db", "C:books.db",
                                  "C:\\books\\1.db", "it's.db", 'quo"te.db', "semi;colon.db"])
def test_any_name_of_a_file(tmp_path: Path, bursar: Bursar, name: str) -> None:
    path = tmp_path / name
    assert bursar("--database", path, "db", "upgrade").code == 0
    assert bursar("--database", path, "db", "check").said == "Nothing is wrong.\n"
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("url", "message"), [
    ("mysql://server/books", 'not on "mysql"'),
    ("oracle+cx://server", 'not on "oracle"'),
    ("file:///books.db", 'not on "file"'),
    ("sqlite://", "needs a file"),
    ("sqlite:///:memory:", "needs a file"),
    (":memory:", "needs a file"),
    ("/dev/zero", "is not a file"),
    ("sqlite://relative/books.db", "needs a file"),
    ("sqlite:books.db", "cannot be read"),
    ("postgresql:/server/books", "cannot be read"),
    ("postgresql://server:port/books", "cannot be read"),
    ("sqlite:///file:books.db?mode=ro&uri=true", "no option but timeout"),
    ("sqlite:////tmp/what?.db", "no option but timeout"),
    ("sqlite:////tmp/a.db?timeout=soon", "no option but timeout"),
    ("://", "cannot be read"),
    ("postgresql://u@127.0.0.1:1/x", "No answer from the database. Check that the server runs"),
    ("postgres://u@127.0.0.1:1/x", "Its address is postgresql://u@127.0.0.1:1/x, and it was said: "),
    ("postgresql://u@127.0.0.1:1/x?colour=red", "invalid connection option"),
    ("postgresql://u@127.0.0.1:99999/x", "invalid port number"),
    ("postgresql://u@/x?host=/no/such/folder", "No answer from the database"),
])
def test_addresses(bursar: Bursar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    for verb in (("db", "check"), ("db", "upgrade"), ("scan", "--json")):
        answer = bursar("--database", url, *verb)
        assert (answer.code, answer.out) == (3, ""), answer
        assert message in answer.said
        assert answer.said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_passwords_are_never_shown() -> None:
    for url in ("postgresql://u:geheim@h/x", "postgresql://u@h/x?password=geheim"):
        assert "geheim" not in describe(parse_url(url))


# ---- servers


@ON_SERVER
def test_an_empty_server_database(empty_database_url: str, bursar: Bursar) -> None:
    assert_refused(bursar, empty_database_url, "is empty. Run: bursar")


@ON_SERVER
@pytest.mark.parametrize(("statement", "message"), [
    ("UPDATE alembic_version SET version_num = '9999'", "needs a newer Bursar"),
    ("DROP TABLE alembic_version", "tables of another program"),
    ("INSERT INTO alembic_version VALUES ('0002')", "tables of another program"),
])
def test_other_server_databases(database_url: str, bursar: Bursar, statement: str, message: str) -> None:
    database = Database(parse_url(database_url))
    with database.write() as session:
        session.execute(text(statement))
    database.close()
    assert_refused(bursar, database_url, message, verbs=(("db", "check"), ("db", "upgrade"), ("scan", "--json")))


@ON_SERVER
def test_the_server_refuses_at_the_door(database_url: str, pg_server: TempPostgres, bursar: Bursar) -> None:
    url = parse_url(database_url)
    with pg_server.connect() as admin:
        admin.execute("DROP ROLE IF EXISTS clerk")
        admin.execute("CREATE ROLE clerk LOGIN")
        admin.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(sql.Identifier(str(url.database))))
    as_nobody = url.set(username="nobody_here").render_as_string(hide_password=False)
    assert_refused(bursar, as_nobody, "does not accept this name and password", verbs=(("db", "check"),))
    elsewhere = url.set(database="no_such_books").render_as_string(hide_password=False)
    assert_refused(bursar, elsewhere, "The server has no such database", verbs=(("db", "upgrade"),))
    as_clerk = url.set(username="clerk").render_as_string(hide_password=False)
    assert_refused(bursar, as_clerk, "does not let this user in", verbs=(("db", "check"),))
    with pg_server.connect() as admin:
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO clerk").format(sql.Identifier(str(url.database))))
    assert_refused(bursar, as_clerk, "does not allow this user to do that", verbs=(("db", "check"), ("db", "upgrade")))


@ON_SERVER
def test_a_server_that_is_read_only(database: Database) -> None:
    with problem("allows reading only"), database.write() as session:
        session.execute(text("SET TRANSACTION READ ONLY"))
        session.execute(text("UPDATE account SET name = 'x'"))


@ON_SERVER
@pytest.mark.parametrize("where", ["while reading", "while writing", "at the commit"])
def test_a_connection_that_breaks(database: Database, pg_server: TempPostgres, where: str) -> None:
    def cut(pid: int) -> None:
        with pg_server.connect() as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    unit = database.read if where == "while reading" else database.write
    expected = {"while reading": "No answer from the database. Check that", "while writing": "Nothing of this step",
                "at the commit": "Whether the last step was saved is not known"}
    with problem(expected[where]), unit() as session:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        if where != "while reading":
            session.execute(text("UPDATE account SET name = 'Lost'"))
        if where == "at the commit":
            event.listen(session, "before_commit", lambda _session: cut(pid or 0))
        else:
            cut(pid or 0)
            session.execute(text("SELECT 1"))
    with database.read() as session:  # and the next unit of work finds a new connection
        assert session.scalar(text("SELECT name FROM account")) == "Operator"


def test_a_server_that_stops() -> None:
    server = start_postgres()
    url = server.create_database("books")
    upgrade(url, seed=create_operator)
    database = open_database(url)
    with problem("No answer from the database"), database.read() as session:
        session.execute(text("SELECT 1"))
        server.stop()
        session.execute(text("SELECT 1"))
    with problem("No answer from the database"), database.write() as session:
        session.execute(text("SELECT 1"))
    with problem("No answer from the database"):
        open_database(url)
    database.close()


@ON_SERVER
def test_statements_that_wait_too_long_or_cross(database: Database) -> None:
    with problem("took too long"), database.read() as session:
        session.execute(text("SET LOCAL statement_timeout = 20"))
        session.execute(text("SELECT pg_sleep(5)"))
    with database.write() as session:
        session.execute(text("UPDATE account SET name = 'Mine'"))
        with problem("Somebody else is working"), database.write() as other:
            other.execute(text("SET LOCAL lock_timeout = 20"))
            other.execute(text("UPDATE account SET name = 'Theirs'"))
        session.rollback()
        session.begin()


def test_a_server_of_another_alphabet(pg_server: TempPostgres, bursar: Bursar) -> None:
    with pg_server.connect() as admin:
        admin.execute("DROP DATABASE IF EXISTS latin")
        admin.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    assert_refused(bursar, pg_server.url("latin"), "stores text as LATIN1", verbs=(("db", "upgrade"), ("db", "check")))
    pg_server.drop_database("latin")
