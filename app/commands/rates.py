"""bursar rates import | fetch | list | use | remove"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.declaring import Verbs, iso_date, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell, tell_of_file
from app.commands.stopping import long_job
from app.models.values import CurrencyState, Rounding
from app.services.errors import NotFound, RefusedByRule

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.parties.account import Account
    from app.services.currencies.from_file import AddedRate
    from app.services.currencies.listing import CurrencyRow, CurrencySheet, RateRow


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("rates", help="currencies of a provider and what they cost")
    read = actions.add("import", _import, help="read currency, from, to and rate from a file, all or nothing")
    read.add_argument("file", type=Path, metavar="FILE")
    read.add_argument("--dry-run", action="store_true", help="check every row, write nothing")
    fetch = actions.add("fetch", _fetch, help="take the rates that a central bank publishes")
    fetch.add_argument("--url", type=words, metavar="URL",
                       help="reference rates as XML, what one euro is worth; remembered once it gave rates")
    show = actions.add("list", _list, help="the currencies of a provider with their rates")
    show.add_argument("--currency", type=_code, metavar="CODE", help="one of them alone")
    use = actions.add("use", _use, help="say whether accounts may be kept in a currency, and how it is rounded")
    use.add_argument("currency", type=_code, metavar="CURRENCY")
    use.add_argument("--off", action="store_true", help="not for new accounts; those that have it keep it")
    use.add_argument("--rounding", choices=[each.value for each in Rounding],
                     help="of amounts that are converted into it (default: as it is, at first half_up)")
    remove = actions.add("remove", _remove, help="take one rate away, to enter it anew")
    remove.add_argument("currency", type=_code, metavar="CURRENCY")
    remove.add_argument("--from", dest="from_date", required=True, type=iso_date, metavar="DATE",
                        help="the day on which it begins")
    for action in (read, fetch, show, use, remove):
        action.add_argument("--provider", type=words, metavar="CODE", help="may be left out where there is only one")
    for action in (read, fetch, show):
        action.add_argument("--json", action="store_true")


def _code(text: str) -> str:
    return words(text).upper()


def _provider(session: Session, args: argparse.Namespace) -> Account:
    """The provider that is named, or the only one there is."""
    from app.models.parties.account import Account
    from app.models.values import AccountType
    from app.services.hierarchy.finding import find_provider
    from app.services.providers.queries import provider_options

    if args.provider is not None:
        return find_provider(session, args.provider)
    found = [option for option in provider_options(session) if option.type is not AccountType.OPERATOR]
    if len(found) == 1:
        return session.get_one(Account, found[0].id)
    if not found:
        raise NotFound("There is no provider in this database yet.")
    raise RefusedByRule("Which provider? Add --provider with one of these codes: "
                        f"{', '.join(sorted(option.code for option in found))}.")


def _import(args: argparse.Namespace) -> int:
    """Add the rates of a file, all or nothing; every bad row is listed."""
    from app.services.currencies.from_file import import_rates

    with closing(open_for(args)) as database, long_job("Reading rates") as context:
        with database.read() as session:
            provider = _provider(session, args)
        report = import_rates(database, context, provider_id=provider.id, path=args.file, dry_run=args.dry_run)
    return tell_of_file(report, as_json=args.json, provider=provider.code, rows=report.rows, added=report.added,
                        skipped=report.skipped, rates=[_added(rate) for rate in report.rates])


def _fetch(args: argparse.Namespace) -> int:
    """Fetch rates from where they are published, all of a document or nothing."""
    from app.services.currencies.fetching import fetch_rates

    with closing(open_for(args)) as database, long_job("Fetching rates") as context:
        with database.read() as session:
            provider = _provider(session, args)
        report = fetch_rates(database, context, provider_id=provider.id, url=args.url or "")
    if args.json:
        emit_json({"provider": provider.code, "url": report.url, "fetched": report.succeeded,
                   "date": None if report.last_day is None else report.last_day.isoformat(), "rows": report.rows,
                   "added": report.added, "skipped": report.skipped, "left_out": list(report.left_out),
                   "rates": [_added(rate) for rate in report.rates]})
    say(report.sentence)
    return 0 if report.succeeded else 1


def _added(rate: AddedRate) -> dict[str, Any]:
    return {"row": rate.row, "currency": rate.currency, "from": rate.from_date.isoformat(),
            "to": None if rate.to_date is None else rate.to_date.isoformat(), "rate": rate.rate_text}


def _list(args: argparse.Namespace) -> int:
    """List the currencies of a provider and all their rates."""
    from app.services.currencies.listing import currency_sheet

    with closing(open_for(args)) as database, database.read() as session:
        sheet = currency_sheet(session, provider_id=_provider(session, args).id)
    rows = [row for row in sheet.currencies if args.currency in (None, row.currency)]
    if args.json:
        emit_json({
            "provider": sheet.code, "currency": sheet.books, "multi_currency": sheet.several,
            "multi_country": sheet.by_country,
            "currencies": [{"currency": row.currency, "state": row.state.value, "rounding": row.rounding.value,
                            "default": row.is_books, "accounts": row.accounts} for row in rows],
            "rates": [_rate(rate) for row in rows for rate in reversed(row.rates)],
            "source": None if sheet.source is None else {
                "kind": sheet.source.kind.value, "url": sheet.source.url, "result": sheet.source.result,
                "fetched_at": None if sheet.source.fetched_at is None else sheet.source.fetched_at.isoformat()},
        })
        return 0
    for row in rows:
        tell(_line(row, sheet))
        for rate in row.rates:
            tell(f"  {_days(rate)}  1 {rate.currency} = {rate.rate_text} {rate.books}"
                 f"{'  (today)' if rate is row.now else ''}")
    if not rows:
        say(f"{sheet.name} does not list {args.currency}.")
    return 0


def _rate(rate: RateRow) -> dict[str, Any]:
    return {"currency": rate.currency, "from": rate.from_date.isoformat(),
            "to": None if rate.to_date is None else rate.to_date.isoformat(), "rate": rate.rate_text,
            "inverse": rate.inverse_text, "source": rate.source, "recorded_by": rate.recorded_by}


def _line(row: CurrencyRow, sheet: CurrencySheet) -> str:
    if row.is_books:
        only = "" if sheet.several else ", and the only one while multiple currencies are off"
        return f"{row.currency}  the currency of the books of {sheet.code}{only}"
    return f"{row.currency}  {row.state.label.lower()}, rounded {row.rounding.label.lower()}"


def _days(rate: RateRow) -> str:
    last = "" if rate.to_date is None else f"to {rate.to_date.isoformat()}"
    return f"from {rate.from_date.isoformat()} {last:13}"


def _use(args: argparse.Namespace) -> int:
    """Switch a currency on or off for new accounts, or change its rounding."""
    from app.services.currencies.changing import CurrencyUse, set_currency, use_of

    def done(session: Session) -> tuple[str, CurrencyUse]:
        provider = _provider(session, args)
        seen = use_of(session, provider_id=provider.id, currency=args.currency)
        state = CurrencyState.NOT_EFFECTIVE if args.off else CurrencyState.EFFECTIVE
        wanted = CurrencyUse(state=state, rounding=seen.rounding if args.rounding is None else Rounding(args.rounding))
        set_currency(session, provider_id=provider.id, currency=args.currency, wanted=wanted, seen=seen)
        return provider.code, wanted

    with closing(open_for(args)) as database:
        code, use = database.attempt(done)
    say(f"{args.currency} of {code} is {use.state.label.lower()}, rounded {use.rounding.label.lower()}.")
    return 0


def _remove(args: argparse.Namespace) -> int:
    """Take away the rate of a currency that begins on a day."""
    from app.services.currencies.changing import remove_rate
    from app.services.currencies.listing import currency_sheet

    def done(session: Session) -> str:
        row = currency_sheet(session, provider_id=_provider(session, args).id).of(args.currency)
        found = next((rate for rate in (row.rates if row else ()) if rate.from_date == args.from_date), None)
        if found is None:
            raise NotFound(f"No rate of {args.currency} begins on {args.from_date.isoformat()}. "
                           "bursar rates list shows them.")
        remove_rate(session, period_id=found.id)
        return f"1 {found.currency} = {found.rate_text} {found.books}"

    with closing(open_for(args)) as database:
        rate = database.attempt(done)
    say(f"{rate} from {args.from_date.isoformat()} is taken away.")
    return 0
