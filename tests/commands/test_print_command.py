"""`bursar invoices print`: its document, its exit codes, and what a kill leaves behind."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import func, select

from app.cli import run
from app.models.printing.batches import PrintItem
from app.services.database.unit_of_work import Database
from app.services.invoicing.gather import gather_documents
from app.services.paper.pdf import pages_and_titles, render_invoice
from app.services.printing import batch
from tests.support.invoicing_books import DAY, JUNE_3, gipfelnetz, harbour
from tests.support.render_pools import PoolOfNobody

ROOT = Path(__file__).parents[2]

Command = Callable[..., tuple[int, dict[str, Any] | None, str]]


@pytest.fixture
def command(database_url: str, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the verb with --json; answers exit code, document and what was said besides."""

    def print_(*arguments: str | Path) -> tuple[int, dict[str, Any] | None, str]:
        code = run(["--database", database_url, "invoices", "print", "--json", *map(str, arguments)])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else None, said.err

    return print_


def fill(database: Database, count: int = 4) -> list[int]:
    with database.write() as session:
        shop, other = harbour(session), gipfelnetz(session)
        other.imported(other.account("K1"), ["I-000"])
        shop.imported(shop.account("BARE", contact=None), ["X-1"], on=JUNE_3 - DAY)
        return shop.imported(shop.account("A1"), [f"I-{n:03}" for n in range(count)])


def test_the_document_and_a_repeat(database: Database, command: Command, tmp_path: Path) -> None:
    fill(database)
    out, merged = tmp_path / "deep" / "out", tmp_path / "all.pdf"
    code, document, said = command("--provider", "HT", "--out", out, "--merge", merged)
    assert code == 0
    assert document is not None
    assert set(document) == {"batch_id", "printed", "skipped", "failed", "warnings"}
    assert (document["printed"], document["skipped"], document["failed"]) == (5, 0, [])
    assert len(document["warnings"]) == 1
    assert "X-1" in document["warnings"][0]
    assert "BARE" in document["warnings"][0]
    assert "5 invoices printed, 0 were there already, 0 failed." in said
    assert sorted(path.name for path in out.iterdir()) == [*(f"HT_I-00{n}.pdf" for n in range(4)), "HT_X-1.pdf"]
    assert [title.split()[0] for title in pages_and_titles(merged)[1]] == ["X-1", "I-000", "I-001", "I-002", "I-003"]
    again = command("--provider", "HT", "--out", out, "--merge", merged)
    assert again[0] == 0
    assert again[1] == document | {"printed": 0, "skipped": 5}


