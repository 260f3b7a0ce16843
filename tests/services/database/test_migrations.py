"""Schema changes: from nothing, from an older version, at once, interrupted, and with tables rebuilt."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, select, text

from app.models.all_entities import metadata
from app.services.clock import FixedClock
from app.services.database import opening
from app.services.database import upgrade as upgrading
from app.services.database.engine import parse_url
from app.services.database.guards import GUARDS, guards_for
from app.services.database.opening import SchemaState, open_database, schema_state
from app.services.database.triggers import guard_differences, installed_guards
from app.services.database.unit_of_work import Database
from app.services.database.upgrade import upgrade
from app.services.errors import DatabaseProblem
from app.services.hierarchy.operator import create_operator
from app.services.invoicing.letterheads import freeze_letterheads
from app.services.upkeep.check import check_database

_NEXT = """
from alembic import op
import sqlalchemy as sa
from app.services.database.migrations.rebuild import rebuilt
revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None
def upgrade():
{body}
"""
_ONE_COLUMN = '    op.add_column("number_series", sa.Column("next_only", sa.Integer()))'


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This program one version on: call `write_next` with what its migration does. Before that, it is this one."""
    folder = tmp_path / "migrations"
    shutil.copytree(opening._MIGRATIONS, folder)
    monkeypatch.setattr(opening, "_MIGRATIONS", folder)
    return folder


def write_next(folder: Path, body: str) -> None:
    head = opening.revisions()[-1]
    (folder / "versions" / "9999_next.py").write_text(_NEXT.format(head=head, body=body), encoding="utf-8")


def opened(url: str) -> Database:
    return Database(parse_url(url))


def rows_of(url: str) -> dict[str, int]:
    """How many rows every table has that has any."""
    database = opened(url)
    with database.read() as session:
        counts = {t.name: session.scalar(text(f"SELECT COUNT(*) FROM {t.name}")) or 0 for t in metadata.sorted_tables}
    database.close()
    return {name: count for name, count in counts.items() if count}


def differences(connection: Connection) -> list[object]:
    return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)


def written_schema(connection: Connection) -> dict[str, str]:
    """Constraints and indexes as the database itself writes them; `compare_metadata` sees no checks."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger' "
            "AND name <> 'alembic_version'"))
        return {name: "|".join(sorted(re.sub(r'["\s]+', " ", part).strip(" ),(")
                                      for part in re.split(r",\s*\n|\(\s*\n", sql))) for name, sql in rows}
    found = connection.execute(text(
        "SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid <> 0 AND connamespace = 'public'::regnamespace UNION ALL "
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"))
    return {name: written for name, written in found if "alembic_version" not in name}


@pytest.fixture
def schema_of_entities(backend: str, empty_database_url: str) -> dict[str, str]:
    """What SQLAlchemy makes of the entities without any migration."""
    made = opened(empty_database_url)
    with made.write() as session:
        metadata.create_all(session.connection())
        schema = written_schema(session.connection())
    made.close()
    return schema


def test_an_upgrade_makes_what_the_entities_say(database: Database, schema_of_entities: dict[str, str]) -> None:
    with database.read() as session:
        connection = session.connection()
        assert differences(connection) == []
        assert written_schema(connection) == schema_of_entities
        assert guard_differences(connection) is None


def test_an_upgrade_creates_the_operator_and_nothing_else(empty_database_url: str) -> None:
    assert upgrade(empty_database_url, seed=create_operator) == [
        "The schema is up to date for Bursar 0.4.0.", 'The operator account "operator" was created.']
    assert rows_of(empty_database_url) == {"account": 1, "provider": 1, "account_profile": 1, "provider_effective": 1}
    database = open_database(empty_database_url)
    with database.read() as session:
        account, provider, profile = (metadata.tables[name] for name in ("account", "provider", "account_profile"))
        row = session.execute(select(account)).one()
        assert (row.code, row.type, row.parent_id, row.provider_id) == ("operator", "operator", None, row.id)
        assert session.execute(select(provider.c.account_id, provider.c.default_profile_id)).one() == (
            row.id, row.profile_id)
        assert session.execute(select(profile.c.id, profile.c.provider_id, profile.c.name)).one() == (
            row.profile_id, row.id, "Default Profile")
    database.close()


def test_repeating_an_upgrade_changes_nothing(database_url: str) -> None:
    before = rows_of(database_url)
    assert upgrade(database_url, seed=create_operator) == []
    assert rows_of(database_url) == before


def test_missing_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b c" / "bücher 100%.db"
    upgrade(str(path), seed=create_operator)
    open_database(str(path)).close()
    assert sorted(p.name for p in path.parent.iterdir()) == [path.name]


def test_two_upgrades_at_once_wait_for_each_other(empty_database_url: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        done = [job.result() for job in [pool.submit(upgrade, empty_database_url, seed=create_operator)
                                              for _ in range(3)]]
    assert sorted(len(sentences) for sentences in done) == [0, 0, 2]
    assert rows_of(empty_database_url)["account"] == 1


def begin_upgrade(url: str) -> int:
    """Upgrade in a process of its own; returns its number."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            upgrade(url, seed=create_operator)
            code = 0
        finally:
            os._exit(code)
    return pid


