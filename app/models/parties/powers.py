"""Powers: what staff may do. A role holds some, an org unit has roles, and staff have the union of them.

Powers form a tree: one below another opens a part of what that one opens, and is worth nothing without it
(ARCHITECTURE.md, "Powers").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Power(StrEnum):
    """One thing that a role may allow; the value is what is stored."""

    CUSTOMERS = "customers"
    CUSTOMERS_CREATE = "customers.create"
    CUSTOMERS_CREATE_TERMS = "customers.create.terms"
    CUSTOMERS_EDIT = "customers.edit"
    CUSTOMERS_EDIT_TERMS = "customers.edit.terms"
    CUSTOMERS_STATUS = "customers.status"
    CUSTOMERS_SERVICES = "customers.services"
    CUSTOMERS_REQUESTS = "customers.requests"
    CUSTOMERS_MOVE = "customers.move"
    CUSTOMERS_FUNDING = "customers.funding"
    CUSTOMERS_EXPORT = "customers.export"
    CUSTOMERS_IMPORT = "customers.import"
    CUSTOMERS_DOWNSTREAM = "customers.downstream"
    AGENTS = "agents"
    PROVIDERS = "providers"
    PROVIDERS_CREATE = "providers.create"
    PROVIDERS_DEFAULTS = "providers.defaults"
    PROVIDERS_CURRENCIES = "providers.currencies"
    PROFILES = "profiles"
    PROFILES_EDIT = "profiles.edit"
    PROFILES_EDIT_TERMS = "profiles.edit.terms"
    PROFILES_MEMBERS = "profiles.members"
    GROUPS = "groups"
    GROUPS_ADMIN = "groups.admin"
    GROUPS_ASSIGN = "groups.assign"
    GROUPS_REMOVE = "groups.remove"
    LEDGER = "ledger"
    LEDGER_POST = "ledger.post"
    LEDGER_CORRECT = "ledger.correct"
    LEDGER_DISPUTES = "ledger.disputes"
    LEDGER_DISPUTES_END = "ledger.disputes.end"
    LEDGER_IMPORT = "ledger.import"
    LEDGER_PERIODS = "ledger.periods"
    LEDGER_PLANS = "ledger.plans"
    INVOICES_PRINT = "invoices.print"
    CREDIT = "credit"
    CREDIT_RULES = "credit.rules"
    SUSPENSION = "suspension"
    SUSPENSION_APPLY = "suspension.apply"
    SUSPENSION_RESTORE = "suspension.restore"
    SUSPENSION_RULES = "suspension.rules"
    EVENTS = "events"
    EVENTS_EDIT = "events.edit"
    EVENTS_SEND = "events.send"
    EVENTS_GATEWAYS = "events.gateways"
    STAFF = "staff"
    STAFF_ADMIN = "staff.admin"


@dataclass(frozen=True, slots=True)
class PowerWords:
    """How a power is named on screen, and one line of what it opens."""

    label: str
    help: str


POWER_WORDS: dict[Power, PowerWords] = {
    Power.CUSTOMERS: PowerWords("Customers", "Look at customers: list, tree, search, account page."),
    Power.CUSTOMERS_CREATE: PowerWords("Create customers", "New accounts, by hand or from a file."),
    Power.CUSTOMERS_CREATE_TERMS: PowerWords("Trading terms of new customers",
                                             "Give a new customer terms, limits or a rating of its own."),
    Power.CUSTOMERS_EDIT: PowerWords("Customer details", "Change details, attributes, contacts, notes and groups."),
    Power.CUSTOMERS_EDIT_TERMS: PowerWords("Trading terms of customers",
                                           "Change terms, limits and the rating of a customer."),
    Power.CUSTOMERS_STATUS: PowerWords("Account status", "Suspend, reactivate, hold, set inactive, terminate."),
    Power.CUSTOMERS_SERVICES: PowerWords("Services of customers", "Add, change, stop and move services by hand."),
    Power.CUSTOMERS_REQUESTS: PowerWords("Service requests", "Open, assign, change and close service requests."),
    Power.CUSTOMERS_MOVE: PowerWords("Move accounts", "Move an account below another parent."),
    Power.CUSTOMERS_FUNDING: PowerWords("Group accounts", "Say which account pays for which others."),
    Power.CUSTOMERS_EXPORT: PowerWords("Export customers", "Write lists to files."),
    Power.CUSTOMERS_IMPORT: PowerWords("Import customers", "Read accounts and services from files."),
    Power.CUSTOMERS_DOWNSTREAM: PowerWords("Downstream customers",
                                           "For wholesale staff: the customers of the providers below."),
    Power.AGENTS: PowerWords("Agents", "Create and look after agents."),
    Power.PROVIDERS: PowerWords("Providers", "Look at providers and their defaults."),
    Power.PROVIDERS_CREATE: PowerWords("Create providers", "Set up providers below one's own."),
    Power.PROVIDERS_DEFAULTS: PowerWords("Provider defaults", "Change what a provider passes on to its customers."),
    Power.PROVIDERS_CURRENCIES: PowerWords("Currencies and rates",
                                           "Say which currencies a provider uses, enter and fetch their rates."),
    Power.PROFILES: PowerWords("Account profiles", "Look at profiles and their members."),
    Power.PROFILES_EDIT: PowerWords("Edit profiles", "Create, change, duplicate and delete profiles."),
    Power.PROFILES_EDIT_TERMS: PowerWords("Trading terms of profiles", "Change terms and limits of a profile."),
    Power.PROFILES_MEMBERS: PowerWords("Move between profiles", "Move accounts from one profile to another."),
    Power.GROUPS: PowerWords("Account groups", "Look at account groups and their members."),
    Power.GROUPS_ADMIN: PowerWords("Manage groups", "Create groups, change them, add accounts."),
    Power.GROUPS_ASSIGN: PowerWords("Assign groups to org units", "Say which staff a group limits."),
    Power.GROUPS_REMOVE: PowerWords("Remove customers from groups", "Take accounts out of a group."),
    Power.LEDGER: PowerWords("Ledger", "Look at invoices, payments and allocations."),
    Power.LEDGER_CORRECT: PowerWords("Correct the ledger", "Cancel documents, refund, transfer payments, write off."),
    Power.LEDGER_DISPUTES: PowerWords("Disputes", "Put invoices in dispute."),
    Power.LEDGER_DISPUTES_END: PowerWords("End disputes", "Settle a dispute."),
    Power.LEDGER_IMPORT: PowerWords("Import documents", "Read invoices and payments from files."),
    Power.LEDGER_PERIODS: PowerWords("Accounting periods", "Set up accounting periods, look for errors, close them."),
    Power.LEDGER_POST: PowerWords("Receive payments and write documents",
                                  "Receive payments; write invoices, credit notes and drafts, and post them."),
    Power.LEDGER_PLANS: PowerWords("Promises and payment plans", "Enter promises to pay and payment plans, end them."),
    Power.INVOICES_PRINT: PowerWords("Print invoices", "Preview and print invoices and batches."),
    Power.CREDIT: PowerWords("Credit control", "Look at accounts over their limit, override rules and conditions."),
    Power.CREDIT_RULES: PowerWords("Credit rules", "Change override rules, classifications and KYC profiles."),
    Power.SUSPENSION: PowerWords("Suspension", "Preview scans and read their reasons."),
    Power.SUSPENSION_APPLY: PowerWords("Apply scans", "Suspend and restore what a scan proposes."),
    Power.SUSPENSION_RESTORE: PowerWords("Restore by hand", "Lift an overdue hold with a reason."),
    Power.SUSPENSION_RULES: PowerWords("Suspension rules", "Enter rule sets of a provider."),
    Power.EVENTS: PowerWords("Events", "Look at events, templates and the outbox."),
    Power.EVENTS_EDIT: PowerWords("Edit events", "Provide events, write templates, switch actions on and off."),
    Power.EVENTS_SEND: PowerWords("Send messages", "Send again, hold, cancel and print what is in the outbox."),
    Power.EVENTS_GATEWAYS: PowerWords("Gateways and schedule", "Set mail and SMS servers, schedule and safety brake."),
    Power.STAFF: PowerWords("Staff list", "Look at staff, org units and roles."),
    Power.STAFF_ADMIN: PowerWords("Manage staff", "Create staff, org units and roles, and give powers."),
}

ALL_POWERS = frozenset(Power)


@cache
def parent_of(power: Power) -> Power | None:
    """The power this one is part of; None at the top of the tree."""
    head, _, _ = power.value.rpartition(".")
    return next((p for p in Power if p.value == head), None)


def effective_powers(granted: Iterable[Power]) -> frozenset[Power]:
    """The powers that count of those granted: one whose parent is missing opens nothing."""
    held = frozenset(granted)

    def counts(power: Power) -> bool:
        above = parent_of(power)
        return power in held and (above is None or counts(above))

    return frozenset(power for power in held if counts(power))


def with_parents(powers: Iterable[Power]) -> frozenset[Power]:
    """These powers and all they need above them."""
    found: set[Power] = set()
    for power in powers:
        step: Power | None = power
        while step is not None:
            found.add(step)
            step = parent_of(step)
    return frozenset(found)
