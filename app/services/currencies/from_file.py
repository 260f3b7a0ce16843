"""Rates from a file: currency, from, to and rate, all or nothing (ARCHITECTURE.md, "Currencies").

A row without a last day holds until the next one of its currency begins. One wrong row keeps the whole file out, and
every wrong row is listed. Reading the same file again changes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.currencies.rates import ProviderCurrency
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.currency_conversion import RateError, parse_rate, rate_text
from app.models.rules.rate_periods import BACKWARDS, GAP, PeriodRefused, RatePeriod, with_period
from app.models.values import CURRENCIES, CurrencyState, parse_day
from app.services.access.audit import About, write_audit
from app.services.access.authorize import require_provider
from app.services.access.beyond import customers_of, require_all_of
from app.services.changes import Changed, ChangeSet
from app.services.currencies.changing import refusal_words, stored_periods, write_periods
from app.services.currencies.conversion import books_of
from app.services.database.dialects import lock_row
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected, RowError
from app.services.files.reading import DataRow, read_everything
from app.services.files.texts import shown
from app.services.jobs import JobContext, Progress
from app.services.wording import by_count, counted, listed

CURRENCY, FROM, TO, RATE = "currency", "from", "to", "rate"
_NEEDED = (CURRENCY, FROM, RATE)
_PLACES = (CURRENCY, FROM, TO, RATE, "row", "file")
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRate:
    """One rate as a file or a source says it; `row` is its place there, from 1."""

    row: int
    currency: str
    period: RatePeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedRate:
    """One rate that was added, or would be."""

    row: int
    currency: str
    from_date: date
    to_date: date | None
    """The last day, also where the next period gives it."""
    rate_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesReport:
    """What came of rates that were read. With errors nothing was added."""

    rows: int
    added: int
    skipped: int
    """Rates that are on file already."""
    errors: tuple[RowError, ...] = ()
    rates: tuple[AddedRate, ...] = ()
    not_effective: tuple[str, ...] = ()
    """Currencies among them in which no account may be kept yet."""
    dry_run: bool = False
    changes: ChangeSet = field(default_factory=ChangeSet.empty)

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        whole = [error.message for error in self.errors if error.row == 0]
        if whole:
            return f"{' '.join(whole)} Nothing was added."
        wrong = len({error.row for error in self.errors})
        if wrong:
            return by_count(wrong, "{count} of {rows} is wrong, so nothing was added.",
                            "{count} of {rows} are wrong, so nothing was added.", rows=counted(self.rows, "row"))
        words = ("{added} would be added, {skipped} on file already." if self.dry_run else
                 "{added} added, {skipped} on file already.")
        said = words.format(added=counted(self.added, "rate"), skipped=f"{self.skipped:,}")
        if self.not_effective:
            said += by_count(len(self.not_effective), " {codes} is not effective yet: no account may be kept in it.",
                             " {codes} are not effective yet: no account may be kept in them.",
                             codes=listed(self.not_effective))
        return said


def import_rates(
    database: Database, context: JobContext, *, provider_id: int, path: Path, dry_run: bool
) -> RatesReport:
    """Add the rates of a file, all of them or none; a dry run answers the same and writes nothing.

    What is wrong is in the report, by row; row 0 stands for the file as a whole.
    """
    with database.read() as session:
        _require(session, provider_id)
    context.report(Progress(done=0, total=0, note=f"Reading {shown(path.name)}"))
    try:
        count, rows, wrong = _rows_of(path)
    except InputRejected as refusal:
        return RatesReport(rows=0, added=0, skipped=0, errors=refusal.rows, dry_run=dry_run)
    rates = []
    for row in rows:
        read = _read(row)
        if isinstance(read, NamedRate):
            rates.append(read)
        else:
            wrong += read
    context.raise_if_cancelled()
    source = shown(path.name)[:200]
    if dry_run or wrong:
        with database.read() as session:
            report = _placed(session, provider_id, rates, wrong)[0]
            return replace(report, rows=count, dry_run=dry_run)
    report = database.attempt(partial(take_rates, provider_id=provider_id, rates=rates, source=source))
    return replace(report, rows=count)


def take_rates(session: Session, *, provider_id: int, rates: Sequence[NamedRate], source: str) -> RatesReport:
    """Add rates that were read, all of them or none: what is wrong with them is in the report."""
    provider = _require(session, provider_id)
    lock_row(session, "provider", "account_id", provider_id)
    report, before, after = _placed(session, provider_id, rates, [])
    if report.errors or not report.added:
        return report
    for currency in sorted(after):
        write_periods(session, provider_id=provider_id, currency=currency, before=before[currency],
                      after=after[currency], source=source)
    write_audit(session, provider_id=provider_id, about=About(kind=Subject.PROVIDER, id=provider_id),
                action="rates_taken", detail=f"{counted(report.added, 'rate')} of {provider.name} from {source}.")
    return replace(report, changes=ChangeSet.of(Changed.CURRENCIES, Changed.ATTRIBUTES))


def _require(session: Session, provider_id: int) -> Account:
    provider = require_provider(session, provider_id, Power.PROVIDERS_CURRENCIES)
    require_all_of(session, customers_of(session, provider_id))
    return provider


# --------------------------------------------------------------------------- the file


def _rows_of(path: Path) -> tuple[int, list[DataRow], list[RowError]]:
    """How many rows a file has, those that can be read with cells by our names, and what is wrong with the others."""
    columns, table = read_everything(path)
    named = {column.casefold(): column for column in columns}
    name = shown(path.name)
    missing = [column for column in _NEEDED if column not in named]
    if missing:
        raise InputRejected("", [RowError(
            row=0, field=column, value="", message=f'{name} has no column "{column}". The first line names currency, '
            f"from, to and rate; here it names {shown(', '.join(columns))}.") for column in missing])
    if table.count > MOST_ROWS:
        message = f"{name} has {counted(table.count, 'row')}. At most {MOST_ROWS:,} are taken at once; part the file."
        raise InputRejected("", [RowError(row=0, field="file", value=name, message=message)])
    if not table.rows and not table.errors:
        raise InputRejected("", [RowError(row=0, field="file", value=name,
                                          message=f"{name} has no rows below its header.")])
    rows = [DataRow(row.number, {ours: row.cells.get(named.get(ours, ""), "") for ours in (CURRENCY, FROM, TO, RATE)})
            for row in table.rows]
    return table.count, rows, list(table.errors)


def _read(row: DataRow) -> NamedRate | list[RowError]:
    """The rate of a row, or all that is wrong with it."""
    errors: list[RowError] = []
    currency = row.cells[CURRENCY].upper()
    if currency not in CURRENCIES:
        errors.append(_error(row, CURRENCY, "The currency is missing. Write its ISO 4217 code, such as USD." if not
                             currency else f'"{shown(currency)}" is not an ISO 4217 currency code. Write one such as '
                             "USD or JPY."))
    first, last = _day(row, FROM, errors), _day(row, TO, errors)
    rate: Fraction | None = None
    try:
        rate = parse_rate(row.cells[RATE])
    except RateError as error:
        errors.append(_error(row, RATE, f"{error}." if row.cells[RATE] else "The rate is missing. Write what one unit "
                                                                             "costs, for instance 0.92."))
    if errors or first is None or rate is None:
        return errors
    return NamedRate(row=row.number, currency=currency,
                     period=RatePeriod.entered(from_date=first, to_date=last, rate=rate))


def _day(row: DataRow, column: str, errors: list[RowError]) -> date | None:
    text = row.cells[column]
    if not text:
        if column == FROM:
            errors.append(_error(row, column, "The first day is missing. Write it as 2024-01-31."))
        return None
    try:
        return parse_day(text)
    except ValueError as error:
        errors.append(_error(row, column, f"{error}."))
        return None


def _error(row: DataRow, column: str, message: str) -> RowError:
    return RowError(row=row.number, field=column, value=shown(row.cells[column]), message=message)


# --------------------------------------------------------------------------- among what is on file

Periods = dict[str, Sequence[RatePeriod]]


def _placed(
    session: Session, provider_id: int, rates: Iterable[NamedRate], wrong: Sequence[RowError]
) -> tuple[RatesReport, Periods, Periods]:
    """What rates come to among those on file: the report, and the periods of each currency before and after."""
    books, errors = books_of(session, provider_id), list(wrong)
    before: Periods = {}
    after: Periods = {}
    places: dict[tuple[str, date], int] = {}
    skipped = count = 0
    waiting = deque((named, False) for named in sorted(
        rates, key=lambda each: (each.currency, each.period.from_date, each.row)))
    while waiting:
        named, is_last_try = waiting.popleft()
        count += not is_last_try
        if named.currency == books:
            errors.append(_refusal(named, CURRENCY, books, f"{books} is the currency of the books, so it has no rate. "
                                                           "Leave this row out."))
            continue
        if named.currency not in before:
            before[named.currency] = after[named.currency] = stored_periods(
                session, provider_id=provider_id, currency=named.currency)
        try:
            found = with_period(after[named.currency], named.period)
        except PeriodRefused as refused:
            if refused.why == GAP and not is_last_try:  # a later row may say what holds after it
                waiting.append((named, True))
                continue
            errors.append(_in_the_way(named, refused, books, places))
            continue
        skipped += len(found) == len(after[named.currency])
        after[named.currency] = found
        places.setdefault((named.currency, named.period.from_date), named.row)
    errors.sort(key=lambda error: (error.row, _PLACES.index(error.field) if error.field in _PLACES else 9))
    if errors:
        return RatesReport(rows=count, added=0, skipped=0, errors=tuple(errors)), before, before
    added = _added(before, after, places)
    in_use = set(session.scalars(select(ProviderCurrency.currency).where(
        ProviderCurrency.provider_id == provider_id, ProviderCurrency.state == CurrencyState.EFFECTIVE.value)))
    report = RatesReport(rows=count, added=len(added), skipped=skipped, rates=added,
                         not_effective=tuple(sorted({rate.currency for rate in added} - in_use)))
    return report, before, after


def _added(before: Periods, after: Periods, places: Mapping[tuple[str, date], int]) -> tuple[AddedRate, ...]:
    found = []
    for currency, periods in after.items():
        there = {period.from_date for period in before[currency]}
        found += [AddedRate(row=places[currency, period.from_date], currency=currency, from_date=period.from_date,
                            to_date=period.to_date, rate_text=rate_text(period.rate))
                  for period in periods if period.from_date not in there]
    return tuple(sorted(found, key=lambda rate: rate.row))


def _in_the_way(
    named: NamedRate, refused: PeriodRefused, books: str, places: Mapping[tuple[str, date], int]
) -> RowError:
    words = refusal_words(refused, named.period, currency=named.currency, books=books)
    row = None if refused.other is None else places.get((named.currency, refused.other.from_date))
    if row is not None:
        words = f"Row {row} is in its way. {words}"
    field_name = TO if refused.why in (BACKWARDS, GAP) else FROM
    day = named.period.to_date if field_name == TO else named.period.from_date
    return _refusal(named, field_name, "" if day is None else day.isoformat(), words)


def _refusal(named: NamedRate, column: str, value: str, message: str) -> RowError:
    return RowError(row=named.row, field=column, value=value, message=message)
