"""The accounts of a provider itself: *suspense*, for money whose owner is not known, and *write-off*, for lost debt.

Both come with the provider. They are never suspended nor cancelled, and hold what was posted on them for good.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.values import AccountType
from app.services.errors import RefusedByRule
from app.services.hierarchy.accounts import provide_system_accounts


def system_account(session: Session, *, provider_id: int, code: str) -> Account:
    """A system account of a provider by its code; made at the first need where a provider came without."""
    found = _found(session, provider_id, code)
    if found is None:
        provide_system_accounts(session, provider_id=provider_id)
        found = _found(session, provider_id, code)
    if found is None:
        home = session.get_one(Account, provider_id)
        raise RefusedByRule(f"{home.name} has a customer with the code {code}, so its account of the system of that "
                            "name cannot be made. Give the customer another code.")
    return found


def _found(session: Session, provider_id: int, code: str) -> Account | None:
    return session.scalars(select(Account).where(
        Account.provider_id == provider_id, Account.code == code,
        Account.type == AccountType.SYSTEM.value)).one_or_none()