def test_two_processes_upgrade_one_database(empty_database_url: str) -> None:
    both = [begin_upgrade(empty_database_url) for _ in range(2)]
    assert [os.waitpid(pid, 0)[1] for pid in both] == [0, 0]
    assert rows_of(empty_database_url)["account"] == 1


@pytest.mark.parametrize("delay_ms", [30, 120, 300])
def test_a_killed_upgrade_leaves_the_old_or_the_new(empty_database_url: str, delay_ms: int) -> None:
    pid = begin_upgrade(empty_database_url)
    time.sleep(delay_ms / 1000)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    database = opened(empty_database_url)
    assert schema_state(database) in (SchemaState.MISSING, SchemaState.EMPTY, SchemaState.CURRENT)
    database.close()
    upgrade(empty_database_url, seed=create_operator)
    assert rows_of(empty_database_url)["account"] == 1


# ---- from an older version


def test_an_older_file_is_copied_first(tmp_path: Path, clock: FixedClock, next_version: Path) -> None:
    path = tmp_path / "books.db"
    upgrade(str(path), seed=create_operator, clock=clock)
    write_next(next_version, _ONE_COLUMN)
    day = clock.now().astimezone().date().isoformat()
    (tmp_path / f"books-{day}.bak").write_text("somebody's own copy")
    writer = sqlite3.connect(path, isolation_level=None)  # keeps its last words beside the file
    writer.execute("UPDATE account SET name = 'Said last'")
    assert path.with_name("books.db-wal").stat().st_size > 0
    with pytest.raises(DatabaseProblem, match="older Bursar") as refusal:
        open_database(str(path))
    assert refusal.value.state == "older"

    sentences = upgrade(str(path), seed=create_operator, clock=clock)
    writer.close()
    copy = tmp_path / f"books-{day}-2.bak"
    assert sentences == [f"A copy of the older database is kept as {copy}.",
                         "The schema is up to date for Bursar 0.4.0."]
    assert (tmp_path / f"books-{day}.bak").read_text() == "somebody's own copy"
    assert not list(tmp_path.glob("*.part"))
    (next_version / "versions" / "9999_next.py").unlink()
    kept = open_database(str(copy))  # by the older version
    with kept.read() as session:
        assert session.scalar(text("SELECT name FROM account")) == "Said last"
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    kept.close()


