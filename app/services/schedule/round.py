"""One round of everything that is due, and then what is to be sent (ARCHITECTURE.md, "Rounds").

The window and `bursar watch` do the very same. Rounds of several programs at once do no harm: a reminder is raised
once by its key, a scan is done by who holds the lease, a message is sent by who serves its gateway. What one provider
refuses does not keep the others waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.suspension.hold import Hold
from app.models.suspension.scans import ScanLease
from app.models.values import HoldKind, ScanOutcome
from app.services.access.authorize import authorize, visible
from app.services.changes import Changed, ChangeSet
from app.services.customers.readiness import make_lists_ready
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import Cancelled, DatabaseProblem, LeaseHeld, RefusedByRule
from app.services.jobs import JobContext
from app.services.outbox.composing import compose_waiting
from app.services.outbox.delivering import DeliveryReport, deliver_due
from app.services.scans.lease import is_alive
from app.services.scans.scan import run_scan
from app.services.scans.stops import BrakeStopped
from app.services.schedule.due import Poller, Timetable, mark_done, timetables
from app.services.schedule.reminders import cancel_settled, raise_reminders, with_waiting_reminders
from app.services.wording import by_count

_SCANS = {Poller.RESTORATIONS: ScanOutcome.RESTORE, Poller.SUSPENSIONS: ScanOutcome.SUSPEND}


@dataclass(slots=True, kw_only=True)
class RoundReport:
    """What one round did."""

    at: datetime
    reminders: int = 0
    suspended: int = 0
    restored: int = 0
    sent: int = 0
    failed: int = 0
    stopped_by_brake: int = 0
    """Providers whose scan the safety brake stopped."""
    leased: list[str] = field(default_factory=list)
    """What others scan just now, one sentence for each provider; it stays due."""
    refused: list[str] = field(default_factory=list)
    """What could not be done and why, one sentence each; it stays due."""
    stops: list[str] = field(default_factory=list)
    """What the safety brake says of each scan that it stopped."""
    changes: ChangeSet = field(default_factory=ChangeSet.empty)

    @property
    def did_work(self) -> bool:
        """Whether anything changed or left."""
        return bool(self.reminders or self.suspended or self.restored or self.sent or self.failed
                    or self.stopped_by_brake)

    @property
    def sentence(self) -> str:
        """What the round came to, in one line."""
        parts = [by_count(count, f"{{count}} {one}", f"{{count}} {many}") for count, one, many in (
            (self.reminders, "reminder", "reminders"), (self.restored, "account restored", "accounts restored"),
            (self.suspended, "account suspended", "accounts suspended"),
            (self.sent, "message sent", "messages sent"), (self.failed, "message failed", "messages failed"),
            (self.stopped_by_brake, "scan stopped by the safety brake", "scans stopped by the safety brake"),
        ) if count]
        return f"{', '.join(parts)}." if parts else "Nothing was due."

    def delivered(self, report: DeliveryReport) -> None:
        """Count what left."""
        self.sent += report.sent
        self.failed += report.failed
        self.changes |= report.changes


def whole_round(
    database: Database, context: JobContext, *, provider_id: int | None = None, origin: str = "watch",
) -> RoundReport:
    """Do everything that is due now, and send what waits, what this round raised among it."""
    report = run_round(database, context, provider_id=provider_id, origin=origin)
    report.delivered(asyncio.run(deliver_due(
        database, provider_id=provider_id, is_stopped=lambda: context.is_cancelled)))
    return report


def run_round(
    database: Database, context: JobContext, *, provider_id: int | None = None, origin: str = "watch",
) -> RoundReport:
    """Do what is due now, but send nothing: whoever calls it does that next, on the loop it has.

    Steps are due by one instant, that of the beginning. Raises NotAllowed where the person may not do all of it, what
    the database raises, and Cancelled between two steps.
    """
    with database.read() as session:
        authorize(session, Power.SUSPENSION_APPLY)
        authorize(session, Power.EVENTS_SEND)
        now = recorded_now(session)
        tables = timetables(session, provider_id=provider_id)
        waiting = with_waiting_reminders(session, provider_id=provider_id)
    report = RoundReport(at=now)
    # Also where reminders are paused or off by now: what waits still leaves.
    for id_, code in waiting:
        _tried(report, code, partial(_take_back, database, report, id_))
    for table in tables:
        if Poller.REMINDERS in table.pollers and table.values.pause is None:
            _tried(report, table.code, partial(_remind, database, context, report, table))
    for poller in _SCANS:
        for table in tables:
            context.raise_if_cancelled()
            if table.due_at(poller, now) is not None:
                _tried(report, table.code, partial(_scan, database, context, report, table, poller=poller,
                                               origin=origin))
            elif poller in table.pollers and poller not in table.done:
                database.attempt(partial(_begin, table=table, poller=poller, at=now))
    composed = compose_waiting(database, context, provider_id=provider_id)
    if composed:
        report.changes |= ChangeSet.of(Changed.OUTBOX)
    make_lists_ready(database, context, provider_id=provider_id)
    return report


def _tried(report: RoundReport, code: str, step: Callable[[], None]) -> None:
    """Do one step of one provider; what it refuses is told, and the others go on."""
    try:
        step()
    except (Cancelled, DatabaseProblem):
        raise
    except LeaseHeld as held:
        report.leased.append(str(held))
    except BrakeStopped as stopped:
        report.stops.append(str(stopped))
        report.stopped_by_brake += 1
        report.changes |= stopped.changes
    except RefusedByRule as refused:
        report.refused.append(f"{code}: {refused}")


def _take_back(database: Database, report: RoundReport, provider_id: int) -> None:
    report.changes |= database.attempt(partial(cancel_settled, provider_id=provider_id))


def _remind(database: Database, context: JobContext, report: RoundReport, table: Timetable) -> None:
    raised = raise_reminders(database, context, table=table, now=report.at)
    if raised:
        report.reminders += raised
        report.changes |= ChangeSet.of(Changed.OUTBOX, Changed.NOTES, Changed.SCHEDULE)


def _scan(
    database: Database, context: JobContext, report: RoundReport, table: Timetable, *, poller: Poller,
    origin: str,
) -> None:
    """Suspend or restore at one provider; a scan that the brake stops is done as well, until its next time."""
    outcome = _SCANS[poller]
    done = partial(_finish, table=table, poller=poller, at=report.at)
    if poller is Poller.RESTORATIONS and not _is_anybody_held(database, table):
        database.attempt(partial(done, detail="Nobody is suspended."))
        return
    try:
        scan = run_scan(database, context, provider_id=table.provider_id, acts=frozenset({outcome}), origin=origin)
    except BrakeStopped as stopped:
        database.attempt(partial(done, detail=str(stopped)))
        raise
    count = scan.count(outcome, applied=True)
    if poller is Poller.SUSPENSIONS:
        report.suspended += count
        detail = by_count(count, "{count} account suspended", "{count} accounts suspended")
    else:
        report.restored += count
        detail = by_count(count, "{count} account restored", "{count} accounts restored")
    report.refused += scan.failures
    report.changes |= scan.changes
    database.attempt(partial(done, detail=detail))


def _is_anybody_held(database: Database, table: Timetable) -> bool:
    """Whether automation holds an account of a provider: without one there is nobody to restore."""
    with database.read() as session:
        return session.scalar(select(Hold.id).where(
            Hold.provider_id == table.provider_id, Hold.kind == HoldKind.OVERDUE.value, Hold.lifted_on.is_(None),
        ).limit(1)) is not None


def _finish(session: Session, *, table: Timetable, poller: Poller, at: datetime, detail: str) -> ChangeSet:
    mark_done(session, provider_id=table.provider_id, poller=poller, at=at, done_for=table.today, detail=detail)
    return ChangeSet.of(Changed.SCHEDULE)


def _begin(session: Session, *, table: Timetable, poller: Poller, at: datetime) -> ChangeSet:
    """Note that a provider's work is looked after from now on: a step that is missed later is caught up."""
    return _finish(session, table=table, poller=poller, at=at, detail="")


# --------------------------------------------------------------------------- who scans


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerRow:
    """Who scans a provider just now, and how far they are."""

    provider_id: int
    code: str
    name: str
    owner: str
    """Person and workstation: "R. Haddad on COUNTER-2"."""
    since: datetime
    done: int
    total: int


def scanner_state(session: Session) -> list[ScannerRow]:
    """The scans that are under way, here or elsewhere; none of a program that died."""
    authorize(session, Power.SUSPENSION)
    now = recorded_now(session)
    rows: Iterable[Any] = session.execute(
        select(ScanLease, Account.code, Account.name).join(Account, Account.id == ScanLease.provider_id)
        .where(visible(session)).order_by(Account.code))
    return [ScannerRow(provider_id=lease.provider_id, code=code, name=name, owner=lease.owner, since=lease.acquired_at,
                       done=lease.done, total=lease.total)
            for lease, code, name in rows if is_alive(session, lease, now)]
