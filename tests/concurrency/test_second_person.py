"""Two people do the same, or what does not go together, at one moment: the second one always reads words.

The second begins while the first is not committed, waits for its locks or meets its rows, and ends after it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.models.parties.contact import AccountContact
from app.models.parties.powers import Power
from app.models.suspension.hold import Hold
from app.models.values import AccountStatus, AccountType, Enterprise, HoldKind, Lifecycle, StatusReason, Tier
from app.services.access.principal import set_staff
from app.services.accounts.contacts import add_contact, make_billing, make_primary, remove_contact
from app.services.accounts.services import NewService, create_services
from app.services.attributes.writing import set_attribute
from app.services.customers.views import delete_view, save_view
from app.services.database.unit_of_work import Database, actor_of, recorded_now
from app.services.errors import RefusedByRule
from app.services.groups.groups import add_to_group, create_group, delete_group
from app.services.hierarchy.moves import NewParent, move_account
from app.services.hierarchy.new_account import AccountRequest, create_new_account
from app.services.hierarchy.new_contacts import NewContact
from app.services.ledger.disputes import end_dispute, raise_dispute
from app.services.ledger.writing import NewPayment, record_payments
from app.services.profiles.moves import Members, move_members, undo_move
from app.services.profiles.profiles import ProfileDetails, create_profile, delete_profile, set_default_profile
from app.services.rules.rule_sets import set_rules
from app.services.scans.restore import restore_by_hand
from app.services.staff.beginning import begin_sign_in
from app.services.staff.roles import create_role
from app.services.staff.units import create_unit
from app.services.status.changes import change_lifecycle, lift_hold, place_hold
from tests.factories.books import Book
from tests.services.test_two_people import OWN_VIEWS, RACES, Scene

TODAY = date(2026, 3, 16)
Command = Callable[[Session], object]
_SAVED = "saved"


class Meeting:
    """Two workstations on one database, and a book in which each case finds rows of its own."""

    def __init__(self, first: Database, second: Database) -> None:
        self.first, self.second = first, second
        self.first.actor, self.second.actor = "first@both.example", "second@both.example"
        self._number = count(1)
        with first.write() as session:
            book = Book(session)
            self.provider, self.other = book.provider("HT", name="Harbour"), book.provider("SB", name="Summit")

    def make(self, what: Callable[[Book], Any]) -> Any:
        with self.first.write() as session:
            return what(Book(session))

    def account(self) -> int:
        return int(self.make(lambda book: book.account(self.provider, f"A{next(self._number)}")))

    def invoice(self) -> int:
        account = self.account()
        return int(self.make(lambda book: book.invoice(account, 1000, TODAY, TODAY, number=self.name())))

    def name(self) -> str:
        return f"N{next(self._number)}"

    def group(self, *members: int) -> int:
        def make(book: Book) -> int:
            group = create_group(book.session, provider_id=self.provider, code=self.name()).id
            if members:
                add_to_group(book.session, group_id=group, account_ids=members)
            return group
        return int(self.make(make))

    def profile(self) -> int:
        return int(self.make(lambda book: book.profile(self.provider, self.name())))

    def default(self) -> int:
        return int(self.make(lambda book: book.default_profile(self.provider)))

    def hold(self, account: int, kind: HoldKind = HoldKind.MANUAL) -> int:
        def make(book: Book) -> int:
            hold = Hold(provider_id=self.provider, account_id=account, kind=kind.value, reason="late",
                        effective_on=TODAY, recorded_at=recorded_now(book.session), placed_by=actor_of(book.session))
            book.session.add(hold)
            book.session.flush()
            return hold.id
        return int(self.make(make))

    def contact(self, account: int) -> int:
        def make(book: Book) -> int:
            name = self.name()
            add_contact(book.session, account_id=account, contact=NewContact(name=name))
            return max(book.session.scalars(select(AccountContact.contact_id).where(
                AccountContact.account_id == account)))
        return int(self.make(make))

    def flagged(self, account: int) -> int:
        """The contact that is primary and billing from the beginning."""
        return int(self.make(lambda book: book.session.scalars(select(AccountContact.contact_id).where(
            AccountContact.account_id == account, AccountContact.is_primary)).one()))

    def end_of_second(self, first: Command, second: Command) -> str:
        """How the second one ends, which began before the first was committed."""
        ends: list[str] = []

        def work() -> None:
            try:
                self.second.attempt(second)
                ends.append(_SAVED)
            except RefusedByRule as refusal:
                ends.append(str(refusal))
            except Exception as fault:  # noqa: BLE001  told by name where the ends are compared
                ends.append(f"{type(fault).__name__}: {fault}")

        thread = threading.Thread(target=work)
        with self.first.write() as session:
            first(session)
            session.flush()
            thread.start()
            while not self._waits():
                thread.join(0.02)
                if not thread.is_alive():
                    break
        thread.join()
        return ends[0]

    def _waits(self) -> bool:
        with self.first.read() as session:
            return bool(session.scalar(text(
                "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database OR l.database IS NULL "
                "JOIN pg_stat_activity a ON a.pid = l.pid AND a.datname = current_database() "
                "WHERE NOT l.granted AND d.datname = current_database()")))


@pytest.fixture
def meeting(database: Database) -> Iterator[Meeting]:
    with closing(Database(database.url, clock=database.clock)) as second:
        yield Meeting(database, second)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What both do, and how the second one ends, as a pattern."""

    both: Callable[[Meeting], tuple[Command, Command]]
    ends: str


