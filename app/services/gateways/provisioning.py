"""Services restricted and restored in the system that provides them, over HTTP.

It answers at once, or says 202 and is asked again how far it is: at the address that the settings name, else at the
one its answer names, where that is on the same server.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from app.services.gateways.kinds import ProvisioningSettings
from app.services.gateways.outcome import Outcome, Verdict, refused, sent, unknown
from app.services.wording import counted

if TYPE_CHECKING:
    from app.services.gateways.http import Answer, HttpGateway

_ACCEPTED = 202


class Step(StrEnum):
    """What is to be done to a service."""

    RESTRICT = "restrict"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One service to be restricted or restored."""

    message_id: str
    step: Step
    service: str
    """Its identifier."""
    account: str
    """The code of its account."""


class ProvisioningGateway:
    """A system that restricts and restores services."""

    def __init__(self, settings: ProvisioningSettings, http: HttpGateway) -> None:
        self._settings = settings
        self._http = http

    async def send(self, order: Order) -> Outcome:
        """Have one service restricted or restored, and wait until that is done, as long as the settings say."""
        outcome, answer = await self._http.ask({
            "action": order.step.value, "service": order.service, "account": order.account, "id": order.message_id})
        if outcome.verdict is not Verdict.SENT or answer is None or answer.status != _ACCEPTED:
            return outcome
        url = self._status_url(outcome.remote_id, answer)
        return await self._finished(url, outcome) if url else outcome

    def _status_url(self, remote_id: str, answer: Answer) -> str:
        """Where it is asked how far it is; empty where it names no address, and then 202 is a yes."""
        from app.services.gateways.http import filled

        if self._settings.status_url:
            return filled(self._settings.status_url, {"remote": quote(remote_id, safe="")}, "") if remote_id else ""
        url = urljoin(self._settings.url, answer.location) if answer.location else ""
        here, there = urlsplit(self._settings.url), urlsplit(url)
        return url if (here.scheme, here.netloc) == (there.scheme, there.netloc) else ""

    async def _finished(self, url: str, accepted: Outcome) -> Outcome:
        from app.services.gateways.http import at_path

        settings = self._settings
        for _ in range(max(1, settings.wait_seconds // settings.poll_seconds)):
            answer = await self._http.look(url)
            status = "" if answer is None else at_path(answer.body, settings.status_path)
            if status in settings.done:
                return sent(remote_id=accepted.remote_id)
            if status in settings.failed:
                return refused(f'{self._http.name} took the request and then said "{status}".')
            await asyncio.sleep(settings.poll_seconds)
        return unknown(f"{self._http.name} took the request and did not say within "
                       f"{counted(settings.wait_seconds, 'second')} whether it was done.")

    async def close(self) -> None:
        """Each request has a connection of its own, so nothing is open."""
