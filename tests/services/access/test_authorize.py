"""Who sees what: reach by tier, security groups (ARCHITECTURE.md, "Groups"), levels, and powers taken away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Self

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import ALL_POWERS, Power, effective_powers, with_parents
from app.models.parties.staff import StaffUser
from app.models.values import AccountType, GroupAccess, GroupKind, GroupLevel
from app.services.access.authorize import (
    authorize,
    editable,
    require_account,
    require_accounts,
    require_provider,
    visible,
)
from app.services.access.principal import set_staff
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected, NotAllowed, NotFound, NotSignedIn, RefusedByRule
from app.services.groups.groups import add_to_group, create_group
from app.services.staff import beginning, roles, units, users
from app.services.staff import sign_in as signing
from app.services.staff.sign_in import change_own_password, needs_sign_in, sign_in
from tests.factories.books import Book
from tests.support.filled_books import FilledBooks

PASSWORD = "harbour-2025"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real algorithm with its smallest costs: what is tested is what we do with it."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(signing, "hasher", lambda: quick)


class Office(Book):
    """The worked example's providers and customers, with staff."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.wholesale = self.provider("PW", kind=AccountType.WHOLESALE)
        self.harbour = self.provider("HT", parent=self.wholesale)
        self.summit = self.provider("SB", parent=self.wholesale)
        self.agent = self.account(self.harbour, "AG", kind=AccountType.AGENT)
        for code in ("A1", "A2", "A3", "A5"):
            self.account(self.harbour, code)
        self.account(self.harbour, "A9", agent=self.agent)
        self.account(self.summit, "S1")
        beginning.begin_sign_in(session, login="root@operator.example", name="Root", password=PASSWORD)
        self.root = session.scalars(select(StaffUser.id)).one()
        self.sign_in(self.root)

    def taken_up(self, session: Session) -> Self:
        super().taken_up(session)
        self.sign_in(self.root)
        return self

    def sign_in(self, staff_id: int) -> None:
        set_staff(self.session, staff_id)

    def user(self, provider: int, login: str, powers: Collection[Power] = ALL_POWERS, *, agent: int | None = None
             ) -> int:
        """A user in an org unit of their own with one role; made by the administrator."""
        self.sign_in(self.root)
        role = roles.create_role(self.session, provider_id=provider, name=f"Role of {login}", powers=powers).id
        unit = units.create_unit(self.session, provider_id=provider, name=f"Unit of {login}", agent_id=agent,
                                 role_ids=[role]).id
        realm = {self.operator: "operator", self.wholesale: "pw", self.harbour: "ht", self.summit: "sb"}[provider]
        return users.create_user(self.session, unit_id=unit, login=f"{login}@{realm}.example", name=login.title(),
                                 password=PASSWORD).id

    def group(self, provider: int, code: str, access: GroupAccess, *members: str) -> int:
        group = create_group(self.session, provider_id=provider, code=code, kind=GroupKind.SECURITY).id
        self.session.execute(update(AccountGroup).where(AccountGroup.id == group).values(access=access.value))
        add_to_group(self.session, group_id=group, account_ids=[self.id(m) for m in members])
        return group

    def tie(self, user: int, group: int, level: GroupLevel = GroupLevel.EDIT) -> None:
        self.sign_in(self.root)
        unit = self.session.get_one(StaffUser, user).unit_id
        units.tie_group(self.session, unit_id=unit, group_id=group, level=level, seen=None)

    def id(self, code: str) -> int:
        return self.session.scalars(select(Account.id).where(Account.code == code)).one()

    def sees(self, user: int) -> set[str]:
        self.sign_in(user)
        codes = self.session.scalars(select(Account.code).where(visible(self.session),
                                                                Account.type != AccountType.SYSTEM))
        return set(codes)

    def changes(self, user: int) -> set[str]:
        self.sign_in(user)
        return set(self.session.scalars(select(Account.code).where(editable(self.session),
                                                                   Account.type == AccountType.END_USER)))


