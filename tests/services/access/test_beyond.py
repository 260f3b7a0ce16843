"""Whoever sees some customers only changes nothing that the others have too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from argon2 import PasswordHasher
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.contact import AccountContact
from app.models.parties.powers import ALL_POWERS, Power
from app.models.values import AccountStatus, GroupAccess, GroupLevel, HoldKind, StatusReason, Tier
from app.services.accounts.contacts import change_contact, contact_sheet
from app.services.accounts.details import account_details, save_details
from app.services.accounts.rights import account_rights
from app.services.attributes.writing import set_attribute
from app.services.credit.ratings import set_credit_rating
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.hierarchy.moves import NewParent, move_account
from app.services.profiles import profiles
from app.services.profiles.page import profile_page
from app.services.profiles.profiles import (
    ProfileDetails,
    create_profile,
    delete_profile,
    edit_profile,
    set_default_profile,
)
from app.services.providers.modules import Module, module_sheet, switch_module
from app.services.rules.rule_sets import set_rules
from app.services.staff import sign_in as signing
from app.services.status.bulk import Wish, judge
from app.services.status.changes import place_hold
from tests.services.access.test_authorize import Office
from tests.support.filled_books import FilledBooks

TODAY = date(2026, 3, 16)
_DONE_ABOVE = {"move", "hold"}
"""Done to a provider by the one above it, whoever its own staff are."""


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(signing, "hasher", lambda: quick)


class Shared(Office):
    """Kim reaches A1 and A2 of the five customers and the agent; two profiles, one of them hers alone."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.mixed = create_profile(session, provider_id=self.harbour, details=_named("Mixed")).id
        self.hers = create_profile(session, provider_id=self.harbour, details=_named("Hers")).id
        self.idle = create_profile(session, provider_id=self.harbour, details=_named("Idle")).id
        for code, profile in (("A1", self.hers), ("A2", self.mixed), ("A3", self.mixed)):
            session.execute(update(Account).where(Account.code == code).values(profile_id=profile))
        session.expire_all()
        work = self.group(self.harbour, "WORK", GroupAccess.ALLOW, "A1", "A2")
        every = self.group(self.harbour, "EVERY", GroupAccess.SEE_ALL)
        self.people = {name: self.user(self.harbour, name) for name in ("kim", "looks", "sees", "free")}
        self.tie(self.people["kim"], work)
        self.tie(self.people["looks"], every, GroupLevel.VIEW)
        self.tie(self.people["sees"], every)
        self.people["wes"] = self.user(self.wholesale, "wes", ALL_POWERS - {Power.CUSTOMERS_DOWNSTREAM})
        self.people["ops"] = self.user(self.operator, "ops")
        self.tie(self.people["ops"], self.group(self.operator, "OPS", GroupAccess.ALLOW))
        self.people["agent"] = self.user(self.harbour, "ann", agent=self.agent)

    def deeds(self) -> dict[str, Callable[[], object]]:
        """Everything at Harbour Telecom that reaches more than one account."""
        session, harbour = self.session, self.harbour
        letterhead = account_details(session, account_id=harbour).values
        return {
            "provider default": lambda: set_attribute(
                session, tier=Tier.PROVIDER, owner_id=harbour, key="trading_due_days", value=40, seen={}),
            "a rating's limit": lambda: set_credit_rating(
                session, provider_id=harbour, code="A", limit_minor=100, seen=None),
            "letterhead": lambda: save_details(session, account_id=harbour, seen=letterhead,
                                               after={**letterhead, "tagline": "Elsewhere"}),
            "hold": lambda: place_hold(session, account_id=harbour, kind=HoldKind.MANUAL, on=TODAY,
                                       reason=StatusReason.OTHER, note="Trial", seen=AccountStatus.ACTIVE),
            "rules": lambda: set_rules(session, provider_id=harbour, effective_from=TODAY, min_overdue_minor=5000,
                                       min_overdue_days=7, restore_at_minor=0, seen=0),
            "default profile": lambda: set_default_profile(
                session, profile_id=self.idle, seen=profiles.default_profile_id(session, harbour)),
            "new default profile": lambda: create_profile(
                session, provider_id=harbour, details=_named("Newer"), as_default=True),
            "override": lambda: set_attribute(
                session, tier=Tier.PROFILE, owner_id=self.mixed, key="trading_due_days", value=40, seen={}),
            "profile's name": lambda: edit_profile(session, profile_id=self.mixed, details=_named("Renamed"),
                                                   seen=_named("Mixed")),
            "move": lambda: move_account(session, account_id=harbour, to=NewParent(provider_id=self.operator),
                                         seen=NewParent(provider_id=self.wholesale)),
        }

    def refused(self, who: str, deed: Callable[[], object]) -> str:
        """What a deed is refused with; undone in any case."""
        self.sign_in(self.people[who])
        undone = self.session.begin_nested()
        try:
            deed()
        except RefusedByRule as refused:
            return str(refused)
        else:
            return ""
        finally:
            undone.rollback()
            self.session.expire_all()


def _named(name: str) -> ProfileDetails:
    return ProfileDetails(name=name)


