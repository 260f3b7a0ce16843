"""The worked example day by day (ARCHITECTURE.md, "The worked example"): who is suspended when, and who comes back.

Harbour Telecom suspends from 50.00 on, more than 14 days late, restores at 10.00, waits 3 days after a restoration by
hand, and acts Monday to Thursday from 09:00 to 16:00. All invoices are of 3 June 2025.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from app.models.audit import AuditEntry
from app.models.events.outbox import OutboxMessage
from app.models.parties.account import Account, AccountStatusChange
from app.models.parties.service import ServiceRestriction
from app.models.suspension.hold import Hold
from app.models.values import AccountStatus, ScanOutcome, ServiceState
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from tests.support.filled_books import FilledBooks
from tests.support.scan_books import Book, day

SUSPEND, RESTORE, EXCLUDED = ScanOutcome.SUSPEND, ScanOutcome.RESTORE, ScanOutcome.EXCLUDED


@pytest.fixture
def book(database: Database, clock: FixedClock, filled_books: FilledBooks) -> Book:
    book = Book(database, clock, filled_books)
    book.at("2025-06-03 10:00")
    vip = book.group("VIP")
    book.rules(since="2025-06-01", x=5000, y=14, k=1000, wait=3, windows=["Mon-Thu 09:00-16:00"], excluded=[vip])
    for code, services in (("A1", 1), ("A2", 2), ("A3", 1), ("A4", 1), ("A6", 1), ("A7", 1), ("A8", 1)):
        book.account(code, services=services)
    book.account("A5", groups=[vip])
    for code, minor, due in (
        ("A1", 11250, "2025-06-24"), ("A2", 6600, "2025-06-17"), ("A3", 5750, "2025-06-13"),
        ("A4", 22000, "2025-06-10"), ("A5", 9900, "2025-06-17"), ("A6", 4999, "2025-06-17"),
        ("A8", 10000, "2025-06-17"),
    ):
        book.invoice(code, minor, due=due, issued="2025-06-03")
    (disputed,) = book.rows_of_invoices("A8")
    book.dispute(disputed, 9500, on="2025-06-10")
    return book


def outcomes(book: Book, moment: str) -> dict[str, str]:
    """A committed scan at a moment: code → outcome, with "later" where the window is shut."""
    book.at(moment)
    return {code: f"{r.outcome.value}{'' if r.applied or r.outcome is EXCLUDED else ' later'}"
            for code, r in sorted(book.scan().items())}


def status(book: Book, code: str) -> str:
    with book.database.read() as session:
        return session.get_one(Account, book.accounts[code]).status


def messages(book: Book, code: str) -> list[tuple[str, str, str]]:
    return [(m.event, m.state, m.state_reason) for m in book.rows(OutboxMessage, code=code)]


def test_june_and_july(book: Book) -> None:
    left_alone = {"A5": "excluded", "A8": "excluded"}

    # A4 was due on 10 June: on the 24th it is 14 days late, on the 25th 15.
    assert outcomes(book, "2025-06-24 09:00") == {}
    assert outcomes(book, "2025-06-25 08:59") == {"A4": "suspend later"}
    assert outcomes(book, "2025-06-25 09:00") == {"A4": "suspend"}
    assert status(book, "A4") == AccountStatus.SUSPENDED
    assert messages(book, "A4") == [("auto_suspend", "sent", "")]

    # A3 qualifies on Saturday and is suspended on Monday.
    assert outcomes(book, "2025-06-28 12:00") == {"A3": "suspend later"}
    monday = datetime(2025, 6, 30, 9, tzinfo=book.zone)
    assert book.preview()["A3"].apply_from == monday
    assert status(book, "A3") == AccountStatus.ACTIVE
    assert outcomes(book, "2025-06-29 23:59") == {"A3": "suspend later"}
    assert outcomes(book, "2025-06-30 09:00") == {"A3": "suspend"}

    # A2: on 1 July 14 days, on 2 July 15. Two services, two messages, one hold.
    assert outcomes(book, "2025-07-01 15:59") == {}
    assert outcomes(book, "2025-07-02 09:00") == left_alone | {"A2": "suspend"}
    assert book.service_states("A2") == ["restricted", "restricted"]
    assert messages(book, "A2") == [("auto_suspend", "sent", "")] * 2
    assert len(book.rows(Hold, code="A2")) == 1

    # A1 on 9 July; A6 owes 49.99 and never follows.
    assert outcomes(book, "2025-07-08 09:00") == left_alone
    assert outcomes(book, "2025-07-09 09:00") == left_alone | {"A1": "suspend"}
    assert outcomes(book, "2026-06-30 09:00") == left_alone
    assert status(book, "A6") == AccountStatus.ACTIVE

    exclusions = {code: r.exclusions for code, r in book.preview().items()}
    assert exclusions == {"A5": ("X2",), "A8": ("X6",)}


def test_exactly_the_threshold_qualifies(book: Book) -> None:
    book.invoice("A6", 1, due="2025-06-17", issued="2025-06-03")
    assert outcomes(book, "2025-07-02 09:00")["A6"] == "suspend"


def test_every_act_leaves_its_history(book: Book) -> None:
    outcomes(book, "2025-07-02 09:00")
    (hold,) = book.rows(Hold, code="A2")
    assert (hold.kind, hold.reason, hold.effective_on, hold.lifted_on) == (
        "overdue", "Non-payment", day("2025-07-02"), None)
    (change,) = book.rows(AccountStatusChange, code="A2")
    assert (change.old_status, change.new_status, change.effective_on) == ("active", "suspended", day("2025-07-02"))
    assert [a.action for a in book.rows(AuditEntry, code="A2")][-1] == "suspended"
    with book.database.read() as session:
        assert [r.previous_state for r in session.query(ServiceRestriction).filter_by(hold_id=hold.id)] == [
            "active", "active"]


def test_a_cent_too_much_keeps_it_suspended(book: Book) -> None:
    outcomes(book, "2025-07-02 09:00")
    book.at("2025-07-05 11:00")  # a Saturday: restoring knows no window
    book.pay("A2", 5599, on="2025-07-05")
    assert "A2" not in book.scan()
    assert status(book, "A2") == AccountStatus.SUSPENDED
    book.pay("A2", 1, on="2025-07-05")
    result = book.scan()["A2"]
    assert (result.outcome, result.applied, result.overdue_payable_minor) == (RESTORE, True, 1000)
    assert status(book, "A2") == AccountStatus.ACTIVE
    assert book.service_states("A2") == ["active", "active"]
    assert [m[0] for m in messages(book, "A2")] == ["auto_suspend"] * 2 + ["auto_unsuspend"] * 2
    (hold,) = book.rows(Hold, code="A2")
    assert (hold.effective_on, hold.lifted_on, hold.lifted_by_hand) == (day("2025-07-02"), day("2025-07-05"), False)
    assert [(c.old_status, c.new_status) for c in book.rows(AccountStatusChange, code="A2")] == [
        ("active", "suspended"), ("suspended", "active")]


def test_paying_too_much_restores_and_leaves_credit(book: Book) -> None:
    outcomes(book, "2025-07-02 09:00")
    book.at("2025-07-05 11:00")
    book.pay("A2", 10000, on="2025-07-05")
    assert book.scan()["A2"].overdue_payable_minor == 0
    assert status(book, "A2") == AccountStatus.ACTIVE
    # 66.00 allocated, 34.00 left: the next invoice of 84.00 leaves 50.00 payable.
    book.invoice("A2", 8400, due="2025-07-17", issued="2025-07-06")
    book.at("2025-08-04 09:00")
    assert book.preview()["A2"].overdue_payable_minor == 5000


def test_restored_by_hand_it_is_suspended_again_after_the_wait(book: Book) -> None:
    outcomes(book, "2025-07-09 09:00")
    book.at("2025-07-10 10:00")  # Thursday
    book.restore_by_hand("A1")
    assert (status(book, "A1"), book.service_states("A1")) == (AccountStatus.ACTIVE, ["active"])
    monday = datetime(2025, 7, 14, 9, tzinfo=book.zone)

    for moment in ("2025-07-10 10:01", "2025-07-11 09:00", "2025-07-12 23:59"):
        assert "A1" not in outcomes(book, moment), "the wait lasts until Sunday 10:00"
    for moment in ("2025-07-13 09:59", "2025-07-13 10:00", "2025-07-14 08:59"):
        assert outcomes(book, moment)["A1"] == "suspend later"
        assert book.preview()["A1"].apply_from == monday
    assert outcomes(book, "2025-07-14 09:00")["A1"] == "suspend"

    first, second = book.rows(Hold, code="A1")
    assert (first.lifted_on, first.lifted_by_hand, first.lift_reason) == (day("2025-07-10"), True, "Promised to pay")
    assert (second.effective_on, second.lifted_on) == (day("2025-07-14"), None)
    assert [m[0] for m in messages(book, "A1")] == ["auto_suspend", "auto_unsuspend", "auto_suspend"]


def test_inside_the_window_a_proposal_still_waits_for_the_hour(book: Book) -> None:
    outcomes(book, "2025-07-09 09:00")
    book.at("2025-07-11 13:00")  # a Friday; three times 24 hours later is Monday 13:00, inside the window
    book.restore_by_hand("A1")
    one = datetime(2025, 7, 14, 13, tzinfo=book.zone)
    assert outcomes(book, "2025-07-14 12:59")["A1"] == "suspend later"
    assert book.preview()["A1"].apply_from == one
    assert book.preview("2025-07-14")["A1"].apply_from == one
    assert outcomes(book, "2025-07-14 13:00")["A1"] == "suspend"


def test_the_wait_counts_hours_where_clocks_change(book: Book) -> None:
    outcomes(book, "2025-07-09 09:00")
    # Clocks go forward on Sunday 5 October: 72 hours after Saturday 23:30 is Wednesday 00:30.
    book.at("2025-10-04 23:30")
    book.restore_by_hand("A1")
    assert "A1" not in outcomes(book, "2025-10-07 09:00")
    assert outcomes(book, "2025-10-08 00:10")["A1"] == "suspend later"
    assert book.preview()["A1"].apply_from == datetime(2025, 10, 8, 9, tzinfo=book.zone)
    assert outcomes(book, "2025-10-08 09:00")["A1"] == "suspend"


def test_a_service_that_staff_suspended_stays_as_it_is(book: Book) -> None:
    book.set_service("A2", ServiceState.SUSPENDED, number=2)
    outcomes(book, "2025-07-02 09:00")
    assert book.service_states("A2") == ["restricted", "suspended"]
    assert len(messages(book, "A2")) == 1
    book.at("2025-07-05 11:00")
    book.pay("A2", 6600, on="2025-07-05")
    book.scan()
    assert book.service_states("A2") == ["active", "suspended"]
    assert len(messages(book, "A2")) == 2


def test_an_account_whose_only_service_staff_suspended_is_excluded(book: Book) -> None:
    book.set_service("A1", ServiceState.SUSPENDED)
    assert outcomes(book, "2025-07-09 09:00")["A1"] == "excluded"
    assert book.preview()["A1"].exclusions == ("X1",)
    assert (status(book, "A1"), book.service_states("A1")) == (AccountStatus.ACTIVE, ["suspended"])


def test_what_staff_did_to_a_restricted_service_is_not_undone(book: Book) -> None:
    outcomes(book, "2025-07-02 09:00")
    book.set_service("A2", ServiceState.CANCELLED, number=1)
    book.at("2025-07-05 11:00")
    book.pay("A2", 6600, on="2025-07-05")
    book.scan()
    assert book.service_states("A2") == ["cancelled", "active"]
    assert [m[0] for m in messages(book, "A2")] == ["auto_suspend"] * 2 + ["auto_unsuspend"], "one was given back"


def test_an_account_without_services_is_judged_as_an_account(book: Book) -> None:
    book.account("A9", services=0)
    book.invoice("A9", 6600, due="2025-06-17", issued="2025-06-03")
    assert outcomes(book, "2025-07-02 09:00")["A9"] == "suspend"
    assert [(m.event, m.service_id) for m in book.rows(OutboxMessage, code="A9")] == [("auto_suspend", None)]


def test_restoring_by_hand_needs_a_reason_and_a_hold(book: Book) -> None:
    with pytest.raises(RefusedByRule, match="no overdue hold"):
        book.restore_by_hand("A1")
    outcomes(book, "2025-07-09 09:00")
    with pytest.raises(RefusedByRule, match="reason"):
        book.restore_by_hand("A1", "  ")
    book.at("2025-07-08 09:00")
    with pytest.raises(RefusedByRule, match="held since 2025-07-09"):
        book.restore_by_hand("A1")
