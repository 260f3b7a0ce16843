"""Short messages through a gateway that speaks HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.services.gateways.kinds import SmsSettings
from app.services.gateways.outcome import Outcome

if TYPE_CHECKING:
    from app.services.gateways.http import HttpGateway


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortMessage:
    """A short message as it was composed."""

    message_id: str
    """The same at every try, so that a repeat can be recognised."""
    to: str
    text: str


class SmsGateway:
    """A gateway for short messages."""

    def __init__(self, settings: SmsSettings, http: HttpGateway) -> None:
        self._settings = settings
        self._http = http

    async def send(self, message: ShortMessage) -> Outcome:
        """Hand over one short message."""
        outcome, _ = await self._http.ask({"to": message.to, "text": message.text, "id": message.message_id,
                                           "from": self._settings.sender})
        return outcome

    async def close(self) -> None:
        """Each request has a connection of its own, so nothing is open."""
