"""Moving accounts between profiles of one provider, set by set, and taking a move back.

A move is kept with the profile each account came from. Taking it back moves only accounts that nothing changed since
and names the others: those moved again, those whose own attributes were set since, and those whose former profile is
gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    func,
    insert,
    literal,
    not_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from app.models.attributes.attribute import AttributeChange
from app.models.audit import AuditEntry
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.profile_move import ProfileMove, ProfileMoveItem
from app.models.values import AccountType, Tier
from app.services.access.audit import write_audit, zone_of
from app.services.access.authorize import authorize, editable, require_accounts, require_provider, visible
from app.services.attributes.limits import keep_limits
from app.services.changes import Changed, ChangeSet, Outlook, Undo
from app.services.customers.list import matching_customers
from app.services.database.dialects import among, lock_row, lock_selected
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotFound, RefusedByRule
from app.services.history.facts import note_profiles
from app.services.paging import AnySelect
from app.services.profiles.profiles import default_profile_id, require_profile
from app.services.providers.business_day import business_day
from app.services.saving import Conflict, SavedMeanwhile, Trace
from app.services.wording import counted

_NAMED_AT_MOST = 200
_TOLD_AT_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Which accounts of a provider: some by id, or all of a profile that match some words, or all that match."""

    account_ids: tuple[int, ...] | None = None
    profile_id: int | None = None
    filter_text: str = ""
    """As in the box of the customer list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveResult:
    """What a move did."""

    move_id: int
    moved: int
    to_profile: str
    """Name of the profile; of several after an undo, their names."""
    changes: ChangeSet


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveBack(Outlook):
    """What taking a move back would do; of the accounts changed since at most 200 are named."""

    move_id: int
    moved: int
    to_profile: str


def members_condition(
    session: Session, *, provider_id: int, members: Members, to_profile_id: int
) -> ColumnElement[bool]:
    """The accounts that a move would touch: chosen, of this provider, not there yet, and the person's to change."""
    authorize(session, Power.PROFILES)
    tests: list[Any] = [Account.provider_id == provider_id, Account.profile_id != to_profile_id,
                        Account.type != AccountType.SYSTEM.value, editable(session),
                        *matching(session, members.filter_text, provider_id=provider_id)]
    if members.account_ids is not None:
        tests.append(among(session, Account.id, members.account_ids))
    if members.profile_id is not None:
        tests.append(Account.profile_id == members.profile_id)
    return and_(*tests)


def matching(session: Session, filter_text: str, *, provider_id: int) -> list[ColumnElement[bool]]:
    """Conditions on `Account` for the text of a filter box, in the language of the customer list; none without text.

    Relative dates count from the provider's today. Raises MisreadQueryError for what is not understood.
    """
    require_provider(session, provider_id, Power.PROFILES)
    if not filter_text.strip():
        return []
    today = business_day(session, provider_id)
    found = matching_customers(session, provider_id=provider_id, as_of=today, filter_text=filter_text)
    return [Account.id.in_(found)]


def move_members(
    session: Session, *, provider_id: int, members: Members, seen: int, to_profile_id: int | None = None
) -> MoveResult:
    """Move accounts to a profile of their provider, in a few statements whatever their number.

    Without a target they are taken out of their profile and go to the default one. Accounts already
    there are not touched; where none is left, the move is refused. An account of another provider refuses them all.
    `seen` is the newest move that was shown (`newest_move`); raises SavedMeanwhile where somebody moved one of them
    elsewhere by a later one.
    """
    require_provider(session, provider_id, Power.PROFILES_MEMBERS)
    lock_row(session, "provider", "account_id", provider_id)
    target = require_profile(session, to_profile_id or default_profile_id(session, provider_id),
                             Power.PROFILES_MEMBERS)
    if target.provider_id != provider_id:
        raise RefusedByRule("A profile holds accounts of its own provider only. Choose one of this provider.")
    if members.account_ids is not None:
        require_accounts(session, members.account_ids, Power.PROFILES_MEMBERS, edit=True)
        _refuse_strangers(session, provider_id, members.account_ids)
    which = members_condition(session, provider_id=provider_id, members=members, to_profile_id=target.id)
    _refuse_moved_since(session, provider_id, which, seen, target.name)
    items = select(Account.id, Account.profile_id, literal(target.id)).where(which)
    return _move(session, provider_id, items, to_profile_id=target.id, name=target.name)


