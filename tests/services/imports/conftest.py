"""A desk to import small texts from, with maps that tests change by a line or two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models.audit import AuditEntry
from app.models.ledger.entries import Allocation, DisputeEntry, FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.services.database.unit_of_work import Database
from app.services.imports.run import ImportReport, import_file
from app.services.jobs import JobContext

ACCOUNTS = """
kind = "accounts"
key = "{code}"
create = ["provider"]

[provider]
code = "{provider}"
name = "{provider} Ltd"
realm = "@{provider}.example"
currency = "EUR"
time_zone = "Europe/Vienna"

[columns]
start_date = "start"
name = "name"
"""
SERVICES = """
kind = "services"
key = "{id}"

[provider]
code = "{provider}"

[columns]
account = "account"
name = "name"
state = "state"
started_on = "started"
"""
INVOICES = """
kind = "invoices"
key = "{number}"

[provider]
code = "{provider}"

[columns]
account = "account"
issued_on = "issued"
due_on = "due"
amount = "amount"
disputed = "disputed"
disputed_until = "settled"
"""
PAYMENTS = """
kind = "payments"
key = "{number}"

[provider]
code = "{provider}"

[columns]
account = "account"
received_on = "received"
amount = "amount"
invoice = "invoice"
"""
MAPS = {"accounts": ACCOUNTS, "services": SERVICES, "invoices": INVOICES, "payments": PAYMENTS}
HEADERS = {
    "accounts": "provider,code,name,start", "services": "provider,account,id,name,state,started",
    "invoices": "provider,account,number,issued,due,amount,disputed,settled",
    "payments": "provider,account,number,received,amount,invoice",
}


@dataclass
class Desk:
    """Imports texts into one database, by the maps above or changed ones."""

    database: Database
    folder: Path
    maps: dict[str, str] = field(default_factory=lambda: dict(MAPS))

    def load(self, kind: Any, *rows: str, header: str | None = None, **options: Any) -> ImportReport:
        """Import rows of text under the header that the map expects."""
        text = "\n".join([header or HEADERS[kind], *rows]) + "\n"
        return self.load_bytes(kind, text.encode(), **options)

    def load_bytes(self, kind: Any, data: bytes, *, dry_run: bool = False, context: Any = None) -> ImportReport:
        path, mapping_path = self.folder / f"{kind}.csv", self.folder / f"{kind}.toml"
        path.write_bytes(data)
        mapping_path.write_text(self.maps[kind], encoding="utf-8")
        return import_file(self.database, context or JobContext(), kind=kind, path=path, mapping=mapping_path,
                           dry_run=dry_run)

    def change(self, kind: str, old: str, new: str) -> None:
        """Change one place of a map."""
        assert self.maps[kind].count(old) == 1, old
        self.maps[kind] = self.maps[kind].replace(old, new)

    def add(self, kind: str, text: str) -> None:
        """Add sections to the end of a map."""
        self.maps[kind] += text

    def stock(self) -> Desk:
        """Two customers of one provider, and one of another, to hang services and documents on."""
        report = self.load("accounts", "north,C-1,Ann,2024-01-01", "north,C-2,Ben,2024-01-01",
                           "south,C-1,Cyd,2024-01-01")
        assert report.added == 3, report.errors
        return self

    def counts(self) -> dict[str, int]:
        """How much there is of everything an import can write."""
        with self.database.read() as session:
            return {
                table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
                for table in (Account, Provider, Service, FinancialTransaction, Allocation, DisputeEntry, AuditEntry)
            }


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


@pytest.fixture
def stocked(desk: Desk) -> Desk:
    return desk.stock()


@pytest.fixture
def complaints() -> Callable[[ImportReport], list[tuple[int, str, str]]]:
    """Row, field and value of every error, for comparing with a list."""
    return lambda report: [(e.row, e.field, e.value) for e in report.errors]
