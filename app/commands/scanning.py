"""bursar scan"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from app.commands.declaring import Verbs, iso_date, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell
from app.commands.stopping import long_job
from app.models.values import ScanOutcome, grouped_amount
from app.services.jobs import JobContext
from app.services.wording import counted

if TYPE_CHECKING:
    from app.services.database.unit_of_work import Database
    from app.services.suspension.report import AccountResult, ScanReport

Reasons = Mapping[int, Sequence[str]]
"""The sentences of a report, by account."""


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    verb = verbs.add("scan", _run, help="suspend and restore by the rules")
    verb.add_argument("--provider", type=words, metavar="CODE")
    verb.add_argument("--as-of", type=iso_date, metavar="DATE")
    how = verb.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="judge only, write nothing")
    how.add_argument("--approve", type=words, metavar="REASON",
                     help="let the scan that the safety brake stopped go on; another person than who started it")
    shown = verb.add_mutually_exclusive_group()
    shown.add_argument("--all", action="store_true", dest="include_none",
                       help="list every end user, also where nothing happens")
    verb.add_argument("--json", action="store_true")
    shown.add_argument("--explain", type=words, metavar="ACCOUNT",
                       help="the whole reasoning for one account; writes nothing")


def _run(args: argparse.Namespace) -> int:
    """Judge, and unless it is a dry run apply."""
    with closing(open_for(args)) as database:
        return _scan(database, args) if args.explain is None else _explain(database, args)


def _scan(database: Database, args: argparse.Namespace) -> int:
    from app.services.hierarchy.finding import find_provider
    from app.services.outbox.composing import compose_waiting
    from app.services.scans.approving import approve_stop
    from app.services.scans.scan import run_scan
    from app.services.scans.stops import the_open_stop
    from app.services.suspension.preview import preview_scan

    with database.read() as session:
        provider_id = None if args.provider is None else find_provider(session, args.provider).id
        stop = None if args.approve is None else the_open_stop(session, provider_id=provider_id, as_of=args.as_of)
    scan = preview_scan if args.dry_run else run_scan
    with long_job("Scanning") as context:
        if stop is not None:
            report = approve_stop(database, context, stop_id=stop.id, reason=args.approve,
                                  include_none=args.include_none)
        else:
            report = scan(database, context, provider_id=provider_id, as_of=args.as_of,
                          include_none=args.include_none)
        if report.run_id is not None:
            compose_waiting(database, context, run_id=report.run_id)
    _print(report, _reasons(database, report), args)
    return 1 if report.failures else 0


def _reasons(database: Database, report: ScanReport) -> Reasons:
    from app.services.suspension.reasons import coded, read_reasons

    return {account_id: [coded(reason) for reason in each]
            for account_id, each in read_reasons(database, report).items()}


def _print(report: ScanReport, reasons: Reasons, args: argparse.Namespace) -> None:
    if args.json:
        emit_json(report_as_json(report, reasons))
    else:
        for result in report.accounts:
            tell(_line(result, reasons[result.account_id]))
    if report.providers_without_rules:
        say(f"No rule set is in force for: {', '.join(report.providers_without_rules)}.")
    for failure in report.failures:
        say(failure)
    words = _PROPOSED if args.dry_run else _DONE
    say(words.format(
        accounts=counted(report.judged_accounts, "account"), day=report.as_of.isoformat(),
        suspend=report.count(ScanOutcome.SUSPEND), restore=report.count(ScanOutcome.RESTORE),
        excluded=report.count(ScanOutcome.EXCLUDED)))


_PROPOSED = ("{accounts} judged as of {day}: {suspend} to suspend, {restore} to restore, {excluded} left alone "
             "(proposed).")
_DONE = "{accounts} judged as of {day}: {suspend} to suspend, {restore} to restore, {excluded} left alone (done)."


def _line(r: AccountResult, reasons: Sequence[str]) -> str:
    amount = grouped_amount(r.overdue_payable_minor, r.currency)
    return f"{r.provider}/{r.code}  {r.outcome.value:9} {amount:>12} {r.currency}  {_state(r)}  {' '.join(reasons)}"


def _state(r: AccountResult) -> str:
    """Whether a proposal was applied, else what it waits for; empty where it waits for nothing."""
    from app.services.scans.run_report import BLOCKED_WORDS

    if r.applied:
        return "applied"
    if r.blocked_by is not None:
        return BLOCKED_WORDS[r.blocked_by]
    return "" if r.apply_from is None else f"from {r.apply_from.isoformat()}"


def report_as_json(report: ScanReport, reasons: Reasons) -> dict[str, Any]:
    """The contract of `scan --json`."""
    return {
        "as_of": report.as_of.isoformat(), "run_id": report.run_id,
        "providers_without_rules": list(report.providers_without_rules),
        "accounts": [result_as_json(r, reasons[r.account_id]) for r in report.accounts],
    }


def result_as_json(r: AccountResult, reasons: Sequence[str]) -> dict[str, Any]:
    """One account of the document."""
    return {
        "provider": r.provider, "code": r.code, "outcome": r.outcome.value,
        "overdue_payable_minor": r.overdue_payable_minor, "currency": r.currency,
        "oldest_overdue_days": r.oldest_overdue_days, "rule_version": r.rule_version,
        "exclusions": list(r.exclusions), "reasons": list(reasons), "applied": r.applied,
        "blocked_by": r.blocked_by, "apply_from": None if r.apply_from is None else r.apply_from.isoformat(),
    }


def _within(provider: str | None, code: str) -> str:
    """The code of an account, with the provider asked for in front."""
    return code if provider is None or code.startswith(f"{provider}/") else f"{provider}/{code}"


def _explain(database: Database, args: argparse.Namespace) -> int:
    from app.services.hierarchy.finding import find_account
    from app.services.suspension.explain import explain_scan
    from app.services.suspension.preview import preview_scan
    from app.services.suspension.reasons import coded

    with database.read() as session:
        account = find_account(session, _within(args.provider, args.explain))
        explanation = explain_scan(session, account_id=account.id, as_of=args.as_of)
    report = preview_scan(database, JobContext(), provider_id=account.provider_id, as_of=args.as_of,
                          include_none=True, account_ids=[account.id])
    if args.json:
        document = report_as_json(report, _reasons(database, report))
        document["explanation"] = {
            "outcome": explanation.outcome.value, "rule": explanation.rule_in_words,
            "conditions": [{"condition": c.words, "figure": c.figure, "source": c.source, "holds": c.holds}
                           for c in explanation.conditions],
            "reasons": [coded(reason) for reason in explanation.reasons],
            "exclusions": [{"code": x.code, "exclusion": x.words, "figure": x.figure, "source": x.source,
                            "holds": x.holds} for x in explanation.exclusions],
            "changes_when": explanation.changes_when or None,
            "next_change": None if explanation.next_change is None else explanation.next_change.isoformat(),
        }
        emit_json(document)
    else:
        tell(explanation.as_text())
        for waiting in filter(None, map(_state, report.accounts)):
            tell(f"Not applied: {waiting}.")
    return 0
