"""Which credit settles which invoice, and from which day on: worked examples (ARCHITECTURE.md, "Allocation")."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.models.rules.allocation import (
    Held,
    NewAllocation,
    OpenCredit,
    OpenDebit,
    OpenInstalment,
    allocate,
)

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


def test_what_was_taken_back_is_free_from_that_day_on() -> None:
    """60.00 of a payment of 3 Jun settled an invoice that was cancelled on 20 Jun; another was posted on 17 Jun."""
    held = (Held(since=JUN_3, until=JUN_20, amount_minor=6_000),)
    payment = OpenCredit(9, JUN_3, 10_000, held=held)
    assert [(a.amount_minor, a.effective_on) for a in allocate([OpenDebit(1, JUN_17, JUL_1, 9_000)], [payment])] == [
        (4_000, JUN_17), (5_000, JUN_20)]
    invoice = OpenDebit(1, JUN_3, JUN_17, 10_000, held=held)
    assert [(a.amount_minor, a.effective_on) for a in allocate([invoice], [OpenCredit(9, JUN_17, 9_000)])] == [
        (4_000, JUN_17), (5_000, JUN_20)]
    later = (Held(since=JUN_20, until=JUL_1, amount_minor=9_500),)
    waits = OpenCredit(9, JUN_3, 10_000, held=later)
    assert [(a.amount_minor, a.effective_on) for a in allocate([OpenDebit(1, JUN_3, JUN_17, 9_000)], [waits])] == [
        (500, JUN_3), (8_500, JUL_1)]
    both = (*held, Held(since=JUN_20, amount_minor=6_000))
    invoice = OpenDebit(1, JUN_3, JUN_17, 4_000, held=both)
    assert [(a.amount_minor, a.effective_on) for a in allocate([invoice], [OpenCredit(9, JUN_17, 4_000)])] == [
        (4_000, JUN_17)], "of 100.00 there were 60.00 settled on each day, by one and then by the other"


def test_nothing_is_allocated_for_days_to_come() -> None:
    invoice = OpenDebit(1, JUN_3, JUN_17, 10_000, ((JUN_3, 9_500), (JUL_1, -9_500)))
    assert [(a.amount_minor, a.effective_on) for a in allocate(
        [invoice], [OpenCredit(9, JUN_17, 10_000)], until=JUN_20)] == [(500, JUN_17)]


def test_a_chosen_credit_goes_where_it_was_sent_and_no_further() -> None:
    debits = [OpenDebit(1, JUN_3, JUN_17, 4_000), OpenDebit(2, JUN_3, JUN_20, 3_000)]

    def settled(**options: Any) -> list[tuple[int, int, bool]]:
        credit = OpenCredit(9, JUN_17, 5_000, **options)
        return [(a.debit_id, a.amount_minor, a.named) for a in allocate(debits, [credit])]

    assert settled(targets=(2,), most={2: 1_000}) == [(2, 1_000, True), (1, 4_000, False)]
    assert settled(targets=(2,), most={2: 1_000}, is_chosen=True) == [(2, 1_000, True)]
    assert settled(targets=(2,), is_chosen=True) == [(2, 3_000, True)]
    assert settled(is_chosen=True) == []


def planned_invoice(*, instalments: int = 3) -> tuple[OpenDebit, list[OpenInstalment]]:
    """200.00 due 17 Jun, of which a plan of 10 Jun covers 195.00 in instalments of 65.00 from 10 Jul on."""
    invoice = OpenDebit(1, JUN_3, JUN_17, 20_000, covered_minor=19_500)
    days = [date(2025, 7, 10), date(2025, 8, 10), date(2025, 9, 10)]
    return invoice, [OpenInstalment(5, n, date(2025, 6, 10), day, 6_500, (1,))
                     for n, day in enumerate(days[:instalments], 1)]


def paid(credits: list[OpenCredit], **options: bool) -> list[tuple[int, int, tuple[int, int] | None]]:
    """What a plan of 195.00 and another invoice of 66.00 due 20 Jul get of credits."""
    invoice, instalments = planned_invoice()
    other = OpenDebit(2, JUN_20, date(2025, 7, 20), 6_600)
    return [(a.debit_id, a.amount_minor, a.instalment)
            for a in allocate([invoice, other], credits, instalments=instalments, **options)]


def test_what_a_plan_covers_is_settled_by_its_instalments_in_the_order_of_their_days() -> None:
    """5.00 that the plan does not cover, then the instalment due on 10 Jul, then the invoice due on 20 Jul."""
    assert paid([OpenCredit(9, JUN_20, 500)]) == [(1, 500, None)]
    assert paid([OpenCredit(9, JUN_20, 7_000)]) == [(1, 500, None), (1, 6_500, (5, 1))]
    assert paid([OpenCredit(9, JUN_20, 7_600)]) == [(1, 500, None), (1, 6_500, (5, 1)), (2, 600, None)]
    assert paid([OpenCredit(9, JUN_20, 30_000)]) == [
        (1, 500, None), (1, 6_500, (5, 1)), (2, 6_600, None), (1, 6_500, (5, 2)), (1, 6_500, (5, 3))]


def test_an_instalment_may_come_in_in_parts() -> None:
    assert paid([OpenCredit(8, JUN_20, 3_500), OpenCredit(9, JUL_1, 4_000)]) == [
        (1, 500, None), (1, 3_000, (5, 1)), (1, 3_500, (5, 1)), (2, 500, None)]


def test_who_names_an_invoice_of_the_plan_names_its_instalments() -> None:
    """By hand as well: the uncovered part first, then the plan; what is left waits."""
    named = [OpenCredit(9, JUL_1, 20_100, targets=(1,))]
    of_the_plan = [(1, 500, None), (1, 6_500, (5, 1)), (1, 6_500, (5, 2)), (1, 6_500, (5, 3))]
    assert paid(named) == [*of_the_plan, (2, 100, None)]
    assert paid(named, named_only=True) == of_the_plan
    assert paid([OpenCredit(9, JUL_1, 20_100)], named_only=True) == []


def test_nothing_comes_in_for_a_plan_before_it_begins() -> None:
    invoice, instalments = planned_invoice(instalments=1)
    early = OpenCredit(9, date(2025, 6, 5), 1_000)
    assert [(a.amount_minor, a.effective_on, a.instalment)
            for a in allocate([invoice], [early], instalments=instalments)] == [
        (500, date(2025, 6, 5), None), (500, date(2025, 6, 10), (5, 1))]


def test_an_instalment_settles_the_invoices_of_its_plan_the_one_due_first_before_the_others() -> None:
    first, second = OpenDebit(1, JUN_3, JUN_17, 300, covered_minor=300), OpenDebit(2, JUN_3, JUN_20, 300,
                                                                                  covered_minor=200)
    instalments = [OpenInstalment(5, 1, JUN_3, JUL_1, 400, (2, 1)), OpenInstalment(5, 2, JUN_3, date(2025, 8, 1), 100,
                                                                                    (2, 1))]
    assert [(a.debit_id, a.amount_minor, a.instalment)
            for a in allocate([first, second], [OpenCredit(9, JUL_1, 600)], instalments=instalments)] == [
        (2, 100, None), (1, 300, (5, 1)), (2, 100, (5, 1)), (2, 100, (5, 2))]


def test_what_a_cancelled_plan_covered_is_settled_from_that_day_on() -> None:
    invoice = OpenDebit(1, JUN_3, JUN_17, 20_000, ((JUN_3, 19_500), (JUL_1, -19_500)))
    assert [(a.amount_minor, a.effective_on) for a in allocate([invoice], [OpenCredit(9, JUN_20, 9_000)])] == [
        (500, JUN_20), (8_500, JUL_1)]
