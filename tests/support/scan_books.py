"""Books to scan: a provider with customers, invoices and payments, told in a line each, and dumps to compare.

Days are written as in stories ("2025-07-02"), amounts in minor units. The clock of the database is moved by `at`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from app.models.base import Base
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.service import Service
from app.models.values import (
    AccountType,
    CurrencyState,
    DeliveryMethod,
    GroupKind,
    InvoiceLayout,
    Lifecycle,
    ServiceState,
    Tier,
    TransactionKind,
    TransactionState,
)
from app.services.accounts.services import NewService, create_services
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attribute
from app.services.clock import FixedClock
from app.services.currencies.changing import add_rate, set_currency, use_of
from app.services.database.unit_of_work import Database, recorded_now
from app.services.groups.groups import add_to_group, create_group
from app.services.hierarchy.accounts import NewAccount, ProviderSettings, create_account, create_provider
from app.services.hierarchy.operator import operator_of
from app.services.jobs import JobContext
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.disputes import end_dispute, raise_dispute
from app.services.ledger.writing import NewInvoice, NewLine, NewPayment, record_invoices, record_payments
from app.services.rules.rule_sets import newest_version, set_rules
from app.services.scans.restore import restore_by_hand
from app.services.scans.scan import run_scan
from app.services.suspension.preview import preview_scan
from app.services.suspension.reasons import read_reasons
from app.services.suspension.report import AccountResult, ScanReport
from tests.support.filled_books import FilledBooks
from tests.support.switches import set_brake, switch_on


def day(text: str) -> date:
    return date.fromisoformat(text)


def _provider(database: Database, code: str, zone: str, currency: str, start: date) -> int:
    """A provider without a safety brake, because stories skip days."""
    settings = ProviderSettings(currency=currency, realm=f"@{code.lower()}.example", time_zone=zone)
    with database.write() as session:
        made = create_provider(
            session, parent_id=operator_of(session).id, code=code, name=f"{code.title()} Telecom",
            type=AccountType.RETAIL, start_date=start, settings=settings).id
        set_brake(session, provider_id=made, share=0, accounts=0, pause=0)
        return made


class Book:
    """One provider in a database of a test, and what happens there."""

    def __init__(
        self, database: Database, clock: FixedClock, filled_books: FilledBooks | None = None, *, code: str = "HARBOUR",
        zone: str = "Australia/Sydney", currency: str = "AUD", start: str = "2012-01-01",
    ) -> None:
        """With `filled_books` the provider is made once for all tests that begin with it on an empty database."""
        self.database, self.clock = database, clock
        self.code, self.zone, self.currency, self.start = code, ZoneInfo(zone), currency, day(start)
        self.accounts: dict[str, int] = {}
        self.currencies: dict[str, str] = {}
        self._numbers = count(1)
        self.provider_id = (
            _provider(database, code, zone, currency, self.start) if filled_books is None
            else filled_books.put(database, _provider, code, zone, currency, self.start))

    # ---- what there is

    def account(
        self, code: str, *, services: int = 1, groups: Sequence[int] = (), omitted: bool = False,
        ombudsman: bool = False, lifecycle: Lifecycle = Lifecycle.ACTIVE, start: str | None = None,
        currency: str = "",
    ) -> int:
        new = NewAccount(code=code, name=f"Customer {code}", start_date=day(start) if start else self.start,
                         ombudsman_case_open=ombudsman, lifecycle=lifecycle, currency=currency)
        with self.database.write() as session:
            id_ = create_account(session, provider_id=self.provider_id, new=new)
            create_services(session, provider_id=self.provider_id, services=[
                NewService(account_id=id_, identifier=f"{self.code}-{code}-{n}", name="Broadband")
                for n in range(1, services + 1)])
            for group in groups:
                add_to_group(session, group_id=group, account_ids=[id_])
            if omitted:
                self.omit(session, id_)
        self.accounts[code] = id_
        self.currencies[code] = currency or self.currency
        return id_

    def omit(self, session: Session, account_id: int, *, omitted: bool = True) -> None:
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=account_id, key="omit_from_auto_restrict", value=omitted,
                      seen=stored_values(session, Tier.ACCOUNT, account_id))

    def group(self, code: str, kind: GroupKind = GroupKind.DISTRIBUTION) -> int:
        with self.database.write() as session:
            return create_group(session, provider_id=self.provider_id, code=code, kind=kind).id

    def join_group(self, code: str, group_id: int) -> None:
        with self.database.write() as session:
            add_to_group(session, group_id=group_id, account_ids=[self.accounts[code]])

    def set_service(self, code: str, state: ServiceState, *, number: int = 1) -> None:
        """What staff do to a service."""
        identifier = f"{self.code}-{code}-{number}"
        with self.database.write() as session:
            session.execute(update(Service).where(Service.identifier == identifier).values(state=state.value))

    def rules(
        self, *, since: str = "2012-01-01", x: int = 5000, y: int = 14, k: int = 1000, wait: int = 0,
        windows: Sequence[str] = (), excluded: Sequence[int] = (), name: str = "House rules",
        holidays: str = "",
    ) -> int:
        with self.database.write() as session:
            switch_on(session, provider_id=self.provider_id)
            return set_rules(
                session, provider_id=self.provider_id, effective_from=day(since), min_overdue_minor=x,
                min_overdue_days=y, restore_at_minor=k, resuspend_days=wait, windows=windows,
                excluded_group_ids=excluded, name=name, holidays=holidays,
                seen=newest_version(session, provider_id=self.provider_id)).id

    def brake(self, *, share: int = 0, accounts: int = 0, pause: int = 0) -> None:
        """Set the safety brake; a book begins without one, because stories skip days."""
        with self.database.write() as session:
            set_brake(session, provider_id=self.provider_id, share=share, accounts=accounts, pause=pause)

    def rate(self, currency: str, rate: str, *, since: str, until: str | None = None) -> None:
        """What one unit of a currency costs, which is in use from then on."""
        with self.database.write() as session:
            operator = operator_of(session).id
            set_attribute(session, tier=Tier.PROVIDER, owner_id=operator, key="module_multi_currency", value=True,
                          seen=stored_values(session, Tier.PROVIDER, operator))
            add_rate(session, provider_id=self.provider_id, currency=currency, from_date=day(since), rate=rate,
                     to_date=day(until) if until else None)
            use = use_of(session, provider_id=self.provider_id, currency=currency)
            set_currency(session, provider_id=self.provider_id, currency=currency,
                         wanted=replace(use, state=CurrencyState.EFFECTIVE), seen=use)

    # ---- what happens

    def at(self, text: str) -> datetime:
        """Move the clock to a local time of the provider, as "2025-07-02 09:00"."""
        self.clock.moment = datetime.fromisoformat(text).replace(tzinfo=self.zone)
        return self.clock.moment

    def today(self) -> date:
        return self.clock.moment.astimezone(self.zone).date()

    def invoice(self, code: str, minor: int, *, due: str, issued: str | None = None) -> int:
        """A posted invoice; allocation follows."""
        due_on = day(due)
        issued_on = day(issued) if issued else due_on - timedelta(days=14)
        new = NewInvoice(
            account_id=self.accounts[code], number=f"{self.code}-{next(self._numbers):06d}", issued_on=issued_on,
            posted_on=issued_on, due_on=due_on, lines=(NewLine(description="Services", net_minor=minor),),
            delivery_method=DeliveryMethod.EMAIL, layout=InvoiceLayout.STANDARD)
        with self.database.write() as session:
            (id_,) = record_invoices(session, provider_id=self.provider_id, currency=self.currencies[code],
                                     invoices=[new], imported=False)
            allocate_accounts(session, [new.account_id])
        return id_

    def pay(self, code: str, minor: int, *, on: str, invoices: Iterable[int] = (), allocate: bool = True) -> int:
        new = NewPayment(account_id=self.accounts[code], number=f"P-{next(self._numbers):06d}", received_on=day(on),
                         amount_minor=minor, targets=tuple(invoices))
        with self.database.write() as session:
            (id_,) = record_payments(session, provider_id=self.provider_id, currency=self.currencies[code],
                                     payments=[new], imported=False)
            if allocate:
                allocate_accounts(session, [new.account_id])
        return id_

    def pending_credit(self, code: str, minor: int, *, on: str) -> int:
        """A credit note that nobody has posted yet."""
        with self.database.write() as session:
            draft = FinancialTransaction(
                provider_id=self.provider_id, account_id=self.accounts[code], kind=TransactionKind.CREDIT_NOTE.value,
                state=TransactionState.DRAFT.value, currency=self.currencies[code], amount_minor=minor, net_minor=minor,
                issued_on=day(on), effective_on=day(on), recorded_at=recorded_now(session), posted_by="test")
            session.add(draft)
            session.flush()
            return draft.id

    def dispute(self, invoice_id: int, minor: int, *, on: str, until: str | None = None) -> int:
        with self.database.write() as session:
            return raise_dispute(session, invoice_id=invoice_id, amount_minor=minor, on=day(on),
                                 until=day(until) if until else None).id

    def end_dispute(self, dispute_id: int, *, on: str) -> None:
        with self.database.write() as session:
            end_dispute(session, dispute_id=dispute_id, on=day(on))

    def restore_by_hand(self, code: str, reason: str = "Promised to pay") -> None:
        with self.database.write() as session:
            restore_by_hand(session, account_id=self.accounts[code], reason=reason, on=self.today())

    # ---- scanning

    def scan(self, **options: Any) -> dict[str, AccountResult]:
        return by_code(self.run(**options))

    def run(self, **options: Any) -> ScanReport:
        return run_scan(self.database, JobContext(), provider_id=self.provider_id, **options)

    def preview(self, as_of: str | None = None, **options: Any) -> dict[str, AccountResult]:
        return by_code(preview_scan(self.database, JobContext(), provider_id=self.provider_id,
                                    as_of=day(as_of) if as_of else None, **options))

    # ---- looking

    def words(self, report: ScanReport) -> dict[str, list[str]]:
        """The reasons of a report as people read them, by code."""
        reasons = read_reasons(self.database, report)
        return {r.code: [reason.words for reason in reasons[r.account_id]] for r in report.accounts}

    def rows(self, entity: Any, *columns: Any, **conditions: Any) -> list[Any]:
        """Rows of an entity of one account (`code=`) or all, in order of their ids."""
        if "code" in conditions:
            conditions["account_id"] = self.accounts[conditions.pop("code")]
        with self.database.read() as session:
            query = select(*columns) if columns else select(entity)
            query = query.filter_by(**conditions) if not columns else query.where(
                *[getattr(entity, name) == value for name, value in conditions.items()])
            result = session.execute(query.order_by(entity.id))
            return list(result.scalars() if len(columns) <= 1 else result)

    def rows_of_invoices(self, code: str) -> list[int]:
        """Ids of the invoices of an account, oldest first."""
        t = FinancialTransaction
        return self.rows(t, t.id, code=code, kind=TransactionKind.INVOICE.value)

    def service_states(self, code: str) -> list[str]:
        return [str(state) for state in self.rows(Service, Service.state, code=code)]


def by_code(report: ScanReport) -> dict[str, AccountResult]:
    return {r.code: r for r in report.accounts}


def tables(*, without: Iterable[str] = ()) -> list[Table]:
    return [t for t in Base.metadata.sorted_tables if t.name not in set(without)]


def dump(database: Database, *, without: Iterable[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in order."""
    with database.read() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in tables(without=without)
        }
