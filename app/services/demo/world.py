"""The providers of the demo: letterheads, defaults, profiles, products, groups and suspension rules, as plain data.

Harbour Telecom is the provider of the worked example (ARCHITECTURE.md, "The worked example"). Days are counted back
from the day the demo ends on. Amounts are in minor units of the provider's currency.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from app.models.attributes.catalogue import AttributeValue
from app.models.values import AccountType, GroupKind
from app.services.demo.names import AUSTRALIA, GERMANY, JAPAN, NEW_ZEALAND, Locale
from app.services.hierarchy.accounts import ProviderSettings

Values = dict[str, AttributeValue]
ServiceKind = Literal["telephone", "internet", "energy"]

BUSINESS, RESIDENTIAL, DEFAULT = "Business", "Residential", "Default Profile"

HISTORY_DAYS = 730
"""Two years of invoices and payments."""
SCAN_DAYS_BACK = (28, 14, 7, 4, 2, 1)
"""Days on which the demo's own earlier scans ran. None on the last day: that one is left to whoever looks."""


@dataclass(frozen=True, slots=True)
class Product:
    """Something sold by the month. `usage` names what is metered besides, at a net price that varies."""

    kind: ServiceKind
    name: str
    net_minor: int
    usage: str = ""
    usage_unit: str = ""
    usage_net_minor: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the lines of invoices say, in the provider's language."""

    service: str
    months: tuple[str, str]
    days: tuple[str, str]
    period: str
    fees: str
    paper_fee: str
    paper_fee_note: str
    without_service: str
    """A line of an account that never had a service."""
    numeric_dates: bool = False


