"""Importing payments received, and the invoices that they name.

A payment may be larger than its invoice or name none: the rest is allocated by the rule, oldest invoice first. Rows
without a payment in them are left out by the map's `only_if`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import FinancialTransaction, PaymentTarget
from app.models.parties.account import Account
from app.models.values import Money, TransactionKind
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import among
from app.services.errors import RowError
from app.services.files.texts import shown
from app.services.imports.invoices import known_invoices
from app.services.imports.judging import (
    Judgement,
    by_provider,
    keys_of,
    known_accounts,
    minor_units,
    sort_rows,
    unknown_account,
)
from app.services.imports.providers import ProviderFacts, providers_of, unknown_provider
from app.services.imports.staging import Stage, StagedRow
from app.services.jobs import JobContext, Progress
from app.services.ledger.writing import NewPayment, allocate_accounts, record_payments


@dataclass(slots=True)
class _Facts:
    providers: dict[str, ProviderFacts]
    accounts: dict[tuple[str, str], int] = field(default_factory=dict)
    invoices: dict[tuple[str, str], int] = field(default_factory=dict)


class PaymentsImport:
    """Judges and writes staged rows of payments."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def judge(self, session: Session) -> Judgement:
        """Compare the staged payments with accounts, invoices and payments that are there."""
        stage = self._stage
        facts = _Facts(providers_of(session, stage))
        judgement = Judgement(facts=facts)
        judgement.errors.extend(unknown_provider(stage, row) for row in stage.unfolded
                                if row.provider and row.provider not in facts.providers)
        for provider, rows in by_provider(stage.unfolded, facts.providers):
            accounts = known_accounts(session, provider.id, _said(rows, "account"))
            invoices = known_invoices(session, provider, _said(rows, "invoice"))
            facts.accounts.update({(provider.code, code): id_ for code, id_ in accounts.items()})
            facts.invoices.update({(provider.code, number): id_ for number, (id_, _) in invoices.items()})
            for row in rows:
                judgement.errors.extend(_faults(stage, row, provider, accounts, invoices))
        for provider, rows in by_provider(stage.rows, facts.providers):
            sort_rows(stage, judgement, rows, _known(session, provider, rows),
                      partial(_content, stage, currency=provider.currency))
        return judgement

    def write(self, session: Session, judgement: Judgement, context: JobContext) -> ChangeSet:
        """Post the payments and allocate them: what they name first, the rest by the rule."""
        facts: _Facts = judgement.facts
        touched: set[int] = set()
        done = 0
        for code, rows in judgement.new.items():
            provider = facts.providers[code]
            payments = [self._new_payment(row, provider, facts) for row in rows]
            record_payments(session, provider_id=provider.id, currency=provider.currency, payments=payments,
                            imported=True)
            touched.update(payment.account_id for payment in payments)
            done += len(rows)
            context.report(Progress(done=done, total=judgement.added, note=f"Payments of {code}"))
            context.raise_if_cancelled()
        allocate_accounts(session, touched)
        return ChangeSet.of(Changed.LEDGER, accounts=touched)

    def _new_payment(self, row: StagedRow, provider: ProviderFacts, facts: _Facts) -> NewPayment:
        values = row.values
        amount = _content(self._stage, row, provider.currency)["amount"]
        if not isinstance(amount, Money):
            raise TypeError(f"row {row.number} was not judged")
        named = values.get("invoice")
        return NewPayment(
            account_id=facts.accounts[provider.code, values["account"]], number=row.key,
            received_on=values["received_on"], amount_minor=amount.minor, method=values.get("method", ""),
            description=values.get("description", ""),
            targets=() if named is None else (facts.invoices[provider.code, named],),
        )


def _said(rows: Collection[StagedRow], name: str) -> Collection[str]:
    return dict.fromkeys(row.values[name] for row in rows if name in row.values)


def _faults(
    stage: Stage, row: StagedRow, provider: ProviderFacts, accounts: Mapping[str, int],
    invoices: Mapping[str, tuple[int, str]],
) -> Iterator[RowError]:
    account, named = row.values.get("account"), row.values.get("invoice")
    if account is not None and account not in accounts:
        yield unknown_account(stage, row)
    if named is not None and named not in invoices:
        yield stage.refuse(row, "invoice", f'Provider {provider.code} has no invoice "{shown(named)}". Import the '
                                           "invoices first, or leave the number out.")
    elif named is not None and account in accounts and invoices[named][1] != account:
        yield stage.refuse(row, "invoice", f"The invoice belongs to account {invoices[named][1]}, the payment to "
                                           f"{account}. A payment settles invoices of its own account.")
    if "amount" in row.values:
        minor = minor_units(stage, row, "amount", provider.currency)
        if isinstance(minor, RowError):
            yield minor
        elif minor <= 0:
            yield stage.refuse(row, "amount", f'"{stage.text_of(row, "amount")}" is not more than nothing. A payment '
                                              "is; leave other rows out with only_if.")


def _content(stage: Stage, row: StagedRow, currency: str) -> dict[str, object]:
    minor = minor_units(stage, row, "amount", currency) if "amount" in row.values else None
    return {**row.values, **({"amount": Money(minor, currency)} if isinstance(minor, int) else {})}


def _known(
    session: Session, provider: ProviderFacts, rows: Collection[StagedRow]
) -> dict[str, dict[str, object]]:
    """What the database says of the payments that rows name, by number."""
    t, invoice = FinancialTransaction, aliased(FinancialTransaction)
    found = session.execute(
        select(t.number, Account.code.label("account"), t.effective_on.label("received_on"), t.amount_minor,
               t.method, t.description, invoice.number.label("invoice"))
        .join(Account, Account.id == t.account_id)
        .outerjoin(PaymentTarget, PaymentTarget.payment_id == t.id)
        .outerjoin(invoice, invoice.id == PaymentTarget.invoice_id)
        .where(t.provider_id == provider.id, t.kind == TransactionKind.PAYMENT.value,
               among(session, t.number, keys_of(rows)))
    ).mappings()
    return {each["number"]: {**each, "amount": Money(each["amount_minor"], provider.currency)} for each in found}
