"""What the editor of templates shows of all channels, and trials that go to their writer alone; on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.events.outbox import OutboxMessage
from app.models.parties.contact import Contact
from app.models.parties.staff import StaffUser
from app.models.values import EventAction, GatewayKind
from app.services.access.principal import set_staff
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule, RefusedField
from app.services.events.listing import events_of_profiles
from app.services.events.mappings import event_type, provision_events
from app.services.events.templates import EMPTY, TemplateFaults, content_of, starter_content
from app.services.gateways.settings import set_gateway
from app.services.outbox.channels import (
    accounts_to_preview,
    choices_to_preview,
    preview_channels,
    send_trial,
    trial_address,
)
from app.services.outbox.preview import render_stored
from app.services.staff import beginning
from tests.factories.books import Book
from tests.support.filled_books import FilledBooks

OVERDUE = "invoice_overdue"


@dataclass(frozen=True)
class Books:
    database: Database
    ids: dict[str, int]

    def mapping(self, session: Session, event: str, period: int = 0) -> int:
        (profile,) = [each for each in events_of_profiles(session, provider_id=self.ids["GLEN"])
                      if each.profile == "Firms"]
        return next(m.id for m in profile.mappings if (m.event, m.period_days) == (event, period))


def fill(database: Database) -> dict[str, int]:
    with database.write() as session:
        book = Book(session)
        ids = {"GLEN": book.provider("GLEN", name="Glen Fibre")}
        ids["Firms"] = book.profile(ids["GLEN"], "Firms")
        ids["A1"] = book.account(ids["GLEN"], "A1", name="Acme Works", profile=ids["Firms"])
        ids["A2"] = book.account(ids["GLEN"], "A2", name="Bolt Works", profile=ids["Firms"])
        ids["A3"] = book.account(ids["GLEN"], "A3", name="Acme Homes")
        ids["S1"] = book.service(ids["A1"], "0299990001")
        ids["I1"] = book.invoice(ids["A1"], 11_250, date(2026, 2, 1), date(2026, 2, 22), number="GF-1")
        ids["I2"] = book.invoice(ids["A1"], 5_000, date(2026, 3, 1), date(2026, 3, 22), number="GF-2")
        session.execute(update(Contact).values(email="pay@acme.example", mobile="+61400000001"))
        provision_events(session, provider_id=ids["GLEN"], profile_id=ids["Firms"])
    return ids


@pytest.fixture
def books(database: Database, filled_books: FilledBooks) -> Books:
    return Books(database, filled_books.put(database, fill))


def test_accounts_of_the_profile_are_found_by_words_of_their_name_or_code(books: Books) -> None:
    with books.database.read() as session:
        def found(text: str) -> list[str]:
            return [each.code for each in accounts_to_preview(
                session, provider_id=books.ids["GLEN"], profile_id=books.ids["Firms"], text=text)]

        assert found("") == ["A1", "A2"]
        assert found("works acm") == ["A1"]
        assert found("a2") == ["A2"]
        assert found("homes") == [], "that one has another profile"
        assert found("100%") == []


def test_documents_are_offered_newest_first_and_services_where_the_event_is_about_one(books: Books) -> None:
    with books.database.read() as session:
        of_invoice = choices_to_preview(session, account_id=books.ids["A1"], event=OVERDUE)
        of_service = choices_to_preview(session, account_id=books.ids["A1"], event="auto_suspend")
        plain = choices_to_preview(session, account_id=books.ids["A1"], event="account_creation")
    assert [each.number for each in of_invoice.documents] == ["GF-2", "GF-1"]
    assert (of_invoice.has_documents, of_invoice.has_services) == (True, False)
    assert [each.identifier for each in of_service.services] == ["0299990001"]
    assert (plain.has_documents, plain.has_services, plain.documents, plain.services) == (False, False, (), ())


def test_every_channel_is_shown_as_it_would_be_sent_by_stored_words_or_by_those_being_written(books: Books) -> None:
    with books.database.read() as session:
        mapping_id = books.mapping(session, OVERDUE, 7)
        draft = {**content_of(None), "text": "Pay %%invoiceId%%"}
        channels = preview_channels(session, mapping_id=mapping_id, drafts={EventAction.SMS: draft},
                                    account_id=books.ids["A1"], document_id=books.ids["I1"], as_of=date(2026, 3, 1))
        stored = render_stored(session, mapping_id=mapping_id, action=EventAction.MESSAGE, account_id=books.ids["A1"],
                               document_id=books.ids["I1"], as_of=date(2026, 3, 1))
    by_action = {channel.action: channel for channel in channels}
    assert list(by_action) == [EventAction.MESSAGE, EventAction.SMS, EventAction.LETTER, EventAction.NOTIFICATION,
                               EventAction.LOG]
    message, sms = by_action[EventAction.MESSAGE].message, by_action[EventAction.SMS].message
    assert message is not None
    assert sms is not None
    assert (message.subject, message.html, message.text, message.recipients) == (
        stored.subject, stored.html, stored.text, stored.recipients)
    assert sms.text == "Pay GF-1"
    assert not any(channel.is_on for channel in channels)
    assert by_action[EventAction.MESSAGE].day_words == "As it would be sent for 1 Mar 2026."


def test_a_text_message_says_what_it_costs_by_the_price_of_its_gateway(books: Books) -> None:
    with books.database.write() as session:
        mapping = books.mapping(session, OVERDUE, 3)

        def costs(text: str) -> str:
            shown = preview_channels(session, mapping_id=mapping, account_id=books.ids["A1"],
                                     drafts={EventAction.SMS: {**EMPTY, "text": text}})
            return next(channel.cost for channel in shown if channel.action is EventAction.SMS)

        assert costs("Pay") == "", "nobody said what a part costs"
        set_gateway(session, provider_id=books.ids["GLEN"], kind=GatewayKind.SMS, seen=None,
                    settings={"url": "https://sms.example/send", "price": "0.08"})
        assert costs("Pay") == "0.08 AUD"
        assert costs("x" * 161) == "0.16 AUD"
        assert costs("ж" * 71) == "0.16 AUD"
    with books.database.write() as session, pytest.raises(RefusedField, match="is no price"):
        set_gateway(session, provider_id=books.ids["GLEN"], kind=GatewayKind.SMS, seen=None,
                    settings={"url": "https://sms.example/send", "price": "cheap"})


def test_what_cannot_be_shown_says_why_beside_what_can(books: Books) -> None:
    with books.database.read() as session:
        channels = preview_channels(session, mapping_id=books.mapping(session, OVERDUE, 3), drafts={},
                                    account_id=books.ids["A2"])
    assert {channel.refusal for channel in channels} == {
        "Bolt Works has no posted invoice that Invoice Overdue could be about."}
    assert all(channel.message is None for channel in channels)


def trial(session: Session, books: Books, *, to: str, **fields: str) -> None:
    action = EventAction.MESSAGE
    content = {**starter_content(event_type(OVERDUE), action), "cc": "boss@glen.example", **fields}
    send_trial(session, mapping_id=books.mapping(session, OVERDUE, 7), action=action, content=content, to=to,
               account_id=books.ids["A1"], document_id=books.ids["I1"], as_of=date(2026, 3, 1))


def test_a_trial_waits_in_the_outbox_for_its_writer_alone(books: Books) -> None:
    with books.database.write() as session:
        trial(session, books, to="me@glen.example")
        trial(session, books, to="me@glen.example")
    with books.database.read() as session:
        first, second = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert (first.recipient, first.cc, first.bcc, first.state) == ("me@glen.example", "", "", "queued")
        assert first.state_reason == "A trial, sent to its writer alone."
        assert first.subject == "Invoice GF-1 is 7 days overdue"
        assert first.composed_at is not None
        assert first.message_key != second.message_key


@pytest.mark.parametrize(("to", "fields", "error"), [
    ("nobody", {}, RefusedByRule), ("me@glen.example", {"subject": "%%nothing%%"}, TemplateFaults),
    ("me@glen.example", {"subject": "", "html": "", "text": ""}, RefusedByRule),
])
def test_a_trial_is_refused_where_there_is_nothing_to_send_or_nobody(
    books: Books, to: str, fields: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error), books.database.write() as session:
        trial(session, books, to=to, **fields)


def test_who_is_signed_in_gets_trials_at_their_own_address(books: Books) -> None:
    with books.database.write() as session:
        beginning.begin_sign_in(session, login="root@operator.example", name="Root", password="long enough 1")
        staff_id = session.scalars(select(StaffUser.id)).one()
        session.execute(update(StaffUser).values(email="root@operator.example"))
        set_staff(session, staff_id)
        assert trial_address(session, action=EventAction.MESSAGE) == "root@operator.example"
        assert trial_address(session, action=EventAction.SMS) == "", "a number is asked for"
        trial(session, books, to=trial_address(session, action=EventAction.MESSAGE))


def test_the_console_has_no_address_of_its_own(books: Books) -> None:
    with books.database.read() as session:
        assert trial_address(session, action=EventAction.MESSAGE) == ""