_ENGLISH = Words(
    service="Service {identifier}, {place}", months=("{n} month", "{n} months"), days=("{n} day", "{n} days"),
    period="{first} to {last}", fees="Fees", paper_fee="Paper invoice fee",
    paper_fee_note="Invoices by e-mail are free of it", without_service="Advice by the hour",
)
_GERMAN = Words(
    service="Anschluss {identifier}, {place}", months=("{n} Monat", "{n} Monate"), days=("{n} Tag", "{n} Tage"),
    period="{first} bis {last}", fees="Gebühren", paper_fee="Gebühr für Papierrechnung",
    paper_fee_note="Rechnungen per E-Mail sind frei davon", without_service="Beratung nach Stunden",
    numeric_dates=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSpec:
    name: str
    values: Values
    description: str = ""
    company_weight: int = 1
    person_weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec:
    """One version of a rule set, in force from so many days before the end."""

    name: str
    days_back: int
    min_overdue_minor: int
    min_overdue_days: int
    restore_at_minor: int
    resuspend_days: int = 0
    windows: tuple[str, ...] = ()
    excluded_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSpec:
    code: str
    name: str
    kind: GroupKind = GroupKind.DISTRIBUTION
    share: float = 0.015


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSpec:
    """One provider below the wholesaler, or the wholesaler itself."""

    code: str
    name: str
    type: AccountType
    settings: ProviderSettings
    values: Values
    locale: Locale = AUSTRALIA
    words: Words = _ENGLISH
    logo: str = ""
    share: int = 0
    """Of 1,000 customers of the demo."""
    code_form: str = "A{n:04d}"
    profiles: tuple[ProfileSpec, ...] = ()
    ratings: dict[str, int | None] = field(default_factory=dict)
    groups: tuple[GroupSpec, ...] = ()
    agents: tuple[str, ...] = ()
    rules: tuple[RuleSpec, ...] = ()
    products: tuple[Product, ...] = ()
    identifiers: dict[ServiceKind, str] = field(default_factory=dict)
    """Per kind a form with {a} (from 5550 up) and {b} (four digits)."""
    usual_months: int = 1
    """The provider's own default of the period length."""
    company_share: float = 0.25
    has_scenario: bool = False
    """The accounts A0001 … of the worked example are here."""

    @property
    def is_invoiced(self) -> bool:
        return self.type is AccountType.RETAIL

    @property
    def rule(self) -> RuleSpec:
        """The version in force at the end."""
        return min(self.rules, key=lambda r: r.days_back)


OPERATOR_VALUES: Values = {"module_sms_events": True}
"""Modules are switched by the operator alone; everybody below inherits them."""

PACIFIC = ProviderSpec(
    code="PW", name="Pacific Wholesale", type=AccountType.WHOLESALE,
    settings=ProviderSettings(
        currency="AUD", realm="@wholesale.pacific.example", language="en-AU", time_zone="Australia/Sydney",
        legal_name="Pacific Wholesale Pty Ltd", tagline="Networks for those who serve others",
        address="1 Cable Landing\nSydney NSW 2000", return_address="PO Box 1, Sydney NSW 2001",
        email="carriers@pacific.example", phone="02 5550 0001", website="pacific.example", tax_number_label="ABN",
        tax_number="00 000 000 001", tax_name="GST", bank_details="BSB: 000-000\nAccount: 0000 0001",
        help_text="Write to carriers@pacific.example.",
    ),
    values={
        "tax_rate": 1000, "credit_limit": 500_000, "auto_invoice_approval": True,
        "late_fee": "enable", "late_fee_kind": "amount", "late_fee_amount": 1_000,
    },
)

HARBOUR = ProviderSpec(
    code="HT", name="Harbour Telecom", type=AccountType.RETAIL, logo="harbour.png", share=450, has_scenario=True,
    settings=ProviderSettings(
        currency="AUD", realm="@harbour.example", language="en-AU", time_zone="Australia/Sydney",
        legal_name="Harbour Telecom Pty Ltd", tagline="Internet and voice for homes and businesses",
        address="12 Quay Street\nSydney NSW 2000", return_address="PO Box 300, Sydney NSW 2001",
        email="accounts@harbour.example", phone="02 5550 0100", website="harbour.example", tax_number_label="ABN",
        tax_number="00 000 000 000", tax_name="GST", bank_details="BSB: 000-000\nAccount: 0000 0000",
        help_text="Call 02 5550 0100, Mon to Fri 8:00 to 18:00, before the due date. We hold the amount while we "
                  "look.",
    ),
    values={
        "trading_due_days": 10, "paper_invoice_fee": 250, "account_billing_day": 1, "period_length_months": 3,
        "invoice_delivery_method": "email", "auto_invoice_approval": True,
    },
    usual_months=3,
    profiles=(
        ProfileSpec(name=DEFAULT, values={}, company_weight=10, person_weight=12),
        ProfileSpec(name=BUSINESS, values={"trading_due_days": 21, "invoice_layout": "business", "credit_rating": "AA",
                               "direct_debit_discount": "enable", "direct_debit_discount_kind": "amount",
                               "direct_debit_discount_amount": 100},
                    description="Firms: 21 days, their own layout, first reminder 3 days after the due date",
                    company_weight=85, person_weight=3),
        ProfileSpec(name=RESIDENTIAL, values={"trading_due_days": 14, "invoice_layout": "standard",
                                              "credit_limit": 50_000},
                    description="Homes: 14 days, first reminder on the due date", company_weight=5, person_weight=85),
    ),
    ratings={"AAA": None, "AA": 500_000, "A": 200_000, "BA": 50_000, "CAA": 5_000, "C": 0},
    groups=(GroupSpec(code="VIP", name="Looked after in person"), GroupSpec(code="NEWS", name="Newsletter", share=0.2),
            GroupSpec(code="SYDNEY", name="Served by the Sydney office", kind=GroupKind.SECURITY, share=0.1)),
    agents=("Dockside Agency", "Ferry Road Agency"),
    rules=(
        RuleSpec(name="Harbour trial", days_back=60, min_overdue_minor=10_000, min_overdue_days=30,
                 restore_at_minor=2_000),
        RuleSpec(name="Harbour standard", days_back=31, min_overdue_minor=5_000, min_overdue_days=14,
                 restore_at_minor=1_000, resuspend_days=3, windows=("Mon-Thu 09:00-16:00",),
                 excluded_groups=("VIP",)),
    ),
    products=(
        Product("internet", "Broadband 50/20", 5_455), Product("internet", "Broadband 100/40", 7_273),
        Product("internet", "Business broadband 100/40", 9_000), Product("internet", "Fibre 250", 10_455),
        Product("telephone", "Home phone line", 2_000, "Calls", "calls", (0, 1_800)),
        Product("telephone", "Business line", 3_500, "Calls", "calls", (200, 4_500)),
        Product("telephone", "Mobile 30 GB", 2_727, "Data beyond the plan", "GB", (0, 2_000)),
    ),
    identifiers={"telephone": "02 {a} {b}", "internet": "IN {a} {b}", "energy": "EM {a} {b}"},
)

SUMMIT = ProviderSpec(
    code="SB", name="Summit Broadband", type=AccountType.RETAIL, logo="summit.png", share=300, code_form="S{n:05d}",
    settings=ProviderSettings(
        currency="NZD", realm="@summit.example", language="en-NZ", time_zone="Pacific/Auckland",
        legal_name="Summit Broadband Limited", tagline="Fast lines for high places",
        address="8 Ridge Road\nAuckland 1010", return_address="PO Box 88, Auckland 1140",
        email="accounts@summit.example", phone="09 555 0100", website="summit.example", tax_number_label="GST No.",
        tax_number="000-000-000", tax_name="GST", bank_details="Account: 00-0000-0000000-00",
        help_text="Call 09 555 0100 on any day, 8:00 to 20:00.",
    ),
    values={
        "trading_due_days": 14, "tax_rate": 1500, "paper_invoice_fee": 200, "invoice_delivery_method": "email",
        "auto_invoice_approval": False, "late_fee": "enable", "late_fee_kind": "percent", "late_fee_rate": 200,
        "late_fee_label": "Overdue interest", "credit_rating": "BA",
    },
    locale=NEW_ZEALAND, company_share=0.15,
    profiles=(
        ProfileSpec(name=DEFAULT, values={}, company_weight=30, person_weight=90),
        ProfileSpec(name=BUSINESS, values={"trading_due_days": 20, "invoice_layout": "business",
                                           "credit_limit": 300_000},
                    company_weight=70, person_weight=2),
        ProfileSpec(name="Students", values={"trading_due_days": 7, "credit_limit": 0},
                    description="Paid within a week, no credit",
                    company_weight=0, person_weight=8),
    ),
    ratings={"AA": 250_000, "BA": 60_000, "B": 20_000, "C": 0},
    groups=(GroupSpec(code="RURAL", name="Rural lines", share=0.1),),
    agents=("Ridge Road Agency",),
    rules=(RuleSpec(name="Summit rules", days_back=200, min_overdue_minor=8_000, min_overdue_days=10,
                    restore_at_minor=0, resuspend_days=5),),
    products=(
        Product("internet", "Fibre 100", 6_500), Product("internet", "Fibre 900", 8_696),
        Product("internet", "Rural wireless", 7_826, "Data beyond the plan", "GB", (0, 3_000)),
        Product("telephone", "Voice add-on", 1_304, "Calls", "calls", (0, 900)),
    ),
    identifiers={"telephone": "09 {a} {b}", "internet": "SB-{a}-{b}", "energy": "ICP {a} {b}"},
)

NORDLICHT = ProviderSpec(
    code="NE", name="Nordlicht Energie", type=AccountType.RETAIL, share=200, code_form="N-{n:05d}",
    settings=ProviderSettings(
        currency="EUR", realm="@nordlicht.example", language="de-DE", time_zone="Europe/Berlin",
        legal_name="Nordlicht Energie GmbH", tagline="Strom, Gas und Netz aus dem Norden",
        address="Hafenstraße 7\n24103 Kiel", return_address="Postfach 70, 24100 Kiel",
        email="konto@nordlicht.example", phone="0431 555 0100", website="nordlicht.example",
        tax_number_label="USt-IdNr.", tax_number="DE000000000", tax_name="USt",
        bank_details="IBAN: DE00 0000 0000 0000 0000 00\nBIC: XXXXDEXXXXX",
        help_text="Rufen Sie vor der Fälligkeit an: 0431 555 0100, werktags 8 bis 18 Uhr.",
    ),
    values={
        "trading_due_days": 14, "tax_rate": 1900, "paper_invoice_fee": 119, "invoice_delivery_method": "post",
        "credit_limit": 100_000, "late_fee": "enable", "late_fee_kind": "amount", "late_fee_amount": 250,
        "late_fee_label": "Mahngebühr",
    },
    locale=GERMANY, words=_GERMAN, company_share=0.2,
    profiles=(
        ProfileSpec(name=DEFAULT, values={}, company_weight=10, person_weight=10),
        ProfileSpec(name="Gewerbe", values={"trading_due_days": 30, "invoice_layout": "business",
                                            "credit_limit": 1_000_000},
                    company_weight=90, person_weight=0),
        ProfileSpec(name="Haushalt", values={"trading_due_days": 14}, company_weight=0, person_weight=90),
    ),
    groups=(GroupSpec(code="KOMMUNEN", name="Städte und Gemeinden", share=0.02),),
    rules=(RuleSpec(name="Sperrregel", days_back=120, min_overdue_minor=2_500, min_overdue_days=21,
                    restore_at_minor=500, resuspend_days=7, excluded_groups=("KOMMUNEN",)),),
    products=(
        Product("energy", "Ökostrom, Grundpreis", 1_250, "Verbrauch", "kWh", (2_500, 9_500)),
        Product("energy", "Erdgas, Grundpreis", 1_000, "Verbrauch", "kWh", (1_500, 14_000)),
        Product("internet", "Netz 100", 3_353),
    ),
    identifiers={"telephone": "0431 {a} {b}", "internet": "NE {a} {b}", "energy": "Z {a} {b}"},
)

TIDEWATER = ProviderSpec(
    code="TM", name="Tidewater Mobile", type=AccountType.RETAIL, share=48, code_form="T{n:04d}",
    settings=ProviderSettings(
        currency="JPY", realm="@tidewater.example", language="en-GB", time_zone="Asia/Tokyo",
        legal_name="Tidewater Mobile KK", tagline="Pocket telephones by the sea",
        address="3-1 Minato\nYokohama 220-0000", return_address="3-1 Minato, Yokohama 220-0000",
        email="accounts@tidewater.example", phone="045-555-0100", website="tidewater.example",
        tax_number_label="Registration", tax_number="T0000000000000", tax_name="Tax",
        bank_details="Bank: Example Bank\nAccount: 0000000", help_text="Write to accounts@tidewater.example.",
    ),
    # No credit limit of its own: it inherits one in Australian dollars, which says nothing without a rate.
    values={
        "trading_due_days": 10, "paper_invoice_fee": 220, "invoice_delivery_method": "email",
        "late_fee": "disable", "align_packages_to_account": False,
    },
    locale=JAPAN, company_share=0.1,
    profiles=(ProfileSpec(name=DEFAULT, values={}, company_weight=1, person_weight=1),),
    rules=(RuleSpec(name="Tidewater rules", days_back=90, min_overdue_minor=3_000, min_overdue_days=7,
                    restore_at_minor=500),),
    products=(
        Product("telephone", "Mobile 5 GB", 2_980, "Data beyond the plan", "GB", (0, 2_000)),
        Product("telephone", "Mobile 20 GB", 4_480, "Calls", "calls", (0, 1_500)),
    ),
    identifiers={"telephone": "080-{a}-{b}", "internet": "TM-{a}-{b}", "energy": "TM-{a}-{b}"},
)

LIGHTHOUSE = ProviderSpec(
    code="LC", name="Lighthouse Community Net", type=AccountType.NON_BILLING, share=2, code_form="L{n:04d}",
    settings=ProviderSettings(
        currency="AUD", realm="@lighthouse.example", language="en-AU", time_zone="Australia/Perth",
        legal_name="Lighthouse Community Net Inc.", email="hello@lighthouse.example", tax_name="GST",
    ),
    values={},
    profiles=(ProfileSpec(name=DEFAULT, values={}),),
    products=(Product("internet", "Community wireless", 0),),
    identifiers={"telephone": "LC {a} {b}", "internet": "LC {a} {b}", "energy": "LC {a} {b}"},
)

DOWNSTREAM = (HARBOUR, SUMMIT, NORDLICHT, TIDEWATER, LIGHTHOUSE)
"""Providers below Pacific Wholesale, in the order they were signed up."""


def share_out(accounts: int) -> list[int]:
    """How many customers each provider gets; they add up to `accounts`.

    From 24 on every retail provider has at least the three that a scan suspends, restores and excludes.
    """
    least = 3 if accounts >= 24 else 0
    counts = [max(least if spec.is_invoiced else 0, accounts * spec.share // 1_000) for spec in DOWNSTREAM]
    counts[0] += accounts - sum(counts)
    return counts


def with_logo(settings: ProviderSettings, logo: bytes | None) -> ProviderSettings:
    return replace(settings, logo=logo)