def test_without_room_for_the_copy_nothing_happens(
    tmp_path: Path, next_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "books.db"
    upgrade(str(path), seed=create_operator)
    write_next(next_version, _ONE_COLUMN)

    def no_room(_path: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(upgrading, "copy_embedded", no_room)
    with pytest.raises(DatabaseProblem, match=r"cannot be written \(database or disk is full\).*Nothing was changed"):
        upgrade(str(path), seed=create_operator)
    assert [p.name for p in tmp_path.glob("books*")] == ["books.db"]
    database = opened(str(path))
    assert schema_state(database) is SchemaState.OLDER
    database.close()


def test_a_migration_that_fails_leaves_the_old_schema(database_url: str, next_version: Path) -> None:
    write_next(next_version, _ONE_COLUMN + '\n    raise ZeroDivisionError("in the middle")')
    with pytest.raises(ZeroDivisionError):
        upgrade(database_url, seed=create_operator)
    database = opened(database_url)
    assert schema_state(database) is SchemaState.OLDER
    with database.read() as session:
        assert "next_only" not in {c["name"] for c in inspect(session.connection()).get_columns("number_series")}
        assert guard_differences(session.connection()) is None
    database.close()


def test_a_migration_that_orphans_rows_is_refused(
    database_url: str, next_version: Path, backend: str
) -> None:
    write_next(next_version, '    op.execute("INSERT INTO number_series '
                             "(provider_id, kind, prefix, last_number, skipped) VALUES (4711, 'invoice', '', 0, 0)\")")
    with pytest.raises(Exception, match=r"refer to something that is not there|fk_number_series_provider_id"):
        upgrade(database_url, seed=create_operator)
    database = opened(database_url)
    assert schema_state(database) is SchemaState.OLDER
    database.close()


def test_rebuilt_tables_keep_everything(database_url: str, next_version: Path) -> None:
    """On SQLite every table is built anew; on PostgreSQL the same migration alters them as they are."""
    names = [table.name for table in metadata.sorted_tables]
    lines = [f'    with rebuilt("{name}") as table:\n        table.add_column(sa.Column("next_only", sa.Integer()))\n'
             f'    with rebuilt("{name}") as table:\n        table.drop_column("next_only")' for name in names]
    write_next(next_version, "\n".join(lines))
    database = opened(database_url)
    with database.read() as session:
        before = written_schema(session.connection())
    rows = rows_of(database_url)
    upgrade(database_url, seed=create_operator)
    assert rows_of(database_url) == rows
    with database.read() as session:
        connection = session.connection()
        assert written_schema(connection) == before
        assert differences(connection) == []
        assert set(installed_guards(connection)) == {g.name for g in guards_for(connection.dialect.name)}
        assert guard_differences(connection) is None
    database.close()


def test_guards_of_another_version_are_replaced(database_url: str) -> None:
    database = opened(database_url)
    with database.write() as session:
        connection = session.connection()
        if database.is_embedded:
            connection.exec_driver_sql("DROP TRIGGER guard_hold_no_delete")
            connection.exec_driver_sql("CREATE TRIGGER guard_hold_no_delete BEFORE DELETE ON hold WHEN 1 = 0 "
                                       "BEGIN SELECT RAISE(ABORT, 'never'); END")
            connection.exec_driver_sql("CREATE TRIGGER guard_of_old BEFORE DELETE ON service WHEN 1 = 0 "
                                       "BEGIN SELECT RAISE(ABORT, 'never'); END")
        else:
            connection.exec_driver_sql("CREATE OR REPLACE FUNCTION guard_hold_no_delete() RETURNS trigger "
                                       "LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'")
            connection.exec_driver_sql("CREATE FUNCTION guard_of_old() RETURNS trigger LANGUAGE plpgsql AS "
                                       "'BEGIN RETURN OLD; END'")
            connection.exec_driver_sql("CREATE TRIGGER guard_of_old BEFORE DELETE ON service FOR EACH ROW "
                                       "EXECUTE FUNCTION guard_of_old()")
        assert guard_differences(connection) == (["hold_no_delete"], ["of_old"])
    assert upgrade(database_url, seed=create_operator) == ["The guards of the database were renewed."]
    with database.read() as session:
        assert guard_differences(session.connection()) is None
    database.close()


def test_migrations_are_named_by_their_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(opening._MIGRATIONS))
    chain = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert opening.revisions() == chain[::-1]


def test_guard_names_are_short_enough_and_unique() -> None:
    names = [guard.name for guard in GUARDS]
    assert len(names) == len(set(names))
    assert max(map(len, names)) + len("guard_") <= 63, "PostgreSQL would cut it"


# ---- revision 0002: letterheads of what was printed before


RETAIL = "retail_provider"


def writer_of(connection: Connection) -> Callable[..., None]:
    """Writes a row of a table; columns that are not given and may not be empty hold nothing: 0, no, an empty text."""
    tables = MetaData()
    tables.reflect(connection)

    def write(table: str, **values: object) -> None:
        for column in tables.tables[table].columns:
            if column.name not in values and not column.nullable:
                values[column.name] = {str: "", int: 0, bool: False}[column.type.python_type]
        connection.execute(tables.tables[table].insert(), values)

    return write


def old_books(url: str) -> None:
    """A database of revision 0001 in which two providers have an invoice each, and HT has printed its own."""
    database = Database(parse_url(url), foreign_keys=False)
    with database.write() as session:
        connection = session.connection()
        command.upgrade(opening.migrations_config(connection), "0001")
        if not database.is_embedded:
            connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
        write = writer_of(connection)
        day, now = date(2025, 6, 3), datetime(2025, 6, 3, tzinfo=UTC)
        if database.is_embedded:
            now = now.replace(tzinfo=None)
        for id_, code, kind in ((1, "operator", "operator"), (2, "HT", RETAIL), (3, "GN", RETAIL)):
            write("account", id=id_, provider_id=id_, parent_id=None if id_ == 1 else 1, code=code, type=kind,
                  enterprise="organisation", name=f"Name of {code}", profile_id=id_, currency="EUR", start_date=day,
                  lifecycle="active", status="active", recorded_at=now)
            write("provider", account_id=id_, default_profile_id=id_, realm=f"@{code}.example", currency="EUR",
                  language="en", time_zone="UTC", address=f"Street of {code}", logo=b"picture" if id_ == 2 else None)
            write("account_profile", id=id_, provider_id=id_, name="Default Profile")
        for id_, provider in ((7, 2), (8, 3)):
            write("financial_transaction", id=id_, provider_id=provider, account_id=provider, kind="invoice",
                  state="posted", number="I-1", currency="EUR", amount_minor=5, net_minor=5, issued_on=day,
                  effective_on=day, due_on=day, recorded_at=now)
            write("invoice_detail", transaction_id=id_, delivery_method="post", layout="standard")
        write("invoice_statement", transaction_id=7, total_due_minor=5, bill_to_name="Jane", recorded_at=now)
    database.close()


def test_what_was_printed_before_gets_the_letterhead_of_today(empty_database_url: str) -> None:
    old_books(empty_database_url)
    said = upgrade(empty_database_url, seed=create_operator)
    assert said[-1] == "The schema is up to date for Bursar 0.4.0."
    database = open_database(empty_database_url)
    with database.write() as session:
        connection = session.connection()
        assert differences(connection) == []
        assert guard_differences(connection) is None
        rows = connection.execute(text(
            "SELECT s.transaction_id, s.bill_to_name, s.total_due_minor, l.provider_id, l.name, l.address, l.logo "
            "FROM invoice_statement s JOIN letterhead_version l ON l.id = s.letterhead_id")).all()
        assert [tuple(row) for row in rows] == [(7, "Jane", 5, 2, "Name of HT", "Street of HT", b"picture")]
        version = connection.execute(text("SELECT id FROM letterhead_version")).scalar_one()
        # What is printed next under the same letterhead refers to the same version.
        assert freeze_letterheads(session, [2]) == {2: version}
        assert freeze_letterheads(session, [3]) != {3: version}
    database.close()


# ---- terms by the day of a month: what providers pass on says how terms are counted


def test_whoever_set_terms_in_days_counts_in_days(empty_database_url: str) -> None:
    database = Database(parse_url(empty_database_url), foreign_keys=False)
    with database.write() as session:
        connection = session.connection()
        command.upgrade(opening.migrations_config(connection), "0008")
        if not database.is_embedded:
            connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
        write, now = writer_of(connection), datetime(2025, 6, 3, tzinfo=None if database.is_embedded else UTC)
        # above: (days that it sets, method that it sets, days in force, where they come from)
        rows = {1: ("operator", 1, None, None, None, None), 2: ("wholesale_provider", 1, 30, None, 30, 2),
                3: (RETAIL, 2, None, None, 30, 2), 4: (RETAIL, 2, None, "days_after_issue", 30, 2),
                5: (RETAIL, 1, None, None, None, None), 6: (RETAIL, 2, 9, None, 9, 6)}
        for id_, (kind, above, days, method, in_force, origin) in rows.items():
            write("account", id=id_, provider_id=above, parent_id=None if id_ == 1 else above, code=f"P{id_}",
                  type=kind, enterprise="organisation", name=f"P{id_}", profile_id=above, currency="EUR",
                  start_date=now.date(), lifecycle="active", status="active", recorded_at=now)
            write("provider", account_id=id_, default_profile_id=id_, realm=f"@p{id_}.example", currency="EUR",
                  language="en", time_zone="UTC")
            write("account_profile", id=id_, provider_id=id_, name="Default Profile")
            write("provider_attributes", owner_id=id_, trading_due_days=days, trading_terms_method=method)
            write("provider_effective", provider_id=id_, trading_due_days=in_force, trading_due_days__from=origin,
                  trading_terms_method=method, trading_terms_method__from=id_ if method else None)
    database.close()
    upgrade(empty_database_url, seed=create_operator)
    database = open_database(empty_database_url)
    with database.read() as session:
        said = session.execute(text("SELECT provider_id, trading_terms_method__from FROM provider_effective "
                                    "WHERE trading_terms_method = 'days_after_issue' ORDER BY provider_id")).all()
        assert [tuple(row) for row in said] == [(2, 2), (3, 2), (4, 4), (6, 6)]
        assert [finding.check for finding in check_database(session) if finding.check == "provider_effective"] == []
    database.close()
