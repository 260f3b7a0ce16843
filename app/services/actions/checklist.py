"""Each action of one account with its preconditions, asked before a button works (ARCHITECTURE.md, "Account actions").

The same facts and the same pure rule are asked again by the commands, under their locks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation, DisputeEntry, FinancialTransaction
from app.models.ledger.plans import PaymentPlan
from app.models.parties.account import Account
from app.models.parties.powers import POWER_WORDS, Power
from app.models.rules.action_checks import (
    REACHES_MEMBERS,
    ActionFacts,
    Check,
    checks_of,
    is_offered,
    refusals_of,
)
from app.models.rules.status_changes import Standing
from app.models.values import (
    DEBIT_KINDS,
    AccountAction,
    AccountStatus,
    AccountType,
    Lifecycle,
    PlanState,
    TransactionState,
)
from app.services.access.authorize import editable, may, require_account
from app.services.access.beyond import funded_by, refusal_beyond
from app.services.database.dialects import among
from app.services.ledger.marks import written_off_since
from app.services.ledger.reading import account_figures
from app.services.providers.business_day import business_day
from app.services.status.cascades import live_members
from app.services.status.standing import acting_on, standing_of
from app.services.status.unfinished import unfinished_business

POWER_FOR: Mapping[AccountAction, Power] = {
    AccountAction.SUSPEND: Power.CUSTOMERS_STATUS, AccountAction.REACTIVATE: Power.CUSTOMERS_STATUS,
    AccountAction.TERMINATE: Power.CUSTOMERS_STATUS, AccountAction.WRITE_OFF: Power.LEDGER_CORRECT,
    AccountAction.CLEAR_WRITE_OFF: Power.LEDGER_CORRECT}
"""The power that each action takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionAhead:
    """One action as it stands for one account."""

    action: AccountAction
    checks: tuple[Check, ...]
    is_offered: bool
    """Whether the state of the account has this action at all."""

    @property
    def allowed(self) -> bool:
        """Whether nothing is in the way; warnings are not."""
        return all(check.passed for check in self.checks)

    @property
    def refusal(self) -> str:
        """What is in the way, in whole sentences; empty where nothing is."""
        return " ".join(refusals_of(self.checks))


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSheet:
    """What may be done to one account."""

    account_id: int
    name: str
    status: AccountStatus
    """What it shows, and what an action is told was seen."""
    today: date
    currency: str
    written_off_on: date | None
    """Since when the mark of a write-off stands."""
    actions: tuple[ActionAhead, ...]

    def of(self, action: AccountAction) -> ActionAhead:
        return next(ahead for ahead in self.actions if ahead.action is action)


def action_sheet(session: Session, *, account_id: int) -> ActionSheet:
    """Every action of an account with its preconditions; reads only."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    facts = facts_of(session, account)
    return ActionSheet(account_id=account_id, name=account.name, status=facts.status,
                       today=business_day(session, account.provider_id), currency=account.currency,
                       written_off_on=facts.written_off_on, actions=tuple(
        ActionAhead(action=action, checks=checks_of(action, facts), is_offered=is_offered(action, facts))
        for action in AccountAction))


def facts_of(session: Session, account: Account) -> ActionFacts:
    """An account as the rules of actions see it, with who works here."""
    figures = account_figures(session, [account.id], business_day(session, account.provider_id))[account.id]
    debts = _unsettled(session, account.id)
    is_system = account.type in (AccountType.OPERATOR, AccountType.SYSTEM)
    now = (Standing(name=account.name, lifecycle=Lifecycle(account.lifecycle)) if is_system else
           standing_of(session, account))
    return ActionFacts(
        now=now, by=acting_on(session, account), status=AccountStatus(account.status), currency=account.currency,
        is_system=is_system, missing=_missing(session, account), unfinished=unfinished_business(session, account),
        members=len(live_members(session, account.id)),
        balance_minor=figures.balance_minor, unsettled_minor=sum(debts.values()), disputes=_disputes(session, debts),
        has_plan=bool(session.scalar(select(exists().where(
            PaymentPlan.account_id == account.id, PaymentPlan.state == PlanState.IN_PROGRESS.value)))),
        written_off_on=written_off_since(session, account.id))


def _unsettled(session: Session, account_id: int) -> dict[int, int]:
    """What is left to settle of posted debits, by their ids."""
    t = FinancialTransaction
    settled = (select(func.coalesce(func.sum(Allocation.amount_minor), 0)).where(Allocation.debit_id == t.id)
               .correlate(t).scalar_subquery())
    rows = session.execute(select(t.id, (t.amount_minor - settled).label("left")).where(
        t.account_id == account_id, t.state == TransactionState.POSTED.value, t.kind.in_(sorted(DEBIT_KINDS)),
        t.amount_minor > settled))
    return {row.id: int(row.left) for row in rows}


def _disputes(session: Session, debts: Mapping[int, int]) -> int:
    """How many of these debits are in dispute."""
    if not debts:
        return 0
    e = DisputeEntry
    open_ones = (select(e.invoice_id).where(among(session, e.invoice_id, list(debts))).group_by(e.invoice_id)
                 .having(func.sum(e.delta_minor) > 0)).subquery()
    return session.scalars(select(func.count()).select_from(open_ones)).one()


def _missing(session: Session, account: Account) -> dict[AccountAction, str]:
    """Which actions lack a power, or the account for changing."""
    found = {action: f'This needs the power "{POWER_WORDS[power].label}".'
             for action, power in POWER_FOR.items() if not may(session, power)}
    if session.scalar(select(Account.id).where(Account.id == account.id, editable(session))) is None:
        looking = f"Your account groups give {account.name} to your org unit for looking only."
        found = dict.fromkeys(AccountAction, looking) | found
    beyond = refusal_beyond(session, funded_by(session, account.id))
    if beyond:
        found = dict.fromkeys(REACHES_MEMBERS, beyond) | found
    return found
