"""Account groups: made, changed, deleted when nothing hangs on them, and their members, many at once.

A security group limits the staff of the org units it is tied to (`staff.units.tie_group`); so nobody changes what
limits themselves, nobody puts an account into a group that they may only look at, and whoever sees some customers only
shows none to others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final, TypeAlias

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry, Subject
from app.models.base import text_limits
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.parties.powers import Power
from app.models.parties.staff import OrgUnit, OrgUnitGroup
from app.models.suspension.rule_sets import RuleSetExcludedGroup
from app.models.values import GroupAccess, GroupKind
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import authorize, require_accounts, require_provider, require_unlimited, visible
from app.services.access.principal import principal_of
from app.services.access.strength import powers_of_units, refuse_touching_stronger
from app.services.changes import Changed, ChangeSet, Created, Outlook, Undo
from app.services.customers.list import matching_customers
from app.services.database.bulk import insert_rows
from app.services.database.dialects import among, lock_row
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import InputRejected, NotAllowed, NotFound, RefusedByRule
from app.services.files.texts import require_text
from app.services.history.facts import note_members
from app.services.providers.business_day import business_day
from app.services.providers.modules import Module, require_module
from app.services.saving import Speech, wanted_changes
from app.services.wording import counted, listed

LIMITS: Final = text_limits(AccountGroup, "code", "name", "description")
"""Most characters of what is said about a group."""
_NAMED_AT_MOST: Final = 200
_CHANGED = ChangeSet.of(Changed.GROUPS)


@dataclass(frozen=True, slots=True)
class Matching:
    """All customers of the group's provider that a text in the box of the customer list finds."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDetails:
    """What is said about a group."""

    code: str
    name: str
    description: str
    kind: GroupKind
    access: GroupAccess


Chosen: TypeAlias = Iterable[int] | Matching


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersChanged:
    """What adding to a group, or taking out of it, did."""

    changed: int
    unchanged: int
    """They were members already, or were none."""
    changes: ChangeSet


# --------------------------------------------------------------------------- groups


def create_group(
    session: Session, *, provider_id: int, code: str, name: str = "", kind: GroupKind = GroupKind.DISTRIBUTION,
    access: GroupAccess = GroupAccess.SEE_ALL, description: str = "",
) -> Created:
    """Create an account group, with what a security group does to the staff it is tied to.

    Without a name its code is its name. Raises InputRejected for a code, name or access that will not do.
    """
    require_provider(session, provider_id, Power.GROUPS_ADMIN)
    require_module(session, provider_id, Module.ACCOUNT_GROUPS)
    lock_row(session, "provider", "account_id", provider_id)
    texts = _cleaned(code, name or code, description)
    _refuse_taken(session, provider_id, texts["code"])
    _refuse_limiting_list(kind, access)
    group = AccountGroup(provider_id=provider_id, kind=kind.value, access=access.value, **texts)
    session.add(group)
    session.flush()
    write_audit(session, provider_id=provider_id, action="group_created", detail=f"Account group {group.name} created.")
    return Created(id=group.id, changes=_CHANGED)


def edit_group(
    session: Session, *, group_id: int, code: str, name: str, description: str, kind: GroupKind, access: GroupAccess,
    seen: GroupDetails,
) -> ChangeSet:
    """Change a group. What it does to staff is changed by those who assign groups, and never by whom it limits.

    `seen` is what the form had read. Raises SavedMeanwhile where somebody else changed the same field since.
    """
    group = require_group(session, group_id, Power.GROUPS_ADMIN)
    require_module(session, group.provider_id, Module.ACCOUNT_GROUPS)
    lock_row(session, "provider", "account_id", group.provider_id)
    session.refresh(group)
    about = About(kind=Subject.GROUP, id=group_id)
    now: dict[str, str] = {"code": group.code, "name": group.name, "description": group.description,
                           "kind": GroupKind(group.kind), "access": GroupAccess(group.access)}
    changes = wanted_changes(
        seen=asdict(seen), now=now, wanted={**_cleaned(code, name, description), "kind": kind, "access": access},
        speech=lambda: Speech(zone=zone_of(session, group.provider_id), label=_LABELS.__getitem__,
                              text=lambda _field, value: _WORDS.get(value, value),
                              traces=lambda fields: traces_about(session, about, fields)))
    if "code" in changes:
        _refuse_taken(session, group.provider_id, changes["code"])
    then = {**now, **changes}
    _refuse_limiting_list(GroupKind(then["kind"]), GroupAccess(then["access"]))
    if not changes.keys().isdisjoint({"kind", "access"}):
        _refuse_change_of_effect(session, group, GroupKind(then["kind"]))
    for field, value in changes.items():  # all at once: a distribution group that still limits is refused
        setattr(group, field, str(value))
    for field, value in changes.items():
        write_audit(session, provider_id=group.provider_id, action="group_changed", about=about,
                    detail=f"Account group {group.name} changed.", field=field, old=str(now[field]), new=str(value))
    session.flush()
    if not changes:
        return ChangeSet.empty()
    return (_CHANGED | ChangeSet.of(Changed.ACCOUNTS)).with_undo(Undo(
        of=f"change of the group {group.name}", done=f"Account group {group.name} changed.", command=edit_group,
        arguments={"group_id": group_id, **now, "seen": GroupDetails(
            code=group.code, name=group.name, description=group.description, kind=GroupKind(group.kind),
            access=GroupAccess(group.access))}))


