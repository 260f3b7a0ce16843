"""Two people save the same: the second is told who set what and when, and nothing of the first is lost.

One row for every command that carries what was seen; `tests/architecture/test_every_save_says_what_it_saw.py` holds the
table complete. Each row is played on both databases: the first saves; the second, who still shows the old state, is
refused; another field goes through beside it; and what the second keeps all the same is written at last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import CreditRating
from app.models.currencies.rates import RateSource
from app.models.events.mapping import EventMapping
from app.models.events.outbox import OutboxMessage
from app.models.ledger.entries import DisputeEntry, FinancialTransaction
from app.models.ledger.plans import PaymentPlanInstalment
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.parties.staff import OrgUnit, OrgUnitGroup, OrgUnitRole, StaffRole, StaffRolePower, StaffUser
from app.models.suspension.hold import Hold
from app.models.values import (
    AccountStatus,
    CreditEvent,
    CurrencyState,
    EventAction,
    GatewayKind,
    GroupAccess,
    GroupKind,
    GroupLevel,
    HoldKind,
    KycState,
    Lifecycle,
    OutboxState,
    PlanFrequency,
    Rounding,
    ServiceState,
    Tier,
    TransactionKind,
)
from app.services.access.principal import set_staff
from app.services.accounts.addresses import (
    add_address,
    address_sheet,
    change_address,
    choose_billing_address,
)
from app.services.accounts.contacts import add_contact, change_contact, contact_sheet, make_billing, make_primary
from app.services.accounts.details import account_details, save_details
from app.services.accounts.logo import set_logo
from app.services.accounts.service_steps import (
    activate_service,
    add_service,
    change_service,
    move_service,
    stop_service,
)
from app.services.accounts.setting import plan_fields, set_fields
from app.services.actions.acting import reactivate_account, suspend_account, suspend_again, terminate_account
from app.services.addresses.new import AddressChoice, NewAddress, address_of
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attribute, set_attributes, write_values
from app.services.credit.assigning import classify_account, owner_of, set_contact_kyc
from app.services.credit.labels import (
    ClassificationDetails,
    classification_rows,
    kyc_profile_rows,
    set_classification,
    set_kyc_profile,
)
from app.services.credit.overrides import OverrideDetails, create_override, edit_override, override_rows
from app.services.credit.own_terms import DueWay, OwnDue, OwnTerms, set_own_terms
from app.services.credit.ratings import RatingWorth, set_credit_rating
from app.services.credit.terms import NewTerms, change_terms
from app.services.currencies.changing import CurrencyUse, set_currency, use_of
from app.services.currencies.fetching import set_rate_source
from app.services.customers.choice import CustomerQuestion, Selected
from app.services.customers.views import list_views, rename_view, save_view, set_default_view
from app.services.database.unit_of_work import Database
from app.services.documents.drafting import NewDocument, create_draft, draft_values, edit_draft
from app.services.documents.posting import post_draft
from app.services.documents.types import TypeValues, set_transaction_type, values_of
from app.services.events.listing import mapping_row
from app.services.events.mappings import set_extended_logging, switch_action
from app.services.events.templates import EMPTY, set_template, template_versions
from app.services.gateways.settings import gateway_sheet, set_gateway
from app.services.groups.groups import GroupDetails, create_group, edit_group
from app.services.hierarchy.moves import NewParent, move_account
from app.services.hierarchy.new_contacts import NewContact
from app.services.ledger.disputes import adjust_dispute
from app.services.ledger.plans import CoveredPart, change_instalment_date, create_plan
from app.services.outbox.handling import (
    cancel_messages,
    hold_messages,
    mark_printed,
    release_messages,
    resend_messages,
)
from app.services.products.kinds import Sorting, set_sorting, sortings
from app.services.profiles.choice import move_selected
from app.services.profiles.profiles import ProfileDetails, default_profile_id, edit_profile, set_default_profile
from app.services.providers.automation import set_automation, stored_settings
from app.services.providers.business_day import business_day
from app.services.providers.modules import Module, switch_module
from app.services.requests.queries import request_sheet
from app.services.requests.requests import change_request, open_request
from app.services.rules.rule_sets import newest_version, set_rules
from app.services.saving import SavedMeanwhile
from app.services.setup.single import owner_of_account, plan_value, set_value
from app.services.staff.beginning import begin_sign_in
from app.services.staff.roles import create_role, edit_role, set_role_powers
from app.services.staff.units import create_unit, edit_unit, set_unit_roles, tie_group
from app.services.staff.users import edit_own_details, edit_user
from app.services.status.changes import change_lifecycle, lift_hold, place_hold
from app.services.wording import day_text
from tests.conftest import TEST_NOW
from tests.factories.books import Book, place_shown, scratch, status_shown

TODAY = TEST_NOW.date()
FIRST = "ann@ht.example"


@dataclass(kw_only=True)
class Scene:
    """A provider HT with two profiles and a customer, whom two people work on."""

    session: Session
    book: Book
    provider: int
    business: int
    account: int


@dataclass(frozen=True, kw_only=True)
class Race:
    """What two people do who read the same."""

    first: Callable[[], object]
    second: Callable[[Any], object]
    """With what was seen: at first what was there before, then what the refusal says is there now."""
    seen: Any
    told: str
    """What the refusal says the first did."""
    stored: Callable[[], object]
    after_first: object
    after_second: object
    seen_again: Callable[[Mapping[str, Any]], Any]
    """What was seen by somebody who read the refusal, from its values by field."""
    beside: Callable[[], object] | None = None
    """Another field, saved by somebody who has not seen what the first did."""


RACES: dict[str, Callable[[Scene], Race]] = {}


def race(*names: str) -> Callable[[Callable[[Scene], Race]], Callable[[Scene], Race]]:
    """The row of these commands, as ROOM.MODULE.FUNCTION."""
    def add(make: Callable[[Scene], Race]) -> Callable[[Scene], Race]:
        RACES.update(dict.fromkeys(names, make))
        return make

    return add


def terms(s: Scene, tier: Tier, owner: int) -> Race:
    """Nothing is set on the owner; the first sets 33 days, the second 40."""
    def stored() -> object:
        return stored_values(s.session, tier, owner)

    return Race(
        first=lambda: set_attribute(s.session, tier=tier, owner_id=owner, key="trading_due_days", value=33, seen={}),
        second=lambda seen: set_attribute(s.session, tier=tier, owner_id=owner, key="trading_due_days", value=40,
                                          seen=seen),
        seen={}, told='changed Trading terms to "33 days"', stored=stored, after_first={"trading_due_days": 33},
        after_second={"trading_due_days": 40, "unbilled_credit_limit": 500}, seen_again=dict,
        beside=lambda: set_attributes(s.session, tier=tier, owner_id=owner, values={"unbilled_credit_limit": 500},
                                      seen={}))


@race("attributes.writing.set_attribute", "attributes.writing.set_attributes", "attributes.writing.write_values")
def of_an_account(s: Scene) -> Race:
    return terms(s, Tier.ACCOUNT, s.account)


@race("accounts.addresses.change_address")
def address(s: Scene) -> Race:
    """A further address of the account's contact; the first moves it to another town, the second to a third."""
    contact = s.session.scalars(select(AccountContact.contact_id).where(AccountContact.account_id == s.account)).one()
    made = add_address(s.session, account_id=s.account, contact_id=contact, address=NewAddress(
        address_line1="1 Pier St", city="Perth")).id
    choice = AddressChoice(contact_id=contact, address_id=made)

    def change(seen: Mapping[str, str], **after: str) -> object:
        return change_address(s.session, account_id=s.account, choice=choice, after=after, seen=seen)

    def stored() -> object:
        found = address_of(s.session, choice)
        return found and (found["address_line1"], found["city"])

    return Race(
        first=lambda: change({"city": "Perth"}, city="Hobart"), second=lambda seen: change(seen, city="Darwin"),
        seen={"city": "Perth"}, told='changed Town to "Hobart"', stored=stored, after_first=("1 Pier St", "Hobart"),
        after_second=("2 Pier St", "Darwin"), seen_again=dict,
        beside=lambda: change({"address_line1": "1 Pier St"}, address_line1="2 Pier St"))


