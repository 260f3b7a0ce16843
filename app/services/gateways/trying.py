"""Whether a gateway works, in words: the *Test* button beside its settings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.values import GatewayKind
from app.services.access.authorize import require_unlimited
from app.services.database.asking import asking
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import RefusedField
from app.services.gateways.addresses import Address, parse_address, parse_addresses
from app.services.gateways.kinds import (
    KIND_WORDS,
    GatewaySettings,
    HttpSettings,
    SettingValue,
    checked_settings,
    settings_of,
)
from app.services.gateways.mail import Mail
from app.services.gateways.opening import make_ready
from app.services.gateways.outcome import Outcome, Verdict, later, sent, why_out_of_reach
from app.services.gateways.settings import open_gateways
from app.services.gateways.sms import ShortMessage, SmsGateway
from app.services.gateways.smtp import MailServer
from app.services.gateways.tls import tls_context
from app.services.jobs import JobContext

if TYPE_CHECKING:
    from app.services.gateways.opening import Ready

_REACH_S = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """What came of a trial."""

    works: bool
    words: str
    """One or two sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    code: str
    name: str
    sender: str
    settings: GatewaySettings
    at: datetime


async def try_gateway(
    database: Database, *, provider_id: int, kind: GatewayKind, to: str = "",
    settings: Mapping[str, SettingValue] | None = None,
) -> TrialResult:
    """Reach a gateway and sign in; with `to`, an address or a number, send something there.

    `settings` are those of a form that was not saved; without them those that are stored. Raises what asking for the
    power and checking the settings raise; what goes wrong outside is in the answer.
    """
    begin = asking(_begun, provider_id=provider_id, kind=kind, settings=settings)
    trial = await asyncio.to_thread(begin, database, JobContext())
    ready = await make_ready(trial.code, kind, trial.settings)
    outcome = await _tried(ready, trial, to.strip())
    words = {Verdict.SENT: "The {kind} works.", Verdict.UNKNOWN: "Whether the {kind} works is not known."}
    first = words.get(outcome.verdict, "The {kind} does not work.").format(kind=KIND_WORDS[kind])
    return TrialResult(works=outcome.verdict is Verdict.SENT, words=f"{first} {outcome.detail}".strip())


def _begun(
    session: Session, *, provider_id: int, kind: GatewayKind, settings: Mapping[str, SettingValue] | None
) -> _Trial:
    provider = require_unlimited(session, provider_id, Power.EVENTS_GATEWAYS)
    email, realm = session.execute(
        select(Provider.email, Provider.realm).where(Provider.account_id == provider_id)).one()
    if settings is None:
        stored = open_gateways(session, [provider_id]).get((provider_id, kind))
        if stored is None:
            raise RefusedField("host" if kind is GatewayKind.SMTP else "url",
                               f"No {KIND_WORDS[kind]} is set up for {provider.code}.")
        wanted = stored.settings
    else:
        wanted = settings_of(kind, checked_settings(kind, settings))
    return _Trial(code=provider.code, name=provider.name, sender=email or f"no-reply{realm}", settings=wanted,
                  at=recorded_now(session))


async def _tried(ready: Ready, trial: _Trial, to: str) -> Outcome:
    if isinstance(ready, MailServer):
        try:
            return await _mail_tried(ready, trial, to)
        finally:
            await ready.close()
    if isinstance(ready, SmsGateway) and to:
        outcome = await ready.send(ShortMessage(message_id=f"trial-{uuid4().hex}", to=to,
                                                text=f"A test message of {trial.name}."))
        return sent(f"It took a short message for {to}.") if outcome.verdict is Verdict.SENT else outcome
    return await _reached(trial.settings) if isinstance(trial.settings, HttpSettings) else sent()


async def _mail_tried(server: MailServer, trial: _Trial, to: str) -> Outcome:
    if not to:
        return await server.connect() or sent("It was reached, and nothing was sent.")
    sender = parse_address(trial.sender)
    outcome = await server.send(Mail(
        message_id=f"{uuid4().hex}@{sender.spec.rpartition('@')[2]}", sender=Address(name=trial.name, spec=sender.spec),
        to=parse_addresses(to), subject="A test of the mail server", dated=trial.at,
        text=f"This mail was sent to see whether the mail server of {trial.name} works. It does.\n"))
    return sent(f"It took a mail for {to}. {outcome.detail}") if outcome.verdict is Verdict.SENT else outcome


async def _reached(settings: HttpSettings) -> Outcome:
    """Whether its server is there; nothing is asked of it, because every request means something."""
    parts = urlsplit(settings.url)
    is_secure = parts.scheme == "https"
    try:
        async with asyncio.timeout(_REACH_S):
            _, writer = await asyncio.open_connection(
                parts.hostname, parts.port or (443 if is_secure else 80),
                ssl=await tls_context() if is_secure else None)
            writer.close()
    except (OSError, TimeoutError) as error:
        why = "it does not answer in time" if isinstance(error, TimeoutError) else why_out_of_reach(error)
        return later(f"{parts.netloc} cannot be reached: {why}.")
    return sent("Its server was reached, and nothing was sent.")
