"""The test bed: no display, no network, a quiet log, no thread left over, and both databases for whoever asks.

A test takes `database` (open, of this version, empty but for the operator) or `database_url` and runs once on SQLite
and once on PostgreSQL. `@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)` keeps it to one. Databases
are copies of a template that our own migrations built once.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

# Before anything imports Qt. QT_QPA_PLATFORM=xcb in the environment shows the windows all the same.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"
os.environ["QT_SCALE_FACTOR"] = "1"
os.environ["LC_ALL"] = "C.UTF-8"
# No test reads or writes the person's own files or settings; children inherit this.
_HOME = Path(tempfile.mkdtemp(prefix="bursar-test-home-"))
for _name in ("DATA", "CONFIG", "CACHE", "STATE"):
    os.environ[f"XDG_{_name}_HOME"] = str(_HOME / _name.lower())
os.environ["XDG_RUNTIME_DIR"] = str(_HOME)
for _name in [name for name in os.environ if name.startswith("BURSAR_") and name != "BURSAR_REAL_DATA"]:
    del os.environ[_name]

import asyncio  # noqa: E402
import gc  # noqa: E402
import ipaddress  # noqa: E402
import logging  # noqa: E402
import re  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
import uuid  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QStandardPaths  # noqa: E402

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.services.clock import FixedClock
    from app.services.database.unit_of_work import Database
    from tests.support.filled_books import FilledBooks
    from tests.support.pgtemp import TempPostgres

from tests.support.quick_hashes import quick_hasher  # noqa: E402
from tests.support.reused_databases import ReusedDatabases  # noqa: E402
from tests.support.shared_dialects import SharedDialects  # noqa: E402
from tests.support.warm_processes import warm_context  # noqa: E402

settings.register_profile(
    "ci", max_examples=15, deadline=None, derandomize=True, database=None,
    # says only that the machine is busy
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", parent=settings.get_profile("ci"), max_examples=1000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

TEST_NOW = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
"""The instant of the `clock` fixture: a Monday, inside office hours of every zone the tests use."""

_THREAD_GRACE_S = 2.0


def pytest_configure() -> None:
    """A suite started in the background of a script inherits an ignored Ctrl+C, and the programs it starts from it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


# ---- watching over every test ---------------------------------------------------------------------------------------


class OutsideNetworkError(RuntimeError):
    """A test tried to leave this machine."""


def _require_loopback(host: object) -> None:
    text = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if text == "localhost":
        return
    try:
        inside = ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise OutsideNetworkError(f"a test tried to reach {text}; tests stay on this machine")


@pytest.fixture(scope="session", autouse=True)
def _bed() -> Iterator[None]:
    """What holds for the whole run: Qt's own folders and language, sockets, the garbage collector."""
    QStandardPaths.setTestModeEnabled(True)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    # A collection in a worker thread would destroy Qt objects there and crash, so it runs in the main thread, after
    # each test. What is imported by now leaves the collector for good, which keeps those collections cheap.
    gc.collect()
    gc.freeze()
    gc.disable()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded_connect(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        patch.setattr("app.services.database.engine.create_engine", SharedDialects().create_engine)
        patch.setattr("app.services.printing.workers._CONTEXT", warm_context())
        # A hash is made to be dear: 0.2 s of processor time each. One test looks at what the program itself takes.
        patch.setattr("argon2.PasswordHasher", quick_hasher)
        yield
    gc.enable()


def _guarded_connect(original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple):  # anything else is a socket file
            _require_loopback(address[0])
        return original(self, address)

    return connect


def _guarded_lookup(original: Callable[..., Any]) -> Callable[..., Any]:
    def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
        _require_loopback(host)
        return original(host, *arguments, **named)

    return getaddrinfo


class Watch(logging.Handler):
    """Collects log records from WARNING up while a test runs, and the patterns the test expects among them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._records: list[logging.LogRecord] = []
        self._expected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)

    def expect(self, pattern: str) -> None:
        """Say that a warning matching this pattern belongs to the test."""
        self._expected.append(pattern)

    def complaints(self) -> list[str]:
        """Warnings nobody expected, and expectations nothing met."""
        lines = [f"{record.name}: {record.getMessage()}" for record in self._records]
        found = [f"unexpected log {line}" for line in lines if not any(re.search(p, line) for p in self._expected)]
        found += [f"no log matched {p!r}" for p in self._expected if not any(re.search(p, line) for line in lines)]
        return found


@pytest.fixture(autouse=True)
def _watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Fail the test that leaves a thread running or logs a warning it does not expect.

    One fixture does it all, because it is set up first and torn down last only as long as it stands alone.
    """
    before = set(threading.enumerate())
    watch = Watch()
    qt = "qapp" in request.fixturenames
    logging.getLogger().addHandler(watch)
    if not qt:
        # No Qt object is alive, so any thread may collect; a property test would fill the memory otherwise.
        gc.enable()
    yield watch
    gc.disable()
    _collect_garbage(qt=qt)
    left = _left_over_threads(before)
    logging.getLogger().removeHandler(watch)
    complaints = watch.complaints() + [f"thread left running: {thread.name}" for thread in left]
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def _collect_garbage(*, qt: bool) -> None:
    """Destroy here, in the main thread, what the test left in cycles; without Qt the young generations suffice.

    What is alive now, when every fixture of the test is gone, is there to stay: modules, caches, what a module or the
    whole run shares. It leaves the collector, or each collection would walk through all that was ever imported.
    """
    if qt:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect(2 if qt else 1)
    gc.freeze()


def _left_over_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    """Threads begun since `before` that do not end within a moment. Threads of Qt's own cannot be joined."""
    deadline = time.monotonic() + _THREAD_GRACE_S
    begun = [t for t in threading.enumerate() if t not in before and not isinstance(t, threading._DummyThread)]
    for thread in begun:
        thread.join(max(0.0, deadline - time.monotonic()))
    return [thread for thread in begun if thread.is_alive()]


@pytest.fixture
def expect_log(_watch: Watch) -> Callable[[str], None]:
    """Call it with a pattern before a warning that belongs to the test; the warning must then come."""
    return _watch.expect


# ---- time and event loop --------------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at TEST_NOW until the test sets its `moment`."""
    from app.services.clock import FixedClock

    return FixedClock(TEST_NOW)


@pytest.fixture
def qloop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """The window's event loop for one test: `qloop.run_until_complete(...)` drives Qt and asyncio together.

    Every error that reaches the loop, of a forgotten task for instance, fails the test.
    """
    import qasync

    errors: list[dict[str, Any]] = []
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qapp)) as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda _loop, context: errors.append(context))
        yield loop
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
    assert not errors, errors


