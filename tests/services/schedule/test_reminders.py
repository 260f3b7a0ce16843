"""Reminders: who is reminded when, exactly once, and what happens after downtime."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from app.models.events.mapping import EventMapping
from app.models.events.outbox import OutboxMessage
from app.models.parties.note import AccountNote
from app.models.suspension.promise import PromiseToPay
from app.models.values import EventAction, PlanFrequency
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.ledger.plans import CoveredPart, create_plan
from app.services.providers.automation import set_automation
from app.services.schedule import reminders
from app.services.schedule.due import Poller, timetables
from app.services.schedule.reminders import cancel_settled, raise_reminders
from app.services.suspension.promises import enter_promise
from tests.support.filled_books import FilledBooks
from tests.support.scan_books import Book, day
from tests.support.switches import LONG_AGO, switch_on

MESSAGE, SMS, LOG = EventAction.MESSAGE, EventAction.SMS, EventAction.LOG


@pytest.fixture
def book(database: Database, clock: FixedClock, filled_books: FilledBooks) -> Book:
    book = Book(database, clock, filled_books)
    book.at("2025-06-01 10:00")
    return book


def switched(
    book: Book, event: str, period_days: int = 0, *actions: EventAction, since: date = LONG_AGO
) -> None:
    for action in actions or (MESSAGE,):
        with book.database.write() as session:
            switch_on(session, provider_id=book.provider_id, events=[event], action=action, since=since,
                      period_days=period_days)


def remind(book: Book, at: str | None = None) -> int:
    """One round's worth of reminders at a local time."""
    if at is not None:
        book.at(at)
    with book.database.read() as session:
        found = timetables(session, provider_id=book.provider_id)
    return sum(raise_reminders(book.database, JobContext(), table=table, now=book.clock.moment) for table in found
               if Poller.REMINDERS in table.pollers)


def raised(book: Book) -> list[tuple[str, str, int, str, str]]:
    """Account, event, period, action and state of every message, by account."""
    codes = {id_: code for code, id_ in book.accounts.items()}
    return sorted((codes[row.account_id], row.event, row.period_days, row.action, row.state)
                  for row in book.rows(OutboxMessage))


@pytest.mark.parametrize(("event", "period", "day_before", "on_the_day"), [
    ("invoice_overdue", 3, "2025-06-26 23:00", "2025-06-27 08:00"),
    ("invoice_overdue", 0, "2025-06-23 23:00", "2025-06-24 08:00"),
    ("invoice_due", 0, "2025-06-23 23:00", "2025-06-24 08:00"),
    ("invoice_due", 5, "2025-06-18 23:00", "2025-06-19 08:00"),
])
def test_an_invoice_is_reminded_of_on_its_day_once(
    book: Book, event: str, period: int, day_before: str, on_the_day: str,
) -> None:
    switched(book, event, period, MESSAGE, SMS, LOG)
    with book.database.write() as session:
        session.execute(update(EventMapping).where(EventMapping.event == event).values(extended_logging=True))
    book.account("A1")
    book.invoice("A1", 11_250, due="2025-06-24")
    assert remind(book, day_before) == 0
    assert remind(book, on_the_day.replace("08:00", "07:59")) == 0, "before the time of day"
    assert remind(book, on_the_day) == 1
    assert raised(book) == [("A1", event, period, "log", "sent"), ("A1", event, period, "message", "queued"),
                            ("A1", event, period, "sms", "queued")]
    for _ in range(2):
        assert remind(book) == 0
    for ahead in range(1, 10):
        remind(book, f"{day(on_the_day[:10]) + timedelta(days=ahead)} 12:00")
    assert len(raised(book)) == 3
    assert len(book.rows(AccountNote)) == 1, "extended logging writes one note for one firing"


def test_who_owes_nothing_that_may_be_asked_for_is_left_alone(book: Book) -> None:
    switched(book, "invoice_overdue", 3)
    for code in ("OPEN", "PAID", "PART", "DISPUTED", "HALF", "CREDIT", "LATE", "OTHER"):
        book.account(code)
    invoices = {code: book.invoice(code, 10_000, due="2025-06-24") for code in book.accounts}
    book.at("2025-06-20 10:00")
    book.pay("PAID", 10_000, on="2025-06-20")
    book.pay("PART", 1_250, on="2025-06-20")
    book.dispute(invoices["DISPUTED"], 10_000, on="2025-06-20")
    book.dispute(invoices["HALF"], 9_500, on="2025-06-20")
    book.pay("CREDIT", 10_000, on="2025-06-20", allocate=False)       # net due is 0
    book.pay("LATE", 9_999, on="2025-06-20", allocate=False)          # one cent is left
    book.invoice("OTHER", 5_000, due="2025-05-01")
    book.pay("OTHER", 12_000, on="2025-06-20", allocate=False)        # covers the older invoice and not all of this
    assert remind(book, "2025-06-27 08:00") == 5
    assert [row[0] for row in raised(book)] == ["HALF", "LATE", "OPEN", "OTHER", "PART"]


