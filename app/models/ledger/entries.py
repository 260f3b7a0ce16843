"""The append-only ledger: financial transactions, their lines, allocations between them, and disputes.

A posted row never changes; it is corrected by a counter-row. Amounts are positive; the kind says whether they raise
the balance (invoice, refund, payment cancellation) or lower it. `effective_on` is the business date (the posting
date of a transaction), `recorded_at` the instant it became known.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Minor, Word, bytewise, index_where, unique_where
from app.models.values import TransactionKind

_KINDS = ", ".join(f"'{k.value}'" for k in TransactionKind)


class FinancialTransaction(Base):
    """One row of the ledger."""

    __tablename__ = "financial_transaction"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int]
    account_id: Mapped[int]
    kind: Mapped[str] = mapped_column(Word)
    state: Mapped[str] = mapped_column(Word)
    number: Mapped[str | None] = mapped_column(bytewise(60))
    """Assigned at posting; an imported number is kept as given."""
    series_number: Mapped[int | None]
    """Its place in the series of its provider and kind; None where the number came from elsewhere."""
    reference: Mapped[str | None] = mapped_column(bytewise(60))
    """Assigned when a document is made here, also as a draft, and kept for good."""
    type_id: Mapped[int | None]
    """A type of its kind that its provider defined; None is the plain one of the kind."""
    category: Mapped[str | None] = mapped_column(bytewise(60))
    """One that the type allows."""
    back_office_code: Mapped[str | None] = mapped_column(bytewise(60))
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(Minor)
    net_minor: Mapped[int] = mapped_column(Minor)
    tax_minor: Mapped[int] = mapped_column(Minor, default=0)
    issued_on: Mapped[date]
    effective_on: Mapped[date]
    due_on: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    posted_by: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(400), default="")
    method: Mapped[str] = mapped_column(String(60), default="")
    cancels_id: Mapped[int | None] = mapped_column(ForeignKey("financial_transaction.id"), unique=True)
    imported: Mapped[bool] = mapped_column(default=False)
    allocates: Mapped[str | None] = mapped_column(Word)
    """"chosen" of a credit that settles what it names and nothing else; None of one that goes on by the rule."""
    beneficiary_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The account for whose sake another one was charged."""
    meant_for: Mapped[str | None] = mapped_column(String(40))
    """The code a file gave, of a payment that went to the suspense account because nobody could have it."""
    drafted_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it was written as a draft; `recorded_at` is that of the posting once it is posted."""
    drafted_by: Mapped[str | None] = mapped_column(String(120))
    rejected_at: Mapped[datetime | None] = mapped_column(Instant)
    rejected_by: Mapped[str | None] = mapped_column(String(120))
    rejection_reason: Mapped[str | None] = mapped_column(String(400))

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"]),
        # The kind is part of the key: a type of payments is none of invoices.
        ForeignKeyConstraint(["provider_id", "kind", "type_id"],
                             ["transaction_type.provider_id", "transaction_type.kind", "transaction_type.id"],
                             name="fk_financial_transaction_type"),
        ForeignKeyConstraint(["type_id", "category"], ["transaction_category.type_id", "transaction_category.name"],
                             name="fk_financial_transaction_category"),
        UniqueConstraint("provider_id", "kind", "number"),
        UniqueConstraint("id", "account_id"),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint("state IN ('draft', 'posted', 'rejected')", name="state"),
        CheckConstraint("amount_minor >= 0 AND net_minor + tax_minor = amount_minor", name="amount"),
        CheckConstraint("state <> 'posted' OR number IS NOT NULL", name="posted_has_number"),
        CheckConstraint("kind <> 'invoice' OR due_on IS NOT NULL", name="invoice_has_due_date"),
        CheckConstraint("(state = 'rejected') = (rejected_at IS NOT NULL)", name="rejected_at"),
        CheckConstraint("rejected_at IS NULL OR (rejected_by IS NOT NULL AND length(rejection_reason) > 0)",
                        name="rejected_whole"),
        CheckConstraint("allocates = 'chosen'", name="allocates"),
        CheckConstraint("category IS NULL OR type_id IS NOT NULL", name="category_of_type"),
        unique_where("uq_financial_transaction_series", "provider_id", "kind", "series_number",
                     where="series_number IS NOT NULL"),
        unique_where("uq_financial_transaction_reference", "provider_id", "reference", where="reference IS NOT NULL"),
        unique_where("uq_financial_transaction_back_office_code", "provider_id", "kind", "back_office_code",
                     where="back_office_code IS NOT NULL"),
        # What waits to be posted: few rows among many.
        index_where("ix_financial_transaction_draft", "provider_id", "account_id", "id", where="state = 'draft'"),
        # Covers the sums of one account, of a page and of a whole provider: none of them reads the table itself.
        Index("ix_financial_transaction_account", "account_id", "kind", "state", "effective_on", "due_on",
              "amount_minor", "provider_id", "id"),
        Index("ix_financial_transaction_provider_issued", "provider_id", "kind", "issued_on", "id"),
        Index("ix_financial_transaction_number", "number"),
        index_where("ix_financial_transaction_due", "provider_id", "due_on", "id", where="kind = 'invoice'"),
    )


class InvoiceDetail(Base):
    """What belongs to an invoice alone and is frozen when it is posted."""

    __tablename__ = "invoice_detail"

    transaction_id: Mapped[int] = mapped_column(ForeignKey("financial_transaction.id"), primary_key=True)
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    terms_days: Mapped[int | None]
    delivery_method: Mapped[str] = mapped_column(Word)
    layout: Mapped[str] = mapped_column(Word)
    typed_due_on: Mapped[date | None]
    """The due date that somebody asked for; None where the terms gave it."""


class InvoiceStatement(Base):
    """Previous balance, payments and letterhead as printed on one invoice: written once, so a reprint never changes.

    An invoice posted here gets its row when it is posted. An imported one gets it when it is first printed, because
    its payments are read from a second file afterwards.
    """

    __tablename__ = "invoice_statement"

    transaction_id: Mapped[int] = mapped_column(ForeignKey("financial_transaction.id"), primary_key=True)
    previous_balance_minor: Mapped[int] = mapped_column(Minor)
    payments_since_minor: Mapped[int] = mapped_column(Minor)
    total_due_minor: Mapped[int] = mapped_column(Minor)
    bill_to_name: Mapped[str] = mapped_column(String(200))
    bill_to_address: Mapped[str] = mapped_column(Text, default="")
    letterhead_id: Mapped[int] = mapped_column(ForeignKey("letterhead_version.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class InvoiceLine(Base):
    """One line of an invoice; its sums are the invoice's (guarded when it is posted)."""

    __tablename__ = "invoice_line"

    transaction_id: Mapped[int] = mapped_column(ForeignKey("financial_transaction.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    heading: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(String(400))
    note: Mapped[str] = mapped_column(String(200), default="")
    quantity: Mapped[str] = mapped_column(String(40), default="1")
    unit_price_minor: Mapped[int | None] = mapped_column(Minor)
    net_minor: Mapped[int] = mapped_column(Minor)
    tax_minor: Mapped[int] = mapped_column(Minor, default=0)
    tax_rate_bp: Mapped[int] = mapped_column(default=0)
    amount_minor: Mapped[int] = mapped_column(Minor)

    __table_args__ = (CheckConstraint("net_minor + tax_minor = amount_minor", name="amount"),)


class PaymentTarget(Base):
    """An invoice that a payment or another credit names; it is settled first (ARCHITECTURE.md, "Allocation")."""

    __tablename__ = "payment_target"

    payment_id: Mapped[int] = mapped_column(ForeignKey("financial_transaction.id"), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("financial_transaction.id"), primary_key=True)
    amount_minor: Mapped[int | None] = mapped_column(Minor)
    """At most so much goes there by name; None: whatever it takes."""

    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount"),)


class Allocation(Base):
    """A part of a credit that settles a part of a debit; undone by a row with the negative amount. Append-only."""

    __tablename__ = "allocation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    account_id: Mapped[int]
    credit_id: Mapped[int]
    debit_id: Mapped[int]
    amount_minor: Mapped[int] = mapped_column(Minor)
    kind: Mapped[str] = mapped_column(Word)
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("allocation.id"), unique=True)

    __table_args__ = (
        # The account is part of both keys: money of one account never settles another's invoice.
        ForeignKeyConstraint(["credit_id", "account_id"],
                             ["financial_transaction.id", "financial_transaction.account_id"],
                             name="fk_allocation_credit"),
        ForeignKeyConstraint(["debit_id", "account_id"],
                             ["financial_transaction.id", "financial_transaction.account_id"],
                             name="fk_allocation_debit"),
        CheckConstraint("kind IN ('against_item', 'fifo')", name="kind"),
        CheckConstraint("(reverses_id IS NULL AND amount_minor > 0) OR (reverses_id IS NOT NULL AND amount_minor < 0)",
                        name="sign"),
        Index("ix_allocation_debit", "debit_id", "effective_on", "amount_minor"),
        Index("ix_allocation_credit", "credit_id", "effective_on", "amount_minor"),
        Index("ix_allocation_account", "account_id"),
    )


class Dispute(Base):
    """A customer contests an invoice; how much and how long is the sum of its entries."""

    __tablename__ = "dispute"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    account_id: Mapped[int]
    invoice_id: Mapped[int] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(50), default="Default")
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        ForeignKeyConstraint(["invoice_id", "account_id"],
                             ["financial_transaction.id", "financial_transaction.account_id"],
                             name="fk_dispute_invoice"),
    )


class DisputeEntry(Base):
    """A change of the disputed amount from a date on: raised (+), adjusted (±), ended (−). Append-only.

    The amount in dispute as of D is the sum of the entries dated D or earlier, like any balance.
    """

    __tablename__ = "dispute_entry"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("financial_transaction.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(Word)
    delta_minor: Mapped[int] = mapped_column(Minor)
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        CheckConstraint("kind IN ('raised', 'adjusted', 'ended')", name="kind"),
        Index("ix_dispute_entry_invoice", "invoice_id", "effective_on", "delta_minor"),
    )


class NumberSeries(Base):
    """The last number given in one series of one provider; imported numbers are not part of it.

    One that an imported document has already is passed over, and counted: no number is left out without a document.
    """

    __tablename__ = "number_series"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Word, primary_key=True)
    prefix: Mapped[str] = mapped_column(String(20), default="")
    last_number: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
