"""The payments one person received one after the other: as rows, their sums by currency, and as a list on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation, FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import TransactionKind, grouped_amount
from app.services.access.authorize import authorize, visible
from app.services.database.unit_of_work import Database, actor_of
from app.services.files.kinds import PDF
from app.services.files.writing import write_bytes
from app.services.jobs import JobContext
from app.services.wording import counted, day_text

_PART = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One payment of a batch."""

    id: int
    number: str
    account_id: int
    account_code: str
    account_name: str
    provider_id: int
    provider_name: str
    amount_minor: int
    currency: str
    method: str
    received_on: date
    settles: tuple[str, ...]
    """Numbers of the invoices it settles, the one due first before the others."""
    unallocated_minor: int


def batch_rows(session: Session, *, payment_ids: Sequence[int]) -> list[BatchRow]:
    """Payments in the order of their ids; those out of reach are left out."""
    authorize(session, Power.LEDGER)
    t, provider = FinancialTransaction, _PROVIDER
    found: list[BatchRow] = []
    for start in range(0, len(payment_ids), _PART):
        part = payment_ids[start:start + _PART]
        settled = _settled(session, part)
        rows = session.execute(
            select(t.id, t.number, t.account_id, Account.code, Account.name, t.provider_id,
                   provider.c.name.label("provider_name"), t.amount_minor, t.currency, t.method, t.effective_on)
            .join(Account, Account.id == t.account_id).join(provider, provider.c.id == t.provider_id)
            .where(t.id.in_(part), t.kind == TransactionKind.PAYMENT.value, visible(session)).order_by(t.id))
        for row in rows:
            debits = settled.get(row.id, ())
            found.append(BatchRow(
                id=row.id, number=row.number or "", account_id=row.account_id, account_code=row.code,
                account_name=row.name, provider_id=row.provider_id, provider_name=row.provider_name,
                amount_minor=row.amount_minor, currency=row.currency, method=row.method,
                received_on=row.effective_on, settles=tuple(number for number, _ in debits),
                unallocated_minor=row.amount_minor - sum(minor for _, minor in debits)))
    return found


_PROVIDER = Account.__table__.alias("provider_of_payment")


def _settled(session: Session, payment_ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    t = FinancialTransaction
    amount = func.sum(Allocation.amount_minor)
    rows = session.execute(
        select(Allocation.credit_id, t.number, amount.label("minor")).join(t, t.id == Allocation.debit_id)
        .where(Allocation.credit_id.in_(payment_ids)).group_by(Allocation.credit_id, t.id, t.number, t.due_on)
        .having(amount > 0).order_by(Allocation.credit_id, t.due_on, t.id))
    found: dict[int, list[tuple[str, int]]] = {}
    for row in rows:
        found.setdefault(row.credit_id, []).append((row.number or "", int(row.minor)))
    return found


def sums_of(rows: Sequence[BatchRow]) -> dict[str, int]:
    """Sum by currency, which are never added up."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + row.amount_minor
    return sums


def save_batch_list(
    database: Database, context: JobContext, *, payment_ids: Sequence[int], control: Mapping[str, int], path: Path
) -> str:
    """Write the list of a batch as a PDF and say so in a sentence; `control` are the totals counted by hand.

    Raises InputRejected where the file cannot be written.
    """
    from app.services.paper.report import Report, ReportColumn, ReportTable, render_report

    del context
    with database.read() as session:
        rows = batch_rows(session, payment_ids=payment_ids)
        received_by = actor_of(session)
    columns = (ReportColumn(title="Payment", share=4), ReportColumn(title="Account", share=7),
               ReportColumn(title="Received", share=3), ReportColumn(title="Method", share=3),
               ReportColumn(title="Settles", share=5), ReportColumn(title="Amount", share=4, is_figure=True))
    sums = sums_of(rows)
    table = ReportTable(
        columns=columns, nothing="No payments.",
        rows=[(r.number, f"{r.account_name}, {r.account_code}", day_text(r.received_on), r.method,
               ", ".join(r.settles) or "Nothing yet", f"{grouped_amount(r.amount_minor, r.currency)} {r.currency}")
              for r in rows],
        sums=[("Sum", "", "", "", "", f"{grouped_amount(minor, currency)} {currency}")
              for currency, minor in sorted(sums.items())])
    facts = [("Received by", received_by), ("Payments", str(len(rows))),
             *((f"Control total {currency}", _agrees(sums.get(currency, 0), minor, currency))
               for currency, minor in sorted(control.items()))]
    providers = ", ".join(dict.fromkeys(row.provider_name for row in rows))
    last = max((row.received_on for row in rows), default=date.min)
    write_bytes(path, PDF, render_report(Report(title="Payments received", facts=facts, tables=[table],
                                                foot=providers, author=providers, on=last)))
    return f"The list of {counted(len(rows), 'payment')} is saved as {path.name}."


def _agrees(total: int, control: int, currency: str) -> str:
    counted_by_hand = f"{grouped_amount(control, currency)} {currency}"
    if total == control:
        return f"{counted_by_hand}, agrees"
    return f"{counted_by_hand}, {grouped_amount(total - control, currency)} off"
