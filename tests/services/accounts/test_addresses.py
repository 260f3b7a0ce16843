"""Addresses of contacts: several with a type, the one that invoices go to, and whom a change reaches."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import InvoiceStatement
from app.models.parties.contact import AccountContact, ContactAddress
from app.models.values import Funding, FundingScope
from app.services.accounts.addresses import (
    AddressRow,
    add_address,
    address_sheet,
    change_address,
    choose_billing_address,
    remove_address,
)
from app.services.accounts.contacts import add_contact, change_contact, contact_sheet, make_billing, remove_contact
from app.services.accounts.details import save_details
from app.services.accounts.history import history_page
from app.services.addresses.new import AddressChoice, NewAddress
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule, RefusedField
from app.services.group_accounts.joining import add_member
from app.services.hierarchy.accounts import NewAccount, create_account
from app.services.hierarchy.moves import NewParent, move_account
from app.services.hierarchy.new_contacts import NewContact
from app.services.invoicing.statements import freeze_statements
from tests.conftest import TEST_NOW
from tests.factories.books import START, Book, place_shown, scratch

TODAY = TEST_NOW.date()
ANN = NewContact(name="Ann Lee", address_line1="1 Pier St", city="Perth", postcode="6000", country="Australia")
WORKS = NewAddress(address_type="business", address_line1="7 Works Rd", city="Hobart", postcode="7000")


class Town:
    """Acme and Bob of Harbour share the contact Ann, who lives in Perth and works in Hobart; Cleo has her own."""

    def __init__(self, session: Session) -> None:
        self.session, self.book = session, Book(session)
        self.provider = self.book.provider("HT", name="Harbour")
        self.acme = self.customer("A1", "Acme", ANN)
        self.ann = session.scalars(select(AccountContact.contact_id).where(
            AccountContact.account_id == self.acme)).one()
        self.bob = self.customer("B1", "Bob", self.ann)
        self.works = add_address(session, account_id=self.acme, contact_id=self.ann, address=WORKS).id

    def customer(self, code: str, name: str, contact: NewContact | int) -> int:
        return create_account(self.session, provider_id=self.provider, new=NewAccount(
            code=code, name=name, start_date=START, contact=contact))

    def rule(self, rule: str, optional_for: str = "") -> None:
        after = {"billing_address_rule": rule, "billing_address_optional_for": optional_for}
        save_details(self.session, account_id=self.provider, after=after, seen={
            "billing_address_rule": "never_mandatory", "billing_address_optional_for": ""})

    def rows(self, account: int) -> list[AddressRow]:
        return list(address_sheet(self.session, account_id=account).rows)

    def choose(self, account: int, choice: AddressChoice | None) -> None:
        seen = address_sheet(self.session, account_id=account).chosen
        choose_billing_address(self.session, account_id=account, choice=choice, seen=seen)

    def at_works(self) -> AddressChoice:
        return AddressChoice(contact_id=self.ann, address_id=self.works)


def test_invoices_go_to_the_address_that_is_chosen(database: Database) -> None:
    with scratch(database) as session:
        town = Town(session)
        town.choose(town.acme, town.at_works())
        assert contact_sheet(session, account_id=town.acme).billing_address == (
            "Ann Lee", "7 Works Rd", "Hobart 7000")
        assert contact_sheet(session, account_id=town.bob).billing_address == (
            "Ann Lee", "1 Pier St", "Perth 6000", "Australia")
        invoices = [town.book.invoice(account, 1000, TODAY, TODAY + timedelta(days=9))
                    for account in (town.acme, town.bob)]
        freeze_statements(session, invoices)
        printed = session.scalars(select(InvoiceStatement.bill_to_address).where(
            InvoiceStatement.transaction_id.in_(invoices)).order_by(InvoiceStatement.transaction_id)).all()
        assert printed == ["7 Works Rd\nHobart 7000", "1 Pier St\nPerth 6000\nAustralia"]
        row = history_page(session, account_id=town.acme).rows[0]
        assert (row.what, row.field, row.new) == (
            "Billing address chosen", "Billing address", "Ann Lee: 7 Works Rd, Hobart, 7000")


def test_a_change_reaches_every_account_of_the_contact_and_names_them(database: Database) -> None:
    with scratch(database) as session:
        town = Town(session)
        town.choose(town.bob, town.at_works())
        first, works = town.rows(town.acme)
        assert (first.is_in_use, first.others, first.serves) == (True, (), ("B1 Bob",))
        assert (works.is_in_use, works.others, works.type) == (False, ("B1 Bob",), "business")
        change_address(session, account_id=town.acme, choice=works.choice, after={"address_line1": "9 Works Rd"},
                       seen=works.values)
        assert contact_sheet(session, account_id=town.bob).billing_address[1] == "9 Works Rd"
        for account in (town.acme, town.bob):
            row = next(r for r in history_page(session, account_id=account).rows if r.what == "Address changed")
            assert (row.field, row.old, row.new) == ("Address", "7 Works Rd", "9 Works Rd")
        change_address(session, account_id=town.acme, choice=first.choice, after={"address_type": "home"},
                       seen=first.values)
        assert [row.type for row in town.rows(town.acme)] == ["home", "business"]
        with pytest.raises(RefusedByRule, match=r"The invoices of Bob go to this address\. Choose another one there"):
            remove_address(session, account_id=town.acme, contact_id=town.ann, address_id=town.works)
        town.choose(town.bob, None)
        remove_address(session, account_id=town.acme, contact_id=town.ann, address_id=town.works)
        assert session.scalars(select(ContactAddress.id)).all() == []


def test_an_address_is_one_of_the_accounts_own_contacts(database: Database) -> None:
    with scratch(database) as session:
        town = Town(session)
        cleo = town.customer("C1", "Cleo", NewContact(name="Cleo"))
        with pytest.raises(NotFound, match="Cleo has no such contact, and an address belongs to a contact of its own"):
            town.choose(cleo, town.at_works())
        with pytest.raises(NotFound, match="Ann Lee has no such address"):
            town.choose(town.acme, AddressChoice(contact_id=town.ann, address_id=4711))
        second = add_contact(session, account_id=cleo, contact=town.ann).id
        town.choose(cleo, AddressChoice(contact_id=second))
        with pytest.raises(RefusedByRule, match="The invoices of Cleo go to an address of Ann Lee"):
            remove_contact(session, account_id=cleo, contact_id=second)
        assert contact_sheet(session, account_id=cleo).billing_address[:2] == ("Cleo", "1 Pier St"), "under her name"
        for values, field in (({"address_type": "moon"}, "address_type"), ({"city": "x" * 121}, "city"),
                              ({"address_line1": "", "city": ""}, "address_line1")):
            with pytest.raises(RefusedField) as caught:
                add_address(session, account_id=cleo, contact_id=second, address=NewAddress(
                    **{"address_line1": "1 Bay Rd", **values}))
            assert caught.value.field == field


def test_a_provider_may_ask_for_a_billing_address(database: Database) -> None:
    """Rules 12 and 13: required, optional or by condition; no way round it once it is asked for."""
    with scratch(database) as session:
        town = Town(session)
        bare = town.customer("C1", "Cleo", NewContact(name="Cleo"))
        town.rule("always_mandatory")
        for contact in (NewContact(name="Dan"), NewContact(name="Dan", postcode="6000")):
            with pytest.raises(RefusedField, match="needs a billing address, as its provider asks"), \
                    session.begin_nested():
                town.customer("D1", "Dan", contact)
        own = create_account(session, provider_id=town.provider, new=NewAccount(
            code="D1", name="Dan", start_date=START, contact=NewContact(name="Dan"), billing_address=WORKS))
        assert contact_sheet(session, account_id=own).billing_address == ("Dan", "7 Works Rd", "Hobart 7000")
        with pytest.raises(RefusedField, match="Dan needs"), session.begin_nested():
            town.choose(own, None)
        first = town.rows(town.acme)[0]
        with pytest.raises(RefusedField, match="Acme needs"), session.begin_nested():
            change_contact(session, account_id=town.acme, contact_id=town.ann, seen=first.values,
                           after={"address_line1": "", "city": ""})
        other = add_contact(session, account_id=town.acme, contact=NewContact(name="Bookkeeper")).id
        with pytest.raises(RefusedField, match="Acme needs"), session.begin_nested():
            make_billing(session, account_id=town.acme, contact_id=other, seen=town.ann)
        assert address_sheet(session, account_id=bare).is_needed, "who had none before is asked at the next save"


def test_a_condition_follows_what_an_account_is_to_group_accounts(database: Database) -> None:
    with scratch(database) as session:
        town = Town(session)
        cleo = town.customer("C1", "Cleo", NewContact(name="Cleo"))
        town.rule("not_mandatory_on_conditions", "standalone")
        assert not address_sheet(session, account_id=cleo).is_needed
        with pytest.raises(RefusedByRule, match=r"^Cleo needs a billing address, as its provider asks for one"):
            add_member(session, parent_id=town.acme, member_id=cleo, funding=Funding(scope=FundingScope.FULL))


def test_addresses_go_along_when_an_account_moves(database: Database) -> None:
    with scratch(database) as session:
        town = Town(session)
        other = town.book.provider("SB", name="Summit")
        town.choose(town.bob, town.at_works())
        move_account(session, account_id=town.bob, to=NewParent(provider_id=other), seen=place_shown(session, town.bob))
        assert contact_sheet(session, account_id=town.bob).billing_address == ("Ann Lee", "7 Works Rd", "Hobart 7000")
        assert [row.others for row in town.rows(town.acme)] == [(), ()], "a copy went"
