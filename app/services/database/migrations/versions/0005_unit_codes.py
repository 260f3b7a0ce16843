"""Codes of org units"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.services.database.migrations.rebuild import rebuilt

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("org_unit", sa.Column("code", sa.String(length=40), nullable=True))
    units = sa.table("org_unit", sa.column("id", sa.BigInteger), sa.column("provider_id", sa.BigInteger),
                     sa.column("name", sa.String), sa.column("code", sa.String))
    connection = op.get_bind()
    taken: set[tuple[int, str]] = set()
    for row in connection.execute(sa.select(units.c.id, units.c.provider_id, units.c.name).order_by(units.c.id)).all():
        code, number = row.name[:40].strip(), 1
        while (row.provider_id, code) in taken:
            number += 1
            code = f"{row.name[:36].strip()} {number}"
        taken.add((row.provider_id, code))
        connection.execute(units.update().where(units.c.id == row.id).values(code=code))
    with rebuilt("org_unit") as batch:
        batch.alter_column("code", existing_type=sa.String(length=40), nullable=False)
        batch.create_unique_constraint("uq_org_unit_provider_id_code", ["provider_id", "code"])
