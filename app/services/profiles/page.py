"""Profiles as their screen shows them: the list of a provider, one profile with its overrides, and earlier moves.

Every answer says ahead what the person may not do, and why, so that buttons can be off with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import POWER_WORDS, Power
from app.models.parties.profile import AccountProfile
from app.models.parties.profile_move import ProfileMove, ProfileMoveItem
from app.models.parties.provider import Provider
from app.models.values import Tier
from app.services.access.authorize import authorize, may, require_provider
from app.services.access.beyond import customers_of, members_of, refusal_beyond
from app.services.attributes.resolving import chain_of_profile
from app.services.attributes.rows import AttributeRow, rows_of_profile
from app.services.attributes.sheet import AttributeSheet, sheet_of
from app.services.profiles.moves import move_back, newest_move
from app.services.profiles.profiles import (
    ProfileDetails,
    default_profile_id,
    deletion_refusal,
    is_term,
    require_profile,
)
from app.services.profiles.queries import ProfileRow, member_count, profile_rows
from app.services.providers.business_day import business_day

MOVES_LISTED = 40
"""The newest moves of a provider that are looked through for what can still be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRights:
    """For each thing to do, why the person may not; empty where they may."""

    edit: str = ""
    """Create, change, duplicate, set default, delete."""
    terms: str = ""
    move: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileList:
    """The profiles of one provider."""

    provider_id: int
    provider_name: str
    currency: str
    time_zone: str
    today: date
    """The provider's business date."""
    rows: tuple[ProfileRow, ...]
    newest_move: int
    """What a move of members is told was seen."""
    rights: ProfileRights


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """What members would get without the override."""

    text: str
    owner: str
    tier: Tier | None
    provider_id: int | None
    """The provider whose page shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePage:
    """One profile with all that can be changed about it."""

    id: int
    provider_id: int
    provider_name: str
    details: ProfileDetails
    is_default: bool
    default_id: int
    """The profile that new accounts of the provider get."""
    members: int
    layout: str | None
    """Its own invoice layout; None: the provider's holds."""
    inherited_layout: str
    """The provider's layout in words."""
    sheet: AttributeSheet
    """What it may override, with the value in force."""
    inherited: dict[str, Inherited]
    """By attribute."""
    rights: ProfileRights
    beyond: str
    """Why it reaches members that are not the person's to change; empty where all are."""
    why_not_default: str
    why_not_delete: str

    @property
    def why_not_edit(self) -> str:
        """Why its details may not be changed; empty where they may."""
        return self.rights.edit or self.beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow:
    """One earlier move."""

    id: int
    recorded_at: datetime
    actor: str
    from_profiles: str
    to_profile: str
    moved: int
    """Accounts that it moved, as far as the person sees them."""
    can_go_back: int
    changed: int
    """Accounts that something changed since; they stay."""
    takes_back: bool
    """It took an earlier move back itself."""


def profile_rights(session: Session) -> ProfileRights:
    """What the person of this unit of work may do with profiles."""
    authorize(session, Power.PROFILES)

    def why_not(power: Power) -> str:
        return "" if may(session, power) else f'This needs the power "{POWER_WORDS[power].label}".'

    edit = why_not(Power.PROFILES_EDIT)
    return ProfileRights(edit=edit, terms=edit or why_not(Power.PROFILES_EDIT_TERMS),
                         move=why_not(Power.PROFILES_MEMBERS))


def profile_list(session: Session, *, provider_id: int) -> ProfileList:
    """The profiles of a provider, the default one first."""
    provider = require_provider(session, provider_id, Power.PROFILES)
    settings = session.get_one(Provider, provider_id)
    return ProfileList(
        provider_id=provider_id, provider_name=provider.name, currency=settings.currency, time_zone=settings.time_zone,
        today=business_day(session, provider_id),
        rows=tuple(profile_rows(session, provider_id=provider_id)),
        newest_move=newest_move(session, provider_id=provider_id),
        rights=profile_rights(session))


