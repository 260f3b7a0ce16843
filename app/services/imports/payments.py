"""Importing payments received, and the invoices that they name.

A payment may be larger than its invoice or name none: the rest is allocated by the rule, oldest invoice first. Rows
without a payment in them are left out by the map's `only_if`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import FinancialTransaction, PaymentTarget
from app.models.parties.account import Account
from app.models.values import Money, TransactionKind
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import among
from app.services.errors import RowError
from app.services.files.texts import shown
from app.services.imports.importer import Facts, OfAccounts, said
from app.services.imports.invoices import known_invoices
from app.services.imports.judging import keys_of, minor_units
from app.services.imports.providers import ProviderFacts
from app.services.imports.staging import StagedRow
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.payment_events import raise_of_payments
from app.services.ledger.writing import NewPayment, record_payments


@dataclass(slots=True)
class _Facts(Facts):
    invoices: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    """(provider code, number) → id and account code."""


class PaymentsImport(OfAccounts[_Facts]):
    """Judges and writes staged rows of payments."""

    noun = "Payments"
    facts = _Facts

    def look_up(self, session: Session, provider: ProviderFacts, rows: Sequence[StagedRow], facts: _Facts) -> None:
        """Find the invoices that rows name."""
        invoices = known_invoices(session, provider, said(rows, "invoice"))
        facts.invoices.update({(provider.code, number): found for number, found in invoices.items()})

    def faults(self, row: StagedRow, provider: ProviderFacts, facts: _Facts) -> Iterator[RowError]:
        """An invoice that is not there or of another account, an amount that is none."""
        stage, account, named = self.stage, row.values.get("account"), row.values.get("invoice")
        found = facts.invoices.get((provider.code, named)) if named is not None else None
        if named is not None and found is None:
            yield stage.refuse(row, "invoice", f'Provider {provider.code} has no invoice "{shown(named)}". Import the '
                                               "invoices first, or leave the number out.")
        elif found is not None and (provider.code, account) in facts.accounts and found[1] != account:
            yield stage.refuse(row, "invoice", f"The invoice belongs to account {found[1]}, the payment to "
                                               f"{account}. A payment settles invoices of its own account.")
        if "amount" in row.values:
            minor = minor_units(stage, row, "amount", facts.currency_of(row))
            if isinstance(minor, RowError):
                yield minor
            elif minor <= 0:
                yield stage.refuse(row, "amount", f'"{stage.text_of(row, "amount")}" is not more than nothing. A '
                                                  "payment is; leave other rows out with only_if.")

    def posted_by(self, row: StagedRow) -> str:
        """A payment is posted on the day it was received."""
        del row
        return "received_on"

    def content(self, row: StagedRow, currency: str) -> dict[str, object]:
        """What the row says, its amount with its currency."""
        minor = minor_units(self.stage, row, "amount", currency) if "amount" in row.values else None
        return {**row.values, **({"amount": Money(minor, currency)} if isinstance(minor, int) else {})}

    def known(
        self, session: Session, provider: ProviderFacts, rows: Collection[StagedRow]
    ) -> dict[str, dict[str, object]]:
        """The payments that rows name, by number."""
        t, invoice = FinancialTransaction, aliased(FinancialTransaction)
        found = session.execute(
            select(t.number, Account.code.label("account"), t.effective_on.label("received_on"), t.currency,
                   t.amount_minor,
                   t.method, t.description, invoice.number.label("invoice"))
            .join(Account, Account.id == t.account_id)
            .outerjoin(PaymentTarget, PaymentTarget.payment_id == t.id)
            .outerjoin(invoice, invoice.id == PaymentTarget.invoice_id)
            .where(t.provider_id == provider.id, t.kind == TransactionKind.PAYMENT.value,
                   among(session, t.number, keys_of(rows)))
        ).mappings()
        return {each["number"]: {**each, "amount": Money(each["amount_minor"], each["currency"])} for each in found}

    def write_rows(self, session: Session, facts: _Facts, code: str, rows: Sequence[StagedRow]) -> Iterable[int]:
        """Post the payments of one provider, with what they name."""
        provider = facts.providers[code]
        touched: list[int] = []
        for currency, those in facts.by_currency(rows).items():
            payments = [self._new_payment(row, provider, facts) for row in those]
            ids = record_payments(session, provider_id=provider.id, currency=currency, payments=payments, imported=True)
            raise_of_payments(session, event="automated_payment_received", provider_id=provider.id, payment_ids=ids)
            touched += [payment.account_id for payment in payments]
        return touched

    def finish(self, session: Session, touched: set[int]) -> ChangeSet:
        """Allocate: what payments name first, the rest by the rule."""
        allocate_accounts(session, touched)
        return ChangeSet.of(Changed.LEDGER, accounts=touched)

    def _new_payment(self, row: StagedRow, provider: ProviderFacts, facts: _Facts) -> NewPayment:
        values = row.values
        amount = self.content(row, facts.currency_of(row))["amount"]
        if not isinstance(amount, Money):
            raise TypeError(f"row {row.number} was not judged")
        named = values.get("invoice")
        return NewPayment(
            account_id=facts.account_of(row), number=row.key,
            received_on=values["received_on"], amount_minor=amount.minor, method=values.get("method", ""),
            description=values.get("description", ""),
            targets=() if named is None else (facts.invoices[provider.code, named][0],),
        )
