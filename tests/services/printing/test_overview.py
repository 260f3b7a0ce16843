"""A batch as its screen shows it, on both databases: counts, files in the folder, pages of lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.database.asking import asking
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound
from app.services.jobs import JobContext
from app.services.printing.overview import (
    Batch,
    ItemState,
    ListQuestion,
    batch_counts,
    batch_setup,
    list_again,
    list_count,
    list_page,
)
from app.services.printing.records import FAILED, PRINTED, ItemRecord, begin_batch, record_items
from app.services.printing.selection import Selection, resolve
from app.services.printing.source import names_of, selected_ids
from tests.support.small_book import build

CONTEXT = JobContext()


@pytest.fixture
def batch(database: Database, tmp_path: Path) -> Batch:
    """Four invoices, of which HT-1 is printed, HT-2 printed with a warning and its file gone, HT-3 failed."""
    build(database)
    made = Batch(Selection(provider="HT"), tmp_path)
    with database.write() as session:
        resolved = resolve(session, made.selection)
        numbers = {name.number: (id_, name) for id_, name in names_of(session, selected_ids(session, resolved)).items()}
        batch_id = begin_batch(session, described=resolved.described, folder=tmp_path)
        record_items(session, batch_id=batch_id, items=[
            ItemRecord(invoice_id=numbers["HT-1"][0], state=PRINTED, file_name=numbers["HT-1"][1].file_name, pages=1,
                       messages=()),
            ItemRecord(invoice_id=numbers["HT-2"][0], state=PRINTED, file_name=numbers["HT-2"][1].file_name, pages=1,
                       messages=("No postal address.",)),
            ItemRecord(invoice_id=numbers["HT-3"][0], state=FAILED, file_name=numbers["HT-3"][1].file_name, pages=0,
                       messages=("The font lacks one.",)),
        ])
    (tmp_path / numbers["HT-1"][1].file_name).write_bytes(b"%PDF")
    (tmp_path / "All.pdf").write_bytes(b"%PDF")
    return made


def test_a_batch_is_counted_by_what_is_recorded_and_what_is_in_the_folder(database, batch) -> None:
    setup = batch_setup(database, CONTEXT, batch=batch, merged_name="All.pdf")
    assert setup.summary.count == 4
    assert [str(money) for money in setup.summary.sums] == ["315.00 AUD"]
    assert (setup.counts.printed, setup.counts.warned, setup.counts.failed, setup.counts.waiting) == (2, 1, 1, 1)
    assert setup.there == 1
    assert setup.has_merged
    assert asking(batch_counts, batch=batch)(database, CONTEXT) == setup.counts
    assert setup.counts.of(ItemState.WAITING) == 1


def test_another_folder_is_another_batch(database, batch, tmp_path) -> None:
    other = Batch(batch.selection, tmp_path / "other")
    setup = batch_setup(database, CONTEXT, batch=other, merged_name="All.pdf")
    assert (setup.there, setup.counts.waiting, setup.has_merged) == (0, 4, False)
    assert batch_setup(database, CONTEXT, batch=Batch(batch.selection, None), merged_name="x").there == 0


@pytest.mark.parametrize(("state", "numbers"), [
    (ItemState.ALL, ["HT-1", "HT-2", "HT-3", "HT-9"]),
    (ItemState.PRINTED, ["HT-1", "HT-2"]),
    (ItemState.WARNED, ["HT-2"]),
    (ItemState.FAILED, ["HT-3"]),
    (ItemState.WAITING, ["HT-9"]),
])
def test_lines_are_listed_by_state(database, batch, state, numbers) -> None:
    question = ListQuestion(batch=batch, state=state)
    lines = asking(list_page, question=question, after=None, offset=0, limit=10)(database, CONTEXT).rows
    assert [line.number for line in lines] == numbers
    assert asking(list_count, question=question)(database, CONTEXT) == len(numbers)


def test_pages_go_on_behind_a_place(database, batch) -> None:
    question = ListQuestion(batch=batch)
    first = asking(list_page, question=question, after=None, offset=0, limit=2)(database, CONTEXT)
    rest = asking(list_page, question=question, after=first.first, offset=1, limit=2)(database, CONTEXT)
    assert [line.number for line in first.rows + rest.rows] == ["HT-1", "HT-2", "HT-3", "HT-9"]
    again = asking(list_again, batch=batch, invoice_ids=[line.id for line in first.rows])(database, CONTEXT)
    assert again == list(first.rows)
    assert again[1].message == "No postal address."


@pytest.mark.parametrize(("words", "numbers"), [
    ("ht-2", ["HT-2"]), ("citizen", ["HT-1"]), ("JANE cit", ["HT-1"]), ("a3", ["HT-3"]), ("100%", []),
])
def test_words_are_looked_for_in_number_code_and_name(database, batch, words, numbers) -> None:
    question = ListQuestion(batch=batch, words=words)
    lines = asking(list_page, question=question, after=None, offset=0, limit=10)(database, CONTEXT).rows
    assert [line.number for line in lines] == numbers


def test_what_is_not_there_is_refused_with_its_name(database, batch, tmp_path) -> None:
    wrong = Batch(Selection(provider="HT", account="nobody"), tmp_path)
    with pytest.raises(NotFound, match="nobody"):
        batch_setup(database, CONTEXT, batch=wrong, merged_name="x")
