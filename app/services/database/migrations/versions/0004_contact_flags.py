"""Flags of contacts that are on their way from one contact to another"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("contact_flag_owed",
    sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
    sa.Column("flag", sa.String(length=40), nullable=False),
    sa.Column("nobody_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.CheckConstraint("nobody_id = -1", name=op.f("ck_contact_flag_owed_nobody")),
    sa.ForeignKeyConstraint(["nobody_id"], ["account.id"], name="fk_contact_flag_owed", initially="DEFERRED", deferrable=True),
    sa.PrimaryKeyConstraint("account_id", "flag", name=op.f("pk_contact_flag_owed"))
    )
