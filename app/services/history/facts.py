"""Facts of accounts over time: noted where they change, and asked for as of a day (ARCHITECTURE.md, "Dates").

Commands note what held before in the statement beside the one that changes it. Questions get an expression for a
statement over many accounts: what the first change after the day says was there before, else what is stored now.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, cast, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from app.models.base import Instant
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroupMember
from app.models.parties.fact_change import AccountFactChange, Fact
from app.services.database.bulk import insert_rows
from app.services.database.unit_of_work import recorded_now

MEMBER, NO_MEMBER = "yes", "no"
_COLUMNS = ("account_id", "fact", "subject_id", "old_value", "effective_on", "recorded_at")


def note_profiles(session: Session, accounts: ColumnElement[bool], *, on: date) -> None:
    """Note the profile of some accounts before it is changed; `accounts` is a condition on `Account`."""
    _note(session, Fact.PROFILE, cast(Account.profile_id, String), accounts, on)


def note_lifecycles(session: Session, accounts: ColumnElement[bool], *, on: date) -> None:
    """Note where some accounts stand in their life before they step on."""
    _note(session, Fact.LIFECYCLE, Account.lifecycle, accounts, on)


def note_members(
    session: Session, *, group_id: int, account_ids: Collection[int], were_members: bool, on: date
) -> None:
    """Note whether accounts belonged to a group before they joined or left it."""
    old, now = MEMBER if were_members else NO_MEMBER, recorded_now(session)
    insert_rows(session, AccountFactChange, [
        {"account_id": account_id, "fact": Fact.GROUP.value, "subject_id": group_id, "old_value": old,
         "effective_on": on, "recorded_at": now} for account_id in account_ids])


def note_leaving_all(session: Session, *, account_id: int, on: date) -> None:
    """Note every group of an account before it leaves them all."""
    m = AccountGroupMember
    groups = session.scalars(select(m.group_id).where(m.account_id == account_id)).all()
    for group_id in groups:
        note_members(session, group_id=group_id, account_ids=[account_id], were_members=True, on=on)


def _note(session: Session, fact: Fact, value: Any, accounts: ColumnElement[bool], on: date) -> None:
    rows: Select[Any] = select(
        Account.id, literal(fact.value), literal(0), value, literal(on, Date),
        literal(recorded_now(session), Instant())).where(accounts)
    session.execute(insert(AccountFactChange).from_select(_COLUMNS, rows, include_defaults=False))


# --------------------------------------------------------------------------- as of a day


def then(
    fact: Fact, now: Any, *, account_id: Any, as_of: Any, known_at: datetime | Any | None = None, subject_id: Any = 0
) -> ColumnElement[Any]:
    """What held of an account at the end of a day, as text; `now` is what is stored, `account_id` a column outside.

    With `known_at` changes that were recorded later count as not made.
    """
    c = AccountFactChange
    later = c.effective_on > as_of if known_at is None else or_(c.effective_on > as_of, c.recorded_at > known_at)
    first = (
        select(c.old_value)
        .where(c.account_id == account_id, c.fact == fact.value, c.subject_id == subject_id, later)
        .order_by(c.id).limit(1).correlate_except(c).scalar_subquery()
    )
    return func.coalesce(first, now)
