"""Which credit settles which invoice, and from which day on: worked examples (ARCHITECTURE.md, "Allocation")."""

from __future__ import annotations

from datetime import date

from app.models.rules.allocation import NewAllocation, OpenCredit, OpenDebit, allocate

JUN_3, JUN_17, JUN_20, JUL_1 = date(2025, 6, 3), date(2025, 6, 17), date(2025, 6, 20), date(2025, 7, 1)


def test_a_disputed_part_is_settled_on_the_day_the_dispute_ends() -> None:
    """100.00 due 17 Jun, 95.00 in dispute until 1 Jul; 100.00 paid on 20 Jun settle 5.00 then and 95.00 later."""
    invoice = OpenDebit(1, JUN_3, JUN_17, 10_000, ((JUN_3, 9_500), (JUL_1, -9_500)))
    assert allocate([invoice], [OpenCredit(9, JUN_20, 10_000)]) == [
        NewAllocation(credit_id=9, debit_id=1, amount_minor=500, named=False, effective_on=JUN_20),
        NewAllocation(credit_id=9, debit_id=1, amount_minor=9_500, named=False, effective_on=JUL_1)]


def test_a_named_invoice_goes_first_then_the_oldest_due_date() -> None:
    oldest = OpenDebit(1, JUN_3, date(2025, 6, 10), 300)
    named = OpenDebit(2, JUN_3, JUN_17, 200)
    assert allocate([oldest, named], [OpenCredit(9, JUN_20, 400, targets=(2,))]) == [
        NewAllocation(credit_id=9, debit_id=2, amount_minor=200, named=True, effective_on=JUN_20),
        NewAllocation(credit_id=9, debit_id=1, amount_minor=200, named=False, effective_on=JUN_20)]


def test_a_payment_in_advance_settles_the_invoice_on_its_posting_date() -> None:
    assert allocate([OpenDebit(1, JUN_20, JUL_1, 100)], [OpenCredit(9, JUN_3, 150)]) == [
        NewAllocation(credit_id=9, debit_id=1, amount_minor=100, named=False, effective_on=JUN_20)]


def test_the_oldest_credit_is_used_up_first() -> None:
    credits = [OpenCredit(8, JUN_20, 60), OpenCredit(7, JUN_17, 60)]
    assert allocate([OpenDebit(1, JUN_3, JUN_17, 100)], credits) == [
        NewAllocation(credit_id=7, debit_id=1, amount_minor=60, named=False, effective_on=JUN_17),
        NewAllocation(credit_id=8, debit_id=1, amount_minor=40, named=False, effective_on=JUN_20)]


def test_nothing_open_allocates_nothing_and_the_arguments_stay_as_they_were() -> None:
    credit, debit = OpenCredit(9, JUN_20, 100), OpenDebit(1, JUN_3, JUN_17, 100)
    assert allocate([], [credit]) == []
    assert allocate([debit], []) == []
    allocate([debit], [credit])
    assert (credit.open_minor, debit.open_minor) == (100, 100)


def test_by_hand_a_payment_settles_what_it_names_and_the_rest_waits() -> None:
    debits = [OpenDebit(1, date(2025, 6, 3), date(2025, 6, 17), 4000),
              OpenDebit(2, date(2025, 6, 3), date(2025, 6, 20), 3000)]
    credits = [OpenCredit(9, date(2025, 6, 10), 5000, targets=(2,))]
    by_hand = allocate(debits, credits, named_only=True)
    assert [(a.debit_id, a.amount_minor, a.named) for a in by_hand] == [(2, 3000, True)]
    assert [(a.debit_id, a.amount_minor) for a in allocate(debits, credits)] == [(2, 3000), (1, 2000)]
