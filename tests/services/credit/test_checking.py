"""The credit check over the books: the worked example step by step, and what a refusal says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.models.credit.control import AccountClassification, KycProfile
from app.models.parties.contact import Contact
from app.models.values import CreditEvent, KycState, Lifecycle
from app.services.accounts.header import account_header
from app.services.credit.assigning import classify_account, owner_of, set_contact_kyc
from app.services.credit.checking import CreditAnswer, CreditLimitExceeded, check_credit, require_credit
from app.services.credit.labels import (
    ClassificationDetails,
    classification_rows,
    delete_classification,
    delete_kyc_profile,
    kyc_profile_rows,
    set_classification,
    set_kyc_profile,
)
from app.services.credit.overrides import (
    OverrideDetails,
    create_override,
    delete_override,
    edit_override,
    override_rows,
)
from app.services.credit.ratings import set_credit_rating
from app.services.database.unit_of_work import Database
from app.services.documents.writing_off import write_off_account
from app.services.errors import RefusedByRule, RefusedField
from tests.factories.books import Book

ACTIVATE, PURCHASE, INVOICE = (CreditEvent.ACTIVATE_SERVICE, CreditEvent.PURCHASE_ONE_TIME_SERVICE,
                               CreditEvent.POST_MANUAL_INVOICE)


def day(number: int) -> date:
    return date(2024, 3, number)


class Office(Book):
    """The provider of the worked example: rating B is worth 500.00, two classifications, one KYC profile."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.home = self.provider("HT", currency="EUR", credit_rating="B", trading_due_days=14)
        set_credit_rating(session, provider_id=self.home, code="B", limit_minor=50_000, seen=None)
        for code in ("RESIDENTIAL", "VIP"):
            set_classification(session, provider_id=self.home, code=code, seen=None,
                               details=ClassificationDetails(name=code.title()))
        set_kyc_profile(session, provider_id=self.home, code="LOW", name="Low", seen=None)
        self.customer = self.account(self.home, "A-1001", name="Anna")
        self.classify("RESIDENTIAL")
        self.know("LOW")

    def classify(self, code: str | None) -> None:
        ids = {row.code: row.id for row in classification_rows(self.session, provider_id=self.home)}
        account = self.entity(self.customer)
        classify_account(self.session, account_id=self.customer, classification_id=None if code is None else ids[code],
                         seen=account.classification_id)

    def know(self, code: str | None, state: KycState = KycState.NOT_VERIFIED) -> None:
        ids = {row.code: row.id for row in kyc_profile_rows(self.session, provider_id=self.home)}
        contact = owner_of(self.session, self.customer)
        now = self.session.get_one(Contact, contact)
        set_contact_kyc(self.session, contact_id=contact, kyc_profile_id=None if code is None else ids[code],
                        state=state, seen=(now.kyc_profile_id, KycState(now.kyc_state)))

    def ask(self, event: CreditEvent, amount_minor: int, on: date = date(2024, 3, 20)) -> CreditAnswer:
        return check_credit(self.session, account_id=self.customer, event=event, amount_minor=amount_minor, on=on)

    def spend(self, event: CreditEvent, amount_minor: int, on: date) -> CreditAnswer:
        """Ask, and post what is let through."""
        answer = require_credit(self.session, account_id=self.customer, event=event, amount_minor=amount_minor, on=on)
        if amount_minor:
            self.invoice(self.customer, amount_minor, on, on)
        return answer

    @property
    def standing(self) -> tuple[int, str]:
        header = account_header(self.session, account_id=self.customer, as_of=date(2024, 3, 31))
        return header.figures.balance_minor, header.credit.standing.value


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    with database.write() as session:
        yield Office(session)


