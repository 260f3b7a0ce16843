"""A book of a handful of customers: two to suspend, one to restore, one excluded, one that nothing happens to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.values import AccountType, DeliveryMethod, InvoiceLayout
from app.services.accounts.services import NewService, create_services
from app.services.database.unit_of_work import Database
from app.services.groups.groups import add_to_group, create_group
from app.services.hierarchy.accounts import NewAccount, ProviderSettings, create_account, create_provider
from app.services.hierarchy.operator import operator_of
from app.services.jobs import JobContext
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.writing import NewInvoice, NewLine, NewPayment, record_invoices, record_payments
from app.services.rules.rule_sets import newest_version, set_rules
from app.services.scans.scan import run_scan
from tests.conftest import TEST_NOW
from tests.support.switches import set_brake, switch_on

TODAY = TEST_NOW.date()
START = TODAY - timedelta(days=400)


@dataclass(frozen=True, slots=True)
class SmallBook:
    """Ids of what is in it."""

    provider: int
    late: int
    bare: int
    excluded: int
    held: int
    fine: int


def build(database: Database, *, windows: tuple[str, ...] = ()) -> SmallBook:
    """Harbour Telecom with its rules and customers; Marta Alvarez was suspended by an earlier run and has paid."""
    with database.write() as session:
        provider = _provider(session, windows)
        held = customer(session, provider, "A9", "Marta Alvarez", services=2)
        bill(session, provider, held, "HT-9", 7000)
    if not windows:
        run_scan(database, JobContext())
    with database.write() as session:
        late = customer(session, provider, "A1", "Jane Citizen", services=2)
        bare = customer(session, provider, "A2", "Bob Plain", services=0)
        excluded = customer(session, provider, "A3", "Vip Ng", services=1)
        fine = customer(session, provider, "A4", "Acme Pty Ltd", services=1)
        for account, number, amount in ((late, "HT-1", 6600), (bare, "HT-2", 8000), (excluded, "HT-3", 9900)):
            bill(session, provider, account, number, amount)
        group = create_group(session, provider_id=provider, code="VIP").id
        add_to_group(session, group_id=group, account_ids=[excluded])
        _rules(session, provider, windows, [group])
        pay(session, provider, held, "PM-1", 7000)
    return SmallBook(provider, late, bare, excluded, held, fine)


def _provider(session: Session, windows: tuple[str, ...]) -> int:
    provider = create_provider(
        session, parent_id=operator_of(session).id, code="HT", name="Harbour Telecom", type=AccountType.RETAIL,
        start_date=START, settings=ProviderSettings(currency="AUD", realm="@harbour.example"),
    )
    _rules(session, provider.id, windows, [])
    return provider.id


def _rules(session: Session, provider: int, windows: tuple[str, ...], groups: list[int]) -> None:
    set_rules(session, provider_id=provider, effective_from=START, min_overdue_minor=5000, min_overdue_days=14,
              restore_at_minor=1000, name="Harbour standard", windows=windows, excluded_group_ids=groups,
              seen=newest_version(session, provider_id=provider))
    switch_on(session, provider_id=provider)
    set_brake(session, provider_id=provider)


def customer(session: Session, provider: int, code: str, name: str, *, services: int) -> int:
    account = create_account(session, provider_id=provider, new=NewAccount(code=code, name=name, start_date=START))
    if services:
        create_services(session, provider_id=provider, services=[
            NewService(account_id=account, identifier=f"{code}-{n}", name="Broadband",
                       started_on=START) for n in range(services)])
    return account


def bill(session: Session, provider: int, account: int, number: str, minor: int, *, days_late: int = 20) -> None:
    """An invoice of terms 14 that is so many days past due."""
    due = TODAY - timedelta(days=days_late)
    issued = due - timedelta(days=14)
    record_invoices(session, provider_id=provider, currency="AUD", imported=True, invoices=[NewInvoice(
        account_id=account, number=number, issued_on=issued, posted_on=issued, due_on=due,
        lines=(NewLine(description="Broadband", net_minor=minor),), delivery_method=DeliveryMethod.EMAIL,
        layout=InvoiceLayout.STANDARD, terms_days=14)])


def pay(session: Session, provider: int, account: int, number: str, minor: int, on: date = TODAY) -> None:
    record_payments(session, provider_id=provider, currency="AUD", imported=True,
                    payments=[NewPayment(account_id=account, number=number, received_on=on, amount_minor=minor)])
    allocate_accounts(session, [account])


def status_of(database: Database, account: int) -> str:
    with database.read() as session:
        return str(session.scalars(select(Account.status).where(Account.id == account)).one())
