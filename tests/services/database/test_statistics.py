"""What PostgreSQL's planner knows of tables before whole books are read and while a scan fills them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from app.models.audit import AuditEntry
from app.services.clock import FixedClock
from app.services.database.statistics import refresh_statistics
from app.services.database.unit_of_work import Database
from app.services.scans import scan
from tests.support.scan_books import Book

pytestmark = pytest.mark.new_database


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_large_table_is_looked_at_after_the_server_forgot_its_counts(database: Database, clock: FixedClock) -> None:
    """As after a restore from a dump, or when the server crashed."""
    with database.write() as session:
        session.add_all([
            AuditEntry(provider_id=None, account_id=None, action="noted", detail="x" * 180, actor="test",
                       recorded_at=clock.moment) for _ in range(3000)])
    with database.write() as session:
        session.execute(text("SELECT pg_stat_reset()"))
    assert refresh_statistics(database) == ["audit_entry"]
    assert refresh_statistics(database) == []


def test_tables_that_grew_are_looked_at_before_the_server_counts_them(database: Database) -> None:
    assert refresh_statistics(database, grown=["hold"]) == ([] if database.is_embedded else ["hold"])


def late_book(database: Database, clock: FixedClock, accounts: int) -> Book:
    book = Book(database, clock)
    book.at("2025-07-02 09:00")
    book.rules()
    for n in range(accounts):
        book.account(f"A{n}")
        book.invoice(f"A{n}", 6600, due="2025-06-01")
    return book


def test_a_run_that_finds_much_looks_again_whenever_it_doubled(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = late_book(database, clock, 9)
    looked: list[tuple[str, ...]] = []
    monkeypatch.setattr(scan, "_MANY", 2)
    monkeypatch.setattr(scan, "refresh_statistics", lambda _, *, grown=(): looked.append(grown))
    book.run(chunk_size=1)
    tables = ("hold", "service_restriction", "scan_result")
    assert looked == [(), tables, tables, tables], "before it begins, and at 2, 4 and 8"


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_a_chunk_writes_is_reached_by_key(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables that were empty when last looked at would be read whole once for every row of the chunk."""
    book = late_book(database, clock, 1)
    seen: list[str] = []
    write = scan.apply_suspensions

    def look(session: Any, chunk: Any) -> None:
        seen.append(session.scalar(text("SHOW enable_seqscan")))
        write(session, chunk)

    monkeypatch.setattr(scan, "apply_suspensions", look)
    book.run()
    with database.read() as session:
        seen.append(session.scalar(text("SHOW enable_seqscan")))
    assert seen == ["off", "on"], "for this transaction alone"
