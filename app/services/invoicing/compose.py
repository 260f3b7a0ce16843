"""Composing an invoice from its base lines: tax, and the paper invoice fee where it goes by post.

Amounts come in with the tax inside, as prices are quoted. The rate is the account's effective one; the
fee is added to an invoice whose delivery method puts it on paper, unless it comes to nothing. Terms, delivery method
and layout are settled and frozen when the invoice is posted (`posting`). The billing run will call this; nothing is
written here.

Worked example: 110.00 for Acme Pty Ltd, delivered by e-mail and post with a fee of 2.50 and 10 % tax, comes to 112.50,
of which the fee is 2.27 and 0.23 tax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.rules.invoice_totals import from_inclusive
from app.models.values import DeliveryMethod
from app.services.attributes.columns import effective_columns
from app.services.errors import NotFound, RefusedByRule
from app.services.invoicing.posting import InvoiceToPost
from app.services.ledger.writing import NewLine

PAPER_FEE_TEXT = "Paper invoice fee"
ON_PAPER = frozenset({DeliveryMethod.POST, DeliveryMethod.EMAIL_AND_POST})
"""Delivery methods that put an invoice on paper, and so bring the fee (ARCHITECTURE.md, "Invoices")."""

_ATTRIBUTES = ("invoice_delivery_method", "paper_invoice_fee", "tax_rate")
_PART = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseLine:
    """What is charged: a period of a service, usage, a fee. The amount has its tax inside; a credit is negative."""

    description: str
    amount_minor: int
    heading: str = ""
    note: str = ""
    quantity: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceBasis:
    """What an invoice of one account is made of."""

    account_id: int
    posted_on: date
    lines: tuple[BaseLine, ...]
    issued_on: date | None = None
    period_from: date | None = None
    period_to: date | None = None
    description: str = ""


def compose_invoice(session: Session, *, basis: InvoiceBasis) -> InvoiceToPost:
    """Compose one invoice. See `compose_invoices`."""
    return compose_invoices(session, bases=[basis])[0]


def compose_invoices(session: Session, *, bases: Sequence[InvoiceBasis]) -> list[InvoiceToPost]:
    """Compose invoices in the order given, reading what the accounts have in effect in a few statements.

    Raises NotFound for an account that is not there, RefusedByRule for one without a line.
    """
    terms = _in_effect(session, sorted({basis.account_id for basis in bases}))
    return [_composed(basis, terms.get(basis.account_id)) for basis in bases]


@dataclass(frozen=True, slots=True, kw_only=True)
class _InEffect:
    code: str
    delivery_method: DeliveryMethod
    paper_fee_minor: int
    tax_rate_bp: int


def _in_effect(session: Session, account_ids: Sequence[int]) -> dict[int, _InEffect]:
    columns = effective_columns(_ATTRIBUTES)
    found: dict[int, _InEffect] = {}
    for start in range(0, len(account_ids), _PART):
        rows: Any = session.execute(
            select(Account.id, Account.code, *[columns.values[key] for key in _ATTRIBUTES])
            .select_from(columns.joined).where(Account.id.in_(account_ids[start:start + _PART]))
        )
        found |= {row[0]: _InEffect(code=row[1], delivery_method=DeliveryMethod(row[2]), paper_fee_minor=int(row[3]),
                                    tax_rate_bp=int(row[4])) for row in rows}
    return found


def _composed(basis: InvoiceBasis, account: _InEffect | None) -> InvoiceToPost:
    if account is None:
        raise NotFound("This account is not in the database any more.")
    if not basis.lines:
        raise RefusedByRule(f"{account.code}: there is nothing to charge, so no invoice is made.")
    lines = list(basis.lines)
    if account.delivery_method in ON_PAPER and account.paper_fee_minor:
        lines.append(BaseLine(description=PAPER_FEE_TEXT, amount_minor=account.paper_fee_minor))
    taxed = tuple(_taxed(line, account.tax_rate_bp) for line in lines)
    return InvoiceToPost(account_id=basis.account_id, posted_on=basis.posted_on, lines=taxed, issued_on=basis.issued_on,
                         period_from=basis.period_from, period_to=basis.period_to,
                         description=basis.description)


def _taxed(line: BaseLine, tax_rate_bp: int) -> NewLine:
    amounts = from_inclusive(line.amount_minor, tax_rate_bp)
    return NewLine(description=line.description, net_minor=amounts.net_minor, tax_minor=amounts.tax_minor,
                   tax_rate_bp=amounts.tax_rate_bp,
                   heading=line.heading, note=line.note, quantity=line.quantity)
