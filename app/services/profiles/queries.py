"""Profiles as they are listed and shown, and the text of the work request for their events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import profile_attributes, provider_effective
from app.models.attributes.catalogue import DEFINITIONS, AttributeValue
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.values import AccountType
from app.services.access.authorize import require_provider, visible
from app.services.attributes.values import value_text
from app.services.errors import NotFound
from app.services.paging import Cursor, Order, Page, cut, page_of
from app.services.profiles.moves import matching
from app.services.profiles.profiles import (
    default_profile_id,
    require_profile,
)

PAGE = 256
_LAYOUT = DEFINITIONS["invoice_layout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """One line of the list."""

    id: int
    name: str
    description: str
    is_default: bool
    members: int
    """Accounts with this profile, system accounts aside, as far as the person sees them."""
    overrides: int
    """Attributes that it overrides."""
    layout: str
    """The invoice layout of its members, in words."""
    has_own_layout: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One account of a profile."""

    id: int
    code: str
    name: str
    status: str


def profile_rows(session: Session, *, provider_id: int) -> list[ProfileRow]:
    """The profiles of a provider by name, the default one first."""
    require_provider(session, provider_id, Power.PROFILES)
    default_id = default_profile_id(session, provider_id)
    counted = (select(Account.profile_id, func.count().label("members"))
               .where(Account.provider_id == provider_id, _is_member(session)).group_by(Account.profile_id).subquery())
    rows = session.execute(
        select(AccountProfile.id, AccountProfile.name, AccountProfile.description,
               func.coalesce(counted.c.members, 0).label("members"))
        .outerjoin(counted, counted.c.profile_id == AccountProfile.id)
        .where(AccountProfile.provider_id == provider_id)).all()
    own = _stored_of(session, provider_id)
    passed_on = session.scalar(select(provider_effective.c.invoice_layout)
                               .where(provider_effective.c.provider_id == provider_id))
    listed = []
    for r in rows:
        values = own.get(r.id, {})
        layout = values.get(_LAYOUT.key) or passed_on or _LAYOUT.default
        listed.append(ProfileRow(id=r.id, name=r.name, description=r.description, is_default=r.id == default_id,
                                 members=r.members, overrides=len(values),
                                 layout=value_text(_LAYOUT, layout, None), has_own_layout=_LAYOUT.key in values))
    return sorted(listed, key=lambda row: (not row.is_default, row.name.casefold(), row.id))


def _stored_of(session: Session, provider_id: int) -> dict[int, dict[str, AttributeValue]]:
    """The ticked overrides of all profiles of a provider, by profile."""
    rows = session.execute(
        select(profile_attributes).join(AccountProfile, AccountProfile.id == profile_attributes.c.owner_id)
        .where(AccountProfile.provider_id == provider_id)).mappings()
    return {row["owner_id"]: {k: v for k, v in row.items() if k != "owner_id" and v is not None} for row in rows}


def member_page(
    session: Session, *, profile_id: int, filter_text: str = "", after: Cursor | None = None, limit: int = PAGE
) -> Page[MemberRow]:
    """The members of a profile by name, a page at a time."""
    profile = require_profile(session, profile_id, Power.PROFILES)
    order = Order((Account.name_key.expression, Account.id.expression))
    statement: Any = (
        select(Account.id, Account.code, Account.name, Account.status, Account.name_key)
        .where(Account.profile_id == profile_id, _is_member(session),
               *matching(session, filter_text, provider_id=profile.provider_id)))
    found = session.execute(cut(statement, order, after=after, limit=limit)).all()
    return page_of([MemberRow(id=r.id, code=r.code, name=r.name, status=r.status) for r in found],
                   [(r.name_key, r.id) for r in found], limit=limit)


def member_count(session: Session, *, profile_id: int, filter_text: str = "") -> int:
    """How many members match some words."""
    profile = require_profile(session, profile_id, Power.PROFILES)
    return session.scalar(select(func.count()).select_from(Account).where(
        Account.profile_id == profile_id, _is_member(session),
        *matching(session, filter_text, provider_id=profile.provider_id))) or 0


def work_request(session: Session, *, provider_id: int, profile_ids: tuple[int, ...]) -> str:
    """The request for standard events of new profiles, to be sent: one line with id and name each.

    Standard events come for the default profile only (ARCHITECTURE.md, "Profiles"); accounts of any other are not
    notified until they are set up.
    """
    provider = require_provider(session, provider_id, Power.PROFILES)
    chosen = [row for row in profile_rows(session, provider_id=provider_id) if row.id in profile_ids]
    if not chosen:
        raise NotFound("There is no such profile.")
    lines = "\n".join(f"{row.id}, {row.name}" for row in chosen)
    return (f"New account profiles of {provider.name} need a set of standard events. They are:\n"
            f"ID, name\n{lines}\n"
            "Send a quote for setting up all standard events for these profiles.\n")


def _is_member(session: Session) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (Account.type != AccountType.SYSTEM.value) & visible(session)
    return found
