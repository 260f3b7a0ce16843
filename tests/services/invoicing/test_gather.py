"""Documents read out of the ledger: what was frozen, as it stands; what was not, reckoned and never stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, InvoiceStatement
from app.models.parties.account import Account
from app.models.parties.provider import LetterheadVersion, Provider
from app.models.values import DeliveryMethod, InvoiceLayout
from app.services.database.unit_of_work import Database
from app.services.hierarchy.new_contacts import NewContact
from app.services.invoicing.document import TaxSummaryLine
from app.services.invoicing.gather import gather_documents, gather_invoices, without_statement
from app.services.invoicing.letterheads import bank_lines
from app.services.invoicing.statements import freeze_statements, reckoned_statements
from app.services.ledger.writing import NewLine
from tests.support.invoice_samples import LOGOS
from tests.support.invoicing_books import DAY, JUNE_3, Shop, gipfelnetz, harbour, line

SUMMIT = (LOGOS / "summit.png").read_bytes()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def shop(session: Session) -> Shop:
    return harbour(session)


def test_a_posted_invoice_as_its_page_needs_it(session: Session, shop: Shop) -> None:
    """The worked example: 110.00 invoiced on 3 Mar and paid on 20 Mar, 112.50 on 3 Jun."""
    acme = shop.account("A0001", profile_id=shop.business)
    shop.post(acme, date(2025, 3, 3), [line(110_00)])
    shop.pay(acme, 110_00, date(2025, 3, 20), "R-1")
    lines = [
        NewLine(description="Broadband 50/20", net_minor=90_00, tax_minor=9_00, tax_rate_bp=1000, heading="Service 1",
                note="1 Mar to 31 May", quantity="3 months",
                unit_price_minor=30_00),
        NewLine(description="Deposit", net_minor=5_00, tax_minor=0, tax_rate_bp=0),
        NewLine(description="Fee", net_minor=7_73, tax_minor=77, tax_rate_bp=1000, unit_price_minor=7_73),
    ]
    invoice = shop.post(acme, lines=lines, period_from=date(2025, 3, 1), period_to=date(2025, 5, 31))
    [document] = gather_documents(session, [invoice])
    assert (document.number, document.account_code, document.layout) == ("HT-00002", "A0001", InvoiceLayout.BUSINESS)
    assert document.bill_to_name == "Acme Pty Ltd"
    assert document.bill_to_lines == ("Attention: Accounts payable", "Level 3, 88 Wharf Road", "PYRMONT NSW 2009")
    assert (document.issued_on, document.due_on, document.terms_days) == (JUNE_3, date(2025, 6, 24), 21)
    assert (document.period_from, document.period_to) == (date(2025, 3, 1), date(2025, 5, 31))
    assert [each.description for each in document.lines] == ["Broadband 50/20", "Deposit", "Fee"]
    first = document.lines[0]
    assert (first.heading, first.note, first.quantity) == ("Service 1", "1 Mar to 31 May", "3 months")
    assert (first.unit_price_minor, first.net_minor, first.tax_minor, first.total_minor) == (30_00, 90_00, 9_00, 99_00)
    assert document.lines[1].unit_price_minor is None
    assert document.taxes == (TaxSummaryLine(rate_bp=0, net_minor=5_00, tax_minor=0),
                              TaxSummaryLine(rate_bp=1000, net_minor=97_73, tax_minor=9_77))
    assert (document.net_minor, document.tax_minor, document.total_minor) == (102_73, 9_77, 112_50)
    assert (document.previous_balance_minor, document.payments_since_minor) == (110_00, -110_00)
    assert document.total_due_minor == 112_50


def test_the_letterhead_is_the_providers(session: Session, shop: Shop) -> None:
    [document] = gather_documents(session, [shop.post(shop.account("A1"))])
    head = document.letterhead
    assert (head.name, head.legal_name) == ("Harbour Telecom", "Harbour Telecom Pty Ltd")
    assert head.address_lines == ("12 Quay Street", "Sydney NSW 2000")
    assert head.bank_lines == (("BSB", "000-000"), ("Account", "0000 0000"), ("", "Harbour Bank"))
    assert (head.language, head.tax_name, head.tax_number_label) == ("en-AU", "GST", "ABN")
    assert head.logo == (LOGOS / "harbour.png").read_bytes()
    other = gipfelnetz(session)
    [document] = gather_documents(session, [other.post(other.account("A1"))])
    assert (document.letterhead.name, document.letterhead.logo, document.currency) == ("Gipfelnetz", None, "EUR")


@pytest.mark.parametrize(("text", "pairs"), [
    ("", ()),
    ("BSB: 000-000", (("BSB", "000-000"),)),
    (" IBAN :DE00 : 1 \r\n\n  plain ", (("IBAN", "DE00 : 1"), ("", "plain"))),
    (": value", (("", "value"),)),
])
def test_bank_details_are_read_line_by_line(text: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert bank_lines(text) == pairs


def test_documents_come_in_the_order_asked_for_and_nothing_else_does(session: Session, shop: Shop) -> None:
    account = shop.account("A1")
    first, second = shop.post(account), shop.post(account)
    shop.pay(account, 50_00, JUNE_3, "R-1")
    payment = session.scalars(select(FinancialTransaction.id).where(FinancialTransaction.number == "R-1")).one()
    found = gather_documents(session, [second, payment, 987654, first])
    assert [document.invoice_id for document in found] == [second, first]
    assert gather_documents(session, []) == []


def test_an_imported_invoice_is_reckoned_and_not_stored(session: Session, shop: Shop) -> None:
    account = shop.account("A1", contact=None)
    first, second = (*shop.imported(account, ["I-1"]), *shop.imported(account, ["I-2"], on=JUNE_3 + 30 * DAY))
    shop.pay(account, 40_00, JUNE_3 + 10 * DAY, "R-1")
    assert without_statement(session, [first, second]) == [first, second]
    before = gather_documents(session, [first, second])
    assert [(d.previous_balance_minor, d.payments_since_minor, d.total_due_minor) for d in before] == [
        (0, 0, 100_00), (100_00, -40_00, 160_00)]
    assert before[0].bill_to_name == "A1"
    assert before[0].bill_to_lines == ()
    assert before[0].terms_days is None
    assert session.scalar(select(func.count()).select_from(InvoiceStatement)) == 0
    freeze_statements(session, [first, second])
    assert gather_documents(session, [first, second]) == before
    assert without_statement(session, [first, second]) == []


def test_what_is_frozen_stays_whatever_comes_later(session: Session, shop: Shop) -> None:
    account = shop.account("A1")
    [imported] = shop.imported(account, ["I-1"])
    posted = shop.post(account, JUNE_3 + 30 * DAY)
    freeze_statements(session, [imported])
    before = gather_documents(session, [imported, posted])
    shop.pay(account, 70_00, JUNE_3 - DAY, "R-1")
    shop.imported(account, ["I-0"], on=JUNE_3 - 5 * DAY)
    assert gather_documents(session, [imported, posted]) == before


def test_the_letterhead_is_frozen_with_the_statement(session: Session, shop: Shop) -> None:
    account = shop.account("A1")
    posted, [imported] = shop.post(account), shop.imported(account, ["I-1"])
    freeze_statements(session, [imported])
    [unprinted] = shop.imported(account, ["I-2"])
    before = gather_documents(session, [posted, imported])
    session.execute(update(Account).where(Account.id == shop.id).values(name="Haven"))
    session.execute(update(Provider).where(Provider.account_id == shop.id).values(
        address="1 Other Street", bank_details="IBAN: 1", tax_number="9", logo=SUMMIT, language="de-DE"))
    later = shop.post(account)
    assert gather_documents(session, [posted, imported]) == before
    for document in gather_documents(session, [unprinted, later]):
        head = document.letterhead
        assert (head.name, head.address_lines, head.bank_lines) == ("Haven", ("1 Other Street",), (("IBAN", "1"),))
        assert (head.tax_number, head.logo, head.language) == ("9", SUMMIT, "de-DE")


def test_a_letterhead_is_stored_once_for_each_content(session: Session, shop: Shop) -> None:
    other = gipfelnetz(session)
    account, elsewhere = shop.account("A1"), other.account("K1")

    def stored() -> list[int]:
        return list(session.scalars(select(LetterheadVersion.provider_id).order_by(LetterheadVersion.id)))

    assert stored() == []
    for _ in range(3):
        shop.post(account)
    freeze_statements(session, [*shop.imported(account, ["I-1"]), *other.imported(elsewhere, ["R-1"])])
    assert stored() == [shop.id, other.id]
    old = session.get_one(Provider, shop.id).help_text
    for text in ("Write to us.", old):
        session.execute(update(Provider).where(Provider.account_id == shop.id).values(help_text=text))
        shop.post(account)
    assert stored() == [shop.id, other.id, shop.id]
    assert len(set(session.scalars(select(InvoiceStatement.letterhead_id)))) == 3


def test_statements_are_written_in_one_direction(session: Session, shop: Shop) -> None:
    """Two workstations that freeze the same invoices wait for each other, and never crosswise."""
    accounts = [shop.account(f"A{n}") for n in range(6)]
    ids = [shop.imported(account, [f"I-{account}-{n}"])[0] for n in range(5) for account in reversed(accounts)]
    written = [row["transaction_id"] for row in reckoned_statements(session, ids[::-1])]
    assert written == sorted(ids)


def test_remarks_name_a_missing_address_of_the_way_it_goes_out(session: Session, shop: Shop) -> None:
    without, with_ = shop.account("A1", contact=NewContact(name="Jane", email=" ")), shop.account("A2")
    ids = [
        shop.imported(account, [f"{account}-{way}"], delivery=way)[0]
        for account in (without, with_) for way in DeliveryMethod
    ]
    remarks = [gathered.remarks for gathered in gather_invoices(session, ids)]
    said = ("No e-mail address, though the invoice goes out by e-mail",)
    assert remarks == [said, (), said, (), (), (), (), ()]


def test_empty_texts_of_the_provider_are_left_out(session: Session, shop: Shop) -> None:
    session.execute(update(Provider).where(Provider.account_id == shop.id)
                    .values(address=" \n\n", bank_details="\n", logo=b""))
    invoice = shop.post(shop.account("A1"))
    [document] = gather_documents(session, [invoice])
    assert document.letterhead.address_lines == document.letterhead.bank_lines == ()
    assert document.letterhead.logo is None


def test_a_hundred_invoices_take_no_more_statements_than_two(session: Session, shop: Shop) -> None:
    accounts = [shop.account(f"A{n}") for n in range(20)]
    posted = [shop.post(account) for account in accounts for _ in range(4)]
    imported = [shop.imported(account, [f"I-{account}"])[0] for account in accounts]
    ids = [id_ for pair in zip(posted, imported * 4, strict=True) for id_ in pair]

    def statements(some: list[int]) -> int:
        count = 0

        def one_more(*_: object) -> None:
            nonlocal count
            count += 1

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", one_more)
        gather_documents(session, some)
        event.remove(engine, "before_cursor_execute", one_more)
        return count

    assert statements(ids[:2]) == statements(sorted(set(ids)))
