"""A map made by hand: proposals, what is missing, and the map file that comes out, read by the reader of all maps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.services.database.asking import asking
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected, NotFound
from app.services.hierarchy.finding import find_account
from app.services.imports.beginning import import_beginning, save_map
from app.services.imports.drafting import (
    MapDraft,
    columns_of_dates,
    date_formats,
    look_at,
    map_text,
    most_fitting,
    propose,
)
from app.services.imports.preview import preview_file
from app.services.imports.run import import_file
from app.services.jobs import JobContext
from tests.factories.books import Book

FILE = """Customer ID;Customer name;Since;Mail;Credit limit
C-1;Fictional Bakery;31.12.2024;bake@bakery.example;1.500,00
C-2;Paper & Sons;01.02.2025;;250,00
"""


def written(folder: Path, text: str = FILE, name: str = "customers.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def provider(database: Database) -> str:
    with database.write() as session:
        Book(session).provider("HT", name="Harbour Telecom")
    return "HT"


def test_columns_dates_and_marks_are_proposed(tmp_path: Path) -> None:
    look = look_at(written(tmp_path))
    assert (look.columns, look.rows) == (("Customer ID", "Customer name", "Since", "Mail", "Credit limit"), 2)
    assert look.example("Mail") == "bake@bakery.example"
    draft = propose(look, "accounts", "HT")
    assert draft.columns == {"code": "Customer ID", "start_date": "Since", "name": "Customer name", "email": "Mail",
                             "attribute.credit_limit": "Credit limit"}
    assert (draft.date_format, draft.decimal_mark, draft.grouping) == ("%d.%m.%Y", ",", ".")


@pytest.mark.parametrize(("texts", "fitting"), [
    (["2025-01-31"], ["%Y-%m-%d"]),
    (["31/1/2025"], ["%d/%m/%Y"]),
    (["1/31/2025"], ["%m/%d/%Y"]),
    (["1/2/2025"], ["%d/%m/%Y", "%m/%d/%Y"]),
    (["1/2/2025", "14/2/2025"], ["%d/%m/%Y"]),
    (["20250131"], ["%Y%m%d"]),
    (["soon"], []),
    ([], []),
])
def test_ways_of_writing_days_that_fit(tmp_path: Path, texts: list[str], fitting: list[str]) -> None:
    look = look_at(written(tmp_path, "number,issued_on\n" + "".join(f"I-1,{text}\n" for text in texts)))
    draft = propose(look, "invoices", "HT")
    assert columns_of_dates(draft) == ["issued_on"]
    assert date_formats(look, ["issued_on"]) == fitting


def test_one_bad_day_does_not_hide_how_the_others_are_written(tmp_path: Path) -> None:
    look = look_at(written(tmp_path, "number,issued_on\nI-1,1.2.2025\nI-2,31.2.2025\nI-3,14.2.2025\n"))
    assert date_formats(look, ["issued_on"]) == []
    assert most_fitting(look, ["issued_on"]) == ("%d.%m.%Y", 1)
    assert propose(look, "invoices", "HT").date_format == "%d.%m.%Y"


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    look = look_at(written(tmp_path, "Name\nSomebody\n"))
    with pytest.raises(InputRejected, match="Every row needs Code and Start date"):
        map_text(propose(look, "accounts", "HT"))
    with pytest.raises(InputRejected, match="tells rows apart"):
        map_text(MapDraft(kind="accounts", provider_code="HT", columns={},
                          constants={"code": "same", "start_date": "2025-01-01"}))
    with pytest.raises(InputRejected, match="brace"):
        map_text(MapDraft(kind="accounts", provider_code="HT", columns={"code": "a{b"},
                          constants={"start_date": "2025-01-01"}))


def test_a_draft_imports_and_its_map_file_does_the_same(database: Database, provider: str, tmp_path: Path) -> None:
    path = written(tmp_path)
    nothing = JobContext()
    assert asking(import_beginning)(database, nothing).kinds == ("accounts", "services", "invoices", "payments")
    draft = replace(propose(look_at(path), "accounts", provider), grouping="")
    wrong = preview_file(database, nothing, kind="accounts", path=path, mapping=draft)
    assert wrong.fields == ("provider", "code", "start_date", "name", "email", "attribute.credit_limit")
    assert wrong.rows[0].values == ("HT", "C-1", "2024-12-31", "Fictional Bakery", "bake@bakery.example", "1.500,00")
    assert "Credit limit: " in wrong.rows[0].words  # grouped figures need a grouping
    assert [row.number for row in wrong.rows if row.errors] == [1]
    refused = import_file(database, nothing, kind="accounts", path=path, mapping=draft)
    assert (refused.added, len(refused.errors)) == (0, 1)

    path = written(tmp_path, FILE.replace("1.500,00", "1500,00"))
    right = preview_file(database, nothing, kind="accounts", path=path, mapping=draft)
    assert (right.report.added, right.report.errors) == (2, ())
    with database.read() as session, pytest.raises(NotFound):
        find_account(session, "C-1")
    assert import_file(database, nothing, kind="accounts", path=path, mapping=draft).added == 2
    kept = asking(save_map, draft=draft, path=tmp_path / "customers.toml")(database, nothing)
    again = import_file(database, nothing, kind="accounts", path=path, mapping=kept)
    assert (again.added, again.skipped) == (0, 2)


def test_a_file_that_cannot_be_read_is_said_as_a_whole(database: Database, provider: str, tmp_path: Path) -> None:
    draft = MapDraft(kind="accounts", provider_code=provider, columns={"code": "Nr"},
                     constants={"start_date": "2025-01-01"})
    found = preview_file(database, JobContext(), kind="accounts", path=written(tmp_path), mapping=draft)
    assert found.rows == ()
    assert 'There is no column "Nr"' in found.report.sentence
    with pytest.raises(InputRejected, match="is not there"):
        look_at(tmp_path / "nowhere.csv")
