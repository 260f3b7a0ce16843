"""Accounts that play a part: what a scan of the last day must find at every provider, whatever chance brings.

The first accounts of a provider play every part once, and every so many accounts play it again, so that the proportion
stays the same in a demo of any size. At Harbour Telecom the first eight are those of the worked example
(ARCHITECTURE.md, "The worked example"), with their dates counted back from the last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.services.demo.world import BUSINESS, DEFAULT, RESIDENTIAL, ProviderSpec, Values


class Part(StrEnum):
    """What an account is there to show on the last day. x, y and k are those of the rule in force."""

    SUSPEND = "suspend"
    """Qualifies for the first time today."""
    SUSPEND_PARTLY_PAID = "suspend_partly_paid"
    EXACTLY_X = "exactly_x"
    """Owes x: qualifies."""
    BELOW_X = "below_x"
    """Owes the smallest unit less: does not."""
    NOT_YET = "not_yet"
    """y days late today: qualifies tomorrow."""
    RESTORE = "restore"
    """Suspended earlier, and pays everything today."""
    RESTORE_AT_K = "restore_at_k"
    """Suspended earlier, and pays all but k today."""
    STAYS_SUSPENDED = "stays_suspended"
    BY_HAND = "by_hand"
    """Suspended earlier, restored by staff yesterday, still owing."""
    DISPUTE = "dispute"
    """All but a little is in dispute: excluded by X6."""
    OMITTED = "omitted"
    """Flagged: excluded by X3."""
    GROUP = "group"
    """Member of an excluded group: X2."""
    OMBUDSMAN = "ombudsman"
    """Open case: X7."""
    NO_ACTIVE_SERVICE = "no_active_service"
    """All services suspended by staff: X1."""
    CREDIT_CHECK = "credit_check"
    """Held by staff: X1."""
    NEVER_A_SERVICE = "never_a_service"
    """Judged as an account, and suspended."""
    PROMISE = "promise"
    """Promised this morning to pay: X8."""


_ORDER = (
    Part.SUSPEND, Part.RESTORE, Part.DISPUTE, Part.SUSPEND, Part.RESTORE_AT_K, Part.OMITTED, Part.EXACTLY_X,
    Part.BELOW_X, Part.NOT_YET, Part.STAYS_SUSPENDED, Part.BY_HAND, Part.NO_ACTIVE_SERVICE, Part.CREDIT_CHECK,
    Part.NEVER_A_SERVICE, Part.SUSPEND_PARTLY_PAID, Part.GROUP, Part.SUSPEND,
    Part.PROMISE,
)
_AGAIN_EVERY = 450
"""Accounts between two performances of the same part."""
_OMBUDSMAN_CASE = 47
"""The only account with an open case, whatever the size of the demo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An account that the documentation or a screen's picture knows by name."""

    name: str
    profile: str
    is_company: bool
    services: int = 1
    values: Values | None = None
    part: Part | None = None
    posted_days_back: int | None = None
    inclusive_minor: int | None = None
    """What one period costs, tax included and fees apart."""
    charges: tuple[tuple[str, int, int], ...] = ()
    """What that price is made of, where the page is known: description, how many months, net price of each."""
    place: str = ""
    group: str = ""
    disputed_minor: int = 0
    planned_minor: int = 0
    """What a payment plan covers of its last invoice: X4."""
    overpaid_minor: int = 0
    """Credit waiting on the account."""
    attention: str = ""
    lifecycle: str = "active"
    hold: str = ""


_JUNE_3 = 29
"""The worked example invoices on 3 June and is looked at on 2 July."""
_NOT_DUE = 12
"""Posted so lately that business terms have more than a week to run."""

