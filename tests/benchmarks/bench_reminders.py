"""Reminders of a day on which every customer's invoice is due, against the one statement that writes the same rows.

Each round raises the reminders of the seventh day on a fresh copy: by the program, in chunks that survive being killed
and let payments through, and by one bare INSERT … SELECT that knows neither disputes, plans, credit nor mappings. The
keys that both wrote are compared. A second look of the program at the same day, which finds nothing, is timed as well.

    python -m tests.benchmarks.bench_reminders [--accounts N] [--rounds N] [--backend sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.models.events.outbox import OutboxMessage
from app.models.values import EventAction
from app.services.database.unit_of_work import Database, recorded_now
from app.services.jobs import JobContext
from app.services.schedule.due import timetables
from app.services.schedule.reminders import raise_reminders
from tests.benchmarks.bench_scan import GOALS, _Copies, _ratio, _seconds
from tests.benchmarks.scan_book import NOW, TODAY, execute
from tests.support.pgtemp import TEST_SETTINGS, start_postgres
from tests.support.switches import switch_on

_PERIOD = 7
_BARE = (
    "INSERT INTO outbox_message (provider_id, account_id, event, action, period_days, mapping_id, template_id, "
    "invoice_id, message_key, effective_on, recorded_at, state, state_reason, sender, recipient, cc, bcc, subject, "
    "html, text, attachment, segments, attempts, claimed_by, remote_id) "
    "SELECT t.provider_id, t.account_id, 'invoice_overdue', 'message', 7, 1, NULL, t.id, "
    "'invoice_overdue/7/' || t.id || '/message', :today, :now, 'queued', '', '', '', '', '', '', '', '', 'none', 0, 0, "
    "'', '' FROM financial_transaction t WHERE t.provider_id = :p AND t.kind = 'invoice' AND t.state = 'posted' "
    "AND t.due_on = :due AND t.amount_minor > COALESCE((SELECT SUM(a.amount_minor) FROM allocation a "
    "WHERE a.debit_id = t.id), 0)"
)


def _program(database: Database, provider_id: int) -> None:
    with database.read() as session:
        (table,) = timetables(session, provider_id=provider_id)
        now = recorded_now(session)
    raise_reminders(database, JobContext(), table=table, now=now)


def _bare(database: Database, provider_id: int) -> None:
    due = TODAY.replace(month=6, day=25)
    with database.write() as session:
        execute(session.connection(), _BARE, {"p": provider_id, "today": TODAY, "now": NOW, "due": due})


def _keys(database: Database) -> list[str]:
    with database.read() as session:
        return sorted(session.scalars(select(OutboxMessage.message_key)))


def _compare(copies: _Copies, provider_id: int, rounds: int) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {"program": [], "bare": []}
    again: list[float] = []
    works = {"program": _program, "bare": _bare}
    written: dict[str, list[str]] = {}
    for round_ in range(rounds + 1):
        for name in ("program", "bare") if round_ % 2 else ("bare", "program"):
            with copies.copy() as database:
                took = _seconds(partial(works[name], database, provider_id))
                if round_ == 0:  # also the round that compiles and imports
                    written[name] = _keys(database)
                    continue
                seconds[name].append(took)
                if name == "program":
                    again.append(_seconds(partial(_program, database, provider_id)))
    if written["program"] != written["bare"]:
        raise RuntimeError(f"the program raised {len(written['program'])}, the statement {len(written['bare'])}")
    return _ratio(seconds) | {"reminders": len(written["bare"]),
                              "second_look_s": round(sorted(again)[len(again) // 2], 3)}


def run(
    accounts: int = 100_000, rounds: int = 3, backends: tuple[str, ...] = ("sqlite", "postgresql")
) -> dict[str, Any]:
    """Ratios for each database."""
    result: dict[str, Any] = {"accounts": accounts, "rounds": rounds}
    for backend in backends:
        server = start_postgres(TEST_SETTINGS) if backend == "postgresql" else None
        try:
            with tempfile.TemporaryDirectory() as folder:
                copies = _Copies(Path(folder), server)
                provider_id = copies.make(accounts)
                with copies.template() as database, database.write() as session:
                    switch_on(session, provider_id=provider_id, events=["invoice_overdue"], period_days=_PERIOD,
                              action=EventAction.MESSAGE)
                result[backend] = _compare(copies, provider_id, rounds)
        finally:
            if server is not None:
                server.stop()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Raising reminders against one bare statement")
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--backend", choices=sorted(GOALS), action="append")
    given = parser.parse_args()
    print(json.dumps(run(given.accounts, given.rounds, tuple(given.backend or ("sqlite", "postgresql"))), indent=1))


if __name__ == "__main__":
    main()
