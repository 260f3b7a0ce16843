"""Putting the words into messages: what a preview shows, once, held or suppressed with a reason, merged if wanted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.events.library import EVENT_TYPE_AT
from app.models.events.mapping import EventAction as Switch
from app.models.events.outbox import OutboxMessage
from app.models.ledger.entries import InvoiceStatement
from app.models.parties.contact import Contact
from app.models.values import EventAction, Tier
from app.services.attributes.writing import set_attributes
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.events.raising import raise_process
from app.services.events.templates import EMPTY
from app.services.hierarchy.operator import operator_of
from app.services.outbox import attachments, composing
from app.services.outbox.attachments import draw_attachment
from app.services.outbox.composing import compose, compose_waiting
from app.services.outbox.preview import render_message
from tests.factories.books import scratch
from tests.support.message_books import EIGHT_IN_SYDNEY, PRIYA, MessageBook, message_book

HTML = "<p>Dear %%contactName%%,</p><p>%%invoiceId%%: <b>%%amountPayableIncTax%%</b>.</p>"
MESSAGE, SMS, LETTER, LOG = EventAction.MESSAGE, EventAction.SMS, EventAction.LETTER, EventAction.LOG
ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _eight(clock: FixedClock) -> None:
    clock.moment = EIGHT_IN_SYDNEY


def overdue(book: MessageBook) -> None:
    book.raised("invoice_overdue", book.acme, period_days=3, invoice_id=book.acme_invoice)
    book.raised("invoice_overdue", book.jane, period_days=3, invoice_id=book.jane_invoice)


def compose_all(session: Session) -> None:
    compose(session, message_ids=session.scalars(select(OutboxMessage.id)).all())


def test_messages_get_their_words_once_after_their_cause(database: Database, clock: FixedClock) -> None:
    with database.write() as session:
        book = message_book(session)
        book.template("invoice_overdue", MESSAGE, 3, subject="%%invoiceId%% is late", html=HTML)
        book.template("invoice_overdue", SMS, 3, text="%%invoiceId%%: %%amountPayableIncTax%% %%currency%%")
        book.template("invoice_overdue", LETTER, 3, text="Dear %%contactName%%")
        overdue(book)
    clock.moment += timedelta(hours=1)
    assert compose_waiting(database, provider_id=book.shop.id) == 6
    assert compose_waiting(database) == 0
    with database.read() as session:
        book = book.at(session)
        messages = book.messages()
        acme, jane = book.number(book.acme_invoice), book.number(book.jane_invoice)
    sender = "accounts@harbour.example"
    assert sorted((m.action, m.recipient, m.sender, m.subject, m.text, m.segments) for m in messages) == sorted([
        ("message", "pay@acme.example", sender, f"{acme} is late", f"Dear Priya Raman,\n\n{acme}: 112.50.", 0),
        ("message", "jane@mail.example", sender, f"{jane} is late", f"Dear Jane Citizen,\n\n{jane}: 66.00.", 0),
        ("sms", "0491570156", "", "", f"{acme}: 112.50 AUD", 1),
        ("sms", "+61491570006", "", "", f"{jane}: 66.00 AUD", 1),
        ("letter", "Acme Pty Ltd", "", "", "Dear Priya Raman", 0),
        ("letter", "Jane Citizen", "", "", "Dear Jane Citizen", 0),
    ])
    assert {(m.state, m.composed_at) for m in messages} == {("queued", clock.moment)}


def test_the_log_says_its_event_whichever_way_it_is_composed(database: Database) -> None:
    with database.write() as session:
        book = message_book(session)
        book.template("invoice_overdue", LOG, 3)
        session.execute(update(Switch).values(template_id=None))
        overdue(book)
    with scratch(database) as session:
        compose_all(session)
        one_by_one = [(m.subject, m.text, m.composed_at) for m in book.at(session).messages()]
    assert compose_waiting(database) == 2
    assert compose_waiting(database) == 0
    with database.read() as session:
        messages = book.at(session).messages()
    assert [(m.subject, m.text, m.composed_at) for m in messages] == one_by_one
    assert [(m.text, m.state) for m in messages] == [
        ("Invoice Overdue: Acme Pty Ltd (A1).", "sent"), ("Invoice Overdue: Jane Citizen (A2).", "sent")]


def test_the_words_are_those_of_the_version_and_the_day_of_the_cause(database: Database, clock: FixedClock) -> None:
    with database.write() as session:
        book = message_book(session)
        book.template("invoice_overdue", MESSAGE, 3, text="first %%amountDueIncTax%%")
        overdue(book)
    clock.moment += timedelta(days=2)
    with database.write() as session:
        book = book.at(session)
        book.template("invoice_overdue", MESSAGE, 3, text="second %%amountDueIncTax%%")
        book.shop.pay(book.acme, 12_50, clock.moment.date() - timedelta(days=3), "PM-1")  # for the day, known later
    compose_waiting(database)
    with database.read() as session:
        assert [m.text for m in book.at(session).messages()] == ["first 112.50", "first 66.00"]


def test_an_invoice_is_known_to_its_message_where_a_clock_was_put_back(database: Database, clock: FixedClock) -> None:
    with database.write() as session:
        book = message_book(session)
        book.template("invoice_overdue", MESSAGE, 3, text="%%amountDueIncTax%%")
    clock.moment -= timedelta(hours=1)
    with database.write() as session:
        overdue(book.at(session))
    compose_waiting(database)
    with database.read() as session:
        assert [m.text for m in book.at(session).messages()] == ["112.50", "66.00"]


def test_what_cannot_be_sent_is_suppressed_with_its_reason(database: Database) -> None:
    with database.write() as session:
        book = message_book(session)
        book.template("invoice_overdue", MESSAGE, 3, text="x")
        book.template("invoice_overdue", SMS, 3, text="x")
        session.execute(update(Contact).where(Contact.name == PRIYA.name).values(email="", mobile=""))
        set_attributes(session, tier=Tier.PROVIDER, owner_id=operator_of(session).id,
                       values={"module_sms_events": False}, seen={"module_sms_events": True})
        overdue(book)
        compose_all(session)
        found = {(m.action, m.account_id): (m.state, m.state_reason) for m in book.messages()}
    off = "SMS events are switched off for Harbour Telecom. The operator can switch them on."
    assert found == {
        ("message", book.acme): ("suppressed", "Acme Pty Ltd has no e-mail address."),
        ("message", book.jane): ("queued", ""),
        ("sms", book.acme): ("suppressed", off), ("sms", book.jane): ("suppressed", off),
    }


@ONE_DATABASE
def test_a_row_that_was_sent_or_cancelled_meanwhile_keeps_its_state(database: Database) -> None:
    with database.write() as session:
        book = message_book(session)
        book.template("invoice_overdue", MESSAGE, 3, text="x")
        overdue(book)
        session.execute(update(OutboxMessage).where(OutboxMessage.account_id == book.acme).values(state="cancelled"))
        compose_all(session)
        assert [(m.state, m.text) for m in book.messages()] == [("cancelled", "x"), ("queued", "x")]


def test_an_attached_invoice_is_frozen_and_one_too_large_waits(
    database: Database, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with database.write() as session:
        book = message_book(session)
        (imported,) = book.shop.imported(book.acme, ["IM-1"])
        book.template("invoice_delivery", MESSAGE, html="<p>%%invoiceId%%</p>", attachment="invoice")
        book.raised("invoice_delivery", book.acme, cause="a", invoice_id=imported)
    with scratch(database) as session:
        monkeypatch.setattr(attachments, "_LINES_TO_LOOK_AT", 1)
        monkeypatch.setattr(attachments, "LARGEST_BYTES", 40_000)
        compose_all(session)
        (held,) = book.at(session).messages()
        assert held.state == "held"
        assert held.state_reason.startswith("The invoice HT_IM-1.pdf has 0.1 MB; at most 0 MB are sent.")
        monkeypatch.undo()
    compose_waiting(database)
    with database.read() as session:
        (message,) = book.at(session).messages()
        assert (message.state, message.attachment) == ("queued", "invoice")
        assert session.get(InvoiceStatement, imported) is not None
        attached = draw_attachment(session, imported)
        assert attached.file_name == "HT_IM-1.pdf"
        assert attached.content == draw_attachment(session, imported).content
        assert attached.content.startswith(b"%PDF")


def test_several_to_one_contact_become_one_where_the_templates_say_so(database: Database) -> None:
    with database.write() as session:
        book = message_book(session)
        second = book.shop.post(book.jane)
        for period in (3, 7):
            book.template("invoice_overdue", MESSAGE, period, subject="%%invoiceId%%", html="<p>%%invoiceId%%</p>",
                          merge="yes")
            book.template("invoice_overdue", SMS, period, text="%%invoiceId%%", merge="yes")
        overdue(book)
        book.raised("invoice_overdue", book.jane, period_days=7, invoice_id=second)
        compose_all(session)
        first, other = book.number(book.jane_invoice), book.number(second)
        mails = [m for m in book.messages() if m.account_id == book.jane and m.action == "message"]
        texts = [m for m in book.messages() if m.account_id == book.jane and m.action == "sms"]
        of_acme = [m.state for m in book.messages() if m.account_id == book.acme]
    assert [(m.state, m.subject, m.html) for m in mails] == [
        ("queued", f"{first} (and 1 more)", f"<p>{first}</p><hr><p>{other}</p>"),
        ("cancelled", other, f"<p>{other}</p>")]
    assert mails[0].text == f"{first}\n\n{'-' * 40}\n\n{other}"
    assert (mails[1].state_reason, mails[1].repeats_id) == (
        f"It went out together with message {mails[0].id}.", mails[0].id)
    assert [(m.state, m.text) for m in texts] == [("queued", f"{first}\n{other}"), ("cancelled", other)]
    assert of_acme == ["queued", "queued"]


def test_suspensions_are_never_merged(database: Database) -> None:
    with database.write() as session:
        book = message_book(session)
        book.template("auto_suspend", MESSAGE, text="%%serviceIdentifier%%", merge="yes")
        for cause in ("a", "b"):
            book.raised("auto_suspend", book.jane, cause=cause, service_id=book.service)
        compose_all(session)
        assert [m.state for m in book.messages()] == ["queued", "queued"]


def test_chunks_never_part_the_messages_of_one_contact(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "CHUNK", 1)
    with database.write() as session:
        book = message_book(session)
        book.template("invoice_overdue", MESSAGE, 3, text="x", merge="yes")
        book.template("invoice_due", MESSAGE, 0, text="y", merge="yes")
        overdue(book)
        book.raised("invoice_due", book.acme, invoice_id=book.acme_invoice)
    assert compose_waiting(database) == 3
    with database.read() as session:
        assert sorted((m.account_id, m.state) for m in book.at(session).messages()) == [
            (book.acme, "cancelled"), (book.acme, "queued"), (book.jane, "queued")]


PIECES = st.sampled_from(["x", " ", "\n", "<p>", "</p>", "<script>", "%%invoiceId%%", "%%accountBalance%%", "“", "%%%%",
                          "%%contactName%%", "%%if daysOverdue%%", "%%else%%", "%%end%%", "%%nope%%", "%%"])
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@ONE_DATABASE
def test_what_is_stored_is_what_a_preview_shows_to_the_byte(database: Database) -> None:
    with database.write() as session:
        book = message_book(session)

    @given(html=TEXTS, text=TEXTS, subject=TEXTS, action=st.sampled_from([MESSAGE, SMS, LETTER]))
    def stored_and_shown_agree(html: str, text: str, subject: str, action: EventAction) -> None:
        content = {"html": html, "text": text, "subject": subject}
        with scratch(database) as session:
            here = book.at(session)
            here.template("invoice_overdue", action, 3, **content)
            shown = render_message(session, content={**EMPTY, **content}, event="invoice_overdue", action=action,
                                   account_id=book.acme, document_id=book.acme_invoice)
            here.raised("invoice_overdue", book.acme, period_days=3, invoice_id=book.acme_invoice)
            compose_all(session)
            (stored,) = here.messages()
            assert (stored.recipient, stored.subject, stored.html, stored.text, stored.segments, stored.sender) == (
                ", ".join(shown.recipients), shown.subject, shown.html, shown.text, shown.segments, shown.sender)
            assert (stored.state == "suppressed") == (shown.why_not is not None)
            assert stored.state_reason == ("" if shown.why_not is None else shown.why_not.words[:400])

    stored_and_shown_agree()


def test_a_process_says_how_it_ended(database: Database) -> None:
    kind = EVENT_TYPE_AT["bulk_upload_processing_notification"]
    with database.write() as session:
        book = message_book(session)
        book.template(kind.key, MESSAGE, subject="%%processName%%", text="%%processResult%%", recipients="a@b.example")
        book.template(kind.key, LOG)
        session.execute(update(Switch).where(Switch.action == LOG.value).values(template_id=None))
        raise_process(session, event=kind.key, provider_id=book.shop.id, cause_key="k", on=EIGHT_IN_SYDNEY.date(),
                      result="Finished: 1,204 accounts.")
    with scratch(database) as session:
        compose_all(session)
        one_by_one = {(m.action, m.subject, m.text) for m in book.at(session).messages()}
    assert compose_waiting(database) == 2
    with database.read() as session:
        found = {(m.action, m.subject, m.text) for m in book.at(session).messages()}
    assert found == one_by_one == {("message", kind.name, "Finished: 1,204 accounts."),
                                   ("log", kind.name, f"{kind.name}: Finished: 1,204 accounts.")}
