"""Changes of profile, groups and life of accounts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.base import Instant
from app.services.database.migrations.rebuild import rebuilt

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account_fact_change",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("subject_id", _KEY, nullable=False),
        sa.Column("old_value", sa.String(length=40), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint("fact IN ('profile', 'group', 'lifecycle')", name=op.f("ck_account_fact_change_fact")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_fact_change_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_fact_change")),
    )
    op.create_index("ix_account_fact_change_account", "account_fact_change",
                    ["account_id", "fact", "subject_id", "id"], unique=False)
    with rebuilt("service") as batch:
        batch.add_column(sa.Column("recorded_at", Instant(), nullable=True))
    _moves_of_before()


def _moves_of_before() -> None:
    """Moves between profiles were kept before, so accounts that were moved have that much of their past."""
    move = sa.table("profile_move", sa.column("id"), sa.column("recorded_at", Instant()))
    item = sa.table("profile_move_item", sa.column("move_id"), sa.column("account_id"), sa.column("from_profile_id"))
    change = sa.table("account_fact_change", *[sa.column(name) for name in (
        "account_id", "fact", "subject_id", "old_value", "effective_on", "recorded_at")])
    is_file = op.get_bind().dialect.name == "sqlite"
    day = sa.func.date(move.c.recorded_at) if is_file else sa.cast(move.c.recorded_at, sa.Date())
    op.execute(change.insert().from_select(
        [column.name for column in change.columns],
        sa.select(item.c.account_id, sa.literal("profile"), sa.literal(0), sa.cast(item.c.from_profile_id, sa.String()),
                  day, move.c.recorded_at).join_from(item, move, move.c.id == item.c.move_id).order_by(move.c.id)))
