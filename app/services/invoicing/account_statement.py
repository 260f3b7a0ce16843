"""Statement of account: what was charged and paid within a period, from the balance brought forward to the closing one.

Everything is read as of the last day of the period (ARCHITECTURE.md, "Dates"), so a statement of a past period never
changes but by what is entered about it later. Amounts are minor units, debit positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, InvoiceDetail
from app.models.parties.powers import Power
from app.models.values import TransactionKind, TransactionState
from app.services.access.authorize import require_account
from app.services.errors import RefusedByRule
from app.services.invoicing.document import Letterhead
from app.services.invoicing.letterheads import filled_lines, letterheads_of_today
from app.services.invoicing.statements import addressees
from app.services.ledger.reading import account_figures, amount_sum, signed_amount
from app.services.wording import counted, day_text

MOST_ROWS = 20_000
"""Rows of one statement; a longer period is asked for in parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """One posted row of the period."""

    on: date
    kind: TransactionKind
    number: str
    text: str
    period_from: date | None
    period_to: date | None
    due_on: date | None
    """Of an invoice."""
    signed_minor: int
    balance_minor: int
    """After this row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatement:
    """All that a statement of account prints."""

    account_code: str
    currency: str
    letterhead: Letterhead
    bill_to_name: str
    bill_to_lines: tuple[str, ...]
    since: date
    until: date
    brought_forward_minor: int
    """Balance before the first day."""
    rows: tuple[StatementRow, ...]
    closing_minor: int
    """Balance after the last day."""
    ageing_minor: tuple[int, int, int, int, int]
    """Unsettled invoices on the last day: not due, 1 to 30, 31 to 60, 61 to 90, over 90 days past due."""
    unallocated_minor: int
    """Credit of the last day that is not allocated to anything."""

    @property
    def charged_minor(self) -> int:
        """What raised the balance within the period."""
        return sum(row.signed_minor for row in self.rows if row.signed_minor > 0)

    @property
    def credited_minor(self) -> int:
        """What lowered the balance within the period, as a positive figure."""
        return -sum(row.signed_minor for row in self.rows if row.signed_minor < 0)


def account_statement(session: Session, *, account_id: int, since: date, until: date) -> AccountStatement:
    """The statement of one account from a day to another, both included; its letterhead and address are today's.

    Raises RefusedByRule where the period ends before it begins or has more than `MOST_ROWS` rows.
    """
    account = require_account(session, account_id, Power.LEDGER)
    if until < since:
        raise RefusedByRule(f"The period ends on {day_text(until)}, before it begins on {day_text(since)}. "
                            "Enter a last day that is not before the first.")
    brought = _balance_before(session, account_id, since)
    rows = _rows(session, account_id, since, until, brought)
    figures = account_figures(session, [account_id], until)[account_id]
    name, address = addressees(session, [account_id]).get(account_id, (account.name, ""))
    return AccountStatement(
        account_code=account.code, currency=account.currency,
        letterhead=letterheads_of_today(session, {account.provider_id})[account.provider_id],
        bill_to_name=name, bill_to_lines=tuple(filled_lines(address)), since=since, until=until,
        brought_forward_minor=brought, rows=rows, closing_minor=figures.balance_minor,
        ageing_minor=figures.ageing_minor, unallocated_minor=figures.unallocated_minor)


def _balance_before(session: Session, account_id: int, day: date) -> int:
    t = FinancialTransaction
    return session.scalar(
        select(func.coalesce(amount_sum(signed_amount()), 0))
        .where(t.account_id == account_id, t.state == TransactionState.POSTED.value, t.effective_on < day)) or 0


def _rows(session: Session, account_id: int, since: date, until: date, brought: int) -> tuple[StatementRow, ...]:
    t = FinancialTransaction
    found = session.execute(
        select(t.effective_on, t.kind, t.number, t.description, t.method, t.due_on, InvoiceDetail.period_from,
               InvoiceDetail.period_to, signed_amount().label("signed"))
        .outerjoin(InvoiceDetail, InvoiceDetail.transaction_id == t.id)
        .where(t.account_id == account_id, t.state == TransactionState.POSTED.value,
               t.effective_on.between(since, until))
        .order_by(t.effective_on, t.id).limit(MOST_ROWS + 1)).all()
    if len(found) > MOST_ROWS:
        raise RefusedByRule(f"This period has more than {counted(MOST_ROWS, 'row')}. Ask for a shorter one.")
    balance, rows = brought, []
    for row in found:
        balance += row.signed
        rows.append(StatementRow(
            on=row.effective_on, kind=TransactionKind(row.kind), number=row.number or "",
            text=row.description or row.method, period_from=row.period_from, period_to=row.period_to,
            due_on=row.due_on, signed_minor=row.signed, balance_minor=balance))
    return tuple(rows)
