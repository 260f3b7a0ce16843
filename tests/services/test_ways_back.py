"""Every way back leads back: what a command changed stands as before, and stands changed again after going twice.

Compared are all rows of the tables that say how things are; what says how they came about only grows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import TABLE_OF_TIER
from app.models.base import Base
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.values import CurrencyState, GroupAccess, GroupKind, GroupLevel, Rounding
from app.services.access.strength import powers_of_role
from app.services.accounts.addresses import (
    add_address,
    change_address,
    choose_billing_address,
    remove_address,
)
from app.services.accounts.contacts import add_contact, change_contact, make_billing, make_primary, remove_contact
from app.services.accounts.details import account_details, save_details
from app.services.addresses.new import AddressChoice, NewAddress
from app.services.changes import ChangeSet, Undo, changes_of
from app.services.currencies.changing import CurrencyUse, add_rate, remove_rate, set_currency
from app.services.currencies.fetching import set_rate_source
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.groups.groups import (
    GroupDetails,
    add_to_group,
    create_group,
    edit_group,
    members_back,
    remove_from_group,
)
from app.services.hierarchy.move_choices import move_choices
from app.services.hierarchy.moves import NewParent, impact_of_parent_move, move_account
from app.services.hierarchy.new_contacts import NewContact
from app.services.profiles.profiles import ProfileDetails, edit_profile, set_default_profile
from app.services.providers.automation import pause_schedule, set_automation
from app.services.staff.roles import create_role, edit_role
from app.services.staff.units import create_unit, edit_unit, tie_group
from tests.factories.books import Book, scratch

STATE = ("account", "account_billing_address", "account_contact", "contact_address",
         "account_group", "account_group_member", "account_profile",
         "automation_settings", "currency_rate_period", "organisation", "org_unit",
         "org_unit_group", "org_unit_role", "provider", "provider_currency", "rate_source", "staff_role",
         "staff_role_power",
         *sorted(table.name for table in TABLE_OF_TIER.values()))
"""Contacts are compared by what they are to accounts: one that was made stays in the address book."""


def standing(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables of state, without the numbers of rows that are made anew."""
    session.flush()
    found = {}
    for name in STATE:
        table = Base.metadata.tables[name]
        columns = [column for column in table.c if column.name != "id" or name == "account"]
        found[name] = sorted(tuple(map(str, row)) for row in session.execute(select(*columns)))
    return found


class World:
    """Acme and Bob of Harbour, a group with Acme, a second profile."""

    def __init__(self, session: Session) -> None:
        book = Book(session)
        self.session = session
        self.provider = book.provider("HT", name="Harbour")
        self.acme, self.bob = (book.account(self.provider, code, name=name) for code, name in
                               (("A1", "Acme"), ("B1", "Bob")))
        self.business = book.profile(self.provider, "Business")
        self.group = create_group(session, provider_id=self.provider, code="VIP").id
        add_to_group(session, group_id=self.group, account_ids=[self.acme])
        self.ann, self.his = (session.scalars(select(AccountContact.contact_id).where(
            AccountContact.account_id == owner)).one() for owner in (self.acme, self.bob))
        add_contact(session, account_id=self.acme, contact=self.his)
        add_contact(session, account_id=self.bob, contact=NewContact(name="Own"))
        self.own = session.scalars(select(Contact.id).where(Contact.name == "Own")).one()
        self.pier = add_address(session, account_id=self.bob, contact_id=self.his, address=NewAddress(
            address_line1="1 Pier St")).id
        self.other = book.provider("SB", name="Summit")
        self.cleo = book.account(self.provider, "C1", name="Cleo")
        self.security = create_group(session, provider_id=self.provider, code="SEC", kind=GroupKind.SECURITY).id
        self.role = create_role(session, provider_id=self.provider, name="Clerk", powers=[Power.CUSTOMERS]).id
        self.rate = add_rate(session, provider_id=self.provider, currency="USD", from_date=date(2024, 1, 1),
                             rate="1.5").id
        self.unit = create_unit(session, provider_id=self.provider, name="Desk", role_ids=[self.role]).id

    @property
    def default(self) -> int:
        return self.session.scalars(select(Provider.default_profile_id).where(
            Provider.account_id == self.provider)).one()


