"""Fetching the rates of a provider from where they are published (ARCHITECTURE.md, "Currencies").

A document is taken whole or not at all. The address is remembered once it gave rates; what came of the last attempt is
kept beside it, also where nothing came of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.base import text_limits
from app.models.currencies.rates import RateSource
from app.models.parties.powers import Power
from app.models.rules.currency_conversion import is_storable
from app.models.rules.rate_periods import RatePeriod
from app.models.values import RateSourceKind
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import require_provider
from app.services.access.beyond import customers_of, require_all_of
from app.services.changes import Changed, ChangeSet, Undo
from app.services.currencies.conversion import books_of
from app.services.currencies.from_file import AddedRate, NamedRate, RatesReport, take_rates
from app.services.currencies.reference_rates import MOST_BYTES, read_reference_rates
from app.services.database.dialects import lock_row
from app.services.database.unit_of_work import Database, actor_of, recorded_now
from app.services.errors import InputRejected, NotFound
from app.services.gateways.documents import check_address, read_document
from app.services.jobs import JobContext, Progress
from app.services.providers.business_day import business_day
from app.services.saving import Speech, Trace, wanted_changes
from app.services.wording import by_count, day_text, listed

_LONGEST = text_limits(RateSource, "url", "result")
_FIELD = "rate_source_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchReport:
    """What came of fetching rates. Where it failed nothing was added."""

    url: str
    succeeded: bool
    sentence: str
    rows: int = 0
    added: int = 0
    skipped: int = 0
    """Rates that are on file already."""
    last_day: date | None = None
    """The newest day that the source has rates of."""
    rates: tuple[AddedRate, ...] = ()
    left_out: tuple[str, ...] = ()
    """Codes that the source quotes and nobody knows here."""
    changes: ChangeSet = field(default_factory=ChangeSet.empty)


def set_rate_source(session: Session, *, provider_id: int, url: str, seen: str) -> ChangeSet:
    """Say where the rates of a provider are fetched from; an empty address takes it away.

    `seen` is the address that was shown, empty where there was none. Raises RefusedField on `url` for what is no
    address, SavedMeanwhile where somebody gave another since.
    """
    provider = require_provider(session, provider_id, Power.PROVIDERS_CURRENCIES)
    require_all_of(session, customers_of(session, provider_id))
    wanted = check_address(url, longest=_LONGEST["url"]) if url.strip() else ""
    lock_row(session, "provider", "account_id", provider_id)
    row = session.get(RateSource, provider_id, populate_existing=True)
    now = "" if row is None else row.url

    def speech() -> Speech:
        about = About(kind=Subject.PROVIDER, id=provider_id)

        def traces(_fields: Collection[str]) -> dict[str, Trace]:
            found = traces_about(session, about, [_FIELD])
            return {"url": found[_FIELD]} if _FIELD in found else {}

        return Speech(zone=zone_of(session, provider_id), label=lambda _field: "the address of the rates",
                      text=lambda _field, value: str(value), traces=traces)

    if not wanted_changes(seen={"url": seen}, now={"url": now}, wanted={"url": wanted}, speech=speech):
        return ChangeSet.empty()
    _store(session, provider_id, wanted, now)
    return ChangeSet.of(Changed.CURRENCIES).with_undo(Undo(
        of=f"address of the rates of {provider.name}", done=f"Address of the rates of {provider.name} changed.",
        command=set_rate_source, arguments={"provider_id": provider_id, "url": now, "seen": wanted}))


def _store(session: Session, provider_id: int, url: str, before: str) -> None:
    row = session.get(RateSource, provider_id)
    if row is not None and not url:
        session.delete(row)
    elif row is None:
        session.add(RateSource(provider_id=provider_id, kind=RateSourceKind.ECB_XML.value, url=url))
    else:
        row.url, row.fetched_at, row.fetched_by, row.result, row.succeeded = url, None, None, "", False
    session.flush()
    write_audit(session, provider_id=provider_id, about=About(kind=Subject.PROVIDER, id=provider_id),
                action="rate_source_changed", detail="", field=_FIELD, old=before or None, new=url or None)


# --------------------------------------------------------------------------- fetching


def fetch_rates(database: Database, context: JobContext, *, provider_id: int, url: str = "") -> FetchReport:
    """Fetch the rates of a provider from its address, or from another one, which is remembered where it gives rates.

    What goes wrong outside is in the report. Raises NotFound where no address is known, RefusedField for what is none.
    """
    with database.read() as session:
        asked = _asked(session, provider_id, url)
    context.report(Progress(done=0, total=0, note=f"Fetching from {urlsplit(asked.url).netloc}"))
    try:
        document = read_document(asked.url, most_bytes=MOST_BYTES)
        rates, last_day, left_out = _rates_of(document.body, asked)
    except InputRejected as refusal:
        failed = FetchReport(url=asked.url, succeeded=False, sentence=f"{refusal} Nothing was added.")
        database.attempt(partial(_note, provider_id=provider_id, report=failed))
        return failed
    context.raise_if_cancelled()
    return database.attempt(partial(_taken, provider_id=provider_id, report=FetchReport(
        url=asked.url, succeeded=True, sentence="", last_day=last_day, left_out=left_out), rates=rates))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    url: str
    books: str
    today: date


def _asked(session: Session, provider_id: int, url: str) -> _Asked:
    provider = require_provider(session, provider_id, Power.PROVIDERS_CURRENCIES)
    require_all_of(session, customers_of(session, provider_id))
    stored = session.get(RateSource, provider_id)
    if not url.strip() and stored is None:
        raise NotFound(f"It is not known where the rates of {provider.name} are published. Name the address once; it "
                       "is remembered.")
    wanted = check_address(url, longest=_LONGEST["url"]) if url.strip() else "" if stored is None else stored.url
    return _Asked(url=wanted, books=books_of(session, provider_id), today=business_day(session, provider_id))


def _rates_of(body: bytes, asked: _Asked) -> tuple[list[NamedRate], date, tuple[str, ...]]:
    """The rates of a document in the currency of the books, and the newest day among them."""
    said = read_reference_rates(body)
    last_day = max(said.days)
    if last_day > asked.today:
        raise InputRejected(f"The document has rates of {day_text(last_day)}, which lies ahead.")
    found = []
    for number, (day, currency, price) in enumerate(said.prices_in(asked.books), start=1):
        if not is_storable(price):
            raise InputRejected(f"The document says more digits of {currency} on {day_text(day)} than are kept.")
        found.append(NamedRate(row=number, currency=currency,
                               period=RatePeriod.entered(from_date=day, to_date=None, rate=price)))
    return found, last_day, said.left_out


def _taken(session: Session, provider_id: int, report: FetchReport, rates: list[NamedRate]) -> FetchReport:
    """Add what was fetched, all of it or nothing, and remember the address."""
    taken = take_rates(session, provider_id=provider_id, rates=rates, source=urlsplit(report.url).netloc)
    if taken.errors:
        report = replace(report, succeeded=False, sentence=f"{taken.errors[0].message} Nothing was added.")
    else:
        stored = session.get(RateSource, provider_id, populate_existing=True)
        if stored is None or stored.url != report.url:
            _store(session, provider_id, report.url, "" if stored is None else stored.url)
        report = replace(report, sentence=_words(report, taken), added=taken.added, skipped=taken.skipped,
                         rates=taken.rates)
    _note(session, provider_id=provider_id, report=report)
    return replace(report, rows=len(rates), changes=taken.changes | ChangeSet.of(Changed.CURRENCIES))


def _words(report: FetchReport, taken: RatesReport) -> str:
    assert report.last_day is not None  # noqa: S101  a document without a day is refused
    said = f"Rates of {day_text(report.last_day)}: {taken.sentence}"
    if not report.left_out:
        return said
    return said + by_count(len(report.left_out), " {codes} is quoted and not known here.",
                           " {codes} are quoted and not known here.", codes=listed(report.left_out))


def _note(session: Session, provider_id: int, report: FetchReport) -> ChangeSet:
    """Keep beside the address what came of it; one that never gave rates is not remembered."""
    row = session.get(RateSource, provider_id)
    if row is None or row.url != report.url:
        return ChangeSet.empty()
    row.fetched_at, row.fetched_by = recorded_now(session), actor_of(session)
    row.result, row.succeeded = report.sentence[:_LONGEST["result"]], report.succeeded
    session.flush()
    return ChangeSet.of(Changed.CURRENCIES)
