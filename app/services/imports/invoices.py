"""Importing posted invoices: number, dates and amount as given, one line each, and the dispute that came with them.

Delivery follows the file where it says so, else the account; the layout is that of the account's profile, as for
invoices made here. What is in dispute is the whole amount, from a day on until another, which is no longer part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import Dispute, DisputeEntry, FinancialTransaction, InvoiceDetail
from app.models.parties.account import Account
from app.models.values import DeliveryMethod, InvoiceLayout, Lifecycle, Money, TransactionKind, TransactionState
from app.services.attributes.columns import effective_columns
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import among
from app.services.errors import RowError
from app.services.imports.importer import Facts, OfAccounts
from app.services.imports.judging import Judgement, keys_of, minor_units
from app.services.imports.providers import ProviderFacts
from app.services.imports.staging import StagedRow
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.writing import NewInvoice, NewLine, record_invoices

_KIND = TransactionKind.INVOICE.value


class InvoicesImport(OfAccounts[Facts]):
    """Judges and writes staged rows of invoices."""

    noun = "Invoices"

    def faults_of_row(self, row: StagedRow) -> Iterator[RowError]:
        """Days in the wrong order."""
        stage, values = self.stage, row.values
        issued, due = values.get("issued_on"), values.get("due_on")
        if issued is not None and due is not None and due < issued:
            yield stage.refuse(row, "due_on", f"The invoice is due on {due} and issued on {issued}. The due date is "
                                              "the day of issue or later.")
        since, until = _disputed_from(row), values.get("disputed_until")
        if since is not None and until is not None and until < since:
            yield stage.refuse(row, "disputed_until", f"The dispute ends on {until} and begins on {since}. It ends on "
                                                      "that day or later, or is left open.")
        begins, ends = values.get("period_from"), values.get("period_to")
        if begins is not None and ends is not None and ends < begins:
            yield stage.refuse(row, "period_to", f"The period ends on {ends} and begins on {begins}.")

    def faults(self, row: StagedRow, provider: ProviderFacts, facts: Facts) -> Iterator[RowError]:
        """Amounts that an invoice cannot have."""
        del provider
        stage = self.stage
        minor: dict[str, int] = {}
        for name in ("amount", "tax"):
            if name not in row.values:
                continue
            figure = minor_units(stage, row, name, facts.currency_of(row))
            if isinstance(figure, RowError):
                yield figure
            elif figure < 0:
                yield stage.refuse(row, name, f'"{stage.text_of(row, name)}" is below zero. An invoice is 0 or more; a '
                                              "credit note is a document of its own.")
            else:
                minor[name] = figure
        if minor.get("tax", 0) > minor.get("amount", minor.get("tax", 0)):
            yield stage.refuse(row, "tax", "The tax is more than the amount. The amount has its tax inside.")

    def judge(self, session: Session) -> Judgement:
        """The same as of any rows; a new invoice for a cancelled account is refused besides."""
        judgement = super().judge(session)
        facts: Facts = judgement.facts
        cancelled = set(session.scalars(select(Account.id).where(
            among(session, Account.id, list(facts.accounts.values())),
            Account.lifecycle == Lifecycle.TERMINATED.value)))
        judgement.errors.extend(
            self.stage.refuse(row, "account", f"{row.values['account']} is cancelled; nothing is posted on it any "
                                              "more. Take the row out.")
            for rows in judgement.new.values() for row in rows
            if facts.accounts.get((row.provider, row.values.get("account", ""))) in cancelled)
        return judgement

    def posted_by(self, row: StagedRow) -> str:
        """An invoice is posted on the day it says, else on the day of issue."""
        return "posted_on" if row.values.get("posted_on") else "issued_on"

    def content(self, row: StagedRow, currency: str) -> dict[str, object]:
        """What the row says, for comparison: money with its currency, the dispute with its days."""
        content = {name: value for name, value in row.values.items() if not name.startswith("disputed")}
        for name in ("amount", "tax"):
            if name in content:
                minor = minor_units(self.stage, row, name, currency)
                content[name] = Money(minor, currency) if isinstance(minor, int) else row.values[name]
        if "disputed" in row.values:
            since = _disputed_from(row)
            content["disputed"] = since is not None
            content["disputed_from"] = since
            content["disputed_until"] = row.values.get("disputed_until") if since else None
        return content

    def known(
        self, session: Session, provider: ProviderFacts, rows: Collection[StagedRow]
    ) -> dict[str, dict[str, object]]:
        """The invoices that rows name, by number."""
        t, detail = FinancialTransaction, InvoiceDetail
        there = session.execute(
            select(t.id, t.number, Account.code.label("account"), t.issued_on, t.effective_on.label("posted_on"),
                   t.due_on, t.currency, t.amount_minor, t.tax_minor, t.description, detail.delivery_method,
                   detail.period_from, detail.period_to)
            .join(Account, Account.id == t.account_id).outerjoin(detail, detail.transaction_id == t.id)
            .where(t.provider_id == provider.id, t.kind == _KIND, among(session, t.number, keys_of(rows)))
        ).mappings().all()
        disputes = _disputes(session, [each["id"] for each in there])
        found: dict[str, dict[str, object]] = {}
        for each in there:
            since, until = disputes.get(each["id"], (None, None))
            found[each["number"]] = {
                **each, "amount": Money(each["amount_minor"], each["currency"]),
                "tax": Money(each["tax_minor"], each["currency"]), "disputed": since is not None,
                "disputed_from": since, "disputed_until": until,
            }
        return found

    def write_rows(self, session: Session, facts: Facts, code: str, rows: Sequence[StagedRow]) -> Iterable[int]:
        """Post the invoices of one provider."""
        owners = {row.number: facts.account_of(row) for row in rows}
        habits = _habits(session, dict.fromkeys(owners.values()))
        for currency, those in facts.by_currency(rows).items():
            record_invoices(session, provider_id=facts.providers[code].id, currency=currency, imported=True, invoices=[
                self._new_invoice(row, owners[row.number], currency, *habits[owners[row.number]]) for row in those])
        return owners.values()

    def finish(self, session: Session, touched: set[int]) -> ChangeSet:
        """Allocate what accounts have in credit."""
        allocate_accounts(session, touched)
        return ChangeSet.of(Changed.LEDGER, accounts=touched)

    def _new_invoice(
        self, row: StagedRow, account_id: int, currency: str, layout: InvoiceLayout, delivery: DeliveryMethod
    ) -> NewInvoice:
        values = row.values
        content = self.content(row, currency)
        gross, tax = content["amount"], content.get("tax", Money(0, currency))
        if not isinstance(gross, Money) or not isinstance(tax, Money):
            raise TypeError(f"row {row.number} was not judged")
        description = values.get("description") or f"Invoice {row.key}"
        given = values.get("delivery_method")
        return NewInvoice(
            account_id=account_id, number=row.key, issued_on=values["issued_on"], posted_on=_posted_on(row),
            due_on=values["due_on"], lines=(NewLine(description=description, net_minor=(gross - tax).minor,
                                                    tax_minor=tax.minor),),
            delivery_method=DeliveryMethod(given) if given else delivery, layout=layout,
            period_from=values.get("period_from"), period_to=values.get("period_to"),
            description=values.get("description", ""), disputed_from=_disputed_from(row),
            disputed_until=values.get("disputed_until") if _disputed_from(row) else None,
        )


def _posted_on(row: StagedRow) -> date:
    posted: date = row.values.get("posted_on") or row.values["issued_on"]
    return posted


def _disputed_from(row: StagedRow) -> date | None:
    """First day of the dispute; None where the invoice is not disputed, or there is no amount to dispute."""
    if not row.values.get("disputed") or not row.values.get("amount"):
        return None
    since: date | None = row.values.get("disputed_from") or row.values.get("issued_on")
    return since


# --------------------------------------------------------------------------- what is there


def _habits(session: Session, account_ids: Collection[int]) -> dict[int, tuple[InvoiceLayout, DeliveryMethod]]:
    """How each account's invoices look and travel, by its effective attributes."""
    columns = effective_columns(["invoice_layout", "invoice_delivery_method"])
    layout, delivery = columns.values["invoice_layout"], columns.values["invoice_delivery_method"]
    rows = session.execute(
        select(Account.id, layout, delivery).select_from(columns.joined)
        .where(among(session, Account.id, account_ids))
    )
    return {id_: (InvoiceLayout(look), DeliveryMethod(way)) for id_, look, way in rows}


