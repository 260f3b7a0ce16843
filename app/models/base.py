"""Declarative base, constraint naming and the column types that both databases understand alike.

Every constraint has a name from the first table on, because SQLite can change a constraint only by rebuilding its
table and must find it by name.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Index, Integer, MetaData, String, TypeDecorator, text
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite makes an auto-increasing key of INTEGER alone.
Id = BigInteger().with_variant(Integer(), "sqlite")
Minor = BigInteger
"""An amount in minor units; its currency stands in the same row or in the provider's."""
Word = String(40)
"""A value of one of our enumerations, stored by its value."""


WHERE = "where"
"""The condition of a unique key, in the `info` of its index."""


def bytewise(length: int) -> String:
    """Text that sorts and compares by code point on both databases, so that one index serves order and prefixes.

    PostgreSQL would otherwise sort by the language of its cluster, and could not look up a prefix in that order.
    """
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def unique_where(name: str, *columns: str, where: str) -> Index:
    """A unique key among the rows that meet a condition, which both databases are told in the same words.

    SQLAlchemy loads all drivers of a database for an option that speaks of it, so PostgreSQL is told once the schema is
    whole (`all_entities.py`), and a start on an embedded file does without it.
    """
    return Index(name, *columns, unique=True, sqlite_where=text(where), info={WHERE: where})


def index_where(name: str, *columns: str, where: str) -> Index:
    """An index of the rows that meet a condition, which both databases are told in the same words."""
    return Index(name, *columns, sqlite_where=text(where), info={WHERE: where})


class Instant(TypeDecorator[datetime]):
    """An instant in UTC: timestamptz on PostgreSQL, fixed-width text on SQLite. Refuses naive values."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def text_limits(entity: type[Base], *names: str) -> dict[str, int]:
    """Most characters of these columns of text, by their names."""
    return {name: getattr(entity, name).type.length for name in names}


class Base(DeclarativeBase):
    """Base of all mapped entities."""

    metadata = MetaData(naming_convention=NAMING)
