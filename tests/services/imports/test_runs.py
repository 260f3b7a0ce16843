"""An import as a whole: all or nothing, dry runs, somebody else at work meanwhile, stopping, and what stays behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.services.changes import Changed
from app.services.errors import Cancelled, InputRejected
from app.services.imports import run
from app.services.imports.invoices import InvoicesImport
from app.services.imports.providers import ProviderFacts, providers_of
from app.services.imports.run import ImportReport
from app.services.imports.staging import Stage
from app.services.jobs import JobContext, Progress
from tests.factories.books import Book
from tests.services.imports.conftest import HEADERS, Desk

_INVOICES = [f"north,C-{1 + n % 2},I-{n},2024-03-01,2024-03-15,{n}.50,{'yes' if n % 3 else 'no'},"
             for n in range(1, 40)]


class _Meanwhile(JobContext):
    """Does something the moment an import has judged its rows and is about to write them."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._act = act
        self._asked = 0

    def raise_if_cancelled(self) -> None:
        self._asked += 1
        if self._asked == 3:
            self._act()
        super().raise_if_cancelled()


def test_one_wrong_row_keeps_the_whole_file_out(stocked: Desk) -> None:
    before = stocked.counts()
    report = stocked.load("invoices", *_INVOICES, "north,C-1,I-99,2024-03-01,2024-03-15,1.005,no,")
    assert (report.rows, report.added, report.skipped, len(report.errors)) == (40, 0, 0, 1)
    assert stocked.counts() == before


def test_a_dry_run_answers_the_same_and_writes_nothing(desk: Desk) -> None:
    rows = ("north,C-1,Ann,2024-01-01", "north,C-1,Ann,2024-01-01", "north,C-2,Ben,2024-01-01")
    before = desk.counts()
    dry = desk.load("accounts", *rows, dry_run=True)
    assert desk.counts() == before
    real = desk.load("accounts", *rows)
    assert (dry.rows, dry.added, dry.skipped) == (real.rows, real.added, real.skipped) == (3, 2, 1)
    dry = desk.load("accounts", *rows, "north,C-3,Cyd,2024-01-01", dry_run=True)
    assert (dry.rows, dry.added, dry.skipped) == (4, 1, 3)
    wrong = desk.load("accounts", "north,C-1,Bob,2024-01-01", dry_run=True)
    assert [error.field for error in wrong.errors] == ["name"]


def test_what_was_imported_stays_in_the_audit_trail(stocked: Desk) -> None:
    report = stocked.load("invoices", *_INVOICES, *_INVOICES[:2])
    with stocked.database.read() as session:
        entries = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "imported")
                                  .order_by(AuditEntry.id)).all()
    assert entries == ["accounts from accounts.csv by accounts.toml: 3 added, 0 skipped",
                       "invoices from invoices.csv by invoices.toml: 39 added, 2 skipped"]
    assert report.changes.kinds == {Changed.LEDGER}
    assert len(report.changes.account_ids) == 2
    assert report.sentence == "39 added, 2 skipped, from 41 rows."


def test_rows_that_came_in_meanwhile_are_skipped(stocked: Desk) -> None:
    context = _Meanwhile(lambda: stocked.load("invoices", *_INVOICES[:10]))
    report = stocked.load("invoices", *_INVOICES, context=context)
    assert (report.added, report.skipped, report.errors) == (29, 10, ())


def test_rows_that_came_in_otherwise_meanwhile_are_refused(stocked: Desk) -> None:
    context = _Meanwhile(lambda: stocked.load("invoices", _INVOICES[0].replace("1.50", "9.99")))
    report = stocked.load("invoices", *_INVOICES, context=context)
    assert [(error.row, error.field) for error in report.errors] == [(1, "amount")]
    assert stocked.counts()["financial_transaction"] == 1


