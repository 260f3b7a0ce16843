"""The status shown has two forms as well: a pure rule and a CASE over holds; every combination is compared."""

from __future__ import annotations

from datetime import date
from itertools import chain, combinations, product

from sqlalchemy import insert, select

from app.models.parties.account import Account, AccountStatusChange
from app.models.rules.account_status import derive_status
from app.models.suspension.hold import Hold
from app.models.values import HoldKind, Lifecycle
from app.services.database.unit_of_work import Database, recorded_now
from app.services.hierarchy.accounts import NewAccount, create_accounts
from app.services.status.stored import derived_status, refresh_status
from tests.factories.books import Book, scratch

DAY = date(2025, 7, 1)


def _subsets() -> list[tuple[HoldKind, ...]]:
    kinds = list(HoldKind)
    return list(chain.from_iterable(combinations(kinds, size) for size in range(len(kinds) + 1)))


def test_the_set_based_status_is_the_rule_on_every_combination(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HT")
        cases = list(product(Lifecycle, _subsets()))
        accounts = create_accounts(session, provider_id=provider, accounts=[
            NewAccount(code=f"A{number}", name="x", start_date=DAY, lifecycle=lifecycle) for number,
            (lifecycle, _) in enumerate(cases)])
        now = recorded_now(session)
        holds = [{
            "provider_id": provider, "account_id": account, "kind": kind.value, "reason": "x", "effective_on": DAY,
            "recorded_at": now, "placed_by": "test", "scan_run_id": None, "lifted_by": None, "lift_reason": None,
            "lifted_by_hand": False, "lift_scan_run_id": None,
            "origin_id": provider if kind is HoldKind.PARENT_GROUP else None,
            # Lifted holds of every other kind must not count.
            "lifted_on": None if kind in kinds else DAY, "lifted_recorded_at": None if kind in kinds else now,
        } for account, (_, kinds) in zip(accounts, cases, strict=True) for kind in HoldKind]
        session.execute(insert(Hold), holds)
        found = {row.id: row.status for row in session.execute(
            select(Account.id, derived_status().label("status")).where(Account.id.in_(accounts)))}
        assert found == {account: derive_status(*case).value for account, case in zip(accounts, cases, strict=True)}


def test_refreshing_writes_a_step_of_history_only_where_the_status_changed(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        held, free = book.account(provider, "A1"), book.account(provider, "A2")
        session.add(Hold(provider_id=provider, account_id=held, kind=HoldKind.MANUAL.value, reason="x",
                         effective_on=DAY, recorded_at=recorded_now(session), placed_by="test"))
        session.flush()
        for _ in range(2):
            refresh_status(session, Account.id.in_([held, free]), effective_on=DAY, reason="credit check")
        steps = session.execute(
            select(AccountStatusChange.account_id, AccountStatusChange.old_status, AccountStatusChange.new_status,
                   AccountStatusChange.reason, AccountStatusChange.actor)).all()
        assert [tuple(step) for step in steps] == [(held, "active", "suspended", "credit check", "test")]
        statuses = [session.get_one(Account, a, populate_existing=True).status for a in (held, free)]
        assert statuses == ["suspended", "active"]
