"""Previews: for whom, about what, by which words; and that nobody sees a message of an account out of reach."""

from __future__ import annotations

from datetime import date

import pytest

from app.models.events.outbox import OutboxMessage
from app.models.values import EventAction
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule
from app.services.events.templates import EMPTY
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.writing import NewPayment, record_payments
from app.services.outbox.preview import (
    document_of,
    documents_to_preview,
    render_message,
    render_stored,
    service_of,
    services_to_preview,
)
from tests.support.invoicing_books import line
from tests.support.message_books import EIGHT_IN_SYDNEY, REMINDER_DAY, MessageBook, message_book

MESSAGE = EventAction.MESSAGE


@pytest.fixture
def book(database: Database, clock: FixedClock) -> MessageBook:
    clock.moment = EIGHT_IN_SYDNEY
    with database.write() as session:
        return message_book(session)


def test_without_a_document_the_newest_is_shown_and_said(database: Database, book: MessageBook) -> None:
    with database.read() as session:
        number = book.at(session).number(book.acme_invoice)
        message = render_message(session, content={**EMPTY, "text": "%%invoiceId%% %%daysOverdue%%"},
                                 event="invoice_overdue", action=MESSAGE, account_id=book.acme)
        earlier = render_message(session, content={**EMPTY, "text": "%%amountDueIncTax%%"}, event="invoice_overdue",
                                 action=MESSAGE, account_id=book.acme, as_of=date(2025, 6, 1))
    assert message.text == f"{number} 3"
    assert message.warnings == (f"Shown for the newest invoice that is open, {number}.",)
    assert earlier.text == "0.00"
    assert earlier.warnings[1].startswith(f"{number} was posted on 3 Jun 2025, after 1 Jun 2025")


def test_an_open_invoice_is_shown_before_a_newer_one_that_is_paid(database: Database, book: MessageBook) -> None:
    content = {**EMPTY, "text": "%%invoiceId%% %%amountPayableIncTax%%"}
    with database.write() as session:
        here = book.at(session)
        paid = here.shop.post(book.acme, date(2025, 6, 10), lines=[line(20_00)])
        record_payments(session, provider_id=here.shop.id, currency="AUD", imported=False, payments=[NewPayment(
            account_id=book.acme, number="PM-1", received_on=date(2025, 6, 12), amount_minor=20_00, targets=(paid,))])
        allocate_accounts(session, [book.acme])
        first, second = here.number(book.acme_invoice), here.number(paid)
    with database.read() as session:
        of_open = render_message(session, content=content, event="invoice_overdue", action=MESSAGE,
                                 account_id=book.acme)
        of_paid = render_message(session, content=content, event="invoice_overdue", action=MESSAGE,
                                 account_id=book.acme, document_id=paid)
    assert of_open.text == f"{first} 112.50"
    assert of_paid.text == f"{second} 0.00"
    assert of_paid.warnings == (
        f"Nothing of {second} may be asked for on 27 Jun 2025, so nobody would be reminded of it.",)


def test_without_a_service_the_first_in_use_is_shown(database: Database, book: MessageBook) -> None:
    content = {**EMPTY, "text": "%%serviceIdentifier%%"}
    with database.read() as session:
        jane = render_message(session, content=content, event="auto_suspend", action=MESSAGE, account_id=book.jane)
        acme = render_message(session, content=content, event="auto_suspend", action=MESSAGE, account_id=book.acme)
    assert (jane.text, jane.warnings) == ("0299990001", ("Shown for the service 0299990001.",))
    assert acme.warnings[0] == "Acme Pty Ltd has no service, so nothing is said of one."


def test_an_event_about_a_payment_needs_one(database: Database, book: MessageBook) -> None:
    with database.read() as session, pytest.raises(RefusedByRule, match="has no payment that Manual Payment Received"):
        render_message(session, content={**EMPTY, "text": "x"}, event="manual_payment_received", action=MESSAGE,
                       account_id=book.acme)


def test_nothing_of_another_account_is_shown(database: Database, book: MessageBook) -> None:
    """Whoever may see one account alone learns nothing of another through it."""
    content = {**EMPTY, "text": "%%invoiceId%% %%invoiceAmountIncTax%%"}
    with database.read() as session, pytest.raises(NotFound, match="no such document"):
        render_message(session, content=content, event="invoice_overdue", action=MESSAGE, account_id=book.jane,
                       document_id=book.acme_invoice)


def test_what_may_be_chosen_is_offered_newest_first(database: Database, book: MessageBook) -> None:
    with database.write() as session:
        second = book.at(session).shop.post(book.jane, REMINDER_DAY)
    with database.read() as session:
        offered = documents_to_preview(session, account_id=book.jane, event="invoice_due")
        assert [row.id for row in offered] == [second, book.jane_invoice]
        assert [row.identifier for row in services_to_preview(session, account_id=book.jane)] == ["0299990001"]
        assert document_of(session, account_id=book.jane, event="invoice_due", number=offered[0].number) == second
        assert service_of(session, account_id=book.jane, event="auto_suspend", identifier="0299990001") == book.service


@pytest.mark.parametrize(("find", "event", "text", "refusal"), [
    (document_of, "invoice_due", "NOPE", 'has no posted invoice with the number "NOPE"'),
    (document_of, "manual_payment_received", "NOPE", 'has no payment with the number "NOPE"'),
    (document_of, "auto_suspend", "NOPE", "is about no invoice"),
    (service_of, "auto_suspend", "NOPE", 'has no service with the identifier "NOPE"'),
    (service_of, "invoice_due", "NOPE", "is about no service"),
])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_is_not_there_is_refused(
    database: Database, book: MessageBook, find: object, event: str, text: str, refusal: str,
) -> None:
    name = "number" if find is document_of else "identifier"
    with database.read() as session, pytest.raises((RefusedByRule, NotFound), match=refusal):
        find(session, account_id=book.jane, event=event, **{name: text})  # type: ignore[operator]


def test_stored_words_are_shown_on_or_off_and_the_difference_is_said(database: Database, book: MessageBook) -> None:
    with database.write() as session:
        here = book.at(session)
        mapping = here.template("invoice_overdue", MESSAGE, 3, text="%%accountId%%")
        other = here.shop.account("A3", name="Bob Plain")
        here.shop.post(other)
    with database.read() as session:
        on = render_stored(session, mapping_id=mapping, action=MESSAGE, account_id=book.acme,
                           document_id=book.acme_invoice)
        off = render_stored(session, mapping_id=mapping, action=EventAction.SMS, account_id=book.acme)
        elsewhere = render_stored(session, mapping_id=mapping, action=MESSAGE, account_id=other)
        assert session.query(OutboxMessage).count() == 0
    assert (on.text, on.warnings) == ("A1", ())
    assert off.warnings[0] == "This action is off, so nothing is sent."
    assert off.why_not is not None
    assert off.why_not.code == "no_template"
    assert elsewhere.warnings[0] == (
        "Bob Plain is in the profile Default Profile, so it gets what that profile sends.")


def test_an_action_that_the_event_has_not_is_refused(database: Database, book: MessageBook) -> None:
    with database.write() as session:
        mapping = book.at(session).template("bulk_upload_processing_notification", MESSAGE, text="x")
    with database.read() as session, pytest.raises(RefusedByRule, match=r"has no action sms\. It has: message"):
        render_stored(session, mapping_id=mapping, action=EventAction.SMS, account_id=book.shop.id)
