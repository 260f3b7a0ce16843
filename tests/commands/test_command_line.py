"""The contract of the command line: exit codes, one JSON document or none, and ends that come from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from app.cli import run
from app.services.database.unit_of_work import Database
from tests.factories.books import Book

ON_FILE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
Bursar = Callable[..., tuple[int, str, str]]


@pytest.fixture
def bursar(database: Database, capsys: pytest.CaptureFixture[str]) -> Bursar:
    """The command line in this process, on a book with one provider and one customer."""
    with database.write() as session:
        book = Book(session)
        book.account(book.provider("HT", name="Hafen Täl"), "A1")
    url = database.url.render_as_string(hide_password=False)

    def call(*words: object) -> tuple[int, str, str]:
        code = run(["--database", url, *[str(word) for word in words]])
        out, said = capsys.readouterr()
        return code, out, said

    return call


@pytest.mark.parametrize("words", [
    ["--help"], ["db", "--help"], ["db", "upgrade", "-h"], ["import", "-h"], ["rules", "set", "-h"], ["scan", "-h"],
    ["explain", "-h"], ["invoices", "print", "-h"], ["accounts", "export", "-h"], ["demo", "-h"],
    ["tour", "-h"], ["--version"],
])
def test_help(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        run(words)
    out, said = capsys.readouterr()
    assert (end.value.code, said) == (0, "")
    assert "bursar" in out


@pytest.mark.parametrize("words", [
    ["nonsense"], ["db"], ["db", "drop"], ["import"], ["import", "wishes", "f.csv", "--map", "m.toml"],
    ["import", "accounts", "f.csv"], ["rules"], ["rules", "set"], ["scan", "--as-of", "2.7.2025"],
    ["scan", "--as-of", "2025-02-30"], ["explain"], ["invoices"], ["invoices", "print"],
    ["invoices", "print", "--out", "d", "--from", "soon"], ["demo", "--accounts", "-1"], ["demo", "--accounts", "1.5"],
    ["demo", "--accounts", "²"], ["--database"], ["--database", "", "db", "check"], ["scan", "--database", " "],
    ["db", "check", "--json"],
])
def test_usage(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        run(words)
    out, said = capsys.readouterr()
    assert (end.value.code, out) == (2, "")
    assert said.startswith("usage: bursar")


@ON_FILE
def test_refusals_print_nothing_on_standard_output(bursar: Bursar, tmp_path: Path) -> None:
    refused: dict[tuple[object, ...], int] = {
        ("explain", "Z9", "--json"): 2,
        ("explain", "A1", "no_such_attribute", "--json"): 2,
        ("scan", "--provider", "ZZ", "--json"): 2,
        ("scan", "--provider", "HT", "--as-of", "2001-01-01", "--json"): 2,
        ("scan", "--explain", "Z9", "--json"): 2,
        ("rules", "show", "--provider", "ZZ", "--json"): 2,
        ("invoices", "print", "--provider", "ZZ", "--out", tmp_path / "out", "--json"): 2,
        ("invoices", "print", "--ids", tmp_path / "none", "--out", tmp_path / "out", "--json"): 1,
    }
    for words, expected in refused.items():
        code, out, said = bursar(*words)
        assert (code, out) == (expected, ""), (words, said)
        assert said.strip(), words
        assert "Traceback" not in said


@ON_FILE
@pytest.mark.parametrize("name", ["m.toml", "none.toml"])
def test_a_refused_map_is_listed_like_a_refused_row(bursar: Bursar, tmp_path: Path, name: str) -> None:
    (tmp_path / "f.csv").write_text("code\nA1\n")
    (tmp_path / "m.toml").write_text("this is no map")
    code, out, said = bursar("import", "accounts", tmp_path / "f.csv", "--map", tmp_path / name, "--json")
    answer = json.loads(out)
    assert code == 1
    assert (answer["rows"], answer["added"], answer["skipped"]) == (0, 0, 0)
    assert [(error["row"], error["field"]) for error in answer["errors"]] == [(0, "map")]
    assert name in answer["errors"][0]["message"]
    assert said.endswith("Nothing was imported.\n")


@ON_FILE
def test_files_may_have_names_that_are_not_utf8(bursar: Bursar, tmp_path: Path) -> None:
    file, mapping = (tmp_path / f"B\udcfccher.{kind}" for kind in ("csv", "toml"))
    file.write_text("code\nA7\n")
    words = ("import", "accounts", file, "--map", mapping, "--json")
    code, out, _ = bursar(*words)
    assert (code, json.loads(out)["errors"][0]["field"]) == (1, "map")
    mapping.write_text('kind = "accounts"\nkey = "{code}"\n[provider]\ncode = "HT"\n[columns]\nstart_date = "start"\n')
    code, out, _ = bursar(*words)
    assert (code, json.loads(out)["errors"][0]["field"]) == (1, "start")
    file.write_text("code,start\nA7,2025-01-01\n")
    code, out, said = bursar(*words)
    assert (code, json.loads(out)["added"]) == (0, 1), said


@ON_FILE
@pytest.mark.parametrize("text", ["\udce4", "a\nb", "a\x1b[2J"])
def test_words_that_no_database_could_keep_are_a_mistake_of_usage(
    bursar: Bursar, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    rule = ("rules", "set", "--from", "2025-01-01", "--min-overdue", "1", "--min-days", "1", "--restore-at", "0")
    for words in (("explain", text), ("explain", "A1", text), ("scan", "--dry-run", "--provider", text),
                  ("scan", "--explain", text), ("rules", "show", "--provider", text),
                  (*rule, "--provider", text), (*rule, "--provider", "HT", "--name", text),
                  (*rule, "--provider", "HT", "--exclude-group", text),
                  (*rule, "--provider", "HT", "--window", text),
                  ("invoices", "print", "--out", "d", "--account", text)):
        with pytest.raises(SystemExit) as end:
            bursar(*words)
        assert end.value.code == 2
        assert "holds a character that is no text" in capsys.readouterr().err


def test_a_name_of_rules_has_its_room(bursar: Bursar) -> None:
    rule = ("rules", "set", "--provider", "HT", "--from", "2025-01-01", "--min-overdue", "1", "--min-days", "1",
            "--restore-at", "0", "--name")
    code, _, said = bursar(*rule, "n" * 121)
    assert (code, said) == (2, "The name has 121 characters; there is room for 120.\n")
    assert bursar(*rule, "n" * 120)[0] == 0


@ON_FILE
def test_one_json_document_on_standard_output(bursar: Bursar, tmp_path: Path) -> None:
    bursar("rules", "set", "--provider", "HT", "--from", "2025-01-01", "--min-overdue", "1.00", "--min-days", "1",
           "--restore-at", "0", "--name", "Häuser → 数")
    answers: dict[tuple[object, ...], Callable[[Any], bool]] = {
        ("explain", "A1", "--json"): lambda found: {"attribute", "value", "source", "chain"} <= set(found[0]),
        ("scan", "--json", "--all", "--dry-run"): lambda found: found["run_id"] is None,
        ("scan", "--json", "--provider", "HT"): lambda found: found["run_id"] is not None,
        ("scan", "--json", "--explain", "A1"): lambda found: "explanation" in found,
        ("rules", "show", "--json"): lambda found: found[0]["name"] == "Häuser → 数",
        ("invoices", "print", "--provider", "HT", "--out", tmp_path / "out", "--json"):
            lambda found: {"batch_id", "printed", "skipped", "failed", "warnings"} == set(found),
    }
    for words, is_right in answers.items():
        code, out, said = bursar(*words)
        assert code == 0, said
        assert is_right(json.loads(out)), out


@ON_FILE
def test_where_the_database_is_named(
    bursar: Bursar, database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:
    """After the verb beats before it, and both beat the environment."""
    path = str(database.url.database)
    monkeypatch.setenv("BURSAR_DATABASE", path)
    assert run(["db", "check"]) == 0
    monkeypatch.setenv("BURSAR_DATABASE", str(tmp_path / "none.db"))
    assert run(["db", "check"]) == 3
    assert run(["--database", path, "db", "check"]) == 0
    assert run(["db", "check", "--database", path]) == 0
    assert run(["--database", str(tmp_path / "none.db"), "db", "check", "--database", path]) == 0


# ---- as a process of its own


def start(*words: object, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "app", *[str(word) for word in words]], **options)


def test_an_interrupted_verb_says_so(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    with start("--database", path, "demo", "--accounts", 100_000, stdout=subprocess.PIPE,
               stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        # it is made under another name, and its schema is there when others could read beside
        while not any(log.stat().st_size > 100_000 for log in tmp_path.glob("*.part-wal")):
            assert time.monotonic() < deadline, "no demo was begun"
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        try:
            out, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, out) == (130, b"")
    assert b"Stopped." in said
    assert b"Traceback" not in said


@ON_FILE
def test_a_reader_that_leaves_and_a_terminal_of_few_letters(bursar: Bursar, database: Database) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    explain = ["--database", database.url.database, "explain", "A1"]
    with start(*explain, stdout=writing, stderr=subprocess.PIPE) as process:
        os.close(writing)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")
    few_letters = os.environ | {"PYTHONIOENCODING": "ascii"}
    with start(*explain, "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=few_letters) as process:
        out, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")
    assert "Hafen Täl" in out.decode() or "HT" in json.dumps(json.loads(out.decode()))


@ON_FILE
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_an_answer_that_finds_no_room(bursar: Bursar, database: Database) -> None:
    with Path("/dev/full").open("wb") as full, start(
            "--database", database.url.database, "explain", "A1", stdout=full, stderr=subprocess.PIPE) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == b"There is no room to write: the answer is incomplete. Make room and try again.\n"


@ON_FILE
def test_customers_are_exported_by_the_words_of_the_box(bursar: Bursar, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    code, out, said = bursar("accounts", "export", "--provider", "HT", "--filter", "status:active", "--columns",
                             "code, status", "--out", path, "--json")
    assert (code, json.loads(out), said) == (0, {"rows": 1, "file": str(path)}, f"1 row written to {path}.\n")
    assert path.read_bytes() == b"Code,Status\r\nA1,Active\r\n"
    code, out, said = bursar("accounts", "export", "--provider", "HT", "--filter", "status:sleepy", "--out", path)
    assert (code, out) == (1, "")
    assert '"sleepy" is no status' in said
    assert bursar("accounts", "export", "--provider", "XX", "--out", path)[0] == 2


@pytest.mark.parametrize("words", [
    ["db", "restore", "none\x1b]0;title\x07.bak"], ["--database", "none\x1b[31m.db", "db", "check"],
    ["scan", "--as-of", "\x1b[2J"], ["scan", "\x1b[2J"],
])
def test_what_was_typed_does_not_command_the_terminal(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BURSAR_DATABASE", str(tmp_path / "books.db"))
    with suppress(SystemExit):
        run(words)
    said = capsys.readouterr()
    assert "U+001B" in said.err
    assert "\x1b" not in said.err + said.out
