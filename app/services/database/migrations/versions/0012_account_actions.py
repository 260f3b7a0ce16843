"""Service requests, several addresses of a contact, account managers, names that are filled in, dated services"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.base import Instant
from app.services.database.migrations.rebuild import rebuilt

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORD = sa.String(length=40)
_ADDRESS_TYPES = "address_type IN ('main', 'home', 'business', 'billing', 'delivery', 'other')"
_STATES = "state IN ('preactive', 'active', 'restricted', 'suspended', 'deactivated', 'cancelled')"
_OPTIONAL_FOR = ("'', 'standalone', 'parent', 'member', 'standalone,parent', 'standalone,member', 'parent,member', "
                 "'standalone,parent,member'")


def upgrade() -> None:
    _providers()
    _contacts()
    with rebuilt("account") as batch:
        batch.add_column(sa.Column("account_manager_id", _KEY, nullable=True))
        batch.create_foreign_key(op.f("fk_account_account_manager_id"), "staff_user", ["account_manager_id"], ["id"])
        batch.create_check_constraint(op.f("ck_account_manager_of_organisation"),
                                      "account_manager_id IS NULL OR enterprise = 'organisation'")
    with rebuilt("service") as batch:
        batch.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch.create_check_constraint(op.f("ck_service_ended"),
                                      "ended_on IS NULL OR state IN ('deactivated', 'cancelled')")
    _services()
    _requests()


def _providers() -> None:
    usual = {"account_naming": "manual", "billing_address_rule": "never_mandatory", "billing_address_optional_for": ""}
    for name in usual:
        op.add_column("provider", sa.Column(name, _WORD, nullable=True))
    provider = sa.table("provider", *[sa.column(name) for name in usual])
    op.execute(provider.update().values(**usual))
    with rebuilt("provider") as batch:
        for name in usual:
            batch.alter_column(name, existing_type=_WORD, nullable=False)
        batch.create_check_constraint(
            op.f("ck_provider_account_naming"),
            "account_naming IN ('manual', 'account_number', 'account_number_and_contact_name')")
        batch.create_check_constraint(
            op.f("ck_provider_billing_address_rule"),
            "billing_address_rule IN ('always_mandatory', 'never_mandatory', 'not_mandatory_on_conditions')")
        batch.create_check_constraint(op.f("ck_provider_billing_address_optional_for"),
                                      f"billing_address_optional_for IN ({_OPTIONAL_FOR})")


def _contacts() -> None:
    """The address that a contact has stays where it is, as its first."""
    op.add_column("contact", sa.Column("address_type", _WORD, nullable=True))
    op.execute(sa.table("contact", sa.column("address_type")).update().values(address_type="main"))
    with rebuilt("contact") as batch:
        batch.alter_column("address_type", existing_type=_WORD, nullable=False)
        batch.create_check_constraint(op.f("ck_contact_address_type"), _ADDRESS_TYPES)
    op.create_table(
        "contact_address",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("contact_id", _KEY, nullable=False),
        sa.Column("address_type", _WORD, nullable=False),
        sa.Column("address_line1", sa.String(length=200), nullable=False),
        sa.Column("address_line2", sa.String(length=200), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=120), nullable=False),
        sa.CheckConstraint(_ADDRESS_TYPES, name=op.f("ck_contact_address_address_type")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_address_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_address")),
        sa.UniqueConstraint("contact_id", "id", name=op.f("uq_contact_address_contact_id_id")),
    )
    op.create_table(
        "account_billing_address",
        sa.Column("account_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("contact_id", _KEY, nullable=False),
        sa.Column("address_id", _KEY, nullable=True),
        sa.ForeignKeyConstraint(["account_id", "contact_id"],
                                ["account_contact.account_id", "account_contact.contact_id"],
                                name="fk_account_billing_address_contact"),
        sa.ForeignKeyConstraint(["contact_id", "address_id"], ["contact_address.contact_id", "contact_address.id"],
                                name="fk_account_billing_address_address"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_billing_address")),
    )
    op.create_index("ix_account_billing_address_contact", "account_billing_address", ["contact_id", "address_id"],
                    unique=False)


def _services() -> None:
    op.create_table(
        "service_change",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("service_id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint(_STATES, name=op.f("ck_service_change_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_service_change_account_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_change_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_change")),
    )
    op.create_index("ix_service_change_service", "service_change", ["service_id", "id"], unique=False)
    op.create_index("ix_service_change_account", "service_change", ["account_id", "service_id"], unique=False)


def _requests() -> None:
    op.create_table(
        "service_request",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("provider_id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("number", _WORD, nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("assignee_id", _KEY, nullable=True),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.Column("closed_recorded_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_service_request_state")),
        sa.CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL) AND "
                           "(closed_on IS NULL) = (closed_recorded_at IS NULL)",
                           name=op.f("ck_service_request_closed_whole")),
        sa.CheckConstraint("length(subject) > 0", name=op.f("ck_service_request_subject")),
        sa.ForeignKeyConstraint(["assignee_id"], ["staff_user.id"], name=op.f("fk_service_request_assignee_id")),
        sa.ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"],
                                name=op.f("fk_service_request_provider_id_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_request")),
        sa.UniqueConstraint("provider_id", "number", name=op.f("uq_service_request_provider_id_number")),
    )
    for name in ("account", "provider", "assignee"):
        column = f"{name}_id"
        op.create_index(f"ix_service_request_{name}", "service_request", [column, "state", "id"], unique=False)