def test_credit_covers_what_is_due_by_the_day_of_a_reminder_before_it(book: Book) -> None:
    switched(book, "invoice_due", 5)
    for code in ("BOTH", "LATER"):
        book.account(code)
        book.invoice(code, 10_000, due="2025-06-24")
    book.invoice("BOTH", 5_000, due="2025-06-20")
    book.invoice("LATER", 5_000, due="2025-06-30")
    for code in book.accounts:
        book.pay(code, 10_000, on="2025-06-01", allocate=False)
    assert remind(book, "2025-06-19 08:00") == 1
    assert [row[0] for row in raised(book)] == ["BOTH"]


def test_a_dispute_that_ends_on_the_day_counts_and_a_payment_of_the_day_too(book: Book) -> None:
    switched(book, "invoice_overdue", 3)
    book.account("A1")
    book.account("A2")
    one, two = book.invoice("A1", 10_000, due="2025-06-24"), book.invoice("A2", 10_000, due="2025-06-24")
    book.dispute(one, 10_000, on="2025-06-20", until="2025-06-27")
    book.dispute(two, 10_000, on="2025-06-20", until="2025-06-28")
    assert remind(book, "2025-06-27 08:00") == 1
    assert [row[0] for row in raised(book)] == ["A1"]


def test_what_becomes_payable_later_on_the_day_is_found_by_a_later_round(book: Book) -> None:
    switched(book, "invoice_overdue", 3)
    book.account("A1")
    dispute = book.dispute(book.invoice("A1", 10_000, due="2025-06-24"), 10_000, on="2025-06-20")
    assert remind(book, "2025-06-27 08:00") == 0
    book.at("2025-06-27 11:00")
    book.end_dispute(dispute, on="2025-06-27")
    assert remind(book, "2025-06-27 11:01") == 1


def test_only_the_profile_of_the_account_counts_and_only_since_it_was_switched_on(book: Book) -> None:
    switched(book, "invoice_overdue", 3, since=date(2025, 6, 27))
    switched(book, "invoice_overdue", 7, SMS, since=date(2025, 7, 2))
    book.account("A1")
    book.invoice("A1", 10_000, due="2025-06-23")
    book.account("A2")
    book.invoice("A2", 10_000, due="2025-06-24")
    assert remind(book, "2025-07-01 09:00") == 1, "A1's third day was before it was switched on, its seventh too"
    assert [row[:3] for row in raised(book)] == [("A2", "invoice_overdue", 3)]


def test_missed_days_are_caught_up_once_and_old_ones_are_proposed(book: Book) -> None:
    switched(book, "invoice_overdue", 3, MESSAGE, LOG)
    due_days = ["2025-06-01", "2025-06-02", "2025-06-03", "2025-06-04", "2025-06-05", "2025-06-06"]
    for place, due in enumerate(due_days):
        book.account(f"A{place}")
        book.invoice(f"A{place}", 10_000, due=due, issued="2025-05-20")
    book.pay("A2", 10_000, on="2025-06-01")
    assert remind(book, "2025-06-03 08:00") == 0
    # Their days are the 4th to the 9th; the program comes back on the 9th.
    assert remind(book, "2025-06-09 10:00") == 5
    messages = [row for row in book.rows(OutboxMessage) if row.action == "message"]
    codes = {id_: code for code, id_ in book.accounts.items()}
    assert {codes[row.account_id]: (row.state, row.state_reason) for row in messages} == {
        "A0": ("held", "Missed since 4 Jun 2025; release to send."),
        "A1": ("held", "Missed since 5 Jun 2025; release to send."),
        "A3": ("queued", ""), "A4": ("queued", ""), "A5": ("queued", "")}
    assert {row.effective_on for row in messages} == {date(2025, 6, 9)}, "facts are those of the day it is raised"
    assert {row.state for row in book.rows(OutboxMessage) if row.action == "log"} == {"sent"}
    assert remind(book, "2025-06-09 11:00") == 0
    assert remind(book, "2025-06-10 11:00") == 0


