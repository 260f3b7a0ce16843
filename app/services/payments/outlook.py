"""How a payment would fall before it is posted: which invoices it settles, and what of it stays as credit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.powers import Power
from app.services.access.authorize import require_account
from app.services.ledger.allocating import would_allocate
from app.services.ledger.reading import account_figures, open_invoices


@dataclass(frozen=True, slots=True, kw_only=True)
class FallRow:
    """One open invoice, and what of the payment it would take. Amounts in minor units."""

    id: int
    number: str
    currency: str
    due_on: date
    days_late: int
    """Past due on the day of the payment; 0 or less: not yet due."""
    unsettled_minor: int
    disputed_minor: int
    planned_minor: int
    takes_minor: int
    is_named: bool

    @property
    def left_minor(self) -> int:
        """What stays open of it."""
        return self.unsettled_minor - self.takes_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOutlook:
    """What posting a payment would do to its account."""

    account_id: int
    currency: str
    amount_minor: int
    balance_minor: int
    """Before it, on its day."""
    rows: tuple[FallRow, ...]
    """Open invoices, the one due first before the others."""
    rest_minor: int
    """What would stay without an invoice."""

    @property
    def balance_after_minor(self) -> int:
        return self.balance_minor - self.amount_minor


def payment_outlook(
    session: Session, *, account_id: int, amount_minor: int, on: date, named: Collection[int] = ()
) -> PaymentOutlook:
    """How a payment of a day would fall on the open invoices of an account; `named` are the ids it names."""
    account = require_account(session, account_id, Power.LEDGER)
    takes = would_allocate(session, account_id=account_id, amount_minor=amount_minor, on=on,
                           targets=tuple(named)) if amount_minor > 0 else {}
    invoices = open_invoices(session, FinancialTransaction.account_id == account_id, on)
    rows = [FallRow(id=row.id, number=row.number or "", currency=account.currency, due_on=row.due_on,
                    days_late=row.days_late, unsettled_minor=row.unsettled, disputed_minor=row.disputed,
                    planned_minor=row.planned, takes_minor=takes.get(row.id, 0), is_named=row.id in named)
            for row in session.execute(invoices.select().order_by(invoices.c.due_on, invoices.c.id))]
    return PaymentOutlook(
        account_id=account_id, currency=account.currency, amount_minor=amount_minor,
        balance_minor=account_figures(session, [account_id], on)[account_id].balance_minor, rows=tuple(rows),
        rest_minor=amount_minor - sum(takes.values()))
