"""Who is told that an account went above its credit limit, and when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.models.events.outbox import OutboxMessage
from app.models.rules.invoice_totals import from_inclusive
from app.models.values import EventAction
from app.services.database.unit_of_work import Database
from app.services.documents.cancelling import cancel_document
from app.services.invoicing.posting import InvoiceToPost, post_invoices
from app.services.ledger.writing import NewLine
from tests.factories.books import Book, scratch
from tests.support.switches import switch_on

DAY = date(2026, 3, 16)


def to_post(account: int, minor: int, on: date = DAY) -> InvoiceToPost:
    amounts = from_inclusive(minor, 1000)
    return InvoiceToPost(account_id=account, posted_on=on, lines=(NewLine(
        description="Fees", net_minor=amounts.net_minor, tax_minor=amounts.tax_minor, tax_rate_bp=1000),))


def test_the_document_that_goes_above_the_limit_tells_once(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        home = book.provider("HT", currency="EUR", credit_limit=10_000)
        silent = book.provider("SB", currency="EUR", credit_limit=1)
        switch_on(session, provider_id=home, events=["credit_limit_exceeded"], since=DAY, action=EventAction.LOG)
        over, edge, twice, free = (book.account(home, code) for code in ("OVER", "EDGE", "TWICE", "FREE"))
        free_of_limit = book.account(home, "RICH", credit_limit=10**9)
        other = book.account(silent, "OTHER")

        def told() -> list[tuple[str, str]]:
            session.flush()
            rows = session.execute(select(OutboxMessage.account_id, OutboxMessage.message_key)
                                   .where(OutboxMessage.event == "credit_limit_exceeded").order_by(OutboxMessage.id))
            return [(book.entity(row.account_id).code, row.message_key.split("/")[0]) for row in rows]

        post_invoices(session, provider_id=home, invoices=[
            to_post(over, 10_001), to_post(edge, 10_000), to_post(twice, 6_000), to_post(twice, 6_000),
            to_post(free_of_limit, 10**8)])
        post_invoices(session, provider_id=silent, invoices=[to_post(other, 500)])
        assert sorted(told()) == [("OVER", "credit_limit_exceeded"), ("TWICE", "credit_limit_exceeded")]
        post_invoices(session, provider_id=home, invoices=[to_post(over, 100), to_post(free, 100)])
        assert len(told()) == 2  # it is above already
        book.payment(over, 10_000, DAY)
        post_invoices(session, provider_id=home, invoices=[to_post(over, 20_000), to_post(edge, 1)])
        assert sorted(code for code, _ in told()) == ["EDGE", "OVER", "OVER", "TWICE"]
        paid = book.payment(free, 50, DAY)
        post_invoices(session, provider_id=home, invoices=[to_post(free, 9_900)])
        cancel_document(session, document_id=paid, reason="Bounced")
        assert len(told()) == 4  # 100.00 of 100.00
        more = book.payment(edge, 100, DAY)
        cancel_document(session, document_id=more, reason="Bounced")
        assert sorted(code for code, _ in told()) == ["EDGE", "EDGE", "OVER", "OVER", "TWICE"]
