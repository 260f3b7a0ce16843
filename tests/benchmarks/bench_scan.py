"""A committed scan, and the effective attributes of a book, against bare SQL that does the same.

Each round scans a fresh copy of one book with the program and another with the bare statements, in turns, so that
both meet the same neighbours on the machine; the ratio is that of the medians (1 is as fast as the bare statements,
0.8 takes a quarter longer). What both wrote is compared first. On SQLite a copy is a file, on PostgreSQL a database.

    python -m tests.benchmarks.bench_scan [--accounts N] [--one-in N] [--rounds N] [--backend sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import column, select, text

from app.models.attributes.attribute import account_attributes, origin_column, profile_attributes, provider_effective
from app.models.attributes.catalogue import INHERITED, AttributeDefinition
from app.models.base import Base
from app.models.parties.account import Account
from app.models.parties.service import Service
from app.models.values import AccountType, Tier
from app.services.attributes.columns import effective_columns
from app.services.clock import FixedClock
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.database.upgrade import upgrade
from app.services.hierarchy.finding import find_provider
from app.services.hierarchy.operator import create_operator
from app.services.jobs import JobContext
from app.services.scans.scan import run_scan
from tests.benchmarks.bare_scan import bare_scan
from tests.benchmarks.scan_book import NOW, ONE_IN, make_book
from tests.support.pgtemp import TEST_SETTINGS, TempPostgres, start_postgres

GOALS = {"sqlite": 0.8, "postgresql": 0.75}
_WRITTEN = ("hold", "service_restriction", "outbox_message", "audit_entry", "account_status_change", "scan_result")
_LEFT_OUT = {"id", "run_id", "scan_run_id", "recorded_at", "hold_id", "message_key", "actor", "placed_by"}
_SERVER = {**TEST_SETTINGS, "shared_buffers": "512MB", "work_mem": "32MB", "max_wal_size": "4GB"}


class _Copies:
    """Copies of one filled database, each used once."""

    def __init__(self, folder: Path, server: TempPostgres | None) -> None:
        self._folder, self._server = folder, server
        self._count = 0
        self._template = f"sqlite:///{folder / 'template.db'}" if server is None else server.create_database("template")

    def make(self, accounts: int, one_in: int = ONE_IN) -> int:
        upgrade(self._template, seed=create_operator, clock=FixedClock(NOW), actor="bench")
        database = self._open(self._template)
        provider_id = make_book(database, accounts, one_in)
        database.close()
        if self._server is not None:  # as the server would by and by
            with self._server.connect("template") as connection:
                connection.execute("VACUUM ANALYZE")
        return provider_id

    @contextmanager
    def template(self) -> Iterator[Database]:
        """What copies are made of, to be filled further."""
        database = self._open(self._template)
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def copy(self) -> Iterator[Database]:
        self._count += 1
        name = f"copy{self._count}"
        path = self._folder / f"{name}.db"
        if self._server is None:
            shutil.copyfile(self._folder / "template.db", path)
            url = f"sqlite:///{path}"
        else:
            url = self._server.create_database(name, template="template")
        database = self._open(url)
        _warm(database)
        try:
            yield database
        finally:
            database.close()
            if self._server is None:
                path.unlink()
            else:
                self._server.drop_database(name)

    @staticmethod
    def _open(url: str) -> Database:
        return Database(parse_url(url), clock=FixedClock(NOW), actor="bench")


def _warm(database: Database) -> None:
    """Scan a provider with one customer and read the book once.

    So neither side pays for the copy's cold pages, and what is measured is a scan of a program that has been at work
    before: preparing its statements the first time takes the same tenth of a second for any book.
    """
    with database.read() as session:
        small = find_provider(session, "SMALL").id
    _program(database, small)
    with database.read() as session:
        for table in ("account", "financial_transaction", "allocation", "service", "account_attributes"):
            session.execute(text(f"SELECT COUNT(*), MAX(recorded_at) FROM {table}" if table in {
                "account", "financial_transaction", "allocation"} else f"SELECT COUNT(*) FROM {table}"))


def _program(database: Database, provider_id: int) -> None:
    run_scan(database, JobContext(), provider_id=provider_id)


def _bare(database: Database, provider_id: int) -> None:
    with database.engine.connect().execution_options(write=True) as connection, connection.begin():
        bare_scan(connection, provider_id)


def _written(database: Database, provider_id: int) -> dict[str, Any]:
    """What a scan wrote, without instants, numbers of rows and who did it."""
    found: dict[str, Any] = {}
    with database.read() as session:
        for name in _WRITTEN:
            table = Base.metadata.tables[name]
            columns = [c for c in table.c if c.name not in _LEFT_OUT]
            rows = session.execute(select(*columns).where(table.c.provider_id == provider_id))
            found[name] = sorted(map(repr, rows))
        for entity, column, value in ((Service, Service.state, "restricted"), (Account, Account.status, "suspended")):
            found[value] = session.scalars(
                select(entity.id).where(entity.provider_id == provider_id, column == value).order_by(entity.id)).all()
    return found


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _compare(copies: _Copies, provider_id: int, rounds: int) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {"program": [], "bare": []}
    works = {"program": _program, "bare": _bare}
    written: dict[str, Any] = {}
    for round_ in range(rounds + 1):
        for name in ("program", "bare") if round_ % 2 else ("bare", "program"):
            with copies.copy() as database:
                took = _seconds(lambda work=works[name], db=database: work(db, provider_id))
                if round_ == 0:  # also the round that compiles and imports
                    written[name] = _written(database, provider_id)
                else:
                    seconds[name].append(took)
    if written["program"] != written["bare"]:
        wrong = [key for key in written["bare"] if written["program"][key] != written["bare"][key]]
        raise RuntimeError(f"program and bare statements wrote different rows: {wrong}")
    return _ratio(seconds) | {"suspended": len(written["bare"]["suspended"])}


def _ratio(seconds: dict[str, list[float]]) -> dict[str, Any]:
    """The ratio of the medians, and the lowest and highest ratio of one round, whose two halves are neighbours."""
    program, bare = statistics.median(seconds["program"]), statistics.median(seconds["bare"])
    rounds = [b / p for p, b in zip(seconds["program"], seconds["bare"], strict=True)]
    return {"ratio": round(bare / program, 2), "lowest": round(min(rounds), 2), "highest": round(max(rounds), 2),
            "program_s": round(program, 3), "bare_s": round(bare, 3), "load": round(psutil.getloadavg()[0], 1)}


# ---- effective attributes


def _program_attributes() -> Any:
    account: Any = Account.__table__
    columns = effective_columns([d.key for d in INHERITED])
    return select(account.c.id, *columns.values.values()).select_from(columns.joined).where(
        account.c.type == AccountType.END_USER.value)


def _bare_attributes() -> Any:
    """One expression for each attribute, as one would write it by hand: the same values, members of bundles and limits
    by rating included, without the question where a value comes from.
    """
    wanted = [f"{_bare_value(d)} AS {d.key}" for d in INHERITED]
    columns = [column(d.key, next(table.c[d.key].type for tier, table, _ in _PLACES if d.allowed_on(tier)))
               for d in INHERITED]
    ratings = " ".join(
        f"LEFT JOIN credit_rating {alias}r ON {alias}r.provider_id = a.provider_id AND {alias}r.code = "
        f"{alias}.credit_rating" for alias in ("aa", "pa"))
    return text(
        f"SELECT a.id AS id, {', '.join(wanted)} FROM account a LEFT JOIN account_attributes aa ON aa.owner_id = a.id "
        "LEFT JOIN profile_attributes pa ON pa.owner_id = a.profile_id "
        f"LEFT JOIN provider_effective pe ON pe.provider_id = a.provider_id {ratings} WHERE a.type = 'end_user'"
    ).columns(column("id", Account.id.type), *columns)


_PLACES = ((Tier.ACCOUNT, account_attributes, "aa"), (Tier.PROFILE, profile_attributes, "pa"),
           (Tier.PROVIDER, provider_effective, "pe"))


def _bare_value(d: AttributeDefinition) -> str:
    default = "NULL" if d.default is None else repr(d.default)
    aliases = [alias for tier, _, alias in _PLACES if d.allowed_on(tier)]
    if d.key == "credit_limit":
        return "COALESCE(aa.credit_limit, aar.limit_minor, pa.credit_limit, par.limit_minor, pe.credit_limit)"
    if not d.is_bundle_member:
        return f"COALESCE({', '.join(f'{alias}.{d.key}' for alias in aliases)}, {default})"
    leads = "".join(
        f" WHEN {alias}.{origin_column(d) if alias == 'pe' else d.bundle} IS NOT NULL "
        f"THEN COALESCE({alias}.{d.key}, {default})" for alias in aliases)
    return f"CASE{leads} ELSE {default} END"


def _compare_attributes(copies: _Copies, rounds: int) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {"program": [], "bare": []}

    def read(statement: Any) -> int:
        with database.read() as session:
            return sum(1 for _ in session.execute(statement))

    with copies.copy() as database:
        _refuse_different(database)
        works = {"program": lambda: read(_program_attributes()), "bare": lambda: read(_bare_attributes())}
        for round_ in range(rounds + 1):
            for name in ("program", "bare") if round_ % 2 else ("bare", "program"):
                took = _seconds(works[name])
                if round_:
                    seconds[name].append(took)
    return _ratio(seconds) | {"attributes": len(INHERITED)}


def _refuse_different(database: Database) -> None:
    with database.read() as session:
        ours, bare = (set(map(tuple, session.execute(statement)))
                      for statement in (_program_attributes(), _bare_attributes()))
    if ours != bare:
        raise RuntimeError("program and bare statement read different attributes")


def run(
    accounts: int = 100_000, rounds: int = 5, backends: tuple[str, ...] = ("sqlite", "postgresql"),
    one_in: int = ONE_IN,
) -> dict[str, Any]:
    """Ratios for each database, with the goals."""
    result: dict[str, Any] = {"accounts": accounts, "one_in": one_in, "rounds": rounds, "goals": GOALS}
    for backend in backends:
        server = start_postgres(_SERVER) if backend == "postgresql" else None
        try:
            with tempfile.TemporaryDirectory() as folder:
                copies = _Copies(Path(folder), server)
                provider_id = copies.make(accounts, one_in)
                result[backend] = {"scan": _compare(copies, provider_id, rounds),
                                   "attributes": _compare_attributes(copies, rounds)}
        finally:
            if server is not None:
                server.stop()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Scan and attributes against bare SQL")
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--backend", choices=sorted(GOALS), action="append")
    parser.add_argument("--one-in", type=int, default=ONE_IN, help="one account in so many is to be suspended")
    given = parser.parse_args()
    backends = tuple(given.backend or ("sqlite", "postgresql"))
    print(json.dumps(run(given.accounts, given.rounds, backends, given.one_in), indent=1))


if __name__ == "__main__":
    main()
