"""Writing many rows: keys in the order of the rows, defaults filled in, and every constraint and guard at work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.contact import Contact
from app.models.suspension.hold import Hold
from app.services.database.bulk import insert_rows, insert_rows_with_ids
from app.services.database.unit_of_work import Database, recorded_now
from app.services.hierarchy.operator import operator_of

FEW, MANY = 3, 100
"""On either side of the number of rows from which on PostgreSQL copies."""


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def contacts(session: Session, count: int) -> list[dict[str, Any]]:
    provider = operator_of(session).id
    return [{"provider_id": provider, "name": f'N{n}\t\\.\n"Ü"', "email": "" if n % 2 else "a@b.example"}
            for n in range(count)]


@pytest.mark.parametrize("count", [FEW, MANY])
def test_keys_come_in_the_order_of_the_rows(session: Session, count: int) -> None:
    rows = contacts(session, count)
    ids = insert_rows_with_ids(session, Contact, rows)
    assert ids == sorted(set(ids))
    found = {c.id: c for c in session.scalars(select(Contact))}
    assert [found[i].name for i in ids] == [row["name"] for row in rows]
    assert {c.city for c in found.values()} == {""}
    assert not any(c.incomplete for c in found.values())


@pytest.mark.parametrize("count", [FEW, MANY])
def test_keys_go_on_after_rows_written_one_by_one(session: Session, count: int) -> None:
    one = Contact(provider_id=operator_of(session).id, name="One")
    session.add(one)
    session.flush()
    ids = insert_rows_with_ids(session, Contact, contacts(session, count))
    other = Contact(provider_id=operator_of(session).id, name="Other")
    session.add(other)
    session.flush()
    assert one.id < ids[0] <= ids[-1] < other.id


@pytest.mark.parametrize("count", [FEW, MANY])
def test_empty_columns_and_instants_arrive_as_they_are(session: Session, count: int) -> None:
    operator = operator_of(session)
    now = recorded_now(session)
    insert_rows(session, Hold, [{
        "provider_id": operator.provider_id, "account_id": operator.id, "kind": "manual", "reason": f"R{n}",
        "effective_on": date(2025, 6, 3), "recorded_at": now, "placed_by": "test", "scan_run_id": None if n % 2 else n,
    } for n in range(count)])
    holds = session.scalars(select(Hold).order_by(Hold.id)).all()
    assert [h.scan_run_id for h in holds] == [None if n % 2 else n for n in range(count)]
    assert {(h.recorded_at, h.effective_on, h.lifted_on, h.lifted_by_hand) for h in holds} == {
        (now, date(2025, 6, 3), None, False)}


def test_no_rows_is_no_statement(session: Session) -> None:
    insert_rows(session, Contact, [])
    assert insert_rows_with_ids(session, Contact, []) == []


@pytest.mark.parametrize("count", [FEW, MANY])
def test_constraints_speak_as_they_do_for_any_statement(session: Session, count: int) -> None:
    rows = [{**row, "provider_id": 987_654} for row in contacts(session, count)]
    with pytest.raises(IntegrityError), session.begin_nested():
        insert_rows_with_ids(session, Contact, rows)
    assert session.scalar(select(func.count()).select_from(Contact)) == 0


@pytest.mark.parametrize("count", [FEW, MANY])
def test_guards_judge_every_row(session: Session, count: int) -> None:
    operator = session.scalars(select(Account)).one()
    row = {
        "provider_id": operator.provider_id, "account_id": operator.id, "kind": "invoice", "state": "posted",
        "currency": "EUR", "amount_minor": 0, "net_minor": 0, "issued_on": date(2025, 6, 3),
        "effective_on": date(2025, 6, 3), "due_on": date(2025, 6, 3), "recorded_at": recorded_now(session),
        "posted_by": "test",
    }
    with pytest.raises(DBAPIError, match="written as a draft"), session.begin_nested():
        insert_rows_with_ids(session, FinancialTransaction, [{**row, "number": f"X{n}"} for n in range(count)])
