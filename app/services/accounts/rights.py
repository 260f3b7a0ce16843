"""What a person may change on one account, asked ahead so that buttons say why they are off.

The services ask again when something is done; this only spares people the way there.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import POWER_WORDS, Power
from app.models.values import PROVIDER_TYPES
from app.services.access.authorize import editable, may, require_account
from app.services.access.beyond import customers_below, refusal_beyond
from app.services.access.principal import principal_of
from app.services.attributes.writing import own_terms_refusal
from app.services.providers.modules import Module, is_on

LOOKING_ONLY = "Your account groups give this account to your org unit for looking only."


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRights:
    """For each thing to do, why it may not be done; empty where it may."""

    edit: str = ""
    """Details, contacts, notes."""
    terms: str = ""
    """Trading terms, limits, rating."""
    join_groups: str = ""
    leave_groups: str = ""
    see_groups: str = ""
    see_ledger: str = ""
    agree: str = ""
    """Promises to pay and payment plans."""
    provider: str = ""
    """Settings of a provider and what it passes on."""
    has_plans: bool = True
    """Whether its provider has payment plans."""
    has_groups: bool = True
    """Whether its provider has account groups at all; what is switched off is not shown."""


def account_rights(session: Session, *, account_id: int) -> AccountRights:
    """What the person of this unit of work may do with an account within their reach."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    changes = principal_of(session).reaches_everything or bool(
        session.scalar(select(Account.id).where(Account.id == account.id, editable(session))))

    def why_not(power: Power, *, changing: bool = True) -> str:
        if not may(session, power):
            return f'This needs the power "{POWER_WORDS[power].label}".'
        return LOOKING_ONLY if changing and not changes else ""

    edit = why_not(Power.CUSTOMERS_EDIT)
    provider = edit or why_not(Power.PROVIDERS_DEFAULTS)
    if account.type in PROVIDER_TYPES:
        provider = provider or refusal_beyond(session, customers_below(session, account.id))
    return AccountRights(
        edit=edit, terms=edit or why_not(Power.CUSTOMERS_EDIT_TERMS) or own_terms_refusal(session, account),
        join_groups=why_not(Power.GROUPS_ADMIN), leave_groups=why_not(Power.GROUPS_REMOVE),
        see_groups=why_not(Power.GROUPS, changing=False), see_ledger=why_not(Power.LEDGER, changing=False),
        agree=why_not(Power.LEDGER, changing=False) or why_not(Power.LEDGER_PLANS),
        has_plans=is_on(session, account.provider_id, Module.PAYMENT_PLANS),
        provider=provider, has_groups=is_on(session, account.provider_id, Module.ACCOUNT_GROUPS),
    )
