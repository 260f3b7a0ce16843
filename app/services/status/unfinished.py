"""What is still going on in an account and has to end before the account does.

One question for whoever asks: commands, menus, the checklist of an action. It names things so that people find them.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models.group_accounts.membership import FundingGroup
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.request import ServiceRequest
from app.models.parties.service import Service
from app.models.rules.action_checks import Unfinished, drafts_words, requests_words, services_words
from app.models.rules.status_changes import STOPS_LIFECYCLE, lifecycle_refusal
from app.models.suspension.hold import Hold
from app.models.values import (
    PROVIDER_TYPES,
    AccountType,
    Lifecycle,
    RequestState,
    ServiceState,
    TransactionState,
    grouped_amount,
)
from app.services.database.dialects import among
from app.services.status.cascades import live_members
from app.services.status.standing import acting_on, standing_of

ENDED = (ServiceState.DEACTIVATED.value, ServiceState.CANCELLED.value)
"""States in which a service no longer goes on."""


def unfinished_business(session: Session, account: Account) -> Unfinished:
    """Services, drafts and service requests, whoever stands below, and members that cannot end with the account."""
    services = session.execute(
        select(Service.name, Service.identifier)
        .where(Service.account_id == account.id, Service.state.not_in(ENDED)).order_by(Service.id))
    t = FinancialTransaction
    drafts = session.execute(
        select(t.kind, t.reference, t.amount_minor, t.currency)
        .where(t.account_id == account.id, t.state == TransactionState.DRAFT.value).order_by(t.id))
    r = ServiceRequest
    requests = session.execute(select(r.number, r.subject).where(
        r.account_id == account.id, r.state == RequestState.OPEN.value).order_by(r.id))
    below = 0
    if account.type in PROVIDER_TYPES:
        below = session.scalars(select(func.count()).select_from(Account).where(
            Account.provider_id == account.id, Account.id != account.id, Account.type != AccountType.SYSTEM.value,
            Account.lifecycle != Lifecycle.TERMINATED.value)).one()
    return Unfinished(services=tuple(f"{row.name} {row.identifier}" for row in services),
                      drafts=tuple(_draft_words(*row) for row in drafts), below=below,
                      requests=tuple(f"{row.number} {row.subject}" for row in requests),
                      members=tuple(_members_in_the_way(session, account)))


def entangled_among(session: Session, account_ids: Collection[int]) -> set[int]:
    """Accounts that something may keep from being cancelled, of many at once: those worth a closer look."""
    below = aliased(Account)
    return set(session.scalars(select(Account.id).where(among(session, Account.id, account_ids), or_(
        exists().where(Service.account_id == Account.id, Service.state.not_in(ENDED)),
        exists().where(ServiceRequest.account_id == Account.id, ServiceRequest.state == RequestState.OPEN.value),
        exists().where(FinancialTransaction.account_id == Account.id,
                       FinancialTransaction.state == TransactionState.DRAFT.value),
        exists().where(FundingGroup.account_id == Account.id, FundingGroup.closed_on.is_(None)),
        Account.type.in_(sorted(PROVIDER_TYPES)) & exists().where(below.provider_id == Account.id)))))


def _members_in_the_way(session: Session, account: Account) -> list[str]:
    """Members of a group account that cannot be cancelled with their parent, each with what is in its own way."""
    members = live_members(session, account.id)
    ids = [member.id for member in members]
    stopped = session.scalars(select(Hold.account_id).where(
        among(session, Hold.account_id, ids), Hold.lifted_on.is_(None),
        Hold.kind.in_(sorted(kind.value for kind in STOPS_LIFECYCLE)))) if ids else ()
    suspects = {*entangled_among(session, ids), *stopped} if ids else set()
    found = []
    for member in members:
        why = _in_the_way_of(session, member) if member.id in suspects else ""
        found += [f"{member.name} {member.code}: {why}"] if why else []
    return found


def _in_the_way_of(session: Session, member: Account) -> str:
    refusal = lifecycle_refusal(standing_of(session, member), Lifecycle.TERMINATED, acting_on(session, member))
    todo = unfinished_business(session, member)
    words = (refusal or "", services_words(todo), drafts_words(todo), requests_words(todo))
    return ", ".join(each.removesuffix(".") for each in words if each)


def _draft_words(kind: str, reference: str | None, amount_minor: int, currency: str) -> str:
    """A draft as it can be found; one of before has no reference."""
    words = kind.replace("_", " ")
    return f"{words} {reference}" if reference else f"{words} of {grouped_amount(amount_minor, currency)} {currency}"
