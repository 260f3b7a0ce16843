"""What the settings of a gateway are, kind by kind: the one list of keys that files, forms and the database share.

A setting that is not given is not stored; what holds then is `usual`. Passwords are no settings: `secrets.py` says
where they are kept. The outside is reached by what is described here and by nothing else, so two providers never send
over one another's servers: a provider without a gateway of its own sends nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import urlsplit

from app.models.values import GatewayKind
from app.services.errors import RefusedField
from app.services.files.texts import refusal_of_text
from app.services.wording import listed

SettingValue: TypeAlias = str | int | bool | tuple[str, ...]
Settings: TypeAlias = Mapping[str, SettingValue]
"""Settings by key, as they were given; what is not set is not there."""

LONGEST_TEXT = 400
LONGEST_LIST = 40


class Security(StrEnum):
    """How the line to a mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class Body(StrEnum):
    """How a request says its fields."""

    FORM = "form"
    JSON = "json"


_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayKey:
    """One setting of a gateway; its form is that of its `usual` value, which is empty where nothing is usual."""

    name: str
    label: str
    help: str
    """What it means, in one sentence without the full stop."""
    usual: SettingValue
    required: bool = False
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    places: tuple[str, ...] = ()
    """Names that may stand in it as %%name%%."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """A mail server."""

    host: str
    port: int
    security: Security
    user: str = ""
    timeout_seconds: int = 60
    """For how long it may take to confirm a mail; other answers come sooner."""

    @property
    def needs_secret(self) -> bool:
        """Whether nobody gets in without a password."""
        return bool(self.user)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """A gateway that is asked over HTTP, as its operator describes it."""

    url: str
    method: str
    body: Body
    fields: tuple[str, ...]
    """"name=value" each; with JSON a name such as "message.to" stands for an object in an object."""
    headers: tuple[str, ...]
    """"Name: value" each."""
    user: str
    """Signs in by this name with the secret as password (HTTP Basic); empty: not so."""
    success: tuple[str, ...]
    """Statuses that mean yes; empty: any from 200 to 299."""
    id_path: str
    """Where a JSON answer says what the other side calls the request, as "messages.0.id"."""
    repeatable: bool
    """Whether the other side knows a request again by its %%id%%, so that asking twice does no harm."""
    timeout_seconds: int
    """For how long it may take to answer."""

    @property
    def needs_secret(self) -> bool:
        """Whether it is asked with a password."""
        return bool(self.user) or any("%%secret%%" in line for line in (*self.fields, *self.headers))


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSettings(HttpSettings):
    """A gateway for short messages."""

    sender: str
    price: str
    """What one part costs in the provider's currency, as a decimal text; empty where nobody said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisioningSettings(HttpSettings):
    """A system that restricts and restores services; it answers at once, or says 202 and is asked again."""

    status_url: str
    """Where it is asked how far it is, with %%remote%% for its own name of the request; empty: 202 is a yes."""
    status_path: str
    done: tuple[str, ...]
    failed: tuple[str, ...]
    poll_seconds: int
    wait_seconds: int


GatewaySettings: TypeAlias = SmtpSettings | SmsSettings | ProvisioningSettings

_SMS_PLACES = ("to", "text", "from", "id", "secret")
_PROVISIONING_PLACES = ("action", "service", "account", "id", "secret")


def _timeout(usual: int) -> GatewayKey:
    return GatewayKey(name="timeout_seconds", label="Waited for", usual=usual, least=1, most=600,
                      help="Seconds in which it answers; what was handed over and not answered by then is unknown")


def _http_keys(places: tuple[str, ...], fields: tuple[str, ...]) -> tuple[GatewayKey, ...]:
    without_secret = tuple(place for place in places if place != "secret")
    return (
        GatewayKey(name="url", label="Address", usual="", required=True, places=without_secret,
                   help="Where it is asked, beginning with https:// or http://"),
        GatewayKey(name="method", label="Method", usual="POST", choices=("POST", "PUT", "GET"),
                   help="How it is asked; with GET the fields stand in the address"),
        GatewayKey(name="body", label="Body", usual="json", choices=tuple(Body),
                   help="How a request says its fields"),
        GatewayKey(name="fields", label="Fields", usual=fields, places=places,
                   help='"name=value" each; with JSON "a.b=value" is an object in an object'),
        GatewayKey(name="headers", label="Headers", usual=(), places=places, help='"Name: value" each'),
        GatewayKey(name="user", label="User", usual="",
                   help="Signs in by this name, with the secret as password (HTTP Basic)"),
        GatewayKey(name="success", label="Statuses of success", usual=(),
                   help="Statuses that mean yes; without any all from 200 to 299"),
        GatewayKey(name="id_path", label="Path of the id", usual="",
                   help='Where a JSON answer says what the other side calls the request, as "messages.0.id"'),
        GatewayKey(name="repeatable", label="May be asked twice", usual=False,
                   help="Whether it knows a request again by its %%id%%, so that asking twice does no harm"),
        _timeout(30),
    )


