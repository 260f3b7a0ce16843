"""What stands above the customer list of a provider, and what its box offers to complete."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.services.access.authorize import authorize, may
from app.services.providers.queries import ProviderContext, provider_context
from app.services.rules.rule_sets import rules_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersHead:
    """What stands above a customer list, and from which figures on the scan would act."""

    provider: ProviderContext
    suspends_from_minor: int | None
    """Overdue payable at which the rule set in force suspends; None without one."""
    suspends_after_days: int
    may_export: bool = True

    def is_due(self, payable_minor: int, days_late: int) -> bool:
        """The rule set would act on these figures, exclusions aside."""
        enough = self.suspends_from_minor is not None and payable_minor >= self.suspends_from_minor
        return enough and days_late > self.suspends_after_days


def customers_head(session: Session, *, provider_id: int) -> CustomersHead:
    """The head of one provider's list as of its business date."""
    provider = provider_context(session, provider_id)
    rules = rules_in_force(session, provider_id=provider_id, on=provider.today)
    return CustomersHead(provider=provider, suspends_from_minor=None if rules is None else rules.min_overdue_minor,
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
