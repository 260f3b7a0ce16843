"""Gateways of a provider: set, shown, changed and taken away, by those who may."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.models.gateways.gateway import GatewayState
from app.models.values import GatewayKind
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import RefusedField
from app.services.gateways.kinds import Settings, SmtpSettings
from app.services.gateways.secrets import SECRETS_FILE_VARIABLE
from app.services.gateways.settings import gateway_sheet, open_gateways, set_gateway
from app.services.gateways.trying import try_gateway
from tests.factories.books import Book, scratch
from tests.support.http_server import http_server
from tests.support.mail_server import mail_server

MAIL = {"host": "mail.harbour.example", "port": 2525, "security": "none", "user": "harbour"}


def say(session: Session, provider: int, settings: Settings | None, seen: Settings | None = None) -> object:
    return set_gateway(session, provider_id=provider, kind=GatewayKind.SMTP, settings=settings, seen=seen)


def test_a_gateway_is_set_shown_changed_and_taken_away(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HARB", name="Harbour")
        assert [row.is_set for row in gateway_sheet(session, provider_id=provider)] == [False] * 3
        say(session, provider, MAIL)
        say(session, provider, MAIL | {"port": 25}, MAIL)
        row = gateway_sheet(session, provider_id=provider)[0]
        assert (row.kind, row.settings, row.recorded_by) == (GatewayKind.SMTP, MAIL | {"port": 25}, "test")
        gateway = open_gateways(session, [provider])[provider, GatewayKind.SMTP]
        assert gateway.provider_code == "HARB"
        assert isinstance(gateway.settings, SmtpSettings)
        trail = session.execute(select(AuditEntry.field, AuditEntry.old_value, AuditEntry.new_value).where(
            AuditEntry.field.startswith("gateway_smtp_p"))).all()
        assert sorted(map(tuple, trail), key=str) == [("gateway_smtp_port", "2525", "25"),
                                                      ("gateway_smtp_port", None, "2525")]
        say(session, provider, None, row.settings)
        assert not gateway_sheet(session, provider_id=provider)[0].is_set
        assert open_gateways(session, [provider]) == {}


def test_a_setting_that_goes_is_a_change_too(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HARB")
        say(session, provider, MAIL)
        say(session, provider, {"host": MAIL["host"]}, MAIL)
        assert gateway_sheet(session, provider_id=provider)[0].settings == {"host": MAIL["host"]}


def test_what_waits_is_tried_at_once_after_a_change(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HARB")
        say(session, provider, MAIL)
        now = recorded_now(session)
        session.add(GatewayState(provider_id=provider, kind="smtp", failures=2, failing_since=now, retry_at=now,
                                 failure="gone", claimed_by=""))
        session.flush()
        assert gateway_sheet(session, provider_id=provider)[0].failure == "gone"
        say(session, provider, MAIL | {"port": 26}, MAIL)
        row = gateway_sheet(session, provider_id=provider)[0]
        assert (row.failing_since, row.retry_at, row.failure) == (None, None, "")


def test_a_wrong_setting_is_refused(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HARB")
        with pytest.raises(RefusedField):
            say(session, provider, MAIL | {"port": 0})


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_trial_says_what_came_of_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('[HARB]\nsmtp = "quay-17"\n')
    secrets.chmod(0o600)
    monkeypatch.setenv(SECRETS_FILE_VARIABLE, str(secrets))
    with database.write() as session:
        provider = Book(session).provider("HARB", name="Harbour")
    with mail_server(password="quay-17") as server:
        with database.write() as session:
            say(session, provider, {"host": server.host, "port": server.port, "security": "none", "user": "bursar"})
        reached = asyncio.run(try_gateway(database, provider_id=provider, kind=GatewayKind.SMTP))
        assert (reached.works, server.mails) == (True, [])
        taken = asyncio.run(try_gateway(database, provider_id=provider, kind=GatewayKind.SMTP, to="ann@example.net"))
        assert (taken.works, server.recipients()) == (True, ["ann@example.net"])
        server.password = "another"
        wrong = asyncio.run(try_gateway(database, provider_id=provider, kind=GatewayKind.SMTP))
        assert not wrong.works
        assert "does not accept" in wrong.words
    with pytest.raises(RefusedField, match="No SMS gateway is set up for HARB"):
        asyncio.run(try_gateway(database, provider_id=provider, kind=GatewayKind.SMS))
    with http_server() as sms:
        form = {"url": f"{sms.url}/send"}
        tried = asyncio.run(try_gateway(database, provider_id=provider, kind=GatewayKind.SMS, settings=form))
        assert (tried.works, sms.requests) == (True, [])
        tried = asyncio.run(try_gateway(database, provider_id=provider, kind=GatewayKind.SMS, settings=form,
                                        to="+61400000000"))
        assert (tried.works, len(sms.requests)) == (True, 1)
        sms.down()
        tried = asyncio.run(try_gateway(database, provider_id=provider, kind=GatewayKind.PROVISIONING, settings=form))
        assert not tried.works
