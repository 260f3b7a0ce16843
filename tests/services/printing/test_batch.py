"""Printing a batch: what is on paper, what a repeat leaves alone, and what goes wrong."""

from __future__ import annotations

import errno
import gc
import os
import re
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import func, select, update

from app.models.ledger.entries import FinancialTransaction, InvoiceLine, InvoiceStatement
from app.models.parties.contact import Contact
from app.models.parties.provider import Provider
from app.models.printing.batches import PrintBatch, PrintItem
from app.models.values import DeliveryMethod, InvoiceLayout, places_of
from app.services.changes import Changed
from app.services.clock import FixedClock
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.errors import Cancelled, InputRejected, NotFound
from app.services.files.unfinished import host
from app.services.hierarchy.new_contacts import NewContact
from app.services.invoicing.gather import gather_documents
from app.services.jobs import JobContext, Progress
from app.services.ledger.writing import NewLine
from app.services.paper.pdf import page_count, pages_and_titles, render_invoice
from app.services.printing import batch
from app.services.printing import folder as print_folder
from app.services.printing.batch import PrintReport, print_batch
from app.services.printing.file_names import invoice_file_name
from app.services.printing.preview import preview_page
from app.services.printing.selection import Selection
from app.services.printing.worker_process import RenderResult, RenderTask
from app.services.printing.workers import RenderPool
from tests.support.invoice_samples import LOGOS
from tests.support.invoicing_books import DAY, JUNE_3, gipfelnetz, harbour, line
from tests.support.pdf_reading import page_texts
from tests.support.render_pools import DeadlyLedger, PoolOfNobody
from tests.support.warm_processes import warm_context

SAMPLE = [line(112_50), line(-12_34, "Credit for the outage"), line(1_234_567_89, "Backbone"), line(5_00, "Deposit", 0)]


def print_(database: Database, folder: Path, context: JobContext | None = None, **more: Any) -> PrintReport:
    """Print with one worker what the keywords of a selection name."""
    merged, workers = more.pop("merged", None), more.pop("workers", 1)
    return print_batch(database, context or JobContext(), selection=Selection(**more), folder=folder,
                       merged_file=merged, workers=workers)


def fill(database: Database, count: int = 5, code: str = "HT") -> list[int]:
    """A provider with so many invoices I-000 … of one account, imported and never printed."""
    with database.write() as session:
        shop = harbour(session, code)
        return shop.imported(shop.account("A1"), [f"I-{n:03}" for n in range(count)])


