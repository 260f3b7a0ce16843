"""The files: facts about themselves, fonts, equal bytes, atomic writing, merging, preview."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tracemalloc
import zlib
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pypdfium2 as pdfium
import pytest

from app.models.values import InvoiceLayout, MoneyError
from app.services.errors import InputRejected
from app.services.invoicing.document import InvoiceDocument
from app.services.paper import fonts, pdf
from tests.support import invoice_samples as samples
from tests.support.pdf_reading import page_texts

LAYOUTS = pytest.mark.parametrize("layout", list(InvoiceLayout))


@LAYOUTS
def test_metadata(layout: InvoiceLayout) -> None:
    data = pdf.render_invoice(samples.document(layout=layout))
    document = pdfium.PdfDocument(data)
    facts = document.get_metadata_dict()
    document.close()
    assert facts["Title"] == "Invoice HT-10451"
    assert facts["Author"] == "Harbour Telecom Pty Ltd"
    assert facts["Creator"] == "Bursar"
    assert facts["CreationDate"].startswith("D:20250603")  # the invoice's day: a reprint must not differ
    assert b"/Lang (en-AU)" in data


def test_metadata_in_other_scripts() -> None:
    document = pdfium.PdfDocument(pdf.render_invoice(samples.document(letterhead=samples.GREEK, currency="EUR")))
    facts = document.get_metadata_dict()
    document.close()
    assert facts["Title"] == "Τιμολόγιο HT-10451"
    assert facts["Author"] == "Λιμάνι Τηλεπικοινωνίες ΑΕ"


@LAYOUTS
def test_fonts_are_embedded_subsets_and_no_other_is_named(layout: InvoiceLayout) -> None:
    data = pdf.render_invoice(samples.document(layout=layout, bill_to_name="Παπαδόπουλος"))
    names = re.findall(rb"/BaseFont /(\S+)", data)
    assert len(names) >= 3
    assert all(re.fullmatch(rb"[A-Z]{6}\+OpenSans-\w+", name) for name in names)
    assert data.count(b"/FontFile2") == data.count(b"/ToUnicode") == len(names)
    assert b"Helvetica" not in data
    for length, packed in _streams(data):
        if length:
            assert len(packed) < 60_000 < 130_000  # the whole face has 130 kB


def _streams(data: bytes) -> list[tuple[int, bytes]]:
    """Announced font length (0 for other streams) and unpacked content of every deflated stream."""
    found = []
    for match in re.finditer(rb"/FlateDecode /Length (\d+) (?:/Length1 (\d+))? ?>>\nstream\n", data):
        packed = data[match.end() : match.end() + int(match[1])]
        found.append((int(match[2] or 0), zlib.decompress(packed)))
    return found


@LAYOUTS
def test_font_streams_have_the_length_they_announce(layout: InvoiceLayout) -> None:
    lengths = [
        (length, len(content)) for length, content in _streams(pdf.render_invoice(samples.document(layout=layout)))
    ]
    fonts_found = [pair for pair in lengths if pair[0]]
    assert len(fonts_found) >= 2
    assert all(announced == real for announced, real in fonts_found)


def test_every_object_is_where_the_table_says() -> None:
    for data in (
        pdf.render_invoice(samples.document()),
        pdf.render_invoice(samples.document(samples.many_lines(50), bill_to_name="Смирнова")),
    ):
        start = int(data.rsplit(b"startxref", 1)[1].split()[0])
        table = data[start:].split(b"trailer")[0].splitlines()
        assert table[0] == b"xref"
        entries = [line for line in table[2:] if line.strip()]
        for number, entry in enumerate(entries[1:], start=1):
            offset = int(entry.split()[0])
            assert data[offset:].startswith(b"%d 0 obj" % number)
        assert int(table[1].split()[1]) == len(entries)


@LAYOUTS
def test_same_document_same_bytes(layout: InvoiceLayout) -> None:
    document = samples.document(samples.many_lines(40), layout=layout, bill_to_name="Παπαδόπουλος & Łukasz")
    first = pdf.render_invoice(document)
    pdf.render_invoice(samples.document(letterhead=samples.RUSSIAN, currency="RUB"))  # nothing of it may stick
    assert pdf.render_invoice(document) == first


def test_same_bytes_in_another_process(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from app.services.paper import pdf\n"
        "from tests.support import invoice_samples as samples\n"
        "pdf.render_invoice(samples.document(letterhead=samples.GREEK, currency='EUR'))\n"
        "Path(sys.argv[1]).write_bytes(pdf.render_invoice(samples.document()))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "123", "TZ": "Pacific/Auckland", "SOURCE_DATE_EPOCH": ""}
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", script, tmp_path / "a.pdf"], check=True, cwd=root, env=environment)
    assert (tmp_path / "a.pdf").read_bytes() == pdf.render_invoice(samples.document())


def test_another_amount_is_another_file() -> None:
    ids = {re.search(rb"/ID\s*\[(\S+)", pdf.render_invoice(samples.document(total_due_minor=due)))[1] for due in (1, 2)}
    assert len(ids) == 2


def test_threads_do_not_disturb_each_other() -> None:
    expected = [pdf.render_invoice(document) for document in samples.batch(6)]
    fonts.embedded_font(fonts.REGULAR)  # registered already; the race is in cutting subsets
    drawn: dict[int, list[bytes]] = {}
    threads = [
        Thread(target=lambda n=n: drawn.__setitem__(n, [pdf.render_invoice(one) for one in samples.batch(6)]))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(drawn[n] == expected for n in range(4))


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "invoice.pdf"
    path.write_bytes(b"%PDF-old")
    written = pdf.write_invoice(samples.document(), path)
    assert written.pages == 1
    assert path.read_bytes() == pdf.render_invoice(samples.document())
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "invoice.pdf"
    path.write_bytes(b"%PDF-old")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputRejected, match="the disk is full"):
        pdf.write_invoice(samples.document(), path)
    assert path.read_bytes() == b"%PDF-old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_logo_is_one_object_and_a_broken_one_none() -> None:
    assert pdf.render_invoice(samples.document(samples.many_lines(60))).count(b"/Subtype /Image") == 2  # with its mask
    for logo in (None, b"", b"no picture", samples.HARBOUR.logo[:500] if samples.HARBOUR.logo else b""):
        letterhead = replace(samples.HARBOUR, logo=logo)
        assert b"/Subtype /Image" not in pdf.render_invoice(samples.document(letterhead=letterhead))


def merged_file(documents: Iterable[InvoiceDocument], path: Path) -> int:
    """One file of all documents in their order; answers its pages."""
    with pdf.MergedFile(path) as file:
        for document in documents:
            file.add(document)
    return file.page_count


def test_merged_file_holds_all_in_order_with_an_outline(tmp_path: Path) -> None:
    path = tmp_path / "all.pdf"
    documents = [*samples.batch(5, lines=30), samples.document(letterhead=samples.GREEK, currency="EUR")]
    pages = merged_file(documents, path)
    assert pages == sum(map(pdf.page_count, documents))
    texts = page_texts(path.read_bytes())
    singles = [text for document in documents for text in page_texts(pdf.render_invoice(document))]
    assert texts == singles
    merged = pdfium.PdfDocument(path)
    titles = [(bookmark.get_title(), bookmark.get_dest().get_index()) for bookmark in merged.get_toc()]
    merged.close()
    starts = [sum(map(pdf.page_count, documents[:index])) for index in range(len(documents))]
    assert titles == [(f"{d.number}  {d.bill_to_name}", start) for d, start in zip(documents, starts, strict=True)]
    assert list(tmp_path.iterdir()) == [path]


def test_merged_file_shares_fonts_and_logo(tmp_path: Path) -> None:
    path = tmp_path / "all.pdf"
    documents = samples.batch(40)
    merged_file(documents, path)
    separate = sum(len(pdf.render_invoice(document)) for document in documents)
    assert path.stat().st_size < separate / 5
    assert path.read_bytes().count(b"/Subtype /Image") == 2


def test_merging_nothing_leaves_nothing(tmp_path: Path) -> None:
    assert merged_file([], tmp_path / "all.pdf") == 0
    assert list(tmp_path.iterdir()) == []


def test_an_invoice_that_cannot_be_drawn_leaves_the_merged_file_sound(tmp_path: Path) -> None:
    path = tmp_path / "all.pdf"
    with pdf.MergedFile(path) as merged:
        merged.add(samples.document())
        with pytest.raises(MoneyError):
            merged.add(samples.document(currency="XXY"))
        with pytest.raises(TypeError):
            merged.add(samples.document(samples.many_lines(30), total_due_minor="much"))
        merged.add(samples.document(number="HT-2"))
    assert [re.search(r"HT-\w+", text)[0] for text in page_texts(path.read_bytes())] == ["HT-10451", "HT-2"]


def test_an_abandoned_merge_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(MoneyError), pdf.MergedFile(tmp_path / "all.pdf") as merged:
        deque(map(merged.add, [samples.document(), samples.document(currency="XXY")]))
    assert list(tmp_path.iterdir()) == []


def test_memory_stays_flat_while_merging(tmp_path: Path) -> None:
    documents = samples.batch(20)
    with pdf.MergedFile(tmp_path / "all.pdf") as merged:
        for document in documents * 3:
            merged.add(document)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for document in documents * 10:
            merged.add(document)
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
    assert merged.page_count == 520
    assert grown / 200 < 6_000  # bytes per invoice of two pages: its places in the file and its entry in the outline


def test_preview_is_the_page_as_pixels() -> None:
    data = pdf.render_invoice(samples.document())
    picture = pdf.render_page_rgba(data, 0, 0.5)
    assert (picture.width, picture.height) == (298, 421)
    assert len(picture.rgba) == 298 * 421 * 4
    corner, band = picture.rgba[:4], picture.rgba[(140 * 298 + 100) * 4 :][:4]
    assert corner == b"\xff\xff\xff\xff"
    assert band == bytes.fromhex("12333CFF")  # red first
    with pytest.raises(IndexError, match="page 2 of 1"):
        pdf.render_page_rgba(data, 1, 1.0)


def test_preview_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "invoice.pdf"
    pdf.write_invoice(samples.document(), path)
    assert pdf.render_page_rgba(path, 0, 0.5) == pdf.render_page_rgba(path.read_bytes(), 0, 0.5)
