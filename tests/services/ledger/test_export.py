"""The ledger of an account found by words, and as a file."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected
from app.services.hierarchy.finding import find_account
from app.services.jobs import JobContext
from app.services.ledger.export import export_ledger
from app.services.ledger.page import ledger_count, ledger_page
from tests.factories.books import Book
from tests.support.filled_books import FilledBooks
from tests.support.small_book import TODAY, build


def test_words_leave_rows_out_and_balances_run_on(
    database: Database, filled_books: FilledBooks, tmp_path: Path
) -> None:
    filled_books.put(database, build)
    with database.write() as session:
        account = find_account(session, "A2").id
        book = Book(session)
        book.payment(account, 1_600, TODAY - timedelta(days=2), number="PM-9")
        book.allocate(account)
    with database.read() as session:
        everything = ledger_page(session, account_id=account, as_of=TODAY).rows
        assert [row.number for row in everything] == ["PM-9", "HT-2"]
        for text, numbers in (("", ["PM-9", "HT-2"]), ("payment", ["PM-9"]), ("ht-2", ["HT-2"]),
                              ("TRANSFER pm", ["PM-9"]), ("invoice ht", ["HT-2"]), ("%", []), ("nothing", [])):
            rows = ledger_page(session, account_id=account, as_of=TODAY, text=text).rows
            assert [row.number for row in rows] == numbers, text
            assert ledger_count(session, account_id=account, as_of=TODAY, text=text) == len(numbers)
            assert all(row in everything for row in rows)
    path = tmp_path / "ledger.csv"
    done = export_ledger(database, JobContext(), account_id=account, as_of=TODAY, text="payment", path=path)
    assert done.rows == 1
    (found,) = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    payment = everything[0]
    assert payment.credit_minor is not None
    assert (found["Number"], found["Type"], found["Settles"]) == ("PM-9", "Payment", "HT-2")
    assert found["Credit (AUD)"] == f"{payment.credit_minor / 100:.2f}"
    assert found["Balance (AUD)"] == f"{payment.balance_minor / 100:.2f}"
    assert date.fromisoformat(found["Posted"]) == payment.posted_on
    assert export_ledger(database, JobContext(), account_id=account, as_of=TODAY, path=tmp_path / "all.xlsx").rows == 2
    with pytest.raises(InputRejected):
        export_ledger(database, JobContext(), account_id=account, as_of=TODAY, path=tmp_path / "ledger.txt")
