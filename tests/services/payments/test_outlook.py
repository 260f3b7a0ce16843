"""What is said of a payment before it is posted is what posting it does."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from app.models.ledger.entries import Allocation
from app.services.database.unit_of_work import Database
from app.services.ledger.allocating import allocate_accounts
from app.services.payments.outlook import payment_outlook
from app.services.payments.payers import find_payers, payer_facts
from tests.factories.books import Book, scratch

MARCH, APRIL, MAY = date(2025, 3, 3), date(2025, 4, 3), date(2025, 5, 3)


@pytest.mark.parametrize(("amount", "names", "falls", "rest"), [
    (50_00, (), {"IN-A": 50_00}, 0),
    (150_00, (), {"IN-A": 100_00, "IN-B": 50_00}, 0),
    (150_00, ("IN-B",), {"IN-A": 70_00, "IN-B": 80_00}, 0),
    (250_00, (), {"IN-A": 100_00, "IN-B": 80_00, "IN-C": 30_00}, 40_00),
    (0, (), {}, 0),
])
def test_a_payment_falls_as_it_is_shown(
    database: Database, amount: int, names: tuple[str, ...], falls: dict[str, int], rest: int
) -> None:
    """Invoices of 100.00, 80.00 and, half of it in dispute, 60.00."""
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "ACME")
        invoices = {number: book.invoice(account, minor, posted, due, number=number, disputed=disputed)
                    for number, minor, posted, due, disputed in (
                        ("IN-A", 100_00, MARCH, APRIL, None), ("IN-B", 80_00, APRIL, MAY, None),
                        ("IN-C", 60_00, MAY, MAY, None))}
        book.dispute(invoices["IN-C"], 30_00, MAY)
        named = [invoices[name] for name in names]
        outlook = payment_outlook(session, account_id=account, amount_minor=amount, on=MAY, named=named)
        assert {row.number: row.takes_minor for row in outlook.rows if row.takes_minor} == falls
        assert outlook.rest_minor == rest
        assert outlook.balance_after_minor == 240_00 - amount
        if amount:
            payment = book.payment(account, amount, MAY, targets=named)
            allocate_accounts(session, [account])
            done = session.execute(select(Allocation.debit_id, func.sum(Allocation.amount_minor))
                                   .where(Allocation.credit_id == payment).group_by(Allocation.debit_id)).all()
            assert {debit: int(minor) for debit, minor in done} == {invoices[n]: v for n, v in falls.items()}


def test_a_payer_is_found_by_code_invoice_and_name(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", currency="EUR")
        acme = book.account(provider, "A-1", name="Acme Pty Ltd")
        other = book.account(provider, "A-12", name="Acme Harbour")
        invoice = book.invoice(other, 10_00, MARCH, APRIL, number="HT-00077")
        assert [(p.account_id, p.is_exact) for p in find_payers(session, text="a-1")] == [(acme, True), (other, False)]
        found = find_payers(session, text="ht-00077")[0]
        assert (found.account_id, found.is_exact, found.invoice_id) == (other, True, invoice)
        assert find_payers(session, text="ht-0007")[0].invoice_id is None
        assert {p.account_id for p in find_payers(session, text="Acme")} == {acme, other}
        assert find_payers(session, text="harbour")[0].account_id == other
        assert find_payers(session, text="nobody") == []
        facts = payer_facts(session, account_id=acme)
        assert (facts.code, facts.currency) == ("A-1", "EUR")
