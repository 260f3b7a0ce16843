"""Made-up documents for the tests and the benchmark of printing; nobody in them exists."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from app.models.values import InvoiceLayout
from app.services.invoicing.document import DocumentLine, InvoiceDocument, Letterhead, TaxSummaryLine

LOGOS = Path(__file__).parents[2] / "resources" / "logos"

HARBOUR = Letterhead(
    name="Harbour Telecom",
    legal_name="Harbour Telecom Pty Ltd",
    tagline="Internet and voice for homes and businesses",
    address_lines=("12 Quay Street, Sydney NSW 2000",),
    email="accounts@harbour.example",
    phone="02 5550 0100",
    website="",
    tax_number_label="ABN",
    tax_number="00 000 000 000",
    tax_name="GST",
    bank_lines=(("BSB", "000-000"), ("Account", "0000 0000")),
    return_address="PO Box 300, Sydney NSW 2001",
    help_text="Call 02 5550 0100, Mon to Fri 8:00 to 18:00,\nbefore the due date. We hold the amount while we look.",
    language="en-AU",
    logo=(LOGOS / "harbour.png").read_bytes(),
)
SUMMIT_GERMAN = replace(
    HARBOUR,
    name="Gipfelnetz",
    legal_name="Gipfelnetz GmbH",
    tagline="Internet für Berg und Tal",
    address_lines=("Höhenweg 7", "80331 München"),
    email="rechnung@gipfelnetz.example",
    phone="089 5550 0100",
    website="www.gipfelnetz.example",
    tax_number_label="USt-IdNr.",
    tax_number="DE000000000",
    tax_name="USt",
    bank_lines=(("IBAN", "DE00 0000 0000 0000 0000 00"), ("BIC", "XXXXDEXXXXX")),
    return_address="Postfach 10 00, 80331 München",
    help_text="Schreiben Sie uns an rechnung@gipfelnetz.example.",
    language="de-DE",
    logo=(LOGOS / "summit.png").read_bytes(),
)
GREEK = replace(
    HARBOUR,
    name="Λιμάνι Τηλεπικοινωνίες",
    legal_name="Λιμάνι Τηλεπικοινωνίες ΑΕ",
    tagline="Διαδίκτυο και φωνή για το σπίτι και την επιχείρηση",
    address_lines=("Ακτή Μιαούλη 12", "185 38 Πειραιάς"),
    email="logariasmoi@limani.example",
    phone="21 0555 0100",
    tax_number_label="ΑΦΜ",
    tax_number="000000000",
    tax_name="ΦΠΑ",
    bank_lines=(("IBAN", "GR00 0000 0000 0000 0000 0000 000"),),
    return_address="ΤΘ 300, 185 10 Πειραιάς",
    help_text="Καλέστε μας στο 21 0555 0100.",
    language="el",
    logo=None,
)
RUSSIAN = replace(
    HARBOUR,
    name="Гавань Телеком",
    legal_name="ООО «Гавань Телеком»",
    tagline="Интернет и связь для дома и дела",
    address_lines=("Портовая ул., 12", "190000 Санкт-Петербург"),
    tax_number_label="ИНН",
    tax_number="0000000000",
    tax_name="НДС",
    bank_lines=(("Р/с", "00000000000000000000"), ("БИК", "000000000")),
    return_address="а/я 300, 190000 Санкт-Петербург",
    help_text="Позвоните нам до срока оплаты.",
    language="ru",
)
PLAIN = replace(
    HARBOUR,
    name="Nameless",
    legal_name="",
    tagline="",
    address_lines=(),
    email="",
    phone="",
    tax_number="",
    tax_name="",
    bank_lines=(),
    return_address="",
    help_text="",
    logo=None,
)

_PRODUCTS = (
    ("Business broadband 50/20", 3000, "3 months"),
    ("Static IP address", 1000, "1"),
    ("Calls to mobiles", 23, "117 min"),
    ("Handset rental", 495, "2"),
    ("Paper invoice fee", 227, "1"),
    ("Data over the bundle", 10, "1,204 GB"),
)


def line(net_minor: int, rate_bp: int = 1000, **changes: object) -> DocumentLine:
    """One line of a net amount, its tax rounded half up."""
    tax = (abs(net_minor) * rate_bp + 5000) // 10000 * (1 if net_minor >= 0 else -1)
    made = DocumentLine(
        heading="",
        description="Static IP address",
        note="1 Mar to 31 May 2025",
        quantity="1",
        unit_price_minor=net_minor,
        net_minor=net_minor,
        tax_minor=tax,
        tax_rate_bp=rate_bp,
        total_minor=net_minor + tax,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


PICTURED = (
    line(
        9000,
        heading="Service 02 5550 0142, Wharf Road",
        description="Business broadband 50/20",
        quantity="3 months",
        unit_price_minor=3000,
    ),
    line(1000, heading="Service 02 5550 0142, Wharf Road"),
    line(227, heading="Fees", description="Paper invoice fee", note="Invoices by e-mail are free of it"),
)
"""The lines of the design's picture: 112.50 with tax."""


