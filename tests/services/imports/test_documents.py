"""Invoices and payments out of files: what is posted, what is allocated, and every way a row can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.models.ledger.entries import (
    Allocation,
    Dispute,
    DisputeEntry,
    FinancialTransaction,
    InvoiceDetail,
    InvoiceLine,
    PaymentTarget,
)
from app.models.parties.account import Account
from app.models.values import Lifecycle, PeriodFrequency, Tier
from app.services.attributes.writing import set_attribute
from app.services.clock import FixedClock
from app.services.documents.cancelling import transfer_payment
from app.services.hierarchy.finding import find_account, find_provider
from app.services.imports.run import ImportReport
from app.services.jobs import JobContext
from app.services.ledger.disputes import end_dispute, raise_dispute
from app.services.ledger.reading import account_figures
from app.services.periods.closing import check_and_close
from app.services.periods.settings import set_periods
from tests.services.imports.conftest import HEADERS, Desk

Complaints = Callable[[ImportReport], list[tuple[int, str, str]]]
_T = FinancialTransaction


def _one_invoice(desk: Desk) -> FinancialTransaction:
    with desk.database.read() as session:
        return session.scalars(select(_T).where(_T.kind == "invoice")).one()


def test_an_invoice_keeps_what_the_file_gives(stocked: Desk) -> None:
    stocked.change("invoices", 'amount = "amount"', 'amount = "amount"\nposted_on = "posted"\nperiod_from = "f"\n'
                                                    'period_to = "t"')
    stocked.add("invoices", '[constants]\ntax = "2.10"\ndelivery_method = "email_and_post"\n'
                            '[templates]\ndescription = "Order {number}"\n')
    header = "provider,account,number,issued,due,amount,disputed,settled,posted,f,t"
    report = stocked.load("invoices", "north,C-1,I-1,2024-03-01,2024-03-15,23.10,no,,2024-03-02,2024-02-01,2024-02-29",
                          header=header)
    assert (report.added, report.errors) == (1, ())
    with stocked.database.read() as session:
        invoice = session.scalars(select(_T)).one()
        assert (invoice.issued_on, invoice.effective_on, invoice.due_on) == (
            date(2024, 3, 1), date(2024, 3, 2), date(2024, 3, 15))
        assert (invoice.number, invoice.state, invoice.amount_minor, invoice.net_minor, invoice.tax_minor,
                invoice.currency, invoice.imported) == ("I-1", "posted", 2310, 2100, 210, "EUR", True)
        line = session.scalars(select(InvoiceLine)).one()
        assert (line.description, line.net_minor, line.tax_minor) == ("Order I-1", 2100, 210)
        detail = session.scalars(select(InvoiceDetail)).one()
        assert (detail.delivery_method, detail.layout, detail.period_from, detail.period_to) == (
            "email_and_post", "standard", date(2024, 2, 1), date(2024, 2, 29))


def test_delivery_and_layout_are_the_accounts_where_the_file_is_silent(stocked: Desk) -> None:
    with stocked.database.write() as session:
        account = find_account(session, "north/C-1")
        set_attribute(session, tier=Tier.PROFILE, owner_id=account.profile_id, key="invoice_layout", value="business",
                      seen={})
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=account.id, key="invoice_delivery_method", value="post",
                      seen={})
    stocked.load("invoices", "north,C-1,I-1,2024-03-01,2024-03-15,23.10,,", "north,C-2,I-2,2024-03-01,2024-03-15,1,,",
                 "south,C-1,I-1,2024-03-01,2024-03-15,1,,")
    with stocked.database.read() as session:
        found = session.execute(
            select(Account.name, InvoiceDetail.layout, InvoiceDetail.delivery_method)
            .join(_T, _T.account_id == Account.id).join(InvoiceDetail, InvoiceDetail.transaction_id == _T.id)).all()
    assert {tuple(row) for row in found} == {("Ann", "business", "post"), ("Ben", "business", "do_not_send"),
                                             ("Cyd", "standard", "do_not_send")}


def test_a_dispute_lasts_from_issue_until_its_end(stocked: Desk) -> None:
    stocked.load("invoices", "north,C-1,I-1,2024-03-01,2024-03-15,10,yes,2024-04-01",
                 "north,C-1,I-2,2024-03-01,2024-03-15,20,yes,", "north,C-1,I-3,2024-03-01,2024-03-15,30,no,2024-04-01",
                 "north,C-1,I-4,2024-03-01,2024-03-15,0,yes,2024-04-01",
                 "north,C-1,I-5,2024-03-01,2024-03-15,50,yes,2024-03-01")
    with stocked.database.read() as session:
        account_id = find_account(session, "north/C-1").id

        def disputed(day: date) -> int:
            return account_figures(session, [account_id], day)[account_id].disputed_minor

        assert [disputed(date(2024, 2, 29)), disputed(date(2024, 3, 1)), disputed(date(2024, 3, 31)),
                disputed(date(2024, 4, 1)), disputed(date(2030, 1, 1))] == [0, 3000, 3000, 2000, 2000]


def test_payments_settle_what_they_name_and_the_rest_by_age(stocked: Desk) -> None:
    stocked.load("invoices", "north,C-1,I-1,2024-03-01,2024-03-15,10,yes,2024-04-01",
                 "north,C-1,I-2,2024-03-01,2024-03-10,20,no,", "north,C-1,I-3,2024-03-01,2024-03-05,30,no,")
    report = stocked.load("payments", "north,C-1,P-1,2024-04-01,10,I-1", "north,C-1,P-2,2024-03-20,60,I-2",
                          "north,C-1,P-3,2024-02-01,5,")
    assert (report.added, report.errors) == (3, ())
    credit = _T.__table__.alias("credit")
    with stocked.database.read() as session:
        found = session.execute(
            select(credit.c.number, _T.number, Allocation.amount_minor, Allocation.effective_on, Allocation.kind)
            .join(credit, credit.c.id == Allocation.credit_id).join(_T, _T.id == Allocation.debit_id)).all()
        assert {tuple(row) for row in found} == {
            ("P-3", "I-3", 500, date(2024, 3, 1), "fifo"), ("P-2", "I-2", 2000, date(2024, 3, 20), "against_item"),
            ("P-2", "I-3", 2500, date(2024, 3, 20), "fifo"), ("P-1", "I-1", 1000, date(2024, 4, 1), "against_item"),
        }
        account_id = find_account(session, "north/C-1").id
        assert account_figures(session, [account_id], date(2024, 5, 1))[account_id].unallocated_minor == 1500
        assert len(session.scalars(select(PaymentTarget)).all()) == 2


def test_invoices_take_up_credit_that_waited(stocked: Desk) -> None:
    stocked.load("payments", "north,C-1,P-1,2024-02-01,5,")
    stocked.load("invoices", "north,C-1,I-1,2024-03-01,2024-03-15,10,no,")
    with stocked.database.read() as session:
        assert session.scalars(select(Allocation.amount_minor)).all() == [500]


def test_every_wrong_invoice_is_told(stocked: Desk, complaints: Complaints) -> None:
    before = stocked.counts()
    report = stocked.load(
        "invoices",
        "north,C-1,I-1,2024-03-01,2024-03-15,10,no,",
        "north,C-9,I-2,2024-03-15,2024-03-01,10.005,no,",
        "west,C-1,I-3,2024-03-01,2024-03-15,-1,no,",
        'north,C-1,I-4,2024-13-01,2024-02-30,"12,3O",perhaps,soon',
        "north,,,2024-03-01,2024-03-15,-1,yes,2024-02-01",
        f"north,C-1,{'9' * 61},2024-03-01,2024-03-15,99999999999999,no,",
        "north,SUSPENSE,I-7,2024-03-01,2024-03-15,1,no,",
    )
    assert complaints(report) == [
        (2, "due_on", "2024-03-01"), (2, "account", "C-9"), (2, "amount", "10.005"),
        (3, "provider", "west"),
        (4, "issued_on", "2024-13-01"), (4, "due_on", "2024-02-30"), (4, "amount", "12,3O"),
        (4, "disputed", "perhaps"), (4, "disputed_until", "soon"),
        (5, "account", ""), (5, "number", ""), (5, "disputed_until", "2024-02-01"), (5, "amount", "-1"),
        (6, "number", "9" * 61), (6, "amount", "99999999999999"),
        (7, "account", "SUSPENSE"),
    ]
    words = {(e.row, e.field): e.message for e in report.errors}
    assert words[2, "due_on"].startswith("The invoice is due on 2024-03-01 and issued on 2024-03-15.")
    assert words[2, "account"].startswith('Provider north has no account "C-9".')
    assert "has 3 decimal places, EUR has 2" in words[2, "amount"]
    assert words[3, "provider"].startswith('There is no provider "west".')
    assert words[4, "amount"] == '"12,3O" holds the letter O. Write 12.30.'
    assert "below zero" in words[5, "amount"]
    assert (report.rows, report.added, report.skipped) == (7, 0, 0)
    assert stocked.counts() == before


def test_tax_is_part_of_the_amount(stocked: Desk, complaints: Complaints) -> None:
    stocked.change("invoices", 'amount = "amount"', 'amount = "amount"\ntax = "tax"')
    report = stocked.load("invoices", "north,C-1,I-1,2024-03-01,2024-03-15,10,no,,10.01",
                          "north,C-1,I-2,2024-03-01,2024-03-15,10,no,,-1", header=HEADERS["invoices"] + ",tax")
    assert complaints(report) == [(1, "tax", "10.01"), (2, "tax", "-1")]


def test_every_wrong_payment_is_told(stocked: Desk, complaints: Complaints) -> None:
    stocked.load("invoices", "north,C-1,I-1,2024-03-01,2024-03-15,10,no,")
    before = stocked.counts()
    report = stocked.load(
        "payments", "north,C-2,P-1,2024-03-01,10,I-1", "north,C-1,P-2,2024-03-01,0,I-9", "north,C-1,P-3,,-5,I-1",
        "south,C-1,P-4,2024-03-01,1.234,I-1", "north,C-1,P-5,2024-03-01,8,I-1", "west,C-1,P-6,2024-03-01,5,")
    assert complaints(report) == [
        (1, "invoice", "I-1"), (2, "invoice", "I-9"), (2, "amount", "0"), (3, "received_on", ""), (3, "amount", "-5"),
        (4, "invoice", "I-1"), (4, "amount", "1.234"), (6, "provider", "west"),
    ]
    assert report.errors[0].message.startswith("The invoice belongs to account C-1, the payment to C-2.")
    assert report.errors[1].message.startswith('Provider north has no invoice "I-9".')
    assert report.errors[2].message.startswith('"0" is not more than nothing.')
    assert stocked.counts() == before


def test_currencies_have_their_own_places(desk: Desk, complaints: Complaints) -> None:
    desk.change("accounts", "EUR", "{name}")
    desk.load("accounts", "tokyo,C-1,JPY,2024-01-01", "kuwait,C-1,KWD,2024-01-01")
    report = desk.load("invoices", "tokyo,C-1,I-1,2024-03-01,2024-03-15,1000.0,no,",
                       "kuwait,C-1,I-1,2024-03-01,2024-03-15,1.2345,no,")
    assert complaints(report) == [(1, "amount", "1000.0"), (2, "amount", "1.2345")]
    desk.load("invoices", "tokyo,C-1,I-1,2024-03-01,2024-03-15,1000,no,",
              "kuwait,C-1,I-1,2024-03-01,2024-03-15,1.234,no,")
    with desk.database.read() as session:
        assert sorted(session.scalars(select(_T.amount_minor))) == [1000, 1234]


def test_known_documents_are_skipped_or_contradicted_field_by_field(stocked: Desk, complaints: Complaints) -> None:
    invoices = ("north,C-1,I-1,2024-03-01,2024-03-15,10.50,yes,2024-04-01",
                "north,C-1,I-2,2024-03-01,2024-03-15,20,yes,", "south,C-1,I-1,2024-03-01,2024-03-15,30,no,")
    payments = ("north,C-1,P-1,2024-04-01,10.5,I-1", "north,C-1,P-2,2024-04-01,1,")
    stocked.load("invoices", *invoices)
    stocked.load("payments", *payments)
    before = stocked.counts()
    assert (stocked.load("invoices", *invoices).skipped, stocked.load("payments", *payments).skipped) == (3, 2)
    report = stocked.load("invoices", "north,C-2,I-1,2024-03-02,2024-03-16,10.51,no,",
                          "north,C-1,I-2,2024-03-01,2024-03-15,20,yes,2024-05-01",
                          "south,C-1,I-1,2024-03-01,2024-03-15,30,yes,", "north,C-1,I-9,2024-03-01,2024-03-15,1,no,")
    assert complaints(report) == [
        (1, "account", "C-2"), (1, "issued_on", "2024-03-02"), (1, "due_on", "2024-03-16"), (1, "amount", "10.51"),
        (1, "disputed", "no"), (1, "disputed_from", ""), (1, "disputed_until", ""),
        (2, "disputed_until", "2024-05-01"), (3, "disputed", "yes"), (3, "disputed_from", ""),
    ]
    assert "north/I-1 is there already, with 10.50 EUR where this row says 10.51 EUR." in report.errors[3].message
    report = stocked.load("payments", "north,C-1,P-1,2024-04-02,10.50,I-2", "north,C-2,P-2,2024-04-01,1.01,")
    assert complaints(report) == [(1, "received_on", "2024-04-02"), (1, "invoice", "I-2"), (2, "account", "C-2"),
                                  (2, "amount", "1.01")]
    assert stocked.counts() == before


def test_what_staff_do_to_an_imported_invoice_is_not_the_files_affair(stocked: Desk, clock: FixedClock) -> None:
    rows = ("north,C-1,I-1,2024-03-01,2024-03-15,10,no,", "north,C-1,I-2,2024-03-01,2024-03-15,20,yes,")
    stocked.load("invoices", *rows)
    clock.moment += timedelta(days=1)
    with stocked.database.write() as session:
        first = session.scalars(select(_T.id).where(_T.number == "I-1")).one()
        raise_dispute(session, invoice_id=first, amount_minor=500, on=date(2024, 3, 5))
        second = session.scalars(select(Dispute.id).join(_T, _T.id == Dispute.invoice_id)
                                 .where(_T.number == "I-2")).one()
        end_dispute(session, dispute_id=second, on=date(2024, 4, 1))
    report = stocked.load("invoices", *rows)
    assert (report.skipped, report.errors) == (2, ())


def test_numbers_repeated_in_a_file(stocked: Desk, complaints: Complaints) -> None:
    row = "north,C-1,I-1,2024-03-01,2024-03-15,10,no,"
    report = stocked.load("invoices", row, row.replace("10", "10.00"), row.replace("north", "south"))
    assert (report.rows, report.added, report.skipped) == (3, 2, 1)
    report = stocked.load("invoices", "north,C-1,I-5,2024-03-01,2024-03-15,10,no,",
                          "north,C-1,I-5,2024-03-01,2024-03-15,11,no,")
    assert complaints(report) == [(2, "amount", "11")]
    assert "Rows 1 and 2 are both north/I-5, but this is 10 in row 1 and 11 here." in report.errors[0].message


def test_disputes_written_in_bulk_are_those_written_one_by_one(stocked: Desk) -> None:
    stocked.load("invoices", "north,C-1,I-1,2024-03-01,2024-03-15,10,yes,2024-04-01",
                 "north,C-1,I-2,2024-03-01,2024-03-15,10,no,")
    with stocked.database.write() as session:
        other = session.scalars(select(_T.id).where(_T.number == "I-2")).one()
        raise_dispute(session, invoice_id=other, amount_minor=1000, on=date(2024, 3, 1), until=date(2024, 4, 1))
    with stocked.database.read() as session:
        entries = session.execute(
            select(_T.number, DisputeEntry.kind, DisputeEntry.delta_minor, DisputeEntry.effective_on, Dispute.reason,
                   Dispute.effective_on, DisputeEntry.actor)
            .join(Dispute, Dispute.id == DisputeEntry.dispute_id).join(_T, _T.id == DisputeEntry.invoice_id)
            .order_by(_T.number, DisputeEntry.id)).all()
    assert [tuple(row)[1:] for row in entries[:2]] == [tuple(row)[1:] for row in entries[2:]]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_files_of_other_countries(stocked: Desk, delimiter: str) -> None:
    stocked.add("invoices", '[formats]\ndate = "%d.%m.%Y"\ndecimal_mark = ","\ngrouping = "."\n'
                            'yes = ["ja"]\nno = ["nein"]\n')
    text = f"{HEADERS['invoices']}\r\nnorth,C-1,I-1,1.3.2024,15.03.2024,1.234|5,ja,1.4.2024\r\n"
    data = "\ufeff" + text.replace(",", delimiter).replace("|", ",")
    assert stocked.load_bytes("invoices", data.encode()).errors == ()
    invoice = _one_invoice(stocked)
    assert (invoice.amount_minor, invoice.due_on) == (123_450, date(2024, 3, 15))


def test_a_header_alone_imports_nothing(stocked: Desk) -> None:
    before = stocked.counts()
    report = stocked.load("invoices")
    assert (report.rows, report.added, report.skipped, report.errors) == (0, 0, 0, ())
    assert stocked.counts() == before


def test_new_rows_of_closed_days_are_refused_and_known_ones_stay(stocked: Desk) -> None:
    rows = ("north,C-1,I-1,2024-01-10,2024-01-24,10.00,,", "north,C-1,I-2,2024-02-01,2024-02-15,10.00,,")
    stocked.load("invoices", *rows)
    with stocked.database.write() as session:
        north = find_provider(session, "north").id
        set_periods(session, provider_id=north, frequency=PeriodFrequency.MONTHLY, first_on=date(2024, 1, 1))
    check_and_close(stocked.database, JobContext(), provider_id=north, number=1)
    new = ("north,C-1,I-3,2024-01-31,2024-02-15,10.00,,", "north,C-1,I-4,2023-12-31,2024-02-15,10.00,,",
           "south,C-1,I-5,2024-01-31,2024-02-15,10.00,,", "north,C-1,I-6,2024-02-02,2024-02-15,10.00,,")
    report = stocked.load("invoices", *rows, *new)
    assert report.added == 0
    assert [(error.row, error.field, error.message) for error in report.errors] == [
        (3, "issued_on", "31 Jan 2024 is in the accounting period 1 Jan 2024 to 31 Jan 2024 of north Ltd, which "
                         "test closed on 16 Mar 2026. Post on 1 Feb 2024 or later."),
        (4, "issued_on", "31 Dec 2023 is before the first accounting period of north Ltd, which begins on 1 Jan 2024. "
                         "Post on 1 Feb 2024 or later."),
    ]
    paid = stocked.load("payments", "north,C-1,P-1,2024-01-31,10.00,")
    assert [(error.row, error.field) for error in paid.errors] == [(1, "received_on")]


def test_a_payment_that_nobody_can_have_waits_on_the_suspense_account(
    stocked: Desk, complaints: Complaints
) -> None:
    """Of an account that is not there, and of one that was cancelled; the file may come again afterwards."""
    stocked.load("invoices", "north,C-2,I-1,2024-03-01,2024-03-15,10,no,")
    with stocked.database.write() as session:
        find_account(session, "north/C-2").lifecycle = Lifecycle.TERMINATED
    rows = ("north,C-1,P-1,2024-04-01,20,", "north,C-2,P-2,2024-04-01,15,I-1", "north,C-9,P-3,2024-04-01,7,")
    dry = stocked.load("payments", *rows, dry_run=True)
    report = stocked.load("payments", *rows)
    assert [(each.added, each.suspense, each.errors) for each in (dry, report)] == [(3, 2, ()), (3, 2, ())]
    assert report.sentence == ("3 added, 0 skipped, from 3 rows. 2 went to the suspense account: their accounts are "
                               "not there, or cancelled.")
    with stocked.database.write() as session:
        suspense, cancelled, here = (find_account(session, f"north/{code}").id for code in ("SUSPENSE", "C-2", "C-1"))
        figures = account_figures(session, [suspense, cancelled, here], date(2024, 5, 1))
        assert [figures[each].balance_minor for each in (suspense, cancelled, here)] == [-2200, 1000, -2000]
        waiting = select(_T.number, _T.meant_for, _T.id).where(_T.account_id == suspense).order_by(_T.number)
        found = session.execute(waiting).all()
        assert [(row.number, row.meant_for) for row in found] == [("P-2", "C-2"), ("P-3", "C-9")]
        transfer_payment(session, payment_id=found[1].id, to_account_id=here)
    assert (again := stocked.load("payments", *rows)).skipped == 3, again.errors
    stocked.load("accounts", "north,C-9,Eve,2024-01-01")
    assert stocked.load("payments", *rows).skipped == 3
    refused = stocked.load("payments", "north,C-8,P-4,2024-04-01,5,I-1", "north,C-8,P-5,2024-04-01,0,")
    assert complaints(refused) == [(1, "invoice", "I-1"), (2, "amount", "0")]
    late = stocked.load("invoices", "north,C-2,I-1,2024-03-01,2024-03-15,10,no,",
                        "north,C-2,I-2,2024-03-01,2024-03-15,10,no,")
    assert complaints(late) == [(2, "account", "C-2")]
    assert late.errors[0].message.startswith("C-2 is cancelled;")
