"""Guards of the ledger: posted rows are append-only, sums add up, allocations stay within both sides."""

from __future__ import annotations

from app.models.values import DEBIT_KINDS, MAX_MINOR
from app.services.database.guarding import Guard, frozen, unchanged, with_posted_parent
from app.services.database.period_guards import PERIOD_GUARDS

_DEBITS = ", ".join(sorted(f"'{k.value}'" for k in DEBIT_KINDS))

_NOT_OF_ITS_ACCOUNT = "NEW.currency <> (SELECT currency FROM account WHERE id = NEW.account_id)"
_LINE_SUMS = (
    "NEW.state = 'posted' AND NEW.kind = 'invoice' AND ("
    "(SELECT COALESCE(SUM(amount_minor), 0) FROM invoice_line WHERE transaction_id = NEW.id) <> NEW.amount_minor OR "
    "(SELECT COALESCE(SUM(tax_minor), 0) FROM invoice_line WHERE transaction_id = NEW.id) <> NEW.tax_minor OR "
    "NOT EXISTS (SELECT 1 FROM invoice_detail WHERE transaction_id = NEW.id))"
)

_BOTH_SIDES = (
    "(SELECT COUNT(*) FROM financial_transaction WHERE id IN (NEW.debit_id, NEW.credit_id) "
    "AND account_id = NEW.account_id AND provider_id = NEW.provider_id) <> 2"
)
_REVERSED = (
    "NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM allocation WHERE id = NEW.reverses_id AND "
    "debit_id = NEW.debit_id AND credit_id = NEW.credit_id AND amount_minor = -NEW.amount_minor)"
)


_ELSEWHERE = (
    "NOT EXISTS (SELECT 1 FROM financial_transaction p JOIN financial_transaction i ON i.account_id = p.account_id "
    f"WHERE p.id = NEW.payment_id AND i.id = NEW.invoice_id AND i.kind IN ({_DEBITS}) AND p.kind NOT IN ({_DEBITS}))"
)
_NO_COUNTER = (
    "(NEW.kind IN ('invoice_cancellation', 'payment_cancellation')) <> (NEW.cancels_id IS NOT NULL) OR "
    "(NEW.cancels_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM financial_transaction c WHERE c.id = NEW.cancels_id "
    "AND c.provider_id = NEW.provider_id AND c.account_id = NEW.account_id AND c.state = 'posted' "
    "AND c.currency = NEW.currency AND c.amount_minor = NEW.amount_minor AND c.kind || '_cancellation' = NEW.kind))"
)
_OF_NO_TYPE = (
    "(NEW.type_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM transaction_type WHERE id = NEW.type_id "
    "AND provider_id = NEW.provider_id AND kind = NEW.kind)) OR (NEW.category IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM transaction_category WHERE type_id = NEW.type_id AND name = NEW.category))"
)
_OF_ANOTHER = (
    "NOT EXISTS (SELECT 1 FROM letterhead_version l JOIN financial_transaction t ON t.provider_id = l.provider_id "
    "WHERE l.id = NEW.letterhead_id AND t.id = NEW.transaction_id)"
)