def test_what_reaches_others_needs_the_sight_of_them(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Shared) as made:
        made.sign_in(made.root)
        deeds = made.deeds()
        for name, deed in deeds.items():
            for who, words in (("kim", "reaches some of them only: "), ("looks", "looking only"), ("agent", "only"),
                               ("ops", "your org unit")):
                refused = made.refused(who, deed)
                elsewhere = refused and (name in _DONE_ABOVE or who == "agent") and who != "ops"
                assert words in refused or elsewhere, f"{who}, {name}: {refused}"
            for who in ("free", "sees"):
                if name not in _DONE_ABOVE:
                    assert made.refused(who, deed) == "", f"{who}, {name}"


def test_the_reason_says_what_and_how_many(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Shared) as made:
        session = made.session
        made.sign_in(made.root)
        deeds = made.deeds()
        assert made.refused("kim", deeds["provider default"]) == (
            "This concerns every customer of HT; your org unit reaches some of them only: 2.")
        assert made.refused("kim", deeds["rules"]) == (
            "This concerns every customer of HT; your org unit reaches some of them only: 2.")
        assert made.refused("kim", deeds["override"]) == (
            "This concerns every customer with the profile Mixed; your org unit reaches some of them only: 1.")
        assert "those of providers below one's own need the power \"Downstream customers\"" in made.refused(
            "wes", lambda: set_attribute(session, tier=Tier.PROVIDER, owner_id=made.wholesale, key="trading_due_days",
                                         value=3, seen={}))


def test_what_reaches_oneself_alone_may_be_done(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Shared) as made:
        session = made.session
        for name, deed in {
            "override": lambda: set_attribute(session, tier=Tier.PROFILE, owner_id=made.hers, key="trading_due_days",
                                              value=40, seen={}),
            "name": lambda: edit_profile(session, profile_id=made.hers, details=_named("Ours"), seen=_named("Hers")),
            "new": lambda: create_profile(session, provider_id=made.harbour, details=_named("Newer"),
                                          overrides={"trading_due_days": 3}),
            "delete": lambda: delete_profile(session, profile_id=made.idle),
            "unchanged": lambda: edit_profile(session, profile_id=made.mixed, details=_named("Mixed"),
                                              seen=_named("Mixed")),
        }.items():
            assert made.refused("kim", deed) == "", name
        assert "some of them only" in made.refused("kim", lambda: delete_profile(session, profile_id=made.mixed))


def test_limited_staff_of_the_operator_switch_no_modules(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Shared) as made:
        session = made.session
        assert "reaches none of them" in made.refused("ops", lambda: switch_module(
            session, provider_id=made.harbour, module=Module.AGENTS, on=True, seen=None))
        made.sign_in(made.people["ops"])
        assert not module_sheet(session).may_switch
        made.sign_in(made.root)
        assert module_sheet(session).may_switch


def test_a_list_of_statuses_is_judged_the_same(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Shared) as made:
        session = made.session
        wish = Wish(account_id=made.harbour, target=AccountStatus.SUSPENDED, reason="Trial")
        for who, words in (("wes", "Downstream customers"), ("ops", "reaches none of them"), ("root", "")):
            made.sign_in(made.people.get(who, made.root))
            refusal = judge(session, [wish])[0].refusal
            assert words in refusal, who
            assert bool(words) is bool(refusal), who


def test_a_contact_that_serves_others_stays(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Shared) as made:
        session = made.session
        made.sign_in(made.root)
        a1, a3 = made.id("A1"), made.id("A3")
        contact = contact_sheet(session, account_id=a1).rows[0]
        session.execute(insert(AccountContact).values(account_id=a3, contact_id=contact.id, is_primary=False,
                                                      is_billing=False))
        words = made.refused("kim", lambda: change_contact(
            session, account_id=a1, contact_id=contact.id, seen=contact.values,
            after={**contact.values, "phone": "0123"}))
        assert "also serves accounts that your org unit does not reach" in words
        assert "A3" not in words


def test_screens_say_it_ahead(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Shared) as made:
        session = made.session
        for who, expected in (("kim", True), ("free", False)):
            made.sign_in(made.people[who])
            mixed, hers = (profile_page(session, profile_id=each) for each in (made.mixed, made.hers))
            said = (account_rights(session, account_id=made.harbour).provider, mixed.why_not_edit,
                    mixed.why_not_default, mixed.why_not_delete)
            assert all("some of them only" in words for words in said) is expected, said
            assert any("some of them only" in words for words in said) is expected, said
            assert (hers.why_not_edit, mixed.rights.edit) == ("", "")


def test_the_default_profile_is_for_whoever_comes_also_while_it_has_no_members(
    database: Database, filled_books: FilledBooks,
) -> None:
    with filled_books.opened(database, Shared) as made:
        session = made.session
        default = profiles.default_profile_id(session, made.harbour)
        session.execute(update(Account).where(Account.profile_id == default).values(profile_id=made.mixed))
        session.expire_all()
        deed = partial(
            set_attribute, session, tier=Tier.PROFILE, owner_id=default, key="trading_due_days", value=40,
            seen={})
        assert made.refused("kim", deed) == (
            "This concerns every customer of HT; your org unit reaches some of them only: 2.")
        assert made.refused("free", deed) == ""
