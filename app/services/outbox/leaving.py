"""A message of the outbox as what a gateway takes: a mail, a short message, or an order for a service."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from app.models.values import GatewayKind
from app.services.errors import InputRejected
from app.services.gateways.addresses import parse_address, parse_addresses
from app.services.gateways.mail import Attachment, Mail
from app.services.gateways.provisioning import Order, Step
from app.services.gateways.sms import ShortMessage
from app.services.outbox.claiming import Waiting

_STEPS = {"auto_suspend": Step.RESTRICT, "auto_unsuspend": Step.RESTORE}

Leaving = Mail | ShortMessage | Order


def leaving(
    message: Waiting, kind: GatewayKind, *, provider_code: str, now: datetime, attachments: Sequence[Attachment] = (),
    logo: bytes | None = None,
) -> Leaving:
    """What leaves for a message; raises InputRejected where it can never leave as it is."""
    if kind is GatewayKind.PROVISIONING:
        if not message.service or message.event not in _STEPS:
            raise InputRejected("It names no service that could be restricted or restored.")
        return Order(message_id=f"bursar-{name_of(message, provider_code)}", step=_STEPS[message.event],
                     service=message.service, account=message.account)
    if not message.recipient:
        raise InputRejected("It has no recipient.")
    if kind is GatewayKind.SMS:
        return ShortMessage(message_id=f"bursar-{name_of(message, provider_code)}", to=message.recipient,
                            text=message.text)
    sender = parse_address(message.sender)
    return Mail(
        message_id=f"{name_of(message, provider_code)}@{sender.spec.rpartition('@')[2]}", sender=sender,
        to=parse_addresses(message.recipient), cc=parse_addresses(message.cc), bcc=parse_addresses(message.bcc),
        subject=message.subject, text=message.text, html=message.html, dated=now, attachments=tuple(attachments),
        logo=logo)


def name_of(message: Waiting, provider_code: str) -> str:
    """What a message is called outside: the same at every try, and another in every other database."""
    said = f"{provider_code}\n{message.message_key}\n{message.recorded_at.isoformat()}"
    return f"{message.id}.{hashlib.sha256(said.encode()).hexdigest()[:16]}"
