"""What waits in the outbox leaves once, in its order, through real servers, whatever they do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.events.mapping import EventTemplate
from app.models.events.outbox import OutboxMessage
from app.models.gateways.gateway import Gateway, GatewayState
from app.models.parties.contact import Contact
from app.models.values import EventAction, GatewayKind
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.events.mappings import create_mapping, switch_action
from app.services.events.raising import raise_event
from app.services.events.templates import content_of, set_template
from app.services.gateways.mail import Mail
from app.services.gateways.outcome import Outcome
from app.services.gateways.settings import gateway_sheet
from app.services.gateways.smtp import MailServer
from app.services.invoicing.statements import freeze_statements
from app.services.outbox.claiming import Waiting, acquire, new_token
from app.services.outbox.delivering import DeliveryReport, deliver_due
from app.services.outbox.handling import cancel_messages, release_messages, resend_messages
from app.services.outbox.leaving import leaving
from app.services.providers.automation import set_automation
from tests.factories.books import Book
from tests.support.http_server import http_server
from tests.support.mail_server import MailServerOfTests, mail_server
from tests.support.outbox_books import OutboxBook, outbox_book

SMTP = GatewayKind.SMTP


@pytest.fixture
def book(database: Database, clock: FixedClock) -> OutboxBook:
    return outbox_book(database, clock)


@pytest.fixture
def server(book: OutboxBook) -> Iterator[MailServerOfTests]:
    """A mail server that the book sends through."""
    with mail_server() as running:
        book.use_mail(running)
        yield running


def deliver(book: OutboxBook) -> DeliveryReport:
    return asyncio.run(deliver_due(book.database))


def test_mails_leave_in_their_order_over_one_connection(book: OutboxBook, server: MailServerOfTests) -> None:
    names = [f"a{number % 7}@example.net" for number in range(30)]
    ids = book.queue_all(names)
    report = deliver(book)
    assert (report.sent, report.failed, report.unknown, report.later) == (30, 0, 0, 0)
    assert server.recipients() == names
    assert server.connections == 1
    message = book.message(ids[0])
    assert (message.state, message.attempts, message.sent_at) == ("sent", 1, book.clock.moment)
    assert "kept as 1" in message.remote_id
    assert book.attempts(ids[0]) == ["sent"]
    assert deliver(book).sent == 0
    assert len(server.mails) == 30


def test_only_what_is_queued_and_has_its_words_leaves(book: OutboxBook, server: MailServerOfTests) -> None:
    for state in ("held", "sent", "failed", "unknown", "cancelled", "suppressed"):
        book.queue(state=state)
    book.queue(composed_at=None)
    for action in ("log", "notification", "letter"):
        book.queue(action=action)
    assert deliver(book).sent == 0
    assert server.mails == []


def test_without_a_gateway_it_waits(book: OutboxBook) -> None:
    id_ = book.queue()
    assert deliver(book).sent == 0
    assert (book.message(id_).state, book.message(id_).attempts) == ("queued", 0)


def test_a_server_that_is_gone_for_an_hour(book: OutboxBook, server: MailServerOfTests) -> None:
    names = [f"a{number}@example.net" for number in range(150)]
    ids = book.queue_all(names)
    server.down()
    tried = []
    for minute in range(61):
        if deliver(book).later:
            tried.append(minute)
        if minute == 30:
            names.append("late@example.net")
            book.queue("late@example.net")
        book.later(minutes=1)
    assert tried == [0, 1, 6, 21]
    assert set(book.states()) == {"queued"}
    with book.database.read() as session:
        row = gateway_sheet(session, provider_id=book.provider)[0]
    assert "cannot be reached" in row.failure
    server.up()
    book.later(minutes=30)
    assert deliver(book).sent == 151
    assert server.recipients() == names, "in order, each once"
    assert book.message(ids[0]).attempts == 5
    with book.database.read() as session:
        assert gateway_sheet(session, provider_id=book.provider)[0].failing_since is None


def test_what_nothing_gets_through_for_a_day_has_failed(book: OutboxBook, server: MailServerOfTests) -> None:
    server.down()
    book.queue_all(["ann@example.net", "bob@example.net"])
    for _ in range(27):
        deliver(book)
        book.later(hours=1)
    assert book.states() == ["failed", "failed"]
    fresh = book.queue("cy@example.net")
    book.later(hours=1)
    deliver(book)
    assert book.message(fresh).state == "queued", "it has not waited for a day"


def test_one_recipient_who_is_put_off_keeps_his_order(book: OutboxBook, server: MailServerOfTests) -> None:
    server.answers = {"grey@example.net": "451 come again"}
    first, other, second = book.queue_all(["grey@example.net", "ann@example.net", "grey@example.net"])
    report = deliver(book)
    assert (report.sent, report.later) == (1, 1)
    assert server.recipients() == ["ann@example.net"]
    waits = book.message(first)
    assert (waits.state, waits.attempts, waits.next_attempt_at) == (
        "queued", 1, book.clock.moment + timedelta(minutes=1))
    assert "come again" in waits.state_reason
    server.answers = {}
    assert deliver(book).sent == 0, "neither before its time, nor past another to the same"
    book.later(minutes=1)
    assert deliver(book).sent == 2
    assert server.recipients() == ["ann@example.net", "grey@example.net", "grey@example.net"]
    assert [mail.message_id.split(".")[0] for mail in server.mails[1:]] == [str(first), str(second)]
    assert book.attempts(first) == ["retry", "sent"]
    assert book.message(other).attempts == 1


def test_one_mail_that_a_server_breaks_off_at_keeps_no_other(book: OutboxBook, server: MailServerOfTests) -> None:
    server.drop_for = {"bad@example.net"}
    bad, *_ = book.queue_all(["bad@example.net", "ann@example.net", "bob@example.net"])
    report = deliver(book)
    assert (report.sent, report.later) == (2, 1)
    assert book.message(bad).next_attempt_at == book.clock.moment + timedelta(minutes=1)
    assert deliver(book).later == 0


def test_a_server_that_breaks_off_at_every_mail_is_left_alone(book: OutboxBook, server: MailServerOfTests) -> None:
    server.drop_at = "mail"
    book.queue_all([f"a{number}@example.net" for number in range(9)])
    assert deliver(book).later == 3
    assert deliver(book).later == 0
    server.drop_at = ""
    book.later(minutes=1)
    assert deliver(book).sent == 9


def test_what_is_refused_has_failed(book: OutboxBook, server: MailServerOfTests) -> None:
    server.answers = {"bad@example.net": "550 no such user"}
    bad, empty = book.queue("bad@example.net"), book.queue("", sender="no address")
    report = deliver(book)
    assert (report.sent, report.failed) == (0, 2)
    assert book.states() == ["failed", "failed"]
    assert "no such user" in book.message(bad).state_reason
    assert book.message(empty).state_reason == "It has no recipient."


def test_a_line_that_breaks_behind_the_mail_leaves_it_unknown(book: OutboxBook, server: MailServerOfTests) -> None:
    server.drop_at = "end"
    id_ = book.queue()
    assert deliver(book).unknown == 1
    server.drop_at = ""
    book.later(days=2)
    assert deliver(book).sent == 0
    assert (book.message(id_).state, book.message(id_).attempts, len(server.mails)) == ("unknown", 1, 1)


def test_who_died_in_the_middle_leaves_it_unknown(book: OutboxBook, server: MailServerOfTests) -> None:
    ids = book.queue_all(["ann@example.net", "bob@example.net"])
    dead = new_token().rsplit("|", 3)
    token = "|".join([dead[0], "1", "0", "x"])
    with book.database.write() as session:
        lane = acquire(session, provider_id=book.provider, kind=SMTP, token=token)
        assert lane is not None
        session.execute(update(OutboxMessage).where(OutboxMessage.id == ids[0]).values(
            state="sending", claimed_by=token, claimed_at=book.clock.moment))
    report = deliver(book)
    assert (report.sent, report.unknown) == (1, 1)
    assert book.states() == ["unknown", "sent"]
    assert server.recipients() == ["bob@example.net"]
    assert "ended in the middle" in book.message(ids[0]).state_reason


def test_one_program_at_a_time_sends_through_a_gateway(book: OutboxBook, server: MailServerOfTests) -> None:
    book.queue()
    with book.database.write() as session:
        assert acquire(session, provider_id=book.provider, kind=SMTP, token=new_token()) is not None
    report = deliver(book)
    assert (report.sent, report.elsewhere) == (0, ["HARB"])
    book.later(seconds=91)
    assert deliver(book).sent == 1, "it gave no sign of life"


def test_two_at_once_send_each_mail_once(book: OutboxBook, server: MailServerOfTests) -> None:
    names = [f"a{number}@example.net" for number in range(40)]
    book.queue_all(names)

    async def both() -> int:
        reports = await asyncio.gather(deliver_due(book.database), deliver_due(book.database))
        return sum(report.sent for report in reports)

    assert asyncio.run(both()) == 40
    assert server.recipients() == names


def test_who_is_stopped_leaves_the_rest_as_it_was(book: OutboxBook, server: MailServerOfTests) -> None:
    book.queue_all([f"a{number}@example.net" for number in range(5)])
    asyncio.run(deliver_due(book.database, is_stopped=lambda: len(server.mails) >= 2))
    assert book.states() == ["sent", "sent", "queued", "queued", "queued"]
    assert deliver(book).sent == 3


def test_who_is_cancelled_leaves_in_doubt_what_was_under_way(book: OutboxBook, server: MailServerOfTests) -> None:
    book.queue_all(["ann@example.net", "bob@example.net", "cy@example.net"])
    server.stall_at = "end"

    async def cancelled() -> None:
        task = asyncio.create_task(deliver_due(book.database))
        while not server.mails:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    server.stall_at = ""
    server.release()
    assert book.states() == ["unknown", "queued", "queued"]
    assert deliver(book).sent == 2, "the gateway was given back"
    assert server.recipients() == ["ann@example.net", "bob@example.net", "cy@example.net"]


def test_what_is_held_while_others_leave_stays(book: OutboxBook, server: MailServerOfTests) -> None:
    _, second = book.queue_all(["ann@example.net", "bob@example.net"])

    def hold(_mail: object) -> None:
        with book.database.write() as session:
            session.execute(update(OutboxMessage).where(OutboxMessage.id == second).values(state="held"))

    server.on_accept = hold
    deliver(book)
    assert book.states() == ["sent", "held"]
    assert server.recipients() == ["ann@example.net"]


def test_nothing_leaves_in_quiet_hours_or_while_it_can_be_undone(book: OutboxBook, server: MailServerOfTests) -> None:
    def setting(**settings: object) -> None:
        with book.database.write() as session:
            set_automation(session, provider_id=book.provider, settings=settings, seen={})  # type: ignore[arg-type]

    setting(quiet_from="09:00", quiet_to="10:00", undo_delay_seconds=120)
    book.queue()
    assert deliver(book).sent == 0
    book.later(minutes=30)
    assert deliver(book).sent == 1, "at ten"
    book.queue()
    assert deliver(book).sent == 0, "it can still be undone"
    book.later(seconds=119)
    assert deliver(book).sent == 0
    book.later(seconds=1)
    assert deliver(book).sent == 1


def test_what_waited_for_days_for_a_way_out_is_looked_at_first(book: OutboxBook) -> None:
    old = book.queue()
    book.later(days=3)
    fresh = book.queue("bob@example.net")
    with mail_server() as server:
        book.use_mail(server)
        assert deliver(book).sent == 1
        assert server.recipients() == ["bob@example.net"]
    assert (book.message(old).state, book.message(fresh).state) == ("held", "sent")
    assert "Release it" in book.message(old).state_reason


def test_a_password_file_that_is_wrong_stops_the_gateway_alone(
    book: OutboxBook, server: MailServerOfTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURSAR_SECRETS_FILE", "/nowhere/secrets.toml")
    id_ = book.queue()
    deliver(book)
    assert book.message(id_).state == "queued"
    with book.database.read() as session:
        assert "cannot be read" in gateway_sheet(session, provider_id=book.provider)[0].failure


def test_who_has_no_password_leaves_a_gateway_to_others(
    book: OutboxBook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else whoever lacks it would rest the gateway for whoever has it, for an hour after a few tries."""
    secrets = tmp_path / "secrets.toml"
    secrets.touch(mode=0o600)
    monkeypatch.setenv("BURSAR_SECRETS_FILE", str(secrets))
    with http_server() as outside:
        book.use_sms(outside, headers=("X-Api-Key: %%secret%%",))
        id_ = book.queue("+61400000001", action="sms")
        for _ in range(5):
            assert deliver(book).later == 0
        with book.database.read() as session:
            row = next(r for r in gateway_sheet(session, provider_id=book.provider) if r.kind is GatewayKind.SMS)
        assert "wants a password" in row.failure
        assert (row.retry_at, book.message(id_).attempts, outside.requests) == (None, 0, [])
        secrets.write_text('[HARB]\nsms = "s3cret"\n')
        assert deliver(book).sent == 1
        with book.database.read() as session:
            assert not any(row.failure for row in gateway_sheet(session, provider_id=book.provider))


