"""The figures messages name: balances, invoices, payments, plans and services, as of the day of their cause.

Money is as it stood on the day the event speaks of, by what was recorded when it was raised, however much later the
words are put in. Causes of one day and instant are answered together, and nothing is reckoned that no template names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.models.events.library import EVENT_TYPE_AT
from app.models.ledger.entries import FinancialTransaction, InvoiceStatement
from app.models.ledger.plans import PaymentPlan, PaymentPlanInstalment, PaymentPlanInvoice
from app.models.parties.service import Service
from app.models.rules.message_template import Value
from app.services.database.dialects import among
from app.services.invoicing.statements import reckoned_statements
from app.services.ledger.reading import account_figures, known, open_invoices
from app.services.outbox.parties import Party
from app.services.paper.formatting import PageFormat, page_format

_PART = 400

Values = dict[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What a message tells of."""

    event: str
    """Key of its type in the library."""
    account_id: int
    effective_on: date
    """The day it speaks of."""
    known_at: datetime | None
    """When it was raised: what was recorded later is left out; None for what is known now."""
    document_id: int | None = None
    """Its invoice, or the payment of an event about one."""
    service_id: int | None = None
    plan_id: int | None = None
    """The payment plan of an event about one; None stands for the newest of the account."""
    process_result: str = ""
    """How a process ended, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Causes of one day, by what was known at one instant."""

    as_of: date
    known_at: datetime | None
    places: tuple[int, ...]
    """Where they stand among all."""


def read_figures(
    session: Session, causes: Sequence[Cause], parties: Mapping[int, Party], names: Iterable[str]
) -> list[Values]:
    """The values of each cause by name, of `names` those that its event knows; contacts' names are empty here.

    Statements grow with the number of days and instants, not with that of the causes.
    """
    wanted = frozenset(names)
    found: list[Values] = [_plain(cause, parties[cause.account_id], wanted) for cause in causes]
    readers: tuple[tuple[frozenset[str], _Reader], ...] = (
        (_OF_ACCOUNT, _account_values), (_OPEN, _open_values), (_PLAN, _plan_values))
    for group in _grouped(causes):
        for supplied, reader in readers:
            if supplied & wanted:
                reader(session, causes, group, parties, found)
    if _DOCUMENT & wanted:
        _document_values(session, causes, parties, found)
    if _STATEMENT & wanted:
        _statement_values(session, causes, parties, found)
    if _SERVICE & wanted:
        _service_values(session, causes, found)
    return found


_Reader = Callable[[Session, Sequence[Cause], _Group, Mapping[int, Party], list[Values]], None]

_OF_ACCOUNT = frozenset({"accountBalance", "overdueAmountIncTax"})
_OPEN = frozenset({"amountDueIncTax", "amountPayableIncTax"})
_PLAN = frozenset({"planAmount", "planInstalmentAmount", "planNextDate", "planInstalments"})
_DOCUMENT = frozenset({
    "invoiceId", "invoiceIssueDate", "invoiceDueDate", "invoiceAmountExTax", "invoiceAmountIncTax", "daysOverdue",
    "paymentAmount", "paymentDate", "paymentReference", "paymentMethod"})
_STATEMENT = frozenset({"previousBalance", "paymentsReceived"})
_SERVICE = frozenset({"serviceIdentifier", "serviceName"})


def format_of(party: Party) -> PageFormat:
    """Money and dates as the invoices of this account show them."""
    return page_format(party.provider.language, party.currency)


@cache
def _names_of(event: str) -> frozenset[str]:
    return frozenset(variable.name for variable in EVENT_TYPE_AT[event].variables)


_EMPTY = Value.of("")


