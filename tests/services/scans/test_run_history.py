"""Runs as they are listed and opened, beside the run before, and their report as a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.values import ScanOutcome
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected, NotFound
from app.services.jobs import JobContext
from app.services.scans.run_history import (
    RunList,
    RunPart,
    RunSheet,
    run_list,
    run_page,
    run_result_count,
    run_sheet,
)
from app.services.scans.run_report import export_run_report
from tests.support.filled_books import FilledBooks
from tests.support.scan_books import Book


@pytest.fixture
def book(database: Database, clock: FixedClock, filled_books: FilledBooks) -> Book:
    """Jane and Bob are late; Vip is excluded; on the second day Jane has paid and Acme is late, outside the hours."""
    made = Book(database, clock, filled_books)
    made.at("2025-07-02 17:00")
    vip = made.group("VIP")
    for code in ("JANE", "BOB", "ACME"):
        made.account(code)
    made.account("VIP", groups=[vip])
    made.invoice("JANE", 6600, due="2025-06-17")
    made.invoice("BOB", 8000, due="2025-06-10")
    made.invoice("VIP", 9900, due="2025-06-10")
    made.invoice("ACME", 7000, due="2025-06-18")
    made.rules(excluded=[vip], windows=["Mon-Thu 09:00-16:00"])
    made.run()
    made.pay("JANE", 6600, on="2025-07-02")
    made.at("2025-07-03 10:00")
    made.run(only=frozenset({made.accounts["BOB"]}))
    return made


def listed(book: Book) -> RunList:
    with book.database.read() as session:
        return run_list(session, provider_id=book.provider_id)


def opened(book: Book, run_id: int) -> RunSheet:
    with book.database.read() as session:
        return run_sheet(session, run_id=run_id, provider_id=book.provider_id)


def rows(book: Book, run_id: int, part: RunPart) -> list[tuple[str, ScanOutcome, ScanOutcome | None]]:
    with book.database.read() as session:
        found = run_page(session, run_id=run_id, provider_id=book.provider_id, part=part)
        assert run_result_count(session, run_id=run_id, provider_id=book.provider_id, part=part) == len(found.rows)
        return [(row.code, row.outcome, row.before) for row in found.rows]


def test_runs_are_listed_the_newest_first_with_what_they_came_to(book: Book) -> None:
    second, first = listed(book).rows
    assert (first.suspended, first.restored, first.excluded, first.not_applied) == (0, 0, 1, 2)
    assert (second.suspended, second.restored, second.excluded, second.not_applied) == (1, 0, 1, 1)
    assert (second.state, second.rule_version, second.as_of) == ("finished", 1, book.today())
    assert sum(second.messages.values()) == 1


def test_a_run_is_opened_by_its_parts_beside_the_run_before(book: Book) -> None:
    second, first = listed(book).rows
    sheet = opened(book, second.id)
    assert sheet.before == first
    suspend, excluded = ScanOutcome.SUSPEND, ScanOutcome.EXCLUDED
    assert rows(book, second.id, RunPart.ALL) == [
        ("ACME", suspend, None), ("BOB", suspend, suspend), ("VIP", excluded, excluded)]
    assert rows(book, second.id, RunPart.SUSPENDED) == [("BOB", suspend, suspend)]
    assert rows(book, second.id, RunPart.EXCLUDED) == [("VIP", excluded, excluded)]
    assert rows(book, second.id, RunPart.NOT_APPLIED) == [("ACME", suspend, None)]
    assert rows(book, second.id, RunPart.NEW) == [("ACME", suspend, None)]
    assert rows(book, second.id, RunPart.GONE) == [("JANE", ScanOutcome.NONE, suspend)]
    assert sheet.counts == {RunPart.ALL: 3, RunPart.SUSPENDED: 1, RunPart.RESTORED: 0, RunPart.EXCLUDED: 1,
                            RunPart.NOT_APPLIED: 1, RunPart.NEW: 1, RunPart.GONE: 1}
    assert sheet.blocked == {"not_selected": 1}
    assert opened(book, first.id).blocked == {"window": 2}
    assert opened(book, first.id).before is None
    assert rows(book, first.id, RunPart.GONE) == []


def test_a_run_of_another_provider_is_not_there(book: Book, clock: FixedClock) -> None:
    other = Book(book.database, clock, code="OTHER")
    with book.database.read() as session, pytest.raises(NotFound):
        run_sheet(session, run_id=listed(book).rows[0].id, provider_id=other.provider_id)


def test_pages_go_on_where_the_one_before_ended(book: Book) -> None:
    run_id = listed(book).rows[0].id
    with book.database.read() as session:
        first = run_page(session, run_id=run_id, provider_id=book.provider_id, limit=2)
        second = run_page(session, run_id=run_id, provider_id=book.provider_id, limit=2, after=first.last)
    assert [row.code for row in first.rows + second.rows] == ["ACME", "BOB", "VIP"]
    assert (first.more, second.more) == (True, False)


def test_the_report_says_who_when_why_and_what_was_sent(book: Book, tmp_path: Path) -> None:
    run = listed(book).rows[0]
    path = tmp_path / "run.txt"
    said = export_run_report(book.database, JobContext(), run_id=run.id, provider_id=book.provider_id, path=path)
    assert said == f"The report is in {path}."
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == f"Report of scan {run.id} of Harbour Telecom"
    assert "For 3 Jul 2025, begun on 3 Jul 2025 at 10:00" in text
    assert 'Rule set version 1 "House rules": Suspend when at least 50.00 AUD' in text
    assert "1 account suspended, 0 restored, 1 left alone, 1 proposed and not applied." in text
    assert "1 new or decided otherwise, 1 proposed then and no longer." in text
    assert "  BOB Customer BOB: 80.00 AUD payable, oldest 23 days late\n" in text
    assert "  VIP Customer VIP: 99.00 AUD payable, oldest 23 days late; in an excluded group (X2)\n" in text
    assert "  ACME Customer ACME: 70.00 AUD payable, oldest 15 days late; not ticked\n" in text
    assert "What was to be sent: 1 message" in text


def test_a_report_replaces_a_report_and_nothing_else(book: Book, tmp_path: Path) -> None:
    run_id, path = listed(book).rows[0].id, tmp_path / "run.txt"
    for _ in range(2):
        export_run_report(book.database, JobContext(), run_id=run_id, provider_id=book.provider_id, path=path)
    path.write_text("Dear diary", encoding="utf-8")
    with pytest.raises(InputRejected):
        export_run_report(book.database, JobContext(), run_id=run_id, provider_id=book.provider_id, path=path)
    assert path.read_text(encoding="utf-8") == "Dear diary"
