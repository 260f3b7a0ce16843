"""Figures of accounts that are kept beside the ledger"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NO_LIMIT = 2**62
_INDEXES = (
    ("balance", "provider_id", "balance_minor", "account_id"),
    ("outstanding", "provider_id", "outstanding_minor", "account_id"),
    ("payable", "provider_id", "payable_minor", "account_id"), ("late", "provider_id", "late_rank", "account_id"),
    ("credit", "provider_id", "credit_rank", "account_id"), ("services", "provider_id", "service_count", "account_id"),
    ("turns", "provider_id", "turns_on"), ("kept", "provider_id", "kept_on"),
)


def upgrade() -> None:
    op.create_table(
        "account_figures",
        sa.Column("account_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("provider_id", _KEY, nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.Column("turns_on", sa.Date(), nullable=False),
        *[sa.Column(name, sa.BigInteger(), nullable=False) for name in (
            "balance_minor", "outstanding_minor", "payable_minor", "late_rank", "limit_minor",
            "credit_rank", "service_count")],
        sa.CheckConstraint(f"credit_rank = CASE WHEN limit_minor >= {_NO_LIMIT - 1} THEN limit_minor "
                           "ELSE limit_minor - balance_minor END", name=op.f("ck_account_figures_credit_rank")),
        sa.ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"],
                                name="fk_account_figures_account", onupdate="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_figures")),
    )
    op.create_table(
        "limits_due",
        sa.Column("provider_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("wanted", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_limits_due_provider_id")),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_limits_due")),
    )
    op.create_table(
        "word_index",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("built_to", _KEY, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_word_index")),
    )
    _begin()
    for name, *columns in _INDEXES:
        op.create_index(f"ix_account_figures_{name}", "account_figures", columns, unique=False)
    op.drop_index("ix_account_profile_id", "account")
    op.create_index("ix_account_provider_status", "account", ["provider_id", "status", "id", "type"], unique=False)
    op.create_index("ix_account_profile", "account", ["profile_id", "id", "type"], unique=False)
    op.create_index("ix_account_provider_start", "account", ["provider_id", "start_date", "id", "type"], unique=False)


def _begin() -> None:
    """Every account gets a row that is right on no day and a limit that is to be looked for: the program reckons
    them in the background, in parts, and asks the ledger until it has.
    """
    figures = ("account_id", "provider_id", "kept_on", "turns_on", "balance_minor", "outstanding_minor",
               "payable_minor", "late_rank", "limit_minor", "credit_rank", "service_count")
    services = ("COALESCE((SELECT COUNT(*) FROM service WHERE service.account_id = account.id "
                "AND service.state <> 'cancelled'), 0)")
    op.execute(
        f"INSERT INTO account_figures ({', '.join(figures)}) "
        f"SELECT id, provider_id, '0001-01-01', '0001-01-01', 0, 0, 0, {-2**31}, {_NO_LIMIT}, {_NO_LIMIT}, {services} "
        "FROM account WHERE type NOT IN ('operator', 'system')")
    op.execute("INSERT INTO limits_due (provider_id, wanted, done) SELECT account_id, 1, 0 FROM provider")
