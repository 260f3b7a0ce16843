"""Triggers that hold against any client: what no constraint can say.

Posted rows are append-only, the tree has no cycles, types are for life, holds are lifted once. One list serves both
databases; `triggers` installs it.

Three things are guarded on SQLite alone. There a client decides by itself whether foreign keys hold; REPLACE deletes
a row without asking the guards against deleting; and any column takes text and fractions. On PostgreSQL TRUNCATE
passes by the guards of rows, so tables have one of their own against it.
"""

from __future__ import annotations

from app.models.values import CUSTOMER_TYPES, PROVIDER_TYPES
from app.services.database.guarding import Guard, frozen, never_replaced, no_truncate, typed, unchanged
from app.services.database.ledger_guards import LEDGER_GUARDS

_PROVIDERS = ", ".join(sorted(f"'{t.value}'" for t in PROVIDER_TYPES))
_CUSTOMERS = ", ".join(sorted(f"'{t.value}'" for t in CUSTOMER_TYPES))


_WITHOUT_KEYS = "(SELECT foreign_keys FROM pragma_foreign_keys) = 0 AND "
"""A client of SQLite that switched foreign keys off. Those of ours are checked at the commit, and need no guard."""

def _kept_flag(flag: str) -> list[Guard]:
    """An account never loses its primary or billing contact: whoever takes the flag away owes it until it is given.

    The debt is a row with a foreign key that nothing can satisfy, checked at the commit: within a transaction the
    flag may be on its way from one contact to the other, and no transaction can end without it.
    """
    table, column = "account_contact", f"is_{flag}"
    owed = f"contact_flag_owed WHERE account_id = NEW.account_id AND flag = '{flag}'"
    kept = f"an account keeps its {flag} contact; make another one {flag} first"
    return [
        Guard(name=f"{table}_keeps_{flag}", table=table, event="DELETE", condition=f"OLD.{column}", message=kept),
        Guard(name=f"{table}_keeps_{flag}_at_its_account", table=table, event="UPDATE",
              condition=f"OLD.{column} AND NEW.account_id <> OLD.account_id", message=kept, columns=("account_id",)),
        Guard(name=f"{table}_moves_{flag}", table=table, event="UPDATE",
              condition=_WITHOUT_KEYS + f"OLD.{column} AND NOT NEW.{column}", message=kept,
              columns=(column,), dialect="sqlite"),
        Guard(name=f"{table}_owes_{flag}", table=table, event="UPDATE", condition=f"OLD.{column} AND NOT NEW.{column}",
              message="", columns=(column,),
              does="INSERT INTO contact_flag_owed (account_id, flag, nobody_id) "
                   f"VALUES (NEW.account_id, '{flag}', -1)"),
        Guard(name=f"{table}_gives_{flag}", table=table, event="UPDATE", condition=f"NEW.{column} AND NOT OLD.{column}",
              message="", columns=(column,),
              does=f"DELETE FROM {owed}"),
        Guard(name=f"{table}_brings_{flag}", table=table, event="INSERT", condition=f"NEW.{column}", message="",
              does=f"DELETE FROM {owed}"),
    ]


_OF_THE_BOOKS = "(SELECT currency FROM provider WHERE account_id = NEW.provider_id)"
_NOT_IN_USE = (
    f"NEW.type IN ({_CUSTOMERS}) AND NEW.currency <> {_OF_THE_BOOKS} AND NOT EXISTS (SELECT 1 FROM provider_currency "
    "WHERE provider_id = NEW.provider_id AND currency = NEW.currency AND state = 'effective')"
)
_DAYS_TAKEN = (
    "EXISTS (SELECT 1 FROM currency_rate_period p WHERE p.provider_id = NEW.provider_id "
    "AND p.currency = NEW.currency AND p.id <> NEW.id AND (NEW.to_date IS NULL OR p.from_date <= NEW.to_date) "
    "AND (p.to_date IS NULL OR p.to_date >= NEW.from_date))"
)


