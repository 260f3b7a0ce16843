"""Finding accounts by what people know of them: code, name, service identifier or invoice number.

Stored text and query pass through `values.fold`, so case, accents and alphabets do not matter. *Starts with* walks
along indexes: a prefix is a range of a column that compares by code point. *Inside* reads every name once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.service import Service
from app.models.values import AccountStatus, AccountType, TransactionKind, fold, storable
from app.services.access.authorize import may, visible

_LAST = "\U0010ffff"
"""The last code point: what starts with `abc` lies between `abc` and `abc` followed by it."""


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
    parts = [part.limit(limit) for part in (_inside(typed, seen) if anywhere else _starting(typed, seen))]
    hits = union_all(*[select(part.subquery()) for part in parts]).subquery("hits")
    provider = aliased(Account)
    rows = session.execute(
        select(hits.c.rank, hits.c.matched, hits.c.matched_text, Account, provider.code.label("provider_code"),
               provider.name.label("provider_name"))
        .join(Account, Account.id == hits.c.account_id).join(provider, provider.id == Account.provider_id)
        .order_by(hits.c.rank, case((hits.c.matched == Matched.CODE.value, Account.search_text),
                                    else_=Account.name_key), Account.id)
    )
    best: dict[int, JumpHit] = {}
    for row in rows:
        best.setdefault(row.Account.id, _hit(row))
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
        .where(_is_invoice(), _number_starts(typed), visible(session)).order_by(t.number, t.id).limit(limit)
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


def starts_with(column: Any, prefix: str) -> ColumnElement[bool]:
    """A prefix as a range, which an index serves on both databases; `%` and `_` are ordinary characters here."""
    found: ColumnElement[bool] = column.between(prefix, prefix + _LAST)
    return found


def _row(rank: int, matched: Matched, text: Any, account_id: Any, *conditions: Any) -> Select[Any]:
    return select(literal(rank).label("rank"), literal(matched.value, String).label("matched"),
                  text.label("matched_text"), account_id.label("account_id")).where(*conditions)


def _starting(typed: str, seen: ColumnElement[bool]) -> Iterator[Select[Any]]:
    folded = fold(typed)
    a, t = Account, FinancialTransaction
    exact = a.search_text.between(folded + " ", folded + " " + _LAST)
    yield _row(0, Matched.CODE, a.code, a.id, exact, seen)
    # A phrase such as "a0002 jane" runs on from the code into the name.
    yield _row(1, Matched.CODE, a.code, a.id, starts_with(a.search_text, folded), seen).order_by(a.search_text)
    yield _row(2, Matched.NAME, a.name, a.id, starts_with(a.name_key, folded), seen).order_by(a.name_key, a.id)
    yield _row(3, Matched.NAME, a.name, a.id, a.name_key.contains(f" {folded}", autoescape=True), seen)
    yield (
        _row(4, Matched.SERVICE, Service.identifier, a.id, starts_with(Service.search_text, folded), seen)
        .join(a, a.id == Service.account_id).order_by(Service.search_text)
    )
    yield (
        _row(5, Matched.INVOICE, t.number, t.account_id, _is_invoice(), _number_starts(typed), seen)
        .join(a, a.id == t.account_id).order_by(t.number)
    )


def _inside(typed: str, seen: ColumnElement[bool]) -> Iterator[Select[Any]]:
    words = fold(typed).split()
    a, t = Account, FinancialTransaction
    yield from _starting(typed, seen)
    named = and_(*[a.name_key.contains(word, autoescape=True) for word in words])
    coded = and_(*[a.search_text.contains(word, autoescape=True) for word in words])
    served = and_(*[Service.search_text.contains(word, autoescape=True) for word in words])
    yield _row(6, Matched.NAME, a.name, a.id, named, seen)
    yield _row(7, Matched.CODE, a.code, a.id, coded, ~named, seen)
    yield _row(8, Matched.SERVICE, Service.identifier, a.id, served, seen).join(a, a.id == Service.account_id)
    held = t.number.icontains(typed, autoescape=True)
    yield (
        _row(9, Matched.INVOICE, t.number, t.account_id, _is_invoice(), held, seen)
        .join(a, a.id == t.account_id)
    )


def _is_invoice() -> ColumnElement[bool]:
    return FinancialTransaction.kind == TransactionKind.INVOICE.value


def _number_starts(typed: str) -> ColumnElement[bool]:
    """Numbers are kept as given, so a prefix is looked up as typed and in either case."""
    ways = dict.fromkeys((typed, typed.upper(), typed.lower()))
    return or_(*[starts_with(FinancialTransaction.number, way) for way in ways])


def has_word(typed: str, *, provider_id: int) -> ColumnElement[bool]:
    """Condition on `Account` for the list of a provider: a word, or several together, in code, name, service or
    invoice."""
    word = fold(typed)
    served = select(Service.account_id).where(
        Service.provider_id == provider_id, Service.search_text.contains(word, autoescape=True)
    )
    invoiced = invoiced_as(typed, provider_id=provider_id)
    return or_(Account.search_text.contains(word, autoescape=True), Account.id.in_(served), Account.id.in_(invoiced))


def invoiced_as(typed: str, *, provider_id: int) -> Select[Any]:
    """Ids of a provider's accounts with an invoice whose number starts with a text; any invoice without one."""
    t = FinancialTransaction
    ids: Select[Any] = select(t.account_id).where(t.provider_id == provider_id, _is_invoice())
    return ids.where(_number_starts(typed)) if typed else ids
