"""Writing a chunk of customers with everything that belongs to them, in one transaction.

Rows are recorded as they would have been in life: what was dated up to an earlier scan was known to that scan, what
came later was not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account, AccountStatusChange
from app.models.parties.contact import AccountContact, Contact
from app.models.values import (
    AccountStatus,
    DeliveryMethod,
    Enterprise,
    HoldKind,
    InvoiceLayout,
    Lifecycle,
    TransactionKind,
)
from app.services.accounts.services import NewService, create_services
from app.services.attributes.columns import effective_columns
from app.services.attributes.writing import set_attributes_of_new_accounts
from app.services.database.bulk import insert_rows, insert_rows_with_ids
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.demo.customers import Customer
from app.services.demo.ledgers import Ledger, PlannedPayment, draw_ledger
from app.services.demo.lines import Terms
from app.services.demo.providers import Place
from app.services.demo.roles import Part
from app.services.demo.world import SCAN_DAYS_BACK
from app.services.groups.groups import add_to_group
from app.services.hierarchy.accounts import NewAccount, create_accounts
from app.services.hierarchy.new_contacts import NewContact
from app.services.invoicing.statements import freeze_statements
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.disputes import end_dispute, raise_dispute
from app.services.ledger.numbering import document_number, take_document_numbers
from app.services.ledger.writing import NewInvoice, NewPayment, record_invoices, record_payments
from app.services.status.changes import place_hold

_ENDED = {Lifecycle.INACTIVE: AccountStatus.INACTIVE, Lifecycle.TERMINATED: AccountStatus.CANCELLED}
_REASONS = {
    HoldKind.MANUAL: ("Credit check", "Dispute under investigation"),
    HoldKind.BILLING_AND_ORDERING: ("Estate of the holder being settled",),
    HoldKind.PARENT_PROVIDER: ("Restricted by Pacific Wholesale",),
    HoldKind.SYSTEM: ("Stopped by the operator",),
}


@dataclass(slots=True)
class Tally:
    """What has been written so far."""

    accounts: int = 0
    services: int = 0
    invoices: int = 0
    payments: int = 0
    disputes: int = 0


@dataclass(slots=True)
class Marked:
    """Accounts that staff have something to do with once all is written."""

    by_hand: list[int] = field(default_factory=list)
    """Restored by hand on the last day but one."""
    promised: list[int] = field(default_factory=list)
    """Promise on the last day to pay."""
    planned: dict[int, int] = field(default_factory=dict)
    """What a payment plan covers, by account."""


@dataclass(slots=True)
class Writer:
    """Writes the customers of one provider; the numbers of all its invoices were set aside, by posting date."""

    place: Place
    until: date
    next_numbers: dict[date, int]
    tally: Tally
    marked: Marked

    @property
    def currency(self) -> str:
        return self.place.spec.settings.currency


def moment_of(day: date) -> datetime:
    """When what happened up to a day is recorded: its first hour in UTC, before the scans of that day."""
    return datetime.combine(day, time(), UTC)


@contextmanager
def recorded_as(session: Session, moment: datetime) -> Iterator[None]:
    """Let the rows written within carry this instant."""
    before = session.info.get("recorded_at")
    session.info["recorded_at"] = moment
    try:
        yield
    finally:
        session.info["recorded_at"] = before


def write_customers(session: Session, writer: Writer, customers: Sequence[Customer]) -> None:
    """Write one chunk."""
    bounds = [writer.until - timedelta(days=back) for back in SCAN_DAYS_BACK] + [writer.until]
    with recorded_as(session, moment_of(bounds[0])):
        ids = _write_accounts(session, writer, customers)
        terms = _effective_terms(session, ids)
    ledgers = [draw_ledger(writer.place.spec, c, terms[id_], writer.until)
               for id_, c in zip(ids, customers, strict=True)]
    chunk = _LedgerChunk(session, writer, ids, ledgers)
    for after, up_to in pairwise([date.min, *bounds]):
        with recorded_as(session, moment_of(up_to)):
            chunk.write(after, up_to)
    _write_holds(session, writer, ids, customers)


# ---- accounts -------------------------------------------------------------------------------------------------------


def _write_accounts(session: Session, writer: Writer, customers: Sequence[Customer]) -> list[int]:
    place = writer.place
    ids = create_accounts(session, provider_id=place.id, accounts=[_new_account(place, c) for c in customers])
    _write_billing_contacts(session, place, ids, customers)
    set_attributes_of_new_accounts(
        session, provider_id=place.id, values={id_: c.values for id_, c in zip(ids, customers, strict=True)})
    for code, group_id in place.groups.items():
        members = [id_ for id_, c in zip(ids, customers, strict=True) if code in c.groups]
        add_to_group(session, group_id=group_id, account_ids=members)
    services = [
        NewService(account_id=id_, identifier=s.identifier, name=s.product.name, state=s.state,
                   started_on=c.outline.start_date)
        for id_, c in zip(ids, customers, strict=True) for s in c.services
    ]
    create_services(session, provider_id=place.id, services=services)
    for id_, customer in zip(ids, customers, strict=True):
        if customer.outline.part is Part.BY_HAND:
            writer.marked.by_hand.append(id_)
        elif customer.outline.part is Part.PROMISE:
            writer.marked.promised.append(id_)
        elif customer.named is not None and customer.named.planned_minor:
            writer.marked.planned[id_] = customer.named.planned_minor
    writer.tally.accounts += len(ids)
    writer.tally.services += len(services)
    return ids


def _new_account(place: Place, c: Customer) -> NewAccount:
    return NewAccount(
        code=c.code, name=c.name, start_date=c.outline.start_date,
        enterprise=Enterprise.ORGANISATION if c.is_company else Enterprise.INDIVIDUAL,
        profile_id=place.profiles[c.profile], agent_id=place.agents[c.agent] if c.agent else None,
        lifecycle=c.outline.lifecycle, contact=c.contact, ombudsman_case_open=c.ombudsman_case_open,
    )


def _write_billing_contacts(
    session: Session, place: Place, ids: Sequence[int], customers: Sequence[Customer]
) -> None:
    """Move the billing flag to a second contact where a customer has one."""
    wanted = [(id_, c.billing_contact) for id_, c in zip(ids, customers, strict=True) if c.billing_contact]
    if not wanted:
        return
    rows = [{"provider_id": place.id, **{n: getattr(contact, n) for n in NewContact.__dataclass_fields__}}
            for _, contact in wanted]
    contact_ids = insert_rows_with_ids(session, Contact, rows)
    session.execute(
        update(AccountContact).where(AccountContact.account_id.in_([id_ for id_, _ in wanted]))
        .values(is_billing=False).execution_options(synchronize_session=False)
    )
    insert_rows(session, AccountContact, [
        {"account_id": id_, "contact_id": contact_id, "is_primary": False, "is_billing": True}
        for (id_, _), contact_id in zip(wanted, contact_ids, strict=True)
    ])


_TERMS = ("trading_due_days", "invoice_delivery_method", "invoice_layout", "paper_invoice_fee", "tax_rate")


def _effective_terms(session: Session, ids: Sequence[int]) -> dict[int, Terms]:
    columns = effective_columns(_TERMS)
    rows = session.execute(
        select(Account.id, *[columns.values[key].label(key) for key in _TERMS])
        .select_from(columns.joined).where(Account.id.between(ids[0], ids[-1]))
    )
    return {
        row.id: Terms(terms_days=int(row.trading_due_days), delivery_method=DeliveryMethod(row.invoice_delivery_method),
                      layout=InvoiceLayout(row.invoice_layout), paper_fee_minor=int(row.paper_invoice_fee),
                      tax_rate_bp=int(row.tax_rate))
        for row in rows
    }


# ---- ledger ---------------------------------------------------------------------------------------------------------


class _LedgerChunk:
    """The ledgers of a chunk of accounts, written span by span of dates."""

    def __init__(self, session: Session, writer: Writer, ids: Sequence[int], ledgers: Sequence[Ledger]) -> None:
        self._session = session
        self._writer = writer
        self._ledgers = list(zip(ids, ledgers, strict=True))
        self._invoice_ids: dict[tuple[int, int], int] = {}
        self._dispute_ids: dict[tuple[int, int], int] = {}

    def write(self, after: date, up_to: date) -> None:
        """Everything dated in a span, the first day of which is the one after `after`."""
        posted = self._write_invoices(after, up_to)
        touched = self._write_disputes(after, up_to)
        touched |= self._write_payments(after, up_to)
        freeze_statements(self._session, posted)
        # In order of id, as everything here, so that the same demo comes out every time.
        allocate_accounts(self._session, sorted(touched))

    def _write_invoices(self, after: date, up_to: date) -> list[int]:
        place = self._writer.place
        found = [((account_id, i), invoice) for account_id, ledger in self._ledgers
                 for i, invoice in enumerate(ledger.invoices) if after < invoice.posted_on <= up_to]
        code = place.spec.code
        new = [
            NewInvoice(
                account_id=key[0], number=document_number(code, TransactionKind.INVOICE, number), series_number=number,
                issued_on=i.posted_on, posted_on=i.posted_on, due_on=i.due_on, lines=i.lines,
                delivery_method=i.terms.delivery_method, layout=i.terms.layout,
                terms_days=i.terms.terms_days, period_from=i.period.first, period_to=i.period.last,
            )
            for key, i, number in ((key, i, self._number(i.posted_on)) for key, i in found)
        ]
        ids = record_invoices(self._session, provider_id=place.id, currency=self._writer.currency, invoices=new,
                              imported=False)
        self._invoice_ids.update(zip((key for key, _ in found), ids, strict=True))
        self._writer.tally.invoices += len(ids)
        return ids

    def _number(self, posted_on: date) -> int:
        numbers = self._writer.next_numbers
        numbers[posted_on] += 1
        return numbers[posted_on]

    def _write_payments(self, after: date, up_to: date) -> set[int]:
        place = self._writer.place
        found = [(account_id, payment) for account_id, ledger in self._ledgers for payment in ledger.payments
                 if after < payment.received_on <= up_to]
        if not found:
            return set()
        found.sort(key=lambda entry: (entry[1].received_on, entry[0]))
        numbers = take_document_numbers(self._session, provider_id=place.id, kind=TransactionKind.PAYMENT,
                                        count=len(found))
        new = [
            NewPayment(account_id=account_id, number=number.text, series_number=number.place,
                       received_on=p.received_on, amount_minor=p.amount_minor,
                       method=p.method, targets=self._targets(account_id, p))
            for (account_id, p), number in zip(found, numbers, strict=True)
        ]
        record_payments(self._session, provider_id=place.id, currency=self._writer.currency, payments=new,
                        imported=False)
        self._writer.tally.payments += len(new)
        return {account_id for account_id, _ in found}

    def _targets(self, account_id: int, payment: PlannedPayment) -> tuple[int, ...]:
        return () if payment.target is None else (self._invoice_ids[account_id, payment.target],)

    def _write_disputes(self, after: date, up_to: date) -> set[int]:
        """Raise and end disputes; ending one allocates what was waiting for it."""
        touched: set[int] = set()
        for account_id, ledger in self._ledgers:
            for n, dispute in enumerate(ledger.disputes):
                key = (account_id, n)
                if after < dispute.raised_on <= up_to:
                    self._dispute_ids[key] = raise_dispute(
                        self._session, invoice_id=self._invoice_ids[account_id, dispute.invoice],
                        amount_minor=dispute.amount_minor, on=dispute.raised_on, reason=dispute.reason).id
                    self._writer.tally.disputes += 1
                if dispute.ended_on is not None and after < dispute.ended_on <= up_to:
                    end_dispute(self._session, dispute_id=self._dispute_ids[key], on=dispute.ended_on)
                    touched.add(account_id)
        return touched


# ---- holds ----------------------------------------------------------------------------------------------------------


def _write_holds(session: Session, writer: Writer, ids: Sequence[int], customers: Sequence[Customer]) -> None:
    """Holds placed by staff, and the history of accounts that were closed."""
    closed: list[dict[str, Any]] = []
    for id_, c in zip(ids, customers, strict=True):
        outline = c.outline
        on = outline.changed_on(writer.until)
        with recorded_as(session, moment_of(on)):
            if outline.hold is not None:
                reasons = _REASONS[outline.hold]
                place_hold(session, account_id=id_, kind=outline.hold, reason=reasons[outline.n % len(reasons)], on=on,
                           seen=AccountStatus.ACTIVE)
            if outline.lifecycle in _ENDED:
                closed.append({
                    "provider_id": writer.place.id, "account_id": id_, "old_status": AccountStatus.ACTIVE.value,
                    "new_status": _ENDED[outline.lifecycle].value, "reason": "Account closure", "effective_on": on,
                    "recorded_at": recorded_now(session), "actor": actor_of(session), "scan_run_id": None,
                })
    insert_rows(session, AccountStatusChange, closed)
