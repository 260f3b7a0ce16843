"""The operator: the root of the hierarchy, which every database holds from its first day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account, folded_keys
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.values import AccountStatus, AccountType, Enterprise, Lifecycle
from app.services.attributes.writing import rebuild_provider_effective
from app.services.database.unit_of_work import recorded_now

OPERATOR_CODE = "operator"
DEFAULT_PROFILE_NAME = "Default Profile"


def operator_of(session: Session) -> Account:
    """The root of the hierarchy."""
    return session.scalars(select(Account).where(Account.type == AccountType.OPERATOR)).one()


def create_operator(session: Session) -> list[str]:
    """Create the root of the hierarchy with its default profile; says so in a sentence, and nothing where it exists.

    It is what `upgrade` seeds every database with.
    """
    if session.scalar(select(Account.id).where(Account.type == AccountType.OPERATOR)) is not None:
        return []
    now = recorded_now(session)
    # The root belongs to itself, so its keys are filled in a second step; they are checked at the commit.
    operator_id = session.execute(
        insert(Account).values(
            provider_id=0, parent_id=None, code=OPERATOR_CODE, type=AccountType.OPERATOR,
            enterprise=Enterprise.ORGANISATION, name="Operator", profile_id=0, currency="EUR",
            start_date=date(1970, 1, 1), lifecycle=Lifecycle.ACTIVE, status=AccountStatus.ACTIVE,
            **folded_keys(OPERATOR_CODE, "Operator"), recorded_at=now,
        ).returning(Account.id)
    ).scalar_one()
    session.execute(insert(Provider).values(account_id=operator_id, default_profile_id=0, currency="EUR"))
    profile_id = session.execute(
        insert(AccountProfile).values(provider_id=operator_id, name=DEFAULT_PROFILE_NAME).returning(AccountProfile.id)
    ).scalar_one()
    session.execute(
        update(Account).where(Account.id == operator_id).values(provider_id=operator_id, profile_id=profile_id)
    )
    session.execute(
        update(Provider).where(Provider.account_id == operator_id).values(default_profile_id=profile_id)
    )
    rebuild_provider_effective(session, provider_id=operator_id)
    return [f'The operator account "{OPERATOR_CODE}" was created.']
