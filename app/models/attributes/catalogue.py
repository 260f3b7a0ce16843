"""The catalogue of attributes: settings that inherit from account to profile to providers to the system default.

Every attribute (ARCHITECTURE.md, "Attribute catalogue") stands here with type, range, unit, tiers, default and help.
The tables that hold overrides have one typed, nullable column for each entry and tier (see `attribute`), so an
attribute can never be stored on a tier that is not listed for it. NULL is *not set*; 0, "" and false are values.

Settings that only make sense together form a bundle: the first tier that sets the bundle's lead gives all members.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.models.countries import COUNTRIES
from app.models.values import AttributeKind as Kind
from app.models.values import (
    DeliveryMethod,
    Enterprise,
    InvoiceLayout,
    ProximityDirection,
    TermsMethod,
    TermUnit,
    Tier,
)

AttributeValue = bool | int | str | date | None
"""What an attribute may be: money as minor units, rates in hundredths of a percent."""


_S = frozenset({Tier.PROVIDER})
_A = frozenset({Tier.ACCOUNT})
_SA = frozenset({Tier.PROVIDER, Tier.ACCOUNT})
_SP = frozenset({Tier.PROVIDER, Tier.PROFILE})
_SPA = frozenset({Tier.PROVIDER, Tier.PROFILE, Tier.ACCOUNT})

CREDIT_RATINGS = ("AAA", "AA", "A", "BAA", "BA", "B", "CAA", "CA", "C")
"""The nine fixed rating codes (ARCHITECTURE.md, "Credit limit")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeDefinition:
    """One attribute: what it is, where it may be set, and what happens when nobody sets it."""

    key: str
    label: str
    section: str
    kind: Kind
    tiers: frozenset[Tier]
    help: str
    consumer: str
    """Dotted module that reads it, or "planned: …" naming the part of the program that will."""
    default: AttributeValue = None
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Stored value and words on screen."""
    bundle: str | None = None
    """Key of the bundle's lead; the lead names itself."""
    none_text: str = "Not set"
    """What *not set anywhere* means, in words."""
    operator_only: bool = False

    @property
    def is_bundle_member(self) -> bool:
        """True for members that follow another attribute's tier."""
        return self.bundle is not None and self.bundle != self.key

    def allowed_on(self, tier: Tier) -> bool:
        return tier in self.tiers


_TERMS = "Terms and credit"
_INVOICES = "Invoices"
_FEES = "Fees and discounts"
_PAYMENTS = "Payments"
_AUTOMATION = "Automation"
_ACCOUNT_DEFAULTS = "New accounts"
_MODULES = "Modules"

_SWITCH = (("disable", "Off"), ("enable", "On"))
_FEE_KIND = (("amount", "Amount"), ("percent", "Percent of the invoice"))


def _module(key: str, label: str, text: str, *, default: bool) -> AttributeDefinition:
    return AttributeDefinition(
        key=f"module_{key}", label=label, section=_MODULES, kind=Kind.BOOLEAN, tiers=_S, default=default,
        help=text, consumer="app.services.providers.modules", operator_only=True,
    )


def _fee_bundle(lead: str, label: str, tiers: frozenset[Tier], consumer: str, text: str) -> list[AttributeDefinition]:
    """Status, kind and size that every fee or discount bundle begins with."""
    return [
        AttributeDefinition(key=lead, label=label, section=_FEES, kind=Kind.CHOICE, tiers=tiers, help=text,
                            consumer=consumer, default="disable",
                            choices=_SWITCH, bundle=lead),
        AttributeDefinition(key=f"{lead}_kind", label=f"{label}: kind", section=_FEES, kind=Kind.CHOICE, tiers=tiers,
                            help="Whether the figure is an amount of money or a percentage.", consumer=consumer,
                            default="amount",
                            choices=_FEE_KIND, bundle=lead),
        AttributeDefinition(key=f"{lead}_amount", label=f"{label}: amount", section=_FEES, kind=Kind.MONEY, tiers=tiers,
                            help="The amount, when the kind is Amount.", consumer=consumer, default=0, minimum=0,
                            bundle=lead),
        AttributeDefinition(key=f"{lead}_rate", label=f"{label}: percent", section=_FEES, kind=Kind.RATE, tiers=tiers,
                            help="The percentage, when the kind is Percent.", consumer=consumer, default=0, minimum=0,
                            maximum=10_000, unit="%", bundle=lead),
    ]


