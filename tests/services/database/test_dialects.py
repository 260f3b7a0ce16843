"""The expressions that both databases must answer alike."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Integer, and_, cast, func, literal, select, text, true
from sqlalchemy.exc import DBAPIError

from app.models.parties.account import Account
from app.services.database.dialects import among, days_between, fenced, greatest, least
from app.services.database.unit_of_work import Database

DAYS = ["2024-02-28", "2024-02-29", "2024-03-01", "2023-12-31", "2024-01-01", "1900-02-28", "2000-02-29", "2100-02-28",
        "2100-03-01", "9999-12-31", "0001-01-01", "2024-03-31", "2024-10-27"]


def test_days_between(database: Database) -> None:
    with database.write() as session:
        for text_ in DAYS:
            earlier = date.fromisoformat(text_)
            session.execute(Account.__table__.update().values(start_date=earlier))
            for later in (date(2024, 2, 29), date(2024, 3, 1), earlier, earlier + timedelta(days=1)
                          if earlier < date.max else earlier, date(1970, 1, 1)):
                found = session.scalar(select(days_between(session, later, Account.start_date.expression)))
                assert found == (later - earlier).days, (later, earlier)
                assert isinstance(found, int)


def test_days_since_no_day_are_unknown(database: Database) -> None:
    with database.read() as session:
        column = func.nullif(Account.start_date, Account.start_date)
        assert session.scalar(select(days_between(session, date(2024, 2, 29), column))) is None


@pytest.mark.parametrize("values", [(1, 2), (2, 1), (-3, 0, 5), (7, 7), (2**40, -(2**40))])
def test_greatest_and_least(database: Database, values: tuple[int, ...]) -> None:
    with database.read() as session:
        literals = [literal(value) for value in values]
        assert session.scalar(select(greatest(session, *literals))) == max(values)
        assert session.scalar(select(least(session, *literals))) == min(values)


@pytest.mark.parametrize("values", [(None, 1), (1, None), (None, None), (3, None, 1)])
def test_what_is_compared_with_nothing_is_unknown(database: Database, values: tuple[int | None, ...]) -> None:
    """PostgreSQL alone would pass over NULL; an amount that nobody knows must not turn into one that is known."""
    with database.read() as session:
        literals = [cast(literal(value), Integer) for value in values]
        assert session.scalar(select(greatest(session, *literals))) is None
        assert session.scalar(select(least(session, *literals))) is None


def test_one_value_is_no_comparison(database: Database) -> None:
    """SQLite would take it for the aggregate function of the same name."""
    with database.read() as session, pytest.raises(ValueError, match="two values"):
        greatest(session, literal(1))


def test_a_fenced_query_is_computed_once_and_in_full(database: Database) -> None:
    with database.read() as session:
        inner = fenced(select(Account.id, (Account.id + 1).label("next")), "inner_rows")
        rows = session.execute(select(inner.c.next, inner.c.next * 2).where(inner.c.id > 0)).all()
        assert rows == [(row[0], row[0] * 2) for row in rows]
        assert len(rows) == 1


def test_any_number_of_values(database: Database) -> None:
    with database.read() as session:
        operator = session.scalar(select(Account.id)) or 0
        for ids, found in (([], 0), ([operator], 1), (range(operator, operator + 200_000), 1)):
            query = select(func.count()).select_from(Account).where(among(session, Account.id, list(ids)))
            assert session.scalar(query) == found
        for codes, found in ((["operator", "O'Neill", '"', "\\", "数"], 1), (["Operator"], 0)):
            query = select(func.count()).select_from(Account).where(and_(true(), among(session, Account.code, codes)))
            assert session.scalar(query) == found


def test_keys_hold_in_our_own_sessions(database: Database) -> None:
    with database.write() as session:
        with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
            session.execute(text("INSERT INTO number_series (provider_id, kind, prefix, last_number, skipped) "
                                 "VALUES (4711, 'invoice', '', 0, 0)"))
        session.rollback()
        session.begin()