def _rate_periods() -> list[Guard]:
    """Periods of a currency never overlap, and the currency of the books has none."""
    one_at_a_time = ("PERFORM 1 FROM provider_currency WHERE provider_id = NEW.provider_id "
                     "AND currency = NEW.currency FOR NO KEY UPDATE;")
    table = "currency_rate_period"
    return [
        *(Guard(name=f"{table}_overlap_{event.lower()}", table=table, event=event, condition=_DAYS_TAKEN,
                message="rate periods of a currency never overlap", prelude_postgresql=one_at_a_time)
          for event in ("INSERT", "UPDATE")),
        Guard(name=f"{table}_of_the_books", table=table, event="INSERT", condition=f"NEW.currency = {_OF_THE_BOOKS}",
              message="the currency of the books has no rate"),
        Guard(name=f"{table}_fixed", table=table, event="UPDATE",
              condition=unchanged("provider_id", "currency", "from_date", "rate_over", "rate_under", "recorded_at",
                                   "recorded_by"),
              message="of a rate period its last day alone changes; remove it and enter another"),
    ]


def _effective_books() -> list[Guard]:
    """Whatever is said of the currency of the books, it is in use."""
    return [Guard(name=f"provider_currency_of_the_books_{event.lower()}", table="provider_currency", event=event,
                  condition=f"NEW.state <> 'effective' AND NEW.currency = {_OF_THE_BOOKS}",
                  message="the currency of the books is always effective")
            for event in ("INSERT", "UPDATE")]


_SEAT = "PERFORM 1 FROM account WHERE id = NEW.account_id FOR NO KEY UPDATE;"
"""Who becomes a parent or a member at this moment waits for whoever makes the same account the other of the two."""

