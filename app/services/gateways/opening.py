"""Gateways ready to send: settings, the password from where it is kept, and the certificates that are believed."""

from __future__ import annotations

import asyncio

from app.models.values import GatewayKind
from app.services.gateways.http import HttpGateway
from app.services.gateways.kinds import GatewaySettings, SmsSettings, SmtpSettings
from app.services.gateways.provisioning import ProvisioningGateway
from app.services.gateways.secrets import secret_of
from app.services.gateways.sms import SmsGateway
from app.services.gateways.smtp import MailServer
from app.services.gateways.tls import tls_context

Ready = MailServer | SmsGateway | ProvisioningGateway


async def make_ready(provider_code: str, kind: GatewayKind, settings: GatewaySettings) -> Ready:
    """The gateway behind some settings; nothing is sent yet.

    Raises InputRejected where a file of passwords is wrong.
    """
    secret = await asyncio.to_thread(secret_of, provider_code, kind)
    context = await tls_context()
    if isinstance(settings, SmtpSettings):
        return MailServer(settings, secret, context=context)
    http = HttpGateway(settings, secret, context=context)
    if isinstance(settings, SmsSettings):
        return SmsGateway(settings, http)
    return ProvisioningGateway(settings, http)
