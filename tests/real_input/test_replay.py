"""A file of receivables replayed day by day: whom a scan of that day proposes, and why it leaves others alone.

What is expected is read from the file alone, in plain Python, by the words of the rule: a settled invoice is paid on
its day, a disputed one is in dispute from its issue until that day, an invoice due on a day is not late on it.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.services.hierarchy.finding import find_provider
from app.services.jobs import JobContext
from app.services.rules.rule_sets import newest_version, set_rules
from app.services.suspension.preview import preview_scan
from tests.support.switches import switch_on

if TYPE_CHECKING:
    from tests.real_input.conftest import Book

Customer = tuple[str, str]
Proposal = tuple[str, tuple[str, ...], int, int]
"""Outcome, exclusions, overdue payable in cents, days past due of the oldest payable invoice."""


@dataclass(frozen=True)
class Line:
    """One row of the file."""

    issued: date
    due: date
    cents: int
    disputed: bool
    settled: date | None

    def unsettled_on(self, day: date) -> int:
        return 0 if self.settled is not None and self.settled <= day else self.cents


def _day(text: str) -> date | None:
    if not text:
        return None
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def read_file(path: Path) -> dict[Customer, list[Line]]:
    found: dict[Customer, list[Line]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            whole, _, part = row["InvoiceAmount"].partition(".")
            issued, due = _day(row["InvoiceDate"]), _day(row["DueDate"])
            assert issued
            assert due
            found[row["countryCode"], row["customerID"]].append(Line(
                issued, due, int(whole) * 100 + int(part.ljust(2, "0")), row["Disputed"] == "Yes",
                _day(row["SettledDate"])))
    return found


def judge(lines: list[Line], day: date, x: int, y: int, k: int) -> Proposal:
    late = [line for line in lines if line.issued <= day and line.due < day and line.unsettled_on(day)]
    payable = [line for line in late if not line.disputed]
    owing = sum(line.cents for line in late)
    net = sum(line.cents for line in payable)
    oldest = max(((day - line.due).days for line in late), default=0)
    oldest_payable = max(((day - line.due).days for line in payable), default=0)
    if owing >= x and oldest > y and len(payable) < len(late) and net <= k:
        return "excluded", ("X6",), net, oldest_payable
    if net >= x and oldest_payable > y:
        return "suspend", (), net, oldest_payable
    return "none", (), net, oldest_payable


def days_of(customers: dict[Customer, list[Line]], step: int) -> Iterator[date]:
    """Every so many days of the years that the file tells of."""
    day = date(min(line.issued for lines in customers.values() for line in lines).year, 1, 1)
    last = date(max(line.issued for lines in customers.values() for line in lines).year, 12, 31)
    while day <= last:
        yield day
        day += timedelta(days=step)


def enter_rules(book: Book, providers: set[str], x: int, y: int, k: int) -> None:
    """A newer version of the same day each time: the newest holds."""
    with book.database.write() as session:
        for code in sorted(providers):
            provider = find_provider(session, code).id
            set_rules(session, provider_id=provider, effective_from=date(2010, 1, 1), min_overdue_minor=x,
                      min_overdue_days=y, restore_at_minor=k, seen=newest_version(session, provider_id=provider))
            switch_on(session, provider_id=provider)


def replay(book: Book, x: int, y: int, k: int, *, step: int, include_none: bool) -> Counter[str]:
    """Compare day by day; returns how often each outcome came."""
    customers = read_file(book.path)
    begins = {customer: min(line.issued for line in lines) for customer, lines in customers.items()}
    enter_rules(book, {provider for provider, _ in customers}, x, y, k)
    seen: Counter[str] = Counter()
    for day in days_of(customers, step):
        expected = {customer: judge(lines, day, x, y, k) for customer, lines in customers.items()
                    if begins[customer] <= day}
        if not include_none:
            expected = {customer: each for customer, each in expected.items() if each[0] != "none"}
        report = preview_scan(book.database, JobContext(), as_of=day, include_none=include_none)
        assert {
            (r.provider, r.code): (r.outcome.value, r.exclusions, r.overdue_payable_minor, r.oldest_overdue_days)
            for r in report.accounts
        } == expected, day
        seen.update(each[0] for each in expected.values())
    return seen


@pytest.mark.slow
def test_every_day_with_the_rules_of_the_house(receivables: Book) -> None:
    """Every day of the real file; of its twin, and on the server, days enough: there only the statement differs."""
    step = 7 if not receivables.database.is_embedded else 1 if receivables.is_real else 5
    seen = replay(receivables, 5000, 7, 0, step=step, include_none=False)
    assert set(seen) == {"suspend", "excluded"}


@pytest.mark.parametrize(("x", "y", "k"), [
    (12_000, 14, 2000), (1, 0, 0), (5000, 0, 4999), (9_999_999, 30, 0), (6174, 3, 6173),
])
def test_other_rules(receivables: Book, x: int, y: int, k: int) -> None:
    seen = replay(receivables, x, y, k, step=37, include_none=True)
    assert seen["none"]
    assert bool(seen["suspend"]) is (x < 1_000_000)
