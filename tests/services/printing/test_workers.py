"""The pool of worker processes: results, cancelling, lost workers, poisonous documents, and the end of the parent."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from app.services.errors import Cancelled, DatabaseProblem
from app.services.invoicing.document import GatheredInvoice, InvoiceDocument
from app.services.paper import pdf
from app.services.printing import workers
from app.services.printing.worker_process import RenderResult, RenderTask
from app.services.printing.workers import RenderPool, WorkersFailed
from tests.support import invoice_samples as samples
from tests.support.pdf_reading import page_texts
from tests.support.render_pools import Shelf

ROOT = Path(__file__).parents[3]
TasksFor = Callable[[list[InvoiceDocument], Path], list[RenderTask]]


@pytest.fixture(scope="module", autouse=True)
def _started_from_nothing() -> Iterator[None]:
    """Here workers start as they do in the program."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "_CONTEXT", multiprocessing.get_context("spawn"))
        yield


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Where workers read documents in this module."""
    return Shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def pool(shelf: Shelf) -> Iterator[RenderPool]:
    """Two workers for the tests that leave them in order."""
    with RenderPool(shelf, 2) as running:
        yield running


@pytest.fixture
def tasks_for(shelf: Shelf) -> TasksFor:
    """Puts documents where workers find them and answers tasks for them."""

    def make(documents: list[InvoiceDocument], folder: Path) -> list[RenderTask]:
        shelf.put(documents)
        return [RenderTask(invoice_id=each.invoice_id, number=each.number,
                           path=folder / f"{each.invoice_id}.pdf") for each in documents]

    return make


class Deadly:
    """Kills the process that unpickles it; stands in for a document with which the renderer crashes."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)",)