def test_short_messages_and_services(book: OutboxBook, server: MailServerOfTests) -> None:
    with http_server() as outside:
        book.use_sms(outside)
        book.use_provisioning(outside)
        book.queue("ann@example.net", event="auto_suspend")
        book.queue("+61400000001", action="sms", text="Suspended", event="auto_suspend")
        orders = [book.queue("", action="provisioning", event=event, service_id=book.service, composed_at=None)
                  for event in ("auto_suspend", "auto_unsuspend")]
        seen: list[int] = []
        server.on_accept = lambda _mail: seen.append(sum("/service" in asked.target for asked in outside.requests))
        assert deliver(book).sent == 4
        assert seen == [2], "services first"
        first, second = (asked.json for asked in outside.requests if asked.target == "/service")
        assert (first["action"], first["service"], first["account"]) == ("restrict", "nbn-001", "A1")
        assert second["action"] == "restore"
        assert first["id"].startswith(f"bursar-{orders[0]}.")
        (sms,) = (asked.json for asked in outside.requests if asked.target == "/sms")
        assert (sms["to"], sms["text"]) == ("+61400000001", "Suspended")
    assert set(book.states()) == {"sent"}


def test_a_gateway_that_asks_us_to_wait(book: OutboxBook) -> None:
    with http_server() as outside:
        book.use_sms(outside)
        book.queue_all(["+61400000001", "+61400000002"], action="sms")
        outside.answer(429, headers={"Retry-After": "600"})
        assert deliver(book).later == 1
        book.later(minutes=9)
        assert deliver(book).sent == 0
        book.later(minutes=1)
        assert deliver(book).sent == 2
        assert [asked.json["to"] for asked in outside.requests] == ["+61400000001", "+61400000001", "+61400000002"]