def test_an_invoice_that_came_into_the_books_after_its_day_is_not_caught_up(book: Book) -> None:
    switched(book, "invoice_overdue", 3)
    assert remind(book, "2025-06-10 08:00") == 0
    book.at("2025-06-12 09:00")
    book.account("A1")
    book.invoice("A1", 10_000, due="2025-06-08", issued="2025-06-01")    # its day was the 11th
    book.invoice("A1", 10_000, due="2025-06-09", issued="2025-06-01")    # and this one's is today
    assert remind(book, "2025-06-12 10:00") == 1


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("zone", "around"), [
    ("Europe/Berlin", "2025-03-30"), ("Europe/Berlin", "2025-10-26"), ("Australia/Sydney", "2025-04-06"),
    ("Australia/Sydney", "2025-10-05"), ("Pacific/Kiritimati", "2025-10-26"), ("Etc/GMT+12", "2025-03-30"),
])
def test_every_day_has_its_reminders_once_in_every_zone(
    database: Database, clock: FixedClock, zone: str, around: str,
) -> None:
    """Rounds every three hours over a change of clocks: each invoice once, on its own day, in the small hours."""
    book = Book(database, clock, zone=zone)
    book.at("2025-01-01 10:00")
    with database.write() as session:
        set_automation(session, provider_id=book.provider_id, settings={"reminders_at": "02:30"}, seen={})
    switched(book, "invoice_overdue", 3)
    book.account("A1")
    days = [day(around) + timedelta(days=n) for n in (-1, 0, 1)]
    for each in days:
        book.invoice("A1", 10_000, due=(each - timedelta(days=3)).isoformat(), issued="2025-01-01")
    start = datetime.combine(days[0], datetime.min.time(), ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
    for hours in range(0, 75, 3):
        clock.moment = start + timedelta(hours=hours)
        remind(book)
    rows = book.rows(OutboxMessage)
    assert [row.effective_on for row in rows] == days
    for row in rows:
        local = row.recorded_at.astimezone(ZoneInfo(zone))
        assert local.date() == row.effective_on
        assert (local.hour, local.minute) >= (2, 30) or local.fold, "half past two was there before"
        assert local.hour < 7


def test_many_invoices_of_one_day_are_raised_in_chunks(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "CHUNK", 3)
    switched(book, "invoice_overdue", 3)
    for place in range(7):
        book.account(f"A{place}")
        book.invoice(f"A{place}", 10_000, due="2025-06-24")
    book.pay("A3", 10_000, on="2025-06-02")
    assert remind(book, "2025-06-27 08:00") == 6


def test_reminders_that_wait_are_taken_back_when_nothing_is_payable_any_more(book: Book) -> None:
    switched(book, "invoice_overdue", 3)
    for code in ("A1", "A2", "A3"):
        book.account(code)
    invoices = {code: book.invoice(code, 10_000, due="2025-06-24") for code in book.accounts}
    remind(book, "2025-06-27 08:00")
    book.at("2025-06-27 20:00")
    book.pay("A1", 10_000, on="2025-06-27")
    book.dispute(invoices["A2"], 10_000, on="2025-06-27")
    assert book.database.attempt(partial(cancel_settled, provider_id=book.provider_id))
    assert [row[::4] for row in raised(book)] == [("A1", "cancelled"), ("A2", "cancelled"), ("A3", "queued")]
    assert not book.database.attempt(partial(cancel_settled, provider_id=book.provider_id))




def test_promises_that_are_over_and_missed_instalments_are_told_of_in_the_morning(book: Book) -> None:
    """Without any scan: the promise of 5 Jun is broken on the 6th, the instalment of 8 Jun is missed on the 9th."""
    switched(book, "payment_plan_failed", 0, LOG)
    switched(book, "invoice_overdue", 3, LOG)
    book.account("A1")
    invoice = book.invoice("A1", 9_000, due="2025-07-24", issued="2025-06-01")
    with book.database.write() as session:
        enter_promise(session, account_id=book.accounts["A1"], amount_minor=100, pay_by=day("2025-06-05"))
        create_plan(session, account_id=book.accounts["A1"], first_on=day("2025-06-08"), count=2,
                    frequency=PlanFrequency.WEEKLY, parts=[CoveredPart(invoice_id=invoice, covered_minor=9_000)])
    states, told = [], []
    for morning in (5, 6, 8, 9, 10):
        remind(book, f"2025-06-{morning:02} 08:00")
        states.append(book.rows(PromiseToPay, PromiseToPay.state)[0])
        told.append(len(raised(book)))
    assert states == ["open", "broken", "broken", "broken", "broken"]
    assert told == [0, 0, 0, 1, 1]