def many_lines(count: int, seed: int = 7) -> tuple[DocumentLine, ...]:
    """So many lines in groups of about six."""
    chance = random.Random(seed)
    made = []
    for index in range(count):
        description, each, quantity = chance.choice(_PRODUCTS)
        made.append(
            line(
                each * chance.randint(1, 40),
                heading=f"Service 02 5550 {index // 6:04d}",
                description=description,
                note=chance.choice(("1 Mar to 31 May 2025", "", "Until 14 April at the old price")),
                quantity=quantity,
                unit_price_minor=each,
            )
        )
    return tuple(made)


def document(lines: Sequence[DocumentLine] = PICTURED, **changes: object) -> InvoiceDocument:
    """An invoice of these lines whose sums agree with them; every field may be given instead."""
    rates: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for each in lines:
        rates[each.tax_rate_bp][0] += each.net_minor
        rates[each.tax_rate_bp][1] += each.tax_minor
    total = sum(each.total_minor for each in lines)
    made = InvoiceDocument(
        invoice_id=10451,
        number="HT-10451",
        layout=InvoiceLayout.BUSINESS,
        currency="AUD",
        letterhead=HARBOUR,
        account_code="A0001",
        bill_to_name="Acme Pty Ltd",
        bill_to_lines=("Attention: Accounts payable", "Level 3, 88 Wharf Road", "PYRMONT NSW 2009"),
        issued_on=date(2025, 6, 3),
        due_on=date(2025, 6, 24),
        period_from=date(2025, 3, 1),
        period_to=date(2025, 5, 31),
        terms_days=21,
        lines=tuple(lines),
        taxes=tuple(TaxSummaryLine(rate_bp=rate, net_minor=net, tax_minor=tax) for rate,
                    (net, tax) in sorted(rates.items())),
        net_minor=sum(each.net_minor for each in lines),
        tax_minor=sum(each.tax_minor for each in lines),
        total_minor=total,
        previous_balance_minor=11000,
        payments_since_minor=-11000,
        total_due_minor=total,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def batch(count: int, lines: int = 12) -> list[InvoiceDocument]:
    """Invoices of many customers with names in three scripts, as a batch meets them."""
    chance = random.Random(11)
    surnames = ("Nguyen", "O’Brien", "Müller", "Kowalska", "Παπαδόπουλος", "Смирнова", "García", "Taylor")
    made = []
    for index in range(count):
        name = f"{chance.choice(surnames)} {chance.choice(('Pty Ltd', '& Sons', 'Bakery', 'Dental'))}"
        made.append(
            document(
                many_lines(lines, seed=index),
                invoice_id=index + 1,
                number=f"HT-{20000 + index}",
                account_code=f"A{index:04d}",
                bill_to_name=name,
                bill_to_lines=(f"{chance.randint(1, 300)} Wharf Road", f"PYRMONT NSW {2000 + index % 900}"),
                issued_on=date(2025, 6, 3) + timedelta(days=index % 3),
            )
        )
    return made
