"""Currencies of a provider and their rates: entered, taken away, read from files, and what an amount comes to."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.models.audit import AuditEntry
from app.models.currencies.rates import CurrencyRatePeriod
from app.models.values import CurrencyState, MoneyError, Rounding
from app.services.currencies.changing import CurrencyUse, add_rate, remove_rate, set_currency, use_of
from app.services.currencies.conversion import NoRate, convert, convert_if_known
from app.services.currencies.from_file import RatesReport, import_rates
from app.services.currencies.listing import currency_sheet
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedField
from app.services.jobs import JobContext
from tests.factories.books import Book, scratch

EFFECTIVE = CurrencyUse(state=CurrencyState.EFFECTIVE)
FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)


def test_an_amount_is_converted_by_the_rates_of_its_day(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HT", currency="EUR", name="Harbour")

        def conversion(amount: int, source: str, target: str, on: date) -> tuple[int, str]:
            found = convert(session, provider_id=provider, amount_minor=amount, source=source, target=target, on=on)
            return found.amount_minor, found.rate_words

        add_rate(session, provider_id=provider, currency="USD", from_date=FIRST, to_date=LAST, rate="0.92")
        add_rate(session, provider_id=provider, currency="JPY", from_date=FIRST, rate="0.0061")
        summer = date(2024, 7, 2)
        assert conversion(46_000, "EUR", "USD", summer) == (50_000, "at 1 USD = 0.92 EUR, of 2 Jul 2024")
        assert conversion(50_000, "USD", "EUR", LAST) == (46_000, "at 1 USD = 0.92 EUR, of 31 Dec 2024")
        assert conversion(10_000, "USD", "JPY", FIRST) == (
            15_082, "at 1 USD = 0.92 EUR and 1 JPY = 0.0061 EUR, of 1 Jan 2024")
        assert conversion(777, "USD", "USD", date(1999, 1, 1)) == (777, "")
        for currency, source, target, on in [("USD", "EUR", "USD", date(2025, 1, 1)), ("USD", "USD", "EUR",
                                             date(2023, 12, 31)), ("KWD", "JPY", "KWD", summer)]:
            with pytest.raises(NoRate, match=f"Harbour has no rate of {currency} for") as refused:
                conversion(1, source, target, on)
            assert (refused.value.currency, refused.value.on) == (currency, on)
        assert convert_if_known(session, provider_id=provider, amount_minor=1, source="EUR", target="KWD",
                                on=summer) is None
        with pytest.raises(MoneyError, match="beyond"):
            conversion(9 * 10**14, "EUR", "JPY", summer)
        set_currency(session, provider_id=provider, currency="USD", seen=CurrencyUse(),
                     wanted=CurrencyUse(rounding=Rounding.DOWN))
        assert conversion(1_000, "EUR", "USD", summer)[0] == 1_086
        found = convert(session, provider_id=provider, amount_minor=46_000, source="EUR", target="USD", on=summer)
        assert found.words == "500.00 USD (460.00 EUR at 1 USD = 0.92 EUR, of 2 Jul 2024)"
        (rate,) = found.rates
        assert session.get_one(CurrencyRatePeriod, rate.period_id).from_date == rate.from_date == FIRST


def test_rates_are_entered_and_taken_away_again(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HT", currency="EUR")

        def rates(currency: str = "USD") -> list[tuple[str, date, date | None]]:
            row = currency_sheet(session, provider_id=provider).of(currency)
            return [(rate.rate_text, rate.from_date, rate.to_date) for rate in (row.rates if row else ())]

        made = add_rate(session, provider_id=provider, currency="USD", from_date=FIRST, rate="0.92")
        again = add_rate(session, provider_id=provider, currency="USD", from_date=FIRST, rate=Fraction("0.92"))
        assert (again.id, bool(again.changes)) == (made.id, False)
        later = add_rate(session, provider_id=provider, currency="USD", from_date=date(2024, 6, 1), rate="0.95")
        both = [("0.95", date(2024, 6, 1), None), ("0.92", FIRST, date(2024, 5, 31))]
        assert rates() == both
        undone = remove_rate(session, period_id=made.id).undo
        assert undone is not None
        assert rates() == both[:1]
        undone.command(session, **undone.arguments)
        assert rates() == both
        taken_back = later.changes.undo
        assert taken_back is not None
        taken_back.command(session, **taken_back.arguments)
        assert rates() == [("0.92", FIRST, None)]
        with pytest.raises(NotFound, match="no such rate"):
            remove_rate(session, period_id=later.id)
        sheet = currency_sheet(session, provider_id=provider)
        assert [(row.currency, row.is_books, row.state, row.is_usable) for row in sheet.currencies] == [
            ("EUR", True, CurrencyState.EFFECTIVE, True), ("USD", False, CurrencyState.NOT_EFFECTIVE, False)]
        told = session.scalars(select(AuditEntry.action).where(AuditEntry.provider_id == provider,
                                                               AuditEntry.action.like("rate%"))).all()
        assert told == ["rate_added"] * 2 + ["rate_removed", "rate_added", "rate_removed"]


REFUSED = [
    ({"currency": "EUR"}, "currency", "EUR is the currency of the books of HT, so it has no rate"),
    ({"currency": "XYZ"}, "currency", "not an ISO 4217 currency code"),
    ({"rate": "0"}, "rate", "not above 0"),
    ({"rate": "0,92"}, "rate", r"for instance 0\.92"),
    ({"from_date": FIRST}, "from_date", r"On that day begins 1 USD = 0\.92 EUR from 1 Jan 2024 to 31 Dec 2024"),
    ({"from_date": date(2024, 6, 1)}, "from_date", r"These days are taken: 1 USD = 0\.92 EUR from 1 Jan 2024"),
    ({"to_date": date(2022, 1, 1)}, "to_date", "It would end on 1 Jan 2022, before it begins"),
    ({"currency": "JPY", "from_date": date(2024, 6, 1), "to_date": LAST}, "to_date", "goes on after that day"),
]


def test_what_cannot_be_a_rate_is_refused_by_its_field(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HT", currency="EUR")
        add_rate(session, provider_id=provider, currency="USD", from_date=FIRST, to_date=LAST, rate="0.92")
        add_rate(session, provider_id=provider, currency="JPY", from_date=FIRST, rate="0.0061")
        for what, field, says in REFUSED:
            asked = {"currency": "USD", "from_date": date(2023, 1, 1), "rate": "0.9"} | what
            with pytest.raises(RefusedField, match=says) as refused:
                add_rate(session, provider_id=provider, **asked)
            assert refused.value.field == field
        with pytest.raises(RefusedField, match="EUR is the currency of the books of HT, and stays effective"):
            set_currency(session, provider_id=provider, currency="EUR", seen=EFFECTIVE, wanted=CurrencyUse())


def test_a_currency_is_switched_on_and_back(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HT", currency="EUR")
        assert use_of(session, provider_id=provider, currency="EUR") == EFFECTIVE
        wanted = CurrencyUse(state=CurrencyState.EFFECTIVE, rounding=Rounding.UP)
        undo = set_currency(session, provider_id=provider, currency="KWD", seen=CurrencyUse(), wanted=wanted).undo
        assert use_of(session, provider_id=provider, currency="KWD") == wanted
        assert not set_currency(session, provider_id=provider, currency="KWD", seen=wanted, wanted=wanted)
        assert undo is not None
        undo.command(session, **undo.arguments)
        assert use_of(session, provider_id=provider, currency="KWD") == CurrencyUse()


# --------------------------------------------------------------------------- from a file


def written(folder: Path, *lines: str, head: str = "currency,from,to,rate") -> Path:
    path = folder / "rates.csv"
    path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return path


def read(database: Database, provider: int, path: Path, *, dry_run: bool = False) -> RatesReport:
    return import_rates(database, JobContext(), provider_id=provider, path=path, dry_run=dry_run)


def made_provider(database: Database) -> int:
    with database.write() as session:
        return Book(session).provider("HT", currency="EUR")


def test_a_file_of_rates_is_read_once(database: Database, tmp_path: Path) -> None:
    provider = made_provider(database)
    path = written(tmp_path, "USD,2024-01-01,2024-12-31,0.92", "jpy,2024-01-01,,0.0061", "JPY,2024-06-01,,0.0062")
    rehearsed = read(database, provider, path, dry_run=True)
    assert (rehearsed.added, rehearsed.sentence) == (
        3, "3 rates would be added, 0 on file already. JPY and USD are not effective yet: no account may be kept in "
           "them.")
    done = read(database, provider, path)
    assert [(r.row, r.currency, r.from_date, r.to_date, r.rate_text) for r in done.rates] == [
        (1, "USD", FIRST, LAST, "0.92"), (2, "JPY", FIRST, date(2024, 5, 31), "0.0061"),
        (3, "JPY", date(2024, 6, 1), None, "0.0062")]
    again = read(database, provider, path)
    assert (again.rows, again.added, again.skipped, again.sentence) == (3, 0, 3, "0 rates added, 3 on file already.")
    without_ends = written(tmp_path, "2025-01-01;0.95;USD", head="From;Rate;Currency")
    assert read(database, provider, without_ends).added == 1
    with database.read() as session:
        usd = currency_sheet(session, provider_id=provider).of("USD")
        assert usd is not None
        assert [(r.rate_text, r.inverse_text, r.to_date, r.source) for r in usd.rates] == [
            ("0.95", "1.05263157895", None, "rates.csv"), ("0.92", "1.08695652174", LAST, "rates.csv")]


BAD_ROWS = [
    ("USD,2024-06-01,,0.95", "from", "These days are taken: 1 USD = 0.92 EUR from 1 Jan 2024 to 31 Dec 2024"),
    ("USD,2024-01-01,,0.93", "from", "On that day begins 1 USD = 0.92 EUR"),
    ("EUR,2024-01-01,,1", "currency", "EUR is the currency of the books, so it has no rate."),
    ("DOLLAR,2024-01-01,,1", "currency", "not an ISO 4217 currency code"),
    (",2024-01-01,,1", "currency", "The currency is missing"),
    ("GBP,01.02.2024,,1", "from", "is not a date; write it as 2025-07-02"),
    ("GBP,,,1", "from", "The first day is missing"),
    ("GBP,2024-02-01,2024-02-30,1", "to", "is not a date"),
    ("GBP,2024-02-01,2024-01-01,1", "to", "It would end on 1 Jan 2024, before it begins"),
    ("GBP,2024-01-01,,", "rate", "The rate is missing"),
    ('GBP,2024-01-01,,"1,15"', "rate", "is not a rate"),
    ("GBP,2024-01-01,,0", "rate", "is not above 0"),
    ("GBP,2024-01-01", "row", "The row has 2 columns, the header has 4"),
]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_every_wrong_row_is_named_and_nothing_is_taken(database: Database, tmp_path: Path) -> None:
    provider = made_provider(database)
    read(database, provider, written(tmp_path, "USD,2024-01-01,2024-12-31,0.92"))
    report = read(database, provider, written(tmp_path, "CHF,2024-01-01,,1.05", *[line for line, _, _ in BAD_ROWS]))
    assert [(error.row, error.field) for error in report.errors] == [
        (number, field) for number, (_, field, _) in enumerate(BAD_ROWS, start=2)]
    for error, (line, _, says) in zip(report.errors, BAD_ROWS, strict=True):
        assert says in error.message, line
    assert report.sentence == f"{len(BAD_ROWS)} of {len(BAD_ROWS) + 1} rows are wrong, so nothing was added."
    clash = read(database, provider, written(tmp_path, "GBP,2024-01-01,2024-12-31,1.15", "GBP,2024-05-01,,1.16"))
    assert [(e.row, e.field, e.message[:23]) for e in clash.errors] == [(2, "from", "Row 1 is in its way. Th")]
    for head, line, says in [("currency,from", "GBP,2024-01-01", 'has no column "rate"'),
                             ("currency,from,rate", "", "has no rows below its header")]:
        whole = read(database, provider, written(tmp_path, *([line] if line else []), head=head))
        assert says in whole.sentence
        assert whole.errors[0].row == 0
    assert "is not there" in read(database, provider, tmp_path / "no.csv").sentence
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(CurrencyRatePeriod)) == 1


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_days_that_a_later_row_gives_a_rate_are_no_gap(database: Database, tmp_path: Path) -> None:
    provider = made_provider(database)
    read(database, provider, written(tmp_path, "USD,2024-01-01,,0.92"))
    june = "USD,2024-06-01,2024-06-30,0.95"
    assert [error.field for error in read(database, provider, written(tmp_path, june)).errors] == ["to"]
    assert read(database, provider, written(tmp_path, june, "USD,2024-07-01,,0.93")).added == 2
