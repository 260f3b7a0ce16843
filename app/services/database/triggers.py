"""The guards of a database as its triggers: installing, dropping and comparing them with the list.

An upgrade that changes the schema drops all guards first, because SQLite loses those of a table that is rebuilt and
refuses to rename a table while others speak of it, and installs the whole list anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from app.services.database.guarding import Guard
from app.services.database.guards import guards_for
from app.services.database.word_index import our_triggers


def install_guards(connection: Connection) -> None:
    """Drop every guard there is and create those of the list; within the caller's transaction."""
    drop_guards(connection)
    make = _sqlite_statements if connection.dialect.name == "sqlite" else _postgresql_statements
    for guard in guards_for(connection.dialect.name):
        for statement in make(guard):
            connection.exec_driver_sql(statement)


def drop_guards(connection: Connection) -> None:
    """Remove every guard, also those of another version, so that tables can be rebuilt."""
    if connection.dialect.name == "sqlite":
        for name in installed_guards(connection):
            connection.exec_driver_sql(f'DROP TRIGGER "guard_{name}"')
        return
    for name, table in connection.execute(text(_POSTGRESQL_TRIGGERS)).all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}" ON {table}')
    for (function,) in connection.execute(text(_POSTGRESQL_FUNCTIONS)).all():
        connection.exec_driver_sql(f"DROP FUNCTION {function}")


def installed_guards(connection: Connection) -> dict[str, str]:
    """The guards at work in the database, by name, each with its definition; one switched off counts as missing."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 6) = 'guard_'"
    else:
        query = (
            "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND starts_with(t.tgname, 'guard_')"
        )
    return {str(name).removeprefix("guard_"): str(body) for name, body in connection.execute(text(query))}


def guard_differences(connection: Connection) -> tuple[list[str], list[str]] | None:
    """Guards that are missing or are not as listed, and guards that nobody listed; None where all is as it should."""
    body = _sqlite_body if connection.dialect.name == "sqlite" else _postgresql_body
    wanted = {guard.name: body(guard) for guard in guards_for(connection.dialect.name)}
    there = installed_guards(connection)
    missing = sorted(name for name, definition in wanted.items() if there.get(name) != definition)
    unknown = sorted(set(there) - set(wanted))
    return (missing, unknown) if missing or unknown else None


def strangers(connection: Connection) -> list[str]:
    """Triggers and views that no version of this program makes, as "trigger x on account"; their code would run."""
    if connection.dialect.name == "sqlite":
        query = ("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type = 'view' "
                 "OR (type = 'trigger' AND substr(name, 1, 6) <> 'guard_')")
    else:
        query = (
            "SELECT 'trigger', t.tgname, t.tgrelid::regclass::text, '' "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND NOT starts_with(t.tgname, 'guard_') "
            "AND c.relnamespace = current_schema()::regnamespace "
            "UNION ALL SELECT 'view', c.relname, '', '' FROM pg_class c "
            "WHERE c.relkind IN ('v', 'm') AND c.relnamespace = current_schema()::regnamespace"
        )
    ours = our_triggers()
    return sorted(f"{kind} {name}" + (f" on {table}" if kind == "trigger" else "")
                  for kind, name, table, body in connection.execute(text(query)) if not body or ours.get(name) != body)


_POSTGRESQL_TRIGGERS = (
    "SELECT t.tgname, t.tgrelid::regclass::text FROM pg_trigger t "
    "WHERE NOT t.tgisinternal AND starts_with(t.tgname, 'guard_') AND pg_table_is_visible(t.tgrelid)"
)
_POSTGRESQL_FUNCTIONS = (
    "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.prorettype = 'trigger'::regtype "
    "AND starts_with(p.proname, 'guard_') AND pg_function_is_visible(p.oid)"
)


def _sqlite_statements(guard: Guard) -> Iterator[str]:
    yield _sqlite_body(guard)


def _sqlite_body(guard: Guard) -> str:
    columns = f" OF {', '.join(guard.columns)}" if guard.columns else ""
    condition = guard.condition.replace(" IS DISTINCT FROM ", " IS NOT ")
    message = guard.message.replace("'", "''")
    if guard.does:
        return (f"CREATE TRIGGER guard_{guard.name} AFTER {guard.event}{columns} ON {guard.table} "
                f"WHEN {condition} BEGIN {guard.does}; END")
    return (
        f"CREATE TRIGGER guard_{guard.name} BEFORE {guard.event}{columns} ON {guard.table} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _postgresql_statements(guard: Guard) -> Iterator[str]:
    columns = f" OF {', '.join(guard.columns)}" if guard.columns else ""
    each = "STATEMENT" if guard.event == "TRUNCATE" else "ROW"
    yield (f"CREATE FUNCTION guard_{guard.name}() RETURNS trigger LANGUAGE plpgsql AS "
           f"$guard${_postgresql_body(guard)}$guard$")
    moment = "AFTER" if guard.does else "BEFORE"
    yield (f"CREATE TRIGGER guard_{guard.name} {moment} {guard.event}{columns} ON {guard.table} "
           f"FOR EACH {each} EXECUTE FUNCTION guard_{guard.name}()")


def _postgresql_body(guard: Guard) -> str:
    if guard.does:
        return f"BEGIN IF {guard.condition} THEN {guard.does}; END IF; RETURN NULL; END"
    message = guard.message.replace("'", "''")
    result = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(guard.event, "NEW")
    return (
        f"BEGIN {guard.prelude_postgresql} IF {guard.condition} THEN "
        f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{message}'; END IF; "
        f"RETURN {result}; END"
    )
