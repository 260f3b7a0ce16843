"""The gateways of a provider: how they are set, shown, and handed to whoever sends."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.gateways.gateway import Gateway, GatewayState
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import GatewayKind
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import require_provider, require_unlimited
from app.services.changes import Changed, ChangeSet, Undo
from app.services.database.dialects import lock_row
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.gateways.kinds import (
    GATEWAY_KEYS,
    KIND_WORDS,
    GatewaySettings,
    Settings,
    SettingValue,
    as_stored,
    checked_settings,
    from_stored,
    settings_of,
)
from app.services.gateways.secrets import keep_secret
from app.services.saving import Speech, Trace, wanted_changes


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRow:
    """One gateway of a provider, as screens show it."""

    kind: GatewayKind
    settings: Settings
    """As they were given, by key; empty where no gateway is set up."""
    failing_since: datetime | None
    """Since when nothing gets through; None while all is well."""
    retry_at: datetime | None
    failure: str
    recorded_at: datetime | None
    recorded_by: str

    @property
    def is_set(self) -> bool:
        return bool(self.settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGateway:
    """A gateway as whoever sends needs it."""

    provider_id: int
    provider_code: str
    kind: GatewayKind
    stored: Settings

    @property
    def settings(self) -> GatewaySettings:
        """Its settings with what is usual for the rest. Raises RefusedField where what is stored cannot be right."""
        return settings_of(self.kind, checked_settings(self.kind, self.stored))


def gateway_sheet(session: Session, *, provider_id: int) -> tuple[GatewayRow, ...]:
    """The gateways of a provider, kind by kind, also those that are not set up."""
    require_provider(session, provider_id, Power.EVENTS)
    rows = session.execute(
        select(Gateway, GatewayState).outerjoin(GatewayState, _of_gateway()).where(Gateway.provider_id == provider_id))
    stored = {gateway.kind: (gateway, state) for gateway, state in rows}
    return tuple(_row(kind, *stored.get(kind, (None, None))) for kind in GatewayKind)


def sms_price(session: Session, *, provider_id: int) -> Decimal | None:
    """What one part of a short message costs a provider, in its currency; None where nobody said."""
    require_provider(session, provider_id, Power.EVENTS)
    gateway = session.get(Gateway, (provider_id, GatewayKind.SMS.value), populate_existing=True)
    price = "" if gateway is None else str(from_stored(gateway.settings).get("price", ""))
    return Decimal(price) if price else None


def set_gateway(
    session: Session, *, provider_id: int, kind: GatewayKind, settings: Settings | None, seen: Settings | None
) -> ChangeSet:
    """Say how a provider's gateway is reached; None takes the gateway away.

    `seen` is what was shown, None where no gateway was. What waits for it is tried again at once. Raises RefusedField
    for a setting that cannot be right, SavedMeanwhile where somebody set the same one otherwise.
    """
    provider = require_unlimited(session, provider_id, Power.EVENTS_GATEWAYS)
    wanted = {} if settings is None else checked_settings(kind, settings)
    lock_row(session, "provider", "account_id", provider_id)
    gateway = session.get(Gateway, (provider_id, kind.value), populate_existing=True)
    now = {} if gateway is None else from_stored(gateway.settings)
    names = {key.name for key in GATEWAY_KEYS[kind]}
    changes = wanted_changes(
        seen=_in_full(seen or {}, names), now=_in_full(now, names), wanted=_in_full(wanted, names),
        speech=lambda: _speech(session, provider_id, kind))
    merged = {name: value for name, value in {**now, **changes}.items() if value is not None}
    if merged == now:
        return ChangeSet.empty()
    if merged:
        _write(session, gateway, provider_id, kind, checked_settings(kind, merged))
    else:
        session.execute(delete(Gateway).where(Gateway.provider_id == provider_id, Gateway.kind == kind.value))
    for name, value in changes.items():
        write_audit(session, provider_id=provider_id, about=About(kind=Subject.PROVIDER, id=provider_id),
                    action="gateway_changed", detail=f"The {KIND_WORDS[kind]} of {provider.name} changed.",
                    field=_field(kind, name), old=_as_text(now.get(name)), new=_as_text(value))
    done = "The {kind} of {provider} was set." if merged else "The {kind} of {provider} was taken away."
    return ChangeSet.of(Changed.SCHEDULE, Changed.OUTBOX).with_undo(Undo(
        of=f"{KIND_WORDS[kind]} of {provider.name}", done=done.format(kind=KIND_WORDS[kind], provider=provider.name),
        command=set_gateway, arguments={"provider_id": provider_id, "kind": kind, "settings": now or None,
                                        "seen": merged or None}))


def set_gateway_secret(session: Session, *, provider_id: int, kind: GatewayKind, secret: str) -> ChangeSet:
    """Keep the password of a provider's gateway in the keyring of this computer; empty takes it out.

    It is shown to nobody, so nobody can have seen another one. Raises InputRejected where the keyring does not take it.
    """
    provider = require_unlimited(session, provider_id, Power.EVENTS_GATEWAYS)
    keep_secret(provider.code, kind, secret)
    said = "The password of the {kind} of {provider} was set." if secret else \
        "The password of the {kind} of {provider} was taken away."
    write_audit(session, provider_id=provider_id, about=About(kind=Subject.PROVIDER, id=provider_id),
                action="gateway_secret_changed", detail=said.format(kind=KIND_WORDS[kind], provider=provider.name))
    return ChangeSet.of(Changed.SCHEDULE)


def open_gateways(session: Session, provider_ids: Iterable[int]) -> dict[tuple[int, GatewayKind], OpenGateway]:
    """The gateways of some providers by provider and kind, for whoever sends through them."""
    rows = session.execute(
        select(Gateway, Account.code).join(Account, Account.id == Gateway.provider_id)
        .where(Gateway.provider_id.in_(sorted(set(provider_ids)))))
    found = {}
    for gateway, code in rows:
        kind = GatewayKind(gateway.kind)
        found[gateway.provider_id, kind] = OpenGateway(
            provider_id=gateway.provider_id, provider_code=code, kind=kind,
            stored=from_stored(gateway.settings))
    return found


def _of_gateway() -> ColumnElement[bool]:
    return and_(GatewayState.provider_id == Gateway.provider_id, GatewayState.kind == Gateway.kind)


def _row(kind: GatewayKind, gateway: Gateway | None, state: GatewayState | None) -> GatewayRow:
    return GatewayRow(
        kind=kind, settings={} if gateway is None else from_stored(gateway.settings),
        failing_since=None if state is None else state.failing_since,
        retry_at=None if state is None else state.retry_at, failure="" if state is None else state.failure,
        recorded_at=None if gateway is None else gateway.recorded_at,
        recorded_by="" if gateway is None else gateway.recorded_by)


def _write(
    session: Session, gateway: Gateway | None, provider_id: int, kind: GatewayKind, settings: dict[str, SettingValue]
) -> None:
    if gateway is None:
        gateway = Gateway(provider_id=provider_id, kind=kind.value)
        session.add(gateway)
    gateway.settings = as_stored(settings)
    gateway.recorded_at, gateway.recorded_by = recorded_now(session), actor_of(session)
    session.flush()
    session.execute(
        update(GatewayState).where(GatewayState.provider_id == provider_id, GatewayState.kind == kind.value)
        .values(failures=0, failing_since=None, retry_at=None, failure="")
        .execution_options(synchronize_session=False))


def _in_full(settings: Settings, names: Collection[str]) -> dict[str, SettingValue | None]:
    """Every setting, None where it is not set: to take one away is a change as well."""
    return {name: settings.get(name) for name in names}


def _field(kind: GatewayKind, name: str) -> str:
    return f"gateway_{kind.value}_{name}"


def _as_text(value: SettingValue | None) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "\n".join(value) if isinstance(value, tuple) else str(value)


def _speech(session: Session, provider_id: int, kind: GatewayKind) -> Speech:
    labels = {key.name: key.label for key in GATEWAY_KEYS[kind]}

    def text(_name: str, value: Any) -> str:
        return _as_text(value) or ""

    def traces(names: Collection[str]) -> dict[str, Trace]:
        stored = {name: _field(kind, name) for name in names}
        found = traces_about(session, About(kind=Subject.PROVIDER, id=provider_id), stored.values())
        return {name: found[field] for name, field in stored.items() if field in found}

    return Speech(zone=zone_of(session, provider_id), label=labels.__getitem__, text=text, traces=traces)
