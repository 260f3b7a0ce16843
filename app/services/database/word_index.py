"""Indexes for words anywhere in a text: every three letters that stand side by side, with the rows that have them.

On SQLite they are tables of FTS5 beside the text, kept by triggers; on PostgreSQL GIN indexes of pg_trgm, kept by the
server. Neither is part of a migration: building one over a million rows takes a minute, so `build_word_indexes` does it
in the background, in short transactions on SQLite and CONCURRENTLY on a server. Until an index is complete, and where
a database cannot have it, words are looked for in every row, which finds the same (ARCHITECTURE.md, "Words").

A migration that rebuilds a table of SQLite would lose its triggers, so an upgrade drops all of it first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    TableClause,
    Text,
    column,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.models.search import COMPLETE, REFUSED, WordIndex
from app.services.database.dialects import insert_for, is_sqlite
from app.services.database.unit_of_work import Database
from app.services.faults.drivers import explained, is_lost
from app.services.jobs import JobContext

SHORTEST = 3
"""Letters of a word that the indexes know."""
_AT_ONCE = 5_000
"""Rows of one short transaction on SQLite."""
_BUILDING = 7_202_613  # any fixed number: one workstation at a time builds on a server


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """A column of texts that is indexed."""

    name: str
    table: str
    column: str
    expression: str
    """What a server indexes, which is what questions compare."""
    where: str = ""
    """Rows that have a text to find, in terms of the table."""
    is_folded: bool = True
    """The text is stored folded, as words are before they are looked for; else any case of a letter is found."""

    @property
    def words(self) -> str:
        """The table of FTS5."""
        return f"{self.name}_words"

    def triggers(self) -> dict[str, str]:
        """The triggers that keep it on SQLite, by name; of rows beyond what is built the builder takes care."""
        built = f"(SELECT built_to FROM word_index WHERE name = '{self.name}')"
        new, old = (f"{row}.{self.column} IS NOT NULL" + (f" AND {self.where.format(row=row + '.')}" if self.where
                                                          else "") for row in ("NEW", "OLD"))
        put = f"INSERT INTO {self.words}(rowid, {self.column}) VALUES (NEW.id, NEW.{self.column});"
        drop = (f"INSERT INTO {self.words}({self.words}, rowid, {self.column}) "
                f"VALUES ('delete', OLD.id, OLD.{self.column});")
        of = f"UPDATE OF {self.column} ON {self.table}"
        changed = f"NEW.{self.column} IS NOT OLD.{self.column}"
        found = {
            "added": f"AFTER INSERT ON {self.table} WHEN NEW.id <= {built} AND {new} BEGIN {put} END",
            "gone": f"AFTER DELETE ON {self.table} WHEN OLD.id <= {built} AND {old} BEGIN {drop} END",
            "before": f"BEFORE {of} WHEN OLD.id <= {built} AND {changed} AND {old} BEGIN {drop} END",
            "after": f"AFTER {of} WHEN NEW.id <= {built} AND {changed} AND {new} BEGIN {put} END",
        }
        return {f"words_{self.name}_{when}": f"CREATE TRIGGER words_{self.name}_{when} {body}"
                for when, body in found.items()}


ACCOUNTS = Indexed(name="account", table="account", column="search_text", expression="search_text")
SERVICES = Indexed(name="service", table="service", column="search_text", expression="search_text")
NUMBERS = Indexed(name="number", table="financial_transaction", column="number", expression="lower(number)",
                  where="{row}kind = 'invoice'",
                  is_folded=False)
ALL = (ACCOUNTS, SERVICES, NUMBERS)


# --------------------------------------------------------------------------- asking


def complete_indexes(session: Session) -> frozenset[str]:
    """The names of the indexes that may be asked."""
    return frozenset(session.scalars(select(WordIndex.name).where(WordIndex.built_to == COMPLETE)))


def words_of(indexed: Indexed) -> TableClause:
    """The table of FTS5 of an index: its `rowid` is the id of the row that has the text."""
    return table(indexed.words, column("rowid", BigInteger))


def holding(indexed: Indexed, texts: Iterable[str]) -> ColumnElement[bool]:
    """The condition on that table: its text holds each of some texts, of three letters or more."""
    quoted = ['"{}"'.format(each.replace('"', '""')) for each in texts]
    condition: ColumnElement[bool] = literal_column(indexed.words).op("MATCH")(literal(" AND ".join(quoted), Text))
    return condition


# --------------------------------------------------------------------------- building


WORTH_IT = 5_000
"""With fewer accounts every row is read in a few milliseconds."""


def words_are_due(session: Session, *, at_least: int = WORTH_IT) -> bool:
    """Whether an index is missing that is worth its while."""
    count = text("SELECT COUNT(*) FROM (SELECT 1 FROM account LIMIT :most) AS first_ones")
    return bool(_missing(session)) and (session.scalar(count, {"most": at_least}) or 0) >= at_least


def _states(session: Session) -> dict[str, int]:
    return {row.name: row.built_to for row in session.execute(select(WordIndex.name, WordIndex.built_to))}


def _missing(session: Session) -> list[Indexed]:
    there = _states(session)
    return [each for each in ALL if there.get(each.name) not in (COMPLETE, REFUSED)]


def build_word_indexes(database: Database, context: JobContext, *, at_least: int = WORTH_IT) -> bool:
    """Build what is missing, in parts; returns whether there was anything to do. Killed anywhere, it goes on later.

    A database of fewer accounts than `at_least` gets none.
    """
    with database.read() as session:
        if not words_are_due(session, at_least=at_least):
            return False
        missing = _missing(session)
    if database.is_embedded:
        for each in missing:
            _build_embedded(database, context, each)
    else:
        _build_on_server(database, context, missing)
    return True


def _build_embedded(database: Database, context: JobContext, indexed: Indexed) -> None:
    is_more = database.attempt(partial(_begin, indexed=indexed))
    while is_more:
        context.raise_if_cancelled()
        is_more = database.attempt(partial(_add_part, indexed=indexed))


def _begin(session: Session, *, indexed: Indexed) -> bool:
    """Make the empty index and its triggers, where this SQLite can; returns whether there is anything to put in."""
    if _built_to(session, indexed) is not None:
        return _built_to(session, indexed) not in (COMPLETE, REFUSED)
    can = session.scalar(text("SELECT COUNT(*) FROM pragma_module_list WHERE name = 'fts5'"))
    _note(session, indexed, 0 if can else REFUSED)
    if not can:
        return False
    connection = session.connection()
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {indexed.words} USING fts5({indexed.column}, content='{indexed.table}', "
        f"content_rowid='id', tokenize='trigram case_sensitive {indexed.is_folded:d}')")
    for statement in indexed.triggers().values():
        connection.exec_driver_sql(statement)
    return True


def _add_part(session: Session, *, indexed: Indexed) -> bool:
    """Put the next rows in; returns whether more may follow."""
    built = _built_to(session, indexed)
    if built is None or built in (COMPLETE, REFUSED):
        return False  # somebody else was at it too
    last = session.scalar(text(
        f"SELECT MAX(id) FROM (SELECT id FROM {indexed.table} WHERE id > :built ORDER BY id LIMIT {_AT_ONCE})"),
        {"built": built})
    if last is None:
        _note(session, indexed, COMPLETE)
        return False
    has_text = f"{indexed.column} IS NOT NULL" + (f" AND {indexed.where.format(row='')}" if indexed.where else "")
    session.execute(text(
        f"INSERT INTO {indexed.words}(rowid, {indexed.column}) SELECT id, {indexed.column} FROM {indexed.table} "
        f"WHERE id > :built AND id <= :last AND {has_text}"), {"built": built, "last": last})
    _note(session, indexed, last)
    return True


def _built_to(session: Session, indexed: Indexed) -> int | None:
    return session.scalar(select(WordIndex.built_to).where(WordIndex.name == indexed.name))


def _note(session: Session, indexed: Indexed, built_to: int) -> None:
    statement = insert_for(session, WordIndex.__table__).values(name=indexed.name, built_to=built_to)
    session.execute(statement.on_conflict_do_update(index_elements=[WordIndex.name], set_={"built_to": built_to}))


def _build_on_server(database: Database, context: JobContext, missing: Iterable[Indexed]) -> None:
    """By one workstation at a time; whoever comes second leaves it to the first."""
    with explained(database.url), \
            database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _BUILDING}).scalar_one():
            return
        try:
            connection.execute(text("SET lock_timeout = 0"))  # it waits for whoever reads now, and keeps nobody out
            is_there = _has_trigrams(connection)
            for each in missing:
                context.raise_if_cancelled()
                if is_there:
                    _make_on_server(connection, each)
                database.attempt(partial(_note, indexed=each, built_to=COMPLETE if is_there else REFUSED))
        finally:
            connection.execute(text("RESET lock_timeout"))
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _BUILDING})


def _has_trigrams(connection: Connection) -> bool:
    """Whether the server has the extension, or lets us have it."""
    try:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except DBAPIError as error:
        if is_lost(error):
            raise
        return False
    return True


def _make_on_server(connection: Connection, indexed: Indexed) -> None:
    """Beside whoever writes; what a killed program left half built is dropped first."""
    name = f"ix_{indexed.table}_words"
    valid = connection.execute(text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"),
                               {"name": name}).scalar()
    if valid is False:
        connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY {name}")
    if not valid:
        where = f" WHERE {indexed.where.format(row='')}" if indexed.where else ""
        connection.exec_driver_sql(f"CREATE INDEX CONCURRENTLY {name} ON {indexed.table} "
                                   f"USING gin (({indexed.expression}) gin_trgm_ops){where}")


# --------------------------------------------------------------------------- taking away, and looking at


def drop_word_indexes(connection: Connection) -> None:
    """Before tables of SQLite are rebuilt; on a server nothing is, and the indexes stay."""
    if connection.dialect.name != "sqlite":
        return
    there = set(connection.scalars(text("SELECT name FROM sqlite_master")))
    for each in ALL:
        for name in each.triggers():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        if each.words in there:
            connection.exec_driver_sql(f"DROP TABLE {each.words}")
    if WordIndex.__tablename__ in there:
        connection.exec_driver_sql(f"DELETE FROM {WordIndex.__tablename__}")


def our_triggers() -> dict[str, str]:
    """The triggers that keep words on SQLite, by name."""
    return {name: statement for each in ALL for name, statement in each.triggers().items()}


def without_index(session: Session) -> list[str]:
    """Sentences about words that are searched row by row, for whoever looks after the database."""
    states = _states(session).values()
    if REFUSED not in states and not words_are_due(session):
        return []
    if REFUSED in states:
        why = "this SQLite has no FTS5" if is_sqlite(session) else \
            "the server has no pg_trgm, or does not let this user create it"
        return [f"Words are searched without an index, because {why}."]
    return ["The index for words is not built yet; the window builds it, or bursar db words."]


