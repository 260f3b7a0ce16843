"""A balance across a period close, day by day: with its draft left alone, and with it posted into the period.

Monthly periods from January 2024, terms of 14 days. The figures are those of the table of the domain: I1 200.00, a
payment of 50.00, a credit note of 30.00 and a draft of 40.00 in January, I2 75.00 on 1 February, before it is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.values import PeriodFrequency, TransactionKind
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.documents.cancelling import cancel_document
from app.services.documents.drafting import NewDocument, create_draft, draft_values
from app.services.documents.posting import post_document, post_draft
from app.services.errors import RefusedByRule
from app.services.jobs import JobContext
from app.services.ledger.reading import account_figures
from app.services.periods.closing import Closing, check_and_close
from app.services.periods.errors import check_period
from app.services.periods.outlook import closing_outlook
from app.services.periods.queries import opening_balances
from app.services.periods.settings import set_periods
from app.services.upkeep.check import check_database
from tests.factories.books import Book
from tests.support.filled_books import FilledBooks

INVOICE, PAYMENT, CREDIT_NOTE = TransactionKind.INVOICE, TransactionKind.PAYMENT, TransactionKind.CREDIT_NOTE


def on(month: int, day: int) -> date:
    return date(2024, month, day)


def fill(database: Database) -> tuple[int, int]:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour", currency="EUR", trading_due_days=14)
        return provider, book.account(provider, "A1", start=on(1, 1), credit_limit=100_000)


@dataclass
class Story:
    """One account whose days are lived one by one."""

    database: Database
    clock: FixedClock
    provider: int
    account: int
    ids: dict[str, int] = field(default_factory=dict)

    def at(self, day: date) -> None:
        self.clock.moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

    def write(self, work: Callable[[Session], int]) -> int:
        return self.database.attempt(work)

    def document(self, kind: TransactionKind, minor: int, day: date, *, of: str = "") -> NewDocument:
        targets = {self.ids[of]: None} if of else {}
        return NewDocument(account_id=self.account, kind=kind, amount_minor=minor, on=day, targets=targets)

    def post(self, name: str, kind: TransactionKind, minor: int, day: date, *, of: str = "") -> None:
        self.ids[name] = self.write(
            lambda session: post_document(session, document=self.document(kind, minor, day, of=of)).id)

    def draft(self, name: str, minor: int, day: date) -> None:
        self.ids[name] = self.write(
            lambda session: create_draft(session, document=self.document(INVOICE, minor, day)).id)

    def close(self, number: int, *, post_drafts: bool = False) -> Closing:
        return check_and_close(self.database, JobContext(), provider_id=self.provider, number=number,
                               post_drafts=post_drafts)

    def figures(self, day: date) -> tuple[int, int]:
        """Balance and outstanding."""
        with self.database.read() as session:
            found = account_figures(session, [self.account], day)[self.account]
            return found.balance_minor, found.outstanding_minor

    def openings(self) -> dict[int, int]:
        with self.database.read() as session:
            return dict(opening_balances(session, account_id=self.account))

    def row(self, name: str) -> FinancialTransaction:
        with self.database.read() as session:
            return session.scalars(select(FinancialTransaction).where(
                FinancialTransaction.id == self.ids[name])).one()


@pytest.fixture
def story(database: Database, clock: FixedClock, filled_books: FilledBooks) -> Story:
    """January, lived to 1 February."""
    provider, account = filled_books.put(database, fill)
    told = Story(database, clock, provider, account)
    told.at(on(1, 1))
    with database.write() as session:
        set_periods(session, provider_id=provider, frequency=PeriodFrequency.MONTHLY, first_on=on(1, 1))
    told.at(on(1, 5))
    told.post("I1", INVOICE, 20_000, on(1, 5))
    assert (told.row("I1").due_on, told.figures(on(1, 5))) == (on(1, 19), (20_000, 0))
    told.at(on(1, 12))
    told.post("P1", PAYMENT, 5_000, on(1, 12))
    assert told.figures(on(1, 12)) == told.figures(on(1, 19)) == (15_000, 0)
    told.at(on(1, 20))
    told.post("C1", CREDIT_NOTE, 3_000, on(1, 20), of="I1")
    assert told.figures(on(1, 20)) == (12_000, 12_000)
    told.at(on(1, 28))
    told.draft("I3", 4_000, on(1, 28))
    assert told.figures(on(1, 28)) == (12_000, 12_000)
    told.at(on(2, 1))
    told.post("I2", INVOICE, 7_500, on(2, 1))
    assert (told.row("I2").due_on, told.figures(on(2, 1))) == (on(2, 15), (19_500, 12_000))
    return told


def test_a_balance_across_a_close(story: Story) -> None:
    story.at(on(2, 2))
    with story.database.read() as session:
        outlook = closing_outlook(session, provider_id=story.provider)
        assert (outlook.draft_count, outlook.refusal) == (1, "")
        assert [total.balance_minor for total in outlook.totals] == [12_000]
    closed = story.close(1)
    assert ([total.balance_minor for total in closed.totals], closed.posted) == ([12_000], ())
    assert (story.openings(), story.figures(on(2, 2))) == ({1: 0, 2: 12_000}, (19_500, 12_000))
    assert story.row("I3").state == "draft"
    story.at(on(2, 3))
    with pytest.raises(RefusedByRule, match="30 Jan 2024 is in the accounting period"):
        story.post("X", INVOICE, 100, on(1, 30))
    with pytest.raises(RefusedByRule, match="31 Jan 2024 is in the accounting period"), (
            story.database.write()) as session:
        post_draft(session, draft_id=story.ids["I3"], on=on(1, 31),
                   seen=draft_values(session, draft_id=story.ids["I3"]))

    story.at(on(2, 10))
    story.write(lambda session: post_draft(session, draft_id=story.ids["I3"],
                                           seen=draft_values(session, draft_id=story.ids["I3"])).id)
    assert (story.row("I3").due_on, story.figures(on(2, 10))) == (on(2, 24), (23_500, 12_000))
    story.at(on(2, 12))
    story.write(lambda session: cancel_document(session, document_id=story.ids["I1"]).id)
    assert story.figures(on(2, 12)) == story.figures(on(2, 20)) == (3_500, 0)
    assert story.figures(on(2, 25)) == (3_500, 3_500), "what is left is that of the draft, past due by now"
    story.at(on(3, 1))
    assert [total.balance_minor for total in story.close(2).totals] == [3_500]
    assert story.openings() == {1: 0, 2: 12_000, 3: 3_500}
    assert story.figures(on(3, 1)) == (3_500, 3_500)
    with story.database.read() as session:
        assert check_database(session) == []


def test_a_draft_is_posted_into_the_period_as_of_its_last_day(story: Story) -> None:
    story.at(on(2, 2))
    closed = story.close(1, post_drafts=True)
    assert [each.id for each in closed.posted] == [story.ids["I3"]]
    assert "31 Jan 2024 of HT is closed. 1 draft was posted into it." in closed.sentence
    draft = story.row("I3")
    assert (draft.state, draft.effective_on, draft.due_on) == ("posted", on(1, 31), on(2, 14))
    assert (story.openings()[2], story.figures(on(2, 2))[0]) == (16_000, 23_500)
    with story.database.read() as session:
        assert check_period(session, provider_id=story.provider).errors == ()
        assert check_database(session) == []


def test_a_draft_that_cannot_be_posted_stops_the_closing(story: Story) -> None:
    story.draft("I4", 90_000, on(1, 31))
    story.at(on(2, 2))
    with pytest.raises(RefusedByRule, match=r"closed with its drafts\. A1, draft .*1,000.00 EUR.*Nothing was"):
        story.close(1, post_drafts=True)
    assert (story.row("I3").state, story.row("I4").state, story.openings()) == ("draft", "draft", {1: 0})
