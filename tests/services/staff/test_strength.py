"""Nobody gains by managing staff, and no power is lost: every command that touches staff, tried by everybody.

What is allowed is reckoned by a rule of its own (`_allowed`), from what each person was made with. What a command did
is read from the database by the eyes of every person before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any, Self

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import ALL_POWERS, POWER_WORDS, Power, with_parents
from app.models.parties.provider import Provider
from app.models.parties.staff import OrgUnit, OrgUnitGroup, OrgUnitRole, StaffRole, StaffRolePower, StaffUser
from app.models.values import GroupAccess, GroupKind, GroupLevel
from app.services.access.authorize import editable_to, visible_to
from app.services.access.principal import load_principal, set_staff
from app.services.database.unit_of_work import Database
from app.services.errors import BursarError, NotAllowed, RefusedByRule, RefusedField
from app.services.groups.groups import GroupDetails, add_to_group, edit_group, remove_from_group
from app.services.hierarchy.accounts import ProviderSettings, check_provider_settings
from app.services.hierarchy.operator import operator_of
from app.services.staff import beginning, roles, units, users
from app.services.staff import sign_in as signing
from app.services.staff.queries import power_tree
from tests.factories.books import scratch
from tests.services.access.test_authorize import PASSWORD, Office
from tests.support.filled_books import FilledBooks

MANAGES = with_parents({Power.STAFF_ADMIN})
SOME = with_parents({Power.STAFF_ADMIN, Power.CUSTOMERS_EDIT, Power.GROUPS_ASSIGN, Power.GROUPS_ADMIN,
                     Power.GROUPS_REMOVE})
WEAK = with_parents({Power.CUSTOMERS})


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(signing, "hasher", lambda: quick)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody as they were made."""

    name: str
    staff_id: int | None
    unit_id: int = 0
    role_id: int = 0
    provider: int = 0
    powers: frozenset[Power] = frozenset()
    reach: frozenset[int] = frozenset()
    """Providers all of whose customers they reach."""