_LABELS: Final = {"code": "Code", "name": "Name", "description": "Description", "kind": "Kind",
                  "access": "Access code"}
_WORDS: Final[Mapping[str, str]] = {
    GroupKind.SECURITY: "Security group", GroupKind.DISTRIBUTION: "Distribution group",
    GroupAccess.SEE_ALL: "See all", GroupAccess.ALLOW: "Allow some", GroupAccess.DENY: "Deny some"}


def delete_group(session: Session, *, group_id: int) -> ChangeSet:
    """Delete a group that has no members, limits no staff and is left out of no scan.

    It concerns every customer of the provider: whoever sees some of them only cannot know that it is empty.
    """
    group = require_group(session, group_id, Power.GROUPS_ADMIN)
    require_unlimited(session, group.provider_id, Power.GROUPS_ADMIN)
    require_module(session, group.provider_id, Module.ACCOUNT_GROUPS)
    if not lock_row(session, "account_group", "id", group_id):
        raise NotFound("There is no such account group any more.")
    why = deletion_refusal(session, group_id=group_id)
    if why:
        raise RefusedByRule(why)
    write_audit(session, provider_id=group.provider_id, action="group_deleted",
                detail=f"Account group {group.name} deleted.", field="group", old=group.name)
    session.delete(group)
    session.flush()
    return _CHANGED


def deletion_refusal(session: Session, *, group_id: int) -> str:
    """Why a group cannot be deleted, and what would be right; empty where it can."""
    group = require_group(session, group_id, Power.GROUPS)
    members = session.scalar(select(func.count()).select_from(AccountGroupMember)
                             .where(AccountGroupMember.group_id == group_id)) or 0
    if members:
        return (f"{group.name} has {counted(members, 'member')}. Only an empty group can be deleted: remove its "
                "members first.")
    units = session.scalars(_units_of(group_id)).all()
    if units:
        return f"{group.name} limits the staff of {listed(units)}. Untie it there first."
    if _is_excluded(session, group_id):
        return f"Suspension rules leave {group.name} out, and rules are kept for good, so the group stays too."
    return ""


# --------------------------------------------------------------------------- members


def add_to_group(session: Session, *, group_id: int, account_ids: Chosen) -> MembersChanged:
    """Add accounts to a group of their provider, all or none; members stay members."""
    group = require_group(session, group_id, Power.GROUPS_ADMIN)
    wanted, already = _sorted_out(session, group, account_ids, Power.GROUPS_ADMIN)
    new = [account_id for account_id in wanted if account_id not in already]
    if new and group.access == GroupAccess.ALLOW:
        _refuse_showing(session, group)
    insert_rows(session, AccountGroupMember, [
        {"provider_id": group.provider_id, "group_id": group_id, "account_id": account_id} for account_id in new])
    note_members(session, group_id=group_id, account_ids=new, were_members=False,
                 on=business_day(session, group.provider_id))
    _audit_each(session, group, new, action="group_joined")
    changes = _touched(new).with_undo(_way_back(group, new, joined=True))
    return MembersChanged(changed=len(new), unchanged=len(wanted) - len(new), changes=changes)


