"""Many statuses changed at once from what was shown: who got another one since is left out by name."""

from __future__ import annotations

from datetime import timedelta

from app.models.parties.account import Account
from app.models.suspension.hold import Hold
from app.models.values import AccountStatus, HoldKind, StatusReason
from app.services.clock import FixedClock
from app.services.customers.bulk_status import change_statuses, preview_statuses
from app.services.customers.choice import CustomerQuestion, Selected
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.status.bulk import Wish, as_seen, judge
from app.services.status.changes import place_hold
from app.services.status.stored import refresh_status
from tests.conftest import TEST_NOW
from tests.factories.books import Book, status_shown

TODAY = TEST_NOW.date()
ACTIVE, SUSPENDED = AccountStatus.ACTIVE, AccountStatus.SUSPENDED


def test_who_was_changed_after_the_preview_is_left_out(database: Database, clock: FixedClock) -> None:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT")
        ids = [book.account(provider, code, name=code) for code in ("A1", "A2", "A3")]
        place_hold(session, account_id=ids[0], kind=HoldKind.MANUAL, reason="Dispute", on=TODAY, seen=ACTIVE)
    chosen = Selected(question=CustomerQuestion(provider_id=provider, as_of=TODAY), count=3)
    shown = preview_statuses(database, JobContext(), selected=chosen, target=ACTIVE)
    assert (shown.changed, shown.unchanged, shown.seen) == (
        1, 2, {ids[0]: SUSPENDED, ids[1]: ACTIVE, ids[2]: ACTIVE})
    clock.moment += timedelta(minutes=5)
    database.actor = "ann@ht.example"
    with database.write() as session:
        place_hold(session, account_id=ids[1], kind=HoldKind.MANUAL, reason="Credit check", on=TODAY, seen=ACTIVE)
        late = Book(session).account(provider, "A4", name="A4")
        place_hold(session, account_id=late, kind=HoldKind.MANUAL, reason="Dispute", on=TODAY, seen=ACTIVE)
    with database.read() as session:
        wishes = [Wish(account_id=account_id, target=ACTIVE, reason="x") for account_id in (*ids, late)]
        words = [verdict.refusal for verdict in as_seen(session, judge(session, wishes), shown.seen)]
    assert words == [
        "", 'ann@ht.example changed A2 to "Suspended" on 16 Mar 2026 at 09:35, after you looked.', "",
        "A4 was not among those shown before. Look again, then change it."]
    done = change_statuses(database, JobContext(), selected=chosen, target=ACTIVE, reason=StatusReason.DISPUTE,
                           seen=shown.seen)
    assert (done.changed, done.refused) == (1, 2)
    with database.read() as session:
        assert [status_shown(session, account_id) for account_id in (*ids, late)] == [
            ACTIVE, SUSPENDED, ACTIVE, SUSPENDED], "nobody's hold of a minute ago is lifted unseen"


def test_who_shows_the_status_for_another_cause_gets_a_hold_beside_it(database: Database) -> None:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT")
        late = book.account(provider, "A1", name="A1")
        book.account(provider, "A2", name="A2")
        session.add(Hold(provider_id=provider, account_id=late, kind=HoldKind.OVERDUE.value, reason="late",
                         effective_on=TODAY, placed_by="scan", recorded_at=TEST_NOW))
        session.flush()
        refresh_status(session, Account.id == late, effective_on=TODAY, reason="late")
    chosen = Selected(question=CustomerQuestion(provider_id=provider, as_of=TODAY), count=2)
    shown = preview_statuses(database, JobContext(), selected=chosen, target=SUSPENDED)
    assert (shown.changed, shown.held, shown.adds) == (2, 1, "a hold by staff")
    assert [(row.code, row.adds) for row in shown.rows] == [("A1", "a hold by staff"), ("A2", "")]
