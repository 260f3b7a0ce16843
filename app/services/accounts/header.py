"""What stands at the top of an account's page: who it is, what limits it, and its money as of a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from app.models.ledger.marks import WriteOff
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.parties.service import Service, ServiceRestriction
from app.models.rules.account_actions import Operation, operation_refusal
from app.models.rules.account_status import STATUS_OF_HOLD
from app.models.rules.credit_standing import credit_left, credit_standing
from app.models.suspension.hold import Hold
from app.models.values import (
    AccountAction,
    AccountStatus,
    AccountType,
    CreditStanding,
    Enterprise,
    HoldKind,
    Lifecycle,
    Money,
    ScanOutcome,
    Tier,
    grouped_amount,
)
from app.services.access.authorize import require_account
from app.services.accounts.rights import AccountRights, account_rights
from app.services.attributes.chain_words import owner_name, provider_names
from app.services.attributes.resolving import EffectiveValue, effective_values
from app.services.currencies.conversion import Conversion, limit_in_own_currency
from app.services.errors import NotFound
from app.services.events.raising import profiles_with
from app.services.group_accounts.sheet import group_account_words
from app.services.hierarchy.ordering import ordering_refusal
from app.services.ledger.reading import AccountFigures, account_figures
from app.services.providers.business_day import business_day
from app.services.rules.own_currency import rules_in
from app.services.rules.rule_sets import rules_in_force
from app.services.suspension.judgement import judged_rows, scope_for


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """One open hold."""

    id: int
    kind: HoldKind
    since: date
    recorded_at: datetime
    placed_by: str
    by_scan: bool
    reason: str
    lifts: str
    """What lifts it, a sentence."""
    services_restricted: int
    """Services that are restricted through this hold."""
    scan_run_id: int | None = None
    """The run that placed it; None where a person did."""
    waits_for_staff: bool = False
    """A scan would restore the account and may not, because Auto UnSuspend is off for its profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditFigures:
    """The effective credit limit and what is left of it."""

    limit_minor: int | None
    """In the account's currency, by the rate of its start date; as it is stated where there is no rate."""
    limit_currency: str | None
    left_minor: int | None
    """Negative once exceeded; None without a limit or without a rate for its currency."""
    standing: CreditStanding
    source: Tier | None
    owner: str
    """Code of the account or provider, or name of the profile, that set the limit; empty without one."""
    rating: str | None
    """The rating that stands for the limit."""
    text: str
    """Limit and source in words: "Limit 3,000.00 AUD, rating A from Business"."""
    note: str
    """The same in one short line, beside a figure that names the currency: "Limit 3,000.00, rating A"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHeader:
    """The head of an account's page."""

    id: int
    code: str
    name: str
    type: AccountType
    enterprise: Enterprise
    profile_id: int
    profile: str
    provider_id: int
    provider_code: str
    provider_name: str
    time_zone: str
    """Of the provider: its business date is the account's."""
    agent_id: int | None
    agent_name: str | None
    since: date
    lifecycle: Lifecycle
    status: AccountStatus
    ombudsman_case_open: bool
    currency: str
    as_of: date
    holds: tuple[HoldRow, ...]
    """Open holds, worst first."""
    figures: AccountFigures
    credit: CreditFigures
    rights: AccountRights
    """What the person who asked may change here."""
    services: int
    """How many services it has, whatever their state."""
    actions: Mapping[AccountAction, str] = field(default_factory=dict)
    """What can be done with the account as a whole: why its state has no such action, empty where it has."""
    written_off_on: date | None = None
    """Since when the mark of a write-off stands."""
    group_account: str = ""
    """Who pays for it, or for how many it pays, in a few words; empty without a group account."""
    held_above: str = ""
    """Why orders are refused although nothing limits the account itself: a provider above it is held."""

    @property
    def is_provider(self) -> bool:
        """The account has customers of its own, so it also passes attributes on."""
        return self.type in (AccountType.OPERATOR, AccountType.WHOLESALE, AccountType.RETAIL, AccountType.NON_BILLING)


