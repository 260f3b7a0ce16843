"""What an audit row is about, beside the account: a profile, a contact, a group, a role"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.services.database.migrations.rebuild import rebuilt

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with rebuilt("audit_entry") as batch:
        batch.add_column(sa.Column("subject_kind", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject_kind", "subject_id", "id"], unique=False)
