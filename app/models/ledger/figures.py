"""Figures of accounts that are kept beside the ledger, so that a list of a million sorts by them.

They are derived (ARCHITECTURE.md, "Kept figures"): whoever writes the ledger writes them in the same transaction. A row
is right for every day from `kept_on` up to the day before `turns_on`, when something that was dated ahead comes to
count. Customers and providers have a row, the operator and system accounts have none.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Minor

NO_LIMIT = 2**62
"""Stands for "unlimited" where accounts are sorted by the credit they have left."""
NO_RATE = NO_LIMIT - 1
"""Stands for a limit in another currency that no rate converts, which says nothing."""
NOT_LATE = -(2**31)
"""Stands for "nothing is late" where accounts are sorted by the age of what they owe."""


class KeptFigures(Base):
    """What one account owes, as of the days that the row is right for. Amounts in the account's currency."""

    __tablename__ = "account_figures"

    account_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    provider_id: Mapped[int] = mapped_column(Id)
    kept_on: Mapped[date]
    turns_on: Mapped[date]
    balance_minor: Mapped[int] = mapped_column(Minor, default=0)
    """All posted rows, debit positive."""
    outstanding_minor: Mapped[int] = mapped_column(Minor, default=0)
    """Unsettled part of invoices past due."""
    payable_minor: Mapped[int] = mapped_column(Minor, default=0)
    """Overdue payable: what of that may be asked for, less unallocated credit."""
    late_rank: Mapped[int] = mapped_column(Minor, default=NOT_LATE)
    """Days from the due date of the oldest invoice past due with something payable to 1 January 1970: the later that
    date, the lower. NOT_LATE where there is none."""
    limit_minor: Mapped[int] = mapped_column(Minor, default=NO_LIMIT)
    """The effective credit limit; NO_LIMIT without one, NO_RATE where none converts it."""
    credit_rank: Mapped[int] = mapped_column(Minor, default=NO_LIMIT)
    """Credit left, negative once exceeded; NO_LIMIT and NO_RATE as they are."""
    service_count: Mapped[int] = mapped_column(Minor, default=0)
    """Services that are not cancelled."""

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"],
                             name="fk_account_figures_account", onupdate="CASCADE"),
        CheckConstraint(f"credit_rank = CASE WHEN limit_minor >= {NO_RATE} THEN limit_minor "
                        "ELSE limit_minor - balance_minor END", name="credit_rank"),
        # One index for each order of the customer list; the counts above it are ranges of them.
        Index("ix_account_figures_balance", "provider_id", "balance_minor", "account_id"),
        Index("ix_account_figures_outstanding", "provider_id", "outstanding_minor", "account_id"),
        Index("ix_account_figures_payable", "provider_id", "payable_minor", "account_id"),
        Index("ix_account_figures_late", "provider_id", "late_rank", "account_id"),
        Index("ix_account_figures_credit", "provider_id", "credit_rank", "account_id"),
        Index("ix_account_figures_services", "provider_id", "service_count", "account_id"),
        # Whether every row of a provider is right for a day: one look at the end of each.
        Index("ix_account_figures_turns", "provider_id", "turns_on"),
        Index("ix_account_figures_kept", "provider_id", "kept_on"),
    )


class LimitsDue(Base):
    """A provider whose customers may have other credit limits than those that are kept.

    Whoever changes what a profile, a provider or a rating passes on counts `wanted` up; whoever kept all limits anew
    says up to which count.
    """

    __tablename__ = "limits_due"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), primary_key=True, autoincrement=False)
    wanted: Mapped[int] = mapped_column(Minor)
    done: Mapped[int] = mapped_column(Minor)
