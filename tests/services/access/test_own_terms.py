"""Nobody sets the terms and limits that the provider above grants: those of the own provider or agent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from app.models.attributes.catalogue import DEFINITIONS
from app.models.parties.account import Account
from app.models.values import Tier
from app.services.accounts.rights import account_rights
from app.services.attributes.rows import account_attributes
from app.services.attributes.writing import TERMS, set_attribute
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.setup.applying import apply_set_up
from app.services.setup.planning import plan_set_up
from app.services.setup.reading import SetUpText
from app.services.setup.single import owner_of_account, plan_value, set_value
from app.services.staff import sign_in as signing
from tests.services.access.test_authorize import Office
from tests.support.filled_books import FilledBooks

VALUES = {"trading_due_days": 90, "trading_terms_method": "days", "credit_limit": 900_000, "credit_rating": "A",
          "unbilled_credit_limit": 900_000, "trading_terms_day": 15, "trading_terms_months": 1,
          "trading_terms_offset": 5, "trading_terms_offset_unit": "days", "trading_terms_proximity": 7,
          "trading_terms_proximity_unit": "days", "trading_terms_proximity_direction": "both"}


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def office(database: Database, filled_books: FilledBooks) -> Iterator[Office]:
    with filled_books.opened(database, Office) as made:
        yield made


def test_nobody_sets_their_own_terms(office: Office) -> None:
    session = office.session
    kim, ann = office.user(office.harbour, "kim"), office.user(office.harbour, "ann", agent=office.agent)
    assert VALUES.keys() == TERMS
    for who, account, above in ((kim, office.harbour, "PW"), (ann, office.agent, "HT")):
        office.sign_in(who)
        name = session.get_one(Account, account).name
        refusal = f"{name} cannot change its own terms and limits. {above} can."
        for key, value in VALUES.items():
            for given in (value, None):
                with pytest.raises(RefusedByRule) as refused:
                    set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key=key, value=given, seen={})
                assert str(refused.value) == refusal
        assert account_rights(session, account_id=account).terms == refusal
        said = {row.key: row.why_not for row in account_attributes(session, account_id=account)}
        assert {said[key] for key in TERMS if DEFINITIONS[key].allowed_on(Tier.ACCOUNT)} == {refusal}
        assert said["autopay"] == ""
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key="autopay", value=True, seen={})
        owner = owner_of_account(session.get_one(Account, account))
        with pytest.raises(RefusedByRule, match="its own terms and limits"):
            set_value(session, seen=plan_value(session, owner=owner, key="credit_limit", text="9000"))


def test_who_stands_above_sets_them(office: Office) -> None:
    session = office.session
    kim, wanda = office.user(office.harbour, "kim"), office.user(office.wholesale, "wanda")
    for who, account in ((wanda, office.harbour), (office.root, office.wholesale), (kim, office.agent),
                         (kim, office.id("A1")), (office.root, office.operator)):
        office.sign_in(who)
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key="trading_due_days", value=9, seen={})
        assert account_rights(session, account_id=account).terms == ""
    office.sign_in(kim)
    set_attribute(session, tier=Tier.PROVIDER, owner_id=office.harbour, key="trading_due_days", value=9, seen={})
    said = {row.key: row.why_not for row in account_attributes(session, account_id=office.harbour, as_provider=True)}
    assert said["credit_limit"] == ""


def test_a_set_up_file_sets_them_for_nobody_else(office: Office) -> None:
    session = office.session
    kim, wanda = office.user(office.harbour, "kim"), office.user(office.wholesale, "wanda")

    def apply(due: int, label: str) -> None:
        text = (f'[provider]\ncode = "HT"\n\n[provider.own_attributes]\ntrading_due_days = {due}\n\n'
                f'[provider.attributes]\nlate_fee_label = "{label}"\n')
        apply_set_up(session, seen=plan_set_up(session, source=SetUpText(name="ht.toml", text=text)))

    office.sign_in(wanda)
    apply(9, "Fee")
    office.sign_in(kim)
    apply(9, "Late fee")
    with pytest.raises(RefusedByRule, match="its own terms and limits"):
        apply(90, "Late fee")
