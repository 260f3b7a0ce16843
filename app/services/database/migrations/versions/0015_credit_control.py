"""Classifications of accounts, KYC profiles of contacts, and rules that let events through above a credit limit"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.services.database.migrations.rebuild import rebuilt

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_EVENTS = ("'activate_subscription', 'activate_service', 'add_service', 'upgrade_service', 'reactivate_subscription', "
           "'purchase_physical_good', 'purchase_one_time_service', 'add_expense', 'post_manual_invoice', "
           "'wallet_top_up_on_account', 'billing_run_invoice'")
_RATINGS = "'AAA', 'AA', 'A', 'BAA', 'BA', 'B', 'CAA', 'CA', 'C'"


def upgrade() -> None:
    _labels("account_classification", sa.Column("enabled", sa.Boolean(), nullable=False))
    _labels("kyc_profile")
    op.create_table(
        "override_rule",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("provider_id", _KEY, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("verified_only", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_override_rule_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override_rule")),
        sa.UniqueConstraint("provider_id", "name", name=op.f("uq_override_rule_provider_id_name")),
        sa.UniqueConstraint("provider_id", "id", name=op.f("uq_override_rule_provider_id_id")),
    )
    for name, column, length, known in (("event", "event", 40, _EVENTS), ("rating", "rating", 3, _RATINGS)):
        table = f"override_rule_{name}"
        op.create_table(
            table,
            sa.Column("rule_id", _KEY, nullable=False),
            sa.Column(column, sa.String(length=length), nullable=False),
            sa.CheckConstraint(f"{column} IN ({known})", name=op.f(f"ck_{table}_{column}")),
            sa.ForeignKeyConstraint(["rule_id"], ["override_rule.id"], name=op.f(f"fk_{table}_rule_id")),
            sa.PrimaryKeyConstraint("rule_id", column, name=op.f(f"pk_{table}")),
        )
    _pairs("classification_unit", ("classification_id", "account_classification"), ("unit_id", "org_unit"))
    _pairs("override_rule_classification", ("rule_id", "override_rule"),
           ("classification_id", "account_classification"), named="fk_override_rule_classification_of")
    _pairs("override_rule_kyc_profile", ("rule_id", "override_rule"), ("kyc_profile_id", "kyc_profile"))
    with rebuilt("account") as batch:
        batch.add_column(sa.Column("classification_id", _KEY, nullable=True))
        batch.create_foreign_key("fk_account_classification", "account_classification",
                                 ["provider_id", "classification_id"], ["provider_id", "id"])
    # A default fills the rows that are there; afterwards every writer says what it means.
    with rebuilt("contact") as batch:
        batch.add_column(sa.Column("kyc_profile_id", _KEY, nullable=True))
        batch.add_column(sa.Column("kyc_state", sa.String(length=40), nullable=False, server_default="not_verified"))
        batch.create_check_constraint(op.f("ck_contact_kyc_state"), "kyc_state IN ('not_verified', 'verified')")
        batch.create_foreign_key("fk_contact_kyc_profile", "kyc_profile", ["provider_id", "kyc_profile_id"],
                                 ["provider_id", "id"])
    with rebuilt("contact") as batch:
        batch.alter_column("kyc_state", server_default=None)


def _labels(table: str, *more: sa.Column[bool]) -> None:
    """A table of codes with names of a provider."""
    op.create_table(
        table,
        sa.Column("id", _KEY, nullable=False),
        sa.Column("provider_id", _KEY, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        *more,
        sa.CheckConstraint("length(code) BETWEEN 1 AND 40", name=op.f(f"ck_{table}_code_length")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f(f"fk_{table}_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("provider_id", "code", name=op.f(f"uq_{table}_provider_id_code")),
        sa.UniqueConstraint("provider_id", "id", name=op.f(f"uq_{table}_provider_id_id")),
    )


def _pairs(table: str, one: tuple[str, str], other: tuple[str, str], *, named: str = "") -> None:
    """A table that ties two things of one provider."""
    keys = [sa.ForeignKeyConstraint(["provider_id", column], [f"{target}.provider_id", f"{target}.id"],
                                    name=op.f(f"fk_{table}_provider_id_{column}"))
            for column, target in (one, other)]
    if named:
        keys[1] = sa.ForeignKeyConstraint(["provider_id", other[0]], [f"{other[1]}.provider_id", f"{other[1]}.id"],
                                          name=op.f(named))
    op.create_table(
        table,
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column(one[0], sa.Integer(), nullable=False),
        sa.Column(other[0], sa.Integer(), nullable=False),
        *keys,
        sa.PrimaryKeyConstraint(one[0], other[0], name=op.f(f"pk_{table}")),
    )
