"""Words by the index find what reading every row finds, on both databases, whatever is written meanwhile."""

from __future__ import annotations

from datetime import date
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.search import COMPLETE, WordIndex
from app.services.customers.list import CustomerSort, customer_count, customer_page
from app.services.customers.query.terms import MisreadQueryError
from app.services.database.triggers import strangers
from app.services.database.unit_of_work import Database
from app.services.database.word_index import (
    ALL,
    build_word_indexes,
    complete_indexes,
    drop_word_indexes,
    without_index,
    words_are_due,
)
from app.services.hierarchy import words as words_module
from app.services.hierarchy.search import find_accounts
from app.services.jobs import JobContext
from tests.factories.books import Book, scratch
from tests.support.examples import few_examples

TODAY = date(2026, 3, 16)
NAMES = ["Anna Kowalski", "Łukasz Kowal", "Ski & Sons", "O'Brien \"Quoted\" Ltd", "100% off_road", "Straße 12", "Ab",
         "Νίκος Παπαδάκης", "Кузнецов Иван", "ski", "Jane (Müller)", "a*b-c", "NOT AND OR", "two  words", "Kowalska"]
letters = st.sampled_from(["k", "o", "w", "a", "l", "s", "i", " ", "ß", "%", "_", '"', "'", "*", "-", "(", "1", "2",
                           "ν", "и", "AND", "kowal", "ski", "ltd", "in-", "0412"])
texts = st.lists(letters, min_size=1, max_size=6).map("".join)


def fill(session: Session) -> int:
    book = Book(session)
    provider = book.provider("HT")
    for number, name in enumerate(NAMES):
        account = book.account(provider, f"KW{number:02d}" if number % 3 else f"ski-{number}", name=name)
        book.service(account, f"0412{number:03d}", name="Ski broadband" if number % 4 == 0 else "Mobile")
        if number % 2:
            book.invoice(account, 100, TODAY, TODAY, number=f"in-{number}Kow")
    other = book.provider("OT")
    book.account(other, "KOWAL", name="Kowal elsewhere")
    return provider


def found(session: Session, provider: int, typed: str) -> dict[str, object]:
    """All that is found by a text: in the list, sorted and counted, and by jumping."""
    answers: dict[str, object] = {}
    for quoted in (typed, f'"{typed}"', f"name:{typed}", f"-{typed}"):
        try:
            count = customer_count(session, provider_id=provider, as_of=TODAY, filter_text=quoted)
        except MisreadQueryError as error:
            answers[quoted] = type(error)
            continue
        answers[quoted] = count
        for sort in (CustomerSort.NAME, CustomerSort.BALANCE, CustomerSort.STATUS):
            rows = customer_page(session, provider_id=provider, as_of=TODAY, sort=sort, filter_text=quoted).rows
            assert len(rows) == count
            answers[f"{quoted} {sort}"] = [row.code for row in rows]
    for anywhere in (False, True):
        hits = find_accounts(session, text=typed, anywhere=anywhere, limit=100)
        answers[f"jump {anywhere}"] = sorted((hit.account_id, hit.matched, hit.matched_text) for hit in hits)
    return answers


@pytest.fixture
def indexed(database: Database) -> int:
    with database.write() as session:
        provider = fill(session)
        session.execute(text("SELECT 1"))
    assert build_word_indexes(database, JobContext(), at_least=0) is True
    return provider


@few_examples(25)
@given(typed=texts, few=st.sampled_from([0, 3, 10_000]))
def test_the_index_finds_what_reading_every_row_finds(
    database: Database, indexed: int, typed: str, few: int
) -> None:
    with database.read() as session, patch.object(words_module, "_FEW", few):
        assert complete_indexes(session) == {each.name for each in ALL}
        by_index = found(session, indexed, typed)
        with patch.object(words_module, "complete_indexes", lambda _session: frozenset()):
            assert found(session, indexed, typed) == by_index


def test_it_is_kept_and_lost_and_built_again(database: Database, indexed: int) -> None:
    with scratch(database) as session:
        account = session.scalars(select(Account).where(Account.name == "Kowalska")).one()
        assert customer_count(session, provider_id=indexed, as_of=TODAY, filter_text="walska") == 1
        account.name, account.search_text, account.name_key = "Newman", "x newman", "newman"
        session.flush()
        Book(session).account(indexed, "LATER", name="Walskander")
        for typed, count in (("walska", 1), ("newm", 1), ("later", 1)):
            assert customer_count(session, provider_id=indexed, as_of=TODAY, filter_text=typed) == count, typed
        assert strangers(session.connection()) == []
        assert without_index(session) == []
        drop_word_indexes(session.connection())
        session.execute(delete(WordIndex))
        assert customer_count(session, provider_id=indexed, as_of=TODAY, filter_text="newm") == 1
        assert words_are_due(session, at_least=3)
        assert not words_are_due(session, at_least=3000), "not worth its while"
    with database.read() as session:
        assert not words_are_due(session, at_least=0)
    assert build_word_indexes(database, JobContext(), at_least=0) is False


def test_rows_that_come_while_it_is_built_are_in_it(database: Database) -> None:
    with database.write() as session:
        provider = fill(session)
    context = JobContext()
    with patch("app.services.database.word_index._AT_ONCE", 4), \
            patch.object(context, "raise_if_cancelled", lambda: add_one(database, provider)):
        build_word_indexes(database, context, at_least=0)
    with database.read() as session:
        assert set(session.scalars(select(WordIndex.built_to))) == {COMPLETE}
        added = session.scalars(select(Account.code).where(Account.code.like("MORE%"))).all()
        rows = customer_page(session, provider_id=provider, as_of=TODAY, filter_text="zwischendurch").rows
        assert sorted(row.code for row in rows) == sorted(added)
        assert added


def add_one(database: Database, provider: int) -> None:
    with database.write() as session:
        count = len(session.scalars(select(Account.id).where(Account.code.like("MORE%"))).all())
        if count < 4:
            Book(session).account(provider, f"MORE{count}", name="Zwischendurch")