def newest_move(session: Session, *, provider_id: int) -> int:
    """The newest move of members of a provider, 0 where there is none: what the next one is told was seen."""
    require_provider(session, provider_id, Power.PROFILES)
    return session.scalar(select(func.max(ProfileMove.id)).where(ProfileMove.provider_id == provider_id)) or 0


def _refuse_moved_since(
    session: Session, provider_id: int, which: ColumnElement[bool], seen: int, wanted: str
) -> None:
    """Refuse where a later move took accounts elsewhere, saying of the first of them who did and from where."""
    item, move, old, new = ProfileMoveItem, ProfileMove, aliased(AccountProfile), aliased(AccountProfile)
    rows = session.execute(
        select(Account.name, old.name.label("before"), new.name.label("theirs"), move.actor, move.recorded_at)
        .select_from(item).join(move, move.id == item.move_id).join(Account, Account.id == item.account_id)
        .join(new, new.id == Account.profile_id).outerjoin(old, old.id == item.from_profile_id)
        .where(move.id > seen, move.provider_id == provider_id, item.to_profile_id == Account.profile_id, which)
        .order_by(Account.name_key, Account.id).limit(_TOLD_AT_MOST)).all()
    if rows:
        newest = newest_move(session, provider_id=provider_id)
        raise SavedMeanwhile([
            Conflict(field=_MOVE, label=f"the profile of {row.name}", before=seen, theirs=newest, yours=None,
                     before_text=row.before or "", theirs_text=row.theirs, yours_text=wanted,
                     trace=Trace(who=row.actor, at=row.recorded_at)) for row in rows],
            zone=zone_of(session, provider_id))


_MOVE = "move"


def _refuse_strangers(session: Session, provider_id: int, account_ids: Sequence[int]) -> None:
    stranger = session.scalars(select(Account.code).where(
        among(session, Account.id, account_ids), Account.provider_id != provider_id).order_by(Account.code)).first()
    if stranger is not None:
        raise RefusedByRule(f"{stranger} belongs to another provider. A profile holds accounts of its own provider "
                            "only.")


def _move(
    session: Session, provider_id: int, items: AnySelect, *, to_profile_id: int, name: str,
    undoes_id: int | None = None,
) -> MoveResult:
    """Write the move with its items, then move what the items say, with an audit row for each account."""
    move_id = session.execute(insert(ProfileMove).values(
        provider_id=provider_id, to_profile_id=to_profile_id, to_profile_name=name[:120], actor=actor_of(session),
        recorded_at=recorded_now(session), undoes_id=undoes_id).returning(ProfileMove.id)).scalar_one()
    rows = items.add_columns(literal(move_id)).subquery()
    session.execute(insert(ProfileMoveItem).from_select(
        ["account_id", "from_profile_id", "to_profile_id", "move_id"], select(*rows.c)))
    moved = session.scalar(select(func.count()).where(ProfileMoveItem.move_id == move_id)) or 0
    if not moved:
        raise RefusedByRule(f"There is no account to move: all chosen ones have the profile {name} already.")
    _audit_each(session, provider_id, move_id)
    item = ProfileMoveItem
    lock_selected(session, Account, Account.id.in_(select(item.account_id).where(item.move_id == move_id)))
    moving = Account.id.in_(select(item.account_id).where(item.move_id == move_id))
    note_profiles(session, moving, on=business_day(session, provider_id))
    target = select(item.to_profile_id).where(item.move_id == move_id, item.account_id == Account.id).scalar_subquery()
    session.execute(
        update(Account).where(moving)
        .values(profile_id=target).execution_options(synchronize_session=False))
    keep_limits(session, moving)
    session.expire_all()
    write_audit(session, provider_id=provider_id, action="profile_move",
                detail=f"{counted(moved, 'account')} moved to {name}.")
    undo = Undo(of=f"move of {counted(moved, 'account')}", done=f"{counted(moved, 'account')} moved to {name}.",
                command=undo_move, arguments={"move_id": move_id}, outlook=move_back, asks={"move_id": move_id},
                verb="Move {count} back", back="moved back")
    changes = ChangeSet.of(Changed.PROFILES, Changed.ACCOUNTS, Changed.ATTRIBUTES).with_undo(undo)
    return MoveResult(move_id=move_id, moved=moved, to_profile=name, changes=changes)


