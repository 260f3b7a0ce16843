"""What is agreed with a customer about paying: promises and payment plans, and what may be agreed on now."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.services.access.authorize import require_account
from app.services.ledger.plan_reading import Plannable, PlanRow, plannable, plans_of_account
from app.services.ledger.reading import account_figures
from app.services.suspension.promises import PromiseRow, PromiseSheet, promise_sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSheet:
    """The agreements of one account, as of the provider's today."""

    account_id: int
    name: str
    payable_minor: int
    """Overdue payable."""
    promises: PromiseSheet
    plans: tuple[PlanRow, ...]
    """Those in progress first."""
    plannable: Plannable

    @property
    def rows(self) -> tuple[PromiseRow | PlanRow, ...]:
        """What stands first, then what has ended, the newest first."""
        stands = self.promises.stands
        open_plans = [plan for plan in self.plans if plan.ended_on is None]
        ended: list[PromiseRow | PlanRow] = [*(row for row in self.promises.rows if row is not stands),
                 *(plan for plan in self.plans if plan.ended_on is not None)]
        ended.sort(key=attrgetter("since", "id"), reverse=True)
        return (*([] if stands is None else [stands]), *open_plans, *ended)


def agreement_sheet(session: Session, *, account_id: int) -> AgreementSheet:
    """Read the agreements of an account."""
    account = require_account(session, account_id, Power.LEDGER)
    promises = promise_sheet(session, account_id=account_id)
    figures = account_figures(session, [account_id], promises.today)[account_id]
    return AgreementSheet(
        account_id=account_id, name=account.name, payable_minor=figures.overdue_payable_minor, promises=promises,
        plans=tuple(plans_of_account(session, account_id=account_id, as_of=promises.today)),
        plannable=plannable(session, account_id=account_id, as_of=promises.today))
