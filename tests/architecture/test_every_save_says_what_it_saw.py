"""Every public command that changes something stored takes what was seen, or is on a short list with its reason.

The walk is over the source, as that of `test_every_service_asks`: a command changes something when it writes rows,
itself or through a service function that it calls. It takes `seen` by keyword, without a default, so that nobody
forgets it; and it has its row in the table of `tests/services/test_two_people.py`. What is on the lists is checked to
be needed.
"""

from __future__ import annotations

import ast

from tests.architecture.test_every_service_asks import calls, functions, public
from tests.services.test_two_people import RACES
from tests.support.sources import ROOT

_WRITING = {"insert", "update", "delete", "insert_for", "insert_rows", "insert_rows_with_ids", "write_audit"}
_OF_SESSION = {"add", "add_all", "merge", "delete"}

MACHINERY = {
    "database": "opens, migrates and checks; what rows say is not known there",
    "history": "notes what commands are about to change that compared",
    "demo": "fills an empty database in which nobody can have seen anything yet",
}
CREATES = {
    "accounts.services.create_services", "credit.overrides.create_override",
    "events.mappings.create_mapping", "events.mappings.map_for_new_provider",
    "groups.groups.create_group", "hierarchy.accounts.create_account",
    "hierarchy.accounts.create_accounts", "hierarchy.accounts.create_provider",
    "hierarchy.new_account.create_new_account",
    "documents.drafting.create_draft", "documents.posting.post_document",
    "hierarchy.operator.create_operator", "imports.providers.create_from", "imports.run.import_file",
    "profiles.profiles.create_profile", "profiles.profiles.duplicate_profile", "profiles.profiles.insert_profile",
    "staff.beginning.begin_and_sign_in", "staff.beginning.begin_sign_in", "staff.roles.create_role",
    "staff.roles.insert_role", "staff.units.create_unit", "staff.units.insert_unit", "staff.users.create_user",
    "staff.users.insert_user",
}
"""Make what nobody can have seen; a name or code that somebody took meanwhile is refused by its own words."""
ADDS = {
    "rules.advance_warning.add_advance_warning",
    "accounts.service_steps.add_service",
    "accounts.addresses.add_address", "accounts.contacts.add_contact", "accounts.notes.write_note",
    "requests.requests.open_request",
    "groups.groups.add_to_group", "group_accounts.joining.add_member",
    "events.mappings.provision_events", "hierarchy.accounts.set_first_realm", "ledger.disputes.raise_dispute",
    "ledger.plans.create_plan", "suspension.promises.enter_promise",
    "currencies.changing.add_rate", "currencies.from_file.import_rates", "currencies.from_file.take_rates",
    "currencies.fetching.fetch_rates",
    "invoicing.posting.post_invoice",
    "invoicing.posting.post_invoices", "ledger.allocating.allocate_accounts", "ledger.writing.record_invoices",
    "ledger.writing.record_payments", "outbox.channels.send_trial", "printing.batch.print_batch",
    "invoicing.sending.send_invoice", "printing.single.invoice_file",
    "payments.receiving.receive_payment",
    "periods.settings.set_periods", "providers.automation.pause_schedule",
    "periods.drafts.post_drafts_of",
}
"""Only add beside what is there, or where nothing is; posted rows are append-only."""
ENDS_ONE_THING = {
    "accounts.addresses.remove_address": "refused while invoices of an account go there, or gone already",
    "accounts.contacts.remove_contact": "refused while it is the primary or billing one, or gone already",
    "credit.labels.delete_classification": "refused while an account has it or a rule asks for it",
    "credit.labels.delete_kyc_profile": "refused while a contact has it or a rule asks for it",
    "credit.overrides.delete_override": "gone is gone; it can be made anew",
    "currencies.changing.remove_rate": "a rate never changes; the second is told that it is gone",
    "customers.views.delete_view": "one's own; gone is gone",
    "documents.cancelling.cancel_document": "cancelled once; the second is told who did so",
    "documents.cancelling.transfer_payment": "cancelled once; the second is told who did so",
    "documents.disputing.settle_disputes": "ends what is in dispute; the second is told that nothing is any more",
    "documents.drafting.reject_draft": "a draft ends once; the second is told who posted or rejected it",
    "documents.writing_off.clear_write_off": "cleared once; the second is told that no mark stands",
    "documents.writing_off.write_off_account": "what is owed by then; the second is told that nothing is left",
    "events.mappings.delete_mapping": "refused while an action of it is on",
    "group_accounts.joining.remove_member": "a member leaves once; whoever is none is named",
    "groups.groups.delete_group": "refused while anything refers to it",
    "groups.groups.remove_from_group": "takes out whom it names, and nobody twice",
    "periods.closing.check_and_close": "closed once; the second is told who closed it",
    "periods.closing.close_period": "closed once; the second is told who closed it",
    "ledger.plans.cancel_plan": "ends once; the second is told who ended it",
    "ledger.disputes.end_dispute": "ends once; the second is told who ended it",
    "outbox.letters.print_letters": "prints what waits, and hands on that it waited",
    "providers.automation.resume_schedule": "ends the one pause there is; ended is ended",
    "requests.requests.close_request": "closed is closed; the second is told who closed it",
    "requests.requests.reopen_request": "opened again is open; the second is told so",
    "profiles.profiles.delete_profile": "refused while an account has it or it is the default",
    "status.changes.lift_hold": "a hold is placed once and lifted once; the second is told who lifted it",
    "suspension.promises.withdraw_promise": "ends once; the second is told how it ended",
    "scans.stops.dismiss_stop": "a stop is decided once; the second is told who decided",
    "scans.restore.restore_by_hand": "lifts the one overdue hold there is, and is refused where there is none",
}
"""Name one thing that never changes but ends, and say in words of their own that it ended meanwhile."""
JUDGES = {
    "profiles.moves.undo_move": "moves back what nothing changed since, and names the others",
    "status.taking_back.take_statuses_back": "gives back to whom nothing happened since, and names the others",
    "schedule.reminders.cancel_settled": "judged by what is owing now",
    "schedule.reminders.raise_reminders": "judged in each chunk by what is owing now, and raised once by its key",
    "credit.checking.require_credit": "judges under the lock by what is posted by then",
    "scans.approving.approve_stop": "a stop is decided once, and judged again; what grew since stops again",
    "customers.readiness.make_list_ready": "reckons derived rows from what the books say now",
    "customers.readiness.make_lists_ready": "reckons derived rows from what the books say now",
    "ledger.turning.turn_figures": "reckons derived rows from what the books say now",
    "upkeep.kept_figures.reckon_figures": "reckons derived rows from what the books say now",
    "schedule.round.run_round": "does what is due now, each step by its own judgement",
    "schedule.round.whole_round": "does what is due now, each step by its own judgement",
    "scans.previewed.approved_scan": "a stop is decided once, and judged again; what grew since stops again",
    "scans.previewed.apply_scan": "judged again in each chunk; who no longer fits stays out",
    "scans.scan.run_scan": "judged again in each chunk; who no longer fits stays out",
}
"""Carry their own judgement of what happened since."""
INSIDE = {
    "rules.advance_warning.align_warnings", "rules.holidays.keep_calendar",
    "access.audit.write_audit", "accounts.labels.store_labels",
    "addresses.new.give_billing_addresses", "currencies.changing.write_periods",
    "attributes.writing.forget_values",
    "attributes.limits.keep_limits", "attributes.limits.mark_limits", "ledger.keeping.begin_figures",
    "ledger.keeping.keep_figures", "ledger.keeping.keep_service_counts",
    "attributes.writing.rebuild_provider_effective", "attributes.writing.set_attributes_of_new_accounts",
    "attributes.writing.set_defaults_of_new_provider", "hierarchy.new_contacts.give_contacts",
    "events.mappings.switch_named_action", "events.raising.raise_event", "events.templates.write_version",
    "invoicing.letterheads.freeze_letterheads", "invoicing.statements.freeze_statements",
    "outbox.composing.compose", "outbox.composing.compose_in_office", "outbox.composing.compose_waiting",
    "outbox.claiming.acquire", "outbox.claiming.beat", "outbox.claiming.gateway_failed",
    "outbox.claiming.hold_message", "outbox.claiming.hold_stale", "outbox.claiming.release",
    "outbox.claiming.say_why_waiting", "outbox.claiming.settle_abandoned", "outbox.claiming.step",
    "periods.opening.open_period",
    "documents.drafting.write_document", "documents.posting.post_written",
    "documents.system_accounts.system_account", "hierarchy.accounts.provide_system_accounts",
    "invoicing.posting.finish_invoices", "ledger.disputes.end_open_disputes",
    "ledger.allocating.allocate_between", "ledger.allocating.allocate_counter_row",
    "ledger.allocating.allocate_oldest", "ledger.allocating.allocate_what_came_due",
    "ledger.allocating.take_back_allocations", "ledger.writing.post_rows", "ledger.writing.write_draft",
    "ledger.writing.write_lines", "ledger.writing.write_targets",
    "credit.telling.tell_exceeded", "ledger.instalments.settle_instalments", "ledger.numbering.take_document_numbers",
    "ledger.numbering.take_numbers", "ledger.numbering.take_references",
    "ledger.payment_events.raise_of_payments",
    "ledger.plan_events.raise_missed_instalments", "ledger.plan_events.raise_of_plans",
    "printing.records.begin_batch", "printing.records.record_items",
    "printing.source.frozen_names", "schedule.due.mark_done",
    "status.cascades.hold_members", "status.cascades.release_member", "status.cascades.terminate_members",
    "status.bulk.carry_out", "status.changes.lift", "status.stored.refresh_status",
    "staff.naming.edit_words", "scans.apply.apply_restorations", "scans.apply.apply_suspensions",
    "scans.apply.lift_by_hand", "scans.braking.approve", "scans.braking.decide",
    "scans.braking.record_stops", "scans.braking.supersede",
    "scans.lease.acquire", "scans.lease.beat", "scans.lease.confirm",
    "scans.lease.release", "suspension.promises.end_promises",
    "scans.results.store_results", "scans.runs.open_run",
    "scans.runs.unfinished_run",
}
"""Parts of commands that have compared, that judge, or that make something new."""
OF_ONESELF = {
    "gateways.settings.set_gateway_secret": "a password is shown to nobody",
    "staff.sign_in.change_own_password": "the old password is asked for",
    "staff.users.reset_password": "a password is shown to nobody",
}
PLAYED_ELSEWHERE = {
    "documents.reconciling.allocate_account_oldest": "tests/services/documents/test_reconciling.py",
    "documents.reconciling.mark_reconciled": "tests/services/documents/test_reconciling.py",
    "events.mappings.copy_templates": "tests/services/events/test_mappings.py",
    "customers.bulk_status.change_statuses": "tests/services/customers/test_bulk_status.py",
    "setup.applying.apply_set_up": "tests/services/setup/test_plan_and_apply.py",
    "status.from_file.import_statuses": "tests/services/status/test_from_file.py",
    "setup.meanwhile.refuse_another_plan": "tests/services/setup/test_plan_and_apply.py",
}
"""They carry the whole of a plan or a preview, whose tests are there."""
EXEMPT = {*CREATES, *ADDS, *ENDS_ONE_THING, *JUDGES, *INSIDE, *OF_ONESELF}


