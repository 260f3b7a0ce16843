"""The wizard for a new account by the keyboard: a customer, an agent and a provider, with refusals on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.values import AccountType, CurrencyState, Tier
from app.services.accounts.addresses import add_address, address_sheet
from app.services.accounts.contacts import contact_sheet
from app.services.addresses.new import AddressChoice, NewAddress
from app.services.attributes.resolving import stored_values
from app.services.attributes.rows import account_attributes
from app.services.credit.labels import ClassificationDetails, set_classification
from app.services.currencies.changing import CurrencyUse, add_rate, set_currency
from app.services.hierarchy.accounts import NewAccount, create_account
from app.services.hierarchy.finding import find_account
from app.services.hierarchy.new_account_offers import CreationOptions, NamedOption, creation_options
from app.services.providers.modules import Module, switch_module
from app.views.creation.answers import ContactMode
from app.views.creation.creation import Creation
from app.views.creation.wizard import NewAccountWizard
from app.views.desk.screen import Target
from tests.support.driver import Driver
from tests.views.accounts.conftest import TODAY, Bench, press

Key = Qt.Key


class Person:
    """Works with nothing but keys."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.window = QWidget()
        bench.show(self.window, 1280, 800)
        self.provider: int | None = bench.ids["HT"]
        desk = bench.desk(window=self.window)
        desk.navigator.listed_provider = lambda: self.provider
        self.notices = desk.notices
        self.place = Creation(desk)

    @property
    def said(self) -> list[str]:
        """Notices in the order they came."""
        return [notice.title for notice in reversed(self.notices.kept)]

    @property
    def wizard(self) -> NewAccountWizard:
        assert self.place.wizard is not None
        return self.place.wizard

    @property
    def seen(self) -> Driver[NewAccountWizard]:
        return Driver(self.wizard)

    def note(self, field: str) -> str:
        """What stands beside a field."""
        return self.seen.field(field).accessibleDescription()

    @property
    def step(self) -> str:
        page = self.wizard.page
        return page.step if page is not None else ""

    def begin(self, *, provider: bool = False) -> None:
        (self.place.new_provider if provider else self.place.new_account)()
        QApplication.processEvents()

    def type(self, text: str, *, tabs: int = 0) -> None:
        """Type into what has the keyboard, replacing what stands there, after some tabs."""
        press(self.wizard, *[Key.Key_Tab] * tabs)
        field = self.wizard.focusWidget()
        QTest.keySequence(field, "Ctrl+A")
        QTest.keyClicks(field, text)
        QApplication.processEvents()

    def enter(self, count: int = 1) -> None:
        press(self.wizard, *[Key.Key_Return] * count)

    def choose(self, text: str) -> None:
        """Letters jump in a box of choices."""
        QTest.keyClicks(self.wizard.focusWidget(), text)
        QApplication.processEvents()


@pytest.fixture
def person(bench: Bench) -> Iterator[Person]:
    made = Person(bench)
    yield made
    if made.place.wizard is not None:
        made.place.wizard.reject()
    made.window.close()