def test_reach_follows_the_hierarchy(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        harbour = {"HT", "AG", "A1", "A2", "A3", "A5", "A9"}
        everything = harbour | {"operator", "PW", "SB", "S1"}
        no_downstream = ALL_POWERS - {Power.CUSTOMERS_DOWNSTREAM}
        table = {
            office.user(office.operator, "op"): everything,
            office.user(office.harbour, "kim"): harbour,
            office.user(office.summit, "sam"): {"SB", "S1"},
            office.user(office.harbour, "ann", agent=office.agent): {"AG", "A9"},
            office.user(office.wholesale, "wes", no_downstream): {"PW", "HT", "SB"},
            office.user(office.wholesale, "wanda"): everything - {"operator"},
        }
        assert {user: office.sees(user) for user in table} == table


def test_groups_narrow_and_deny_wins(database: Database, filled_books: FilledBooks) -> None:
    """The worked example with Sydney's Allow and Collections' Deny, and the cases left to the formula."""
    with filled_books.opened(database, Office) as office:
        customers = {"A1", "A2", "A3", "A5", "A9", "AG"}
        allow = office.group(office.harbour, "SYDNEY", GroupAccess.ALLOW, "A1", "A2")
        more = office.group(office.harbour, "PERTH", GroupAccess.ALLOW, "A3")
        deny = office.group(office.harbour, "VIP", GroupAccess.DENY, "A5", "A2")
        all_seen = office.group(office.harbour, "ALL", GroupAccess.SEE_ALL)
        cases = {
            "kim": ([allow], {"A1", "A2"}),
            "lou": ([deny], customers - {"A5", "A2"}),
            "max": ([allow, more], {"A1", "A2", "A3"}),
            "nia": ([allow, deny], {"A1"}),
            "oli": ([allow, all_seen], customers),
            "pia": ([allow, deny, all_seen], customers - {"A5", "A2"}),
            "quin": ([], customers),
        }
        for login, (groups, expected) in cases.items():
            user = office.user(office.harbour, login)
            for group in groups:
                office.tie(user, group)
            assert office.sees(user) - {"HT"} == expected, login
            assert "HT" in office.sees(user)


def test_what_is_out_of_reach_does_not_exist(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        kim = office.user(office.harbour, "kim")
        office.tie(kim, office.group(office.harbour, "SYDNEY", GroupAccess.ALLOW, "A1"))
        office.sign_in(kim)
        assert require_account(session, office.id("A1"), Power.CUSTOMERS).code == "A1"
        for code in ("A3", "S1", "PW"):
            with pytest.raises(NotFound, match=r"^There is no such account in this database\.$"):
                require_account(session, office.id(code), Power.CUSTOMERS)
        with pytest.raises(NotFound, match=r"^There is no such account in this database\.$"):
            require_account(session, 10**9, Power.CUSTOMERS)
        with pytest.raises(NotFound):
            require_accounts(session, [office.id("A1"), office.id("A3")], Power.CUSTOMERS)
        with pytest.raises(NotFound, match="no such provider"):
            require_provider(session, office.summit, Power.PROVIDERS)
        assert require_provider(session, office.harbour, Power.PROVIDERS).code == "HT"


def test_looking_is_not_changing(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        kim = office.user(office.harbour, "kim")
        office.tie(kim, office.group(office.harbour, "LOOK", GroupAccess.ALLOW, "A1"), GroupLevel.VIEW)
        office.tie(kim, office.group(office.harbour, "WORK", GroupAccess.ALLOW, "A2"), GroupLevel.EDIT)
        assert office.sees(kim) == {"HT", "A1", "A2"}
        assert office.changes(kim) == {"A2"}
        with pytest.raises(NotAllowed, match="look at A1, but not change it"):
            require_account(session, office.id("A1"), Power.CUSTOMERS_EDIT, edit=True)
        assert require_account(session, office.id("A2"), Power.CUSTOMERS_EDIT, edit=True).code == "A2"


def test_a_power_taken_away_counts_at_once(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        kim = office.user(office.harbour, "kim", with_parents({Power.CUSTOMERS_EDIT}))
        office.sign_in(kim)
        authorize(session, Power.CUSTOMERS_EDIT)
        with pytest.raises(NotAllowed, match='Kim does not have the power "Suspension"'):
            authorize(session, Power.SUSPENSION)
        session.execute(update(StaffUser).where(StaffUser.id == kim).values(active=False))
        office.sign_in(kim)
        with pytest.raises(NotSignedIn, match="no longer active"):
            authorize(session, Power.CUSTOMERS)
        set_staff(session, None)
        with pytest.raises(NotSignedIn, match="--as name@realm"):
            authorize(session, Power.CUSTOMERS)


@given(st.frozensets(st.sampled_from(sorted(Power))))
def test_a_power_without_its_parent_opens_nothing(granted: frozenset[Power]) -> None:
    effective = effective_powers(granted)
    assert effective <= granted
    assert with_parents(effective) == effective
    assert effective_powers(with_parents(granted)) == with_parents(granted)


def test_logins_belong_to_realms_and_names_are_unique(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        office.user(office.harbour, "kim")
        unit = units.create_unit(session, provider_id=office.harbour, name="Sydney").id
        for login, message in (
            ("kim@pw.example", "end with @ht.example"), ("KIM@ht.example", "taken"), ("kim", "not a login"),
            ("k m@ht.example", "not a login"), ("@ht.example", "not a login"),
        ):
            with pytest.raises((RefusedByRule, InputRejected), match=message):
                users.create_user(session, unit_id=unit, login=login, name="Kim", password=PASSWORD)
        for password in ("short1", "lettersonly", "12345678", "x1" * 150):
            with pytest.raises(InputRejected, match="password has"):
                users.create_user(session, unit_id=unit, login="lee@ht.example", name="Lee", password=password)
        with pytest.raises(RefusedByRule, match="unique"):
            units.create_unit(session, provider_id=office.harbour, name="Sydney ")
        with pytest.raises(RefusedByRule, match="begun already"):
            beginning.begin_sign_in(session, login="two@operator.example", name="Two", password=PASSWORD)


def test_nobody_gives_more_than_they_have_and_an_administrator_remains(
    database: Database, filled_books: FilledBooks,
) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        boss = office.user(office.harbour, "boss", with_parents({Power.STAFF_ADMIN, Power.CUSTOMERS}))
        office.sign_in(boss)
        with pytest.raises(NotAllowed, match="do not have yourself"):
            roles.create_role(session, provider_id=office.harbour, name="Big", powers={Power.SUSPENSION_APPLY})
        with pytest.raises(NotFound, match="no such provider"):
            units.create_unit(session, provider_id=office.summit, name="Elsewhere")
        office.sign_in(office.root)
        with pytest.raises(RefusedByRule, match="Nobody could manage staff"):
            users.edit_user(session, staff_id=office.root, active=False, seen={"active": True})
        group = office.group(office.operator, "OPS", GroupAccess.ALLOW)
        own_unit = session.get_one(StaffUser, office.root).unit_id
        with pytest.raises(NotAllowed, match="cannot change that themselves"):
            units.tie_group(session, unit_id=own_unit, group_id=group, level=GroupLevel.EDIT, seen=None)


def test_wrong_passwords_make_the_next_try_wait(database: Database, clock: FixedClock) -> None:
    with database.write() as session:
        beginning.begin_sign_in(session, login="Root@Operator.example", name="Root", password=PASSWORD)
    assert needs_sign_in(database)
    with pytest.raises(NotSignedIn, match=r"^Login or password is wrong\.$"):
        sign_in(database, login="nobody@operator.example", password=PASSWORD)
    for _ in range(3):
        with pytest.raises(NotSignedIn, match=r"^Login or password is wrong\.$"):
            sign_in(database, login="root@operator.example", password="wrong-password-1")
    with pytest.raises(NotSignedIn, match=r"Too many wrong passwords\. Try again in 2 seconds"):
        sign_in(database, login="root@operator.example", password=PASSWORD)
    clock.moment += timedelta(seconds=3)
    who = sign_in(database, login=" ROOT@operator.example ", password=PASSWORD)
    assert (who.login, who.unit, who.by_itself) == ("root@operator.example", "Admin Full Powers", False)
    assert not needs_sign_in(database)
    with pytest.raises(InputRejected, match="current password is wrong"):
        change_own_password(database, current="wrong-password-1", new="another-2026")
    change_own_password(database, current=PASSWORD, new="another-2026")
    sign_in(database, login="root@operator.example", password="another-2026")
    with database.read() as session:
        kept = session.scalars(select(StaffUser.password_hash)).one()
    assert kept.startswith("$argon2id$")
    assert "another-2026" not in kept
