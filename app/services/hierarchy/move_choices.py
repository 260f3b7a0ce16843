"""Where an account may be moved: the providers it may stand below, with profiles and agents there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.values import AccountType, Lifecycle
from app.services.access.authorize import require_account, visible
from app.services.hierarchy.moves import NewParent, parents_to_choose, standing_at
from app.services.providers.modules import Module, is_on

_AGENTS_AT_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentChoice:
    """One provider that an account may be moved below."""

    provider_id: int
    code: str
    name: str
    profile_id: int
    """The profile it would get: its own where the provider stays, else the default one there."""
    profiles: tuple[tuple[int, str], ...]
    agents: tuple[tuple[int, str], ...]
    """Agents a customer can be given there; empty where the provider has none, or the module is off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveChoices:
    """Where an account stands and where it may go."""

    account_id: int
    name: str
    now: NewParent
    """Where it stands, which a move is told was seen."""
    parents: tuple[ParentChoice, ...]


def move_choices(session: Session, *, account_id: int) -> MoveChoices:
    """The parents an account may have, with profiles and agents there."""
    account = require_account(session, account_id, Power.CUSTOMERS_MOVE)
    parents = [_choice(session, account, *row) for row in parents_to_choose(session, account_id=account_id)]
    return MoveChoices(account_id=account.id, name=account.name, now=standing_at(account),
                       parents=tuple(parents))


def _choice(session: Session, account: Account, provider_id: int, code: str, name: str) -> ParentChoice:
    profiles = session.execute(
        select(AccountProfile.id, AccountProfile.name).where(AccountProfile.provider_id == provider_id)
        .order_by(AccountProfile.name)).all()
    profile_id = account.profile_id
    if provider_id != account.provider_id:
        profile_id = session.get_one(Provider, provider_id).default_profile_id
    agents: list[tuple[int, str]] = []
    if account.type == AccountType.END_USER and is_on(session, provider_id, Module.AGENTS):
        agents = [(row.id, row.name) for row in session.execute(
            select(Account.id, Account.name).where(
                Account.provider_id == provider_id, Account.type == AccountType.AGENT.value,
                Account.lifecycle != Lifecycle.TERMINATED.value, visible(session))
            .order_by(Account.name_key, Account.id).limit(_AGENTS_AT_MOST))]
    own = account.created_by_agent_id
    if own is not None and provider_id == account.provider_id and own not in dict(agents):
        agents.append((own, session.get_one(Account, own).name))
    return ParentChoice(provider_id=provider_id, code=code, name=name, profile_id=profile_id,
                        profiles=tuple((row.id, row.name) for row in profiles),
                        agents=tuple(agents))
