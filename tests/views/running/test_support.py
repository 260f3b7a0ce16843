"""The change bus, coroutines behind signals, garbage collection and crash handling."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading

import pytest
from PySide6.QtCore import QObject, Signal, qWarning
from PySide6.QtWidgets import QDialog, QWidget

from app.services.changes import Changed, ChangeSet
from app.services.errors import ConnectionLost
from app.services.jobs import JobContext
from app.views.running.async_support import async_slot, run_dialog
from app.views.running.change_bus import ELSEWHERE, ChangeBus, RefreshWhenVisible
from app.views.running.gui_gc import GuiGarbageCollector
from app.views.running.question import Question
from app.views.start.crash import CrashHandling
from tests.support.immediate_runner import ImmediateRunner


def test_a_screen_reads_again_when_it_is_visible(qtbot) -> None:
    bus, screen, due = ChangeBus(), QWidget(), []
    qtbot.addWidget(screen)
    refresh = RefreshWhenVisible(bus, screen, {Changed.LEDGER})
    refresh.due.connect(lambda: due.append(1))
    bus.publish(ChangeSet.of(Changed.LEDGER), None)
    assert due == []
    assert refresh.is_stale
    screen.show()
    assert due == [1]
    bus.publish(ChangeSet.of(Changed.RULES), None)
    bus.publish(ChangeSet.empty(), None)
    bus.publish(ChangeSet.of(Changed.LEDGER), screen)
    assert due == [1]
    bus.publish(ChangeSet.of(Changed.DATABASE), None)
    assert due == [1, 1]


def test_a_screen_of_one_account_ignores_the_others(qtbot) -> None:
    bus, screen, due = ChangeBus(), QWidget(), []
    qtbot.addWidget(screen)
    screen.show()
    refresh = RefreshWhenVisible(bus, screen, {Changed.HOLDS})
    refresh.watch_accounts([3])
    refresh.due.connect(lambda: due.append(1))
    bus.publish(ChangeSet.of(Changed.HOLDS, accounts={4}), None)
    assert due == []
    bus.publish(ChangeSet.of(Changed.HOLDS, accounts={3, 4}), None)
    bus.publish(ChangeSet.of(Changed.HOLDS), None)
    assert due == [1, 1]


def test_a_screen_knows_whether_all_was_changed_elsewhere(qtbot) -> None:
    bus, screen, seen = ChangeBus(), QWidget(), []
    qtbot.addWidget(screen)
    refresh = RefreshWhenVisible(bus, screen, {Changed.HOLDS})
    refresh.due.connect(lambda: seen.append(refresh.is_elsewhere))
    bus.publish(ChangeSet.of(Changed.HOLDS), ELSEWHERE)
    bus.publish(ChangeSet.of(Changed.HOLDS), None)
    screen.show()
    bus.publish(ChangeSet.of(Changed.HOLDS), ELSEWHERE)
    refresh.mark_stale()
    assert seen == [False, True, False]


class Asker(QObject):
    clicked = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.log: list[str] = []
        self.clicked.connect(self.on_clicked)

    @async_slot
    async def on_clicked(self) -> None:
        self.log.append("start")
        await asyncio.sleep(0)
        self.log.append("end")


def test_a_coroutine_can_be_a_slot(qloop) -> None:
    async def story() -> list[str]:
        asker = Asker()
        asker.clicked.emit(True)
        await asyncio.sleep(0.01)
        return asker.log

    assert qloop.run_until_complete(story()) == ["start", "end"]


@pytest.fixture
def stays_open(qapp):
    """As the program does it: else closing the last dialog would end the loop under a running coroutine."""
    qapp.setQuitOnLastWindowClosed(False)
    yield
    qapp.setQuitOnLastWindowClosed(True)


def test_a_dialog_is_awaited_without_a_nested_loop(qloop, qtbot, stays_open) -> None:
    async def story() -> tuple[int, bool]:
        dialog = QDialog()
        qtbot.addWidget(dialog)
        waiting = asyncio.create_task(run_dialog(dialog))
        await asyncio.sleep(0.01)
        assert dialog.isVisible()
        dialog.accept()
        answer = await waiting
        again = asyncio.create_task(run_dialog(dialog))
        await asyncio.sleep(0.01)
        again.cancel()
        await asyncio.wait([again])
        return answer, dialog.isVisible()

    assert qloop.run_until_complete(story()) == (QDialog.DialogCode.Accepted, False)


def test_garbage_is_collected_on_the_windows_thread(qapp) -> None:
    collector = GuiGarbageCollector(qapp)
    try:
        assert not gc.isenabled()
        for _ in range(2000):
            cycle: list[object] = []
            cycle.append(cycle)
        before = gc.get_count()[0]
        collector.check()
        assert gc.get_count()[0] < before
    finally:
        collector.stop()
        gc.freeze()
        gc.disable()


@pytest.fixture
def crash(qapp, tmp_path):
    handling = CrashHandling(tmp_path / "logs" / "crash.log")
    handling.install()
    yield handling
    handling.uninstall()


def test_errors_of_slots_and_threads_are_logged_and_shown(crash: CrashHandling, qtbot, expect_log) -> None:
    caught: list[BaseException] = []
    crash.error_caught.connect(caught.append)
    error = RuntimeError("boom")
    expect_log("unhandled error")
    sys.excepthook(RuntimeError, error, None)
    worker = threading.Thread(target=lambda: 1 / 0)
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: len(caught) == 2)
    assert caught[0] is error
    assert isinstance(caught[1], ZeroDivisionError)


def test_what_qt_says_goes_to_the_log(crash: CrashHandling, expect_log) -> None:
    expect_log("qt: no such widget")
    qWarning("no such widget")


def test_what_no_database_answered_is_asked_once_more(qtbot) -> None:
    runner = ImmediateRunner(None, ChangeBus())
    answers: list[object] = []
    failures: list[BaseException] = []
    question = Question(runner, runner, answered=answers.append, failed=failures.append)
    gone = [True, True]

    def job(_database: object, _context: JobContext) -> str:
        if gone and gone.pop():
            raise ConnectionLost("No answer from the database.")
        return "here"

    question.ask(job)
    runner.answers_again.emit()
    assert (len(failures), answers) == (2, [])
    runner.answers_again.emit()
    runner.answers_again.emit()
    assert (len(failures), answers) == (2, ["here"])
    gone.append(True)
    question.ask(job)
    question.drop()
    runner.answers_again.emit()
    assert (len(failures), answers) == (3, ["here"])
