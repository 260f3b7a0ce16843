"""*What does this person see?*: which rule lets or hides, and why one account is seen, only looked at, or hidden.

The answer comes from the very conditions that guard every list (`visible_to`, `editable_to`), asked for the other
person. Whoever asks needs the power *Staff list*, and counts only what they see themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroupMember
from app.models.parties.powers import POWER_WORDS, Power
from app.models.parties.staff import StaffUser
from app.models.values import PROVIDER_TYPES, AccountType, GroupAccess, GroupLevel
from app.services.access.authorize import (
    authorize,
    editable_to,
    require_account,
    require_provider,
    visible,
    visible_to,
    within_reach_of,
)
from app.services.access.principal import GroupLimit, Principal, load_principal
from app.services.errors import NotFound
from app.services.wording import by_count, counted, listed

_CHANGING = (Power.CUSTOMERS_EDIT, Power.CUSTOMERS_STATUS, Power.CUSTOMERS_MOVE)


class Sees(StrEnum):
    """What a person may do with one account."""

    CHANGES = "changes"
    LOOKS = "looks"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class SightRule:
    """One rule that lets or hides."""

    name: str
    """What the rule is: the provider, the org unit, or a group."""
    effect: str
    """Shows, Limits or Hides."""
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one person sees, of what whoever asks sees too."""

    staff_id: int
    name: str
    rules: tuple[SightRule, ...]
    seen: int
    """Customers they may open."""
    changed: int
    """Of those, customers they may change."""
    hidden: int
    """Customers of their own providers that agent or groups hide from them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSight:
    """Why one person sees one account or not."""

    account_id: int
    code: str
    name: str
    sees: Sees
    why: str


def sight_of(session: Session, *, staff_id: int) -> Sight:
    """The rules of one person, with counts. Inactive users are answered as if they were active."""
    person = _person(session, staff_id)
    customers = and_(Account.type.not_in(sorted({*PROVIDER_TYPES, AccountType.SYSTEM})), visible(session))
    may_look = person.may(Power.CUSTOMERS)
    seen = _count(session, customers, visible_to(person)) if may_look else 0
    may_change = may_look and any(person.may(power) for power in _CHANGING)
    changed = _count(session, customers, editable_to(person)) if may_change else 0
    reachable = _count(session, customers, _of_providers(person))
    return Sight(staff_id=staff_id, name=person.name, rules=tuple(_rules(session, person)), seen=seen, changed=changed,
                 hidden=reachable - seen)


def sight_of_account(session: Session, *, staff_id: int, account_id: int) -> AccountSight:
    """Why one person sees one account, only looks at it, or does not see it. Both must be within one's own sight."""
    person = _person(session, staff_id)
    account = require_account(session, account_id, Power.CUSTOMERS)
    holds = _holds_for(session, account_id)
    if not person.may(Power.CUSTOMERS):
        return _answer(account, Sees.NOTHING, f'{person.name} does not have the power '
                                              f'"{POWER_WORDS[Power.CUSTOMERS].label}", so they see no customer.')
    if not holds(visible_to(person)):
        return _answer(account, Sees.NOTHING, _why_hidden(session, person, account))
    if not any(person.may(power) for power in _CHANGING):
        return _answer(account, Sees.LOOKS, f"{_why_seen(session, person, account)} No role of their org unit gives a "
                                            "power to change customers.")
    if not holds(editable_to(person)):
        return _answer(account, Sees.LOOKS, f"{_why_seen(session, person, account)} None of these groups is tied for "
                                            "changing.")
    return _answer(account, Sees.CHANGES, _why_seen(session, person, account))


# --------------------------------------------------------------------------- inside


def _person(session: Session, staff_id: int) -> Principal:
    authorize(session, Power.STAFF)
    staff = session.get(StaffUser, staff_id)
    if staff is None:
        raise NotFound("There is no such staff user.")
    require_provider(session, staff.provider_id, Power.STAFF)
    return load_principal(session, staff_id, even_inactive=True)


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Account).where(*conditions)) or 0


def _of_providers(person: Principal) -> ColumnElement[bool]:
    """What they would reach without agent and groups."""
    return within_reach_of(Principal(name=person.name, powers=person.powers, staff_id=person.staff_id,
                                     providers=person.providers,
                                     customer_providers=person.customer_providers))


def _holds_for(session: Session, account_id: int) -> Callable[[ColumnElement[bool]], bool]:
    def holds(condition: ColumnElement[bool]) -> bool:
        return session.scalar(select(Account.id).where(Account.id == account_id, condition)) is not None

    return holds


def _answer(account: Account, sees: Sees, why: str) -> AccountSight:
    return AccountSight(account_id=account.id, code=account.code, name=account.name, sees=sees, why=why)