_BILLING_RUN = "planned: billing run"
_TERMS_READER = "app.services.attributes.terms"
_TERM_UNITS = ((TermUnit.DAYS.value, "Days"), (TermUnit.MONTHS.value, "Months"))


def _terms(key: str, label: str, kind: Kind, tiers: frozenset[Tier], text: str, **more: Any) -> AttributeDefinition:
    return AttributeDefinition(key=f"trading_terms_{key}", label=label, section=_TERMS, kind=kind, tiers=tiers,
                               help=text, consumer=_TERMS_READER, **more)


_DUE_DATES: tuple[AttributeDefinition, ...] = (
    _terms("method", "Terms counted", Kind.CHOICE, _SPA,
           "How the due date follows from the day of posting. Whoever sets trading terms in days and says nothing "
           "here counts in days.", default=TermsMethod.DAYS_AFTER.value, bundle="trading_terms_method",
           choices=((TermsMethod.DAYS_AFTER.value, "Days after posting"),
                    (TermsMethod.DAY_OF_MONTH.value, "Day of a month"))),
    _terms("day", "Terms: day of the month", Kind.INTEGER, _SPA,
           "The day on which invoices are due, where terms go by the day of a month. A shorter month has its last "
           "day.", default=1, minimum=1, maximum=31, bundle="trading_terms_method"),
    _terms("months", "Terms: months after posting", Kind.INTEGER, _SPA,
           "Of which month after that of posting, where terms go by the day of a month; 0 is the same month.",
           default=1, minimum=0, maximum=24, unit="months", bundle="trading_terms_method"),
    _terms("offset", "Own terms", Kind.INTEGER, _A,
           "How much later than usual, or with a minus earlier, invoices of this account are due. It follows the "
           "usual terms; trading terms set on the account do not.", minimum=-365, maximum=365,
           bundle="trading_terms_offset", none_text="As usual"),
    _terms("offset_unit", "Own terms: unit", Kind.CHOICE, _A, "Whether own terms are moved by days or by months.",
           default=TermUnit.DAYS.value, choices=_TERM_UNITS, bundle="trading_terms_offset"),
    _terms("proximity", "Proximity", Kind.INTEGER, _S,
           "How far own terms of an account, and a due date typed on an invoice, may lie from the usual due date. Not "
           "set: own terms are free, and a typed due date must be the usual one.", minimum=0, maximum=365,
           bundle="trading_terms_proximity", none_text="Own terms are free"),
    _terms("proximity_unit", "Proximity: unit", Kind.CHOICE, _S, "Whether the proximity is in days or in months.",
           default=TermUnit.DAYS.value, choices=_TERM_UNITS, bundle="trading_terms_proximity"),
    _terms("proximity_direction", "Proximity: direction", Kind.CHOICE, _S,
           "Whether terms may be longer than usual, shorter, or both.", default=ProximityDirection.BOTH.value,
           choices=((ProximityDirection.PLUS.value, "Longer"), (ProximityDirection.MINUS.value, "Shorter"),
                    (ProximityDirection.BOTH.value, "Longer or shorter")), bundle="trading_terms_proximity"),
)

