"""The lease: one scan per provider at a time, over every workstation.

A lease is a row with a token. Every chunk checks the token inside its own transaction, so that an owner who was
declared dead can commit nothing more. A dead owner's lease is taken over at once when its process is gone from this
machine or its session from the PostgreSQL server, else after 30 seconds without a sign of life.
"""

from __future__ import annotations

import platform
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.suspension.scans import ScanLease
from app.services.database.dialects import insert_for, is_sqlite, lock_row, lock_selected
from app.services.database.unit_of_work import Database, instant_of, recorded_now
from app.services.errors import LeaseHeld
from app.services.faults.drivers import explained

STALE_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who holds a lease: enough to ask, from another process, whether they are still there."""

    words: str
    host_key: str
    pid: int
    process_started: str
    server_session: str


def host_key() -> str:
    """This machine since its last start: process numbers mean nothing beyond it."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    started = boot.read_text().strip() if boot.exists() else str(int(psutil.boot_time()))
    # Containers of one machine number their processes apart.
    numbers = Path("/proc/self/ns/pid")
    space = f"/{numbers.stat().st_ino}" if numbers.exists() else ""
    return f"{platform.node()}/{started}{space}"


class ServerSession:
    """A connection kept open for the whole run, whose end tells PostgreSQL that the owner is gone."""

    def __init__(self, database: Database) -> None:
        self._connection: Connection | None = None
        self.key = ""
        if not database.is_embedded:
            with explained(database.url):
                self._connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                row = self._connection.execute(text(
                    "SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()"
                )).one()
            self.key = f"{row.pid}|{row.backend_start}"

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def this_owner(database: Database, session_key: str) -> Owner:
    """This process as the owner of a lease."""
    process = psutil.Process()
    return Owner(
        words=f"{database.actor} on {platform.node()}", host_key=host_key(), pid=process.pid,
        process_started=started_at(process), server_session=session_key,
    )


def started_at(process: psutil.Process) -> str:
    """When a process was started, to tell it from a later one of the same number.

    Counted from the start of the machine where the system says so: the time of day may be set while a scan runs, and
    then a living owner would look like another process.
    """
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return f"{process.create_time():.2f}"
    return fields[19]


def acquire(session: Session, provider_ids: Sequence[int], owner: Owner) -> str:
    """Take the leases of all these providers or none; returns the token.

    Raises LeaseHeld, naming who scans and how far they are, when one of them is held by somebody alive.
    """
    now = recorded_now(session)
    token = secrets.token_hex(16)
    values = {
        "token": token, "run_id": None, "owner": owner.words, "host_key": owner.host_key, "pid": owner.pid,
        "process_started": owner.process_started, "server_session": owner.server_session, "acquired_at": now,
        "heartbeat_at": now, "done": 0, "total": 0,
    }
    for provider_id in sorted(provider_ids):
        _take(session, provider_id, values, now)
    return token


def _take(session: Session, provider_id: int, values: dict[str, Any], now: datetime) -> None:
    """Write our lease, or take over a dead owner's.

    Two runs that find no lease both try to write one; the database lets one wait for the other and then see it. The
    other may also give its lease back while we wait to read it; then we try again.
    """
    fresh = insert_for(session, ScanLease).values(provider_id=provider_id, **values).on_conflict_do_nothing()
    while not session.execute(fresh.returning(ScanLease.provider_id)).all():
        if not lock_row(session, "scan_lease", "provider_id", provider_id):
            continue
        lease = session.get_one(ScanLease, provider_id, populate_existing=True)
        if is_alive(session, lease, now):
            raise LeaseHeld(_refusal(session, lease))
        session.execute(update(ScanLease).where(ScanLease.provider_id == provider_id).values(**values)
                        .execution_options(synchronize_session=False))
        return


def refuse_if_held(session: Session, provider_ids: Sequence[int]) -> None:
    """Raise LeaseHeld without waiting for anybody's lock, where a look is enough to know."""
    now = recorded_now(session)
    leases = session.scalars(
        select(ScanLease).where(ScanLease.provider_id.in_(provider_ids)).order_by(ScanLease.provider_id)
    )
    for lease in leases:
        if is_alive(session, lease, now):
            raise LeaseHeld(_refusal(session, lease))


def _refusal(session: Session, lease: ScanLease) -> str:
    provider = session.get_one(Account, lease.provider_id)
    words = ("{provider} is being scanned by {owner} (process {pid}), {percent} %. Nothing was changed. Start again "
             "when that scan ends." if lease.total else
             "{provider} is being scanned by {owner} (process {pid}). Nothing was changed. Start again when that scan "
             "ends.")
    # Accounts that came in since the scan began are scanned as well.
    percent = min(100, lease.done * 100 // lease.total) if lease.total else 0
    return words.format(provider=provider.name, owner=lease.owner, pid=lease.pid, percent=percent)


def is_alive(session: Session, lease: ScanLease, now: datetime) -> bool:
    """Whether the owner of a lease may still be at work."""
    if now - lease.heartbeat_at > STALE_AFTER:
        return False
    if lease.host_key == host_key() and not process_lives(lease.pid, lease.process_started):
        return False
    return not _server_session_gone(session, lease.server_session)


def process_lives(pid: int, started: str) -> bool:
    """Whether a process of this machine, begun at that moment, is still there."""
    try:
        process = psutil.Process(pid)
        return started_at(process) == started and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _server_session_gone(session: Session, key: str) -> bool:
    if not key or is_sqlite(session):
        return False
    pid, _, started = key.partition("|")
    row = session.execute(
        text("SELECT backend_start::text AS started FROM pg_stat_activity WHERE pid = :pid"), {"pid": int(pid)}
    ).one_or_none()
    # Another user's session hides its start; then its number alone has to do.
    return row is None or (row.started is not None and row.started != started)


def confirm(session: Session, provider_id: int, token: str, *, run_id: int, done: int, total: int) -> None:
    """Inside a chunk's transaction: still ours, and alive. Raises LeaseHeld when somebody took it over."""
    _update_own(session, provider_id, token, heartbeat_at=recorded_now(session), run_id=run_id, done=done, total=total)


def beat(session: Session, provider_id: int, token: str) -> None:
    """A sign of life at the end of a chunk that took long, so that whoever waited for it does not take us for dead."""
    _update_own(session, provider_id, token, heartbeat_at=instant_of(session))


def _update_own(session: Session, provider_id: int, token: str, **values: Any) -> None:
    """Write to every lease of the run: while one provider is scanned, the others wait for their turn and are alive too.

    They are locked in the order in which `acquire` locks them, so that nobody waits crosswise.
    """
    ours = ScanLease.token == token
    lock_selected(session, ScanLease, ours, key="provider_id")
    if provider_id not in session.scalars(select(ScanLease.provider_id).where(ours)).all():
        raise lost()
    session.execute(update(ScanLease).where(ours).values(**values).execution_options(synchronize_session=False))


def lost() -> LeaseHeld:
    return LeaseHeld("Another scan took this one over, because it gave no sign of life. It goes on there.")


def release(session: Session, token: str) -> int:
    """Give back every lease of this token; returns how many we still had."""
    return len(session.execute(
        delete(ScanLease).where(ScanLease.token == token).returning(ScanLease.provider_id)).all())
