"""The two files of real input, where they are there, and the small files of the same shape that are always there.

A test that only looks takes a book that was imported once for its module, on each database and from each file.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.services.clock import FixedClock
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.imports.run import import_file
from app.services.jobs import JobContext

_HERE = Path(__file__).parent
_NAMES = {"receivable": ("receivables.csv", "accounts_receivable.csv"), "telco": ("telco.csv", "telco_customers.csv")}
_BOTH = ["twin", pytest.param("real", marks=pytest.mark.real_input)]
_BOOKS = [pytest.param((backend, which), marks=[pytest.mark.real_input] if which == "real" else [],
                       id=f"{backend}-{which}")
          for backend in ("sqlite", "postgresql") for which in ("twin", "real")]


@dataclass(frozen=True, slots=True)
class Book:
    """A database and the file it was filled from."""

    database: Database
    path: Path
    is_real: bool


def _file(shape: str, which: str) -> Path:
    """Our small file of a shape, or the real one; the test skips, saying so, where that is missing."""
    twin, real = _NAMES[shape]
    if which == "twin":
        return _HERE / "twin" / twin
    folder = Path(os.environ.get("BURSAR_REAL_DATA") or _HERE.parents[2] / "shared" / "data")
    if not (folder / real).is_file():
        pytest.skip(f"no {real} in {folder}; set BURSAR_REAL_DATA to the folder that holds it")
    return folder / real


@contextmanager
def _database(request: pytest.FixtureRequest, backend: str, folder: Path) -> Iterator[Database]:
    """A database of this version that lives as long as a module's tests."""
    clock = FixedClock(datetime(2026, 3, 16, 9, 30, tzinfo=UTC))
    if backend == "sqlite":
        path = folder / f"{uuid.uuid4().hex}.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        database = Database(parse_url(str(path)), clock=clock, actor="test")
        yield database
        database.close()
        return
    server, name = request.getfixturevalue("pg_server"), f"book_{uuid.uuid4().hex[:12]}"
    url = server.create_database(name, template=request.getfixturevalue("pg_template"))
    database = Database(parse_url(url), clock=clock, actor="test")
    yield database
    database.close()
    server.drop_database(name)


@contextmanager
def _book(request: pytest.FixtureRequest, factory: pytest.TempPathFactory, shape: str, *kinds: str) -> Iterator[Book]:
    backend, which = request.param
    path = _file(shape, which)
    with _database(request, backend, factory.mktemp("book")) as database:
        for kind in kinds:
            report = import_file(database, JobContext(), kind=kind, path=path, mapping=_HERE / f"{shape}_{kind}.toml",
                                 # type: ignore[arg-type]
                                 dry_run=False)
            assert report.added
            assert not report.errors
        yield Book(database, path, which == "real")


@pytest.fixture(scope="module", params=_BOOKS)
def receivables(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """Invoices, disputes and payments of customers in several countries."""
    with _book(request, tmp_path_factory, "receivable", "accounts", "invoices", "payments") as book:
        yield book


@pytest.fixture(scope="module", params=_BOOKS)
def telco(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """Customers of a telephone company with their services."""
    with _book(request, tmp_path_factory, "telco", "accounts", "services") as book:
        yield book


@pytest.fixture(params=_BOTH)
def receivables_file(request: pytest.FixtureRequest) -> Path:
    return _file("receivable", request.param)


@pytest.fixture(params=_BOTH)
def telco_file(request: pytest.FixtureRequest) -> Path:
    return _file("telco", request.param)


@pytest.fixture(scope="session")
def maps() -> Path:
    """The folder of the map files."""
    return _HERE
