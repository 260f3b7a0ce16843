"""Whom a message goes to: addresses of mail and numbers of telephones, taken from contacts or from one's own list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from app.services.files.texts import CONTROL
from app.services.outbox.parties import ContactFacts, Party

# Deliberately plain: what servers refuse they say themselves; what could be read as two addresses is none.
_MAIL = re.compile(r"""[^\s@,;:<>()\[\]\\"]{1,64}@[^\s@,;:<>()\[\]\\"]{1,253}""")
_NAMED = re.compile(r'(?P<name>[^<>",;@]{0,120})<(?P<mail>[^<>]{1,320})>')
_NUMBER = re.compile(r"\+?[0-9]{5,15}")
_BETWEEN = re.compile(r"[ \u00a0()./\-–]")

_Stored = Callable[[ContactFacts], str]
_Read = Callable[[str], str]

OPTIONS = ("default", "primary", "secondary", "billing")
"""Whom a template may name instead of addresses; empty is the default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressees:
    """Where a message goes, and what of the list is no address."""

    found: tuple[str, ...]
    refused: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    """Numbers after the first one."""
    contact: ContactFacts | None = None
    """Whom it is written to; a list of one's own is written to the billing contact."""


def mail_address(text: str) -> str:
    """The address of "a@b.example" or "Name <a@b.example>"; empty where it is none."""
    named = _NAMED.fullmatch(text.strip())
    mail = (named["mail"] if named else text).strip()
    return mail if _MAIL.fullmatch(mail) and not CONTROL.search(mail) else ""


def sender_address(text: str) -> str:
    """A sender as it stands in the message, with its name; empty where it is none."""
    text = " ".join(text.split())
    return text if mail_address(text) and not CONTROL.search(text) else ""


def mobile_number(text: str) -> str:
    """A number without what people write between its figures: "+61 (0)2 5550-0100" is "+610255500100"; else empty."""
    number = _BETWEEN.sub("", text)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    return number if _NUMBER.fullmatch(number) else ""


def split_list(text: str) -> list[str]:
    """The entries of a list parted by semicolons or commas."""
    return [entry.strip() for entry in re.split("[;,]", text) if entry.strip()]


def mail_addressees(party: Party, wanted: str) -> Addressees:
    """Where mail goes by the recipients of a template; the default is the billing contact, else the primary one."""
    return _addressees(party, wanted, lambda contact: contact.email, mail_address)


def sms_addressees(party: Party, wanted: str) -> Addressees:
    """The same for text messages, by mobile numbers; a message goes to one, the first."""
    found = _addressees(party, wanted, lambda contact: contact.mobile, mobile_number)
    return replace(found, found=found.found[:1], surplus=found.found[1:])


def letter_addressee(party: Party, wanted: str) -> ContactFacts | None:
    """Whom a letter is for."""
    option = wanted.strip().lower()
    chosen = {"primary": party.primary, "secondary": party.secondary}.get(option, party.billing)
    return chosen or party.billing or party.primary


def mail_list(text: str) -> Addressees:
    """The addresses of CC or BCC."""
    return _listed(split_list(text), mail_address)


def _addressees(party: Party, wanted: str, stored: _Stored, read: _Read) -> Addressees:
    option = wanted.strip().lower() or "default"
    if option not in OPTIONS:
        listed = _listed(split_list(wanted), read)
        return Addressees(found=listed.found, refused=listed.refused, contact=party.billing or party.primary)
    if option == "default":
        choice: Iterable[ContactFacts | None] = (party.billing, party.primary)
    else:
        choice = ({"primary": party.primary, "secondary": party.secondary, "billing": party.billing}[option],)
    contacts = [contact for contact in choice if contact is not None]
    refused: list[str] = []
    for contact in contacts:
        listed = _listed(split_list(stored(contact)), read)
        if listed.found:
            return Addressees(found=listed.found, refused=(*refused, *listed.refused), contact=contact)
        refused += listed.refused
    return Addressees(found=(), refused=tuple(refused), contact=contacts[0] if contacts else None)


def _listed(entries: Iterable[str], read: _Read) -> Addressees:
    found: list[str] = []
    refused: list[str] = []
    for entry in entries:
        address = read(entry)
        (found if address else refused).append(address or entry)
    return Addressees(found=tuple(dict.fromkeys(found)), refused=tuple(dict.fromkeys(refused)))