_RULES: tuple[Guard, ...] = (
    # The hierarchy
    Guard(name="account_no_delete", table="account", event="DELETE", condition="1 = 1",
          message="accounts are never deleted; set them inactive"),
    Guard(name="account_type_fixed", table="account", event="UPDATE", condition=unchanged("type"),
          message="the type of an account is fixed",
          columns=("type",)),
    Guard(name="account_code_fixed", table="account", event="UPDATE",
          condition="NEW.code IS DISTINCT FROM OLD.code AND EXISTS (SELECT 1 FROM financial_transaction "
          "WHERE account_id = OLD.id AND state = 'posted')",
          message="the code of an account is fixed after its first posted row", columns=("code",)),
    Guard(name="account_currency_fixed", table="account", event="UPDATE", condition=unchanged("currency"),
          message="the currency of an account is fixed", columns=("currency",)),
    Guard(name="account_currency_in_use", table="account", event="INSERT", condition=_NOT_IN_USE,
          message="an account is kept in the currency of the books or in one that its provider uses"),
    Guard(name="account_no_cycle", table="account", event="UPDATE",
          condition="NEW.parent_id IS NOT NULL AND EXISTS (WITH RECURSIVE up(id) AS (SELECT NEW.parent_id UNION "
          "SELECT (SELECT a.parent_id FROM account a WHERE a.id = up.id) FROM up WHERE up.id IS NOT NULL) "
          "SELECT 1 FROM up WHERE up.id = NEW.id)",
          message="an account cannot stand below itself", columns=("parent_id",),
          prelude_postgresql="PERFORM pg_advisory_xact_lock(7202612);"),
    Guard(name="account_parent_type_insert", table="account", event="INSERT",
          condition="NEW.parent_id IS NOT NULL AND COALESCE((SELECT type FROM account WHERE id = NEW.parent_id), '') "
          f"NOT IN ({_PROVIDERS})", message="the parent of an account is a provider"),
    Guard(name="account_parent_type_update", table="account", event="UPDATE",
          condition="NEW.parent_id IS NOT NULL AND COALESCE((SELECT type FROM account WHERE id = NEW.parent_id), '') "
          f"NOT IN ({_PROVIDERS})", message="the parent of an account is a provider", columns=("parent_id",)),
    Guard(name="account_profile_no_delete_default", table="account_profile", event="DELETE",
          condition="EXISTS (SELECT 1 FROM provider WHERE default_profile_id = OLD.id)",
          message="the default profile cannot be deleted"),
    Guard(name="account_profile_no_delete_used", table="account_profile", event="DELETE",
          condition="EXISTS (SELECT 1 FROM account WHERE profile_id = OLD.id) AND "
          "NOT EXISTS (SELECT 1 FROM provider WHERE default_profile_id = OLD.id)",
          message="accounts have this profile"),
    Guard(name="account_profile_provider_fixed", table="account_profile", event="UPDATE",
          condition=unchanged("provider_id"),
          message="a profile stays with its provider", columns=("provider_id",)),
    Guard(name="account_profile_of_its_provider", table="account", event="UPDATE",
          condition=_WITHOUT_KEYS + "NOT EXISTS (SELECT 1 FROM account_profile "
          "WHERE id = NEW.profile_id AND provider_id = NEW.provider_id)",
          message="the profile of an account is one of its provider (fk_account_profile)", columns=("profile_id",),
          dialect="sqlite"),
    *_kept_flag("primary"), *_kept_flag("billing"),
    # A provider and its first profile need each other, so it is born without (0), which no other client may leave.
    Guard(name="provider_default_profile_insert", table="provider", event="INSERT",
          condition=_WITHOUT_KEYS + "NEW.default_profile_id <> 0 AND NOT EXISTS (SELECT 1 FROM account_profile "
          "WHERE id = NEW.default_profile_id AND provider_id = NEW.account_id)",
          message="the default profile of a provider is one of its own (fk_provider_default_profile)",
          dialect="sqlite"),
    Guard(name="provider_default_profile_update", table="provider", event="UPDATE",
          condition=_WITHOUT_KEYS + "NEW.default_profile_id IS NOT NULL AND NOT EXISTS "
          "(SELECT 1 FROM account_profile WHERE id = NEW.default_profile_id "
          "AND provider_id = NEW.account_id)",
          message="the default profile of a provider is one of its own (fk_provider_default_profile)",
          columns=("default_profile_id",), dialect="sqlite"),
    Guard(name="provider_no_delete", table="provider", event="DELETE", condition="1 = 1",
          message="providers are never deleted"),
    Guard(name="provider_currency_fixed", table="provider", event="UPDATE", condition=unchanged("currency"),
          message="the currency of the books is fixed", columns=("currency",)),
    *_effective_books(),
    *_rate_periods(),
    *LEDGER_GUARDS,
    # Holds and history
    Guard(name="hold_lifted_once", table="hold", event="UPDATE",
          condition="OLD.lifted_on IS NOT NULL OR "
          + unchanged("provider_id", "account_id", "kind", "effective_on", "recorded_at", "placed_by", "reason",
                       "scan_run_id", "origin_id"),
          message="a hold is placed once and lifted once"),
    Guard(name="hold_no_delete", table="hold", event="DELETE", condition="1 = 1",
          message="holds are lifted, never deleted"),
    Guard(name="service_restriction_lifted_once", table="service_restriction", event="UPDATE",
          condition="OLD.lifted_on IS NOT NULL OR "
          + unchanged("service_id", "hold_id", "previous_state", "effective_on", "recorded_at"),
          message="a restriction is lifted once"),
    Guard(name="service_restriction_no_delete", table="service_restriction", event="DELETE", condition="1 = 1",
          message="restrictions are lifted, never deleted"),
    *frozen("account_status_change", "history is append-only"),
    *frozen("audit_entry", "the audit trail is append-only"),
    *frozen("attribute_change", "history is append-only"),
    *frozen("account_note", "a note stands as it was written; write another"),
    *frozen("account_fact_change", "history is append-only"),
    *frozen("profile_move", "history is append-only"),
    *frozen("profile_move_item", "history is append-only"),
    # Group accounts: one level, and each account in one of them (ARCHITECTURE.md, "Group accounts")
    Guard(name="funding_group_of_no_member", table="funding_group", event="INSERT",
          condition="EXISTS (SELECT 1 FROM group_membership WHERE account_id = NEW.account_id AND left_on IS NULL)",
          message="an account that another one pays for pays for nobody", prelude_postgresql=_SEAT),
    Guard(name="funding_group_closed_once", table="funding_group", event="UPDATE",
          condition="OLD.closed_on IS NOT NULL OR "
          + unchanged("provider_id", "account_id", "opened_on", "recorded_at", "recorded_by")
          + " OR EXISTS (SELECT 1 FROM group_membership WHERE group_id = OLD.id AND left_on IS NULL)",
          message="a group account ends once, when its last member has left", prelude_postgresql=_SEAT),
    Guard(name="funding_group_no_delete", table="funding_group", event="DELETE", condition="1 = 1",
          message="who paid for whom is kept"),
    Guard(name="group_membership_one_level", table="group_membership", event="INSERT",
          condition="EXISTS (SELECT 1 FROM funding_group WHERE account_id = NEW.account_id AND closed_on IS NULL) OR "
          "NOT EXISTS (SELECT 1 FROM funding_group WHERE id = NEW.group_id AND closed_on IS NULL)",
          message="an account that pays for others is no member, and nobody joins a group account that has ended",
          prelude_postgresql="PERFORM 1 FROM account WHERE id = NEW.account_id OR id = "
          "(SELECT account_id FROM funding_group WHERE id = NEW.group_id) ORDER BY id FOR NO KEY UPDATE;"),
    Guard(name="group_membership_left_once", table="group_membership", event="UPDATE",
          condition="OLD.left_on IS NOT NULL OR "
          + unchanged("provider_id", "group_id", "account_id", "scope", "joined_on", "recorded_at", "recorded_by"),
          message="a member joins once and leaves once; say anew what is paid by another membership"),
    Guard(name="group_membership_no_delete", table="group_membership", event="DELETE", condition="1 = 1",
          message="who paid for whom is kept"),
    *frozen("funded_item", "what is paid for a member stays as it was said; say it anew by another membership"),
    Guard(name="funded_item_of_partial", table="funded_item", event="INSERT",
          condition="NOT EXISTS (SELECT 1 FROM group_membership WHERE id = NEW.membership_id AND scope = 'partial' "
          "AND left_on IS NULL)",
          message="what is paid is named where the funding is partial"),
    *frozen("service_change", "history is append-only"),
    Guard(name="service_request_fixed", table="service_request", event="UPDATE",
          condition=unchanged("provider_id", "account_id", "number", "opened_on", "opened_by", "recorded_at"),
          message="a service request keeps its number and its account",
          columns=("provider_id", "account_id", "number", "opened_on", "opened_by", "recorded_at")),
    Guard(name="service_request_no_delete", table="service_request", event="DELETE", condition="1 = 1",
          message="service requests are closed, never deleted"),
    Guard(name="contact_address_contact_fixed", table="contact_address", event="UPDATE",
          condition=unchanged("contact_id"), message="an address stays with its contact", columns=("contact_id",)),
    *(Guard(name=f"account_billing_address_own_{event.lower()}", table="account_billing_address", event=event,
            condition=_WITHOUT_KEYS + "(NOT EXISTS (SELECT 1 FROM account_contact WHERE account_id = NEW.account_id "
            "AND contact_id = NEW.contact_id) OR (NEW.address_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
            "contact_address WHERE contact_id = NEW.contact_id AND id = NEW.address_id)))",
            message="the billing address of an account is one of its own contacts "
                    "(fk_account_billing_address_contact, fk_account_billing_address_address)", dialect="sqlite")
      for event in ("INSERT", "UPDATE")),
    # What was told, promised and agreed
    Guard(name="event_template_no_update", table="event_template", event="UPDATE", condition="1 = 1",
          message="a template changes by a new version"),
    Guard(name="outbox_message_no_delete", table="outbox_message", event="DELETE", condition="1 = 1",
          message="what was to be told is kept"),
    *frozen("outbox_attempt", "history is append-only"),
    Guard(name="promise_to_pay_ended_once", table="promise_to_pay", event="UPDATE",
          condition="OLD.state <> 'open' OR "
          + unchanged("provider_id", "account_id", "amount_minor", "currency", "pay_by", "effective_on",
                       "recorded_at", "recorded_by"),
          message="a promise stands as it was given and ends once"),
    Guard(name="promise_to_pay_no_delete", table="promise_to_pay", event="DELETE", condition="1 = 1",
          message="promises are ended, never deleted"),
    Guard(name="payment_plan_ended_once", table="payment_plan", event="UPDATE",
          condition="OLD.state <> 'in_progress' OR "
          + unchanged("provider_id", "account_id", "currency", "effective_on", "recorded_at", "recorded_by"),
          message="a payment plan ends once"),
    Guard(name="payment_plan_no_delete", table="payment_plan", event="DELETE", condition="1 = 1",
          message="payment plans are cancelled, never deleted"),
    *frozen("payment_plan_invoice", "what a plan covers is fixed; cancel it and make another"),
    *frozen("payment_plan_settlement", "what came in for an instalment stays with it"),
    Guard(name="payment_plan_payment_kept", table="financial_transaction", event="INSERT",
          condition="NEW.cancels_id IS NOT NULL AND EXISTS (SELECT 1 FROM payment_plan_settlement s "
          "JOIN allocation a ON a.id = s.allocation_id WHERE a.credit_id = NEW.cancels_id)",
          message="a payment of a payment plan is not cancelled"),
    Guard(name="payment_plan_instalment_fixed", table="payment_plan_instalment", event="UPDATE",
          condition="OLD.payment_id IS NOT NULL OR " + unchanged("plan_id", "position", "amount_minor"),
          message="of an instalment its day alone may be changed, until it is paid"),
    Guard(name="payment_plan_instalment_no_delete", table="payment_plan_instalment", event="DELETE",
          condition="1 = 1", message="instalments are kept"),
    # Staff
    Guard(name="staff_user_no_delete", table="staff_user", event="DELETE", condition="1 = 1",
          message="staff are never deleted; set them inactive"),
    Guard(name="staff_user_provider_fixed", table="staff_user", event="UPDATE", condition=unchanged("provider_id"),
          message="staff stay with their provider", columns=("provider_id",)),
    *frozen("suspension_rule_set", "a rule set is replaced by a new version, never changed"),
    *frozen("suspension_rule_excluded_group", "a rule set is replaced by a new version, never changed"),
)

