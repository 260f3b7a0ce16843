"""Every command asks whether it reaches accounts that the person does not see, or is on a list with its reason.

The walk is over the source, as for powers: a command is a public function of the services that writes, itself or
through what it calls; it asks when it calls `require_all_of` or `refusal_beyond`, or `require_unlimited`, which asks
for the whole of a provider. An entry that asks by now must leave the list.
"""

from __future__ import annotations

import ast

from tests.architecture.test_every_service_asks import calls, functions, is_exempt, public

ASKS = {"access.authorize.require_unlimited", "access.beyond.refusal_beyond", "access.beyond.require_all_of"}
WRITES = {"write_audit", "insert_rows", "insert", "insert_for", "update", "delete"}
METHODS = {"add", "add_all", "delete", "merge"}

ONE_BY_ONE = {
    "accounts.addresses.add_address": "adds to a contact; what others it serves use stays as it is",
    "accounts.addresses.change_address": "refuses by itself where the contact serves accounts out of reach",
    "accounts.addresses.remove_address": "refuses while any account uses it",
    "accounts.addresses.choose_billing_address": "one account",
    "accounts.labels.store_labels": "through the commands of credit control, which ask",
    "customers.readiness.make_list_ready": "derived rows, the same whoever has them reckoned; shows nobody anything",
    "customers.readiness.make_lists_ready": "derived rows, the same whoever has them reckoned; shows nobody anything",
    "ledger.turning.turn_figures": "derived rows, the same whoever has them reckoned; shows nobody anything",
    "upkeep.kept_figures.reckon_figures": "derived rows, the same whoever has them reckoned; shows nobody anything",
    "accounts.contacts.add_contact": "one account; the contact stays as it is for the others it serves",
    "accounts.contacts.change_contact": "refuses by itself where the contact serves accounts out of reach",
    "accounts.contacts.make_billing": "one account", "accounts.contacts.make_primary": "one account",
    "accounts.contacts.remove_contact": "one account", "accounts.notes.write_note": "one account",
    "requests.requests.open_request": "one account", "requests.requests.change_request": "one account",
    "requests.requests.close_request": "one account", "requests.requests.reopen_request": "one account",
    "accounts.service_steps.add_service": "one account", "accounts.service_steps.change_service": "one account",
    "accounts.service_steps.activate_service": "one account", "accounts.service_steps.stop_service": "one account",
    "accounts.service_steps.move_service": "two accounts that were asked for one by one",
    "accounts.services.create_services": "accounts that were asked for one by one",
    "customers.views.delete_view": "one's own view", "customers.views.save_view": "one's own view",
    "groups.groups.add_to_group": "accounts that were asked for one by one; refuses to show them to others",
    "groups.groups.create_group": "has no members and limits nobody yet",
    "group_accounts.joining.add_member": "two accounts, both asked for",
    "group_accounts.joining.remove_member": "two accounts, both asked for",
    "products.kinds.set_sorting": "a name by which nothing is reckoned",
    "groups.groups.remove_from_group": "accounts that were asked for one by one; refuses to show them to others",
    "hierarchy.accounts.create_account": "a new account", "hierarchy.accounts.create_accounts": "new accounts",
    "hierarchy.accounts.create_provider": "a new provider, without customers",
    "hierarchy.accounts.set_first_realm": "what logins of new staff end with; no customer has it",
    "hierarchy.new_account.create_new_account": "a new account",
    "attributes.writing.set_attributes_of_new_accounts": "new accounts",
    "attributes.writing.set_defaults_of_new_provider": "a new provider, without customers",
    "imports.providers.create_from": "new providers, without customers",
    "credit.assigning.classify_account": "one account",
    "credit.assigning.set_contact_kyc": "every account of the contact was asked for",
    "credit.checking.require_credit": "one account",
    "ledger.plans.create_plan": "one account", "ledger.plans.cancel_plan": "one account",
    "ledger.plans.change_instalment_date": "one account", "suspension.promises.enter_promise": "one account",
    "suspension.promises.withdraw_promise": "one account",
    "documents.cancelling.cancel_document": "one account",
    "documents.cancelling.transfer_payment": "two accounts, both asked for",
    "documents.disputing.settle_disputes": "one account", "documents.drafting.create_draft": "one account",
    "documents.drafting.edit_draft": "one account", "documents.drafting.reject_draft": "one account",
    "documents.posting.post_document": "one account", "documents.posting.post_draft": "one account",
    "documents.posting.post_written": "one account",
    "documents.reconciling.allocate_account_oldest": "one account",
    "documents.reconciling.mark_reconciled": "one account",
    "documents.writing_off.clear_write_off": "one account", "documents.writing_off.write_off_account": "one account",
    "ledger.disputes.adjust_dispute": "one account", "ledger.disputes.end_dispute": "one account",
    "ledger.disputes.raise_dispute": "one account",
    **dict.fromkeys(("outbox.handling.cancel_messages", "outbox.handling.hold_messages",
                     "outbox.handling.mark_printed", "outbox.handling.release_messages",
                     "outbox.handling.resend_messages",
                     "outbox.letters.print_letters"), "messages to accounts that were asked for one by one"),
    "outbox.channels.send_trial": "one account, whose message goes to the writer alone",
    "payments.receiving.receive_payment": "one account",
    "periods.drafts.post_drafts_of": "accounts that were asked for one by one",
    "printing.batch.print_batch": "the accounts chosen, of those in reach",
    "invoicing.sending.send_invoice": "one account", "printing.single.invoice_file": "one account",
    "profiles.choice.move_selected": "accounts in reach alone",
    "profiles.moves.move_members": "accounts in reach alone",
    "profiles.moves.undo_move": "accounts in reach alone",
    "profiles.profiles.insert_profile": "a new profile, without members",
    "status.bulk.carry_out": "writes what `judge` has judged one by one",
    "scans.restore.restore_by_hand": "one account",
}
"""MODULE.FUNCTION → why it reaches nobody but who was asked for."""


def _reached_from(name: str) -> set[str]:
    """A function and all of the services that it uses, directly or not."""
    to_look_at, seen = [name], set[str]()
    while to_look_at:
        here = to_look_at.pop()
        if here not in seen:
            seen.add(here)
            to_look_at += calls(here) if here in functions() else ()
    return seen


def _writes(name: str) -> bool:
    return any(_writes_itself(functions()[used][0]) for used in _reached_from(name) if used in functions())


def _writes_itself(node: ast.FunctionDef) -> bool:
    called = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    return any((isinstance(f, ast.Name) and f.id in WRITES)
               or (isinstance(f, ast.Attribute) and f.attr in METHODS and isinstance(f.value, ast.Name)
               and f.value.id == "session") for f in called)


def _commands() -> list[str]:
    return [name for name in public() if not is_exempt(name) and _writes(name)]


def test_every_command_asks_whom_it_reaches_or_says_why_not() -> None:
    silent = [name for name in _commands() if not _reached_from(name) & ASKS and name not in ONE_BY_ONE]
    assert silent == [], "these neither ask whom they reach nor stand on the list with a reason"


def test_nothing_stands_on_the_list_without_need() -> None:
    commands = set(_commands())
    assert [name for name in ONE_BY_ONE if name not in commands] == [], "these are no commands any more"
    assert [name for name in ONE_BY_ONE if _reached_from(name) & ASKS] == [], "these ask by now"


def test_the_walk_sees_commands() -> None:
    commands = set(_commands())
    assert {"rules.rule_sets.set_rules", "staff.users.edit_user", "status.changes.place_hold"} <= commands
    assert "accounts.header.account_header" not in commands
