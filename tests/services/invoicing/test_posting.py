"""Posting invoices made here: terms, numbers, refusals, and the statement that is frozen with them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.events.outbox import OutboxMessage
from app.models.ledger.entries import Allocation, FinancialTransaction, InvoiceDetail, InvoiceStatement, NumberSeries
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.provider import Provider
from app.models.rules.invoice_totals import from_inclusive
from app.models.rules.statement import LedgerRow, statement_of
from app.models.values import (
    AccountType,
    DeliveryMethod,
    EventAction,
    HoldKind,
    InvoiceLayout,
    Lifecycle,
    Tier,
)
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attribute, set_attributes, set_attributes_of_new_accounts
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule
from app.services.hierarchy.accounts import NewAccount, ProviderSettings, create_account, create_provider
from app.services.hierarchy.new_contacts import NewContact
from app.services.hierarchy.operator import operator_of
from app.services.invoicing.posting import InvoiceToPost, post_invoice, post_invoices
from app.services.invoicing.statements import freeze_statements
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.writing import NewInvoice, NewLine, NewPayment, record_invoices, record_payments
from app.services.profiles.profiles import insert_profile
from app.services.status.changes import place_hold
from tests.factories.books import status_shown
from tests.support.switches import switch_on

JUNE_3 = date(2025, 6, 3)
START = date(2024, 1, 1)


def line(total_minor: int, description: str = "Broadband") -> NewLine:
    amounts = from_inclusive(total_minor, 1000)
    return NewLine(description=description, net_minor=amounts.net_minor, tax_minor=amounts.tax_minor,
                   tax_rate_bp=amounts.tax_rate_bp)


@dataclass(frozen=True)
class Harbour:
    """The provider of the worked example with its profiles."""

    session: Session
    id: int
    business: int
    residential: int

    def account(self, code: str, **more: Any) -> int:
        new = NewAccount(code=code, name=more.pop("name", code), start_date=more.pop("start_date", START), **more)
        return create_account(self.session, provider_id=self.id, new=new)

    def pay(self, account_id: int, on: date, minor: int, number: str) -> None:
        payment = NewPayment(account_id=account_id, number=number, received_on=on, amount_minor=minor)
        record_payments(self.session, provider_id=self.id, currency="AUD", payments=[payment], imported=False)
        allocate_accounts(self.session, [account_id])

    def post(self, account_id: int, on: date = JUNE_3, minor: int = 100_00, **more: Any) -> int:
        return post_invoice(self.session, account_id=account_id, posted_on=on, lines=[line(minor)], **more)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def harbour(session: Session) -> Harbour:
    settings = ProviderSettings(currency="AUD", realm="@harbour.example", language="en-AU",
                                time_zone="Australia/Sydney")
    provider = create_provider(session, parent_id=operator_of(session).id, code="HT", name="Harbour Telecom",
                               type=AccountType.RETAIL, start_date=START, settings=settings)
    set_attributes(session, tier=Tier.PROVIDER, owner_id=provider.id,
                   values={"trading_due_days": 10, "invoice_delivery_method": "email"}, seen={})
    business = insert_profile(session, provider_id=provider.id, name="Business Profile")
    set_attributes(session, tier=Tier.PROFILE, owner_id=business,
                   values={"trading_due_days": 21, "invoice_layout": "business"}, seen={})
    residential = insert_profile(session, provider_id=provider.id, name="Residential Profile")
    set_attribute(session, tier=Tier.PROFILE, owner_id=residential, key="trading_due_days", value=14, seen={})
    return Harbour(session, provider.id, business, residential)


def row(session: Session, id_: int) -> FinancialTransaction:
    return session.get_one(FinancialTransaction, id_)


def test_terms_delivery_and_layout_of_the_worked_example(harbour: Harbour, session: Session) -> None:
    """The worked example: A1 to A4."""
    acme = harbour.account("A0001", profile_id=harbour.business)
    jane = harbour.account("A0002", profile_id=harbour.residential)
    bob = harbour.account("A0003")
    delta = harbour.account("A0004", profile_id=harbour.business)
    set_attributes(session, tier=Tier.ACCOUNT, owner_id=acme, values={"invoice_delivery_method": "email_and_post"},
                   seen={})
    set_attributes(session, tier=Tier.ACCOUNT, owner_id=delta,
                   values={"trading_due_days": 7, "invoice_delivery_method": "post"}, seen={})
    ids = post_invoices(session, provider_id=harbour.id, invoices=[
        InvoiceToPost(account_id=account, posted_on=JUNE_3, lines=(line(minor),))
        for account, minor in ((acme, 112_50), (jane, 66_00), (bob, 57_50), (delta, 220_00))
    ])
    assert [row(session, i).due_on for i in ids] == [
        date(2025, 6, 24), date(2025, 6, 17), date(2025, 6, 13), date(2025, 6, 10)]
    assert [row(session, i).number for i in ids] == ["HT-00001", "HT-00002", "HT-00003", "HT-00004"]
    details = [session.get_one(InvoiceDetail, i) for i in ids]
    assert [d.terms_days for d in details] == [21, 14, 10, 7]
    assert [d.layout for d in details] == ["business", "standard", "standard", "business"]
    assert [d.delivery_method for d in details] == ["email_and_post", "email", "email", "post"]
    assert all(row(session, i).state == "posted" and not row(session, i).imported for i in ids)


def test_posting_tells_of_the_invoice_by_the_delivery_that_is_frozen(harbour: Harbour, session: Session) -> None:
    """Both events where an invoice goes both ways, neither where it is not sent; not before they were switched on."""
    switch_on(session, provider_id=harbour.id, events=["invoice_delivery", "invoice_post"], since=JUNE_3,
              action=EventAction.MESSAGE)
    methods = [method.value for method in DeliveryMethod]
    accounts = [harbour.account(f"A{place}") for place, _ in enumerate(methods)]
    for account, method in zip(accounts, methods, strict=True):
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key="invoice_delivery_method", value=method,
                      seen={})
        harbour.post(account, JUNE_3 - timedelta(days=1))
        harbour.post(account)
    rows = session.execute(select(OutboxMessage.account_id, OutboxMessage.event, OutboxMessage.effective_on)
                           .order_by(OutboxMessage.id)).all()
    assert [(methods[accounts.index(row.account_id)], row.event) for row in rows] == [
        ("email", "invoice_delivery"), ("post", "invoice_post"),
        ("email_and_post", "invoice_delivery"), ("email_and_post", "invoice_post")]
    assert {row.effective_on for row in rows} == {JUNE_3}


def test_what_was_posted_keeps_its_terms(harbour: Harbour, session: Session) -> None:
    """The twist of the worked example: remove the override, and only the next invoice changes."""
    acme = harbour.account("A0001", profile_id=harbour.business)
    first = harbour.post(acme)
    set_attributes(session, tier=Tier.PROFILE, owner_id=harbour.business,
                   values={"trading_due_days": None, "invoice_layout": None},
                   seen={"trading_due_days": 21, "invoice_layout": "business"})
    second = harbour.post(acme, date(2025, 9, 3))
    session.expire_all()
    assert row(session, first).due_on == date(2025, 6, 24)
    assert row(session, second).due_on == date(2025, 9, 13)
    assert session.get_one(InvoiceDetail, first).layout == "business"
    assert session.get_one(InvoiceDetail, second).layout == "standard"


def test_system_default_holds_where_nobody_sets_terms(harbour: Harbour, session: Session) -> None:
    set_attribute(session, tier=Tier.PROVIDER, owner_id=harbour.id, key="trading_due_days", value=None,
                  seen={"trading_due_days": 10})
    posted = harbour.post(harbour.account("A0003"))
    assert row(session, posted).due_on == date(2025, 6, 10)


def test_terms_of_nothing_are_due_at_once(harbour: Harbour, session: Session) -> None:
    cash = harbour.account("A0009")
    set_attribute(session, tier=Tier.ACCOUNT, owner_id=cash, key="trading_due_days", value=0, seen={})
    assert row(session, harbour.post(cash)).due_on == JUNE_3


def test_due_date_follows_posting_not_issue(harbour: Harbour, session: Session) -> None:
    jane = harbour.account("A0002", profile_id=harbour.residential)
    posted = harbour.post(jane, issued_on=date(2025, 6, 1), period_from=date(2025, 3, 1), period_to=date(2025, 5, 31))
    found = row(session, posted)
    assert (found.issued_on, found.effective_on, found.due_on) == (date(2025, 6, 1), JUNE_3, date(2025, 6, 17))
    detail = session.get_one(InvoiceDetail, posted)
    assert (detail.period_from, detail.period_to) == (date(2025, 3, 1), date(2025, 5, 31))


def test_typed_due_date_must_be_the_computed_one(harbour: Harbour) -> None:
    jane = harbour.account("A0002", profile_id=harbour.residential)
    assert harbour.post(jane, due_on=date(2025, 6, 17))
    with pytest.raises(RefusedByRule, match=r"2025-06-20 is not what the terms give.*14 days.*due on 2025-06-17"):
        harbour.post(jane, due_on=date(2025, 6, 20))


MAY_20 = date(2024, 5, 20)
WEEK = {"trading_terms_proximity": 7}
THE_15TH = {"trading_terms_method": "day_of_month", "trading_terms_day": 15, "trading_terms_months": 1}


def test_due_dates_of_the_worked_example(harbour: Harbour, session: Session) -> None:
    """14 days and a proximity of 7; then days of a month. `{defaults} {own} → due, or what is refused`."""
    days = {"trading_due_days": 14}
    cases: list[tuple[dict[str, Any], dict[str, Any], date | str]] = [
        (days | WEEK, {}, date(2024, 6, 3)),
        (days | WEEK, {"trading_terms_offset": 5}, date(2024, 6, 8)),
        (days | WEEK, {"trading_terms_offset": 7}, date(2024, 6, 10)),
        (days | WEEK, {"trading_terms_offset": 8},
         "outside the proximity.*7 days longer or shorter.*from 7 to 21 days"),
        (days | WEEK, {"trading_terms_offset": -7}, date(2024, 5, 27)),
        (days | WEEK, {"trading_due_days": 21}, date(2024, 6, 10)),
        (days | WEEK, {"trading_due_days": 22}, "own terms of 22 days after posting lie outside"),
        (days | WEEK, {"trading_due_days": 20, "trading_terms_offset": 3}, date(2024, 6, 9)),
        (days | WEEK | {"trading_terms_proximity_direction": "plus"}, {"trading_terms_offset": -1},
         "outside the proximity.*7 days longer than usual.*from 14 to 21"),
        (days | WEEK | {"trading_terms_proximity_direction": "minus"}, {"trading_terms_offset": 1},
         "outside the proximity.*7 days shorter"),
        (days, {"trading_terms_offset": 200, "trading_terms_offset_unit": "days"}, date(2024, 12, 20)),
        (days, {"trading_terms_offset": 1, "trading_terms_offset_unit": "months"}, date(2024, 7, 3)),
        (days | THE_15TH, {}, date(2024, 6, 15)),
        (days | THE_15TH | {"trading_terms_day": 31}, {}, date(2024, 6, 30)),
        (days | THE_15TH, {"trading_due_days": 3}, date(2024, 5, 23)),
        (days, THE_15TH, date(2024, 6, 15)),
    ]
    keys = {key: None for defaults, own, _ in cases for key in (*defaults, *own) if "offset" not in key}
    for place, (defaults, own, wanted) in enumerate(cases):
        set_attributes(session, tier=Tier.PROVIDER, owner_id=harbour.id, values=keys | defaults,
                       seen=stored_values(session, Tier.PROVIDER, harbour.id))
        account = harbour.account(f"C{place}")
        if isinstance(wanted, str):
            with pytest.raises(RefusedByRule, match=wanted):
                set_attributes(session, tier=Tier.ACCOUNT, owner_id=account, values=own, seen={})
            with pytest.raises(RefusedByRule, match=wanted):
                set_attributes_of_new_accounts(session, provider_id=harbour.id,
                                               values={harbour.account(f"N{place}"): own})
            continue
        set_attributes(session, tier=Tier.ACCOUNT, owner_id=account, values=own, seen={})
        posted = harbour.post(account, MAY_20)
        assert (place, row(session, posted).due_on) == (place, wanted)
        assert session.get_one(InvoiceDetail, posted).terms_days == (wanted - MAY_20).days


@pytest.mark.parametrize(("defaults", "own", "allowed", "refused"), [
    (THE_15TH, {}, [date(2024, 6, 15)], [date(2024, 5, 21), date(2024, 6, 16)]),
    ({"trading_due_days": 14, **WEEK}, {}, [date(2024, 5, 27), date(2024, 6, 10)],
     [date(2024, 5, 26), date(2024, 6, 11)]),
    ({"trading_due_days": 14, **WEEK}, {"trading_due_days": 20}, [date(2024, 6, 9), date(2024, 6, 10)],
     [date(2024, 6, 11)]),
])
def test_due_dates_that_are_typed(
    harbour: Harbour, session: Session, defaults: dict[str, Any], own: dict[str, Any], allowed: list[date],
    refused: list[date],
) -> None:
    set_attributes(session, tier=Tier.PROVIDER, owner_id=harbour.id, values=defaults,
                   seen={"trading_due_days": 10})
    account = harbour.account("A0003")
    set_attributes(session, tier=Tier.ACCOUNT, owner_id=account, values=own, seen={})
    for day in allowed:
        posted = harbour.post(account, MAY_20, due_on=day)
        assert row(session, posted).due_on == day
        assert session.get_one(InvoiceDetail, posted).terms_days == (day - MAY_20).days
    for day in refused:
        with pytest.raises(RefusedByRule, match=f"A0003: the due date {day} is not what the terms give"):
            harbour.post(account, MAY_20, due_on=day)


@pytest.mark.parametrize(("lifecycle", "words"), [
    (Lifecycle.INACTIVE, "inactive"), (Lifecycle.TERMINATED, "cancelled"), (Lifecycle.PREACTIVE, "preactive"),
])
def test_lifecycles_that_are_not_invoiced(harbour: Harbour, lifecycle: Lifecycle, words: str) -> None:
    account = harbour.account("A0001", lifecycle=lifecycle)
    with pytest.raises(RefusedByRule, match=f"A0001 is {words}"):
        harbour.post(account)


@pytest.mark.parametrize(("kind", "invoiced"), [
    (HoldKind.SYSTEM, False), (HoldKind.BILLING_AND_ORDERING, False), (HoldKind.MANUAL, True),
    (HoldKind.PARENT_PROVIDER, True),
])
def test_holds_and_invoicing(harbour: Harbour, session: Session, kind: HoldKind, invoiced: bool) -> None:
    """A suspended account goes on being invoiced, unless it is suspended for billing as well."""
    account = harbour.account("A0001")
    place_hold(session, account_id=account, kind=kind, reason="Test", on=JUNE_3, seen=status_shown(session, account))
    if invoiced:
        assert harbour.post(account)
    else:
        with pytest.raises(RefusedByRule, match="not invoiced"):
            harbour.post(account)


def test_documents_that_are_no_invoices_are_refused(harbour: Harbour, session: Session) -> None:
    account = harbour.account("A0001")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("at least one line", {"lines": []}),
        ("write a credit note", {"lines": [line(-1)]}),
        ("begins on 2025-05-31, after its end on 2025-03-01",
         {"lines": [line(1)], "period_from": date(2025, 5, 31), "period_to": date(2025, 3, 1)}),
        ("exists from 2024-01-01", {"lines": [line(1)], "posted_on": date(2023, 12, 31)}),
    ]
    for message, arguments in cases:
        with pytest.raises(RefusedByRule, match=message):
            post_invoice(session, account_id=account, **{"posted_on": JUNE_3, **arguments})


def test_accounts_that_are_never_invoiced(harbour: Harbour, session: Session) -> None:
    suspense = session.scalars(select(Account.id).where(Account.code == "SUSPENSE")).one()
    with pytest.raises(RefusedByRule, match="never invoiced"):
        harbour.post(suspense)
    with pytest.raises(NotFound):
        harbour.post(987_654)
    with pytest.raises(RefusedByRule, match="does not belong to this provider"):
        post_invoices(session, provider_id=harbour.id,
                      invoices=[InvoiceToPost(account_id=operator_of(session).id, posted_on=JUNE_3, lines=(line(1),))])
    assert post_invoices(session, provider_id=harbour.id, invoices=[]) == []


def test_customers_of_a_non_billing_provider_are_not_invoiced(session: Session) -> None:
    wholesale = create_provider(session, parent_id=operator_of(session).id, code="PW", name="Pacific",
                                type=AccountType.WHOLESALE, start_date=START,
                                settings=ProviderSettings(currency="AUD", realm="@pacific.example"))
    provider = create_provider(session, parent_id=wholesale.id, code="LC", name="Lighthouse",
                               type=AccountType.NON_BILLING, start_date=START,
                               settings=ProviderSettings(currency="AUD", realm="@lighthouse.example"))
    account = create_account(session, provider_id=provider.id, new=NewAccount(code="L1", name="L1", start_date=START))
    with pytest.raises(RefusedByRule, match="non-billing"):
        post_invoice(session, account_id=account, posted_on=JUNE_3, lines=[line(1)])


def test_a_wholesaler_invoices_its_retail_provider(session: Session) -> None:
    wholesale = create_provider(session, parent_id=operator_of(session).id, code="PW", name="Pacific",
                                type=AccountType.WHOLESALE, start_date=START,
                                settings=ProviderSettings(currency="AUD", realm="@pacific.example"))
    retail = create_provider(session, parent_id=wholesale.id, code="HT", name="Harbour", type=AccountType.RETAIL,
                             start_date=START, settings=ProviderSettings(currency="AUD", realm="@harbour.example"))
    posted = post_invoice(session, account_id=retail.id, posted_on=JUNE_3, lines=[line(10_00)])
    assert row(session, posted).number == "PW-00001"


def test_a_refused_invoice_leaves_no_gap(database: Database) -> None:
    with database.write() as session:
        provider = create_provider(session, parent_id=operator_of(session).id, code="HT", name="Harbour",
                                   type=AccountType.RETAIL, start_date=START,
                                   settings=ProviderSettings(currency="AUD", realm="@harbour.example"))
        account = create_account(session, provider_id=provider.id,
                                 new=NewAccount(code="A1", name="A1", start_date=START))
        post_invoice(session, account_id=account, posted_on=JUNE_3, lines=[line(1_00)])
    with pytest.raises(RefusedByRule), database.write() as session:
        post_invoice(session, account_id=account, posted_on=JUNE_3, lines=[line(1_00)], due_on=JUNE_3)
    with database.write() as session:
        second = post_invoice(session, account_id=account, posted_on=JUNE_3, lines=[line(1_00)])
        assert row(session, second).number == "HT-00002"
        assert session.get_one(NumberSeries, (provider.id, "invoice")).last_number == 2


def test_waiting_credit_settles_a_new_invoice_unless_switched_off(harbour: Harbour, session: Session) -> None:
    first, second = harbour.account("A0001"), harbour.account("A0002")
    for number, account in (("P1", first), ("P2", second)):
        harbour.pay(account, date(2025, 5, 1), 30_00, number)
    settled = harbour.post(first)
    set_attribute(session, tier=Tier.PROVIDER, owner_id=harbour.id, key="auto_allocate_payments", value=False, seen={})
    left = harbour.post(second)
    allocations = {a.debit_id: a.amount_minor for a in session.scalars(select(Allocation))}
    assert allocations == {settled: 30_00}
    assert left not in allocations


# ---- statements -----------------------------------------------------------------------------------------------------


def test_the_statement_is_frozen_at_posting(harbour: Harbour, session: Session) -> None:
    """The page of the worked example: 110.00 brought forward and paid, 112.50 due."""
    acme = harbour.account("A0001", name="Acme Pty Ltd", profile_id=harbour.business, contact=NewContact(
        name="Acme Pty Ltd", attention="Accounts payable", address_line1="Level 3, 88 Wharf Road", city="Pyrmont",
        region="NSW", postcode="2009"))
    harbour.post(acme, date(2025, 3, 3), 110_00)
    harbour.pay(acme, date(2025, 3, 20), 110_00, "P1")
    posted = harbour.post(acme, JUNE_3, 112_50)
    found = session.get_one(InvoiceStatement, posted)
    assert (found.previous_balance_minor, found.payments_since_minor) == (110_00, -110_00)
    assert found.total_due_minor == 112_50
    assert found.bill_to_name == "Acme Pty Ltd"
    assert found.bill_to_address == "Attention: Accounts payable\nLevel 3, 88 Wharf Road\nPyrmont NSW 2009"

    harbour.pay(acme, date(2025, 6, 1), 5_00, "P2")  # came to light after the invoice was posted
    session.execute(update(Contact).values(name="Acme Holdings"))
    assert freeze_statements(session, [posted]) == 0
    session.expire_all()
    again = session.get_one(InvoiceStatement, posted)
    assert (again.total_due_minor, again.bill_to_name) == (112_50, "Acme Pty Ltd")


def _imported(harbour: Harbour, account_id: int, number: str, on: date, minor: int) -> int:
    invoice = NewInvoice(account_id=account_id, number=number, issued_on=on, posted_on=on,
                         due_on=on + timedelta(days=30), lines=(line(minor),), delivery_method=DeliveryMethod.POST,
                         layout=InvoiceLayout.STANDARD)
    return record_invoices(harbour.session, provider_id=harbour.id, currency="AUD", invoices=[invoice],
                           imported=True)[0]


def test_an_imported_invoice_gets_its_statement_when_it_is_first_printed(harbour: Harbour, session: Session) -> None:
    account = harbour.account("A0001")
    first = _imported(harbour, account, "X-1", date(2025, 1, 2), 50_00)
    second = _imported(harbour, account, "X-2", date(2025, 2, 2), 70_00)
    assert session.get(InvoiceStatement, second) is None
    harbour.pay(account, date(2025, 1, 30), 50_00, "P1")
    assert freeze_statements(session, [second, first, second]) == 2
    found = session.get_one(InvoiceStatement, second)
    assert (found.previous_balance_minor, found.payments_since_minor, found.total_due_minor) == (50_00, -50_00, 70_00)
    assert (found.bill_to_name, found.bill_to_address) == ("A0001", "")


def test_addresses_follow_the_provider_language(harbour: Harbour, session: Session) -> None:
    session.execute(update(Provider).where(Provider.account_id == harbour.id).values(language="de-DE"))
    account = harbour.account("A0001", contact=NewContact(
        name="Muster GmbH", attention="Erika Muster", address_line1="Beispielweg 3", city="Kiel", postcode="24103",
        country="Deutschland"))
    posted = harbour.post(account)
    assert session.get_one(InvoiceStatement, posted).bill_to_address == (
        "z. Hd. Erika Muster\nBeispielweg 3\n24103 Kiel\nDeutschland")


def test_the_billing_contact_is_addressed(harbour: Harbour, session: Session) -> None:
    account = harbour.account("A0001")
    session.execute(update(AccountContact).where(AccountContact.account_id == account).values(is_billing=False))
    contact = Contact(provider_id=harbour.id, name="The accountant", address_line1="PO Box 1")
    session.add(contact)
    session.flush()
    session.add(AccountContact(account_id=account, contact_id=contact.id, is_primary=False, is_billing=True))
    session.flush()
    assert session.get_one(InvoiceStatement, harbour.post(account)).bill_to_name == "The accountant"


@pytest.mark.parametrize("seed", range(4))
def test_set_based_statements_agree_with_the_rule(harbour: Harbour, session: Session, seed: int) -> None:
    """Random books with many rows on one day; every invoice of every account is compared."""
    chance = random.Random(seed)
    accounts = [harbour.account(f"R{n}") for n in range(5)]
    days = [START + timedelta(days=n) for n in range(6)]
    for n in range(60):
        account, day, minor = chance.choice(accounts), chance.choice(days), chance.randint(1, 500)
        if chance.random() < 0.5:
            _imported(harbour, account, f"I{n}", day, minor)
        else:
            harbour.pay(account, day, minor, f"P{n}")
    rows: dict[int, list[LedgerRow]] = {a: [] for a in accounts}
    for t in session.scalars(select(FinancialTransaction)):
        is_invoice = t.kind == "invoice"
        signed = t.amount_minor if is_invoice else -t.amount_minor
        rows[t.account_id].append(LedgerRow(id=t.id, effective_on=t.effective_on, signed_minor=signed,
                                            is_invoice=is_invoice))
    ids = [r.id for entries in rows.values() for r in entries]
    invoices = {r.id: account for account, entries in rows.items() for r in entries if r.is_invoice}
    assert freeze_statements(session, ids) == len(invoices)
    for id_, account in invoices.items():
        expected = statement_of(rows[account], id_)
        found = session.get_one(InvoiceStatement, id_)
        assert (found.previous_balance_minor, found.payments_since_minor, found.total_due_minor) == (
            expected.previous_balance_minor, expected.payments_since_minor, expected.total_due_minor)
