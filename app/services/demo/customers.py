"""One customer of the demo, made from nothing but the seed and its number: who it is, what it has, what it sets.

The outline is drawn first, because the dates of all invoices must be known before the first one gets its number.
Everything here is pure; the same seed, number and last day give the same customer.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.models.attributes.catalogue import AttributeValue
from app.models.values import HoldKind, Lifecycle, ServiceState
from app.services.demo import names
from app.services.demo.billing_calendar import Cycle, Period, periods, pinned_cycle
from app.services.demo.roles import Named, Part, named_account
from app.services.demo.world import BUSINESS, HISTORY_DAYS, Product, ProviderSpec, ServiceKind, Values
from app.services.hierarchy.new_contacts import NewContact

_LATE_TODAY = frozenset({Part.SUSPEND, Part.SUSPEND_PARTLY_PAID, Part.EXACTLY_X, Part.BELOW_X, Part.NEVER_A_SERVICE,
                         Part.PROMISE})
_HELD_EARLIER = frozenset({Part.RESTORE, Part.RESTORE_AT_K, Part.BY_HAND})
_PART_TERMS_DAYS = 14
"""Accounts that play a part set their own terms, so that their due date is known before the profile is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """When a customer exists and is invoiced."""

    n: int
    start_date: date
    cycle: Cycle
    lifecycle: Lifecycle
    hold: HoldKind | None
    ends_on: date | None
    """No invoice after this day."""
    part: Part | None
    has_services: bool
    is_invoiced: bool

    def changed_on(self, until: date) -> date:
        """The day of the closure, or of the hold that staff placed; never before the account exists."""
        return self.ends_on or max(self.start_date, until - timedelta(days=30 + self.n % 60))

    def periods(self, until: date) -> list[Period]:
        if not self.is_invoiced:
            return []
        last = until if self.ends_on is None else min(until, self.ends_on)
        return periods(self.cycle, exists_from=self.start_date, posted_from=until - timedelta(days=HISTORY_DAYS),
                       posted_to=last)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedService:
    product: Product
    identifier: str
    place: str
    state: ServiceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """All that is written of a customer apart from its ledger."""

    outline: Outline
    code: str
    name: str
    is_company: bool
    profile: str
    agent: str | None
    contact: NewContact
    billing_contact: NewContact | None
    values: Values
    groups: tuple[str, ...]
    services: tuple[PlannedService, ...]
    ombudsman_case_open: bool
    named: Named | None
    chance: random.Random = field(repr=False)
    """Goes on where this customer's draws stopped; the ledger is drawn from it next."""


def chance_of(seed: int, spec: ProviderSpec, n: int) -> random.Random:
    """The source of everything random about one customer, whatever came before it."""
    return random.Random(f"{seed}/{spec.code}/{n}")  # noqa: S311  (a demo, not a secret)


def draw_outline(chance: random.Random, spec: ProviderSpec, n: int, part: Part | None, until: date) -> Outline:
    """The first draws of a customer."""
    named = named_account(spec, n)
    start = until - timedelta(days=chance.randint(45, 1_600))
    months = chance.choices([1, 3], [35, 65] if spec.usual_months == 3 else [50, 50])[0]
    day = 1 if chance.random() < 0.5 else chance.randint(2, 28)
    anchor = (until.replace(day=1) - timedelta(days=28 * chance.randint(0, 2))).replace(day=day)
    lifecycle, hold, ended = _fate(chance)
    has_services = chance.random() > 0.03
    cycle = Cycle(anchor=anchor, months=months)
    if lifecycle is Lifecycle.PREACTIVE:
        start = until - timedelta(days=n % 20)
    if named is not None or part is not None:
        lifecycle, hold, ended, has_services = Lifecycle.ACTIVE, None, 0, part is not Part.NEVER_A_SERVICE
    if part is not None:
        start = min(start, until - timedelta(days=200))
        cycle = pinned_cycle(_posted_on(part, spec, n, until), months)
        hold = HoldKind.MANUAL if part is Part.CREDIT_CHECK else None
    if named is not None:
        start = until - timedelta(days=HISTORY_DAYS - 40)
        lifecycle, hold = Lifecycle(named.lifecycle), HoldKind(named.hold) if named.hold else None
        has_services = named.services > 0
        if named.posted_days_back is not None:
            cycle = pinned_cycle(until - timedelta(days=named.posted_days_back), spec.usual_months)
    # Whoever began lately left at once: nothing is dated before the account exists.
    ends_on = max(start, until - timedelta(days=ended)) if ended else None
    is_invoiced = spec.is_invoiced and lifecycle is not Lifecycle.PREACTIVE and (has_services or part is not None)
    return Outline(n=n, start_date=start, cycle=cycle, lifecycle=lifecycle, hold=hold, ends_on=ends_on, part=part,
                   has_services=has_services, is_invoiced=is_invoiced)


