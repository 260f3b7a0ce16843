"""The credit terms of one account: rating, limit and period, changed together or one by one.

They are attributes of the account and are written as such. What this adds is what follows from one of them: a new
rating brings its own limit, so one typed in earlier goes; a period follows the usual terms, so days set on the account
go (ARCHITECTURE.md, "Trading terms" and "Credit limit").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from app.models.attributes.catalogue import CREDIT_RATINGS, DEFINITIONS, AttributeValue, TierValues
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.account_actions import Operation, operation_refusal
from app.models.rules.attribute_inheritance import resolve
from app.models.rules.credit_standing import credit_standing
from app.models.rules.due_date import DueTerms, due_date
from app.models.values import AccountStatus, CreditStanding, Money, TermUnit, Tier, grouped_amount
from app.services.access.authorize import require_account
from app.services.attributes.resolving import StoredValues, chain_of, stored_values
from app.services.attributes.terms import due_terms, terms_along, terms_words
from app.services.attributes.writing import set_attributes
from app.services.changes import ChangeSet
from app.services.currencies.conversion import limit_in_own_currency
from app.services.errors import RefusedByRule, RefusedField
from app.services.ledger.reading import account_figures
from app.services.providers.business_day import business_day
from app.services.wording import Reason, counted

_OWN_DAYS: Final = ("trading_due_days", "trading_terms_method", "trading_terms_day", "trading_terms_months")
_OFFSET: Final = ("trading_terms_offset", "trading_terms_offset_unit")
TERMS_FIELDS: Final = ("credit_rating", "credit_limit", *_OWN_DAYS, *_OFFSET)
"""The attributes of an account that its credit terms are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTerms:
    """What is to become of the terms of an account; what is None stays as it is."""

    rating: str | None = None
    limit_minor: int | None = None
    """In the account's currency; 0 is no credit."""
    period: int | None = None
    """So much later than usual, with a minus earlier, in the unit of the provider's proximity, else in days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTerms:
    """The terms of one account as they are in force."""

    account_id: int
    code: str
    name: str
    currency: str
    rating: str | None
    limit_minor: int | None
    """In the account's currency; None: no limit, or one in a currency without a rate."""
    own_limit_minor: int | None
    """Typed in on the account itself."""
    balance_minor: int
    standing: CreditStanding
    due: DueTerms
    on: date
    due_on: date
    """When an invoice posted on that day would be due."""
    stored: StoredValues
    """What the account sets itself of `TERMS_FIELDS`; what a change is told was seen."""

    @property
    def sentence(self) -> str:
        limit = "no limit" if self.limit_minor is None else (
            f"a limit of {grouped_amount(self.limit_minor, self.currency)} {self.currency}")
        rating = f"rating {self.rating}" if self.rating else "no rating"
        return (f"{self.code} has {limit} ({rating}) and terms of {terms_words(self.due)}: an invoice posted on "
                f"{self.on.isoformat()} is due on {self.due_on.isoformat()}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsPlan:
    """What changing the terms of an account does: the values that are written, and what follows from what was asked."""

    account_id: int
    values: Mapping[str, AttributeValue]
    seen: StoredValues
    notes: tuple[Reason, ...]


def credit_terms(session: Session, *, account_id: int) -> CreditTerms:
    """The credit terms of an account today."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    return terms_in_chain(session, account, chain_of(session, account))


def terms_in_chain(session: Session, account: Account, owners: Sequence[TierValues]) -> CreditTerms:
    """The terms that an account has today along a chain that begins with it, as it is or as it would be."""
    on = business_day(session, account.provider_id)
    limit, rating = (resolve(DEFINITIONS[key], owners) for key in ("credit_limit", "credit_rating"))
    source, stated, due = limit.source, limit.value, terms_along(owners)
    in_force = None
    if isinstance(stated, int) and source is not None:
        in_force = Money(stated, source.currency or account.currency)
        converted = limit_in_own_currency(session, account=account, limit=in_force)
        in_force = in_force if converted is None else converted.money
    balance = account_figures(session, [account.id], on)[account.id].balance_minor
    stored = owners[0].values
    own = stored.get("credit_limit")
    known = in_force is not None and in_force.currency == account.currency
    return CreditTerms(
        account_id=account.id, code=account.code, name=account.name, currency=account.currency,
        rating=None if rating.value is None else str(rating.value),
        limit_minor=in_force.minor if known and in_force is not None else None,
        own_limit_minor=own if isinstance(own, int) else None, balance_minor=balance,
        standing=credit_standing(in_force, Money(balance, account.currency)), due=due, on=on, due_on=due_date(due, on),
        stored={key: value for key, value in stored.items() if key in TERMS_FIELDS})


def plan_terms(session: Session, *, account_id: int, new: NewTerms) -> TermsPlan:
    """What changing the terms would write and bring with it.

    Raises RefusedByRule where nothing is asked for, or nonsense, and for a terminated account.
    """
    account = require_account(session, account_id, Power.CUSTOMERS)
    if new == NewTerms():
        raise RefusedByRule("Nothing is to be changed. Say a rating, a limit or a period.")
    if new.rating is not None and new.rating not in CREDIT_RATINGS:
        raise RefusedField("rating", f'"{new.rating}" is no credit rating. It is one of {", ".join(CREDIT_RATINGS)}.')
    refusal = operation_refusal(Operation.CHANGE_TERMS, name=account.name, status=AccountStatus(account.status))
    if refusal:
        raise RefusedByRule(refusal)
    stored = {key: value for key, value in stored_values(session, Tier.ACCOUNT, account_id).items()
              if key in TERMS_FIELDS}
    values: dict[str, AttributeValue] = {}
    notes = []
    if new.rating is not None:
        values["credit_rating"] = new.rating
    if new.limit_minor is not None:
        values["credit_limit"] = new.limit_minor
    elif new.rating is not None and stored.get("credit_limit") is not None:
        values["credit_limit"] = None
        own = grouped_amount(int(str(stored["credit_limit"])), account.currency)
        notes.append(Reason(code="own_limit_cleared", words=f"The limit of {own} {account.currency} that was set on "
                            f"{account.code} is cleared, so that the limit of the rating {new.rating} holds."))
    if new.period is not None:
        unit = _unit(session, account)
        values |= {"trading_terms_offset": new.period, "trading_terms_offset_unit": unit.value}
        cleared = [key for key in _OWN_DAYS if stored.get(key) is not None]
        values |= dict.fromkeys(cleared)
        if "trading_due_days" in cleared:
            days = counted(int(str(stored["trading_due_days"])), "day")
            notes.append(Reason(code="own_days_cleared", words=f"The terms of {days} that were set on {account.code} "
                                "are cleared, so that the period follows the usual terms."))
    return TermsPlan(account_id=account_id, values=values, seen=stored, notes=tuple(notes))


def change_terms(session: Session, *, account_id: int, new: NewTerms, seen: StoredValues) -> ChangeSet:
    """Change rating, limit or period of an account; invoices posted from now on take the new terms.

    `seen` is what was shown as set on the account. Raises RefusedByRule for a period outside the proximity and for a
    terminated account, SavedMeanwhile where somebody set the same since. A limit below the balance is allowed.
    """
    plan = replace(plan_terms(session, account_id=account_id, new=new), seen=seen)
    return set_attributes(session, tier=Tier.ACCOUNT, owner_id=account_id, values=plan.values, seen=plan.seen)


def _unit(session: Session, account: Account) -> TermUnit:
    proximity = due_terms(session, account).proximity
    return TermUnit.DAYS if proximity is None else proximity.unit