# ---- databases ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def pg_server() -> Iterator[TempPostgres]:
    """One PostgreSQL server for the whole run, or for one worker of it."""
    from tests.support.pgtemp import PostgresMissingError, start_postgres

    try:
        server = start_postgres()
    except PostgresMissingError as error:
        if os.environ.get("CI") or os.environ.get("REQUIRE_PG"):
            pytest.fail(f"{error}; skipping would hide half the tests")
        pytest.skip(str(error))
    yield server
    server.stop()


def _build_template(url: str) -> None:
    from app.services.clock import FixedClock
    from app.services.database.upgrade import upgrade
    from app.services.hierarchy.operator import create_operator

    upgrade(url, seed=create_operator, clock=FixedClock(TEST_NOW), actor="test")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file of this version, to be copied."""
    path = tmp_path_factory.mktemp("template") / "bursar.db"
    _build_template(str(path))
    assert not path.with_name("bursar.db-wal").exists(), "the upgrade left its connection open"
    return path


@pytest.fixture(scope="session")
def pg_template(pg_server: TempPostgres) -> str:
    """The name of a database of this version, to be copied."""
    _build_template(pg_server.create_database("bursar_template"))
    return "bursar_template"


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database the other fixtures give."""
    return str(request.param)


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table; on SQLite the file does not exist yet."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("pg_server")
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield server.create_database(name)
    server.drop_database(name)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database of this version that holds the operator account and nothing else."""
    if backend == "sqlite":
        path = tmp_path / "bursar.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    databases = request.getfixturevalue("pg_databases")
    name = databases.take(new=request.node.get_closest_marker("new_database") is not None)
    yield databases.url(name)
    databases.give_back(name)


@pytest.fixture(scope="session")
def pg_databases(pg_server: TempPostgres, pg_template: str) -> Iterator[ReusedDatabases]:
    """Databases of this version, lent to one test after the other."""
    databases = ReusedDatabases(pg_server, pg_template)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def filled_books(tmp_path_factory: pytest.TempPathFactory) -> FilledBooks:
    """Books of tests, filled once: `filled_books.put(database, fill)`."""
    from tests.support.filled_books import FilledBooks

    return FilledBooks(tmp_path_factory.mktemp("filled"))


@pytest.fixture(scope="session")
def demo_of_sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo of sixty customers on the day of TEST_NOW, to be copied by whoever writes."""
    from app.services.demo.making import create_demo

    path = tmp_path_factory.mktemp("demo") / "demo.db"
    create_demo(str(path), accounts=60, until=TEST_NOW.date())
    return path


@pytest.fixture
def database(database_url: str, clock: FixedClock) -> Iterator[Database]:
    """A fresh open database on the `clock`; the actor is called "test"."""
    from app.services.database.engine import parse_url
    from app.services.database.unit_of_work import Database

    # not open_database: the template is known to be of this version, and looking costs as much as a small test
    opened = Database(parse_url(database_url), clock=clock, actor="test")
    yield opened
    left_open = opened.engine.pool.checkedout()  # type: ignore[attr-defined]
    opened.close()
    assert left_open == 0, f"{left_open} unit(s) of work were never ended"