@race("accounts.addresses.choose_billing_address")
def billing_address(s: Scene) -> Race:
    contact = s.session.scalars(select(AccountContact.contact_id).where(AccountContact.account_id == s.account)).one()
    first, second = (AddressChoice(contact_id=contact, address_id=add_address(
        s.session, account_id=s.account, contact_id=contact, address=NewAddress(address_line1=line)).id)
        for line in ("1 Pier St", "2 Bay Rd"))

    def choose(choice: AddressChoice, seen: AddressChoice | None) -> object:
        return choose_billing_address(s.session, account_id=s.account, choice=choice, seen=seen)

    return Race(
        first=lambda: choose(first, None), second=lambda seen: choose(second, seen), seen=None,
        told='changed Billing address to "A1: 1 Pier St"', after_first=first, after_second=second,
        stored=lambda: address_sheet(s.session, account_id=s.account).chosen,
        seen_again=lambda theirs: theirs["billing_address"])


def a_service(s: Scene, *, is_active: bool = True) -> int:
    return add_service(s.session, account_id=s.account, identifier="N-1", name="Mobile", on=TODAY,
                       is_active=is_active).id


def service_state(s: Scene) -> str:
    return s.session.scalars(select(Service.state).where(Service.identifier == "N-1")).one()


@race("accounts.service_steps.change_service")
def service_renamed(s: Scene) -> Race:
    made = a_service(s)

    def change(seen: Mapping[str, str], **after: str) -> object:
        return change_service(s.session, service_id=made, after=after, seen=seen)

    return Race(
        first=lambda: change({"name": "Mobile"}, name="Mobile XL"), second=lambda seen: change(seen, name="Mobile XS"),
        seen={"name": "Mobile"}, told='changed Name to "Mobile XL"', after_first="Mobile XL", after_second="Mobile XS",
        stored=lambda: s.session.get_one(Service, made, populate_existing=True).name, seen_again=dict,
        beside=lambda: change({"identifier": "N-1"}, identifier="N-9"))


@race("accounts.service_steps.activate_service")
def service_activated(s: Scene) -> Race:
    made = a_service(s, is_active=False)
    return Race(
        first=lambda: stop_service(s.session, service_id=made, to=ServiceState.DEACTIVATED, on=TODAY,
                                   seen=ServiceState.PREACTIVE),
        second=lambda seen: activate_service(s.session, service_id=made, on=TODAY, seen=seen),
        seen=ServiceState.PREACTIVE, told='changed the state to "Deactivated"', stored=lambda: service_state(s),
        after_first="deactivated", after_second="active", seen_again=lambda theirs: theirs["service_state"])


@race("accounts.service_steps.stop_service")
def service_stopped(s: Scene) -> Race:
    made = a_service(s)

    def stop(to: ServiceState, seen: ServiceState) -> object:
        return stop_service(s.session, service_id=made, to=to, on=TODAY, seen=seen)

    return Race(
        first=lambda: stop(ServiceState.SUSPENDED, ServiceState.ACTIVE),
        second=lambda seen: stop(ServiceState.CANCELLED, seen), seen=ServiceState.ACTIVE,
        told='changed the state to "Suspended"', stored=lambda: service_state(s), after_first="suspended",
        after_second="cancelled", seen_again=lambda theirs: theirs["service_state"])


@race("accounts.service_steps.move_service")
def service_moved(s: Scene) -> Race:
    made = a_service(s)
    second, third = (s.book.account(s.provider, code, name=code) for code in ("B1", "C1"))

    def move(to: int, seen: int) -> object:
        return move_service(s.session, service_id=made, to_account_id=to, on=TODAY, seen=seen)

    return Race(
        first=lambda: move(second, s.account), second=lambda seen: move(third, seen), seen=s.account,
        told='changed the account to "B1"', after_first=second, after_second=third,
        stored=lambda: s.session.get_one(Service, made, populate_existing=True).account_id,
        seen_again=lambda theirs: theirs["service_account"])


@race("accounts.setting.set_fields")
def fields_planned(s: Scene) -> Race:
    """Both planned another name for an account while it had its first one."""
    mine, yours = (plan_fields(s.session, account_id=s.account, wanted={"name": name}) for name in ("Acme", "Bolt"))
    return Race(
        first=lambda: set_fields(s.session, seen=mine), second=lambda seen: set_fields(s.session, seen=seen),
        seen=yours, told='changed Name to "Acme"', after_first="Acme", after_second="Bolt",
        stored=lambda: s.session.get_one(Account, s.account, populate_existing=True).name,
        seen_again=lambda theirs: replace(yours, seen={**yours.seen, **theirs}))


@race("setup.single.set_value")
def planned(s: Scene) -> Race:
    """Both planned to set the terms of an account while nothing was set there."""
    owner = owner_of_account(s.session.get_one(Account, s.account))
    mine, yours = (plan_value(s.session, owner=owner, key="trading_due_days", text=days) for days in ("33", "40"))
    return Race(
        first=lambda: set_value(s.session, seen=mine), second=lambda seen: set_value(s.session, seen=seen), seen=yours,
        told='changed Trading terms to "33 days"', stored=lambda: stored_values(s.session, Tier.ACCOUNT, s.account),
        after_first={"trading_due_days": 33}, after_second={"trading_due_days": 40},
        seen_again=lambda theirs: replace(yours, seen=theirs))


@race("attributes: a profile")
def of_a_profile(s: Scene) -> Race:
    return terms(s, Tier.PROFILE, s.business)


@race("attributes: a provider")
def of_a_provider(s: Scene) -> Race:
    return terms(s, Tier.PROVIDER, s.provider)


@race("attributes: a bundle")
def of_a_bundle(s: Scene) -> Race:
    """The second clears the lead of a bundle, of which the first changes a member."""
    late = {"late_fee": "enable", "late_fee_amount": 100}
    write_values(s.session, tier=Tier.ACCOUNT, owner_id=s.account, values=late, seen={})
    return Race(
        first=lambda: set_attribute(s.session, tier=Tier.ACCOUNT, owner_id=s.account, key="late_fee_amount", value=900,
                                    seen=late),
        second=lambda seen: set_attribute(s.session, tier=Tier.ACCOUNT, owner_id=s.account, key="late_fee", value=None,
                                          seen=late | seen),
        seen=late, told='to "9.00 AUD"', stored=lambda: stored_values(s.session, Tier.ACCOUNT, s.account),
        after_first=late | {"late_fee_amount": 900}, after_second={}, seen_again=dict)


