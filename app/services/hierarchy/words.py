"""Words in a text: the rows that hold them, by the index of three letters where it is complete, and by prefixes.

Without the index, or for words of one or two letters, the same condition is asked of every row. Which way is taken
never changes what is found.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.service import Service
from app.models.values import TransactionKind, fold
from app.services.database.dialects import estimated_rows, is_sqlite, unindexed
from app.services.database.word_index import (
    ACCOUNTS,
    SERVICES,
    SHORTEST,
    Indexed,
    complete_indexes,
    holding,
    words_of,
)

_FEW = 30_000
"""So many rows are sorted quickly; of more, reading along an order soon meets enough."""
_LAST = "\U0010ffff"
"""The last code point: what starts with `abc` lies between `abc` and `abc` followed by it."""
_ENTITIES: dict[str, Any] = {"account": Account, "service": Service, "financial_transaction": FinancialTransaction}


def narrowed(session: Session, indexed: Indexed, texts: Iterable[str], statement: Select[Any]) -> Select[Any]:
    """A statement whose rows hold some texts, asked through the index as well; the statement still says so itself."""
    known = [text for text in texts if len(text) >= SHORTEST]
    if not known or indexed.name not in complete_indexes(session):
        return statement
    entity = _ENTITIES[indexed.table]
    if is_sqlite(session):
        found = words_of(indexed)
        return statement.join(found, found.c.rowid == entity.id).where(holding(indexed, known))
    if indexed.is_folded:
        return statement.where(*[entity.search_text.contains(text, autoescape=True) for text in known])
    return statement  # the server's index is that of the very condition


def has_word(
    session: Session, typed: str, *, provider_id: int, along: bool = False
) -> tuple[ColumnElement[bool], bool]:
    """Condition on `Account` for the list of a provider: a word, or several together, in code, name, service or
    invoice; and whether it names few accounts, so that the list had better begin with them.

    `along` is for a page of an order: where many accounts have the word it is asked of each as the order is walked,
    because sorting them all would take longer.
    """
    word = fold(typed)
    own = Account.search_text.contains(word, autoescape=True)
    served: Select[Any] = select(Service.account_id).where(
        Service.provider_id == provider_id, Service.search_text.contains(word, autoescape=True))
    invoiced = invoiced_as(typed, provider_id=provider_id)
    if len(word) < SHORTEST or not {ACCOUNTS.name, SERVICES.name} <= complete_indexes(session):
        return or_(own, Account.id.in_(served), Account.id.in_(invoiced)), False
    with_text: Select[Any]
    if is_sqlite(session):
        names, services = words_of(ACCOUNTS), words_of(SERVICES)
        with_text = select(names.c.rowid).where(holding(ACCOUNTS, [word]))
        served = (select(Service.account_id).join(services, services.c.rowid == Service.id)
                  .where(holding(SERVICES, [word]), unindexed(session, Service.provider_id) == provider_id))
    else:
        other = aliased(Account)
        with_text = select(other.id).where(other.search_text.contains(word, autoescape=True))
    few = [not along or _is_few(session, part) for part in (with_text, served, invoiced)]
    if all(few):
        return Account.id.in_(union_all(with_text, served, invoiced)), along
    asked = (exists().where(Service.account_id == Account.id, Service.search_text.contains(word, autoescape=True)),
             exists().where(FinancialTransaction.account_id == Account.id, is_invoice(), number_starts(typed)))
    return or_(own, *[Account.id.in_(part) if is_few else one_by_one
                      for part, is_few, one_by_one in zip((served, invoiced), few[1:], asked, strict=True)]), False


def has_name(session: Session, folded: str) -> ColumnElement[bool]:
    """Condition on `Account`: its name holds a text, which is folded."""
    holds = Account.name_key.contains(folded, autoescape=True)
    if len(folded) < SHORTEST or ACCOUNTS.name not in complete_indexes(session):
        return holds
    if not is_sqlite(session):
        return and_(holds, Account.search_text.contains(folded, autoescape=True))
    found = select(words_of(ACCOUNTS).c.rowid).where(holding(ACCOUNTS, [folded]))
    return and_(holds, Account.id.in_(found)) if _is_few(session, found) else holds


def _is_few(session: Session, part: Select[Any]) -> bool:
    expected = estimated_rows(session, part)
    if expected is None:
        count = select(func.count()).select_from(part.limit(_FEW + 1).subquery())
        expected = session.scalar(count) or 0
    return expected <= _FEW


# --------------------------------------------------------------------------- by the beginning


def starts_with(column: Any, prefix: str) -> ColumnElement[bool]:
    """A prefix as a range, which an index serves on both databases; `%` and `_` are ordinary characters here."""
    found: ColumnElement[bool] = column.between(prefix, prefix + _LAST)
    return found


def is_invoice() -> ColumnElement[bool]:
    return FinancialTransaction.kind == TransactionKind.INVOICE.value


def number_starts(typed: str) -> ColumnElement[bool]:
    """Numbers are kept as given, so a prefix is looked up as typed and in either case."""
    ways = dict.fromkeys((typed, typed.upper(), typed.lower()))
    return or_(*[starts_with(FinancialTransaction.number, way) for way in ways])


def invoiced_as(typed: str, *, provider_id: int) -> Select[Any]:
    """Ids of a provider's accounts with an invoice whose number starts with a text; any invoice without one."""
    t = FinancialTransaction
    ids: Select[Any] = select(t.account_id).where(t.provider_id == provider_id, is_invoice())
    return ids.where(number_starts(typed)) if typed else ids
