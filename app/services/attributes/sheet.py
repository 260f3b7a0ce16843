"""The attributes of one owner with the days on which their values were set, as screens list them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.services.attributes.rows import AttributeRow, account_attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeSheet:
    """The attributes of one owner, with the business day on which each winning value was set."""

    rows: tuple[AttributeRow, ...]
    set_on: dict[str, date]


def attribute_sheet(session: Session, *, account_id: int, as_provider: bool = False) -> AttributeSheet:
    """All attributes of an account, or what a provider passes on."""
    rows = account_attributes(session, account_id=account_id, as_provider=as_provider)
    zone = session.scalars(select(Provider.time_zone).join(Account, Account.provider_id == Provider.account_id)
                           .where(Account.id == account_id)).one()
    return sheet_of(rows, zone)


def sheet_of(rows: Sequence[AttributeRow], time_zone: str) -> AttributeSheet:
    """Rows with the days, in a provider's time zone, on which their values were set."""
    zone = ZoneInfo(time_zone)
    days = {row.key: row.set_at.astimezone(zone).date() for row in rows if row.set_at is not None}
    return AttributeSheet(rows=tuple(rows), set_on=days)
