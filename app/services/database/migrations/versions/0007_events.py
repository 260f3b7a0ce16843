"""Events, their templates and outbox, gateways, schedule, brake, promises and payment plans"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.base import Instant
from app.services.database.migrations.rebuild import rebuilt

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATES = "'queued', 'held', 'sending', 'sent', 'failed', 'unknown', 'cancelled', 'suppressed'"
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _outbox()
    _new_tables()
    _runs_and_rules()
    _mappings_of_default_profiles()
    invoices = sa.text("kind = 'invoice'")
    op.create_index("ix_financial_transaction_due", "financial_transaction", ["provider_id", "due_on", "id"],
                    unique=False, sqlite_where=invoices, postgresql_where=invoices)


def _outbox() -> None:
    op.execute("UPDATE outbox_message SET state = lower(state)")
    op.drop_index("ix_outbox_message_account_id", "outbox_message")
    # A default fills the rows that are there; afterwards every writer says what it means.
    texts = ("action", "sender", "recipient", "cc", "bcc", "subject", "html", "text", "claimed_by", "remote_id")
    lengths = {"action": 40, "sender": 200, "claimed_by": 200, "remote_id": 200}
    with rebuilt("outbox_message") as batch:
        for name in texts:
            kind = sa.String(length=lengths[name]) if name in lengths else sa.Text()
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=""))
        batch.add_column(sa.Column("attachment", sa.String(length=40), nullable=False, server_default="none"))
        for name in ("period_days", "segments", "attempts"):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        for name in ("mapping_id", "template_id", "repeats_id"):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch.add_column(sa.Column("invoice_id", _KEY, nullable=True))
        for name in ("composed_at", "next_attempt_at", "claimed_at", "sent_at"):
            batch.add_column(sa.Column(name, Instant(), nullable=True))
        batch.alter_column("state_reason", existing_type=sa.String(length=200), type_=sa.String(length=400))
        batch.create_foreign_key("fk_outbox_message_invoice_id", "financial_transaction", ["invoice_id"], ["id"])
        batch.create_check_constraint(op.f("ck_outbox_message_state"), f"state IN ({_STATES})")
    with rebuilt("outbox_message") as batch:
        for name in (*texts, "attachment", "period_days", "segments", "attempts"):
            batch.alter_column(name, server_default=None)
    op.create_index("ix_outbox_message_account", "outbox_message", ["account_id", "id"], unique=False)
    op.create_index("ix_outbox_message_state", "outbox_message", ["provider_id", "state", "id"], unique=False)
    op.create_index("ix_outbox_message_run", "outbox_message", ["scan_run_id"], unique=False)
    wordless = sa.text("composed_at IS NULL AND state <> 'suppressed' AND action <> '' AND action <> 'provisioning'")
    op.create_index("ix_outbox_message_wordless", "outbox_message", ["provider_id", "id"], unique=False,
                    sqlite_where=wordless, postgresql_where=wordless)


def _runs_and_rules() -> None:
    states = "state IN ('running', 'finished', 'cancelled', 'abandoned', 'stopped')"
    with rebuilt("scan_run") as batch:
        batch.add_column(sa.Column("origin", sa.String(length=40), nullable=False, server_default=""))
        batch.add_column(sa.Column("approved_by", sa.String(length=120), nullable=True))
        batch.add_column(sa.Column("acts", sa.String(length=40), nullable=False, server_default="all"))
        batch.drop_constraint(op.f("ck_scan_run_state"), type_="check")
        batch.create_check_constraint(op.f("ck_scan_run_state"), states)
        batch.create_check_constraint(op.f("ck_scan_run_acts"), "acts IN ('all', 'suspend', 'restore')")
    with rebuilt("scan_run") as batch:
        batch.alter_column("origin", server_default=None)
        batch.alter_column("acts", server_default=None)
    with rebuilt("suspension_rule_set") as batch:
        batch.add_column(sa.Column("holidays", sa.String(length=40), nullable=False, server_default=""))
    with rebuilt("suspension_rule_set") as batch:
        batch.alter_column("holidays", server_default=None)


def _mappings_of_default_profiles() -> None:
    """Automation acts where its two events are on; what was there before gets both, off, and waits for a decision."""
    on_file = op.get_bind().dialect.name == "sqlite"
    now = sa.func.strftime("%Y-%m-%d %H:%M:%f000", "now") if on_file else sa.func.now()
    provider = sa.table("provider", sa.column("account_id", sa.Integer), sa.column("default_profile_id", sa.Integer))
    account = sa.table("account", sa.column("id", sa.Integer), sa.column("type", sa.String))
    mapping = sa.table("event_mapping", *[sa.column(name) for name in (
        "provider_id", "profile_id", "event", "period_days", "extended_logging", "follows_rules", "recorded_at")])
    for event in ("auto_suspend", "auto_unsuspend"):
        op.execute(mapping.insert().from_select(
            [column.name for column in mapping.columns],
            sa.select(provider.c.account_id, provider.c.default_profile_id, sa.literal(event), sa.literal(0),
                      sa.false(), sa.false(), now)
            .join_from(provider, account, account.c.id == provider.c.account_id)
            .where(account.c.type != "operator")))


def _new_tables() -> None:
    op.create_table("payment_plan",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("provider_id", sa.Integer(), nullable=False),
    sa.Column("account_id", sa.Integer(), nullable=False),
    sa.Column("currency", sa.String(length=3), nullable=False),
    sa.Column("state", sa.String(length=40), nullable=False),
    sa.Column("effective_on", sa.Date(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("recorded_by", sa.String(length=120), nullable=False),
    sa.Column("frequency", sa.String(length=40), nullable=False),
    sa.Column("note", sa.String(length=400), nullable=False),
    sa.Column("ended_on", sa.Date(), nullable=True),
    sa.Column("ended_recorded_at", Instant(), nullable=True),
    sa.Column("ended_by", sa.String(length=120), nullable=True),
    sa.Column("end_reason", sa.String(length=400), nullable=True),
    sa.CheckConstraint("(state = 'in_progress') = (ended_recorded_at IS NULL)", name=op.f("ck_payment_plan_ended_whole")),
    sa.CheckConstraint("frequency IN ('weekly', 'fortnightly', 'monthly')", name=op.f("ck_payment_plan_frequency")),
    sa.CheckConstraint("state IN ('in_progress', 'completed', 'cancelled')", name=op.f("ck_payment_plan_state")),
    sa.ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"], name=op.f("fk_payment_plan_provider_id_account_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_plan"))
    )
    op.create_index("ix_payment_plan_account", "payment_plan", ["account_id", "state"], unique=False)
    op.create_table("promise_to_pay",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("provider_id", sa.Integer(), nullable=False),
    sa.Column("account_id", sa.Integer(), nullable=False),
    sa.Column("amount_minor", sa.BigInteger(), nullable=False),
    sa.Column("currency", sa.String(length=3), nullable=False),
    sa.Column("pay_by", sa.Date(), nullable=False),
    sa.Column("effective_on", sa.Date(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("recorded_by", sa.String(length=120), nullable=False),
    sa.Column("note", sa.String(length=400), nullable=False),
    sa.Column("state", sa.String(length=40), nullable=False),
    sa.Column("ended_on", sa.Date(), nullable=True),
    sa.Column("ended_recorded_at", Instant(), nullable=True),
    sa.Column("ended_by", sa.String(length=120), nullable=True),
    sa.Column("end_reason", sa.String(length=400), nullable=True),
    sa.CheckConstraint("(state = 'open') = (ended_recorded_at IS NULL)", name=op.f("ck_promise_to_pay_ended_whole")),
    sa.CheckConstraint("state IN ('open', 'kept', 'broken', 'withdrawn')", name=op.f("ck_promise_to_pay_state")),
    sa.CheckConstraint("amount_minor > 0 AND pay_by >= effective_on", name=op.f("ck_promise_to_pay_values")),
    sa.ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"], name=op.f("fk_promise_to_pay_provider_id_account_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_to_pay"))
    )
    op.create_index("ix_promise_to_pay_account", "promise_to_pay", ["account_id", "effective_on"], unique=False)
    op.create_index("uq_promise_to_pay_open", "promise_to_pay", ["account_id"], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_table("automation_settings",
    sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
    sa.Column("reminders_at", sa.String(length=5), nullable=True),
    sa.Column("suspend_at", sa.String(length=400), nullable=True),
    sa.Column("restore_every_minutes", sa.Integer(), nullable=True),
    sa.Column("brake_share_percent", sa.Integer(), nullable=True),
    sa.Column("brake_accounts", sa.Integer(), nullable=True),
    sa.Column("brake_pause_days", sa.Integer(), nullable=True),
    sa.Column("quiet_from", sa.String(length=5), nullable=True),
    sa.Column("quiet_to", sa.String(length=5), nullable=True),
    sa.Column("working_days", sa.String(length=40), nullable=True),
    sa.Column("undo_delay_seconds", sa.Integer(), nullable=True),
    sa.Column("promise_days", sa.Integer(), nullable=True),
    sa.Column("holiday_country", sa.String(length=2), nullable=True),
    sa.Column("holiday_region", sa.String(length=20), nullable=True),
    sa.Column("paused_at", Instant(), nullable=True),
    sa.Column("paused_by", sa.String(length=120), nullable=True),
    sa.Column("pause_reason", sa.String(length=400), nullable=True),
    sa.CheckConstraint("(quiet_from IS NULL) = (quiet_to IS NULL)", name=op.f("ck_automation_settings_quiet_hours")),
    sa.CheckConstraint("brake_share_percent BETWEEN 0 AND 100 AND brake_accounts >= 0 AND brake_pause_days >= 0", name=op.f("ck_automation_settings_brake")),
    sa.CheckConstraint("restore_every_minutes BETWEEN 1 AND 10080", name=op.f("ck_automation_settings_restore_every")),
    sa.CheckConstraint("undo_delay_seconds >= 0 AND promise_days >= 0", name=op.f("ck_automation_settings_delays")),
    sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_automation_settings_provider_id")),
    sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_automation_settings"))
    )
    op.create_table("scan_run_chunk",
    sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("up_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_scan_run_chunk_provider_id")),
    sa.ForeignKeyConstraint(["run_id"], ["scan_run.id"], name=op.f("fk_scan_run_chunk_run_id")),
    sa.PrimaryKeyConstraint("run_id", "provider_id", "up_to_id", name=op.f("pk_scan_run_chunk"))
    )
    op.create_table("brake_stop",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("as_of", sa.Date(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("started_by", sa.String(length=120), nullable=False),
    sa.Column("reason", sa.String(length=40), nullable=False),
    sa.Column("judged", sa.Integer(), nullable=False),
    sa.Column("to_suspend", sa.Integer(), nullable=False),
    sa.Column("to_restore", sa.Integer(), nullable=False),
    sa.Column("paused_days", sa.Integer(), nullable=False),
    sa.Column("limit_words", sa.String(length=400), nullable=False),
    sa.Column("state", sa.String(length=40), nullable=False),
    sa.Column("decided_at", Instant(), nullable=True),
    sa.Column("decided_by", sa.String(length=120), nullable=True),
    sa.Column("decision_reason", sa.String(length=400), nullable=True),
    sa.Column("alone", sa.Boolean(), nullable=False),
    sa.Column("applied_run_id", sa.Integer(), nullable=True),
    sa.CheckConstraint("state IN ('open', 'approved', 'dismissed', 'superseded')", name=op.f("ck_brake_stop_state")),
    sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_brake_stop_provider_id")),
    sa.ForeignKeyConstraint(["run_id"], ["scan_run.id"], name=op.f("fk_brake_stop_run_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_brake_stop"))
    )
    op.create_index("ix_brake_stop_provider", "brake_stop", ["provider_id", "id"], unique=False)
    op.create_index("uq_brake_stop_open", "brake_stop", ["provider_id"], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_table("gateway",
    sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("settings", sa.Text(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("recorded_by", sa.String(length=120), nullable=False),
    sa.CheckConstraint("kind IN ('smtp', 'sms', 'provisioning')", name=op.f("ck_gateway_kind")),
    sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_gateway_provider_id")),
    sa.PrimaryKeyConstraint("provider_id", "kind", name=op.f("pk_gateway"))
    )
    op.create_table("gateway_state",
    sa.Column("provider_id", sa.Integer(), nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("failures", sa.Integer(), nullable=False),
    sa.Column("failing_since", Instant(), nullable=True),
    sa.Column("retry_at", Instant(), nullable=True),
    sa.Column("failure", sa.String(length=400), nullable=False),
    sa.Column("claimed_by", sa.String(length=200), nullable=False),
    sa.Column("beat_at", Instant(), nullable=True),
    sa.CheckConstraint("(failures > 0) = (failing_since IS NOT NULL)", name=op.f("ck_gateway_state_failing")),
    sa.CheckConstraint("(claimed_by <> '') = (beat_at IS NOT NULL)", name=op.f("ck_gateway_state_claimed")),
    sa.ForeignKeyConstraint(["provider_id", "kind"], ["gateway.provider_id", "gateway.kind"], name="fk_gateway_state_gateway", ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("provider_id", "kind", name=op.f("pk_gateway_state"))
    )
    op.create_table("payment_plan_instalment",
    sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("due_on", sa.Date(), nullable=False),
    sa.Column("amount_minor", sa.BigInteger(), nullable=False),
    sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_plan_instalment_amount")),
    sa.ForeignKeyConstraint(["payment_id"], ["financial_transaction.id"], name=op.f("fk_payment_plan_instalment_payment_id")),
    sa.ForeignKeyConstraint(["plan_id"], ["payment_plan.id"], name=op.f("fk_payment_plan_instalment_plan_id")),
    sa.PrimaryKeyConstraint("plan_id", "position", name=op.f("pk_payment_plan_instalment"))
    )
    op.create_table("payment_plan_invoice",
    sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("covered_minor", sa.BigInteger(), nullable=False),
    sa.CheckConstraint("covered_minor > 0", name=op.f("ck_payment_plan_invoice_covered")),
    sa.ForeignKeyConstraint(["invoice_id"], ["financial_transaction.id"], name=op.f("fk_payment_plan_invoice_invoice_id")),
    sa.ForeignKeyConstraint(["plan_id"], ["payment_plan.id"], name=op.f("fk_payment_plan_invoice_plan_id")),
    sa.PrimaryKeyConstraint("plan_id", "invoice_id", name=op.f("pk_payment_plan_invoice"))
    )
    op.create_index(op.f("ix_payment_plan_invoice_invoice_id"), "payment_plan_invoice", ["invoice_id"], unique=False)
    op.create_table("poller_state",
    sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("poller", sa.String(length=40), nullable=False),
    sa.Column("done_at", Instant(), nullable=False),
    sa.Column("done_for", sa.Date(), nullable=False),
    sa.Column("detail", sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_poller_state_provider_id")),
    sa.PrimaryKeyConstraint("provider_id", "poller", name=op.f("pk_poller_state"))
    )
    op.create_table("stored_holiday",
    sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("calendar", sa.String(length=40), nullable=False),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("name", sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_stored_holiday_provider_id")),
    sa.PrimaryKeyConstraint("provider_id", "calendar", "day", name=op.f("pk_stored_holiday"))
    )
    op.create_table("event_mapping",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("provider_id", sa.Integer(), nullable=False),
    sa.Column("profile_id", sa.Integer(), nullable=False),
    sa.Column("event", sa.String(length=40), nullable=False),
    sa.Column("period_days", sa.Integer(), nullable=False),
    sa.Column("extended_logging", sa.Boolean(), nullable=False),
    sa.Column("follows_rules", sa.Boolean(), nullable=False),
    sa.Column("warns_days_ahead", sa.Integer(), nullable=True),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.CheckConstraint("period_days BETWEEN 0 AND 3650", name=op.f("ck_event_mapping_period")),
    sa.ForeignKeyConstraint(["provider_id", "profile_id"], ["account_profile.provider_id", "account_profile.id"], name="fk_event_mapping_profile", ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_event_mapping")),
    sa.UniqueConstraint("provider_id", "profile_id", "event", "period_days", name=op.f("uq_event_mapping_provider_id_profile_id_event_period_days"))
    )
    op.create_index(op.f("ix_event_mapping_profile_id"), "event_mapping", ["profile_id"], unique=False)
    op.create_table("outbox_attempt",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("outcome", sa.String(length=40), nullable=False),
    sa.Column("detail", sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(["message_id"], ["outbox_message.id"], name=op.f("fk_outbox_attempt_message_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_attempt"))
    )
    op.create_index(op.f("ix_outbox_attempt_message_id"), "outbox_attempt", ["message_id"], unique=False)
    op.create_table("event_action",
    sa.Column("mapping_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("action", sa.String(length=40), nullable=False),
    sa.Column("enabled", sa.Boolean(), nullable=False),
    sa.Column("enabled_on", sa.Date(), nullable=True),
    sa.Column("template_id", sa.Integer(), nullable=True),
    sa.CheckConstraint("action IN ('message', 'sms', 'letter', 'notification', 'log')", name=op.f("ck_event_action_action")),
    sa.CheckConstraint("NOT enabled OR enabled_on IS NOT NULL", name=op.f("ck_event_action_enabled_since")),
    sa.ForeignKeyConstraint(["mapping_id"], ["event_mapping.id"], name=op.f("fk_event_action_mapping_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("mapping_id", "action", name=op.f("pk_event_action"))
    )
    op.create_table("event_template",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("mapping_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("action", sa.String(length=40), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("sender", sa.String(length=200), nullable=False),
    sa.Column("recipients", sa.String(length=400), nullable=False),
    sa.Column("cc", sa.String(length=400), nullable=False),
    sa.Column("bcc", sa.String(length=400), nullable=False),
    sa.Column("subject", sa.String(length=400), nullable=False),
    sa.Column("html", sa.Text(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("attachment", sa.String(length=40), nullable=False),
    sa.Column("merge", sa.Boolean(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("recorded_by", sa.String(length=120), nullable=False),
    sa.CheckConstraint("action IN ('message', 'sms', 'letter', 'notification', 'log')", name=op.f("ck_event_template_action")),
    sa.CheckConstraint("attachment IN ('none', 'invoice')", name=op.f("ck_event_template_attachment")),
    sa.ForeignKeyConstraint(["mapping_id"], ["event_mapping.id"], name=op.f("fk_event_template_mapping_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_event_template")),
    sa.UniqueConstraint("mapping_id", "action", "version", name=op.f("uq_event_template_mapping_id_action_version"))
    )
    op.create_index("ix_event_template_newest", "event_template", ["mapping_id", "action", "id"], unique=False)
    op.create_table("payment_plan_settlement",
    sa.Column("allocation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
    sa.Column("plan_id", sa.Integer(), nullable=False),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["allocation_id"], ["allocation.id"], name=op.f("fk_payment_plan_settlement_allocation_id")),
    sa.ForeignKeyConstraint(["plan_id", "position"], ["payment_plan_instalment.plan_id", "payment_plan_instalment.position"], name="fk_payment_plan_settlement_instalment"),
    sa.PrimaryKeyConstraint("allocation_id", name=op.f("pk_payment_plan_settlement"))
    )
    op.create_index("ix_payment_plan_settlement_plan", "payment_plan_settlement", ["plan_id", "position"], unique=False)