SCENARIO: dict[int, Named] = {
    1: Named(name="Acme Pty Ltd", profile=BUSINESS, is_company=True, posted_days_back=_JUNE_3, inclusive_minor=11_000,
             charges=(("Business broadband 50/20", 3, 3_000), ("Static IP address", 1, 1_000)),
             values={"invoice_delivery_method": "email_and_post"}, attention="Accounts payable",
             place="88 Wharf Road"),
    2: Named(name="Jane Citizen", profile=RESIDENTIAL, is_company=False, services=2, posted_days_back=_JUNE_3,
             inclusive_minor=6_600),
    3: Named(name="Bob Plain", profile=DEFAULT, is_company=False, posted_days_back=_JUNE_3, inclusive_minor=5_500,
             values={"invoice_delivery_method": "post"}),
    4: Named(name="Delta Ltd", profile=BUSINESS, is_company=True, posted_days_back=_JUNE_3, inclusive_minor=22_000,
             values={"invoice_delivery_method": "post", "trading_due_days": 7, "paper_invoice_fee": 0}),
    5: Named(name="Vip Ng", profile=RESIDENTIAL, is_company=False, posted_days_back=_JUNE_3, inclusive_minor=9_900,
             group="VIP"),
    6: Named(name="Small Lee", profile=RESIDENTIAL, is_company=False, posted_days_back=_JUNE_3, inclusive_minor=4_999),
    7: Named(name="Plan Roe", profile=RESIDENTIAL, is_company=False, posted_days_back=_JUNE_3, inclusive_minor=20_000,
             planned_minor=19_500),
    8: Named(name="Dora Dispute", profile=RESIDENTIAL, is_company=False, posted_days_back=_JUNE_3,
             inclusive_minor=10_000,
             disputed_minor=9_500),
    9: Named(name="Marta Alvarez", profile=RESIDENTIAL, is_company=False, services=2, part=Part.RESTORE),
    10: Named(name="Brightwater Cafe", profile=BUSINESS, is_company=True, part=Part.RESTORE_AT_K),
    11: Named(name="Eastwood Dental Group", profile=BUSINESS, is_company=True, services=6, posted_days_back=_NOT_DUE),
    12: Named(name="Coogee Pool Services", profile=BUSINESS, is_company=True, part=Part.BY_HAND),
    19: Named(name="Ferris & Daughters Freight", profile=BUSINESS, is_company=True, services=14,
              posted_days_back=_NOT_DUE),
    23: Named(name="Gosford Surf Club", profile=BUSINESS, is_company=True, services=3, posted_days_back=40,
              overpaid_minor=4_510),
    31: Named(name="Harborview Apartments Pty Ltd", profile=BUSINESS, is_company=True, services=40,
              posted_days_back=_NOT_DUE),
    38: Named(name="Ines Marchetti", profile=RESIDENTIAL, is_company=False),
    40: Named(name="Νίκος Παράδειγμας", profile=RESIDENTIAL, is_company=False, services=2, posted_days_back=6),
    44: Named(name="Jasper Okonkwo", profile=RESIDENTIAL, is_company=False, services=0, lifecycle="inactive"),
    52: Named(name="Kirribilli Stationers", profile=BUSINESS, is_company=True, services=4, hold="parent_provider"),
}


def named_account(spec: ProviderSpec, n: int) -> Named | None:
    """The account with this number, where it is one known by name."""
    return SCENARIO.get(n) if spec.has_scenario else None


def parts_of(spec: ProviderSpec, count: int) -> dict[int, Part]:
    """Which of the accounts 1 … `count` of a provider play which part."""
    if not spec.is_invoiced:
        return {}
    taken = set(SCENARIO) if spec.has_scenario else set()
    found = {n: s.part for n, s in SCENARIO.items() if spec.has_scenario and s.part is not None and n <= count}
    wanted = [p for p in _ORDER if p is not Part.GROUP or spec.rule.excluded_groups]
    free = (n for n in range(1, count + 1) if n not in taken)
    found.update(zip(free, wanted, strict=False))
    last_of_first = max(found, default=0)
    for start in range(_AGAIN_EVERY, count, _AGAIN_EVERY):
        for offset, part in enumerate(wanted):
            n = start + offset * 7
            if last_of_first < n <= count:
                found[n] = part
    if spec.has_scenario and count >= _OMBUDSMAN_CASE:
        found[_OMBUDSMAN_CASE] = Part.OMBUDSMAN
    return found
