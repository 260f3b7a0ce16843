"""Settings of gateways: what is taken, what is refused and why, and what holds where nothing is set."""

from __future__ import annotations

from typing import Any

import pytest

from app.models.values import GatewayKind
from app.services.errors import RefusedField
from app.services.gateways.kinds import (
    GATEWAY_KEYS,
    Security,
    SmtpSettings,
    as_stored,
    checked_settings,
    from_stored,
    settings_of,
)

SMS = {"url": "https://sms.harbour.example/send"}


@pytest.mark.parametrize(("given", "port"), [
    ({}, 587), ({"security": "none"}, 25), ({"security": "tls"}, 465), ({"security": "tls", "port": 2465}, 2465)])
def test_the_usual_port(given: dict[str, Any], port: int) -> None:
    settings = settings_of(GatewayKind.SMTP, checked_settings(GatewayKind.SMTP, {"host": "mail.example", **given}))
    security = Security(given.get("security", "starttls"))
    assert settings == SmtpSettings(host="mail.example", port=port, security=security)


@pytest.mark.parametrize("host", ["mail.example", "mail_server", "127.0.0.1", "::1", "localhost"])
def test_names_of_servers(host: str) -> None:
    assert checked_settings(GatewayKind.SMTP, {"host": host}) == {"host": host}


@pytest.mark.parametrize("kind", list(GatewayKind))
def test_every_key_goes_into_the_database_and_back(kind: GatewayKind) -> None:
    given: dict[str, Any] = {"host": "mail.example", "port": 25} if kind is GatewayKind.SMTP else dict(SMS)
    for key in GATEWAY_KEYS[kind]:
        given.setdefault(key.name, key.usual)
    stored = checked_settings(kind, given)
    assert from_stored(as_stored(stored)) == stored
    assert settings_of(kind, from_stored(as_stored(stored))) == settings_of(kind, given)


@pytest.mark.parametrize(("kind", "given", "field"), [
    (GatewayKind.SMTP, {}, "host"),
    (GatewayKind.SMTP, {"host": "mail example"}, "host"),
    (GatewayKind.SMTP, {"host": "mail.example", "port": 0}, "port"),
    (GatewayKind.SMTP, {"host": "mail.example", "port": 65_536}, "port"),
    (GatewayKind.SMTP, {"host": "mail.example", "port": "25"}, "port"),
    (GatewayKind.SMTP, {"host": "mail.example", "port": True}, "port"),
    (GatewayKind.SMTP, {"host": "mail.example", "security": "ssl"}, "security"),
    (GatewayKind.SMTP, {"host": "mail.example", "user": "a\nb"}, "user"),
    (GatewayKind.SMTP, {"host": "mail.example", "password": "x"}, "password"),
    (GatewayKind.SMS, {}, "url"),
    (GatewayKind.SMS, {"url": "sms.example"}, "url"),
    (GatewayKind.SMS, {"url": "ftp://sms.example"}, "url"),
    (GatewayKind.SMS, {"url": "https://u:p@sms.example"}, "url"),
    (GatewayKind.SMS, {"url": "https://%%to%%/x"}, "url"),
    (GatewayKind.SMS, {"url": "https://sms.example/%%secret%%"}, "url"),
    (GatewayKind.SMS, {"url": "https://sms.example:99999"}, "url"),
    (GatewayKind.SMS, {**SMS, "method": "DELETE"}, "method"),
    (GatewayKind.SMS, {**SMS, "fields": ("to",)}, "fields"),
    (GatewayKind.SMS, {**SMS, "fields": ("to=%%phone%%",)}, "fields"),
    (GatewayKind.SMS, {**SMS, "fields": "to=%%to%%"}, "fields"),
    (GatewayKind.SMS, {**SMS, "headers": ("no header",)}, "headers"),
    (GatewayKind.SMS, {**SMS, "success": ("2xx",)}, "success"),
    (GatewayKind.SMS, {**SMS, "repeatable": "yes"}, "repeatable"),
    (GatewayKind.PROVISIONING, {**SMS, "status_url": "https://%%remote%%"}, "status_url"),
    (GatewayKind.PROVISIONING, {**SMS, "poll_seconds": 0}, "poll_seconds"),
])
def test_what_is_wrong_is_named(kind: GatewayKind, given: dict[str, Any], field: str) -> None:
    with pytest.raises(RefusedField) as refusal:
        checked_settings(kind, given)
    assert refusal.value.field == field
