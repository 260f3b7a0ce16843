"""Gateways ready to send: settings, the password from where it is kept, and the certificates that are believed.

What speaks to a server is imported with the first gateway of its kind, in a thread: a program that sends no short
messages never loads what speaks HTTP.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, TypeAlias

from app.models.values import GatewayKind
from app.services.errors import InputRejected
from app.services.gateways.kinds import KIND_WORDS, GatewaySettings, SmsSettings, SmtpSettings
from app.services.gateways.secrets import place_of_secrets, secret_of
from app.services.gateways.tls import tls_context

if TYPE_CHECKING:
    from app.services.gateways.http import HttpLimits
    from app.services.gateways.provisioning import ProvisioningGateway
    from app.services.gateways.sms import SmsGateway
    from app.services.gateways.smtp import Limits, MailServer

    Ready: TypeAlias = MailServer | SmsGateway | ProvisioningGateway

_LONGEST_STEP_S = 30


class SecretMissing(InputRejected):
    """A gateway wants a password that this computer does not keep; another one may."""


def mail_limits(timeout_seconds: int) -> Limits:
    """How long a mail server is waited for at each step, by what its settings allow for the longest."""
    from app.services.gateways.smtp import Limits

    return Limits(connecting_s=min(timeout_seconds, _LONGEST_STEP_S), answer_s=min(timeout_seconds, _LONGEST_STEP_S),
                  acceptance_s=timeout_seconds)


def http_limits(timeout_seconds: int) -> HttpLimits:
    """The same for a gateway that is asked over HTTP."""
    from app.services.gateways.http import HttpLimits

    return HttpLimits(connecting_s=min(timeout_seconds, _LONGEST_STEP_S), answer_s=timeout_seconds)


async def make_ready(provider_code: str, kind: GatewayKind, settings: GatewaySettings) -> Ready:
    """The gateway behind some settings; nothing is sent yet.

    Raises InputRejected where a file of passwords is wrong, SecretMissing where the gateway wants a password and none
    is kept here.
    """
    secret = await asyncio.to_thread(secret_of, provider_code, kind)
    if settings.needs_secret and not secret:
        raise SecretMissing(f"The {KIND_WORDS[kind]} of {provider_code} wants a password, and there is none for it in "
                            f"{place_of_secrets()}.")
    context = await tls_context()
    return await asyncio.to_thread(_made, settings, secret, context)


def _made(settings: GatewaySettings, secret: str, context: ssl.SSLContext) -> Ready:
    if isinstance(settings, SmtpSettings):
        from app.services.gateways.smtp import MailServer

        return MailServer(settings, secret, context=context, limits=mail_limits(settings.timeout_seconds))
    from app.services.gateways.http import HttpGateway

    http = HttpGateway(settings, secret, context=context, limits=http_limits(settings.timeout_seconds))
    if isinstance(settings, SmsSettings):
        from app.services.gateways.sms import SmsGateway

        return SmsGateway(settings, http)
    from app.services.gateways.provisioning import ProvisioningGateway

    return ProvisioningGateway(settings, http)
