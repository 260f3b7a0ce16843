"""Short messages and orders for services over a real HTTP server: what is asked, and what the answers mean."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.models.values import GatewayKind
from app.services.gateways.http import HttpGateway, HttpLimits
from app.services.gateways.kinds import ProvisioningSettings, SmsSettings, checked_settings, settings_of
from app.services.gateways.outcome import Outcome, Verdict
from app.services.gateways.provisioning import Order, ProvisioningGateway, Step
from app.services.gateways.sms import ShortMessage, SmsGateway
from tests.support.certificates import certificates
from tests.support.http_server import HttpServerOfTests, http_server

QUICK = HttpLimits(connecting_s=0.3, answer_s=0.3)
PATIENT = HttpLimits(connecting_s=20, answer_s=20)
SECRET = "quay-17"


@pytest.fixture
def server() -> Iterator[HttpServerOfTests]:
    with http_server() as running:
        yield running


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return certificates(tmp_path_factory.mktemp("certificates")).for_client()


def send_sms(
    server: HttpServerOfTests, context: Any, *, limits: HttpLimits = PATIENT, text: str = "Hello %%to%% & ž",
    **values: Any,
) -> Outcome:
    stored = checked_settings(GatewayKind.SMS, {"url": f"{server.url}/send", **values})
    settings = settings_of(GatewayKind.SMS, stored)
    assert isinstance(settings, SmsSettings)
    gateway = SmsGateway(settings, HttpGateway(settings, SECRET, context=context, limits=limits))
    return asyncio.run(gateway.send(ShortMessage(message_id="bursar-7", to="+61400000001", text=text)))


def order(server: HttpServerOfTests, context: Any, **values: Any) -> Outcome:
    stored = checked_settings(GatewayKind.PROVISIONING, {"url": f"{server.url}/%%action%%/%%service%%", **values})
    settings = settings_of(GatewayKind.PROVISIONING, stored)
    assert isinstance(settings, ProvisioningSettings)
    gateway = ProvisioningGateway(settings, HttpGateway(settings, SECRET, context=context, limits=PATIENT))
    return asyncio.run(gateway.send(
        Order(message_id="bursar-8", step=Step.RESTRICT, service="nbn/001 a", account="A-000001")))


def test_a_message_as_json(server: HttpServerOfTests, context: Any) -> None:
    server.answer(202, {"messages": [{"id": 4711}]})
    outcome = send_sms(
        server, context, fields=("messages.0.to=%%to%%", "messages.0.text=%%text%%", "ref=%%id%%", "from=%%from%%"),
        headers=("X-Api-Key: %%secret%%",), sender="Harbour", id_path="messages.0.id")
    assert (outcome.verdict, outcome.remote_id) == (Verdict.SENT, "4711")
    (asked,) = server.requests
    assert (asked.method, asked.target) == ("POST", "/send")
    assert asked.json == {"messages": [{"to": "+61400000001", "text": "Hello %%to%% & ž"}], "ref": "bursar-7",
                          "from": "Harbour"}, "what is put in is not looked at again"
    assert asked.headers["x-api-key"] == SECRET


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_message_as_a_form(server: HttpServerOfTests, context: Any, method: str) -> None:
    outcome = send_sms(server, context, method=method, body="form", user="harbour",
                       fields=("to=%%to%%", "text=%%text%%", "key=%%secret%%"))
    assert outcome.verdict is Verdict.SENT
    (asked,) = server.requests
    assert asked.method == method
    assert asked.form == {"to": "+61400000001", "text": "Hello %%to%% & ž", "key": SECRET}
    assert asked.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_what_stands_in_the_address_already_stays(server: HttpServerOfTests, context: Any, method: str) -> None:
    send_sms(server, context, method=method, url=f"{server.url}/send?route=4&for=%%to%%")
    target = server.requests[0].target
    assert target.startswith("/send?route=4&for=%2B61400000001")
    assert ("text=Hello" in target) is (method == "GET")


def test_a_header_in_any_language(server: HttpServerOfTests, context: Any) -> None:
    assert send_sms(server, context, headers=("X-Text: %%text%%",)).verdict is Verdict.SENT
    assert server.requests[0].headers["x-text"].encode("latin-1").decode() == "Hello %%to%% & ž"


def test_what_no_header_can_hold_is_refused(server: HttpServerOfTests, context: Any) -> None:
    outcome = send_sms(server, context, headers=("X-Text: %%text%%",), text="a\0b")
    assert (outcome.verdict, server.requests) == (Verdict.REFUSED, [])


def test_a_line_of_a_message_makes_no_header(server: HttpServerOfTests, context: Any) -> None:
    send_sms(server, context, headers=("X-Text: %%text%%",), text="one\r\nX-Other: two")
    assert "x-other" not in server.requests[0].headers


@pytest.mark.parametrize(("status", "verdict", "of_gateway"), [
    (200, Verdict.SENT, False), (201, Verdict.SENT, False), (202, Verdict.SENT, False),
    (302, Verdict.LATER, True), (307, Verdict.LATER, True),
    (400, Verdict.REFUSED, False), (403, Verdict.REFUSED, False), (404, Verdict.REFUSED, False),
    (422, Verdict.REFUSED, False),
    (401, Verdict.LATER, True), (408, Verdict.LATER, False), (429, Verdict.LATER, True), (503, Verdict.LATER, True),
    (500, Verdict.UNKNOWN, False), (502, Verdict.UNKNOWN, False), (504, Verdict.UNKNOWN, False),
])
def test_what_a_status_means(
    server: HttpServerOfTests, context: Any, status: int, verdict: Verdict, of_gateway: bool
) -> None:
    server.answer(status, {"said": f"no {SECRET}"}, headers={"Location": "http://elsewhere.example/send"})
    outcome = send_sms(server, context)
    assert (outcome.verdict, outcome.of_gateway) == (verdict, of_gateway)
    assert SECRET not in outcome.detail
    assert len(server.requests) == 1, "nobody is asked twice, and no redirection followed"


@pytest.mark.parametrize(("success", "status", "verdict"), [
    (("202",), 202, Verdict.SENT), (("202",), 200, Verdict.UNKNOWN), (("200", "409"), 409, Verdict.SENT)])
def test_the_settings_say_which_statuses_mean_yes(
    server: HttpServerOfTests, context: Any, success: tuple[str, ...], status: int, verdict: Verdict
) -> None:
    server.answer(status)
    assert send_sms(server, context, success=success).verdict is verdict


def test_a_yes_without_the_id_it_promised_is_no_yes(server: HttpServerOfTests, context: Any) -> None:
    server.answer(200, {"error": "no credit"})
    outcome = send_sms(server, context, id_path="messages.0.id")
    assert outcome.verdict is Verdict.UNKNOWN
    assert "no credit" in outcome.detail


@pytest.mark.parametrize(("headers", "seconds"), [
    ({"Retry-After": "120"}, 120), ({}, None), ({"Retry-After": "soon"}, None),
    ({"Retry-After": "Mon, 16 Mar 2026 10:00:30 GMT", "Date": "Mon, 16 Mar 2026 10:00:00 GMT"}, 30)])
def test_how_long_it_asks_us_to_wait(
    server: HttpServerOfTests, context: Any, headers: dict[str, str], seconds: float | None
) -> None:
    server.answer(429, headers=headers)
    assert send_sms(server, context).retry_after_s == seconds


@pytest.mark.parametrize("how", ["stall", "drop"])
@pytest.mark.parametrize(("repeatable", "verdict"), [(False, Verdict.UNKNOWN), (True, Verdict.LATER)])
def test_no_answer_leaves_it_open(
    server: HttpServerOfTests, context: Any, how: str, repeatable: bool, verdict: Verdict
) -> None:
    server.answer(200, how=how)
    outcome = send_sms(server, context, repeatable=repeatable, limits=QUICK if how == "stall" else PATIENT)
    assert outcome.verdict is verdict
    assert len(server.requests) == 1


@pytest.mark.parametrize("how", ["cut", "twice"])
def test_an_answer_that_began_with_yes_is_a_yes(server: HttpServerOfTests, context: Any, how: str) -> None:
    server.answer(200, {"id": "77"}, how=how)
    assert send_sms(server, context).verdict is Verdict.SENT
    assert len(server.requests) == 1


def test_nobody_answers(server: HttpServerOfTests, context: Any) -> None:
    server.down()
    outcome = send_sms(server, context)
    assert (outcome.verdict, outcome.of_gateway) == (Verdict.LATER, True)
    assert outcome.detail == f"{server.host}:{server.port} cannot be reached: nobody listens there."


def test_a_secured_server(context: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    ours = certificates(tmp_path)
    with http_server(tls=ours.for_server()) as server:
        assert send_sms(server, ours.for_client()).verdict is Verdict.SENT
        stranger = send_sms(server, context)
        assert (stranger.verdict, stranger.of_gateway) == (Verdict.LATER, True)
        assert len(server.requests) == 1


def test_no_log_tells_an_address(
    server: HttpServerOfTests, context: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("httpx").setLevel(logging.WARNING)
        send_sms(server, context, method="GET", fields=("key=%%secret%%",))
    assert SECRET in server.requests[0].target
    assert SECRET not in caplog.text


# ---- services -------------------------------------------------------------------------------------------------------


def test_a_service_is_restricted_at_once(server: HttpServerOfTests, context: Any) -> None:
    assert order(server, context).verdict is Verdict.SENT
    (asked,) = server.requests
    assert asked.target == "/restrict/nbn%2F001%20a"
    assert asked.json == {"action": "restrict", "service": "nbn/001 a", "account": "A-000001", "id": "bursar-8"}


@pytest.mark.parametrize(("said", "verdict"), [
    (["pending", "done"], Verdict.SENT), (["pending", "failed"], Verdict.REFUSED), (["pending"] * 3, Verdict.UNKNOWN)])
@pytest.mark.parametrize("by_location", [False, True])
def test_a_service_that_takes_its_time(
    server: HttpServerOfTests, context: Any, said: list[str], verdict: Verdict, by_location: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def at_once(_seconds: float) -> None:
        return

    monkeypatch.setattr("app.services.gateways.provisioning.asyncio.sleep", at_once)
    server.answer(202, {"id": "o 1"}, headers={"Location": "/orders/o%201"} if by_location else {})
    for status in said:
        server.answer(200, {"state": status})
    settings: dict[str, Any] = {} if by_location else {"status_url": f"{server.url}/orders/%%remote%%"}
    outcome = order(server, context, id_path="id", status_path="state", poll_seconds=1, wait_seconds=3, **settings)
    assert outcome.verdict is verdict
    assert [asked.target for asked in server.requests[1:]] == ["/orders/o%201"] * len(said)


def test_a_status_on_another_server_is_not_asked(server: HttpServerOfTests, context: Any) -> None:
    server.answer(202, headers={"Location": "http://elsewhere.example/orders/1"})
    assert order(server, context).verdict is Verdict.SENT
    assert len(server.requests) == 1
