"""What an invoice says of the account: worked examples as a table."""

from __future__ import annotations

from datetime import date

import pytest

from app.models.rules.statement import LedgerRow, Statement, statement_of


def invoice(id_: int, day: str, minor: int) -> LedgerRow:
    return LedgerRow(id=id_, effective_on=date.fromisoformat(day), signed_minor=minor, is_invoice=True)


def other(id_: int, day: str, minor: int) -> LedgerRow:
    return LedgerRow(id=id_, effective_on=date.fromisoformat(day), signed_minor=minor, is_invoice=False)


QUARTERS = [invoice(1, "2025-03-03", 110_00), invoice(2, "2025-06-03", 112_50), invoice(3, "2025-09-03", 90_00)]

CASES: list[tuple[str, list[LedgerRow], int, tuple[int, int, int]]] = [
    ("the first invoice of an account", QUARTERS, 1, (0, 0, 110_00)),
    ("nothing paid since", QUARTERS, 2, (110_00, 0, 222_50)),
    ("nothing paid for two invoices", QUARTERS, 3, (222_50, 0, 312_50)),
    ("paid in full between", [*QUARTERS, other(9, "2025-03-20", -110_00)], 2, (110_00, -110_00, 112_50)),
    ("paid before the previous invoice: part of its balance", [*QUARTERS, other(9, "2025-03-01", -110_00)], 2,
     (0, 0, 112_50)),
    ("paid on the day of this invoice: received", [*QUARTERS, other(9, "2025-06-03", -110_00)], 2,
     (110_00, -110_00, 112_50)),
    ("paid on the day of the previous invoice: received by that one", [*QUARTERS, other(9, "2025-06-03", -110_00)], 3,
     (112_50, 0, 202_50)),
    ("paid the day after: not yet", [*QUARTERS, other(9, "2025-06-04", -110_00)], 2, (110_00, 0, 222_50)),
    ("partly paid, refunded, credited: all rows but invoices",
     [*QUARTERS, other(7, "2025-03-10", -50_00), other(8, "2025-04-01", 20_00), other(9, "2025-05-01", -5_00)], 2,
     (110_00, -35_00, 187_50)),
    ("overpaid: the customer is in credit", [*QUARTERS, other(9, "2025-04-01", -300_00)], 2,
     (110_00, -300_00, -77_50)),
    ("paid in advance, before any invoice", [*QUARTERS, other(9, "2025-02-01", -40_00)], 1, (0, -40_00, 70_00)),
    ("two invoices of one day: the lower id comes first", [invoice(5, "2025-06-03", 10_00),
                                                          invoice(4, "2025-06-03", 7_00)], 4, (0, 0, 7_00)),
    ("two invoices of one day: the second builds on the first",
     [invoice(5, "2025-06-03", 10_00), invoice(4, "2025-06-03", 7_00), other(9, "2025-06-03", -2_00)], 5,
     (5_00, 0, 15_00)),
    ("an invoice dated back, entered later", [invoice(1, "2025-06-03", 10_00), invoice(2, "2025-03-03", 7_00)], 2,
     (0, 0, 7_00)),
    ("an invoice of nothing", [invoice(1, "2025-03-03", 0), invoice(2, "2025-06-03", 5_00)], 2, (0, 0, 5_00)),
]


@pytest.mark.parametrize(("rows", "id_", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_statement(rows: list[LedgerRow], id_: int, expected: tuple[int, int, int]) -> None:
    previous, since, total = expected
    statement = Statement(previous_balance_minor=previous, payments_since_minor=since, total_due_minor=total)
    assert statement_of(rows, id_) == statement
    assert statement_of(reversed(rows), id_) == statement
    assert total == previous + since + next(r.signed_minor for r in rows if r.id == id_)
