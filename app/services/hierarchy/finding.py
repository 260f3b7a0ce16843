"""Finding accounts by the codes that people write; what somebody may not see is not found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, aliased

from app.models.parties.account import Account
from app.models.values import PROVIDER_TYPES
from app.services.access.authorize import visible
from app.services.errors import NotFound


def find_account(session: Session, text: str) -> Account:
    """The account that CODE or PROVIDER/CODE names.

    A code that several providers use needs the provider's code in front; the message lists the ways to write it.
    """
    matches = session.scalars(select(Account).where(Account.code == text, visible(session)).limit(6)).all()
    if not matches and "/" in text:
        matches = _found_with_provider(session, text)
    if not matches:
        raise NotFound(f'There is no account with the code "{text}".')
    if len(matches) > 1:
        providers = [session.get_one(Account, m.provider_id).code for m in matches]
        ways = ", ".join(sorted(f"{p}/{m.code}" for p, m in zip(providers, matches, strict=True)))
        raise NotFound(f'Several accounts have the code "{text}". Write one of: {ways}.')
    return matches[0]


def _found_with_provider(session: Session, text: str) -> Sequence[Account]:
    """Accounts that PROVIDER/CODE names; both may hold slashes, so the text is parted at each of them."""
    parts = text.split("/")
    ways = [("/".join(parts[:i]), "/".join(parts[i:])) for i in range(1, len(parts))]
    owner = aliased(Account)
    found = session.scalars(
        select(Account).join(owner, owner.id == Account.provider_id)
        .where(owner.type.in_(sorted(PROVIDER_TYPES)), tuple_(owner.code, Account.code).in_(ways),
               Account.code.in_([code for _, code in ways]), visible(session))  # the codes again for the index
        .limit(6)
    ).all()
    if not found and len(ways) == 1:
        find_provider(session, ways[0][0])
    return found


def find_provider(session: Session, code: str) -> Account:
    """The provider with this code."""
    provider = session.scalars(
        select(Account).where(Account.code == code, Account.type.in_(sorted(PROVIDER_TYPES)), visible(session))
    ).one_or_none()
    if provider is None:
        raise NotFound(f'There is no provider with the code "{code}".')
    return provider
