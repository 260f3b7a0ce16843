"""*What does this person see?* answers what the person finds when signed in, and tells nothing one may not see."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.models.parties.account import Account
from app.models.parties.powers import ALL_POWERS, Power, with_parents
from app.models.parties.staff import StaffUser
from app.models.values import AccountType, GroupAccess, GroupLevel
from app.services.access.authorize import editable
from app.services.access.principal import set_staff
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected, NotAllowed, NotFound, NotSignedIn, RefusedByRule
from app.services.staff import roles, units, users
from app.services.staff import sign_in as signing
from app.services.staff.queries import (
    own_details,
    power_tree,
    powers_of_words,
    role_rows,
    staff_providers,
    staff_rows,
    unit_rows,
)
from app.services.staff.sight import Sees, sight_of, sight_of_account
from tests.services.access.test_authorize import PASSWORD, Office
from tests.support.filled_books import FilledBooks


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(signing, "hasher", lambda: quick)


def _crowd(made: Office) -> dict[str, int]:
    """People whose groups overlap in every way, of every tier."""
    work = made.group(made.harbour, "WORK", GroupAccess.ALLOW, "A1", "A2")
    look = made.group(made.harbour, "LOOK", GroupAccess.ALLOW, "A2", "A3")
    barred = made.group(made.harbour, "BARRED", GroupAccess.DENY, "A2", "A5")
    everything = made.group(made.harbour, "EVERY", GroupAccess.SEE_ALL, "A1")
    people = {name: made.user(made.harbour, name) for name in ("kim", "lee", "max", "ola", "pat")}
    for name, group, level in (
        ("kim", work, GroupLevel.EDIT), ("kim", look, GroupLevel.VIEW), ("lee", work, GroupLevel.VIEW),
        ("lee", barred, GroupLevel.EDIT), ("max", barred, GroupLevel.VIEW), ("ola", work, GroupLevel.EDIT),
        ("ola", everything, GroupLevel.VIEW), ("ola", barred, GroupLevel.EDIT),
    ):
        made.tie(people[name], group, level)
    people["eye"] = made.user(made.harbour, "eye", {Power.CUSTOMERS})
    people["none"] = made.user(made.harbour, "none", {Power.STAFF})
    people["ann"] = made.user(made.harbour, "ann", agent=made.agent)
    people["top"] = made.user(made.wholesale, "top")
    people["mid"] = made.user(made.wholesale, "mid", ALL_POWERS - {Power.CUSTOMERS_DOWNSTREAM})
    people["root"] = made.root
    return people


def test_the_answer_is_what_the_person_finds(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as made:
        session = made.session
        people = _crowd(made)
        accounts = dict(session.execute(select(Account.code, Account.id).where(
            Account.type.not_in((AccountType.SYSTEM, AccountType.OPERATOR)))).all())
        customers = set(session.scalars(select(Account.code).where(
            Account.type.in_((AccountType.END_USER, AccountType.AGENT)))))
        for name, person in people.items():
            sees = made.sees(person) if name != "none" else set()
            may_change = name not in {"eye", "none"}
            changes = set(session.scalars(select(Account.code).where(editable(session)))) if may_change else set()
            made.sign_in(made.root)
            for code, account_id in accounts.items():
                answer = sight_of_account(session, staff_id=person, account_id=account_id)
                expected = Sees.CHANGES if code in changes else Sees.LOOKS if code in sees else Sees.NOTHING
                assert answer.sees is expected, f"{name}, {code}: {answer.why}"
                assert answer.why
            sight = sight_of(session, staff_id=person)
            assert (sight.seen, sight.changed) == (len(sees & customers), len(changes & customers)), name


def test_the_words_name_the_rule_that_decides(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as made:
        session = made.session
        people = _crowd(made)
        made.sign_in(made.root)
        for person, code, words in (
            ("kim", "A5", "sees only the accounts of the groups WORK and LOOK (Allow some), and it is in none"),
            ("kim", "A3", "the group LOOK, whose accounts the org unit Unit of kim sees (Allow some). None of these"),
            ("lee", "A2", "BARRED, which the org unit Unit of lee is barred from (Deny some). That goes before all"),
            ("ola", "A3", "Unit of ola sees all accounts through the group EVERY."),
            ("ann", "A1", "A1 is not recorded with that agent"), ("eye", "A1", "No role of their org unit gives"),
            ("none", "A1", 'does not have the power "Customers"'), ("mid", "S1", "does not reach the customers of SB"),
            ("pat", "A1", "Pat reaches the customers of HT, and no group hides it"),
        ):
            answer = sight_of_account(session, staff_id=people[person], account_id=made.id(code))
            assert words in answer.why, (person, answer.why)
        rules = sight_of(session, staff_id=people["lee"]).rules
        assert [(rule.name, rule.effect) for rule in rules] == [
            ("HT", "Shows"), ("BARRED", "Hides"), ("WORK", "Limits")]
        session.get_one(StaffUser, people["lee"]).active = False
        assert sight_of(session, staff_id=people["lee"]).seen == 1


def test_nothing_is_learnt_about_what_one_does_not_see(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as made:
        session = made.session
        people = _crowd(made)
        made.sign_in(people["kim"])
        sight = sight_of(session, staff_id=people["pat"])
        assert (sight.seen, sight.hidden) == (3, 0), "of A1, A2, A3, which kim sees"
        for staff_id, account in ((people["pat"], "A5"), (people["top"], "A1"), (-1, "A1")):
            with pytest.raises(NotFound):
                sight_of_account(session, staff_id=staff_id, account_id=made.id(account))
        made.sign_in(people["eye"])
        for ask in (lambda: sight_of(session, staff_id=people["pat"]), lambda: staff_rows(session),
                    lambda: unit_rows(session), lambda: role_rows(session), lambda: power_tree(session)):
            with pytest.raises(NotAllowed, match="Staff list"):
                ask()


def test_staff_units_and_roles_within_reach(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as made:
        session = made.session
        people = _crowd(made)
        made.user(made.summit, "sam")
        made.sign_in(people["pat"])
        assert {row.provider for row in staff_rows(session)} == {"HT"}
        assert [(p.name, p.realm, p.agents) for p in staff_providers(session)] == [
            ("HT", "@ht.example", ((made.agent, "AG"),))]
        units = {row.name: row for row in unit_rows(session)}
        assert {(g.name, g.level) for g in units["Unit of kim"].groups} == {
            ("WORK", GroupLevel.EDIT), ("LOOK", GroupLevel.VIEW)}
        assert (units["Unit of ann"].agent, units["Unit of ann"].staff) == ("AG", 1)
        eye = next(row for row in role_rows(session) if row.name == "Role of eye")
        assert (eye.powers, eye.units) == (frozenset({"customers"}), ("Unit of eye",))
        made.sign_in(people["none"])
        refused = {row.key for row in power_tree(session) if row.refusal}
        assert refused == {power.value for power in Power} - {"staff"}
        details = own_details(session)
        assert (details.login, details.unit, details.roles, details.powers) == (
            "none@ht.example", "Unit of none", ("Role of none",), frozenset({"staff"}))
        with pytest.raises(InputRejected, match="needs a name"):
            users.edit_own_details(session, name=" ", email="", seen={"name": "None", "email": ""})
        users.edit_own_details(session, name="Nona", email="nona@ht.example", seen={"name": "None", "email": ""})
        assert own_details(session).name == "Nona"
        session.info["principal"] = None
        set_staff(session, None)
        with pytest.raises(NotSignedIn):
            own_details(session)


def test_nobody_makes_a_colleague_who_reaches_further(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as made:
        session = made.session
        people = _crowd(made)
        unit = session.get_one(StaffUser, people["pat"]).unit_id
        for name in ("kim", "ann"):
            made.sign_in(people[name])
            for ask in (
                lambda: users.create_user(session, unit_id=unit, login="x@ht.example", name="X", password=PASSWORD),
                lambda: users.reset_password(session, staff_id=people["pat"], password="another-1"),
                lambda: units.create_unit(session, provider_id=made.harbour, name="Mine"),
                lambda: users.edit_user(session, staff_id=people["max"], unit_id=unit, seen={}),
            ):
                with pytest.raises(NotAllowed, match="some of them only"):
                    ask()
        clerk = made.user(made.harbour, "clerk", with_parents({Power.CUSTOMERS, Power.STAFF_ADMIN}))
        made.sign_in(clerk)
        with pytest.raises(NotAllowed, match="do not have yourself"):
            users.reset_password(session, staff_id=people["pat"], password="another-1")
        users.reset_password(session, staff_id=people["eye"], password="another-1")
        role = next(row for row in role_rows(session) if row.name == "Role of eye")
        roles.edit_role(session, role_id=role.id, name="Looks", description="Only looks",
                        powers=powers_of_words(["customers", "unknown"]),
                        seen={"name": role.name, "description": "", "powers": role.powers})
        with pytest.raises(RefusedByRule, match='a role "Role of pat" already'):
            roles.edit_role(session, role_id=role.id, name="Role of pat", description="", powers=[], seen={
                "name": "Looks", "description": "Only looks", "powers": role.powers})
        with pytest.raises(NotAllowed, match="do not have yourself"):
            units.edit_unit(session, unit_id=unit, name="Desk", description="Takes calls", seen={})
        weak = session.get_one(StaffUser, people["eye"]).unit_id
        units.edit_unit(session, unit_id=weak, name="Desk", description="Takes calls",
                        seen={"name": "Unit of eye", "description": ""})
        assert ("Desk", "Takes calls") in {(row.name, row.description) for row in unit_rows(session)}