def _audit_each(session: Session, provider_id: int, move_id: int) -> None:
    item, old, new = ProfileMoveItem, aliased(AccountProfile), aliased(AccountProfile)
    words: Any = [literal(provider_id), item.account_id, literal("profile_moved"),
                  literal("Moved to another profile."), literal("profile"), old.name,
                  new.name, literal(actor_of(session)), literal(recorded_now(session), AuditEntry.recorded_at.type)]
    session.execute(insert(AuditEntry).from_select(
        ["provider_id", "account_id", "action", "detail", "field", "old_value", "new_value", "actor", "recorded_at"],
        select(*words).select_from(item).join(old, old.id == item.from_profile_id)
        .join(new, new.id == item.to_profile_id).where(item.move_id == move_id)))


# --------------------------------------------------------------------------- taking a move back


def move_back(session: Session, *, move_id: int) -> MoveBack:
    """How many accounts of a move can go back, and the names of those that changed since."""
    move = _require_move(session, move_id)
    unchanged, changed = _unchanged(session, move), _still_seen(session, move)
    can = session.scalar(select(func.count()).select_from(unchanged.subquery())) or 0
    kept = changed.where(Account.id.not_in(unchanged.with_only_columns(ProfileMoveItem.account_id)))
    names = session.scalars(kept.order_by(Account.name_key, Account.id).limit(_NAMED_AT_MOST)).all()
    count = session.scalar(select(func.count()).select_from(kept.subquery())) or 0
    return MoveBack(move_id=move.id, moved=can + count, to_profile=move.to_profile_name, can=can, kept=count,
                    names=tuple(names))


def undo_move(session: Session, *, move_id: int) -> MoveResult:
    """Move back the accounts of a move that did not change since; refused where none is left."""
    move = _require_move(session, move_id)
    lock_row(session, "provider", "account_id", move.provider_id)
    items = _unchanged(session, move)
    targets = session.execute(
        select(AccountProfile.id, AccountProfile.name)
        .where(AccountProfile.id.in_(items.with_only_columns(ProfileMoveItem.from_profile_id)))
        .order_by(AccountProfile.name)).all()
    if not targets:
        raise RefusedByRule("No account of this move can be moved back: all of them changed since.")
    names = ", ".join(row.name for row in targets)
    return _move(session, move.provider_id, items, to_profile_id=targets[0].id, name=names, undoes_id=move.id)


def _require_move(session: Session, move_id: int) -> ProfileMove:
    authorize(session, Power.PROFILES_MEMBERS)
    move = session.get(ProfileMove, move_id)
    if move is None:
        raise NotFound("There is no such move.")
    require_provider(session, move.provider_id, Power.PROFILES_MEMBERS)
    return move


def _still_seen(session: Session, move: ProfileMove) -> AnySelect:
    """Names of the accounts of a move that the person sees."""
    return (select(Account.name).join(ProfileMoveItem, ProfileMoveItem.account_id == Account.id)
            .where(ProfileMoveItem.move_id == move.id, visible(session)))


def _unchanged(session: Session, move: ProfileMove) -> AnySelect:
    """account_id, its profile now, the profile to go back to: of every account that nothing changed since."""
    item, later = ProfileMoveItem, aliased(ProfileMoveItem)
    moved_again = exists().where(later.account_id == item.account_id, later.move_id > move.id)
    set_since = exists().where(
        AttributeChange.tier == Tier.ACCOUNT.value, AttributeChange.owner_id == item.account_id,
        AttributeChange.recorded_at > move.recorded_at)
    return (
        select(item.account_id, item.to_profile_id, item.from_profile_id)
        .join(Account, Account.id == item.account_id)
        .join(AccountProfile, and_(AccountProfile.id == item.from_profile_id,
                                   AccountProfile.provider_id == Account.provider_id))
        .where(item.move_id == move.id, Account.profile_id == item.to_profile_id, not_(moved_again),
               not_(set_since), editable(session))
    )
