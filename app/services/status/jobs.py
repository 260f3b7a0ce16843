"""What the window asks for about the status of one account: each question and command one job."""

from __future__ import annotations

from datetime import date

from app.models.rules.status_changes import reason_text
from app.models.values import HoldKind, Lifecycle, StatusReason
from app.services.changes import ChangeSet
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.status.changes import (
    StatusOptions,
    activate_account,
    deactivate_account,
    lift_hold,
    place_hold,
    status_options,
    terminate_account,
)


def read_status_options(database: Database, context: JobContext, *, account_id: int) -> StatusOptions:
    """What may be done to the status of an account, and why the rest may not."""
    del context
    with database.read() as session:
        return status_options(session, account_id=account_id)


def change_lifecycle(
    database: Database, context: JobContext, *, account_id: int, to: Lifecycle, reason: StatusReason | None, note: str,
    on: date,
) -> ChangeSet:
    """Activate, deactivate or cancel an account on a day."""
    del context
    words = note.strip() if reason is None else reason_text(reason, note)
    commands = {Lifecycle.ACTIVE: activate_account, Lifecycle.INACTIVE: deactivate_account,
                Lifecycle.TERMINATED: terminate_account}
    with database.write() as session:
        return commands[to](session, account_id=account_id, on=on, reason=words)


def hold_account(
    database: Database, context: JobContext, *, account_id: int, kind: HoldKind, reason: StatusReason, note: str,
    on: date,
) -> ChangeSet:
    """Place a hold from a day on."""
    del context
    with database.write() as session:
        return place_hold(session, account_id=account_id, kind=kind, reason=reason_text(reason, note), on=on)


def lift_account_hold(
    database: Database, context: JobContext, *, account_id: int, hold_id: int, reason: str, on: date
) -> ChangeSet:
    """Lift one hold on a day."""
    del context
    with database.write() as session:
        return lift_hold(session, account_id=account_id, hold_id=hold_id, reason=reason, on=on)
