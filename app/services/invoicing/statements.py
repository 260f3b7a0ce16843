"""Freezing what an invoice says of the account: previous balance, payments since, total due, and whom it is sent to;
and the letterhead it says it under.

One statement reckons any number of invoices, with running sums over the rows of their accounts; the pure rule in
`app.models.rules.statement` is its reference, and a property test holds both equal. A row is written once: invoices
posted here get theirs at posting, imported ones when they are first printed, so a reprint never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, InvoiceStatement
from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.models.values import TransactionKind, TransactionState
from app.services.addresses.billing import billing_addresses
from app.services.database.dialects import insert_for
from app.services.database.unit_of_work import recorded_now
from app.services.invoicing.letterheads import freeze_letterheads
from app.services.ledger.reading import signed_amount

_PART = 400
"""Ids of one `IN (…)` list: below the parameter limits of both databases."""

_ATTENTION = {"en": "Attention: ", "de": "z. Hd. "}
"""What stands before the name of a person in the address, by language; elsewhere the name stands alone."""


def freeze_statements(session: Session, invoice_ids: Iterable[int]) -> int:
    """Write the statement of every posted invoice among these that has none yet; returns how many were written.

    Reckoned as at each invoice's posting date from what is recorded now. Repeating it changes nothing, also when two
    workstations print the same invoice for the first time at once.
    """
    session.flush()
    written = 0
    ids = sorted(set(invoice_ids))
    for start in range(0, len(ids), _PART):
        rows = reckoned_statements(session, ids[start : start + _PART])
        if rows:
            versions = freeze_letterheads(session, {row["provider_id"] for row in rows})
            for row in rows:
                row["letterhead_id"] = versions[row.pop("provider_id")]
            table = InvoiceStatement.__table__
            session.execute(
                insert_for(session, table).on_conflict_do_nothing(index_elements=[InvoiceStatement.transaction_id]),
                rows,
            )
            written += len(rows)
    return written


def reckoned_statements(session: Session, ids: Sequence[int]) -> list[dict[str, Any]]:
    """What `freeze_statements` would write for at most 400 invoices, but for the letterhead; writes nothing.

    In the order of their ids: two workstations that freeze the same invoices then wait for each other in one
    direction only.
    """
    now = recorded_now(session)
    wanted = _without_statement(session, ids)
    if not wanted:
        return []
    account_ids = sorted({account_id for _, account_id in wanted.values()})
    rows = session.execute(_reckoned(list(wanted), account_ids)).all()
    addressed = addressees(session, account_ids)
    return [
        {
            "transaction_id": row.id,
            "provider_id": wanted[row.id][0],
            "previous_balance_minor": int(row.previous),
            "payments_since_minor": int(row.total_due - row.amount_minor - row.previous),
            "total_due_minor": int(row.total_due),
            "bill_to_name": addressed[row.account_id][0],
            "bill_to_address": addressed[row.account_id][1],
            "recorded_at": now,
        }
        for row in sorted(rows, key=lambda row: row.id)
    ]


def _without_statement(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Posted invoices among these that have no statement yet, with their providers and accounts."""
    t = FinancialTransaction
    frozen = set(session.scalars(select(InvoiceStatement.transaction_id)
                                 .where(InvoiceStatement.transaction_id.in_(ids))))
    rows = session.execute(
        select(t.id, t.provider_id, t.account_id).where(t.id.in_([i for i in ids if i not in frozen]),
                                         t.kind == TransactionKind.INVOICE.value,
                                         t.state == TransactionState.POSTED.value)
    )
    return {row.id: (row.provider_id, row.account_id) for row in rows}


def _reckoned(ids: Sequence[int], account_ids: Sequence[int]) -> Select[Any]:
    """Balance up to and with each invoice, and the same of the invoice before it.

    Accounts are given as a list: a server without fresh statistics would run a subquery once per row.
    """
    t = FinancialTransaction
    is_invoice = t.kind == TransactionKind.INVOICE.value
    running = (
        select(
            t.id,
            t.account_id,
            t.kind,
            t.effective_on,
            t.amount_minor,
            func.sum(signed_amount())
            .over(
                partition_by=t.account_id,
                # Whatever is dated like an invoice has come before it; invoices of one day go by id.
                order_by=(t.effective_on, case((is_invoice, 1), else_=0), t.id),
                rows=(None, 0),
            )
            .label("total_due"),
        )
        .where(t.account_id.in_(account_ids), t.state == TransactionState.POSTED.value)
        .subquery("running")
    )
    r = running.c
    # Windows come after WHERE, so the invoices are picked out one level above the one before is looked up.
    invoices = (
        select(
            r.id,
            r.account_id,
            r.amount_minor,
            r.total_due,
            func.lag(r.total_due, 1, 0)
            .over(partition_by=r.account_id, order_by=(r.effective_on, r.id))
            .label("previous"),
        )
        .where(r.kind == TransactionKind.INVOICE.value)
        .subquery("invoices")
    )
    i = invoices.c
    return select(i.id, i.account_id, i.amount_minor, i.total_due, i.previous).where(i.id.in_(ids))


def addressees(session: Session, account_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Name of the billing contact and lines of the billing address of each account."""
    rows = session.execute(
        select(Account.id, Provider.language).join(Provider, Provider.account_id == Account.provider_id)
        .where(Account.id.in_(account_ids)))
    languages = {row.id: row.language for row in rows}
    return {
        account_id: (address.name, "\n".join(address_lines(address, languages[account_id])))
        for account_id, address in billing_addresses(session, account_ids).items()
    }


class Addressed(Protocol):
    """Lines of an address."""

    @property
    def address_line1(self) -> str: ...

    @property
    def address_line2(self) -> str: ...

    @property
    def city(self) -> str: ...

    @property
    def region(self) -> str: ...

    @property
    def postcode(self) -> str: ...

    @property
    def country(self) -> str: ...


def address_lines(address: Addressed, language: str, *, attention: str | None = None) -> list[str]:
    """The address below the name, one line of the envelope each; empty where there is none.

    Whom it is for the attention of is what the address itself says, unless that is given.

    In English the town comes before region and postcode, elsewhere the postcode before the town.
    """
    subtag = language.partition("-")[0].lower()
    town = [address.city, address.region, address.postcode]
    if subtag != "en":
        town = [address.postcode, address.city, address.region]
    person = getattr(address, "attention", "") if attention is None else attention
    whom = f"{_ATTENTION.get(subtag, '')}{person}" if person else ""
    lines = [whom, address.address_line1, address.address_line2, " ".join(p for p in town if p), address.country]
    return [line for line in lines if line]