def same(command: Callable[..., object], **arguments: Any) -> tuple[Command, Command]:
    return partial(command, **arguments), partial(command, **arguments)


def _dispute(m: Meeting) -> tuple[Command, Command]:
    invoice = m.invoice()
    dispute = m.make(lambda book: raise_dispute(book.session, invoice_id=invoice, amount_minor=100, on=TODAY)).id
    return same(end_dispute, dispute_id=dispute, on=TODAY)


def _hold(m: Meeting) -> tuple[Command, Command]:
    account = m.account()
    return same(lift_hold, account_id=account, hold_id=m.hold(account), reason="paid", on=TODAY)


def _restored(m: Meeting) -> tuple[Command, Command]:
    account = m.account()
    m.hold(account, HoldKind.OVERDUE)
    return same(restore_by_hand, account_id=account, reason="promised", on=TODAY)


def _view(m: Meeting) -> tuple[Command, Command]:
    m.first.actor = m.second.actor = "one@both.example"
    view = m.make(lambda book: save_view(book.session, place="customers", name="Late", definition="{}",
                                           seen=None))
    return same(delete_view, view_id=view)


def _move_back(m: Meeting) -> tuple[Command, Command]:
    account, profile = m.account(), m.profile()
    moved = m.make(lambda book: move_members(
        book.session, provider_id=m.provider, to_profile_id=profile, seen=0, members=Members(account_ids=(account,))))
    return same(undo_move, move_id=moved.move_id)


def _new_account(m: Meeting) -> tuple[Command, Command]:
    return same(create_new_account, request=AccountRequest(
        parent_id=m.provider, type=AccountType.END_USER, enterprise=Enterprise.ORGANISATION, name="Twin",
        start_date=TODAY, code=m.name()))


def _default_that_goes(m: Meeting) -> tuple[Command, Command]:
    profile = m.profile()
    return (partial(delete_profile, profile_id=profile),
            partial(set_default_profile, profile_id=profile, seen=m.default()))


def _default_that_comes(m: Meeting) -> tuple[Command, Command]:
    profile = m.profile()
    return (partial(set_default_profile, profile_id=profile, seen=m.default()),
            partial(delete_profile, profile_id=profile))


def _moved_to_one_that_goes(m: Meeting) -> tuple[Command, Command]:
    account, profile = m.account(), m.profile()
    return (partial(delete_profile, profile_id=profile),
            partial(move_members, provider_id=m.provider, to_profile_id=profile, seen=0,
                    members=Members(account_ids=(account,))))


def _flagged_and_removed(m: Meeting) -> tuple[Command, Command]:
    account = m.account()
    contact = m.contact(account)
    return (partial(make_primary, account_id=account, contact_id=contact, seen=m.flagged(account)),
            partial(remove_contact, account_id=account, contact_id=contact))


def _removed_and_flagged(m: Meeting) -> tuple[Command, Command]:
    account = m.account()
    contact = m.contact(account)
    return (partial(remove_contact, account_id=account, contact_id=contact),
            partial(make_billing, account_id=account, contact_id=contact, seen=m.flagged(account)))


