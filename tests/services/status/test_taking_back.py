"""A change of status is taken back by the way that came with it; what somebody changed since stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.suspension.hold import Hold
from app.models.values import AccountStatus, HoldKind, Lifecycle, StatusReason
from app.services.changes import ChangeSet
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.status.bulk import Wish, carry_out, judge
from app.services.status.changes import change_lifecycle, lift_hold, place_hold
from app.services.status.stored import refresh_status
from app.services.status.taking_back import StatusesBack, statuses_back, statuses_set, way_back
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch, status_shown

TODAY = TEST_NOW.date()


def held(session: Session, account_id: int, reason: str = "Dispute") -> ChangeSet:
    return place_hold(session, account_id=account_id, kind=HoldKind.MANUAL, reason=reason, on=TODAY,
                      seen=status_shown(session, account_id))


def let_go(session: Session, account_id: int) -> ChangeSet:
    placed = held(session, account_id).undo
    assert placed is not None
    return lift_hold(session, account_id=account_id, hold_id=placed.arguments["hold_id"], reason="settled", on=TODAY)


def put_away(session: Session, account_id: int) -> ChangeSet:
    return change_lifecycle(session, account_id=account_id, to=Lifecycle.INACTIVE, on=TODAY,
                            seen=status_shown(session, account_id))


@pytest.mark.parametrize(("act", "of", "there", "back"), [
    (held, "hold on Acme", "suspended", "active"), (let_go, "lifted hold of Acme", "active", "suspended"),
    (put_away, "status of Acme", "inactive", "active"),
])
def test_one_account_has_its_status_again_and_then_the_new_one(
    database: Database, act: Callable[[Session, int], ChangeSet], of: str, there: str, back: str
) -> None:
    with scratch(database) as session:
        book = Book(session)
        acme = book.account(book.provider("HT"), "A1", name="Acme")
        undo = act(session, acme).undo
        for expected in (there, back, there):
            assert session.get_one(Account, acme, populate_existing=True).status == expected
            assert undo is not None
            assert expected == back or undo.of == of
            undo = undo.command(session, **undo.arguments).undo


def test_what_is_for_good_has_no_way_back(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        a = book.account(book.provider("HT"), "A1")
        assert change_lifecycle(session, account_id=a, to=Lifecycle.TERMINATED, on=TODAY, reason=StatusReason.CLOSURE,
                                seen=status_shown(session, a)).undo is None


def test_of_many_those_go_back_that_nothing_happened_to_since(database: Database, clock: FixedClock) -> None:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT")
        ids = [book.account(provider, code, name=name) for code, name in
               (("A1", "Acme"), ("B1", "Bob"), ("C1", "Coral"), ("D1", "Delta"), ("E1", "Evan"))]
        session.add(Hold(provider_id=provider, account_id=ids[4], kind=HoldKind.OVERDUE.value, reason="late",
                         effective_on=TODAY, recorded_at=TEST_NOW, placed_by="scan"))
        session.flush()
        refresh_status(session, Account.id == ids[4], effective_on=TODAY, reason="late")
    with database.write() as session:
        verdicts = judge(session, [Wish(account_id=each, target=AccountStatus.SUSPENDED, reason="Dispute")
                                   for each in ids])
        carry_out(session, verdicts)
        undo = way_back(statuses_set(session, verdicts))
    assert undo is not None
    assert (undo.of, undo.done) == ("change of status of 5 accounts", "Status of 5 accounts changed.")
    clock.moment += timedelta(minutes=5)
    with database.write() as session:
        held(session, ids[1], "Credit check")  # another hold, so that it shows the same status
        change_lifecycle(session, account_id=ids[2], to=Lifecycle.INACTIVE, on=TODAY,
                         seen=status_shown(session, ids[2]))
    with database.read() as session:
        outlook = statuses_back(session, **undo.asks)
    assert (outlook.can, outlook.kept, outlook.names) == (3, 2, ("Bob", "Coral"))
    clock.moment += timedelta(minutes=5)
    done = undo.command(database, JobContext(), **undo.arguments)
    assert isinstance(done, StatusesBack)
    assert done.sentence == "3 accounts changed."
    with database.read() as session:
        assert [session.get_one(Account, each).status for each in ids] == [
            "active", "suspended", "inactive", "active", "suspended"]
        kinds = select(Hold.kind).where(Hold.account_id == ids[4], Hold.lifted_on.is_(None))
        assert session.scalars(kinds).all() == ["overdue"], "what was placed on top is lifted"
    assert done.changes.undo is not None
    assert done.changes.undo.of == "change of status of 3 accounts"


def test_cancelling_many_is_for_good(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        verdicts = judge(session, [Wish(account_id=book.account(provider, "A1"), target=AccountStatus.CANCELLED,
                                        reason="Closed")])
        carry_out(session, verdicts)
        assert way_back(statuses_set(session, verdicts)) is None
