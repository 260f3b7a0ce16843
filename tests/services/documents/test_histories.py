"""Random histories of two accounts against a ledger kept on paper: as of any day, as known at any instant."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.values import TransactionKind
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.documents.reconciling import books_to_reconcile
from app.services.documents.sheet import ledger_sheet
from app.services.hierarchy.accounts import WRITE_OFF_CODE
from app.services.ledger.reading import account_figures
from app.services.upkeep.check import check_database
from tests.factories.books import scratch
from tests.services.documents.naive import NaiveLedger
from tests.services.documents.playing import MOST_DAYS, Play, Side, histories
from tests.support.examples import few_examples


def told(play: Play, side: Side, day: int, known_at: Any = None) -> dict[str, object]:
    """What the program says of an evening."""
    figures = account_figures(play.session, [side.account], play.date(day), known_at)[side.account]
    sheet = ledger_sheet(play.session, account_id=side.account, as_of=play.date(day), known_at=known_at)
    shared = {name: getattr(sheet, name) for name in (
        "balance_minor", "outstanding_minor", "payable_minor", "disputed_minor", "unallocated_minor",
        "overdue_payable_minor", "ageing_minor")}
    assert {name: getattr(figures, name) for name in shared if name != "payable_minor"}.items() <= shared.items()
    assert sum(row.disputed_minor for row in sheet.rows) == sheet.disputed_minor
    assert sum(row.payable_minor for row in sheet.rows) == sheet.payable_minor
    assert sum(row.signed_minor for row in sheet.rows) == sheet.balance_minor
    return {**shared, "oldest_overdue_days": figures.oldest_overdue_days, "open_invoices": figures.open_invoices}


def agree(play: Play, side: Side, paper: NaiveLedger, day: int, known_at: Any = None) -> None:
    assert told(play, side, day, known_at) == paper.figures(day), (day, known_at)


def agree_row_by_row(play: Play, side: Side, day: int) -> None:
    sheet = ledger_sheet(play.session, account_id=side.account, as_of=play.date(day))
    left = {row.id: row.open_minor for row in sheet.rows if row.posted_on is not None}
    paper = side.paper
    assert left == {
        **{id_: paper.left_of_debit(n, day) for n, id_ in enumerate(side.debits) if paper.debits[n].day <= day},
        **{id_: paper.left_of_credit(n, day) for n, id_ in enumerate(side.credits) if paper.credits[n].day <= day}}
    books = books_to_reconcile(play.session, account_id=side.account, as_of=play.date(day))
    assert ([each.words for each in books.differences], books.balance_minor) == ([], sheet.balance_minor)


def write_offs_are_mirrored(session: Session) -> bool:
    t = FinancialTransaction
    mirrored = sum(session.scalars(select(t.amount_minor).where(t.account_id.in_(
        select(Account.id).where(Account.code == WRITE_OFF_CODE)))))
    return mirrored == sum(session.scalars(select(t.amount_minor).where(t.kind == TransactionKind.WRITE_OFF.value)))


@few_examples(3)
@given(history=histories(20), days=st.lists(st.integers(0, MOST_DAYS), min_size=1, max_size=2),
       looks=st.lists(st.tuples(st.integers(0, 19), st.integers(0, 30)), max_size=3))
def test_the_program_says_what_the_paper_says(
    database: Database, clock: FixedClock, history: list[Any], days: list[int], looks: list[tuple[int, int]]
) -> None:
    with scratch(database) as session:
        play = Play(session, clock)
        play.run(history)
        for side in play.sides:
            for day in {*days, play.day}:
                agree(play, side, side.paper, day)
                agree_row_by_row(play, side, min(day, play.day))
        for which, back in looks:
            moment = play.moments[which % len(play.moments)]
            for side, paper in zip(play.sides, moment.papers, strict=True):
                agree(play, side, paper, max(0, moment.day - back), moment.at)
        assert check_database(session) == []
        assert write_offs_are_mirrored(session)