def _plain(cause: Cause, party: Party, wanted: frozenset[str]) -> Values:
    """What needs no question; every name of the event that is wanted has a value, empty until one is found."""
    kind = EVENT_TYPE_AT[cause.event]
    values = dict.fromkeys(_names_of(cause.event) & wanted, _EMPTY)
    provider = party.provider
    values |= {name: Value.of(text) for name, text in {
        "accountId": party.code, "accountName": party.name, "tradingName": party.trading_name or party.name,
        "exportReference": party.export_reference, "currency": party.currency,
        "providerName": provider.name, "providerPhone": provider.phone, "providerEmail": provider.email,
        "providerWebsite": provider.website, "eventDate": format_of(party).short_date(cause.effective_on),
        "processName": kind.name, "processResult": cause.process_result,
    }.items() if name in values}
    return values


def _grouped(causes: Sequence[Cause]) -> list[_Group]:
    places: dict[tuple[date, datetime | None], list[int]] = defaultdict(list)
    for place, cause in enumerate(causes):
        places[cause.effective_on, cause.known_at].append(place)
    return [_Group(as_of=as_of, known_at=known_at, places=tuple(part))
            for (as_of, known_at), all_of_it in places.items() for part in _parts(all_of_it)]


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start:start + _PART] for start in range(0, len(ids), _PART)]


def _money(party: Party, minor: int) -> Value:
    """An amount, which holds where it is not nought."""
    return Value(format_of(party).money(minor), minor != 0)


def _put(values: Values, found: Mapping[str, Value]) -> None:
    """Give the names that this event has their values."""
    values.update({name: value for name, value in found.items() if name in values})


def _account_values(
    session: Session, causes: Sequence[Cause], group: _Group, parties: Mapping[int, Party], found: list[Values]
) -> None:
    ids = sorted({causes[place].account_id for place in group.places})
    figures = account_figures(session, ids, group.as_of, group.known_at)
    for place in group.places:
        account_id = causes[place].account_id
        party, figure = parties[account_id], figures[account_id]
        _put(found[place], {"accountBalance": _money(party, figure.balance_minor),
                            "overdueAmountIncTax": _money(party, figure.overdue_payable_minor)})


def _open_values(
    session: Session, causes: Sequence[Cause], group: _Group, parties: Mapping[int, Party], found: list[Values]
) -> None:
    ids = {causes[place].document_id for place in group.places} - {None}
    invoices = open_invoices(session, FinancialTransaction.id.in_(sorted(id_ for id_ in ids if id_ is not None)),
                             group.as_of, group.known_at, numbers=False)
    rows = {row.id: row for row in session.execute(
        select(invoices.c.id, invoices.c.unsettled, invoices.c.payable))} if ids else {}
    for place in group.places:
        cause = causes[place]
        if cause.document_id is not None:
            row, party = rows.get(cause.document_id), parties[cause.account_id]
            _put(found[place], {"amountDueIncTax": _money(party, 0 if row is None else int(row.unsettled)),
                                "amountPayableIncTax": _money(party, 0 if row is None else int(row.payable))})


def _plan_values(
    session: Session, causes: Sequence[Cause], group: _Group, parties: Mapping[int, Party], found: list[Values]
) -> None:
    """Of the plan that a cause names, else of the newest of its account."""
    ids = sorted({causes[place].account_id for place in group.places})
    plan, invoice, part = PaymentPlan, PaymentPlanInvoice, PaymentPlanInstalment
    newest: dict[int, int] = {row.account_id: row.newest for row in session.execute(
        select(plan.account_id, func.max(plan.id).label("newest"))
        .where(plan.account_id.in_(ids), *known(plan.recorded_at, group.known_at)).group_by(plan.account_id))}
    plan_at = {place: causes[place].plan_id or newest.get(causes[place].account_id) for place in group.places}
    plans = sorted({plan_id for plan_id in plan_at.values() if plan_id is not None})
    if not plans:
        return
    covered: dict[int, int] = {plan_id: int(minor) for plan_id, minor in session.execute(
        select(invoice.plan_id, func.sum(invoice.covered_minor)).where(invoice.plan_id.in_(plans))
        .group_by(invoice.plan_id))}
    waiting = case((part.payment_id.is_(None), part.position))
    counts = {row.plan_id: row for row in session.execute(
        select(part.plan_id, func.count().label("count"), func.min(waiting).label("next"))
        .where(part.plan_id.in_(plans)).group_by(part.plan_id))}
    nexts = {(row.plan_id, row.position): row for row in session.execute(
        select(part.plan_id, part.position, part.due_on, part.amount_minor).where(part.plan_id.in_(plans)))}
    for place in group.places:
        party = parties[causes[place].account_id]
        plan_id = plan_at[place]
        if plan_id is None:
            continue
        count = counts.get(plan_id)
        values = {"planAmount": _money(party, covered.get(plan_id, 0)),
                  "planInstalments": Value.of(str(0 if count is None else count.count))}
        following = None if count is None else nexts.get((plan_id, count.next))
        if following is not None:
            values |= {"planInstalmentAmount": _money(party, following.amount_minor),
                       "planNextDate": Value.of(format_of(party).short_date(following.due_on))}
        _put(found[place], values)