def test_limit_exceeded_and_overridden(office: Office) -> None:
    """The worked example: twelve steps of one account with a limit of 500.00."""
    assert office.ask(PURCHASE, 0).limit_minor == 50_000
    office.spend(INVOICE, 42_000, day(1))
    assert office.standing == (42_000, "within")
    office.payment(office.customer, 10_000, day(5))
    assert office.standing == (32_000, "within")
    assert office.spend(PURCHASE, 18_000, day(6)).excess_minor == 0  # exactly the limit
    assert office.standing == (50_000, "within")

    def refused(event: CreditEvent, amount: int, *words: str) -> CreditAnswer:
        before = office.standing
        with pytest.raises(CreditLimitExceeded) as caught:
            office.spend(event, amount, day(7))
        answer = caught.value.answer
        assert [word for word in words if word not in str(caught.value)] == []
        assert (answer.allowed, answer.rule, office.standing) == (False, None, before)
        return answer

    answer = refused(ACTIVATE, 2_500, "A-1001 owes 500.00 EUR", "25.00 EUR more", "it would owe 525.00 EUR",
                     "25.00 EUR above its limit of 500.00 EUR", 'No override rule lists the event "Activate a service"',
                     "A limit of its own of 525.00 EUR", "a payment of 25.00 EUR")
    assert (answer.limit_minor, answer.balance_minor, answer.projected_minor, answer.excess_minor) == (
        50_000, 50_000, 52_500, 2_500)
    vip = OverrideDetails(name="VIP services", events=frozenset({ACTIVATE}), classifications=frozenset({"VIP"}))
    rule = create_override(office.session, provider_id=office.home, details=vip).id
    refused(ACTIVATE, 2_500, '"VIP services" lets it through for the classification VIP (it has RESIDENTIAL)')
    office.classify("VIP")
    answer = office.spend(ACTIVATE, 2_500, day(8))
    assert (answer.allowed, answer.rule, answer.limit_minor, answer.excess_minor) == (
        True, "VIP services", 50_000, 2_500)
    assert office.standing == (52_500, "exceeded")
    trail = office.session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "credit_overridden")).all()
    assert len(trail) == 1
    assert '"VIP services"' in trail[0]
    refused(PURCHASE, 1_000, "No override rule lists")
    assert office.ask(ACTIVATE, 0).rule == "VIP services"
    edit_override(office.session, rule_id=rule, seen=vip, details=OverrideDetails(
        name="VIP services", events=vip.events, classifications=vip.classifications, enabled=False))
    refused(ACTIVATE, 0, "A-1001 owes 525.00 EUR, 25.00 EUR above its limit", "No override rule lists")
    off = override_rows(office.session, provider_id=office.home)[0].details
    edit_override(office.session, rule_id=rule, seen=off, details=vip)
    office.payment(office.customer, 6_000, day(9))
    assert office.standing == (46_500, "within")
    assert office.spend(PURCHASE, 1_000, day(10)).rule is None
    assert office.standing == (47_500, "within")
    edit_override(office.session, rule_id=rule, seen=vip, details=OverrideDetails(
        name="VIP services", events=vip.events, classifications=vip.classifications, ratings=frozenset({"AAA", "AA"})))
    answer = refused(ACTIVATE, 3_000, "5.00 EUR above its limit", "for the rating AA or AAA (it has B)")
    assert answer.projected_minor == 50_500


def test_conditions_kyc_and_several_rules(office: Office) -> None:
    office.invoice(office.customer, 50_000, day(1), day(15))
    for name, more in (("Known", {"kyc_profiles": frozenset({"LOW"}), "verified_only": True}),
                       ("Any", {"ratings": frozenset({"C"})})):
        create_override(office.session, provider_id=office.home, details=OverrideDetails(
            name=name, events=frozenset({ACTIVATE}), **more))
    refusal = office.ask(ACTIVATE, 1)
    assert not refusal.allowed
    assert "a KYC profile that is verified (it is not)" in refusal.sentence
    assert '"Any" lets it through for the rating C (it has B)' in refusal.sentence
    office.know("LOW", KycState.VERIFIED)
    assert office.ask(ACTIVATE, 1).rule == "Known"
    office.know(None)
    assert "the KYC profile LOW (it has none)" in office.ask(ACTIVATE, 1).sentence
    assert office.ask(CreditEvent.BILLING_RUN_INVOICE, 1).allowed
    with pytest.raises(RefusedByRule, match="0 or more"):
        office.ask(ACTIVATE, -1)
    other = office.account(office.home, "A-2", credit_limit=10)
    assert check_credit(office.session, account_id=other, event=INVOICE, amount_minor=11,
                        on=day(1)).limit_minor == 10  # a limit of its own beats the rating's
    free = office.account(office.provider("FR", currency="EUR"), "A-3")
    answer = check_credit(office.session, account_id=free, event=INVOICE, amount_minor=10**9, on=day(1))
    assert (answer.allowed, answer.limit_minor, answer.sentence) == (True, None, "A-3 has no credit limit.")