@race("accounts.details.save_details")
def details(s: Scene) -> Race:
    read = account_details(s.session, account_id=s.account).values

    def stored() -> object:
        now = account_details(s.session, account_id=s.account).values
        return now["name"], now["export_reference"]

    def save(seen: Mapping[str, str], **new: str) -> object:
        return save_details(s.session, account_id=s.account, after={**read, **new}, seen={**read, **seen})

    return Race(first=lambda: save({}, name="Omega"), second=lambda seen: save(seen, name="Alpha"), seen={},
                told='changed Name to "Omega"', stored=stored, after_first=("Omega", ""), after_second=("Alpha", "X-1"),
                seen_again=dict, beside=lambda: save({}, export_reference="X-1"))


@race("accounts.contacts.change_contact")
def contact(s: Scene) -> Race:
    (read,) = contact_sheet(s.session, account_id=s.account).rows

    def save(seen: Mapping[str, str], **new: str) -> object:
        return change_contact(s.session, account_id=s.account, contact_id=read.id, after={**read.values, **new},
                              seen={**read.values, **seen})

    def stored() -> object:
        (now,) = contact_sheet(s.session, account_id=s.account).rows
        return now.values["phone"], now.values["mobile"]

    return Race(first=lambda: save({}, phone="111"), second=lambda seen: save(seen, phone="222"), seen={},
                told='changed Phone to "111"', stored=stored, after_first=("111", ""), after_second=("222", "333"),
                seen_again=dict, beside=lambda: save({}, mobile="333"))


@race("contacts: of two accounts")
def shared_contact(s: Scene) -> Race:
    """Each of the two works on the page of another account that the contact serves."""
    (read,) = contact_sheet(s.session, account_id=s.account).rows
    other = s.book.account(s.provider, "A2", name="A2")
    add_contact(s.session, account_id=other, contact=read.id)

    def save(account: int, seen: Mapping[str, str], **new: str) -> object:
        return change_contact(s.session, account_id=account, contact_id=read.id, after={**read.values, **new},
                              seen={**read.values, **seen})

    def stored() -> object:
        return [row.values["phone"] for account in (s.account, other)
                for row in contact_sheet(s.session, account_id=account).rows if row.id == read.id]

    return Race(first=lambda: save(s.account, {}, phone="111"), second=lambda seen: save(other, seen, phone="222"),
                seen={}, told='changed Phone to "111"', stored=stored, after_first=["111", "111"],
                after_second=["222", "222"], seen_again=dict)


def flag(s: Scene, command: Callable[..., object], word: str) -> Race:
    for name in ("Bea", "Cid"):
        add_contact(s.session, account_id=s.account, contact=NewContact(name=name, email="x@y.example"))
    ids = {row.name: row.id for row in contact_sheet(s.session, account_id=s.account).rows}

    def stored() -> object:
        sheet = contact_sheet(s.session, account_id=s.account)
        holder = sheet.primary if word == "primary" else sheet.billing
        return holder and holder.name

    def make(name: str, seen: int) -> object:
        return command(s.session, account_id=s.account, contact_id=ids[name], seen=seen)

    return Race(first=lambda: make("Bea", ids["A1"]), second=lambda seen: make("Cid", seen), seen=ids["A1"],
                told=f'changed {word.capitalize()} contact to "Bea"', stored=stored, after_first="Bea",
                after_second="Cid", seen_again=lambda theirs: theirs[word])


@race("accounts.contacts.make_primary")
def primary(s: Scene) -> Race:
    return flag(s, make_primary, "primary")


@race("accounts.contacts.make_billing")
def billing(s: Scene) -> Race:
    return flag(s, make_billing, "billing")


@race("profiles.profiles.edit_profile")
def profile(s: Scene) -> Race:
    read = ProfileDetails(name="Business")

    def edit(seen: ProfileDetails, **new: str) -> object:
        return edit_profile(s.session, profile_id=s.business, details=ProfileDetails(**{"name": seen.name, **new}),
                            seen=seen)

    def stored() -> object:
        now = s.session.get_one(AccountProfile, s.business)
        return now.name, now.description

    return Race(first=lambda: edit(read, name="Firms"), second=lambda seen: edit(seen, name="Trade"), seen=read,
                told='changed Name to "Firms"', stored=stored, after_first=("Firms", ""),
                after_second=("Trade", "For firms"), seen_again=lambda theirs: ProfileDetails(
                    name=theirs["name"], description=""),
                beside=lambda: edit(read, description="For firms"))


@race("profiles.profiles.set_default_profile")
def default_profile(s: Scene) -> Race:
    third, old = s.book.profile(s.provider, "Trade"), s.book.default_profile(s.provider)
    return Race(
        first=lambda: set_default_profile(s.session, profile_id=s.business, seen=old),
        second=lambda seen: set_default_profile(s.session, profile_id=third, seen=seen), seen=old,
        told='changed Default profile to "Business"', stored=lambda: default_profile_id(s.session, s.provider),
        after_first=s.business, after_second=third, seen_again=lambda theirs: theirs["default_profile"])


@race("providers.modules.switch_module")
def module(s: Scene) -> Race:
    def switch(*, on: bool | None, seen: bool | None) -> object:
        return switch_module(s.session, provider_id=s.provider, module=Module.AGENTS, on=on, seen=seen)

    switch(on=True, seen=None)
    return Race(
        first=lambda: switch(on=False, seen=True), second=lambda seen: switch(on=None, seen=seen), seen=True,
        told='changed Agents to "No"', after_first={"module_agents": False}, after_second={},
        stored=lambda: stored_values(s.session, Tier.PROVIDER, s.provider),
        seen_again=lambda theirs: theirs["module_agents"])


@race("providers.automation.set_automation")
def automation(s: Scene) -> Race:
    def set_one(**settings: Any) -> object:
        seen = settings.pop("seen")
        return set_automation(s.session, provider_id=s.provider, settings=settings, seen=seen)

    return Race(
        first=lambda: set_one(suspend_at=("09:00", "14:00"), seen={}),
        second=lambda seen: set_one(suspend_at=("10:00",), seen=seen), seen={},
        told='changed Suspend at to "09:00 and 14:00"', stored=lambda: stored_settings(
            s.session, provider_id=s.provider), after_first={"suspend_at": ("09:00", "14:00")},
        after_second={"suspend_at": ("10:00",), "brake_accounts": 7}, seen_again=dict,
        beside=lambda: set_one(brake_accounts=7, seen={}))


@race("credit.ratings.set_credit_rating")
def rating(s: Scene) -> Race:
    read = RatingWorth(limit_minor=100, label="Good")

    def say(seen: RatingWorth | None, limit: int, label: str = "Good") -> object:
        return set_credit_rating(s.session, provider_id=s.provider, code="A", limit_minor=limit, label=label, seen=seen)

    def stored() -> object:
        row = s.session.get_one(CreditRating, (s.provider, "A"))
        return row.limit_minor, row.label

    say(None, 100)
    return Race(first=lambda: say(read, 300), second=lambda seen: say(seen, 500), seen=read,
                told='changed the limit of rating A to "3.00 AUD"', stored=stored, after_first=(300, "Good"),
                after_second=(500, "Sound"), beside=lambda: say(read, 100, "Sound"),
                seen_again=lambda theirs: RatingWorth(limit_minor=theirs["limit_minor"], label="Good"))