def test_a_500_is_unknown_unless_the_other_side_knows_requests_again(book: OutboxBook) -> None:
    with http_server() as outside:
        book.use_sms(outside, repeatable=True)
        id_ = book.queue("+61400000001", action="sms")
        outside.answer(500)
        deliver(book)
        assert book.message(id_).state == "queued"
        book.later(minutes=1)
        assert deliver(book).sent == 1
        first, second = (asked.json["id"] for asked in outside.requests)
        assert first == second


def test_what_is_done_to_a_service_is_done_in_order_and_keeps_no_other(book: OutboxBook) -> None:
    """A service that was to be restricted is never restricted after it was restored."""
    def order(event: str, service_id: int) -> None:
        book.queue("", action="provisioning", event=event, service_id=service_id, composed_at=None)

    with book.database.write() as session:
        others = [Book(session).service(book.account, f"nbn-1{number:02}") for number in range(9)]
    with http_server() as outside:
        book.use_provisioning(outside, repeatable=True)
        for service_id in (book.service, *others):
            order("auto_suspend", service_id)
        outside.answer(500)
        report = deliver(book)
        assert (report.later, report.sent) == (1, 9), "only the one that failed is put off"
        order("auto_unsuspend", book.service)
        assert deliver(book).sent == 0
        book.later(minutes=1)
        assert deliver(book).sent == 2
        asked = [each.json["action"] for each in outside.requests if each.json["service"] == "nbn-001"]
    assert asked == ["restrict", "restrict", "restore"]


