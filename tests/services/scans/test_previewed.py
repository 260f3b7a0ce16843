"""The scan as its screen shows it, on both databases: choices, a preview with all its rows show, the committed run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models.suspension.rule_sets import SuspensionRuleSet
from app.models.suspension.scans import ScanResult, ScanRun, ScanRunProvider
from app.models.values import ScanOutcome
from app.services.database.asking import asking
from app.services.errors import Cancelled
from app.services.jobs import JobContext
from app.services.scans.choices import scan_choices, scans_under_way
from app.services.scans.lease import acquire, release, this_owner
from app.services.scans.previewed import apply_scan, scan_preview
from app.services.suspension.explain import explain_scan
from tests.conftest import TEST_NOW
from tests.support.small_book import TODAY, bill, build, pay, status_of


def test_choices_are_the_providers_with_customers_and_their_rules(database, filled_books) -> None:
    filled_books.put(database, build)
    (choice,) = asking(scan_choices)(database, JobContext())
    assert (choice.code, choice.name, choice.today) == ("HT", "Harbour Telecom", TODAY)
    assert choice.rules is not None
    assert choice.rules.name == "Harbour standard"
    assert "at least 50.00 AUD" in choice.rules.sentence


def test_a_preview_tells_services_profiles_and_what_can_be_applied(database, filled_books) -> None:
    book = filled_books.put(database, build)
    preview = scan_preview(database, JobContext(), provider_id=book.provider, as_of=None)
    rows = {row.account_id: row for row in preview.rows}
    assert (preview.as_of, preview.is_today, preview.currency, preview.unchanged) == (TODAY, True, "AUD", 1)
    assert preview.actionable == 3
    assert rows[book.late].services == 2
    assert rows[book.late].profile == "Default Profile"
    assert rows[book.held].outcome is ScanOutcome.RESTORE
    assert rows[book.held].services == 2  # those that were restricted, though none of them is active
    assert not rows[book.excluded].can_be_applied
    assert preview.due_tomorrow is None
    past = scan_preview(database, JobContext(), provider_id=None, as_of=TODAY - timedelta(days=1))
    assert not past.is_today


def test_outside_its_window_nothing_can_be_applied_yet(database, filled_books) -> None:
    book = filled_books.put(database, build, windows=("Tue-Thu 09:00-16:00",))
    preview = scan_preview(database, JobContext(), provider_id=book.provider, as_of=None)
    assert (preview.actionable, preview.waiting) == (0, 2)
    assert preview.first_opening is not None
    assert preview.first_opening.isoformat() == "2026-03-17T09:00:00+00:00"


def test_where_nobody_is_to_be_suspended_tomorrow_is_counted(database, filled_books) -> None:
    book = filled_books.put(database, build)
    with database.write() as session:
        for account, number, amount in ((book.late, "P1", 6600), (book.bare, "P2", 8000)):
            pay(session, book.provider, account, number, amount)
        bill(session, book.provider, book.fine, "HT-5", 9000, days_late=14)
    preview = scan_preview(database, JobContext(), provider_id=book.provider, as_of=None)
    assert preview.due_tomorrow == 1


def test_only_the_ticked_accounts_are_applied(database, filled_books) -> None:
    book = filled_books.put(database, build)
    applied = apply_scan(database, JobContext(), provider_id=book.provider, as_of=TODAY, only=frozenset({book.late}))
    assert not applied.is_stopped
    assert applied.count(ScanOutcome.SUSPEND) == 1
    assert [status_of(database, who) for who in (book.late, book.bare)] == ["suspended", "active"]
    assert applied.changes


def test_a_run_that_is_stopped_answers_what_it_did(database, filled_books) -> None:
    book = filled_books.put(database, build)
    context = JobContext()
    context.cancel()
    applied = apply_scan(database, context, provider_id=book.provider, as_of=TODAY, only=frozenset({book.late}))
    assert applied.is_stopped
    assert applied.results == ()
    assert status_of(database, book.late) == "active"
    with pytest.raises(Cancelled):
        scan_preview(database, context, provider_id=book.provider, as_of=None)


def test_a_run_that_is_stopped_answers_for_itself(database, filled_books) -> None:
    """Another run of the same person and provider, stopped since, is not taken for it."""
    book = filled_books.put(database, build)

    class StoppedWithAnother(JobContext):
        def raise_if_cancelled(self) -> None:
            with database.write() as session:
                other = ScanRun(state="cancelled", started_at=TEST_NOW, finished_at=TEST_NOW, actor=database.actor)
                session.add(other)
                session.flush()
                rules = session.scalars(select(SuspensionRuleSet.id)).first()
                session.add(ScanRunProvider(run_id=other.id, provider_id=book.provider, as_of=TODAY, rule_set_id=rules,
                                            done_up_to_id=book.late, finished=False))
                session.add(ScanResult(
                    run_id=other.id, account_id=book.late, provider_id=book.provider, outcome="suspend",
                    overdue_payable_minor=6600, oldest_overdue_days=15, rule_version=1, exclusion_bits=0,
                    applied=True, blocked_by=None, apply_from=None))
            raise Cancelled("Stopped.")

    applied = apply_scan(database, StoppedWithAnother(), provider_id=book.provider, as_of=TODAY,
                         only=frozenset({book.late}))
    assert applied.is_stopped
    assert applied.results == ()


def test_an_excluded_account_says_why_and_its_reasons_wait_until_they_are_read(database, filled_books) -> None:
    book = filled_books.put(database, build)
    preview = scan_preview(database, JobContext(), provider_id=book.provider, as_of=None)
    rows = {row.account_id: row for row in preview.rows}
    assert [(reason.code, reason.words) for reason in rows[book.excluded].exclusions] == [
        ("X2", "Member of the excluded group VIP.")]
    assert [reason.code for reason in rows[book.late].reasons] == ["amount", "age", "no_exclusion", "effect"]


def test_who_scans_is_told_while_they_live(database, filled_books) -> None:
    book = filled_books.put(database, build)
    assert asking(scans_under_way, provider_id=book.provider)(database, JobContext()) == ()
    with database.write() as session:
        token = acquire(session, [book.provider], replace(this_owner(database, ""), words="kim on COUNTER-2"))
    (running,) = asking(scans_under_way, provider_id=None)(database, JobContext())
    assert (running.provider, running.owner) == ("Harbour Telecom", "kim on COUNTER-2")
    with database.write() as session:
        release(session, token)
    assert asking(scans_under_way, provider_id=None)(database, JobContext()) == ()


def test_an_account_is_explained_as_of_the_day(database, filled_books) -> None:
    book = filled_books.put(database, build)
    explanation = asking(explain_scan, account_id=book.late, as_of=TODAY)(database, JobContext())
    assert explanation.outcome is ScanOutcome.SUSPEND
    assert explanation.conditions
