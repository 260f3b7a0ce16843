"""Staff, groups that limit, notes, saved views, moves between profiles, fields of audit rows"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.base import Instant
from app.services.database.migrations.rebuild import rebuilt

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _new_tables()
    # A default fills the rows that are there; afterwards every writer says what it means.
    with rebuilt("account_group") as batch:
        batch.add_column(sa.Column("access", sa.String(length=40), nullable=False, server_default="see_all"))
        batch.add_column(sa.Column("description", sa.String(length=400), nullable=False, server_default=""))
        batch.create_check_constraint(op.f("ck_account_group_access"), "access IN ('see_all', 'allow', 'deny')")
        batch.create_check_constraint(op.f("ck_account_group_distribution_never_limits"),
                                      "kind = 'security' OR access = 'see_all'")
    with rebuilt("account_group") as batch:
        batch.alter_column("access", server_default=None)
        batch.alter_column("description", server_default=None)
    with rebuilt("audit_entry") as batch:
        for name, kind in (("field", sa.String(length=60)), ("old_value", sa.Text()), ("new_value", sa.Text())):
            batch.add_column(sa.Column(name, kind, nullable=True))
    with rebuilt("contact") as batch:
        batch.add_column(sa.Column("mobile", sa.String(length=60), nullable=False, server_default=""))
    with rebuilt("contact") as batch:
        batch.alter_column("mobile", server_default=None)


def _new_tables() -> None:
    op.create_table("saved_view",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("owner", sa.String(length=200), nullable=False),
    sa.Column("place", sa.String(length=40), nullable=False),
    sa.Column("name", sa.String(length=80), nullable=False),
    sa.Column("definition", sa.Text(), nullable=False),
    sa.Column("is_default", sa.Boolean(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    sa.UniqueConstraint("owner", "place", "name", name=op.f("uq_saved_view_owner_place_name"))
    )
    op.create_table("account_note",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("provider_id", sa.Integer(), nullable=False),
    sa.Column("account_id", sa.Integer(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("actor", sa.String(length=120), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.CheckConstraint("length(text) > 0", name=op.f("ck_account_note_text")),
    sa.ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"], name=op.f("fk_account_note_provider_id_account_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_account_note"))
    )
    op.create_index("ix_account_note_account", "account_note", ["account_id", "id"], unique=False)
    op.create_table("organisation",
    sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
    sa.Column("trading_name", sa.String(length=200), nullable=False),
    sa.Column("registration_number", sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_organisation_account_id")),
    sa.PrimaryKeyConstraint("account_id", name=op.f("pk_organisation"))
    )
    op.create_table("org_unit",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("name", sa.String(length=120), nullable=False),
    sa.Column("description", sa.String(length=400), nullable=False),
    sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.ForeignKeyConstraint(["agent_id"], ["account.id"], name=op.f("fk_org_unit_agent_id")),
    sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_org_unit_provider_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_org_unit")),
    sa.UniqueConstraint("provider_id", "id", name=op.f("uq_org_unit_provider_id_id")),
    sa.UniqueConstraint("provider_id", "name", name=op.f("uq_org_unit_provider_id_name"))
    )
    op.create_table("profile_move",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("to_profile_id", sa.Integer(), nullable=False),
    sa.Column("to_profile_name", sa.String(length=120), nullable=False),
    sa.Column("actor", sa.String(length=120), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("undoes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_profile_move_provider_id")),
    sa.ForeignKeyConstraint(["undoes_id"], ["profile_move.id"], name=op.f("fk_profile_move_undoes_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_move"))
    )
    op.create_table("staff_role",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("name", sa.String(length=120), nullable=False),
    sa.Column("description", sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_staff_role_provider_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role")),
    sa.UniqueConstraint("provider_id", "id", name=op.f("uq_staff_role_provider_id_id")),
    sa.UniqueConstraint("provider_id", "name", name=op.f("uq_staff_role_provider_id_name"))
    )
    op.create_table("org_unit_group",
    sa.Column("provider_id", sa.Integer(), nullable=False),
    sa.Column("unit_id", sa.Integer(), nullable=False),
    sa.Column("group_id", sa.Integer(), nullable=False),
    sa.Column("level", sa.String(length=40), nullable=False),
    sa.CheckConstraint("level IN ('view', 'edit')", name=op.f("ck_org_unit_group_level")),
    sa.ForeignKeyConstraint(["provider_id", "group_id"], ["account_group.provider_id", "account_group.id"], name=op.f("fk_org_unit_group_provider_id_group_id")),
    sa.ForeignKeyConstraint(["provider_id", "unit_id"], ["org_unit.provider_id", "org_unit.id"], name=op.f("fk_org_unit_group_provider_id_unit_id")),
    sa.PrimaryKeyConstraint("unit_id", "group_id", name=op.f("pk_org_unit_group"))
    )
    op.create_index("ix_org_unit_group_group_id", "org_unit_group", ["group_id"], unique=False)
    op.create_table("org_unit_role",
    sa.Column("provider_id", sa.Integer(), nullable=False),
    sa.Column("unit_id", sa.Integer(), nullable=False),
    sa.Column("role_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["provider_id", "role_id"], ["staff_role.provider_id", "staff_role.id"], name=op.f("fk_org_unit_role_provider_id_role_id")),
    sa.ForeignKeyConstraint(["provider_id", "unit_id"], ["org_unit.provider_id", "org_unit.id"], name=op.f("fk_org_unit_role_provider_id_unit_id")),
    sa.PrimaryKeyConstraint("unit_id", "role_id", name=op.f("pk_org_unit_role"))
    )
    op.create_table("profile_move_item",
    sa.Column("move_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("from_profile_id", sa.Integer(), nullable=False),
    sa.Column("to_profile_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_profile_move_item_account_id")),
    sa.ForeignKeyConstraint(["move_id"], ["profile_move.id"], name=op.f("fk_profile_move_item_move_id")),
    sa.PrimaryKeyConstraint("move_id", "account_id", name=op.f("pk_profile_move_item"))
    )
    op.create_index("ix_profile_move_item_account", "profile_move_item", ["account_id", "move_id"], unique=False)
    op.create_table("staff_role_power",
    sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("power", sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(["role_id"], ["staff_role.id"], name=op.f("fk_staff_role_power_role_id")),
    sa.PrimaryKeyConstraint("role_id", "power", name=op.f("pk_staff_role_power"))
    )
    op.create_table("staff_user",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("provider_id", sa.Integer(), nullable=False),
    sa.Column("unit_id", sa.Integer(), nullable=False),
    sa.Column("login", sa.String(length=200), nullable=False),
    sa.Column("name", sa.String(length=200), nullable=False),
    sa.Column("email", sa.String(length=200), nullable=False),
    sa.Column("password_hash", sa.String(length=200), nullable=False),
    sa.Column("active", sa.Boolean(), nullable=False),
    sa.Column("failures", sa.Integer(), nullable=False),
    sa.Column("blocked_until", Instant(), nullable=True),
    sa.Column("signed_in_at", Instant(), nullable=True),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.CheckConstraint("login LIKE '%_@%_'", name=op.f("ck_staff_user_login_form")),
    sa.CheckConstraint("failures >= 0", name=op.f("ck_staff_user_failures")),
    sa.ForeignKeyConstraint(["provider_id", "unit_id"], ["org_unit.provider_id", "org_unit.id"], name=op.f("fk_staff_user_provider_id_unit_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
    sa.UniqueConstraint("login", name=op.f("uq_staff_user_login"))
    )
    op.create_index("ix_staff_user_unit", "staff_user", ["provider_id", "unit_id"], unique=False)