@race("credit.labels.set_classification")
def classification(s: Scene) -> Race:
    read = ClassificationDetails(name="Firms")

    def say(seen: ClassificationDetails | None, **more: Any) -> object:
        return set_classification(s.session, provider_id=s.provider, code="F", seen=seen,
                                  details=replace(read, **{"name": (seen or read).name, **more}))

    say(None)
    return Race(first=lambda: say(read, name="Trade"), second=lambda seen: say(seen, name="Shops"), seen=read,
                told='changed the name of F to "Trade"', after_first=("Trade", True), after_second=("Shops", False),
                stored=lambda: of_classification(s), beside=lambda: say(read, enabled=False),
                seen_again=lambda theirs: replace(read, name=theirs["name"]))


def of_classification(s: Scene) -> tuple[str, bool]:
    (row,) = classification_rows(s.session, provider_id=s.provider)
    return row.details.name, row.details.enabled


@race("credit.labels.set_kyc_profile")
def kyc_profile(s: Scene) -> Race:
    def say(name: str, seen: str | None) -> object:
        return set_kyc_profile(s.session, provider_id=s.provider, code="LOW", name=name, seen=seen)

    say("Low", None)
    return Race(first=lambda: say("Lower", "Low"), second=lambda seen: say("Lowest", seen), seen="Low",
                told='changed the name of LOW to "Lower"', after_first="Lower", after_second="Lowest",
                stored=lambda: kyc_profile_rows(s.session, provider_id=s.provider)[0].name,
                seen_again=lambda theirs: theirs["name"])


@race("credit.overrides.edit_override")
def override(s: Scene) -> Race:
    read = OverrideDetails(name="Good", events=frozenset({CreditEvent.ADD_SERVICE}))
    rule = create_override(s.session, provider_id=s.provider, details=read).id

    def edit(seen: OverrideDetails, **new: Any) -> object:
        return edit_override(s.session, rule_id=rule, details=replace(seen, **new), seen=seen)

    def stored() -> object:
        (row,) = override_rows(s.session, provider_id=s.provider)
        return row.details.ratings, row.details.enabled

    aa, b = frozenset({"AA"}), frozenset({"B"})
    return Race(first=lambda: edit(read, ratings=aa), second=lambda seen: edit(seen, ratings=b), seen=read,
                told='changed Ratings to "AA"', stored=stored, after_first=(aa, True), after_second=(b, False),
                beside=lambda: edit(read, enabled=False), seen_again=lambda theirs: replace(
                    read, ratings=theirs["ratings"]))


@race("credit.assigning.classify_account")
def classified(s: Scene) -> Race:
    for code in ("F", "G"):
        set_classification(s.session, provider_id=s.provider, code=code, seen=None,
                           details=ClassificationDetails(name=code))
    ids = {row.code: row.id for row in classification_rows(s.session, provider_id=s.provider)}

    def give(code: str, seen: int | None) -> object:
        return classify_account(s.session, account_id=s.account, classification_id=ids[code], seen=seen)

    return Race(first=lambda: give("F", None), second=lambda seen: give("G", seen), seen=None,
                told='changed Classification to "F"', after_first=ids["F"], after_second=ids["G"],
                stored=lambda: s.session.scalar(select(Account.classification_id).where(Account.id == s.account)),
                seen_again=lambda theirs: theirs["classification"])


@race("credit.assigning.set_contact_kyc")
def known_contact(s: Scene) -> Race:
    for code in ("LOW", "HIGH"):
        set_kyc_profile(s.session, provider_id=s.provider, code=code, name=code.title(), seen=None)
    ids = {row.code: row.id for row in kyc_profile_rows(s.session, provider_id=s.provider)}
    owner, no = owner_of(s.session, s.account), KycState.NOT_VERIFIED

    def say(code: str, seen: tuple[int | None, KycState]) -> object:
        return set_contact_kyc(s.session, contact_id=owner, kyc_profile_id=ids[code], state=no, seen=seen)

    return Race(first=lambda: say("LOW", (None, no)), second=lambda seen: say("HIGH", seen), seen=(None, no),
                told='changed KYC profile to "LOW"', after_first=ids["LOW"], after_second=ids["HIGH"],
                stored=lambda: s.session.scalar(select(Contact.kyc_profile_id).where(Contact.id == owner)),
                seen_again=lambda theirs: (theirs["kyc_profile"], no))


@race("credit.terms.change_terms")
def credit_terms_of(s: Scene) -> Race:
    def change(seen: Mapping[str, Any], **new: Any) -> object:
        return change_terms(s.session, account_id=s.account, new=NewTerms(**new), seen=seen)

    return Race(first=lambda: change({}, limit_minor=100), second=lambda seen: change(seen, limit_minor=900), seen={},
                told='changed Credit limit to "1.00 AUD"', after_first={"credit_limit": 100},
                after_second={"credit_limit": 900, "trading_terms_offset": 5, "trading_terms_offset_unit": "days"},
                stored=lambda: stored_values(s.session, Tier.ACCOUNT, s.account),
                seen_again=dict, beside=lambda: change({}, period=5))


@race("credit.own_terms.set_own_terms")
def own_terms_of(s: Scene) -> Race:
    def change(seen: Mapping[str, Any], own: OwnTerms) -> object:
        return set_own_terms(s.session, account_id=s.account, own=own, seen=seen)

    later = OwnTerms(due=OwnDue(way=DueWay.OFFSET, number=5))
    return Race(first=lambda: change({}, OwnTerms(limit_minor=100)), seen={},
                second=lambda seen: change(seen, OwnTerms(limit_minor=900)),
                told='changed Credit limit to "1.00 AUD"', after_first={"credit_limit": 100},
                after_second={"credit_limit": 900, "trading_terms_offset": 5, "trading_terms_offset_unit": "days"},
                stored=lambda: stored_values(s.session, Tier.ACCOUNT, s.account),
                seen_again=dict, beside=lambda: change({}, later))


@race("currencies.changing.set_currency")
def currency(s: Scene) -> Race:
    read = CurrencyUse()

    def say(seen: CurrencyUse, state: CurrencyState, rounding: Rounding = Rounding.HALF_UP) -> object:
        return set_currency(s.session, provider_id=s.provider, currency="USD", seen=seen,
                            wanted=CurrencyUse(state=state, rounding=rounding))

    def stored() -> object:
        return use_of(s.session, provider_id=s.provider, currency="USD")

    on = CurrencyState.EFFECTIVE
    return Race(first=lambda: say(read, CurrencyState.NOT_EFFECTIVE, Rounding.UP),
                second=lambda seen: say(seen, seen.state, Rounding.DOWN), seen=read,
                told='changed the rounding of USD to "Up"', stored=stored,
                after_first=CurrencyUse(rounding=Rounding.UP),
                after_second=CurrencyUse(state=on, rounding=Rounding.DOWN), beside=lambda: say(read, on),
                seen_again=lambda theirs: CurrencyUse(state=on, rounding=theirs["rounding"]))