CATALOGUE: tuple[AttributeDefinition, ...] = (
    AttributeDefinition(key="trading_due_days", label="Trading terms", section=_TERMS, kind=Kind.INTEGER, tiers=_SPA,
                        help="Days from the posting of an invoice to its due date. Issued invoices keep theirs.",
                        consumer=_TERMS_READER, default=7, minimum=0, maximum=365, unit="days"),
    *_DUE_DATES,
    AttributeDefinition(key="credit_rating", label="Credit rating", section=_TERMS, kind=Kind.CHOICE, tiers=_SPA,
                        help="Stands for the credit limit that the provider gives this rating; a limit typed in at the "
                        "same tier wins.", consumer="app.models.rules.attribute_inheritance",
                        choices=tuple((c, c) for c in CREDIT_RATINGS), none_text="No rating"),
    AttributeDefinition(key="credit_limit", label="Credit limit", section=_TERMS, kind=Kind.MONEY, tiers=_SPA,
                        help="The highest balance the account may reach. 0.00 means no credit; not set means no limit.",
                        consumer="app.services.attributes.limits", minimum=0, none_text="No limit"),
    AttributeDefinition(key="unbilled_credit_limit", label="Unbilled credit limit", section=_TERMS, kind=Kind.MONEY,
                        tiers=_SPA,
                        help="Limit of usage that is not invoiced yet.", consumer="planned: credit control", minimum=0,
                        none_text="No limit"),
    AttributeDefinition(key="account_billing_day", label="Billing day", section=_TERMS, kind=Kind.INTEGER, tiers=_SA,
                        help="Day of the month on which an invoice period starts.", consumer=_BILLING_RUN, default=1,
                        minimum=1,
                        maximum=28),
    AttributeDefinition(key="period_length_months", label="Period length", section=_TERMS, kind=Kind.INTEGER, tiers=_SA,
                        help="Months in one invoice period.", consumer=_BILLING_RUN, default=1, minimum=1, maximum=36,
                        unit="months"),
    AttributeDefinition(key="trading_review_last", label="Last terms review", section=_TERMS, kind=Kind.DATE, tiers=_A,
                        help="For reports only.", consumer="planned: reports", none_text="Never"),
    AttributeDefinition(key="trading_review_next", label="Next terms review", section=_TERMS, kind=Kind.DATE, tiers=_A,
                        help="For reports only.", consumer="planned: reports", none_text="Not planned"),
    AttributeDefinition(key="invoice_layout", label="Invoice layout", section=_INVOICES, kind=Kind.CHOICE, tiers=_SP,
                        help="How invoices of this account look on paper.", consumer="app.services.invoicing.posting",
                        default=InvoiceLayout.STANDARD.value,
                        choices=((InvoiceLayout.STANDARD.value, "Standard"),
                                 (InvoiceLayout.BUSINESS.value, "Business"))),
    AttributeDefinition(key="invoice_delivery_method", label="Invoice delivery", section=_INVOICES, kind=Kind.CHOICE,
                        tiers=_SA,
                        help="How a posted invoice reaches the customer.", consumer="app.services.invoicing.posting",
                        default=DeliveryMethod.DO_NOT_SEND.value,
                        choices=((DeliveryMethod.EMAIL.value, "Email"), (DeliveryMethod.POST.value, "Post"),
                                 (DeliveryMethod.EMAIL_AND_POST.value, "Email and Post"),
                                 (DeliveryMethod.DO_NOT_SEND.value, "Do not send"))),
    AttributeDefinition(key="auto_invoice_approval", label="Approve invoices automatically", section=_INVOICES,
                        kind=Kind.BOOLEAN, tiers=_SA,
                        help="Post invoices as soon as they are generated.", consumer=_BILLING_RUN, default=False),
    AttributeDefinition(key="paper_invoice_fee", label="Paper invoice fee", section=_INVOICES, kind=Kind.MONEY,
                        tiers=_SA,
                        help="Added to each invoice that goes by post, tax included. 0.00 adds no line.",
                        consumer="app.services.invoicing.compose", default=0, minimum=0),
    AttributeDefinition(key="tax_rate", label="Tax rate", section=_INVOICES, kind=Kind.RATE, tiers=_SA,
                        help="Tax on charges of this account.",
                        consumer="app.services.invoicing.compose", default=1000, minimum=0, maximum=10_000, unit="%"),
    AttributeDefinition(key="align_packages_to_account", label="Align packages to the account", section=_INVOICES,
                        kind=Kind.BOOLEAN, tiers=_SA,
                        help="Package periods follow the account's invoice period.", consumer=_BILLING_RUN,
                        default=False),
    *_fee_bundle("early_payment_discount", "Early payment discount", _SA, _BILLING_RUN,
                 "Credit given when an invoice is settled before its due date."),
    AttributeDefinition(key="early_payment_discount_days", label="Early payment discount: days before due",
                        section=_FEES,
                        kind=Kind.INTEGER, tiers=_SA, help="Settled at least this many days before the due date.",
                        consumer=_BILLING_RUN,
                        default=0, minimum=0, maximum=365, unit="days", bundle="early_payment_discount"),
    *_fee_bundle("late_fee", "Late payment fee", _SA, _BILLING_RUN,
                 "Charged when an overdue invoice becomes fully paid."),
    AttributeDefinition(key="late_fee_label", label="Late payment fee: label", section=_FEES, kind=Kind.TEXT, tiers=_SA,
                        help="What the line on the next invoice is called.", consumer=_BILLING_RUN,
                        default="Late payment fee",
                        maximum=80, bundle="late_fee"),
    *_fee_bundle("late_fee_invoice_ages", "Overdue fee by invoice age", _SA, _BILLING_RUN,
                 "Charged while an invoice stays overdue."),
    AttributeDefinition(key="late_fee_invoice_ages_minimum_overdue", label="Overdue fee: minimum overdue balance",
                        section=_FEES,
                        kind=Kind.MONEY, tiers=_SA, help="No fee below this overdue balance.", consumer=_BILLING_RUN,
                        default=0, minimum=0,
                        bundle="late_fee_invoice_ages"),
    AttributeDefinition(key="late_fee_invoice_ages_days_after_due", label="Overdue fee: days after due", section=_FEES,
                        kind=Kind.INTEGER,
                        tiers=_SA, help="Charged this many days after the due date.", consumer=_BILLING_RUN, default=0,
                        minimum=0,
                        maximum=365, unit="days", bundle="late_fee_invoice_ages"),
    AttributeDefinition(key="late_fee_invoice_ages_label", label="Overdue fee: label", section=_FEES, kind=Kind.TEXT,
                        tiers=_SA,
                        help="What the line on the next invoice is called.", consumer=_BILLING_RUN,
                        default="Overdue fee",
                        maximum=80, bundle="late_fee_invoice_ages"),
    AttributeDefinition(key="late_fee_invoice_ages_ignore_ombudsman", label="Overdue fee: also while a case is open",
                        section=_FEES,
                        kind=Kind.BOOLEAN, tiers=_SA, help="Charge even while an ombudsman case is open.",
                        consumer=_BILLING_RUN,
                        default=False, bundle="late_fee_invoice_ages"),
    *_fee_bundle("direct_debit_discount", "Direct debit discount", _SPA, _BILLING_RUN,
                 "Credit given for paying by direct debit."),
    AttributeDefinition(key="auto_allocate_payments", label="Allocate payments automatically", section=_PAYMENTS,
                        kind=Kind.BOOLEAN, tiers=_S,
                        help="Settle the oldest invoice first with every payment.",
                        consumer="app.services.invoicing.posting",
                        default=True),
    AttributeDefinition(key="minimum_payment_amount", label="Smallest automatic payment", section=_PAYMENTS,
                        kind=Kind.MONEY, tiers=_S,
                        help="Automatic payments below this are not taken.", consumer="planned: automatic payments",
                        minimum=0,
                        none_text="No minimum"),
    AttributeDefinition(key="days_after_due_before_auto_payment", label="Automatic payment after", section=_PAYMENTS,
                        kind=Kind.INTEGER,
                        tiers=_S, help="Days after the due date before money is taken automatically.",
                        consumer="planned: automatic payments", minimum=0, maximum=365, unit="days",
                        none_text="On the due date"),
    AttributeDefinition(key="autopay", label="Mark invoices paid when posted", section=_PAYMENTS, kind=Kind.BOOLEAN,
                        tiers=_A,
                        help="A posted invoice counts as paid at once.", consumer=_BILLING_RUN, default=False),
    AttributeDefinition(key="omit_from_auto_restrict", label="Leave out of suspension", section=_AUTOMATION,
                        kind=Kind.BOOLEAN, tiers=_A,
                        help="The scan never suspends this account (exclusion X3).",
                        consumer="app.services.suspension.judgement",
                        default=False),
    AttributeDefinition(key="cumulus_user_suffix", label="Realm of staff log-ins", section=_ACCOUNT_DEFAULTS,
                        kind=Kind.TEXT, tiers=_S,
                        help="Log-ins of the provider's staff end with it: @domain. Unique, and never inherited.",
                        consumer="app.models.parties.provider", none_text="Set with the provider", maximum=120),
    AttributeDefinition(key="default_account_enterprise", label="Enterprise offered first", section=_ACCOUNT_DEFAULTS,
                        kind=Kind.CHOICE,
                        tiers=_S, help="Preselected for a new account.",
                        consumer="app.services.hierarchy.new_account_offers",
                        default=Enterprise.INDIVIDUAL.value,
                        choices=((Enterprise.ORGANISATION.value, "Organisation"),
                                 (Enterprise.INDIVIDUAL.value, "Individual"))),
    AttributeDefinition(key="default_start_date_offset", label="Start date offset", section=_ACCOUNT_DEFAULTS,
                        kind=Kind.INTEGER, tiers=_S,
                        help="Days from today to the start date offered for a new account.",
                        consumer="app.services.hierarchy.new_account_offers",
                        default=0, minimum=-365, maximum=365, unit="days"),
    AttributeDefinition(key="default_portal_username_field", label="Portal user name", section=_ACCOUNT_DEFAULTS,
                        kind=Kind.CHOICE, tiers=_S,
                        help="Which field becomes the user name at the customer portal.",
                        consumer="planned: new account",
                        default="account_code",
                        choices=(("account_code", "Account code"), ("email", "Email of the primary contact"))),
    AttributeDefinition(key="country", label="Country", section=_ACCOUNT_DEFAULTS, kind=Kind.CHOICE, tiers=_S,
                        help="Where the provider is at home; with several countries on, a new account begins in the "
                        "currency of that country.", consumer="app.services.currencies.new_accounts",
                        choices=tuple((code, country.name) for code, country in COUNTRIES.items())),
    _module("agents", "Agents", "Agents sign up and look after customers.", default=True),
    _module("account_groups", "Account groups", "Groups that limit staff and serve lists.", default=True),
    _module("payment_plans", "Payment plans", "Instalments for overdue invoices.", default=True),
    _module("sms_events", "SMS events", "Text messages; needs a subscription.", default=False),
    _module("automated_suspension", "Automated suspension", "Scans that suspend and restore.", default=True),
    _module("multiple_pending_invoices", "Multiple pending invoices", "More than one invoice awaiting approval.",
            default=True),
    _module("multi_currency", "Multiple currencies", "Accounts in other currencies than that of the books.",
            default=False),
    _module("multi_country", "Multiple countries", "A new account begins in the currency of its provider's country.",
            default=False),
)