def _group_that_goes(m: Meeting) -> tuple[Command, Command]:
    group = m.group()
    return (partial(delete_group, group_id=group), partial(add_to_group, group_id=group, account_ids=[m.account()]))


def _group_that_fills(m: Meeting) -> tuple[Command, Command]:
    group = m.group()
    return (partial(add_to_group, group_id=group, account_ids=[m.account()]), partial(delete_group, group_id=group))


def _parent_that_ends(m: Meeting) -> tuple[Command, Command]:
    parent = m.make(lambda book: book.provider(m.name()))
    return (partial(change_lifecycle, account_id=parent, to=Lifecycle.TERMINATED, on=TODAY, seen=AccountStatus.ACTIVE,
                    reason=StatusReason.CLOSURE),
            partial(move_account, account_id=m.account(), to=NewParent(provider_id=parent),
                    seen=NewParent(provider_id=m.provider, profile_id=m.default())))


def _account_that_ends(m: Meeting) -> tuple[Command, Command]:
    return same(change_lifecycle, account_id=m.account(), to=Lifecycle.TERMINATED, on=TODAY, seen=AccountStatus.ACTIVE,
                reason=StatusReason.CLOSURE)


def _payment(m: Meeting) -> tuple[Command, Command]:
    payments = [NewPayment(account_id=m.account(), number=m.name(), received_on=TODAY, amount_minor=5)]
    return same(record_payments, provider_id=m.provider, currency="AUD", imported=False, payments=payments)


def _service(m: Meeting) -> tuple[Command, Command]:
    services = [NewService(account_id=m.account(), identifier=m.name(), name="Mobile")]
    return same(create_services, provider_id=m.provider, services=services)


def _removed_contact(m: Meeting) -> tuple[Command, Command]:
    account = m.account()
    return same(remove_contact, account_id=account, contact_id=m.contact(account))


def _flagged_contact(m: Meeting) -> tuple[Command, Command]:
    account = m.account()
    return same(make_billing, account_id=account, contact_id=m.contact(account), seen=m.flagged(account))


def _both_set(m: Meeting, tier: Tier, owner: int) -> tuple[Command, Command]:
    """Both saw nothing set; the second one waits for the first at the row of the owner."""
    first, second = (partial(set_attribute, tier=tier, owner_id=owner, key="trading_due_days", value=days, seen={})
                     for days in (33, 40))
    return first, second


