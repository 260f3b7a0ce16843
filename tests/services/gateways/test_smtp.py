"""Mails over a real server: what arrives, over how many connections, and what is said of those that do not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.services.gateways.addresses import Address, parse_addresses
from app.services.gateways.kinds import Security, SmtpSettings
from app.services.gateways.mail import Attachment, Mail
from app.services.gateways.outcome import Outcome, Verdict
from app.services.gateways.smtp import Limits, MailServer
from tests.support.certificates import Certificates, certificates
from tests.support.mail_server import MailServerOfTests, mail_server

QUICK = Limits(connecting_s=0.3, answer_s=0.3, acceptance_s=0.3)
PATIENT = Limits(connecting_s=20, answer_s=20, acceptance_s=20)


@pytest.fixture(scope="module")
def vouched(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def server() -> Iterator[MailServerOfTests]:
    with mail_server() as running:
        yield running


def mail(number: int = 1, *, to: str = "ann@example.net", **values: Any) -> Mail:
    return Mail(**{
        "message_id": f"7.{number}@harbour.example", "sender": Address(name="Harbour", spec="billing@harbour.example"),
        "to": parse_addresses(to), "subject": "Your invoice", "text": "Good morning", "html": "<p>Good morning</p>",
        "dated": datetime(2026, 3, 16, 9, 30, tzinfo=UTC), **values})


def over(
    server: MailServerOfTests, vouched: Certificates, work: Callable[[MailServer], Awaitable[Any]], *,
    security: Security = Security.NONE, limits: Limits = PATIENT, user: str = "", password: str = "", host: str = "",
) -> Any:
    """Do something over a connection to a server, and close it."""
    settings = SmtpSettings(host=host or server.host, port=server.port, security=security, user=user)

    async def all_of_it() -> Any:
        line = MailServer(settings, password, context=vouched.for_client(), limits=limits)
        try:
            return await work(line)
        finally:
            await line.close()

    return asyncio.run(all_of_it())


def one(server: MailServerOfTests, vouched: Certificates, letter: Mail | None = None, **how: Any) -> Outcome:
    outcome: Outcome = over(server, vouched, lambda line: line.send(letter or mail()), **how)
    return outcome


def test_a_mail_arrives_as_it_was_composed(server: MailServerOfTests, vouched: Certificates) -> None:
    letter = mail(
        to="Łukasz Żółć <ann@example.net>, bob@example.net", cc=parse_addresses("cy@example.net"),
        bcc=parse_addresses("eve@example.net"), subject="Ihre Rechnung № 7 über 12,00 €\r\nBcc: x@example.net",
        text="Zeile\n.\n.Punkt\nEnde ž€\n", html="<p>Zeile €</p>",
        attachments=(Attachment(file_name="invoice größe.pdf", content=b"%PDF-1.7\n."),))
    outcome = one(server, vouched, letter)
    assert outcome.verdict is Verdict.SENT
    assert "kept as 1" in outcome.remote_id
    (got,) = server.mails
    assert got.sender == "billing@harbour.example"
    assert got.recipients == ["ann@example.net", "bob@example.net", "cy@example.net", "eve@example.net"]
    message = got.message
    assert [a.addr_spec for a in message["To"].addresses] == ["ann@example.net", "bob@example.net"]
    assert message["To"].addresses[0].display_name == "Łukasz Żółć"
    assert message["Cc"] == "cy@example.net"
    assert "eve" not in got.content.decode("ascii"), "who reads it in secret stands in no header"
    assert message["Subject"] == "Ihre Rechnung № 7 über 12,00 € Bcc: x@example.net"
    assert got.message_id == "7.1@harbour.example"
    assert message["Date"].datetime == letter.dated
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == letter.text
    assert html.get_content().strip() == letter.html
    (file,) = message.iter_attachments()
    assert file.get_filename() == "invoice_gr_e.pdf"
    assert file.get_content() == b"%PDF-1.7\n."


def test_many_mails_take_one_connection(server: MailServerOfTests, vouched: Certificates) -> None:
    async def send_many(line: MailServer) -> list[Outcome]:
        return [await line.send(mail(number, to=f"a{number}@example.net")) for number in range(50)]

    outcomes = over(server, vouched, send_many)
    assert {outcome.verdict for outcome in outcomes} == {Verdict.SENT}
    assert server.recipients() == [f"a{number}@example.net" for number in range(50)]
    assert server.connections == 1


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_secured_line_with_a_password(vouched: Certificates, security: Security) -> None:
    context = {"starttls" if security is Security.STARTTLS else "tls": vouched.for_server()}
    with mail_server(password="quay-17", **context) as server:  # type: ignore[arg-type]  # one of two contexts
        how = {"security": security, "user": "bursar", "host": "localhost"}
        assert one(server, vouched, password="quay-17", **how).verdict is Verdict.SENT
        wrong = one(server, vouched, password="quay-18", **how)
        assert (wrong.verdict, wrong.of_gateway) == (Verdict.LATER, True)
        assert 'does not accept the user "bursar"' in wrong.detail
        assert "quay" not in wrong.detail
    assert len(server.mails) == 1


def test_a_server_nobody_vouches_for_gets_nothing(vouched: Certificates, tmp_path: Path) -> None:
    stranger = certificates(tmp_path)
    with mail_server(tls=stranger.for_server()) as server:
        outcome = one(server, vouched, security=Security.TLS, host="localhost")
    assert (outcome.verdict, outcome.of_gateway) == (Verdict.LATER, True)
    assert "no secure connection" in outcome.detail
    assert server.mails == []


def test_a_line_is_never_left_unsecured_against_the_settings(server: MailServerOfTests, vouched: Certificates) -> None:
    outcome = one(server, vouched, security=Security.STARTTLS)
    assert (outcome.verdict, outcome.of_gateway) == (Verdict.LATER, True)
    assert server.mails == []


def test_nobody_answers(server: MailServerOfTests, vouched: Certificates) -> None:
    server.down()
    outcome = one(server, vouched)
    assert (outcome.verdict, outcome.of_gateway) == (Verdict.LATER, True)
    assert outcome.detail == f"{server.host}:{server.port} cannot be reached: nobody listens there."


@pytest.mark.parametrize(("answers", "verdict", "of_gateway", "words"), [
    ({"ann@example.net": "550 5.1.1 no such user"}, Verdict.REFUSED, False, "no such user"),
    ({"ann@example.net": "451 4.7.1 come again"}, Verdict.LATER, False, "come again"),
    ({"mail": "550 not from you"}, Verdict.REFUSED, False, "A mail from billing@harbour.example"),
    ({"mail": "450 busy"}, Verdict.LATER, False, "busy"),
    ({"mail": "421 shutting down"}, Verdict.LATER, True, "shutting down"),
    ({"end": "554 looks like spam"}, Verdict.REFUSED, False, "looks like spam"),
    ({"end": "452 no room"}, Verdict.LATER, False, "no room"),
])
def test_what_a_server_says_no_to(
    server: MailServerOfTests, vouched: Certificates, answers: dict[str, str], verdict: Verdict, of_gateway: bool,
    words: str,
) -> None:
    server.answers = answers

    async def two(line: MailServer) -> tuple[Outcome, Outcome]:
        first = await line.send(mail())
        server.answers = {}
        return first, await line.send(mail(2))

    first, second = over(server, vouched, two)
    assert (first.verdict, first.of_gateway) == (verdict, of_gateway)
    assert words in first.detail
    assert second.verdict is Verdict.SENT, "the next mail goes out over the same server"
    assert [got.message_id for got in server.mails] == ["7.2@harbour.example"]


def test_some_of_several_are_not_taken(server: MailServerOfTests, vouched: Certificates) -> None:
    server.answers = {"bob@example.net": "550 no such user"}
    outcome = one(server, vouched, mail(to="ann@example.net; bob@example.net"))
    assert outcome.verdict is Verdict.SENT
    assert "bob@example.net" in outcome.detail
    assert server.recipients() == ["ann@example.net"]


def test_a_mail_too_large_is_refused_before_it_is_sent(vouched: Certificates) -> None:
    with mail_server(largest=2_000) as server:
        outcome = one(server, vouched, mail(text="x" * 5_000))
    assert outcome.verdict is Verdict.REFUSED
    assert server.mails == []


@pytest.mark.parametrize("stage", ["banner", "mail", "rcpt", "data"])
@pytest.mark.parametrize("fault", ["stall_at", "drop_at"])
def test_what_breaks_before_the_end_is_tried_again(
    server: MailServerOfTests, vouched: Certificates, stage: str, fault: str
) -> None:
    setattr(server, fault, stage)
    outcome = one(server, vouched, limits=QUICK if fault == "stall_at" else PATIENT)
    assert outcome.verdict is Verdict.LATER
    assert server.mails == []
    server.release()


@pytest.mark.parametrize("fault", ["stall_at", "drop_at"])
def test_what_breaks_behind_the_end_is_unknown(server: MailServerOfTests, vouched: Certificates, fault: str) -> None:
    setattr(server, fault, "end")
    outcome = one(server, vouched, limits=QUICK if fault == "stall_at" else PATIENT)
    assert outcome.verdict is Verdict.UNKNOWN
    assert len(server.mails) == 1, "it has it, though it never said so"
    server.release()


def test_a_connection_that_ended_meanwhile_is_made_anew(server: MailServerOfTests, vouched: Certificates) -> None:
    server.drop_after = 2

    async def send_five(line: MailServer) -> list[Outcome]:
        return [await line.send(mail(number, to=f"a{number}@example.net")) for number in range(5)]

    outcomes = over(server, vouched, send_five)
    assert {outcome.verdict for outcome in outcomes} == {Verdict.SENT}
    assert server.recipients() == [f"a{number}@example.net" for number in range(5)]
    assert server.connections == 3


def test_a_server_that_answers_twice_gets_no_mail_twice(server: MailServerOfTests, vouched: Certificates) -> None:
    server.answers = {"end": "250 kept\r\n250 kept indeed"}

    async def send_five(line: MailServer) -> list[Outcome]:
        outcomes = []
        for number in range(5):
            outcome = await line.send(mail(number, to=f"a{number}@example.net"))
            if outcome.verdict is Verdict.LATER:
                outcome = await line.send(mail(number, to=f"a{number}@example.net"))
            outcomes.append(outcome)
        return outcomes

    outcomes = over(server, vouched, send_five)
    assert {outcome.verdict for outcome in outcomes} == {Verdict.SENT}
    assert server.recipients() == [f"a{number}@example.net" for number in range(5)]


def test_who_stops_in_the_middle_leaves_nothing_behind(server: MailServerOfTests, vouched: Certificates) -> None:
    server.stall_at = "mail"

    async def stopped(line: MailServer) -> None:
        task = asyncio.create_task(line.send(mail()))
        while not server.connections:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    over(server, vouched, stopped)
    assert server.mails == []
    server.release()
