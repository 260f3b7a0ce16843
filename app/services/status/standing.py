"""How an account stands before its status is changed, and who works there."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.rules.status_changes import By, Standing
from app.models.suspension.hold import Hold
from app.models.values import AccountType, HoldKind, Lifecycle
from app.services.access.principal import principal_of
from app.services.errors import RefusedByRule


def standing_of(session: Session, account: Account) -> Standing:
    """An account as the rules of status changes see it."""
    if account.type in (AccountType.OPERATOR, AccountType.SYSTEM):
        raise RefusedByRule(f"{account.name} is no customer and no provider below another; its status never changes.")
    kinds = session.scalars(select(Hold.kind).where(Hold.account_id == account.id, Hold.lifted_on.is_(None)))
    provider = session.scalars(select(Account.name).where(Account.id == account.provider_id)).one()
    return Standing(name=account.name, lifecycle=Lifecycle(account.lifecycle), holds=frozenset(map(HoldKind, kinds)),
                    provider=provider)


def acting_on(session: Session, account: Account) -> By:
    """Who works here, as seen from an account within their reach."""
    who = principal_of(session)
    if who.is_oneself(account.id):
        return By.ITSELF
    if who.agent_id is not None:
        return By.AGENT
    return By.OPERATOR if who.providers is None else By.ABOVE