def remove_from_group(session: Session, *, group_id: int, account_ids: Chosen) -> MembersChanged:
    """Take accounts out of a group, all or none; what is no member stays none."""
    group = require_group(session, group_id, Power.GROUPS_REMOVE)
    wanted, members = _sorted_out(session, group, account_ids, Power.GROUPS_REMOVE)
    going = [account_id for account_id in wanted if account_id in members]
    if going and group.access == GroupAccess.DENY:
        _refuse_showing(session, group)
    if going:
        session.execute(delete(AccountGroupMember).where(
            AccountGroupMember.group_id == group_id, among(session, AccountGroupMember.account_id, going)))
        note_members(session, group_id=group_id, account_ids=going, were_members=True,
                     on=business_day(session, group.provider_id))
        _audit_each(session, group, going, action="group_left")
    changes = _touched(going).with_undo(_way_back(group, going, joined=False))
    return MembersChanged(changed=len(going), unchanged=len(wanted) - len(going), changes=changes)


def members_back(session: Session, *, group_id: int, account_ids: Collection[int], joined: bool) -> Outlook:
    """How many accounts that joined a group, or left it, still are as they were left, and who the others are."""
    require_group(session, group_id, Power.GROUPS)
    members = select(AccountGroupMember.account_id).where(AccountGroupMember.group_id == group_id)
    changed = Account.id.not_in(members) if joined else Account.id.in_(members)
    names = select(Account.name).where(among(session, Account.id, account_ids), visible(session), changed)
    kept = session.scalars(names.order_by(Account.name_key, Account.id)).all()
    return Outlook(can=len(account_ids) - len(kept), kept=len(kept), names=tuple(kept[:_NAMED_AT_MOST]))


def _way_back(group: AccountGroup, account_ids: Sequence[int], *, joined: bool) -> Undo:
    count, ids = counted(len(account_ids), "account"), tuple(account_ids)
    return Undo(
        of=f"{count} added to {group.name}" if joined else f"{count} removed from {group.name}",
        done=f"{count} added to {group.name}." if joined else f"{count} removed from {group.name}.",
        command=remove_from_group if joined else add_to_group,
        arguments={"group_id": group.id, "account_ids": ids}, outlook=members_back,
        asks={"group_id": group.id, "account_ids": ids, "joined": joined})


def _sorted_out(
    session: Session, group: AccountGroup, chosen: Chosen, power: Power
) -> tuple[list[int], frozenset[int]]:
    """The accounts that are meant, all the person's to change, and those of them that are members now."""
    require_module(session, group.provider_id, Module.ACCOUNT_GROUPS)
    if isinstance(chosen, Matching):
        today = business_day(session, group.provider_id)
        which = matching_customers(session, provider_id=group.provider_id, as_of=today, filter_text=chosen.text)
        if power is Power.GROUPS_REMOVE:
            which = which.where(Account.id.in_(select(AccountGroupMember.account_id).where(
                AccountGroupMember.group_id == group.id)))
        wanted = list(session.scalars(which))
    else:
        wanted = list(dict.fromkeys(chosen))
    require_accounts(session, wanted, power, edit=True)
    _refuse_strangers(session, group, wanted)
    lock_row(session, "account_group", "id", group.id)
    if not wanted:
        return [], frozenset()
    found = session.scalars(select(AccountGroupMember.account_id).where(
        AccountGroupMember.group_id == group.id, among(session, AccountGroupMember.account_id, wanted)))
    return wanted, frozenset(found)


def _refuse_showing(session: Session, group: AccountGroup) -> None:
    """Into Allow, or out of Deny: the staff tied to it see more. Not by whoever sees some customers only."""
    units = session.scalars(_units_of(group.id)).all()
    if units and principal_of(session).sees_some_only:
        raise NotAllowed(f"{group.name} decides which customers the staff of {listed(units)} see. Your org unit "
                         "reaches some customers only, so it does not show them to others.")


def _refuse_strangers(session: Session, group: AccountGroup, account_ids: Collection[int]) -> None:
    if not account_ids:
        return
    known = session.execute(
        select(Account.code, Account.provider_id).where(among(session, Account.id, account_ids))).all()
    if len(known) < len(account_ids):
        raise NotFound("Some of these accounts do not exist.")
    stranger = min((row.code for row in known if row.provider_id != group.provider_id), default=None)
    if stranger is not None:
        raise RefusedByRule(f"{stranger} belongs to another provider. A group holds accounts of its own provider only.")


