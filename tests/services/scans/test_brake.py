"""The safety brake on real books: what stops, what is left as it was, and who lets it go on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from app.models.parties.powers import Power
from app.models.parties.staff import StaffUser
from app.models.rules.safety_brake import BrakeReason
from app.models.suspension.brake import BrakeStop
from app.models.suspension.scans import ScanLease, ScanResult, ScanRun, ScanRunProvider
from app.models.values import GroupAccess, ScanOutcome
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import RefusedByRule
from app.services.jobs import JobContext, Progress
from app.services.scans.approving import approve_stop
from app.services.scans.braking import Approving
from app.services.scans.scan import run_scan
from app.services.scans.stops import Approval, BrakeStopped, approval_of, dismiss_stop, open_stops, stop_of
from app.services.suspension.replay import replay_run
from app.services.suspension.report import ScanReport
from tests.factories.books import scratch
from tests.services.access.test_authorize import Office
from tests.support.scan_books import Book, dump

SUSPEND, RESTORE = ScanOutcome.SUSPEND, ScanOutcome.RESTORE
WRITTEN_BY_A_STOP = ("scan_run", "scan_run_provider", "scan_result", "scan_run_chunk", "scan_lease", "brake_stop")


@pytest.fixture
def book(database: Database, clock: FixedClock) -> Book:
    """Ten customers, of whom three are to be suspended on 2 July; two accounts may change."""
    book = Book(database, clock)
    book.at("2025-07-02 09:00")
    book.rules()
    for n in range(10):
        book.account(f"A{n}")
    for n in range(3):
        book.invoice(f"A{n}", 6600, due="2025-06-17")
    book.brake(share=5, accounts=2)
    return book


def stopped(book: Book, **options: object) -> BrakeStopped:
    with pytest.raises(BrakeStopped) as caught:
        book.run(**options)
    return caught.value


def approve(book: Book, stop_id: int, reason: str = "Looked at all three", *, by: str | None = None) -> ScanReport:
    before, book.database.actor = book.database.actor, by or book.database.actor
    try:
        return approve_stop(book.database, JobContext(), stop_id=stop_id, reason=reason)
    finally:
        book.database.actor = before


def states(book: Book, entity: type) -> list[str]:
    return [row.state for row in book.rows(entity)]


def test_a_run_that_would_change_too_many_changes_nobody(book: Book) -> None:
    before = dump(book.database, without=WRITTEN_BY_A_STOP)
    error = stopped(book)
    assert dump(book.database, without=WRITTEN_BY_A_STOP) == before
    (stop,) = error.stops
    assert (stop.reason, stop.figures.judged, stop.figures.to_suspend, stop.figures.to_restore) == (
        BrakeReason.TOO_MANY, 10, 3, 0)
    assert str(error).startswith(
        "The safety brake stopped the scan of HARBOUR: of 10 end users it would suspend 3 and restore 0; more than 5 % "
        "of them and more than 2 accounts want a second person. Nothing was changed.")
    (run,) = book.rows(ScanRun)
    assert run.state == "stopped"
    with book.database.read() as session:
        results = session.query(ScanResult).all()
        assert session.query(ScanLease).count() == 0
    assert [(r.outcome, r.applied, r.blocked_by) for r in results] == [("suspend", False, "brake")] * 3


def test_at_the_limits_it_goes_through(book: Book) -> None:
    book.brake(share=30, accounts=2)
    assert sum(r.applied for r in book.scan().values()) == 3, "three of ten are 30 %, and not more"


def test_what_waits_for_its_window_is_not_counted(book: Book) -> None:
    book.rules(windows=["Thu 09:00-16:00"])  # the 2nd is a Wednesday
    assert [r.apply_from is not None for r in book.scan().values()] == [True] * 3
    book.at("2025-07-03 09:00")
    assert stopped(book).stops[0].figures.to_suspend == 3


def test_restorations_count_as_suspensions_do(book: Book) -> None:
    book.brake()
    book.scan()
    for n in range(3):
        book.pay(f"A{n}", 6600, on="2025-07-02")
    book.brake(share=5, accounts=2)
    assert stopped(book).stops[0].figures.to_restore == 3
    assert stopped(book, acts=frozenset({RESTORE})).stops[0].figures.to_restore == 3
    assert book.run(acts=frozenset({SUSPEND})).count(RESTORE) == 0


def test_only_what_was_ticked_counts(book: Book) -> None:
    two = frozenset(book.accounts[c] for c in ("A0", "A1"))
    three = two | {book.accounts["A2"]}
    assert sum(r.applied for r in book.scan(only=two).values()) == 2
    book.brake(share=5, accounts=1)
    book.invoice("A5", 6600, due="2025-06-17")
    book.invoice("A6", 6600, due="2025-06-17")
    (stop,) = stopped(book, only=three | {book.accounts["A5"]}).stops
    assert stop.figures.to_suspend == 2
    report = approve(book, stop.id, by="second")
    assert {r.code: r.applied for r in report.accounts} == {"A2": True, "A5": True, "A6": False}


@pytest.mark.parametrize(("second", "stops"), [("2025-07-05 09:00", False), ("2025-07-06 09:00", True)])
def test_a_long_pause_stops_and_a_first_run_is_none(book: Book, second: str, stops: bool) -> None:
    book.brake(pause=3)
    assert sum(r.applied for r in book.scan().values()) == 3, "the first run"
    book.invoice("A7", 6600, due="2025-06-17")
    book.at(second)
    if not stops:
        assert book.scan()["A7"].applied
        return
    (stop,) = stopped(book).stops
    assert (stop.reason, stop.figures.paused_days) == (BrakeReason.LONG_PAUSE, 4)
    assert "the last scan was 4 days before, and more than 3 days want a second person" in stop.words


def test_restoring_every_hour_does_not_hide_that_nobody_was_suspended(book: Book) -> None:
    book.brake(pause=3)
    book.scan()
    book.invoice("A7", 6600, due="2025-06-17")
    for day in range(3, 7):
        book.at(f"2025-07-0{day} 08:00")
        assert book.run(acts=frozenset({RESTORE})).accounts == ()
    assert stopped(book, acts=frozenset({SUSPEND})).stops[0].reason is BrakeReason.LONG_PAUSE


def test_a_stopped_run_of_one_kind_proposes_both_and_an_approval_does_both(book: Book) -> None:
    book.account("B1")
    book.invoice("B1", 9900, due="2025-06-10")
    with book.database.read() as session:
        only = frozenset({book.accounts["B1"]})
        assert session.query(ScanRun).count() == 0
    book.scan(only=only)
    book.pay("B1", 9900, on="2025-07-02")
    book.clock.moment += timedelta(minutes=1)
    (stop,) = stopped(book, acts=frozenset({SUSPEND})).stops
    assert (stop.figures.to_suspend, stop.figures.to_restore) == (3, 1)
    with book.database.read() as session:
        outcomes = [r.outcome for r in session.query(ScanResult).filter_by(run_id=stop.run_id)]
        assert replay_run(session, lambda: None, run_id=stop.run_id, provider_id=book.provider_id).is_same
    assert sorted(outcomes) == ["restore", "suspend", "suspend", "suspend"]
    report = approve(book, stop.id, by="second")
    assert (report.count(SUSPEND, applied=True), report.count(RESTORE, applied=True)) == (3, 1)


def test_stopping_again_the_same_day_leaves_the_stop_alone_unless_it_grew(book: Book) -> None:
    first = stopped(book).stops[0]
    book.at("2025-07-02 10:00")
    assert stopped(book).stops[0] == first
    assert states(book, ScanRun) == ["stopped"]
    book.invoice("A7", 6600, due="2025-06-17")
    assert stopped(book).stops[0].figures.to_suspend == 4
    assert states(book, BrakeStop) == ["superseded", "open"]
    assert states(book, ScanRun) == ["stopped", "stopped"]


def test_a_run_that_goes_through_supersedes_the_stop(book: Book) -> None:
    stopped(book)
    book.pay("A0", 6600, on="2025-07-02")
    assert sum(r.applied for r in book.scan().values()) == 2
    assert states(book, BrakeStop) == ["superseded"]


def test_another_person_lets_it_go_on(book: Book) -> None:
    (stop,) = stopped(book).stops
    report = approve(book, stop.id, by="second")
    assert [r.applied for r in report.accounts] == [True] * 3
    with book.database.read() as session:
        decided = stop_of(session, stop.id)
        run = session.get_one(ScanRun, report.run_id)
    assert (decided.state, decided.decided_by, decided.alone, decided.applied_run_id, decided.decision_reason) == (
        "approved", "second", False, report.run_id, "Looked at all three")
    assert (run.state, run.approved_by) == ("finished", "second")
    with pytest.raises(RefusedByRule, match="approved already, by second"):
        approve(book, stop.id, by="third")


def test_alone_it_takes_a_minute_and_a_reason(book: Book) -> None:
    (stop,) = stopped(book).stops
    with pytest.raises(RefusedByRule, match="a minute after the stop: in 60 seconds"):
        approve(book, stop.id)
    book.clock.moment += timedelta(seconds=59)
    with pytest.raises(RefusedByRule, match="in 1 second"):
        approve(book, stop.id)
    book.clock.moment += timedelta(seconds=1)
    with pytest.raises(RefusedByRule, match="why"):
        approve(book, stop.id, reason="  ")
    assert [r.applied for r in approve(book, stop.id).accounts] == [True] * 3
    with book.database.read() as session:
        assert stop_of(session, stop.id).alone


def test_what_grew_since_stops_again_and_what_shrank_is_applied(book: Book) -> None:
    (stop,) = stopped(book).stops
    book.invoice("A7", 6600, due="2025-06-17")
    with pytest.raises(BrakeStopped) as caught:
        approve(book, stop.id, by="second")
    assert caught.value.stops[0].figures.to_suspend == 4
    assert states(book, BrakeStop) == ["superseded", "open"]
    book.pay("A0", 6600, on="2025-07-02")
    report = approve(book, caught.value.stops[0].id, by="third")
    assert sorted(r.code for r in report.accounts if r.applied) == ["A1", "A2", "A7"]


def test_other_rules_than_those_that_were_stopped_stop_again(book: Book) -> None:
    (stop,) = stopped(book).stops
    book.rules(y=13)
    with pytest.raises(BrakeStopped):
        approve(book, stop.id, by="second")
    assert states(book, BrakeStop) == ["superseded", "open"]


def test_a_dismissed_stop_is_not_approved_any_more(book: Book) -> None:
    (stop,) = stopped(book).stops
    with book.database.write() as session:
        dismiss_stop(session, stop_id=stop.id, reason="A wrong import")
    with book.database.read() as session:
        assert open_stops(session) == ()
        assert approval_of(session, stop.id).refusal.startswith("This stop is dismissed already")
    assert stopped(book).stops[0].id != stop.id


def test_one_provider_that_stops_stops_the_whole_run(book: Book, database: Database, clock: FixedClock) -> None:
    other = Book(database, clock, code="PACIFIC")
    other.rules()
    other.account("B1")
    other.invoice("B1", 6600, due="2025-06-17")
    with pytest.raises(BrakeStopped) as caught:
        run_scan(database, JobContext())
    assert [s.provider for s in caught.value.stops] == ["HARBOUR"]
    assert other.scan()["B1"].applied, "it was left as it was"


def test_who_may_approve_depends_on_power_and_reach(database: Database) -> None:
    """Kim started it; Lee may not apply, Max sees some customers only, Sam works elsewhere, Op is the operator's."""
    with scratch(database) as session:
        office = Office(session)
        kim, pat = office.user(office.harbour, "kim"), office.user(office.harbour, "pat")
        lee = office.user(office.harbour, "lee", {Power.SUSPENSION})
        max_ = office.user(office.harbour, "max")
        office.tie(max_, office.group(office.harbour, "SOME", GroupAccess.ALLOW, "A1"))
        office.user(office.summit, "sam")
        op = office.user(office.operator, "op")
        stop = BrakeStop(provider_id=office.harbour, as_of=date(2025, 7, 2), recorded_at=recorded_now(session),
                         started_by="kim@ht.example", reason="too_many", judged=5, to_suspend=3, to_restore=0)
        session.add(stop)
        session.flush()

        def asked(user: int, login: str) -> Approval:
            office.sign_in(user)
            session.info["actor"] = login
            return approval_of(session, stop.id)

        assert asked(kim, "kim@ht.example") == Approval(
            refusal="You started this scan; somebody else has to approve it.",
            approvers=("op@operator.example", "pat@ht.example", "root@operator.example"))
        assert asked(pat, "pat@ht.example").refusal == ""
        assert asked(op, "op@operator.example").refusal == ""
        for user, login in ((lee, "lee@ht.example"), (max_, "max@ht.example")):
            assert asked(user, login).refusal.startswith("Approving needs the power to apply scans")
        for login in ("pat@ht.example", "op@operator.example", "root@operator.example"):
            session.execute(update(StaffUser).where(StaffUser.login == login).values(active=False))
        alone = asked(kim, "kim@ht.example")
        assert (alone.refusal, alone.alone, alone.not_before) == (
            "", True, recorded_now(session) + timedelta(seconds=60))


