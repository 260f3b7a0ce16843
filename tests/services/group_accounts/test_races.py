"""Two people change group accounts at the same moment: one is done, the other is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.group_accounts.membership import GroupMembership
from app.models.values import HoldKind
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.group_accounts.joining import add_member, remove_member
from app.services.status.changes import place_hold
from app.services.upkeep.check import check_database
from tests.factories.books import status_shown
from tests.services.group_accounts.test_group_accounts import FULL, TODAY, Fleet
from tests.support.filled_books import FilledBooks

Does = Callable[[Session, Fleet], object]


def joins(parent: str, member: str) -> Does:
    return lambda session, book: add_member(session, parent_id=getattr(book, parent), member_id=getattr(book, member),
                                            funding=FULL)


def suspends(account: str) -> Does:
    def do(session: Session, book: Fleet) -> object:
        account_id = getattr(book, account)
        return place_hold(session, account_id=account_id, kind=HoldKind.MANUAL, reason="Dispute", on=TODAY,
                          seen=status_shown(session, account_id))

    return do


def leaves(parent: str, member: str) -> Does:
    return lambda session, book: remove_member(session, parent_id=getattr(book, parent),
                                               member_id=getattr(book, member))


RACES: dict[str, tuple[Does, Does, set[str]]] = {
    "two parents want the same member": (
        joins("parent", "anna"), joins("other", "anna"), {"of GreenBus. Take", "of BlueBus. Take"}),
    "a parent and a member of the same account": (
        joins("parent", "other"), joins("other", "anna"), {"is itself a member", "itself pays for 1 account"}),
    "a parent is suspended while a member comes": (
        suspends("parent"), joins("parent", "anna"), {"GreenBus is suspended, so it cannot join", ""}),
    "the last member leaves while another comes": (
        leaves("parent", "ben"), joins("parent", "anna"), {""}),
    "a member leaves twice": (
        leaves("parent", "ben"), leaves("parent", "ben"), {"is no member of the group account of GreenBus"}),
}


def filled(database: Database) -> Fleet:
    with database.write() as session:
        book = Fleet(session)
        book.join(book.ben)
    del book.session
    return book


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("race", RACES)
def test_one_of_two_is_refused_in_words(database: Database, filled_books: FilledBooks, race: str) -> None:
    *both, told = RACES[race]
    book, start = filled_books.put(database, filled), Barrier(2)

    def give(do: Does) -> str:
        start.wait(10)
        try:
            database.attempt(partial(do, book=book))
        except RefusedByRule as refused:
            return str(refused)
        return ""

    with ThreadPoolExecutor(2) as threads:
        said = list(threads.map(give, both))
    refused = [words for words in said if words]
    assert len(refused) <= 1
    assert any(part in "".join(refused) if part else not refused for part in told), said
    with database.read() as session:
        open_ids = session.scalars(select(GroupMembership.account_id).where(GroupMembership.left_on.is_(None))).all()
        assert len(open_ids) == len(set(open_ids))
        assert check_database(session) == []
