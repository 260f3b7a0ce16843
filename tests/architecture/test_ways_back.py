"""Every command comes with its way back, or stands here: what it adds harms nobody, or a person is told before."""

from __future__ import annotations

import ast

from tests.architecture.test_every_service_asks import calls, functions, public
from tests.support.sources import python_files, syntax_of

ANSWERS = {"ChangeSet", "Created", "CreatedAccount", "MoveResult", "MembersChanged", "BulkResult", "StatusReport",
           "ImportReport", "Posted", "ScanReport", "Settled", "WrittenOff", "StatusesBack"}
"""What commands answer."""
SAID_BEFORE = {
    "groups.groups.delete_group": "It has no members and limits nobody. This cannot be taken back.",
    "hierarchy.new_account.create_new_account": "Nobody deletes an account",
    "imports.run.import_file": "What is imported is not taken back.",
    "ledger.plans.cancel_plan": "This cannot be taken back; another plan can be made for what is left.",
    "ledger.disputes.end_dispute": "This cannot be taken back; the rest can be put in dispute again.",
    "payments.receiving.receive_payment": "What is posted is not taken back;",
    "periods.settings.set_periods": "Periods are set up once: this cannot be changed or taken back.",
    "profiles.profiles.delete_profile": "earlier moves stay listed. This cannot be taken back.",
    "staff.beginning.begin_sign_in": "this cannot be taken back",
    "staff.users.reset_password": "tries counted against it are forgotten. This cannot be taken back.",
    "suspension.promises.withdraw_promise": "This cannot be taken back; another promise can be entered.",
    "scans.restore.restore_by_hand": "This cannot be taken back.",
    "rules.rule_sets.set_rules": "stays listed and is not taken back; a further version can say otherwise.",
    "scans.approving.approve_stop":
        "What is applied cannot be taken back at once; each account can be restored by hand.",
    "scans.scan.run_scan": "What is applied cannot be taken back at once; each account can be restored by hand.",
}
"""The words on a screen that say so before."""
COUNTERED = {
    "documents.cancelling.cancel_document", "documents.cancelling.transfer_payment",
    "documents.disputing.settle_disputes", "documents.posting.post_document", "documents.posting.post_draft",
    "documents.posting.post_written", "documents.reconciling.allocate_account_oldest",
    "documents.writing_off.write_off_account",
}
"""What is posted stays; another document counters it, and whoever posts is shown what it will do."""
NEEDS_NONE = {
    "accounts.service_steps.add_service": "a service, which can be stopped",
    **dict.fromkeys(COUNTERED, "a posted row is countered by another"),
    "documents.reconciling.mark_reconciled": "a note beside the books, by which nobody owes more or less",
    "documents.drafting.reject_draft": "what it said stays to be read, and another draft can be written",
    "documents.writing_off.clear_write_off": "a mark by which nobody owes more or less; who cleared it stays there",
    "accounts.logo.set_logo": "of set-up files: the plan shows it before",
    "accounts.notes.write_note": "what was said is written down, and stays",
    "database.announcing.changes_in": "asks what a unit of work wrote",
    "events.mappings.delete_mapping": "an event that is off; providing it again brings its starter texts",
    "events.mappings.create_mapping": "an event that is off, which can be taken from the profile",
    "gateways.settings.set_gateway_secret": "a password is shown to nobody, and kept outside the database",
    "groups.groups.create_group": "an empty group, which can be deleted",
    "hierarchy.accounts.set_first_realm": "of set-up files: the plan shows it before",
    "periods.drafts.post_drafts_of": "a part of closing a period, which says before that it is not taken back",
    "schedule.reminders.cancel_settled": "what is cancelled can be sent again in the outbox",
    "invoicing.sending.send_invoice": "a message, which can be cancelled while it waits",
    "products.kinds.set_sorting": "of set-up files: the plan shows it before",
    "outbox.channels.send_trial": "a message to its writer, which can be cancelled while it waits",
    "staff.roles.create_role": "a role that nobody has yet",
    "staff.roles.set_role_powers": "of set-up files: the plan shows it before, with the old powers",
    "staff.users.create_user": "a staff user, who can be set inactive",
    "staff.units.create_unit": "an org unit without staff",
    "staff.units.set_unit_roles": "of set-up files: the plan shows it before, with the old roles",
    "status.bulk.carry_out": "a part of commands that come with their way back",
    "suspension.preview.preview_scan": "writes nothing",
    "rules.advance_warning.add_advance_warning": "an event that is off, and can be taken from the profile",
    "rules.advance_warning.align_warnings": "follows the rules, which say it themselves",
    "scans.stops.dismiss_stop": "nothing was done; the next scan judges anew",
}


def commands() -> set[str]:
    """Public service functions that answer what changed."""
    found = set()
    for name in public():
        returns = functions()[name][0].returns
        if returns is not None and ANSWERS & {node.id for node in ast.walk(returns) if isinstance(node, ast.Name)}:
            found.add(name)
    return found


def leads_back(name: str) -> bool:
    """Whether a command makes a way back, itself or through what it calls."""
    to_look_at, known = [name], set[str]()
    while to_look_at:
        here = to_look_at.pop()
        if here in functions() and here not in known and not here.startswith("changes."):  # the answer, not who made it
            known.add(here)
            if "changes.Undo" in calls(here):
                return True
            to_look_at += calls(here)
    return False


def test_every_command_leads_back_or_says_before_that_it_does_not() -> None:
    silent = sorted(name for name in commands() - SAID_BEFORE.keys() - NEEDS_NONE.keys() if not leads_back(name))
    assert silent == []


def test_nothing_stands_on_the_lists_without_need() -> None:
    assert sorted((SAID_BEFORE.keys() | NEEDS_NONE.keys()) - commands()) == [], "these are gone"
    assert SAID_BEFORE.keys() & NEEDS_NONE.keys() == set()


def test_what_has_no_way_back_is_said_on_a_screen() -> None:
    said = [node.value for path in python_files("app/views") for node in ast.walk(syntax_of(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    missing = {name: words for name, words in SAID_BEFORE.items() if not any(words in text for text in said)}
    assert missing == {}


def test_the_walk_tells_who_leads_back() -> None:
    """Whoever only answers what changed does not, though a way back could stand in that answer."""
    assert leads_back("attributes.writing.set_attribute"), "through what it calls"
    assert [name for name in sorted(NEEDS_NONE) if leads_back(name)] == []
    assert [name for name in sorted(SAID_BEFORE) if leads_back(name)] == []