def test_a_customer_by_the_keyboard(person: Person) -> None:
    bench = person.bench
    person.begin()
    assert bench.visited[-1][0] == Target("customers")
    assert [s.title for s in person.wizard.steps] == [
        "What and where", "Name and start", "Profile", "Terms and credit", "Periods and invoices", "Primary contact",
        "Billing contact", "Billing address", "Summary"]
    person.enter()
    person.enter()  # without a name
    assert (person.step, person.note("Name")) == ("Name and start", "Type a name; it heads the account's page "
                                                        "and its invoices.")
    person.type("Gull & Sons")
    assert person.note("Name") == ""
    person.type("A1", tabs=1)
    person.type("32/13", tabs=1)
    person.enter()
    assert (person.step, person.seen.refused) == ("Name and start", ["Start date"])
    person.type("1 mar 2026")
    person.enter(2)  # the profile as offered
    assert person.step == "Terms and credit"
    rows = person.wizard.page.rows.rows
    assert rows["trading_due_days"].shown == "10 days (Harbour Telecom)"
    press(person.wizard, Key.Key_Space)  # the first switch
    person.type("900")
    person.enter()
    assert (person.step, rows["trading_due_days"].words) == ("Terms and credit", "900 is outside 0 to 365.")
    person.type("30")
    person.enter(2)
    assert (person.step, person.wizard.page.form.name.text()) == ("Primary contact", "Gull & Sons")
    person.enter(3)
    # The code is taken: the wizard goes back to its field, and everything else is kept.
    assert person.step == "Name and start"
    assert "belongs to another account of Harbour Telecom" in person.note("Code")
    assert person.seen.has_keyboard("Code")
    person.type("GULL")
    person.enter(7)
    assert person.step == "Summary"
    words = {p.head: p.text for p in person.wizard.summary.paragraphs}
    assert words["What"].startswith("Gull & Sons becomes a customer of Harbour Telecom, an individual, from Sun 1 Mar")
    assert words["Set here"] == "Trading terms: 30 days."
    assert person.wizard.verb_button.text() == "&Create account"
    person.enter()
    assert person.place.wizard is None
    assert person.said == ["Account Gull & Sons was created with the code GULL."]
    with bench.database.read() as session:
        account = find_account(session, "GULL")
        assert bench.visited[-1][0] == Target("account", account.id)
        terms = {row.key: row for row in account_attributes(session, account_id=account.id)}["trading_due_days"]
        assert (terms.value, terms.set_here, account.start_date.isoformat()) == (30, True, "2026-03-01")


def test_an_agent_with_a_contact_that_is_there(person: Person) -> None:
    bench = person.bench
    person.begin()
    press(person.wizard, Key.Key_Tab)
    person.choose("Agent")
    assert person.wizard.steps[0].chosen == "Agent of Harbour Telecom"
    person.enter()
    person.type("Ferry Agency")
    person.enter(4)
    assert person.step == "Primary contact"
    press(person.wizard, Key.Key_Backtab)
    press(person.wizard, Key.Key_Right)
    page = person.wizard.page
    assert page.known.isVisible()
    press(person.wizard, Key.Key_Tab)
    page.known.field.set_text_now("nobody has this")
    person.enter()
    assert person.step == "Primary contact"
    assert page.known.words.text() == "Choose a contact of the list, or make a new one."
    page.known.field.set_text_now("a1")
    assert page.chosen() == "A1"
    person.enter()
    assert person.wizard.page.dots[ContactMode.SAME].isChecked()
    person.enter(3)
    with bench.database.read() as session:
        agent = session.scalars(select(Account).where(Account.name == "Ferry Agency")).one()
        assert (agent.type, agent.code) == (AccountType.AGENT.value, "A-000001")
        owner = session.scalars(select(Contact).join(AccountContact).where(AccountContact.account_id == agent.id))
        assert owner.one().name == "A1"


