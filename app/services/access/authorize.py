"""May this person do that? The one place that says no (ARCHITECTURE.md, "Powers").

Every public service asks here, buttons only ask ahead. There are three questions: has the person the power
(`authorize`), is this account within their reach (`require_account`, `require_provider`), and which of many accounts
are (`visible`). What a person may not see does not exist for them: it is not found, not counted and not hinted at.

Reach follows the hierarchy: the operator's staff reach everything, retail staff their provider, agent staff the
customers recorded with their agent, wholesale staff the providers below, and those providers' customers only with the
power *Downstream customers*. Security groups narrow the customers further ("Groups" there): the union of Allow groups
if there is one, less the union of Deny groups; *See all* lifts Allow, never Deny. A group tied for looking alone
refuses every change.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroupMember
from app.models.parties.powers import POWER_WORDS, Power
from app.models.values import PROVIDER_TYPES, GroupAccess, GroupLevel
from app.services.access.principal import Principal, principal_of
from app.services.errors import NotAllowed, NotFound

_PROVIDERS = sorted(PROVIDER_TYPES)


def may(session: Session, power: Power) -> bool:
    """Whether the person has a power, for what is shown or greyed out."""
    return principal_of(session).may(power)


def authorize(session: Session, power: Power) -> Principal:
    """Raise NotAllowed, naming the power, unless the person has it."""
    return authorize_any(session, (power,))


def authorize_any(session: Session, powers: Sequence[Power]) -> Principal:
    """Raise NotAllowed unless the person has one of these powers; the first is named as the one that would do."""
    principal = principal_of(session)
    if not any(principal.may(power) for power in powers):
        label = POWER_WORDS[powers[0]].label
        raise NotAllowed(f'{principal.name} does not have the power "{label}". A role of the org unit can give it.')
    return principal


# --------------------------------------------------------------------------- which accounts


def visible(session: Session, account: Any = Account) -> ColumnElement[bool]:
    """The condition that leaves the accounts a person may see; `account` may be an alias."""
    return visible_to(principal_of(session), account)


def editable(session: Session, account: Any = Account) -> ColumnElement[bool]:
    """The condition that leaves the accounts whose groups let the person change them; powers are asked besides."""
    return editable_to(principal_of(session), account)


def visible_to(principal: Principal, account: Any = Account) -> ColumnElement[bool]:
    """The same for a principal in hand."""
    if principal.reaches_everything:
        return true()
    return and_(within_reach_of(principal, account), _groups_allow(principal, account))


def editable_to(principal: Principal, account: Any = Account) -> ColumnElement[bool]:
    """The same for a principal in hand."""
    if principal.reaches_everything:
        return true()
    return and_(visible_to(principal, account), _groups_let_edit(principal, account))


def within_reach_of(principal: Principal, account: Any = Account) -> ColumnElement[bool]:
    """What provider and agent leave, before groups narrow it."""
    if principal.agent_id is not None:
        return or_(account.id == principal.agent_id, account.created_by_agent_id == principal.agent_id)
    if principal.providers is None or principal.customer_providers is None:
        return true()
    own = account.id.in_(sorted(principal.providers))
    customers = and_(account.provider_id.in_(sorted(principal.customer_providers)), account.type.not_in(_PROVIDERS))
    return or_(own, customers)


def _groups_allow(principal: Principal, account: Any) -> ColumnElement[bool]:
    """Groups narrow customers, never the providers they belong to."""
    tests: list[ColumnElement[bool]] = []
    allowed = principal.groups(GroupAccess.ALLOW)
    if allowed and not principal.groups(GroupAccess.SEE_ALL):
        tests.append(_is_member(account, allowed))
    denied = principal.groups(GroupAccess.DENY)
    if denied:
        tests.append(~_is_member(account, denied))
    return or_(account.type.in_(_PROVIDERS), and_(*tests)) if tests else true()


def _groups_let_edit(principal: Principal, account: Any) -> ColumnElement[bool]:
    """Where Allow or See-all groups give the reach, one tied for changing must give it."""
    see_all, allow = principal.groups(GroupAccess.SEE_ALL), principal.groups(GroupAccess.ALLOW)
    if not see_all and not allow:
        return true()
    if principal.groups(GroupAccess.SEE_ALL, GroupLevel.EDIT):
        return true()
    changing = principal.groups(GroupAccess.ALLOW, GroupLevel.EDIT)
    return or_(account.type.in_(_PROVIDERS), _is_member(account, changing) if changing else false())


def _is_member(account: Any, groups: Collection[int]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = account.id.in_(
        select(AccountGroupMember.account_id).where(AccountGroupMember.group_id.in_(sorted(groups))))
    return found


# --------------------------------------------------------------------------- one or several


def require_account(session: Session, account_id: int, power: Power, *, edit: bool = False) -> Account:
    """The account, where the person has the power and it is within their reach; `edit` where it is to be changed.

    Raises NotAllowed for the power or a group that lets it be looked at only, NotFound for what is out of reach.
    """
    authorize(session, power)
    account = session.scalars(select(Account).where(Account.id == account_id, visible(session))).one_or_none()
    if account is None:
        raise NotFound("There is no such account in this database.")
    if edit:
        _require_editable(session, [account])
    return account


def require_accounts(session: Session, account_ids: Collection[int], power: Power, *, edit: bool = False) -> None:
    """The same for many at once: one out of reach refuses them all."""
    authorize(session, power)
    if principal_of(session).reaches_everything:
        return
    for part in _parts(sorted(set(account_ids))):
        found = session.scalars(select(Account).where(Account.id.in_(part), visible(session))).all()
        if len(found) < len(part):
            raise NotFound("Some of these accounts do not exist.")
        if edit:
            _require_editable(session, found)


def seen_among(session: Session, account_ids: Collection[int]) -> set[int]:
    """Those of some accounts that a person may see."""
    if principal_of(session).reaches_everything:
        return set(account_ids)
    found: set[int] = set()
    for part in _parts(sorted(set(account_ids))):
        found |= set(session.scalars(select(Account.id).where(Account.id.in_(part), visible(session))))
    return found


def account_of_document(session: Session, transaction_id: int) -> int:
    """The account of a ledger row, to ask about; an unknown row is an account nobody has."""
    found = session.scalar(select(FinancialTransaction.account_id).where(FinancialTransaction.id == transaction_id))
    return found if found is not None else -1


def require_unlimited(session: Session, provider_id: int, power: Power) -> Account:
    """For what concerns every customer of a provider: nobody whose groups or agent give them some of them only."""
    provider = require_provider(session, provider_id, power)
    principal = principal_of(session)
    if principal.sees_some_only:
        raise NotAllowed(f"This concerns every customer of {provider.name}; your org unit reaches some of them only.")
    if principal.customer_providers is not None and provider_id not in principal.customer_providers:
        raise NotAllowed(f"This concerns the customers of {provider.name}; that needs the power "
                         f'"{POWER_WORDS[Power.CUSTOMERS_DOWNSTREAM].label}".')
    return provider


def require_provider(session: Session, provider_id: int, power: Power) -> Account:
    """The provider, where the person has the power and works for it or for one above it."""
    principal = authorize(session, power)
    provider = session.get(Account, provider_id)
    in_reach = principal.providers is None or provider_id in principal.providers
    if provider is None or provider.type not in PROVIDER_TYPES or not in_reach:
        raise NotFound("There is no such provider.")
    return provider


def _require_editable(session: Session, accounts: Sequence[Account]) -> None:
    ids = [account.id for account in accounts]
    changing = set(session.scalars(select(Account.id).where(Account.id.in_(ids), editable(session))))
    refused = [account for account in accounts if account.id not in changing]
    if refused:
        raise NotAllowed(f"You may look at {refused[0].name}, but not change it: your account groups give it to your "
                         "org unit for looking only.")


def _parts(ids: Sequence[int], size: int = 5000) -> list[Sequence[int]]:
    return [ids[start:start + size] for start in range(0, len(ids), size)]
