"""What was true of an account on a day, after its profile, groups and life have changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import String, case, cast, exists, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroupMember
from app.models.parties.fact_change import AccountFactChange, Fact
from app.models.values import AccountStatus, Lifecycle
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.groups.groups import add_to_group, create_group, remove_from_group
from app.services.history.facts import MEMBER, NO_MEMBER, then
from app.services.profiles.moves import Members, move_members, newest_move
from app.services.status.changes import change_lifecycle
from tests.factories.books import Book


@dataclass
class Story:
    database: Database
    clock: FixedClock
    provider: int = 0
    account: int = 0

    def on(self, day: str, act: Callable[[Session], object]) -> None:
        self.clock.moment = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        with self.database.write() as session:
            act(session)

    def then(self, fact: Fact, now: Any, day: str, *, subject: int = 0, known: str | None = None) -> str:
        known_at = None if known is None else datetime.fromisoformat(f"{known}T12:00:00+00:00")
        with self.database.read() as session:
            return str(session.scalar(select(then(
                fact, now, account_id=Account.id, as_of=date.fromisoformat(day), known_at=known_at,
                subject_id=subject)).where(Account.id == self.account)))


@pytest.fixture
def story(database: Database, clock: FixedClock) -> Story:
    told = Story(database, clock)

    def begin(session: Session) -> None:
        book = Book(session)
        told.provider = book.provider("HT")
        told.account = book.account(told.provider, "A1")

    told.on("2026-01-01", begin)
    return told


def test_a_profile_is_known_as_of_every_day(story: Story) -> None:
    ids: dict[str, int] = {}

    def make(session: Session) -> None:
        ids["first"] = session.get_one(Account, story.account).profile_id
        for name in ("Business", "Charity"):
            ids[name] = Book(session).profile(story.provider, name)

    def move(to: str) -> Callable[[Session], object]:
        return lambda session: move_members(
            session, provider_id=story.provider, members=Members(account_ids=(story.account,)),
            to_profile_id=ids[to], seen=newest_move(session, provider_id=story.provider))

    story.on("2026-01-02", make)
    story.on("2026-01-10", move("Business"))
    story.on("2026-01-20", move("Charity"))
    now = cast(Account.profile_id, String)
    for day, name in (("2026-01-09", "first"), ("2026-01-10", "Business"), ("2026-01-19", "Business"),
                      ("2026-01-20", "Charity"), ("2026-02-01", "Charity")):
        assert story.then(Fact.PROFILE, now, day) == str(ids[name]), day
    assert story.then(Fact.PROFILE, now, "2026-02-01", known="2026-01-15") == str(ids["Business"])


def test_a_group_is_known_as_of_every_day(story: Story) -> None:
    ids: dict[str, int] = {}

    def make(session: Session) -> None:
        ids["VIP"] = create_group(session, provider_id=story.provider, code="VIP").id

    story.on("2026-01-02", make)
    story.on("2026-01-10", lambda s: add_to_group(s, group_id=ids["VIP"], account_ids=[story.account]))
    story.on("2026-01-20", lambda s: remove_from_group(s, group_id=ids["VIP"], account_ids=[story.account]))
    is_member = exists().where(AccountGroupMember.account_id == Account.id, AccountGroupMember.group_id == ids["VIP"])
    now = case((is_member, MEMBER), else_=NO_MEMBER)
    for day, held in (("2026-01-09", NO_MEMBER), ("2026-01-10", MEMBER), ("2026-01-19", MEMBER),
                      ("2026-01-20", NO_MEMBER)):
        assert story.then(Fact.GROUP, now, day, subject=ids["VIP"]) == held, day


def test_a_life_is_known_as_of_every_day_also_one_that_was_said_afterwards(story: Story) -> None:
    def step(to: Lifecycle, on: str, seen: AccountStatus) -> Callable[[Session], object]:
        return lambda session: change_lifecycle(session, account_id=story.account, to=to, on=date.fromisoformat(on),
                                                note="Left", seen=seen)

    story.on("2026-01-20", step(Lifecycle.INACTIVE, "2026-01-15", AccountStatus.ACTIVE))
    story.on("2026-01-25", step(Lifecycle.ACTIVE, "2026-01-25", AccountStatus.INACTIVE))
    for day, held in (("2026-01-14", "active"), ("2026-01-15", "inactive"), ("2026-01-24", "inactive"),
                      ("2026-01-25", "active")):
        assert story.then(Fact.LIFECYCLE, Account.lifecycle, day) == held, day
    assert story.then(Fact.LIFECYCLE, Account.lifecycle, "2026-01-16", known="2026-01-18") == "active"


def test_changes_are_kept(story: Story) -> None:
    story.on("2026-01-20", lambda s: change_lifecycle(
        s, account_id=story.account, to=Lifecycle.INACTIVE, on=date(2026, 1, 20), note="Left",
        seen=AccountStatus.ACTIVE))
    with story.database.read() as session:
        (change,) = session.scalars(select(AccountFactChange)).all()
        assert (change.old_value, change.recorded_at) == ("active", datetime(2026, 1, 20, 12, tzinfo=UTC))
