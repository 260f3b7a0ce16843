"""bursar periods set | list | check | close"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.commands.declaring import Verbs, iso_date, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell
from app.commands.stopping import long_job
from app.models.values import PeriodFrequency, grouped_amount

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.services.periods.closing import Closing
    from app.services.periods.errors import ErrorCheck
    from app.services.periods.queries import PeriodRow, PeriodsPage


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("periods", help="accounting periods of a provider")
    enter = actions.add("set", _set, help="set them up, once and for good")
    enter.add_argument("--provider", required=True, type=words, metavar="CODE")
    enter.add_argument("--frequency", required=True, choices=[each.value for each in PeriodFrequency])
    enter.add_argument("--from", required=True, type=iso_date, metavar="DATE", dest="first_on",
                       help="first day of the first period; nothing is posted before it any more")
    show = actions.add("list", _list, help="list the periods")
    show.add_argument("--provider", type=words, metavar="CODE")
    show.add_argument("--account", type=words, metavar="ACCOUNT", help="with what this account began each of them")
    show.add_argument("--json", action="store_true")
    check = actions.add("check", _check, help="look for what would stop a closing; changes nothing")
    check.add_argument("--provider", required=True, type=words, metavar="CODE")
    check.add_argument("--json", action="store_true")
    close = actions.add("close", _close, help="close the open period for good, and open the next one")
    close.add_argument("--provider", required=True, type=words, metavar="CODE")
    close.add_argument("--post-drafts", action="store_true",
                       help="post drafts of its days into it first, as of its last day")
    close.add_argument("--json", action="store_true")


def _set(args: argparse.Namespace) -> int:
    """Set up the periods of a provider."""
    from app.services.hierarchy.finding import find_provider
    from app.services.periods.settings import set_periods

    def enter(session: Session) -> bool:
        provider_id = find_provider(session, args.provider).id
        return bool(set_periods(session, provider_id=provider_id, first_on=args.first_on,
                                frequency=PeriodFrequency(args.frequency)))

    with closing(open_for(args)) as database:
        changed = database.attempt(enter)
    what = f"{args.frequency} accounting periods from {args.first_on.isoformat()} on"
    say(f"{args.provider} has {what}; the first one is open." if changed
        else f"{args.provider} has {what} already. Nothing was changed.")
    return 0


def _list(args: argparse.Namespace) -> int:
    """List the periods of one provider, or of all that have some."""
    from app.services.hierarchy.finding import find_account, find_provider
    from app.services.periods.queries import opening_balances, pages_of_periods, periods_page

    balances: Mapping[int, int] = {}
    currency = ""
    pages: tuple[PeriodsPage, ...]
    with closing(open_for(args)) as database, database.read() as session:
        if args.account is not None:
            account = find_account(session, args.account)
            if args.provider is not None:
                account = find_account(session, f"{args.provider}/{account.code}")
            balances, currency = opening_balances(session, account_id=account.id), account.currency
            pages = (periods_page(session, provider_id=account.provider_id),)
        elif args.provider is not None:
            pages = (periods_page(session, provider_id=find_provider(session, args.provider).id),)
        else:
            pages = pages_of_periods(session)
    found = [(page, row, balances.get(row.number, 0)) for page in pages for row in page.periods]
    if args.json:
        emit_json([{"provider": page.provider_code, **_as_json(row),
                    **({"opening_balance_minor": begun, "currency": currency} if currency else {})}
                   for page, row, begun in found])
        return 0
    for page, row, begun in found:
        ended = "" if row.closed_at is None else f"  closed by {row.closed_by} on {_day(row.closed_at, page)}"
        began = f"  {grouped_amount(begun, currency)} {currency}" if currency else ""
        tell(f"{page.provider_code} {row.number}  {row.starts_on.isoformat()} to {row.ends_on.isoformat()}  "
             f"{row.state.value}{began}{ended}")
    if not found:
        say("There are no accounting periods.")
    return 0


def _day(at: datetime, page: PeriodsPage) -> str:
    from zoneinfo import ZoneInfo

    return at.astimezone(ZoneInfo(page.time_zone)).date().isoformat()


def _check(args: argparse.Namespace) -> int:
    """Say what stands against closing the open period."""
    from app.services.hierarchy.finding import find_provider
    from app.services.periods.errors import check_period

    with closing(open_for(args)) as database, long_job("Checking") as context, database.read() as session:
        found = check_period(session, lambda _note: context.raise_if_cancelled(),
                             provider_id=find_provider(session, args.provider).id)
    if args.json:
        emit_json({"provider": args.provider, "period": _as_json(found.period), "errors": _errors(found)})
    for error in found.errors:
        say(error.words)
    if not found.errors:
        say(f"Nothing stands against closing the period {found.period.name}.")
    return 2 if found.errors else 0


def _errors(found: ErrorCheck) -> Sequence[dict[str, Any]]:
    return [{"code": error.code, "message": error.words, "rows": list(error.rows), "count": error.count}
            for error in found.errors]


def _close(args: argparse.Namespace) -> int:
    """Close the open period of a provider."""
    from app.services.hierarchy.finding import find_provider
    from app.services.periods.closing import check_and_close
    from app.services.periods.queries import open_period_of

    with closing(open_for(args)) as database:
        with database.read() as session:
            provider_id = find_provider(session, args.provider).id
            number = open_period_of(session, provider_id).number
        with long_job("Closing") as context:
            done = check_and_close(database, context, provider_id=provider_id, number=number,
                                   post_drafts=args.post_drafts)
    if args.json:
        emit_json(closing_as_json(done))
    say(done.sentence)
    return 0


def closing_as_json(done: Closing) -> dict[str, Any]:
    """The contract of `periods close --json`."""
    return {
        "provider": done.provider_code, "closed": _as_json(done.closed), "opened": _as_json(done.opened),
        "posted": [{"number": each.number, "reference": each.reference} for each in done.posted],
        "accounts": done.accounts,
        "opening_balances": [{"currency": total.currency, "balance_minor": total.balance_minor,
                              "accounts": total.count} for total in done.totals],
    }


def _as_json(row: PeriodRow) -> dict[str, Any]:
    return {
        "number": row.number, "from": row.starts_on.isoformat(), "to": row.ends_on.isoformat(),
        "state": row.state.value, "closed_at": None if row.closed_at is None else row.closed_at.isoformat(),
        "closed_by": row.closed_by,
    }
