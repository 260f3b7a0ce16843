"""Importing payments received, and the invoices that they name.

A payment may be larger than its invoice or name none: the rest is allocated by the rule, oldest invoice first. One for
an account that is not there, or cancelled, goes to the suspense account of its provider, which keeps what the file
named. Rows without a payment in them are left out by the map's `only_if`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import FinancialTransaction, PaymentTarget
from app.models.parties.account import Account
from app.models.values import Lifecycle, Money, TransactionKind
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import among
from app.services.documents.system_accounts import system_account
from app.services.errors import RowError
from app.services.files.texts import shown
from app.services.hierarchy.accounts import SUSPENSE_CODE
from app.services.imports.importer import Facts, OfAccounts, said
from app.services.imports.invoices import known_invoices
from app.services.imports.judging import Judgement, keys_of, minor_units
from app.services.imports.providers import ProviderFacts
from app.services.imports.staging import StagedRow
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.payment_events import raise_of_payments
from app.services.ledger.writing import NewPayment, record_payments


@dataclass(slots=True)
class _Facts(Facts):
    invoices: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    """(provider code, number) → id and account code."""
    cancelled: set[int] = field(default_factory=set)
    """Accounts on which nothing is posted any more."""

    def has_an_owner(self, row: StagedRow) -> bool:
        """Whether the payment of a row can be posted on the account that it names."""
        account_id = self.accounts.get((row.provider, row.values.get("account", "")))
        return account_id is not None and account_id not in self.cancelled


class PaymentsImport(OfAccounts[_Facts]):
    """Judges and writes staged rows of payments."""

    noun = "Payments"
    facts = _Facts

    def look_up(self, session: Session, provider: ProviderFacts, rows: Sequence[StagedRow], facts: _Facts) -> None:
        """Find the invoices that rows name."""
        invoices = known_invoices(session, provider, said(rows, "invoice"))
        facts.invoices.update({(provider.code, number): found for number, found in invoices.items()})
        named = [facts.accounts[provider.code, code] for code in said(rows, "account")
                 if (provider.code, code) in facts.accounts]
        facts.cancelled.update(session.scalars(select(Account.id).where(
            among(session, Account.id, named), Account.lifecycle == Lifecycle.TERMINATED.value)))

    def judge(self, session: Session) -> Judgement:
        """The same as of any rows; who pays for an account that is not there, or cancelled, is counted besides."""
        judgement = super().judge(session)
        judgement.suspense = sum(not judgement.facts.has_an_owner(row)
                                 for rows in judgement.new.values() for row in rows)
        return judgement

    def without_account(self, row: StagedRow) -> Iterable[RowError]:
        """Nothing: the money came in, and waits on the suspense account until somebody knows whose it is."""
        del row
        return ()

    def faults(self, row: StagedRow, provider: ProviderFacts, facts: _Facts) -> Iterator[RowError]:
        """An invoice that is not there or of another account, an amount that is none."""
        stage, account, named = self.stage, row.values.get("account"), row.values.get("invoice")
        found = facts.invoices.get((provider.code, named)) if named is not None else None
        if named is not None and found is None:
            yield stage.refuse(row, "invoice", f'Provider {provider.code} has no invoice "{shown(named)}". Import the '
                                               "invoices first, or leave the number out.")
        elif found is not None and account is not None and found[1] != account:
            yield stage.refuse(row, "invoice", f"The invoice belongs to account {found[1]}, the payment to "
                                               f"{account}. A payment settles invoices of its own account.")
        if not facts.has_an_owner(row) and facts.currency_of(row) != provider.currency:
            yield stage.refuse(row, "account", f"{account} is cancelled and kept in {facts.currency_of(row)}, and the "
                                               f"suspense account in {provider.currency}. Take the row out.")
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
            select(t.number, func.coalesce(t.meant_for, Account.code).label("account"),
                   t.effective_on.label("received_on"), t.currency, t.amount_minor, t.method, t.description,
                   invoice.number.label("invoice"), t.meant_for)
            .join(Account, Account.id == t.account_id)
            .outerjoin(PaymentTarget, PaymentTarget.payment_id == t.id)
            .outerjoin(invoice, invoice.id == PaymentTarget.invoice_id)
            .where(t.provider_id == provider.id, t.kind == TransactionKind.PAYMENT.value,
                   among(session, t.number, keys_of(rows)))
        ).mappings()
        invoices = {row.key: row.values.get("invoice") for row in rows}
        return {each["number"]: {
            **each, "amount": Money(each["amount_minor"], each["currency"]),
            # One that went to the suspense account names no invoice there, whatever the row says.
            "invoice": each["invoice"] if each["meant_for"] is None else invoices[each["number"]]} for each in found}

    def write_rows(self, session: Session, facts: _Facts, code: str, rows: Sequence[StagedRow]) -> Iterable[int]:
        """Post the payments of one provider, with what they name."""
        provider = facts.providers[code]
        suspense = None if all(facts.has_an_owner(row) for row in rows) else system_account(
            session, provider_id=provider.id, code=SUSPENSE_CODE).id
        touched: list[int] = []
        for currency, those in facts.by_currency(rows).items():
            payments = [self._new_payment(row, provider, facts, suspense) for row in those]
            ids = record_payments(session, provider_id=provider.id, currency=currency, payments=payments, imported=True)
            raise_of_payments(session, event="automated_payment_received", provider_id=provider.id, payment_ids=[
                id_ for id_, payment in zip(ids, payments, strict=True) if payment.account_id != suspense])
            touched += [payment.account_id for payment in payments]
        return touched

    def finish(self, session: Session, touched: set[int]) -> ChangeSet:
        """Allocate: what payments name first, the rest by the rule."""
        allocate_accounts(session, touched)
        return ChangeSet.of(Changed.LEDGER, accounts=touched)

    def _new_payment(
        self, row: StagedRow, provider: ProviderFacts, facts: _Facts, suspense: int | None
    ) -> NewPayment:
        values = row.values
        amount = self.content(row, facts.currency_of(row))["amount"]
        if not isinstance(amount, Money):
            raise TypeError(f"row {row.number} was not judged")
        is_homeless = suspense is not None and not facts.has_an_owner(row)
        named = None if is_homeless else values.get("invoice")
        return NewPayment(
            account_id=suspense if is_homeless and suspense is not None else facts.account_of(row), number=row.key,
            meant_for=values["account"] if is_homeless else None,
            received_on=values["received_on"], amount_minor=amount.minor, method=values.get("method", ""),
            description=values.get("description", ""),
            targets=() if named is None else (facts.invoices[provider.code, named][0],),
        )
