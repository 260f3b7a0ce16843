"""Accounts above their credit limit, and those that are nearly there: many at once, by provider, profile and rating.

Balances are those of each provider's own today. What is refused to an account next depends on the override rules of its
provider alone, so it is reckoned once for all accounts with the same classification, rating and KYC profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, and_, cast, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.models.credit.control import AccountClassification, KycProfile
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.rules.credit_check import NEVER_REFUSED, CreditFacts, Override, decide_credit
from app.models.values import AccountType, CreditEvent, KycState
from app.services.access.authorize import authorize, require_provider, visible
from app.services.attributes.columns import effective_columns
from app.services.attributes.limits import with_currency
from app.services.attributes.own_currency import in_own_currency
from app.services.credit.rules import rules_of_providers
from app.services.database.dialects import among, unindexed
from app.services.ledger.reading import balances_by_account
from app.services.providers.business_day import business_days

_NOT_ASKED = (AccountType.OPERATOR.value, AccountType.SYSTEM.value)
_Kind: TypeAlias = tuple[int, str | None, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceededQuestion:
    """Which accounts are asked for; without a choice those above their limit of every provider within reach."""

    provider_id: int | None = None
    profile: str | None = None
    """Name of a profile."""
    rating: str | None = None
    near_percent: int | None = None
    """Also those that owe this much of their limit and are not above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceededRow:
    """One account at or above its limit; amounts in minor units of its currency."""

    account_id: int
    code: str
    name: str
    provider_id: int
    provider_code: str
    provider_name: str
    profile_id: int
    profile: str
    rating: str | None
    classification: str | None
    kyc_profile: str | None
    currency: str
    limit_minor: int
    balance_minor: int
    as_of: date
    refused_events: tuple[CreditEvent, ...]
    """What no override rule lets through: refused above the limit, else as soon as it is more than the head-room."""

    @property
    def head_room_minor(self) -> int:
        """What may still be owed, negative above the limit."""
        return self.limit_minor - self.balance_minor

    @property
    def is_exceeded(self) -> bool:
        return self.head_room_minor < 0


def exceeded_accounts(session: Session, *, question: ExceededQuestion) -> list[ExceededRow]:
    """The accounts asked for that the person may see, the farthest above their limit first in each currency."""
    authorize(session, Power.CREDIT)
    if question.provider_id is not None:
        require_provider(session, question.provider_id, Power.CREDIT)
    chosen = None if question.provider_id is None else [question.provider_id]
    providers: dict[date, list[int]] = {}
    for provider_id, today in business_days(session, chosen).items():
        providers.setdefault(today, []).append(provider_id)
    is_all = question.provider_id is None and len(providers) == 1
    found = [(today, row) for today, ids in providers.items()
             for row in session.execute(_statement(session, question, None if is_all else ids, today))]
    rules = rules_of_providers(session, {row.provider_id for _, row in found})
    refused: dict[_Kind, tuple[CreditEvent, ...]] = {}
    rows = []
    for today, row in found:
        kind: _Kind = (row.provider_id, row.classification, row.rating, row.kyc_profile, row.kyc_state)
        if kind not in refused:
            refused[kind] = refused_events(kind, rules.get(row.provider_id, []))
        rows.append(_row(row, today, refused[kind]))
    return sorted(rows, key=lambda row: (row.currency, row.head_room_minor, row.account_id))


def refused_events(kind: _Kind, rules: Sequence[Override]) -> tuple[CreditEvent, ...]:
    """The events that are refused above the limit to accounts of one kind."""
    _, classification, rating, kyc_profile, kyc_state = kind

    def goes(event: CreditEvent) -> bool:
        return decide_credit(CreditFacts(
            limit_minor=0, balance_minor=1, amount_minor=0, event=event, classification=classification, rating=rating,
            kyc_profile=kyc_profile, kyc_state=KycState(kyc_state or KycState.NOT_VERIFIED)), rules).allowed

    return tuple(event for event in CreditEvent if event not in NEVER_REFUSED and not goes(event))


def _row(row: Any, today: date, refused: tuple[CreditEvent, ...]) -> ExceededRow:
    return ExceededRow(
        account_id=row.id, code=row.code, name=row.name, provider_id=row.provider_id, provider_code=row.provider_code,
        provider_name=row.provider_name, profile_id=row.profile_id, profile=row.profile, rating=row.rating,
        classification=row.classification, kyc_profile=row.kyc_profile, currency=row.currency, limit_minor=row.limit,
        balance_minor=row.balance, as_of=today, refused_events=refused)


def _statement(session: Session, question: ExceededQuestion, provider_ids: Sequence[int] | None, today: date) -> Any:
    """Accounts of some providers whose day it is; None: of all of them."""
    columns = effective_columns(["credit_limit", "credit_rating"])
    joined, currency = with_currency(columns, "credit_limit")
    limit = in_own_currency(columns.values["credit_limit"], currency)
    rating = columns.values["credit_rating"]
    home = aliased(Account, name="serving")
    of_these: ColumnElement[bool] = true()
    served_by: ColumnElement[bool] = true()
    if provider_ids is not None:
        ledger = FinancialTransaction.provider_id
        of_these = (unindexed(session, ledger) == provider_ids[0] if len(provider_ids) == 1
                    else among(session, ledger, provider_ids))
        served_by = among(session, Account.provider_id, provider_ids)
    sums = balances_by_account(of_these, today).subquery("balances")
    balance = cast(sums.c.balance, BigInteger)
    conditions: list[ColumnElement[bool]] = [
        served_by, Account.type.not_in(_NOT_ASKED), visible(session),
        _wanted(question, balance, limit)]
    if question.profile is not None:
        conditions.append(AccountProfile.name == question.profile)
    if question.rating is not None:
        conditions.append(rating == question.rating)
    return (
        select(Account.id, Account.code, Account.name, Account.provider_id, home.code.label("provider_code"),
               home.name.label("provider_name"), Account.profile_id, AccountProfile.name.label("profile"),
               rating.label("rating"), AccountClassification.code.label("classification"),
               KycProfile.code.label("kyc_profile"), Contact.kyc_state, Account.currency, limit.label("limit"),
               balance.label("balance"))
        .select_from(joined)
        .join(sums, sums.c.account_id == Account.id)
        .join(AccountProfile, AccountProfile.id == Account.profile_id)
        .join(home, home.id == Account.provider_id)
        .outerjoin(AccountClassification, AccountClassification.id == Account.classification_id)
        .outerjoin(AccountContact, and_(AccountContact.account_id == Account.id, AccountContact.is_primary))
        .outerjoin(Contact, Contact.id == AccountContact.contact_id)
        .outerjoin(KycProfile, KycProfile.id == Contact.kyc_profile_id)
        .where(*conditions))


def _wanted(question: ExceededQuestion, balance: ColumnElement[int], limit: ColumnElement[int]) -> ColumnElement[bool]:
    above: ColumnElement[bool] = balance > limit
    if question.near_percent is None:
        return above
    return or_(above, and_(balance > 0, balance * 100 >= limit * question.near_percent))