@race("products.kinds.set_sorting")
def product_family(s: Scene) -> Race:
    def call(name: str, seen: str | None) -> object:
        return set_sorting(s.session, provider_id=s.provider, sorting=Sorting.FAMILY, code="FUEL", name=name, seen=seen)

    call("Fuel", None)
    return Race(first=lambda: call("Fuels", "Fuel"), second=lambda seen: call("Petrol", seen), seen="Fuel",
                told='changed the name of product family FUEL to "Fuels"',
                stored=lambda: sortings(s.session, provider_id=s.provider)[0].name, after_first="Fuels",
                after_second="Petrol", seen_again=lambda theirs: theirs["name"])


@race("currencies.fetching.set_rate_source")
def rate_source(s: Scene) -> Race:
    one, other = "https://rates.example/a.xml", "https://rates.example/b.xml"

    def say(seen: str, url: str) -> object:
        return set_rate_source(s.session, provider_id=s.provider, url=url, seen=seen)

    def stored() -> object:
        return s.session.get_one(RateSource, s.provider, populate_existing=True).url

    return Race(first=lambda: say("", one), second=lambda seen: say(seen, other), seen="",
                told=f'changed the address of the rates to "{one}"', stored=stored, after_first=one, after_second=other,
                seen_again=lambda theirs: str(theirs["url"]))


@race("events.mappings.switch_action")
def event_switch(s: Scene) -> Race:
    mapping = mapping_of(s)

    def switch(seen: bool, *, enabled: bool) -> object:
        return switch_action(s.session, mapping_id=mapping, action=EventAction.LOG, enabled=enabled, seen=seen)

    def stored() -> object:
        return mapping_row(s.session, mapping_id=mapping).actions[-1].enabled  # type: ignore[union-attr]

    switch(seen=False, enabled=True)
    return Race(first=lambda: switch(seen=True, enabled=False), second=lambda seen: switch(seen, enabled=True),
                seen=True, told='changed Log of Auto Suspend to "off"', stored=stored, after_first=False,
                after_second=True, seen_again=lambda _: False)


@race("events.templates.set_template", "events.templates.restore_version")
def event_words(s: Scene) -> Race:
    mapping, read = mapping_of(s), {"text": "First words"}

    def say(seen: Mapping[str, str], **content: str) -> object:
        return set_template(s.session, mapping_id=mapping, action=EventAction.SMS, content=content, seen=seen)

    def stored() -> object:
        newest = template_versions(s.session, mapping_id=mapping, action=EventAction.SMS)[0]
        return newest.content["text"], newest.content["recipients"]

    say(EMPTY, **read)
    return Race(first=lambda: say(read, text="Theirs"), second=lambda seen: say(seen, text="Ours"), seen=read,
                told='changed Text to "Theirs"', stored=stored, after_first=("Theirs", ""),
                after_second=("Ours", "primary"), seen_again=dict, beside=lambda: say(read, recipients="primary"))


@race("events.mappings.set_extended_logging")
def event_logging(s: Scene) -> Race:
    mapping = mapping_of(s)

    def switch(seen: bool, *, enabled: bool) -> object:
        return set_extended_logging(s.session, mapping_id=mapping, enabled=enabled, seen=seen)

    def stored() -> object:
        return mapping_row(s.session, mapping_id=mapping).extended_logging  # type: ignore[union-attr]

    switch(seen=False, enabled=True)
    return Race(first=lambda: switch(seen=True, enabled=False), second=lambda seen: switch(seen, enabled=True),
                seen=True, told='changed extended logging of Auto Suspend to "off"', stored=stored, after_first=False,
                after_second=True, seen_again=lambda _: False)


def mapping_of(s: Scene) -> int:
    """Auto Suspend of the default profile, which every provider has from its creation on."""
    return s.session.scalars(select(EventMapping.id).where(
        EventMapping.provider_id == s.provider, EventMapping.event == "auto_suspend")).one()


@race("gateways.settings.set_gateway")
def gateway(s: Scene) -> Race:
    read = {"host": "mail.ht.example", "port": 25}

    def say(seen: Mapping[str, Any] | None, **settings: Any) -> object:
        return set_gateway(s.session, provider_id=s.provider, kind=GatewayKind.SMTP, settings=settings, seen=seen)

    def stored() -> object:
        return dict(gateway_sheet(s.session, provider_id=s.provider)[0].settings)

    say(None, **read)
    return Race(first=lambda: say(read, host="mail.ht.example", port=465),
                second=lambda seen: say(seen, host="mail.ht.example", port=587), seen=read,
                told='changed Port to "465"', stored=stored, after_first=read | {"port": 465},
                after_second=read | {"port": 587, "user": "ht"}, seen_again=lambda theirs: read | theirs,
                beside=lambda: say(read, **read, user="ht"))


def message(s: Scene, action: str = "message", state: OutboxState = OutboxState.QUEUED) -> int:
    """One message to the customer, which two people look at."""
    made = OutboxMessage(
        provider_id=s.provider, account_id=s.account, event="invoice_overdue", action=action, message_key="race",
        effective_on=TODAY, recorded_at=TEST_NOW, composed_at=TEST_NOW, state=state.value)
    s.session.add(made)
    s.session.flush()
    return made.id


def of_a_message(s: Scene, first: Callable[..., object], second: Callable[..., object], told: OutboxState,
                 after_second: OutboxState, *, action: str = "message",
                 state: OutboxState = OutboxState.QUEUED) -> Race:
    """The second still shows the state that the first changed."""
    id_ = message(s, action, state)

    def stored() -> object:
        return s.session.scalars(select(OutboxMessage.state).where(OutboxMessage.id == id_)).one()

    return Race(first=lambda: first(s.session, message_ids=[id_], seen={id_: state}),
                second=lambda seen: second(s.session, message_ids=[id_], seen=seen), seen={id_: state},
                told=f'changed message {id_} to "{told.value}"', stored=stored, after_first=told,
                after_second=after_second, seen_again=lambda theirs: {id_: OutboxState(theirs[str(id_)])})


@race("outbox.handling.cancel_messages")
def cancelled(s: Scene) -> Race:
    return of_a_message(s, hold_messages, cancel_messages, OutboxState.HELD, OutboxState.CANCELLED)


@race("outbox.handling.hold_messages")
def held_message(s: Scene) -> Race:
    return of_a_message(s, release_messages, hold_messages, OutboxState.QUEUED, OutboxState.HELD,
                        state=OutboxState.HELD)


@race("outbox.handling.release_messages")
def released(s: Scene) -> Race:
    return of_a_message(s, hold_messages, release_messages, OutboxState.HELD, OutboxState.QUEUED)


@race("outbox.handling.mark_printed")
def printed(s: Scene) -> Race:
    return of_a_message(s, release_messages, mark_printed, OutboxState.QUEUED, OutboxState.SENT, action="letter",
                        state=OutboxState.HELD)


@race("outbox.handling.resend_messages")
def sent_again(s: Scene) -> Race:
    return of_a_message(s, cancel_messages, resend_messages, OutboxState.CANCELLED, OutboxState.CANCELLED)


