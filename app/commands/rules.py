"""bursar rules set | show"""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import TYPE_CHECKING, Any

from app.commands.declaring import Verbs, iso_date, whole_number, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell
from app.models.values import MoneyError, parse_amount, plain_amount
from app.services.errors import RefusedByRule

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.services.rules.rule_sets import RuleSetRow


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("rules", help="automatic suspension rules of a provider")
    enter = actions.add("set", _set, help="enter a new version")
    enter.add_argument("--provider", required=True, type=words, metavar="CODE")
    enter.add_argument("--from", required=True, type=iso_date, metavar="DATE", dest="effective_from")
    enter.add_argument("--min-overdue", required=True, metavar="A", help="suspend from this overdue payable amount on")
    enter.add_argument("--min-days", required=True, type=whole_number, metavar="N",
                       help="… when more days late than this")
    enter.add_argument("--restore-at", required=True, metavar="A", help="restore at this amount or less")
    enter.add_argument("--name", type=words, metavar="T")
    enter.add_argument("--resuspend-days", type=whole_number, default=0, metavar="N",
                       help="leave an account alone for so long after a restoration by hand")
    enter.add_argument("--window", action="append", default=[], type=words, metavar='"Mon-Thu 09:00-16:00"',
                       dest="windows", help="when suspensions may be applied; repeat for more")
    enter.add_argument("--holidays", type=words, metavar="AU-NSW",
                       help="country and region on whose public holidays nobody is suspended")
    enter.add_argument("--exclude-group", action="append", default=[], type=words, metavar="CODE",
                       dest="exclude_groups")
    show = actions.add("show", _show, help="list all versions")
    show.add_argument("--provider", type=words, metavar="CODE")
    show.add_argument("--json", action="store_true")


def _set(args: argparse.Namespace) -> int:
    """Enter a version of a provider's rules."""
    from app.models.parties.provider import Provider
    from app.services.hierarchy.finding import find_provider
    from app.services.rules.rule_sets import group_id_of, newest_version, set_rules

    def enter(session: Session) -> int:
        provider = find_provider(session, args.provider)
        currency = session.get_one(Provider, provider.id).currency
        return set_rules(
            session, provider_id=provider.id, effective_from=args.effective_from, name=args.name or "",
            min_overdue_minor=_amount(args.min_overdue, currency, "--min-overdue"),
            min_overdue_days=args.min_days,
            restore_at_minor=_amount(args.restore_at, currency, "--restore-at"),
            resuspend_days=args.resuspend_days, windows=args.windows, holidays=args.holidays or "",
            excluded_group_ids=[group_id_of(session, provider_id=provider.id, code=c)
                                for c in args.exclude_groups],
            seen=newest_version(session, provider_id=provider.id),
        ).id

    with closing(open_for(args)) as database:
        version = database.attempt(enter)
    say(f"Version {version} of the rules of {args.provider} holds from {args.effective_from.isoformat()}.")
    return 0


def _amount(text: str, currency: str, option: str) -> int:
    try:
        return parse_amount(text, currency)
    except MoneyError as error:
        raise RefusedByRule(f"{option}: {error}.") from error


def _show(args: argparse.Namespace) -> int:
    """List the rule sets."""
    from app.services.hierarchy.finding import find_provider
    from app.services.rules.rule_sets import list_rules, rules_sentence

    with closing(open_for(args)) as database, database.read() as session:
        provider_id = None if args.provider is None else find_provider(session, args.provider).id
        rows = list_rules(session, provider_id=provider_id)
    if args.json:
        emit_json([_as_json(row) for row in rows])
        return 0
    for row in rows:
        rules = row.rules
        head = [row.provider_code, f"version {rules.version}", f"from {rules.effective_from.isoformat()}",
                *([rules.name] if rules.name else [])]
        tell(f"{' '.join(head)}{'  (in force)' if row.in_force else ''}\n  {rules_sentence(rules)}")
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
        **({"holidays": r.holidays} if r.holidays else {}),
    }