_SET_FIRST = r'^first@both\.example changed Trading terms to "33 days" on .*, while you were editing'
CASES = {
    "terms of an account": Case(both=lambda m: _both_set(m, Tier.ACCOUNT, m.account()), ends=_SET_FIRST),
    "terms of a profile": Case(both=lambda m: _both_set(m, Tier.PROFILE, m.profile()), ends=_SET_FIRST),
    "terms of a provider": Case(both=lambda m: _both_set(m, Tier.PROVIDER, m.provider), ends=_SET_FIRST),
    "a dispute is ended": Case(both=_dispute, ends=r"ended already, on 16 Mar 2026: first@both\.example ended it"),
    "an invoice is disputed whole": Case(
        both=lambda m: same(raise_dispute, invoice_id=m.invoice(), amount_minor=1000, on=TODAY),
        ends="All of .* is in dispute already"),
    "a hold is lifted": Case(both=_hold, ends=r"is lifted already: first@both\.example lifted it on 16 Mar 2026 at"),
    "an account is restored": Case(both=_restored, ends="has no overdue hold, so there is nothing to restore"),
    "a hold is placed": Case(both=lambda m: same(
        place_hold, account_id=m.account(), kind=HoldKind.MANUAL, reason="late", on=TODAY,
        seen=AccountStatus.ACTIVE), ends=_SAVED),
    "a view is deleted": Case(both=_view, ends="There is no such view any more"),
    "a view is saved": Case(both=lambda m: same(
        save_view, place="customers", name=m.name(), definition="{}", seen=None), ends=_SAVED),
    "a profile is deleted": Case(both=lambda m: same(delete_profile, profile_id=m.profile()),
                                 ends="There is no such profile"),
    "a group is deleted": Case(both=lambda m: same(delete_group, group_id=m.group()),
                               ends="There is no such account group"),
    "a move is undone": Case(both=_move_back, ends="can be moved back"),
    "a group is joined": Case(both=lambda m: same(add_to_group, group_id=m.group(), account_ids=[m.account()]),
                              ends=_SAVED),
    "a group is made": Case(both=lambda m: same(create_group, provider_id=m.provider, code=m.name()),
                            ends="codes are unique within a provider"),
    "a profile is made": Case(both=lambda m: same(create_profile, provider_id=m.provider,
                                                  details=ProfileDetails(name=m.name())), ends="There is a profile"),
    "an account is made": Case(both=_new_account, ends="belongs to another account of Harbour"),
    "a service is made": Case(both=_service, ends="Another service of this provider has this number by now"),
    "a payment is written": Case(both=_payment, ends="A document of this provider has this number by now"),
    "a role is made": Case(both=lambda m: same(
        create_role, provider_id=m.provider, name=m.name(), powers=[Power.CUSTOMERS]), ends="There is a role"),
    "an org unit is made": Case(both=lambda m: same(create_unit, provider_id=m.provider, name=m.name()),
                                ends="There is an org unit"),
    "rules are entered": Case(both=lambda m: same(
        set_rules, provider_id=m.provider, effective_from=TODAY + timedelta(days=9), min_overdue_minor=500,
        min_overdue_days=3, restore_at_minor=100, seen=0), ends=r"@both\.example .*while you were editing"),
    "an account is cancelled": Case(both=_account_that_ends, ends=_SAVED),
    "a contact is removed": Case(both=_removed_contact, ends="has no such contact"),
    "a contact is flagged": Case(both=_flagged_contact, ends=_SAVED),
    "the default profile goes": Case(both=_default_that_goes, ends="There is no such profile"),
    "the default profile comes": Case(both=_default_that_comes, ends="is the default profile"),
    "members move to a profile that goes": Case(both=_moved_to_one_that_goes, ends="There is no such profile"),
    "a contact is flagged and removed": Case(both=_flagged_and_removed, ends="is the primary contact"),
    "a contact is removed and flagged": Case(both=_removed_and_flagged, ends="has no such contact"),
    "a group goes": Case(both=_group_that_goes, ends="There is no such account group"),
    "a group fills": Case(both=_group_that_fills, ends="Only an empty group can be deleted"),
    "a parent ends": Case(both=_parent_that_ends, ends="is cancelled; nothing is moved there"),
}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_second_person_reads_words(meeting: Meeting) -> None:
    wrong = {}
    for name, case in CASES.items():
        end = meeting.end_of_second(*case.both(meeting))
        if not re.search(case.ends, end):
            wrong[name] = end
    assert wrong == {}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_of_two_first_administrators_one_is_told(meeting: Meeting) -> None:
    end = meeting.end_of_second(
        partial(begin_sign_in, login="ann@op.example", name="Ann", password="long enough 1"),
        partial(begin_sign_in, login="ben@op.example", name="Ben", password="long enough 2"))
    assert "Sign-in has begun already" in end




_ALONE = "staff.users.edit_own_details"
"""Begins sign-in, as another row does."""


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("names", [sorted(RACES.keys() - {_ALONE}), [_ALONE]], ids=["all", "own details"])
def test_nobody_compares_while_the_first_is_not_done(meeting: Meeting, names: list[str]) -> None:
    """Every command that says what it saw locks before it looks at what is stored."""
    wrong, staff_id = {}, None
    for name in names:
        one_person = name if name in OWN_VIEWS else None
        with meeting.first.write() as session:
            staff_id = _works_as(session, staff_id, one_person)
            book = Book(session)
            provider = book.provider(meeting.name())
            scene = Scene(session=session, book=book, provider=provider, business=book.profile(provider, "Business"),
                          account=book.account(provider, "A1", name="A1"))
            played = RACES[name](scene)
            staff_id = session.info["staff_id"]

        def act(what: Callable[[], object], session: Session, *, scene: Scene = scene, staff: int | None = staff_id,
                actor: str | None = one_person) -> None:
            _works_as(session, staff, actor)
            scene.session = session
            what()

        end = meeting.end_of_second(partial(act, played.first), partial(act, partial(played.second, played.seen)))
        if played.told not in end or "while you were editing" not in end:
            wrong[name] = end
    assert wrong == {}


def _works_as(session: Session, staff_id: int | None, actor: str | None) -> int | None:
    if staff_id is not None:
        set_staff(session, staff_id)
    if actor is not None:
        session.info["actor"] = actor
    return staff_id
