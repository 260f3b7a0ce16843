"""Files of accounts in several currencies, and the documents that follow: each in the currency of its account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from app.models.attributes.attribute import account_attributes
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.values import CurrencyState
from app.services.currencies.changing import CurrencyUse, add_rate, set_currency
from app.services.hierarchy.finding import find_provider
from app.services.imports.run import ImportReport
from app.services.ledger.reading import account_figures
from app.services.providers.modules import Module, switch_module
from tests.services.imports.conftest import HEADERS, Desk

Complaints = Callable[[ImportReport], list[tuple[int, str, str]]]
HEADER = f"{HEADERS['accounts']},money,limit"


def several(desk: Desk) -> Desk:
    """North keeps accounts in yen beside its euros."""
    desk.change("accounts", 'name = "name"', 'name = "name"\ncurrency = "money"\n"attribute.credit_limit" = "limit"')
    assert desk.load("accounts", "north,C-1,Ann,2024-01-01,EUR,10.50", header=HEADER).errors == ()
    with desk.database.write() as session:
        north = find_provider(session, "north").id
        switch_module(session, provider_id=north, module=Module.MULTI_CURRENCY, on=True, seen=None)
        add_rate(session, provider_id=north, currency="JPY", from_date=date(2024, 1, 1), rate="0.0061")
        set_currency(session, provider_id=north, currency="JPY", seen=CurrencyUse(),
                     wanted=CurrencyUse(state=CurrencyState.EFFECTIVE))
    return desk


def test_a_file_says_in_which_currency_an_account_is_kept(desk: Desk, complaints: Complaints) -> None:
    desk = several(desk)
    wrong = desk.load("accounts", "north,C-2,Ben,2024-01-01,USD,", "north,C-3,Cyd,2024-01-01,jpy,10.50",
                      "north,C-1,Ann,2024-01-01,JPY,", "south,C-1,Dan,2024-01-01,JPY,",
                      "north,C-5,Eve,2024-01-01,YENS,", header=HEADER)
    assert complaints(wrong) == [(1, "currency", "USD"), (2, "attribute.credit_limit", "10.50"),
                                 (3, "currency", "JPY"), (4, "currency", "JPY"), (5, "currency", "YENS")]
    said = [error.message for error in wrong.errors]
    assert said[0] == "USD is not effective at north Ltd; an account may be kept in EUR or JPY."
    assert "JPY has none" in said[1]
    assert "is there already, with EUR where this row says JPY" in said[2]
    assert said[3].startswith("Provider south is made from this file and knows EUR alone.")
    rows = ("north,C-1,Ann,2024-01-01,EUR,10.50", "north,C-2,Ben,2024-01-01,jpy,1050", "north,C-3,Cyd,2024-01-01,,7")
    assert desk.load("accounts", *rows, header=HEADER).added == 2
    again = desk.load("accounts", *rows, header=HEADER)
    assert (again.added, again.skipped, again.errors) == (0, 3, ())
    with desk.database.read() as session:
        found = session.execute(select(Account.code, Account.currency, account_attributes.c.credit_limit).join(
            account_attributes, account_attributes.c.owner_id == Account.id).order_by(Account.code)).all()
    assert [tuple(row) for row in found] == [("C-1", "EUR", 1050), ("C-2", "JPY", 1050), ("C-3", "EUR", 700)]


def test_documents_are_in_the_currency_of_their_account(desk: Desk, complaints: Complaints) -> None:
    desk = several(desk)
    desk.load("accounts", "north,C-2,Ben,2024-01-01,JPY,", header=HEADER)
    yen_with_places = desk.load("invoices", "north,C-2,I-1,2024-03-01,2024-03-15,10.50,no,")
    assert complaints(yen_with_places) == [(1, "amount", "10.50")]
    invoices = ("north,C-1,I-1,2024-03-01,2024-03-15,10.50,no,", "north,C-2,I-2,2024-03-01,2024-03-15,1050,no,",
                "north,C-1,I-3,2024-03-01,2024-03-15,1,no,")
    payments = ("north,C-2,P-1,2024-04-01,1000,I-2", "north,C-1,P-2,2024-04-01,10.5,I-1")
    for kind, rows in (("invoices", invoices), ("payments", payments)):
        assert desk.load(kind, *rows).errors == ()
        assert desk.load(kind, *rows).skipped == len(rows)
    with desk.database.read() as session:
        t = FinancialTransaction
        found = session.execute(select(t.number, t.currency, t.amount_minor).order_by(t.number)).all()
        ids = dict(session.execute(select(Account.code, Account.id).where(Account.type == "end_user")).all())
        figures = account_figures(session, list(ids.values()), date(2024, 5, 1))
    assert [tuple(row) for row in found] == [
        ("I-1", "EUR", 1050), ("I-2", "JPY", 1050), ("I-3", "EUR", 100), ("P-1", "JPY", 1000), ("P-2", "EUR", 1050)]
    assert {code: (figures[id_].currency, figures[id_].balance_minor) for code, id_ in ids.items()} == {
        "C-1": ("EUR", 100), "C-2": ("JPY", 50)}