def test_the_state_of_an_account_stands_before_its_limit(office: Office) -> None:
    session = office.session
    gone = office.account(office.home, "A-9", lifecycle=Lifecycle.TERMINATED)
    answer = check_credit(session, account_id=gone, event=PURCHASE, amount_minor=0, on=day(1))
    assert (answer.allowed, answer.rule) == (False, None)
    assert answer.sentence.startswith("A-9 is terminated, so nothing more can be charged to it.")
    office.invoice(office.customer, 100, day(1), day(15))
    write_off_account(session, account_id=office.customer, on=date(2026, 3, 16))
    with pytest.raises(CreditLimitExceeded, match="A-1001 is written off, so nothing more can be charged to it"):
        office.spend(PURCHASE, 1, day(2))
    assert office.ask(CreditEvent.BILLING_RUN_INVOICE, 1).allowed


def test_what_rules_and_labels_refuse(office: Office) -> None:
    session, home = office.session, office.home
    good = OverrideDetails(name="Good", events=frozenset({ACTIVATE}), classifications=frozenset({"VIP"}),
                           kyc_profiles=frozenset({"LOW"}))
    rule = create_override(session, provider_id=home, details=good).id
    for field, details in (
            ("name", OverrideDetails(name=" ", events=good.events)), ("name", good),
            ("events", OverrideDetails(name="X", events=frozenset())),
            ("ratings", OverrideDetails(name="X", events=good.events, ratings=frozenset({"D"}))),
            ("classifications", OverrideDetails(name="X", events=good.events, classifications=frozenset({"NO"}))),
            ("kyc_profiles", OverrideDetails(name="X", events=good.events, kyc_profiles=frozenset({"NO"})))):
        with pytest.raises(RefusedField) as caught:
            create_override(session, provider_id=home, details=details)
        assert caught.value.field == field
    ids = {row.code: row.id for row in classification_rows(session, provider_id=home)}
    with pytest.raises(RefusedByRule, match="The override rule Good asks for the classification VIP"):
        delete_classification(session, classification_id=ids["VIP"])
    with pytest.raises(RefusedByRule, match="There are accounts with the classification RESIDENTIAL"):
        delete_classification(session, classification_id=ids["RESIDENTIAL"])
    (low,) = kyc_profile_rows(session, provider_id=home)
    delete_override(session, rule_id=rule)
    with pytest.raises(RefusedByRule, match="There are contacts with the KYC profile LOW"):
        delete_kyc_profile(session, kyc_profile_id=low.id)
    office.know(None)
    delete_kyc_profile(session, kyc_profile_id=low.id)
    delete_classification(session, classification_id=ids["VIP"])
    assert [row.code for row in classification_rows(session, provider_id=home)] == ["RESIDENTIAL"]
    was = ClassificationDetails(name="Residential")
    set_classification(session, provider_id=home, code="RESIDENTIAL", seen=was,
                       details=ClassificationDetails(name="Households", enabled=False))
    office.classify(None)
    with pytest.raises(RefusedByRule, match="RESIDENTIAL is switched off"):
        office.classify("RESIDENTIAL")
    for entity, left in ((AccountClassification, 1), (KycProfile, 0)):
        assert session.scalar(select(func.count()).select_from(entity)) == left
