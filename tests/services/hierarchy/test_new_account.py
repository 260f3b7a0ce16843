"""A new account with all that belongs to it: what is offered, what it would inherit, what is refused, what is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import AttributeChange
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroupMember
from app.models.parties.contact import AccountContact, Contact, Organisation
from app.models.parties.powers import ALL_POWERS, Power
from app.models.values import AccountType, Enterprise, GroupAccess, Tier
from app.services.attributes.rows import AttributeRow, account_attributes, attributes_of_new
from app.services.attributes.writing import set_attribute, set_defaults_of_new_provider
from app.services.clock import FixedClock
from app.services.credit.ratings import set_credit_rating
from app.services.database.asking import doing
from app.services.database.unit_of_work import Database
from app.services.errors import NotAllowed, NotFound, RefusedByRule, RefusedField
from app.services.hierarchy.accounts import ProviderSettings
from app.services.hierarchy.finding import find_account
from app.services.hierarchy.new_account import AccountRequest, create_new_account
from app.services.hierarchy.new_account_offers import creation_options, creation_parents, look_alikes
from app.services.hierarchy.new_contacts import NewContact, contacts_to_choose
from app.services.jobs import JobContext
from app.services.providers.modules import Module, switch_module
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch
from tests.services.access.test_authorize import Office, _quick_hashes
from tests.support.filled_books import FilledBooks

__all__ = ["_quick_hashes"]

W, R, N = AccountType.WHOLESALE, AccountType.RETAIL, AccountType.NON_BILLING
CUSTOMER, AGENT = AccountType.END_USER, AccountType.AGENT
TODAY = TEST_NOW.date()
REALM = ProviderSettings(currency="NZD", realm="@coral.example", time_zone="Pacific/Auckland")


def request(parent: int, **said: Any) -> AccountRequest:
    first = AccountRequest(parent_id=parent, type=CUSTOMER, enterprise=Enterprise.ORGANISATION, name="Acme Pty Ltd",
                           start_date=TODAY, code="ACME",
                           primary=NewContact(name="Ann Acme", email="ann@acme.example"))
    return replace(first, **said)


def told(rows: list[AttributeRow]) -> dict[str, tuple[object, str]]:
    return {row.key: (row.value, row.owner) for row in rows}


@pytest.mark.parametrize(("parent", "kinds"), [
    ("operator", {R, W}), ("PW", {R, W, N}), ("HT", {CUSTOMER, AGENT}), ("NB", {CUSTOMER}),
])
def test_offered_is_what_the_matrix_allows(database: Database, parent: str, kinds: set[AccountType]) -> None:
    with scratch(database) as session:
        book = Book(session)
        ids = {"operator": book.operator, "PW": book.provider("PW", kind=W)}
        ids["HT"] = book.provider("HT", parent=ids["PW"], default_account_enterprise="organisation",
                                  default_start_date_offset=5)
        ids["NB"] = book.provider("NB", parent=ids["PW"], kind=N)
        book.profile(ids["HT"], "Aardvark")
        found = creation_options(session, parent_id=ids[parent])
        assert {kind.type for kind in found.kinds} == kinds
        people = {kind.type for kind in found.kinds if Enterprise.INDIVIDUAL in kind.enterprises}
        assert people == kinds & {CUSTOMER, AGENT}
        if parent == "HT":
            assert found.enterprise is Enterprise.ORGANISATION
            assert found.start_date == TODAY + timedelta(days=5)
            assert [p.name for p in found.profiles] == ["Default Profile", "Aardvark"]
        assert {p.code for p in creation_parents(session)} >= {"PW", "HT", "NB"}
        if AGENT in kinds:
            switch_module(session, provider_id=ids[parent], module=Module.AGENTS, on=False, seen=None)
            assert {kind.type for kind in creation_options(session, parent_id=ids[parent]).kinds} == {CUSTOMER}


def test_a_customer_comes_with_everything_and_gets_what_was_foretold(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        wholesale = book.provider("PW", kind=W, period_length_months=2)
        harbour = book.provider("HT", parent=wholesale, trading_due_days=10)
        business = book.profile(harbour, "Business", trading_due_days=21, credit_rating="A")
        set_credit_rating(session, provider_id=harbour, code="A", limit_minor=300_000, seen=None)
        agent = book.account(harbour, "AG", kind=AGENT)
        own = {"invoice_delivery_method": "email_and_post", "account_billing_day": 15}
        foretold = told(attributes_of_new(session, parent_id=harbour, profile_id=business, values=own))
        assert foretold["trading_due_days"] == (21, "Business")
        assert foretold["credit_limit"] == (300_000, "Business")
        assert foretold["period_length_months"] == (2, "PW")
        assert foretold["account_billing_day"] == (15, "This account")
        made = create_new_account(session, request=request(
            harbour, profile_id=business, agent_id=agent, overrides=own, trading_name=" Acme ",
            registration_number="51 824", billing=NewContact(name="Accounts"), export_reference="X-7"))
        assert told(account_attributes(session, account_id=made.id)) == foretold
        account = session.get_one(Account, made.id)
        assert (account.code, account.profile_id, account.created_by_agent_id, account.parent_id,
                account.export_reference) == ("ACME", business, agent, harbour, "X-7")
        contacts = session.execute(
            select(Contact.name, AccountContact.is_primary, AccountContact.is_billing).join(AccountContact)
            .where(AccountContact.account_id == account.id).order_by(Contact.id)).all()
        assert [tuple(row) for row in contacts] == [("Ann Acme", True, False), ("Accounts", False, True)]
        said = session.get_one(Organisation, account.id)
        assert (said.trading_name, said.registration_number) == ("Acme", "51 824")
        changes = select(func.count()).select_from(AttributeChange).where(AttributeChange.owner_id == account.id,
                                                                          AttributeChange.tier == "account")
        assert session.scalar(changes) == 2
        # Inheritance is live: what was not overridden follows, what was stays.
        set_attribute(session, tier=Tier.PROVIDER, owner_id=wholesale, key="period_length_months", value=6,
                      seen={"period_length_months": 2})
        now = told(account_attributes(session, account_id=made.id))
        assert (now["period_length_months"][0], now["account_billing_day"][0]) == (6, 15)


def test_one_contact_may_own_several_accounts(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        harbour, other = book.provider("HT"), book.provider("SB")
        create_new_account(session, request=request(harbour))
        (ann,) = contacts_to_choose(session, provider_id=harbour, text="ANN")
        assert (ann.name, ann.accounts, ann.account) == ("Ann Acme", 1, "ACME Acme Pty Ltd")
        made = create_new_account(session, request=request(harbour, code="", primary=ann.id, billing=ann.id))
        assert made.code == "A-000001"
        links = session.execute(select(AccountContact).where(AccountContact.account_id == made.id)).all()
        assert [(link.is_primary, link.is_billing) for (link,) in links] == [(True, True)]
        assert contacts_to_choose(session, provider_id=harbour, text="acme.example")[0].accounts == 2
        with pytest.raises(RefusedField, match="no such contact"):
            create_new_account(session, request=request(other, primary=ann.id))


def test_a_provider_comes_with_its_realm_and_its_defaults(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        wholesale = book.provider("PW", kind=W, trading_due_days=14)
        own = {"trading_due_days": 30, "default_account_enterprise": "organisation"}
        foretold = told(attributes_of_new(session, parent_id=wholesale, as_provider=True, name="Coral Coast",
                                          currency="NZD", values={"trading_due_days": 30}))
        assert foretold["trading_due_days"] == (30, "This provider")
        made = create_new_account(session, request=request(
            wholesale, type=R, code="", name="Coral Coast", provider=REALM, default_profile="Residential",
            overrides=own))
        assert made.code == "A-000001"
        options = creation_options(session, parent_id=made.id)
        assert (options.currency, options.time_zone) == ("NZD", "Pacific/Auckland")
        assert [p.name for p in options.profiles] == ["Residential"]
        assert options.enterprise is Enterprise.ORGANISATION
        below = told(attributes_of_new(session, parent_id=made.id))
        assert below["trading_due_days"] == (30, "Coral Coast")
        assert find_account(session, "A-000001/SUSPENSE").name == "Suspense"
        with pytest.raises(RefusedByRule, match="switched by the operator alone"):
            create_new_account(session, request=request(
                wholesale, type=R, code="X", provider=replace(REALM, realm="@x.example"),
                overrides={"module_agents": False}))


def test_creating_gives_no_way_into_providers_that_are_there(database: Database, clock: FixedClock) -> None:
    with database.write() as session:
        book = Book(session)
        harbour, operator = book.provider("HT"), book.operator
    clock.moment += timedelta(seconds=1)
    with scratch(database) as session, pytest.raises(RefusedByRule, match="not new here"):
        set_defaults_of_new_provider(session, parent_id=operator, provider_id=harbour, values={"tax_rate": 0})


@pytest.mark.parametrize(("field", "said"), [
    ("kind", {"type": W}), ("kind", {"type": R, "enterprise": Enterprise.INDIVIDUAL}),
    ("name", {"name": "  "}), ("name", {"name": "x" * 201}), ("code", {"code": "TAKEN"}), ("code", {"code": "y" * 41}),
    ("profile", {"profile_id": 999_999}), ("agent", {"agent_id": 999_999}),
    ("agent", {"type": AGENT, "agent_id": 1}),
    ("account_billing_day", {"overrides": {"account_billing_day": 29}}),
    ("trading_due_days", {"overrides": {"trading_due_days": -1}}),
    ("primary.name", {"primary": NewContact(name=" ")}),
    ("billing.email", {"billing": NewContact(name="Bob", email="bob at home")}),
    ("primary", {"primary": 999_999}),
])
def test_a_refusal_names_its_field_and_nothing_is_made(database: Database, field: str, said: dict[str, Any]) -> None:
    with scratch(database) as session:
        book = Book(session)
        harbour = book.provider("HT")
        book.account(harbour, "TAKEN")
        before = session.scalar(select(func.count()).select_from(Account))
        with pytest.raises(RefusedField) as refused:
            create_new_account(session, request=request(harbour, **said))
        assert refused.value.field == field
        assert session.scalar(select(func.count()).select_from(Account)) == before


@pytest.mark.parametrize(("field", "settings"), [
    ("realm", None), ("realm", replace(REALM, realm="coral.example")), ("realm", replace(REALM, realm="@ht.example")),
    ("currency", replace(REALM, currency="XXZ")), ("time_zone", replace(REALM, time_zone="Sydney")),
])
def test_a_provider_is_refused_beside_its_field_as_a_whole(
    database: Database, field: str, settings: ProviderSettings | None
) -> None:
    with database.write() as session:
        book = Book(session)
        book.provider("HT")
        operator = book.operator
    wanted = request(operator, type=R, code="CC", provider=settings)
    with pytest.raises(RefusedField) as refused:
        doing(create_new_account, request=wanted)(database, JobContext())
    assert refused.value.field == field
    with database.read() as session, pytest.raises(NotFound):
        find_account(session, "CC")


def test_look_alikes_are_a_hint(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        harbour, other = book.provider("HT"), book.provider("SB")
        create_new_account(session, request=request(harbour, registration_number="51 824"))
        book.account(other, "S1", name="Acme Pty Ltd")
        book.account(harbour, "A2", name="ACME PTY LTD")
        alike = look_alikes(session, provider_id=harbour, name="acme pty ltd", email="ANN@acme.example",
                            registration_number="51 824")
        assert [(a.code, a.why) for a in alike] == [
            ("ACME", "same name, e-mail and registration number"), ("A2", "same name")]
        assert look_alikes(session, provider_id=harbour) == []


def test_powers_and_reach(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        harbour = office.harbour
        plain = office.user(harbour, "plain", {Power.CUSTOMERS, Power.CUSTOMERS_CREATE})
        office.sign_in(plain)
        options = creation_options(session, parent_id=harbour)
        assert {k.type: bool(k.why_not) for k in options.kinds} == {CUSTOMER: False, AGENT: True}
        assert "Trading terms of new customers" in options.why_no_terms
        assert [p.code for p in creation_parents(session)] == ["HT"]
        with pytest.raises(NotAllowed, match="Trading terms of new customers"):
            create_new_account(session, request=request(harbour, overrides={"credit_limit": 0}))
        with pytest.raises(NotAllowed, match="Agents"):
            create_new_account(session, request=request(harbour, type=AGENT))
        for parent in (office.summit, office.wholesale):
            with pytest.raises(NotFound):
                create_new_account(session, request=request(parent))
        assert create_new_account(session, request=request(harbour, overrides={"account_billing_day": 3})).code
        office.sign_in(office.user(harbour, "idle", {Power.CUSTOMERS}))
        with pytest.raises(NotAllowed):
            creation_parents(session)
        _agents_and_groups(session, office)


def _agents_and_groups(session: Session, office: Office) -> None:
    """Staff of an agent make its customers; what staff with an Allow group make joins the group."""
    kim = office.user(office.harbour, "kim", set(ALL_POWERS))
    group = office.group(office.harbour, "MINE", GroupAccess.ALLOW)
    office.tie(kim, group)
    office.sign_in(kim)
    made = create_new_account(session, request=request(office.harbour, code="KIM"))
    assert session.get(AccountGroupMember, {"account_id": made.id, "group_id": group}) is not None
    assert [c.account for c in contacts_to_choose(session, provider_id=office.harbour)] == ["KIM Acme Pty Ltd"]
    office.sign_in(office.user(office.harbour, "ann", agent=office.agent))
    assert [p.code for p in creation_parents(session)] == ["HT"]
    options = creation_options(session, parent_id=office.harbour)
    assert ([k.type for k in options.kinds if not k.why_not], options.agent_id) == ([CUSTOMER], office.agent)
    made = create_new_account(session, request=request(office.harbour, code="BY-ANN"))
    account = session.get_one(Account, made.id)
    assert (account.parent_id, account.created_by_agent_id) == (office.harbour, office.agent)


def test_start_dates_before_today_are_fine(database: Database) -> None:
    with scratch(database) as session:
        harbour = Book(session).provider("HT")
        made = create_new_account(session, request=request(harbour, start_date=date(2019, 2, 28)))
        assert session.get_one(Account, made.id).start_date == date(2019, 2, 28)
