"""Two workstations want the same head-room of one account: it is given once, and the second reads why not."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.models.values import CreditEvent
from app.services.credit import checking
from app.services.credit.checking import CreditLimitExceeded, require_credit
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.ledger.reading import account_figures
from tests.conftest import TEST_NOW
from tests.factories.books import Book

TODAY = TEST_NOW.date()


def both_want(database: Database, account: int, *, locks: bool) -> list[str]:
    """Two ask for 300.00 of 500.00 before the first has committed, and post it; what those read who were refused."""
    refused: list[str] = []
    first_asked, second_asked = threading.Event(), threading.Event()

    def spend(session: Session, number: str) -> None:
        require_credit(session, account_id=account, event=CreditEvent.POST_MANUAL_INVOICE, amount_minor=30_000,
                       on=TODAY)
        if number == "W-1":
            first_asked.set()
            second_asked.wait(0.5 if locks else 10)  # with locks the second has no answer before we commit
        else:
            second_asked.set()
        Book(session).invoice(account, 30_000, TODAY, TODAY + timedelta(days=14), number=f"{number}-{account}")

    def second() -> None:
        other = Database(parse_url(database.url.render_as_string(hide_password=False)), clock=database.clock)
        try:
            first_asked.wait(10)
            other.attempt(lambda session: spend(session, "W-2"))
        except CreditLimitExceeded as exceeded:
            refused.append(str(exceeded))
        finally:
            other.close()

    thread = threading.Thread(target=second)
    thread.start()
    database.attempt(lambda session: spend(session, "W-1"))
    thread.join()
    return refused


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_head_room_is_given_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.write() as session:
        book = Book(session)
        home = book.provider("HT", currency="EUR", credit_limit=50_000)
        account, other = book.account(home, "A-1"), book.account(home, "A-2")
    (words,) = both_want(database, account, locks=True)
    assert "A-1 owes 300.00 EUR; with 300.00 EUR more it would owe 600.00 EUR, 100.00 EUR above its limit" in words
    # The same without the lock: both are told that there is room enough.
    monkeypatch.setattr(checking, "lock_row", lambda *_: True)
    assert both_want(database, other, locks=False) == []
    with database.read() as session:
        figures = account_figures(session, [account, other], TODAY)
    assert [figures[id_].balance_minor for id_ in (account, other)] == [30_000, 60_000]