GATEWAY_KEYS: dict[GatewayKind, tuple[GatewayKey, ...]] = {
    GatewayKind.SMTP: (
        GatewayKey(name="host", label="Server", usual="", required=True, help="The mail server"),
        GatewayKey(name="port", label="Port", usual=0, least=1, most=65_535,
                   help="Its port; without one 587 with starttls, 465 with tls, 25 with none"),
        GatewayKey(name="security", label="Security", usual="starttls", choices=tuple(Security),
                   help="How the line is protected"),
        GatewayKey(name="user", label="User", usual="", help="Who signs in; without one nobody does"),
        _timeout(60),
    ),
    GatewayKind.SMS: (
        *_http_keys(_SMS_PLACES, ("to=%%to%%", "text=%%text%%")),
        GatewayKey(name="sender", label="Sender", usual="", help="What %%from%% stands for: a number or a name"),
        GatewayKey(name="price", label="Price of a part", usual="",
                   help='What one part of a message costs, in the currency of the provider, as "0.08"'),
    ),
    GatewayKind.PROVISIONING: (
        *_http_keys(_PROVISIONING_PLACES,
                    ("action=%%action%%", "service=%%service%%", "account=%%account%%", "id=%%id%%")),
        GatewayKey(name="status_url", label="Address of the status", usual="", places=("remote",),
                   help="Where it is asked how far it is after a 202, with %%remote%% for its own name of the request"),
        GatewayKey(name="status_path", label="Path of the status", usual="status",
                   help="Where its JSON answer says how far it is"),
        GatewayKey(name="done", label="Done", usual=("done", "completed", "succeeded"), help="Statuses that mean done"),
        GatewayKey(name="failed", label="Failed", usual=("failed", "rejected", "error"),
                   help="Statuses that mean it will not be done"),
        GatewayKey(name="poll_seconds", label="Asked every", usual=5, least=1, most=3_600,
                   help="Seconds between two questions how far it is"),
        GatewayKey(name="wait_seconds", label="Asked for", usual=300, least=1, most=86_400,
                   help="Seconds after which its state counts as unknown"),
    ),
}

KIND_WORDS = {GatewayKind.SMTP: "mail server", GatewayKind.SMS: "SMS gateway",
              GatewayKind.PROVISIONING: "provisioning gateway"}

PLACE = re.compile(r"%%([A-Za-z]+)%%")
_HOST = re.compile(r"[A-Za-z0-9_:][A-Za-z0-9_.:-]{0,252}")
_PRICE = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")
_STATUS = re.compile(r"[1-5][0-9][0-9]")
_FIELD = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*=.*")
_HEADER = re.compile(r"[A-Za-z0-9-]+:.*")


def checked_settings(kind: GatewayKind, given: Settings) -> dict[str, SettingValue]:
    """The settings as they are stored: only known keys, each of its form, and nothing that says nothing.

    Raises RefusedField, naming the key and what would be right.
    """
    keys = {key.name: key for key in GATEWAY_KEYS[kind]}
    for name in given:
        if name not in keys:
            raise RefusedField(name, f'A {KIND_WORDS[kind]} has no setting "{name}"; it has {listed(list(keys))}.')
    kept = {name: _checked(keys[name], value) for name, value in given.items() if value not in ("", ())}
    missing = next((key for key in keys.values() if key.required and key.name not in kept), None)
    if missing is not None:
        raise RefusedField(missing.name, f'A {KIND_WORDS[kind]} needs "{missing.name}": {missing.help}.')
    _SHAPES[kind](kept)
    return kept