class Stuck:
    """Keeps the process that unpickles it busy for a minute."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("import time; time.sleep(60)",)


def by_id(results: Iterator[RenderResult]) -> dict[int, RenderResult]:
    """Results by invoice; each invoice must be reported once."""
    found: dict[int, RenderResult] = {}
    for result in results:
        assert result.invoice_id not in found
        found[result.invoice_id] = result
    return found


def test_every_invoice_is_written_and_reported_once(pool: RenderPool, tmp_path: Path, tasks_for: TasksFor) -> None:
    documents = samples.batch(50)
    results = by_id(pool.render(tasks_for(documents, tmp_path)))
    assert sorted(results) == list(range(1, 51))
    for document in documents:
        result = results[document.invoice_id]
        assert result.ok
        assert result.pages == pdf.page_count(document)
        assert result.warnings == ()
        assert result.path.read_bytes() == pdf.render_invoice(document)
    assert len(list(tmp_path.iterdir())) == 50


def test_warnings_and_failures_belong_to_their_invoice(pool: RenderPool, tmp_path: Path, tasks_for: TasksFor) -> None:
    good, bare, odd, lost = samples.batch(4)
    bare = replace(bare, bill_to_lines=())
    odd = replace(odd, currency="XXY")
    tasks = tasks_for([good, bare, odd, lost], tmp_path)
    tasks[3] = replace(tasks[3], path=tmp_path / "missing" / "4.pdf")
    results = by_id(pool.render(tasks))
    assert results[1].ok
    assert "address" in results[2].warnings[0]
    assert results[2].ok
    assert not results[3].ok
    assert results[3].message == 'Invoice HT-20002 was not printed: "XXY" is not an ISO 4217 currency code'
    assert not results[4].ok
    assert "its folder does not exist" in results[4].message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.pdf", "2.pdf"]


def test_no_task_no_result(pool: RenderPool) -> None:
    assert list(pool.render([])) == []


def test_tasks_are_taken_as_they_are_needed(pool: RenderPool, tmp_path: Path, tasks_for: TasksFor) -> None:
    """However long the batch: two chunks at work, one ahead, one whose results are being read."""
    taken = 0

    def source() -> Iterator[RenderTask]:
        nonlocal taken
        for task in tasks_for(samples.batch(400, lines=2), tmp_path):
            taken += 1
            yield task

    for done, _ in enumerate(pool.render(source()), start=1):
        assert taken - done <= 4 * 16
    assert taken == 400


def test_cancelling_stops_between_chunks(pool: RenderPool, tmp_path: Path, tasks_for: TasksFor) -> None:
    finished: list[RenderResult] = []
    running = pool.render(tasks_for(samples.batch(400, lines=2), tmp_path), is_cancelled=lambda: len(finished) >= 20)
    finished.extend(iter(lambda: next(running, None), None))
    assert 20 <= len(finished) <= 80
    assert len(list(tmp_path.glob("*.pdf"))) == len(finished)
    again = by_id(pool.render(tasks_for(samples.batch(20), tmp_path)))
    assert len(again) == 20


def test_an_abandoned_batch_does_not_speak_up_in_the_next(
    pool: RenderPool, tmp_path: Path, tasks_for: TasksFor
) -> None:
    running = pool.render(tasks_for(samples.batch(200), tmp_path))
    next(running)
    running.close()
    assert sorted(by_id(pool.render(tasks_for(samples.batch(3), tmp_path)))) == [1, 2, 3]


def test_a_failing_source_ends_the_batch_and_not_the_pool(
    pool: RenderPool, tmp_path: Path, tasks_for: TasksFor
) -> None:
    def source() -> Iterator[RenderTask]:
        yield from tasks_for(samples.batch(40), tmp_path)
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError, match="the database is gone"):
        list(pool.render(source()))
    assert len(by_id(pool.render(tasks_for(samples.batch(3), tmp_path)))) == 3


def test_a_killed_worker_costs_no_invoice(tmp_path: Path, tasks_for: TasksFor, shelf: Shelf) -> None:
    documents = samples.batch(120)
    with RenderPool(shelf, 2) as pool:
        results = []
        for count, result in enumerate(pool.render(tasks_for(documents, tmp_path))):
            results.append(result)
            if count in {5, 60}:
                os.kill(pool.worker_pids[0], signal.SIGKILL)
        found = by_id(iter(results))
    assert sorted(found) == list(range(1, 121))
    assert all(result.ok for result in results)


def test_idle_workers_killed_between_batches_are_replaced(tmp_path: Path, tasks_for: TasksFor, shelf: Shelf) -> None:
    with RenderPool(shelf, 2) as pool:
        assert len(by_id(pool.render(tasks_for(samples.batch(40), tmp_path)))) == 40
        for pid in pool.worker_pids:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)
        assert all(result.ok for result in by_id(pool.render(tasks_for(samples.batch(40), tmp_path))).values())


def test_a_document_that_kills_is_reported_and_the_rest_printed(
    tmp_path: Path, tasks_for: TasksFor, shelf: Shelf
) -> None:
    documents = samples.batch(40)
    documents[7] = replace(documents[7], account_code=Deadly())  # type: ignore[arg-type]
    with RenderPool(shelf, 2) as pool:
        results = by_id(pool.render(tasks_for(documents, tmp_path)))
    assert sorted(results) == list(range(1, 41))
    assert [result.invoice_id for result in results.values() if not result.ok] == [8]
    assert results[8].message == (
        "Invoice HT-20007 was not printed: each process that tried to draw it was killed by signal 9."
    )
    assert len(list(tmp_path.iterdir())) == 39


def test_a_document_that_never_ends_is_reported(tmp_path: Path, tasks_for: TasksFor, shelf: Shelf) -> None:
    documents = samples.batch(3)
    documents[1] = replace(documents[1], account_code=Stuck())  # type: ignore[arg-type]
    with RenderPool(shelf, 1, timeout_s=3) as pool:
        results = by_id(pool.render(tasks_for(documents, tmp_path)))
    assert [result.ok for _, result in sorted(results.items())] == [True, False, True]
    assert "took longer than 3 seconds" in results[2].message


def test_merging_in_a_worker(pool: RenderPool, tmp_path: Path, tasks_for: TasksFor) -> None:
    documents = samples.batch(40)
    documents[3] = replace(documents[3], currency="XXY")
    path = tmp_path / "all.pdf"
    merged = pool.merge(iter(tasks_for(documents, path.parent)), path)
    texts = page_texts(path.read_bytes())
    assert merged.pages == len(texts)
    assert [re.search(r"HT-\d+", text)[0] for text in texts if "page 1 of" in text] == [  # type: ignore[index]
        document.number for document in documents if document.currency == "AUD"
    ]
    [failed] = merged.failed
    assert failed.message == 'Invoice HT-20003 is not in 4.pdf: "XXY" is not an ISO 4217 currency code'
    assert list(tmp_path.iterdir()) == [path]


def test_merging_nothing(pool: RenderPool, tmp_path: Path) -> None:
    assert pool.merge([], tmp_path / "all.pdf").pages == 0
    assert list(tmp_path.iterdir()) == []


def test_a_merge_that_cannot_be_written_says_why(pool: RenderPool, tmp_path: Path, tasks_for: TasksFor) -> None:
    tasks = tasks_for(samples.batch(3), tmp_path)
    with pytest.raises(WorkersFailed, match=r"all\.pdf cannot be written: its folder does not exist"):
        pool.merge(tasks, tmp_path / "missing" / "all.pdf")
    assert pool.merge(tasks, tmp_path / "all.pdf").pages == 6


def test_a_cancelled_merge_leaves_nothing(pool: RenderPool, tmp_path: Path, tasks_for: TasksFor) -> None:
    seen: list[int] = []

    def source() -> Iterator[RenderTask]:
        for task in tasks_for(samples.batch(200), tmp_path):
            seen.append(task.invoice_id)
            yield task

    with pytest.raises(Cancelled):
        pool.merge(source(), tmp_path / "all.pdf", is_cancelled=lambda: len(seen) > 50)
    assert len(seen) < 100
    assert list(tmp_path.iterdir()) == []


def test_a_worker_killed_while_merging_is_told(tmp_path: Path, tasks_for: TasksFor, shelf: Shelf) -> None:
    tasks = tasks_for(samples.batch(200), tmp_path)
    with RenderPool(shelf, 1) as pool:

        def source() -> Iterator[RenderTask]:
            for task in tasks:
                if task.invoice_id == 60:
                    os.kill(pool.worker_pids[0], signal.SIGKILL)
                yield task

        with pytest.raises(WorkersFailed, match="was killed by signal 9"):
            pool.merge(source(), tmp_path / "all.pdf")
        assert list(tmp_path.iterdir()) == []
        assert pool.merge(tasks[:3], tmp_path / "all.pdf").pages == 6


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system knows no niceness")
def test_workers_give_way_only_where_asked(tmp_path: Path, tasks_for: TasksFor, shelf: Shelf) -> None:
    own = psutil.Process().nice()
    if own >= 19:
        pytest.skip("started with the least priority there is")
    for gives_way in (False, True):
        with RenderPool(shelf, 1, gives_way=gives_way) as pool:
            assert len(by_id(pool.render(tasks_for(samples.batch(1), tmp_path)))) == 1
            assert (psutil.Process(pool.worker_pids[0]).nice() > own) is gives_way


def test_leaving_the_pool_ends_its_processes(shelf: Shelf) -> None:
    with RenderPool(shelf, 2) as pool:
        children = [psutil.Process(pid) for pid in pool.worker_pids]
    assert not any(child.is_running() for child in children)


def test_no_child_outlives_a_killed_parent_by_two_seconds(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys; from pathlib import Path\n"
        "from app.services.printing.workers import RenderPool, RenderTask\n"
        "from tests.support import invoice_samples as samples\n"
        "from tests.support.render_pools import Shelf\n"
        "if __name__ == '__main__':\n"
        "    shelf = Shelf(Path(sys.argv[1]))\n"
        "    shelf.put(samples.batch(40, lines=300))\n"
        "    with RenderPool(shelf, 2) as pool:\n"
        "        tasks = (RenderTask(invoice_id=n % 40 + 1, number='', path=Path(sys.argv[1], 'x.pdf'))\n"
        "                 for n in range(40_000))\n"
        "        for result in pool.render(tasks):\n"
        "            print('working', flush=True)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen(
        [sys.executable, script, tmp_path], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "working\n"
    children = psutil.Process(parent.pid).children(recursive=True)
    assert len(children) >= 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _, alive = psutil.wait_procs(children, timeout=2)
    alive = [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]  # ended, if not collected yet
    for process in alive:
        process.kill()
    assert alive == []


def test_an_invoice_that_cannot_be_read_stops_no_other(
    pool: RenderPool, tmp_path: Path, tasks_for: TasksFor, shelf: Shelf
) -> None:
    tasks = tasks_for(samples.batch(20), tmp_path)
    (shelf.folder / "3").write_bytes(b"no pickle")
    (shelf.folder / "7").unlink()
    results = by_id(pool.render(tasks))
    assert sorted(id_ for id_, result in results.items() if not result.ok) == [3, 7]
    assert results[3].message.startswith("Invoice HT-20002 was not printed: ")
    assert "No such file" in results[7].message
    merged = pool.merge(tasks, tmp_path / "all.pdf")
    assert [failed.number for failed in merged.failed] == ["HT-20002", "HT-20006"]
    assert merged.pages == 18 * 2


class Gone(Shelf):
    """A shelf in a house that is not there any more."""

    def read(self, invoice_ids: Sequence[int]) -> list[GatheredInvoice]:
        raise DatabaseProblem(f"The server has left before {len(invoice_ids)} invoices.", state="missing")


def test_a_source_that_is_gone_ends_the_batch_in_its_own_words(tmp_path: Path, tasks_for: TasksFor) -> None:
    tasks = tasks_for(samples.batch(3), tmp_path)
    with RenderPool(Gone(tmp_path), 2) as pool:
        for work in (lambda: list(pool.render(tasks)), lambda: pool.merge(tasks, tmp_path / "all.pdf")):
            with pytest.raises(DatabaseProblem, match="has left before 3 invoices") as told:
                work()
            assert told.value.state == "missing"
        assert len(pool.worker_pids) == 2
    assert list(tmp_path.iterdir()) == []


def test_workers_import_no_qt_and_the_window_nothing_of_drawing(tmp_path: Path) -> None:
    """What a worker imports: the modules of the pool, and of reading and drawing once it does so."""
    script = (
        "import sys; from pathlib import Path\n"
        "from app.services.printing import workers, worker_process\n"
        "light = set(sys.modules)\n"
        "from tests.support import invoice_samples as samples\n"
        "from tests.support.render_pools import LedgerSource, Shelf\n"
        f"shelf = Shelf(Path({str(tmp_path)!r}))\n"
        "shelf.put([samples.document()])\n"
        f"task = worker_process.RenderTask(invoice_id=10451, number='', path=Path({str(tmp_path)!r}, 'x.pdf'))\n"
        "worker_process._render(shelf, [task])\n"
        "heavy = set(sys.modules)\n"
        "roots = lambda names: {name.partition('.')[0] for name in names}\n"
        "assert not roots(light) & {'reportlab', 'babel', 'sqlalchemy'}, 'the window pays for it'\n"
        "assert roots(heavy) >= {'reportlab', 'sqlalchemy'}\n"
        "unwanted = roots(heavy) & {'PySide6', 'qasync', 'qtawesome', 'alembic', 'httpx'}\n"
        "assert not unwanted, unwanted\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)
    assert (tmp_path / "x.pdf").exists()