def _audit_each(session: Session, group: AccountGroup, account_ids: Iterable[int], *, action: str) -> None:
    joined = action == "group_joined"
    words = "Added to the account group {group}." if joined else "Removed from the account group {group}."
    now, actor = recorded_now(session), actor_of(session)
    insert_rows(session, AuditEntry, [
        {"provider_id": group.provider_id, "account_id": account_id, "action": action, "field": "group",
         "detail": words.format(group=group.name),
         "old_value": None if joined else group.name, "new_value": group.name if joined else None,
         "actor": actor, "recorded_at": now} for account_id in account_ids])


def _touched(account_ids: Collection[int]) -> ChangeSet:
    if not account_ids:
        return ChangeSet.empty()
    return ChangeSet.of(Changed.GROUPS, Changed.ACCOUNTS, accounts=frozenset(account_ids))


# --------------------------------------------------------------------------- inside


def require_group(session: Session, group_id: int, power: Power) -> AccountGroup:
    """The group, where the person has the power and its provider is within their reach."""
    authorize(session, power)
    group = session.get(AccountGroup, group_id)
    if group is None or not _in_reach(session, group.provider_id):
        raise NotFound("There is no such account group.")
    return group


def _in_reach(session: Session, provider_id: int) -> bool:
    providers = principal_of(session).providers
    return providers is None or provider_id in providers


def _units_of(group_id: int) -> Select[str]:
    return (select(OrgUnit.name).join(OrgUnitGroup, OrgUnitGroup.unit_id == OrgUnit.id)
            .where(OrgUnitGroup.group_id == group_id).order_by(OrgUnit.name))


def _is_excluded(session: Session, group_id: int) -> bool:
    found = session.scalar(select(RuleSetExcludedGroup.group_id).where(RuleSetExcludedGroup.group_id == group_id)
                           .limit(1))
    return found is not None


def _cleaned(code: str, name: str, description: str) -> dict[str, str]:
    texts = {"code": code.strip(), "name": name.strip(), "description": description.strip()}
    if not texts["code"]:
        raise InputRejected("An account group needs a code, for instance VIP.")
    if not texts["name"]:
        raise InputRejected("An account group needs a name, as colleagues will read it.")
    for field, text in texts.items():
        require_text(field, f"The {field}", text, has_lines=field == "description")
        if len(text) > LIMITS[field]:
            raise InputRejected(f"The {field} has {counted(len(text), 'character')}; at most {LIMITS[field]} fit.")
    return texts


def _refuse_taken(session: Session, provider_id: int, code: str) -> None:
    taken = session.scalars(select(AccountGroup.name).where(
        AccountGroup.provider_id == provider_id, AccountGroup.code == code)).one_or_none()
    if taken is not None:
        raise RefusedByRule(f'The code "{code}" is that of the group {taken}; codes are unique within a provider.')


def _refuse_limiting_list(kind: GroupKind, access: GroupAccess) -> None:
    if kind is GroupKind.DISTRIBUTION and access is not GroupAccess.SEE_ALL:
        raise InputRejected("A distribution group never limits staff. Make it a security group, or let staff see all.")


def _refuse_change_of_effect(session: Session, group: AccountGroup, kind: GroupKind) -> None:
    """Kind and access code decide what the staff of the tied org units see."""
    tied = session.execute(_units_of(group.id).add_columns(OrgUnit.id)).all()
    if tied:
        authorize(session, Power.GROUPS_ASSIGN)
    if principal_of(session).unit_id in {row.id for row in tied}:
        raise NotAllowed("Whoever is limited by a group cannot change that themselves.")
    if tied:
        require_unlimited(session, group.provider_id, Power.GROUPS_ASSIGN)
    for row in tied:
        refuse_touching_stronger(session, row.name, powers_of_units(session, [row.id]))
    if kind is GroupKind.DISTRIBUTION and tied:
        raise RefusedByRule(f"{group.name} limits the staff of {listed([row.name for row in tied])}. Untie it there "
                            "first; a distribution group limits nobody.")
    if kind is GroupKind.SECURITY and _is_excluded(session, group.id):
        raise RefusedByRule(f"Suspension rules leave {group.name} out, and those name distribution groups only. "
                            "Create another group for staff.")