def test_a_customer_in_another_currency_with_an_address_of_its_own(person: Person) -> None:
    """What it is kept in, counted as and sent to; figures of limits follow the currency that is chosen later."""
    bench = person.bench
    ht = bench.ids["HT"]
    with bench.database.write() as session:
        switch_module(session, provider_id=ht, module=Module.MULTI_CURRENCY, on=True, seen=None)
        for code, rate in (("USD", "1.5"), ("JPY", "0.01")):
            add_rate(session, provider_id=ht, currency=code, from_date=TODAY, rate=rate)
            set_currency(session, provider_id=ht, currency=code, wanted=CurrencyUse(state=CurrencyState.EFFECTIVE),
                         seen=CurrencyUse())
        set_classification(session, provider_id=ht, code="GOLD", details=ClassificationDetails(name="Gold"), seen=None)
    person.begin()
    person.seen.choose("Enterprise", "Organisation")
    person.enter()
    person.type("Reef Divers")
    person.enter()
    seen = person.seen
    assert not seen.has("Account manager")  # nobody signs in at this provider yet
    seen.choose("Currency", "USD")
    seen.choose("Classification", "GOLD · Gold")
    person.enter()
    page = person.wizard.page
    limit = page.rows.rows["credit_limit"]
    limit.switch.click()
    person.type("1500")
    page.rows.rows["trading_terms_offset"].switch.click()
    person.type("5")
    person.wizard.go_back()
    person.seen.choose("Currency", "JPY")
    person.enter()
    limit = person.wizard.page.rows.rows["credit_limit"]
    assert (limit.field.unit, person.place.wizard and person.wizard.page.chosen()) == ("JPY", "2 set here")
    assert limit.field.value() == 1_500
    person.enter(2)
    person.enter(2)  # the contact is the account itself, and receives its invoices
    assert person.step == "Billing address"
    page = person.wizard.page
    assert page.text == "It may be left to the billing contact, now and later."
    assert not page.dots[ContactMode.KNOWN].isEnabled()
    press(person.wizard, Key.Key_Right)
    person.enter()
    assert person.seen.refused == ["Address"]
    person.seen.fill("Address", "1 Jetty Road")
    person.seen.fill("City", "Cairns")
    person.enter()
    assert person.step == "Summary", person.wizard.words
    words = {p.head: p.text for p in person.wizard.summary.paragraphs}
    assert "It is kept in JPY for good. Its classification is GOLD · Gold." in words["What"]
    assert "Credit limit: 1,500 JPY" in words["Set here"]
    assert words["Contacts"].endswith("They go to 1 Jetty Road, Cairns.")
    person.enter()
    with bench.database.read() as session:
        made = session.scalars(select(Account).where(Account.name == "Reef Divers")).one()
        assert (made.currency, made.classification_id is not None) == ("JPY", True)
        values = stored_values(session, Tier.ACCOUNT, made.id)
        assert (values["credit_limit"], values["trading_terms_offset"], values["trading_terms_offset_unit"]) == (
            1_500, 5, "days")
        sheet = address_sheet(session, account_id=made.id)
        assert next(row.lines for row in sheet.rows if row.is_in_use)[0] == "1 Jetty Road"