class _Dies(JobContext):
    """A process that is killed after so many chunks: nothing is tidied up but what the database does by itself."""

    def __init__(self, chunks: int) -> None:
        super().__init__()
        self._left = chunks

    def report(self, progress: Progress) -> None:
        super().report(progress)
        self._left -= 1
        if self._left == 0:
            raise SystemExit


@pytest.mark.parametrize("chunks", [1, 2, 3])
def test_a_killed_run_that_was_approved_is_gone_on_with(book: Book, chunks: int) -> None:
    (stop,) = stopped(book).stops
    with book.database.read() as session:
        figures, rule_set_id = stop.figures, session.query(ScanRunProvider).one().rule_set_id
    approving = Approving(stop_id=stop.id, reason="Looked", alone=False, figures=figures, rule_set_id=rule_set_id)
    with pytest.raises(SystemExit):
        run_scan(book.database, _Dies(chunks), provider_id=book.provider_id, approving=approving, chunk_size=1)
    report = book.run()
    assert report.resumed
    assert [r.applied for r in report.accounts] == [True] * 3
    assert states(book, BrakeStop) == ["approved"]
    assert states(book, ScanRun) == ["stopped", "finished"]


@pytest.mark.parametrize("chunks", [1, 5, 10])
def test_a_run_killed_while_it_stops_changed_nobody_and_stops_again(book: Book, chunks: int) -> None:
    before = dump(book.database, without=WRITTEN_BY_A_STOP)
    with pytest.raises(SystemExit):
        run_scan(book.database, _Dies(chunks), provider_id=book.provider_id, chunk_size=1)
    assert dump(book.database, without=WRITTEN_BY_A_STOP) == before
    assert stopped(book).stops[0].figures.to_suspend == 3
    assert states(book, ScanRun) == ["abandoned", "stopped"]
    assert dump(book.database, without=WRITTEN_BY_A_STOP) == before
