"""Every public service function asks whether it may, or is on a short list with its reason.

The walk is over the source: a function asks when it calls one of the questions of `app.services.access.authorize`,
or another service function that asks. What is on the list is checked to be needed: an entry that asks by now must leave
it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.sources import ROOT

SERVICES = ROOT / "app" / "services"
WAY_BACK = {"command", "outlook", "extent"}
"""Fields of `Undo` that hold functions."""
ASKS = {"authorize", "authorize_any", "require_account", "require_accounts",
        "require_provider", "require_unlimited", "visible", "editable", "seen_among"}

MACHINERY = {
    "database": "opening, migrating, checking and the two dialects; knows nothing of accounts a person reaches",
    "faults": "words for what drivers and constraints say; reads nothing",
    "history": "notes what commands change that asked, and columns of statements",
    "demo": "fills an empty database in which nobody can have signed in yet",
}
"""Packages below `app/services` that are exempt as a whole."""

BUILDING_BLOCKS = {
    "ledger.marks.written_off_since": "one mark of an account that was asked for",
    "status.stored.refresh_status": "derives a status inside commands that asked",
    "hierarchy.accounts.check_provider_settings": "looks at realms inside commands that asked",
    "hierarchy.accounts.code_is_taken": "looks at codes inside commands that asked",
    "hierarchy.operator.create_operator": "seeds a database in which nobody can have signed in yet",
    "hierarchy.operator.operator_of": "the root, which everybody's settings come from; gives no customer away",
    "customers.columns.term_of": "words for a row that was asked for",
    "customers.columns.with_term": "puts words together, reads nothing",
    "customers.choice.totals_of": "adds up rows that were asked for",
    "files.sheets.guarded": "makes a text harmless, reads nothing",
    "customers.columns.columns_by_key": "describes a file, reads nothing",
    "accounts.labels.label_as_kept": "the code of a value that was asked for",
    "accounts.labels.stored_labels": "takes the entity of an account that was asked for",
    "accounts.details.as_kept": "the name of a person in a value that was asked for",
    "accounts.detail_checks": "looks at what is to be stored, inside commands that asked",
    "addresses.billing": "columns and addresses of accounts that were asked for",
    "addresses.new": "part of creating accounts and of commands that asked",
    "attributes.chain_words.provider_names": "names of the providers a value came down from, part of every answer",
    "attributes.resolving.chain_of": "takes the entity of an account that was asked for",
    "attributes.rows.rows_of_profile": "rows along a chain that was asked for",
    "attributes.resolving.chain_of_profile": "takes the entity of a profile that was asked for",
    "attributes.resolving.chain_of_new": "the chain of an account below a provider that was asked for",
    "attributes.resolving.effective_along": "resolves a chain that was asked for",
    "attributes.resolving.effective_values": "takes the entity of an account that was asked for",
    "attributes.writing.rebuild_provider_effective": "derived rows, inside commands that asked",
    "attributes.limits.keep_limits": "derived rows, inside commands that asked",
    "attributes.limits.mark_limits": "says that derived rows are due, inside commands that asked",
    "ledger.keeping.keep_figures": "derived rows, inside commands that asked",
    "ledger.keeping.begin_figures": "derived rows, inside commands that asked",
    "ledger.keeping.keep_service_counts": "derived rows, inside commands that asked",
    "customers.grouped.grouped_places": "cuts pages of statements of questions that asked",
    "hierarchy.words.narrowed": "narrows a statement of a question that asked",
    "hierarchy.words.has_word": "a condition, no rows",
    "hierarchy.words.has_name": "a condition, no rows",
    "ledger.keeping.right_providers": "whether derived rows may be relied on; gives no customer away",
    "ledger.keeping.standing_of_figures": "whether derived rows may be relied on; gives no customer away",
    "ledger.keeping.reckoned": "columns of a statement, no rows",
    "upkeep.kept_figures.wrong_figures": "conditions of `bursar db check`, no rows",
    "attributes.resolving.last_changes": "who was first, in the refusal of a command that asked",
    "attributes.resolving.stored_values": "what an owner sets, inside questions and commands that asked",
    "attributes.writing.forget_values": "inside the deletion of an owner, which asked",
    "attributes.way_back.way_back": "words and data for `write_values`, whose callers ask",
    "attributes.writing.write_values": "writes what was asked for and checked",
    "attributes.writing.own_terms_refusal": "takes the entity of an account that was asked for",
    "access.audit.traces_about": "who was first, in the refusal of a command that asked",
    "access.audit.traces_on_account": "who was first, in the refusal of a command that asked",
    "access.audit.write_audit": "writes what a command that asked has done",
    "access.audit.zone_of": "how times are said in the refusal of a command that asked",
    "attributes.limits.credit_columns": "columns of a statement, no rows",
    "credit.terms.terms_in_chain": "takes the entity of an account that was asked for",
    "currencies.changing.require_foreign": "looks at a code inside commands that asked",
    "currencies.changing.stored_periods": "the rates of a provider that was asked for",
    "currencies.changing.use_of": "what is said of a currency at a provider that was asked for",
    "currencies.changing.write_periods": "inside commands that asked",
    "currencies.conversion.books_of": "the currency of a provider that was asked for",
    "currencies.conversion.convert": "an amount that was asked for",
    "currencies.conversion.convert_if_known": "an amount that was asked for",
    "currencies.conversion.limit_in_own_currency": "takes the entity of an account that was asked for",
    "currencies.conversion.no_rate": "words for a provider that was asked for",
    "currencies.conversion.rates_on": "the rates of a provider that was asked for",
    "currencies.conversion.rounding_of": "what is said of a currency at a provider that was asked for",
    "reports.sources.days_of": "the days of a provider that was asked for",
    "rules.own_currency.converted_words": "words for a provider that was asked for",
    "rules.own_currency.rules_elsewhere": "figures of a provider that was asked for",
    "rules.own_currency.rules_in": "figures of a provider that was asked for",
    "currencies.new_accounts.new_account_currencies": "the currencies of a provider that was asked for",
    "credit.assigning.same_classification": "what an account that was asked for has elsewhere",
    "credit.assigning.same_kyc_profile": "what a contact that was asked for has elsewhere",
    "credit.telling.tell_exceeded": "tells of what commands that asked have posted",
    "credit.rules.rules_of": "the rules of a provider that was asked for",
    "credit.rules.rules_of_providers": "the rules of providers of accounts that were asked for",
    "customers.conditions.conditions_of": "conditions of a list that asked, no rows",
    "imports.invoices.known_invoices": "judges a file after `import_file` asked",
    "imports.judging.currencies_of": "judges a file after `import_file` asked",
    "imports.judging.known_accounts": "judges a file after `import_file` asked",
    "imports.providers.judge_drafts": "judges a file after `import_file` asked",
    "imports.providers.profiles_of": "judges a file after `import_file` asked",
    "imports.providers.providers_of": "judges a file after `import_file` asked",
    "attributes.terms.due_terms": "takes the entity of an account that was asked for",
    "attributes.terms.refuse_terms_beyond": "refuses inside commands that asked",
    "attributes.terms.refuse_new_terms_beyond": "refuses inside commands that asked",
    "attributes.explain.explain_account": "takes the entity of an account that was asked for",
    "attributes.explain.explanations": "puts answers in words that were asked for",
    "gateways.settings.open_gateways": "for whoever sends what waits in the outbox",
    "impact.comparing.impact_of_change": "what a change would do that was asked for",
    "printing.records.begin_batch": "inside `print_batch`, which asked",
    "printing.records.printed_items": "inside `print_batch`, which asked",
    "printing.records.record_items": "inside `print_batch`, which asked",
    "documents.books.require_postable": "refuses inside commands that asked",
    "documents.drafting.settled_invoice": "inside writing and posting, which asked",
    "documents.drafting.write_document": "inside writing and posting, which asked",
    "documents.types.type_code": "a name of a document that was asked for",
    "documents.types.type_of": "a name of a document that was asked for",
    "hierarchy.accounts.provide_system_accounts": "inside the creation of a provider and posting, which asked",
    "ledger.disputes.end_open_disputes": "inside settling, cancelling and writing off, which asked",
    "ledger.reading.plans_exist": "whether there is any, for statements over whole books",
    "ledger.plans.plan_schedule": "splits an amount that somebody typed; reads nothing",
    "ledger.instalments.plans_of": "part of the rule of allocation, inside commands that asked",
    "ledger.instalments.settle_instalments": "part of the rule of allocation, inside commands that asked",
    "ledger.payment_events.raise_of_payments": "tells of what an import that asked has done",
    "ledger.plan_events.plan_of_cause": "reads a key; no rows",
    "ledger.plan_events.raise_of_plans": "tells of what commands that asked have done",
    "ledger.plan_events.raise_missed_instalments": "inside a scan or a round, which asked",
    "ledger.open_days": "what days are open, inside posting and imports, which asked",
    "periods.opening": "inside setting up and closing, which asked",
    "periods.queries.open_period_of": "which period is open, for a check and a closing, which ask",
    "periods.queries.row_of": "words for a row that was asked for",
    "periods.closing.closable": "looks at periods that were asked for",
    "ledger.reading.account_figures": "sums for accounts that a list or page asked for",
    "ledger.reading.open_invoices": "part of a statement, no rows",
    "hierarchy.new_contacts.give_contacts": "part of creating accounts, which asked",
    "upkeep.opening.place_of": "where a database is, in words",
    "providers.automation.automation_of": "settings of a provider that was asked for",
    "providers.automation.automation_by_provider": "settings of providers that were asked for",
    "providers.automation.stored_settings": "settings of a provider that was asked for",
    "providers.modules.is_on": "a switch of a provider that was asked for",
    "providers.modules.require_module": "refuses inside commands that ask besides",
    "providers.modules.without_module": "narrows providers that were asked for",
    "providers.business_day": "which day it is at a provider, for whoever asked for it",
    "requests.requests.stored": "takes the entity of a request that was asked for",
    "schedule.due.mark_done": "inside a round that was asked for",
    "staff.roles.insert_role": "writes what was asked for and checked",
    "staff.roles.role_of": "takes the entity for commands that ask about it",
    "staff.units.insert_unit": "writes what was asked for and checked",
    "staff.users.insert_user": "writes what was asked for and checked",
    "group_accounts.stored.owners": "who owns accounts that were asked for",
    "group_accounts.stored.texts_of": "words, reads nothing", "group_accounts.stored.named_of": "reads a text",
    "group_accounts.stored.funding_words": "words, reads nothing",
    **dict.fromkeys(("status.cascades.hold_members", "status.cascades.release_member",
                     "status.cascades.terminate_members"), "what a command that asked brings upon members"),
    "status.cascades.parents_among": "whether accounts that were asked for pay for others",
    "status.cascades.is_member_of": "part of a statement, no rows",
    "status.cascades.live_members": "members of an account that was asked for",
    "status.cascades.lock_with_members": "locks inside commands that asked",
    "status.cascades.live_counts": "how many go along with accounts that were asked for",
    "status.cascades.restrained": "part of a statement, no rows",
    "status.unfinished.entangled_among": "what is in the way of accounts that were asked for",
    "status.standing.acting_on": "who works, as seen from an account that was asked for",
    "status.changes.lift": "marks holds inside commands that asked",
    "status.changes.status_traces": "who was first, in the refusal of a command that asked",
    "status.standing.standing_of": "takes the entity of an account that was asked for",
    "status.changes.refuse_unseen": "compares inside commands that asked",
    "status.unfinished.unfinished_business": "what is in the way of an account that was asked for",
    "status.changes.step_blockers": "what is in the way of an account that was asked for",
    "suspension.promises.end_promises": "inside a scan or a command, which asked",
    "rules.advance_warning.align_warnings": "inside entering rules and raising reminders, which asked",
    "rules.rule_sets.rules_of": "one version for questions that asked",
    "rules.rule_sets.group_id_of": "looks a code up for `set_rules`, which asks",
    "rules.rule_sets.newest_version": "a count, for what `set_rules`, which asks, is told was seen",
    "rules.rule_sets.rules_in_force": "the rules of a provider that was asked for",
    "rules.rule_sets.stored_rules": "the rules that a run went by which was asked for",
    "events.mappings.map_for_new_provider": "inside the creation of a provider, which asked",
    "events.mappings.event_type": "reads the library", "events.mappings.mapping_name": "words, reads nothing",
    "events.mappings.require_period": "looks at the library", "events.mappings.switchable": "reads the library",
    "events.listing.event_library": "reads the library",
    "suspension.proposals.switches_of": "what is on at a provider that was asked for",
    "events.raising.this_moment": "the instant of a unit of work",
    "events.raising.raise_process": "inside commands that asked",
    "events.raising.raise_event": "inside commands that asked",
    "events.raising.profiles_with": "what is on at a provider that was asked for",
    "events.templates.write_version": "writes what was asked for and checked",
    "files.writing.write_file": "puts on the disk what a screen shows, and reads nothing",
}
"""MODULE.FUNCTION → why it need not ask."""

BEFORE_ANYBODY = {
    "upkeep.ledger_checks": "part of `upkeep.check`",
    "upkeep.period_checks": "part of `upkeep.check`",
    "upkeep.check": "looks at the whole book for whoever looks after the file; gives no customer away",
    "upkeep.server_dump.dump_server": "inside `back_up`, which says why it need not ask",
    "upkeep.backup.require_file": "says of a database only whether it is a file",
    "upkeep.backup.back_up": "copies the file for whoever may read it anyway; at the window a job asks first",
    "access.principal": "finds out who asks", "staff.sign_in": "happens before anybody is signed in, or for oneself",
    "staff.beginning.begin_and_sign_in": "refuses as soon as there is anybody who could be asked",
    "staff.beginning.refuse_when_begun": "looks only whether there is anybody who could be asked",
    "staff.beginning.begin_sign_in": "refuses as soon as there is anybody who could be asked",
    "staff.users.edit_own_details": "one's own name and address, and nobody else's",
    "staff.queries.own_powers": "tells people about themselves",
    "staff.queries.own_details": "tells people about themselves",
    "access.authorize": "is the question itself", "access.strength": "is the question itself",
    "access.beyond": "is the question itself",
}
WORKERS = {
    "staff.naming": "names of org units and roles, inside commands that asked",
    "printing.source": "reads for a batch that was asked for, in the coordinator or a worker of it",
    "documents.system_accounts": "inside posting and imports, which asked",
    "ledger.allocating": "the rule of allocation, inside commands that asked",
    "ledger.numbering": "the next numbers of a series, inside commands that asked",
    "ledger.writing": "rows of documents, inside posting and imports, which asked",
    "invoicing.gather": "reads for a batch or preview that was asked for",
    "invoicing.letterheads": "inside printing and posting, which asked",
    "invoicing.statements": "inside printing and posting, which asked",
    "invoicing.compose": "the billing run that will call it asks; it gives back what the caller handed in, with tax",
    "invoicing.posting": "the billing run that will call it asks; today the demo and tests do",
    "outbox.claiming": "sends what causes that asked have written; shows nobody anything",
    "outbox.addresses": "reads texts that were asked for",
    "outbox.attachments": "inside previews and deliveries, which asked",
    "outbox.composing": "puts words into messages whose causes asked",
    "outbox.figures": "inside previews, which asked, and composing",
    "outbox.parties": "inside previews, which asked, and composing",
    "outbox.rendering": "makes words of what was asked for",
    "scans.braking": "inside a run that was asked for",
    "suspension.changing": "part of an explanation that was asked for",
    "rules.holidays": "public holidays, which are no secret",
    "rules.in_force": "the rules of a provider that was asked for",
    "suspension.replay.knowledge_of": "inside an explanation that was asked for",
    "scans.apply": "inside a run that was asked for", "suspension.judgement": "inside a run that was asked for",
    "scans.lease": "inside a run that was asked for", "suspension.reasons": "inside a run that was asked for",
    "suspension.standing": "conditions of statements, and a count for an explanation that was asked for",
    "scans.results": "inside a run that was asked for", "scans.runs": "inside a run that was asked for",
}
EXEMPT = {**BUILDING_BLOCKS, **BEFORE_ANYBODY, **WORKERS}


@cache
def functions() -> dict[str, tuple[ast.FunctionDef, dict[str, str]]]:
    """MODULE.FUNCTION → definition and what the names of its module mean, for every function and method."""
    found: dict[str, tuple[ast.FunctionDef, dict[str, str]]] = {}
    for path in sorted(SERVICES.rglob("*.py")):
        module = module_of(path)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = imported(tree)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                names[node.name] = f"{module}.{node.name}"
                found[f"{module}.{node.name}"] = node, names
            elif isinstance(node, ast.ClassDef):
                # a class that is made asks when one of its methods does
                names[node.name] = f"{module}.{node.name}"
                body = ast.FunctionDef(name=node.name, args=ast.arguments([], [], None, [], [], None, []),
                                       body=list(node.body), decorator_list=[])
                found[f"{module}.{node.name}"] = body, names
    return found


def module_of(path: Path) -> str:
    parts = path.relative_to(SERVICES).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(tree: ast.Module) -> dict[str, str]:
    """Names a module takes from the services, with where they come from."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.services."):
            module = (node.module or "").removeprefix("app.services.")
            names |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in node.names}
    return names


