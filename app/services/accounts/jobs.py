"""What the screens about accounts ask for in the background: each question one job, each command one write.

A job is `(database, context, *, …) -> rows`; it opens one unit of work, combines queries, and hands back frozen rows
that need no session any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.attributes.catalogue import AttributeValue
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.values import ScanOutcome, Tier
from app.services.access.authorize import may, require_account
from app.services.accounts.header import AccountHeader, account_header
from app.services.accounts.services import ServiceRow, service_rows
from app.services.attributes.attributes import set_attribute
from app.services.attributes.reach import Reach, reach_of_default, reach_of_profile
from app.services.attributes.rows import AttributeRow, account_attributes
from app.services.changes import ChangeSet
from app.services.clock import today_in
from app.services.customers.list import QuickFilter, customer_count
from app.services.database.unit_of_work import Database, clock_of
from app.services.errors import NotFound, RefusedByRule
from app.services.hierarchy.search import JumpHit, find_accounts
from app.services.jobs import JobContext
from app.services.ledger.page import (
    DisputeRow,
    InvoiceLineRow,
    LedgerSummary,
    disputes_of,
    invoice_lines,
    ledger_summary,
)
from app.services.providers.queries import ProviderContext, ProviderOption, provider_context, provider_options
from app.services.suspension.explain import ScanExplanation, explain_scan
from app.services.suspension.restore import restore_by_hand
from app.services.suspension.rule_sets import rules_in_force

# --------------------------------------------------------------------------- the tree and its filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Answer of the filter over the tree."""

    text: str
    anywhere: bool
    hits: tuple[JumpHit, ...]


def find_in_tree(
    database: Database, context: JobContext, *, text: str, anywhere: bool = False, limit: int = 20
) -> Found:
    """Accounts that start with a text, or hold it anywhere."""
    del context
    with database.read() as session:
        return Found(text=text, anywhere=anywhere, hits=tuple(find_accounts(session, text=text, limit=limit,
                                                                            anywhere=anywhere)))


# --------------------------------------------------------------------------- the customers of a provider


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


@dataclass(frozen=True, slots=True)
class ScanView:
    """What a scan of today would do with an account, or why no scan judges it."""

    explanation: ScanExplanation | None
    refusal: str = ""

    @property
    def outcome(self) -> ScanOutcome | None:
        return None if self.explanation is None else self.explanation.outcome


@dataclass(frozen=True, slots=True)
class AccountPreview:
    """One account as the preview below a list shows it."""

    header: AccountHeader
    scan: ScanView


def provider_choices(database: Database, context: JobContext) -> list[ProviderOption]:
    """All providers, to choose one."""
    del context
    with database.read() as session:
        return provider_options(session)


def customers_head(database: Database, context: JobContext, *, provider_id: int) -> CustomersHead:
    """The head of one provider's list as of its business date."""
    del context
    with database.read() as session:
        provider = provider_context(session, provider_id)
        rules = rules_in_force(session, provider_id=provider_id, on=provider.today)
        may_export = may(session, Power.CUSTOMERS_EXPORT)
        if rules is None:
            return CustomersHead(provider=provider, suspends_from_minor=None, suspends_after_days=0,
                                 may_export=may_export)
        return CustomersHead(provider=provider, suspends_from_minor=rules.min_overdue_minor,
                             suspends_after_days=rules.min_overdue_days, may_export=may_export)


def quick_counts(
    database: Database, context: JobContext, *, provider_id: int, as_of: date, filter_text: str
) -> dict[str, int]:
    """How many rows each quick filter would leave, under the words typed; a short unit of work for each."""
    counts: dict[str, int] = {}
    for quick in QuickFilter:
        context.raise_if_cancelled()
        with database.read() as session:
            counts[quick.value] = customer_count(session, provider_id=provider_id, as_of=as_of,
                                                 filter_text=filter_text, quick=quick)
    return counts


def preview_account(database: Database, context: JobContext, *, account_id: int) -> AccountPreview:
    """Head, figures and what a scan would do, as of today."""
    del context
    with database.read() as session:
        return AccountPreview(_header(session, account_id), _scan_view(session, account_id))


# --------------------------------------------------------------------------- the page of one account


