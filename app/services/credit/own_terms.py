"""The credit terms of one account as a whole: what it sets itself, what that would change, and setting it.

`terms.py` changes one of them by command; a person at the window says all of them at once and sees the effect first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from app.models.attributes.catalogue import AttributeValue
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.account_actions import Operation, operation_refusal
from app.models.values import AccountStatus, TermsMethod, TermUnit, Tier
from app.services.access.authorize import require_account
from app.services.attributes.resolving import StoredValues, chain_of
from app.services.attributes.terms import refuse_terms_beyond, rule_words, terms_along
from app.services.attributes.writing import set_attributes
from app.services.changes import ChangeSet
from app.services.credit.terms import TERMS_FIELDS, CreditTerms, credit_terms, terms_in_chain
from app.services.errors import RefusedByRule


class DueWay(StrEnum):
    """How an account deviates from the usual due dates."""

    USUAL = "usual"
    OFFSET = "offset"
    """So much later than usual, with a minus earlier."""
    DAYS = "days"
    """So many days after posting."""
    DAY_OF_MONTH = "day_of_month"
    """A day of the month, so many months after posting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDue:
    """What an account says itself of due dates."""

    way: DueWay = DueWay.USUAL
    number: int = 0
    """Days, or units of the proximity; a day of the month."""
    months: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTerms:
    """What an account sets itself; what is None it inherits."""

    rating: str | None = None
    limit_minor: int | None = None
    """In its currency; 0 is no credit."""
    due: OwnDue = OwnDue()


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsSheet:
    """The terms of an account today, and what it sets itself."""

    terms: CreditTerms
    own: OwnTerms
    usual: CreditTerms
    """What it would have without anything of its own."""
    usual_words: str
    """The usual due dates in words: "14 days after posting"."""
    unit: TermUnit
    """Of an offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsOutlook:
    """What other terms would change."""

    before: CreditTerms
    after: CreditTerms
    refusal: str
    """Why they cannot be set; empty where they can."""


NOTHING_CHANGED: Final = "Nothing is changed."
_METHOD: Final = "trading_terms_method"


def terms_sheet(session: Session, *, account_id: int) -> TermsSheet:
    """The credit terms of an account, as they are changed at the window."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    terms = credit_terms(session, account_id=account_id)
    unit = TermUnit.DAYS if terms.due.proximity is None else terms.due.proximity.unit
    return TermsSheet(terms=terms, own=_own_of(terms.stored), unit=unit,
                      usual=_with(session, account, dict.fromkeys(TERMS_FIELDS)),
                      usual_words=rule_words(terms.due.usual))


def terms_outlook(session: Session, *, account_id: int, own: OwnTerms) -> TermsOutlook:
    """What an account would have with these terms; nothing is written."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    before = credit_terms(session, account_id=account_id)
    values = _values_of(session, account, own)
    return TermsOutlook(before=before, after=_with(session, account, values),
                        refusal=_refusal(session, account, values, before.stored))


def set_own_terms(session: Session, *, account_id: int, own: OwnTerms, seen: StoredValues) -> ChangeSet:
    """Give an account these terms; invoices posted from now on take them.

    `seen` is what was shown as set on the account. Raises RefusedByRule for terms outside the proximity and for a
    terminated account, SavedMeanwhile where somebody set others since.
    """
    account = require_account(session, account_id, Power.CUSTOMERS_EDIT_TERMS, edit=True)
    refusal = operation_refusal(Operation.CHANGE_TERMS, name=account.name, status=AccountStatus(account.status))
    if refusal:
        raise RefusedByRule(refusal)
    values = _values_of(session, account, own)
    changes = {key: value for key, value in values.items() if value != seen.get(key)}
    if not changes:
        return ChangeSet.empty()
    return set_attributes(session, tier=Tier.ACCOUNT, owner_id=account_id, values=changes, seen=seen)


def _own_of(stored: StoredValues) -> OwnTerms:
    def number(key: str) -> int:
        return int(str(stored.get(key) or 0))

    if stored.get(_METHOD) == TermsMethod.DAY_OF_MONTH.value:
        due = OwnDue(way=DueWay.DAY_OF_MONTH, number=number("trading_terms_day"), months=number("trading_terms_months"))
    elif stored.get("trading_due_days") is not None:
        due = OwnDue(way=DueWay.DAYS, number=number("trading_due_days"))
    elif stored.get("trading_terms_offset") is not None:
        due = OwnDue(way=DueWay.OFFSET, number=number("trading_terms_offset"))
    else:
        due = OwnDue()
    rating, limit = stored.get("credit_rating"), stored.get("credit_limit")
    return OwnTerms(rating=None if rating is None else str(rating), due=due,
                    limit_minor=limit if isinstance(limit, int) else None)


def _values_of(session: Session, account: Account, own: OwnTerms) -> dict[str, AttributeValue]:
    """All attributes that terms are, as they are to be stored."""
    values: dict[str, AttributeValue] = dict.fromkeys(TERMS_FIELDS)
    values |= {"credit_rating": own.rating, "credit_limit": own.limit_minor}
    due = own.due
    if due.way is DueWay.DAYS:
        values["trading_due_days"] = due.number
    elif due.way is DueWay.DAY_OF_MONTH:
        values |= {_METHOD: TermsMethod.DAY_OF_MONTH.value, "trading_terms_day": due.number,
                   "trading_terms_months": due.months}
    elif due.way is DueWay.OFFSET:
        proximity = terms_along(chain_of(session, account)).proximity
        unit = TermUnit.DAYS if proximity is None else proximity.unit
        values |= {"trading_terms_offset": due.number, "trading_terms_offset_unit": unit.value}
    return values


def _with(session: Session, account: Account, values: Mapping[str, AttributeValue]) -> CreditTerms:
    here, *above = chain_of(session, account)
    present: dict[str, AttributeValue] = {
        key: value for key, value in {**here.values, **values}.items() if value is not None}
    return terms_in_chain(session, account, [replace(here, values=present), *above])


def _refusal(
    session: Session, account: Account, values: Mapping[str, AttributeValue], stored: StoredValues
) -> str:
    refusal = operation_refusal(Operation.CHANGE_TERMS, name=account.name, status=AccountStatus(account.status))
    if refusal:
        return refusal
    if all(value == stored.get(key) for key, value in values.items()):
        return NOTHING_CHANGED
    try:
        refuse_terms_beyond(session, account, values)
    except RefusedByRule as error:
        return str(error)
    return ""