def test_a_held_restriction_is_not_released_after_the_restoration(book: OutboxBook) -> None:
    with http_server() as outside:
        book.use_provisioning(outside)
        restrict, restore = (
            book.queue("", action="provisioning", event=event, service_id=book.service, composed_at=None, state=state)
            for event, state in (("auto_suspend", "held"), ("auto_unsuspend", "queued")))
        assert deliver(book).sent == 1
        words = f"by message {restore}"
        with book.database.write() as session, pytest.raises(RefusedByRule, match=words):
            release_messages(session, message_ids=[restrict], seen={})
        with book.database.write() as session:
            cancel_messages(session, message_ids=[restrict], seen={})
        with book.database.write() as session, pytest.raises(RefusedByRule, match=words):
            resend_messages(session, message_ids=[restrict], seen={})
    assert [asked.json["action"] for asked in outside.requests] == ["restore"]


@pytest.mark.parametrize("down", [True, False])
def test_a_clock_that_was_far_ahead_keeps_nothing_waiting(
    book: OutboxBook, server: MailServerOfTests, down: bool
) -> None:
    """What was put off while the clock was wrong is tried again as soon as it is right."""
    if down:
        server.down()
    server.answers = {"ann@example.net": "451 come again"}
    book.later(days=400)
    book.queue("ann@example.net")
    assert deliver(book).later == 1
    book.later(days=-400)
    server.answers = {}
    if down:
        server.up()
    book.queue("ann@example.net")
    assert deliver(book).sent == 2
    assert server.recipients() == ["ann@example.net"] * 2