@race("rules.rule_sets.set_rules")
def rules(s: Scene) -> Race:
    def enter(days: int, seen: int) -> object:
        return set_rules(s.session, provider_id=s.provider, effective_from=date(2025, 1, 1), min_overdue_minor=5_000,
                         min_overdue_days=days, restore_at_minor=0, seen=seen)

    return Race(first=lambda: enter(10, 0), second=lambda seen: enter(20, seen), seen=0,
                told='changed the newest rule set to "version 1"', after_first=1, after_second=2,
                stored=lambda: newest_version(s.session, provider_id=s.provider),
                seen_again=lambda theirs: theirs["version"])


@race("customers.views.save_view")
def view(s: Scene) -> Race:
    def save(definition: str, seen: str | None) -> object:
        return save_view(s.session, place="customers", name="Late", definition=definition, seen=seen)

    save("1", None)
    return Race(first=lambda: save("2", "1"), second=lambda seen: save("3", seen), seen="1",
                told='changed the view Late to "another content"', after_first="2", after_second="3",
                stored=lambda: list_views(s.session, place="customers")[0].definition,
                seen_again=lambda theirs: theirs["Late"])


@race("customers.views.rename_view")
def view_name(s: Scene) -> Race:
    kept = save_view(s.session, place="customers", name="Late", definition="1", seen=None)

    def rename(name: str, seen: str) -> object:
        return rename_view(s.session, view_id=kept, name=name, seen=seen)

    return Race(first=lambda: rename("Due", "Late"), second=lambda seen: rename("Old", seen), seen="Late",
                told='changed the name of the view to "Due"', after_first="Due", after_second="Old",
                stored=lambda: list_views(s.session, place="customers")[0].name,
                seen_again=lambda theirs: theirs["name"])


@race("customers.views.set_default_view")
def default_view(s: Scene) -> Race:
    ids = [save_view(s.session, place="customers", name=name, definition="1", seen=None) for name in ("Due", "Late")]

    def stored() -> object:
        return [v.id for v in list_views(s.session, place="customers") if v.is_default]

    def choose(view_id: int | None, seen: int | None) -> object:
        return set_default_view(s.session, place="customers", view_id=view_id, seen=seen)

    return Race(first=lambda: choose(ids[0], None), second=lambda seen: choose(ids[1], seen), seen=None,
                told='changed the view that opens the list to "Due"', after_first=[ids[0]], after_second=[ids[1]],
                stored=stored, seen_again=lambda theirs: theirs["default"])


@race("status.changes.change_lifecycle")
def lifecycle(s: Scene) -> Race:
    def change(to: Lifecycle, seen: AccountStatus) -> object:
        return change_lifecycle(s.session, account_id=s.account, to=to, on=TODAY, note="Closure", seen=seen)

    return Race(
        first=lambda: change(Lifecycle.INACTIVE, AccountStatus.ACTIVE),
        second=lambda seen: change(Lifecycle.TERMINATED, seen), seen=AccountStatus.ACTIVE,
        told='changed the status to "Inactive"', stored=lambda: status_shown(s.session, s.account),
        after_first=AccountStatus.INACTIVE, after_second=AccountStatus.CANCELLED,
        seen_again=lambda theirs: theirs["status"])


def suspended(s: Scene, second: Callable[[AccountStatus], object]) -> Race:
    """It was inactive; the first activates it, the second, who still saw it inactive, suspends it."""
    change_lifecycle(s.session, account_id=s.account, to=Lifecycle.INACTIVE, on=TODAY, seen=AccountStatus.ACTIVE)
    return Race(
        first=lambda: change_lifecycle(s.session, account_id=s.account, to=Lifecycle.ACTIVE, on=TODAY,
                                       seen=AccountStatus.INACTIVE),
        second=second,
        seen=AccountStatus.INACTIVE, told='changed the status to "Active"',
        stored=lambda: status_shown(s.session, s.account), after_first=AccountStatus.ACTIVE,
        after_second=AccountStatus.SUSPENDED, seen_again=lambda theirs: theirs["status"])


@race("actions.acting.suspend_account")
def suspended_now(s: Scene) -> Race:
    return suspended(s, lambda seen: suspend_account(s.session, account_id=s.account, reason="Dispute", on=TODAY,
                                                     seen=seen))


@race("actions.acting.suspend_again")
def suspended_again(s: Scene) -> Race:
    return suspended(s, lambda seen: suspend_again(s.session, account_id=s.account, reasons=("Dispute", "Other"),
                                                   on=TODAY, seen=seen))


@race("actions.acting.terminate_account")
def terminated(s: Scene) -> Race:
    """The first sets the account inactive; the second, who saw it active, ends it."""
    return Race(
        first=lambda: change_lifecycle(s.session, account_id=s.account, to=Lifecycle.INACTIVE, on=TODAY,
                                       seen=AccountStatus.ACTIVE),
        second=lambda seen: terminate_account(s.session, account_id=s.account, reason="Closure", on=TODAY, seen=seen),
        seen=AccountStatus.ACTIVE, told='changed the status to "Inactive"',
        stored=lambda: status_shown(s.session, s.account), after_first=AccountStatus.INACTIVE,
        after_second=AccountStatus.CANCELLED, seen_again=lambda theirs: theirs["status"])


@race("actions.acting.reactivate_account")
def reactivated(s: Scene) -> Race:
    """Two holds are open; the first lifts one, the second, who saw what both showed, reactivates the account."""
    for kind in (HoldKind.MANUAL, HoldKind.BILLING_AND_ORDERING):
        place_hold(s.session, account_id=s.account, kind=kind, reason="Dispute", on=TODAY,
                   seen=status_shown(s.session, s.account))
    hold = s.session.scalars(select(Hold.id).where(Hold.kind == HoldKind.BILLING_AND_ORDERING.value)).one()
    return Race(
        first=lambda: lift_hold(s.session, account_id=s.account, hold_id=hold, reason="Done", on=TODAY),
        second=lambda seen: reactivate_account(s.session, account_id=s.account, reason="Done", on=TODAY, seen=seen),
        seen=AccountStatus.SUSPENDED_BILLING_AND_ORDERING, told='changed the status to "Suspended"',
        stored=lambda: status_shown(s.session, s.account), after_first=AccountStatus.SUSPENDED,
        after_second=AccountStatus.ACTIVE, seen_again=lambda theirs: theirs["status"])


@race("requests.requests.change_request")
def changed_request(s: Scene) -> Race:
    made = open_request(s.session, account_id=s.account, subject="Moving").id

    def change(words: str, seen: Mapping[str, str]) -> object:
        return change_request(s.session, request_id=made, after={"subject": words}, seen=seen)

    return Race(
        first=lambda: change("Moving out", {"subject": "Moving"}), second=lambda seen: change("Moved", seen),
        seen={"subject": "Moving"}, told='changed Subject to "Moving out"',
        stored=lambda: {k: v for k, v in request_sheet(s.session, request_id=made).values.items() if v},
        after_first={"subject": "Moving out"}, after_second={"subject": "Moved", "text": "On Friday"}, seen_again=dict,
        beside=lambda: change_request(s.session, request_id=made, after={"text": "On Friday"}, seen={"text": ""}))


