"""Which day it is at a provider: the one answer to "today".

A business date is the date in the provider's time zone at the instant of the unit of work, which on PostgreSQL is the
server's: two workstations whose clocks differ have one today. Rules are handed their dates; whoever needs today for
one asks here, and nobody asks a clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.models.parties.provider import Provider
from app.services.database.unit_of_work import recorded_now
from app.services.errors import NotFound


def zone_of(session: Session, provider_id: int) -> ZoneInfo:
    """The time zone of a provider; raises NotFound where the account is none."""
    name = session.scalar(select(Provider.time_zone).where(Provider.account_id == provider_id))
    if name is None:
        raise NotFound("There is no such provider in this database.")
    return ZoneInfo(name)


def business_day(session: Session, provider_id: int) -> date:
    """Today at a provider, in this unit of work; raises NotFound where the account is none."""
    return recorded_now(session).astimezone(zone_of(session, provider_id)).date()


def business_days(session: Session, provider_ids: Iterable[int] | ColumnElement[bool] | None = None) -> dict[int, date]:
    """Today at several providers, in order of their ids; without a choice at all of them."""
    rows = select(Provider.account_id, Provider.time_zone).order_by(Provider.account_id)
    if isinstance(provider_ids, ColumnElement):
        rows = rows.where(provider_ids)
    elif provider_ids is not None:
        rows = rows.where(Provider.account_id.in_(list(provider_ids)))
    now = recorded_now(session)
    return {row.account_id: now.astimezone(ZoneInfo(row.time_zone)).date() for row in session.execute(rows)}
