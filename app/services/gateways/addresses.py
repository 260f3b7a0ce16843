"""Addresses of mails and their headers, written by ourselves.

The folding of the standard library made another recipient of a name that holds an address (CVE-2025-1795 and its kin).
Here a name that is more than plain letters goes out as encoded words, in which nothing can be syntax, and whom a mail
goes to is said to the server apart from the headers.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from app.services.errors import InputRejected

_SPEC = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,253}")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<spec>[^<>]*)>")
_PLAIN = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
_LONGEST_PLAIN = 60
_WORD_BYTES = 39
"""So many bytes make an encoded word of 64 characters; 75 are allowed, and the name of the header stands before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of a mail with the name beside it; the name may be empty."""

    spec: str
    name: str = ""


def parse_address(text: str) -> Address:
    """The address of a text such as "billing@harbour.example" or "Harbour <billing@harbour.example>".

    Raises InputRejected for anything else: several addresses, control characters, letters outside ASCII before the @.
    """
    cleaned = text.strip()
    named = _NAMED.fullmatch(cleaned)
    name, spec = (named["name"].strip().strip('"'), named["spec"].strip()) if named else ("", cleaned)
    if not _SPEC.fullmatch(spec) or not name.isprintable():
        raise InputRejected(f'"{text}" is not an address of a mail; write it as name@realm.example')
    local, _, domain = spec.rpartition("@")
    try:
        return Address(name=name, spec=f"{local}@{_ascii(domain)}")
    except UnicodeError:
        raise InputRejected(f'"{domain}" in "{text}" is not a name of a domain') from None


def parse_addresses(text: str) -> tuple[Address, ...]:
    """The addresses of a text that separates them by commas or semicolons; raises InputRejected for a wrong one."""
    return tuple(parse_address(part) for part in re.split(r"[,;]", text) if part.strip())


def address_header(name: str, addresses: tuple[Address, ...]) -> bytes:
    """One header line of addresses, folded behind each."""
    return f"{name}: {f',{_FOLD}'.join(_written(address) for address in addresses)}\r\n".encode("ascii")


def text_header(name: str, text: str) -> bytes:
    """One header line of a text; line ends and control characters in it are blanks."""
    cleaned = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    is_plain = cleaned.isascii() and len(cleaned) <= _LONGEST_PLAIN and "=?" not in cleaned
    return f"{name}: {cleaned if is_plain else _encoded(cleaned)}\r\n".encode("ascii")


_FOLD = "\r\n "


def _written(address: Address) -> str:
    if not address.name:
        return address.spec
    is_plain = _PLAIN.fullmatch(address.name) and len(address.name) <= _LONGEST_PLAIN
    return f"{address.name if is_plain else _encoded(address.name)} <{address.spec}>"


def _encoded(text: str) -> str:
    """A text as encoded words (RFC 2047), one on each line; no letter is cut in two."""
    parts, part = [], b""
    for letter in text:
        coded = letter.encode("utf-8", "replace")
        if len(part) + len(coded) > _WORD_BYTES:
            parts.append(part)
            part = b""
        part += coded
    parts.append(part)
    return _FOLD.join(f"=?utf-8?b?{base64.b64encode(part).decode('ascii')}?=" for part in parts)


def _ascii(domain: str) -> str:
    """A domain as servers know it: xn--… where it has letters beyond ASCII."""
    return domain if domain.isascii() else domain.encode("idna").decode("ascii")