_CHANGING = ("account", "provider", "account_profile", "financial_transaction", "hold", "service_restriction",
             "staff_user", "service_request", "promise_to_pay", "payment_plan", "payment_plan_instalment",
             "funding_group", "group_membership",
             "accounting_period", "payment_target", "number_series", "transaction_type", "account_write_off")
"""Tables that keep their rows and may change them."""
_FROZEN = ("invoice_statement", "letterhead_version", "allocation", "dispute", "dispute_entry",
           "account_status_change", "audit_entry", "attribute_change", "account_note", "profile_move",
           "profile_move_item", "suspension_rule_set", "suspension_rule_excluded_group", "outbox_attempt",
           "account_fact_change", "service_change", "payment_plan_invoice", "payment_plan_settlement", "funded_item",
           "accounting_settings", "opening_balance", "account_write_off_entry", "account_reconciliation")

GUARDS: tuple[Guard, ...] = (
    *_RULES,
    *(guard for table in _CHANGING for guard in never_replaced(table, rows_change=True)),
    *(guard for table in _FROZEN for guard in never_replaced(table, rows_change=False)),
    *typed("financial_transaction", whole=("amount_minor", "net_minor", "tax_minor"),
            days=("issued_on", "effective_on", "due_on")),
    *typed("invoice_line", whole=("amount_minor", "net_minor", "tax_minor")),
    *typed("allocation", whole=("amount_minor",), days=("effective_on",))[:1],
    *typed("dispute_entry", whole=("delta_minor",), days=("effective_on",))[:1],
    *typed("account_write_off", whole=("amount_minor",), days=("effective_on",))[:1],
    *typed("account_reconciliation", whole=("balance_minor",), days=("effective_on",))[:1],
    *typed("currency_rate_period", whole=("rate_over", "rate_under"), days=("from_date", "to_date")),
    *typed("accounting_period", whole=("number",), days=("starts_on", "ends_on")),
    *typed("accounting_settings", whole=(), days=("first_on",))[:1],
    *typed("opening_balance", whole=("balance_minor",))[:1],
    *no_truncate(_RULES),
)


def guards_for(dialect: str) -> tuple[Guard, ...]:
    """The guards that a database of this kind has."""
    return tuple(guard for guard in GUARDS if guard.dialect in ("", dialect))
