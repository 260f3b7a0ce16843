"""Commands on the status of one account: what they write and what stops them (ARCHITECTURE.md, "Status changes")."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.models.parties.account import Account, AccountStatusChange
from app.models.parties.contact import Contact
from app.models.parties.powers import ALL_POWERS, Power
from app.models.parties.service import Service
from app.models.suspension.hold import Hold
from app.models.values import AccountType, HoldKind, Lifecycle, ServiceState, StatusReason
from app.services.database.unit_of_work import Database
from app.services.errors import NotAllowed, RefusedByRule
from app.services.hierarchy.ordering import ordering_refusal
from app.services.staff import sign_in as signing
from app.services.status.changes import (
    change_lifecycle,
    lift_hold,
    place_hold,
    status_options,
)
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch, status_shown
from tests.services.access.test_authorize import Office
from tests.support.filled_books import FilledBooks

TODAY = TEST_NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
MANUAL, PARENT, SYSTEM = HoldKind.MANUAL, HoldKind.PARENT_PROVIDER, HoldKind.SYSTEM


def status(session: Session, account: int) -> str:
    return session.get_one(Account, account, populate_existing=True).status


def hold_of(session: Session, account: int, kind: HoldKind) -> int:
    return session.scalars(select(Hold.id).where(Hold.account_id == account, Hold.kind == kind.value,
                                                 Hold.lifted_on.is_(None))).one()


def test_a_life_from_preactive_to_cancelled(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        a = book.account(book.provider("HT", name="Harbour"), "A1", name="Acme", lifecycle=Lifecycle.PREACTIVE)
        with pytest.raises(RefusedByRule, match="its primary contact is incomplete and its billing contact is"):
            change_lifecycle(session, account_id=a, to=Lifecycle.ACTIVE, on=TODAY, seen=status_shown(session, a))
        session.execute(update(Contact).values(incomplete=False))
        assert change_lifecycle(session, account_id=a, to=Lifecycle.ACTIVE, on=YESTERDAY, seen=status_shown(session, a))
        assert not change_lifecycle(session, account_id=a, to=Lifecycle.ACTIVE, on=TODAY,
                                    seen=status_shown(session, a)), "again changes nothing"
        assert change_lifecycle(session, account_id=a, to=Lifecycle.INACTIVE, on=TODAY, reason=StatusReason.CLOSURE,
                                note="moved away", seen=status_shown(session, a))
        with pytest.raises(RefusedByRule, match="too early for Acme: it can be"):
            change_lifecycle(session, account_id=a, to=Lifecycle.ACTIVE, on=YESTERDAY, seen=status_shown(session, a))
        with pytest.raises(RefusedByRule, match="may not lie ahead"):
            change_lifecycle(session, account_id=a, to=Lifecycle.ACTIVE, on=TODAY + timedelta(days=1),
                             seen=status_shown(session, a))
        with pytest.raises(RefusedByRule, match="needs a reason"):
            change_lifecycle(session, account_id=a, to=Lifecycle.TERMINATED, on=TODAY, note=" ",
                             seen=status_shown(session, a))
        change_lifecycle(session, account_id=a, to=Lifecycle.TERMINATED, on=TODAY, note="Account closure",
                         seen=status_shown(session, a))
        with pytest.raises(RefusedByRule, match="never becomes anything else"):
            change_lifecycle(session, account_id=a, to=Lifecycle.ACTIVE, on=TODAY, seen=status_shown(session, a))
        steps = session.execute(select(
            AccountStatusChange.old_status, AccountStatusChange.new_status, AccountStatusChange.reason,
            AccountStatusChange.effective_on).order_by(AccountStatusChange.id)).all()
        assert [tuple(s) for s in steps] == [
            ("preactive", "active", "Account activated", YESTERDAY),
            ("active", "inactive", "Account closure: moved away", TODAY),
            ("inactive", "cancelled", "Account closure", TODAY)]
        audit = session.execute(select(AuditEntry.action, AuditEntry.old_value, AuditEntry.new_value)
                                .where(AuditEntry.field == "lifecycle").order_by(AuditEntry.id)).all()
        assert [tuple(row) for row in audit] == [
            ("account_activated", "preactive", "active"), ("account_deactivated", "active", "inactive"),
            ("account_cancelled", "inactive", "terminated")]


def test_what_stops_a_cancellation_is_said_all_at_once(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        a = book.account(provider, "A1", name="Acme")
        for number in range(4):
            book.service(a, f"N-{number}", "Mobile")
        session.execute(update(Service).where(Service.identifier == "N-3").values(state=ServiceState.CANCELLED.value))
        book.invoice(a, 11250, TODAY, TODAY)
        with pytest.raises(RefusedByRule, match=r"Acme cannot be cancelled: 3 services have not ended \(Mobile N-0, "
                                                r"Mobile N-1 and Mobile N-2\)\."):
            change_lifecycle(session, account_id=a, to=Lifecycle.TERMINATED, on=TODAY, note="Account closure",
                             seen=status_shown(session, a))
        with pytest.raises(RefusedByRule, match="1 account below it is not cancelled"):
            change_lifecycle(session, account_id=provider, to=Lifecycle.TERMINATED, on=TODAY, note="Account closure",
                             seen=status_shown(session, provider))
        ahead = status_options(session, account_id=a).steps
        assert "have not ended" in ahead[Lifecycle.TERMINATED].refusal
        assert ahead[Lifecycle.INACTIVE].warnings == (
            "It owes 112.50 AUD; that stays owed.", "3 services go on without being invoiced.")
        session.execute(update(Service).values(state=ServiceState.DEACTIVATED.value))
        assert change_lifecycle(session, account_id=a, to=Lifecycle.TERMINATED, on=TODAY,
                                reason=StatusReason.CLOSURE, seen=status_shown(session, a)), "a balance only warns"


def test_holds_come_and_go_each_with_its_reason(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        a = book.account(book.provider("HT"), "A1", name="Acme")
        assert place_hold(session, account_id=a, kind=MANUAL, reason="Dispute", on=YESTERDAY,
                          seen=status_shown(session, a))
        assert not place_hold(session, account_id=a, kind=MANUAL, reason="Dispute", on=TODAY,
                              seen=status_shown(session, a))
        assert place_hold(session, account_id=a, kind=MANUAL, reason="Credit check", on=TODAY,
                          seen=status_shown(session, a))
        place_hold(session, account_id=a, kind=HoldKind.BILLING_AND_ORDERING, reason="Other: estate", on=TODAY,
                   seen=status_shown(session, a))
        with pytest.raises(RefusedByRule, match="has a billing and ordering hold already"):
            place_hold(session, account_id=a, kind=HoldKind.BILLING_AND_ORDERING, reason="Other", on=TODAY,
                       seen=status_shown(session, a))
        with pytest.raises(RefusedByRule, match="placed by the scan"):
            place_hold(session, account_id=a, kind=HoldKind.OVERDUE, reason="x", on=TODAY,
                       seen=status_shown(session, a))
        assert status(session, a) == "suspended_billing_and_ordering"
        billing = hold_of(session, a, HoldKind.BILLING_AND_ORDERING)
        with pytest.raises(RefusedByRule, match="too early"):
            lift_hold(session, account_id=a, hold_id=billing, reason="Other", on=YESTERDAY)
        with pytest.raises(RefusedByRule, match="needs a reason"):
            lift_hold(session, account_id=a, hold_id=billing, reason="", on=TODAY)
        assert lift_hold(session, account_id=a, hold_id=billing, reason="Other: settled", on=TODAY)
        with pytest.raises(RefusedByRule, match=r"hold of Acme is lifted already: \S+ lifted it on .* at \d\d:\d\d"):
            lift_hold(session, account_id=a, hold_id=billing, reason="again", on=TODAY)
        assert status(session, a) == "suspended"
        for hold in session.scalars(select(Hold.id).where(Hold.kind == MANUAL.value)).all():
            lift_hold(session, account_id=a, hold_id=hold, reason="Dispute: settled", on=TODAY)
        assert status(session, a) == "active"
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.account_id == a)).all()
        assert (actions.count("hold_placed"), actions.count("hold_lifted")) == (3, 3)
        # An inactive account keeps its holds, and wakes up held.
        place_hold(session, account_id=a, kind=MANUAL, reason="Dispute", on=TODAY, seen=status_shown(session, a))
        change_lifecycle(session, account_id=a, to=Lifecycle.INACTIVE, on=TODAY, seen=status_shown(session, a))
        assert "still open" in status_options(session, account_id=a).steps[Lifecycle.ACTIVE].warnings[0]
        change_lifecycle(session, account_id=a, to=Lifecycle.ACTIVE, on=TODAY, seen=status_shown(session, a))
        assert status(session, a) == "suspended"


def test_who_may_restrict_and_lift(
    database: Database, filled_books: FilledBooks, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signing, "hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with filled_books.opened(database, Office) as office:
        session = office.session
        kim, wanda = office.user(office.harbour, "kim"), office.user(office.wholesale, "wanda")
        ann = office.user(office.harbour, "ann", agent=office.agent)
        poor = office.user(office.harbour, "poor", ALL_POWERS - {Power.CUSTOMERS_STATUS})
        a1, a9, harbour = office.id("A1"), office.id("A9"), office.harbour

        def place(who: int, account: int, kind: HoldKind) -> None:
            office.sign_in(who)
            place_hold(session, account_id=account, kind=kind, reason="Other: test", on=TODAY,
                       seen=status_shown(session, account))

        for who, account, kind, words in (
            (kim, harbour, MANUAL, "HT cannot change its own status. PW can."),
            (kim, a1, SYSTEM, "Only the operator"), (ann, a9, PARENT, "Only HT can do that"),
            (ann, office.agent, MANUAL, "cannot change its own status"), (wanda, harbour, SYSTEM, "Only the operator"),
        ):
            with pytest.raises(RefusedByRule, match=words):
                place(who, account, kind)
        with pytest.raises(NotAllowed, match="Account status"):
            place(poor, a1, MANUAL)
        assert "power" in status_options(session, account_id=a1).place[MANUAL]
        place(wanda, harbour, PARENT)
        place(ann, a9, MANUAL)
        place(kim, a1, PARENT)
        office.sign_in(kim)
        with pytest.raises(RefusedByRule, match="cannot change its own status"):
            lift_hold(session, account_id=harbour, hold_id=hold_of(session, harbour, PARENT), reason="x", on=TODAY)
        refusal = ordering_refusal(session, office.id("A2"))
        assert refusal is not None
        assert (refusal.account_id, refusal.kind) == (harbour, PARENT)
        assert status(session, office.id("A2")) == "active", "the status of customers does not change"
        office.sign_in(wanda)
        assert lift_hold(session, account_id=harbour, hold_id=hold_of(session, harbour, PARENT), reason="x", on=TODAY)
        assert ordering_refusal(session, office.id("A2")) is None
        office.sign_in(office.root)
        with pytest.raises(RefusedByRule, match="its status never changes"):
            place_hold(session, account_id=office.operator, kind=MANUAL, reason="x", on=TODAY,
                       seen=status_shown(session, office.operator))
        assert "no status" in status_options(session, account_id=office.operator).steps[Lifecycle.INACTIVE].refusal


def test_orders_are_refused_through_every_tier(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        wholesale = book.provider("PW", kind=AccountType.WHOLESALE, name="Pacific")
        lower = book.provider("LW", kind=AccountType.WHOLESALE, parent=wholesale, name="Lower")
        retail = book.provider("HT", parent=lower, name="Harbour")
        other = book.provider("SB", parent=wholesale, name="Summit")
        a, s = book.account(retail, "A1", name="Acme"), book.account(other, "S1")
        assert ordering_refusal(session, a) is None
        place_hold(session, account_id=wholesale, kind=SYSTEM, reason="x", on=TODAY,
                   seen=status_shown(session, wholesale))
        place_hold(session, account_id=lower, kind=MANUAL, reason="x", on=TODAY, seen=status_shown(session, lower))
        place_hold(session, account_id=lower, kind=PARENT, reason="x", on=TODAY, seen=status_shown(session, lower))
        found = [(r.name, r.kind) for r in (ordering_refusal(session, i) for i in (a, retail, s)) if r is not None]
        assert found == [("Lower", PARENT), ("Lower", PARENT), ("Pacific", SYSTEM)], "the nearest, its strongest first"
        change_lifecycle(session, account_id=a, to=Lifecycle.INACTIVE, on=TODAY, seen=status_shown(session, a))
        refusal = ordering_refusal(session, a)
        assert refusal is not None
        assert (refusal.hold_id, refusal.sentence) == (None, "Acme cannot order: it is inactive.")
        refusal = ordering_refusal(session, retail)
        assert refusal is not None
        assert refusal.hold_id == hold_of(session, lower, PARENT)
        assert refusal.sentence == "Harbour cannot order: Lower, above it, has a restriction by the provider above."