def _document_values(
    session: Session, causes: Sequence[Cause], parties: Mapping[int, Party], found: list[Values]
) -> None:
    t = FinancialTransaction
    ids = sorted({cause.document_id for cause in causes if cause.document_id is not None})
    rows = {row.id: row for row in session.execute(
        select(t.id, t.number, t.issued_on, t.effective_on, t.due_on, t.amount_minor, t.net_minor, t.method)
        .where(among(session, t.id, ids)))} if ids else {}
    for cause, values in zip(causes, found, strict=True):
        row = rows.get(cause.document_id or 0)
        if row is not None:
            party = parties[cause.account_id]
            _put(values, _payment(row, party) if EVENT_TYPE_AT[cause.event].about_payment
                 else _invoice(row, party, cause.effective_on))


def _invoice(row: Any, party: Party, on: date) -> Values:
    shown = format_of(party)
    late = max(0, (on - row.due_on).days)
    return {
        "invoiceId": Value.of(row.number or ""), "invoiceIssueDate": Value.of(shown.short_date(row.issued_on)),
        "invoiceDueDate": Value.of(shown.short_date(row.due_on)),
        "invoiceAmountExTax": _money(party, row.net_minor), "invoiceAmountIncTax": _money(party, row.amount_minor),
        "daysOverdue": Value(str(late), late > 0),
    }


def _payment(row: Any, party: Party) -> Values:
    return {
        "paymentAmount": _money(party, row.amount_minor), "paymentReference": Value.of(row.number or ""),
        "paymentDate": Value.of(format_of(party).short_date(row.effective_on)),
        "paymentMethod": Value.of(row.method),
    }


def _statement_values(
    session: Session, causes: Sequence[Cause], parties: Mapping[int, Party], found: list[Values]
) -> None:
    """As printed on the invoice: frozen, or what would be frozen now."""
    s = InvoiceStatement
    ids = sorted({cause.document_id for cause in causes if cause.document_id is not None})
    columns = (s.transaction_id, s.previous_balance_minor, s.payments_since_minor)
    rows: dict[int, tuple[int, int]] = {id_: (before, since) for id_, before, since in session.execute(
        select(*columns).where(among(session, s.transaction_id, ids)))} if ids else {}
    for part in _parts([id_ for id_ in ids if id_ not in rows]):
        rows |= {values["transaction_id"]: (values["previous_balance_minor"], values["payments_since_minor"])
                 for values in reckoned_statements(session, part)}
    for cause, values in zip(causes, found, strict=True):
        row = rows.get(cause.document_id or 0)
        if row is not None:
            party = parties[cause.account_id]
            _put(values, {"previousBalance": _money(party, row[0]), "paymentsReceived": _money(party, -row[1])})


def _service_values(session: Session, causes: Sequence[Cause], found: list[Values]) -> None:
    ids = sorted({cause.service_id for cause in causes if cause.service_id is not None})
    rows = {row.id: row for row in session.execute(
        select(Service.id, Service.identifier, Service.name).where(among(session, Service.id, ids)))} if ids else {}
    for cause, values in zip(causes, found, strict=True):
        row = rows.get(cause.service_id or 0)
        if row is not None:
            _put(values, {"serviceIdentifier": Value.of(row.identifier), "serviceName": Value.of(row.name)})