def account_header(session: Session, *, account_id: int, as_of: date | None = None) -> AccountHeader:
    """The head of one account as of a day, without one its provider's today; raises NotFound where there is none."""
    as_of = as_of or business_day(
        session, require_account(session, account_id, Power.CUSTOMERS).provider_id)
    provider, agent = aliased(Account), aliased(Account)
    services = select(func.count()).where(Service.account_id == Account.id).correlate(Account).scalar_subquery()
    written_off = (select(WriteOff.effective_on).where(WriteOff.account_id == Account.id, WriteOff.cleared_on.is_(None))
                   .correlate(Account).scalar_subquery())
    row = session.execute(
        select(Account, AccountProfile.name.label("profile"), provider.code.label("provider_code"),
               provider.name.label("provider_name"), Provider.time_zone, agent.name.label("agent_name"),
               services.label("services"), written_off.label("written_off_on"))
        .join(AccountProfile, AccountProfile.id == Account.profile_id)
        .join(provider, provider.id == Account.provider_id)
        .join(Provider, Provider.account_id == Account.provider_id)
        .outerjoin(agent, agent.id == Account.created_by_agent_id)
        .where(Account.id == account_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such account in this database.")
    account: Account = row.Account
    figures = account_figures(session, [account_id], as_of)[account_id]
    return AccountHeader(
        id=account.id, code=account.code, name=account.name, type=AccountType(account.type),
        enterprise=Enterprise(account.enterprise),
        profile_id=account.profile_id, profile=row.profile, provider_id=account.provider_id,
        provider_code=row.provider_code, provider_name=row.provider_name,
        time_zone=row.time_zone, agent_id=account.created_by_agent_id, agent_name=row.agent_name,
        since=account.start_date, lifecycle=Lifecycle(account.lifecycle),
        status=AccountStatus(account.status), ombudsman_case_open=account.ombudsman_case_open,
        currency=account.currency, as_of=as_of,
        holds=_holds(session, account, row.provider_name, row.profile, as_of), figures=figures,
        credit=_credit(session, account, figures),
        rights=account_rights(session, account_id=account_id), services=row.services,
        actions={action: _why_no_action(account, action, row.written_off_on) for action in AccountAction},
        written_off_on=row.written_off_on,
        held_above=_held_above(session, account),
        group_account=(group_account_words(session, account_id=account_id)
                       if account.type == AccountType.END_USER else ""),
    )


def _why_no_action(account: Account, action: AccountAction, written_off_on: date | None) -> str:
    if account.type in (AccountType.OPERATOR, AccountType.SYSTEM):
        return f"{account.name} belongs to the program itself."
    if action is AccountAction.CLEAR_WRITE_OFF and written_off_on is None:
        return f"{account.name} is not written off."
    return operation_refusal(Operation(action.value), name=account.name, status=AccountStatus(account.status))


def _held_above(session: Session, account: Account) -> str:
    refusal = ordering_refusal(session, account.id)
    return "" if refusal is None or refusal.account_id == account.id else refusal.sentence


# --------------------------------------------------------------------------- holds

_STRENGTH = {kind.value: rank for rank, (kind, _) in enumerate(STATUS_OF_HOLD)}


def _holds(session: Session, account: Account, provider: str, profile: str, as_of: date) -> tuple[HoldRow, ...]:
    """The open holds, worst first, beside the names of the provider and of the profile."""
    origin = aliased(Account)
    restricted = (
        select(func.count()).where(ServiceRestriction.hold_id == Hold.id, ServiceRestriction.lifted_on.is_(None))
        .correlate(Hold).scalar_subquery()
    )
    rows = session.execute(
        select(Hold, restricted.label("restricted"), origin.name.label("origin"))
        .outerjoin(origin, origin.id == Hold.origin_id)
        .where(Hold.account_id == account.id, Hold.lifted_on.is_(None))
        .order_by(case(_STRENGTH, value=Hold.kind), Hold.effective_on, Hold.id)
    ).all()
    found = []
    for row in rows:
        hold, kind, waits = row.Hold, HoldKind(row.Hold.kind), False
        if kind is HoldKind.OVERDUE:
            lifts, waits = _overdue_lifts(session, account, profile, as_of)
        else:
            lifts = _LIFTS.get(kind, "Staff lift it.").format(provider=provider, payer=row.origin)
        found.append(HoldRow(
            id=hold.id, kind=kind, since=hold.effective_on, recorded_at=hold.recorded_at, placed_by=hold.placed_by,
            by_scan=hold.scan_run_id is not None, reason=hold.reason, lifts=lifts,
            services_restricted=row.restricted, scan_run_id=hold.scan_run_id, waits_for_staff=waits))
    return tuple(found)


_LIFTS = {
    HoldKind.PARENT_PROVIDER: "Only {provider} can lift it.",
    HoldKind.PARENT_GROUP: "It lifts when {payer}, whose group account this is in, is reactivated.",
    HoldKind.SYSTEM: "Only the operator can lift it.",
}
"""What lifts holds of these kinds; staff lift the others, and an overdue one goes by the rules."""


def _overdue_lifts(session: Session, account: Account, profile: str, as_of: date) -> tuple[str, bool]:
    """What lifts an overdue hold, and whether a scan would and may not, because Auto UnSuspend is off."""
    rules = rules_in_force(session, provider_id=account.provider_id, on=as_of)
    if rules is None:
        return "No rule set is in force, so only staff can restore it.", False
    own = rules_in(session, provider_id=account.provider_id, rules=rules, currency=account.currency, on=as_of)
    if own is None:
        return f"There is no rate of {account.currency} for today, so only staff can restore it.", False
    amount = f"{grouped_amount(own.restore_at_minor, own.currency)} {own.currency}"
    if account.profile_id in profiles_with(session, provider_id=account.provider_id, event="auto_unsuspend"):
        return f"It lifts by itself when overdue payable is {amount} or less.", False
    scope = scope_for(session, provider_id=account.provider_id, rules=rules, as_of=as_of, account_ids=(account.id,))
    if any(judged.outcome is ScanOutcome.RESTORE for judged in judged_rows(session, scope)):
        return (f"Overdue payable is {amount} or less, and Auto UnSuspend is off for the profile {profile}, so staff "
                "restore it.", True)
    return (f"It would lift when overdue payable is {amount} or less, but Auto UnSuspend is off for the profile "
            f"{profile}, so only staff can restore it.", False)


# --------------------------------------------------------------------------- credit


def _credit(session: Session, account: Account, figures: AccountFigures) -> CreditFigures:
    (answer,) = effective_values(session, account, ["credit_limit"])
    source = answer.effective.source
    limit = None
    if source is not None and isinstance(source.value, int):
        limit = Money(source.value, source.currency or account.currency)
    balance = Money(figures.balance_minor, account.currency)
    conversion = None if limit is None else limit_in_own_currency(session, account=account, limit=limit)
    limit = limit if conversion is None else conversion.money
    left = credit_left(limit, balance)
    text, note = _credit_words(limit, source, _name_of_owner(session, account, answer), account.currency, conversion)
    return CreditFigures(
        limit_minor=None if limit is None else limit.minor, limit_currency=None if limit is None else limit.currency,
        left_minor=None if left is None else left.minor, standing=credit_standing(limit, balance),
        source=None if source is None else source.tier, owner=(source.owner or "") if source else "",
        rating=source.rating if source else None,
        text=text, note=note,
    )


def _name_of_owner(session: Session, account: Account, answer: EffectiveValue) -> str:
    source = answer.effective.source
    return "" if source is None else owner_name(source, account, provider_names(session, answer.effective))


_CREDIT: dict[tuple[bool, bool, bool], str] = {
    (True, False, True): "Limit {limit}, set here",
    (True, False, False): "Limit {limit} from {owner}",
    (True, True, True): "Limit {limit}, rating {rating}, set here",
    (True, True, False): "Limit {limit}, rating {rating} from {owner}",
    (False, False, True): "No credit, set here",
    (False, False, False): "No credit from {owner}",
    (False, True, True): "No credit, rating {rating}, set here",
    (False, True, False): "No credit, rating {rating} from {owner}",
}
"""By whether there is any credit, whether a rating gives it, and whether it is set on the account itself."""
_BRIEFLY: dict[tuple[bool, bool, bool], str] = {
    **_CREDIT,
    (True, True, False): "Limit {limit}, rating {rating}",
    (False, True, False): "No credit, rating {rating}",
}


def _credit_words(
    limit: Money | None, source: Any, owner: str, currency: str, conversion: Conversion | None
) -> tuple[str, str]:
    """The limit in full, and briefly for a place that shows `currency` beside it."""
    if limit is None:
        return "No limit", "No limit"
    which = limit.minor != 0, bool(source.rating), source.tier is Tier.ACCOUNT
    amount = grouped_amount(limit.minor, limit.currency)
    full = f"{amount} {limit.currency}"
    brief = amount if limit.currency == currency else full
    if conversion is not None and conversion.rates:
        full, brief = conversion.words, f"{amount} ({conversion.stated})"
    return (_CREDIT[which].format(limit=full, rating=source.rating, owner=owner),
            _BRIEFLY[which].format(limit=brief, rating=source.rating, owner=owner))
