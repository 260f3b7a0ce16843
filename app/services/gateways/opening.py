"""Gateways ready to send: settings, the password from where it is kept, and the certificates that are believed."""

from __future__ import annotations

import asyncio

from app.models.values import GatewayKind
from app.services.gateways.http import HttpGateway, HttpLimits
from app.services.gateways.kinds import GatewaySettings, SmsSettings, SmtpSettings
from app.services.gateways.provisioning import ProvisioningGateway
from app.services.gateways.secrets import secret_of
from app.services.gateways.sms import SmsGateway
from app.services.gateways.smtp import Limits, MailServer
from app.services.gateways.tls import tls_context

_LONGEST_STEP_S = 30

Ready = MailServer | SmsGateway | ProvisioningGateway


def mail_limits(timeout_seconds: int) -> Limits:
    """How long a mail server is waited for at each step, by what its settings allow for the longest."""
    return Limits(connecting_s=min(timeout_seconds, _LONGEST_STEP_S), answer_s=min(timeout_seconds, _LONGEST_STEP_S),
                  acceptance_s=timeout_seconds)


def http_limits(timeout_seconds: int) -> HttpLimits:
    """The same for a gateway that is asked over HTTP."""
    return HttpLimits(connecting_s=min(timeout_seconds, _LONGEST_STEP_S), answer_s=timeout_seconds)


async def make_ready(provider_code: str, kind: GatewayKind, settings: GatewaySettings) -> Ready:
    """The gateway behind some settings; nothing is sent yet.

    Raises InputRejected where a file of passwords is wrong.
    """
    secret = await asyncio.to_thread(secret_of, provider_code, kind)
    context = await tls_context()
    if isinstance(settings, SmtpSettings):
        return MailServer(settings, secret, context=context, limits=mail_limits(settings.timeout_seconds))
    http = HttpGateway(settings, secret, context=context, limits=http_limits(settings.timeout_seconds))
    if isinstance(settings, SmsSettings):
        return SmsGateway(settings, http)
    return ProvisioningGateway(settings, http)
