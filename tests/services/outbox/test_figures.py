"""The figures messages name: as of the day of their cause, by what was known when it was raised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.models.events.library import EVENT_TYPES
from app.models.ledger.entries import FinancialTransaction
from app.models.rules.message_template import Value
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.hierarchy.new_contacts import NewContact
from app.services.ledger.disputes import raise_dispute
from app.services.outbox.figures import Cause, read_figures
from app.services.outbox.parties import read_parties
from tests.support.invoicing_books import gipfelnetz, line
from tests.support.message_books import EIGHT_IN_SYDNEY, REMINDER_DAY, MessageBook, message_book

EVERY_NAME = {variable.name for kind in EVENT_TYPES for variable in kind.variables}


def values_of(session: Session, *causes: Cause) -> list[dict[str, str]]:
    parties = read_parties(session, (cause.account_id for cause in causes))
    return [{name: value.text for name, value in values.items()}
            for values in read_figures(session, causes, parties, EVERY_NAME)]


def reminder(book: MessageBook, on: date = REMINDER_DAY, known_at: datetime | None = None) -> Cause:
    return Cause(event="invoice_overdue", account_id=book.acme, effective_on=on, known_at=known_at,
                 document_id=book.acme_invoice)


def test_an_invoice_is_told_as_it_stands_on_the_day_by_what_was_known(database: Database, clock: FixedClock) -> None:
    clock.moment = EIGHT_IN_SYDNEY - timedelta(days=10)
    with database.write() as session:
        book = message_book(session)
    clock.moment = EIGHT_IN_SYDNEY - timedelta(days=3)
    with database.write() as session:
        replace(book.shop, session=session).pay(book.acme, 12_50, date(2025, 6, 20), "PM-1")
        raise_dispute(session, invoice_id=book.acme_invoice, amount_minor=95_00, on=date(2025, 6, 25))
    with database.read() as session:
        today, before, earlier, unknown = values_of(
            session, reminder(book), reminder(book, date(2025, 6, 24)), reminder(book, date(2025, 6, 19)),
            reminder(book, known_at=EIGHT_IN_SYDNEY - timedelta(days=4)))
    assert today == {
        "accountId": "A1", "accountName": "Acme Pty Ltd", "tradingName": "Acme Pty Ltd", "exportReference": "4711",
        "contactFirstName": "", "contactSurname": "", "contactName": "", "currency": "AUD",
        "accountBalance": "100.00", "overdueAmountIncTax": "5.00", "providerName": "Harbour Telecom",
        "providerPhone": "02 5550 0100", "providerEmail": "accounts@harbour.example", "providerWebsite": "",
        "eventDate": "27 June 2025", "invoiceId": today["invoiceId"], "invoiceIssueDate": "3 June 2025",
        "invoiceDueDate": "24 June 2025", "invoiceAmountExTax": "102.27", "invoiceAmountIncTax": "112.50",
        "amountDueIncTax": "100.00", "amountPayableIncTax": "5.00", "daysOverdue": "3", "previousBalance": "0.00",
        "paymentsReceived": "0.00",
    }
    assert [before[name] for name in ("amountPayableIncTax", "daysOverdue", "overdueAmountIncTax")] == [
        "100.00", "0", "0.00"]
    assert earlier["amountDueIncTax"] == "112.50"
    assert [unknown[name] for name in ("amountDueIncTax", "amountPayableIncTax", "accountBalance")] == ["112.50"] * 3


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_money_and_dates_are_written_in_the_language_of_the_provider(database: Database) -> None:
    with database.write() as session:
        shop = gipfelnetz(session)
        account = shop.account("K1", NewContact(name="Anna Gruber"), name="Anna Gruber")
        invoice = shop.post(account, lines=[line(1234_56, rate_bp=2000)])
        (values,) = values_of(session, Cause(event="invoice_due", account_id=account, effective_on=date(2025, 6, 24),
                                             known_at=None, document_id=invoice))
    assert values["invoiceAmountIncTax"] == "1.234,56"
    assert values["invoiceDueDate"] == "24. Juni 2025"


def test_a_payment_and_a_service_are_named(database: Database, clock: FixedClock) -> None:
    clock.moment = EIGHT_IN_SYDNEY
    with database.write() as session:
        book = message_book(session)
        book.shop.pay(book.jane, 100_00, date(2025, 6, 20), "PM-1")
        payment = session.scalars(select(FinancialTransaction.id).where(FinancialTransaction.kind == "payment")).one()
        paid, restored, gone = values_of(
            session,
            Cause(event="manual_payment_received", account_id=book.jane, effective_on=date(2025, 6, 20), known_at=None,
                  document_id=payment),
            Cause(event="auto_unsuspend", account_id=book.jane, effective_on=REMINDER_DAY, known_at=None,
                  service_id=book.service),
            Cause(event="auto_suspend", account_id=book.acme, effective_on=REMINDER_DAY, known_at=None))
    assert [paid[name] for name in ("paymentAmount", "paymentReference", "paymentDate", "accountBalance")] == [
        "100.00", "PM-1", "20 June 2025", "−34.00"]
    assert [restored[name] for name in ("serviceIdentifier", "serviceName")] == ["0299990001", "Telephone line"]
    assert [gone[name] for name in ("serviceIdentifier", "overdueAmountIncTax")] == ["", "112.50"]


def test_a_figure_of_nought_does_not_hold(database: Database, clock: FixedClock) -> None:
    clock.moment = EIGHT_IN_SYDNEY
    with database.write() as session:
        book = message_book(session)
        book.shop.pay(book.acme, 112_50, date(2025, 6, 20), "PM-1")
        parties = read_parties(session, [book.acme])
        (values,) = read_figures(session, [reminder(book)], parties, EVERY_NAME)
    assert values["amountPayableIncTax"] == Value("0.00", holds=False)
    assert values["invoiceAmountIncTax"].holds


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_every_documented_name_of_every_event_has_a_value(database: Database) -> None:
    with database.write() as session:
        book = message_book(session)
        for kind in EVENT_TYPES:
            (values,) = values_of(session, Cause(
                event=kind.key, account_id=book.jane, effective_on=REMINDER_DAY, known_at=None,
                document_id=book.jane_invoice if kind.about_invoice else None, service_id=book.service,
                process_result="Finished"))
            assert set(values) == {variable.name for variable in kind.variables}
            lacking = {name for name, text in values.items() if not text}
            assert all(name.startswith(("contact", "plan", "payment")) or name in {
                "exportReference", "providerWebsite"} for name in lacking), kind.key


def test_many_causes_are_answered_with_few_statements(database: Database, clock: FixedClock) -> None:
    clock.moment = EIGHT_IN_SYDNEY
    with database.write() as session:
        book = message_book(session)
    with database.read() as session:
        heard: list[str] = []
        engine = session.connection().engine

        def hear(*arguments: object) -> None:
            heard.append(str(arguments[2]))

        event.listen(engine, "before_cursor_execute", hear)
        try:
            values_of(session, *[reminder(book)] * 300)
            of_many = len(heard)
            values_of(session, reminder(book))
        finally:
            event.remove(engine, "before_cursor_execute", hear)
    assert len(heard) == 2 * of_many