def _disputes(session: Session, invoice_ids: Collection[int]) -> dict[int, tuple[date | None, date | None]]:
    """First day and end of the disputes that came with invoices; what staff did later is not the file's affair.

    Rows of one unit of work carry one instant, so a dispute recorded with its invoice came with it.
    """
    t, entry = FinancialTransaction, DisputeEntry
    found: dict[int, tuple[date | None, date | None]] = {}
    for invoice_id, kind, day in session.execute(
        select(Dispute.invoice_id, entry.kind, entry.effective_on)
        .join(t, t.id == Dispute.invoice_id).join(entry, entry.dispute_id == Dispute.id)
        .where(among(session, Dispute.invoice_id, invoice_ids), Dispute.recorded_at == t.recorded_at,
               entry.recorded_at == t.recorded_at)
    ):
        since, until = found.get(invoice_id, (None, None))
        found[invoice_id] = (day, until) if kind == "raised" else (since, day)
    return found


def known_invoices(
    session: Session, provider: ProviderFacts, numbers: Collection[str]
) -> Mapping[str, tuple[int, str]]:
    """Id and account code of posted invoices of a provider, by number."""
    t = FinancialTransaction
    rows = session.execute(
        select(t.id, t.number, Account.code).join(Account, Account.id == t.account_id)
        .where(t.provider_id == provider.id, t.kind == _KIND, t.state == TransactionState.POSTED.value,
               among(session, t.number, numbers))
    )
    return {str(number): (id_, code) for id_, number, code in rows}