def profile_page(session: Session, *, profile_id: int) -> ProfilePage:
    """One profile: details, overrides beside what they overrule, and what may be done with it."""
    profile = require_profile(session, profile_id, Power.PROFILES)
    rights = profile_rights(session)
    beyond = refusal_beyond(session, members_of(session, profile_id))
    provider = session.get_one(Account, profile.provider_id)
    zone = session.get_one(Provider, provider.id).time_zone
    rows, above = _attributes(session, profile, rights, beyond)
    members = member_count(session, profile_id=profile_id)
    default_id = default_profile_id(session, provider.id)
    is_default = default_id == profile_id
    layout = next(row for row in rows if row.key == "invoice_layout")
    refusal = deletion_refusal(profile.name, members=members, is_default=is_default)
    return ProfilePage(
        id=profile.id, provider_id=provider.id, provider_name=provider.name,
        details=ProfileDetails(name=profile.name, description=profile.description,
                               export_reference=profile.export_reference),
        is_default=is_default, default_id=default_id, members=members,
        layout=layout.own_value if isinstance(layout.own_value, str) else None,
        inherited_layout=above["invoice_layout"].text,
        sheet=sheet_of(rows, zone), inherited=above, rights=rights,
        beyond=beyond,
        why_not_default=rights.edit or ("It is the default profile already." if is_default else "")
        or refusal_beyond(session, customers_of(session, provider.id)),
        why_not_delete=rights.edit or beyond or refusal or "")


def _attributes(
    session: Session, profile: AccountProfile, rights: ProfileRights, beyond: str
) -> tuple[list[AttributeRow], dict[str, Inherited]]:
    """Rows of what it may override, and what would hold without it."""
    owners = chain_of_profile(session, profile)
    rows = [_asked_ahead(row, rights, beyond) for row in rows_of_profile(session, profile, owners)]
    bare = [replace(owners[0], values={}), *owners[1:]]
    above = {row.key: Inherited(text=row.value_text, owner=row.owner, tier=row.tier, provider_id=row.owner_account_id)
             for row in rows_of_profile(session, profile, bare)}
    return rows, above


def _asked_ahead(row: AttributeRow, rights: ProfileRights, beyond: str) -> AttributeRow:
    why = (rights.terms if is_term(row.key) else rights.edit) or beyond
    return replace(row, may_set=False, why_not=why) if why and row.may_set else row


def earlier_moves(session: Session, *, provider_id: int) -> list[MoveRow]:
    """The newest moves of members of a provider, newest first, with what can still be taken back."""
    require_provider(session, provider_id, Power.PROFILES_MEMBERS)
    moves = session.scalars(select(ProfileMove).where(ProfileMove.provider_id == provider_id)
                            .order_by(ProfileMove.id.desc()).limit(MOVES_LISTED)).all()
    names = _left(session, [move.id for move in moves])
    found = []
    for move in moves:
        back = move_back(session, move_id=move.id)
        found.append(MoveRow(id=move.id, recorded_at=move.recorded_at, actor=move.actor,
                             from_profiles=", ".join(names.get(move.id, [])),
                             to_profile=move.to_profile_name, moved=back.moved, can_go_back=back.can,
                             changed=back.kept,
                             takes_back=move.undoes_id is not None))
    return [row for row in found if row.moved]


def _left(session: Session, move_ids: list[int]) -> dict[int, list[str]]:
    """Names of the profiles that accounts left, by move; those that are gone have no name any more."""
    rows = session.execute(
        select(ProfileMoveItem.move_id, AccountProfile.name, func.count())
        .join(AccountProfile, AccountProfile.id == ProfileMoveItem.from_profile_id)
        .where(ProfileMoveItem.move_id.in_(move_ids)).group_by(ProfileMoveItem.move_id, AccountProfile.name)
        .order_by(AccountProfile.name))
    found: dict[int, list[str]] = {}
    for move_id, name, _ in rows:
        found.setdefault(move_id, []).append(name)
    return found
