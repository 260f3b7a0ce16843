"""Schedule and gateways of one provider as they are shown: what is set, how far the work is, and who is at it now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.services.access.authorize import authorize, may
from app.services.gateways.secrets import place_of_secrets, reads_secrets_from_file
from app.services.gateways.settings import GatewayRow, gateway_sheet
from app.services.providers.automation import AutomationSheet, automation_sheet
from app.services.providers.queries import ProviderOption, provider_options
from app.services.schedule.due import PollerRow, poller_rows
from app.services.schedule.round import ScannerRow, scanner_state


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSheet:
    """Everything that the screen of one provider shows."""

    provider: ProviderOption
    automation: AutomationSheet
    gateways: tuple[GatewayRow, ...]
    work: tuple[PollerRow, ...]
    """Kinds of scheduled work that have anything to do here; paused ones among them."""
    scanning: tuple[ScannerRow, ...]
    """Who scans this provider just now; empty for those who may not look at scans."""
    secrets_at: str
    """Where passwords of gateways are looked for, within a sentence."""
    secrets_in_file: bool
    """A person writes them there; else they can be put into the keyring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSheets:
    """The providers to choose among, and the one that is shown; None where there is none."""

    providers: tuple[ProviderOption, ...]
    sheet: ScheduleSheet | None


def schedule_sheets(session: Session, *, provider_id: int | None) -> ScheduleSheets:
    """What is set at a provider; at the first one within reach where the one asked for is not."""
    authorize(session, Power.EVENTS)
    providers = tuple(provider_options(session))
    chosen = next((p for p in providers if p.id == provider_id), providers[0] if providers else None)
    return ScheduleSheets(providers=providers, sheet=None if chosen is None else _sheet(session, chosen))


def _sheet(session: Session, provider: ProviderOption) -> ScheduleSheet:
    scanning = scanner_state(session) if may(session, Power.SUSPENSION) else []
    return ScheduleSheet(
        provider=provider, automation=automation_sheet(session, provider_id=provider.id),
        gateways=gateway_sheet(session, provider_id=provider.id),
        work=tuple(poller_rows(session, provider_id=provider.id)),
        scanning=tuple(row for row in scanning if row.provider_id == provider.id),
        secrets_at=place_of_secrets(), secrets_in_file=reads_secrets_from_file())