def _race(desk: Desk, kind: Any, rows: list[str]) -> list[ImportReport]:
    """Two imports of one file that both have judged it before either writes."""
    desk.load(kind, *rows, dry_run=True)  # leaves the file and the map for both
    barrier = threading.Barrier(2, timeout=30)

    def load(_number: int) -> ImportReport:
        return run.import_file(desk.database, _Meanwhile(barrier.wait), kind=kind, path=desk.folder / f"{kind}.csv",
                               mapping=desk.folder / f"{kind}.toml")

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(load, range(2)))


def test_two_imports_of_one_file_at_once_add_it_once(stocked: Desk) -> None:
    reports = _race(stocked, "invoices", _INVOICES)
    assert sorted((r.added, r.skipped, len(r.errors)) for r in reports) == [(0, 39, 0), (39, 0, 0)]
    reports = _race(stocked, "accounts", ["west,C-1,Ann,2024-01-01", "north,C-9,Eve,2024-01-01"])
    assert sorted((r.added, r.skipped, len(r.errors)) for r in reports) == [(0, 2, 0), (2, 0, 0)]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_key_taken_in_the_last_moment_is_looked_at_again(stocked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock both imports come to write; the database refuses one, whose next attempt sees the rows."""
    barrier = threading.Barrier(2, timeout=30)
    attempts: list[int] = []
    write = InvoicesImport.write

    def write_together(self: InvoicesImport, *arguments: Any) -> Any:
        attempts.append(1)
        barrier.wait()  # both have judged inside their transactions, and neither has written
        return write(self, *arguments)

    monkeypatch.setattr(run, "lock_imports", lambda _session: None)
    monkeypatch.setattr(InvoicesImport, "write", write_together)
    reports = _race(stocked, "invoices", _INVOICES)
    assert sorted((r.added, r.skipped, len(r.errors)) for r in reports) == [(0, 39, 0), (39, 0, 0)]
    assert len(attempts) == 2, "the second attempt had nothing left to write"


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_provider_made_between_two_looks_is_no_other_account(
    stocked: Desk, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One judgement asks several questions; somebody else makes the very provider that the file is about meanwhile."""
    looks: list[int] = []

    def look(session: Session, stage: Stage) -> dict[str, ProviderFacts]:
        found = providers_of(session, stage)
        looks.append(len(found))
        if len(looks) == 1:
            with stocked.database.write() as other:
                Book(other).provider("west", currency="EUR")
        return found

    monkeypatch.setattr("app.services.imports.accounts.providers_of", look)
    report = stocked.load("accounts", "west,C-1,Ann,2024-01-01")
    assert (report.added, report.errors) == (1, ())
    assert looks == [0, 1], "what is written is judged anew"


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_provider_in_the_making_is_waited_for(stocked: Desk) -> None:
    reports: list[ImportReport] = []
    thread = threading.Thread(target=lambda: reports.append(stocked.load("accounts", "west,C-1,Ann,2024-01-01")))
    with stocked.database.write() as other:
        Book(other).provider("west", currency="EUR")
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join()
    assert (reports[0].added, reports[0].errors) == (1, ())


def test_a_fault_of_ours_is_not_taken_for_somebody_elses_row(stocked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[int] = []

    def fail(*_arguments: object) -> None:
        attempts.append(1)
        constraint = Exception("constraint")
        constraint.sqlstate = "23505"  # type: ignore[attr-defined]
        raise IntegrityError("insert", {}, constraint)

    monkeypatch.setattr(run, "_audit", fail)
    before = stocked.counts()
    with pytest.raises(IntegrityError):
        stocked.load("invoices", *_INVOICES)
    assert len(attempts) == 3
    assert stocked.counts() == before


@pytest.mark.parametrize("moment", range(1, 5))
def test_stopping_leaves_nothing_behind(stocked: Desk, moment: int) -> None:
    class Stopping(JobContext):
        asked = 0

        def raise_if_cancelled(self) -> None:
            self.asked += 1
            if self.asked == moment:
                self.cancel()
            super().raise_if_cancelled()

    before = stocked.counts()
    with pytest.raises(Cancelled):
        stocked.load("invoices", *_INVOICES, "south,C-1,I-1,2024-03-01,2024-03-15,1,no,", context=Stopping())
    assert stocked.counts() == before


def test_progress_is_told_on_the_way(stocked: Desk) -> None:
    told: list[Progress] = []
    stocked.load("invoices", *_INVOICES, context=JobContext(told.append))
    assert [p.note for p in told] == ["Reading invoices.csv", "Checking 39 rows", "Invoices of north"]
    assert (told[-1].done, told[-1].total) == (39, 39)


def test_a_file_that_cannot_be_used_as_a_whole_is_row_0(stocked: Desk) -> None:
    report = stocked.load("invoices", "x", header="provider,number,account,issued,due,disputed,settled")
    assert [(e.row, e.field) for e in report.errors] == [(0, "amount")]
    assert report.sentence == ('There is no column "amount" (invoices.toml, [columns] amount). Did you mean "account"? '
                               "Nothing was imported.")
    report = stocked.load_bytes("invoices", b"")
    assert (report.rows, report.added, report.skipped, len(report.errors)) == (0, 0, 0, 1)
    missing = stocked.folder / "none.csv"
    report = run.import_file(stocked.database, JobContext(), kind="invoices", path=missing, dry_run=True,
                             mapping=stocked.folder / "invoices.toml")
    assert [(e.row, e.field, e.message) for e in report.errors] == [
        (0, "file", f"{missing} is not there. Check its name and folder.")]


def test_a_map_that_cannot_be_used_is_refused_at_once(stocked: Desk) -> None:
    stocked.change("invoices", 'amount = "amount"', 'amuont = "amount"')
    with pytest.raises(InputRejected, match=r"invoices\.toml, \[columns\] amuont: there is no such key"):
        stocked.load("invoices", *_INVOICES)


_CELLS = {
    "provider": ["north", "south", "west", "operator", "", "x" * 41],
    "code": ["C-1", "C-2", "C-7", "SUSPENSE", "ä/ö", "", "9" * 41], "account": ["C-1", "C-2", "C-7", "SUSPENSE", ""],
    "name": ["Ann", "Ben", "", "x" * 201, "ﷺ" * 200], "start": ["2024-01-01", "2024-02-30", "soon", ""],
    "id": ["0699", "0700", "", "x" * 80], "state": ["active", "Restricted", "", "suspended"],
    "started": ["", "2024-01-01", "1899-12-31"], "number": ["I-1", "I-2", "I-3", "", "x" * 60],
    "issued": ["2024-03-01", "2024-03-02", "1.3.2024"], "due": ["2024-03-15", "2024-02-28", ""],
    "amount": ["10", "10.50", "0", "-1", "1.005", "9" * 30, "1e9", "٣"], "disputed": ["yes", "no", "", "?"],
    "settled": ["", "2024-04-01", "2024-02-01"], "received": ["2024-04-01", "", "never"],
    "invoice": ["", "I-1", "I-2", "I-9"],
}


@pytest.mark.parametrize("kind", list(HEADERS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_file_of_likely_cells_ever_ends_in_a_fault(stocked: Desk, kind: str, data: st.DataObject) -> None:
    """Whatever rows a file puts together, they are added, skipped or refused, and then skipped or refused alike."""
    columns = HEADERS[kind].split(",")
    rows = data.draw(st.lists(st.tuples(*(st.sampled_from(_CELLS[c]) for c in columns)).map(",".join), max_size=4))
    first = stocked.load(kind, *rows)
    again = stocked.load(kind, *rows)
    assert first.rows == again.rows == len(rows)
    if first.errors:
        assert (first.added, first.skipped) == (0, 0)
        assert again.errors == first.errors
    else:
        assert first.added + first.skipped == len(rows)
        assert (again.added, again.skipped) == (0, len(rows))
