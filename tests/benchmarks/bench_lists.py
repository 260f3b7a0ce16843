"""The customer list, its search and previews of a large book, as ratios to the page by code in the same run.

A page is asked as the window asks it, in a unit of work of its own; ways are taken in turns, so that all meet the same
neighbours on the machine. Every third customer of the book owes more than their limit is lowered to.

    python -m tests.benchmarks.bench_lists [--accounts N] [--rounds N] [--backend sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.values import Tier
from app.services.attributes.writing import set_attribute
from app.services.clock import FixedClock
from app.services.credit.cockpit import credit_cockpit
from app.services.credit.exceeded import limit_page
from app.services.credit.limits import LimitPart, LimitQuestion
from app.services.customers.counting import quick_counts
from app.services.customers.list import CustomerSort, QuickFilter, customer_page
from app.services.database.engine import parse_url
from app.services.database.statistics import refresh_statistics
from app.services.database.unit_of_work import Database
from app.services.database.upgrade import upgrade
from app.services.database.word_index import build_word_indexes
from app.services.hierarchy.accounts import NewAccount, create_accounts
from app.services.hierarchy.operator import create_operator
from app.services.hierarchy.search import find_accounts
from app.services.jobs import JobContext
from app.services.ledger.turning import turn_figures
from app.services.profiles.impact import impact_of_values
from app.services.reports.close_of_day import close_of_day
from tests.benchmarks.scan_book import NOW, TODAY, make_book
from tests.support.pgtemp import TEST_SETTINGS, start_postgres

GOALS = {"page": 3, "quick_ms": 50, "words_p95_ms": 50, "preview": 3}
_SERVER = {**TEST_SETTINGS, "shared_buffers": "512MB", "work_mem": "32MB", "max_wal_size": "4GB"}
_LIMIT = 9_000
_IMPORTED = 2_000


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


class _Measured:
    """One book, and what its ways take."""

    def __init__(self, database: Database, provider_id: int, accounts: int, rounds: int) -> None:
        self._database, self._provider_id = database, provider_id
        self._accounts, self._rounds = accounts, rounds

    def ask(self, query: Callable[..., Any], **arguments: Any) -> Any:
        with self._database.read() as session:
            return query(session, **arguments)

    def _in_turns(self, ways: dict[str, Callable[[], object]]) -> dict[str, float]:
        took: dict[str, list[float]] = {name: [] for name in ways}
        for round_ in range(self._rounds + 1):
            for name, way in ways.items():
                seconds = _seconds(way)
                if round_:
                    took[name].append(seconds)
        return {name: statistics.median(each) for name, each in took.items()}

    def pages(self) -> dict[str, Any]:
        """Pages by each column, both ways and deep, and those of quick filters, against the first page by code."""
        page = partial(self.ask, customer_page, provider_id=self._provider_id, as_of=TODAY)
        ways: dict[str, Callable[[], object]] = {}
        for sort in CustomerSort:
            ways[sort.value] = partial(page, sort=sort)
            ways[f"{sort.value} descending"] = partial(page, sort=sort, descending=True)
            middle = page(sort=sort, descending=True, offset=self._accounts // 2, limit=2)
            ways[f"{sort.value} deep"] = partial(page, sort=sort, descending=True, after=middle.last)
        for quick in (QuickFilter.EXCEEDED, QuickFilter.OVERDUE, QuickFilter.SUSPENDED):
            for sort in (CustomerSort.NAME, CustomerSort.CREDIT, CustomerSort.OVERDUE):
                ways[f"{quick.value} by {sort.value}"] = partial(page, sort=sort, quick=quick)
        took = self._in_turns(ways)
        base = took[CustomerSort.CODE.value]
        return {"code_ms": _ms(base), "ratio": {name: round(each / base, 1) for name, each in took.items()}}

    def counts(self) -> dict[str, Any]:
        """All quick counts, the lists of who is above a limit or nearly, and the pages of managers, in milliseconds."""
        question = LimitQuestion(provider_id=self._provider_id, currency="EUR")
        took = self._in_turns({
            "quick counts": lambda: quick_counts(self._database, JobContext(), provider_id=self._provider_id,
                                                 as_of=TODAY, filter_text=""),
            "above": partial(self.ask, limit_page, question=question, part=LimitPart.OVER),
            "nearly": partial(self.ask, limit_page, question=question, part=LimitPart.NEAR),
            "cockpit": partial(self.ask, credit_cockpit, question=question),
            "close of day": partial(self.ask, close_of_day, provider_id=self._provider_id),
        })
        return {name: _ms(each) for name, each in took.items()}

    def words(self) -> dict[str, Any]:
        """Words of three letters or more: median and 95 of 100, in milliseconds."""
        chance = random.Random(1)
        numbers = [chance.randrange(self._accounts) + 1 for _ in range(60)]
        typed = [each for number in numbers for each in (
            f"{number}", f"{number}"[-3:].zfill(3), f"omer {number}", f"mer {number}"[:6])]
        typed += ["customer", "cust", "roadband", "nothing at all", "zzz", f"i{numbers[0]}-2"]
        page = partial(self.ask, customer_page, provider_id=self._provider_id, as_of=TODAY)
        ways: dict[str, Callable[[str], object]] = {
            "list": lambda word: page(sort=CustomerSort.CODE, filter_text=f'"{word}"'),
            "list by balance": lambda word: page(sort=CustomerSort.BALANCE, descending=True,
                                                 filter_text=f'"{word}"'),
            "jump anywhere": lambda word: self.ask(find_accounts, text=word, anywhere=True),
            "jump": lambda word: self.ask(find_accounts, text=word),
        }
        found = {}
        for name, way in ways.items():
            way("warm")
            took = sorted((_seconds(partial(way, word)), word) for word in typed)
            found[name] = {"median": _ms(took[len(took) // 2][0]), "p95": _ms(took[int(len(took) * 0.95)][0]),
                           "slowest": [(word, _ms(each)) for each, word in took[-3:]]}
        return found

    def previews(self) -> dict[str, Any]:
        """What other defaults would do, against bare statements that count the same: for each attribute that changes
        who would have which value, and where it is the limit, who owes more than the one and the other.
        """
        preview = partial(self.ask, impact_of_values, tier=Tier.PROVIDER, owner_id=self._provider_id)
        found: dict[str, Any] = {}
        for name, values in (("terms", {"trading_due_days": 21}), ("limit", {"credit_limit": 4_000})):
            keys = [each.key for each in self.ask(
                impact_of_values, tier=Tier.PROVIDER, owner_id=self._provider_id, values=values).attributes]
            took = self._in_turns({"preview": partial(preview, values=values), "bare": partial(self._bare, keys=keys)})
            found[name] = {"ratio": round(took["preview"] / took["bare"], 1), "ms": _ms(took["preview"]),
                           "bare_ms": _ms(took["bare"]), "attributes": len(keys)}
        return found

    def _bare(self, keys: list[str]) -> None:
        joins = ("FROM account a LEFT JOIN account_attributes aa ON aa.owner_id = a.id "
                 "LEFT JOIN profile_attributes pa ON pa.owner_id = a.profile_id "
                 "LEFT JOIN provider_effective pe ON pe.provider_id = a.provider_id ")
        with self._database.read() as session:
            for key in keys:
                value = f"COALESCE(aa.{key}, pa.{key}, pe.{key})"
                session.execute(text(f"SELECT {value}, COUNT(*) {joins}WHERE a.provider_id = :p GROUP BY 1"),
                                {"p": self._provider_id}).all()
                if key == "credit_limit":
                    session.execute(text(
                        f"SELECT COUNT(CASE WHEN f.balance_minor > {value} THEN 1 END), "
                        f"COUNT(CASE WHEN f.balance_minor > 4000 THEN 1 END) {joins}"
                        "JOIN account_figures f ON f.account_id = a.id WHERE a.provider_id = :p"),
                        {"p": self._provider_id}).all()

    def imported(self) -> dict[str, Any]:
        """Making accounts with their figures, against making them without, rolled back each time."""

        def make(session: Session, *, number: int) -> None:
            create_accounts(session, provider_id=self._provider_id, accounts=[
                NewAccount(code=f"N{number}-{each}", name=f"New {each}", start_date=date(2025, 7, 1))
                for each in range(_IMPORTED)])

        took: dict[str, list[float]] = {"with": [], "without": []}
        for round_ in range(2 * self._rounds):
            way = "with" if round_ % 2 else "without"
            with _left_out(is_left_out=way == "without"), _undone(self._database) as session:
                took[way].append(_seconds(partial(make, session, number=round_)))
        kept, bare = (statistics.median(each[1:]) for each in took.values())
        return {"ratio": round(kept / bare, 2), "ms": _ms(kept), "without_ms": _ms(bare)}


@contextmanager
def _undone(database: Database) -> Iterator[Session]:
    with database.write() as session:
        point = session.begin_nested()
        yield session
        point.rollback()


@contextmanager
def _left_out(*, is_left_out: bool) -> Iterator[None]:
    from app.services.hierarchy import accounts

    kept = accounts.begin_figures
    if is_left_out:
        accounts.begin_figures = lambda *_args, **_named: None  # type: ignore[assignment]
    try:
        yield
    finally:
        accounts.begin_figures = kept


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _lower_limits(database: Database, provider_id: int) -> None:
    with database.write() as session:
        profile = session.execute(
            text("SELECT default_profile_id FROM provider WHERE account_id = :p"), {"p": provider_id}).scalar_one()
        set_attribute(session, tier=Tier.PROFILE, owner_id=profile, key="credit_limit", value=_LIMIT,
                      seen={"credit_limit": 50_000})


def _measure(url: str, accounts: int, rounds: int) -> dict[str, Any]:
    upgrade(url, seed=create_operator, clock=FixedClock(NOW), actor="bench")
    database = Database(parse_url(url), clock=FixedClock(NOW), actor="bench")
    try:
        provider_id = make_book(database, accounts)
        _lower_limits(database, provider_id)
        refresh_statistics(database)
        figures = _seconds(lambda: turn_figures(database, JobContext(), provider_id=provider_id))
        words = _seconds(lambda: build_word_indexes(database, JobContext()))
        refresh_statistics(database)
        book = _Measured(database, provider_id, accounts, rounds)
        parts = {"pages": book.pages, "counts": book.counts, "words": book.words, "previews": book.previews,
                 "import": book.imported}
        found: dict[str, Any] = {"figures_reckoned_s": round(figures, 1), "words_built_s": round(words, 1)}
        for name, part in parts.items():
            found[name] = part()
            print(json.dumps({name: found[name]}), file=sys.stderr)
        return found | {"load": round(psutil.getloadavg()[0], 1)}
    finally:
        database.close()


def run(
    accounts: int = 100_000, rounds: int = 5, backends: tuple[str, ...] = ("sqlite", "postgresql"),
) -> dict[str, Any]:
    """All figures of each database, with the goals."""
    result: dict[str, Any] = {"accounts": accounts, "rounds": rounds, "goals": GOALS}
    for backend in backends:
        server = start_postgres(_SERVER) if backend == "postgresql" else None
        try:
            with tempfile.TemporaryDirectory() as folder:
                url = f"sqlite:///{Path(folder) / 'lists.db'}" if server is None else server.create_database("lists")
                result[backend] = _measure(url, accounts, rounds)
        finally:
            if server is not None:
                server.stop()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Lists, search and previews of a large book")
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--backend", choices=("sqlite", "postgresql"), action="append")
    given = parser.parse_args()
    backends = tuple(given.backend or ("sqlite", "postgresql"))
    print(json.dumps(run(given.accounts, given.rounds, backends), indent=1))


if __name__ == "__main__":
    main()