def test_an_address_that_a_contact_has_already(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = person.bench
    with bench.database.write() as session:
        owner = contact_sheet(session, account_id=bench.ids["A1"]).rows[0].id
        depot = add_address(session, account_id=bench.ids["A1"], contact_id=owner,
                            address=NewAddress(address_line1="Depot 3", city="Perth")).id

    def managed(session: Session, **asked: int) -> CreationOptions:
        return replace(creation_options(session, **asked), needs_address=True,
                       managers=(NamedOption(7, "Mary Major (mary@ht.example)"),))

    monkeypatch.setattr("app.services.hierarchy.new_account_outlook.creation_options", managed)
    person.begin()
    answers = person.wizard.page._answers
    person.seen.choose("Enterprise", "Organisation")
    person.enter()
    person.type("Second Shop")
    person.enter()
    person.seen.choose("Account manager", "Mary Major (mary@ht.example)")
    assert answers.request().account_manager_id == 7
    person.seen.choose("Account manager", "Nobody")
    person.enter(3)
    press(person.wizard, Key.Key_Backtab)
    press(person.wizard, Key.Key_Right)
    person.wizard.page.known.field.set_text_now("a1")
    person.enter(2)
    page = person.wizard.page
    assert (person.step, page.text) == ("Billing address", "The provider asks its customers for one.")
    press(person.wizard, Key.Key_Right, Key.Key_Right)
    assert page.dots[ContactMode.KNOWN].isChecked()
    assert (page.chosen(), page.list.current_item().second) == ("Depot 3, Perth", "A1")
    person.enter(2)
    with bench.database.read() as session:
        made = session.scalars(select(Account).where(Account.name == "Second Shop")).one()
        assert address_sheet(session, account_id=made.id).chosen == AddressChoice(contact_id=owner, address_id=depot)


def test_a_provider_and_its_draft(person: Person) -> None:
    bench = person.bench
    person.begin(provider=True)
    # The provider of the list takes none, so it begins below the one above it.
    assert person.wizard.steps[0].chosen == "Retail provider of Pacific Wholesale"
    person.enter()
    person.type("Coral Reef")
    person.enter()
    person.type("coral.example")
    person.enter()
    assert person.note("Realm") == "Write it as @domain, for instance @company.example."
    person.type("@ht.example")
    person.type("nzz", tabs=1)
    person.enter()
    assert person.seen.refused == ["Currency"]
    person.type("nzd")
    press(person.wizard, Key.Key_Escape)
    assert person.place.wizard is None
    person.begin()  # something else meanwhile has a draft of its own
    assert person.wizard.page.chosen() == "Customer of Harbour Telecom"
    press(person.wizard, Key.Key_Escape)

    person.begin(provider=True)
    assert person.wizard.findChild(QPushButton, "anew").isVisible()
    person.enter(3)
    assert (person.step, person.wizard.page.rows.rows["trading_due_days"].shown) == (
        "Terms and credit", "7 days (System default)")
    person.enter(5)
    assert person.step == "Provider settings"  # the realm of another provider, said by the service
    assert "belongs to another provider" in person.note("Realm")
    person.type("@coral.example")
    person.enter(6)
    assert person.wizard.verb_button.text() == "&Create provider"
    person.enter()
    assert person.said == ["Retail provider Coral Reef was created with the code A-000001."]
    with bench.database.read() as session:
        made = session.scalars(select(Account).where(Account.name == "Coral Reef")).one()
        assert (made.parent_id, made.currency) == (bench.ids["PW"], "NZD")
        assert [p.name for p in creation_options(session, parent_id=made.id).profiles] == ["Default Profile"]


def test_start_anew_forgets_the_draft_and_another_parent_brings_its_own_choices(person: Person) -> None:
    person.begin()
    person.enter()
    person.type("Half Done")
    press(person.wizard, Key.Key_Escape)
    person.begin()
    person.enter()
    assert person.seen.value("Name") == "Half Done"
    person.wizard.start_anew()
    QApplication.processEvents()
    person.seen.choose("Below", "Pacific Wholesale (Wholesale provider)")
    kind = person.seen.field("Type")
    assert [kind.itemText(n) for n in range(kind.count())] == ["Retail provider", "Wholesale provider",
                                                               "Non-billing provider"]
    assert "Provider settings" in [s.title for s in person.wizard.steps]
    person.enter()
    assert person.seen.value("Name") == ""


def test_somebody_else_is_quicker(person: Person) -> None:
    """What happens between the last page and its button is said beside the field, and nothing is lost."""
    bench = person.bench
    person.begin()
    person.enter()
    person.type("Quick")
    person.type("QUICK", tabs=1)
    person.enter(7)
    assert person.step == "Summary"
    with bench.database.write() as session:
        create_account(session, provider_id=bench.ids["HT"],
                       new=NewAccount(code="QUICK", name="Quicker", start_date=TODAY))
    person.enter()
    assert person.step == "Name and start"
    assert "belongs to another account" in person.note("Code")
    assert person.seen.value("Name") == "Quick"


def test_terms_are_shown_and_locked_without_their_power(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(session: Session, **asked: int) -> CreationOptions:
        return replace(creation_options(session, **asked),
                       why_no_terms='It needs the power "Trading terms of new customers".')

    monkeypatch.setattr("app.services.hierarchy.new_account_outlook.creation_options", refusing)
    person.begin()
    person.enter()
    person.type("Plain")
    person.enter(2)
    rows = person.wizard.page.rows.rows
    assert person.wizard.page.text.startswith("You can look, but not set them. It needs the power")
    assert rows["trading_due_days"].shown == "10 days (Harbour Telecom)"
    assert not any(row.switch.isEnabled() for row in rows.values())
    person.enter()
    assert person.wizard.page.rows.rows["account_billing_day"].switch.isEnabled()
