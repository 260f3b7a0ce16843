"""What stands above the customer list of a provider, and what its box offers to complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.rules.suspension_decision import Rules
from app.services.access.authorize import authorize, may
from app.services.providers.queries import ProviderContext, provider_context
from app.services.rules.own_currency import rules_elsewhere
from app.services.rules.rule_sets import rules_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersHead:
    """What stands above a customer list, and from which figures on the scan would act."""

    provider: ProviderContext
    suspends_from_minor: Mapping[str, int]
    """Overdue payable at which the rule set in force suspends, by currency; without one, or a rate, nothing is named.
    """
    suspends_after_days: int
    may_export: bool = True

    def is_due(self, payable_minor: int, currency: str, days_late: int) -> bool:
        """The rule set would act on these figures, exclusions aside."""
        suspends_from = self.suspends_from_minor.get(currency)
        return suspends_from is not None and payable_minor >= suspends_from and days_late > self.suspends_after_days


def customers_head(session: Session, *, provider_id: int) -> CustomersHead:
    """The head of one provider's list as of its business date."""
    provider = provider_context(session, provider_id)
    rules = rules_in_force(session, provider_id=provider_id, on=provider.today)
    own: dict[str, Rules | None] = {}
    if rules is not None:
        own = {rules.currency: rules,
               **rules_elsewhere(session, provider_id=provider_id, rules=rules, on=provider.today)}
    return CustomersHead(provider=provider,
                         suspends_from_minor={code: r.min_overdue_minor for code, r in own.items() if r is not None},
                         suspends_after_days=0 if rules is None else rules.min_overdue_days,
                         may_export=may(session, Power.CUSTOMERS_EXPORT))


def names_to_offer(session: Session, *, provider_id: int) -> dict[str, tuple[str, ...]]:
    """Names of a provider's profiles and account groups, as the box completes them."""
    authorize(session, Power.CUSTOMERS)
    provider_context(session, provider_id)
    profiles = session.scalars(select(AccountProfile.name).where(AccountProfile.provider_id == provider_id)
                               .order_by(AccountProfile.name))
    names = {"profile": tuple(profiles)}
    if may(session, Power.GROUPS):
        groups = session.scalars(select(AccountGroup.name).where(AccountGroup.provider_id == provider_id)
                                 .order_by(AccountGroup.name))
        names["group"] = tuple(groups)
    return names
