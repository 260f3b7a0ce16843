"""Whom a scan suspends, restores or leaves alone: the pure rule (ARCHITECTURE.md, "Suspension rules").

The set-based statement of `app.services.suspension.judgement` judges whole books; this function is its reference and
gives the explanation for one account. A property test holds both equal.

Terms: *gross* is overdue outstanding less unallocated credit, *net* is overdue payable (plan, dispute and pending
credit taken off). Candidate ⇔ net ≥ x and the oldest overdue invoice with something payable is more than y days past
due. Worked example (x 50.00, y 14, k 10.00): 66.00 due 17 Jun is `none` on 1 Jul (14 days) and `suspend` on 2 Jul
(15 days); with 95.00 of 100.00 in dispute the account is `excluded` by X6; once suspended, 10.01 owing is `none` and
10.00 is `restore`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntFlag

from app.models.values import AccountStatus, ScanOutcome


class Exclusion(IntFlag):
    """Why a candidate is left alone (ARCHITECTURE.md, "Exclusions"); a set of them is stored as bits."""

    X1 = 1
    """No active service, or the account is not Active."""
    X2 = 2
    """Member of an excluded distribution group."""
    X3 = 4
    """Flagged *leave out of suspension*."""
    X4 = 8
    """A payment plan brings the owing down to k."""
    X5 = 16
    """A pending credit brings the owing down to k."""
    X6 = 32
    """A disputed amount brings the owing down to k."""
    X7 = 64
    """An ombudsman case is open."""
    X8 = 128
    """A promise to pay stands."""


def exclusion_names(bits: int) -> list[str]:
    """X1 … of a stored set of bits, in order."""
    return [name for bit, name in _NAMES if bits & bit] if bits else []


_NAMES = tuple((int(x), str(x.name)) for x in Exclusion)
"""As plain numbers: a run names the exclusions of a hundred thousand accounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One version of a provider's rule set. Amounts in minor units of `currency`, that of the provider's books unless
    they were converted for accounts in another.
    """

    id: int
    version: int
    name: str
    effective_from: date
    currency: str
    min_overdue_minor: int
    """x"""
    min_overdue_days: int
    """y"""
    restore_at_minor: int
    """k"""
    resuspend_days: int
    windows: tuple[str, ...]
    holidays: str = ""
    """Calendar whose public holidays have no window: "AU-NSW"; empty: none."""
    excluded_groups: tuple[str, ...] = ()
    """Codes, for sentences; the ids are looked up where members are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is true of one account as of the scan's date; the operands of the rule."""

    outstanding_minor: int
    """Σ unsettled of invoices past due."""
    payable_minor: int
    """Σ (unsettled − disputed − plan, never below 0) of invoices past due."""
    unallocated_minor: int
    outstanding_days: int
    """Days past due of the oldest unsettled invoice past due; 0 when there is none."""
    payable_days: int
    """The same among invoices with something payable."""
    disputed_minor: int
    """Σ in dispute on invoices past due."""
    service_count: int
    active_service_count: int
    status: AccountStatus
    held_overdue: bool
    in_excluded_group: bool = False
    omitted: bool = False
    ombudsman_case: bool = False
    restored_by_hand_recently: bool = False
    """Restored by staff, and the re-suspend wait is not over at the end of the scan's date."""
    plan_covered_minor: int = 0
    """Σ still covered by payment plans, of invoices past due."""
    pending_credit_minor: int = 0
    promised_until: date | None = None
    """The last day of the promise to pay that stands."""

    @property
    def gross_minor(self) -> int:
        return max(0, self.outstanding_minor - self.unallocated_minor)

    @property
    def net_minor(self) -> int:
        """Overdue payable of the account."""
        return max(0, self.payable_minor - self.unallocated_minor - self.pending_credit_minor)


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome with everything a result row stores."""

    outcome: ScanOutcome
    exclusions: Exclusion


def exceeds(minor: int, days: int, rules: Rules) -> bool:
    """The test of the rule set: at least x, and more than y days."""
    return minor >= rules.min_overdue_minor and days > rules.min_overdue_days


def decide(facts: Facts, rules: Rules | None) -> Decision:
    """Judge one account by the rules in its own currency; without them nothing happens to it."""
    nothing = Exclusion(0)
    if rules is None:
        return Decision(ScanOutcome.NONE, nothing)
    if facts.held_overdue:
        restored = facts.net_minor <= rules.restore_at_minor
        return Decision(ScanOutcome.RESTORE if restored else ScanOutcome.NONE, nothing)
    if not exceeds(facts.gross_minor, facts.outstanding_days, rules):
        return Decision(ScanOutcome.NONE, nothing)
    found = exclusions(facts, rules)
    if found:
        return Decision(ScanOutcome.EXCLUDED, found)
    if not exceeds(facts.net_minor, facts.payable_days, rules) or facts.restored_by_hand_recently:
        return Decision(ScanOutcome.NONE, nothing)
    return Decision(ScanOutcome.SUSPEND, nothing)


def exclusions(facts: Facts, rules: Rules) -> Exclusion:
    """All exclusions that hold for an account that is not yet held."""
    covered = facts.net_minor <= rules.restore_at_minor
    no_service = facts.service_count > 0 and facts.active_service_count == 0
    tests = (
        (no_service or facts.status is not AccountStatus.ACTIVE, Exclusion.X1),
        (facts.in_excluded_group, Exclusion.X2),
        (facts.omitted, Exclusion.X3),
        (covered and facts.plan_covered_minor > 0, Exclusion.X4),
        (covered and facts.pending_credit_minor > 0, Exclusion.X5),
        (covered and facts.disputed_minor > 0, Exclusion.X6),
        (facts.ombudsman_case, Exclusion.X7),
        (facts.promised_until is not None, Exclusion.X8),
    )
    found = Exclusion(0)
    for holds, exclusion in tests:
        if holds:
            found |= exclusion
    return found
