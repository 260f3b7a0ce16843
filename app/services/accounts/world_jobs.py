"""What the window asks for about one account at a glance and about its groups: each one job."""

from __future__ import annotations

from datetime import date

from app.services.accounts.summary import AccountSummary, account_summary
from app.services.changes import ChangeSet
from app.services.database.unit_of_work import Database
from app.services.groups.groups import add_to_group, remove_from_group
from app.services.groups.queries import AccountGroupRow, groups_of_account
from app.services.jobs import JobContext


def read_summary(database: Database, context: JobContext, *, account_id: int, as_of: date) -> AccountSummary:
    """One account at a glance."""
    del context
    with database.read() as session:
        return account_summary(session, account_id=account_id, as_of=as_of)


def read_groups(database: Database, context: JobContext, *, account_id: int) -> list[AccountGroupRow]:
    """The groups of an account's provider, each with whether it is a member."""
    del context
    with database.read() as session:
        return groups_of_account(session, account_id=account_id)


def join_group(database: Database, context: JobContext, *, account_id: int, group_id: int) -> ChangeSet:
    """Add one account to a group."""
    del context
    with database.write() as session:
        return add_to_group(session, group_id=group_id, account_ids=[account_id]).changes


def leave_group(database: Database, context: JobContext, *, account_id: int, group_id: int) -> ChangeSet:
    """Take one account out of a group."""
    del context
    with database.write() as session:
        return remove_from_group(session, group_id=group_id, account_ids=[account_id]).changes
