"""A large book for benchmarks, made inside the database by a few INSERT … SELECT.

One provider with N customers: a service each and three invoices each, paid but for the last of a fifth of them. One
customer in 500, or as many as are asked for, owes enough for long enough to be suspended; a few more would be, were
they not in an excluded group. Automation is on and tells the log.
Guards and foreign keys are off while the rows are made, because that is not what is measured, and on again before
anything is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Connection, Date, bindparam, text
from sqlalchemy.orm import Session

from app.models.base import Instant
from app.models.values import AccountType, DeliveryMethod, InvoiceLayout, Tier
from app.services.accounts.services import NewService, create_services
from app.services.attributes.writing import set_attribute
from app.services.database.triggers import drop_guards, install_guards
from app.services.database.unit_of_work import Database
from app.services.groups.groups import create_group
from app.services.hierarchy.accounts import NewAccount, ProviderSettings, create_account, create_provider
from app.services.hierarchy.operator import operator_of
from app.services.ledger.writing import NewInvoice, NewLine, record_invoices
from app.services.rules.rule_sets import set_rules
from tests.support.switches import set_brake, switch_on

NOW = datetime(2025, 7, 2, 9, 0, tzinfo=UTC)
TODAY = date(2025, 7, 2)
X_MINOR, Y_DAYS, K_MINOR, WAIT_DAYS = 5000, 14, 1000, 3
ONE_IN = 500

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
_AMOUNT = "5000 + (i * 7919 % 9000)"
_LATE = "i % :one_in = 0 OR i % 5000 = 7"
_UNPAID = "i % :one_in = 0 OR i % 5 = 0 OR i % 5000 = 7"
_PAID = ((1, ":april", "1 = 1"), (2, ":may", "1 = 1"), (3, ":paid", f"NOT ({_UNPAID})"))
_TRANSACTION = (
    "INSERT INTO financial_transaction (id, provider_id, account_id, kind, state, number, currency, amount_minor, "
    "net_minor, tax_minor, issued_on, effective_on, due_on, recorded_at, posted_by, description, method, imported) "
)

_FILL = (
    "INSERT INTO account (id, provider_id, parent_id, code, type, enterprise, name, profile_id, currency, "
    "start_date, lifecycle, status, ombudsman_case_open, export_reference, name_key, search_text, recorded_at) "
    "SELECT :base + i, :p, :p, 'C' || i, 'end_user', 'individual', 'Customer ' || i, :profile, 'EUR', :start, "
    "'active', 'active', :no, '', 'customer ' || i, 'c' || i || ' customer ' || i, :now FROM n",
    # Figures that are right on no day yet: whoever measures lists has them turned.
    "INSERT INTO account_figures (account_id, provider_id, kept_on, turns_on, balance_minor, outstanding_minor, "
    "payable_minor, late_rank, limit_minor, credit_rank, service_count) "
    "SELECT :base + i, :p, :no_day, :no_day, 0, 0, 0, 0, 0, 0, 1 FROM n",
    "INSERT INTO service (provider_id, account_id, identifier, name, state, search_text) "
    "SELECT :p, :base + i, 'S' || i, 'Broadband', 'active', 's' || i || ' broadband' FROM n",
    *[
        f"{_TRANSACTION} SELECT i * 10 + {k}, :p, :base + i, 'invoice', 'posted', 'I' || i || '-{k}', 'EUR', "
        f"{_AMOUNT}, {_AMOUNT}, 0, {issued}, {issued}, {due}, :now, 'bench', '', '', :no FROM n"
        for k, issued, due in ((1, ":april", ":april_due"), (2, ":may", ":may_due"),
                               (3, ":june", f"CASE WHEN {_LATE} THEN :june_due ELSE :not_long_ago END"))
    ],
    *[
        f"{_TRANSACTION} SELECT i * 10 + {k + 3}, :p, :base + i, 'payment', 'posted', 'P' || i || '-{k}', 'EUR', "
        f"{_AMOUNT}, {_AMOUNT}, 0, {on}, {on}, NULL, :now, 'bench', '', '', :no FROM n WHERE {paid}"
        for k, on, paid in _PAID
    ],
    *[
        "INSERT INTO allocation (provider_id, account_id, credit_id, debit_id, amount_minor, kind, effective_on, "
        f"recorded_at) SELECT :p, :base + i, i * 10 + {k + 3}, i * 10 + {k}, {_AMOUNT}, 'fifo', {on}, :now FROM n "
        f"WHERE {paid}"
        for k, on, paid in _PAID
    ],
    "INSERT INTO account_attributes (owner_id, trading_due_days, invoice_delivery_method) "
    "SELECT :base + i, CASE WHEN i % 100 = 0 THEN 7 END, 'post' FROM n WHERE i % 10 = 0",
    "INSERT INTO account_group_member (provider_id, group_id, account_id) "
    "SELECT :p, :vip, :base + i FROM n WHERE i % 10 = 7",
)
_DAYS = {
    "start": date(2020, 1, 1), "april": date(2025, 4, 1), "april_due": date(2025, 4, 15), "may": date(2025, 5, 1),
    "may_due": date(2025, 5, 15), "june": date(2025, 6, 1), "june_due": date(2025, 6, 15),
    "not_long_ago": date(2025, 6, 25), "paid": date(2025, 6, 20),
    "no_day": date.min,
}


def execute(connection: Connection, statement: str, values: Mapping[str, Any]) -> None:
    """Run a raw statement whose dates, instants and truth values are written as the program writes them."""
    types: dict[type, Any] = {date: Date, datetime: Instant, bool: Boolean}
    used = {name: values[name] for name in set(re.findall(r"(?<!:):(\w+)", statement))}
    known = [bindparam(name, type_=types[type(value)]) for name, value in used.items() if type(value) in types]
    connection.execute(text(statement).bindparams(*known), used)


def make_book(database: Database, accounts: int, one_in: int = ONE_IN) -> int:
    """Fill a database of this version whose clock stands at NOW; returns the provider's id.

    The safety brake is on as everywhere, so that a scan counts before it changes anything, and lets all through.
    """
    with database.write() as session:
        provider = create_provider(
            session, parent_id=operator_of(session).id, code="BENCH", name="Bench Telecom", type=AccountType.RETAIL,
            start_date=date(2020, 1, 1), settings=ProviderSettings(currency="EUR", realm="@bench.example"))
        vip = create_group(session, provider_id=provider.id, code="VIP").id
        set_rules(session, provider_id=provider.id, effective_from=date(2025, 1, 1), min_overdue_minor=X_MINOR,
                  min_overdue_days=Y_DAYS, restore_at_minor=K_MINOR, resuspend_days=WAIT_DAYS,
                  excluded_group_ids=[vip], seen=0)
        switch_on(session, provider_id=provider.id)
        set_brake(session, provider_id=provider.id, share=99)
        profile = session.execute(
            text("SELECT default_profile_id FROM provider WHERE account_id = :p"), {"p": provider.id}).scalar_one()
        set_attribute(session, tier=Tier.PROVIDER, owner_id=provider.id, key="trading_due_days", value=10, seen={})
        set_attribute(session, tier=Tier.PROFILE, owner_id=profile, key="credit_limit", value=50_000, seen={})
        provider_id = provider.id
        make_small_provider(session)
    values = {"count": accounts, "one_in": one_in, "p": provider_id, "profile": profile, "vip": vip,
              "base": 1_000_000, "no": False, "now": NOW, **_DAYS}
    with database.engine.connect() as connection:
        _without_guards(connection, values)
    return provider_id


def make_small_provider(session: Session) -> None:
    """A second provider with one customer to suspend, whom a scan before the measured one meets."""
    provider = create_provider(
        session, parent_id=operator_of(session).id, code="SMALL", name="Small Telecom", type=AccountType.RETAIL,
        start_date=date(2020, 1, 1), settings=ProviderSettings(currency="EUR", realm="@small.example"))
    set_rules(session, provider_id=provider.id, effective_from=date(2025, 1, 1), min_overdue_minor=X_MINOR,
              min_overdue_days=Y_DAYS, restore_at_minor=K_MINOR, resuspend_days=WAIT_DAYS, seen=0)
    switch_on(session, provider_id=provider.id)
    account = create_account(session, provider_id=provider.id,
                             new=NewAccount(code="S1", name="Small customer", start_date=date(2020, 1, 1)))
    create_services(session, provider_id=provider.id, services=[NewService(account_id=account, identifier="SMALL-1",
                                                                           name="Broadband")])
    record_invoices(session, provider_id=provider.id, currency="EUR", imported=True, invoices=[NewInvoice(
        account_id=account, number="SMALL-1", issued_on=date(2025, 6, 1), posted_on=date(2025, 6, 1),
        due_on=date(2025, 6, 15), lines=(NewLine(description="Services", net_minor=9000),),
        delivery_method=DeliveryMethod.EMAIL, layout=InvoiceLayout.STANDARD)])


def _without_guards(connection: Connection, values: dict[str, Any]) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("COMMIT")  # of the transaction that begins by itself: the pragma needs none
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        drop_guards(connection)
    else:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in _FILL:
        execute(connection, _into(statement), values)
    if sqlite:
        install_guards(connection)
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        return
    for table, column in (("financial_transaction", "id"), ("account", "id")):
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), MAX({column})) "
                                f"FROM {table}"))
    connection.commit()


def _into(statement: str) -> str:
    """INSERT … WITH … SELECT: the numbers belong behind the columns on both databases."""
    head, select, rest = statement.partition("SELECT")
    return f"{head}{_NUMBERS}{select}{rest}"
