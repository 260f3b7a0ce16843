"""Running scans: once and again, dry and committed, on other dates, with other holds, selected, interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import event, text

from app.models.audit import AuditEntry
from app.models.events.outbox import OutboxMessage
from app.models.parties.account import Account
from app.models.suspension.hold import Hold
from app.models.suspension.scans import ScanResult, ScanRun, ScanRunProvider
from app.models.values import AccountStatus, HoldKind, Lifecycle, ScanOutcome, ServiceState
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import Cancelled, NotFound, RefusedByRule
from app.services.jobs import JobContext, Progress
from app.services.rules.rule_sets import group_id_of, list_rules, rules_in_force
from app.services.scans.scan import run_scan
from app.services.status.changes import place_hold
from app.services.status.stored import refresh_status
from app.services.suspension.explain import explain_scan
from app.services.suspension.preview import preview_scan
from app.services.suspension.report import find_targets
from tests.factories.books import status_shown
from tests.support.filled_books import FilledBooks
from tests.support.scan_books import Book, by_code, day, dump

BOOKKEEPING = ("scan_run", "scan_run_provider", "scan_result", "scan_run_chunk", "scan_lease")


@pytest.fixture
def book(database: Database, clock: FixedClock, filled_books: FilledBooks) -> Book:
    book = Book(database, clock, filled_books)
    book.at("2025-07-02 09:00")
    return book


def late(book: Book, code: str, minor: int = 6600, **account: Any) -> int:
    """A customer with one invoice that is 15 days late on 2 July."""
    book.account(code, **account)
    return book.invoice(code, minor, due="2025-06-17")


def status(book: Book, code: str) -> str:
    with book.database.read() as session:
        return session.get_one(Account, book.accounts[code]).status


def hold(book: Book, code: str, kind: HoldKind) -> None:
    with book.database.write() as session:
        if kind is HoldKind.PARENT_GROUP:  # comes from a group account, never from a hand
            owner = session.get_one(Account, book.accounts[code])
            session.add(Hold(provider_id=owner.provider_id, account_id=owner.id, kind=kind.value, reason="Credit check",
                             effective_on=book.today(), recorded_at=recorded_now(session), placed_by="test",
                             origin_id=owner.provider_id))
            session.flush()
            refresh_status(session, Account.id == owner.id, effective_on=book.today(), reason="Credit check")
            return
        place_hold(session, account_id=book.accounts[code], kind=kind, reason="Credit check", on=book.today(),
                   seen=status_shown(session, book.accounts[code]))


def open_holds(book: Book, code: str) -> list[str]:
    return [h.kind for h in book.rows(Hold, code=code) if h.lifted_on is None]


# ---- once and again


def test_scanning_again_changes_nothing(book: Book) -> None:
    book.rules()
    late(book, "A1", services=2)
    late(book, "A2", omitted=True)
    late(book, "A3")
    book.account("A4")
    book.scan()
    book.pay("A3", 6600, on="2025-07-02")
    assert book.scan()["A3"].outcome is ScanOutcome.RESTORE
    before = dump(book.database, without=BOOKKEEPING)
    again = book.run()
    assert {r.code: r.outcome.value for r in again.accounts} == {"A2": "excluded"}
    assert dump(book.database, without=BOOKKEEPING) == before
    with book.database.read() as session:
        stored = session.query(ScanResult).filter_by(run_id=again.run_id).all()
    assert [(r.account_id, r.outcome, r.applied) for r in stored] == [(book.accounts["A2"], "excluded", False)]


def test_after_new_facts_the_same_date_is_scanned_again(book: Book) -> None:
    book.rules()
    late(book, "A1")
    late(book, "A2", 4999)
    assert set(book.scan()) == {"A1"}
    book.invoice("A2", 1, due="2025-07-01")
    assert book.scan()["A2"].applied
    book.pay("A1", 6600, on="2025-07-02")
    assert book.scan()["A1"].outcome is ScanOutcome.RESTORE
    book.invoice("A1", 6600, due="2025-06-17")
    assert book.scan()["A1"].outcome is ScanOutcome.SUSPEND
    holds = book.rows(Hold, code="A1")
    assert len(holds) == 2
    assert len({m.message_key for m in book.rows(OutboxMessage, code="A1")}) == 3, "a new episode, a new message"


@pytest.mark.parametrize(("pending", "outcome", "exclusions"), [
    (5600, "excluded", ("X5",)), (5599, None, ()), (1601, None, ()), (1600, "suspend", ()), (0, "suspend", ()),
])
def test_a_pending_credit_counts_to_the_cent(
    book: Book, pending: int, outcome: str | None, exclusions: tuple[str, ...]
) -> None:
    book.rules()
    late(book, "A1")
    book.pending_credit("A1", pending, on="2025-07-01")
    book.pending_credit("A1", 6600, on="2025-07-03")  # of a day to come
    found = book.preview()
    assert [(r.outcome.value, r.exclusions) for r in found.values()] == ([] if outcome is None else [
        (outcome, exclusions)])
    if pending == 5600:
        report = book.run()
        assert book.words(report)["A1"][1] == (
            "A pending credit of 56.00 AUD brings the amount owing down to 10.00 AUD, at or below 10.00 AUD.")


@pytest.mark.parametrize("as_of", [None, "1999-12-31", "2025-07-02", "2025-07-03", "2125-01-01", "9900-12-31"])
def test_a_dry_run_writes_nothing_on_any_date(book: Book, as_of: str | None) -> None:
    book.rules(since="1990-01-01", wait=3, windows=["Sun 09:00-10:00"])
    late(book, "A1")
    book.scan()
    before = dump(book.database)
    book.preview(as_of, include_none=True)
    assert dump(book.database) == before


@pytest.mark.parametrize("as_of", [date(1, 1, 1), date(1899, 12, 31), date(9900, 12, 31), date(9999, 12, 31)])
def test_dates_beyond_the_calendar_get_an_answer(book: Book, as_of: date) -> None:
    book.rules(since="0001-01-01", wait=36_500, windows=["Sun 09:00-10:00"])
    late(book, "A1")
    with book.database.read() as session:
        if as_of == date(9900, 12, 31):
            assert find_targets(session, provider_id=None, as_of=as_of)[0]
            return
        with pytest.raises(RefusedByRule, match="1900-01-01 to 9900-12-31"):
            find_targets(session, provider_id=None, as_of=as_of)


def test_every_end_user_is_listed_when_asked_for(book: Book) -> None:
    book.rules()
    late(book, "A1")
    book.account("A2")
    book.account("A3", start="2025-07-03")  # exists from tomorrow on
    assert {c: r.outcome.value for c, r in book.preview(include_none=True).items()} == {"A1": "suspend", "A2": "none"}
    report = book.run(include_none=True)
    assert {c: (r.outcome.value, r.applied) for c, r in by_code(report).items()} == {
        "A1": ("suspend", True), "A2": ("none", False)}
    assert book.words(report)["A2"] == ["Nothing is overdue."]


# ---- other dates


def test_only_today_can_be_applied(book: Book) -> None:
    book.rules()
    late(book, "A1")
    before = dump(book.database)
    for as_of in ("2025-07-01", "2025-07-03"):
        with pytest.raises(RefusedByRule, match="HARBOUR has 2025-07-02 today"):
            book.scan(as_of=day(as_of))
    assert dump(book.database) == before
    assert book.scan(as_of=day("2025-07-02"))["A1"].applied


def test_another_date_is_refused_where_no_rules_are_in_force_too(book: Book) -> None:
    book.rules(since="2025-01-01")
    with pytest.raises(RefusedByRule, match="can only be a dry run"):
        book.run(as_of=day("2013-06-30"))
    assert book.run(as_of=day("2025-07-02")).run_id is not None


def test_today_is_told_by_the_zone_of_the_provider(book: Book) -> None:
    book.rules()
    late(book, "A1")
    book.clock.moment = datetime.fromisoformat("2025-07-01T14:30+00:00")  # half past midnight of 2 July in Sydney
    assert book.run().as_of == day("2025-07-02")
    assert status(book, "A1") == AccountStatus.SUSPENDED


def test_past_dates_are_judged_by_the_holds_of_those_dates(book: Book) -> None:
    book.rules()
    late(book, "A1")
    assert book.scan()["A1"].applied
    earlier = book.preview("2025-07-02", include_none=True)["A1"]
    assert (earlier.outcome, earlier.exclusions) == (ScanOutcome.NONE, ()), "held since that day"
    book.at("2025-07-10 09:00")
    hold(book, "A1", HoldKind.MANUAL)
    book.at("2025-07-20 09:00")
    book.pay("A1", 6600, on="2025-07-15")
    assert book.scan()["A1"].outcome is ScanOutcome.RESTORE
    book.at("2025-08-01 09:00")

    seen = {d: book.preview(d, include_none=True)["A1"] for d in (
        "2025-07-01", "2025-07-02", "2025-07-14", "2025-07-15", "2025-07-20")}
    assert {d: r.outcome.value for d, r in seen.items()} == {
        "2025-07-01": "none",  # 14 days late
        "2025-07-02": "none", "2025-07-14": "none",  # held
        "2025-07-15": "restore",  # paid, and still held
        "2025-07-20": "none",  # restored
    }


def test_what_was_suspended_later_would_have_been_suspended_then(book: Book) -> None:
    """A book scanned for the first time today, looked at as of a day before."""
    book.rules()
    late(book, "A1", services=2)
    late(book, "A2")
    book.at("2026-01-05 09:00")
    hold(book, "A2", HoldKind.MANUAL)
    assert book.scan()["A1"].applied
    then = book.preview("2025-07-02")
    assert {c: (r.outcome.value, r.active_service_count) for c, r in then.items()} == {
        "A1": ("suspend", 2), "A2": ("suspend", 1)}
    assert book.preview("2026-01-05")["A2"].exclusions == ("X1",)
    with book.database.read() as session:
        explanation = explain_scan(session, account_id=book.accounts["A1"], as_of=day("2025-07-02"))
        now = explain_scan(session, account_id=book.accounts["A1"])
    assert explanation.reasons[-1].code == "no_history"
    assert "judged as it is now" in explanation.as_text()
    assert "judged as it is now" not in now.as_text()


def test_a_restoration_by_hand_counts_from_its_day_on(book: Book) -> None:
    book.rules(wait=30)
    late(book, "A1")
    book.scan()
    book.at("2025-07-10 10:00")
    book.restore_by_hand("A1")
    outcomes = {d: book.preview(d, include_none=True)["A1"].outcome.value for d in (
        "2025-07-01", "2025-07-09", "2025-07-10", "2025-08-08", "2025-08-09", "2025-08-10")}
    assert outcomes == {"2025-07-01": "none", "2025-07-09": "none", "2025-07-10": "none", "2025-08-08": "none",
                        "2025-08-09": "suspend", "2025-08-10": "suspend"}
    assert book.preview("2025-08-09")["A1"].apply_from == datetime(2025, 8, 9, 10, tzinfo=book.zone)
    assert book.preview("2025-08-10")["A1"].apply_from is None


def test_without_a_wait_a_restoration_by_hand_does_not_last(book: Book) -> None:
    book.rules(wait=0)
    late(book, "A1")
    book.scan()
    book.restore_by_hand("A1")
    assert book.scan()["A1"].applied


# ---- holds and exclusions


@pytest.mark.parametrize("exclusion", ["X2", "X3", "X7"])
def test_who_becomes_excluded_while_suspended_stays_so(book: Book, exclusion: str) -> None:
    """Staff decide."""
    vip = book.group("VIP")
    book.rules(excluded=[vip])
    late(book, "A1")
    book.scan()
    with book.database.write() as session:
        if exclusion == "X3":
            book.omit(session, book.accounts["A1"])
        elif exclusion == "X7":
            session.get_one(Account, book.accounts["A1"]).ombudsman_case_open = True
    if exclusion == "X2":
        book.join_group("A1", vip)
    assert book.scan() == {}
    assert open_holds(book, "A1") == ["overdue"]
    assert book.preview(include_none=True)["A1"].exclusions == ()
    # Paid down to k it comes back all the same.
    book.pay("A1", 5600, on="2025-07-02")
    assert book.scan()["A1"].outcome is ScanOutcome.RESTORE
    # And owing again, it is left alone now.
    book.invoice("A1", 6600, due="2025-06-17")
    assert book.scan()["A1"].exclusions == (exclusion,)


def test_a_dispute_restores_what_is_suspended(book: Book) -> None:
    book.rules()
    invoice = late(book, "A1", 10_000)
    book.scan()
    dispute = book.dispute(invoice, 8999, on="2025-07-02")
    assert book.scan() == {}, "10.01 are left"
    book.dispute(invoice, 1, on="2025-07-02")
    assert book.scan()["A1"].outcome is ScanOutcome.RESTORE
    assert book.scan()["A1"].exclusions == ("X6",)
    book.end_dispute(dispute, on="2025-07-02")  # as of 2 July it has ended
    assert book.scan()["A1"].outcome is ScanOutcome.SUSPEND


@pytest.mark.parametrize("kind", [k for k in HoldKind if k is not HoldKind.OVERDUE])
def test_holds_of_other_kinds_keep_the_scan_away_and_are_never_lifted(book: Book, kind: HoldKind) -> None:
    book.rules()
    late(book, "A1")
    late(book, "A2")
    hold(book, "A1", kind)
    result = book.scan()["A1"]
    assert (result.outcome, result.exclusions) == (ScanOutcome.EXCLUDED, ("X1",))
    assert open_holds(book, "A1") == [kind.value]
    assert book.service_states("A1") == ["active"]
    # The other way round: suspended first, held by staff afterwards, then paid.
    hold(book, "A2", kind)
    held_status = status(book, "A2")
    book.pay("A2", 6600, on="2025-07-02")
    result = book.scan()["A2"]
    assert (result.outcome, result.applied) == (ScanOutcome.RESTORE, True)
    assert open_holds(book, "A2") == [kind.value]
    assert status(book, "A2") == held_status
    assert book.service_states("A2") == ["active"]
    assert book.scan() == {"A1": book.preview()["A1"]}


def test_overdue_is_not_placed_by_hand(book: Book) -> None:
    book.account("A1")
    with pytest.raises(RefusedByRule, match="is placed by the scan"):
        hold(book, "A1", HoldKind.OVERDUE)


@pytest.mark.parametrize("lifecycle", [Lifecycle.PREACTIVE, Lifecycle.INACTIVE, Lifecycle.TERMINATED])
def test_accounts_out_of_life_are_excluded(book: Book, lifecycle: Lifecycle) -> None:
    book.rules()
    late(book, "A1", lifecycle=lifecycle)
    result = book.scan()["A1"]
    assert (result.exclusions, result.applied) == (("X1",), False)


@pytest.mark.parametrize("state", [s for s in ServiceState if s is not ServiceState.ACTIVE])
def test_services_that_are_not_active_are_left_as_they_are(book: Book, state: ServiceState) -> None:
    book.rules()
    late(book, "A1", services=2)
    book.set_service("A1", state)
    assert book.scan()["A1"].applied
    assert book.service_states("A1") == [state.value, "restricted"]
    book.pay("A1", 6600, on="2025-07-02")
    assert book.scan()["A1"].applied
    assert book.service_states("A1") == [state.value, "active"]


# ---- which rules


def test_the_newest_version_of_the_latest_date_is_in_force(book: Book) -> None:
    book.rules(since="2025-01-01", x=5000)
    book.rules(since="2025-07-02", x=9000)
    book.rules(since="2025-07-03", x=1_000_000)
    book.rules(since="2025-01-01", x=7000)
    late(book, "A1", 6600)
    late(book, "A2", 8000)
    late(book, "A3", 9000)
    assert {c: r.rule_version for c, r in book.preview("2025-07-02").items()} == {"A3": 2}
    assert {c: r.rule_version for c, r in book.preview("2025-07-10").items()} == {}
    # A1 is 14 days late on 1 July, so look with an older invoice
    for code in ("A1", "A2", "A3"):
        book.invoice(code, 1, due="2025-05-01")
    assert {c: r.rule_version for c, r in book.preview("2025-07-01").items()} == {"A2": 4, "A3": 4}
    assert set(book.scan()) == {"A3"}
    with book.database.read() as session:
        rows = list_rules(session, provider_id=book.provider_id)
        assert [(r.rules.version, r.in_force) for r in rows] == [(3, False), (2, True), (4, False), (1, False)]
        assert rules_in_force(session, provider_id=book.provider_id, on=day("2024-12-31")) is None


@pytest.mark.parametrize(("figures", "message"), [
    ({"x": 0}, "more than nothing"), ({"x": -1}, "more than nothing"), ({"y": -1}, "cannot be negative"),
    ({"k": 5000}, "must be less than"), ({"k": 5001}, "must be less than"), ({"wait": -1}, "cannot be negative"),
    ({"y": 10**20}, "hundred years"), ({"wait": 36_501}, "hundred years"),
    ({"windows": ["Mon 16:00-09:00"]}, "ends before it begins"), ({"windows": ["at night"]}, "is not a window"),
])
def test_rules_that_cannot_work_are_refused(book: Book, figures: dict[str, Any], message: str) -> None:
    before = dump(book.database)
    with pytest.raises(RefusedByRule, match=message):
        book.rules(**figures)
    assert dump(book.database) == before


def test_k_below_x_is_enough(book: Book) -> None:
    assert book.rules(x=1, y=0, k=0) == 1
    assert book.rules(x=5000, k=4999) == 2


def test_only_distribution_groups_of_the_provider_are_excluded(book: Book) -> None:
    from app.models.values import GroupKind

    security = book.group("STAFF", GroupKind.SECURITY)
    with pytest.raises(RefusedByRule, match="security group"):
        book.rules(excluded=[security])
    other = Book(book.database, book.clock, code="OTHER")
    with pytest.raises(RefusedByRule, match="must belong to the provider"):
        book.rules(excluded=[other.group("VIP")])
    with book.database.read() as session, pytest.raises(NotFound, match="VIP"):
        group_id_of(session, provider_id=book.provider_id, code="VIP")


def test_all_providers_at_once(book: Book) -> None:
    book.rules()
    late(book, "A1")
    athens = Book(book.database, book.clock, code="AEGEAN", zone="Europe/Athens", currency="EUR")
    athens.rules(x=100, k=0)
    late(athens, "E1", 100)
    Book(book.database, book.clock, code="QUIET")
    report = run_scan(book.database, JobContext())
    assert report.providers_without_rules == ("QUIET",)
    assert {(r.provider, r.code, r.currency) for r in report.accounts} == {
        ("HARBOUR", "A1", "AUD"), ("AEGEAN", "E1", "EUR")}
    assert len(book.rows(ScanRun)) == 1


def test_without_any_rules_nothing_is_run(book: Book) -> None:
    before = dump(book.database)
    report = book.run()
    assert (report.run_id, report.providers_without_rules, report.accounts) == (None, ("HARBOUR",), ())
    assert dump(book.database) == before


# ---- what was ticked


def test_only_what_was_ticked_is_applied(book: Book) -> None:
    book.rules()
    for code in ("A1", "A2", "A3"):
        late(book, code, omitted=code == "A3")
    report = book.scan(only=frozenset({book.accounts["A2"]}))
    assert {c: (r.outcome.value, r.applied, r.blocked_by) for c, r in report.items()} == {
        "A1": ("suspend", False, "not_selected"), "A2": ("suspend", True, None), "A3": ("excluded", False, None)}
    assert [status(book, c) for c in ("A1", "A2", "A3")] == ["active", "suspended", "active"]
    assert {c: r.applied for c, r in book.scan().items()} == {"A1": True, "A3": False}


def test_nothing_ticked_applies_nothing(book: Book) -> None:
    book.rules()
    late(book, "A1")
    assert not book.scan(only=frozenset())["A1"].applied
    assert status(book, "A1") == AccountStatus.ACTIVE


# ---- interrupted


def interrupted(book: Book, after: int, **options: Any) -> None:
    """A run that stops as if killed when so many accounts are done."""
    class KilledError(BaseException):
        pass

    def die(progress: Progress) -> None:
        if progress.done >= after:
            raise KilledError

    with pytest.raises(KilledError):
        run_scan(book.database, JobContext(die), provider_id=book.provider_id, **options)


def test_the_next_run_goes_on_where_one_was_killed(book: Book) -> None:
    book.rules()
    for n in range(6):
        late(book, f"A{n}")
    interrupted(book, 2, chunk_size=2)
    assert [status(book, f"A{n}") for n in range(6)] == ["suspended"] * 2 + ["active"] * 4
    seen: list[Progress] = []
    report = run_scan(book.database, JobContext(seen.append), provider_id=book.provider_id, chunk_size=2)
    assert (report.resumed, len(report.accounts)) == (True, 6)
    assert [(p.done, p.total) for p in seen] == [(4, 6), (6, 6)]
    assert len(book.rows(ScanRun)) == 1
    assert len(book.rows(OutboxMessage)) == 6


def test_a_run_killed_before_its_window_is_begun_anew_inside_it(book: Book) -> None:
    book.rules(windows=["Wed 10:00-16:00"])
    for n in range(4):
        late(book, f"A{n}")
    interrupted(book, 2, chunk_size=2)
    book.at("2025-07-02 10:00")
    report = book.run(chunk_size=2)
    assert not report.resumed
    assert all(r.applied for r in report.accounts)
    assert [r.state for r in book.rows(ScanRun)] == ["abandoned", "finished"]


def test_a_killed_selection_does_not_limit_the_next_run(book: Book) -> None:
    book.rules()
    for n in range(4):
        late(book, f"A{n}")
    interrupted(book, 2, chunk_size=2, only=frozenset({book.accounts["A0"]}))
    report = book.run()
    assert not report.resumed
    assert {r.code for r in report.accounts if r.applied} == {"A1", "A2", "A3"}


def test_a_killed_run_of_yesterday_or_of_other_rules_is_left(book: Book) -> None:
    book.rules()
    for n in range(4):
        late(book, f"A{n}")
    interrupted(book, 2, chunk_size=2)
    book.rules(x=7000)
    assert book.run().accounts == ()
    book.rules(x=5000)
    interrupted(book, 3, chunk_size=1)
    book.at("2025-07-03 09:00")
    assert {r.code for r in book.run().accounts} == {"A3"}
    assert [r.state for r in book.rows(ScanRun)] == ["abandoned", "finished", "abandoned", "finished"]


def test_cancelled_between_chunks_it_keeps_what_is_done(book: Book) -> None:
    book.rules()
    for n in range(4):
        late(book, f"A{n}")
    context = JobContext(lambda progress: context.cancel())
    with pytest.raises(Cancelled):
        run_scan(book.database, context, provider_id=book.provider_id, chunk_size=2)
    assert [r.state for r in book.rows(ScanRun)] == ["cancelled"]
    assert [status(book, f"A{n}") for n in range(4)] == ["suspended"] * 2 + ["active"] * 2
    assert dump(book.database)["scan_lease"] == []
    assert {r.code for r in book.run().accounts} == {"A2", "A3"}


def _break_account(book: Book, code: str) -> None:
    """Let the database refuse the result of one account."""
    id_ = book.accounts[code]
    with book.database.write() as session:
        if book.database.is_embedded:
            session.execute(text(
                f"CREATE TRIGGER broken BEFORE INSERT ON scan_result WHEN NEW.account_id = {id_} "
                "BEGIN SELECT RAISE(ABORT, 'broken'); END"))
            return
        session.execute(text(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NEW.account_id = {id_} THEN RAISE EXCEPTION 'broken'; END IF; RETURN NEW; END $$"))
        session.execute(text("CREATE TRIGGER broken BEFORE INSERT ON scan_result FOR EACH ROW "
                             "EXECUTE FUNCTION broken()"))


def test_one_bad_account_is_named_and_the_others_are_scanned(book: Book) -> None:
    book.rules()
    for n in range(25):
        late(book, f"A{n:02}")
    _break_account(book, "A13")
    report = book.run()
    assert len(report.failures) == 1
    assert report.failures[0].startswith("HARBOUR: ")
    assert {r.code for r in report.accounts if r.applied} == {f"A{n:02}" for n in range(25) if n != 13}
    with book.database.read() as session:
        assert [p.finished for p in session.query(ScanRunProvider)] == [True]


def test_a_run_that_everybody_can_read_later(book: Book) -> None:
    book.rules(windows=["Wed 10:00-16:00"])
    late(book, "A1", services=2)
    first = book.scan()["A1"]
    assert (first.applied, first.apply_from) == (False, datetime(2025, 7, 2, 10, tzinfo=book.zone))
    book.at("2025-07-02 10:00")
    report = book.run()
    second = by_code(report)["A1"]
    assert (second.applied, second.apply_from, second.active_service_count) == (True, None, 2)
    assert book.words(report)["A1"][-1] == "2 services restricted, then the account is suspended."
    assert [a.action for a in book.rows(AuditEntry, code="A1")][-1:] == ["suspended"]
    preview = preview_scan(book.database, JobContext(), include_none=True)
    assert book.words(preview)["A1"][0].startswith("Held as overdue already")


@contextmanager
def statements_of(database: Database) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_a_preview_looks_nothing_up_for_sentences_that_nobody_reads(book: Book) -> None:
    """The oldest invoice of each account is asked for when its reasons are, and not before."""
    book.rules()
    late(book, "A1")
    with statements_of(book.database) as asked:
        report = preview_scan(book.database, JobContext())
    assert [target.code for target in report.targets] == ["HARBOUR"]
    assert not [text for text in asked if "invoice_detail.terms_days" in text]
    with statements_of(book.database) as asked:
        assert book.words(report)["A1"][1].startswith("Invoice ")
    assert [text for text in asked if "invoice_detail.terms_days" in text]


def test_a_rule_set_without_a_name_is_explained_in_a_whole_sentence(book: Book) -> None:
    late(book, "A1")
    for name, words in (("", "Rule set version 1, in force since 2012-01-01: Suspend when"),
                        ("Spring", "Rule set version 2 Spring, in force since 2012-01-01: Suspend when")):
        book.rules(name=name)
        with book.database.read() as session:
            assert words in explain_scan(session, account_id=book.accounts["A1"]).as_text()
