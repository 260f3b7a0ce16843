"""bursar watch"""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.commands.declaring import Verbs, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell
from app.commands.stopping import long_job, service_job
from app.services.errors import ConnectionLost

if TYPE_CHECKING:
    from app.services.database.unit_of_work import Database
    from app.services.jobs import JobContext
    from app.services.schedule.round import RoundReport

_LONGEST_WAIT_S, _SHORTEST_WAIT_S = 60.0, 1.0
_WAIT_FOR_SERVER_S = 10.0
_DONE, _REFUSED, _LEASED = 0, 2, 4


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    verb = verbs.add("watch", _run, help="do what is due: reminders, restorations, suspensions, deliveries")
    verb.add_argument("--once", action="store_true", help="do one round of what is due now, and end")
    verb.add_argument("--provider", type=words, metavar="CODE")
    verb.add_argument("--json", action="store_true")


def _run(args: argparse.Namespace) -> int:
    """Do one round, or round after round until somebody stops it."""
    from app.services.hierarchy.finding import find_provider

    with closing(open_for(args)) as database:
        with database.read() as session:
            provider_id = None if args.provider is None else find_provider(session, args.provider).id
        if args.once:
            return _once(database, provider_id, as_json=args.json)
        with service_job() as context:
            _watch(database, context, provider_id, as_json=args.json)
    return _DONE


def _once(database: Database, provider_id: int | None, *, as_json: bool) -> int:
    from app.services.schedule.round import whole_round

    with long_job("Working") as context:
        report = whole_round(database, context, provider_id=provider_id)
    if as_json:
        emit_json(round_as_json(report))
    else:
        tell(report.sentence)
    _say_what_waits(report)
    return _LEASED if report.leased else _REFUSED if report.refused else _DONE


def _say_what_waits(report: RoundReport) -> None:
    for sentence in (*report.stops, *report.refused, *report.leased):
        say(sentence)


def _watch(database: Database, context: JobContext, provider_id: int | None, *, as_json: bool) -> None:
    """Round after round; a server that is gone is waited for."""
    from app.services.errors import Cancelled
    from app.services.schedule.round import whole_round

    say(f"Watching {database.description}. Ctrl+C ends it after the step that is under way.")
    is_lost = False
    said = ""
    while not context.is_cancelled:
        wait_s = _WAIT_FOR_SERVER_S
        try:
            report = whole_round(database, context, provider_id=provider_id)
            wait_s = _until_next(database, provider_id)
        except Cancelled:
            break
        except ConnectionLost as lost:
            if not is_lost:
                say(f"{lost} Trying again until it answers.")
            is_lost = True
        else:
            if is_lost:
                say("The database answers again.")
            is_lost = False
            said = _tell_of_round(report, said, as_json=as_json)
        context.wait(wait_s)
    say("Stopped.")


def _tell_of_round(report: RoundReport, said: str, *, as_json: bool) -> str:
    """One line for a round that did something; what only waits is said when it begins to, and not every minute."""
    waits = " ".join((*report.stops, *report.refused, *report.leased))
    if report.did_work:
        if as_json:
            tell(json.dumps(round_as_json(report)))
        else:
            tell(f"{report.at.isoformat(timespec='seconds')}  {report.sentence}")
    if waits and waits != said:
        _say_what_waits(report)
    return waits


def _until_next(database: Database, provider_id: int | None) -> float:
    """Seconds until something is due: a minute at most, because messages wait for servers of their own."""
    from app.services.database.unit_of_work import recorded_now
    from app.services.schedule.due import next_due

    with database.read() as session:
        now: datetime = recorded_now(session)
        due = next_due(session, provider_id=provider_id)
    seconds = _LONGEST_WAIT_S if due is None else (due - now) / timedelta(seconds=1)
    return min(_LONGEST_WAIT_S, max(_SHORTEST_WAIT_S, seconds))


def round_as_json(report: RoundReport) -> dict[str, Any]:
    """The contract of `watch --json`."""
    return {"at": report.at.isoformat(), "reminders": report.reminders, "suspended": report.suspended,
            "restored": report.restored, "sent": report.sent, "failed": report.failed,
            "stopped_by_brake": report.stopped_by_brake}
