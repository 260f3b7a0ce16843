"""Workstations that post at one moment: one number each, and the credit of an account is given back once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, NumberSeries
from app.models.parties.account import Account
from app.models.values import Tier, TransactionKind
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attribute
from app.services.database.unit_of_work import Database
from app.services.documents.cancelling import cancel_document, transfer_payment
from app.services.documents.drafting import NewDocument
from app.services.documents.posting import post_document
from app.services.documents.sheet import ledger_sheet
from app.services.documents.writing_off import write_off_account
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


def refusals(crowd: list[Database], commands: Sequence[Callable[[Session], object]], length: int = 200) -> list[str]:
    """What those read who are refused when each workstation gives its command at one moment; "" for who is not."""
    start = Barrier(len(commands))

    def refusal_of(database: Database, command: Callable[[Session], object]) -> str:
        start.wait()
        try:
            database.attempt(command)
        except RefusedByRule as refusal:
            return str(refusal)[:length]
        return ""

    with ThreadPoolExecutor(len(commands)) as pool:
        return sorted(pool.map(refusal_of, crowd[:len(commands)], commands))


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
    with crowd[0].read() as session:
        account = session.scalars(select(Account.id).where(Account.code == "A0")).one()
        payment = session.scalars(select(FinancialTransaction.id)).one()

    def refund(session: Session) -> object:
        return post_document(session, document=NewDocument(
            account_id=account, kind=TransactionKind.REFUND, amount_minor=4_000, on=TODAY))

    def cancel(session: Session) -> object:
        return cancel_document(session, document_id=payment)

    assert refusals(crowd, [refund] * WORKSTATIONS, 36) == ["", "", *["A0 is in credit by 20.00 AUD on 16 M"] * 2]
    assert refusals(crowd, [cancel] * WORKSTATIONS, 37) == ["", *["PM-1 is cancelled already, by HT-RC-0"] * 3]
    with crowd[0].read() as session:
        assert account_figures(session, [account], TODAY)[account].balance_minor == 8_000
        assert check_database(session) == []


INVOICE, PAYMENT = TransactionKind.INVOICE, TransactionKind.PAYMENT


def posting(account: int, kind: TransactionKind, amount: int, **more: Any) -> Callable[[Session], object]:
    document = NewDocument(account_id=account, kind=kind, amount_minor=amount, on=TODAY, **more)
    return lambda session: post_document(session, document=document)


def account_of(session: Session, code: str) -> int:
    return session.scalars(select(Account.id).where(Account.code == code)).one()


@pytest.mark.parametrize("backend", ["postgresql", "sqlite"], indirect=True)
def test_head_room_a_write_off_and_a_cancellation_meet_postings(crowd: list[Database]) -> None:
    """Whichever comes first, the books end as they would have one after the other."""
    with crowd[0].write() as session:
        spends, owes, other = (account_of(session, f"A{n}") for n in (1, 2, 3))
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=spends, key="credit_limit", value=10_000,
                      seen=stored_values(session, Tier.ACCOUNT, spends))
        post_document(session, document=NewDocument(account_id=owes, kind=INVOICE, amount_minor=10_000, on=TODAY))
        first = post_document(session, document=NewDocument(
            account_id=other, kind=INVOICE, amount_minor=10_000, on=TODAY)).id
        paid = post_document(session, document=NewDocument(
            account_id=other, kind=PAYMENT, amount_minor=10_000, on=TODAY)).id
    said = refusals(crowd, [posting(spends, INVOICE, 6_000)] * WORKSTATIONS, 21)
    assert said == ["", *["A1 owes 60.00 AUD; wi"] * 3]
    assert refusals(crowd, [partial(write_off_account, account_id=owes, on=TODAY), posting(owes, PAYMENT, 6_000)]
                    ) == ["", ""]
    said = refusals(crowd, [
        partial(cancel_document, document_id=first), posting(other, INVOICE, 5_000), posting(other, PAYMENT, 3_000),
        partial(write_off_account, account_id=other, on=TODAY)])
    assert said[:3] == ["", "", ""]
    with crowd[0].read() as session:
        sheet = ledger_sheet(session, account_id=owes, as_of=TODAY)
        written_off = next(-row.signed_minor for row in sheet.rows if row.kind is TransactionKind.WRITE_OFF)
        assert (written_off, sheet.balance_minor, sheet.unallocated_minor) in (
            (4_000, 0, 0), (10_000, -6_000, 6_000))
        assert sum(row.signed_minor for row in ledger_sheet(session, account_id=spends, as_of=TODAY).rows) == 6_000
        assert check_database(session) == []
        before = ledger_sheet(session, account_id=other, as_of=TODAY).balance_minor
    said = refusals(crowd, [partial(transfer_payment, payment_id=paid, to_account_id=spends),
                            partial(cancel_document, document_id=paid)], 29)
    assert said == ["", "HT-R-00001 is cancelled alrea"]
    with crowd[0].read() as session:
        assert ledger_sheet(session, account_id=other, as_of=TODAY).balance_minor == before + 10_000
        assert check_database(session) == []
