"""Rates from a server: taken whole or not at all, the address remembered, and what came of it kept."""

from __future__ import annotations

from datetime import date

import pytest

from app.services.currencies.changing import add_rate
from app.services.currencies.fetching import FetchReport, fetch_rates, set_rate_source
from app.services.currencies.listing import CurrencySheet, currency_sheet
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected, NotFound, RefusedField
from app.services.gateways.documents import check_address, read_document
from app.services.gateways.http import HttpLimits
from app.services.jobs import JobContext
from app.services.saving import SavedMeanwhile
from tests.conftest import TEST_NOW
from tests.factories.books import Book
from tests.services.currencies.test_reference_rates import DAILY, document
from tests.support.http_server import http_server

QUICK = HttpLimits(connecting_s=0.3, answer_s=0.3)


def provider_in(database: Database, currency: str) -> int:
    with database.write() as session:
        return Book(session).provider("HT", currency=currency, name="Harbour")


def fetched(database: Database, provider: int, url: str = "") -> FetchReport:
    return fetch_rates(database, JobContext(), provider_id=provider, url=url)


def sheet(database: Database, provider: int) -> CurrencySheet:
    with database.read() as session:
        return currency_sheet(session, provider_id=provider)


def test_rates_are_fetched_day_by_day(database: Database) -> None:
    provider = provider_in(database, "AUD")
    with http_server() as server:
        server.answer(200, DAILY)
        first = fetched(database, provider, f"{server.url}/daily.xml")
        assert (first.succeeded, first.rows, first.added, first.last_day, first.left_out) == (
            True, 3, 3, date(2024, 5, 20), ("XBX",))
        assert first.sentence == (
            "Rates of 20 May 2024: 3 rates added, 0 on file already. EUR, JPY and USD are not effective yet: no account"
            " may be kept in them. XBX is quoted and not known here.")
        server.answer(200, DAILY)
        assert (fetched(database, provider).added, fetched(database, provider).succeeded) == (0, False)
        server.answer(200, document(("2024-05-21", {"USD": "1.0850", "AUD": "1.6275"})))
        assert fetched(database, provider).added == 2
        assert {asked.target for asked in server.requests} == {"/daily.xml"}
    found = sheet(database, provider)
    dollars, euros = found.of("USD"), found.of("EUR")
    assert dollars is not None
    assert euros is not None
    assert [(r.rate_text, r.from_date, r.to_date) for r in dollars.rates] == [
        ("1.5", date(2024, 5, 21), None), ("1.49617898904", date(2024, 5, 20), date(2024, 5, 20))]
    assert [(r.rate_text, r.inverse_text) for r in euros.rates] == [("1.6275", "0.614439324117"),
                                                                    ("1.625", "0.615384615385")]
    assert found.source is not None
    assert (found.source.url, found.source.succeeded, found.source.fetched_at) == (
        f"{server.url}/daily.xml", True, TEST_NOW)
    assert found.source.result.startswith("Rates of 21 May 2024: 2 rates added")


def test_what_fails_adds_nothing_and_is_kept_beside_the_address(database: Database) -> None:
    provider = provider_in(database, "EUR")
    with pytest.raises(NotFound, match="not known where the rates of Harbour are published"):
        fetched(database, provider)
    with http_server() as server:
        server.answer(404)
        assert not fetched(database, provider, server.url).succeeded
        assert sheet(database, provider).source is None, "an address that never gave rates is not remembered"
        server.answer(200, DAILY)
        assert fetched(database, provider, server.url).succeeded
        before = sheet(database, provider)
        for answer, says in [((500, b""), "answered 500 and not 200"), ((200, b"<a/>"), "holds no rates"),
                             ((200, document(("2099-01-01", {"USD": "1"}))), "1 Jan 2099, which lies ahead"),
                             ((200, document(("2024-05-20", {"USD": "1.2"}))), "On that day begins 1 USD = 0.92"),
                             ((200, b" " * 1_100_000), "sent more than 1,024 KiB")]:
            server.answer(*answer)
            report = fetched(database, provider)
            assert (report.succeeded, report.added) == (False, 0)
            assert says in report.sentence
            assert report.sentence.endswith("Nothing was added.")
            after = sheet(database, provider)
            assert after.currencies == before.currencies
            assert after.source is not None
            assert (after.source.result, after.source.succeeded) == (report.sentence, False)
        server.answer(302, headers={"Location": "http://elsewhere.example/"})
        assert "sends readers elsewhere (302), to http://elsewhere.example/" in fetched(database, provider).sentence
    assert "nobody listens there" in fetched(database, provider).sentence


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_period_in_the_way_keeps_a_whole_document_out(database: Database) -> None:
    provider = provider_in(database, "EUR")
    with database.write() as session:
        add_rate(session, provider_id=provider, currency="USD", from_date=date(2024, 1, 1), to_date=date(2024, 12, 31),
                 rate="0.92")
    with http_server() as server:
        server.answer(200, DAILY)
        report = fetched(database, provider, server.url)
    assert "These days are taken: 1 USD = 0.92 EUR from 1 Jan 2024 to 31 Dec 2024" in report.sentence
    assert [row.currency for row in sheet(database, provider).currencies] == ["EUR", "USD"]


@pytest.mark.parametrize(("how", "says"), [("stall", "did not answer in time"), ("drop", "broke off"),
                                           ("cut", "broke off")])
def test_a_line_that_stalls_or_breaks(how: str, says: str) -> None:
    with http_server() as server:
        server.answer(200, DAILY, how=how)
        with pytest.raises(InputRejected, match=says):
            read_document(server.url, most_bytes=10_000, limits=QUICK)


@pytest.mark.parametrize("url", ["daily.xml", "ftp://rates.example/x", "https://", "https://ann:secret@rates.example/",
                                 "http://[::1", "https://rates.example/a b", f"https://rates.example/{'x' * 400}"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(RefusedField) as refused:
        check_address(url, longest=400)
    assert refused.value.field == "url"


def test_an_address_is_given_changed_and_taken_away(database: Database) -> None:
    provider = provider_in(database, "EUR")
    one, other = "https://rates.example/daily.xml", "https://other.example/daily.xml"
    with database.write() as session:
        undo = set_rate_source(session, provider_id=provider, url=one, seen="").undo
        with pytest.raises(SavedMeanwhile, match='changed the address of the rates to "https:'):
            set_rate_source(session, provider_id=provider, url=other, seen="")
        set_rate_source(session, provider_id=provider, url=other, seen=one)
        assert not set_rate_source(session, provider_id=provider, url=other, seen=other)
        set_rate_source(session, provider_id=provider, url=one, seen=other)
        assert undo is not None
        undo.command(session, **undo.arguments)
        assert currency_sheet(session, provider_id=provider).source is None