def _rules(session: Session, person: Principal) -> list[SightRule]:
    provider = _name(session, person.provider_id)
    rules = [SightRule(name=provider, effect="Shows", words=_reach_words(person, provider))]
    if not person.may(Power.CUSTOMERS):
        rules.append(SightRule(name="Powers", effect="Hides",
                               words=f'No role gives the power "{POWER_WORDS[Power.CUSTOMERS].label}": '
                                                  "they see no customer at all."))
    elif not any(person.may(power) for power in _CHANGING):
        rules.append(SightRule(name="Powers", effect="Limits",
                               words="No role gives a power to change customers: they look only."))
    if person.agent_id is not None:
        agent = _name(session, person.agent_id)
        rules.append(SightRule(name=person.unit, effect="Limits",
                               words=f"The org unit is that of the agent {agent}: its staff see only "
                                                      "customers recorded with that agent."))
    counts = _members(session, person)
    see_all = bool(person.groups(GroupAccess.SEE_ALL))
    deny_first = sorted(person.limits, key=lambda one: (one.access != GroupAccess.DENY, one.name))
    rules += [_group_rule(limit, counts.get(limit.group_id, 0), see_all=see_all) for limit in deny_first]
    if not person.limits:
        rules.append(SightRule(name=person.unit, effect="Shows", words="No account group limits this org unit."))
    return rules


def _reach_words(person: Principal, provider: str) -> str:
    if person.providers is None:
        return f"Works for {provider}, the operator: reaches every provider and every customer."
    below = len(person.providers) - 1
    if person.customer_providers == person.providers and below:
        return f"Works for {provider}: reaches its customers and those of {counted(below, 'provider')} below it."
    if below:
        return (f"Works for {provider}: reaches {counted(below, 'provider')} below it, but not their customers; that "
                f'needs the power "{POWER_WORDS[Power.CUSTOMERS_DOWNSTREAM].label}".')
    return f"Works for {provider}: reaches its customers and no other provider's."


def _group_rule(limit: GroupLimit, members: int, *, see_all: bool) -> SightRule:
    accounts = counted(members, "account")
    level = "change them" if limit.level is GroupLevel.EDIT else "only look at them"
    if limit.access is GroupAccess.DENY:
        return SightRule(name=limit.name, effect="Hides",
                         words=f"Deny some: its {accounts} stay hidden, whatever other groups say.")
    if limit.access is GroupAccess.SEE_ALL:
        return SightRule(name=limit.name, effect="Shows",
                         words=f"See all: lifts the limits of Allow groups; they may {level}.")
    if see_all:
        return SightRule(name=limit.name, effect="Shows", words=f"Allow some ({accounts}): lifted by a See all group.")
    return SightRule(name=limit.name, effect="Limits",
                     words=f"Allow some: they see its {accounts}, with those of other Allow groups, "
                                           f"and may {level}.")


def _members(session: Session, person: Principal) -> dict[int, int]:
    rows = session.execute(
        select(AccountGroupMember.group_id, func.count()).join(Account, Account.id == AccountGroupMember.account_id)
        .where(AccountGroupMember.group_id.in_([limit.group_id for limit in person.limits]), visible(session))
        .group_by(AccountGroupMember.group_id))
    return {row[0]: row[1] for row in rows}


def _why_hidden(session: Session, person: Principal, account: Account) -> str:
    holds = _holds_for(session, account.id)
    provider = _name(session, account.provider_id)
    if not holds(_of_providers(person)):
        return f"{person.name} does not reach the customers of {provider}."
    if not holds(within_reach_of(person)):
        return f"The org unit {person.unit} is that of an agent, and {account.name} is not recorded with that agent."
    mine = _groups_with(session, person, account)
    denied = [limit.name for limit in mine if limit.access is GroupAccess.DENY]
    if denied:
        return by_count(
            len(denied),
            "It is in the group {groups}, which the org unit {unit} is barred from (Deny some). That goes before all.",
            "It is in the groups {groups}, which the org unit {unit} is barred from (Deny some). That goes before all.",
            unit=str(person.unit), groups=listed(denied))
    allowed = [limit.name for limit in person.limits if limit.access is GroupAccess.ALLOW]
    return by_count(
        len(allowed),
        "The org unit {unit} sees only the accounts of the group {groups} (Allow some), and it is in none.",
        "The org unit {unit} sees only the accounts of the groups {groups} (Allow some), and it is in none.",
        unit=str(person.unit), groups=listed(allowed))


def _why_seen(session: Session, person: Principal, account: Account) -> str:
    allowed = person.groups(GroupAccess.ALLOW)
    see_all = [limit.name for limit in person.limits if limit.access is GroupAccess.SEE_ALL]
    if account.type in PROVIDER_TYPES:
        return f"{person.name} works for this provider or one above it; groups never hide providers."
    if see_all:
        return by_count(
            len(see_all), "The org unit {unit} sees all accounts through the group {groups}.",
            "The org unit {unit} sees all accounts through the groups {groups}.", unit=str(person.unit),
            groups=listed(see_all))
    if allowed:
        names = [one.name for one in _groups_with(session, person, account) if one.access is GroupAccess.ALLOW]
        return by_count(
            len(names), "It is in the group {groups}, whose accounts the org unit {unit} sees (Allow some).",
            "It is in the groups {groups}, whose accounts the org unit {unit} sees (Allow some).",
            unit=str(person.unit), groups=listed(names))
    if person.agent_id is not None:
        return f"It is recorded with the agent of the org unit {person.unit}."
    return f"{person.name} reaches the customers of {_name(session, account.provider_id)}, and no group hides it."


def _groups_with(session: Session, person: Principal, account: Account) -> list[GroupLimit]:
    """The person's limiting groups that the account is in."""
    ids = set(session.scalars(select(AccountGroupMember.group_id).where(AccountGroupMember.account_id == account.id)))
    return [limit for limit in person.limits if limit.group_id in ids]


def _name(session: Session, account_id: int | None) -> str:
    return session.scalars(select(Account.name).where(Account.id == account_id)).one()
