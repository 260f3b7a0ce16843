"""Triggers that hold against any client: what no constraint can say.

Posted rows are append-only, the tree has no cycles, types are for life, holds are lifted once. One list serves both
databases and every migration: SQLite loses the triggers of a table that is rebuilt, so an upgrade always installs
the whole list anew, and a test compares what is there with the list.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from app.models.values import DEBIT_KINDS, PROVIDER_TYPES

_PROVIDERS = ", ".join(sorted(f"'{t.value}'" for t in PROVIDER_TYPES))
_DEBITS = ", ".join(sorted(f"'{k.value}'" for k in DEBIT_KINDS))


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: when `condition` is true for a row, the statement is refused with `message`.

    Condition and message are the same on both databases; OLD and NEW name the row before and after.
    """

    name: str
    table: str
    event: str
    condition: str
    message: str
    columns: tuple[str, ...] = ()
    """For updates: only when one of these columns is named."""
    prelude_postgresql: str = ""
    """Statements that PostgreSQL needs before judging: locks against two writers at once."""


def _frozen(table: str, why: str) -> list[Guard]:
    """Rows of this table are never changed or removed."""
    return [
        Guard(f"{table}_no_update", table, "UPDATE", "1 = 1", why),
        Guard(f"{table}_no_delete", table, "DELETE", "1 = 1", why),
    ]


def _with_posted_parent(table: str) -> list[Guard]:
    """Rows that belong to a transaction follow its state: free while it is a draft, frozen once it is posted."""
    why = "a posted invoice never changes; correct it with a counter-row"
    old = "(SELECT state FROM financial_transaction WHERE id = OLD.transaction_id) = 'posted'"
    new = "(SELECT state FROM financial_transaction WHERE id = NEW.transaction_id) = 'posted'"
    return [
        Guard(f"{table}_no_insert", table, "INSERT", new, why),
        Guard(f"{table}_no_update", table, "UPDATE", f"{old} OR {new}", why),
        Guard(f"{table}_no_delete", table, "DELETE", old, why),
    ]


def _unchanged(*columns: str) -> str:
    return " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in columns)


_LINE_SUMS = (
    "NEW.state = 'posted' AND NEW.kind = 'invoice' AND ("
    "(SELECT COALESCE(SUM(amount_minor), 0) FROM invoice_line WHERE transaction_id = NEW.id) <> NEW.amount_minor OR "
    "(SELECT COALESCE(SUM(tax_minor), 0) FROM invoice_line WHERE transaction_id = NEW.id) <> NEW.tax_minor OR "
    "NOT EXISTS (SELECT 1 FROM invoice_detail WHERE transaction_id = NEW.id))"
)

