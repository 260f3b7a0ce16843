"""Accounts above their credit limit, and those that are nearly there: lists, counts and what is refused to them next.

What is refused depends on the override rules of the provider alone, so it is reckoned once for all accounts with the
same classification, rating and KYC profile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from sqlalchemy import BigInteger, Select, Table, and_, cast, func, select
from sqlalchemy.orm import Session, aliased

from app.models.attributes.attribute import account_attributes, profile_attributes, provider_attributes
from app.models.credit.control import AccountClassification, KycProfile
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.profile import AccountProfile
from app.models.rules.credit_check import NEVER_REFUSED, CreditFacts, Override, decide_credit
from app.models.values import CreditEvent, KycState, Tier
from app.services.credit.limits import LimitBook, LimitPart, LimitQuestion
from app.services.credit.rules import rules_of_providers
from app.services.paging import Cursor, Order, Page, cut, page_of

PAGE: Final = 100
_Kind: TypeAlias = tuple[int, str | None, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRow:
    """One account beside its limit; amounts in minor units of its currency."""

    id: int
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
    limit_minor: int | None
    """None: no limit, or one in a currency without a rate."""
    limit_tier: Tier | None
    """Where the limit is set."""
    limit_owner: str
    """Name of the owner that sets it, or the rating that gives it; empty without one."""
    is_rated: bool
    """A rating gives it."""
    balance_minor: int
    amount_minor: int
    """What counts of it in the part that was asked for; the rows add up to the figure."""
    as_of: date
    refused_events: tuple[CreditEvent, ...]
    """What no override rule lets through: refused above the limit, else as soon as it is more than the head-room."""

    @property
    def head_room_minor(self) -> int | None:
        """What may still be owed, negative above the limit; None without one."""
        return None if self.limit_minor is None else self.limit_minor - self.balance_minor

    @property
    def is_exceeded(self) -> bool:
        return self.limit_minor is not None and self.balance_minor > self.limit_minor


def exceeded_accounts(
    session: Session, *, question: LimitQuestion, parts: Sequence[LimitPart] = (LimitPart.OVER,)
) -> list[LimitRow]:
    """All accounts in some parts, the farthest above their limit first in each currency."""
    book = LimitBook(session, question)
    found = [row for part in parts for row in _rows(session, book, session.execute(_statement(book, part)))]
    return sorted(found, key=lambda row: (row.currency, row.head_room_minor or 0, row.id))


def limit_page(
    session: Session, *, question: LimitQuestion, part: LimitPart, after: Cursor | None = None,
    before: Cursor | None = None, offset: int = 0, limit: int = PAGE,
) -> Page[LimitRow]:
    """One page of the accounts in a part, the largest amounts first in each currency.

    An age is asked of one provider.
    """
    book = LimitBook(session, question)
    statement = _statement(book, part)
    # Within one currency the order is that of an index; with its column in front SQLite would not see it.
    of_currency = [] if question.currency is not None else [Account.currency.expression]
    order = Order((*of_currency, *book.largest_first(part)))
    found = session.execute(cut(statement, order, after=after, before=before, offset=offset, limit=limit)).all()
    places = [(*([row.currency] if of_currency else []), -int(row.amount), row.id) for row in found]
    return page_of(_rows(session, book, found[:limit]), places, limit=limit, backwards=before is not None)


def limit_count(session: Session, *, question: LimitQuestion, part: LimitPart) -> int:
    """How many accounts `limit_page` goes through."""
    statement = LimitBook(session, question).accounts(Account.id, part=part)
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def refused_events(kind: _Kind, rules: Sequence[Override]) -> tuple[CreditEvent, ...]:
    """The events that are refused above the limit to accounts of one kind."""
    _, classification, rating, kyc_profile, kyc_state = kind

    def goes(event: CreditEvent) -> bool:
        return decide_credit(CreditFacts(
            limit_minor=0, balance_minor=1, amount_minor=0, event=event, classification=classification, rating=rating,
            kyc_profile=kyc_profile, kyc_state=KycState(kyc_state or KycState.NOT_VERIFIED)), rules).allowed

    return tuple(event for event in CreditEvent if event not in NEVER_REFUSED and not goes(event))


# --------------------------------------------------------------------------- rows


def _statement(book: LimitBook, part: LimitPart) -> Select[Any]:
    home = aliased(Account, name="serving")
    rows = book.accounts(
        Account.id, Account.code, Account.name, Account.provider_id, home.code.label("provider_code"),
        home.name.label("provider_name"), Account.profile_id, AccountProfile.name.label("profile"),
        book.rating.label("rating"), AccountClassification.code.label("classification"),
        KycProfile.code.label("kyc_profile"), Contact.kyc_state, Account.currency, book.limit.label("limit"),
        book.tier.label("tier"), book.owner_id.label("owner_id"), book.balance.label("balance"), part=part)
    return (
        rows.add_columns(cast(book.amount(part), BigInteger).label("amount"))
        .join(home, home.id == Account.provider_id)
        .outerjoin(AccountClassification, AccountClassification.id == Account.classification_id)
        .outerjoin(AccountContact, and_(AccountContact.account_id == Account.id, AccountContact.is_primary))
        .outerjoin(Contact, Contact.id == AccountContact.contact_id)
        .outerjoin(KycProfile, KycProfile.id == Contact.kyc_profile_id))


def _rows(session: Session, book: LimitBook, found: Iterable[Any]) -> list[LimitRow]:
    rows = list(found)
    rules = rules_of_providers(session, {row.provider_id for row in rows})
    sources = _sources(session, {(row.tier, row.owner_id) for row in rows if row.tier is not None})
    refused: dict[_Kind, tuple[CreditEvent, ...]] = {}
    made = []
    for row in rows:
        kind: _Kind = (row.provider_id, row.classification, row.rating, row.kyc_profile, row.kyc_state)
        if kind not in refused:
            refused[kind] = refused_events(kind, rules.get(row.provider_id, []))
        owner, rating = sources.get((row.tier, row.owner_id), ("", None))
        made.append(LimitRow(
            id=row.id, code=row.code, name=row.name, provider_id=row.provider_id, provider_code=row.provider_code,
            provider_name=row.provider_name, profile_id=row.profile_id, profile=row.profile, rating=row.rating,
            classification=row.classification, kyc_profile=row.kyc_profile, currency=row.currency,
            limit_minor=row.limit, limit_tier=None if row.tier is None else Tier(row.tier),
            limit_owner=rating or owner, is_rated=rating is not None, balance_minor=row.balance,
            amount_minor=int(row.amount), as_of=book.days[row.provider_id], refused_events=refused[kind]))
    return made


def _sources(session: Session, owners: set[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str | None]]:
    """Name of each owner that sets a limit, and the rating that gives it there; None where it is typed in."""
    found: dict[tuple[str, int], tuple[str, str | None]] = {}
    of_tier: dict[str, tuple[Table, Any]] = {
        Tier.ACCOUNT.value: (account_attributes, Account), Tier.PROFILE.value: (profile_attributes, AccountProfile),
        Tier.PROVIDER.value: (provider_attributes, Account), Tier.UPPER_PROVIDER.value: (provider_attributes, Account)}
    for tier, (table, entity) in of_tier.items():
        ids = sorted(owner_id for each, owner_id in owners if each == tier)
        for start in range(0, len(ids), _AT_ONCE):
            for row in session.execute(
                    select(table.c.owner_id, entity.name, table.c.credit_limit, table.c.credit_rating)
                    .join(entity, entity.id == table.c.owner_id)
                    .where(table.c.owner_id.in_(ids[start:start + _AT_ONCE]))):
                found[tier, row.owner_id] = (row.name, row.credit_rating if row.credit_limit is None else None)
    return found


_AT_ONCE: Final = 500
