"""A document that is published on the web, read once: whole, in time and of bounded size, or not at all.

Nothing is sent but the request for it, and nobody is followed elsewhere: what an address answers is what it stands for.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx

from app.services.errors import InputRejected, RefusedField
from app.services.files.texts import refusal_of_text, shown
from app.services.gateways.http import HttpLimits, is_here
from app.services.gateways.outcome import why_out_of_reach
from app.services.gateways.tls import tls_context
from app.services.wording import counted

LIMITS: Final = HttpLimits(connecting_s=10, answer_s=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebDocument:
    """What an address answered."""

    server: str
    body: bytes


def check_address(url: str, *, longest: int) -> str:
    """The address of a document in its one form. Raises RefusedField on `url` for what is none."""
    cleaned = url.strip()
    try:
        parts = urlsplit(cleaned)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or " " in cleaned or refusal_of_text(cleaned):
        raise RefusedField("url", f'"{shown(cleaned)}" is no address of a document; write one such as '
                                  "https://rates.example/daily.xml.")
    if parts.username or parts.password:
        raise RefusedField("url", "The address holds a user or a password, which everybody here could read. Give one "
                                  "that needs none.")
    if len(cleaned) > longest:
        raise RefusedField("url", f"The address has {counted(len(cleaned), 'character')}; at most {longest} fit.")
    return cleaned


def read_document(url: str, *, most_bytes: int, limits: HttpLimits = LIMITS) -> WebDocument:
    """Read the document of an address that `check_address` let pass.

    Raises InputRejected where nobody answers in time, where the answer is another than 200, and where it is larger
    than it may be.
    """
    return asyncio.run(_read(url, most_bytes, limits))


async def _read(url: str, most_bytes: int, limits: HttpLimits) -> WebDocument:
    server = urlsplit(url).netloc
    timeout = httpx.Timeout(limits.answer_s, connect=limits.connecting_s)
    try:
        async with asyncio.timeout(limits.connecting_s + limits.answer_s), httpx.AsyncClient(
                verify=await tls_context(), timeout=timeout, follow_redirects=False, trust_env=not is_here(url),
                headers={"User-Agent": "Bursar"}) as client, client.stream("GET", url) as response:
            _require_success(server, response)
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > most_bytes:
                    raise InputRejected(f"{server} sent more than {most_bytes // 1024:,} KiB, which is no document of "
                                        "this kind. Check the address.")
            return WebDocument(server=server, body=bytes(body))
    except (httpx.TimeoutException, TimeoutError):
        raise InputRejected(f"{server} did not answer in time. Try again later, or check the address.") from None
    except (httpx.ConnectError, httpx.ProxyError) as error:
        raise InputRejected(f"{server} cannot be reached: {why_out_of_reach(error)}.") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise InputRejected(f"{server} broke off before its answer was whole: {why_out_of_reach(error)}.") from None


def _require_success(server: str, response: httpx.Response) -> None:
    if response.is_redirect:
        there = shown(response.headers.get("Location", ""))
        raise InputRejected(f"{server} sends readers elsewhere ({response.status_code}), to {there}. Enter the address "
                            "it names, if that is right.")
    if response.status_code != httpx.codes.OK:
        raise InputRejected(f"{server} answered {response.status_code} and not 200. Check the address.")
