"""What would follow if an account joined a group account or left it: asked before anything is written.

Lines of bills carry no product yet, so what the last ones would have cost each of the two cannot be said; said are the
preconditions, who pays for what from then on, the credit of both, and what stays owed where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.group_accounts.membership import GroupMembership
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.action_checks import Check
from app.models.rules.credit_standing import credit_left
from app.models.values import Funding, FundingScope, Lifecycle, Money, grouped_amount
from app.services.access.authorize import require_account
from app.services.attributes.resolving import effective_values
from app.services.currencies.conversion import limit_in_own_currency
from app.services.group_accounts.checks import join_checks
from app.services.group_accounts.joining import membership_of
from app.services.group_accounts.stored import funding_words, open_memberships
from app.services.ledger.reading import account_figures
from app.services.providers.business_day import business_day
from app.services.wording import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOutlook:
    """What a change of a group account would come to."""

    parent: str
    member: str
    """Names of the two."""
    checks: tuple[Check, ...]
    effects: tuple[Reason, ...]
    """What would follow, each with a code; empty where a check failed."""

    @property
    def is_allowed(self) -> bool:
        return all(check.passed for check in self.checks)


def outlook_of_joining(session: Session, *, parent_id: int, member_id: int, funding: Funding) -> GroupOutlook:
    """What joining would come to; writes nothing."""
    parent = require_account(session, parent_id, Power.CUSTOMERS_FUNDING, edit=True)
    member = require_account(session, member_id, Power.CUSTOMERS_FUNDING, edit=True)
    checks = join_checks(session, parent, member, funding)
    effects = tuple(_joining(session, parent, member, funding)) if all(check.passed for check in checks) else ()
    return GroupOutlook(parent=parent.name, member=member.name, checks=checks, effects=effects)


def outlook_of_leaving(session: Session, *, parent_id: int, member_id: int) -> GroupOutlook:
    """What leaving would come to; writes nothing. Raises RefusedByRule where the account is no member."""
    parent = require_account(session, parent_id, Power.CUSTOMERS_FUNDING, edit=True)
    member = require_account(session, member_id, Power.CUSTOMERS_FUNDING, edit=True)
    row = membership_of(session, parent, member)
    is_last = session.scalar(select(func.count()).where(
        GroupMembership.group_id == row.group_id, GroupMembership.left_on.is_(None))) == 1
    effects = [Reason(code="funding_ends", words=f"From today on {member.name} is invoiced for everything. What "
                                                 f"{parent.name} was invoiced for stays with {parent.name}.")]
    if row.held_by_parent and member.lifecycle != Lifecycle.TERMINATED:
        effects.append(Reason(code="hold_lifted", words=(
            f"The hold that came down from {parent.name} is lifted. While {parent.name} is not active, {member.name} "
            "cannot join again.")))
    if is_last:
        effects.append(Reason(code="stands_alone", words=f"{parent.name} has no other member and stands alone again."))
    check = Check(code="is_member", words=f"{parent.name} pays for {member.name}.", passed=True)
    return GroupOutlook(parent=parent.name, member=member.name, checks=(check,), effects=(*effects,))


def _joining(session: Session, parent: Account, member: Account, funding: Funding) -> Iterator[Reason]:
    if not open_memberships(session, of_parent=parent.id):
        yield Reason(code="becomes_parent", words=f"{parent.name} becomes the parent of a group account.")
    rest = ("Goods, one-time services and usage" if funding.scope is FundingScope.FULL else "Everything else")
    yield Reason(code="funding", words=(
        f"From today on {parent.name} pays for {member.name}: {funding_words(funding)}. {rest} {member.name} goes on "
        "paying."))
    yield Reason(code="cascade", words=(
        f"When {parent.name} is suspended, reactivated or cancelled, so is {member.name}. What automation holds for "
        f"overdue debts stays with the account that owes."))
    for code, account in (("parent_credit", parent), ("member_credit", member)):
        yield Reason(code=code, words=_credit(session, account))
    for code, account in (("parent_debt", parent), ("member_debt", member)):
        words = _debt(session, account)
        if words:
            yield Reason(code=code, words=words)


def _credit(session: Session, account: Account) -> str:
    """What an account may still owe: the parent what is funded, the member the rest."""
    (answer,) = effective_values(session, account, ["credit_limit"])
    source = answer.effective.source
    if source is None or not isinstance(source.value, int):
        return f"{account.name} has no credit limit."
    stated = Money(source.value, source.currency or account.currency)
    converted = limit_in_own_currency(session, account=account, limit=stated)
    limit = stated if converted is None else converted.money
    left = credit_left(limit, Money(_balance(session, account), account.currency))
    said = f"{grouped_amount(limit.minor, limit.currency)} {limit.currency}"
    if left is None:
        return f"{account.name} has a credit limit of {said}; without a rate nothing can be said of what is left."
    if left.minor < 0:
        return f"{account.name} is over its credit limit of {said} by {_amount(account, -left.minor)}."
    return f"{account.name} has {_amount(account, left.minor)} left of its credit limit of {said}."


def _debt(session: Session, account: Account) -> str:
    balance = _balance(session, account)
    if balance > 0:
        return f"{account.name} owes {_amount(account, balance)}; that stays owed by {account.name}."
    return f"{account.name} has {_amount(account, -balance)} to its credit, which stays there." if balance else ""


def _balance(session: Session, account: Account) -> int:
    today = business_day(session, account.provider_id)
    return account_figures(session, [account.id], today)[account.id].balance_minor


def _amount(account: Account, minor: int) -> str:
    return f"{grouped_amount(minor, account.currency)} {account.currency}"
