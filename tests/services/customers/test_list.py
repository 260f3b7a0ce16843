"""The customer list: every order page by page equals the whole sorted list; filters, figures and credit standing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.models.values import AccountType, CreditStanding, HoldKind, Tier
from app.services.attributes.writing import set_attribute
from app.services.credit.ratings import set_credit_rating
from app.services.customers.list import (
    CustomerRow,
    CustomerSort,
    QuickFilter,
    customer_count,
    customer_page,
    customer_rows,
)
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound
from app.services.paging import Cursor
from app.services.providers.queries import provider_context, provider_options
from app.services.status.changes import place_hold
from tests.factories.books import Book, scratch, status_shown

TODAY = date(2025, 7, 2)
JUNE = date(2025, 6, 1)
NAMES = ["Acme", "acme", "Ångström", "Zeta", "eBay", "Νίκος", "Игорь", "Łukasz", "50% off", "a_b", "Acme", "Öl"]


def list_book(session: Session) -> int:
    """Twelve customers with many ties: names, profiles, statuses, services, amounts and limits repeat."""
    book = Book(session)
    provider = book.provider("HT", name="Harbour Telecom")
    business = book.profile(provider, "Business", credit_limit=5000)
    rated = book.profile(provider, "Rated", credit_rating="A")
    set_credit_rating(session, provider_id=provider, code="A", limit_minor=3000, seen=None)
    profiles = [None, business, rated]
    for number, name in enumerate(NAMES):
        account = book.account(provider, f"A{number:02d}", name=name, profile=profiles[number % 3])
        for service in range(number % 3):
            book.service(account, f"04{number:02d}{service}")
        if number % 4:
            due = date(2025, 6, 1 + number)
            invoice = book.invoice(account, 1000 * (number % 4) * 2, JUNE, due, number=f"HT-{number}",
                                   disputed=(JUNE, None) if number == 5 else None)
            if number % 2:
                book.payment(account, 1000, date(2025, 6, 20), targets=[invoice])
        if number in (2, 7):
            place_hold(session, account_id=account, kind=HoldKind.MANUAL, reason="check", on=JUNE,
                       seen=status_shown(session, account))
    book.allocate(*range(1, 60))
    return provider


SORT_VALUE: dict[CustomerSort, Callable[[CustomerRow], Any]] = {
    CustomerSort.CODE: lambda r: r.code,
    CustomerSort.PROFILE: lambda r: r.profile,
    CustomerSort.SERVICES: lambda r: r.service_count,
    CustomerSort.BALANCE: lambda r: r.balance_minor,
    CustomerSort.OVERDUE: lambda r: r.outstanding_minor,
    CustomerSort.PAYABLE: lambda r: r.overdue_payable_minor,
    CustomerSort.OLDEST: lambda r: r.oldest_overdue_days,
    CustomerSort.CREDIT: lambda r: 2**62 if r.credit_left_minor is None else r.credit_left_minor,
    CustomerSort.START: lambda r: r.start_date,
    CustomerSort.STATUS: lambda r: r.status != "suspended",
}


def whole_list(session: Session, provider: int, **how: Any) -> tuple[CustomerRow, ...]:
    return customer_page(session, provider_id=provider, as_of=TODAY, limit=1000, **how).rows


def by_pages(session: Session, provider: int, size: int, **how: Any) -> tuple[CustomerRow, ...]:
    """The list read downwards page by page; every page is read again from below, and once by its row number."""
    rows: tuple[CustomerRow, ...] = ()
    after: Cursor | None = None
    more = True
    previous: tuple[CustomerRow, ...] = ()
    while more:
        page = customer_page(session, provider_id=provider, as_of=TODAY, after=after, limit=size, **how)
        if page.first is not None:
            above = customer_page(session, provider_id=provider, as_of=TODAY, before=page.first, limit=size, **how)
            assert above.rows == previous
        numbered = customer_page(session, provider_id=provider, as_of=TODAY, offset=len(rows), limit=size, **how)
        assert numbered.rows == page.rows
        assert (numbered.first, numbered.last) == (page.first, page.last)
        rows, previous, after, more = rows + page.rows, page.rows, page.last, page.more
    return rows


def test_pages_of_every_order_make_up_the_sorted_list(database: Database) -> None:
    with scratch(database) as session:
        provider = list_book(session)
        every = {row.id: row for row in whole_list(session, provider)}
        assert len(every) == len(NAMES)
        for sort in CustomerSort:
            for descending in (False, True):
                whole = whole_list(session, provider, sort=sort, descending=descending)
                assert {row.id: row for row in whole} == every, sort
                assert by_pages(session, provider, 5, sort=sort, descending=descending) == whole, (sort, descending)
                if sort in SORT_VALUE:
                    keys = [(SORT_VALUE[sort](row), row.id) for row in whole]
                    assert keys == sorted(keys, reverse=descending), (sort, descending)


def test_names_sort_folded_and_alike_on_both_databases(database: Database) -> None:
    with scratch(database) as session:
        provider = list_book(session)
        names = [row.name for row in whole_list(session, provider, sort=CustomerSort.NAME)]
        assert names == ["50% off", "a_b", "Acme", "acme", "Acme", "Ångström", "eBay", "Łukasz", "Öl", "Zeta",
                         "Νίκος", "Игорь"]


def test_filters_page_as_well(database: Database) -> None:
    with scratch(database) as session:
        provider = list_book(session)
        # rows one by one, pages that end within the list, and one that ends with it
        for quick, size in ((QuickFilter.ALL, 1), *product(QuickFilter, (4, 12))):
            how = {"quick": quick, "sort": CustomerSort.PAYABLE, "descending": True}
            rows = by_pages(session, provider, size, **how)
            assert rows == whole_list(session, provider, **how)
            assert customer_count(session, provider_id=provider, as_of=TODAY, quick=quick) == len(rows)


def test_quick_filters_show_what_they_say(database: Database) -> None:
    with scratch(database) as session:
        provider = list_book(session)
        every = whole_list(session, provider)
        shown = {quick: {row.code for row in whole_list(session, provider, quick=quick)} for quick in QuickFilter}
        assert shown[QuickFilter.EXCEEDED] == {r.code for r in every if r.credit_standing is CreditStanding.EXCEEDED}
        assert shown[QuickFilter.SUSPENDED] == {"A02", "A07"}
        assert shown[QuickFilter.OVERDUE] == {r.code for r in every if r.outstanding_minor > 0}
        assert shown[QuickFilter.EXCEEDED]
        assert shown[QuickFilter.OVERDUE] != {r.code for r in every}


WORDS: dict[str, set[str]] = {
    "acme": {"A00", "A01", "A10"},
    "ANGSTROM": {"A02"},
    "νικος": {"A05"},
    "игорь": {"A06"},
    "łukasz": {"A07"},
    "lukasz": {"A07"},
    "%": {"A08"},
    "_": {"A09"},
    "a0 acme": {"A00", "A01"},
    "04111": {"A11"},
    "ht-1": {"A01", "A10", "A11"},
    "ht-10 acme": {"A10"},
    "nobody": set(),
    "  ": {f"A{n:02d}" for n in range(12)},
    "ac\0me": {"A00", "A01", "A10"},
}


def test_free_words_are_found_in_code_name_service_and_invoice(database: Database) -> None:
    with scratch(database) as session:
        provider = list_book(session)
        for text, codes in WORDS.items():
            assert {row.code for row in whole_list(session, provider, filter_text=text)} == codes, text
            assert customer_count(session, provider_id=provider, as_of=TODAY, filter_text=text) == len(codes)


def test_figures_and_credit_of_a_row(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        set_attribute(session, tier=Tier.PROVIDER, owner_id=provider, key="credit_limit", value=20_000, seen={})
        account = book.account(provider, "A1")
        late = book.invoice(account, 22_000, JUNE, date(2025, 6, 10))
        book.dispute(late, 2_000, JUNE)
        book.invoice(account, 500, JUNE, date(2025, 7, 20))
        book.payment(account, 1_000, date(2025, 6, 15))
        book.allocate(account)
        (row,) = customer_rows(session, account_ids=[account], as_of=TODAY)
        assert (row.balance_minor, row.outstanding_minor, row.overdue_payable_minor) == (21_500, 21_000, 19_000)
        assert (row.oldest_overdue_days, row.currency) == (22, "AUD")
        assert (row.credit_limit_minor, row.credit_currency, row.credit_left_minor) == (20_000, "AUD", -1_500)
        assert row.credit_standing is CreditStanding.EXCEEDED
        (before,) = customer_rows(session, account_ids=[account], as_of=date(2025, 5, 31))
        assert (before.balance_minor, before.credit_left_minor) == (0, 20_000)


def test_a_limit_in_another_currency_says_nothing_without_a_rate(database: Database) -> None:
    """The wholesale provider states its limit in EUR, the customer is billed in AUD."""
    with scratch(database) as session:
        book = Book(session)
        upper = book.provider("PW", kind=AccountType.WHOLESALE, currency="EUR", credit_limit=100)
        provider = book.provider("HT", parent=upper, currency="AUD")
        account = book.account(provider, "A1")
        book.invoice(account, 900, JUNE, JUNE)
        (row,) = whole_list(session, provider)
        assert (row.credit_limit_minor, row.credit_currency, row.credit_left_minor) == (100, "EUR", None)
        assert row.credit_standing is CreditStanding.NO_RATE
        assert customer_count(session, provider_id=provider, as_of=TODAY, quick=QuickFilter.EXCEEDED) == 0


def test_the_customers_of_a_wholesale_provider_are_the_providers_below_it(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        upper = book.provider("PW", kind=AccountType.WHOLESALE)
        provider = book.provider("HT", parent=upper, time_zone="Australia/Sydney", name="Harbour")
        agent = book.account(provider, "AG", kind=AccountType.AGENT)
        book.account(provider, "A1", agent=agent)
        assert [row.code for row in whole_list(session, upper)] == ["HT"]
        assert [row.code for row in whole_list(session, book.operator)] == ["PW"]
        assert [row.code for row in whole_list(session, provider, sort=CustomerSort.CODE)] == ["A1", "AG"]
        assert [(o.code, o.customer_count) for o in provider_options(session)] == [
            ("operator", 1), ("PW", 1), ("HT", 2)]
        context = provider_context(session, provider)
        assert (context.name, context.currency, context.customer_count, context.active_count) == (
            "Harbour", "AUD", 2, 2)
        assert context.today == date(2026, 3, 16)
        with pytest.raises(NotFound):
            provider_context(session, agent)


def test_rows_come_in_the_order_asked_for(database: Database) -> None:
    with scratch(database) as session:
        provider = list_book(session)
        ids = [row.id for row in whole_list(session, provider)][::-1]
        assert [row.id for row in customer_rows(session, account_ids=ids, as_of=TODAY)] == ids
        assert customer_rows(session, account_ids=[], as_of=TODAY) == []