@dataclass(frozen=True, slots=True)
class AttributeSheet:
    """The attributes of one account, with the business day on which each winning value was set."""

    rows: tuple[AttributeRow, ...]
    set_on: dict[str, date]


def read_header(database: Database, context: JobContext, *, account_id: int) -> AccountHeader:
    """The head of an account as of its provider's business date."""
    del context
    with database.read() as session:
        return _header(session, account_id)


def read_scan_view(database: Database, context: JobContext, *, account_id: int) -> ScanView:
    """Why a scan would, or would not, suspend or restore an account today."""
    del context
    with database.read() as session:
        return _scan_view(session, account_id)


def read_attributes(
    database: Database, context: JobContext, *, account_id: int, as_provider: bool = False
) -> AttributeSheet:
    """All attributes of an account, or what a provider passes on."""
    del context
    with database.read() as session:
        rows = account_attributes(session, account_id=account_id, as_provider=as_provider)
        zone = ZoneInfo(_time_zone(session, account_id))
        days = {row.key: row.set_at.astimezone(zone).date() for row in rows if row.set_at is not None}
        return AttributeSheet(tuple(rows), days)


def reach_of(database: Database, context: JobContext, *, tier: Tier, owner_id: int, key: str) -> Reach:
    """Whom a new value of a provider or a profile would reach."""
    del context
    with database.read() as session:
        if tier is Tier.PROFILE:
            return reach_of_profile(session, profile_id=owner_id, key=key)
        return reach_of_default(session, provider_id=owner_id, key=key)


def read_ledger_summary(database: Database, context: JobContext, *, account_id: int, as_of: date) -> LedgerSummary:
    """Figures, ageing and counts of an account as of a date."""
    del context
    with database.read() as session:
        return ledger_summary(session, account_id=account_id, as_of=as_of)


def read_disputes(database: Database, context: JobContext, *, account_id: int, as_of: date) -> list[DisputeRow]:
    """Disputes raised by a date, open ones first."""
    del context
    with database.read() as session:
        return disputes_of(session, account_id=account_id, as_of=as_of)


def read_invoice_lines(database: Database, context: JobContext, *, invoice_id: int) -> list[InvoiceLineRow]:
    """The lines of one invoice."""
    del context
    with database.read() as session:
        return invoice_lines(session, invoice_id=invoice_id)


def read_services(database: Database, context: JobContext, *, account_id: int) -> list[ServiceRow]:
    """The services of an account."""
    del context
    with database.read() as session:
        return service_rows(session, account_id=account_id)


# --------------------------------------------------------------------------- commands


def set_here(
    database: Database, context: JobContext, *, tier: Tier, owner_id: int, key: str, value: AttributeValue
) -> ChangeSet:
    """Set one attribute of an owner, or clear it with None."""
    del context
    with database.write() as session:
        return set_attribute(session, tier=tier, owner_id=owner_id, key=key, value=value)


def restore_account(database: Database, context: JobContext, *, account_id: int, reason: str) -> ChangeSet:
    """Restore an account by hand as of its business date."""
    del context
    with database.write() as session:
        return restore_by_hand(session, account_id=account_id, reason=reason, on=_today(session, account_id))


# --------------------------------------------------------------------------- inside


def _account(session: Session, account_id: int) -> Account:
    return require_account(session, account_id, Power.CUSTOMERS)


def _today(session: Session, account_id: int) -> date:
    """The business date of an account: that of its provider's time zone."""
    return today_in(clock_of(session), _time_zone(session, account_id))


def _time_zone(session: Session, account_id: int) -> str:
    zone = session.scalar(
        select(Provider.time_zone).join(Account, Account.provider_id == Provider.account_id)
        .where(Account.id == account_id)
    )
    if zone is None:
        raise NotFound("There is no such account in this database.")
    return zone


def _header(session: Session, account_id: int) -> AccountHeader:
    return account_header(session, account_id=account_id, as_of=_today(session, account_id))


def _scan_view(session: Session, account_id: int) -> ScanView:
    _account(session, account_id)  # what is out of reach is not there; that is no refusal of the rule
    try:
        return ScanView(explain_scan(session, account_id=account_id))
    except RefusedByRule as refusal:
        return ScanView(None, str(refusal))
