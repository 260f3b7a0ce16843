"""One mail as the bytes that go over the line: headers of our own, text and HTML beside each other, files behind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import cast

from app.services.gateways.addresses import Address, address_header, text_header

_MESSAGE_ID = re.compile(r"[A-Za-z0-9.-]+@[A-Za-z0-9.-]+")
_OUTSIDE_FILE_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A PDF that goes with a mail."""

    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it was composed."""

    message_id: str
    """Without the angle brackets; the same at every try, so that a repeat can be recognised."""
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str
    text: str
    html: str = ""
    dated: datetime
    attachments: tuple[Attachment, ...] = ()
    logo: bytes | None = None
    """PNG or JPEG bytes that the HTML shows as `cid:logo`."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody it is handed over for, each once; who reads it in secret stands nowhere else."""
        return tuple(dict.fromkeys(address.spec for address in (*self.to, *self.cc, *self.bcc)))


def mail_bytes(mail: Mail) -> bytes:
    """The whole mail; a large attachment takes a second, so this belongs into a thread."""
    body = EmailMessage(policy=policy.SMTP)
    body.set_content(mail.text, cte="quoted-printable")
    if mail.html:
        body.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        if mail.logo is not None:
            kind = "png" if mail.logo.startswith(b"\x89PNG") else "jpeg"
            _html_part(body).add_related(mail.logo, maintype="image", subtype=kind, cid="<logo>",
                                         disposition="inline", filename=f"logo.{kind}")
    for attachment in mail.attachments:
        name = _OUTSIDE_FILE_NAMES.sub("_", attachment.file_name)
        body.add_attachment(attachment.content, maintype="application", subtype="pdf", filename=name)
    return _headers(mail) + body.as_bytes()


def _html_part(body: EmailMessage) -> EmailMessage:
    *_, part = body.iter_parts()
    return cast("EmailMessage", part)


def _headers(mail: Mail) -> bytes:
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise ValueError(f"{mail.message_id!r} cannot be the id of a mail")
    fixed = (f"Date: {format_datetime(mail.dated)}\r\nMessage-ID: <{mail.message_id}>\r\n"
             "Auto-Submitted: auto-generated\r\n")
    return b"".join([
        fixed.encode("ascii"), address_header("From", (mail.sender,)), address_header("To", mail.to),
        *([address_header("Cc", mail.cc)] if mail.cc else []), text_header("Subject", mail.subject)])
