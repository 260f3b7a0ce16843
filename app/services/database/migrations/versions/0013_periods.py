"""Accounting periods, and the balance every account begins one with"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.base import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "accounting_settings",
        sa.Column("provider_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("frequency", sa.String(length=40), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("frequency IN ('monthly', 'yearly')", name=op.f("ck_accounting_settings_frequency")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"],
                                name=op.f("fk_accounting_settings_provider_id")),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_accounting_settings")),
    )
    op.create_table(
        "accounting_period",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("provider_id", _KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_accounting_period_state")),
        sa.CheckConstraint("number > 0 AND ends_on >= starts_on", name=op.f("ck_accounting_period_days")),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (closed_by IS NULL)",
            name=op.f("ck_accounting_period_closed_whole")),
        sa.ForeignKeyConstraint(["provider_id"], ["accounting_settings.provider_id"],
                                name=op.f("fk_accounting_period_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounting_period")),
        sa.UniqueConstraint("provider_id", "number", name=op.f("uq_accounting_period_provider_id_number")),
        sa.UniqueConstraint("provider_id", "starts_on", name=op.f("uq_accounting_period_provider_id_starts_on")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index("uq_accounting_period_open", "accounting_period", ["provider_id"], unique=True,
                    sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_accounting_period_closed", "accounting_period", ["provider_id", "ends_on", "state"],
                    unique=False)
    op.create_table(
        "opening_balance",
        sa.Column("period_id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_opening_balance_account_id")),
        sa.ForeignKeyConstraint(["period_id"], ["accounting_period.id"], name=op.f("fk_opening_balance_period_id")),
        sa.PrimaryKeyConstraint("period_id", "account_id", name=op.f("pk_opening_balance")),
    )
