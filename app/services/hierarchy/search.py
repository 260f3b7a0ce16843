"""Finding accounts by what people know of them: code, name, service identifier or invoice number.

Stored text and query pass through `values.fold`, so case, accents and alphabets do not matter. *Starts with* walks
along indexes: a prefix is a range of a column that compares by code point. *Inside* asks the index of three letters
(`words.py`), and reads every name once where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, literal, select
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.service import Service
from app.models.values import AccountStatus, AccountType, fold, storable
from app.services.access.authorize import may, visible
from app.services.database.word_index import ACCOUNTS, NUMBERS, SERVICES
from app.services.hierarchy.words import is_invoice, narrowed, number_starts, starts_with


class Matched(StrEnum):
    """By what an account was found, in the order in which hits are shown."""

    CODE = "code"
    NAME = "name"
    SERVICE = "service"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class JumpHit:
    """One account that was found."""

    account_id: int
    code: str
    name: str
    type: AccountType
    status: AccountStatus
    provider_id: int
    provider_code: str
    provider_name: str
    matched: Matched
    matched_text: str
    """What of the account matched: its code, its name, the service's identifier or the invoice's number."""

    @property
    def reason(self) -> str:
        """What matched, in words: "Invoice HT-10452"."""
        return f"{self.matched.value.capitalize()} {self.matched_text}"


def find_accounts(session: Session, *, text: str, limit: int = 20, anywhere: bool = False) -> list[JumpHit]:
    """Accounts whose code, name, a word of the name, a service or an invoice number starts with a text.

    `anywhere` also looks inside; every word must then be found, in any order. An account is listed once, by its best
    match. System accounts are not found, as the tree does not show them.
    """
    typed = _clean(text)
    if not fold(typed):
        return []
    seen = and_(Account.type != AccountType.SYSTEM.value, visible(session))
    provider = aliased(Account)
    best: dict[int, JumpHit] = {}
    for part in _inside(session, typed, seen) if anywhere else _starting(session, typed, seen):
        hits = part.limit(limit).subquery("hits")
        for row in session.execute(
            select(hits.c.matched, hits.c.matched_text, Account, provider.code.label("provider_code"),
                   provider.name.label("provider_name"))
            .join(Account, Account.id == hits.c.account_id).join(provider, provider.id == Account.provider_id)
            .order_by(case((hits.c.matched == Matched.CODE.value, Account.search_text), else_=Account.name_key),
                      Account.id)
        ):
            best.setdefault(row.Account.id, _hit(row))
        if len(best) >= limit:
            break  # whatever is found by less comes behind them
    return list(best.values())[:limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceHit:
    """One invoice that was found by its number."""

    id: int
    number: str
    account_id: int
    account_name: str
    amount_minor: int
    currency: str
    issued_on: date


def find_invoices(session: Session, *, text: str, limit: int = 8) -> list[InvoiceHit]:
    """Posted invoices whose number starts with a text, by number; none for whom the ledger is closed."""
    typed, t = _clean(text), FinancialTransaction
    if not typed or not may(session, Power.LEDGER):
        return []
    rows = session.execute(
        select(t.id, t.number, t.account_id, Account.name, t.amount_minor, t.currency, t.issued_on)
        .join(Account, Account.id == t.account_id)
        .where(is_invoice(), number_starts(typed), visible(session)).order_by(t.number, t.id).limit(limit)
    )
    return [InvoiceHit(id=r.id, number=r.number, account_id=r.account_id, account_name=r.name,
                       amount_minor=r.amount_minor, currency=r.currency, issued_on=r.issued_on) for r in rows]


def _hit(row: Any) -> JumpHit:
    account: Account = row.Account
    return JumpHit(
        account_id=account.id, code=account.code, name=account.name, type=AccountType(account.type),
        status=AccountStatus(account.status),
        provider_id=account.provider_id, provider_code=row.provider_code, provider_name=row.provider_name,
        matched=Matched(row.matched), matched_text=row.matched_text,
    )


def _clean(text: str) -> str:
    return storable(text).strip()


def _row(matched: Matched, text: Any, account_id: Any, *conditions: Any) -> Select[Any]:
    return select(literal(matched.value, String).label("matched"),
                  text.label("matched_text"), account_id.label("account_id")).where(*conditions)


def _starting(session: Session, typed: str, seen: ColumnElement[bool]) -> Iterator[Select[Any]]:
    """What is asked one after the other, the best first."""
    folded = fold(typed)
    a, t = Account, FinancialTransaction
    exact = starts_with(a.search_text, folded + " ")
    yield _row(Matched.CODE, a.code, a.id, exact, seen)
    # A phrase such as "a0002 jane" runs on from the code into the name.
    yield _row(Matched.CODE, a.code, a.id, starts_with(a.search_text, folded), seen).order_by(a.search_text)
    yield _row(Matched.NAME, a.name, a.id, starts_with(a.name_key, folded), seen).order_by(a.name_key, a.id)
    later = a.name_key.contains(f" {folded}", autoescape=True)
    yield narrowed(session, ACCOUNTS, [f" {folded}"], _row(Matched.NAME, a.name, a.id, later, seen))
    yield (
        _row(Matched.SERVICE, Service.identifier, a.id, starts_with(Service.search_text, folded), seen)
        .join(a, a.id == Service.account_id).order_by(Service.search_text)
    )
    yield (
        _row(Matched.INVOICE, t.number, t.account_id, is_invoice(), number_starts(typed), seen)
        .join(a, a.id == t.account_id).order_by(t.number)
    )


def _inside(session: Session, typed: str, seen: ColumnElement[bool]) -> Iterator[Select[Any]]:
    words = fold(typed).split()
    a, t = Account, FinancialTransaction
    yield from _starting(session, typed, seen)
    named = and_(*[a.name_key.contains(word, autoescape=True) for word in words])
    coded = and_(*[a.search_text.contains(word, autoescape=True) for word in words])
    served = and_(*[Service.search_text.contains(word, autoescape=True) for word in words])
    yield narrowed(session, ACCOUNTS, words, _row(Matched.NAME, a.name, a.id, named, seen))
    yield narrowed(session, ACCOUNTS, words, _row(Matched.CODE, a.code, a.id, coded, ~named, seen))
    yield narrowed(session, SERVICES, words, _row(Matched.SERVICE, Service.identifier, a.id, served, seen)
                   .join(a, a.id == Service.account_id))
    held = t.number.icontains(typed, autoescape=True)
    yield narrowed(session, NUMBERS, [typed], _row(Matched.INVOICE, t.number, t.account_id, is_invoice(), held, seen)
                   .join(a, a.id == t.account_id))
