"""A file of telephone customers becomes accounts with profiles, groups and attributes, and their services."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.models.attributes.attribute import AttributeChange, account_attributes
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.parties.profile import AccountProfile
from app.models.parties.service import Service
from app.models.values import AccountType
from app.services.database.unit_of_work import Database
from app.services.imports.run import ImportReport, import_file
from app.services.jobs import JobContext

if TYPE_CHECKING:
    from tests.real_input.conftest import Book

_SERVICES = ("PhoneService", "MultipleLines", "InternetService", "OnlineSecurity", "OnlineBackup", "DeviceProtection",
             "TechSupport", "StreamingTV", "StreamingMovies")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _import(database: Database, path: Path, maps: Path) -> list[ImportReport]:
    return [import_file(database, JobContext(), kind=kind, path=path,
                        mapping=maps / f"telco_{kind}.toml")
            for kind in ("accounts", "services")]  # type: ignore[arg-type]


def _services_of(row: dict[str, str]) -> int:
    return sum(row[name] not in ("No", "No phone service", "No internet service") for name in _SERVICES)


def _start(tenure: str) -> date:
    months = 2018 * 12 - int(tenure)
    return date(months // 12, months % 12 + 1, 1)


def test_counts_add_up(database: Database, telco_file: Path, maps: Path) -> None:
    rows = _rows(telco_file)
    assert any(not row["TotalCharges"].strip() for row in rows)
    accounts, services = _import(database, telco_file, maps)
    assert (accounts.rows, accounts.added, accounts.skipped) == (len(rows), len(rows), 0)
    assert (services.rows, services.added, services.skipped) == (len(rows), sum(map(_services_of, rows)), 0)
    accounts, services = _import(database, telco_file, maps)
    assert (accounts.rows, accounts.added, accounts.skipped) == (len(rows), 0, len(rows))
    assert (services.rows, services.added, services.skipped) == (len(rows), 0, sum(map(_services_of, rows)))


def test_accounts_say_what_their_rows_say(telco: Book) -> None:
    expected = {r["customerID"]: (_start(r["tenure"]), "individual", "active", r["Contract"],
                                  "email" if r["PaperlessBilling"] == "Yes" else "post", r["PaymentMethod"])
                for r in _rows(telco.path)}
    aa = account_attributes
    with telco.database.read() as session:
        found = session.execute(
            select(Account.code, Account.start_date, Account.enterprise, Account.lifecycle, AccountProfile.name,
                   aa.c.invoice_delivery_method, AccountGroup.code)
            .join(AccountProfile, AccountProfile.id == Account.profile_id).join(aa, aa.c.owner_id == Account.id)
            .join(AccountGroupMember, AccountGroupMember.account_id == Account.id)
            .join(AccountGroup, AccountGroup.id == AccountGroupMember.group_id)
        ).all()
        changes = session.scalar(select(func.count()).where(AttributeChange.attribute == "invoice_delivery_method"))
        kinds = set(session.scalars(select(AccountGroup.kind)))
    assert {code: tuple(rest) for code, *rest in found} == expected
    assert len(found) == changes == len(expected)
    assert kinds == {"distribution"}


def test_services_say_what_their_rows_say(telco: Book) -> None:
    rows = _rows(telco.path)
    with telco.database.read() as session:
        found = session.execute(
            select(Account.code, Service.name, Service.state, Service.started_on, Service.identifier)
            .join(Account, Account.id == Service.account_id)
        ).all()
    per_account = Counter(row.code for row in found)
    assert all(per_account[r["customerID"]] == _services_of(r) for r in rows)
    by_code = {r["customerID"]: r for r in rows}
    for code, name, state, started_on, identifier in found:
        row = by_code[code]
        assert identifier.startswith(f"{code}-")
        assert (state, started_on) == ("deactivated" if row["Churn"] == "Yes" else "active", _start(row["tenure"]))
        if name.startswith("Internet"):
            assert name == f"Internet, {row['InternetService']}"
    assert sum(name == "Telephone" for _, name, *_ in found) == sum(r["PhoneService"] == "Yes" for r in rows)


def test_the_real_file_has_the_size_it_is_known_for(telco: Book) -> None:
    if telco.path.name != "telco_customers.csv":
        pytest.skip("ours is small")
    with telco.database.read() as session:
        customers = session.scalar(select(func.count()).where(Account.type == AccountType.END_USER))
        services = session.scalar(select(func.count()).select_from(Service))
    assert (customers, services) == (7043, 29_202)
