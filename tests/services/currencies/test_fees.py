"""Fees that a provider states in its books, charged to accounts in other currencies by the rate of the posting date."""

from __future__ import annotations

from datetime import date

import pytest

from app.models.values import Tier
from app.services.attributes.writing import set_attributes
from app.services.currencies.conversion import NoRate
from app.services.database.unit_of_work import Database
from app.services.invoicing.compose import BaseLine, InvoiceBasis, compose_invoices
from tests.factories.books import Book, scratch
from tests.services.currencies.test_limits import account, provider_of_several

IN_RATE, OUT_OF_RATE = date(2024, 7, 1), date(2025, 7, 1)


def test_a_paper_fee_is_charged_in_the_currency_of_the_account(database: Database) -> None:
    with scratch(database) as session:
        provider = provider_of_several(Book(session))
        set_attributes(session, tier=Tier.PROVIDER, owner_id=provider, seen={},
                       values={"paper_invoice_fee": 230, "invoice_delivery_method": "post"})
        euros, dollars, yen = (account(session, provider, currency) for currency in ("EUR", "USD", "JPY"))

        def totals(*owners: int, on: date = IN_RATE) -> list[int]:
            bases = [InvoiceBasis(account_id=owner, posted_on=on,
                                  lines=(BaseLine(description="Charges", amount_minor=100),)) for owner in owners]
            return [sum(line.net_minor + line.tax_minor for line in invoice.lines)
                    for invoice in compose_invoices(session, bases=bases)]

        assert totals(euros, dollars, yen) == [330, 350, 477]
        set_attributes(session, tier=Tier.ACCOUNT, owner_id=yen, values={"paper_invoice_fee": 50}, seen={})
        assert totals(yen) == [150], "what is typed in on the account is in its currency"
        with pytest.raises(NoRate, match="no rate of USD for 1 Jul 2025"):
            totals(dollars, on=OUT_OF_RATE)
        set_attributes(session, tier=Tier.ACCOUNT, owner_id=dollars, values={"paper_invoice_fee": 0}, seen={})
        assert totals(dollars, on=OUT_OF_RATE) == [100], "no fee needs no rate"