def save_name(world: World) -> ChangeSet:
    seen = account_details(world.session, account_id=world.acme).values
    return save_details(world.session, account_id=world.acme, after={**seen, "name": "Acme Pty Ltd"}, seen=seen)


def edit_business(world: World) -> ChangeSet:
    details = ProfileDetails(name="Business", description="", export_reference="")
    return edit_profile(world.session, profile_id=world.business, seen=details,
                        details=ProfileDetails(name="Trade", description="Shops", export_reference="T"))


def move_to_summit(world: World) -> ChangeSet:
    stands = move_choices(world.session, account_id=world.cleo).now
    return move_account(world.session, account_id=world.cleo, to=NewParent(provider_id=world.other), seen=stands)


def edit_vip(world: World) -> ChangeSet:
    details = GroupDetails(code="VIP", name="VIP", description="", kind=GroupKind.DISTRIBUTION,
                           access=GroupAccess.SEE_ALL)
    return edit_group(world.session, group_id=world.group, code="VIP", name="Very important", description="",
                      kind=GroupKind.SECURITY, access=GroupAccess.DENY, seen=details)


def edit_clerk(world: World) -> ChangeSet:
    seen = {"name": "Clerk", "description": "", "powers": powers_of_role(world.session, world.role)}
    return edit_role(world.session, role_id=world.role, name="Teller", description="", powers=[Power.PROFILES],
                     seen=seen)


def edit_desk(world: World) -> ChangeSet:
    return edit_unit(world.session, unit_id=world.unit, name="Front desk", description="", role_ids=[],
                     seen={"name": "Desk", "description": "", "role_ids": frozenset({world.role})})


def set_schedule(world: World) -> ChangeSet:
    return set_automation(world.session, provider_id=world.provider, seen={},
                          settings={"suspend_at": ("09:00", "14:00"), "brake_accounts": 0})


def use_dollars(world: World) -> ChangeSet:
    wanted = CurrencyUse(state=CurrencyState.EFFECTIVE, rounding=Rounding.DOWN)
    return set_currency(world.session, provider_id=world.provider, currency="USD", wanted=wanted, seen=CurrencyUse())


ACTS: dict[str, tuple[Callable[[World], ChangeSet], str]] = {
    "details": (save_name, "1 detail of Acme Pty Ltd"),
    "a contact added": (lambda w: add_contact(w.session, account_id=w.bob, contact=w.ann).changes,
                        "contact A1 of Bob"),
    "a contact of this account alone": (lambda w: remove_contact(w.session, account_id=w.bob, contact_id=w.own),
                                        "removal of the contact Own"),
    "a contact removed": (lambda w: remove_contact(w.session, account_id=w.acme, contact_id=w.his),
                          "removal of the contact B1"),
    "another primary": (lambda w: make_primary(w.session, account_id=w.acme, contact_id=w.his, seen=w.ann),
                        "primary contact of Acme"),
    "another billing": (lambda w: make_billing(w.session, account_id=w.acme, contact_id=w.his, seen=w.ann),
                        "billing contact of Acme"),
    "an address added": (lambda w: add_address(w.session, account_id=w.acme, contact_id=w.ann, address=NewAddress(
        address_line1="1 Bay Rd")).changes, "address of A1"),
    "an address removed": (lambda w: remove_address(w.session, account_id=w.bob, contact_id=w.his,
                                                    address_id=w.pier), "removal of an address of B1"),
    "an address changed": (lambda w: change_address(
        w.session, account_id=w.bob, choice=AddressChoice(contact_id=w.his, address_id=w.pier),
        after={"city": "Perth"}, seen={}), "address of B1"),
    "a billing address": (lambda w: choose_billing_address(
        w.session, account_id=w.acme, choice=AddressChoice(contact_id=w.his), seen=None), "billing address of Acme"),
    "a profile": (edit_business, "change of the profile Trade"),
    "the default profile": (lambda w: set_default_profile(w.session, profile_id=w.business, seen=w.default),
                            "default profile Business"),
    "members added": (lambda w: add_to_group(w.session, group_id=w.group, account_ids=[w.acme, w.bob]).changes,
                      "1 account added to VIP"),
    "members removed": (lambda w: remove_from_group(w.session, group_id=w.group, account_ids=[w.acme]).changes,
                        "1 account removed from VIP"),
    "a group": (edit_vip, "change of the group Very important"),
    "a role": (edit_clerk, "change of the role Teller"),
    "an org unit": (edit_desk, "change of the org unit Front desk"),
    "a group tied": (lambda w: tie_group(w.session, unit_id=w.unit, group_id=w.security, level=GroupLevel.EDIT,
                                         seen=None), "SEC of Desk"),
    "a schedule": (set_schedule, "schedule of Harbour"),
    "a pause": (lambda w: pause_schedule(w.session, provider_id=w.provider, reason="The books are being checked"),
                "pause of Harbour"),
    "a currency": (use_dollars, "USD of Harbour"),
    "a rate": (lambda w: add_rate(w.session, provider_id=w.provider, currency="USD", from_date=date(2024, 6, 1),
                                  rate="1.4").changes, "rate of USD from 1 Jun 2024"),
    "an address of rates": (lambda w: set_rate_source(w.session, provider_id=w.provider, seen="",
                                                      url="https://rates.example/daily.xml"),
                            "address of the rates of Harbour"),
    "a rate taken away": (lambda w: remove_rate(w.session, period_id=w.rate), "rate of USD from 1 Jan 2024"),
    "another parent": (move_to_summit, "move of Cleo"),
}