def test_a_server_that_answers_twice_gets_all_mails_once(book: OutboxBook, server: MailServerOfTests) -> None:
    server.answers = {"end": "250 kept\r\n250 kept indeed"}
    names = [f"a{number}@example.net" for number in range(5)]
    book.queue_all(names)
    assert deliver(book).sent == 5
    assert server.recipients() == names


@pytest.mark.parametrize("stored", ['{"body":"xml"}', '{"url":7}', "[]", "{broken", "{}"])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_gateway_whose_settings_are_damaged_keeps_no_other(
    book: OutboxBook, server: MailServerOfTests, stored: str
) -> None:
    book.use(GatewayKind.PROVISIONING, {"url": "http://127.0.0.1:1/"})
    order = book.queue("", action="provisioning", event="auto_suspend", service_id=book.service, composed_at=None)
    book.queue("ann@example.net")
    with book.database.write() as session:
        session.execute(update(Gateway).where(Gateway.kind == "provisioning").values(settings=stored))
    assert deliver(book).sent == 1
    assert server.recipients() == ["ann@example.net"]
    assert book.message(order).state == "queued"
    with book.database.read() as session:
        row = next(row for row in gateway_sheet(session, provider_id=book.provider) if row.kind.value == "provisioning")
    assert row.failure


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_pass_with_nothing_to_do_tells_nobody_of_a_change(book: OutboxBook, server: MailServerOfTests) -> None:
    def changes() -> int:
        with book.database.engine.connect() as connection:
            return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())

    book.queue()
    deliver(book)
    book.queue(state="held")
    before = changes()
    deliver(book)
    assert changes() == before


def test_no_claim_is_left(book: OutboxBook, server: MailServerOfTests) -> None:
    book.queue()
    deliver(book)
    with book.database.read() as session:
        assert session.execute(select(GatewayState.claimed_by, GatewayState.beat_at)).all() == [("", None)]


