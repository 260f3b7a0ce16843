"""Events of payments, imports and new accounts are raised with their cause, once, where somebody switched them on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from app.models.events.outbox import OutboxMessage
from app.models.values import AccountType, Enterprise
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.hierarchy.new_account import AccountRequest, create_new_account
from app.services.imports.run import ImportReport, import_file
from app.services.jobs import JobContext
from tests.support.filled_books import FilledBooks
from tests.support.scan_books import Book
from tests.support.switches import switch_on

MAP = """
kind = "payments"
key = "{number}"

[provider]
code = "HARBOUR"

[columns]
account = "account"
received_on = "day"
amount = "amount"
"""


@pytest.fixture
def book(database: Database, clock: FixedClock, filled_books: FilledBooks) -> Book:
    book = Book(database, clock, filled_books)
    book.at("2025-06-10 09:00")
    book.account("A1")
    book.account("A2")
    return book


@pytest.fixture
def imports(book: Book, tmp_path: Path) -> Callable[[str], ImportReport]:
    def run(rows: str) -> ImportReport:
        file, by = tmp_path / "bank.csv", tmp_path / "bank.toml"
        file.write_text(f"account,number,day,amount\n{rows}", encoding="utf-8")
        by.write_text(MAP, encoding="utf-8")
        return import_file(book.database, JobContext(), kind="payments", path=file, mapping=by)

    return run


def raised(book: Book, event: str) -> list[tuple[date, str, str, str]]:
    return [(row.effective_on, row.action, row.state, row.state_reason) for row in book.rows(OutboxMessage)
            if row.event == event]


def test_a_file_of_payments_tells_of_those_since_it_was_switched_on(
    book: Book, imports: Callable[[str], ImportReport]
) -> None:
    event = "automated_payment_received"
    with book.database.write() as session:
        switch_on(session, provider_id=book.provider_id, events=[event], since=date(2025, 6, 9))
    rows = "A1,B-1,2025-06-08,10.00\nA1,B-2,2025-06-09,10.00\nA2,B-3,2025-06-10,10.00\n"
    assert imports(rows).added == 3
    imports(rows + "A2,B-4,2025-06-10,1.00\n")
    assert raised(book, event) == [
        (date(2025, 6, 9), "log", "sent", ""), (date(2025, 6, 10), "log", "sent", ""),
        (date(2025, 6, 10), "log", "sent", "")]


def test_an_import_that_finished_or_failed_is_told_at_its_provider(
    book: Book, imports: Callable[[str], ImportReport]
) -> None:
    event = "bulk_upload_processing_notification"
    imports("A1,B-1,2025-06-08,10.00\n")
    assert raised(book, event) == []
    with book.database.write() as session:
        switch_on(session, provider_id=book.provider_id, events=[event])
    imports("A1,B-2,2025-06-08,10.00\n")
    book.at("2025-06-11 09:00")
    imports("A1,B-3,2025-06-08,nothing\n")
    assert raised(book, event) == [
        (date(2025, 6, 10), "log", "sent", "Import of payments from bank.csv: 1 added, 0 skipped, from 1 row."),
        (date(2025, 6, 11), "log", "sent",
         "Import of payments from bank.csv: 1 of 1 row is wrong, so nothing was imported.")]
    assert {row.account_id for row in book.rows(OutboxMessage)} == {book.provider_id}


def test_an_account_made_by_hand_is_told_and_one_from_a_file_is_not(book: Book) -> None:
    with book.database.write() as session:
        switch_on(session, provider_id=book.provider_id, events=["account_creation"])
    book.account("A3")
    with book.database.write() as session:
        made = create_new_account(session, request=AccountRequest(
            parent_id=book.provider_id, type=AccountType.END_USER, enterprise=Enterprise.ORGANISATION, name="Acme",
            start_date=book.today()))
    (row,) = book.rows(OutboxMessage)
    assert (row.event, row.account_id, row.effective_on) == ("account_creation", made.id, date(2025, 6, 10))