def test_filters(database: Database, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(database)
    monkeypatch.setattr(batch, "RenderPool", PoolOfNobody)
    listed = tmp_path / "numbers.txt"
    listed.write_bytes("\ufeffHT/I-000\r\n\r\nI-002\r\n".encode())

    def names(*arguments: str | Path) -> list[str]:
        out = tmp_path / f"out{random.random()}"
        code, document, _ = command(*arguments, "--out", out)
        assert code == 0
        assert document is not None
        assert document["printed"] == len(list(out.iterdir()))
        return sorted(path.stem for path in out.iterdir())

    assert names("--account", "GN/K1") == ["GN_I-000"]
    assert names("--to", "2025-06-02") == ["HT_X-1"]
    assert names("--provider", "GN", "--from", "2025-06-03", "--to", "2025-06-03") == ["GN_I-000"]
    assert names("--ids", listed) == ["HT_I-000", "HT_I-002"]
    assert names("--from", "2030-01-01") == []


def test_refused_input_is_1_and_lists_its_rows(database: Database, command: Command, tmp_path: Path) -> None:
    fill(database)
    listed, out = tmp_path / "numbers.txt", tmp_path / "out"
    listed.write_text("I-001\n\nI-000\nnothing\n")
    code, document, said = command("--ids", listed, "--out", out)
    assert (code, document) == (1, None)
    assert 'row 3, number: "I-000": Several invoices go by this. Write one of: GN/I-000, HT/I-000' in said
    assert 'row 4, number: "nothing": There is no posted invoice of this number.' in said
    listed.write_bytes(b"\xff\xfe")
    assert command("--ids", listed, "--out", out)[0] == 1
    assert command("--ids", tmp_path / "missing", "--out", out)[0] == 1
    assert not out.exists()
    assert command("--out", listed)[0] == 1
    assert command("--out", listed / "below")[0] == 1
    assert command("--out", out, "--merge", tmp_path)[0] == 1


def test_a_failed_document_is_1_and_named(database: Database, command: Command, tmp_path: Path) -> None:
    fill(database)
    (tmp_path / "out" / "HT_I-001.pdf").mkdir(parents=True)
    code, document, said = command("--account", "A1", "--out", tmp_path / "out")
    assert code == 1
    assert document is not None
    assert document["printed"] == 3
    [failed] = document["failed"]
    assert failed["number"] == "I-001"
    assert failed["message"].startswith("Invoice I-001 was not printed: ")
    assert "3 invoices printed, 0 were there already, 1 failed." in said


def test_what_is_refused_by_a_rule_is_2(database: Database, command: Command, tmp_path: Path) -> None:
    fill(database)
    out = tmp_path / "out"
    for arguments in (["--provider", "XX"], ["--account", "XX"], ["--account", "HT/K1"],
                      ["--from", "2025-06-04", "--to", "2025-06-03"]):
        code, document, said = command(*arguments, "--out", out)
        assert (code, document) == (2, None)
        assert said
    assert not out.exists()
    for usage in ([], ["--out", out, "--from", "3.6.2025"], ["--out", out, "--nonsense"]):
        with pytest.raises(SystemExit) as left:
            command(*usage)
        assert left.value.code == 2


def test_what_is_refused_leaves_no_folder(database: Database, command: Command, tmp_path: Path) -> None:
    fill(database)
    out, listed = tmp_path / "deep" / "out", tmp_path / "numbers.txt"
    listed.write_text("HT/I-000")
    before = sorted(tmp_path.iterdir())
    for merged in (tmp_path, listed / "below" / "all.pdf", listed, out / "HT_I-000.pdf"):
        assert command("--ids", listed, "--out", out, "--merge", merged)[0] in (1, 2)
        assert sorted(tmp_path.iterdir()) == before, merged
    kept = tmp_path / "kept"
    kept.mkdir()
    assert command("--ids", listed, "--out", kept / "new", "--merge", tmp_path)[0] == 1
    assert list(tmp_path.glob("kept/*")) == []
    assert kept.exists()


def test_an_unusable_database_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for database in (tmp_path / "none.db", tmp_path):
        assert run(["--database", str(database), "invoices", "print", "--out", str(tmp_path / "out")]) == 3
    assert not (tmp_path / "out").exists()


# --------------------------------------------------------------------------- kills


def started(database_url: str, out: Path, merged: Path) -> subprocess.Popen[bytes]:
    arguments = ["--database", database_url, "invoices", "print", "--account", "A1", "--out", str(out), "--merge",
                 str(merged)]
    return subprocess.Popen([sys.executable, "-m", "app", *arguments], cwd=ROOT,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


def living(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; one that nobody has reaped yet does not."""
    return [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def count(folder: Path) -> int:
    return len(list(folder.glob("*.pdf"))) if folder.exists() else 0


def test_killed_at_any_moment_a_repeat_ends_as_an_undisturbed_run_would(
    database: Database, database_url: str, command: Command, tmp_path: Path
) -> None:
    ids = fill(database, 250)
    out, merged = tmp_path / "out", tmp_path / "all.pdf"
    for files in (20, 90):
        process = started(database_url, out, merged)
        wait_until(lambda least=files: count(out) >= least, 60, "no files came")
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        wait_until(lambda those=children: not living(those), 2, "processes stayed")
    assert count(out) < 250
    code, document, _ = command("--account", "A1", "--out", out, "--merge", merged)
    assert code == 0
    assert document is not None
    assert document["printed"] + document["skipped"] == 250
    assert document["skipped"] >= 20
    assert sorted(path.name for path in out.iterdir()) == [f"HT_I-{n:03}.pdf" for n in range(250)]
    assert not list(tmp_path.glob(".*.part"))
    assert len(pages_and_titles(merged)[1]) == 250
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(PrintItem)) == 250
        documents = gather_documents(session, ids)
    for each in documents:
        assert (out / f"HT_{each.number}.pdf").read_bytes() == render_invoice(each)
    assert command("--account", "A1", "--out", out)[1] == document | {"printed": 0, "skipped": 250}


def test_killed_while_merging_the_file_is_written_by_the_repeat(
    database: Database, database_url: str, command: Command, tmp_path: Path
) -> None:
    fill(database, 100)
    out, merged = tmp_path / "out", tmp_path / "all.pdf"
    process = started(database_url, out, merged)
    wait_until(lambda: list(tmp_path.glob(".all.pdf.*.part")) or merged.exists(), 60, "nothing was merged")
    process.kill()
    process.wait()
    code, document, _ = command("--account", "A1", "--out", out, "--merge", merged)
    assert code == 0
    assert document is not None
    assert (document["printed"], document["skipped"]) == (0, 100)
    assert len(pages_and_titles(merged)[1]) == 100
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_ctrl_c_stops_between_chunks(database: Database, database_url: str, command: Command, tmp_path: Path) -> None:
    fill(database, 400)
    out, merged = tmp_path / "out", tmp_path / "all.pdf"
    process = started(database_url, out, merged)
    wait_until(lambda: count(out) >= 20, 60, "no files came")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    done = count(out)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(PrintItem)) == done
    code, document, _ = command("--account", "A1", "--out", out)
    assert code == 0
    assert document is not None
    assert (document["printed"], document["skipped"]) == (400 - done, done)