@race("status.changes.place_hold")
def held(s: Scene) -> Race:
    """The first holds the account for billing as well; the second, who saw it active, suspends it."""
    def hold(kind: HoldKind, seen: AccountStatus) -> object:
        return place_hold(s.session, account_id=s.account, kind=kind, reason="Dispute", on=TODAY, seen=seen)

    def stored() -> object:
        return set(s.session.scalars(select(Hold.kind).where(Hold.account_id == s.account)))

    return Race(
        first=lambda: hold(HoldKind.BILLING_AND_ORDERING, AccountStatus.ACTIVE),
        second=lambda seen: hold(HoldKind.SYSTEM, seen), seen=AccountStatus.ACTIVE,
        told='changed the status to "Suspended – billing and ordering"', stored=stored,
        after_first={"billing_and_ordering"}, after_second={"billing_and_ordering", "system"},
        seen_again=lambda theirs: theirs["status"])


@race("ledger.plans.change_instalment_date")
def instalment(s: Scene) -> Race:
    """Both move the second instalment of a plan, which is due a month after the first."""
    today = business_day(s.session, s.provider)
    invoice = s.book.invoice(s.account, 1_000, today, today)
    plan = create_plan(
        s.session, account_id=s.account, parts=[CoveredPart(invoice_id=invoice, covered_minor=1_000)], first_on=today,
        frequency=PlanFrequency.MONTHLY, count=2).id

    def due() -> date:
        return s.session.scalars(select(PaymentPlanInstalment.due_on).where(
            PaymentPlanInstalment.plan_id == plan, PaymentPlanInstalment.position == 2)).one()

    def move(days: int, seen: date) -> object:
        return change_instalment_date(s.session, plan_id=plan, position=2, due_on=first_seen + timedelta(days=days),
                                      seen=seen)

    first_seen = due()
    return Race(
        first=lambda: move(1, first_seen), second=lambda seen: move(2, seen), seen=first_seen,
        told=f'changed Instalment 2 to "{day_text(first_seen + timedelta(days=1))}"', stored=due,
        after_first=first_seen + timedelta(days=1), after_second=first_seen + timedelta(days=2),
        seen_again=lambda theirs: theirs["Instalment 2"])


def draft_of(s: Scene) -> int:
    return create_draft(s.session, document=NewDocument(
        account_id=s.account, kind=TransactionKind.INVOICE, amount_minor=1_000, text="Fees",
        on=business_day(s.session, s.provider))).id


@race("documents.drafting.edit_draft")
def draft(s: Scene) -> Race:
    """Both write another text on a draft; its amount is another's."""
    made = draft_of(s)
    before = draft_values(s.session, draft_id=made)

    def write(text: str, seen: Mapping[str, Any]) -> object:
        return edit_draft(s.session, draft_id=made, values={"text": text}, seen=seen)

    def stored() -> object:
        now = draft_values(s.session, draft_id=made)
        return now["text"], now["amount_minor"]

    return Race(
        first=lambda: write("Rent", before), second=lambda seen: write("Hire", seen), seen=before,
        told='changed the text to "Rent"', stored=stored, after_first=("Rent", 1_000), after_second=("Hire", 2_000),
        seen_again=lambda theirs: {**before, **theirs},
        beside=lambda: edit_draft(s.session, draft_id=made, values={"amount_minor": 2_000}, seen=before))


@race("documents.posting.post_draft")
def posted_draft(s: Scene) -> Race:
    """The first writes another amount on a draft that the second is about to post."""
    made = draft_of(s)
    before = draft_values(s.session, draft_id=made)

    def stored() -> object:
        row = s.session.get_one(FinancialTransaction, made, populate_existing=True)
        return row.state, row.amount_minor

    return Race(
        first=lambda: edit_draft(s.session, draft_id=made, values={"amount_minor": 2_000}, seen=before),
        second=lambda seen: post_draft(s.session, draft_id=made, seen=seen), seen=before,
        told='changed the amount to "20.00 AUD"', stored=stored, after_first=("draft", 2_000),
        after_second=("posted", 2_000), seen_again=lambda theirs: {**draft_values(s.session, draft_id=made), **theirs})


@race("documents.types.set_transaction_type")
def document_type(s: Scene) -> Race:
    """Both rename a type of invoices."""
    note = TypeValues(kind=TransactionKind.INVOICE, name="Debit note")
    set_transaction_type(s.session, provider_id=s.provider, code="debit", values=note, seen=None)

    def write(name: str, seen: TypeValues) -> object:
        return set_transaction_type(s.session, provider_id=s.provider, code="debit", values=replace(note, name=name),
                                    seen=seen)

    return Race(
        first=lambda: write("Debit", note), second=lambda seen: write("Charge", seen), seen=note,
        told='changed the name of type debit to "Debit"',
        stored=lambda: values_of(s.session, provider_id=s.provider)["debit"].name,
        after_first="Debit", after_second="Charge", seen_again=lambda theirs: replace(note, name=theirs["name"]))


@race("ledger.disputes.adjust_dispute")
def dispute(s: Scene) -> Race:
    """Both change how much of an invoice is in dispute."""
    today = business_day(s.session, s.provider)
    about = s.book.dispute(s.book.invoice(s.account, 1_000, today, today), 500, today)

    def change(amount: int, seen: int) -> object:
        return adjust_dispute(s.session, dispute_id=about, amount_minor=amount, on=today, seen=seen)

    return Race(
        first=lambda: change(600, 500), second=lambda seen: change(700, seen), seen=500,
        told='changed the amount in dispute to "6.00 AUD"',
        stored=lambda: s.session.scalar(select(func.sum(DisputeEntry.delta_minor)).where(
            DisputeEntry.dispute_id == about)),
        after_first=600, after_second=700, seen_again=lambda theirs: theirs["amount_minor"])


@race("hierarchy.moves.move_account")
def moved(s: Scene) -> Race:
    """Both give a customer another profile where it stands."""
    third = s.book.profile(s.provider, "Trade")
    seen = place_shown(s.session, s.account)

    def move(profile: int, seen: NewParent) -> object:
        return move_account(s.session, account_id=s.account, seen=seen,
                            to=NewParent(provider_id=s.provider, profile_id=profile))

    return Race(
        first=lambda: move(s.business, seen), second=lambda seen: move(third, seen), seen=seen,
        told='changed Profile to "Business"', stored=lambda: place_shown(s.session, s.account).profile_id,
        after_first=s.business, after_second=third,
        seen_again=lambda theirs: NewParent(provider_id=s.provider, profile_id=theirs["profile"]))


@race("groups.groups.edit_group")
def group(s: Scene) -> Race:
    words = {"code": "KEY", "name": "Key accounts", "description": "", "kind": GroupKind.SECURITY,
             "access": GroupAccess.ALLOW}
    made = create_group(s.session, provider_id=s.provider, **words).id  # type: ignore[arg-type]

    def edit(seen: GroupDetails, **new: Any) -> object:
        return edit_group(s.session, group_id=made, **{**asdict(seen), **new}, seen=seen)

    def stored() -> object:
        now = s.session.get_one(AccountGroup, made)
        return now.access, now.name

    read = GroupDetails(**words)  # type: ignore[arg-type]
    return Race(
        first=lambda: edit(read, access=GroupAccess.DENY),
        second=lambda seen: edit(seen, access=GroupAccess.SEE_ALL), seen=read,
        told='changed Access code to "Deny some"', stored=stored, after_first=("deny", "Key accounts"),
        after_second=("see_all", "Best accounts"), beside=lambda: edit(read, name="Best accounts"),
        seen_again=lambda theirs: replace(read, access=theirs["access"]))


