"""One account at a glance: status, what needs attention, whom to call, what was invoiced, where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account, AccountStatusChange
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.parties.powers import Power
from app.models.values import AccountStatus, CreditStanding, Lifecycle, TransactionKind, grouped_amount
from app.services.access.authorize import may, require_account, visible
from app.services.accounts.contacts import ContactSheet, contact_sheet
from app.services.accounts.header import AccountHeader, account_header
from app.services.ledger.page import LedgerRow, ledger_page
from app.services.ledger.plan_reading import plans_of_account
from app.services.suspension.promises import promise_sheet
from app.services.wording import STATUS_WORDS, by_count, counted, day_text, listed

RECENT_INVOICES = 3
"""How many of the newest invoices a summary lists."""


class AlertKind(StrEnum):
    """What an alert is about, so that a screen knows which rows stand behind it."""

    LEDGER = "ledger"
    LIMIT = "limit"
    CONTACTS = "contacts"
    DETAILS = "details"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody should act on, in words."""

    kind: AlertKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSince:
    """The status as it is, since when, by whom and why."""

    status: AccountStatus
    since: date
    actor: str
    by_scan: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSummary:
    """All of it; money as of the header's day."""

    header: AccountHeader
    status: StatusSince
    alerts: tuple[Alert, ...]
    contacts: ContactSheet
    invoices: tuple[LedgerRow, ...]
    """The newest ones; none without the power to look at the ledger."""
    groups: tuple[str, ...]
    """Names of its account groups; none without the power to look at them."""
    parent_id: int | None
    """The account it stands below, where the person may see it."""
    parent: str


def account_summary(session: Session, *, account_id: int, as_of: date) -> AccountSummary:
    """One account at a glance, as of a day."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    header = account_header(session, account_id=account_id, as_of=as_of)
    contacts = contact_sheet(session, account_id=account_id)
    invoices: tuple[LedgerRow, ...] = ()
    agreed: list[Alert] = []
    if may(session, Power.LEDGER):
        agreed = _agreed(session, account_id, as_of)
        invoices = ledger_page(session, account_id=account_id, as_of=as_of, kinds=(TransactionKind.INVOICE,),
                               limit=RECENT_INVOICES).rows
    parent = None
    if account.parent_id is not None:
        parent = session.execute(
            select(Account.id, Account.name).where(Account.id == account.parent_id, visible(session))).one_or_none()
    return AccountSummary(
        header=header, status=_status_since(session, account), alerts=(*alerts(header, contacts), *agreed),
        contacts=contacts, invoices=invoices,
        groups=_groups(session, account_id), parent_id=parent.id if parent else None,
        parent=parent.name if parent else "",
    )


def _agreed(session: Session, account_id: int, as_of: date) -> list[Alert]:
    """What was promised and agreed, and how it goes."""
    sheet = promise_sheet(session, account_id=account_id)
    texts = []
    if sheet.stands is not None:
        row = sheet.stands
        texts.append(f"{grouped_amount(row.amount_minor, row.currency)} {row.currency} promised by "
                     f"{day_text(row.pay_by)}; {grouped_amount(row.paid_minor, row.currency)} came in so far.")
    for plan in plans_of_account(session, account_id=account_id, as_of=as_of):
        following = plan.next_instalment
        if plan.ended_on is None and following is not None:
            left = following.amount_minor - following.paid_minor
            texts.append(f"{grouped_amount(plan.left_minor, plan.currency)} {plan.currency} in a payment plan, next "
                         f"{grouped_amount(left, plan.currency)} on {day_text(following.due_on)}.")
            if plan.missed:
                texts.append(by_count(plan.missed, "{count} instalment of the payment plan was missed.",
                                      "{count} instalments of the payment plan were missed."))
    if sheet.broken:
        texts.append(by_count(sheet.broken, "{count} promise to pay was broken.",
                              "{count} promises to pay were broken."))
    return [Alert(AlertKind.LEDGER, text) for text in texts]


def alerts(header: AccountHeader, contacts: ContactSheet) -> list[Alert]:
    """What needs attention, the most pressing first."""
    figures, credit, found = header.figures, header.credit, []

    def amount(minor: int) -> str:
        return f"{grouped_amount(minor, header.currency)} {header.currency}"

    if figures.oldest_overdue_days:
        due = header.as_of - timedelta(days=figures.oldest_overdue_days)
        late = counted(figures.oldest_overdue_days, "day")
        found.append(Alert(AlertKind.LEDGER, f"Overdue since {day_text(due)}, {late}: "
                                             f"{amount(figures.outstanding_minor)} outstanding."))
    if credit.standing is CreditStanding.EXCEEDED:
        found.append(Alert(AlertKind.LIMIT, f"Over its credit limit by {amount(-(credit.left_minor or 0))}."))
    if figures.disputed_minor:
        found.append(Alert(AlertKind.LEDGER, f"{amount(figures.disputed_minor)} in dispute."))
    if header.ombudsman_case_open:
        found.append(Alert(AlertKind.DETAILS, "A case at the ombudsman is open."))
    for words, row in (("primary", contacts.primary), ("billing", contacts.billing)):
        if row is None:
            found.append(Alert(AlertKind.CONTACTS, f"There is no {words} contact."))
    missing = [word for word, row in (("primary", contacts.primary), ("billing", contacts.billing))
               if row is not None and row.incomplete]
    if missing:
        found.append(Alert(AlertKind.CONTACTS, f"The {listed(missing)} contact is incomplete."))
    if header.lifecycle is Lifecycle.PREACTIVE:
        found.append(Alert(AlertKind.DETAILS, "It is not active yet, so nothing is invoiced or ordered."))
    return found


def _status_since(session: Session, account: Account) -> StatusSince:
    c = AccountStatusChange
    last = session.scalars(select(c).where(c.account_id == account.id).order_by(c.id.desc()).limit(1)).one_or_none()
    status = AccountStatus(account.status)
    if last is None or last.new_status != account.status:
        return StatusSince(status=status, since=account.start_date, actor="", by_scan=False, reason="")
    return StatusSince(status=status, since=last.effective_on, actor=last.actor, by_scan=last.scan_run_id is not None,
                       reason=last.reason)


def _groups(session: Session, account_id: int) -> tuple[str, ...]:
    if not may(session, Power.GROUPS):
        return ()
    return tuple(session.scalars(
        select(AccountGroup.name).join(AccountGroupMember, AccountGroupMember.group_id == AccountGroup.id)
        .where(AccountGroupMember.account_id == account_id).order_by(AccountGroup.name, AccountGroup.id)))


_SINCE: dict[tuple[str, bool], str] = {
    ("scan", True): "{status} since {day}, by the scan: {why}.",
    ("scan", False): "{status} since {day}, by the scan.",
    ("person", True): "{status} since {day}, by {who}: {why}.",
    ("person", False): "{status} since {day}, by {who}.",
    ("nobody", True): "{status} since {day}: {why}.",
    ("nobody", False): "{status} since {day}.",
}
"""By who changed it, and whether a reason is known."""


def status_sentence(status: StatusSince) -> str:
    """"Suspended since 16 Mar 2026, by the scan: overdue payable 57.50 AUD.\""""
    by = "scan" if status.by_scan else "person" if status.actor else "nobody"
    return _SINCE[by, bool(status.reason)].format(
        status=STATUS_WORDS[status.status], day=day_text(status.since), who=status.actor,
        why=status.reason.rstrip("."))
