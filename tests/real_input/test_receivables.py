"""A file of receivables becomes providers, customers, invoices, disputes and payments, to the last cent.

What is expected is reckoned here from the text of the file alone, without our reading of it.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.models.ledger.entries import Allocation, Dispute, DisputeEntry, FinancialTransaction, InvoiceDetail
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroupMember
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.values import AccountType
from app.services.database.unit_of_work import Database
from app.services.imports.run import ImportReport, import_file
from app.services.jobs import JobContext
from app.services.ledger.reading import account_figures

if TYPE_CHECKING:
    from tests.real_input.conftest import Book

_T = FinancialTransaction


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _day(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def _cents(text: str) -> int:
    whole, _, places = text.partition(".")
    return int(whole) * 100 + int(places.ljust(2, "0") or 0)


def _import(database: Database, path: Path, maps: Path, *kinds: str, dry_run: bool = False) -> list[ImportReport]:
    return [import_file(database, JobContext(), kind=kind, path=path,
                        mapping=maps / f"receivable_{kind}.toml", dry_run=dry_run)
            for kind in kinds]  # type: ignore[arg-type]


def test_counts_add_up(database: Database, receivables_file: Path, maps: Path) -> None:
    rows = _rows(receivables_file)
    customers = {(r["countryCode"], r["customerID"]) for r in rows}
    settled = [r for r in rows if r["SettledDate"]]
    accounts, invoices, payments = _import(database, receivables_file, maps, "accounts", "invoices", "payments")
    assert accounts == ImportReport(rows=len(rows), added=len(customers), skipped=len(rows) - len(customers), errors=(),
                                    changes=accounts.changes)
    assert invoices == ImportReport(rows=len(rows), added=len(rows), skipped=0, errors=(), changes=invoices.changes)
    assert payments == ImportReport(rows=len(rows), added=len(settled), skipped=len(rows) - len(settled), errors=(),
                                    changes=payments.changes)


def test_providers_and_customers_stand_where_the_file_says(receivables: Book) -> None:
    rows = _rows(receivables.path)
    starts: dict[tuple[str, str], date] = {}
    for row in rows:
        key = row["countryCode"], row["customerID"]
        starts[key] = min(starts.get(key, date.max), _day(row["InvoiceDate"]))
    with receivables.database.read() as session:
        operator = session.scalars(select(Account).where(Account.type == "operator")).one()
        providers = session.scalars(select(Account).where(Account.type == AccountType.RETAIL)).all()
        assert {p.code for p in providers} == {r["countryCode"] for r in rows}
        assert {p.parent_id for p in providers} == {operator.id}
        found = session.execute(
            select(Provider.realm, Provider.currency, Provider.language, Provider.time_zone, AccountProfile.name)
            .join(AccountProfile, AccountProfile.id == Provider.default_profile_id)
            .where(Provider.account_id != operator.id)
        ).all()
        assert set(found) == {(f"@{p.code}.example", "USD", "en", "UTC", "Standard terms") for p in providers}
        codes = {p.id: p.code for p in providers}
        customers = session.scalars(select(Account).where(Account.type == AccountType.END_USER)).all()
        assert {(codes[c.provider_id], c.code): c.start_date for c in customers} == starts
        assert {(c.lifecycle, c.status, c.currency, c.parent_id == c.provider_id) for c in customers} == {
            ("active", "active", "USD", True)
        }


def test_every_customer_has_one_contact_that_is_marked_incomplete(receivables: Book) -> None:
    with receivables.database.read() as session:
        found = session.execute(
            select(Account.code, Contact.name, Contact.incomplete, AccountContact.is_primary, AccountContact.is_billing)
            .join(AccountContact, AccountContact.account_id == Account.id)
            .join(Contact, Contact.id == AccountContact.contact_id).where(Account.type == AccountType.END_USER)
        ).all()
        customers = session.scalar(select(func.count()).where(Account.type == AccountType.END_USER))
    assert len(found) == customers
    assert all(code == name and incomplete and primary and billing
               for code, name, incomplete, primary, billing in found)


def test_sums_are_those_of_the_file_to_the_cent(receivables: Book) -> None:
    expected: Counter[str] = Counter()
    paid: Counter[str] = Counter()
    for row in _rows(receivables.path):
        expected[row["countryCode"]] += _cents(row["InvoiceAmount"])
        paid[row["countryCode"]] += _cents(row["InvoiceAmount"]) if row["SettledDate"] else 0
    with receivables.database.read() as session:
        for kind, wanted in (("invoice", expected), ("payment", paid)):
            sums: dict[str, int] = dict(session.execute(
                select(Account.code, func.sum(_T.amount_minor)).join(Account, Account.id == _T.provider_id)
                .where(_T.kind == kind, _T.state == "posted", _T.imported).group_by(Account.code)
            ).all())
            assert {code: int(total) for code, total in sums.items()} == {c: s for c, s in wanted.items() if s}


def test_every_invoice_says_what_its_row_says(receivables: Book) -> None:
    expected = {
        r["invoiceNumber"]: (r["customerID"], _day(r["InvoiceDate"]), _day(r["InvoiceDate"]), _day(r["DueDate"]),
                             _cents(r["InvoiceAmount"]),
                             "post" if r["PaperlessBill"] == "Paper" else "email", "standard")
        for r in _rows(receivables.path)
    }
    with receivables.database.read() as session:
        found = {number: tuple(rest) for number, *rest in session.execute(
            select(_T.number, Account.code, _T.issued_on, _T.effective_on, _T.due_on, _T.amount_minor,
                   InvoiceDetail.delivery_method, InvoiceDetail.layout)
            .join(Account, Account.id == _T.account_id).join(InvoiceDetail, InvoiceDetail.transaction_id == _T.id)
        )}
    assert found == expected


def test_disputes_last_from_invoice_to_settlement(receivables: Book) -> None:
    expected = {
        (r["invoiceNumber"], "raised", _day(r["InvoiceDate"]), _cents(r["InvoiceAmount"]))
        for r in _rows(receivables.path) if r["Disputed"] == "Yes"
    } | {
        (r["invoiceNumber"], "ended", _day(r["SettledDate"]), -_cents(r["InvoiceAmount"]))
        for r in _rows(receivables.path) if r["Disputed"] == "Yes" and r["SettledDate"]
    }
    with receivables.database.read() as session:
        found = session.execute(
            select(_T.number, DisputeEntry.kind, DisputeEntry.effective_on, DisputeEntry.delta_minor)
            .join(Dispute, Dispute.id == DisputeEntry.dispute_id).join(_T, _T.id == Dispute.invoice_id)
        ).all()
    assert len(found) == len(expected)
    assert {tuple(each) for each in found} == expected


def test_every_payment_settles_its_own_invoice_on_its_day(receivables: Book) -> None:
    """On the day of settlement the dispute has ended, so even disputed invoices are settled by their own payment."""
    expected = {
        (f"P-{r['invoiceNumber']}", r["invoiceNumber"], _cents(r["InvoiceAmount"]), _day(r["SettledDate"]))
        for r in _rows(receivables.path) if r["SettledDate"]
    }
    credit = _T.__table__.alias("credit")
    with receivables.database.read() as session:
        found = session.execute(
            select(credit.c.number, _T.number, Allocation.amount_minor, Allocation.effective_on)
            .join(credit, credit.c.id == Allocation.credit_id).join(_T, _T.id == Allocation.debit_id)
        ).all()
    assert len(found) == len(expected)
    assert {tuple(each) for each in found} == expected


def test_balances_as_of_any_day_follow_from_the_file(receivables: Book) -> None:
    rows = _rows(receivables.path)
    days = sorted(_day(r["InvoiceDate"]) for r in rows)
    with receivables.database.read() as session:
        ids: dict[str, int] = dict(session.execute(
            select(Account.code, Account.id).where(Account.type == AccountType.END_USER)
        ).all())
        for as_of in (days[0], days[len(days) // 2], days[-1]):
            balance: Counter[str] = Counter()
            for row in rows:
                open_ = not row["SettledDate"] or _day(row["SettledDate"]) > as_of
                if _day(row["InvoiceDate"]) <= as_of and open_:
                    balance[row["customerID"]] += _cents(row["InvoiceAmount"])
            figures = account_figures(session, list(ids.values()), as_of)
            assert {code: figures[id_].balance_minor + figures[id_].unallocated_minor for code, id_ in ids.items()} == {
                code: balance[code] for code in ids
            }


def test_importing_again_changes_nothing(receivables: Book, maps: Path) -> None:
    def counted() -> list[int | None]:
        with receivables.database.read() as session:
            return [session.scalar(select(func.count()).select_from(table))
                    for table in (Account, Contact, _T, Allocation, DisputeEntry, AccountGroupMember)]

    before = counted()
    count = len(_rows(receivables.path))
    for report in _import(receivables.database, receivables.path, maps, "accounts", "invoices", "payments"):
        assert (report.rows, report.added, report.skipped, report.errors) == (count, 0, count, ())
    assert counted() == before


def test_dry_runs_foretell_and_write_nothing(database: Database, receivables_file: Path, maps: Path) -> None:
    (dry,) = _import(database, receivables_file, maps, "accounts", dry_run=True)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 1
    (real,) = _import(database, receivables_file, maps, "accounts")
    assert (dry.rows, dry.added, dry.skipped, dry.errors) == (real.rows, real.added, real.skipped, real.errors)


def test_the_real_file_has_the_size_it_is_known_for(receivables: Book) -> None:
    if receivables.path.name != "accounts_receivable.csv":
        pytest.skip("ours is small")
    with receivables.database.read() as session:
        accounts = dict(session.execute(select(Account.type, func.count()).group_by(Account.type)).all())
        invoices = session.scalar(select(func.count()).where(_T.kind == "invoice"))
    assert (accounts[AccountType.RETAIL], accounts[AccountType.END_USER], invoices) == (5, 100, 2466)
