"""The report of a run as a text: who, when, why and by which version, whom it concerned, and what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.events.outbox import OutboxMessage
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.suspension.scans import ScanRunProvider
from app.models.values import OutboxState, grouped_amount
from app.services.access.authorize import require_provider, visible
from app.services.database.unit_of_work import Database
from app.services.files.kinds import text_file
from app.services.files.writing import target_of, write_bytes
from app.services.jobs import JobContext
from app.services.paging import Cursor
from app.services.providers.business_day import zone_of
from app.services.rules.rule_sets import rules_sentence, stored_rules
from app.services.saving import moment_text
from app.services.scans.run_history import RunPart, RunResultRow, RunRow, RunSheet, run_page, run_sheet
from app.services.wording import counted, day_text

_FIRST_WORDS: Final = "Report of scan "
RUN_REPORT: Final = text_file("a report of a scan", _FIRST_WORDS)
ORIGIN_WORDS: Final = {"window": "in a window", "command": "on the command line", "watch": "by the background scanner"}
STATE_WORDS: Final = {"running": "under way", "finished": "finished", "cancelled": "stopped by somebody on the way",
                      "abandoned": "broken off and begun anew", "stopped": "stopped by the safety brake"}
MESSAGE_WORDS: Final = {
    OutboxState.QUEUED: "waiting", OutboxState.HELD: "held", OutboxState.SENDING: "being sent",
    OutboxState.SENT: "sent", OutboxState.FAILED: "failed", OutboxState.UNKNOWN: "unknown whether they arrived",
    OutboxState.CANCELLED: "cancelled", OutboxState.SUPPRESSED: "suppressed"}
BLOCKED_WORDS: Final = {
    "auto_suspend_off": "Auto Suspend is off for the profile", "auto_unsuspend_off": "Auto UnSuspend is off for the "
    "profile", "not_selected": "not ticked", "brake": "held back by the safety brake", "window": "outside the hours"}
"""Why a proposal was not applied, by its code."""
EXCLUSION_WORDS: Final = {
    "X1": "no active service, or the account is not active", "X2": "in an excluded group",
    "X3": "marked to be left out",
    "X4": "a payment plan", "X5": "a pending credit", "X6": "in dispute", "X7": "an ombudsman case",
    "X8": "a promise to pay"}
"""Why an account was left alone, by its code, in a few words; a reasoning says it with its figures."""
_PARTS: Final = ((RunPart.SUSPENDED, "Suspended"), (RunPart.RESTORED, "Restored"), (RunPart.EXCLUDED, "Left alone"),
                 (RunPart.NOT_APPLIED, "Proposed and not applied"))


def export_run_report(database: Database, context: JobContext, *, run_id: int, provider_id: int, path: Path) -> str:
    """A job: write the report of a run to a file; answers what was done, in words.

    Raises InputRejected where the file cannot be written.
    """
    target_of(path, RUN_REPORT)
    with database.read() as session:
        text = report_text(session, context, run_id=run_id, provider_id=provider_id)
    return f"The report is in {write_bytes(path, RUN_REPORT, text.encode())}."


def report_text(session: Session, context: JobContext, *, run_id: int, provider_id: int) -> str:
    """The whole report; accounts that the person may not see are neither listed nor counted."""
    provider = require_provider(session, provider_id, Power.SUSPENSION)
    sheet, zone = run_sheet(session, run_id=run_id, provider_id=provider_id), zone_of(session, provider_id)
    lines = [f"{_FIRST_WORDS}{run_id} of {provider.name}", "", *_head(session, sheet, zone), ""]
    for part, title in _PARTS:
        count = sheet.counts[part]
        if count:
            lines += [f"{title}: {counted(count, 'account')}",
                      *(f"  {_line(row, zone)}" for row in _all(session, context, run_id, provider_id, part)), ""]
    lines += _messages(session, run_id, provider_id)
    return "\n".join(lines).rstrip() + "\n"


def _head(session: Session, sheet: RunSheet, zone: ZoneInfo) -> Iterator[str]:
    run = sheet.run
    yield f"For {day_text(run.as_of)}, begun {_at(run.started_at, zone)} by {run.actor}{_origin(run)}."
    ended = f", ended {_at(run.finished_at, zone)}" if run.finished_at is not None else ""
    yield f"It is {STATE_WORDS[run.state]}{ended}."
    if run.approved_by is not None:
        yield f"{run.approved_by} let it pass the safety brake."
    rule_set_id = session.scalars(select(ScanRunProvider.rule_set_id).where(
        ScanRunProvider.run_id == run.id, ScanRunProvider.provider_id == sheet.provider_id)).one()
    name = f' "{run.rule_name}"' if run.rule_name else ""
    yield f"Rule set version {run.rule_version}{name}: {rules_sentence(stored_rules(session, rule_set_id))}"
    yield (f"{counted(run.suspended, 'account')} suspended, {run.restored} restored, {run.excluded} left alone, "
           f"{run.not_applied} proposed and not applied.")
    if sheet.before is not None:
        yield (f"Beside scan {sheet.before.id} for {day_text(sheet.before.as_of)}: {sheet.counts[RunPart.NEW]} new or "
               f"decided otherwise, {sheet.counts[RunPart.GONE]} proposed then and no longer.")


def _origin(run: RunRow) -> str:
    return f", {ORIGIN_WORDS[run.origin]}" if run.origin in ORIGIN_WORDS else ""


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return moment_text(moment, zone.key)


def _all(
    session: Session, context: JobContext, run_id: int, provider_id: int, part: RunPart
) -> Iterable[RunResultRow]:
    after: Cursor | None = None
    while True:
        context.raise_if_cancelled()
        page = run_page(session, run_id=run_id, provider_id=provider_id, part=part, after=after)
        yield from page.rows
        if not page.more:
            return
        after = page.last


def _line(row: RunResultRow, zone: ZoneInfo) -> str:
    owed = (f"{grouped_amount(row.payable_minor, row.currency)} {row.currency} payable, oldest "
            f"{counted(row.oldest_days, 'day')} late")
    why = f"; {exclusion_words(row.exclusions)}" if row.exclusions else ""
    if row.apply_from is not None:
        why += f"; not before {_at(row.apply_from, zone).removeprefix('on ')}"
    elif row.blocked_by is not None:
        why += f"; {blocked_words(row.blocked_by)}"
    return f"{row.code} {row.name}: {owed}{why}"


def blocked_words(code: str) -> str:
    """Why a proposal was not applied, as part of a sentence."""
    return BLOCKED_WORDS.get(code, code.replace("_", " "))


def exclusion_words(codes: Iterable[str]) -> str:
    """Why an account was left alone, as part of a sentence: "in dispute (X6)"."""
    return ", ".join(f"{EXCLUSION_WORDS[code]} ({code})" if code in EXCLUSION_WORDS else code for code in codes)


def _messages(session: Session, run_id: int, provider_id: int) -> list[str]:
    m = OutboxMessage
    found = session.execute(
        select(Account.code, m.event, m.action, m.recipient, m.state, m.state_reason)
        .join(Account, Account.id == m.account_id)
        .where(m.scan_run_id == run_id, m.provider_id == provider_id, visible(session)).order_by(m.id)).all()
    if not found:
        return ["Nothing was to be sent."]
    lines = [f"What was to be sent: {counted(len(found), 'message')}"]
    for row in found:
        to = f" to {row.recipient}" if row.recipient else ""
        why = f" ({row.state_reason})" if row.state_reason else ""
        by = f" by {row.action}" if row.action else ""
        lines.append(f"  {row.code} {row.event}{by}{to}: {MESSAGE_WORDS[OutboxState(row.state)]}{why}")
    return lines