@pytest.mark.parametrize("name", ACTS)
def test_a_way_back_leads_back_and_forth_again(database: Database, name: str) -> None:
    act, of = ACTS[name]
    with scratch(database) as session:
        world = World(session)
        before = standing(session)
        undo = act(world).undo
        after = standing(session)
        assert undo is not None
        assert undo.of == of
        assert before != after
        for expected in (before, after, before):
            undo = taken(session, undo)
            assert standing(session) == expected


def taken(session: Session, undo: Undo) -> Undo:
    """Go one way back; returns the way forth."""
    result = undo.command(session, **undo.arguments)
    further = changes_of(result).undo
    assert further is not None
    return further


def test_a_contact_is_changed_back(database: Database) -> None:
    with scratch(database) as session:
        world = World(session)
        # A contact of an import is incomplete; completing it is for good.
        completed = change_contact(session, account_id=world.acme, contact_id=world.his, after={"email": "b@x.example"},
                                   seen={})
        assert completed.undo is None
        undo = change_contact(session, account_id=world.acme, contact_id=world.his, after={"email": "c@x.example"},
                              seen={"email": "b@x.example"}).undo
        assert undo is not None
        assert undo.done == "Contact B1 changed, of 2 accounts."
        undo.command(session, **undo.arguments)
        with pytest.raises(RefusedByRule):
            undo.command(session, **{**undo.arguments, "after": {"email": "d@x.example"}})


def test_who_left_a_group_since_is_named(database: Database) -> None:
    with scratch(database) as session:
        world = World(session)
        undo = add_to_group(session, group_id=world.group, account_ids=[world.acme, world.bob]).changes.undo
        assert undo is not None
        remove_from_group(session, group_id=world.group, account_ids=[world.bob])
        outlook = members_back(session, **undo.asks)
        assert (outlook.can, outlook.kept, outlook.names) == (0, 1, ("Bob",))


def test_a_move_that_leaves_a_group_or_a_shared_contact_is_for_good_and_said_before(database: Database) -> None:
    with scratch(database) as session:
        world = World(session)
        there = NewParent(provider_id=world.other)
        told = {account_id: impact_of_parent_move(session, account_id=account_id, to=there).for_good
                for account_id in (world.acme, world.bob, world.cleo)}
        assert told == {world.acme: True, world.bob: True, world.cleo: False}
        stands = move_choices(session, account_id=world.acme).now
        assert move_account(session, account_id=world.acme, to=there, seen=stands).undo is None
