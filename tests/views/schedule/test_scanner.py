"""The background scanner: what is due is done and sent, told once, and not by who may not or rests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete
from sqlalchemy import select

from app.models.parties.account import Account
from app.models.suspension.scans import ScanRun
from app.models.values import AccountStatus
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.outbox.delivering import DeliveryReport
from app.views.desk.desk import Desk
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.schedule.feature import FEATURE, SCANNER
from app.views.schedule.scanner import RESTS, Scanner
from tests.conftest import TEST_NOW
from tests.support.desks import make_desk
from tests.support.filled_books import FilledBooks
from tests.support.immediate_runner import ImmediateRunner
from tests.support.small_book import TODAY, SmallBook, build


@dataclass
class Bench:
    database: Database
    book: SmallBook
    desk: Desk
    scanner: Scanner

    def round(self) -> None:
        """One round with all that leaves, as on the loop of a window."""
        async def run() -> None:
            self.scanner.begin_round()
            if self.scanner.delivering is not None:
                await self.scanner.delivering

        asyncio.run(run())

    def status(self, account_id: int) -> str:
        with self.database.read() as session:
            return str(session.scalar(select(Account.status).where(Account.id == account_id)))

    def told(self) -> list[str]:
        return [card.notice.title for card in self.desk.notices.shown]


@pytest.fixture
def backend() -> str:
    """The window is the same on both databases, so one is enough."""
    return "sqlite"


@pytest.fixture
def bench(database: Database, clock: FixedClock, filled_books: FilledBooks, qapp: QApplication, qtbot: QtBot) -> Bench:
    book = filled_books.put(database, build)
    clock.moment = TEST_NOW
    bus, window = ChangeBus(), QWidget()
    qtbot.addWidget(window)
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, today=lambda: TODAY, window=window,
                     date_in=lambda _zone: TODAY, features=(FEATURE,),
                     settings=QSettings("", QSettings.Format.IniFormat))
    return Bench(database, book, desk, desk.offers.get(SCANNER))


def test_what_is_due_is_done_and_told(bench: Bench) -> None:
    bench.round()
    assert bench.status(bench.book.held) == AccountStatus.ACTIVE, "restored, having paid"
    with bench.database.read() as session:
        assert session.scalars(select(ScanRun.origin).order_by(ScanRun.id.desc())).first() == "window"
    assert "Scheduled work done" in bench.told()
    before = len(bench.told())
    bench.round()
    assert len(bench.told()) == before, "nothing was due, so nothing is said"
    assert not bench.scanner.is_under_way


def test_a_window_can_rest(bench: Bench) -> None:
    bench.desk.settings.setValue(RESTS, True)
    assert bench.scanner.rests


def test_what_fails_is_told_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("the disk is full")

    monkeypatch.setattr("app.services.schedule.round.run_round", refuse)
    bench.round()
    bench.round()
    assert bench.told().count("Scheduled work could not be done") == 1


def test_a_window_that_is_gone_ends_its_sending(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    async def deliver(_database: Database, *, is_stopped: Callable[[], bool]) -> DeliveryReport:
        asked.append(is_stopped())
        delete(bench.scanner)  # as its window does when it goes
        asked.append(is_stopped())
        return DeliveryReport()

    monkeypatch.setattr("app.services.outbox.delivering.deliver_due", deliver)

    async def run() -> None:
        bench.scanner.begin_round()
        task = bench.scanner.delivering
        assert task is not None
        await task

    asyncio.run(run())
    assert asked == [False, True]