GUARDS: tuple[Guard, ...] = (
    # The hierarchy
    Guard("account_no_delete", "account", "DELETE", "1 = 1", "accounts are never deleted; set them inactive"),
    Guard("account_type_fixed", "account", "UPDATE", _unchanged("type"), "the type of an account is fixed",
          columns=("type",)),
    Guard("account_code_fixed", "account", "UPDATE",
          "NEW.code IS DISTINCT FROM OLD.code AND EXISTS (SELECT 1 FROM financial_transaction "
          "WHERE account_id = OLD.id AND state = 'posted')",
          "the code of an account is fixed after its first posted row", columns=("code",)),
    Guard("account_currency_fixed", "account", "UPDATE", _unchanged("currency"),
          "the currency of an account is fixed", columns=("currency",)),
    Guard("account_no_cycle", "account", "UPDATE",
          "NEW.parent_id IS NOT NULL AND EXISTS (WITH RECURSIVE up(id) AS (SELECT NEW.parent_id UNION "
          "SELECT (SELECT a.parent_id FROM account a WHERE a.id = up.id) FROM up WHERE up.id IS NOT NULL) "
          "SELECT 1 FROM up WHERE up.id = NEW.id)",
          "an account cannot stand below itself", columns=("parent_id",),
          prelude_postgresql="PERFORM pg_advisory_xact_lock(7202612);"),
    Guard("account_parent_type_insert", "account", "INSERT",
          "NEW.parent_id IS NOT NULL AND (SELECT type FROM account WHERE id = NEW.parent_id) "
          f"NOT IN ({_PROVIDERS})", "the parent of an account is a provider"),
    Guard("account_parent_type_update", "account", "UPDATE",
          "NEW.parent_id IS NOT NULL AND (SELECT type FROM account WHERE id = NEW.parent_id) "
          f"NOT IN ({_PROVIDERS})", "the parent of an account is a provider", columns=("parent_id",)),
    Guard("account_profile_no_delete_default", "account_profile", "DELETE",
          "EXISTS (SELECT 1 FROM provider WHERE default_profile_id = OLD.id)",
          "the default profile cannot be deleted"),
    Guard("provider_no_delete", "provider", "DELETE", "1 = 1", "providers are never deleted"),
    # The ledger
    Guard("financial_transaction_born_draft", "financial_transaction", "INSERT",
          "NEW.state = 'posted' AND NEW.kind = 'invoice'",
          "an invoice is written as a draft, gets its lines, and is then posted"),
    Guard("financial_transaction_no_update", "financial_transaction", "UPDATE", "OLD.state <> 'draft'",
          "a posted or rejected row never changes; correct it with a counter-row"),
    Guard("financial_transaction_sums", "financial_transaction", "UPDATE", _LINE_SUMS,
          "the lines of an invoice must add up to its amount and its tax before it is posted", columns=("state",)),
    Guard("financial_transaction_no_delete", "financial_transaction", "DELETE", "1 = 1",
          "no ledger row is ever deleted"),
    *_with_posted_parent("invoice_line"),
    *_with_posted_parent("invoice_detail"),
    *_frozen("invoice_statement", "what an invoice said is kept as it was printed"),
    *_frozen("payment_target", "what a payment named is kept"),
    *_frozen("allocation", "an allocation is undone by a row with the negative amount"),
    Guard("allocation_kinds", "allocation", "INSERT",
          f"(SELECT kind FROM financial_transaction WHERE id = NEW.debit_id) NOT IN ({_DEBITS}) OR "
          f"(SELECT kind FROM financial_transaction WHERE id = NEW.credit_id) IN ({_DEBITS}) OR "
          "(SELECT state FROM financial_transaction WHERE id = NEW.debit_id) <> 'posted' OR "
          "(SELECT state FROM financial_transaction WHERE id = NEW.credit_id) <> 'posted'",
          "an allocation joins a posted credit to a posted debit"),
    Guard("allocation_within", "allocation", "INSERT",
          "NEW.amount_minor + COALESCE((SELECT SUM(amount_minor) FROM allocation WHERE debit_id = NEW.debit_id), 0) "
          "NOT BETWEEN 0 AND (SELECT amount_minor FROM financial_transaction WHERE id = NEW.debit_id) OR "
          "NEW.amount_minor + COALESCE((SELECT SUM(amount_minor) FROM allocation WHERE credit_id = NEW.credit_id), 0) "
          "NOT BETWEEN 0 AND (SELECT amount_minor FROM financial_transaction WHERE id = NEW.credit_id)",
          "allocations never exceed the credit nor the debit",
          prelude_postgresql="PERFORM 1 FROM financial_transaction WHERE id IN (NEW.debit_id, NEW.credit_id) "
                             "ORDER BY id FOR UPDATE;"),
    *_frozen("dispute", "a dispute changes through its entries"),
    *_frozen("dispute_entry", "entries of a dispute are append-only"),
    Guard("dispute_entry_within", "dispute_entry", "INSERT",
          "NEW.delta_minor + COALESCE((SELECT SUM(delta_minor) FROM dispute_entry "
          "WHERE invoice_id = NEW.invoice_id), 0) NOT BETWEEN 0 AND "
          "(SELECT amount_minor FROM financial_transaction WHERE id = NEW.invoice_id)",
          "a dispute lies between nothing and the whole invoice"),
    # Holds and history
    Guard("hold_lifted_once", "hold", "UPDATE",
          "OLD.lifted_on IS NOT NULL OR "
          + _unchanged("provider_id", "account_id", "kind", "effective_on", "recorded_at", "placed_by", "reason",
                       "scan_run_id"),
          "a hold is placed once and lifted once"),
    Guard("hold_no_delete", "hold", "DELETE", "1 = 1", "holds are lifted, never deleted"),
    Guard("service_restriction_lifted_once", "service_restriction", "UPDATE",
          "OLD.lifted_on IS NOT NULL OR "
          + _unchanged("service_id", "hold_id", "previous_state", "effective_on", "recorded_at"),
          "a restriction is lifted once"),
    Guard("service_restriction_no_delete", "service_restriction", "DELETE", "1 = 1",
          "restrictions are lifted, never deleted"),
    *_frozen("account_status_change", "history is append-only"),
    *_frozen("audit_entry", "the audit trail is append-only"),
    *_frozen("attribute_change", "history is append-only"),
    *_frozen("suspension_rule_set", "a rule set is replaced by a new version, never changed"),
    *_frozen("suspension_rule_excluded_group", "a rule set is replaced by a new version, never changed"),
)


def install_guards(connection: Connection) -> None:
    """Drop and create every guard of the list; within the caller's transaction."""
    make = _sqlite_statements if connection.dialect.name == "sqlite" else _postgresql_statements
    for guard in GUARDS:
        for statement in make(guard):
            connection.execute(text(statement))


def installed_guards(connection: Connection) -> set[str]:
    """Names of the guards that are at work in the database; one that is switched off is as good as missing."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard_%'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgname LIKE 'guard_%'"
    return {str(name).removeprefix("guard_") for (name,) in connection.execute(text(query))}


def _sqlite_statements(guard: Guard) -> list[str]:
    columns = f" OF {', '.join(guard.columns)}" if guard.columns else ""
    condition = guard.condition.replace(" IS DISTINCT FROM ", " IS NOT ")
    # A colon would be read as a bound value by text().
    message = guard.message.replace("'", "''")
    return [
        f"DROP TRIGGER IF EXISTS guard_{guard.name}",
        f"CREATE TRIGGER guard_{guard.name} BEFORE {guard.event}{columns} ON {guard.table} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END",
    ]


def _postgresql_statements(guard: Guard) -> list[str]:
    columns = f" OF {', '.join(guard.columns)}" if guard.columns else ""
    message = guard.message.replace("'", "''")
    result = "OLD" if guard.event == "DELETE" else "NEW"
    return [
        f"CREATE OR REPLACE FUNCTION guard_{guard.name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN "
        f"{guard.prelude_postgresql} IF {guard.condition} THEN "
        f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{message}'; END IF; "
        f"RETURN {result}; END $guard$",
        f"DROP TRIGGER IF EXISTS guard_{guard.name} ON {guard.table}",
        f"CREATE TRIGGER guard_{guard.name} BEFORE {guard.event}{columns} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION guard_{guard.name}()",
    ]
