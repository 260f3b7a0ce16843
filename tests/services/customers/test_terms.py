"""Terms against a book on both databases: what each finds, what `not` leaves, and that pages are those of the list."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.values import AccountType, Enterprise, GroupKind, HoldKind
from app.services.customers.columns import LIST_COLUMNS, term_of
from app.services.customers.list import CustomerSort, customer_count, customer_page
from app.services.customers.query.fields import FIELDS
from app.services.customers.query.terms import MisreadQueryError
from app.services.database.unit_of_work import Database
from app.services.groups.groups import add_to_group, create_group
from app.services.status.changes import place_hold
from tests.factories.books import Book, scratch, status_shown, switch_off_guards

TODAY = date(2025, 7, 2)
JUNE = date(2025, 6, 1)
ALL = {"A1", "A2", "A3", "A4", "A5", "AG"}


def the_book(session: Session) -> int:
    """A1 owes 220.00 of which 20.00 is in dispute; A2 has paid too much; A3 is billed in another currency; A4, held,
    has no credit; A5 began last month and was recorded by the agent AG."""
    book = Book(session)
    provider = book.provider("HT", name="Harbour Telecom", invoice_delivery_method="email")
    other = book.provider("CC", name="Coral Coast")
    business = book.profile(provider, "Business Émile", credit_limit=20_000, trading_due_days=21)
    a1 = book.account(provider, "A1", name="Acme Pty Ltd", profile=business)
    late = book.invoice(a1, 22_000, JUNE, date(2025, 6, 10), number="HT-10")
    book.dispute(late, 2_000, JUNE)
    a2 = book.account(provider, "A2", name="Jane Citizen", enterprise=Enterprise.INDIVIDUAL,
                      invoice_delivery_method="post", credit_limit=5_000)
    book.service(a2, "0400 000 002")
    book.payment(a2, 1_000, date(2025, 6, 15))
    a3 = book.account(provider, "A3", name="Øre Kontor")
    a4 = book.account(provider, "A4", name="Delta 50% Ltd", credit_limit=0, trading_due_days=3)
    place_hold(session, account_id=a4, kind=HoldKind.MANUAL, reason="check", on=JUNE, seen=status_shown(session, a4))
    agent = book.account(provider, "AG", name="Zebra Agency", kind=AccountType.AGENT)
    book.account(provider, "A5", name="Kim", agent=agent, start=date(2025, 6, 20))
    group = create_group(session, provider_id=provider, code="VIP", name="Very important",
                         kind=GroupKind.DISTRIBUTION).id
    add_to_group(session, group_id=group, account_ids=[a1])
    session.execute(update(Account).where(Account.id == a1).values(export_reference="SAP-77"))
    reach(session, a2, email="Jane@Home.example", phone="02 9999 1234", city="Östersund", postcode="2010")
    book.account(other, "A1", name="Acme elsewhere")
    switch_off_guards(session)
    session.execute(update(Account).where(Account.id == a3).values(currency="NZD"))
    session.expire_all()
    book.invoice(a3, 50_000, JUNE, date(2025, 6, 30), number="NZ-1")
    book.allocate(a1, a2, a3)
    return provider


def reach(session: Session, account: int, **values: str) -> None:
    contact = select(AccountContact.contact_id).where(AccountContact.account_id == account)
    session.execute(update(Contact).where(Contact.id.in_(contact)).values(**values))


FOUND: dict[str, set[str]] = {
    "code:a1": {"A1"},
    "code:a": ALL,
    "code:acme": set(),
    'code:"a1 acme"': set(),
    "name:ACME": {"A1"},
    "name:ore": {"A3"},
    'name:"50%"': {"A4"},
    "name:%": {"A4"},
    "status:suspended": {"A4"},
    "not status:active": {"A4"},
    "type:agent": {"AG"},
    "enterprise:person": {"A2"},
    "profile:emile": {"A1"},
    "profile:nothing": set(),
    "not profile:business": ALL - {"A1"},
    "group:vip": {"A1"},
    "group:important": {"A1"},
    "group:none": ALL - {"A1"},
    "agent:zebra": {"A5"},
    "not agent:zebra": ALL - {"A5"},
    "agent:none": ALL - {"A5"},
    "service:0400": {"A2"},
    "service:none": ALL - {"A2"},
    "invoice:ht-1": {"A1"},
    "invoice:none": ALL - {"A1", "A3"},
    "balance:>0": {"A1", "A3"},
    "balance:<0": {"A2"},
    "balance:0": ALL - {"A1", "A2", "A3"},
    "balance:220": {"A1"},
    "balance:>100": {"A1"},
    "balance:220;-10": {"A1", "A2"},
    "overdue:220..220": {"A1"},
    "overdue:>0": {"A1", "A3"},
    "payable:200": {"A1"},
    "payable:>200": set(),
    "oldest:>20": {"A1"},
    "oldest:1..5": {"A3"},
    "due:2025-06": {"A1", "A3"},
    "due:<2025-06-15": {"A1"},
    "due:<-10": {"A1"},
    "due:today": set(),
    "due:none": ALL - {"A1", "A3"},
    "not due:2025-06-30": ALL - {"A3"},
    "credit:<0": {"A1"},
    "credit:60": {"A2"},
    "credit:0": {"A4"},
    "credit:none": {"A3", "A5", "AG"},
    "not credit:<0": ALL - {"A1"},
    "start:2025-06": {"A5"},
    "start:<-30": ALL - {"A5"},
    "delivery:post": {"A2"},
    "delivery:email": ALL - {"A2"},
    "terms:21": {"A1"},
    "terms:<7": {"A4"},
    "phone:0299991234": {"A2"},
    "phone:none": ALL - {"A2"},
    "email:jane@home": {"A2"},
    "email:none": ALL - {"A2"},
    "city:ÖSTERSUND": {"A2"},
    "city:öster": {"A2"},
    "postcode:20": {"A2"},
    "reference:sap": {"A1"},
    "reference:none": ALL - {"A1"},
    '"jane citizen"': {"A2"},
    "jane or kim": {"A2", "A5"},
    "not (jane or kim) type:customer": {"A1", "A3", "A4"},
    "overdue:>0 oldest:>20 acme": {"A1"},
}


def test_each_term_finds_what_it_says(database: Database) -> None:
    with scratch(database) as session:
        provider = the_book(session)
        for text, codes in FOUND.items():
            page = customer_page(session, provider_id=provider, as_of=TODAY, filter_text=text)
            assert {row.code for row in page.rows} == codes, text
            assert customer_count(session, provider_id=provider, as_of=TODAY, filter_text=text) == len(codes), text


def test_not_is_exactly_the_rest(database: Database) -> None:
    with scratch(database) as session:
        provider = the_book(session)
        for field in FIELDS:
            text = f"{field.name}:{field.example}"
            fits, rest = (customer_count(session, provider_id=provider, as_of=TODAY, filter_text=way)
                          for way in (text, f"not {text}"))
            assert fits + rest == len(ALL), text


def test_filter_by_a_cell_finds_its_row(database: Database) -> None:
    with scratch(database) as session:
        provider = the_book(session)
        for row in customer_page(session, provider_id=provider, as_of=TODAY).rows:
            for column in LIST_COLUMNS:
                text = term_of(column.key, row, "AUD")
                found = customer_page(session, provider_id=provider, as_of=TODAY, filter_text=text)
                assert row in found.rows, (column.key, row.code, text)


@pytest.mark.parametrize("text", [
    "credit:none,<100000", "balance:>-100 overdue:..500 delivery:email", "not oldest:>25",
])
def test_pages_hold_under_terms(database: Database, text: str) -> None:
    with scratch(database) as session:
        provider = the_book(session)
        for sort in CustomerSort:
            how = {"provider_id": provider, "as_of": TODAY, "filter_text": text, "sort": sort, "descending": True}
            whole = customer_page(session, **how).rows
            first = customer_page(session, **how, limit=2)
            second = customer_page(session, **how, limit=100, after=first.last)
            assert (*first.rows, *second.rows) == whole


def test_a_misread_text_is_refused_by_the_list_too(database: Database) -> None:
    with scratch(database) as session:
        provider = the_book(session)
        with pytest.raises(MisreadQueryError, match="AUD has 2"):
            customer_count(session, provider_id=provider, as_of=TODAY, filter_text="overdue:>0.001")
