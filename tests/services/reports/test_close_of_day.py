"""The close of a day: every figure against what was done that day."""

from __future__ import annotations

from datetime import date, timedelta

from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.paper.report import render_report
from app.services.reports.close_of_day import CloseOfDay, close_of_day, rows_behind
from app.services.reports.paper import report_of
from app.services.reports.sources import Section
from app.services.reports.words import line_words, sums_words
from tests.factories.books import Book, scratch
from tests.support.pdf_reading import page_texts
from tests.support.scan_books import Book as ScanBook

DAY = date(2025, 6, 10)


def figures(page: CloseOfDay, section: Section) -> dict[tuple[str, date | None], object]:
    return {(line.code, line.on): (line.count, line.sums) for line in page.of(section) if line.count}


def test_a_day_says_what_happened_and_what_comes(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider, other = book.provider("HT"), book.provider("CC")
        acme, jane = book.account(provider, "ACME"), book.account(provider, "JANE")
        stranger = book.account(other, "ELSE")
        book.invoice(acme, 100_00, DAY, DAY + timedelta(days=3))
        book.invoice(jane, 50_00, DAY, DAY + timedelta(days=3))
        book.invoice(jane, 20_00, DAY - timedelta(days=30), DAY)
        book.invoice(jane, 5_00, DAY - timedelta(days=30), DAY + timedelta(days=7))
        disputed = book.invoice(jane, 9_00, DAY - timedelta(days=30), DAY + timedelta(days=1))
        book.dispute(disputed, 9_00, DAY, until=DAY + timedelta(days=6))
        book.payment(acme, 40_00, DAY)
        book.payment(acme, 1_00, DAY - timedelta(days=1))
        book.payment(stranger, 7_00, DAY)
        book.allocate(acme, jane, stranger)
        page = close_of_day(session, provider_id=provider, day=DAY)
        for line in page.lines:
            rows = rows_behind(session, provider_id=provider, day=DAY, code=line.code, on=line.on)
            assert len(rows) == line.count, line
            assert sum(row.minor or 0 for row in rows) == sum(minor for _, minor in line.sums), line
    assert figures(page, Section.MONEY) == {
        ("invoice", None): (2, (("AUD", 150_00),)), ("payment", None): (1, (("AUD", 40_00),))}
    assert figures(page, Section.AHEAD) == {
        ("dispute_ends", DAY + timedelta(days=6)): (1, (("AUD", 9_00),)),
        ("past_due", DAY + timedelta(days=1)): (1, (("AUD", 20_00),)),
        ("past_due", DAY + timedelta(days=4)): (2, (("AUD", 109_00),))}
    assert not any(line.count for line in (*page.of(Section.AUTOMATION), *page.of(Section.WAITING)))
    text = " ".join(page_texts(render_report(report_of(page))))
    for line in page.lines:
        assert line_words(line) in text
        assert sums_words(line) in text
    assert "2 invoices fall past due unless they are paid 109.00 AUD" in text


def test_today_foretells_what_a_scan_would_do(database: Database, clock: FixedClock) -> None:
    """x 50.00, y 14: 66.00 that are 10 days late today are 17 late in seven days; 49.99 stay below x."""
    book = ScanBook(database, clock)
    book.rules(x=5000, y=14, k=1000)
    for code, minor, due in (("RISK", 6600, "2025-06-22"), ("LITTLE", 4999, "2025-06-22"), ("LATE", 7000, "2025-05-01"),
                             ("FRESH", 9000, "2025-06-26")):
        book.account(code)
        book.invoice(code, minor, due=due)
    book.at("2025-06-20 10:00")
    book.scan()
    book.at("2025-07-02 10:00")
    book.pay("LATE", 7000, on="2025-07-01")
    with database.read() as session:
        today = close_of_day(session, provider_id=book.provider_id)
        found = figures(today, Section.AHEAD)
        last = date(2025, 7, 9)
        assert found[("at_risk", last)] == (1, (("AUD", 6600),))
        assert found[("hold_ends", last)] == (1, (("AUD", 0),))
        for line in today.of(Section.AHEAD):
            rows = rows_behind(session, provider_id=book.provider_id, day=today.day, code=line.code, on=line.on)
            assert sum(row.minor or 0 for row in rows) == sum(minor for _, minor in line.sums)
        past = close_of_day(session, provider_id=book.provider_id, day=date(2025, 7, 1))
        assert not {line.code for line in past.lines} & {"at_risk", "hold_ends"}
