"""Statements of account: the figures of a period, and what stands on their pages."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.invoicing.account_statement import AccountStatement, account_statement
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.reading import account_figures
from app.services.paper.account_statement import render_statement
from app.services.paper.statement_words import STATEMENT_WORDS
from app.services.paper.words import WORDS
from tests.factories.books import Book, scratch
from tests.support.pdf_reading import page_texts


def _filled(book: Book) -> int:
    provider = book.provider("HT", name="Harbour Telecom")
    account = book.account(provider, "ACME", name="Acme Pty Ltd")
    for month in range(1, 7):
        posted = date(2025, month, 3)
        book.invoice(account, 100_00 + month, posted, posted + timedelta(days=14), number=f"HT-{month}")
    book.payment(account, 150_00, date(2025, 2, 20))
    book.payment(account, 20_00, date(2025, 5, 1))
    allocate_accounts(book.session, [account])
    return account


def test_a_period_from_what_was_brought_forward_to_its_balance(database: Database) -> None:
    """Invoices of 100.01 to 100.06 on the 3rd of six months; 150.00 and 20.00 paid."""
    with scratch(database) as session:
        account = _filled(Book(session))
        parts = [account_statement(session, account_id=account, since=since, until=until) for since, until in (
            (date(2025, 1, 1), date(2025, 2, 28)), (date(2025, 3, 1), date(2025, 5, 31)),
            (date(2025, 6, 1), date(2025, 6, 30)))]
        first, second, third = parts
        assert (first.brought_forward_minor, first.closing_minor) == (0, 50_03)
        assert [(row.number[:3], row.signed_minor, row.balance_minor) for row in second.rows] == [
            ("HT-", 100_03, 150_06), ("HT-", 100_04, 250_10), (second.rows[2].number[:3], -20_00, 230_10),
            ("HT-", 100_05, 330_15)]
        assert (second.charged_minor, second.credited_minor) == (300_12, 20_00)
        # on 31 May that of May is 14 days past due, April's 44, March's 75, and of February's 30.03 are left
        assert second.ageing_minor == (0, 100_05, 100_04, 100_03, 30_03)
        for earlier, later in pairwise(parts):
            assert earlier.closing_minor == later.brought_forward_minor
        for part in parts:
            figures = account_figures(session, [account], part.until)[account]
            assert part.closing_minor == figures.balance_minor == sum(part.ageing_minor) - part.unallocated_minor
        assert third.closing_minor == 430_21
        with pytest.raises(RefusedByRule, match="before it begins"):
            account_statement(session, account_id=account, since=date(2025, 3, 2), until=date(2025, 3, 1))


def test_its_pages_carry_every_row_and_the_balance_over(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = _filled(book)
        for day in range(60):
            book.payment(account, 1_00, date(2025, 6, 4) + timedelta(days=day % 20))
        statement = account_statement(session, account_id=account, since=date(2025, 1, 1), until=date(2025, 6, 30))
    pages = page_texts(render_statement(statement))
    assert len(pages) > 1
    assert all(f"page {n} of {len(pages)}" in page for n, page in enumerate(pages, start=1))
    whole = " ".join(pages)
    assert all(row.number in whole for row in statement.rows)
    for before, page in zip(_balances_at_ends(statement, pages), pages[1:], strict=True):
        assert f"Balance brought forward {before}" in page
    assert "Balance on Jun 30, 2025 600.21 230.00 370.21 AUD" in pages[-1]


def _balances_at_ends(statement: AccountStatement, pages: list[str]) -> list[str]:
    """The balance after the last row of each page but the last."""
    ends, shown = [], iter(statement.rows)
    row = next(shown)
    for page in pages[:-1]:
        last = 0
        while row.number in page:
            last = row.balance_minor
            row = next(shown)
        ends.append(f"{last / 100:.2f}")
    return ends


def test_every_language_of_invoices_has_statements() -> None:
    assert STATEMENT_WORDS.keys() == WORDS.keys()
