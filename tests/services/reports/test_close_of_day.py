"""The close of a day: every figure against what was done that day."""

from __future__ import annotations

from datetime import date, timedelta

from app.services.database.unit_of_work import Database
from app.services.paper.report import render_report
from app.services.reports.close_of_day import CloseOfDay, Section, close_of_day
from app.services.reports.paper import report_of
from app.services.reports.words import line_words, sums_words
from tests.factories.books import Book, scratch
from tests.support.pdf_reading import page_texts

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
        book.dispute(disputed, 9_00, DAY)
        book.payment(acme, 40_00, DAY)
        book.payment(acme, 1_00, DAY - timedelta(days=1))
        book.payment(stranger, 7_00, DAY)
        book.allocate(acme, jane, stranger)
        page = close_of_day(session, provider_id=provider, day=DAY)
    assert figures(page, Section.MONEY) == {
        ("invoice", None): (2, (("AUD", 150_00),)), ("payment", None): (1, (("AUD", 40_00),))}
    assert figures(page, Section.AHEAD) == {
        ("past_due", DAY + timedelta(days=1)): (1, (("AUD", 20_00),)),
        ("past_due", DAY + timedelta(days=4)): (2, (("AUD", 109_00),))}
    assert not any(line.count for line in (*page.of(Section.AUTOMATION), *page.of(Section.WAITING)))
    text = " ".join(page_texts(render_report(report_of(page))))
    for line in page.lines:
        assert line_words(line) in text
        assert sums_words(line) in text
    assert "2 invoices fall past due unless they are paid 109.00 AUD" in text