LEDGER_GUARDS: tuple[Guard, ...] = (
    Guard(name="financial_transaction_currency", table="financial_transaction", event="INSERT",
          condition=_NOT_OF_ITS_ACCOUNT, message="a ledger row has the currency of its account"),
    Guard(name="financial_transaction_currency_update", table="financial_transaction", event="UPDATE",
          condition=_NOT_OF_ITS_ACCOUNT, message="a ledger row has the currency of its account",
          columns=("currency", "account_id")),
    Guard(name="financial_transaction_born_draft", table="financial_transaction", event="INSERT",
          condition="NEW.state = 'posted' AND NEW.kind = 'invoice'",
          message="an invoice is written as a draft, gets its lines, and is then posted"),
    Guard(name="financial_transaction_size", table="financial_transaction", event="INSERT",
          condition=f"NEW.amount_minor >= {MAX_MINOR}",
          message="this is beyond what one amount may be"),
    Guard(name="financial_transaction_size_update", table="financial_transaction", event="UPDATE",
          condition=f"NEW.amount_minor >= {MAX_MINOR}",
          message="this is beyond what one amount may be", columns=("amount_minor",)),
    Guard(name="financial_transaction_no_update", table="financial_transaction", event="UPDATE",
          condition="OLD.state <> 'draft'",
          message="a posted or rejected row never changes; correct it with a counter-row"),
    Guard(name="financial_transaction_sums", table="financial_transaction", event="UPDATE", condition=_LINE_SUMS,
          message="the lines of an invoice must add up to its amount and its tax before it is posted",
          columns=("state",)),
    Guard(name="financial_transaction_no_delete", table="financial_transaction", event="DELETE", condition="1 = 1",
          message="no ledger row is ever deleted"),
    *PERIOD_GUARDS,
    *with_posted_parent("invoice_line"),
    *with_posted_parent("invoice_detail"),
    *frozen("invoice_statement", "what an invoice said is kept as it was printed"),
    Guard(name="invoice_statement_letterhead", table="invoice_statement", event="INSERT", condition=_OF_ANOTHER,
          message="the letterhead of an invoice is one of its provider (fk_invoice_statement_letterhead_id)"),
    *frozen("letterhead_version", "a letterhead that was printed is kept"),
    *with_posted_parent("payment_target", key="payment_id", why="what a payment named is kept"),
    Guard(name="payment_target_of_its_account", table="payment_target", event="INSERT", condition=_ELSEWHERE,
          message="a payment names invoices of its own account"),
    *(Guard(name=f"financial_transaction_counter_{event.lower()}", table="financial_transaction", event=event,
            condition=_NO_COUNTER, message="a cancellation takes back the whole of one posted row of its account",
            columns=columns)
      for event, columns in (("INSERT", ()), ("UPDATE", ("kind", "cancels_id", "amount_minor", "state")))),
    Guard(name="financial_transaction_draft_fixed", table="financial_transaction", event="UPDATE",
          condition=unchanged("provider_id", "account_id", "kind", "currency", "imported", "drafted_at", "drafted_by")
          + " OR (OLD.reference IS NOT NULL AND NEW.reference IS DISTINCT FROM OLD.reference)",
          message="a draft keeps its account, kind, currency and reference"),
    Guard(name="number_series_goes_on", table="number_series", event="UPDATE",
          condition="NEW.last_number < OLD.last_number OR NEW.skipped < OLD.skipped OR "
          + unchanged("provider_id", "kind"),
          message="a series of numbers never goes back"),
    Guard(name="number_series_no_delete", table="number_series", event="DELETE", condition="1 = 1",
          message="a series of numbers never begins anew"),
    *(Guard(name=f"financial_transaction_type_{event.lower()}", table="financial_transaction", event=event,
            condition=_OF_NO_TYPE, message="a document has a type of its kind and a category of its type "
            "(fk_financial_transaction_type, fk_financial_transaction_category)", columns=columns, dialect="sqlite")
      for event, columns in (("INSERT", ()), ("UPDATE", ("type_id", "category", "kind", "provider_id")))),
    Guard(name="transaction_type_fixed", table="transaction_type", event="UPDATE",
          condition=unchanged("provider_id", "kind", "code"), message="the kind and the code of a type are fixed"),
    Guard(name="transaction_type_no_delete", table="transaction_type", event="DELETE",
          condition="EXISTS (SELECT 1 FROM financial_transaction WHERE type_id = OLD.id)",
          message="documents have this type"),
    Guard(name="transaction_category_fixed", table="transaction_category", event="UPDATE", condition="1 = 1",
          message="a category is added or taken away"),
    Guard(name="transaction_category_no_delete", table="transaction_category", event="DELETE",
          condition="EXISTS (SELECT 1 FROM financial_transaction WHERE type_id = OLD.type_id AND category = OLD.name)",
          message="documents have this category"),
    Guard(name="account_write_off_cleared_once", table="account_write_off", event="UPDATE",
          condition="OLD.cleared_on IS NOT NULL OR "
          + unchanged("id", "provider_id", "account_id", "effective_on", "currency", "amount_minor", "mirror_id",
                       "reason", "recorded_at", "recorded_by"),
          message="a write-off stands as it was made, and its mark is cleared once"),
    Guard(name="account_write_off_no_delete", table="account_write_off", event="DELETE", condition="1 = 1",
          message="a write-off is kept"),
    *frozen("account_write_off_entry", "a write-off is kept"),
    *frozen("account_reconciliation", "who looked the books through, and when, is kept"),
    *frozen("allocation", "an allocation is undone by a row with the negative amount"),
    Guard(name="allocation_kinds", table="allocation", event="INSERT",
          condition=f"(SELECT kind FROM financial_transaction WHERE id = NEW.debit_id) NOT IN ({_DEBITS}) OR "
          f"(SELECT kind FROM financial_transaction WHERE id = NEW.credit_id) IN ({_DEBITS}) OR "
          "(SELECT state FROM financial_transaction WHERE id = NEW.debit_id) <> 'posted' OR "
          "(SELECT state FROM financial_transaction WHERE id = NEW.credit_id) <> 'posted'",
          message="an allocation joins a posted credit to a posted debit"),
    Guard(name="allocation_one_account", table="allocation", event="INSERT", condition=_BOTH_SIDES,
          message="an allocation stays within one account and its provider "
                  "(fk_allocation_credit, fk_allocation_debit)"),
    Guard(name="allocation_reverses", table="allocation", event="INSERT", condition=_REVERSED,
          message="a reversal takes back exactly one allocation"),
    Guard(name="allocation_within", table="allocation", event="INSERT",
          condition="NEW.amount_minor + "
          "COALESCE((SELECT SUM(amount_minor) FROM allocation WHERE debit_id = NEW.debit_id), 0) "
          "NOT BETWEEN 0 AND (SELECT amount_minor FROM financial_transaction WHERE id = NEW.debit_id) OR "
          "NEW.amount_minor + COALESCE((SELECT SUM(amount_minor) FROM allocation WHERE credit_id = NEW.credit_id), 0) "
          "NOT BETWEEN 0 AND (SELECT amount_minor FROM financial_transaction WHERE id = NEW.credit_id)",
          message="allocations never exceed the credit nor the debit",
          prelude_postgresql="PERFORM 1 FROM financial_transaction WHERE id IN (NEW.debit_id, NEW.credit_id) "
                             "ORDER BY id FOR NO KEY UPDATE;"),
    *frozen("dispute", "a dispute changes through its entries"),
    *frozen("dispute_entry", "entries of a dispute are append-only"),
    Guard(name="dispute_entry_within", table="dispute_entry", event="INSERT",
          condition="NEW.delta_minor + COALESCE((SELECT SUM(delta_minor) FROM dispute_entry "
          "WHERE invoice_id = NEW.invoice_id), 0) NOT BETWEEN 0 AND "
          "(SELECT amount_minor FROM financial_transaction WHERE id = NEW.invoice_id)",
          message="a dispute lies between nothing and the whole invoice",
          prelude_postgresql="PERFORM 1 FROM financial_transaction WHERE id = NEW.invoice_id FOR NO KEY UPDATE;"),
    Guard(name="dispute_entry_of_its_dispute", table="dispute_entry", event="INSERT",
          condition="NOT EXISTS (SELECT 1 FROM dispute WHERE id = NEW.dispute_id AND invoice_id = NEW.invoice_id "
          "AND account_id = NEW.account_id AND provider_id = NEW.provider_id)",
          message="an entry has the invoice and the account of its dispute"),
)
