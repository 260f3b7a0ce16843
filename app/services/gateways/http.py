"""One request to a gateway that speaks HTTP, made from its settings, and what became of it.

Every request has a connection of its own: over one kept from before, a line that was closed meanwhile looks like one
that broke after the request went out. No redirection is followed; where one is answered, nothing was done. An answer
of 5xx other than 503, or none at all, leaves open whether the request was obeyed, unless the other side knows it again
by its id.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from app.services.gateways.kinds import PLACE, Body, HttpSettings
from app.services.gateways.outcome import Outcome, later, refused, said, sent, unknown, why_out_of_reach

_LARGEST_ANSWER = 64 * 1024
_TRY_AGAIN = frozenset({408, 425, 429, 503})
_WHOLE_GATEWAY = frozenset({401, 407, 429, 503})
"""Wrong credentials, too many requests, out of service: the next one would fare no better."""

# They log addresses at INFO, and with GET a secret may stand in one.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """For how long a gateway is waited for, in seconds."""

    connecting_s: float
    answer_s: float
    """From the connection to the end of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a gateway answered."""

    status: int
    body: bytes
    retry_after_s: float | None
    location: str


class HttpGateway:
    """A gateway that is asked over HTTP."""

    def __init__(
        self, settings: HttpSettings, secret: str, *, context: ssl.SSLContext, limits: HttpLimits
    ) -> None:
        self.settings = settings
        self.secret = secret
        self._context = context
        self._limits = limits

    async def ask(self, values: Mapping[str, str]) -> tuple[Outcome, Answer | None]:
        """Make the request with these values in its places; the answer is there where one came."""
        request = self._request(values)
        try:
            answer = await self._answer(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.ProxyError) as error:
            return later(f"{self.name} cannot be reached: {why_out_of_reach(error, secret=self.secret)}.",
                         of_gateway=True), None
        except (httpx.LocalProtocolError, httpx.InvalidURL) as error:  # found here, before anything went out
            return refused(f"{self.name} cannot be asked this: {self._said(str(error))}."), None
        except (httpx.HTTPError, OSError, TimeoutError) as error:
            what = "did not answer in time" if isinstance(error, httpx.TimeoutException | TimeoutError) else \
                "ended the connection without an answer"
            return self._left_open(f"{self.name} {what} after the request went out"), None
        return self._outcome(answer), answer

    async def look(self, url: str) -> Answer | None:
        """Ask how far a request is; None where no answer came, and one may ask again."""
        headers, auth = self._headers({}), self._auth()
        try:
            return await self._answer(_Request(method="GET", url=url, headers=headers, auth=auth))
        except (httpx.HTTPError, OSError, TimeoutError):
            return None

    @property
    def name(self) -> str:
        """Its server, for sentences; the whole address may hold what is nobody's business."""
        return urlsplit(self.settings.url).netloc

    def _request(self, values: Mapping[str, str]) -> _Request:
        settings = self.settings
        fields = [(name, filled(value, values, self.secret))
                  for name, _, value in (line.partition("=") for line in settings.fields)]
        url = filled(settings.url, {name: quote(value, safe="") for name, value in values.items()}, "")
        content: dict[str, Any] = {"data": dict(fields)} if settings.body is Body.FORM else {"json": nested(fields)}
        if settings.method == "GET":
            # Put there by ourselves: the library would take away what stands in the address already.
            url, content = f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(fields)}" if fields else url, {}
        return _Request(method=settings.method, url=url, headers=self._headers(values), auth=self._auth(),
                        content=content)

    def _headers(self, values: Mapping[str, str]) -> dict[bytes, bytes]:
        found = {b"User-Agent": b"Bursar"}
        for line in self.settings.headers:
            name, _, value = line.partition(":")
            found[name.encode()] = " ".join(filled(value.strip(), values, self.secret).split()).encode()
        return found

    def _auth(self) -> tuple[str, str] | None:
        return (self.settings.user, self.secret) if self.settings.user else None

    async def _answer(self, request: _Request) -> Answer:
        limits = self._limits
        timeout = httpx.Timeout(limits.answer_s, connect=limits.connecting_s)
        async with asyncio.timeout(limits.connecting_s + limits.answer_s), httpx.AsyncClient(
                verify=self._context, timeout=timeout, follow_redirects=False, trust_env=not is_here(request.url),
                limits=httpx.Limits(max_keepalive_connections=0)) as client, client.stream(
                request.method, request.url, headers=request.headers, auth=request.auth, **request.content) as response:
            return Answer(status=response.status_code, body=await _read(response),
                          retry_after_s=_retry_after(response.headers),
                          location=response.headers.get("Location", ""))

    def _outcome(self, answer: Answer) -> Outcome:
        status = answer.status
        if self._is_yes(status):
            return self._accepted(answer)
        words = f'{self.name} answered {status} "{self._said(_text(answer.body))}".'
        if 300 <= status < 400:
            return later(f"{self.name} sends requests elsewhere ({status}); enter the address it names.",
                         of_gateway=True)
        if status in _TRY_AGAIN or status in _WHOLE_GATEWAY:
            return later(words, retry_after_s=answer.retry_after_s, of_gateway=status in _WHOLE_GATEWAY)
        if 400 <= status < 500:
            return refused(words)
        return self._left_open(words.removesuffix("."))

    def _is_yes(self, status: int) -> bool:
        wanted = self.settings.success
        return str(status) in wanted if wanted else 200 <= status < 300

    def _accepted(self, answer: Answer) -> Outcome:
        path = self.settings.id_path
        if not path:
            return sent()
        remote_id = at_path(answer.body, path)
        if remote_id or not answer.body:
            return sent(remote_id=remote_id)
        return self._left_open(f'{self.name} answered {answer.status} without an id at "{path}": '
                               f'"{self._said(_text(answer.body))}"')

    def _left_open(self, words: str) -> Outcome:
        if self.settings.repeatable:
            return later(f"{words}; it knows a request again, so it is asked once more.")
        return unknown(f"{words}; it may have obeyed or not.")

    def _said(self, text: str) -> str:
        return said(text, secret=self.secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    method: str
    url: str
    headers: Mapping[bytes, bytes]
    """In UTF-8."""
    auth: tuple[str, str] | None
    content: Mapping[str, Any] = field(default_factory=dict)
    """Its fields, under the name by which they are handed to the library."""


def filled(template: str, values: Mapping[str, str], secret: str) -> str:
    """A template with its places filled; what is put in is not looked at again."""
    known = {**values, "secret": secret}
    return PLACE.sub(lambda place: known.get(place[1], place[0]), template)


def nested(fields: list[tuple[str, str]]) -> dict[str, Any]:
    """Fields as objects in objects: "a.b=1" and "a.c=2" are {"a": {"b": "1", "c": "2"}}; "a.0=1" is {"a": ["1"]}."""
    made: dict[str, Any] = {}
    for path, value in fields:
        *above, last = path.split(".")
        here = made
        for name in above:
            inner = here.get(name)
            here[name] = here = inner if isinstance(inner, dict) else {}
        here[last] = value
    return {name: _lists(value) for name, value in made.items()}


def _lists(value: Any) -> Any:
    """Objects whose names are 0, 1, 2 … as the lists they stand for."""
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(part) for name, part in value.items()}
    return list(inner.values()) if list(inner) == [str(place) for place in range(len(inner))] else inner


def at_path(body: bytes, path: str) -> str:
    """What a JSON answer says at "messages.0.id", as text; empty where it says nothing there."""
    try:
        here = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    for name in path.split("."):
        if isinstance(here, dict):
            here = here.get(name)
        elif isinstance(here, list) and name.isdigit() and int(name) < len(here):
            here = here[int(name)]
        else:
            return ""
    return "" if here is None or isinstance(here, dict | list) else str(here)


def is_here(url: str) -> bool:
    """Whether an address is on this machine, so that no proxy is asked."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _read(response: httpx.Response) -> bytes:
    """The beginning of an answer; that it came was said by its status, so a line that breaks now changes nothing."""
    found = bytearray()
    try:
        async for part in response.aiter_bytes():
            found += part
            if len(found) >= _LARGEST_ANSWER:
                break
    except (httpx.HTTPError, OSError):
        return b""
    return bytes(found[:_LARGEST_ANSWER])


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, which says them or a date (RFC 9110, 10.2.3), by the clock of who says it."""
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        there = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return max(0.0, there.total_seconds())


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
