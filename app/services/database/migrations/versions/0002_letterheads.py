"""Letterheads as they were printed

What was printed before kept no letterhead: it gets the one of today, the only one there is.
"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from app.models.base import Instant
from app.services.clock import SystemClock
from app.services.database.migrations.rebuild import rebuilt

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OF_PROVIDER = ("language", "legal_name", "tagline", "address", "return_address", "email", "phone", "website",
                "tax_number_label", "tax_number", "tax_name", "bank_details", "help_text")


def upgrade() -> None:
    letterheads = op.create_table("letterhead_version",
    sa.Column("id", _ID, nullable=False),
    sa.Column("provider_id", _ID, nullable=False),
    sa.Column("digest", sa.String(length=64), nullable=False),
    sa.Column("name", sa.String(length=200), nullable=False),
    sa.Column("language", sa.String(length=20), nullable=False),
    sa.Column("legal_name", sa.String(length=200), nullable=False),
    sa.Column("tagline", sa.String(length=200), nullable=False),
    sa.Column("address", sa.Text(), nullable=False),
    sa.Column("return_address", sa.String(length=200), nullable=False),
    sa.Column("email", sa.String(length=200), nullable=False),
    sa.Column("phone", sa.String(length=60), nullable=False),
    sa.Column("website", sa.String(length=200), nullable=False),
    sa.Column("tax_number_label", sa.String(length=40), nullable=False),
    sa.Column("tax_number", sa.String(length=60), nullable=False),
    sa.Column("tax_name", sa.String(length=20), nullable=False),
    sa.Column("bank_details", sa.Text(), nullable=False),
    sa.Column("help_text", sa.Text(), nullable=False),
    sa.Column("logo", sa.LargeBinary(), nullable=True),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_letterhead_version_provider_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_letterhead_version")),
    sa.UniqueConstraint("provider_id", "digest", name=op.f("uq_letterhead_version_provider_id_digest"))
    )
    op.add_column("invoice_statement", sa.Column("letterhead_id", _ID, nullable=True))
    op.bulk_insert(letterheads, _letterheads_of_printed())
    op.execute(
        "UPDATE invoice_statement SET letterhead_id = (SELECT l.id FROM letterhead_version l "
        "JOIN financial_transaction t ON t.provider_id = l.provider_id WHERE t.id = invoice_statement.transaction_id)"
    )
    with rebuilt("invoice_statement") as table:
        table.alter_column("letterhead_id", existing_type=_ID, nullable=False)
        table.create_foreign_key(
            op.f("fk_invoice_statement_letterhead_id"), "letterhead_version", ["letterhead_id"], ["id"]
        )


def _letterheads_of_printed() -> list[dict[str, object]]:
    """The letterhead of today of every provider that has frozen statements."""
    rows = op.get_bind().execute(sa.text(
        f"SELECT p.account_id AS provider_id, a.name, {', '.join(f'p.{name}' for name in _OF_PROVIDER)}, p.logo "
        "FROM provider p JOIN account a ON a.id = p.account_id WHERE p.account_id IN (SELECT t.provider_id "
        "FROM invoice_statement s JOIN financial_transaction t ON t.id = s.transaction_id) ORDER BY p.account_id"
    )).mappings()
    now = SystemClock().now()
    return [{**row, "digest": _digest(row), "recorded_at": now} for row in rows]


def _digest(row: sa.RowMapping) -> str:
    """As `letterheads.py` reckoned it at this revision."""
    texts = json.dumps([row[name] for name in ("name", *_OF_PROVIDER)])
    return hashlib.sha256(texts.encode() + b"\0" + (row["logo"] or b"")).hexdigest()
