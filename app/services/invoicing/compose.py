"""Composing an invoice from its base lines: tax, and the paper invoice fee where it goes by post.

Amounts come in with the tax inside, as prices are quoted. The rate is the account's effective one; the
fee is added to an invoice whose delivery method puts it on paper, unless it comes to nothing; stated in another
currency, it is converted by the rate of the posting date. Terms, delivery method
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

from sqlalchemy import Date, case, func, literal, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.rules.invoice_totals import LineAmounts, from_inclusive
from app.models.values import DeliveryMethod, Money
from app.services.attributes.columns import effective_columns
from app.services.attributes.limits import with_currency
from app.services.attributes.own_currency import in_own_currency
from app.services.currencies.conversion import convert
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


def taxed_amounts(session: Session, *, account_id: int, amount_minor: int) -> LineAmounts:
    """Net and tax of an amount that has the account's tax inside."""
    columns = effective_columns(("tax_rate",))
    rate = session.scalar(select(columns.values["tax_rate"]).select_from(columns.joined)
                          .where(Account.id == account_id))
    if rate is None:
        raise NotFound("This account is not in the database any more.")
    return from_inclusive(amount_minor, int(rate))


def compose_invoice(session: Session, *, basis: InvoiceBasis) -> InvoiceToPost:
    """Compose one invoice. See `compose_invoices`."""
    return compose_invoices(session, bases=[basis])[0]


def compose_invoices(session: Session, *, bases: Sequence[InvoiceBasis]) -> list[InvoiceToPost]:
    """Compose invoices in the order given, reading what the accounts have in effect in a few statements.

    Raises NotFound for an account that is not there, RefusedByRule for one without a line, NoRate for a fee that is
    stated in another currency and has no rate on the posting date.
    """
    terms = {day: _in_effect(session, sorted({b.account_id for b in bases if b.posted_on == day}), day)
             for day in sorted({basis.posted_on for basis in bases})}
    return [_composed(session, basis, terms[basis.posted_on].get(basis.account_id)) for basis in bases]


@dataclass(frozen=True, slots=True, kw_only=True)
class _InEffect:
    code: str
    provider_id: int
    currency: str
    delivery_method: DeliveryMethod
    stated_fee: Money
    """As it is stated."""
    paper_fee_minor: int | None
    """In the account's currency; None where there is no rate."""
    tax_rate_bp: int


def _in_effect(session: Session, account_ids: Sequence[int], on: date) -> dict[int, _InEffect]:
    columns = effective_columns(_ATTRIBUTES)
    delivery, fee, tax_rate = (columns.values[key] for key in _ATTRIBUTES)
    joined, stated_in = with_currency(columns, "paper_invoice_fee")
    own_fee = in_own_currency(fee, stated_in, on=literal(on, Date))
    found: dict[int, _InEffect] = {}
    for start in range(0, len(account_ids), _PART):
        rows: Any = session.execute(
            select(Account.id, Account.code, Account.provider_id, Account.currency, delivery.label("delivery"),
                   fee.label("fee"), func.coalesce(stated_in, Account.currency).label("stated_in"),
                   case((fee == 0, 0), else_=own_fee).label("own_fee"), tax_rate.label("tax_rate"))
            .select_from(joined).where(Account.id.in_(account_ids[start:start + _PART]))
        )
        found |= {row.id: _InEffect(
            code=row.code, provider_id=row.provider_id, currency=row.currency,
            delivery_method=DeliveryMethod(row.delivery), stated_fee=Money(int(row.fee), row.stated_in),
            paper_fee_minor=row.own_fee, tax_rate_bp=int(row.tax_rate)) for row in rows}
    return found


def _composed(session: Session, basis: InvoiceBasis, account: _InEffect | None) -> InvoiceToPost:
    if account is None:
        raise NotFound("This account is not in the database any more.")
    if not basis.lines:
        raise RefusedByRule(f"{account.code}: there is nothing to charge, so no invoice is made.")
    lines = list(basis.lines)
    if account.delivery_method in ON_PAPER and account.stated_fee.minor:
        lines.append(BaseLine(description=PAPER_FEE_TEXT, amount_minor=_fee_of(session, account, basis.posted_on)))
    taxed = tuple(_taxed(line, account.tax_rate_bp) for line in lines)
    return InvoiceToPost(account_id=basis.account_id, posted_on=basis.posted_on, lines=taxed, issued_on=basis.issued_on,
                         period_from=basis.period_from, period_to=basis.period_to,
                         description=basis.description)


def _fee_of(session: Session, account: _InEffect, on: date) -> int:
    """The fee in the account's currency; what has no rate is refused by the words of the conversion."""
    if account.paper_fee_minor is not None:
        return account.paper_fee_minor
    return convert(session, provider_id=account.provider_id, amount_minor=account.stated_fee.minor,
                   source=account.stated_fee.currency, target=account.currency, on=on).amount_minor


def _taxed(line: BaseLine, tax_rate_bp: int) -> NewLine:
    amounts = from_inclusive(line.amount_minor, tax_rate_bp)
    return NewLine(description=line.description, net_minor=amounts.net_minor, tax_minor=amounts.tax_minor,
                   tax_rate_bp=amounts.tax_rate_bp,
                   heading=line.heading, note=line.note, quantity=line.quantity)
