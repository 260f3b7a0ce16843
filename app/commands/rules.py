"""bursar rules set | show"""

from __future__ import annotations

import argparse
from typing import Any

from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell
from app.models.parties.provider import Provider
from app.models.values import MoneyError, parse_amount, plain_amount
from app.services.clock import SystemClock
from app.services.errors import RefusedByRule
from app.services.hierarchy.accounts import find_provider
from app.services.suspension.rule_sets import RuleSetRow, group_id_of, list_rules, rules_sentence, set_rules


def run(args: argparse.Namespace) -> int:
    """Enter a version of a provider's rules, or list them."""
    return _set(args) if args.action == "set" else _show(args)


def _set(args: argparse.Namespace) -> int:
    database = open_for(args)
    try:
        with database.write() as session:
            provider = find_provider(session, args.provider)
            currency = session.get_one(Provider, provider.id).currency
            version = set_rules(
                session, provider_id=provider.id, effective_from=args.effective_from, name=args.name,
                min_overdue_minor=_amount(args.min_overdue, currency, "--min-overdue"),
                min_overdue_days=args.min_days,
                restore_at_minor=_amount(args.restore_at, currency, "--restore-at"),
                resuspend_days=args.resuspend_days, windows=args.windows,
                excluded_group_ids=[group_id_of(session, provider_id=provider.id, code=c)
                                    for c in args.exclude_groups],
            )
    finally:
        database.close()
    say(f"Version {version} of the rules of {args.provider} holds from {args.effective_from.isoformat()}.")
    return 0


def _amount(text: str, currency: str, option: str) -> int:
    try:
        return parse_amount(text, currency)
    except MoneyError as error:
        raise RefusedByRule(f"{option}: {error}.") from error


def _show(args: argparse.Namespace) -> int:
    database = open_for(args)
    try:
        with database.read() as session:
            provider_id = find_provider(session, args.provider).id if args.provider else None
            rows = list_rules(session, provider_id=provider_id, on=SystemClock().now().date())
    finally:
        database.close()
    if args.json:
        emit_json([_as_json(row) for row in rows])
        return 0
    for row in rows:
        mark = "  (in force)" if row.in_force else ""
        tell(f"{row.provider_code} version {row.rules.version} from {row.rules.effective_from.isoformat()} "
             f"{row.rules.name}{mark}\n  {rules_sentence(row.rules)}")
    if not rows:
        say("There are no rule sets.")
    return 0


def _as_json(row: RuleSetRow) -> dict[str, Any]:
    r = row.rules
    return {
        "provider": row.provider_code, "version": r.version, "from": r.effective_from.isoformat(), "name": r.name,
        "min_overdue": plain_amount(r.min_overdue_minor, r.currency), "min_days": r.min_overdue_days,
        "restore_at": plain_amount(r.restore_at_minor, r.currency), "currency": r.currency,
        "resuspend_days": r.resuspend_days, "windows": list(r.windows), "exclude_groups": list(r.excluded_groups),
        "in_force": row.in_force, "recorded_by": row.recorded_by,
    }
