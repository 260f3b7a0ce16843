"""bursar rates: what is read, listed, switched on and taken away, its words, its JSON and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import run
from app.services.database.unit_of_work import Database
from tests.factories.books import Book

HEAD = "currency,from,to,rate\n"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_rates_from_a_file_to_the_list(database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with database.write() as session:
        Book(session).provider("HT", currency="EUR")
    at = ["--database", str(database.url.database)]
    path = tmp_path / "rates.csv"

    def told(*words: str) -> tuple[int, str, str]:
        code = run(["rates", *words, *at])
        out, err = capsys.readouterr()
        return code, out, err

    path.write_text(HEAD + "USD,2024-01-01,2024-12-31,0.92\n", encoding="utf-8")
    assert told("import", str(path)) == (
        0, "", "1 rate added, 0 on file already. USD is not effective yet: no account may be kept in it.\n")
    assert told("use", "usd", "--rounding", "down") == (0, "", "USD of HT is effective, rounded down.\n")
    path.write_text(HEAD + "USD,2024-06-01,,0.95\nEUR,2024-01-01,,1\n", encoding="utf-8")
    code, out, err = told("import", str(path), "--json")
    errors = [(error["row"], error["field"]) for error in json.loads(out)["errors"]]
    assert (code, errors) == (1, [(1, "from"), (2, "currency")])
    assert err.endswith("2 of 2 rows are wrong, so nothing was added.\n")
    code, out, _ = told("list", "--json")
    listed = json.loads(out)
    assert listed["rates"] == [{
        "currency": "USD", "from": "2024-01-01", "to": "2024-12-31", "rate": "0.92", "inverse": "1.08695652174",
        "source": "rates.csv", "recorded_by": listed["rates"][0]["recorded_by"]}]
    assert [(c["currency"], c["state"], c["rounding"], c["default"]) for c in listed["currencies"]] == [
        ("EUR", "effective", "half_up", True), ("USD", "effective", "down", False)]
    assert told("list")[1] == (
        "EUR  the currency of the books of HT, and the only one while multiple currencies are off\n"
        "USD  effective, rounded down\n  from 2024-01-01 to 2024-12-31  1 USD = 0.92 EUR\n")
    assert told("remove", "USD", "--from", "2024-02-01")[0] == 2
    assert told("remove", "USD", "--from", "2024-01-01") == (
        0, "", "1 USD = 0.92 EUR from 2024-01-01 is taken away.\n")
    assert told("use", "EUR", "--off")[::2] == (2, "EUR is the currency of the books of HT, and stays effective.\n")
    with database.write() as session:
        Book(session).provider("SB")
    assert told("list")[::2] == (2, "Which provider? Add --provider with one of these codes: HT, SB.\n")
