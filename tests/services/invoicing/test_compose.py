"""The invoice run of the worked example: fee for paper, tax, terms and layout, and what later changes leave alone."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, InvoiceDetail, InvoiceLine
from app.models.values import Enterprise, Tier
from app.services.attributes.writing import set_attribute
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule
from app.services.hierarchy.finding import find_account
from app.services.invoicing.compose import BaseLine, InvoiceBasis, compose_invoice, compose_invoices
from app.services.invoicing.posting import post_invoices
from tests.factories.books import scratch
from tests.services.attributes.test_terms_example import Harbour, harbour

POSTED = date(2025, 6, 3)
RUN = [
    # account, base, total, due, terms, layout
    ("A1", 11000, 11250, date(2025, 6, 24), 21, "business"),
    ("A2", 6600, 6600, date(2025, 6, 17), 14, "standard"),
    ("A3", 5500, 5750, date(2025, 6, 13), 10, "standard"),
    ("A4", 22000, 22000, date(2025, 6, 10), 7, "business"),
    ("A5", 9900, 9900, date(2025, 6, 17), 14, "standard"),
    ("A6", 4999, 4999, date(2025, 6, 17), 14, "standard"),
    ("A7", 20000, 20000, date(2025, 6, 17), 14, "standard"),
    ("A8", 10000, 10000, date(2025, 6, 17), 14, "standard"),
]


def run(session: Session, h: Harbour, *, on: date = POSTED, codes: frozenset[str] | None = None) -> dict[str, int]:
    """Compose and post the invoices of the run; their ids by account code."""
    rows = [row for row in RUN if codes is None or row[0] in codes]
    bases = [
        InvoiceBasis(account_id=find_account(session, code).id, posted_on=on,
                     lines=(BaseLine(description="Charges", amount_minor=base),),
                     period_from=date(2025, 3, 1), period_to=date(2025, 5, 31))
        for code, base, *_ in rows
    ]
    ids = post_invoices(session, provider_id=h.provider, invoices=compose_invoices(session, bases=bases))
    return {row[0]: invoice for row, invoice in zip(rows, ids, strict=True)}


def everybody(session: Session) -> Harbour:
    h = harbour(session)
    for code in ("A5", "A6", "A7", "A8"):
        h.book.account(h.provider, code, profile=h.residential, enterprise=Enterprise.INDIVIDUAL)
    return h


def posted(session: Session, invoice_id: int) -> tuple[int, date | None, int | None, str]:
    t, d = FinancialTransaction, InvoiceDetail
    row = session.execute(select(t.amount_minor, t.due_on, d.terms_days, d.layout)
                          .join(d, d.transaction_id == t.id).where(t.id == invoice_id)).one()
    return tuple(row)  # type: ignore[return-value]


def test_the_run_gives_the_figures_of_the_example(database: Database) -> None:
    with scratch(database) as session:
        h = everybody(session)
        invoices = run(session, h)
        found = {code: posted(session, invoice) for code, invoice in invoices.items()}
        assert found == {code: (total, due, terms, layout) for code, _, total, due, terms, layout in RUN}


def test_the_fee_is_a_line_of_its_own_with_its_tax(database: Database) -> None:
    with scratch(database) as session:
        invoices = run(session, everybody(session))

        def lines(code: str) -> list[tuple[str, int, int]]:
            rows = session.execute(select(InvoiceLine.description, InvoiceLine.net_minor, InvoiceLine.tax_minor)
                                   .where(InvoiceLine.transaction_id == invoices[code]).order_by(InvoiceLine.position))
            return [tuple(row) for row in rows]  # type: ignore[misc]

        assert lines("A1") == [("Charges", 10000, 1000), ("Paper invoice fee", 227, 23)]
        assert lines("A3") == [("Charges", 5000, 500), ("Paper invoice fee", 227, 23)]
        assert lines("A4") == [("Charges", 20000, 2000)], "a fee of 0.00 set on the account adds no line"
        assert lines("A2") == [("Charges", 6000, 600)], "by e-mail alone there is no fee"
        assert lines("A6") == [("Charges", 4545, 454)]


def test_what_is_posted_stays_and_the_next_invoice_follows(database: Database) -> None:
    """The twist of the worked example: the override goes, A3 changes its profile."""
    with scratch(database) as session:
        h = everybody(session)
        first = run(session, h)
        set_attribute(session, tier=Tier.PROFILE, owner_id=h.business, key="trading_due_days", value=None,
                      seen={"trading_due_days": 21})
        find_account(session, "A3").profile_id = h.residential
        session.flush()
        second = run(session, h, on=date(2025, 7, 3), codes=frozenset({"A1", "A3"}))
        assert posted(session, first["A1"])[1] == date(2025, 6, 24)
        assert posted(session, second["A1"])[1:3] == (date(2025, 7, 13), 10)
        assert posted(session, first["A3"])[1] == date(2025, 6, 13)
        assert posted(session, second["A3"])[1:3] == (date(2025, 7, 17), 14)


def test_other_rates_and_credits(database: Database) -> None:
    with scratch(database) as session:
        h = everybody(session)
        account = find_account(session, "A3")
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=account.id, key="tax_rate", value=0, seen={})
        made = compose_invoice(session, basis=InvoiceBasis(
            account_id=account.id, posted_on=POSTED, lines=(BaseLine(description="Charges", amount_minor=5500),
                                                            BaseLine(description="Credit", amount_minor=-500))))
        assert [(line.net_minor, line.tax_minor) for line in made.lines] == [(5500, 0), (-500, 0), (250, 0)]
        other = compose_invoice(session, basis=InvoiceBasis(
            account_id=h.book.account(h.provider, "A9"), posted_on=POSTED,
            lines=(BaseLine(description="Charges", amount_minor=333),
                   BaseLine(description="Credit", amount_minor=-333))))
        assert [(line.net_minor, line.tax_minor) for line in other.lines] == [(303, 30), (-303, -30)]


def test_nothing_to_charge_and_nobody_to_charge(database: Database) -> None:
    with scratch(database) as session:
        everybody(session)
        account = find_account(session, "A1")
        with pytest.raises(RefusedByRule, match="A1: there is nothing to charge"):
            compose_invoice(session, basis=InvoiceBasis(account_id=account.id, posted_on=POSTED, lines=()))
        with pytest.raises(NotFound, match="not in the database"):
            compose_invoice(session, basis=InvoiceBasis(account_id=10**9, posted_on=POSTED,
                                                        lines=(BaseLine(description="Charges", amount_minor=100),)))