def files(folder: Path) -> dict[str, int]:
    """Every file of a folder, hidden ones too, with the instant it was written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def items(database: Database) -> list[tuple[str, str]]:
    """File name and state of every recorded invoice."""
    with database.read() as session:
        rows = session.execute(select(PrintItem.file_name, PrintItem.state).order_by(PrintItem.file_name))
        return [(name, state) for name, state in rows]


def text_of(path: Path) -> str:
    return " ".join(page_texts(path.read_bytes()))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "out"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw without processes, where they are not what is tested."""
    monkeypatch.setattr(batch, "RenderPool", PoolOfNobody)


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Call it with the number of an invoice to make that one fatal to whoever draws it, and with "" to end that."""
    fatal = ""

    def choose(number: str) -> None:
        nonlocal fatal
        fatal = number

    monkeypatch.setattr(batch, "LedgerSource", lambda url: DeadlyLedger(url, fatal))
    return choose


# --------------------------------------------------------------------------- what is on paper


def plain(minor: int, currency: str) -> str:
    """An amount as an English page shows it."""
    places = places_of(currency)
    digits = f"{abs(minor):0{places + 1}}"
    whole = f"{int(digits[:-places] if places else digits):,}"
    return ("−" if minor < 0 else "") + whole + (f".{digits[-places:]}" if places else "")


@pytest.mark.parametrize("layout", list(InvoiceLayout))
def test_amounts_on_paper_are_those_of_the_ledger(database: Database, out: Path, layout: InvoiceLayout) -> None:
    with database.write() as session:
        shop = harbour(session)
        account = shop.account("A1", profile_id=shop.business if layout is InvoiceLayout.BUSINESS else None)
        shop.post(account, JUNE_3 - 90 * DAY, [line(110_07)])
        shop.pay(account, 99_03, JUNE_3 - 60 * DAY, "R-1")
        invoice = shop.post(account, JUNE_3, SAMPLE)
    report = print_(database, out)
    assert (report.printed, report.failed, report.warnings) == (2, (), ())
    text = text_of(out / "HT_HT-00002.pdf")
    with database.read() as session:
        row, statement = session.get_one(FinancialTransaction, invoice), session.get_one(InvoiceStatement, invoice)
        lines = session.scalars(select(InvoiceLine).where(InvoiceLine.transaction_id == invoice)).all()
        [document] = gather_documents(session, [invoice])
    assert document.layout is layout
    assert (statement.previous_balance_minor, statement.payments_since_minor) == (110_07, -99_03)
    figures = [row.amount_minor, statement.previous_balance_minor, statement.total_due_minor,
               *(each.amount_minor for each in lines), *(tax.tax_minor for tax in document.taxes),
               *(tax.net_minor for tax in document.taxes if tax.rate_bp)]
    shown = set(re.findall(r"[−-]?[\d,]+\.\d\d", text))
    for figure in figures:
        assert {plain(figure, "AUD"), plain(figure, "AUD").replace("−", "-")} & shown, figure
    assert plain(99_03, "AUD") in {each.lstrip("−-") for each in shown}
    assert sum(tax.net_minor for tax in document.taxes) == row.net_minor
    assert sum(tax.tax_minor for tax in document.taxes) == row.tax_minor


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
@pytest.mark.usefixtures("at_once")
def test_currencies_without_cents_and_with_thousandths(database: Database, out: Path, currency: str) -> None:
    with database.write() as session:
        shop = harbour(session, currency=currency)
        shop.imported(shop.account("A1"), ["I-1"], minor=1_234_567)
    assert print_(database, out).failed == ()
    assert plain(1_234_567, currency) in text_of(out / "HT_I-1.pdf")


def test_a_reprint_is_the_same_to_the_byte(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        shop = harbour(session)
        first, second = shop.account("A1", profile_id=shop.business), shop.account("A2")
        shop.post(first, lines=SAMPLE)
        shop.imported(second, ["I-1"])
        shop.imported(second, ["I-2"], on=JUNE_3 + 30 * DAY)
    one = print_(database, tmp_path / "one", merged=tmp_path / "one.pdf")
    with database.write() as session:
        shop = replace(shop, session=session)
        for n, account in enumerate((first, second)):
            shop.pay(account, 55_00, JUNE_3 - DAY, f"R-{n}")
        shop.imported(second, ["I-3"], on=JUNE_3 + 60 * DAY)
        session.execute(update(Contact).values(name="Moved", address_line1="Elsewhere"))
    two = print_(database, tmp_path / "two", issued_to=JUNE_3 + 30 * DAY, merged=tmp_path / "two.pdf")
    assert (one.printed, two.printed) == (3, 3)
    names = sorted(files(tmp_path / "one"))
    assert names == sorted(files(tmp_path / "two")) == ["HT_HT-00001.pdf", "HT_I-1.pdf", "HT_I-2.pdf"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_reprint_keeps_the_letterhead_and_the_next_invoice_shows_the_new(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        shop = harbour(session)
        account = shop.account("A1", profile_id=shop.business)
        shop.post(account)
        shop.imported(account, ["I-1"])
    print_(database, tmp_path / "one", merged=tmp_path / "one.pdf")
    with database.write() as session:
        session.execute(update(Provider).where(Provider.account_id == shop.id).values(
            legal_name="Haven Networks", address="9 Hill Road", bank_details="IBAN: XX00", tax_number="77 777",
            logo=(LOGOS / "summit.png").read_bytes()))
    two = print_(database, tmp_path / "two", merged=tmp_path / "two.pdf")
    assert two.printed == 2
    for name in ("one", "two"):
        assert sorted(files(tmp_path / name)) == ["HT_HT-00001.pdf", "HT_I-1.pdf"]
    for name in ("HT_HT-00001.pdf", "HT_I-1.pdf"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    with database.write() as session:
        replace(shop, session=session).post(account)
    assert print_(database, tmp_path / "two").printed == 1
    old, new = text_of(tmp_path / "two" / "HT_HT-00001.pdf"), text_of(tmp_path / "two" / "HT_HT-00002.pdf")
    for gone, come in (("Harbour Telecom Pty Ltd", "Haven Networks"), ("12 Quay Street", "9 Hill Road"),
                       ("000-000", "XX00"), ("00 000 000 000", "77 777")):
        assert gone in old
        assert gone not in new
        assert come in new


@pytest.mark.usefixtures("at_once")
def test_warnings_name_number_and_account_and_come_again(database: Database, out: Path) -> None:
    with database.write() as session:
        shop = harbour(session)
        bare, odd = shop.account("A1", contact=None), shop.account("A2",
                                                                   NewContact(name="王 Ltd", address_line1="1 Quay"))
        shop.imported(bare, ["I-1"], delivery=DeliveryMethod.EMAIL_AND_POST)
        shop.imported(odd, ["I-2"])
        shop.post(shop.account("A3"))
    report = print_(database, out)
    assert (report.printed, report.failed) == (3, ())
    told = "\n".join(report.warnings)
    assert len(report.warnings) == 3
    assert "Invoice I-1 of account A1: No postal address" in told
    assert "Invoice I-1 of account A1: No e-mail address" in told
    assert "Invoice I-2 of account A2: Printed as \ufffd because the font lacks them: 王 (U+738B)" in told
    again = print_(database, out)
    assert (again.printed, again.skipped, sorted(again.warnings)) == (0, 3, sorted(report.warnings))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_preview_shows_the_page_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        shop = harbour(session)
        [imported] = shop.imported(shop.account("A1"), ["I-1"])
        long = shop.post(shop.account("A2"), lines=[line(1_00 + n, f"Line {n}") for n in range(80)])
    picture = preview_page(database, JobContext(), invoice_id=imported, page=0, scale=0.5)
    assert (picture.number, picture.page, picture.page_count) == ("I-1", 0, 1)
    assert len(picture.rgba) == picture.width * picture.height * 4
    assert (picture.width, picture.height) == (298, 421)
    assert set(picture.rgba[3::4]) == {255}
    with database.read() as session:
        frozen = session.scalars(select(InvoiceStatement.transaction_id)).all()
        [document] = gather_documents(session, [long])
    assert frozen == [long]
    last = preview_page(database, JobContext(), invoice_id=long, page=99)
    assert last.page_count == page_count(document) > 1
    assert last.page == last.page_count - 1
    assert list(tmp_path.glob("*.pdf")) == []
    with pytest.raises(NotFound):
        preview_page(database, JobContext(), invoice_id=10**6)
    stopped = JobContext()
    stopped.cancel()
    with pytest.raises(Cancelled):
        preview_page(database, stopped, invoice_id=long)


# --------------------------------------------------------------------------- repeating


@pytest.mark.usefixtures("at_once")
def test_a_repeat_writes_only_what_is_missing(database: Database, out: Path) -> None:
    ids = fill(database)
    first = print_(database, out)
    assert (first.printed, first.skipped, first.failed) == (5, 0, ())
    assert first.changes.kinds == {Changed.PRINTING}
    before = files(out)
    again = print_(database, out)
    assert (again.batch_id, again.printed, again.skipped) == (first.batch_id, 0, 5)
    assert not again.changes
    assert files(out) == before
    (out / "HT_I-001.pdf").unlink()
    (out / "HT_I-003.pdf").write_bytes(b"")
    third = print_(database, out)
    assert (third.printed, third.skipped) == (2, 3)
    after = files(out)
    assert {name for name in after if after[name] != before[name]} == {"HT_I-001.pdf", "HT_I-003.pdf"}
    assert items(database) == [(f"HT_I-00{n}.pdf", "printed") for n in range(5)]
    with database.read() as session:
        for id_, document in zip(ids, gather_documents(session, ids), strict=True):
            assert (out / f"HT_{document.number}.pdf").read_bytes() == render_invoice(document), id_


@pytest.mark.usefixtures("at_once")
def test_another_folder_prints_again_and_another_selection_is_another_batch(database: Database, tmp_path: Path) -> None:
    fill(database)
    here = print_(database, tmp_path / "a")
    there = print_(database, tmp_path / "b")
    part = print_(database, tmp_path / "a", numbers=("I-001",))
    assert len({here.batch_id, there.batch_id, part.batch_id}) == 3
    assert (there.printed, part.printed) == (5, 1)
    assert print_(database, tmp_path / "b" / ".." / "a").batch_id == here.batch_id
    assert len(files(tmp_path / "a")) == 5


@pytest.mark.usefixtures("at_once")
def test_a_new_invoice_joins_its_batch(database: Database, tmp_path: Path, out: Path) -> None:
    with database.write() as session:
        shop = harbour(session)
        account = shop.account("A1")
        shop.imported(account, ["I-1"])
    merged = tmp_path / "all.pdf"
    print_(database, out, merged=merged)
    with database.write() as session:
        replace(shop, session=session).imported(account, ["I-0"])
    report = print_(database, out, merged=merged)
    assert (report.printed, report.skipped) == (1, 1)
    assert [title.split()[0] for title in pages_and_titles(merged)[1]] == ["I-0", "I-1"]


@pytest.mark.usefixtures("at_once")
def test_files_without_rows_are_written_over(database: Database, out: Path) -> None:
    """What a run left that was killed before it could record."""
    fill(database, 3)
    out.mkdir()
    (out / "HT_I-000.pdf").write_bytes(b"%PDF-of an interrupted run")
    assert print_(database, out).printed == 3
    assert (out / "HT_I-000.pdf").read_bytes().startswith(b"%PDF")


def test_leftovers_of_the_dead_are_cleared(database: Database, tmp_path: Path, out: Path) -> None:
    fill(database, 1)
    merged = tmp_path / "all [1].pdf"
    out.mkdir()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    def part(name: str, pid: int, on: str = host()) -> str:
        return f".{name}.{on}.{pid}.0123abcd.part"

    kept = [out / part("HT_I-000.pdf", os.getppid()), out / part("HT_I-000.pdf", gone.pid, "another-00aa11bb"),
            out / part("notes.txt", gone.pid), tmp_path / part("other.pdf", gone.pid)]
    for path in (*kept, out / part("HT_I-000.pdf", gone.pid), tmp_path / part("all [1].pdf", gone.pid)):
        path.write_bytes(b"half")
    print_(database, out, merged=merged)
    left = {path for folder in (out, tmp_path) for path in folder.glob(".*.part")}
    assert left == set(kept)
    assert merged.exists()


@pytest.mark.usefixtures("at_once")
def test_numbers_outside_the_other_conditions_are_named(database: Database, out: Path) -> None:
    fill(database, 3)
    report = print_(database, out, numbers=("I-000", "I-002"), issued_from=JUNE_3 + DAY)
    assert (report.printed, len(report.warnings)) == (0, 2)
    assert "Invoice I-000 of HT is in the list of numbers" in report.warnings[0]


def test_nothing_selected_is_nothing_printed(database: Database, tmp_path: Path, out: Path) -> None:
    fill(database, 1)
    report = print_(database, out, issued_from=JUNE_3 + DAY, merged=tmp_path / "all.pdf")
    assert (report.printed, report.skipped, report.failed) == (0, 0, ())
    assert list(out.iterdir()) == []
    assert not (tmp_path / "all.pdf").exists()


# --------------------------------------------------------------------------- names of files


@pytest.mark.usefixtures("at_once")
def test_numbers_that_no_file_system_likes(database: Database, tmp_path: Path, out: Path) -> None:
    numbers = ["../../up", "..", "a/b", "a\\b", "INV-1", "inv-1", "Inv-1", "con", "ΤΙΜ 1", "é", "e\u0301", "x" * 60,
               "x" * 59 + "y", "~", " lead", "*?:<>|"]
    with database.write() as session:
        shop = harbour(session, "H/T")
        shop.imported(shop.account("A1"), numbers)
    assert print_(database, out).printed == len(numbers)
    written = sorted(path.name for path in out.iterdir())
    assert written == sorted(invoice_file_name("H/T", number) for number in numbers)
    assert len({name.casefold() for name in written}) == len(numbers)
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".db") in (["out"], [
        "bursar.db-shm", "bursar.db-wal", "out"])
    for number in ("../../up", "Inv-1", "ΤΙΜ 1"):
        assert number in text_of(out / invoice_file_name("H/T", number))
    assert print_(database, out).skipped == len(numbers)


# --------------------------------------------------------------------------- the merged file


def test_the_merged_file_holds_all_in_order(database: Database, out: Path) -> None:
    with database.write() as session:
        german = gipfelnetz(session)
        german.imported(german.account("K1"), ["R-2", "R-1"], on=JUNE_3 + DAY)
        shop = harbour(session)
        account = shop.account("A1", profile_id=shop.business)
        shop.imported(account, ["Z"], on=JUNE_3 - DAY)
        shop.post(account, lines=[line(1_00 + n, f"Line {n}") for n in range(70)])
        shop.imported(account, ["B", "A"])
    merged = out / "all.pdf"
    report = print_(database, out, merged=merged)
    assert (report.printed, report.failed) == (6, ())
    order = ["GN_R-1", "GN_R-2", "HT_Z", "HT_A", "HT_B", "HT_HT-00001"]
    singles = [text for name in order for text in page_texts((out / f"{name}.pdf").read_bytes())]
    assert page_texts(merged.read_bytes()) == singles
    assert len(singles) > 6
    assert len(files(out)) == 7


@pytest.mark.usefixtures("at_once")
def test_the_merged_file_is_written_again_only_where_it_must(database: Database, tmp_path: Path, out: Path) -> None:
    fill(database)
    merged = tmp_path / "all.pdf"
    print_(database, out)
    other = print_(database, tmp_path / "b", numbers=("I-002",), merged=merged)
    assert other.printed == 1
    assert print_(database, out, merged=merged).printed == 0  # it holds another batch
    whole = merged.read_bytes()
    assert len(pages_and_titles(merged)[1]) == 5
    written = merged.stat().st_mtime_ns
    print_(database, out, merged=merged)
    assert merged.stat().st_mtime_ns == written
    (out / "HT_I-004.pdf").unlink()
    print_(database, out, merged=merged)
    assert merged.stat().st_mtime_ns > written
    for broken in (b"", b"%PDF-no more", whole[:2000], None):
        merged.unlink() if broken is None else merged.write_bytes(broken)
        report = print_(database, out, merged=merged)
        assert (report.printed, report.skipped, report.failed) == (0, 5, ())
        assert merged.read_bytes() == whole


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_merged_file_in_the_way_is_refused(database: Database, tmp_path: Path, out: Path) -> None:
    fill(database)
    (tmp_path / "dir.pdf").mkdir()
    (tmp_path / "file").write_text("x")
    for merged, says in ((out / "ht_i-001.PDF", "the file of invoice I-001"), (tmp_path / "dir.pdf", "is a folder"),
                         (tmp_path / "file" / "x.pdf", "a file is in its way")):
        with pytest.raises(InputRejected, match=says):
            print_(database, out, merged=merged)
    assert not out.exists()  # what is refused leaves no folder
    assert items(database) == []


# --------------------------------------------------------------------------- what goes wrong


def test_one_document_that_fails_is_reported_and_tried_again(
    database: Database, tmp_path: Path, out: Path, deadly: Callable[[str], None]
) -> None:
    fill(database)
    merged = tmp_path / "all.pdf"
    deadly("I-002")
    for attempt in (1, 2):
        report = print_(database, out, merged=merged)
        assert [failure.number for failure in report.failed] == ["I-002"]
        assert "was killed by signal 9" in report.failed[0].message
        assert (report.printed, report.skipped) == ((4, 0) if attempt == 1 else (0, 4))
        assert dict(items(database))["HT_I-002.pdf"] == "failed"
        assert [title.split()[0] for title in pages_and_titles(merged)[1]] == ["I-000", "I-001", "I-003", "I-004"]
    written = merged.stat().st_mtime_ns
    print_(database, out, merged=merged)
    assert merged.stat().st_mtime_ns == written
    deadly("")
    report = print_(database, out, merged=merged)
    assert (report.printed, report.skipped, report.failed) == (1, 4, ())
    assert dict(items(database))["HT_I-002.pdf"] == "printed"
    assert len(pages_and_titles(merged)[1]) == 5
    assert len(files(out)) == 5


def test_a_name_taken_by_a_folder_fails_alone(database: Database, out: Path) -> None:
    fill(database, 3)
    out.mkdir()
    (out / "HT_I-001.pdf").mkdir()
    report = print_(database, out)
    assert (report.printed, [failure.number for failure in report.failed]) == (2, ["I-001"])
    (out / "HT_I-001.pdf").rmdir()
    assert print_(database, out).printed == 1


def refusing(code: int) -> Callable[[Path], None]:
    def refuse(folder: Path) -> None:
        raise OSError(code, os.strerror(code), str(folder))

    return refuse


@pytest.mark.parametrize(("code", "says"), [
    (errno.ENOSPC, "is full"), (errno.EACCES, "does not allow writing"), (errno.EROFS, "does not allow writing"),
    (errno.EIO, "Input/output error"),
])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_folder_that_cannot_be_written_is_refused(
    database: Database, out: Path, monkeypatch: pytest.MonkeyPatch, code: int, says: str
) -> None:
    fill(database)
    monkeypatch.setattr(print_folder, "try_writing", refusing(code))
    with pytest.raises(InputRejected, match=says):
        print_(database, out)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(PrintBatch)) == 0


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_file_in_the_place_of_the_folder_is_refused(database: Database, tmp_path: Path) -> None:
    fill(database)
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", Path(os.devnull), tmp_path / ("x" * 300)):
        with pytest.raises(InputRejected):
            print_(database, folder)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_unknown_numbers_print_nothing_and_make_no_folder(database: Database, out: Path) -> None:
    fill(database)
    with pytest.raises(InputRejected):
        print_(database, out, numbers=("I-000", "I-999"))
    assert not out.exists()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_too_small_a_disk_is_refused_before_anything_is_drawn(
    database: Database, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    small = type("Disk", (), {"total": 1 << 30, "free": 30_000})
    monkeypatch.setattr(print_folder.shutil, "disk_usage", lambda _: small)
    with pytest.raises(InputRejected, match="has 29 KB left; 5 invoices need at least 120 KB"):
        print_(database, out)
    assert list(out.iterdir()) == []


def test_a_disk_that_fills_up_stops_the_batch_and_keeps_what_is_printed(
    database: Database, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    (out / "HT_I-003.pdf").mkdir(parents=True)  # stands in for the write that fails
    monkeypatch.setattr(batch, "require_writable", refuse_full)
    with pytest.raises(InputRejected, match=r"is full. \d of 5 invoices are printed and stay"):
        print_(database, out)
    kept = dict(items(database))
    assert "HT_I-003.pdf" not in kept
    assert set(kept.values()) <= {"printed"}
    assert len(kept) >= 3
    monkeypatch.undo()
    (out / "HT_I-003.pdf").rmdir()
    report = print_(database, out)
    assert (report.printed, report.skipped) == (5 - len(kept), len(kept))


def refuse_full(folder: Path) -> None:
    raise InputRejected(f"The disk that holds {folder} is full.")


def test_cancelling_keeps_what_is_printed(database: Database, tmp_path: Path, out: Path) -> None:
    fill(database, 60)
    context = JobContext(lambda progress: context.cancel() if progress.done else None)
    with pytest.raises(Cancelled, match=r"of 60 invoices are printed and stay"):
        print_(database, out, context, merged=tmp_path / "all.pdf")
    done = len(items(database))
    assert 0 < done < 60
    assert len(files(out)) == done
    report = print_(database, out)
    assert (report.printed, report.skipped) == (60 - done, done)


def test_cancelled_before_it_begins_or_while_merging(database: Database, tmp_path: Path, out: Path) -> None:
    fill(database, 40)
    stopped = JobContext()
    stopped.cancel()
    with pytest.raises(Cancelled):
        print_(database, out, stopped)
    assert list(out.iterdir()) == []
    context = JobContext(lambda progress: context.cancel() if progress.note == "merged file" else None)
    with pytest.raises(Cancelled, match=r"40 of 40 invoices are printed and stay; all.pdf was not written"):
        print_(database, out, context, merged=tmp_path / "all.pdf")
    assert len(items(database)) == 40
    assert list(tmp_path.glob("*.part")) == list(tmp_path.glob(".*.part")) == []


def test_progress_counts_all_and_names_failures(
    database: Database, out: Path, deadly: Callable[[str], None]
) -> None:
    fill(database)
    print_(database, out, numbers=("I-000",))
    seen: list[Progress] = []
    busy: list[int] = []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        busy.append(database.engine.pool.checkedout())  # type: ignore[attr-defined]

    deadly("I-001")
    print_(database, out, JobContext(watch))
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert {progress.total for progress in seen} == {5}
    assert (seen[0].done, seen[0].note) == (0, "")
    assert (seen[-1].done, seen[-1].note) == (5, "1 failed")
    assert set(busy) == {0}, "a unit of work was open while drawing"


# --------------------------------------------------------------------------- kills, company, size


@contextmanager
def a_worker_is_killed() -> Iterator[None]:
    """Kill one worker in the middle of a batch."""
    original = RenderPool.render

    def render(self: RenderPool, tasks: Iterable[RenderTask], **more: Any) -> Iterator[RenderResult]:
        for n, result in enumerate(original(self, tasks, **more)):
            if n == 5:
                os.kill(self.worker_pids[0], signal.SIGKILL)
            yield result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RenderPool, "render", render)
        yield


def test_a_killed_worker_costs_no_invoice(database: Database, out: Path) -> None:
    fill(database, 80)
    with a_worker_is_killed():
        report = print_(database, out, workers=2)
    assert (report.printed, report.failed) == (80, ())
    assert sorted(files(out)) == [f"HT_I-{n:03}.pdf" for n in range(80)]
    assert {pages_and_titles(path)[0] for path in out.iterdir()} == {1}


def test_two_programs_at_one_batch_disturb_nothing(
    database: Database, database_url: str, tmp_path: Path, out: Path
) -> None:
    ids = fill(database, 60)
    merged = tmp_path / "all.pdf"
    command = [sys.executable, "-m", "app", "--database", database_url, "invoices", "print", "--out", str(out),
               "--merge", str(merged)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    assert sorted(files(out)) == [f"HT_I-{n:03}.pdf" for n in range(60)]
    assert list(tmp_path.glob(".*.part")) == []
    assert len(items(database)) == 60
    assert len(pages_and_titles(merged)[1]) == 60
    with database.read() as session:
        documents = gather_documents(session, ids)
    for document in documents:
        assert (out / f"HT_{document.number}.pdf").read_bytes() == render_invoice(document)


class Paperless(PoolOfNobody):
    """Takes every document and draws none: what is left is the coordinator's own memory."""

    def draw(self, task: RenderTask) -> RenderResult:
        return RenderResult(invoice_id=task.invoice_id, number=task.number, ok=True, path=task.path, pages=1,
                            message="", warnings=())


