"""Override rules in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.models.values import CreditEvent
from app.services.credit.overrides import OverrideDetails
from app.services.credit.words import ASKED
from app.services.wording import counted

WHAT_IT_IS = "A rule lets events through above a credit limit, where the account meets each of its conditions."


def events_words(events: Collection[CreditEvent]) -> str:
    """The events of a rule in their order: "Add a service, sell goods"."""
    found = [event.label for event in CreditEvent if event in events]
    if set(ASKED) <= set(events):
        return "Everything that uses funds"
    first, *others = found or ["Nothing"]
    return ", ".join([first, *(label[0].lower() + label[1:] for label in others)])


def conditions(details: OverrideDetails) -> list[tuple[str, str]]:
    """Kind and values of each condition: ("Classification", "RES or VIP")."""
    found = [("Classification", _one_of(details.classifications)), ("Rating", _one_of(details.ratings)),
             ("KYC profile", _one_of(details.kyc_profiles)),
             ("KYC state", "verified" if details.verified_only else "")]
    return [(kind, words) for kind, words in found if words]


def conditions_words(details: OverrideDetails) -> str:
    """All conditions in one line: "Classification RES or VIP; rating A"."""
    parts = [f"{kind} {words}" for kind, words in conditions(details)]
    first, *others = parts or ["Every account"]
    return "; ".join([first, *(each if each.startswith("KYC") else each[0].lower() + each[1:] for each in others)])


def count_words(events: Collection[CreditEvent]) -> str:
    return "All events" if set(ASKED) <= set(events) else counted(len(events), "event")


def _one_of(values: Collection[str]) -> str:
    ordered: Sequence[str] = sorted(values)
    if len(ordered) < 2:
        return "".join(ordered)
    return f"{', '.join(ordered[:-1])} or {ordered[-1]}"