@dataclass(slots=True)
class House(Office):
    """Somebody of every strength, groups that limit some of them, and a second administrator."""

    session: Session
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    sights: dict[object, tuple[frozenset[int], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        Office.__init__(self, self.session)
        self.session.info["operator"] = self.operator
        every = frozenset({self.operator, self.wholesale, self.harbour, self.summit})
        below = frozenset({self.wholesale, self.harbour, self.summit})
        harbour = frozenset({self.harbour})
        root = self.session.get_one(StaffUser, self.root)
        self._note("root", self.root, root.provider_id, ALL_POWERS, every)
        for name, provider, powers, reach, agent in (
            ("deputy", self.operator, ALL_POWERS, every, None),
            ("manages", self.operator, MANAGES, every, None),
            ("some", self.operator, SOME, every, None),
            ("wanda", self.wholesale, ALL_POWERS, below, None),
            ("wes", self.wholesale, ALL_POWERS - {Power.CUSTOMERS_DOWNSTREAM}, frozenset({self.wholesale}), None),
            ("boss", self.harbour, ALL_POWERS, harbour, None),
            ("clerk", self.harbour, SOME, harbour, None),
            ("weak", self.harbour, WEAK, harbour, None),
            ("looks", self.harbour, ALL_POWERS, frozenset(), None),
            ("edits", self.harbour, ALL_POWERS, frozenset(), None),
            ("barred", self.harbour, SOME, frozenset(), None),
            ("agent", self.harbour, ALL_POWERS, frozenset(), self.agent),
            ("sam", self.summit, SOME, frozenset({self.summit}), None),
        ):
            self._note(name, self.user(provider, name, powers, agent=agent), provider, powers, reach)
        self.groups = {
            "LOOK": self.group(self.harbour, "LOOK", GroupAccess.ALLOW, "A1", "A2"),
            "EDIT": self.group(self.harbour, "EDIT", GroupAccess.ALLOW, "A1"),
            "DENY": self.group(self.harbour, "DENY", GroupAccess.DENY, "A1", "A5"),
            "FREE": self.group(self.harbour, "FREE", GroupAccess.ALLOW, "A2"),
        }
        for name, group, level in (("looks", "LOOK", GroupLevel.VIEW), ("looks", "EDIT", GroupLevel.VIEW),
                                   ("edits", "EDIT", GroupLevel.EDIT), ("barred", "DENY", GroupLevel.EDIT)):
            self.tie(self._staff_id(name), self.groups[group], level)
        self.people["console"] = Person(name="console", staff_id=None)

    def taken_up(self, session: Session) -> Self:
        Office.taken_up(self, session)
        session.info["operator"] = self.operator
        return self

    def _note(self, name: str, staff_id: int, provider: int, powers: frozenset[Power], reach: frozenset[int]) -> None:
        unit = self.session.get_one(StaffUser, staff_id).unit_id
        role = self.session.scalars(select(OrgUnitRole.role_id).where(OrgUnitRole.unit_id == unit)).one()
        self.people[name] = Person(name=name, staff_id=staff_id, unit_id=unit, role_id=role, provider=provider,
                                   powers=powers, reach=reach)

    def _staff_id(self, name: str) -> int:
        found = self.people[name].staff_id
        assert found is not None
        return found

    def act(self, who: Person) -> None:
        set_staff(self.session, who.staff_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One command on one target, with what it would need."""

    name: str
    run: Callable[[], object]
    provider: int
    needs: frozenset[Power] = MANAGES
    touched: frozenset[Power] = frozenset()
    """Powers of the people concerned, and those that are given."""
    anybody_of: frozenset[int] = frozenset()
    """Providers whose staff may do it also where they see some customers only."""
    turns_members: bool = False
    own_unit: int = 0
    """An org unit whose own staff may not."""


def _allowed(who: Person, deed: Deed) -> bool:
    """The naive rule: power, reach, and all that the people concerned can do."""
    return (who.staff_id is not None and deed.needs <= who.powers and deed.touched <= who.powers
            and (deed.provider in who.reach or who.provider in deed.anybody_of) and who.unit_id != deed.own_unit)


def _deeds(house: House, who: Person, target: Person) -> Iterator[Deed]:
    """Everything that can be done to somebody, their org unit and their role."""
    session, staff_id, unit, role, provider = (
        house.session, target.staff_id, target.unit_id, target.role_id, target.provider)
    assert staff_id is not None
    touched = target.powers
    yield Deed(name="edit_user", provider=provider, touched=touched,
               run=lambda: users.edit_user(session, staff_id=staff_id, name="Another",
                                           seen=_shown_user(session, staff_id)))
    yield Deed(name="deactivate", provider=provider, touched=touched,
               run=lambda: users.edit_user(session, staff_id=staff_id, active=False,
                                           seen=_shown_user(session, staff_id)))
    yield Deed(name="reset_password", provider=provider, touched=touched,
               run=lambda: users.reset_password(session, staff_id=staff_id, password="another-2026"))
    for name, there in house.people.items():
        if there.provider == provider and name in {"weak", "manages", "boss", who.name}:
            yield Deed(name=f"move to {name}", provider=provider, touched=touched | there.powers,
                       run=lambda there=there: users.edit_user(
                           session, staff_id=staff_id, unit_id=there.unit_id, seen=_shown_user(session, staff_id)))
    yield Deed(name="create_user", provider=provider, touched=touched, run=lambda: users.create_user(
        session, unit_id=unit, login=f"new@{_realm(house, provider)}.example", name="New", password=PASSWORD))
    yield Deed(name="edit_unit", provider=provider, touched=touched,
               run=lambda: units.edit_unit(session, unit_id=unit, name="Renamed", description="",
                                           seen=_shown_unit(session, unit)))
    yield Deed(name="strip unit", provider=provider, touched=touched,
               run=lambda: units.edit_unit(session, unit_id=unit, name="Renamed", description="", role_ids=[],
                                           seen=_shown_unit(session, unit)))
    yield Deed(name="set_unit_roles", provider=provider, touched=touched,
               run=lambda: units.set_unit_roles(session, unit_id=unit, role_ids=[],
                                                seen=_shown_unit(session, unit)["role_ids"]))
    yield Deed(name="create_unit", provider=provider, touched=touched, run=lambda: units.create_unit(
        session, provider_id=provider, name="Another", role_ids=[role]))
    yield Deed(name="edit_role", provider=provider, touched=touched, run=lambda: roles.edit_role(
        session, role_id=role, name="Other words", description="", powers=touched,
        seen=_shown_role(session, role)))
    yield Deed(name="empty role", provider=provider, touched=touched,
               run=lambda: roles.set_role_powers(session, role_id=role, powers=[],
                                                 seen=_shown_role(session, role)["powers"]))
    more = touched | with_parents({Power.SUSPENSION_APPLY})
    yield Deed(name="give", provider=provider, touched=more,
               run=lambda: roles.set_role_powers(session, role_id=role, powers=more,
                                                 seen=_shown_role(session, role)["powers"]))
    yield Deed(name="create_role", provider=provider, touched=touched, run=lambda: roles.create_role(
        session, provider_id=provider, name="Another", powers=touched))
    if provider == house.harbour:
        assigns = with_parents({Power.GROUPS_ASSIGN, Power.STAFF})
        for code in ("LOOK", "DENY"):
            for level in (GroupLevel.EDIT, None):
                yield Deed(name=f"tie {code} {level}", provider=provider, touched=touched, needs=assigns, own_unit=unit,
                           run=lambda code=code, level=level: units.tie_group(
                               session, unit_id=unit, group_id=house.groups[code], level=level,
                               seen=_level(session, unit, house.groups[code])))


def _shown_user(session: Session, staff_id: int) -> dict[str, Any]:
    """A staff user as a screen that was read just now shows them; so for org units and roles."""
    staff = session.get_one(StaffUser, staff_id)
    return {"name": staff.name, "email": staff.email, "unit_id": staff.unit_id, "active": staff.active}


def _shown_unit(session: Session, unit_id: int) -> dict[str, Any]:
    unit = session.get_one(OrgUnit, unit_id)
    held = session.scalars(select(OrgUnitRole.role_id).where(OrgUnitRole.unit_id == unit_id))
    return {"name": unit.name, "description": unit.description, "role_ids": frozenset(held)}


def _shown_role(session: Session, role_id: int) -> dict[str, Any]:
    role = session.get_one(StaffRole, role_id)
    given = session.scalars(select(StaffRolePower.power).where(StaffRolePower.role_id == role_id))
    return {"name": role.name, "description": role.description, "powers": frozenset(given)}


def _level(session: Session, unit_id: int, group_id: int) -> GroupLevel | None:
    found = session.scalar(select(OrgUnitGroup.level).where(OrgUnitGroup.unit_id == unit_id,
                                                            OrgUnitGroup.group_id == group_id))
    return None if found is None else GroupLevel(found)


def _shown_group(session: Session, group_id: int) -> GroupDetails:
    group = session.get_one(AccountGroup, group_id)
    return GroupDetails(code=group.code, name=group.name, description=group.description, kind=GroupKind(group.kind),
                        access=GroupAccess(group.access))


def _group_deeds(house: House) -> Iterator[Deed]:
    """What is done to groups that limit somebody, with A1, which all that are limited by Allow see."""
    session, harbour, people = house.session, house.harbour, house.people
    a1, admin = [house.id("A1")], with_parents({Power.GROUPS_ADMIN})

    def edited(code: str, access: GroupAccess) -> Callable[[], object]:
        return lambda: edit_group(session, group_id=house.groups[code], code=code, name=code, description="",
                                  kind=GroupKind.SECURITY, access=access,
                                  seen=_shown_group(session, house.groups[code]))

    yield Deed(name="Deny to See all", provider=harbour, needs=admin | {Power.GROUPS_ASSIGN},
               touched=people["barred"].powers, run=edited("DENY", GroupAccess.SEE_ALL))
    yield Deed(name="Allow to Deny", provider=harbour, needs=admin | {Power.GROUPS_ASSIGN},
               touched=people["looks"].powers, run=edited("LOOK", GroupAccess.DENY))
    yield Deed(name="words", provider=harbour, needs=admin, anybody_of=frozenset({harbour, house.wholesale}),
               run=edited("LOOK", GroupAccess.ALLOW))
    yield Deed(name="out of Deny", provider=harbour, needs=with_parents({Power.GROUPS_REMOVE}), turns_members=True,
               run=lambda: remove_from_group(session, group_id=house.groups["DENY"], account_ids=a1))


def _realm(house: House, provider: int) -> str:
    return {house.operator: "operator", house.wholesale: "pw", house.harbour: "ht", house.summit: "sb"}[provider]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What everybody active can do."""

    can: dict[int, tuple[frozenset[Any], ...]]
    """Powers, accounts to look at and accounts to change, by staff user."""
    to_give: frozenset[Power]
    """Powers of the operator's people who manage staff and see everything."""


def _eyes(session: Session, sights: dict[object, tuple[frozenset[int], ...]]) -> Eyes:
    """What everybody can do now; `sights` spares asking again for those who see alike, while no member changes."""
    powers: dict[int, set[Power]] = {}
    for staff_id, word in session.execute(
            select(StaffUser.id, StaffRolePower.power).join(OrgUnitRole, OrgUnitRole.unit_id == StaffUser.unit_id)
            .join(StaffRolePower, StaffRolePower.role_id == OrgUnitRole.role_id)):
        powers.setdefault(staff_id, set()).add(Power(word))
    ties: dict[int, set[tuple[int, str, str]]] = {}
    for unit_id, *tie in session.execute(
            select(OrgUnitGroup.unit_id, AccountGroup.id, AccountGroup.access, OrgUnitGroup.level)
            .join(AccountGroup, AccountGroup.id == OrgUnitGroup.group_id)):
        ties.setdefault(unit_id, set()).add((tie[0], tie[1], tie[2]))
    can: dict[int, tuple[frozenset[Any], ...]] = {}
    to_give: set[Power] = set()
    for staff, unit in session.execute(select(StaffUser, OrgUnit).join(OrgUnit, OrgUnit.id == StaffUser.unit_id)
                                       .where(StaffUser.active.is_(True))):
        held, limits = powers.get(staff.id, set()), frozenset(ties.get(unit.id, ()))
        alike = (unit.provider_id, unit.agent_id, Power.CUSTOMERS_DOWNSTREAM in held, limits)
        if alike not in sights:
            who = load_principal(session, staff.id)
            sights[alike] = tuple(frozenset(session.scalars(select(Account.id).where(which(who))))
                                  for which in (visible_to, editable_to))
        can[staff.id] = (frozenset(held), *sights[alike])
        if unit.provider_id == session.info["operator"] and not limits and Power.STAFF_ADMIN in held:
            to_give |= held
    return Eyes(can=can, to_give=frozenset(to_give))


def _nothing_gained(before: Eyes, after: Eyes, actor: int) -> bool:
    """Whether nobody can more than before, but for what the actor could do themselves."""
    nothing = (frozenset[Any](),) * 3
    return all(now <= then | own for staff_id, what in after.can.items()
               for now, then, own in zip(what, before.can.get(staff_id, nothing), before.can[actor], strict=True))


def _tried(house: House, before: Eyes, who: Person, deed: Deed) -> BursarError | None:
    """What a deed is refused with; undone in any case, after a look at what it did."""
    house.act(who)
    undone = house.session.begin_nested()
    try:
        deed.run()
    except BursarError as refused:
        return refused
    else:
        assert who.staff_id is not None
        after = _eyes(house.session, {} if deed.turns_members else house.sights)
        assert _nothing_gained(before, after, who.staff_id), f"{who.name}: {deed.name}"
        assert after.to_give == ALL_POWERS, f"{who.name}: {deed.name}"
        return None
    finally:
        undone.rollback()
        house.session.expire_all()


def test_everybody_tries_everything(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, House) as house:
        session = house.session
        before, done = _eyes(session, house.sights), 0
        # Each statement is met many times over: on a server, where it takes longer, every second person does.
        for who in [*house.people.values()][::1 if database.is_embedded else 2]:
            deeds = [deed for name in ("root", "some", "weak", "edits")
                     for deed in _deeds(house, who, house.people[name])]
            for deed in [*deeds, *_group_deeds(house)]:
                refused = _tried(house, before, who, deed)
                said = f"{who.name}: {deed.name} ({deed.provider}): {refused}"
                assert (refused is None) == _allowed(who, deed), said
                assert isinstance(refused, RefusedByRule | None), said
                done += refused is None
        assert done > 60, "the walk would prove little if hardly anything were allowed"


_STEPS = st.lists(st.tuples(st.sampled_from(("root", "deputy", "some", "boss", "edits", "clerk")),
                            st.sampled_from(("root", "deputy", "some", "weak", "edits")), st.integers(0, 10**6)),
                  min_size=3, max_size=9)


def test_no_sequence_loses_or_gains(database: Database, filled_books: FilledBooks) -> None:
    """Whatever they do one after another: the operator can give every power, and nobody gives what they have not."""
    with filled_books.opened(database, House) as house:
        session = house.session
        people = house.people

        @settings(max_examples=6, deadline=None)
        @given(_STEPS)
        def try_out(steps: list[tuple[str, str, int]]) -> None:
            undone = session.begin_nested()
            before = _eyes(session, house.sights)
            for actor, target, number in steps:
                who = people[actor]
                deeds = [*_deeds(house, who, people[target]), *_group_deeds(house)]
                deed = deeds[number % len(deeds)]
                house.act(who)
                with suppress(RefusedByRule):
                    deed.run()
                after = _eyes(session, {})
                assert after.to_give == ALL_POWERS, (actor, target, deed.name)
                if who.staff_id in before.can:
                    assert _nothing_gained(before, after, who.staff_id), (actor, target, deed.name)
                else:
                    assert after == before, "somebody inactive changed something"
                before = after
            undone.rollback()
            session.expire_all()

        try_out()


@pytest.mark.parametrize("lost", [Power.SUSPENSION_RULES, Power.STAFF_ADMIN, Power.CUSTOMERS_DOWNSTREAM])
def test_the_last_who_can_give_a_power_keeps_it(database: Database, filled_books: FilledBooks, lost: Power) -> None:
    """By every way out; a colleague who has it, but manages no staff, or is limited, cannot give it back."""
    with filled_books.opened(database, Office) as office:
        session = office.session
        office.user(office.harbour, "boss")
        office.user(office.operator, "half", ALL_POWERS - {Power.STAFF_ADMIN})
        office.tie(office.user(office.operator, "tied"), office.group(office.operator, "OPS", GroupAccess.ALLOW))
        rest = office.user(office.operator, "rest", ALL_POWERS - {lost} - _needs(lost))
        unit = session.get_one(StaffUser, office.root).unit_id
        role = session.scalars(select(OrgUnitRole.role_id).where(OrgUnitRole.unit_id == unit)).one()
        less = [power for power in Power if power not in {lost} | _needs(lost)]
        other = session.get_one(StaffUser, rest).unit_id
        ways: tuple[Callable[[], object], ...] = (
            lambda: roles.set_role_powers(session, role_id=role, powers=less, seen=ALL_POWERS),
            lambda: roles.edit_role(session, role_id=role, name="Admin", description="", powers=less,
                                    seen=_shown_role(session, role)),
            lambda: units.set_unit_roles(session, unit_id=unit, role_ids=[], seen=[role]),
            lambda: units.edit_unit(session, unit_id=unit, name="Admin", description="", role_ids=[],
                                    seen=_shown_unit(session, unit)),
            lambda: users.edit_user(session, staff_id=office.root, active=False, seen={"active": True}),
            lambda: users.edit_user(session, staff_id=office.root, unit_id=other, seen={"unit_id": unit}),
        )
        before = _rows(session)
        for way in ways:
            office.sign_in(office.root)
            with pytest.raises(RefusedByRule, match=f"Nobody could .*{POWER_WORDS[lost].label}"):
                way()
        assert _rows(session) == before, "what was refused left something behind"
        deputy = office.user(office.operator, "deputy")
        office.sign_in(office.root)
        ways[4]()
        office.sign_in(deputy)
        with pytest.raises(RefusedByRule, match="Nobody could"):
            users.edit_user(session, staff_id=deputy, active=False, seen={"active": True})


def _needs(power: Power) -> frozenset[Power]:
    """The powers that open nothing without this one."""
    return frozenset(other for other in Power if power in with_parents({other}))


def _rows(session: Session) -> list[Any]:
    """What staff are and may, as it is stored, without the words."""
    return [session.execute(select(*columns).order_by(*columns)).all() for columns in (
        (StaffUser.id, StaffUser.unit_id, StaffUser.active), (OrgUnitRole.unit_id, OrgUnitRole.role_id),
        (StaffRolePower.role_id, StaffRolePower.power))]


def test_a_group_does_not_disarm_the_last_administrator(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        deputy = office.user(office.operator, "deputy")
        group = office.group(office.operator, "OPS", GroupAccess.SEE_ALL)
        office.sign_in(deputy)
        units.tie_group(session, unit_id=session.get_one(StaffUser, office.root).unit_id, group_id=group,
                        level=GroupLevel.VIEW, seen=None)
        with pytest.raises(RefusedByRule, match="Nobody could manage staff"):
            users.edit_user(session, staff_id=deputy, active=False, seen={"active": True})
        office.sign_in(office.root)
        with pytest.raises(NotAllowed, match="some of them only"):
            units.tie_group(session, unit_id=session.get_one(StaffUser, deputy).unit_id, group_id=group,
                            level=GroupLevel.VIEW, seen=None)


def test_who_holds_the_only_one_anywhere_stays(database: Database, filled_books: FilledBooks) -> None:
    """A power that the operator lost before this was looked after is not lost to everybody."""
    with filled_books.opened(database, Office) as office:
        session = office.session
        office.user(office.harbour, "boss")
        boss = session.scalars(select(StaffUser.id).where(StaffUser.login.like("boss%"))).one()
        office.user(office.harbour, "mate", ALL_POWERS - {Power.SUSPENSION_RULES})
        session.execute(delete(StaffRolePower).where(
            StaffRolePower.power == Power.SUSPENSION_RULES.value, StaffRolePower.role_id.in_(
                select(OrgUnitRole.role_id).join(StaffUser, StaffUser.unit_id == OrgUnitRole.unit_id)
                .where(StaffUser.id == office.root))))
        office.sign_in(boss)
        with pytest.raises(RefusedByRule, match='Nobody would have the power "Suspension rules" any more'):
            users.edit_user(session, staff_id=boss, active=False, seen={"active": True})


def test_a_power_that_nobody_can_give_is_given_by_whoever_has_all_the_others(
    database: Database, filled_books: FilledBooks,
) -> None:
    """As after an update that brings a power; somebody who has less than another does not take it."""
    new = Power.SUSPENSION_RULES
    with filled_books.opened(database, Office) as office:
        session = office.session
        less = office.user(office.operator, "less", MANAGES)
        unit = session.get_one(StaffUser, office.root).unit_id
        role = session.scalars(select(OrgUnitRole.role_id).where(OrgUnitRole.unit_id == unit)).one()
        session.execute(delete(StaffRolePower).where(StaffRolePower.power == new.value))
        office.sign_in(less)
        with pytest.raises(NotAllowed, match=r'do not have yourself: .*"Suspension rules"'):
            roles.create_role(session, provider_id=office.operator, name="New", powers={new})
        assert new.value in {row.key for row in power_tree(session) if row.refusal}
        office.sign_in(office.root)
        assert [row.key for row in power_tree(session) if row.refusal] == []
        roles.set_role_powers(session, role_id=role, powers=ALL_POWERS, seen=ALL_POWERS - {new})
        office.sign_in(less)
        with pytest.raises(NotAllowed, match="do not have yourself"):
            users.edit_user(session, staff_id=office.root, active=False, seen={"active": True})
        assert load_principal(session, office.root).powers == ALL_POWERS


def test_a_limited_person_shows_no_customer_to_others(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, House) as house:
        session = house.session
        edits, a1 = house.people["edits"], house.id("A1")
        deny, free = house.groups["DENY"], house.groups["FREE"]
        house.act(edits)
        assert add_to_group(session, group_id=free, account_ids=[a1]).changed == 1, "limits nobody yet"
        assert remove_from_group(session, group_id=free, account_ids=[a1]).changed == 1
        house.tie(house.people["looks"].staff_id or 0, free)
        house.act(edits)
        with pytest.raises(NotAllowed, match="FREE decides which customers the staff of Unit of looks see"):
            add_to_group(session, group_id=free, account_ids=[a1])
        with pytest.raises(NotAllowed, match="DENY decides which customers the staff of Unit of barred see"):
            remove_from_group(session, group_id=deny, account_ids=[a1])
        with pytest.raises(NotAllowed, match="some of them only"):
            edit_group(session, group_id=deny, code="DENY", name="DENY", description="", kind=GroupKind.SECURITY,
                       access=GroupAccess.ALLOW, seen=_shown_group(session, deny))
        house.act(house.people["boss"])
        assert add_to_group(session, group_id=free, account_ids=[a1]).changed == 1
        assert remove_from_group(session, group_id=deny, account_ids=[a1]).changed == 1


def test_before_sign_in_begins_nobody_is_made_but_the_administrator(database: Database) -> None:
    with scratch(database) as session:
        operator = operator_of(session)
        unit = units.create_unit(session, provider_id=operator.id, name=beginning.ADMIN_NAME).id
        role = roles.create_role(session, provider_id=operator.id, name=beginning.ADMIN_NAME, powers=WEAK).id
        units.set_unit_roles(session, unit_id=unit, role_ids=[role], seen=[])
        with pytest.raises(RefusedByRule, match="Sign-in has not begun"):
            users.create_user(session, unit_id=unit, login="kim@operator.example", name="Kim", password=PASSWORD)
        beginning.begin_sign_in(session, login="root@operator.example", name="Root", password=PASSWORD)
        root = session.scalars(select(StaffUser)).one()
        assert load_principal(session, root.id).powers == ALL_POWERS
        assert root.unit_id != unit, "an org unit that was there keeps its own roles and groups"


def test_a_realm_in_capitals_has_logins(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        session.get_one(Provider, office.summit).realm = "@Summit.Example"
        unit = units.create_unit(session, provider_id=office.summit, name="Desk").id
        made = users.create_user(session, unit_id=unit, login="Kim@SUMMIT.example", name="Kim", password=PASSWORD)
        assert session.get_one(StaffUser, made.id).login == "kim@summit.example"
        with pytest.raises(RefusedField, match="belongs to another provider"):
            check_provider_settings(session, ProviderSettings(currency="AUD", realm="@SUMMIT.example"))


def test_two_administrators_who_dismiss_each_other(database: Database) -> None:
    """At the same moment: one of them goes, and the other remains."""
    with database.write() as session:
        office = Office(session)
        pair = (office.root, office.user(office.operator, "deputy"))
    both = Barrier(2)

    def dismiss(who: int, whom: int) -> bool:
        try:
            with database.write() as session:
                set_staff(session, who)
                if not database.is_embedded:
                    both.wait()
                users.edit_user(session, staff_id=whom, active=False, seen={"active": True})
        except RefusedByRule:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(dismiss, pair, reversed(pair)))
    assert sorted(done) == [False, True]
    with database.read() as session:
        assert session.scalars(select(func.count()).where(StaffUser.active.is_(True))).one() == 1