def writes(name: str) -> bool:
    """Whether a function changes something stored, itself or through what it calls."""
    to_look_at, known = [name], set[str]()
    while to_look_at:
        here = to_look_at.pop()
        if here in known or here not in functions() or here.partition(".")[0] == "database":
            continue
        known.add(here)
        if any(_is_write(node) for node in ast.walk(functions()[here][0])):
            return True
        to_look_at += calls(here)
    return False


def _is_write(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in _WRITING
    return (isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "session" and node.func.attr in _OF_SESSION)


def says_what_it_saw(name: str) -> bool:
    """Whether it takes `seen` by keyword and cannot do without."""
    arguments = functions()[name][0].args
    return any(argument.arg == "seen" and default is None
               for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))


def commands() -> list[str]:
    return [name for name in public() if name.partition(".")[0] not in MACHINERY and writes(name)]


def test_every_command_says_what_it_saw_or_why_not() -> None:
    silent = [name for name in commands() if name not in EXEMPT and not says_what_it_saw(name)]
    assert silent == [], "these take no `seen` and stand on no list with a reason"


def test_nothing_stands_on_the_lists_without_need() -> None:
    needed = {name for name in commands() if not says_what_it_saw(name)}
    assert sorted(EXEMPT - needed) == [], "these are gone, write nothing, or say by now what they saw"


def test_every_command_that_says_what_it_saw_is_played_by_two_people() -> None:
    told = {name for name in public() if says_what_it_saw(name)}
    played = {name for name in RACES if ":" not in name}
    assert sorted(told - played - PLAYED_ELSEWHERE.keys()) == [], "these have no row in the table"
    assert sorted((played | PLAYED_ELSEWHERE.keys()) - told) == [], "these rows are of nothing"
    assert [path for path in PLAYED_ELSEWHERE.values() if not (ROOT / path).is_file()] == []


def test_the_walk_sees_a_command_that_writes() -> None:
    assert writes("profiles.profiles.edit_profile")
    assert writes("profiles.profiles.set_default_profile"), "through what it calls"
    assert not writes("profiles.page.profile_page")
