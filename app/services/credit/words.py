"""How the figures of credit control are called, on screen and on paper."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from app.models.attributes.catalogue import CREDIT_RATINGS
from app.models.rules.credit_check import NEVER_REFUSED
from app.models.values import CreditEvent
from app.services.credit.limits import LimitPart

RATINGS: Final = CREDIT_RATINGS
"""Codes of credit ratings, the best first."""
ASKED: Final = tuple(event for event in CreditEvent if event not in NEVER_REFUSED)
"""Events that a limit can refuse."""
AGE_WORDS: Final = ("Not due", "1 to 30 days", "31 to 60 days", "61 to 90 days", "Over 90 days")
"""The ages of `limits.AGES`."""

PART_WORDS: Final[dict[LimitPart, str]] = {
    LimitPart.OVER: "Over their limit", LimitPart.NEAR: "Nearly at their limit", LimitPart.LEFT: "Within their limit",
    LimitPart.OWING: "Owing", LimitPart.PAYABLE: "Payable", LimitPart.AGE0: "Payable, not due",
    LimitPart.AGE1: "Payable, 1 to 30 days late", LimitPart.AGE2: "Payable, 31 to 60 days late",
    LimitPart.AGE3: "Payable, 61 to 90 days late", LimitPart.AGE4: "Payable, over 90 days late",
}
"""Which accounts a list shows."""


def amount_words(part: LimitPart) -> str:
    """The heading of the amounts that add up to the figure of a part."""
    return {LimitPart.OVER: "Over by", LimitPart.NEAR: "Owing", LimitPart.LEFT: "Left", LimitPart.OWING: "Owing"}.get(
        part, "Payable")


def refused_words(events: Collection[CreditEvent]) -> str:
    """What is refused, in a few words: "Add a service, sell goods"."""
    if not events:
        return "Nothing: override rules let all pass"
    if len(events) == len(ASKED):
        return "Everything that uses funds"
    first, *others = [event.label for event in ASKED if event in events]
    return ", ".join([first, *(label[0].lower() + label[1:] for label in others)])


def used_words(limit_minor: int | None, balance_minor: int) -> str:
    """How much of a limit is used up: "155 %"; "no credit" of a limit of nothing, "" without a limit."""
    if limit_minor is None:
        return ""
    if limit_minor == 0:
        return "no credit"
    return f"{max(balance_minor, 0) * 100 // limit_minor}\N{NO-BREAK SPACE}%"