class Tidy(JobContext):
    """The collector rests while tests run; what it would have taken by now is not held by the batch."""

    def report(self, progress: Progress) -> None:
        if progress.done % 50 == 0:
            gc.collect()

    def raise_if_cancelled(self) -> None:
        gc.collect()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_memory_does_not_grow_with_the_batch(database: Database, database_url: str, tmp_path: Path) -> None:
    with database.write() as session:
        shop = harbour(session)
        for count in (400, 1600):  # the smaller fills the largest chunk that is read at a time
            shop.imported(shop.account(f"A{count}"), [f"{count}-{n}" for n in range(count)])
    # In a process of its own: one that has run a thousand tests moves megabytes of its own tables now and then.
    answers, theirs = warm_context().Pipe()
    process = warm_context().Process(target=_grown, args=(theirs, database_url, tmp_path, database.clock.now()))
    process.start()
    theirs.close()
    assert answers.poll(60)
    # Ids and numbers of what is still to do may grow, some 200 bytes an invoice; a document kept would be thousands.
    assert answers.recv() < 1200 * 400
    process.join()


def _grown(pipe: Connection, url: str, folder: Path, now: datetime) -> None:
    """By how much the highest use of memory differs between 1,600 invoices and 400."""
    batch.RenderPool = Paperless  # type: ignore[misc, assignment]
    own = Database(parse_url(url), clock=FixedClock(now), actor="test")

    def peak(name: str, count: int) -> int:
        tracemalloc.start()
        report = print_(own, folder / name, Tidy(), account=f"A{count}")
        assert report.printed == count
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak("warm", 400)
    pipe.send(peak("large", 1600) - peak("small", 400))
    own.close()


def test_no_process_is_left(database: Database, out: Path, deadly: Callable[[str], None]) -> None:
    fill(database, 20)
    before = set(psutil.Process().children(recursive=True))
    deadly("I-003")
    print_(database, out, workers=2)
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline and _workers(before):
        time.sleep(0.02)
    assert _workers(before) == []


def _workers(before: set[psutil.Process]) -> list[psutil.Process]:
    """Children begun since that draw; the tracker of the standard library stays as long as this process."""
    begun = set(psutil.Process().children(recursive=True)) - before
    return [child for child in begun if "resource_tracker" not in " ".join(child.cmdline())]


@pytest.mark.usefixtures("at_once")
def test_an_invoice_of_nothing_is_printed(database: Database, out: Path) -> None:
    with database.write() as session:
        shop = harbour(session)
        account = shop.account("A1")
        shop.imported(account, ["ZERO"], minor=0)
        shop.post(account, lines=[NewLine(description="Free of charge", net_minor=0)])
    report = print_(database, out)
    assert (report.printed, report.failed) == (2, ())

