"""Group accounts, what products are sorted by, and where the hold of a member came down from"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.base import Instant
from app.services.database.migrations.rebuild import rebuilt

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table in ("product_family", "product_type"):
        op.create_table(
            table,
            sa.Column("id", _KEY, nullable=False),
            sa.Column("provider_id", _KEY, nullable=False),
            sa.Column("code", sa.String(length=40), nullable=False),
            sa.Column("name", sa.String(length=120), nullable=False),
            sa.CheckConstraint("length(code) BETWEEN 1 AND 40", name=op.f(f"ck_{table}_code_length")),
            sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f(f"fk_{table}_provider_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("provider_id", "code", name=op.f(f"uq_{table}_provider_id_code")),
        )
    _groups()
    with rebuilt("hold") as batch:
        batch.add_column(sa.Column("origin_id", _KEY, nullable=True))
        batch.create_foreign_key(batch.f("fk_hold_origin_id"), "account", ["origin_id"], ["id"])
        batch.create_check_constraint(batch.f("ck_hold_origin"),
                                      "(kind = 'parent_group') = (origin_id IS NOT NULL)")
    open_hold = sa.text("lifted_on IS NULL AND kind = 'parent_group'")
    op.create_index("uq_hold_open_parent_group", "hold", ["account_id"], unique=True, sqlite_where=open_hold,
                    postgresql_where=open_hold)


def _groups() -> None:
    op.create_table(
        "funding_group",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_recorded_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("(closed_on IS NULL) = (closed_recorded_at IS NULL)",
                           name=op.f("ck_funding_group_closed_whole")),
        sa.CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name=op.f("ck_funding_group_days")),
        sa.ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"],
                                name=op.f("fk_funding_group_provider_id_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_group")),
        sa.UniqueConstraint("provider_id", "id", name=op.f("uq_funding_group_provider_id_id")),
    )
    open_group = sa.text("closed_on IS NULL")
    op.create_index("uq_funding_group_open", "funding_group", ["account_id"], unique=True, sqlite_where=open_group,
                    postgresql_where=open_group)
    op.create_table(
        "group_membership",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_recorded_at", Instant(), nullable=True),
        sa.Column("left_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("scope IN ('full', 'partial')", name=op.f("ck_group_membership_scope")),
        sa.CheckConstraint("(left_on IS NULL) = (left_recorded_at IS NULL)",
                           name=op.f("ck_group_membership_left_whole")),
        sa.CheckConstraint("left_on IS NULL OR left_on >= joined_on", name=op.f("ck_group_membership_days")),
        sa.ForeignKeyConstraint(["provider_id", "group_id"], ["funding_group.provider_id", "funding_group.id"],
                                name=op.f("fk_group_membership_provider_id_group_id")),
        sa.ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"],
                                name=op.f("fk_group_membership_provider_id_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_membership")),
        sa.UniqueConstraint("provider_id", "id", name=op.f("uq_group_membership_provider_id_id")),
    )
    present = sa.text("left_on IS NULL")
    op.create_index("uq_group_membership_open", "group_membership", ["account_id"], unique=True, sqlite_where=present,
                    postgresql_where=present)
    op.create_index("ix_group_membership_group", "group_membership", ["group_id", "left_on", "account_id"],
                    unique=False)
    op.create_table(
        "funded_item",
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.CheckConstraint("kind IN ('product', 'type', 'family')", name=op.f("ck_funded_item_kind")),
        sa.CheckConstraint("length(code) BETWEEN 1 AND 40", name=op.f("ck_funded_item_code_length")),
        sa.ForeignKeyConstraint(["provider_id", "membership_id"],
                                ["group_membership.provider_id", "group_membership.id"],
                                name=op.f("fk_funded_item_provider_id_membership_id")),
        sa.PrimaryKeyConstraint("membership_id", "kind", "code", name=op.f("pk_funded_item")),
    )
