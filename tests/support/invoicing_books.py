"""Small books to print from: two providers that share account codes, invoices posted here and imported, payments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.models.rules.invoice_totals import from_inclusive
from app.models.values import AccountType, DeliveryMethod, InvoiceLayout, Tier
from app.services.attributes.writing import set_attributes
from app.services.hierarchy.accounts import NewAccount, ProviderSettings, create_account, create_provider
from app.services.hierarchy.new_contacts import NewContact
from app.services.hierarchy.operator import operator_of
from app.services.invoicing.posting import post_invoice
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.writing import NewInvoice, NewLine, NewPayment, record_invoices, record_payments
from app.services.profiles.profiles import insert_profile
from tests.support.invoice_samples import LOGOS

START = date(2024, 1, 1)
JUNE_3 = date(2025, 6, 3)
DAY = timedelta(days=1)

ACME = NewContact(name="Acme Pty Ltd", attention="Accounts payable", email="pay@acme.example",
                  address_line1="Level 3, 88 Wharf Road", city="PYRMONT", region="NSW", postcode="2009")


def line(total_minor: int, description: str = "Broadband", rate_bp: int = 1000) -> NewLine:
    """A line of an amount with its tax inside."""
    amounts = from_inclusive(total_minor, rate_bp)
    return NewLine(description=description, net_minor=amounts.net_minor, tax_minor=amounts.tax_minor,
                   tax_rate_bp=amounts.tax_rate_bp,
                   unit_price_minor=amounts.net_minor)


@dataclass(frozen=True)
class Shop:
    """One provider and what happens at it."""

    session: Session
    id: int
    code: str
    currency: str
    business: int

    def account(self, code: str, contact: NewContact | None = ACME, **more: Any) -> int:
        new = NewAccount(code=code, name=more.pop("name", code), start_date=START, contact=contact, **more)
        return create_account(self.session, provider_id=self.id, new=new)

    def post(self, account_id: int, on: date = JUNE_3, lines: Sequence[NewLine] = (), **more: Any) -> int:
        return post_invoice(self.session, account_id=account_id, posted_on=on, lines=lines or [line(112_50)], **more)

    def imported(
        self, account_id: int, numbers: Iterable[str], *, on: date = JUNE_3, minor: int = 100_00,
        delivery: DeliveryMethod = DeliveryMethod.POST, layout: InvoiceLayout = InvoiceLayout.STANDARD,
    ) -> list[int]:
        """Invoices of one line each, issued and posted on a day, as a file brings them."""
        invoices = [
            NewInvoice(account_id=account_id, number=number, issued_on=on, posted_on=on, due_on=on + 30 * DAY,
                       lines=(NewLine(description="Imported", net_minor=minor),), delivery_method=delivery,
                       layout=layout)
            for number in numbers
        ]
        return record_invoices(self.session, provider_id=self.id, currency=self.currency, invoices=invoices,
                               imported=True)

    def pay(self, account_id: int, minor: int, on: date, number: str) -> None:
        payment = NewPayment(account_id=account_id, number=number, received_on=on, amount_minor=minor)
        record_payments(self.session, provider_id=self.id, currency=self.currency, payments=[payment], imported=False)
        allocate_accounts(self.session, [account_id])


def harbour(session: Session, code: str = "HT", currency: str = "AUD") -> Shop:
    """Harbour Telecom: dollars, a logo, bank details, terms of 21 days."""
    settings = ProviderSettings(
        currency=currency, realm=f"@{code.lower().replace('/', '-')}.example", language="en-AU",
        time_zone="Australia/Sydney",
        legal_name="Harbour Telecom Pty Ltd", tagline="Internet and voice", address="12 Quay Street\nSydney NSW 2000",
        return_address="PO Box 300, Sydney NSW 2001", email="accounts@harbour.example", phone="02 5550 0100",
        tax_number_label="ABN", tax_number="00 000 000 000", tax_name="GST",
        bank_details="BSB: 000-000\nAccount: 0000 0000\n\nHarbour Bank", help_text="Call 02 5550 0100.",
        logo=(LOGOS / "harbour.png").read_bytes(),
    )
    return _shop(session, code, "Harbour Telecom", settings)


def gipfelnetz(session: Session, code: str = "GN") -> Shop:
    """Gipfelnetz: a German provider in euro without logo or bank."""
    settings = ProviderSettings(currency="EUR", realm=f"@{code.lower()}.example", language="de-DE", tax_name="USt")
    return _shop(session, code, "Gipfelnetz", settings)


def _shop(session: Session, code: str, name: str, settings: ProviderSettings) -> Shop:
    provider = create_provider(session, parent_id=operator_of(session).id, code=code, name=name,
                               type=AccountType.RETAIL, start_date=START, settings=settings)
    set_attributes(session, tier=Tier.PROVIDER, owner_id=provider.id,
                   values={"trading_due_days": 21, "invoice_delivery_method": "email"}, seen={})
    business = insert_profile(session, provider_id=provider.id, name="Business Profile")
    set_attributes(session, tier=Tier.PROFILE, owner_id=business, values={"invoice_layout": "business"}, seen={})
    return Shop(session, provider.id, code, settings.currency, business)
