"""Workstations that post at one moment: one number each, and the credit of an account is given back once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, NumberSeries
from app.models.parties.account import Account
from app.models.values import TransactionKind
from app.services.database.unit_of_work import Database
from app.services.documents.cancelling import cancel_document
from app.services.documents.drafting import NewDocument
from app.services.documents.posting import post_document
from app.services.errors import RefusedByRule
from app.services.ledger.reading import account_figures
from app.services.upkeep.check import check_database
from tests.conftest import TEST_NOW
from tests.factories.books import Book

TODAY = TEST_NOW.date()
WORKSTATIONS = 4
EACH = 6


@pytest.fixture
def crowd(database: Database) -> Iterator[list[Database]]:
    """Several workstations on one database, with a provider HT of four customers; the first has 100.00 in credit."""
    with database.write() as session:
        book = Book(session)
        home = book.provider("HT")
        accounts = [book.account(home, f"A{n}") for n in range(WORKSTATIONS)]
        book.payment(accounts[0], 10_000, TODAY)
    stack = ExitStack()
    others = [stack.enter_context(closing(Database(database.url, clock=database.clock, actor=f"w{n}@ht.example")))
              for n in range(WORKSTATIONS)]
    yield others
    stack.close()


@pytest.mark.parametrize("backend", ["postgresql", "sqlite"], indirect=True)
def test_no_number_is_given_twice_or_left_out(crowd: list[Database]) -> None:
    """Each posts invoices of its own customer, and every third is refused after its number was taken."""
    start = Barrier(WORKSTATIONS)

    def work(place: int) -> int:
        database, refused = crowd[place], 0
        with database.read() as session:
            account = session.scalars(select(Account.id).where(Account.code == f"A{place}")).one()
        start.wait()
        for n in range(EACH):
            def post(session: Session, n: int = n) -> None:
                post_document(session, document=NewDocument(
                    account_id=account, kind=TransactionKind.INVOICE, amount_minor=100 + n, on=TODAY))
                if n % 3 == 2:
                    raise RefusedByRule("changed my mind")
            try:
                database.attempt(post)
            except RefusedByRule:
                refused += 1
        return refused

    with ThreadPoolExecutor(WORKSTATIONS) as pool:
        refused = sum(pool.map(work, range(WORKSTATIONS)))
    posted = WORKSTATIONS * EACH - refused
    with crowd[0].read() as session:
        t = FinancialTransaction
        numbers = session.scalars(select(t.number).where(t.kind == "invoice").order_by(t.number)).all()
        assert numbers == [f"HT-{n:05d}" for n in range(1, posted + 1)]
        references = session.scalars(select(func.count(t.reference.distinct())).where(t.kind == "invoice")).one()
        assert references == posted
        assert session.scalars(select(NumberSeries.last_number).where(NumberSeries.kind == "invoice")).one() == posted
        assert check_database(session) == []


@pytest.mark.parametrize("backend", ["postgresql", "sqlite"], indirect=True)
def test_what_is_in_credit_is_given_back_once(crowd: list[Database]) -> None:
    """100.00 are there, and four want 40.00 each: two get them. Then all four cancel the payment."""
    start = Barrier(WORKSTATIONS)
    with crowd[0].read() as session:
        account = session.scalars(select(Account.id).where(Account.code == "A0")).one()
        payment = session.scalars(select(FinancialTransaction.id)).one()

    def refusal_of(database: Database, command: Callable[[Session], object]) -> str:
        start.wait()
        try:
            database.attempt(command)
        except RefusedByRule as refusal:
            return str(refusal)
        return ""

    def refund(session: Session) -> object:
        return post_document(session, document=NewDocument(
            account_id=account, kind=TransactionKind.REFUND, amount_minor=4_000, on=TODAY))

    def cancel(session: Session) -> object:
        return cancel_document(session, document_id=payment)

    with ThreadPoolExecutor(WORKSTATIONS) as pool:
        said = [words[:36] for words in pool.map(refusal_of, crowd, [refund] * WORKSTATIONS)]
        assert sorted(said) == ["", "", *["A0 is in credit by 20.00 AUD on 16 M"] * 2]
        said = [words[:37] for words in pool.map(refusal_of, crowd, [cancel] * WORKSTATIONS)]
        assert sorted(said) == ["", *["PM-1 is cancelled already, by HT-RC-0"] * 3]
    with crowd[0].read() as session:
        assert account_figures(session, [account], TODAY)[account].balance_minor == 8_000
        assert check_database(session) == []
