"""References, types and series of documents, rejected drafts, write-offs, reconciliations"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.base import Instant
from app.services.database.migrations.rebuild import rebuilt

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = ("'invoice', 'payment', 'credit_note', 'refund', 'invoice_cancellation', 'payment_cancellation', "
          "'write_off'")


def _bytewise(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    _types()
    _documents()
    _series()
    _write_offs()
    _reconciliations()


def _unique_where(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def _types() -> None:
    op.create_table(
        "transaction_type",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("provider_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", _bytewise(40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_transaction_type_kind")),
        sa.CheckConstraint("length(code) > 0", name=op.f("ck_transaction_type_code")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_transaction_type_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transaction_type")),
        sa.UniqueConstraint("provider_id", "code", name=op.f("uq_transaction_type_provider_id_code")),
        sa.UniqueConstraint("provider_id", "kind", "id", name=op.f("uq_transaction_type_provider_id_kind_id")),
    )
    _unique_where("uq_transaction_type_default", "transaction_type", ["provider_id", "kind"], "is_default")
    op.create_table(
        "transaction_category",
        sa.Column("type_id", _KEY, nullable=False),
        sa.Column("name", _bytewise(60), nullable=False),
        sa.ForeignKeyConstraint(["type_id"], ["transaction_type.id"], name=op.f("fk_transaction_category_type_id")),
        sa.PrimaryKeyConstraint("type_id", "name", name=op.f("pk_transaction_category")),
    )


def _documents() -> None:
    with rebuilt("financial_transaction") as batch:
        for name, kind in (
            ("series_number", sa.Integer()), ("reference", _bytewise(60)), ("type_id", sa.Integer()),
            ("category", _bytewise(60)), ("back_office_code", _bytewise(60)), ("allocates", sa.String(length=40)),
            ("beneficiary_id", _KEY), ("meant_for", sa.String(length=40)), ("drafted_at", Instant()),
            ("drafted_by", sa.String(length=120)), ("rejected_at", Instant()),
            ("rejected_by", sa.String(length=120)), ("rejection_reason", sa.String(length=400)),
        ):
            batch.add_column(sa.Column(name, kind, nullable=True))
    op.execute("UPDATE financial_transaction SET rejected_at = recorded_at, rejected_by = posted_by, "
               "rejection_reason = 'No reason was kept.' WHERE state = 'rejected'")
    op.execute("UPDATE financial_transaction SET drafted_at = recorded_at, drafted_by = posted_by "
               "WHERE state <> 'posted'")
    _own_numbers()
    with rebuilt("financial_transaction") as batch:
        batch.create_foreign_key("fk_financial_transaction_type", "transaction_type",
                                 ["provider_id", "kind", "type_id"], ["provider_id", "kind", "id"])
        batch.create_foreign_key("fk_financial_transaction_category", "transaction_category",
                                 ["type_id", "category"], ["type_id", "name"])
        batch.create_foreign_key(op.f("fk_financial_transaction_beneficiary_id"), "account",
                                 ["beneficiary_id"], ["id"])
        for name, condition in (
            ("rejected_at", "(state = 'rejected') = (rejected_at IS NOT NULL)"),
            ("rejected_whole",
             "rejected_at IS NULL OR (rejected_by IS NOT NULL AND length(rejection_reason) > 0)"),
            ("allocates", "allocates = 'chosen'"),
            ("category_of_type", "category IS NULL OR type_id IS NOT NULL"),
        ):
            batch.create_check_constraint(op.f(f"ck_financial_transaction_{name}"), condition)
    table = "financial_transaction"
    _unique_where("uq_financial_transaction_series", table, ["provider_id", "kind", "series_number"],
                  "series_number IS NOT NULL")
    _unique_where("uq_financial_transaction_reference", table, ["provider_id", "reference"], "reference IS NOT NULL")
    _unique_where("uq_financial_transaction_back_office_code", table, ["provider_id", "kind", "back_office_code"],
                  "back_office_code IS NOT NULL")
    drafts = sa.text("state = 'draft'")
    op.create_index("ix_financial_transaction_draft", table, ["provider_id", "account_id", "id"], unique=False,
                    sqlite_where=drafts, postgresql_where=drafts)
    with rebuilt("invoice_detail") as batch:
        batch.add_column(sa.Column("typed_due_on", sa.Date(), nullable=True))
    with rebuilt("payment_target") as batch:
        batch.add_column(sa.Column("amount_minor", sa.BigInteger(), nullable=True))
        batch.create_check_constraint(op.f("ck_payment_target_amount"), "amount_minor > 0")


def _own_numbers() -> None:
    """Numbers given here before are found by their form, CODE-00001 or CODE-R-00001; others stay outside the series."""
    digits = ("{0} <> '' AND {0} NOT GLOB '*[^0-9]*'" if op.get_bind().dialect.name == "sqlite"
              else "{0} ~ '^[0-9]+$'")
    for kind, infix in (("invoice", "-"), ("payment", "-R-")):
        code = f"(SELECT code || '{infix}' FROM account WHERE id = financial_transaction.provider_id)"
        tail = f"substr(number, length({code}) + 1)"
        op.execute(
            f"UPDATE financial_transaction SET series_number = CAST({tail} AS INTEGER) "
            f"WHERE kind = '{kind}' AND state = 'posted' AND imported = {_false()} "
            f"AND substr(number, 1, length({code})) = {code} AND length({tail}) BETWEEN 5 AND 9 "
            f"AND {digits.format(tail)} AND EXISTS (SELECT 1 FROM number_series s "
            f"WHERE s.provider_id = financial_transaction.provider_id AND s.kind = '{kind}')")


def _false() -> str:
    return "0" if op.get_bind().dialect.name == "sqlite" else "false"


def _series() -> None:
    with rebuilt("number_series") as batch:
        batch.add_column(sa.Column("skipped", sa.Integer(), nullable=False, server_default="0"))
    with rebuilt("number_series") as batch:
        batch.alter_column("skipped", server_default=None)
    # What cannot be told by its form is taken for passed over, so that only later gaps are found.
    op.execute(
        "UPDATE number_series SET skipped = last_number - (SELECT count(*) FROM financial_transaction t "
        "WHERE t.provider_id = number_series.provider_id AND t.kind = number_series.kind "
        "AND t.series_number IS NOT NULL) WHERE kind IN ('invoice', 'payment')")


def _write_offs() -> None:
    op.create_table(
        "account_write_off",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("mirror_id", _KEY, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=True),
        sa.Column("cleared_at", Instant(), nullable=True),
        sa.Column("cleared_by", sa.String(length=120), nullable=True),
        sa.Column("clear_reason", sa.String(length=400), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_account_write_off_amount")),
        sa.CheckConstraint("(cleared_on IS NULL) = (cleared_at IS NULL) AND (cleared_on IS NULL) = "
                           "(cleared_by IS NULL)", name=op.f("ck_account_write_off_cleared_whole")),
        sa.ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"],
                                name=op.f("fk_account_write_off_provider_id_account_id")),
        sa.ForeignKeyConstraint(["mirror_id"], ["financial_transaction.id"],
                                name=op.f("fk_account_write_off_mirror_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_write_off")),
        sa.UniqueConstraint("mirror_id", name=op.f("uq_account_write_off_mirror_id")),
    )
    op.create_index("ix_account_write_off_account", "account_write_off", ["account_id", "id"], unique=False)
    _unique_where("uq_account_write_off_standing", "account_write_off", ["account_id"], "cleared_on IS NULL")
    op.create_table(
        "account_write_off_entry",
        sa.Column("write_off_id", _KEY, nullable=False),
        sa.Column("credit_id", _KEY, nullable=False),
        sa.Column("debit_id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(["write_off_id"], ["account_write_off.id"],
                                name=op.f("fk_account_write_off_entry_write_off_id")),
        sa.ForeignKeyConstraint(["credit_id"], ["financial_transaction.id"],
                                name=op.f("fk_account_write_off_entry_credit_id")),
        sa.ForeignKeyConstraint(["debit_id"], ["financial_transaction.id"],
                                name=op.f("fk_account_write_off_entry_debit_id")),
        sa.PrimaryKeyConstraint("write_off_id", "credit_id", name=op.f("pk_account_write_off_entry")),
        sa.UniqueConstraint("credit_id", name=op.f("uq_account_write_off_entry_credit_id")),
    )


def _reconciliations() -> None:
    op.create_table(
        "account_reconciliation",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("length(note) > 0", name=op.f("ck_account_reconciliation_note")),
        sa.ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"],
                                name=op.f("fk_account_reconciliation_provider_id_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_reconciliation")),
    )
    op.create_index("ix_account_reconciliation_account", "account_reconciliation", ["account_id", "id"], unique=False)