@cache
def calls(name: str) -> frozenset[str]:
    """What of the services a function uses; what it names for a way back is called later, and by somebody else."""
    node, names = functions()[name]
    later = {id(part) for keyword in ast.walk(node) if isinstance(keyword, ast.keyword) and keyword.arg in WAY_BACK
             for part in ast.walk(keyword.value)}
    used = (names.get(n.id, "") for n in ast.walk(node)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and id(n) not in later)
    return frozenset(target for target in used if target)


def asks(name: str) -> bool:
    """Whether a function asks, itself or through what it calls."""
    to_look_at, seen = [name], set[str]()
    while to_look_at:
        here = to_look_at.pop()
        if here in seen or here not in functions():
            continue
        seen.add(here)
        if any(target.rpartition(".")[0] == "access.authorize" and target.rpartition(".")[2] in ASKS
               for target in calls(here)):
            return True
        to_look_at += calls(here)
    return False


def public() -> Iterator[str]:
    """Service functions that take a session or a database and are meant for others."""
    for name, (node, _) in functions().items():
        first = node.args.args[0].arg if node.args.args else ""
        if first in {"session", "database"} and not node.name.startswith("_"):
            yield name


def is_exempt(name: str) -> bool:
    module = name.rpartition(".")[0]
    return name in EXEMPT or module in EXEMPT or name.partition(".")[0] in MACHINERY


def test_every_public_service_asks_or_says_why_not() -> None:
    silent = [name for name in public() if not is_exempt(name) and not asks(name)]
    assert silent == [], "these neither ask nor stand on the list with a reason"


def test_nothing_stands_on_the_list_without_need() -> None:
    known = set(functions())
    modules = {name.rpartition(".")[0] for name in known}
    unknown = [name for name in EXEMPT if name not in known and name not in modules]
    assert unknown == [], "these are gone"
    needless = [name for name in BUILDING_BLOCKS if name in known and asks(name)]
    assert needless == [], "these ask by now"


def test_the_walk_sees_a_function_that_does_not_ask() -> None:
    assert not asks("ledger.reading.account_figures")
    assert asks("accounts.header.account_header")
    assert asks("accounts.preview.account_preview"), "through the query it calls"