@race("staff.units.tie_group")
def tie(s: Scene) -> Race:
    made = create_group(s.session, provider_id=s.provider, code="KEY", kind=GroupKind.SECURITY).id
    unit = create_unit(s.session, provider_id=s.provider, name="Desk").id

    def to(level: GroupLevel | None, seen: str | None) -> object:
        return tie_group(s.session, unit_id=unit, group_id=made, level=level,
                         seen=None if seen is None else GroupLevel(seen))

    return Race(
        first=lambda: to(GroupLevel.VIEW, None), second=lambda seen: to(GroupLevel.EDIT, seen), seen=None,
        told='changed the level of KEY to "look at them"', after_first=["view"], after_second=["edit"],
        stored=lambda: s.session.scalars(select(OrgUnitGroup.level)).all(),
        seen_again=lambda theirs: theirs[f"group_{made}"])


@race("staff.roles.edit_role", "staff.roles.set_role_powers")
def role(s: Scene) -> Race:
    looks = frozenset({Power.CUSTOMERS})
    made = create_role(s.session, provider_id=s.provider, name="Looks", powers=looks).id
    read = {"name": "Looks", "description": "", "powers": looks}

    def edit(seen: Mapping[str, Any], *powers: Power, description: str = "") -> object:
        return edit_role(s.session, role_id=made, name="Looks", description=description,
                         powers=powers or seen["powers"], seen=seen)

    def stored() -> object:
        return (set(s.session.scalars(select(StaffRolePower.power).where(StaffRolePower.role_id == made))),
                s.session.get_one(StaffRole, made).description)

    return Race(
        first=lambda: set_role_powers(s.session, role_id=made, powers=[Power.LEDGER], seen=looks),
        second=lambda seen: edit(seen, Power.PROFILES), seen=read, told='changed Powers to "Ledger"', stored=stored,
        after_first=({"ledger"}, ""), after_second=({"profiles"}, "Only looks"),
        beside=lambda: edit(read, description="Only looks"),
        seen_again=lambda theirs: read | {"powers": theirs["powers"]})


@race("staff.units.edit_unit", "staff.units.set_unit_roles")
def unit(s: Scene) -> Race:
    ids = {name: create_role(s.session, provider_id=s.provider, name=name, powers=()).id for name in ("Bea", "Cid")}
    made = create_unit(s.session, provider_id=s.provider, name="Desk").id
    read = {"name": "Desk", "description": "", "role_ids": frozenset[int]()}

    def edit(seen: Mapping[str, Any], description: str = "", roles: Collection[int] | None = None) -> object:
        return edit_unit(s.session, unit_id=made, name="Desk", description=description, role_ids=roles, seen=seen)

    def stored() -> object:
        return (s.session.scalars(select(OrgUnitRole.role_id).where(OrgUnitRole.unit_id == made)).all(),
                s.session.get_one(OrgUnit, made).description)

    return Race(
        first=lambda: set_unit_roles(s.session, unit_id=made, role_ids=[ids["Bea"]], seen=()),
        second=lambda seen: edit(seen, roles=[ids["Cid"]]), seen=read, told='changed Roles to "Bea"', stored=stored,
        after_first=([ids["Bea"]], ""), after_second=([ids["Cid"]], "Takes calls"),
        beside=lambda: edit(read, description="Takes calls"),
        seen_again=lambda theirs: read | {"role_ids": theirs["role_ids"]})


def person(s: Scene, edit: Callable[..., object], who: StaffUser) -> Race:
    read = {"name": "Kim", "email": ""}

    def stored() -> object:
        s.session.refresh(who)
        return who.name, who.email

    return Race(
        first=lambda: edit(name="Kit", email="", seen=read), second=lambda seen: edit(name="Kay", email="", seen=seen),
        seen=read, told='changed Name to "Kit"', stored=stored, after_first=("Kit", ""),
        after_second=("Kay", "kim@ht.example"), beside=lambda: edit(name="Kim", email="kim@ht.example", seen=read),
        seen_again=lambda theirs: read | theirs)


@race("staff.users.edit_user")
def staff_user(s: Scene) -> Race:
    who = administrator(s)
    return person(s, lambda **said: edit_user(s.session, staff_id=who.id, **said), who)


@race("staff.users.edit_own_details")
def own_details(s: Scene) -> Race:
    return person(s, lambda **said: edit_own_details(s.session, **said), administrator(s))


def administrator(s: Scene) -> StaffUser:
    """Kim, who administers the database and works from now on."""
    begin_sign_in(s.session, login="kim@operator.example", name="Kim", password="harbour-2025")
    who = s.session.scalars(select(StaffUser)).one()
    set_staff(s.session, who.id)
    return who


@race("profiles.moves.move_members", "profiles.choice.move_selected")
def members(s: Scene) -> Race:
    """Both move the same customer, chosen in a list, to different profiles."""
    third = s.book.profile(s.provider, "Trade")
    chosen = Selected(question=CustomerQuestion(provider_id=s.provider, as_of=TODAY), count=1, ids=(s.account,))

    def move(profile: int, seen: int) -> object:
        return move_selected(s.session, selected=chosen, to_profile_id=profile, seen=seen)

    return Race(
        first=lambda: move(s.business, 0), second=lambda seen: move(third, seen), seen=0,
        told='changed the profile of A1 to "Business"', stored=lambda: place_shown(s.session, s.account).profile_id,
        after_first=s.business, after_second=third, seen_again=lambda theirs: theirs["move"])


def picture(colour: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), colour).save(file, format="PNG")
    return file.getvalue()


@race("accounts.logo.set_logo")
def logo(s: Scene) -> Race:
    pictures = [picture("red"), picture("blue")]

    def stored() -> object:
        return s.session.get_one(Provider, s.provider).logo

    return Race(
        first=lambda: set_logo(s.session, provider_id=s.provider, logo=pictures[0], seen=None),
        second=lambda seen: set_logo(s.session, provider_id=s.provider, logo=pictures[1], seen=seen), seen=None,
        told='changed Logo to "a picture of', stored=stored, after_first=pictures[0], after_second=pictures[1],
        seen_again=lambda theirs: theirs["logo"])


OWN_VIEWS = {"customers.views.save_view", "customers.views.rename_view", "customers.views.set_default_view"}
"""Nobody else has these; it is the other window of the same person."""


@pytest.mark.parametrize("name", RACES)
def test_the_second_is_told_and_nothing_is_lost(database: Database, name: str) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        scene = Scene(session=session, book=book, provider=provider, business=book.profile(provider, "Business"),
                      account=book.account(provider, "A1", name="A1"))
        session.info["actor"] = first = database.actor if name in OWN_VIEWS else FIRST
        played = RACES[name](scene)
        played.first()
        session.info["actor"] = database.actor
        with pytest.raises(SavedMeanwhile) as caught:
            played.second(played.seen)
        words = str(caught.value)
        assert words.startswith(f"{first} ")
        assert played.told in words
        assert "while you were editing" in words
        assert all(c.trace is not None and c.trace.who == first for c in caught.value.conflicts)
        assert played.stored() == played.after_first, "the refused save wrote nothing"
        if played.beside is not None:
            played.beside()
        played.second(played.seen_again(caught.value.theirs))
        assert played.stored() == played.after_second