DEFINITIONS: dict[str, AttributeDefinition] = {d.key: d for d in CATALOGUE}

NOT_INHERITED = frozenset({"cumulus_user_suffix"})
"""Belongs to one provider alone and is stored with it (`provider.realm`)."""

INHERITED: tuple[AttributeDefinition, ...] = tuple(d for d in CATALOGUE if d.key not in NOT_INHERITED)


def members_of(lead: str) -> tuple[AttributeDefinition, ...]:
    """All members of a bundle, its lead first; for an attribute outside bundles, itself alone."""
    if DEFINITIONS[lead].bundle is None:
        return (DEFINITIONS[lead],)
    return tuple(sorted((d for d in CATALOGUE if d.bundle == lead), key=lambda d: d.key != lead))


@dataclass(frozen=True, slots=True, kw_only=True)
class TierValues:
    """What one owner along the chain sets: the raw material of the resolver."""

    tier: Tier
    owner_id: int
    owner: str
    """Code of an account or provider, name of a profile."""
    currency: str
    """Currency of the owner's money values."""
    values: dict[str, AttributeValue] = field(default_factory=dict)
    rating_limits: dict[str, int | None] = field(default_factory=dict)
    """Credit limits that ratings stand for at this owner's provider, in minor units."""
    rating_currency: str | None = None
    """Currency of those limits where it differs from the owner's: a provider's account at the provider above it."""