def settings_of(kind: GatewayKind, stored: Settings) -> GatewaySettings:
    """Checked settings with what is usual for the rest, as the gateway of the kind takes them."""
    values = {key.name: stored.get(key.name, key.usual) for key in GATEWAY_KEYS[kind]}
    if kind is GatewayKind.SMTP:
        security = Security(str(values["security"]))
        return SmtpSettings(host=str(values["host"]), port=int(str(values["port"])) or _PORTS[security],
                            security=security, user=str(values["user"]),
                            timeout_seconds=int(str(values["timeout_seconds"])))
    values["body"] = Body(str(values["body"]))
    made: Callable[..., GatewaySettings] = SmsSettings if kind is GatewayKind.SMS else ProvisioningSettings
    return made(**values)


def as_stored(settings: Settings) -> str:
    """The one way of writing settings into the database: a JSON object with sorted keys."""
    return json.dumps(dict(settings), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_stored(text: str) -> dict[str, SettingValue]:
    """Settings as they were given, from what is stored; none where it is damaged, so that they can be entered anew."""
    try:
        stored = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
            } if isinstance(stored, dict) else {}


def _checked(key: GatewayKey, value: SettingValue) -> SettingValue:
    if type(value) is not type(key.usual):
        raise RefusedField(key.name, f'"{key.name}" is {_FORMS[type(key.usual)]}.')
    texts = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
    for text in texts:
        _check_text(key, text)
    if isinstance(value, tuple) and len(value) > LONGEST_LIST:
        raise RefusedField(key.name, f'"{key.name}" takes at most {LONGEST_LIST} lines.')
    if isinstance(value, int) and not isinstance(value, bool) and not key.least <= value <= key.most:
        raise RefusedField(key.name, f'"{key.name}" lies between {key.least} and {key.most}.')
    return value


def _check_text(key: GatewayKey, text: str) -> None:
    if key.choices and text not in key.choices:
        raise RefusedField(key.name, f'"{key.name}" is {" or ".join(key.choices)}, not "{text}".')
    refusal = refusal_of_text(text)
    if refusal:
        raise RefusedField(key.name, f'"{key.name}" {refusal}')
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise RefusedField(key.name, f'"{key.name}" is a text of 1 character to {LONGEST_TEXT}.')
    for place in PLACE.findall(text):
        if place not in key.places:
            known = listed([f"%%{name}%%" for name in key.places]) if key.places else "none"
            raise RefusedField(key.name, f'"{key.name}" knows no %%{place}%%; what may stand in it: {known}.')


def _check_smtp(values: Settings) -> None:
    if not _HOST.fullmatch(str(values["host"])):
        raise RefusedField("host", f'"{values["host"]}" is no name of a server, such as mail.harbour.example.')


def _check_http(values: Settings) -> None:
    for name in ("url", "status_url"):
        _check_url(name, str(values.get(name, "")))
    for name, form, example in (("fields", _FIELD, "to=%%to%%"), ("headers", _HEADER, "X-Api-Key: %%secret%%"),
                                ("success", _STATUS, "202")):
        lines = values.get(name, ())
        for line in lines if isinstance(lines, tuple) else ():
            if not form.fullmatch(line):
                raise RefusedField(name, f'"{line}" in "{name}" is not written as "{example}".')


def _check_url(name: str, url: str) -> None:
    if not url:
        return
    try:
        parts = urlsplit(PLACE.sub("x", url))
        is_right = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_right = False
    if not is_right:
        raise RefusedField(name, f'"{url}" is no address such as https://sms.harbour.example/send.')
    if parts.username or parts.password:
        raise RefusedField(name, f'"{name}" names a user or a password; those belong into "user" and the secret.')
    if PLACE.search(url.partition("://")[2].partition("/")[0]):
        raise RefusedField(name, f'"{name}" leaves the server open; only what follows it may hold %%places%%.')


def _check_sms(values: Settings) -> None:
    _check_http(values)
    price = str(values.get("price", ""))
    if price and not _PRICE.fullmatch(price):
        raise RefusedField("price", f'"{price}" is no price; write for instance "0.08".')


_SHAPES: dict[GatewayKind, Callable[[Settings], None]] = {
    GatewayKind.SMTP: _check_smtp, GatewayKind.SMS: _check_sms, GatewayKind.PROVISIONING: _check_http}
_FORMS = {str: "a text", int: "a whole number", bool: "yes or no", tuple: "a list of texts"}