def _fate(chance: random.Random) -> tuple[Lifecycle, HoldKind | None, int]:
    """Lifecycle, hold placed by staff, and how many days ago invoicing ended (0: it has not)."""
    draw, days = chance.random(), chance.randint(45, 500)
    for limit, lifecycle, hold, ended in (
        (0.030, Lifecycle.INACTIVE, None, days), (0.045, Lifecycle.TERMINATED, None, days),
        (0.060, Lifecycle.PREACTIVE, None, 0), (0.068, Lifecycle.ACTIVE, HoldKind.MANUAL, 0),
        (0.071, Lifecycle.ACTIVE, HoldKind.BILLING_AND_ORDERING, days // 5),
        (0.073, Lifecycle.ACTIVE, HoldKind.PARENT_PROVIDER, 0), (0.074, Lifecycle.ACTIVE, HoldKind.SYSTEM, days // 5),
    ):
        if draw < limit:
            return lifecycle, hold, ended
    return Lifecycle.ACTIVE, None, 0


def _posted_on(part: Part, spec: ProviderSpec, n: int, until: date) -> date:
    """When the invoice is posted that a part turns on."""
    late_days = spec.rule.min_overdue_days + 1
    if part is Part.NOT_YET:
        late_days -= 1
    elif part in _HELD_EARLIER:
        late_days += 11 + n % 6
    elif part is Part.STAYS_SUSPENDED:
        late_days += 30
    elif part not in _LATE_TODAY:
        late_days += 3 + n % 9
    return until - timedelta(days=late_days + _PART_TERMS_DAYS)


def draw_customer(chance: random.Random, spec: ProviderSpec, outline: Outline) -> Customer:
    """The rest of a customer; `chance` has given the outline before."""
    named = named_account(spec, outline.n)
    code = spec.code_form.format(n=outline.n)
    is_company = chance.random() < spec.company_share if named is None else named.is_company
    name = (names.company if is_company else names.person)(chance, spec.locale) if named is None else named.name
    profile = _profile(chance, spec, is_company=is_company) if named is None else named.profile
    agent = chance.choice(spec.agents) if spec.agents and chance.random() < 0.08 and named is None else None
    place = names.street(chance, spec.locale)
    if named is not None and named.place:
        place = named.place
    contact = _contact(chance, spec, name, names.email(name, code), place)
    services = _services(chance, spec, outline, named, place, is_company=is_company)
    return Customer(
        outline=outline, code=code, name=name, is_company=is_company, profile=profile, agent=agent, contact=contact,
        billing_contact=_bookkeeper(chance, spec, contact, named, is_company=is_company),
        values=_values(chance, spec, outline, named),
        groups=_groups(chance, spec, outline, named), services=services,
        ombudsman_case_open=outline.part is Part.OMBUDSMAN, named=named, chance=chance,
    )


def _profile(chance: random.Random, spec: ProviderSpec, *, is_company: bool) -> str:
    weights = [p.company_weight if is_company else p.person_weight for p in spec.profiles]
    return chance.choices([p.name for p in spec.profiles], weights)[0]


def _contact(chance: random.Random, spec: ProviderSpec, name: str, email: str, place: str) -> NewContact:
    """Name and address; now and then one of them is missing, which must never stop a print."""
    city, region, postcode = chance.choice(spec.locale.towns)
    phone = spec.locale.phone.format(number=chance.randint(0, 9_999)) if chance.random() < 0.7 else ""
    level = f"Level {chance.randint(1, 9)}" if chance.random() < 0.08 else ""
    if chance.random() < 0.04:
        email = ""
    if chance.random() < 0.06:
        return NewContact(name=name, email=email, phone=phone)
    return NewContact(
        name=name, email=email, phone=phone, address_line1=level or place, address_line2=place if level else "",
        city=city,
        region=region, postcode=postcode,
    )


def _bookkeeper(
    chance: random.Random, spec: ProviderSpec, contact: NewContact, named: Named | None, *, is_company: bool
) -> NewContact | None:
    """Some companies have their invoices sent to somebody else than the owner of the account."""
    if named is not None and named.attention:
        return NewContact(name=named.name, attention=named.attention, email=f"invoices.{contact.email}",
                          address_line1="Level 3, 88 Wharf Road", city="Pyrmont", region="NSW", postcode="2009")
    if not is_company or named is not None or chance.random() > 0.2:
        return None
    return NewContact(
        name=contact.name, attention=names.person(chance, spec.locale),
        email=contact.email and f"invoices.{contact.email}",
        address_line1=f"PO Box {chance.randint(10, 990)}", city=contact.city or spec.locale.towns[0][0],
        region=contact.region, postcode=contact.postcode,
    )


def _values(chance: random.Random, spec: ProviderSpec, outline: Outline, named: Named | None) -> Values:
    """What the account overrides; 0 and false are values like any other."""
    if not spec.is_invoiced:
        return {}
    drawn = _drawn_values(chance, spec)
    values: Values = {} if named is not None or outline.part is not None else drawn
    if outline.cycle.months != spec.usual_months:
        values["period_length_months"] = outline.cycle.months
    if outline.cycle.anchor.day != 1:
        values["account_billing_day"] = outline.cycle.anchor.day
    if outline.part is not None:
        values["trading_due_days"] = _PART_TERMS_DAYS
    if outline.part is Part.OMITTED:
        values["omit_from_auto_restrict"] = True
    return values | (named.values or {}) if named is not None else values


def _drawn_values(chance: random.Random, spec: ProviderSpec) -> Values:
    values: Values = {}
    delivery = chance.choices(["", "email", "post", "email_and_post", "do_not_send"], [70, 6, 14, 7, 3])[0]
    if delivery:
        values["invoice_delivery_method"] = delivery
    limits = [p * 100 for p in (2_000, 10_000, 100_000)] if spec.settings.currency != "JPY" else [5_000, 20_000]
    odds: tuple[tuple[str, float, Sequence[AttributeValue]], ...] = (
        ("credit_limit", 0.06, [0, *limits]), ("credit_rating", 0.04, list(spec.ratings)),
        ("trading_due_days", 0.04, [0, 5, 30]), ("paper_invoice_fee", 0.03, [0]), ("tax_rate", 0.01, [0]),
        ("omit_from_auto_restrict", 0.02, [False, False, True]), ("auto_invoice_approval", 0.02, [False]),
        ("align_packages_to_account", 0.02, [True, False]),
    )
    for key, share, choices in odds:
        if chance.random() < share and choices:
            values[key] = chance.choice(choices)
    return values


def _groups(chance: random.Random, spec: ProviderSpec, outline: Outline, named: Named | None) -> tuple[str, ...]:
    # One draw per group, whether it counts or not: the draws after it stay the same.
    member = [g.code for g in spec.groups if chance.random() < g.share]
    if not spec.is_invoiced:
        return ()
    excluded = spec.rule.excluded_groups
    if outline.part is not None or named is not None:
        member = [code for code in member if code not in excluded]
    if named is not None and named.group:
        member.append(named.group)
    if outline.part is Part.GROUP:
        member.append(excluded[0])
    return tuple(member)


def _services(
    chance: random.Random, spec: ProviderSpec, outline: Outline, named: Named | None, place: str, *, is_company: bool
) -> tuple[PlannedService, ...]:
    count = _service_count(chance, is_company=is_company) if named is None else named.services
    if not outline.has_services:
        return ()
    if named is not None and named.inclusive_minor is not None:
        # The worked example: Acme's line is 02 5550 0142, the others follow.
        product = spec.products[2 if named.profile == BUSINESS else 0]
        return tuple(PlannedService(product=product, identifier=f"02 5550 {140 + 2 * outline.n + i:04d}", place=place,
                                    state=ServiceState.ACTIVE)
                     for i in range(count))
    if outline.part is not None:
        count = min(count, 3)  # so that the price their part asks for stays a sensible price of each
    services = []
    for i in range(count):
        product = chance.choice(spec.products)
        services.append(PlannedService(product=product, identifier=_identifier(spec, product.kind, outline.n, i),
                                       place=place,
                                       state=_service_state(chance, outline, first=i == 0)))
    return tuple(services)


def _service_count(chance: random.Random, *, is_company: bool) -> int:
    """One or two for most, up to 40 for a few companies."""
    draw = chance.random()
    if is_company and draw < 0.02:
        return chance.randint(12, _MOST_SERVICES)
    if is_company and draw < 0.3:
        return chance.randint(3, 8)
    return chance.choices([1, 2, 3, 4], [66, 25, 7, 2])[0]


_MOST_SERVICES = 40


def _identifier(spec: ProviderSpec, kind: ServiceKind, n: int, i: int) -> str:
    """Unique within the provider, because every account has its own forty numbers."""
    number = (n - 1) * _MOST_SERVICES + i
    return spec.identifiers[kind].format(a=5_550 + number // 10_000, b=f"{number % 10_000:04d}")


def _service_state(chance: random.Random, outline: Outline, *, first: bool) -> ServiceState:
    draw = chance.random()
    if outline.lifecycle is Lifecycle.PREACTIVE:
        return ServiceState.PREACTIVE
    if outline.lifecycle is Lifecycle.TERMINATED:
        return ServiceState.CANCELLED
    if outline.lifecycle is Lifecycle.INACTIVE:
        return ServiceState.DEACTIVATED
    if outline.part is Part.NO_ACTIVE_SERVICE:
        return ServiceState.SUSPENDED
    if first or draw > 0.06:
        return ServiceState.ACTIVE
    return ServiceState.SUSPENDED if draw < 0.04 else ServiceState.PREACTIVE