def test_from_a_cause_to_a_mail_with_its_invoice(book: OutboxBook, server: MailServerOfTests) -> None:
    with book.database.write() as session:
        made = Book(session)
        invoice = made.invoice(book.account, 9900, date(2026, 1, 1), date(2026, 2, 1), number="INV-7")
        session.execute(update(Contact).values(email="ann@example.net"))
        mapping = create_mapping(session, provider_id=book.provider, profile_id=made.default_profile(book.provider),
                                 event="invoice_delivery").id
        content = content_of_mapping(session, mapping)
        set_template(session, mapping_id=mapping, action=EventAction.MESSAGE, seen=content,
                     content={**content, "attachment": "invoice", "bcc": "archive@harb.example"})
        switch_action(session, mapping_id=mapping, action=EventAction.MESSAGE, enabled=True, seen=False)
        raise_event(session, event="invoice_delivery", account_id=book.account, cause_key="i7", invoice_id=invoice,
                    on=book.clock.moment.date())
    assert deliver(book).sent == 1
    (mail,) = server.mails
    assert mail.sender == "no-reply@harb.example"
    assert mail.recipients == ["ann@example.net", "archive@harb.example"]
    with book.database.read() as session:
        stored = session.scalars(select(OutboxMessage)).one()
    assert mail.message["Subject"] == stored.subject
    assert "INV-7" in stored.text
    plain = mail.message.get_body(("plain",))
    html = mail.message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == stored.text.rstrip("\n")
    assert html.get_content().replace("\r\n", "\n").rstrip("\n") == stored.html.rstrip("\n")
    (file,) = mail.message.iter_attachments()
    assert "INV-7" in str(file.get_filename())
    assert file.get_content().startswith(b"%PDF")


def content_of_mapping(session: Session, mapping_id: int) -> dict[str, str]:
    """What the starter template of a mapping says in a mail."""
    template = session.scalars(select(EventTemplate).where(
        EventTemplate.mapping_id == mapping_id, EventTemplate.action == "message")).one()
    return dict(content_of(template))


def test_too_large_an_invoice_waits_for_a_person(
    book: OutboxBook, server: MailServerOfTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.outbox.attachments.LARGEST_BYTES", 100)
    with book.database.write() as session:
        invoice = Book(session).invoice(book.account, 9900, date(2026, 1, 1), date(2026, 2, 1), number="INV-7")
        freeze_statements(session, [invoice])
    large, plain = book.queue(invoice_id=invoice, attachment="invoice"), book.queue("bob@example.net")
    assert deliver(book).sent == 1
    assert (book.message(large).state, book.message(plain).state) == ("held", "sent")
    assert "INV-7" in book.message(large).state_reason


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_fault_of_ours_with_one_message_keeps_no_other(
    book: OutboxBook, server: MailServerOfTests, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    made, sent = leaving, MailServer.send

    def broken(message: Waiting, *arguments: Any, **named: Any) -> Any:
        if message.recipient == "bad@example.net":
            raise ZeroDivisionError
        return made(message, *arguments, **named)

    async def breaks(self: MailServer, mail: Mail) -> Outcome:
        if "worse@example.net" in mail.recipients:
            raise ZeroDivisionError
        return await sent(self, mail)

    monkeypatch.setattr("app.services.outbox.delivering.leaving", broken)
    monkeypatch.setattr(MailServer, "send", breaks)
    expect_log("could not be made ready")
    expect_log("could not be handed over")
    book.queue_all(["bad@example.net", "worse@example.net", "ann@example.net"])
    deliver(book)
    assert book.states() == ["failed", "unknown", "sent"]
    assert server.recipients() == ["ann@example.net"]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_loop_of_the_window_sends_as_a_plain_one_does(
    book: OutboxBook, server: MailServerOfTests, qloop: asyncio.AbstractEventLoop
) -> None:
    book.queue_all([f"a{number}@example.net" for number in range(10)])
    with ThreadPoolExecutor(2) as executor, http_server() as outside:
        qloop.set_default_executor(executor)
        book.use_sms(outside)
        book.queue("+61400000001", action="sms")
        report = qloop.run_until_complete(deliver_due(book.database))
    assert (report.sent, server.connections, len(outside.requests)) == (11, 1, 1)
