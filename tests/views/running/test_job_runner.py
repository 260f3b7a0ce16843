"""Jobs in threads: lanes, results on the window's thread, progress, stopping, shutting down."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest
from PySide6.QtCore import QObject, QThread, Signal
from shiboken6 import delete

from app.services.changes import Changed, ChangeSet
from app.services.jobs import JobContext, Progress
from app.views.running.change_bus import ChangeBus
from app.views.running.handle import JobCard, JobState
from app.views.running.question import Question
from app.views.running.runner import PROGRESS_INTERVAL_MS, JobRunner
from tests.support.immediate_runner import ImmediateRunner

HOLDS = ChangeSet.of(Changed.HOLDS, accounts={7})


class Listener(QObject):
    """Takes what arrives, with the thread it arrived in."""

    arrived = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.results: list[object] = []
        self.errors: list[BaseException] = []
        self.threads: list[QThread] = []
        self.progress: list[Progress] = []
        self.stopped = 0

    def take(self, result: object) -> None:
        self.results.append(result)
        self.threads.append(QThread.currentThread())
        self.arrived.emit()

    def take_error(self, error: BaseException) -> None:
        self.errors.append(error)
        self.threads.append(QThread.currentThread())
        self.arrived.emit()

    def take_progress(self, progress: Progress) -> None:
        self.progress.append(progress)

    def take_stop(self) -> None:
        self.stopped += 1
        self.arrived.emit()


@pytest.fixture
def bus(qapp) -> ChangeBus:
    return ChangeBus()


@pytest.fixture
def runner(bus: ChangeBus):
    made = JobRunner("books", bus)
    yield made
    assert made.shutdown(10)


def echo(database: str, context: JobContext, *, word: str = "") -> str:
    return f"{database} {word}".strip()


def test_a_result_arrives_on_the_windows_thread(runner: JobRunner, qtbot) -> None:
    listener = Listener()
    worker_threads: list[str] = []

    def job(database: str, context: JobContext) -> str:
        worker_threads.append(threading.current_thread().name)
        return echo(database, context, word="open")

    with qtbot.waitSignal(listener.arrived):
        handle = runner.read(job, succeeded=listener.take)
        assert handle.state is JobState.QUEUED
    assert listener.results == ["books open"]
    assert listener.threads == [listener.thread()]
    assert worker_threads[0].startswith("read")
    assert handle.state is JobState.SUCCEEDED
    assert runner.active == 0


def test_an_error_arrives_where_asked_and_else_at_the_shell(runner: JobRunner, qtbot) -> None:
    def job(database: str, context: JobContext) -> None:
        raise RuntimeError("no such table")

    listener = Listener()
    unhandled: list[BaseException] = []
    runner.unhandled.connect(lambda _handle, error: unhandled.append(error))
    with qtbot.waitSignal(listener.arrived):
        runner.read(job, failed=listener.take_error)
    assert str(listener.errors[0]) == "no such table"
    assert unhandled == []
    with qtbot.waitSignal(runner.unhandled):
        runner.read(job)
    assert [str(error) for error in unhandled] == ["no such table"]


def test_one_writer_at_a_time_in_the_order_asked(runner: JobRunner, qtbot) -> None:
    inside: list[int] = []
    most: list[int] = []
    order: list[int] = []

    def job(database: str, context: JobContext, *, number: int) -> None:
        inside.append(number)
        most.append(len(inside))
        time.sleep(0.005)
        order.append(number)
        inside.remove(number)

    listener = Listener()
    for number in range(8):
        runner.write(partial(job, number=number), succeeded=listener.take)
    qtbot.waitUntil(lambda: len(listener.results) == 8)
    assert max(most) == 1
    assert order == list(range(8))


def test_readers_work_beside_each_other_and_beside_long_work(runner: JobRunner, qtbot) -> None:
    together = threading.Barrier(4, timeout=5)

    def meet(database: str, context: JobContext) -> int:
        return together.wait()

    listener = Listener()
    for _ in range(3):
        runner.read(meet, succeeded=listener.take)
    runner.long(meet, card=JobCard(title="Scan"), succeeded=listener.take)
    qtbot.waitUntil(lambda: len(listener.results) == 4)


def test_a_save_does_not_wait_for_a_long_job(runner: JobRunner, qtbot) -> None:
    go_on = threading.Event()
    listener = Listener()

    def scan(database: str, context: JobContext) -> str:
        assert go_on.wait(5)
        return "scanned"

    runner.long(scan, card=JobCard(title="Scan"), succeeded=listener.take)
    with qtbot.waitSignal(listener.arrived):
        runner.write(partial(echo, word="saved"), succeeded=listener.take)
    assert listener.results == ["books saved"]
    go_on.set()
    qtbot.waitUntil(lambda: len(listener.results) == 2)


def test_progress_is_thinned_and_the_last_word_is_kept(runner: JobRunner, qtbot) -> None:
    def job(database: str, context: JobContext) -> str:
        ends = time.monotonic() + 0.7
        done = 0
        while time.monotonic() < ends:
            done += 1
            context.report(Progress(done=done, total=0, note="counting"))
            time.sleep(0.001)
        context.report(Progress(done=812, total=812, note="all"))
        return "done"

    listener = Listener()
    with qtbot.waitSignal(listener.arrived, timeout=5000):
        runner.read(job, succeeded=listener.take, progressed=listener.take_progress)
    assert listener.progress[-1] == Progress(done=812, total=812, note="all")
    assert 1 <= len(listener.progress) <= 0.7 * 1000 / PROGRESS_INTERVAL_MS + 2


def test_a_job_is_stopped_at_its_next_safe_point(runner: JobRunner, qtbot) -> None:
    def job(database: str, context: JobContext) -> None:
        while True:
            context.raise_if_cancelled()
            time.sleep(0.001)

    listener = Listener()
    handle = runner.read(job, cancelled=listener.take_stop)
    qtbot.waitUntil(lambda: handle.state is JobState.RUNNING)
    with qtbot.waitSignal(listener.arrived):
        handle.cancel()
        assert handle.is_stopping
    assert handle.state is JobState.CANCELLED
    assert not handle.is_stopping


def test_a_queued_job_that_was_cancelled_never_runs(runner: JobRunner, qtbot) -> None:
    go_on = threading.Event()
    ran: list[str] = []
    listener = Listener()
    runner.write(lambda _d, _c: go_on.wait(5))
    second = runner.write(lambda _d, _c: ran.append("second"), cancelled=listener.take_stop)
    second.cancel()
    with qtbot.waitSignal(listener.arrived):
        go_on.set()
    assert ran == []


def test_what_a_write_changed_is_published_with_its_initiator(runner: JobRunner, bus: ChangeBus, qtbot) -> None:
    class Saved:
        changes = HOLDS

    me = object()
    published: list[tuple[ChangeSet, object]] = []
    bus.published.connect(lambda changes, initiator: published.append((changes, initiator)))
    with qtbot.waitSignal(bus.published):
        runner.write(lambda _d, _c: HOLDS, initiator=me)
    with qtbot.waitSignal(bus.published):
        runner.write(lambda _d, _c: Saved())
    assert published == [(HOLDS, me), (HOLDS, None)]
    listener = Listener()
    with qtbot.waitSignal(listener.arrived):
        runner.write(lambda _d, _c: ChangeSet.empty(), succeeded=listener.take)
    assert len(published) == 2


def test_stopped_long_work_still_says_what_it_may_have_changed(runner: JobRunner, bus: ChangeBus, qtbot) -> None:
    def scan(database: str, context: JobContext) -> None:
        while True:
            context.raise_if_cancelled()
            time.sleep(0.001)

    with qtbot.waitSignal(bus.published) as published:
        runner.long(scan, card=JobCard(title="Scan"), touches=HOLDS).cancel()
    assert published.args == [HOLDS, None]


def test_shutting_down_stops_what_runs_and_takes_nothing_more(bus: ChangeBus, qtbot) -> None:
    runner = JobRunner("books", bus)
    listener = Listener()

    def job(database: str, context: JobContext) -> None:
        while True:
            context.raise_if_cancelled()
            time.sleep(0.001)

    runner.read(job, cancelled=listener.take_stop)
    assert runner.shutdown(5)
    runner.read(partial(echo, word="late"), succeeded=listener.take, cancelled=listener.take_stop)
    qtbot.waitUntil(lambda: listener.stopped == 2)
    assert listener.results == []


def test_a_job_that_will_not_stop_is_left_after_the_limit(bus: ChangeBus, qtbot, expect_log) -> None:
    runner = JobRunner("books", bus)
    go_on = threading.Event()
    handle = runner.read(lambda _d, _c: go_on.wait(5))
    with qtbot.waitSignal(handle.started):
        pass
    expect_log("did not stop within")
    try:
        assert not runner.shutdown(0.05)
    finally:
        go_on.set()
        assert runner.wait(5)


def test_jobs_with_a_card_are_announced(runner: JobRunner, qtbot) -> None:
    with qtbot.waitSignal(runner.job_added) as added:
        handle = runner.read(echo, card=JobCard(title="Export customers"))
    assert added.args == [handle]
    qtbot.waitUntil(lambda: handle.is_over)
    assert handle.left_s() is None


# --- questions ---


def test_only_the_newest_answer_counts(runner: JobRunner, qtbot) -> None:
    go_on = threading.Event()
    listener = Listener()
    question = Question(runner, listener)
    question.answered.connect(listener.take)

    def slow(database: str, context: JobContext) -> str:
        assert go_on.wait(5)
        return "old"

    question.ask(slow)
    assert question.is_busy
    with qtbot.waitSignal(listener.arrived):
        question.ask(partial(echo, word="new"))
    go_on.set()
    qtbot.waitUntil(lambda: runner.active == 0)
    assert listener.results == ["books new"]
    assert not question.is_busy
    assert question.generation == 2


def test_a_dropped_question_stays_unanswered(bus: ChangeBus) -> None:
    runner = ImmediateRunner("books", bus)
    owner = Listener()
    question = Question(runner, owner)
    question.answered.connect(owner.take)
    busy: list[bool] = []
    question.busy_changed.connect(busy.append)
    runner.hold()
    question.ask(echo)
    question.drop()
    runner.release()
    assert owner.results == []
    assert busy == [True, False]


def test_a_question_may_be_asked_anew_by_its_own_answer(bus: ChangeBus) -> None:
    runner = ImmediateRunner("books", bus)
    owner = Listener()
    question = Question(runner, owner)

    def again(result: str) -> None:
        owner.results.append(result)
        if len(owner.results) < 3:
            question.ask(partial(echo, word=str(len(owner.results))))

    question.answered.connect(again)
    question.ask(echo)
    assert owner.results == ["books", "books 1", "books 2"]
    assert not question.is_busy


# --- the runner of the tests ---


def test_the_immediate_runner_behaves_alike(bus: ChangeBus) -> None:
    runner = ImmediateRunner("books", bus)
    listener = Listener()
    published: list[ChangeSet] = []
    bus.published.connect(lambda changes, _initiator: published.append(changes))

    def job(database: str, context: JobContext) -> ChangeSet:
        context.report(Progress(done=1, total=2))
        context.report(Progress(done=2, total=2))
        return HOLDS

    runner.write(job, succeeded=listener.take, progressed=listener.take_progress)
    assert listener.results == [HOLDS]
    assert listener.progress == [Progress(done=1, total=2), Progress(done=2, total=2)]
    assert published == [HOLDS]
    runner.hold()
    handle = runner.read(echo, succeeded=listener.take, cancelled=listener.take_stop)
    assert handle.state is JobState.QUEUED
    handle.cancel()
    assert runner.release() == 1
    assert listener.stopped == 1
    runner.shutdown()
    assert runner.read(echo).state is JobState.CANCELLED


def test_what_nothing_should_wait_behind_comes_after_the_queries(bus: ChangeBus) -> None:
    runner = ImmediateRunner("books", bus)
    seen: list[str] = []
    runner.when_read(runner, lambda: seen.append("at once"))
    assert seen == ["at once"]
    runner.hold()
    runner.read(echo, succeeded=lambda _: runner.read(echo, succeeded=lambda _: seen.append("second query")))
    runner.long(echo, card=JobCard(title="Scan"))
    closed, there = QObject(), QObject()
    runner.when_read(closed, lambda: seen.append("of a panel that was closed"))
    runner.when_read(there, lambda: seen.append("postponed"))
    delete(closed)
    runner.release(1)
    assert seen == ["at once"], "an answer may ask for more"
    runner.waiting.rotate(-1)
    runner.release(1)
    assert seen == ["at once", "second query", "postponed"], "the scan goes on meanwhile"
    runner.release()
